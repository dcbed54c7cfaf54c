"""`decide(turn) -> Decision`: screen, step, gate. Total: any event, any conversation, no exception.

No intent is named here; the tables in `dialogues/` and the rules in `route.py` name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.actions import Action, Recall, Say, SayText
from flows.compose import Draft, drafts
from flows.dialogues import BY_EVENT, BY_INTENT, SAFETY
from flows.events import CustomerSaid, PaymentSeen, TimeCame
from flows.focus import focused
from flows.fold import fold, with_case
from flows.languages import Language
from flows.model import Conversation, Decision, Outgoing, Reason, Turn
from flows.outbox import judged
from flows.records import AccountId
from flows.replacing import changer, maker, quick, replace
from flows.route import Route, forget_gone, forget_old, language_wanted, route
from flows.sense.bare import sensed
from flows.sense.bare.sums import with_two_sums
from flows.sense.leading import ordered
from flows.sense.whole import with_whole_now
from flows.talk import Answer, repeat_question
from flows.understanding.values import LanguageTag, Tag, Understanding

_WRITTEN = {
    LanguageTag.ZH_HANS: Language.ZH_HANS,
    LanguageTag.ZH_HANT: Language.ZH_HANT,
    LanguageTag.YUE: Language.ZH_HANT,
    LanguageTag.EN: Language.EN,
}


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class _Stepped:
    """What the dialogue made of the turn, before the gate."""

    conversation: Conversation
    actions: tuple[Action, ...]
    reasons: tuple[Reason, ...]
    name: str


# Made every turn: a function is called in less than half the time of a class.
_make_stepped = maker(_Stepped)
_make_decision = maker(Decision)
_with_event = changer(Turn, "event")
_with_conversation = changer(Turn, "conversation")
_as_heard = changer(Conversation, "language", "last_in_at", "focus")
_with_dialogue = changer(Conversation, "dialogue")
_with_sent = changer(Conversation, "last_out_at")
_about = changer(Say, "account_id")


def decide(turn: Turn) -> Decision:
    """What follows from the event: the next conversation, the actions and the messages."""
    turn = _received(turn)
    stepped = _customer_said(turn) if isinstance(turn.event, CustomerSaid) else _other(turn)
    return _gate(turn, stepped)


def _received(turn: Turn) -> Turn:
    """The turn with lapsed questions dropped, the language followed and the account in focus."""
    conversation = forget_gone(forget_old(turn.conversation, turn))
    event = turn.event
    if isinstance(event, CustomerSaid):
        tongue = language_wanted(event.reading) or event.reading.language
        language = _WRITTEN.get(tongue, conversation.language)
        last_in_at = max(event.said_at, conversation.last_in_at or event.said_at)
        conversation = _as_heard(
            conversation, language=language, last_in_at=last_in_at, focus=_in_focus(conversation)
        )
        turn = _with_conversation(turn, conversation=conversation)
        reading = sensed(ordered(_as_late(event), conversation), turn)
        if reading is event.reading:
            return turn
        return _with_event(turn, event=replace(event, reading=reading))
    if isinstance(event, PaymentSeen):
        conversation = replace(conversation, focus=event.account_id)
    if isinstance(event, TimeCame):
        conversation = _on_appointment(conversation, event)
    return replace(turn, conversation=conversation, event=event)


def _in_focus(conversation: Conversation) -> AccountId | None:
    """The only account, where there is but one; else the one that was talked about."""
    cases = conversation.cases
    is_only = len(cases) == 1 and cases[0].account.exists
    return cases[0].account.id if is_only else conversation.focus


def _as_late(event: CustomerSaid) -> Understanding:
    """A message that was overtaken by a later one commits to nothing: it is read as a question.

    negotiation.md C.7, burst: if it would change a commitment, ask, do not change.
    """
    reading = event.reading
    return replace(reading, tags=reading.tags | {Tag.HEDGE}) if event.is_late else reading


def _on_appointment(conversation: Conversation, event: TimeCame) -> Conversation:
    for appointment in conversation.agenda:
        if appointment.id == event.appointment_id and appointment.account_id is not None:
            return replace(conversation, focus=appointment.account_id)
    return conversation


def _customer_said(turn: Turn) -> _Stepped:
    """Route the words, apply what follows, and take up what had been put aside."""
    several = focused(turn)
    if several is not None and several.ask is not None:
        return _applied(turn, several.ask, "accounts")
    turns = tuple(map(_summed, several.turns)) if several is not None else (turn,)
    done = _routed(turns[0])
    for further in turns[1:]:
        done = _joined(done, _beside(done, further))
    return _with_other_open(turn, turns[0], done)


def _with_other_open(turn: Turn, taken: Turn, done: _Stepped) -> _Stepped:
    """What was said of another account leaves the open proposal standing, and asked about again."""
    before, after = turn.conversation.dialogue, done.conversation
    question = before.question
    if question is None or taken.conversation.dialogue.question is not None:
        return done
    other = tuple(p for p in before.proposals if p.account_id == question.account_id)
    is_free = after.open_handoff is None and after.holder is None and not after.opted_out
    is_over = after.dialogue.question is not None or not is_free
    if not other or other[-1].account_id == taken.case.id or is_over:
        return done
    dialogue = replace(after.dialogue, question=question, slots=before.slots, proposals=other)
    talk = replace(after, focus=question.account_id, dialogue=dialogue)
    again = replace(turn, conversation=talk)
    return _joined(done, _applied(again, repeat_question(again, dialogue), done.name))


def _summed(turn: Turn) -> Turn:
    """The turn on one of several accounts: two sums may be the whole of this one."""
    if not isinstance(turn.event, CustomerSaid):
        return turn
    reading = with_whole_now(with_two_sums(turn.reading, turn), turn)
    if reading is turn.event.reading:
        return turn
    return replace(turn, event=replace(turn.event, reading=reading))


def _beside(done: _Stepped, further: Turn) -> _Stepped:
    """The same words for another account, read against what was open before them.

    What the first account's answer asked is no question to these words; its proposals stand.
    """
    first = done.conversation.dialogue
    own_last = tuple(sorted(first.proposals, key=lambda p: p.account_id == further.case.id))
    said_before = further.conversation.dialogue
    before = replace(
        first, question=said_before.question, slots=said_before.slots, proposals=own_last
    )
    talk = replace(done.conversation, focus=further.case.id, dialogue=before)
    stepped = _routed(replace(further, conversation=talk))
    second = stepped.conversation.dialogue
    own = tuple(p for p in second.proposals if p not in first.proposals)
    renewed = {p.account_id for p in own}
    kept = tuple(p for p in first.proposals if p.account_id not in renewed)
    dialogue = replace(second, question=second.question or first.question, proposals=(*kept, *own))
    # Nothing said later without a name is about the last of several alone.
    conversation = replace(stepped.conversation, dialogue=dialogue, focus=None)
    return replace(stepped, conversation=conversation)


def _routed(turn: Turn) -> _Stepped:
    chosen = route(turn)
    answer = chosen.step(turn)
    answer = _with_notes(turn, chosen, answer)
    if chosen.repeats_question:
        answer = _with_question(turn, answer)
    stepped = _applied(turn, answer, chosen.name)
    if answer.resume is None or not isinstance(turn.event, CustomerSaid):
        return stepped
    event = replace(turn.event, reading=ordered(answer.resume, stepped.conversation))
    resumed = _routed(replace(turn, conversation=stepped.conversation, event=event))
    return _joined(stepped, resumed)


def _with_notes(turn: Turn, chosen: Route, answer: Answer) -> Answer:
    """Record the further intents of the message, each by its own dialogue."""
    for intent in chosen.also:
        known = set(answer.actions)
        notes = BY_INTENT[intent].note(turn, intent)
        # After a stop, a stranger or a death no side question is answered.
        silent = turn.reading.intent in SAFETY
        silent = silent or (chosen.name == "people" and turn.conversation.holder is not None)
        fresh = [n for n in notes if n not in known and not (silent and isinstance(n, Say))]
        said = [n for n in fresh if isinstance(n, Say)]
        rest = [n for n in fresh if not isinstance(n, Say)]
        # What is told in passing stands before the main answer, whose question comes last.
        answer = replace(answer, actions=(*said, *answer.actions, *rest))
    return answer


def _with_question(turn: Turn, answer: Answer) -> Answer:
    """An aside is answered and the open question stands again in the same message."""
    again = repeat_question(turn, turn.conversation.dialogue)
    dialogue = answer.dialogue or turn.conversation.dialogue
    return replace(answer.plus(*again.actions), dialogue=dialogue)


def _joined(first: _Stepped, second: _Stepped) -> _Stepped:
    return replace(
        second,
        actions=(*first.actions, *second.actions),
        reasons=(*first.reasons, *second.reasons),
    )


def _other(turn: Turn) -> _Stepped:
    """Time, money, agents and gateways: one dialogue an event."""
    dialogue = BY_EVENT[type(turn.event)]
    stepped = _applied(turn, dialogue.step(turn), dialogue.NAME)
    return _without_appointment(turn, stepped)


def _without_appointment(turn: Turn, stepped: _Stepped) -> _Stepped:
    if not isinstance(turn.event, TimeCame):
        return stepped
    done = turn.event.appointment_id
    agenda = tuple(a for a in stepped.conversation.agenda if a.id != done)
    return replace(stepped, conversation=replace(stepped.conversation, agenda=agenda))


def _applied(turn: Turn, answer: Answer, name: str) -> _Stepped:
    conversation = turn.conversation
    if answer.dialogue is not None:
        conversation = _with_dialogue(conversation, dialogue=answer.dialogue)
    actions = tuple([_placed(a, turn) if isinstance(a, Say) else a for a in answer.actions])
    conversation = fold(conversation, actions, turn.now)
    return _make_stepped(
        conversation=conversation, actions=actions, reasons=answer.reasons, name=name
    )


def _placed(say: Say, turn: Turn) -> Say:
    """Words carry the account they are about, so that several may stand in one message."""
    return _about(say, account_id=turn.case.id) if say.account_id is None else say


def _gate(turn: Turn, stepped: _Stepped) -> Decision:
    """What may leave, whoever wrote it; every refusal adds its reason."""
    made = drafts(turn, stepped.conversation, _speakable(turn, stepped))
    outgoing: list[Outgoing] = []
    actions, reasons = list(stepped.actions), list(stepped.reasons)
    conversation = stepped.conversation
    for draft in made:
        verdict = judged(turn, conversation, draft)
        reasons += verdict.reasons
        if verdict.outgoing is not None:
            outgoing.append(verdict.outgoing)
            conversation = _counted(conversation, draft, verdict.outgoing)
        if verdict.actions:
            conversation = fold(conversation, verdict.actions, turn.now)
            actions += verdict.actions
    return _make_decision(
        conversation=conversation,
        actions=tuple(actions),
        outgoing=tuple(outgoing),
        reasons=tuple(reasons),
        dialogue=stepped.name,
        recall=Recall in map(type, stepped.actions),
        heard=turn.event.reading if isinstance(turn.event, CustomerSaid) else None,
    )


def _speakable(turn: Turn, stepped: _Stepped) -> Sequence[Action]:
    """While a person holds the talk, or held it when this began, the bot has no words.

    The one exception is the safety text after a crisis message nobody holds.
    """
    held = stepped.conversation.holder is not None
    if not held:
        return stepped.actions
    return [a for a in stepped.actions if isinstance(a, SayText) or _confirms_stop(a)]


def _confirms_stop(action: Action) -> bool:
    return isinstance(action, Say) and action.kind == "optout_confirmation"


def _counted(conversation: Conversation, draft: Draft, sent: Outgoing) -> Conversation:
    """A reminder is counted on its account when it is decided, so that the next is the next stage."""
    conversation = _with_sent(conversation, last_out_at=sent.send_at)
    if draft.kind != "reminder" or draft.account_id is None:
        return conversation
    case = conversation.case(draft.account_id)
    counted = replace(
        case,
        reminders_sent=case.reminders_sent + 1,
        first_reminded_at=case.first_reminded_at or sent.send_at,
    )
    return with_case(conversation, counted)
