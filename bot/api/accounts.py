"""Accounts in, checked as a file's rows are; an account as it stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from msgspec import UNSET, Meta
from sqlalchemy import Connection

from bot.api.access import Scope
from bot.api.endpoints import DEFAULT_CREDITOR, Answer, Call, Endpoint
from bot.api.paging import Paged, from_cursor, to_cursor
from bot.api.problems import Fault, invalid, not_found
from bot.api.shapes import (
    AccountIn,
    AccountOut,
    AccountsPage,
    In,
    ManyAccounts,
    OneAccount,
    OpenExtension,
    OpenPlan,
    OpenPromise,
    PersonOut,
    Reminding,
    TakenAccount,
    TakenAccounts,
    money,
)
from bot.importing.rows import AccountRow, Defaults, RowFault, parse_row
from bot.ledger import refreshed
from flows import ledger
from flows.model import Case, Conversation
from flows.outcomes import outcome
from flows.records import Plan
from storage import accounts, campaigns, conversations, creditors, imports
from storage.accounts import AccountRecord
from storage.creditors import Creditor
from storage.imports import NewImport

# What a row of a file may say; the rest of a request is about all of its accounts.
FIELDS = tuple(AccountIn.__struct_fields__)
_COLUMNS = {name: number for number, name in enumerate(FIELDS)}
_NOT_CONTACTED = "not_contacted"
_TAG = "accounts"
Parsed = AccountRow | tuple[RowFault, ...]


class WhichCreditor(In, frozen=True, kw_only=True):
    """Whose account it is."""

    creditor: Annotated[str, Meta(max_length=64)] = DEFAULT_CREDITOR


class WhichAccounts(Paged, frozen=True, kw_only=True):
    """Which accounts; `status` open, paid, closed or withdrawn, or all."""

    creditor: Annotated[str, Meta(max_length=64)] = DEFAULT_CREDITOR
    status: Annotated[str, Meta(max_length=20)] = ""


# --- In -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Accounts that came together, and where in the request each stands."""

    given: Sequence[AccountIn]
    creditor: str
    campaign: str
    root: str = ""

    def pointer(self, number: int, field: str) -> str:
        """Where a field of an account stands."""
        return f"{self.root}/{number}/{field}" if self.root else f"/{field}"


def take_one(conn: Connection, call: Call) -> Answer:
    """Store one account; 422 with every fault of it."""
    given: OneAccount = call.body
    batch = _Batch(given=[given], creditor=given.creditor, campaign=given.campaign)
    (result,) = _take(conn, call, batch).results
    if result.errors:
        raise invalid(result.errors)
    status = HTTPStatus.CREATED if result.result == "created" else HTTPStatus.OK
    return Answer(body=result, status=status)


def take_many(conn: Connection, call: Call) -> Answer:
    """Store the good ones and tell what is wrong with the others, or none when so asked."""
    given: ManyAccounts = call.body
    batch = _Batch(
        given=given.accounts,
        creditor=given.creditor,
        campaign=given.campaign,
        root="/accounts",
    )
    taken = _take(conn, call, batch)
    if given.on_error == "refuse_all" and taken.refused:
        raise invalid([fault for each in taken.results for fault in each.errors])
    return Answer(body=taken)


def _take(conn: Connection, call: Call, batch: _Batch) -> TakenAccounts:
    """Everything in one transaction: a refusal of the whole undoes it."""
    made = _parsed(call, batch)
    rows = [each for each in made if isinstance(each, AccountRow)]
    kinds = imports.outcomes(conn, batch.creditor, rows)
    changed = [row for row in rows if kinds[row.account_id] != "same"]
    if changed:
        _store(conn, call, batch, changed)
    results = [_result(batch, number, each, kinds) for number, each in enumerate(made)]
    words = [each.result for each in results]
    return TakenAccounts(
        created=words.count("created"),
        updated=words.count("updated"),
        same=words.count("same"),
        refused=words.count("refused"),
        results=tuple(results),
    )


def _parsed(call: Call, batch: _Batch) -> list[Parsed]:
    """Each account as a file's row would be read; one that stands twice is a fault, not a guess."""
    home = call.settings.creditor
    defaults = Defaults(
        currency=home.currency, country=home.country.upper(), timezone=home.timezone
    )
    made: list[Parsed] = []
    seen: dict[str, int] = {}
    for number, given in enumerate(batch.given):
        row = parse_row(number, _cells(given), _COLUMNS, defaults, call.now.date())
        if isinstance(row, AccountRow) and seen.setdefault(row.account_id, number) != number:
            reason = (
                "expected each account once in a request; it stands at "
                f"{batch.pointer(seen[row.account_id], 'account_id')} already"
            )
            fault = RowFault(line=number, column="account_id", value=row.account_id, reason=reason)
            row = (fault,)
        made.append(row)
    return made


def _cells(given: AccountIn) -> list[str]:
    cells = [getattr(given, name) for name in FIELDS]
    return [("yes" if cell else "no") if isinstance(cell, bool) else cell for cell in cells]


def _store(conn: Connection, call: Call, batch: _Batch, rows: Sequence[AccountRow]) -> None:
    if batch.creditor not in creditors.all_of(conn):
        name = call.settings.creditor.name
        creditors.put(conn, Creditor(id=batch.creditor, name=name, created_at=call.now))
    new = NewImport(
        creditor_id=batch.creditor,
        file_name=f"api:{call.token.name}",
        file_hash=call.body_hash,
        started_at=call.now,
        created_by=call.actor,
    )
    number = imports.begin(conn, new)
    imports.store_many(conn, number, batch.creditor, rows, at=call.now)
    if batch.campaign:
        campaigns.label(conn, number, batch.campaign)
    else:
        # Requests of one program are one campaign, or its alarms would count single accounts.
        campaigns.label_new(conn, number, f"api-{call.token.name}")
    imports.finish(conn, number, at=call.now)


def _result(batch: _Batch, number: int, made: Parsed, kinds: Mapping[str, str]) -> TakenAccount:
    if isinstance(made, AccountRow):
        kind = kinds[made.account_id]
        return TakenAccount(account_id=made.account_id, result=kind)  # type: ignore[arg-type] # One of its words.
    errors = tuple(
        Fault(pointer=batch.pointer(number, fault.column), reason=fault.reason, value=fault.value)
        for fault in made
    )
    account_id = batch.given[number].account_id
    return TakenAccount(account_id=account_id, result="refused", errors=errors)


# --- Out ------------------------------------------------------------------------------------------


def show(conn: Connection, call: Call) -> Answer:
    """One account as it stands."""
    record = find(conn, call.path["account_id"], call.query.creditor)
    return Answer(body=shown(conn, call, [record])[0])


def listed(conn: Connection, call: Call) -> Answer:
    """Accounts by number."""
    asked: WhichAccounts = call.query
    place = from_cursor(asked.cursor, str)
    wanted = accounts.Filter(creditor_id=asked.creditor, status=asked.status or None)
    after_id = str(place[0]) if place else ""
    found = accounts.search(conn, wanted, after_id=after_id, limit=asked.limit + 1)
    page = found[: asked.limit]
    following = to_cursor(page[-1].id) if len(found) > asked.limit else None
    return Answer(body=AccountsPage(items=tuple(shown(conn, call, page)), next_cursor=following))


def find(conn: Connection, number: str, creditor: str) -> AccountRecord:
    """The account of this number; raises ApiError with 404."""
    account_id = accounts.account_id(creditor, number)
    record = accounts.snapshot(conn, [account_id]).get(account_id)
    if record is None:
        raise not_found("account", number, hint="take it in with POST /api/v1/accounts")
    return record


def shown(conn: Connection, call: Call, records: Sequence[AccountRecord]) -> list[AccountOut]:
    """Accounts as they go out."""
    ids = sorted({r.conversation_id for r in records if r.conversation_id})
    loaded = conversations.load_many(conn, ids)
    states = {key: each.state for key, each in loaded.items()}
    return [_account(call, each, states.get(each.conversation_id or "")) for each in records]


def _account(call: Call, record: AccountRecord, state: Conversation | None) -> AccountOut:
    case = _case(record, state)
    person = PersonOut(name=record.name, channel=record.channel, address=record.address)
    dispute = case.open_dispute if case else None
    claim = case.open_claim if case else None
    return AccountOut(
        account_id=record.reference,
        creditor=record.creditor_id,
        status=record.status,
        state=outcome(state, case, call.now) if state and case else _NOT_CONTACTED,
        outstanding=money(record.outstanding),
        due_on=record.due_on,
        reminding=_reminding(call, record),
        commitment=_commitment(case) if case else None,
        open_dispute=dispute.id if dispute else None,
        open_claim=claim.id if claim else None,
        conversation_id=record.conversation_id,
        person=person if call.sees_people else UNSET,
    )


def _case(record: AccountRecord, state: Conversation | None) -> Case | None:
    if state is None:
        return None
    state = refreshed(state, {record.id: record})
    return next((case for case in state.cases if case.id == record.id), None)


def _reminding(call: Call, record: AccountRecord) -> Reminding:
    is_over = record.paused_until_at is not None and record.paused_until_at <= call.now
    if record.status != "open":
        return Reminding(is_on=False, reason=record.status)
    if not record.pause or is_over:
        return Reminding(is_on=True)
    return Reminding(is_on=False, reason=record.pause, until=record.paused_until_at)


def _commitment(case: Case) -> OpenPromise | OpenPlan | OpenExtension | None:
    if case.live_plan is not None:
        return _plan(case, case.live_plan)
    promise = case.open_promise
    if promise is not None:
        return OpenPromise(
            id=promise.id,
            amount=money(promise.amount),
            due_on=promise.due_on,
            made_by=promise.made_by.value,
        )
    if case.extension is not None and case.extension.is_open:
        return OpenExtension(until_on=case.extension.until_on)
    return None


def _plan(case: Case, plan: Plan) -> OpenPlan:
    parts = plan.terms.parts
    unpaid = [n for n in range(len(parts)) if not ledger.is_part_paid(case, plan, n)]
    return OpenPlan(
        id=plan.id,
        status=plan.status.value,
        total=money(plan.terms.total),
        parts=len(parts),
        next_due_on=parts[unpaid[0]].due_on if unpaid else None,
        made_by=plan.made_by.value,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/accounts",
        name="takeAccount",
        summary="Take one overdue account in",
        about=(
            "Checked like a row of `duetalk import`. The account number is the key: the same again "
            "changes nothing (200, `same`), another content updates it."
        ),
        scope=Scope.ACCOUNTS_WRITE,
        carry=take_one,
        body=OneAccount,
        answers={201: TakenAccount, 200: TakenAccount},
        tag=_TAG,
    ),
    Endpoint(
        method="POST",
        path="/v1/accounts/batch",
        name="takeAccounts",
        summary="Take up to 1,000 accounts in",
        scope=Scope.ACCOUNTS_WRITE,
        carry=take_many,
        body=ManyAccounts,
        answers={200: TakenAccounts},
        tag=_TAG,
    ),
    Endpoint(
        method="GET",
        path="/v1/accounts",
        name="listAccounts",
        summary="Accounts by number",
        scope=Scope.READ,
        carry=listed,
        query=WhichAccounts,
        answers={200: AccountsPage},
        tag=_TAG,
    ),
    Endpoint(
        method="GET",
        path="/v1/accounts/{account_id}",
        name="getAccount",
        summary="One account: balance, state, open commitment",
        scope=Scope.READ,
        carry=show,
        query=WhichCreditor,
        answers={200: AccountOut},
        problems=(404,),
        tag=_TAG,
    ),
)
