"""Words that carry no matter of their own: greeting, thanks, affirm, deny, unclear."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from flows.actions import Action
from flows.model import Dialogue, Turn
from flows.records import HandoffReason
from flows.replacing import replace
from flows.slots import SlotName, Slots
from flows.talk import (
    Answer,
    Ask,
    asking,
    because,
    hold,
    repeat_question,
    say,
    say_as,
    settled,
    to_person,
)
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, LanguageTag, Tag

NAME = "small_talk"
ANSWERS = frozenset({Intent.GREETING, Intent.THANKS, Intent.AFFIRM, Intent.DENY, Intent.UNCLEAR})
NEEDS_BOUND: frozenset[Intent] = frozenset()
EVENTS: tuple[type, ...] = ()

UNCLEAR_HOLD = timedelta(hours=24)
MENU = (
    Intent.ALREADY_PAID,
    Intent.PROMISE_TO_PAY,
    Intent.REQUEST_INSTALMENTS,
    Intent.REQUEST_HUMAN,
)


def step(turn: Turn) -> Answer:
    """Answer briefly; an open question is repeated; what stays unclear goes to a person."""
    if turn.reading.language is LanguageTag.OTHER:
        return _other_language(turn)
    if Tag.HELP in turn.reading.tags:
        return _help(turn)
    if turn.reading.intent is Intent.THANKS:
        return _thanks(turn)
    if turn.conversation.dialogue.question is not None:
        return _not_an_answer(turn)
    if turn.reading.intent is Intent.UNCLEAR:
        return _unclear(turn)
    return _how_to_help(turn)


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """A choice from the numbered list is read by `decide`; anything else is still unclear."""
    return _unclear(turn)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """Small talk leaves no record."""
    return ()


def _thanks(turn: Turn) -> Answer:
    question = turn.conversation.dialogue.question
    if question is None:
        return Answer(actions=(say("thanks"),), reasons=because("small_talk.thanks"))
    return repeat_question(turn, turn.conversation.dialogue)


def _not_an_answer(turn: Turn) -> Answer:
    """The open question again; after too many tries a person."""
    dialogue = turn.conversation.dialogue
    if dialogue.unclear >= turn.case.account.talk.clarify_max:
        return _to_person(turn)
    return repeat_question(turn, dialogue)


def _how_to_help(turn: Turn) -> Answer:
    if not turn.conversation.is_bound:
        return Answer(actions=(say("hello_unbound"),), reasons=because("small_talk.unbound"))
    if turn.reading.intent is Intent.AFFIRM and _is_agreed(turn):
        return Answer(actions=(say("thanks"),), reasons=because("small_talk.agreed_already"))
    if turn.reading.intent is Intent.DENY and turn.case.live_plan is not None:
        return Answer(
            actions=(say_as("clarify", "plan_stands"),), reasons=because("small_talk.plan_stands")
        )
    key = {
        Intent.GREETING: "hello",
        Intent.AFFIRM: "affirm_nothing_open",
        Intent.DENY: "deny_nothing_open",
    }[turn.reading.intent]
    return Answer(
        actions=(say_as("clarify", key),),
        reasons=because(f"small_talk.{turn.reading.intent}", "a bare word commits to nothing"),
    )


def _is_agreed(turn: Turn) -> bool:
    """Something stands already, so a yes only nods to it."""
    case = turn.case
    standing = (case.open_promise, case.live_plan, case.open_claim)
    is_time_given = case.extension is not None and case.extension.is_open
    return is_time_given or any(thing is not None for thing in standing)


def _unclear(turn: Turn) -> Answer:
    """First likely meanings, then numbered choices, then a person."""
    tries = turn.conversation.dialogue.unclear + 1
    if tries > turn.case.account.talk.clarify_max:
        return _to_person(turn)
    if tries == 1 and _is_remark(turn):
        dialogue = replace(turn.conversation.dialogue, unclear=tries)
        reasons = because("unclear.remark", "a few idle words after an agreement ask for nothing")
        return Answer(actions=(say("thanks"),), dialogue=dialogue, reasons=reasons)
    if not turn.conversation.is_bound:
        dialogue = replace(turn.conversation.dialogue, unclear=tries)
        return Answer(
            actions=(say_as("clarify", "clarify_unbound"),),
            dialogue=dialogue,
            reasons=because("unclear.unbound"),
        )
    pause = hold("unclear", turn, turn.now + UNCLEAR_HOLD)
    if tries == 1:
        dialogue = replace(turn.conversation.dialogue, unclear=tries, slots=_with_figure(turn))
        return Answer(
            actions=(pause, say_as("clarify", "clarify_first")),
            dialogue=dialogue,
            reasons=because("unclear.first", "asks once more in plain words"),
        )
    ask = Ask(
        asked=Asked.CHOOSE_OPTION,
        owner=NAME,
        key="clarify_menu",
        structure="clarify",
        buttons=("1", "2", "3", "4"),
    )
    answer = asking(turn, ask, pause)
    kept = replace(answer.dialogue or turn.conversation.dialogue, unclear=tries)
    return replace(answer, dialogue=kept, reasons=because("unclear.menu", "numbered choices"))


# Words that may tell of a change, or ask: they are not passed over.
_TELLING = (
    Tag.ASKS,
    Tag.CANNOT,
    Tag.NEGATED,
    Tag.HEDGE,
    Tag.CORRECTION,
    Tag.PAST,
    Tag.FUTURE,
    Tag.WILL_NOT,
    Tag.CONDITIONAL,
)
_ASKING = re.compile(r"[?？吗嗎咩呢未]|[几幾怎点點]|\d")
_FEW_WORDS, _FEW_HAN = 7, 12
SAME_TALK = timedelta(hours=12)


def _is_remark(turn: Turn) -> bool:
    """ "Sorry for the essay lol", 啰嗦了啊, after a promise was noted: nothing is asked or changed."""
    text, said = turn.reading.text, turn.reading
    is_short = len(text.split()) <= _FEW_WORDS if text.isascii() else len(text) <= _FEW_HAN
    is_idle = not said.entities and not said.also and said.tags.isdisjoint(_TELLING)
    made_today = _made_today(turn)
    return made_today and is_short and is_idle and not _ASKING.search(text)


def _made_today(turn: Turn) -> bool:
    """Whether a promise, a plan or a claim was noted in this very talk."""
    case = turn.case
    if case.open_promise is not None and case.open_promise.made_on == turn.today:
        return True
    made = [case.live_plan.accepted_at] if case.live_plan is not None else []
    made += [case.open_claim.made_at] if case.open_claim is not None else []
    return any(turn.now - at < SAME_TALK for at in made)


_FIGURE = re.compile(r"\W*(?P<n>\d{2,6}(?:\.\d{1,3})?)\W*")


def _with_figure(turn: Turn) -> Slots:
    """The slots with "50" and no more, which "every week", sent next, makes the sum each time."""
    slots, terms = turn.conversation.dialogue.slots, turn.case.account.terms
    said = _FIGURE.fullmatch(turn.reading.text)
    owed = turn.case.account.outstanding
    if said is None:
        return slots
    minor = int(Decimal(said["n"]).scaleb(owed.currency.exponent))
    is_sum = (terms.min_instalment_minor or 0) <= minor < owed.minor
    return slots.put(SlotName.AMOUNT, minor, turn.now) if is_sum else slots


def _to_person(turn: Turn) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.UNCLEAR, turn, task="read_and_answer"),
            say_as("handoff", "unclear_person"),
        ),
        dialogue=settled(turn),
        reasons=because("unclear.person", "two tries were not understood"),
    )


def _other_language(turn: Turn) -> Answer:
    dialogue = turn.conversation.dialogue
    tries = dialogue.unclear + 1
    if tries > 1:
        return Answer(
            actions=(
                to_person(HandoffReason.OTHER_LANGUAGE, turn, task="answer_in_language"),
                say_as("handoff", "other_language_person"),
            ),
            dialogue=settled(turn),
            reasons=because("language.other_twice"),
        )
    return Answer(
        actions=(say_as("clarify", "other_language"),),
        dialogue=replace(dialogue, unclear=tries),
        reasons=because("language.other", "reads Chinese and English only; offers a person"),
    )


def _help(turn: Turn) -> Answer:
    sender = turn.sender
    return Answer(
        actions=(
            say(
                "help",
                agent_name=sender.agent_name,
                creditor_safe=sender.creditor_safe,
                phone=sender.phone,
            ),
        ),
        reasons=because("optout.help", "who we are and how to stop; no amount"),
    )
