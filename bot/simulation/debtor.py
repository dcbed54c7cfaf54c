"""What a simulated customer says next: his agenda against the structure of what the bot said.

Only the `says` records are read, never a text (negotiation.md D.1, behaviour).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from bot.simulation.noise import LEVELS, figure, number, spelled, write
from bot.simulation.persona import (
    CLAIMANTS,
    MAX_INSTALMENTS,
    PAYERS,
    PLAN_SEEKERS,
    Archetype,
    Persona,
)
from bot.simulation.speech import day_words, ordinal, phrases

Say = Mapping[str, Any]

# The agenda's own numbers (negotiation.md D.1, behaviour 4 and 5).
_FIRST_OFFER, _RAISE, _STEP_MINOR = 0.8, 1.1, 5_000
_SPARE_STEP_MINOR = 1_000
_DAYS_BEFORE_PAY = 2
_TEMPER_STEP, _STOPS_ABOVE = 0.2, 0.7
_USELESS_LIMIT = 3
_SAYS_THANKS, _WRITES_AGAIN = 0.4, 0.5
_MEDIAN_MINUTES, _SPREAD, _LONGEST_MINUTES, _LEAST_SECONDS, _GAP_SHARE = 3, 0.8, 240.0, 15, 0.03
_MAX_SIDE_QUESTIONS, _SIDE_KEYS = 2, ("side_balance", "side_credit", "side_identity")
# What the bot may wait for; the last of them in a message is what he answers.
_WAITS = frozenset(
    {
        "ask_date",
        "ask_amount",
        "ask_count",
        "ask_reason",
        "ask_identity",
        "ask_capacity",
        "ask_claim",
        "options",
        "proposal",
        "refusal",
    }
)
_ENDS = frozenset({"plan_confirmed", "promise_confirmed", "stopped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A promise in his own words; `amount` None: he named no sum."""

    day: date
    amount: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What he writes, and what he means by it: the judge's only source of truth about him."""

    texts: tuple[str, ...]
    key: str
    at: datetime
    is_mixed: bool = False
    accepts: Say | None = None
    states: Stated | None = None
    figures: tuple[tuple[str, int | date], ...] = ()
    is_correction: bool = False
    is_side: bool = False


@dataclass(slots=True, kw_only=True)
class Debtor:
    """One customer in one conversation; he draws from the persona's own generator."""

    persona: Persona
    rng: Random
    at: datetime
    turns: int = 0
    temper: float = 0.0
    useless: int = 0
    rounds: int = 0
    sides: int = 0
    amount: int | None = None
    day: date | None = None
    count: int | None = None
    last: Say | None = None
    is_done: bool = False
    has_corrected: bool = False
    risk_said: bool = False
    mentioned: set[str] = field(default_factory=set)

    def open(self) -> Utterance:
        """His first message, an answer to the first text."""
        self.temper = self.persona.temper
        self._wait(self.at)
        return self._counted(self._risk() or self._opening())

    def answer(self, says: Sequence[Say], now: datetime) -> Utterance | None:
        """What he writes after these records; None when he is done or gone."""
        if self.is_done or self._is_out_of_patience(says):
            return None
        self._wait(now)
        risk = self._risk()
        if risk is not None:
            return self._counted(risk)
        said = self._react(says)
        return None if said is None else self._counted(said)

    def _is_out_of_patience(self, says: Sequence[Say]) -> bool:
        """Too many turns; nobody leaves a moment before an agreement that suits him."""
        if self.turns - self.sides < self.persona.patience:
            return False
        plans = [one for one in says if one["key"] == "proposal" and "instalments" in one]
        return not (plans and self.fits(plans[-1]) and self.starts_late_enough(plans[-1]))

    def _wait(self, now: datetime) -> None:
        """Some minutes pass (log-normal, median three), now and then a day."""
        minutes = min(_MEDIAN_MINUTES * self.rng.lognormvariate(0.0, _SPREAD), _LONGEST_MINUTES)
        self.at = now + timedelta(seconds=_LEAST_SECONDS + round(60 * minutes))
        if self.rng.random() < _GAP_SHARE:
            self.at += timedelta(hours=self.rng.randint(18, 30))

    @property
    def today(self) -> date:
        """The day on which he writes."""
        return self.at.date()

    @property
    def pay_on(self) -> date:
        """His next pay day, or tomorrow when it has just passed."""
        return max(self.persona.pay_on, self.today + timedelta(days=1))

    def _counted(self, said: Utterance) -> Utterance:
        self.turns += 1
        return said

    # What he does in general

    def _react(self, says: Sequence[Say]) -> Utterance | None:
        if not says:
            return self._to_silence()
        waits = [one for one in says if one["key"] in _WAITS]
        keys = {one["key"] for one in says}
        if self.persona.spec.archetype in _TELLERS and self.turns:
            return self._teller(says, keys)
        if keys & _ENDS and not waits:
            return self._closing(says)
        if waits:
            return self._to_question(waits[-1])
        return self._to_statement(keys)

    def _to_silence(self) -> Utterance | None:
        if "still_there" in self.mentioned or self.rng.random() > _WRITES_AGAIN:
            return None
        return self.say("still_there")

    def _to_question(self, asked: Say) -> Utterance:
        again = self.last is not None and asked["key"] == self.last["key"] != "proposal"
        if again and "side" not in self.mentioned:
            self._annoyed()
            if self.rng.random() < self.temper * 0.5 and "abuse" not in self.mentioned:
                return self.say("abuse")
        self.mentioned.discard("side")
        self.last = asked
        side = self._side_question()
        if side is not None:
            return side
        if self.rng.random() >= self.persona.willingness:
            return self.say("stall")
        return _ANSWERS[asked["key"]](self, asked)

    def _to_statement(self, keys: set[str]) -> Utterance | None:
        archetype = self.persona.spec.archetype
        if "pay_link" in keys and archetype in PAYERS:
            return self._farewell()
        if "handoff" in keys:
            return self._farewell()
        self._annoyed()
        self.useless += 1
        if self.useless >= _USELESS_LIMIT:
            self.is_done = True
            return self.say("stop_angry" if self.temper > _STOPS_ABOVE else "person")
        return self._wish()

    def _annoyed(self) -> None:
        self.temper = min(1.0, self.temper + _TEMPER_STEP)

    def _farewell(self) -> Utterance | None:
        self.is_done = True
        return self.say("thanks") if self.rng.random() < _SAYS_THANKS else None

    def _closing(self, says: Sequence[Say]) -> Utterance | None:
        """Something is agreed: now and then he puts his own slip right, else he says goodbye."""
        done = next((one for one in says if one["key"] == "promise_confirmed"), None)
        if done is not None and self._slips():
            return self._corrected_day()
        return self._farewell()

    def _slips(self) -> bool:
        if self.has_corrected:
            return False
        self.has_corrected = self.rng.random() < self.persona.corrections
        return self.has_corrected

    def _side_question(self) -> Utterance | None:
        if self.sides >= _MAX_SIDE_QUESTIONS or self.rng.random() >= self.persona.side_questions:
            return None
        self.sides += 1
        self.mentioned.add("side")
        return self.say(self.rng.choice(_SIDE_KEYS), is_side=True)

    # Risk events

    def _risk(self) -> Utterance | None:
        archetype = self.persona.spec.archetype
        if self.risk_said or self.turns + 1 < self.persona.risk_turn:
            return None
        if archetype is Archetype.STOPPER:
            self.risk_said = True
            return self.say(self.rng.choice(("stop", "stop", "stop_angry")))
        if archetype is Archetype.CRISIS:
            self.risk_said = True
            return self.say("crisis")
        return None

    # Customers who tell something and want no deal

    def _teller(self, says: Sequence[Say], keys: set[str]) -> Utterance | None:
        archetype = self.persona.spec.archetype
        if archetype in (Archetype.STOPPER, Archetype.CRISIS) and not self.risk_said:
            waits = [one for one in says if one["key"] in _WAITS]
            return _ANSWERS[waits[-1]["key"]](self, waits[-1]) if waits else self._wish()
        return _TELLERS[archetype](self, says, keys)

    def _after_risk(self, says: Sequence[Say], keys: set[str]) -> Utterance | None:
        self.is_done = True
        return self.say("after_stop") if self.rng.random() < _WRITES_AGAIN else None

    def _third_party(self, says: Sequence[Say], keys: set[str]) -> Utterance | None:
        if "third_more" in self.mentioned or self.rng.random() > _WRITES_AGAIN:
            return None
        return self.say("third_more")

    def _claimant(self, says: Sequence[Say], keys: set[str]) -> Utterance | None:
        if "ask_claim" in keys and "paid_details" not in self.mentioned:
            return self._told_day("paid_details")
        if "ask_identity" in keys:
            return self._identity({})
        return self._farewell()

    def _disputer(self, says: Sequence[Say], keys: set[str]) -> Utterance | None:
        if "ask_reason" in keys and "dispute_part" not in self.mentioned:
            return self.money("dispute_part", self.persona.disputed, slot="disputed")
        return self._farewell()

    def _staller(self, says: Sequence[Say], keys: set[str]) -> Utterance | None:
        if "handoff" in keys or "stopped" in keys:
            return None
        return self.say(
            self.rng.choice(("stall", "stall_busy", "stall_soon", "stall_off", "stall"))
        )

    def _discount(self, says: Sequence[Say], keys: set[str]) -> Utterance | None:
        if "handoff" in keys and "discount_offer" not in self.mentioned:
            return self.money("discount_offer", self.persona.offer, slot="offer")
        if "handoff" in keys:
            return self._farewell()
        waits = [one for one in says if one["key"] in _WAITS]
        if waits and waits[-1]["key"] == "ask_identity":
            return self._identity({})
        return self.say("discount") if self.rng.random() < _WRITES_AGAIN else None

    # Wishes

    def _opening(self) -> Utterance:
        return self._wish(self.persona.opening, is_first=True)

    def _wish(self, key: str = "", *, is_first: bool = False) -> Utterance:
        """What he wants, in other words than before."""
        key = key or self.persona.opening
        lead = self._lead() if is_first else ""
        if key in ("promise", "promise_all", "payday", "payday_all"):
            return self._promises(key, lead)
        if key.startswith("plan_"):
            return self._plans(key, lead)
        if key == "paid_day":
            return self._told_day(key, lead)
        if key == "dispute_amount_part":
            return self.money(key, self.persona.disputed, slot="disputed", lead=lead)
        return self.say(key, lead=lead)

    def _lead(self) -> str:
        if self.persona.spec.archetype is Archetype.THIRD_PARTY:
            return ""
        words = phrases(self.persona.lect)
        hello = self.rng.choice(words["hello"])
        story = self.rng.choice(words["story"]) if self.persona.verbosity > 1 else ""
        gap = " " if story and self.persona.lect == "en" else ""
        return hello + story + gap if self.persona.verbosity else ""

    def _promises(self, key: str, lead: str) -> Utterance:
        self.day = self.day or self.pay_on
        if key.endswith("_all"):
            self.amount = self.persona.outstanding
        words = {"day": self._day(self.day), "amount": self._money(self.persona.outstanding)}
        return self.say(
            key,
            words,
            lead=lead,
            states=Stated(day=self.day, amount=self.amount),
            figures=(("date", self.day),),
        )

    def _plans(self, key: str, lead: str) -> Utterance:
        if key == "plan_bare":
            return self.say(key, lead=lead)
        with_day = key.endswith("_day")
        if "count" in key:
            return self._count_wish(key, self._wished_count(), lead=lead, with_day=with_day)
        return self._amount_wish(key, self._offer(), lead=lead, with_day=with_day)

    def _wished_count(self) -> int:
        """A number of payments that he believes he can bear."""
        least = -(-self.persona.outstanding // max(self.persona.claimed, 1))
        return min(max(least, 2) + self.rng.choice((0, 0, 1)), MAX_INSTALMENTS)

    def _offer(self) -> int:
        """What he offers each month: first less than he can, each round a tenth more."""
        share = min(1.0, _FIRST_OFFER * _RAISE**self.rounds)
        if self.rounds >= _USELESS_LIMIT:
            share = 1.0
        self.rounds += 1
        rounded = int(self.persona.claimed * share) // _STEP_MINOR * _STEP_MINOR
        return rounded or max(self.persona.claimed // 1000 * 1000, 1000)

    def _count_wish(
        self, key: str, count: int, *, lead: str = "", with_day: bool = False
    ) -> Utterance:
        self.count = count
        words = {"count": self._number(count), "dom": self._dom()}
        figures: tuple[tuple[str, int | date], ...] = (("count", count),)
        if with_day:
            figures = (*figures, ("date", self.pay_on))
        return self.say(key, words, lead=lead, figures=figures)

    def _amount_wish(
        self, key: str, minor: int, *, lead: str = "", with_day: bool = False
    ) -> Utterance:
        self.amount = minor
        figures: tuple[tuple[str, int | date], ...] = (("amount", minor),)
        if with_day:
            figures = (*figures, ("date", self.pay_on))
        words = {"amount": self._money(minor), "dom": self._dom()}
        return self.say(key, words, lead=lead, figures=figures)

    # Answers to what the bot asks

    def _give_day(self, asked: Say) -> Utterance:
        if self._wants_plan():
            return self._wish() if self.persona.opening.startswith("plan_") else self.say("no")
        day = self.pay_on
        latest = asked.get("latest_first_due")
        if latest:
            day = min(day, date.fromisoformat(str(latest)))
        self.day = day
        return self.say(
            "day_only",
            {"day": self._day(day)},
            states=Stated(day=day, amount=self.amount),
            figures=(("date", day),),
        )

    def _wants_plan(self) -> bool:
        return self.persona.spec.archetype in PLAN_SEEKERS or self.persona.opening == "plan_bare"

    def _give_amount(self, asked: Say) -> Utterance:
        if not self._wants_plan():
            return self.money("discount_offer", self.persona.outstanding, slot="amount")
        return self.money("capacity", self._offer(), slot="amount")

    def _give_capacity(self, asked: Say) -> Utterance:
        if self.persona.spec.archetype is Archetype.UNABLE and self.rng.random() < 0.5:
            return self.say("capacity_none")
        spare = self.persona.claimed // _SPARE_STEP_MINOR * _SPARE_STEP_MINOR
        # One word answers one question; who says more names the day of his pay too.
        if asked.get("asks_pay_day") and self.persona.verbosity:
            return self._amount_wish("capacity_day", spare, with_day=True)
        return self.money("capacity", spare, slot="amount")

    def _give_count(self, asked: Say) -> Utterance:
        return self.say("by_amount")

    def _reason(self, asked: Say) -> Utterance:
        return self.say("reason_hard")

    def _identity(self, asked: Say) -> Utterance:
        birthday = self.persona.birthday
        form = self.rng.choice(("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"))
        words = {"a": self.persona.tail, "b": birthday.strftime(form)}
        return self.say("identity", words)

    def _to_refusal(self, asked: Say) -> Utterance:
        latest = asked.get("latest_first_due") or asked.get("latest")
        if asked.get("reason") == "too_long" and latest:
            is_enough = date.fromisoformat(str(latest)) >= self.pay_on
            return self.say("yes") if is_enough else self._wish()
        if latest:
            return self._give_day(asked)
        return self._wish()

    def _claim(self, asked: Say) -> Utterance:
        return self._told_day("paid_details")

    def _told_day(self, key: str, lead: str = "") -> Utterance:
        day = self.persona.paid_on
        return self.say(key, {"day": self._day(day)}, lead=lead, figures=(("date", day),))

    # Options and proposals

    def _choose(self, asked: Say) -> Utterance:
        plans = list(asked.get("plans") or ())
        letters = "ABC"
        wanted = next((n for n, plan in enumerate(plans) if self.accepts_plan(plan)), None)
        if wanted is None and self.persona.is_yea_sayer and plans:
            wanted = 0
        if wanted is None:
            return self._counter(plans[-1] if plans else {})
        if self.rng.random() < 0.5:
            return self.say("pick_letter", {"letter": letters[wanted]})
        count = int(plans[wanted]["instalments"])
        return self.say("pick_count", {"count": self._number(count)}, figures=(("count", count),))

    def fits(self, plan: Say) -> bool:
        """Whether he says he can bear the largest instalment."""
        return bool(max(plan["amounts"]) <= self.persona.claimed)

    def starts_late_enough(self, plan: Say) -> bool:
        """Whether the first payment comes when he has money."""
        first = date.fromisoformat(str(plan["first_due"]))
        return first >= self.pay_on - timedelta(days=_DAYS_BEFORE_PAY)

    def accepts_plan(self, plan: Say) -> bool:
        """Whether an instalment of this plan fits him; the day is talked about afterwards."""
        return self.persona.is_yea_sayer or self.fits(plan)

    def _judge(self, asked: Say) -> Utterance:
        if "promise_date" in asked:
            return self._judge_promise(asked)
        if self._slips() and self.count is not None and self.count < MAX_INSTALMENTS:
            count = self.count + 1
            self.count = count
            words = {"count": self._number(count)}
            return self.say("correct_count", words, figures=(("count", count),), is_correction=True)
        is_fine = self.fits(asked) and self.starts_late_enough(asked)
        if self.persona.is_yea_sayer or is_fine:
            return self.say("yes", accepts=asked)
        return self._counter(asked)

    def _counter(self, plan: Say) -> Utterance:
        has_plan = bool(plan)
        if has_plan and self.fits(plan):
            day = self.pay_on
            return self.say("counter_day", {"day": self._day(day)}, figures=(("date", day),))
        if self.rng.random() < 0.2 and "too_much" not in self.mentioned:
            return self.say("too_much")
        is_late = not has_plan or self.starts_late_enough(plan)
        key = "counter_amount" if is_late or self.rng.random() < 0.5 else "counter_amount_day"
        return self._amount_wish(key, self._offer(), with_day=key.endswith("_day"))

    def _judge_promise(self, asked: Say) -> Utterance:
        if self._wants_plan():
            return self._wish()
        day = date.fromisoformat(str(asked["promise_date"]))
        if self._slips():
            return self._corrected_day()
        if day < self.pay_on - timedelta(days=_DAYS_BEFORE_PAY):
            return self._give_day(asked)
        # The sum that he agrees to is his own from here on, also where he moves the day.
        self.day, self.amount = day, int(asked["amount_minor"])
        return self.say("yes", accepts=asked)

    def _corrected_day(self) -> Utterance:
        self.day = self.pay_on + timedelta(days=1)
        return self.say(
            "correct_day",
            {"day": self._day(self.day)},
            states=Stated(day=self.day, amount=self.amount),
            figures=(("date", self.day),),
            is_correction=True,
        )

    # Writing

    def money(self, key: str, minor: int, *, slot: str, lead: str = "") -> Utterance:
        """A phrase around one sum."""
        return self.say(key, {"amount": self._money(minor)}, lead=lead, figures=((slot, minor),))

    def say(
        self,
        key: str,
        words: Mapping[str, str] | None = None,
        *,
        lead: str = "",
        **meaning: Any,
    ) -> Utterance:
        """An utterance of this meaning, as carelessly typed as the persona types."""
        self.mentioned.add(key)
        level = LEVELS[self.persona.spec.noise]
        filled = {"name": self.persona.name, **(words or {})}
        written = write(key, filled, lect=self.persona.lect, level=level, rng=self.rng, lead=lead)
        return Utterance(
            texts=written.texts,
            key=key,
            at=self.at,
            is_mixed=written.is_mixed,
            **meaning,
        )

    def _money(self, minor: int) -> str:
        level = LEVELS[self.persona.spec.noise]
        return figure(minor, self.persona.lect, level, self.rng)

    def _number(self, value: int) -> str:
        level = LEVELS[self.persona.spec.noise]
        return number(value, self.persona.lect, level, self.rng)

    def _dom(self) -> str:
        day = self.pay_on.day
        return ordinal(day) if self.persona.lect == "en" else str(day)

    def _day(self, day: date) -> str:
        is_spelled = spelled(LEVELS[self.persona.spec.noise], self.rng)
        return day_words(day, self.today, self.persona.lect, self.rng, spelled=is_spelled)


_TELLERS: dict[Archetype, Callable[[Debtor, Sequence[Say], set[str]], Utterance | None]] = {
    Archetype.STOPPER: Debtor._after_risk,
    Archetype.CRISIS: Debtor._after_risk,
    Archetype.THIRD_PARTY: Debtor._third_party,
    **dict.fromkeys(CLAIMANTS, Debtor._claimant),
    Archetype.DISPUTER: Debtor._disputer,
    Archetype.STALLER: Debtor._staller,
    Archetype.DISCOUNT: Debtor._discount,
}

_ANSWERS: dict[str, Callable[[Debtor, Say], Utterance]] = {
    "ask_date": Debtor._give_day,
    "ask_amount": Debtor._give_amount,
    "ask_capacity": Debtor._give_capacity,
    "ask_count": Debtor._give_count,
    "ask_reason": Debtor._reason,
    "ask_identity": Debtor._identity,
    "ask_claim": Debtor._claim,
    "options": Debtor._choose,
    "proposal": Debtor._judge,
    "refusal": Debtor._to_refusal,
}
