"""One dialogue judged: was the right thing reached, with the right facts, how smoothly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.simulation.baselines import baselines, best, means_of
from bot.simulation.episode import Episode, Step, agreed
from bot.simulation.gates import broken_gates
from bot.simulation.noise import has_simplified, has_traditional
from bot.simulation.persona import (
    AGREEING,
    MAX_INSTALMENTS,
    MIN_INSTALMENT_MINOR,
    PLAN_SEEKERS,
    Archetype,
    Persona,
    Spec,
)
from bot.simulation.recovery import Recovery, measured

# What may be asked, and which figure of an utterance answers it.
_ASKED_SLOT = {
    "ask_date": "date",
    "ask_amount": "amount",
    "ask_capacity": "amount",
    "ask_count": "count",
}
_NO_ANSWER = frozenset({"stall", "stall_soon", "stall_busy", "stall_off", "abuse", "still_there"})
_REPEATED = frozenset(
    {"ask_date", "ask_amount", "ask_capacity", "ask_reason", "ask_identity", "ask_claim", "options"}
)
_CJK_FIRST, _CJK_LAST = "\u4e00", "\u9fff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The outcome a dialogue should reach, others that are right too, and the facts that must be."""

    outcome: str
    also_ok: frozenset[str] = frozenset()
    facts: tuple[tuple[str, object], ...] = ()

    def allows(self, outcome: str) -> bool:
        """Whether this outcome is right."""
        return outcome == self.outcome or outcome in self.also_ok


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is kept of a dialogue; pairs (right, of) count chances and how many were taken."""

    spec: Spec
    outcome: str
    expected: Expected
    faults: tuple[str, ...]
    gates: dict[str, tuple[str, ...]]
    turns: int
    turns_to_outcome: int
    clarifications: int
    asked_again: int
    slots: tuple[tuple[str, bool], ...]
    corrections: tuple[int, int]
    resumed: tuple[int, int]
    language: tuple[int, int]
    recovery: Recovery | None
    best: Recovery | None
    baselines: dict[str, Recovery]
    is_honest: bool
    seed: int

    @property
    def is_success(self) -> bool:
        """Outcome as expected and facts right."""
        return not self.faults

    @property
    def is_needless_handoff(self) -> bool:
        """Handed to a person though nothing called for one."""
        return self.outcome == "handed_off" and not self.expected.allows("handed_off")

    @property
    def is_missed_handoff(self) -> bool:
        """A person was called for and none was asked."""
        return self.expected.outcome == "handed_off" and not self.expected.allows(self.outcome)

    @property
    def needs_nobody(self) -> bool:
        """Whether the dialogue can be settled without a person."""
        by_people = ("handed_off", "dispute_open")
        return self.expected.outcome not in by_people


def judge(episode: Episode) -> Verdict:
    """Everything that is measured about one dialogue."""
    one, end = episode.persona, episode.end
    wanted = expected(episode)
    bargains = one.spec.archetype in AGREEING
    return Verdict(
        spec=one.spec,
        outcome=end["outcome"],
        expected=wanted,
        faults=tuple(_faults(wanted, end)),
        gates=broken_gates(episode),
        turns=len(episode.steps),
        turns_to_outcome=_turns_to_outcome(episode),
        clarifications=sum(
            any(say["key"] == "clarify" for say in step.says) for step in episode.steps
        ),
        asked_again=sum(_is_asked_again(*pair) for pair in _pairs(episode)),
        slots=tuple(_slots(episode)),
        corrections=_corrections(episode),
        resumed=_resumed(episode),
        language=_language(episode),
        recovery=measured(means_of(one), agreed(one, end), episode.paid) if bargains else None,
        best=best(one) if bargains else None,
        baselines=baselines(one) if bargains else {},
        is_honest=one.claimed == one.capacity,
        seed=episode.seed,
    )


# What should come of it


def expected(episode: Episode) -> Expected:
    """The outcome that is right for this persona, with the facts he named."""
    one = episode.persona
    return _EXPECTED[one.spec.archetype](episode, one)


def _payer(episode: Episode, one: Persona) -> Expected:
    if one.opening == "pay_now":
        return Expected(outcome="paying_now")
    said = [step.said.states for step in episode.steps if step.said.states]
    facts: tuple[tuple[str, object], ...] = (("amount_minor", one.outstanding),)
    if said:
        facts = (*facts, ("promise_date", said[-1].day.isoformat()))
    return Expected(outcome="promised", facts=facts)


def can_plan(one: Persona) -> bool:
    """Whether a plan inside the limits has instalments he says he can bear."""
    count = MAX_INSTALMENTS
    while count > 1 and one.outstanding // count < MIN_INSTALMENT_MINOR:
        count -= 1
    largest = one.outstanding - one.outstanding // count * (count - 1)
    return largest <= one.claimed


def _planner(episode: Episode, one: Persona) -> Expected:
    if one.is_yea_sayer and not can_plan(one):
        # Asked what is left he names too little for any plan; unasked he agrees to one.
        return Expected(outcome="plan_active", also_ok=frozenset({"handed_off"}))
    if can_plan(one):
        return Expected(outcome="plan_active", facts=(("total_minor", one.outstanding),))
    return Expected(outcome="handed_off")


def _discount(episode: Episode, one: Persona) -> Expected:
    return Expected(outcome="handed_off", facts=(("discount_requested", True),))


def _claimant(episode: Episode, one: Persona) -> Expected:
    told = any(step.said.key in ("paid_day", "paid_details") for step in episode.steps)
    facts = (("claimed_date", one.paid_on.isoformat()),) if told else ()
    return Expected(outcome="paid_claimed", facts=facts)


def _disputer(episode: Episode, one: Persona) -> Expected:
    kind = "debt" if one.opening == "dispute_debt" else "amount"
    facts: tuple[tuple[str, object], ...] = (("dispute", kind),)
    keys = {step.said.key for step in episode.steps}
    if kind == "amount" and keys & {"dispute_amount_part", "dispute_part"}:
        facts = (*facts, ("disputed_minor", one.disputed))
    return Expected(outcome="dispute_open", facts=facts)


def _staller(episode: Episode, one: Persona) -> Expected:
    others = frozenset({"unresolved", "extension_agreed", "handed_off"})
    return Expected(outcome="held", also_ok=others)


def _stopper(episode: Episode, one: Persona) -> Expected:
    return Expected(outcome="opted_out", facts=(("opted_out", True),))


def _crisis(episode: Episode, one: Persona) -> Expected:
    return Expected(outcome="handed_off", facts=(("vulnerable", True),))


def _third_party(episode: Episode, one: Persona) -> Expected:
    return Expected(outcome="wrong_person_closed", facts=(("third_party", True),))


_EXPECTED = {
    Archetype.FORGETFUL: _payer,
    Archetype.PAY_DAY: _payer,
    **dict.fromkeys(PLAN_SEEKERS, _planner),
    Archetype.DISCOUNT: _discount,
    Archetype.PAID: _claimant,
    Archetype.PAID_NOT: _claimant,
    Archetype.DISPUTER: _disputer,
    Archetype.STALLER: _staller,
    Archetype.STOPPER: _stopper,
    Archetype.CRISIS: _crisis,
    Archetype.THIRD_PARTY: _third_party,
}


def _faults(wanted: Expected, end: Any) -> Iterator[str]:
    if not wanted.allows(end["outcome"]):
        yield f"outcome: expected {wanted.outcome}, got {end['outcome']}"
    if end["outcome"] != wanted.outcome:
        return
    for name, value in wanted.facts:
        if end["facts"].get(name) != value:
            yield f"{name}: expected {value}, got {end['facts'].get(name)}"


# How smoothly it went


def _turns_to_outcome(episode: Episode) -> int:
    """The customer's turns until the final outcome stood and stayed."""
    for number in range(len(episode.steps), 0, -1):
        if episode.steps[number - 1].after["outcome"] != episode.end["outcome"]:
            return number + 1
    return 1


def _pairs(episode: Episode) -> Iterator[tuple[Step, Step]]:
    yield from zip(episode.steps, episode.steps[1:], strict=False)


def _is_asked_again(before: Step, after: Step) -> bool:
    """Whether a question was put again although he had answered it."""
    if after.said.is_side or after.said.key in _NO_ANSWER:
        return False
    asked = [say["key"] for say in before.says if say["key"] in _REPEATED]
    return bool(asked) and asked[-1] in {say["key"] for say in after.says}


def _slots(episode: Episode) -> Iterator[tuple[str, bool]]:
    """For each figure he named: was it the one that was read back or noted?"""
    for step in episode.steps:
        for slot, value in step.said.figures:
            heard = _heard(step, slot)
            if heard is not None:
                yield slot, heard == _plain(value)


def _plain(value: int | date) -> int | str:
    return value if isinstance(value, int) else value.isoformat()


def _heard(step: Step, slot: str) -> object:
    """What the bot took this figure for; None where its answer does not tell."""
    facts = step.after["facts"]
    if slot == "disputed":
        return facts.get("disputed_minor", "nothing")
    # What he can spare bounds a plan and is not its instalment.
    if slot == "offer" or (slot == "amount" and step.said.key in ("capacity", "capacity_day")):
        return None
    if step.said.key in ("paid_day", "paid_details"):
        return facts.get("claimed_date", "nothing")
    for say in reversed(step.says):
        found = _read_back(say, slot)
        if found is not None:
            return found
    asked = {_ASKED_SLOT.get(say["key"]) for say in step.says}
    return "asked again" if slot in asked else None


def _read_back(say: Any, slot: str) -> object:
    if say["key"] not in ("proposal", "plan_confirmed", "promise_confirmed"):
        return None
    if say.get("reason"):
        return None
    names = {
        "amount": ("instalment_minor", "amount_minor"),
        "date": ("first_due", "promise_date"),
        "count": ("instalments",),
    }[slot]
    return next((say[name] for name in names if name in say), None)


def _corrections(episode: Episode) -> tuple[int, int]:
    steps = [step for step in episode.steps if step.said.is_correction]
    right = sum(
        all(_heard(step, slot) in (None, _plain(value)) for slot, value in step.said.figures)
        for step in steps
    )
    return right, len(steps)


def _resumed(episode: Episode) -> tuple[int, int]:
    """Side questions beside an open question, and how many were followed by that question."""
    asides = [
        (before, after)
        for before, after in _pairs(episode)
        if after.said.is_side and any(say["key"] in _REPEATED | {"proposal"} for say in before.says)
    ]
    right = sum(
        bool({say["key"] for say in before.says} & {say["key"] for say in after.says} - {"text"})
        for before, after in asides
    )
    return right, len(asides)


def _language(episode: Episode) -> tuple[int, int]:
    """Answers in the language and script he wrote in, of those where he wrote in one alone."""
    right = total = 0
    for step in episode.steps:
        if step.said.is_mixed:
            continue
        for message in step.after["sent"]:
            if message["kind"] == "reply":
                total += 1
                right += _is_written_in(message["text"], episode.persona.lect)
    return right, total


def _is_written_in(text: str, lect: str) -> bool:
    is_chinese = any(_CJK_FIRST <= ch <= _CJK_LAST for ch in text)
    if lect == "en":
        return not is_chinese
    wrong = has_traditional(text) if lect == "zh-Hans" else has_simplified(text)
    return is_chinese and not wrong
