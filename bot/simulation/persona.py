"""Who is simulated: 14 archetypes in three languages, drawn from one seed (negotiation.md D.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any


class Archetype(StrEnum):
    """What brings the customer; the order is that of the tables."""

    FORGETFUL = "forgetful"
    PAY_DAY = "pay_day"
    ABLE = "able"
    JUST_ABLE = "just_able"
    UNABLE = "unable"
    YEA_SAYER = "yea_sayer"
    DISCOUNT = "discount"
    PAID = "paid"
    PAID_NOT = "paid_not"
    DISPUTER = "disputer"
    STALLER = "staller"
    STOPPER = "stopper"
    CRISIS = "crisis"
    THIRD_PARTY = "third_party"


class Noise(StrEnum):
    """How carelessly the customer types."""

    NONE = "none"
    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


LANGUAGES = ("zh-Hans", "zh-Hant", "en")
SEEDS = 10
# With no failure in n dialogues the true rate is below 3/n at 95 % (the rule of three); these two
# archetypes are the gates that matter most, so they get 3 × 4 × 30 = 360 dialogues each.
EXTRA_SEEDS = 20
EXTRA = (Archetype.CRISIS, Archetype.THIRD_PARTY)

PLAN_SEEKERS = (
    Archetype.ABLE,
    Archetype.JUST_ABLE,
    Archetype.UNABLE,
    Archetype.YEA_SAYER,
)
PAYERS = (Archetype.FORGETFUL, Archetype.PAY_DAY)
# With these a day and a sum can be agreed: the dialogues over which N is a mean (D.2).
AGREEING = (*PAYERS, *PLAN_SEEKERS)
CLAIMANTS = (Archetype.PAID, Archetype.PAID_NOT)

MAX_INSTALMENTS = 12
MAX_FIRST_DELAY_DAYS = 30
MAX_DURATION_DAYS = 400
MIN_INSTALMENT_MINOR = 10_000
PROMISE_MAX_DAYS = 30
MENU = (3, 6, 12)
# This creditor leaves the customer the tenth that D.2 counts as a buffer.
SHARE_BP = 9_000
MONTHS = 14
_POLICY: dict[str, Any] = {
    "max_instalments": MAX_INSTALMENTS,
    "menu": list(MENU),
    "min_instalment_minor": MIN_INSTALMENT_MINOR,
    "max_first_delay_days": MAX_FIRST_DELAY_DAYS,
    "default_first_delay_days": 7,
    "affordability_share_bp": SHARE_BP,
    "frequencies": ["weekly", "biweekly", "semimonthly", "monthly"],
    "down_payment_bp": 0,
    "unit_minor": 1,
    "remainder": "last",
    "max_duration_days": MAX_DURATION_DAYS,
    "holiday_shift": "none",
    "ptp_max_days": PROMISE_MAX_DAYS,
    "ptp_grace_days": 1,
    "ptp_max_amend": 1,
    "ptp_max_broken": 2,
    "max_extension_days": 14,
    "auto_discount_bp": 0,
    "discount_needs_human": True,
    "verify_max_tries": 2,
    "clarify_max": 2,
}
_CURRENCY = {"zh-Hans": "CNY", "zh-Hant": "TWD", "yue": "HKD", "en": "USD"}
_CREDITOR = {
    "zh-Hans": "云杉金融",
    "zh-Hant": "雲杉融資",
    "yue": "雲杉財務",
    "en": "Spruce Finance",
}
_PRODUCT = {"zh-Hans": "现金分期", "zh-Hant": "信用貸款", "yue": "私人貸款", "en": "Personal Loan"}
_NAMES = {
    "zh-Hans": ("陈静", "刘洋", "赵敏", "孙磊"),
    "zh-Hant": ("林怡君", "張家豪", "吳淑芬"),
    "yue": ("何家俊", "黃嘉欣", "梁志強"),
    "en": ("Alex Morgan", "Jamie Reed", "Sam Carter", "Robin Hayes"),
}
_FIRST_DAY = date(2026, 3, 2)
_DAYS = 330
_STEP_MINOR = 5_000
_CENT_SHARE = 0.3
_YUE_SHARE = 0.6
_UNBOUND_SHARE = 0.15
_BREAKS_SHARE = 0.08
_HONEST_SHARE = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """The cell of the grid a persona comes from; its id is `archetype:language:noise:number`."""

    archetype: Archetype
    language: str
    noise: Noise
    number: int

    @property
    def id(self) -> str:
        """The persona's id, by which a dialogue is shown again."""
        return f"{self.archetype}:{self.language}:{self.noise}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One customer. Money is in minor units; `capacity` is what he can truly spare each month."""

    spec: Spec
    lect: str
    name: str
    currency: str
    today: date
    outstanding: int
    is_bound: bool
    tail: str
    birthday: date
    capacity: int
    claimed: int
    lump: int
    pay_on: date
    willingness: float
    temper: float
    patience: int
    verbosity: int
    opening: str
    disputed: int
    paid_on: date
    offer: int
    risk_turn: int
    side_questions: float
    corrections: float
    shocks: tuple[bool, ...]
    moods: tuple[float, ...]

    @property
    def id(self) -> str:
        """The persona's id."""
        return self.spec.id

    @property
    def is_yea_sayer(self) -> bool:
        """Whether he accepts whatever is offered."""
        return self.spec.archetype is Archetype.YEA_SAYER


def spec_of(persona_id: str) -> Spec:
    """The cell an id names; raises ValueError for anything else."""
    archetype, language, noise, number = persona_id.split(":")
    if language not in LANGUAGES:
        raise ValueError(f"expected one of {', '.join(LANGUAGES)}, got {language!r}")
    return Spec(
        archetype=Archetype(archetype), language=language, noise=Noise(noise), number=int(number)
    )


def grid(
    archetypes: Sequence[Archetype] = tuple(Archetype),
    noises: Sequence[Noise] = tuple(Noise),
    *,
    seeds: int = SEEDS,
    extra: int = EXTRA_SEEDS,
) -> Iterator[Spec]:
    """Every cell, the numbers outermost, so that the first N are spread over all archetypes."""
    for number in range(seeds + extra):
        for archetype in archetypes:
            if number >= seeds and archetype not in EXTRA:
                continue
            for noise in noises:
                for language in LANGUAGES:
                    yield Spec(archetype=archetype, language=language, noise=noise, number=number)


def persona(spec: Spec, rng: Random) -> Persona:
    """The customer of a cell, drawn from the generator that also drives what he says."""
    archetype = spec.archetype
    lect = spec.language
    if lect == "zh-Hant" and rng.random() < _YUE_SHARE:
        lect = "yue"
    today = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    outstanding = _STEP_MINOR * rng.randint(24, 190)
    if rng.random() < _CENT_SHARE:
        outstanding += rng.randrange(1, _STEP_MINOR)
    capacity, lump = _means(archetype, outstanding, rng)
    is_honest = rng.random() < _HONEST_SHARE
    is_third = archetype is Archetype.THIRD_PARTY
    return Persona(
        spec=spec,
        lect=lect,
        name=rng.choice(_NAMES[lect]),
        currency=_CURRENCY[lect],
        today=today,
        outstanding=outstanding,
        is_bound=rng.random() >= (0.5 if is_third else _UNBOUND_SHARE),
        tail=f"{rng.randrange(1000, 10000)}",
        birthday=date(1960, 1, 1) + timedelta(days=rng.randrange(15_000)),
        capacity=capacity,
        claimed=capacity if is_honest else int(capacity * rng.uniform(0.4, 0.8)),
        lump=lump,
        pay_on=today + timedelta(days=rng.randint(3, 28)),
        willingness=_willingness(archetype, rng),
        temper=rng.uniform(0.6, 1.0) if archetype is Archetype.STOPPER else rng.uniform(0.0, 0.6),
        patience=rng.randint(4, 10),
        verbosity=rng.choice((0, 1, 1, 2)),
        opening=rng.choice(_OPENINGS[archetype]),
        disputed=_STEP_MINOR * rng.randint(1, 8) // 2,
        paid_on=today - timedelta(days=rng.randint(1, 9)),
        offer=int(outstanding * rng.uniform(0.5, 0.85)) // _STEP_MINOR * _STEP_MINOR,
        risk_turn=rng.choice((1, 1, 2, 3)),
        side_questions=0.15,
        corrections=0.1,
        shocks=tuple(rng.random() < _BREAKS_SHARE for _ in range(MONTHS)),
        moods=tuple(rng.random() for _ in range(MONTHS)),
    )


_OPENINGS: dict[Archetype, tuple[str, ...]] = {
    Archetype.FORGETFUL: ("pay_now", "promise", "promise_all"),
    Archetype.PAY_DAY: ("payday", "payday_all"),
    Archetype.ABLE: ("plan_bare", "plan_count", "plan_amount", "plan_count_day", "plan_amount_day"),
    Archetype.JUST_ABLE: (
        "plan_bare",
        "plan_count",
        "plan_amount",
        "plan_count_day",
        "plan_amount_day",
    ),
    Archetype.UNABLE: ("plan_bare", "plan_amount", "plan_amount_day"),
    Archetype.YEA_SAYER: ("plan_bare", "plan_bare", "plan_count"),
    Archetype.DISCOUNT: ("discount",),
    Archetype.PAID: ("paid", "paid_day"),
    Archetype.PAID_NOT: ("paid", "paid_day"),
    Archetype.DISPUTER: ("dispute_amount", "dispute_amount_part", "dispute_debt"),
    Archetype.STALLER: ("stall", "stall_busy", "stall_soon"),
    Archetype.STOPPER: ("abuse", "stall", "plan_bare"),
    Archetype.CRISIS: ("plan_bare", "stall", "promise"),
    Archetype.THIRD_PARTY: ("wrong_number", "relative"),
}


def _means(archetype: Archetype, outstanding: int, rng: Random) -> tuple[int, int]:
    """What he can spare each month and at once."""
    shortest = {
        Archetype.ABLE: (2, 6),
        Archetype.JUST_ABLE: (7, 11),
        Archetype.YEA_SAYER: (4, 11),
    }.get(archetype, (3, 9))
    if archetype is Archetype.UNABLE:
        return int(outstanding / MAX_INSTALMENTS * rng.uniform(0.2, 0.8)), 0
    count = rng.randint(*shortest)
    each = max(int(outstanding / count * rng.uniform(1.02, 1.12)), MIN_INSTALMENT_MINOR)
    if archetype in PAYERS:
        return int(outstanding * rng.uniform(1.15, 1.6)), int(outstanding * rng.uniform(1.15, 1.6))
    return each, 0


def _willingness(archetype: Archetype, rng: Random) -> float:
    if archetype is Archetype.STALLER:
        return rng.uniform(0.0, 0.3)
    if archetype is Archetype.PAID_NOT:
        return rng.uniform(0.3, 0.7)
    return rng.uniform(0.85, 1.0)


def record(one: Persona) -> dict[str, Any]:
    """The dialogue record that opens the conversation (contract 2)."""
    return {
        "id": one.id,
        "lang": one.lect,
        "today": one.today.isoformat(),
        "account": {
            "account_id": "A1",
            "customer_name": one.name,
            "creditor": _CREDITOR[one.lect],
            "product": _PRODUCT[one.lect],
            "currency": one.currency,
            "outstanding_minor": one.outstanding,
            "due_date": (one.today - timedelta(days=12)).isoformat(),
            "channel": "sms" if one.spec.number % 2 == 0 else "telegram",
            "verified": one.is_bound,
            "verify": {"id_last4": one.tail, "birthday": one.birthday.isoformat()},
            "policy": dict(_POLICY),
        },
    }
