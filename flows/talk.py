"""The small vocabulary that dialogues share: to answer, to ask, to hold, to hand over.

No intent is named here and nothing is decided; a dialogue reads as what it says and does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.actions import Action, HandOver, PlaceHold, Say, Schedule, Values
from flows.model import Dialogue, Question, Reason, Turn
from flows.records import AppointmentKind, HandoffReason, Hold, Priority
from flows.replacing import changer, maker, quick, replace
from flows.understanding.values import Asked, Understanding

# negotiation.md C.7, time-outs.
QUESTION_LIFETIME = timedelta(hours=24)
PROPOSAL_LIFETIME = timedelta(hours=72)
REENTRY_AFTER = timedelta(hours=72)

# The hour of day for anything we start that has no hour of its own; inside every profile's window.
MORNING_HOUR = 10


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a dialogue makes of a turn: actions in order, the dialogue after it, the reasons.

    `resume` is a reading that was put aside and is to be taken up now, in the same message.
    """

    actions: tuple[Action, ...] = ()
    dialogue: Dialogue | None = None
    reasons: tuple[Reason, ...] = ()
    resume: Understanding | None = None

    def plus(self, *actions: Action) -> Answer:
        """The answer with further actions at its end."""
        return replace(self, actions=(*self.actions, *actions))


# Made every turn: a function is called in less than half the time of a class.
_make_answer = maker(Answer)
_make_reason = maker(Reason)
_make_say = maker(Say)
_make_schedule = maker(Schedule)
_make_hold = maker(Hold)
_make_place_hold = maker(PlaceHold)
_make_question = maker(Question)
_asked = changer(Dialogue, "question", "unclear")
_settled = changer(Dialogue, "question", "proposals", "options", "unclear", "pending")


def because(rule: str, why: str = "") -> tuple[Reason, ...]:
    """One reason."""
    return (_make_reason(rule=rule, why=why),)


def say(key: str, **values: object) -> Say:
    """An answer in words, with nothing a program must read behind it."""
    return _make_say(key=key, values=tuple(values.items()))


def say_as(structure: str, key: str, *, data: Values = (), **values: object) -> Say:
    """An answer whose structured content programs read (`proposal`, `ask_date`, ...)."""
    return _make_say(key=key, values=tuple(values.items()), structure=structure, data=data)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question: how it is worded, what it waits for and which dialogue owns the answer."""

    asked: Asked
    owner: str
    key: str
    structure: str
    values: Values = ()
    data: Values = ()
    buttons: tuple[str, ...] = field(default=())

    def said(self) -> Say:
        """The words of the question."""
        return _make_say(
            key=self.key,
            values=self.values,
            structure=self.structure,
            data=self.data,
            buttons=self.buttons,
        )

    def opened(self, dialogue: Dialogue, turn: Turn) -> Dialogue:
        """The dialogue with this question open in place of any other."""
        question = _make_question(
            asked=self.asked,
            owner=self.owner,
            key=self.key,
            asked_at=turn.now,
            account_id=turn.case.id,
            values=self.values,
            structure=self.structure,
            data=self.data,
        )
        return _asked(dialogue, question=question, unclear=0)


def asking(turn: Turn, ask: Ask, *before: Action, dialogue: Dialogue | None = None) -> Answer:
    """Some actions, then a question; one question at most is ever open."""
    base = turn.conversation.dialogue if dialogue is None else dialogue
    nudge = _make_schedule(
        kind=AppointmentKind.QUESTION_NUDGE,
        due_at=turn.now + QUESTION_LIFETIME,
        account_id=None,
    )
    return _make_answer(actions=(*before, ask.said(), nudge), dialogue=ask.opened(base, turn))


def settled(turn: Turn) -> Dialogue:
    """The dialogue with nothing open: question, proposals and options are dropped."""
    return _settled(
        turn.conversation.dialogue,
        question=None,
        proposals=(),
        options=(),
        unclear=0,
        pending=None,
    )


def hold(
    name: str, turn: Turn, until_at: datetime | None, *, whole_person: bool = False
) -> PlaceHold:
    """Pause reminders on the account in focus, or on everything of the person."""
    account_id = None if whole_person else turn.case.id
    return _make_place_hold(
        hold=_make_hold(name=name, account_id=account_id, since_at=turn.now, until_at=until_at)
    )


def to_person(
    reason: HandoffReason,
    turn: Turn,
    *,
    priority: Priority = Priority.NORMAL,
    task: str = "",
    holds_bot: bool = True,
) -> HandOver:
    """Ask for a person; `task` says in a word what is wanted of him."""
    return HandOver(
        reason=reason,
        priority=priority,
        task=task or reason.value,
        account_id=turn.case.id,
        holds_bot=holds_bot,
    )


def is_open(question: Question | None, now: datetime) -> bool:
    """Whether a question may still be answered; open questions lapse after a day and its nudge."""
    return question is not None and now - question.asked_at <= REENTRY_AFTER


# Sympathy is said once; the question alone stands again.
_AGAIN = {"hardship_ask": "hardship_ask_again"}


def repeat_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """Say the open question again, in the same words but for what came before it."""
    question = dialogue.question
    if question is None:
        return Answer(reasons=because("question.none"))
    words = Say(
        key=_AGAIN.get(question.key, question.key),
        values=question.values,
        structure=question.structure,
        data=question.data,
        account_id=question.account_id,
    )
    return Answer(
        actions=(words,),
        dialogue=replace(dialogue, unclear=dialogue.unclear + 1),
        reasons=because("question.repeated", "no clear answer to the open question"),
    )
