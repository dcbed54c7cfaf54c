"""What we owe after a customer's word, with its deadline: read from the records, kept nowhere else.

A duty stands as long as its record is open (a complaint, a dispute, a claim, a case for a person)
or, where no record closes it, until a person marks it. Which duty has which deadline, who does
it, what rests meanwhile and what was sent is data: policy/duties.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib import resources
from operator import attrgetter
from zoneinfo import ZoneInfo

from flows.days import CLOSES, is_working_day, working_days_after, working_hours_after
from flows.model import Case, Conversation, Flag
from flows.policy.model import Policy
from flows.records import AccountId, ComplaintKind, Handoff, HandoffReason


class DutyKind(StrEnum):
    """What is owed; a case for a person is named like its reason."""

    DANGER = "danger"
    HARASSMENT_REVIEW = "harassment_review"
    COMPLAINT_ACK = "complaint_ack"
    COMPLAINT_ANSWER = "complaint_answer"
    DISPUTE_CREDITOR = "dispute_creditor"
    DISPUTE_ANSWER = "dispute_answer"
    CLAIM_CHECK = "claim_check"
    VALIDATION_INFO = "validation_info"
    WRONG_PERSON_RECORD = "wrong_person_record"
    VULNERABLE = "vulnerable"
    DECEASED = "deceased"
    REPRESENTED = "represented"
    PRIVACY = "privacy"
    REFUSED_CONTACT = "refused_contact"
    HARDSHIP = "hardship"
    UNAFFORDABLE = "unaffordable"
    REQUESTED = "requested"
    CALLBACK = "callback"
    BROKEN_PROMISE = "broken_promise"
    BROKEN_PLAN = "broken_plan"
    DISCOUNT = "discount"
    NEGOTIATION = "negotiation"
    PLAN_CHANGE = "plan_change"
    VERIFICATION = "verification"
    PAYMENT_PROBLEM = "payment_problem"
    CLAIM_NOT_FOUND = "claim_not_found"
    RECEIPT = "receipt"
    OVERPAID = "overpaid"
    REFUSED = "refused"
    ABUSE = "abuse"
    UNCLEAR = "unclear"
    NO_REPLY = "no_reply"
    BY_HAND = "by_hand"
    UNDELIVERED = "undelivered"
    OTHER_LANGUAGE = "other_language"


class Desk(StrEnum):
    """Who is told and does it."""

    CARE = "care"
    COMPLAINTS = "complaints"
    DISPUTES = "disputes"
    PAYMENTS = "payments"
    HARDSHIP = "hardship"
    PRIVACY = "privacy"
    LEGAL = "legal"
    BEREAVEMENT = "bereavement"
    COMPLIANCE = "compliance"
    DATA = "data"
    LEAD = "lead"
    QUEUE = "queue"
    CREDITOR = "creditor"


class Rest(StrEnum):
    """What stops while the duty stands."""

    NONE = "none"
    BOT = "bot"
    REMINDERS = "reminders"
    COLLECTION = "collection"
    CONTACT = "contact"


class Until(StrEnum):
    """When it may go on."""

    DONE = "done"
    ANSWERED = "answered"
    CHECKED = "checked"
    CALLED = "called"
    HANDED_BACK = "handed_back"
    ENDED_BY_PERSON = "ended_by_person"
    FOR_GOOD = "for_good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the data says of one kind: `count` of `unit` is a number, or a field of the profile."""

    desk: Desk
    unit: str
    count: int | str
    stops: Rest
    until: Until
    sent: str
    told: tuple[Desk, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something owed to a customer by an instant; the id is the same as long as it stands."""

    id: str
    kind: DutyKind
    desk: Desk
    opened_at: datetime
    due_at: datetime
    account_id: AccountId | None = None


HARDSHIP_HOLD = "hardship"
# Cases for people that stand for a record of their own: the record is the duty.
_RECORDED = frozenset(
    {HandoffReason.COMPLAINT, HandoffReason.DISPUTE_AMOUNT, HandoffReason.DISPUTE_DEBT}
)


def duties_of(
    conversation: Conversation, policy: Policy, holidays: Set[date] = frozenset()
) -> tuple[Duty, ...]:
    """Everything owed in this conversation, the first due first."""
    found = [
        Duty(
            id=each.id,
            kind=each.kind,
            desk=RULES[each.kind].desk,
            opened_at=each.since_at,
            due_at=each.due_at or _due_at(each, conversation.person.zone, policy, holidays),
            account_id=each.account_id,
        )
        for each in _owed(conversation, policy)
        if each.id not in conversation.done_duties
    ]
    return tuple(sorted(found, key=lambda duty: (duty.due_at, duty.id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owed:
    kind: DutyKind
    record: str
    since_at: datetime
    account_id: AccountId | None = None
    due_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"{self.kind}/{self.record}"


def _owed(c: Conversation, policy: Policy) -> Iterator[_Owed]:
    yield from _complaints(c)
    for case in c.cases:
        yield from _of_case(case, policy)
    for handoff in c.handoffs:
        if handoff.is_open and handoff.reason not in _RECORDED:
            yield _for_person(c, handoff)
    yield from _hardship(c)
    if Flag.WRONG_PERSON in c.flags and c.address_closed_at is not None:
        yield _Owed(
            kind=DutyKind.WRONG_PERSON_RECORD,
            record=str(c.person.id),
            since_at=c.address_closed_at,
        )


def _hardship(c: Conversation) -> Iterator[_Owed]:
    """A hardship named in the talk is answered by a plan or a promise, or else by a person."""
    is_with_person = any(h.is_open and h.reason is HandoffReason.HARDSHIP for h in c.handoffs)
    if Flag.HARDSHIP not in c.flags or is_with_person:
        return
    for held in c.holds:
        cases = [case for case in c.cases if held.account_id in (None, case.id)]
        is_settled = any(case.live_plan or case.open_promise for case in cases)
        if held.name == HARDSHIP_HOLD and not is_settled:
            yield _Owed(
                kind=DutyKind.HARDSHIP,
                record=f"{held.name}-{held.account_id or ''}",
                since_at=held.since_at,
                account_id=held.account_id,
            )


def _complaints(c: Conversation) -> Iterator[_Owed]:
    for complaint in c.complaints:
        if complaint.status != "open":
            continue
        kinds = [DutyKind.COMPLAINT_ANSWER]
        if not complaint.is_acknowledged:
            kinds.append(DutyKind.COMPLAINT_ACK)
        if complaint.kind is ComplaintKind.HARASSMENT:
            kinds.append(DutyKind.HARASSMENT_REVIEW)
        for kind in kinds:
            yield _Owed(
                kind=kind,
                record=complaint.id,
                since_at=complaint.opened_at,
                account_id=complaint.account_id,
            )


def _of_case(case: Case, policy: Policy) -> Iterator[_Owed]:
    for dispute in case.disputes:
        if dispute.status == "open":
            for kind in (DutyKind.DISPUTE_ANSWER, DutyKind.DISPUTE_CREDITOR):
                yield _Owed(
                    kind=kind, record=dispute.id, since_at=dispute.opened_at, account_id=case.id
                )
    claim = case.open_claim
    if claim is not None:
        yield _Owed(
            kind=DutyKind.CLAIM_CHECK, record=claim.id, since_at=claim.made_at, account_id=case.id
        )
    if _needs_validation(case, policy) and case.first_reminded_at is not None:
        yield _Owed(
            kind=DutyKind.VALIDATION_INFO,
            record=str(case.id),
            since_at=case.first_reminded_at,
            account_id=case.id,
        )


def _needs_validation(case: Case, policy: Policy) -> bool:
    validation = policy.validation
    is_asked = validation.needed and validation.within_days is not None
    return is_asked and case.account.outstanding.minor > 0


def _for_person(c: Conversation, handoff: Handoff) -> _Owed:
    """A case for a person; a call is due at the hour that was agreed."""
    agreed_at = c.callback_at if handoff.reason is HandoffReason.CALLBACK else None
    if agreed_at is not None and agreed_at < handoff.opened_at:
        agreed_at = None
    return _Owed(
        kind=DutyKind(handoff.reason.value),
        record=handoff.id,
        since_at=handoff.opened_at,
        account_id=handoff.account_id,
        due_at=handoff.due_at or agreed_at,
    )


# --- Deadlines ----------------------------------------------------------------------------------


def _due_at(owed: _Owed, zone: ZoneInfo, policy: Policy, holidays: Set[date]) -> datetime:
    rule = RULES[owed.kind]
    count = rule.count if isinstance(rule.count, int) else attrgetter(rule.count)(policy)
    since_at = owed.since_at
    if rule.unit in ("minutes", "hours"):
        return since_at + timedelta(**{rule.unit: count})
    if rule.unit == "working_hours":
        return working_hours_after(since_at, count, zone, holidays).astimezone(UTC)
    local = since_at.astimezone(zone)
    day = local.date()
    if rule.unit == "days":
        day += timedelta(days=count)
    elif count:
        day = working_days_after(day, count, holidays)
    elif local.hour >= CLOSES or not is_working_day(day, holidays):
        day = working_days_after(day, 1, holidays)
    return datetime(day.year, day.month, day.day, CLOSES, tzinfo=zone).astimezone(UTC)


_UNITS = ("minutes", "hours", "working_hours", "working_days", "days")


def _rules() -> Mapping[DutyKind, Rule]:
    """The data; raises KeyError or ValueError for a kind, a desk or a unit that is not known."""
    text = (resources.files("flows.policy") / "duties.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    return {DutyKind(kind): _rule(row) for kind, row in tables.items()}


def _rule(row: Mapping[str, object]) -> Rule:
    deadline, told = row["deadline"], row["told"]
    if not isinstance(deadline, dict) or not isinstance(told, list):
        raise ValueError(f"expected a deadline and a list of desks, got {row!r}")
    ((unit, count),) = deadline.items()
    if unit not in _UNITS:
        raise ValueError(f"expected one of {_UNITS}, got {unit!r}")
    return Rule(
        desk=Desk(str(row["desk"])),
        unit=unit,
        count=count,
        stops=Rest(str(row["stops"])),
        until=Until(str(row["until"])),
        sent=str(row["sent"]),
        told=tuple(Desk(desk) for desk in told),
    )


RULES: Mapping[DutyKind, Rule] = _rules()
