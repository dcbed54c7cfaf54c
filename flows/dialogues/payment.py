"""Paying, having paid and failing to pay: already_paid, pay_now, payment_failed, receipt; the
ledger's own news of a payment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from flows import facts, ledger, two_parts
from flows.actions import (
    Action,
    BookPayment,
    Cancel,
    CloseClaim,
    CloseHandoffs,
    LiftHold,
    Recall,
    RecordClaim,
    Say,
    Schedule,
    SetFlag,
    SetPlanStatus,
    StartPaying,
)
from flows.commitments.paying import is_link_used, next_bill, paying_records
from flows.days import same_day_before, weekday_before, working_days_after
from flows.events import PaymentSeen
from flows.model import Case, Dialogue, Flag, Turn
from flows.money import Money
from flows.records import AppointmentKind, Claim, HandoffReason, Payment, PlanStatus
from flows.replacing import replace
from flows.slots import SlotName
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
from flows.understanding.values import Asked, EntityKind, Role, Tag

NAME = "payment"
ANSWERS = frozenset({Intent.ALREADY_PAID, Intent.PAY_NOW, Intent.PAYMENT_FAILED, Intent.RECEIPT})
NEEDS_BOUND = frozenset({Intent.PAY_NOW, Intent.RECEIPT})
EVENTS: tuple[type, ...] = (PaymentSeen,)

# negotiation.md C.5: a claim is looked up within three working days; a link lives for a day.
CLAIM_WORKING_DAYS = 3
LINK_LIFETIME = timedelta(hours=24)
# Beside one of these a claim is told to be checked, since the figures go on without it.
_TALKS_ON = frozenset({Intent.REQUEST_INSTALMENTS, Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT})
_ANSWERED_BY_CLAIM = (HandoffReason.REQUESTED, HandoffReason.CALLBACK)
_LAPSE = timedelta(seconds=1)
_DAYS_TO_SUNDAY = 6
_ABOUT_MONEY = frozenset({"instalments", "promise", "payment"})
# Holds of an account that end when nothing is owed on it any more.
_END_WHEN_PAID = (
    "plan_active",
    "promise_open",
    "proposal",
    "paying",
    "claim",
    "extension",
    "payment_failed",
    "busy",
    "unclear",
)


def step(turn: Turn) -> Answer:
    """Answer what the customer says about paying, or what the ledger saw."""
    if isinstance(turn.event, PaymentSeen):
        return _payment_seen(turn, turn.event)
    intents = turn.reading.intents
    for intent, answer in _ANSWERS.items():
        if intent in intents:
            return answer(turn)
    return _claim_details(turn)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """What is recorded when the message is mainly about something else."""
    if intent is Intent.ALREADY_PAID:
        records = _claim_records(turn, _claim(turn))
        talks_on = turn.reading.intent in _TALKS_ON and turn.conversation.is_bound
        return (*records, say("claim_noted_beside")) if talks_on else records
    if intent is Intent.PAYMENT_FAILED:
        return (SetFlag(flag=Flag.PAYMENT_FAILED),)
    return ()


def _already_paid(turn: Turn) -> Answer:
    known = [c for c in turn.case.claims if c.status == "not_found"]
    claim = _claim(turn)
    records = _claim_records(turn, claim)
    if known:
        return Answer(
            actions=(
                *records,
                to_person(
                    HandoffReason.CLAIM_NOT_FOUND, turn, task="find_payment", holds_bot=False
                ),
                say("claim_person"),
            ),
            dialogue=settled(turn),
            reasons=because("claim.second", "says paid again after nothing was found"),
        )
    reasons = because("claim.recorded", "a customer's word is checked, not booked")
    dialogue = turn.conversation.dialogue
    if any(p.made_at == turn.now and p.account_id != turn.case.id for p in dialogue.proposals):
        # Beside a plan of another bill, read back in this very answer, nothing more is asked.
        done = _noted(turn, claim)
        return Answer(actions=(*records, done), dialogue=dialogue, reasons=reasons)
    if claim.paid_on is not None or not turn.conversation.is_bound:
        done = _noted(turn, claim)
        return Answer(actions=(*records, done), dialogue=settled(turn), reasons=reasons)
    ask = Ask(asked=Asked.CLAIM_DETAILS, owner=NAME, key="claim_ask_details", structure="ask_claim")
    return replace(asking(turn, ask, *records, dialogue=settled(turn)), reasons=reasons)


def _claim_details(turn: Turn) -> Answer:
    """The answer to "when and how did you pay"; it may be anything, and is kept as it was said."""
    claim = _claim(turn)
    return Answer(
        actions=(*_claim_records(turn, claim), _noted(turn, claim)),
        dialogue=settled(turn),
        reasons=because("claim.details", "completes the open claim"),
    )


def _noted(turn: Turn, claim: Claim) -> Say:
    """The read-back; to an address not verified it names no payment."""
    if claim.paid_on is None or not turn.conversation.is_bound:
        return say("claim_noted")
    return say("claim_noted_day", day=claim.paid_on)


def _claim(turn: Turn) -> Claim:
    said = turn.reading
    paid_on = _past_day(turn)
    amount = facts.amount(turn, Role.PAID, None, Role.PART)
    new = Claim(
        id="",
        account_id=turn.case.id,
        made_at=turn.now,
        paid_on=paid_on,
        amount=amount,
        reference=facts.reference(turn),
        words=said.text,
    )
    old = turn.case.open_claim
    if old is None:
        return new
    return replace(
        old,
        paid_on=new.paid_on or old.paid_on,
        amount=new.amount or old.amount,
        reference=new.reference or old.reference,
        words=f"{old.words}\n{new.words}",
    )


_JUST_NOW = re.compile(
    r"(?:今早|今朝|早上|上午|中午)[^,，。]{0,8}(?:[还還付交缴繳转轉汇匯打过過])[^,，。]{0,3}[的了过過咗]"
    r"|[刚剛啱](?:[刚剛啱才先])?(?:[在用從从喺][^,，。 ]{1,6})?(?:[还還付交缴繳转轉汇匯打过過畀俾扫掃]|已)|\bjust (?:now|paid|sent|transferred|made|did)\b",
    re.IGNORECASE,
)


def _past_day(turn: Turn) -> date | None:
    named = facts.day(turn) or _one_of(facts.ambiguous_days(turn))
    # 不是上周三就扣了吗: a question that says so.
    named = named or next(iter(facts.days(turn)), None)
    if named is not None and _names_month_alone(turn):
        return None
    has_more = len(facts.amounts(turn)) > 1 and facts.amount(turn, Role.PAID) is not None
    promises = has_more and Intent.PROMISE_TO_PAY in turn.reading.intents
    promises = promises or two_parts.rest_at(turn.reading.text) is not None
    if named is not None and named > turn.today and promises:
        # 打了五百 剩下的周五打: the day ahead is that of the rest.
        return turn.today if _JUST_NOW.search(turn.reading.text) else None
    if named is not None and _names_weekday(turn):
        return weekday_before(named, turn.today)
    if named is not None:
        return same_day_before(named, turn.today)
    monthly = facts.pay_days(turn)
    if not monthly:
        return turn.today if _JUST_NOW.search(turn.reading.text) or is_link_used(turn) else None
    last = turn.today.replace(day=1)
    coming = min(monthly[0], 28)
    return same_day_before(last.replace(day=coming), turn.today)


_MONTH_ALONE = re.compile(
    r"(?:(?:in|back in|since|last|this) )*(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份|的时候|的時候)?",
    re.IGNORECASE,
)


def _names_month_alone(turn: Turn) -> bool:
    """ "Paid in July": no day of it is said, and none is noted."""
    named = facts.entities(turn, EntityKind.DATE)
    return len(named) == 1 and bool(_MONTH_ALONE.fullmatch(named[0].text.strip()))


def _one_of(days: Sequence[date]) -> date | None:
    """The first of two readings of a day (5/11); 上周 names a week, and none of its days."""
    is_week = len(days) > 1 and (max(days) - min(days)).days == _DAYS_TO_SUNDAY
    return days[0] if days and not is_week else None


def _names_weekday(turn: Turn) -> bool:
    """A day told without any number (saturday, 上周五) is one of the week, not of the month."""
    named = facts.entities(turn, EntityKind.DATE)
    return bool(named) and not re.search(r"[\d一二三四五六七八九十]+[号號日]|\d", named[0].text)


def _claim_records(turn: Turn, claim: Claim) -> tuple[Action, ...]:
    look_on = working_days_after(turn.today, CLAIM_WORKING_DAYS, turn.holidays)
    look_at = turn.local(look_on, MORNING_HOUR)
    return (
        Recall(),
        RecordClaim(claim=claim),
        CloseHandoffs(reasons=_ANSWERED_BY_CLAIM),
        StartPaying(account_id=turn.case.id, paying=None),
        hold("claim", turn, look_at),
        Schedule(kind=AppointmentKind.CLAIM_CHECK, due_at=look_at, account_id=turn.case.id),
    )


def _pay_now(turn: Turn) -> Answer:
    """A way to pay: the amount named, else the instalment that is next, else everything."""
    named = facts.amount(turn, None, Role.PART)
    part = _part_offered(turn) if named is None else None
    amount = ledger.payable(turn.case, named or part, turn.today)
    records = paying_records(turn, amount)
    return Answer(
        actions=(*records, _link(turn, amount.minor)),
        # What becomes of the rest is still to be told.
        dialogue=settled(turn) if part is None else turn.conversation.dialogue,
        reasons=because("pay.link", "wants to pay"),
    )


def _part_offered(turn: Turn) -> Money | None:
    """现在就付, right after a way to pay a part: that part, and not the whole."""
    question, paying = turn.conversation.dialogue.question, turn.case.paying
    is_asked = question is not None and question.key == "ask_rest"
    if not is_asked or paying is None or not paying.is_open or facts.has(turn, Tag.WHOLE):
        return None
    return paying.amount


# Who pays at a counter, or cannot pay by phone, is not served by a link alone.
_OFFLINE = re.compile(
    r"[柜櫃][台檯]|[现現]金|[网網][点點]|[门門]店|便利店|超商|[不唔][会會识識][^,，。]{0,4}(?:[弄用搞整]|操作|手[机機]|付款)|[没沒冇]智能"
    r"|[不唔][会會識识]上[网網]|[没沒冇]有?[网網]|支票|[邮郵]局|[银銀]行[^,，。]{0,2}(?:交|付|[还還缴繳])"
    r"|\b(?:in person|cash|counter|branch|no smartphone|not good with (?:phones|computers|tech)|cheques?|post office|by (?:post|mail)|check in the mail|(?:mail|post) (?:a|you a|my) che(?:ck|que)|no internet|not online)\b"
    r"|\b(?:don'?t|do not|haven'?t|have not) (?:have|got|use) (?:the |any |a )?(?:internet|web|computer|smart ?phone|online)\b",
    re.IGNORECASE,
)


def _link(turn: Turn, minor: int) -> Say:
    money = replace(turn.case.account.outstanding, minor=minor)
    return say_as(
        "pay_link",
        "pay_offline" if _OFFLINE.search(turn.reading.text) else "pay_link",
        data=(("amount_minor", minor),),
        amount=money,
        link=turn.case.account.pay_link,
        phone=turn.sender.phone,
    )


_SHOWN = re.compile(
    r"(?:提示|[显顯]示|[弹彈]出)(?:我|说|說|是|了)*[\s:：“\"「]*(?!什么|甚麼|什麼|咩|失[败敗]|不成功|出?[错錯](?:[误誤]|了|$))[\u4e00-\u9fff\w]{2}|[余餘][额額]不[足够夠]|超[过過出]?限[额額]"
    r"|\b(?:says?|said|shows?|showed|message was|error:?) ['\"“]?(?!it\b)\w+|\binsufficient funds\b",
    re.IGNORECASE,
)

# What the screen, or the bank, said of the failure already told: 说是交易受限, "it says limit reached".
_SAYS = re.compile(
    r"[说說](?:是|我|什么|係|系)|[写寫]着|寫住|提示|[显顯]示|[弹彈]出|[报報][错錯]|[话話]我|\b(?:says?|said|saying|shows?|showed|message|error)\b",
    re.IGNORECASE,
)
# Words of another attempt, and of one that failed.
_TRIED_AGAIN = re.compile(
    r"[换換轉转][了咗過过左]|另外?一?[张張個个种種隻只]|第[二三][张張次个個]|[两兩][张張次个個]|[再又][试試付刷弄整过過來来点點按]|[试試][多了咗過过]|重[新试試]"
    r"|(?:[还還]是|仍|依然|都[系係是]|照[样樣])|\b(?:another|different|(?:an|my|the)?other|second|2nd|both|two|again|still|twice|re-?tried|tried)\b|\bsame (?:thing|error|problem|result|again)\b",
    re.IGNORECASE,
)
_FAILS = re.compile(
    r"[不唔](?:行|得|到|了|成|能|通|过|過|work)|失[败敗]|[没沒冇未](?:有)?(?:成|付|刷|扣|通|用)|拒|[错錯]|付唔|卡住"
    r"|\b(?:fail\w*|declin\w*|reject\w*|bounc\w*|error|not?|nothing|nope|same|stuck)\b|n[o']?t\b",
    re.IGNORECASE,
)


_OTHER_WAY = re.compile(
    r"\b(?:other|another|different) (?:way|option|method|link)\b|\b(?:how|what) else\b|(?:别|別|其他|其它|另外|第二)(?:的|嘅)?(?:方法|办法|辦法|方式|途径|途徑|渠道)",
    re.IGNORECASE,
)


def _payment_failed(turn: Turn) -> Answer:
    """Ask what was shown, once; a second failure goes to a person."""
    records: tuple[Action, ...] = (
        SetFlag(flag=Flag.PAYMENT_FAILED),
        StartPaying(account_id=turn.case.id, paying=None),
        hold("payment_failed", turn, turn.now + LINK_LIFETIME),
    )
    if Flag.PAYMENT_FAILED in turn.conversation.flags and not _tells_same(turn):
        return Answer(
            actions=(
                *records,
                to_person(HandoffReason.PAYMENT_PROBLEM, turn, task="help_to_pay"),
                say("payment_failed_person"),
            ),
            dialogue=settled(turn),
            reasons=because("payment.failed_twice", "the second failure needs a person"),
        )
    text = turn.reading.text
    is_told = (
        _SHOWN.search(text)
        or _OTHER_WAY.search(text)
        or Flag.PAYMENT_FAILED in turn.conversation.flags
    )
    if turn.conversation.is_bound and is_told:
        # 提示余额不足: what was shown is told already.
        told = reason_given(turn)
        return replace(told, actions=(SetFlag(flag=Flag.PAYMENT_FAILED), *told.actions))
    ask = Ask(asked=Asked.REASON, owner=NAME, key="payment_failed_ask", structure="ask_reason")
    answer = asking(turn, ask, *records, dialogue=settled(turn))
    return replace(answer, reasons=because("payment.failed", "tried to pay and could not"))


def _tells_same(turn: Turn) -> bool:
    """说是银行卡交易受限, after the failure was told: what was shown then, and no second failure."""
    paying, text = turn.case.paying, turn.reading.text
    is_just_told = paying is not None and paying.is_open and turn.conversation.is_bound
    return is_just_told and bool(_SAYS.search(text)) and not _TRIED_AGAIN.search(text)


def _failed_again(turn: Turn) -> bool:
    """ "Changed the card, still not working", asked what was shown: a second attempt failed too."""
    text = turn.reading.text
    return bool(_TRIED_AGAIN.search(text)) and bool(_FAILS.search(text))


def _receipt(turn: Turn) -> Answer:
    if turn.case.account.outstanding.minor <= 0:
        words = say("receipt_settled", link=turn.case.account.pay_link)
        return Answer(actions=(words,), reasons=because("receipt.settled"))
    question = turn.conversation.dialogue.question
    # Beside an open question a receipt is a side matter: the talk goes on meanwhile.
    person = to_person(HandoffReason.RECEIPT, turn, task="send_receipt", holds_bot=question is None)
    return Answer(
        actions=(person, say("receipt_person")),
        dialogue=settled(turn) if question is None else turn.conversation.dialogue,
        reasons=because("receipt.person", "a document is written by a person"),
    )


def reason_given(turn: Turn) -> Answer:
    """The customer told what was shown: offer the other way to pay, or a person when unverified."""
    if not turn.conversation.is_bound:
        return Answer(
            actions=(
                to_person(HandoffReason.PAYMENT_PROBLEM, turn, task="help_to_pay"),
                say("payment_failed_person"),
            ),
            dialogue=settled(turn),
            reasons=because("payment.unbound", "no way to pay is shown to an address not verified"),
        )
    amount = ledger.payable(turn.case, None, turn.today)
    words = say_as(
        "pay_link",
        "pay_other_way",
        data=(("amount_minor", amount.minor),),
        amount=amount,
        link=turn.case.account.pay_link,
        phone=turn.sender.phone,
    )
    return Answer(
        actions=(*paying_records(turn, amount), words),
        dialogue=settled(turn),
        reasons=because("payment.other_way"),
    )


def _payment_seen(turn: Turn, event: PaymentSeen) -> Answer:
    """Book it, close what it settles, and thank once with what is left."""
    payment = Payment(
        account_id=event.account_id,
        reference=event.reference,
        amount=event.amount,
        paid_on=event.paid_on,
    )
    case = turn.conversation.case(event.account_id)
    if ledger.is_booked(case, payment):
        return Answer(reasons=because("payment.repeated", "this reference is booked already"))
    left = case.account.outstanding - event.amount
    actions: list[Action] = [
        # What waits to be sent was written before this payment was known.
        Recall(),
        BookPayment(payment=payment),
        StartPaying(account_id=case.id, paying=None),
        LiftHold(name="paying", account_id=case.id),
        *(CloseClaim(claim_id=c.id, status="found") for c in case.claims if c.status == "open"),
        *ledger.after_payment(case, payment, turn.today),
    ]
    if left.minor <= 0:
        actions += _settled_account(turn, left.minor)
    elif _is_reinstated(case, actions):
        actions.append(hold("plan_active", turn, None))
    if event.amount.minor > 0 and turn.conversation.holder is None:
        is_agreed = case.live_plan is not None or left.minor <= 0
        actions.append(
            _thanks(event, left.minor, key="paid_thanks" if is_agreed else "partial_paid")
        )
    return Answer(
        actions=tuple(actions), dialogue=_refigured(turn), reasons=because("payment.booked")
    )


def _is_reinstated(case: Case, actions: list[Action]) -> bool:
    """Whether this payment brings a broken plan back to life."""
    moved = [a for a in actions if isinstance(a, SetPlanStatus)]
    return bool(moved) and case.live_plan is None and moved[-1].status is PlanStatus.ACTIVE


def _refigured(turn: Turn) -> Dialogue:
    """Questions and proposals about the old balance lapse; a yes to them is read back anew."""
    dialogue = turn.conversation.dialogue
    slots = dialogue.slots.without(SlotName.PART, SlotName.DOWN_PAYMENT)
    proposals = tuple(
        replace(p, expires_at=min(p.expires_at, turn.now - _LAPSE))
        if p.account_id == turn.case.id
        else p
        for p in dialogue.proposals
    )
    question = dialogue.question
    if question is not None and question.owner in _ABOUT_MONEY:
        question = None
    return replace(dialogue, slots=slots, proposals=proposals, question=question)


def _thanks(event: PaymentSeen, left: int, *, key: str) -> Say:
    balance = replace(event.amount, minor=max(left, 0))
    return Say(
        key=key,
        values=(
            ("amount_paid", event.amount),
            ("paid_date", event.paid_on),
            ("balance", balance),
        ),
        kind="status",
        account_id=event.account_id,
    )


def _settled_account(turn: Turn, left: int) -> list[Action]:
    account_id = turn.case.id
    actions: list[Action] = [
        Cancel(kinds=tuple(AppointmentKind), account_id=account_id),
        *next_bill(turn, account_id),
        *(LiftHold(name=name, account_id=account_id) for name in _END_WHEN_PAID),
    ]
    if left < 0:
        actions.append(to_person(HandoffReason.OVERPAID, turn, task="refund", holds_bot=False))
    return actions


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """The reply to a question of this dialogue."""
    question = dialogue.question
    if question is not None and question.asked is Asked.REASON:
        return _payment_failed(turn) if _failed_again(turn) else reason_given(turn)
    if facts.has(turn, Tag.NEGATED) and Intent.DENY in turn.reading.intents:
        return reason_given(turn)
    return _claim_details(turn)


_ANSWERS = {
    Intent.RECEIPT: _receipt,
    Intent.ALREADY_PAID: _already_paid,
    Intent.PAYMENT_FAILED: _payment_failed,
    Intent.PAY_NOW: _pay_now,
}
