"""What the templates take: frozen values with no words and no markup in them.

Amounts, days and instants stay typed; `format.py` puts them into the reader's language. Nothing
here reads storage, and nothing here knows a template.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

from flows.model import Flag
from flows.money import Money
from flows.records import ConversationId, HandoffReason, PlanStatus
from flows.understanding.intents import Intent
from flows.understanding.values import Entity, Frequency

AgentId = NewType("AgentId", str)

# console-design.md section 3: grey above a quarter of the time, amber to the end, then red.
_AMBER_SHARE = 4

# console-design.md section 3: below this confidence the tag is dashed and says so.
_SURE = 0.6


# A word of a closed list; its family is a table of the word files.
Term = Intent | Frequency | PlanStatus | HandoffReason | Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A sentence of the word files and its values, so that a page can say it in any language."""

    key: str
    values: Mapping[str, Fact] = field(default_factory=dict)


# A value that a sentence of the console may hold; `format.py` knows how to write each of them.
Fact = Money | datetime | date | int | str | Term | Entity | Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Somebody's own words with the language they are written in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """An agent as others see him; what his role may do is said in `roles.py`."""

    id: AgentId
    name: str
    role: str = field(default="agent", compare=False)


class Care(StrEnum):
    """Why a person is to be handled with care; drawn in plum, before everything else."""

    VULNERABLE = "vulnerable"
    DECEASED = "deceased"
    REPRESENTED = "represented"


class Act(StrEnum):
    """What an agent may do to a talk; a page offers only those that are possible now."""

    CLAIM = "claim"
    HAND_BACK = "hand_back"
    REPLY = "reply"
    NOTE = "note"
    CLOSE = "close"
    SNOOZE = "snooze"
    WAKE = "wake"
    TRANSFER = "transfer"
    TEMPLATES = "templates"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What every page's bar shows: the open tasks, those over time, whether sending is stopped."""

    tasks: int = 0
    overdue: int = 0
    is_stopped: bool = False


# --- the queue ---------------------------------------------------------------------------------


class TabName(StrEnum):
    """The tabs of the queue; every open talk is in at least one."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    DUE_TODAY = "due_today"
    DISPUTES = "disputes"
    CARE = "care"
    CLOSED = "closed"


class Sort(StrEnum):
    """The orders of the queue."""

    BREACH = "breach"
    NEWEST = "newest"
    AMOUNT = "amount"


class SlaKind(StrEnum):
    """What a clock runs towards: the first answer, the next one, or the close."""

    FIRST = "first"
    NEXT = "next"
    CLOSE = "close"


class SlaLevel(StrEnum):
    """How a clock looks."""

    CALM = "calm"
    SOON = "soon"
    OVER = "over"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """A promise of the team to answer; paused while it waits for the customer."""

    kind: SlaKind
    due_at: datetime
    target: timedelta
    is_paused: bool = False

    def level(self, now: datetime) -> SlaLevel:
        """How urgent it is at this instant."""
        if self.is_paused:
            return SlaLevel.PAUSED
        left = self.due_at - now
        if left < timedelta(0):
            return SlaLevel.OVER
        return SlaLevel.SOON if left * _AMBER_SHARE <= self.target else SlaLevel.CALM


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTab:
    """One tab with its count; `is_breached` when one of its talks is over time."""

    name: TabName
    count: int
    is_breached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One talk in a list. The name is masked by the page unless the talk is the open one."""

    id: ConversationId
    name: str
    channel: str
    last: Quote
    language: str
    sla: Sla | None = None
    is_unread: bool = False
    intent: Intent | None = None
    reason: HandoffReason | None = None
    care: Care | None = None
    amount: Money | None = None
    days_late: int | None = None
    owner: Face | None = None
    state: Phrase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many talks an agent holds, of how many he may."""

    held: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """The list of one tab; `next_after` continues it, None when it is all here."""

    tabs: tuple[QueueTab, ...]
    current: TabName
    rows: tuple[QueueRow, ...]
    load: Load
    sort: Sort = Sort.BREACH
    next_after: str | None = None

    @property
    def count(self) -> int:
        """How many talks the current tab holds."""
        return next((tab.count for tab in self.tabs if tab.name == self.current), 0)

    @property
    def waiting(self) -> int:
        """How many talks nobody holds, for whoever has none."""
        return next((tab.count for tab in self.tabs if tab.name is TabName.UNASSIGNED), 0)


# --- the talk ----------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    """What became of a message; unknown is never sent again by the machine."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The state of a message, with the gateway's reason and the next try where there is one."""

    state: DeliveryState
    reason: str | None = None
    until_at: datetime | None = None
    undo: int | None = None
    """The number by which its writer may take it back, while it waits to leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a customer's message was understood; `confidence` is a probability from 0 to 1."""

    intent: Intent
    confidence: float
    also: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether the intent may be shown without a doubt."""
        return self.confidence >= _SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a line exists: the rules that led to it, the first one first, and the facts it used."""

    rules: tuple[str, ...]
    facts: tuple[Phrase, ...] = ()
    policy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """What the customer wrote, and how it was read."""

    id: str
    at: datetime
    said: Quote
    reading: Reading | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotLine:
    """What the bot wrote, and why."""

    id: str
    at: datetime
    said: Quote
    why: Why | None = None
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLine:
    """What an agent wrote to the customer."""

    id: str
    at: datetime
    said: Quote
    agent: Face
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """What an agent wrote to his colleagues; it never leaves."""

    id: str
    at: datetime
    said: Quote
    agent: Face


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLine:
    """What happened besides words: a payment, a promise, a takeover, a hold."""

    id: str
    at: datetime
    what: Phrase
    icon: str = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """The day from which on the lines below it are."""

    id: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """Where the unread lines begin."""

    id: str = "new"


Line = CustomerLine | BotLine | AgentLine | NoteLine | SystemLine
Shown = Line | DayLine | NewLine


def with_separators(
    lines: Sequence[Line], *, unread_from: str | None, days: Mapping[str, date]
) -> tuple[Shown, ...]:
    """The lines with a day line at each change of day and one mark before the first unread line.

    `days` gives the local day of each line by its id.
    """
    return tuple(_separated(lines, unread_from, days))


def _separated(
    lines: Sequence[Line], unread_from: str | None, days: Mapping[str, date]
) -> Iterator[Shown]:
    day: date | None = None
    for line in lines:
        if days[line.id] != day:
            day = days[line.id]
            yield DayLine(id=f"day-{day.isoformat()}", on=day)
        if line.id == unread_from:
            yield NewLine()
        yield line


def newest_of_runs(lines: Sequence[Line]) -> frozenset[str]:
    """The ids of our last lines before somebody else speaks: only they spell out the delivery."""
    after = (*lines[1:], None)
    return frozenset(
        line.id
        for line, following in zip(lines, after, strict=True)
        if not isinstance(following, BotLine | AgentLine)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffCard:
    """Why the bot asked for a person: his own words, what was reached, what is to be done."""

    reason: HandoffReason
    at: datetime
    said: tuple[Quote, ...] = ()
    so_far: tuple[Phrase, ...] = ()
    to_do: tuple[Phrase, ...] = ()
    is_answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """One account: what was billed, what is paid, what is open."""

    id: str
    product: str
    tail: str
    balance: Money
    billed: Money
    paid: Money
    fees: Money | None
    due_on: date
    days_late: int


class PartState(StrEnum):
    """Where one part of a plan stands."""

    PAID = "paid"
    NEXT = "next"
    LATE = "late"
    PARTLY_PAID = "partly_paid"
    OPEN = "open"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """One part of a plan; `number` 0 is the down payment."""

    number: int
    due_on: date
    amount: Money
    state: PartState = PartState.OPEN
    paid: Money | None = None
    days_late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCard:
    """A plan, accepted (`status`) or only proposed (None)."""

    parts: tuple[PlanPart, ...]
    total: Money
    status: PlanStatus | None = None


class Consent(StrEnum):
    """What a customer allows on one channel."""

    AGREED = "agreed"
    CONTRACT = "contract"
    NOT_ACCEPTED = "not_accepted"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConsent:
    """The consent on one channel, since a day if it is known."""

    channel: str
    consent: Consent
    since_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """May we write, what comes next, what was promised and kept."""

    consents: tuple[ChannelConsent, ...]
    next_step: Phrase | None = None
    promises_kept: int = 0
    promises_made: int = 0
    contacts: int | None = None
    contacts_max: int | None = None
    holds: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CareFlag:
    """A plum bar on top of all cards, with the person who looks after it."""

    care: Care
    keeper: Face | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When this customer may be contacted: open until, or shut until, in his own time."""

    is_open: bool
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadHead:
    """Who the talk is with and on which line. `zone` is the customer's time zone."""

    name: str
    is_verified: bool
    channel: str
    address: str
    zone: str
    window: Window | None = None
    viewers: tuple[Face, ...] = ()
    holder: Face | None = None


class GuardState(StrEnum):
    """The verdict on a text before it is sent."""

    OK = "ok"
    LATER = "later"
    REFUSED = "refused"
    STOPPED = "stopped"
    UNVERIFIED = "unverified"
    MOVED = "moved"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a text by code points, half-open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardVerdict:
    """May this text leave now: one verdict, its reason, and when it opens."""

    state: GuardState
    reason: Phrase | None = None
    opens_at: datetime | None = None
    quote: Quote | None = None
    spans: tuple[Span, ...] = ()
    rules: tuple[str, ...] = ()
    contacts: int | None = None
    contacts_max: int | None = None
    length: int = 0
    segments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One talk as an agent sees it. `version` is what he has seen; a reply carries it back."""

    id: ConversationId
    version: int
    head: ThreadHead
    lines: tuple[Line, ...]
    handoff: HandoffCard | None = None
    accounts: tuple[AccountCard, ...] = ()
    plan: PlanCard | None = None
    contact: ContactCard | None = None
    care: tuple[CareFlag, ...] = ()
    acts: frozenset[Act] = frozenset()
    older: str | None = None
    unread_from: str | None = None
    sla: Sla | None = None
    reply_language: str = "zh-Hans"


# --- the demo and the pretend phone --------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneBubble:
    """One message on a phone, from its owner's side."""

    id: str
    at: datetime
    said: Quote
    is_mine: bool
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneThread:
    """One sender on a pretend phone; times are in the owner's `zone`."""

    id: str
    owner: str
    sender: str
    channel: str
    language: str
    zone: str
    bubbles: tuple[PhoneBubble, ...] = ()
    tries: tuple[str, ...] = ()
    unread: int = 0


class StepKind(StrEnum):
    """The steps of one turn, in order."""

    WROTE = "wrote"
    UNDERSTOOD = "understood"
    DECIDED = "decided"
    CHECKED = "checked"
    SENT = "sent"


class StepState(StrEnum):
    """How a step ended."""

    PLAIN = "plain"
    PASSED = "passed"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One step of a turn: what, and by which rules (`because` holds their ids)."""

    kind: StepKind
    what: tuple[Phrase | Quote, ...]
    because: tuple[str, ...] = ()
    reading: Reading | None = None
    state: StepState = StepState.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTrace:
    """What the newest turn did."""

    turn: int
    who: str
    took: timedelta
    steps: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What the scheduler will look at, and for whom."""

    at: datetime
    what: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPage:
    """The demo: two phones, the newest turn, the console beside it, a clock to move."""

    clock_at: datetime
    zone: str
    phones: tuple[PhoneThread, ...]
    rows: tuple[QueueRow, ...]
    agent: Face
    people: tuple[Face, ...] = ()
    trace: DemoTrace | None = None
    coming: tuple[Coming, ...] = ()
