"""Nothing is left out: every intent has a dialogue, every wording a use, every question a way out."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue_records import parse
from bot.playing import rehearsed
from bot.rehearsal import Rehearsal
from flows import dialogues
from flows.atlas.explore import State, Transition, explored, place_of
from flows.dialogues import BY_EVENT, BY_INTENT, ORDER
from flows.model import Conversation, Flag
from flows.outcomes import outcome
from flows.records import AccountId, AppointmentKind, HandoffReason
from flows.understanding.intents import Intent
from flows.understanding.values import Asked
from tests.builders import a_record

FLOWS = Path(dialogues.__file__).parents[1]
WORDING = FLOWS / "languages" / "wording"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def test_every_intent_has_exactly_one_dialogue_and_one_place_in_the_order() -> None:
    answered = Counter(i for talk in set(BY_INTENT.values()) for i in talk.ANSWERS)
    assert answered == Counter(Intent)
    assert Counter(ORDER) == Counter(Intent)


def test_every_event_has_one_dialogue_and_every_appointment_an_answer() -> None:
    events = Counter(e for talk in set(BY_INTENT.values()) for e in talk.EVENTS)
    assert all(number == 1 for number in events.values())
    reminder = next(talk for event, talk in BY_EVENT.items() if event.__name__ == "TimeCame")
    kinds = reminder._KINDS  # type: ignore[attr-defined]  # The table of a plain module.
    assert set(kinds) == set(AppointmentKind)


def _texts(kind: str, language: str) -> set[str]:
    return set(tomllib.loads((WORDING / f"{kind}.{language}.toml").read_text("utf-8")))


def _sources() -> str:
    return "\n".join(path.read_text("utf-8") for path in FLOWS.rglob("*.py"))


def test_every_reply_exists_in_every_language() -> None:
    assert _texts("replies", "en") == _texts("replies", "zh-Hans") == _texts("replies", "zh-Hant")


def test_every_reply_is_used() -> None:
    sources = _sources()
    built = tuple(re.findall(r'f"(\w+_)\{', sources))
    unused = {
        key
        for key in _texts("replies", "en")
        if f'"{key}"' not in sources and not key.startswith(built)
    }
    assert unused == set()


def test_every_key_that_a_dialogue_names_has_words() -> None:
    known = _texts("replies", "en") | _texts("templates", "en")
    named = set(re.findall(r'\bkey="(\w+)"', _sources()))
    named |= set(re.findall(r'\bsay\(\s*"(\w+)"', _sources()))
    named |= set(re.findall(r'\bsay_as\(\s*"\w+",\s*"(\w+)"', _sources()))
    assert named - known == set()


# How each question comes to be open: the words that lead there.
_LEADS: dict[Asked, tuple[str, ...]] = {
    Asked.CONFIRM: ("4 payments on the 1st",),
    Asked.CHOOSE_OPTION: ("can i pay in installments",),
    Asked.AMOUNT: ("can i pay a part of it",),
    Asked.DATE: ("can i get an extension",),
    Asked.COUNT_OR_AMOUNT: ("5 payments of $50",),
    Asked.REASON: ("my card got declined",),
    Asked.CLAIM_DETAILS: ("i already paid",),
    Asked.CALLBACK_TIME: ("please call me",),
    Asked.IDENTITY: ("how much do i owe",),
}
# Asked.COUNT is read like COUNT_OR_AMOUNT; no dialogue of ours asks for a bare count.
_NEVER_ASKED = {Asked.COUNT}


def _led(asked: Asked) -> Rehearsal:
    account = {
        "verified": asked is not Asked.IDENTITY,
        "verify": {"id4": "0417", "dob": "19900501"},
    }
    rehearsal = rehearsed(parse(a_record(**account)))
    for text in _LEADS[asked]:
        _say(rehearsal, text)
    question = rehearsal.conversation.dialogue.question
    assert question is not None
    assert question.asked is asked
    return rehearsal


def _say(rehearsal: Rehearsal, text: str) -> None:
    rehearsal.customer_said([text], rehearsal.now + timedelta(minutes=1))


def _outcome(rehearsal: Rehearsal) -> str:
    conversation = rehearsal.conversation
    return outcome(conversation, conversation.case(), rehearsal.now)


def test_every_question_can_be_opened_by_words() -> None:
    assert set(_LEADS) | _NEVER_ASKED == set(Asked)


@pytest.mark.rule("CN-20")
@pytest.mark.parametrize("asked", _LEADS)
def test_from_every_question_a_person_can_be_reached(asked: Asked) -> None:
    rehearsal = _led(asked)
    _say(rehearsal, "let me talk to a real person")
    assert rehearsal.conversation.open_handoff is not None


@pytest.mark.rule("US-24")
@pytest.mark.parametrize("asked", _LEADS)
def test_from_every_question_a_stop_stops(asked: Asked) -> None:
    rehearsal = _led(asked)
    _say(rehearsal, "STOP")
    assert _outcome(rehearsal) == "opted_out"
    spoken = len(rehearsal.lines)
    rehearsal.run_until(rehearsal.now + timedelta(days=30))
    assert len(rehearsal.lines) == spoken


@pytest.mark.rule("CN-14", "US-18", "UK-11")
@pytest.mark.parametrize("asked", _LEADS)
def test_from_every_question_the_debt_can_be_disputed(asked: Asked) -> None:
    rehearsal = _led(asked)
    _say(rehearsal, "this is not my debt, i never opened this account")
    assert _outcome(rehearsal) == "dispute_open"


@pytest.mark.parametrize("asked", _LEADS)
def test_from_every_question_a_payment_can_be_claimed(asked: Asked) -> None:
    rehearsal = _led(asked)
    _say(rehearsal, "i already paid this yesterday")
    assert rehearsal.conversation.case().open_claim is not None


@pytest.mark.parametrize("asked", _LEADS)
def test_every_question_lapses_and_is_nudged_once_at_most(asked: Asked) -> None:
    rehearsal = _led(asked)
    question = rehearsal.conversation.dialogue.question
    before = len(rehearsal.lines)
    rehearsal.run_until(rehearsal.now + timedelta(days=4))
    again = [line for line in rehearsal.lines[before:] if line.sender == "bot"]
    key = question.key if question else ""
    repeated = [line for line in again if line.outgoing and line.outgoing.template == key]
    assert len(repeated) <= 1
    _say(rehearsal, "yes")
    assert rehearsal.conversation.case().live_plan is None
    assert rehearsal.conversation.case().open_promise is None


_WORDS = (
    "yes", "no", "ok thanks", "6 months", "50 a month", "half now", "friday", "the 15th", "3", "A",
    "i paid yesterday", "call me at 5", "stop", "START", "agent", "i lost my job", "not mine",
    "wrong number", "how much", "who is this", "0417", "1990-05-01", "will it hit my credit",
    "both", "no i meant the 10th", "waive the fee", "later", "fuck off", "asdf", "",
    "好", "不对", "分6期", "每月15号", "周五还", "太多了", "先还500剩下月底", "转人工", "不还",
    "没有", "都", "下周", "投诉", "我要死了", "他去世了", "发链接", "付不了", "减免", "???", "👍",
)  # fmt: skip


def _texts_of_customers() -> st.SearchStrategy[str]:
    return st.sampled_from(_WORDS) | st.text(max_size=20)


def _steps() -> st.SearchStrategy[list[tuple[str, object]]]:
    said = st.tuples(st.just("said"), _texts_of_customers())
    late = st.tuples(st.just("late"), _texts_of_customers())
    wait = st.tuples(st.just("wait"), st.integers(1, 200))
    paid = st.tuples(st.just("paid"), st.integers(-20_000, 50_000))
    agent = st.tuples(st.sampled_from(["took", "back", "wrote"]), st.none())
    return st.lists(said | said | said | late | wait | paid | agent, min_size=1, max_size=8)


def _play(rehearsal: Rehearsal, step: tuple[str, object]) -> None:
    kind, value = step
    if kind in ("said", "late"):
        at = rehearsal.now + timedelta(minutes=1)
        rehearsal.customer_said([str(value)], at, is_late=kind == "late")
    elif kind == "wait":
        rehearsal.run_until(rehearsal.now + timedelta(hours=int(str(value))))
    elif kind == "paid":
        minor = int(str(value))
        rehearsal.paid(AccountId("A1"), minor, rehearsal.today, f"r{abs(minor)}")
    elif kind == "took":
        rehearsal.agent_took_over()
    elif kind == "back":
        rehearsal.agent_handed_back()
    else:
        rehearsal.agent_said("We look into it.")


def _commitments(rehearsal: Rehearsal) -> Iterator[int]:
    for case in rehearsal.conversation.cases:
        yield (case.live_plan is not None) + (case.open_promise is not None)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.booleans(), st.booleans(), _steps())
def test_decide_never_raises_and_never_breaks_its_word(
    is_bound: bool, has_two: bool, steps: list[tuple[str, object]]
) -> None:
    account: dict[str, object] = {
        "verified": is_bound,
        "verify": {"id4": "0417", "dob": "19900501"},
    }
    if has_two:
        rows = [{"account_id": "A1"}, {"account_id": "B2", "product": "auto loan"}]
        account["accounts"] = rows
    rehearsal = rehearsed(parse(a_record(**account)))
    for step in steps:
        was_stopped = bool(rehearsal.conversation.opted_out)
        was_held = rehearsal.conversation.holder is not None
        before = len(rehearsal.lines)
        _play(rehearsal, step)
        spoken = [line for line in rehearsal.lines[before:] if line.sender == "bot"]
        assert all(number <= 1 for number in _commitments(rehearsal))
        still_stopped = was_stopped and bool(rehearsal.conversation.opted_out)
        if still_stopped or (was_held and rehearsal.conversation.holder is not None):
            kinds = {line.kind for line in spoken}
            assert kinds <= {"safety", "optout_confirmation"}
        if Flag.DECEASED in rehearsal.conversation.flags and spoken:
            assert not any(line.outgoing and line.outgoing.asks_money for line in spoken)


# --- Over every state that can be reached -------------------------------------------------------


def _states_where(label: str, is_reached: Callable[[Transition], bool]) -> list[str]:
    """The states in which an event does not lead where it must, by name and by how to get there."""
    return [
        f"{each.source.place.name} after {' > '.join(each.source.path) or 'the first text'}"
        for each in explored().transitions
        if each.label == label and not is_reached(each)
    ]


def _is_told_a_person(conversation: Conversation) -> bool:
    is_awaited = any(handoff.is_open for handoff in conversation.handoffs)
    return conversation.holder is not None or is_awaited


def _is_a_strangers(each: Transition) -> bool:
    """Whoever answers from a closed address is nobody we may know anything of."""
    return each.source.conversation.is_address_closed


def _asks_which_account(each: Transition) -> bool:
    return each.target.place.waits_for == "ask_account"


def test_from_every_state_a_person_can_be_reached() -> None:
    assert (
        _states_where(
            "request_human",
            lambda each: _is_told_a_person(each.target.conversation) or _is_a_strangers(each),
        )
        == []
    )


def test_from_every_state_a_stop_stops() -> None:
    def is_stopped(each: Transition) -> bool:
        conversation = each.target.conversation
        return bool(conversation.opted_out) or conversation.is_address_closed

    assert _states_where("opt_out", is_stopped) == []


def test_from_every_state_the_debt_can_be_disputed() -> None:
    def is_disputed(each: Transition) -> bool:
        conversation = each.target.conversation
        is_recorded = any(case.open_dispute for case in conversation.cases)
        is_heard = _is_told_a_person(conversation) or _asks_which_account(each)
        return is_recorded or is_heard or _is_a_strangers(each)

    assert _states_where("dispute_debt", is_disputed) == []


def test_from_every_state_a_payment_can_be_claimed() -> None:
    def is_claimed(each: Transition) -> bool:
        conversation = each.target.conversation
        is_recorded = any(case.open_claim for case in conversation.cases)
        is_paid = conversation.case().account.outstanding.minor <= 0
        is_heard = _is_told_a_person(conversation) or _asks_which_account(each)
        return is_recorded or is_paid or is_heard or _is_a_strangers(each)

    assert _states_where("already_paid", is_claimed) == []


def test_after_a_stop_a_dispute_and_a_claim_are_recorded_in_silence() -> None:
    stopped = [t for t in explored().transitions if t.source.place.account == "stopped"]
    kept = [t for t in stopped if t.label in ("dispute_debt", "already_paid")]
    silent = [t for t in kept if t.source.conversation.holder is None]
    assert silent
    for each in silent:
        assert each.decisions[0].outgoing == ()
        case = each.target.conversation.case()
        assert case.open_dispute or case.open_claim


def test_every_state_ends_by_itself_or_has_a_person_or_is_final() -> None:
    """Every hold has an end or an owner; nothing waits for a time that nobody will bring."""
    final = {"wrong_number", "stopped", "deceased", "legal_hold", "settled"}

    def hangs(state: State) -> bool:
        conversation = state.conversation
        is_over = str(state.place.account) in final
        is_held_by_people = any(hold.until_at is None for hold in conversation.holds)
        cared_for = _is_told_a_person(conversation) or is_held_by_people
        return not (conversation.agenda or is_over or cared_for)

    hanging = [state for state in explored().states if hangs(state)]
    assert [(s.place.name, s.path) for s in hanging] == []


def test_every_open_question_lapses() -> None:
    """Time alone ends every question, from every state that has one."""
    stuck = []
    for state in explored().states:
        if state.place.question and state.conversation.holder is None:
            later = state.now + timedelta(days=4)
            if place_of(state.conversation, later).question:
                stuck.append(state.place.name)
    assert stuck == []


def test_no_event_in_any_state_leads_to_two_agreements_on_one_account() -> None:
    doubled = [
        (each.source.place.name, each.label)
        for each in explored().transitions
        for case in each.target.conversation.cases
        if case.live_plan is not None and case.open_promise is not None
    ]
    assert doubled == []


def test_every_reason_for_a_person_that_the_flows_know_is_met_on_the_map() -> None:
    """What the gate or a place's own rule alone can bring about is proved in tests of its own."""
    elsewhere = {"no_reply", "by_hand", "refused_contact"}
    met = {reason for each in explored().transitions for reason in each.handed_over}
    assert {str(reason) for reason in HandoffReason} - met == elsewhere


def test_every_dialogue_and_every_appointment_is_met_on_the_map() -> None:
    dialogues_met = {name for each in explored().transitions for name in each.dialogues}
    assert {talk.NAME for talk in BY_INTENT.values()} <= dialogues_met
    kinds = {kind for each in explored().transitions for kind in each.appointments}
    # Nothing makes one of these any more; agendas written earlier may still hold one.
    assert set(AppointmentKind) - kinds == {AppointmentKind.HOLD_END}
