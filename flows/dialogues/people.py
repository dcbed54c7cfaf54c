"""Where people come in: request_human, request_callback, complaint, legal, vulnerable, abuse, and
what agents and gateways do."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flows import facts
from flows.actions import (
    Action,
    Cancel,
    ClearFlag,
    CloseHandoffs,
    HandBack,
    Notify,
    Recall,
    RecordComplaint,
    Say,
    SayText,
    Schedule,
    SetCallback,
    SetFlag,
    TakeOver,
)
from flows.days import working_days_after, working_hours_after
from flows.events import AgentHandedBack, AgentSaid, AgentTookOver, DeliveryFailed
from flows.model import Dialogue, Flag, Turn
from flows.records import (
    AppointmentKind,
    Complaint,
    ComplaintKind,
    HandoffReason,
    Priority,
)
from flows.replacing import replace
from flows.talk import (
    MORNING_HOUR,
    Answer,
    Ask,
    asking,
    because,
    hold,
    say,
    say_as,
    settled,
    to_person,
)
from flows.understanding.intents import Intent
from flows.understanding.values import Asked

NAME = "people"
ANSWERS = frozenset(
    {
        Intent.REQUEST_HUMAN,
        Intent.REQUEST_CALLBACK,
        Intent.COMPLAINT,
        Intent.LEGAL,
        Intent.VULNERABLE,
        Intent.ABUSE,
    }
)
NEEDS_BOUND: frozenset[Intent] = frozenset()
EVENTS: tuple[type, ...] = (AgentTookOver, AgentHandedBack, AgentSaid, DeliveryFailed)

# compliance.md (g): a person answers within four business hours.
ANSWER_HOURS = 4
INSULTS_TO_PERSON = 2
# compliance.md (g): a complaint of threats or harassment is looked into within the hour.
_HARASSMENT = re.compile(
    r"骚扰|騷擾|恐吓|恐嚇|威胁|威脅|辱骂|辱罵|侮辱|爆通讯录|爆通訊錄|"
    r"\b(?:harass\w*|threat\w*|intimidat\w*|bull(?:y|ie)\w*|insult\w*|stalk\w*)\b",
    re.IGNORECASE,
)
_OTHER_CHANNEL = re.compile(
    r"微信|加[v薇]|[邮郵][件箱]|[电電]子[邮郵]|qq|whats ?app|wechat|\b(?:line|signal|telegram|e-?mail|messenger|viber)\b",
    re.IGNORECASE,
)
# The one question that is answered while a person is awaited: when he comes.
_WHEN = re.compile(
    r"什么时候|甚麼時候|几点|幾點|几时|幾時|多久|有人吗|有人嗎|有冇人|边个|"
    r"\b(?:when|how long|anyone|anybody|hello\?)",
    re.IGNORECASE,
)


def step(turn: Turn) -> Answer:
    """Answer what needs a person, or carry out what a person did."""
    event = turn.event
    if isinstance(event, AgentTookOver):
        return _took_over(turn, event)
    if isinstance(event, AgentHandedBack):
        return _handed_back(turn, event)
    if isinstance(event, AgentSaid):
        return _agent_said(turn, event)
    if isinstance(event, DeliveryFailed):
        return _undelivered(turn, event)
    intents = turn.reading.intents
    for intent, answer in _ANSWERS.items():
        if intent in intents:
            return answer(turn)
    return _request_human(turn)


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """The hour of a call."""
    return _callback(turn)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """What is recorded when the message is mainly about something else."""
    records = _RECORDS.get(intent)
    return records(turn) if records else ()


def _danger_records(turn: Turn) -> tuple[Action, ...]:
    return (
        SetFlag(flag=Flag.VULNERABLE),
        Recall(),
        Cancel(kinds=tuple(AppointmentKind)),
        hold("vulnerable", turn, None, whole_person=True),
        to_person(HandoffReason.DANGER, turn, priority=Priority.NOW, task="care"),
        Notify(what="danger"),
    )


def _danger(turn: Turn) -> Answer:
    """Safety first, at any hour, also after a stop and during a takeover; never an amount."""
    sender = turn.sender
    words = Say(
        key="vulnerable",
        kind="safety",
        values=(
            ("crisis_line", sender.crisis_line),
            ("emergency", sender.emergency),
            ("phone", sender.phone),
        ),
    )
    return Answer(
        actions=(*_danger_records(turn), words),
        # The safety text itself says that a person will write.
        dialogue=replace(settled(turn), told_wait=True),
        reasons=because("vulnerable.hold", "everything about money stops; a person is called"),
    )


def _legal_records(turn: Turn) -> tuple[Action, ...]:
    return (
        SetFlag(flag=Flag.LEGAL),
        Recall(),
        Cancel(kinds=tuple(AppointmentKind)),
        hold("legal", turn, None, whole_person=True),
        to_person(HandoffReason.REPRESENTED, turn, priority=Priority.TODAY, task="representative"),
    )


def _legal(turn: Turn) -> Answer:
    if Flag.LEGAL in turn.conversation.flags:
        return Answer(actions=_legal_records(turn), reasons=because("legal.silent"))
    is_stop = Intent.OPT_OUT in turn.reading.intents
    # Beside a stop these words, which end direct contact, are its one confirmation.
    kind = "optout_confirmation" if is_stop else "reply"
    words = replace(say("represented_ack", phone=turn.sender.phone), kind=kind)
    return Answer(
        actions=(*_legal_records(turn), words),
        dialogue=settled(turn),
        reasons=because("represented.stop_direct_contact", "only the representative from here"),
    )


def _complaint_records(turn: Turn, *, is_acknowledged: bool = False) -> tuple[Action, ...]:
    return (
        SetFlag(flag=Flag.COMPLAINT),
        RecordComplaint(complaint=_said_complaint(turn, is_acknowledged)),
        hold("complaint", turn, None, whole_person=True),
        to_person(HandoffReason.COMPLAINT, turn, priority=Priority.TODAY, task="answer_complaint"),
    )


def _said_complaint(turn: Turn, is_acknowledged: bool) -> Complaint:
    """A new complaint, or what is added to the one that has no answer yet."""
    said = turn.reading.text
    is_harassment = bool(_HARASSMENT.search(said))
    standing = turn.conversation.open_complaint
    if standing is None:
        kind = ComplaintKind.HARASSMENT if is_harassment else ComplaintKind.SERVICE
        return Complaint(
            id="",
            opened_at=turn.now,
            kind=kind,
            account_id=turn.case.id,
            words=said,
            is_acknowledged=is_acknowledged,
        )
    return replace(
        standing,
        kind=ComplaintKind.HARASSMENT if is_harassment else standing.kind,
        words=f"{standing.words}\n{said}",
    )


def _complaint(turn: Turn) -> Answer:
    if Flag.COMPLAINT in turn.conversation.flags:
        asked = (_acknowledged(turn),) if _NUMBER_ASKED.search(turn.reading.text) else ()
        return Answer(
            actions=(*_complaint_records(turn), *asked), reasons=because("complaint.added")
        )
    return Answer(
        actions=(*_complaint_records(turn, is_acknowledged=True), _acknowledged(turn)),
        dialogue=settled(turn),
        reasons=because("complaint.registered", "a person not involved answers in writing"),
    )


def _acknowledged(turn: Turn) -> Say:
    """The complaint's number, and the day by which it is answered, counted from when it came."""
    standing = turn.conversation.open_complaint
    zone = turn.conversation.person.zone
    since = turn.today if standing is None else standing.opened_at.astimezone(zone).date()
    return say(
        "complaint_ack",
        reply_by=working_days_after(since, 1, turn.holidays)
        + timedelta(days=turn.policy.complaint.answer_days),
        complaint_route=turn.sender.complaint_route,
    )


def _human_records(turn: Turn) -> tuple[Action, ...]:
    return (
        to_person(HandoffReason.REQUESTED, turn, task="talk"),
        hold("handoff", turn, None, whole_person=True),
    )


def _request_human(turn: Turn) -> Answer:
    """Said once: who answers and when."""
    dialogue = replace(settled(turn), told_wait=True)
    return Answer(
        actions=(*_human_records(turn), _will_answer(turn)),
        dialogue=dialogue,
        reasons=because("human.requested", "a person answers; the bot stays silent"),
    )


def _will_answer(turn: Turn) -> Say:
    return say_as(
        "handoff",
        "handoff_wait",
        reply_by=working_hours_after(
            turn.now, ANSWER_HOURS, turn.conversation.person.zone, turn.holidays
        ),
        phone=turn.sender.phone,
    )


def _callback(turn: Turn) -> Answer:
    """A call at the hour named, inside allowed hours; asked for when no hour was named."""
    at = _callback_at(turn)
    if at is None and _OTHER_CHANNEL.search(turn.reading.text):
        # Who would rather write elsewhere is not asked when to be called.
        person = to_person(HandoffReason.CALLBACK, turn, task="other_channel")
        return Answer(
            actions=(SetFlag(flag=Flag.CALLBACK), person, _will_answer(turn)),
            dialogue=replace(settled(turn), told_wait=True),
            reasons=because("callback.other_channel", "a person writes where he wants to talk"),
        )
    is_told = at is not None or _asked_for_time(turn)
    records: tuple[Action, ...] = (
        SetFlag(flag=Flag.CALLBACK),
        to_person(HandoffReason.CALLBACK, turn, task="call", holds_bot=is_told),
    )
    if at is None and is_told:
        return _as_told(turn, records)
    if at is None:
        ask = Ask(asked=Asked.CALLBACK_TIME, owner=NAME, key="callback_ask", structure="text")
        return replace(
            asking(turn, ask, *records, dialogue=settled(turn)),
            reasons=because("callback.no_time"),
        )
    return Answer(
        actions=(
            *records,
            SetCallback(at=at),
            hold("callback", turn, at),
            Schedule(kind=AppointmentKind.CALLBACK, due_at=at, account_id=turn.case.id),
            say_as("handoff", "callback_noted", at=at.astimezone(turn.conversation.person.zone)),
        ),
        dialogue=settled(turn),
        reasons=because("callback.noted"),
    )


def _asked_for_time(turn: Turn) -> bool:
    question = turn.conversation.dialogue.question
    return question is not None and question.asked is Asked.CALLBACK_TIME


_ANY_TIME = re.compile(
    r"[随隨][时時]|任何|都(?:可以|行|得|ok)|[尽盡儘]快|[马馬]上|[现現]在|而家|\b(?:any ?time|whenever|any day|asap|soon|now|(?:right|straight) away)\b",
    re.IGNORECASE,
)


def _as_told(turn: Turn, records: tuple[Action, ...]) -> Answer:
    """ "Tomorrow morning", "any time": who calls reads it in his words, and it is not asked again."""
    coming = max(facts.ambiguous_days(turn), default=None)
    day = facts.day(turn) or coming or working_days_after(turn.today, 1, turn.holidays)
    until_at = turn.local(max(day, turn.today) + timedelta(days=1), MORNING_HOUR)
    is_any = bool(_ANY_TIME.search(turn.reading.text))
    words = _will_answer(turn) if is_any else say_as("handoff", "callback_as_told")
    return Answer(
        actions=(*records, hold("callback", turn, until_at), words),
        dialogue=replace(settled(turn), told_wait=True),
        reasons=because("callback.as_told", "a time told in words, for the person who calls"),
    )


def _callback_at(turn: Turn) -> datetime | None:
    clock = facts.clock_time(turn)
    if clock is None:
        return None
    zone = turn.conversation.person.zone
    day = facts.day(turn) or turn.today
    at = datetime.combine(day, clock, tzinfo=zone)
    return at if at > turn.now else datetime.combine(day + timedelta(days=1), clock, tzinfo=zone)


def _abuse(turn: Turn) -> Answer:
    """A calm line once; after the second insult a person looks."""
    insults = turn.conversation.dialogue.insults + 1
    dialogue = replace(turn.conversation.dialogue, insults=insults)
    if insults >= INSULTS_TO_PERSON:
        return Answer(
            actions=(
                to_person(HandoffReason.ABUSE, turn),
                say_as("handoff", "abuse_person"),
            ),
            dialogue=dialogue,
            reasons=because("abuse.twice"),
        )
    return Answer(
        actions=(say("abuse_calm"),),
        dialogue=dialogue,
        reasons=because("abuse.once", "calm, never in kind"),
    )


def waiting(turn: Turn) -> Answer:
    """While a person is awaited the bot records; told once when someone will answer.

    Withdrawing the wish, a claim of payment and a whole promise are taken up by the caller.
    """
    dialogue = turn.conversation.dialogue
    asks_for = turn.reading.intent in (Intent.REQUEST_HUMAN, Intent.REQUEST_CALLBACK)
    asks_when = asks_for or bool(_WHEN.search(turn.reading.text))
    asks_when = asks_when or bool(_NUMBER_ASKED.search(turn.reading.text))
    if dialogue.told_wait and not asks_when:
        return Answer(
            actions=(Notify(what="customer_wrote"),),
            reasons=because("handoff.waiting", "recorded for the person who comes"),
        )
    handoff = turn.conversation.open_handoff
    is_complaint = handoff is not None and handoff.reason is HandoffReason.COMPLAINT
    words = _about_complaint(turn, asks=asks_when) if is_complaint else _will_answer(turn)
    return Answer(
        actions=(Notify(what="customer_wrote"), words),
        # "Ok thanks" to this is no yes to a proposal that was made before it.
        dialogue=replace(settled(turn), told_wait=True),
        reasons=because("handoff.told", "says once when someone answers"),
    )


_NUMBER_ASKED = re.compile(
    r"[编編單单工][号號]|\b(?:reference|ref|case|complaint|ticket) (?:number|no|id)\b",
    re.IGNORECASE,
)


def _about_complaint(turn: Turn, *, asks: bool) -> Say:
    """The number and the day it was told; what is said beside it is answered with it."""
    return _acknowledged(turn) if asks else say("complaint_wait")


def cared_for(turn: Turn) -> Answer:
    """A vulnerable person who writes again waits for a person, who is called anew if need be."""
    answer = waiting(turn)
    if turn.conversation.open_handoff is not None:
        return answer
    person = to_person(HandoffReason.VULNERABLE, turn, priority=Priority.TODAY, task="care")
    return replace(answer, actions=(person, *answer.actions))


def bill_gone(turn: Turn) -> Answer:
    """The creditor no longer has the bill with us: a person says what became of it."""
    return Answer(
        actions=(
            to_person(HandoffReason.REQUESTED, turn, task="bill_withdrawn"),
            _will_answer(turn),
        ),
        dialogue=replace(settled(turn), told_wait=True),
        reasons=because("account.withdrawn", "no figure of a bill that is not ours any more"),
    )


def withdrawn(turn: Turn) -> Answer:
    """The customer no longer wants a person: the bot is back."""
    return Answer(
        actions=(
            CloseHandoffs(
                reasons=(
                    HandoffReason.REQUESTED,
                    HandoffReason.CALLBACK,
                    HandoffReason.DISCOUNT,
                )
            ),
            ClearFlag(flag=Flag.CALLBACK),
            say("handoff_withdrawn"),
        ),
        dialogue=replace(settled(turn), told_wait=False),
        reasons=because("handoff.withdrawn"),
    )


def held_by_agent(turn: Turn) -> Answer:
    """A person holds the conversation: recorded and shown, never answered by the bot."""
    return Answer(
        actions=(Notify(what="customer_wrote"),),
        reasons=because("takeover.silent", "a person holds the conversation"),
    )


def _took_over(turn: Turn, event: AgentTookOver) -> Answer:
    return Answer(
        actions=(Recall(), TakeOver(agent=event.agent)),
        dialogue=replace(settled(turn), told_wait=False),
        reasons=because("takeover.started", "the bot is silent until hand-back"),
    )


def _handed_back(turn: Turn, event: AgentHandedBack) -> Answer:
    actions: list[Action] = [HandBack(note=event.note)]
    if event.quiet_until_at is not None:
        actions.append(hold("agent", turn, event.quiet_until_at, whole_person=True))
    return Answer(actions=tuple(actions), reasons=because("takeover.ended"))


def _agent_said(turn: Turn, event: AgentSaid) -> Answer:
    return Answer(
        actions=(SayText(text=event.text, author=event.agent),),
        reasons=because("agent.reply", "a person's words, checked like any other"),
    )


def _undelivered(turn: Turn, event: DeliveryFailed) -> Answer:
    what = "outcome_unknown" if event.is_unknown else "undelivered"
    return Answer(
        actions=(
            to_person(HandoffReason.UNDELIVERED, turn, task=what, holds_bot=False),
            Notify(what=what),
        ),
        reasons=because(f"delivery.{what}", "never resent by machine"),
    )


_ANSWERS = {
    Intent.VULNERABLE: _danger,
    Intent.LEGAL: _legal,
    Intent.COMPLAINT: _complaint,
    Intent.REQUEST_CALLBACK: _callback,
    Intent.REQUEST_HUMAN: _request_human,
    Intent.ABUSE: _abuse,
}
_RECORDS = {
    Intent.VULNERABLE: _danger_records,
    Intent.LEGAL: _legal_records,
    Intent.COMPLAINT: _complaint_records,
    Intent.REQUEST_HUMAN: _human_records,
}
