"""The page of the audit over storage: what happened, masked, and whether its chains hold."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Connection

from bot.casefile.mask import hidden, names_in
from bot.console.desk import names_of
from bot.console.pages import Face
from bot.kept import TurnBody
from storage import agents, codec, trail, verification
from storage.audit import Kind
from storage.chains import Fault
from storage.database import Database
from storage.days import starts_at
from storage.errors import CodecError
from storage.trail import Subject, Trace, Wanted

PAGE_ROWS = 50
# Up to here a page proves the chains by itself; beyond, somebody asks for it.
_LINKS_AT_ONCE = 5_000
_FAULTS_SHOWN = 100
_RULES_SHOWN = 4
_DAY = timedelta(days=1)
# What storage/verification.py says of a link, and under which key it has words.
FAULTS = {
    "a turn before it is missing": "gap",
    "an entry before it is missing": "gap",
    "it does not follow the turn before it": "order",
    "it does not follow the entry before it": "order",
    "its words were changed": "words",
    "it counts as erased and holds words": "not_erased",
    "its facts or its hash were changed": "facts",
    "cut or lengthened": "end",
    "every turn is missing": "gone",
    "its conversation is missing": "orphan",
}
READ, CHECKED = "audit_read", "audit_checked"

# What the list of acts offers, in the order of a day's work; the log may hold others too.
EVENTS = (
    "customer_said",
    "time_came",
    "payment_seen",
    "agent_took_over",
    "agent_said",
    "agent_proposed",
    "agent_agreed",
    "agent_handed_back",
    "dispute_answered",
    "complaint_answered",
    "duty_done",
    "reminders_paused",
    "reminders_resumed",
    "contact_stopped",
    "delivery_failed",
)
ACTS = (
    "opened",
    "read_history",
    "searched",
    "bills_listed",
    "cases_listed",
    "reminders_listed",
    "messages_read",
    "exported",
    READ,
    CHECKED,
    "claimed",
    "replied",
    "undone",
    "noted",
    "plan_proposed",
    "agreement_recorded",
    "handed_back",
    "transferred",
    "snoozed",
    "woken",
    "closed",
    "task_taken",
    "task_put_back",
    "task_done",
    "messages_retried",
    "messages_settled",
    "complaints_answered",
    "disputes_answered",
    "reading_corrected",
    "reading_set_aside",
    "sending_stopped",
    "sending_resumed",
    "campaign_resumed",
    "payment_booked",
    "payment_reversed",
    "address_opted_out",
    "import_file_taken",
    "import_file_dropped",
    "import_continued",
    "import_given_up",
    "import_taken_back",
    "import_rows_exported",
    "token_added",
    "token_revoked",
    "webhooks_redelivered",
    *(kind.value for kind in Kind),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; `problem` is whether the day was none."""

    account: str = ""
    agent: str = ""
    act: str = ""
    day: str = ""
    on: date | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether a day was written that is none."""
        return bool(self.day) and self.on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A link as it may be shown: without the customer's words, names in its reason hidden."""

    trace: Trace
    actor: str
    reason: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a walk through all chains found, and when it ended."""

    at: datetime
    links: int
    faults: tuple[Fault, ...]
    fault_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    """Some of what happened; `is_nobody` when the account that was named is not known."""

    rows: tuple[Told, ...]
    next_offset: int | None
    people: Mapping[str, str]
    proof: Proof | None
    is_nobody: bool = False


def search_of(query: Mapping[str, str]) -> Search:
    """What a query asks for."""
    day = query.get("day", "").strip()
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        on = None
    return Search(
        account=query.get("account", "").strip(),
        agent=query.get("agent", "").strip(),
        act=query.get("act", "").strip(),
        day=day,
        on=on,
    )


class Trails:
    """The data of this page; `zone` is the team's, whose days are asked for."""

    def __init__(self, database: Database, *, zone: tzinfo) -> None:
        self._database = database
        self._zone = zone
        self._proof: Proof | None = None
        self._checking = asyncio.Lock()

    async def page(self, agent: Face, search: Search, *, offset: int, now: datetime) -> TrailPage:
        """Some of what happened, newest first; that somebody read it is itself noted."""
        if self._proof is None and await self._database.read(trail.links) <= _LINKS_AT_ONCE:
            await self._check(now)

        def look(conn: Connection) -> TrailPage:
            subject = trail.subject_of(conn, search.account) if search.account else None
            rows = trail.page(
                conn, self._wanted(search, subject), offset=offset, limit=PAGE_ROWS + 1
            )
            people = names_of(conn)
            agents.note_acts(conn, [_reading(agent, search, subject, len(rows), now)])
            return TrailPage(
                rows=tuple(_told(row) for row in rows[:PAGE_ROWS]),
                next_offset=offset + PAGE_ROWS if len(rows) > PAGE_ROWS else None,
                people=people,
                proof=self._proof,
                is_nobody=subject is not None and subject.is_nobody,
            )

        return await self._database.write(look)

    def _wanted(self, search: Search, subject: Subject | None) -> Wanted:
        on = search.on
        return Wanted(
            subject=subject,
            actor=search.agent or None,
            act=search.act or None,
            since_at=starts_at(on, self._zone) if on else None,
            before_at=starts_at(on + _DAY, self._zone) if on else None,
        )

    async def check(self, agent: Face, *, now: datetime) -> Proof:
        """Walk every chain, as `duetalk audit verify` does; that somebody asked for it is noted."""
        proof = await self._check(now)
        reason = f"{proof.links} links, {proof.fault_count} faults"
        act = agents.Act(at=now, agent_id=agent.id, act=CHECKED, reason=reason)
        await self._database.write(lambda conn: agents.note_acts(conn, [act]))
        return proof

    async def _check(self, now: datetime) -> Proof:
        """One walk at a time; whoever waited for one takes what it found."""
        async with self._checking:
            if self._proof is not None and self._proof.at >= now:
                return self._proof
            links, count, faults = 0, 0, list[Fault]()
            async for step in verification.check(self._database):
                links += step.links
                count += len(step.faults)
                faults += step.faults[: _FAULTS_SHOWN - len(faults)]
            proof = Proof(at=now, links=links, faults=tuple(faults), fault_count=count)
            self._proof = proof
            return proof


def _reading(
    agent: Face, search: Search, subject: Subject | None, count: int, now: datetime
) -> agents.Act:
    """Who read what: about one talk it stands with the talk."""
    talks = subject.conversation_ids if subject else ()
    asked = [part for part in (search.agent, search.act, search.day) if part]
    return agents.Act(
        at=now,
        agent_id=agent.id,
        act=READ,
        conversation_id=talks[0] if len(talks) == 1 else None,
        reason=" ".join([*asked, f"rows: {min(count, PAGE_ROWS)}"]),
    )


def _told(trace: Trace) -> Told:
    body = _body(trace)
    rules = dict.fromkeys(reason.rule for reason in body.reasons) if body else {}
    return Told(
        trace=trace,
        actor=trace.actor or str(getattr(body.event, "agent", "") if body else ""),
        reason=hidden(trace.reason, names_in(trace.name)),
        rules=tuple(rules)[:_RULES_SHOWN],
    )


def _body(trace: Trace) -> TurnBody | None:
    """What a turn keeps; None where it was erased, or changed by somebody whom the chain finds."""
    if not trace.body_json:
        return None
    try:
        body: TurnBody = codec.loads(trace.body_json, TurnBody)
    except CodecError:
        return None
    return body
