"""What the gate is asked and what it answers. Values only; parsing is the caller's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from flows.policy.hours import Hours
from flows.policy.model import Policy
from flows.policy.place import Place
from flows.replacing import quick


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    TELEGRAM = "telegram"
    EMAIL = "email"
    VOICEMAIL = "voicemail"
    VOICE = "voice"


class Kind(StrEnum):
    """What a message is for the rules."""

    REMINDER = "reminder"  # starts from us and asks for money
    NOTICE = "notice"  # courtesy before or on a day: due, instalment, promise
    REPLY = "reply"  # the bot answers the customer's own words
    AGENT = "agent"  # a person writes
    OPTOUT_CONFIRMATION = "optout_confirmation"  # the one confirmation of an opt-out
    SAFETY = "safety"  # help when life is at risk


class Notice(StrEnum):
    """Which day a notice is about."""

    PRE_DUE = "pre_due"
    DUE_DAY = "due_day"
    INSTALMENT = "instalment"
    PROMISE_DUE = "promise_due"


class Action(StrEnum):
    """What happens to a message, from weak to strong."""

    SEND = "send"
    DELAY = "delay"
    HAND_OVER = "hand_over"
    DROP = "drop"


class Direction(StrEnum):
    """Who wrote."""

    IN = "in"
    OUT = "out"


class Consent(StrEnum):
    """On what basis the customer gets SMS."""

    CONSENT = "consent"
    CONTRACT = "contract"
    NONE = "none"


OPT_OUT = "opt_out"
START = "start"


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One message of the history.

    `at` is kept as UTC. `kind`: of an inbound message an intent, `start` or `reply`; of an
    outbound one a `Kind`.
    `channel` None is one that counts, `account` None the account of the request; `asks_money` is
    implied by a reminder; `text` serves the rules against repetition.
    """

    at: datetime
    direction: Direction
    kind: str
    asks_money: bool = False
    channel: Channel | None = None
    account: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is not UTC:
            object.__setattr__(self, "at", self.at.astimezone(UTC))


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold on an account or a flag on a person, by name.

    `until`: a day, itself included, or an instant; None until someone ends it.
    """

    name: str
    id: str | None = None
    until: date | datetime | None = None

    def __post_init__(self) -> None:
        if isinstance(self.until, datetime):
            object.__setattr__(self, "until", self.until.astimezone(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationNotice:
    """The validation notice of an account: the day it was sent, or None when it was not."""

    sent_on: date | None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What is known of the account.

    `due_on`: of an instalment or promise notice its own day; needed for notices and for whatever
    asks for money. `validation` None: not judged here. `ledger`: amounts in minor units that the
    text may name, None when it is not judged here.
    """

    id: str | None = None
    due_on: date | None = None
    holds: tuple[Hold, ...] = ()
    validation: ValidationNotice | None = None
    ledger: tuple[int, ...] | None = None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of the person; None or absent: that rule is not applied here.

    `opted_out`: the channels stopped. `customer_hours` by the names of the window's fields.
    """

    opted_out: frozenset[Channel] = frozenset()
    flags: tuple[Hold, ...] = ()
    is_verified: bool = False
    sms_consent: Consent | None = None
    customer_hours: Mapping[str, Hours] | None = None
    is_willing: bool = False
    number_checked_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.number_checked_at is not None:
            object.__setattr__(self, "number_checked_at", self.number_checked_at.astimezone(UTC))


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """May this message leave now? All facts, and `now`, come in; nothing is looked up.

    `text` None: no text check, and only a reminder asks for money. `notice` None: read from the
    holds and the day. `template`: which of our own checked texts it is, empty for any other; only
    for the exceptions that belong to one. `history`: in any order, none later than `now`. `now` is
    kept as UTC.
    """

    now: datetime
    channel: Channel
    kind: Kind
    policy: Policy
    place: Place
    text: str | None = None
    template: str = ""
    notice: Notice | None = None
    account: AccountFacts = AccountFacts()
    person: PersonFacts = PersonFacts()
    history: tuple[Contact, ...] = ()

    def __post_init__(self) -> None:
        if self.now.tzinfo is not UTC:
            object.__setattr__(self, "now", self.now.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to the message, and the rules that say so, the deciding one first.

    `at`, with delay only: the first instant that all time rules allow, with the recipient's
    offset. `holds`: the ids of the holds and flags that stopped it.
    """

    action: Action
    at: datetime | None = None
    rules: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
