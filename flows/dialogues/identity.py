"""Who we talk with and who we are: verification, identity_query, privacy, wrong_person, deceased."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows import naming, proof
from flows.actions import Action, Bind, Cancel, CloseAddress, Recall, Say, Schedule, SetFlag
from flows.events import CustomerSaid
from flows.model import Dialogue, Flag, Turn
from flows.records import AppointmentKind, HandoffReason, Priority
from flows.replacing import replace
from flows.talk import MORNING_HOUR, Answer, Ask, asking, because, hold, say, settled, to_person
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, EntityKind, Understanding

NAME = "identity"
ANSWERS = frozenset({Intent.IDENTITY_QUERY, Intent.PRIVACY, Intent.WRONG_PERSON, Intent.DECEASED})
NEEDS_BOUND: frozenset[Intent] = frozenset()
EVENTS: tuple[type, ...] = ()
_QUESTIONS = frozenset({Intent.BALANCE_QUERY, Intent.CREDIT_QUERY, Intent.RECEIPT})

# negotiation.md C.7, verification: two tries, then a day's lock and a person.
LOCK = timedelta(hours=24)
IDENTITY_HOLD = timedelta(days=7)


def step(turn: Turn) -> Answer:
    """Answer a death, a wrong number, a question about our data or about who we are."""
    intents = turn.reading.intents
    for intent, answer in _ANSWERS.items():
        if intent in intents:
            return answer(turn)
    return ask_identity(turn)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """What is recorded when the message is mainly about something else."""
    if intent is Intent.DECEASED:
        return _deceased_records(turn)
    if intent is Intent.WRONG_PERSON:
        return _wrong_person_records(turn)
    if intent is Intent.IDENTITY_QUERY:
        return (_who_we_are(turn),)
    if intent is Intent.PRIVACY:
        return (SetFlag(flag=Flag.PRIVACY), to_person(HandoffReason.PRIVACY, turn, holds_bot=False))
    return ()


def _deceased(turn: Turn) -> Answer:
    # Beside a stop the condolence, which says that everything ends, is the one confirmation.
    kind = "optout_confirmation" if Intent.OPT_OUT in turn.reading.intents else "reply"
    words = Say(key="deceased_ack", kind=kind, values=(("phone", turn.sender.phone),))
    return Answer(
        actions=(*_deceased_records(turn), words),
        dialogue=settled(turn),
        reasons=because("deceased.stop_all", "condolences once, then nothing"),
    )


def _deceased_records(turn: Turn) -> tuple[Action, ...]:
    return (
        SetFlag(flag=Flag.DECEASED),
        Recall(),
        Cancel(kinds=tuple(AppointmentKind)),
        hold("deceased", turn, None, whole_person=True),
        to_person(HandoffReason.DECEASED, turn, priority=Priority.TODAY, task="estate"),
    )


def _wrong_person(turn: Turn) -> Answer:
    """Apologise once and reveal nothing, not even that there is a debt."""
    if turn.conversation.is_address_closed:
        return Answer(reasons=because("wrong_person.silent"))
    return Answer(
        actions=(*_wrong_person_records(turn), say("wrong_person")),
        dialogue=settled(turn),
        reasons=because("wrong_person.closed", "this address is closed for the account"),
    )


def _wrong_person_records(turn: Turn) -> tuple[Action, ...]:
    return (
        SetFlag(flag=Flag.THIRD_PARTY),
        SetFlag(flag=Flag.WRONG_PERSON),
        Recall(),
        Cancel(kinds=tuple(AppointmentKind)),
        CloseAddress(is_lent=turn.conversation.is_bound and bool(_NEAR_HIM.search(_words(turn)))),
    )


# Who answers a phone that is not his own, and gives it back (negotiation.md C.5, row 14).
_NEAR_HIM = re.compile(
    r"[妈媽爸娘爹]|老[婆公豆母]|媳[妇婦]|太太|先生|[儿兒]子|女[儿兒]|哥|姐|弟|妹|家人|家[属屬]|同事|朋友|室友"
    r"|\b(?:wife|husband|mum|mom|mother|dad|father|son|daughter|brother|sister|partner|girlfriend"
    r"|boyfriend|flatmate|roommate|friend|colleague|cowork\w+|aunt|uncle|cousin|grand\w+)\b",
    re.IGNORECASE,
)


def _words(turn: Turn) -> str:
    return turn.reading.text if isinstance(turn.event, CustomerSaid) else ""


def back_again(turn: Turn) -> Answer:
    """The customer writes from the number that a relative answered: verified, it opens again."""
    question = turn.conversation.dialogue.question
    secrets = turn.conversation.person.secrets
    result = proof.check(turn.reading.text, secrets, turn.conversation.dialogue.verified_items)
    is_asked = question is not None and question.asked is Asked.IDENTITY
    if result.is_enough or (is_asked and (result.right_items or result.has_wrong_item)):
        return answer_question(turn, turn.conversation.dialogue)
    if naming.claims_being(turn.reading.text, turn.conversation.person.name):
        return ask_identity(_anew(turn))
    return Answer(reasons=because("wrong_person.silent"))


def _anew(turn: Turn) -> Turn:
    """The turn with nothing of the old talk waiting; the words only say who writes."""
    dialogue = replace(turn.conversation.dialogue, pending=None)
    reading = replace(turn.reading, intent=Intent.AFFIRM, also=(), entities=())
    event = turn.event
    if isinstance(event, CustomerSaid):
        event = replace(event, reading=reading)
    conversation = replace(turn.conversation, dialogue=dialogue)
    return replace(turn, conversation=conversation, event=event)


def _privacy(turn: Turn) -> Answer:
    return Answer(
        actions=(
            SetFlag(flag=Flag.PRIVACY),
            hold("privacy", turn, None, whole_person=True),
            to_person(HandoffReason.PRIVACY, turn, priority=Priority.TODAY, task="data_request"),
            say("privacy_ack"),
        ),
        dialogue=settled(turn),
        reasons=because("privacy.request", "answered by a person in time"),
    )


def _identity_query(turn: Turn) -> Answer:
    """Who we are and how to check us, until he is verified or a week has passed."""
    until_at = turn.now + IDENTITY_HOLD
    return Answer(
        actions=(hold("identity", turn, until_at, whole_person=True), _who_we_are(turn)),
        dialogue=turn.conversation.dialogue,
        reasons=because("identity.who_we_are", "tells how to check us without us"),
    )


def _who_we_are(turn: Turn) -> Say:
    """Whose bill it is only on a bound address."""
    names = {
        "agent_name": turn.sender.agent_name,
        "creditor_safe": turn.sender.creditor_safe,
        "phone": turn.sender.phone,
    }
    if not turn.conversation.is_bound:
        return say("identity_reply", **names)
    account = turn.case.account
    return say("identity_bound", creditor=account.creditor, product=account.product, **names)


def ask_identity(turn: Turn) -> Answer:
    """Ask for two items the customer knows, keeping what he wanted for afterwards."""
    dialogue = turn.conversation.dialogue
    if dialogue.locked_until is not None and turn.now < dialogue.locked_until:
        return Answer(
            actions=(say("verify_locked"),), reasons=because("verify.locked", "two wrong tries")
        )
    if not turn.conversation.person.secrets:
        return _cannot_verify(turn)
    ask = Ask(asked=Asked.IDENTITY, owner=NAME, key="verify_ask", structure="ask_identity")
    pending = _put_aside(dialogue.pending, turn.reading)
    waiting = replace(dialogue, pending=pending, proposals=(), options=())
    return replace(
        asking(turn, ask, dialogue=waiting),
        reasons=because("verify.needed", "details only to the person himself"),
    )


def _put_aside(pending: Understanding | None, reading: Understanding) -> Understanding | None:
    """What is taken up afterwards: the newest wish, with a question that came meanwhile beside it."""
    if reading.intent in (Intent.AFFIRM, Intent.UNCLEAR, Intent.GREETING):
        return pending
    if pending is None or reading.intent not in _QUESTIONS or pending.intent in _QUESTIONS:
        return reading
    return replace(pending, also=(*pending.also, reading.intent))


def _cannot_verify(turn: Turn) -> Answer:
    """There is nothing to compare with: no detail is ever told here; a person may be asked for."""
    return Answer(
        actions=(say("verify_impossible", phone=turn.sender.phone),),
        dialogue=settled(turn),
        reasons=because("verify.impossible", "no data to verify this person with"),
    )


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """Compare what was given with what we hold; only the result is kept."""
    result = proof.check(
        turn.reading.text, turn.conversation.person.secrets, dialogue.verified_items
    )
    if result.is_enough:
        return _verified(turn, dialogue)
    if result.has_wrong_item:
        return _wrong_try(turn, dialogue)
    if not result.right_items:
        return _nothing_given(turn, dialogue)
    seen = replace(dialogue, verified_items=dialogue.verified_items | result.right_items)
    ask = Ask(asked=Asked.IDENTITY, owner=NAME, key="verify_other_item", structure="ask_identity")
    return replace(asking(turn, ask, dialogue=seen), reasons=because("verify.one_right"))


def _verified(turn: Turn, dialogue: Dialogue) -> Answer:
    clear = replace(
        dialogue,
        question=None,
        pending=None,
        verify_tries=0,
        verified_items=frozenset(),
        locked_until=None,
    )
    actions: tuple[Action, ...] = (Bind(is_bound=True), *_reminders_again(turn))
    if dialogue.pending is None and _wish_beside(turn) is None:
        actions = (*actions, say("verified"))
    return Answer(
        actions=actions,
        dialogue=clear,
        reasons=because("verify.done", "the right answers came"),
        resume=dialogue.pending or _wish_beside(turn),
    )


def _wish_beside(turn: Turn) -> Understanding | None:
    """The plan asked for in the same breath as the items, without their figures."""
    reading = turn.reading
    kinds = {e.kind for e in reading.entities}
    if reading.intent is not Intent.REQUEST_INSTALMENTS or EntityKind.COUNT not in kinds:
        return None
    of_plan = tuple(
        e
        for e in reading.entities
        if e.kind is not EntityKind.AMOUNT
        and not (isinstance(e.value, date) and abs((e.value - turn.today).days) > _A_YEAR)
    )
    return replace(reading, entities=of_plan)


# No first day of a plan is further off; a birthday is.
_A_YEAR = 366


def _reminders_again(turn: Turn) -> tuple[Action, ...]:
    """What was cancelled when a relative answered goes on, the least interval from here."""
    if not turn.conversation.is_address_closed:
        return ()
    day = turn.today + timedelta(days=turn.policy.cadence.interval_min_days)
    return tuple(
        Schedule(
            kind=AppointmentKind.REMINDER,
            due_at=turn.local(day, MORNING_HOUR),
            account_id=case.id,
        )
        for case in turn.conversation.cases
        if case.account.exists and case.account.outstanding.minor > 0
    )


def _wrong_try(turn: Turn, dialogue: Dialogue) -> Answer:
    tries = dialogue.verify_tries + 1
    if tries >= turn.case.account.talk.verify_max_tries:
        locked = replace(dialogue, question=None, verify_tries=tries, locked_until=turn.now + LOCK)
        return Answer(
            actions=(
                to_person(HandoffReason.VERIFICATION, turn, task="verify_person"),
                Say(key="verify_person", structure="handoff"),
            ),
            dialogue=locked,
            reasons=because("verify.two_wrong", "locked for a day; a person decides"),
        )
    ask = Ask(asked=Asked.IDENTITY, owner=NAME, key="verify_again", structure="ask_identity")
    again = replace(dialogue, verify_tries=tries)
    return replace(asking(turn, ask, dialogue=again), reasons=because("verify.wrong"))


def _nothing_given(turn: Turn, dialogue: Dialogue) -> Answer:
    ask = Ask(asked=Asked.IDENTITY, owner=NAME, key="verify_ask", structure="ask_identity")
    unclear = dialogue.unclear + 1
    if unclear > turn.case.account.talk.clarify_max:
        return Answer(
            actions=(
                to_person(HandoffReason.VERIFICATION, turn, task="verify_person"),
                Say(key="verify_person", structure="handoff"),
            ),
            dialogue=settled(turn),
            reasons=because("verify.no_answer"),
        )
    answer = asking(turn, ask, dialogue=dialogue)
    kept = replace(answer.dialogue or dialogue, unclear=unclear)
    return replace(answer, dialogue=kept, reasons=because("verify.asked_again"))


_ANSWERS = {
    Intent.DECEASED: _deceased,
    Intent.WRONG_PERSON: _wrong_person,
    Intent.PRIVACY: _privacy,
    Intent.IDENTITY_QUERY: _identity_query,
}
