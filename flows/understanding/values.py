"""What reading a reply yields: values only, shared by the reader, the dialogues and storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import overload

from flows.understanding.intents import Intent


class Asked(StrEnum):
    """The question the bot has open; a bare reply is read against it."""

    CONFIRM = "confirm"
    CHOOSE_OPTION = "choose_option"
    AMOUNT = "amount"
    DATE = "date"
    COUNT = "count"
    COUNT_OR_AMOUNT = "count_or_amount"
    REASON = "reason"
    CLAIM_DETAILS = "claim_details"
    IDENTITY = "identity"
    CALLBACK_TIME = "callback_time"


class LanguageTag(StrEnum):
    """The language and script a reply is written in."""

    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"
    YUE = "yue"
    EN = "en"
    OTHER = "other"


class Band(StrEnum):
    """How far a reading may be trusted: act on it, read it back, or ask again."""

    ACT = "act"
    CONFIRM = "confirm"
    CLARIFY = "clarify"


class EntityKind(StrEnum):
    """The kinds of fact a reply can hold; names as in the command contract."""

    AMOUNT = "amount"
    DATE = "date"
    COUNT = "count"
    FREQUENCY = "frequency"
    PAY_DAY = "pay_day"
    SHARE = "share"
    TIME = "time"
    REFERENCE = "reference"
    OPTION = "option"


class Frequency(StrEnum):
    """How often an instalment falls due."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    SEMIMONTHLY = "semimonthly"
    MONTHLY = "monthly"


class Role(StrEnum):
    """What a fact is about, when the words around it say so."""

    PER_INSTALMENT = "per_instalment"  # 每月500, $50 every two weeks
    DOWN_PAYMENT = "down_payment"  # 先还1000剩下分6期
    PART = "part"  # 先还500, can pay 100 today
    PAID = "paid"  # 昨天还了500: what a claim of payment is about
    RIGHT = "right"  # what a disputed figure should be
    WRONG = "wrong"  # the disputed figure or the disputed part
    START = "start"  # 从12月10号开始: the first due day
    DEADLINE = "deadline"  # by Friday, 月底前
    AFTER = "after"  # after the 15th
    UNTIL = "until"  # 宽限到月底: more time, no payment
    INCOME = "income"  # take-home pay
    SPENDING = "spending"  # unavoidable spending


class Tag(StrEnum):
    """Polarity and manner, found by rules; features for the scorer and facts for dialogues."""

    PAST = "past"  # 还了, paid
    NEGATED = "negated"  # 没还, haven't paid
    CANNOT = "cannot"  # 还不了, can't
    WILL_NOT = "will_not"  # 不还, won't
    STILL = "still"  # 还在, still
    HOW = "how"  # 怎么还
    ASKS = "asks"  # a question
    FUTURE = "future"  # 明天还
    SPLIT = "split"  # 分期
    NO_PLAN = "no_plan"  # 不用分期
    THIRD_PERSON = "third_person"  # 他还了
    CONDITIONAL = "conditional"  # 如果
    HEDGE = "hedge"  # 尽量, might, 应该
    CORRECTION = "correction"  # 不对, no I meant
    WHOLE = "whole"  # 全部, all of it
    ALL_ACCOUNTS = "all_accounts"  # 都, both
    TOO_MUCH = "too_much"  # 太多了, can't afford that
    WITHDRAWS = "withdraws"  # 算了不用人工了
    VAGUE_AMOUNT = "vague_amount"  # 五六百, a few hundred
    VAGUE_TIME = "vague_time"  # 过几天, soon
    INCOME_DAY = "income_day"  # 发工资, payday, 出糧
    MINIMUM = "minimum"  # 最低还款
    RESTART = "restart"  # exactly START, 恢复: the only words that open again
    HELP = "help"  # exactly HELP, INFO, 帮助


Value = Decimal | date | time | int | str | Fraction | Frequency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One fact read from a reply.

    `start` and `end` are code points of the raw text, half-open. `value` is None when the words
    allow several readings; these stand in `alternatives`. Types of `value` by kind: amount
    Decimal (major units), date date, count, pay_day and option int, frequency Frequency, share
    Fraction, time time, reference str.
    """

    kind: EntityKind
    text: str
    start: int
    end: int
    value: Value
    currency: str | None = None
    alternatives: tuple[Value, ...] = ()
    role: Role | None = None


Weight = tuple[str, float]


class Weights(Sequence[Weight]):
    """The features that spoke most for a reading, worked out when they are first asked for.

    More replies are read than are kept or shown: each part of a burst, and what only might not
    wait. Equal to the tuple of the same weights, and stored like it.
    """

    __slots__ = ("_tell", "_told")

    def __init__(self, tell: Callable[[], tuple[Weight, ...]]) -> None:
        self._tell: Callable[[], tuple[Weight, ...]] | None = tell
        self._told: tuple[Weight, ...] = ()

    def _all(self) -> tuple[Weight, ...]:
        if self._tell is not None:
            self._told = self._tell()
            self._tell = None
        return self._told

    @overload
    def __getitem__(self, at: int) -> Weight: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Weight, ...]: ...
    def __getitem__(self, at: int | slice) -> Weight | tuple[Weight, ...]:
        return self._all()[at]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Weight]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Weights) else other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[type, tuple[tuple[Weight, ...]]]:
        return tuple, (self._all(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a reply was read so: shown in the console and kept with the decision.

    `example` is an operator's, by which the reply was read; `nearest.py` finds one for any reading.
    """

    keyword: str | None = None
    weights: Sequence[Weight] = ()
    example: str | None = None
    example_score: float = 0.0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What one message says. `confidence` is a calibrated probability from 0 to 1."""

    text: str
    intent: Intent
    confidence: float
    band: Band
    language: LanguageTag
    also: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    tags: frozenset[Tag] = field(default_factory=frozenset)
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def intents(self) -> tuple[Intent, ...]:
        """The primary intent and the further ones, in order."""
        return (self.intent, *self.also)
