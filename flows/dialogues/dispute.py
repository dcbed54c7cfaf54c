"""Something about the bill is wrong, or the bill is not his: dispute_amount, dispute_debt."""

from __future__ import annotations

import re

from flows import facts
from flows.actions import Action, Cancel, Notify, OpenDispute
from flows.model import Dialogue, Turn
from flows.money import Money
from flows.records import AppointmentKind, Dispute, HandoffReason, Priority
from flows.replacing import replace
from flows.talk import Answer, Ask, asking, because, hold, say, settled, to_person
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Role

NAME = "dispute"
ANSWERS = frozenset({Intent.DISPUTE_AMOUNT, Intent.DISPUTE_DEBT})
NEEDS_BOUND: frozenset[Intent] = frozenset()
EVENTS: tuple[type, ...] = ()

_COLLECTION = (
    AppointmentKind.REMINDER,
    AppointmentKind.PROMISE_NOTICE,
    AppointmentKind.PROMISE_CHECK,
    AppointmentKind.INSTALMENT_NOTICE,
    AppointmentKind.PLAN_CHECK,
    AppointmentKind.PAYING_CHECK,
    AppointmentKind.EXTENSION_END,
    AppointmentKind.FOLLOW_UP,
    AppointmentKind.QUESTION_NUDGE,
)


def step(turn: Turn) -> Answer:
    """Record the dispute, stop collection on the account, tell a person."""
    if Intent.DISPUTE_DEBT in turn.reading.intents and not _is_part_of_open(turn):
        return _debt(turn)
    return _amount(turn)


def _is_part_of_open(turn: Turn) -> bool:
    """ "That 100 isn't mine to pay" tells the part of an amount that is disputed already."""
    standing = turn.case.open_dispute
    if standing is None or standing.kind != "amount":
        return False
    owed = turn.case.account.outstanding.minor
    return any(money.minor < owed for money in facts.amounts(turn))


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """What the customer adds to an open dispute: which part, what would be right."""
    standing = turn.case.open_dispute
    if standing is None:
        return _amount(turn)
    disputed, right = _figures(turn)
    detailed = replace(
        standing,
        disputed=disputed or standing.disputed,
        right=right or standing.right,
        words=f"{standing.words}\n{turn.reading.text}",
    )
    return Answer(
        actions=(OpenDispute(dispute=detailed), say("dispute_noted")),
        dialogue=settled(turn),
        reasons=because("dispute.details", "added to the open dispute"),
    )


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """A dispute said in passing is a dispute."""
    kind = "debt" if intent is Intent.DISPUTE_DEBT else "amount"
    return _records(turn, kind)


def _debt(turn: Turn) -> Answer:
    standing = turn.case.open_dispute
    is_known = standing is not None and standing.kind == "debt"
    # What was told when it was recorded is not told again.
    words = say("dispute_added") if is_known else say("dispute_debt_ack", phone=turn.sender.phone)
    return Answer(
        actions=(*_records(turn, "debt"), words),
        dialogue=settled(turn),
        reasons=because("dispute.debt", "collection stops while a person checks"),
    )


def _amount(turn: Turn) -> Answer:
    records = _records(turn, "amount")
    reasons = because("dispute.amount", "collection stops while a person checks")
    disputed, right = _figures(turn)
    standing = turn.case.open_dispute
    is_known = standing is not None and (standing.disputed or standing.right) is not None
    if disputed is not None or right is not None or is_known:
        return Answer(
            actions=(*records, say("dispute_noted")), dialogue=settled(turn), reasons=reasons
        )
    ask = Ask(asked=Asked.REASON, owner=NAME, key="dispute_ask_part", structure="ask_reason")
    return replace(asking(turn, ask, *records, dialogue=settled(turn)), reasons=reasons)


def _records(turn: Turn, kind: str) -> tuple[Action, ...]:
    standing = turn.case.open_dispute
    disputed, right = _figures(turn) if kind == "amount" else (None, None)
    if standing is not None and kind == standing.kind and disputed is None and right is None:
        # "So fix it": what was told of the amount before still holds.
        disputed, right = standing.disputed, standing.right
    dispute = Dispute(
        id=standing.id if standing else "",
        account_id=turn.case.id,
        kind=kind if standing is None or kind == "debt" else standing.kind,
        opened_at=standing.opened_at if standing else turn.now,
        disputed=disputed,
        right=right,
        words=turn.reading.text,
    )
    debt = kind == "debt"
    reason = HandoffReason.DISPUTE_DEBT if debt else HandoffReason.DISPUTE_AMOUNT
    return (
        OpenDispute(dispute=dispute),
        hold("dispute", turn, None),
        Cancel(kinds=_COLLECTION, account_id=turn.case.id),
        to_person(reason, turn, priority=Priority.TODAY, task="check_dispute", holds_bot=False),
    )


# 證明要寄去哪, "where do I send the police report": papers that he has, not one that he wants.
_PAPERS = r"材料|[证證][明据據件]|[资資]料|文件|截[图圖]|[报報]警|[报報]案|回[执執條条]|[凭憑][证證]|[账帳賬][单單]|流水"
_SENDS = re.compile(
    rf"(?:{_PAPERS}).{{0,8}}(?:[寄发發传傳交送投]|上[传傳载載])|(?:[寄发發传傳交送投]|上[传傳]).{{0,6}}(?:{_PAPERS}).{{0,4}}[哪边邊]"
    r"|\b(?:where|how|who|what (?:email|address))\b.{0,30}\b(?:send|upload|submit|email|post|mail)\b"
    r"|\b(?:send|upload|submit|email|post|mail)\b.{0,30}\b(?:proof|papers?|report|documents?|evidence|statements?)\b",
    re.IGNORECASE,
)
_TO_ME = re.compile(r"[给給畀俾]我|\b(?:me|to us)\b", re.IGNORECASE)


def asks_where_to_send(turn: Turn) -> bool:
    """Whether the words are about papers of his own for the dispute that is open."""
    beside = {Intent.RECEIPT, Intent.UNCLEAR, Intent.IDENTITY_QUERY, Intent.BALANCE_QUERY}
    is_plain = turn.reading.intent in beside
    text = turn.reading.text
    return is_plain and bool(_SENDS.search(text)) and not _TO_ME.search(text)


def takes_papers(turn: Turn) -> Answer:
    """How papers reach the person who checks."""
    return Answer(
        actions=(Notify(what="customer_wrote"), say("dispute_papers", phone=turn.sender.phone)),
        reasons=because("dispute.papers", "tells where papers for the check are handed in"),
    )


# "I only owe 250", 我只欠2500: the figure is the debt that he admits, not the part in dispute.
_OWES_ONLY = re.compile(
    r"(?:[单單][子据據上]?|上面|合同|合約|app|[账帳賬][单單])[^\d]{0,4}(?:[写寫]|[显顯]示|[标標])[^\d]{0,3}\d"
    r"|(?:欠[的嘅][只就才]?[是系係]|[只就]是?[欠]|[欠](?:[的了你们們]*)[只就][有是]?|[应應][该該當]是|其实是|其實是)[^\d]{0,4}\d"
    r"|\b(?:owe|owed|balance|bill|total|amount|debt|it)\b,?(?:'s| is| was| you| should(?: only)? be| only| just| about| which| that| actually| really){0,3} ?[$£€]?\d"
    r"|\bshould(?: only)? be [$£€]?\d",
    re.IGNORECASE,
)


# 是40块 不是90块: the figure that is set against the wrong one is right.
_AND_NOT = re.compile(
    r"是.{0,12}(?:不是|唔係|唔系)|(?:不是|唔係|唔系).{0,12}是|\bnot\b", re.IGNORECASE
)


# "I was told 350": the sum he was given before is the one he holds to be right.
_QUOTED = re.compile(
    r"\b(?:told|quoted|promised|agreed|signed up for)(?: me| us| (?:it|this) (?:was|is|would be)| on)? (?:only |just )?[$£€]?\d",
    re.IGNORECASE,
)


def _figures(turn: Turn) -> tuple[Money | None, Money | None]:
    """The disputed part and the figure that would be right, as far as the words tell."""
    owed = turn.case.account.outstanding
    # A payment that was not credited is the part in dispute.
    wrong = facts.amount(turn, Role.WRONG) or facts.amount(turn, Role.PAID)
    right = facts.amount(turn, Role.RIGHT)
    named = facts.amounts(turn, (None, Role.PART, Role.PER_INSTALMENT, Role.WRONG))
    # What was written twice is one figure.
    others = [m for m in dict.fromkeys(named) if not _is_about(m, owed)]
    text = turn.reading.text
    is_right = bool(_OWES_ONLY.search(text) or _QUOTED.search(text))
    if right is None and len(others) == 1 and (is_right or _is_total_told(turn, others)):
        right = others[0]
    if right is None:
        right = _complement(owed, others) or _beside_owed(turn, owed, others)
    if wrong is not None and right is None and _AND_NOT.search(turn.reading.text):
        smaller = [m for m in others if m.minor < wrong.minor]
        right = smaller[0] if len(smaller) == 1 else None
    if wrong is not None and right is not None and right.minor < wrong.minor < owed.minor:
        # 罚息应该是85 不是185: of the one charge the difference is in dispute.
        return wrong - right, right
    if wrong is not None and wrong.minor != owed.minor:
        return wrong, right
    if right is not None and 0 < right.minor < owed.minor:
        return owed - right, right
    if len(others) == 1 and others[0].minor < owed.minor:
        return others[0], None
    return None, right


def _is_about(one: Money, owed: Money) -> bool:
    """怎么变一万二了, of 12,800: the sum that is owed, named in round figures."""
    is_round = one.minor % (ROUNDED * 10**owed.currency.exponent) == 0
    return one.minor == owed.minor or (is_round and 0 < owed.minor - one.minor < owed.minor // 10)


# Who names a sum by heart names it in hundreds.
ROUNDED = 100


_BARE_FIGURE = re.compile(r"[^\w]*[\d,.]+ ?(?:元|块|塊|蚊|块钱|塊錢)?[吧啊呀啦]?\W*")


def _is_total_told(turn: Turn, others: list[Money]) -> bool:
    """8600, asked what would be right, of 12,800: a bare figure that large is the whole, no part."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.key == "dispute_ask_part"
    is_bare = bool(_BARE_FIGURE.fullmatch(turn.reading.text))
    owed = turn.case.account.outstanding.minor
    return is_asked and is_bare and len(others) == 1 and 2 * others[0].minor > owed


def _beside_owed(turn: Turn, owed: Money, others: list[Money]) -> Money | None:
    """我记得只剩8000怎么变12000: set against what is asked, the other figure is the right one."""
    plain = [m for m in others if m in facts.amounts(turn, (None,))]
    is_set_against = owed in facts.amounts(turn) and len(others) == len(plain) == 1
    return plain[0] if is_set_against and plain[0].minor < owed.minor else None


def _complement(owed: Money, others: list[Money]) -> Money | None:
    """Of two figures that add up to what is owed, the larger is what he holds to be right."""
    for one in others:
        for other in others:
            if one.minor > other.minor and one.minor + other.minor == owed.minor:
                return one
    return None
