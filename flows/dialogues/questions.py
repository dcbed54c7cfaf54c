"""Asides: balance_query and credit_query. Answered; then the open question stands again."""

from __future__ import annotations

import re

from flows.actions import Action, Say
from flows.model import Dialogue, Turn
from flows.records import PlanTerms
from flows.replacing import replace
from flows.talk import Answer, because, say
from flows.understanding.intents import Intent
from flows.understanding.values import Asked

NAME = "questions"
ANSWERS = frozenset({Intent.BALANCE_QUERY, Intent.CREDIT_QUERY})
NEEDS_BOUND = frozenset({Intent.BALANCE_QUERY})
EVENTS: tuple[type, ...] = ()


def step(turn: Turn) -> Answer:
    """Answer the side question; slots and the open question stay."""
    plan = _plan_asked_about(turn)
    if plan is not None:
        return Answer(
            actions=_cost(turn, plan),
            dialogue=turn.conversation.dialogue,
            reasons=because("question.about_plan", "asks about the schedule that stands"),
        )
    words = _credit(turn) if turn.reading.intent is Intent.CREDIT_QUERY else _balance(turn)
    return Answer(
        actions=(words,),
        dialogue=turn.conversation.dialogue,
        reasons=because(f"question.{turn.reading.intent}", "a side question"),
    )


_COST = re.compile(
    r"手[续續][费費]|利息|服[务務][费費]|[费費]用|\b(?:fees?|interest|charges?|extra|cost)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"[每一]期|每[个個]?月|一[个個]月|首期|最[后後]一期|\b(?:each|per|a|every) (?:month|week|payment|instal\w*)\b|\bmonthly\b",
    re.IGNORECASE,
)


_DATES = re.compile(
    r"哪天|哪一天|[几幾][号號]|什[么麼][时時]候|\b(?:when|what dates?|which (?:day|date)s?|(?:first|last|final|next) (?:one|payment)|how long|end|finish)\b",
    re.IGNORECASE,
)
# "Can I pay it off early?", 可以提前还清吗.
EARLY = re.compile(
    r"提[前早][还還付清结結]"
    r"|\b(?:pay\w*|paid|clear|finish|settle)\b[^.!?]{0,15}\b(?:early|earlier|sooner|faster|ahead)\b|\bpay(?:ing)? (?:more|extra)\b",
    re.IGNORECASE,
)


def _plan_asked_about(turn: Turn) -> PlanTerms | None:
    """The plan that is read back just now, where the question is about its sums or its cost."""
    question, newest = turn.conversation.dialogue.question, turn.conversation.dialogue.proposals
    is_open = question is not None and question.asked is Asked.CONFIRM
    text = turn.reading.text
    is_about = any(words.search(text) for words in (_COST, _SIZE, _DATES, EARLY))
    is_asked = Intent.BALANCE_QUERY in turn.reading.intents
    return newest[-1].plan if is_asked and is_open and newest and is_about else None


def _cost(turn: Turn, plan: PlanTerms) -> tuple[Say, ...]:
    """What the plan costs in all; the schedule, which is read back again, tells the rest."""
    text = turn.reading.text
    told = (say("plan_early"),) if EARLY.search(text) else ()
    return (*told, say("plan_cost", plan_total=plan.total)) if _COST.search(text) else told


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """This dialogue asks nothing."""
    return step(turn)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """A side question beside a main matter is answered in the same message when it may be."""
    plan = _plan_asked_about(turn) if intent is Intent.BALANCE_QUERY else None
    if plan is not None:
        return _cost(turn, plan)
    if intent is Intent.BALANCE_QUERY and turn.conversation.is_bound:
        return (_balance(turn),)
    return (_credit(turn),) if intent is Intent.CREDIT_QUERY else ()


def _balance(turn: Turn) -> Say:
    account = turn.case.account
    values = {
        "amount": account.outstanding,
        "product": account.product,
        "due_date": account.due_on,
    }
    if account.fees is not None and account.fees.minor > 0:
        principal = replace(
            account.outstanding, minor=account.outstanding.minor - account.fees.minor
        )
        return say("balance_with_fees", fees=account.fees, principal=principal, **values)
    return say("balance", **values)


# 会不会起诉, "can you freeze my card": asked after what may follow, and of no record.
_CONSEQUENCE = re.compile(
    r"起[诉訴]|告我|告上|法院|官司|坐[牢监監]|抓|上[门門]|[冻凍][结結]|[封停锁鎖]卡|扣[工薪]|查封"
    r"|\b(?:sue[ds]?|suing|court|lawsuit|legal action|jail|prison|arrest\w*|freeze|frozen|garnish\w*|block\w*|come to my)\b",
    re.IGNORECASE,
)


def _credit(turn: Turn) -> Say:
    is_of_record = not _CONSEQUENCE.search(turn.reading.text)
    return say("credit_fact" if is_of_record else "consequence_fact", phone=turn.sender.phone)
