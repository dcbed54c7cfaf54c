"""The sum: what it is, what it costs, what is left of it, less of it, and whether he owes it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from flows import facts
from flows.model import Turn
from flows.replacing import replace
from flows.sense.in_talk import finds_fault
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Band, Entity, EntityKind, Role, Tag, Understanding

_PAIR = 2
_GOODS = re.compile(
    r"商品|[货貨]|退[款货貨]|\b(?:items?|goods|order(?:ed)?|product|deliver\w*|arrived|broken|faulty|damaged|refund\w*"
    r"|return(?:ed)?|sofa|phone|tv|laptop|shop|store|seller|merchant)\b",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"[坏壞]|[没沒冇]收到|[质質]量|不[给給]退|退[了咗]?[货貨]了?|\b(?:broken|faulty|damaged|defective|wrong (?:item|size|one)|fake|never (?:came|arrived|got|received)"
    r"|n'?t (?:refund|arrive|work|come|deliver\w*)|wont refund|refus\w* (?:to|me|a) ?refund|no refund|stopped working)\b",
    re.IGNORECASE,
)


def with_bad_goods(reading: Understanding, turn: Turn) -> Understanding:
    """Who will not pay for what came broken, or was not refunded, disputes the debt."""
    refuses = Intent.REFUSE in reading.intents
    is_guess = reading.intent is Intent.PAYMENT_FAILED and reading.band is not Band.ACT
    is_guess = is_guess or reading.intent is Intent.DISPUTE_AMOUNT
    if not (refuses or is_guess) or Intent.DISPUTE_DEBT in reading.intents:
        return reading
    if not _GOODS.search(reading.text) or not _BAD.search(reading.text):
        return reading
    guessed = (Intent.PAYMENT_FAILED, Intent.DISPUTE_AMOUNT)
    also = tuple(i for i in reading.intents if i not in guessed)
    return replace(reading, intent=Intent.DISPUTE_DEBT, also=also)


_TAKES_LESS = re.compile(
    r"\b(?:do|take|accept|make it|settle(?: for)?)\b[^.!?]{0,8}\d[^.!?]{0,12}\bif i (?:pay|clear|settle)\b"
    r"|\bif (?:you|u|it'?s|they) (?:\w+ )?(?:make it|do it for|take|accept|call it|drop it to|lower it to)\b[^.!?]{0,8}\d[^.!?]{0,12}\bi(?:'ll|'d| will| can| would)? (?:just )?(?:pay|send|clear|settle)\b"
    r"|\b(?:fees?|charges?|interest|penalt\w+)\b[^.!?]{0,12}\b(?:gone|removed|waived|dropped|taken off|wiped|cancelled|knocked off)\b"
    r"|\bif i (?:pay|send|give|gave|paid|sent)\b[^.!?]{0,10}\d[^.!?]{0,25}\b(?:will|would|can|could|do) (?:you|u|we) (?:\w+ )?(?:close|settle|drop|call it|forget|wipe|clear|mark|cancel|write|consider|be (?:done|even|square))\b"
    r"|\d[^.!?]{0,12}\b(?:and|n|then) (?:we|we'll|you|u|let'?s|just)? ?(?:call it|say we'?re|are|r) (?:even|quits|square|done|settled)\b",
    re.IGNORECASE,
)


_ON_TERMS = re.compile(
    r"\bif (?:you|u|it|they)\b|[?,.;] ?(?:then|and) (?:i|we)(?:'d|'ll|d| would| will| can| could)?\b|\b(?:then|if so) (?:i|we)(?:'d|'ll|d| would| will| can)? ?(?:pay|send|clear|settle)",
    re.IGNORECASE,
)


def with_less_for_now(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can you do 350 if I pay today" asks for a reduction, and offers no part."""
    parts = (Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.PAY_NOW)
    # "Can you knock it down to 300? Then I'd pay now": to be paid only once it is less.
    is_term = Intent.REQUEST_DISCOUNT in reading.also and _ON_TERMS.search(reading.text)
    if reading.intent not in parts or not (is_term or _TAKES_LESS.search(reading.text)):
        return reading
    return replace(reading, intent=Intent.REQUEST_DISCOUNT, also=())


_MORE_LIKE = re.compile(
    r"\?+[^.?!]{0,12}\b(?:more like|should be|shd be|supposed to be|thought (?:it was|it'?s|i owed)|i (?:only )?owed?|was only|it was|it'?s only|try|u mean|you mean|surely)\b[^.?!\d]{0,10}\d",
    re.IGNORECASE,
)
DOUBT_TAKEN_FOR = frozenset(
    {
        Intent.BALANCE_QUERY,
        Intent.UNCLEAR,
        Intent.DENY,
        Intent.REFUSE,
        Intent.REQUEST_DISCOUNT,
        Intent.PARTIAL_PAYMENT,
    }
)


def with_sum_doubted(reading: Understanding, turn: Turn) -> Understanding:
    """ "400?? more like 250", of a bill of 400: he holds the smaller sum to be right."""
    if reading.intent not in DOUBT_TAKEN_FOR or not _MORE_LIKE.search(reading.text):
        return reading
    owed = turn.case.account.outstanding.decimal
    sums = [e.value for e in reading.entities if e.kind is EntityKind.AMOUNT]
    is_less = len(sums) == _PAIR and sums[0] == owed and isinstance(sums[1], Decimal)
    if not is_less or not isinstance(sums[1], Decimal) or sums[1] >= owed:
        return reading
    also = (Intent.REFUSE,) if Intent.REFUSE in reading.intents else ()
    return replace(reading, intent=Intent.DISPUTE_AMOUNT, also=also, band=Band.ACT)


_UNTIL_SHOWN = re.compile(
    r"\b(?:un(?:til|less)|till?|'til|before|without|if) [^.!?]{0,25}?"
    r"\b(?:proof|prove[sd]?|proven|evidence|show\w*|seen?|agreement|contract|paperwork|documents?|validat\w+|verif\w+ (?:the|this) debt)\b",
    re.IGNORECASE,
)


def with_proof_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """ "Not a penny until you show me the agreement": the refusal rests on a doubt of the debt."""
    if reading.intent not in (Intent.REFUSE, Intent.DENY) or Tag.CANNOT in reading.tags:
        return reading
    if Intent.DISPUTE_DEBT in reading.also or not _UNTIL_SHOWN.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i not in (Intent.REFUSE, Intent.BALANCE_QUERY))
    return replace(reading, intent=Intent.DISPUTE_DEBT, also=also, band=Band.ACT)


_COSTS = re.compile(r"\b(?:interest|fees?|charges?|extra|on top)\b", re.IGNORECASE)
_LESS = re.compile(
    r"\b(?:waiv\w*|knock\w*|reduc\w*|lower\w*|less|off|remov\w*|drop\w*|cut|discount\w*|settl\w*|deal|cheaper"
    r"|forgiv\w*|freez\w*|stop\w*|without|no|cancel\w*|skip|free|credit\w*|refund\w*|take)\b",
    re.IGNORECASE,
)


# "Would that stop the late fees?" asks what a payment does.
_WOULD_STOP = re.compile(
    r"\b(?:would|will|does|do) (?:that|this|it|a payment|paying) (?:stop|freeze|cut|lower|reduce)\b",
    re.IGNORECASE,
)


def with_costs_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Do I pay interest on that?" asks what it costs, and for no reduction."""
    taken_for = (Intent.REQUEST_DISCOUNT, Intent.DISPUTE_AMOUNT)
    if reading.intent not in taken_for or not _ASKS_WHETHER.search(reading.text):
        return reading
    text = _WOULD_STOP.sub(" ", reading.text)
    if not _COSTS.search(text) or _LESS.search(text) or reading.entities:
        return reading
    also = tuple(i for i in reading.also if i not in taken_for)
    return replace(reading, intent=Intent.BALANCE_QUERY, also=also)


_ASKS_WHETHER = re.compile(
    r"\b(?:is|are|will|would|do|does|am) (?:there|i|it|you|u|this|that|we)\b", re.IGNORECASE
)
_HOW_MUCH = re.compile(
    r"\bhow much (?:is|was|are|do|did|does|am) (?:it|this|that|the (?:bill|balance|total|amount)|i|we)\b(?! (?:off|per|each|a month))",
    re.IGNORECASE,
)


def with_sum_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Sorry, pocket dial. How much is it again?": the question counts, not the chatter."""
    is_guess = reading.intent is Intent.UNCLEAR and reading.band is not Band.ACT
    if not is_guess or reading.entities or not _HOW_MUCH.search(reading.text):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY)


_OTHER_PART = re.compile(r"\b(?:other|rest|remaining|remainder|balance)\b", re.IGNORECASE)


REST_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_DISCOUNT,
        Intent.UNCLEAR,
        Intent.DISPUTE_AMOUNT,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_INSTALMENTS,
    }
)


def with_rest_asked_about(reading: Understanding, turn: Turn) -> Understanding:
    """ "And the other 140?", once 260 were noted: what is left, and nothing off the sum."""
    standing, claim = turn.case.open_promise, turn.case.open_claim
    noted = standing.amount if standing is not None else claim.amount if claim else None
    if noted is None or reading.intent not in REST_TAKEN_FOR or noted.minor <= 0:
        return reading
    if noted >= turn.case.account.outstanding:
        return reading
    left = turn.case.account.outstanding - noted
    sums = [e.value for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if sums != [left.decimal] or not _OTHER_PART.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)


_TAKES_ON = re.compile(
    r"\b(?:i|we)(?:'ll| will|'m going to| am going to| can) (?:just |still |be able to )?(?:take care of|handle|sort|cover|pay|deal with|settle|clear)\b",
    re.IGNORECASE,
)


def with_bill_taken_on(reading: Understanding, turn: Turn) -> Understanding:
    """ "My ex was to pay this. I'll take care of it on the 9th": a guess at a dispute gives way."""
    doubts = {Tag.NEGATED, Tag.WILL_NOT, Tag.CONDITIONAL, Tag.HEDGE, Tag.CANNOT}
    is_guess = Intent.DISPUTE_DEBT in reading.intents and reading.evidence.keyword is None
    if not is_guess or reading.tags & doubts:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date) and e.value >= turn.today]
    said = _TAKES_ON.search(reading.text)
    if said is None or len(days) != 1 or finds_fault(reading.text):
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)


_FEE_LEFT_OUT = re.compile(
    r"\b(?:but )?not (?:paying )?(?:the|that|this|your|any) (?:late |admin |extra )?(?:fees?|charges?|interest|penalty)\b",
    re.IGNORECASE,
)
FEE_TAKEN_FOR = frozenset(
    {Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT, Intent.REFUSE, Intent.PAY_NOW, Intent.UNCLEAR}
)


def with_fee_left_out(reading: Understanding, turn: Turn) -> Understanding:
    """ "I'll pay the 375 on Friday but not the fee": the fee is what he disputes."""
    if reading.intent not in FEE_TAKEN_FOR or not _FEE_LEFT_OUT.search(reading.text):
        return reading
    also = tuple(i for i in reading.intents if i is Intent.REFUSE)
    return replace(reading, intent=Intent.DISPUTE_AMOUNT, also=also, band=Band.ACT)


_PART_MINE = re.compile(
    r"\b(?:only |just )?(?:half|part|some|a third|a quarter|most) (?:of )?(?:it|this|that|the bill) (?:is|was) (?:mine|my (?:bill|debt|part))\b"
    r"|\d (?:of )?(?:it|this|that|the bill) (?:is|was) (?:for )?(?:an? |the |some )?[^.!?]{0,24}\b(?:i|we) (?:turned down|declined|refused|never|did ?n[o']?t|cancel\w+|returned|sent back)\b"
    r"|\bother (?:half|part) (?:is|was|'s|belongs to) (?:my |his|her|not |someone|the )",
    re.IGNORECASE,
)
PART_TAKEN_FOR = frozenset(
    {
        *(Intent.PARTIAL_PAYMENT, Intent.REQUEST_INSTALMENTS, Intent.UNCLEAR, Intent.REFUSE),
        # A plan that was declined is no card that was.
        Intent.PAYMENT_FAILED,
    }
)


def with_part_not_his(reading: Understanding, turn: Turn) -> Understanding:
    """ "Only half of this is mine": the rest of the sum is in dispute, and no half is offered."""
    if reading.intent not in PART_TAKEN_FOR or not _PART_MINE.search(reading.text):
        return reading
    return replace(reading, intent=Intent.DISPUTE_AMOUNT, also=(), band=Band.ACT)


_BEFORE_AND_NOW = re.compile(
    r"\b(?:balance|bill|statement|total|it|i owed?|owed)\b[^.?!]{0,14}\b(?:was|said|is)\b[^.?!]{0,30}\b(?:now|and now|today|but now)\b"
    r"|(?:上(?:次|期|[个個]月)|之前|原[来來本])[^,，。]{0,8}\d[^。]{0,6}(?:现在|現在|今次|这次|這次|而家)",
    re.IGNORECASE,
)
GREW_TAKEN_FOR = frozenset(
    {Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.PAY_NOW, Intent.UNCLEAR}
)


def with_sum_grown(reading: Understanding, turn: Turn) -> Understanding:
    """ "Balance was 310, now 400. Explain": the sum is in doubt, and nothing is offered."""
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    owed = turn.case.account.outstanding.decimal
    if reading.intent not in GREW_TAKEN_FOR or len(sums) != _TWO or sums[1].value != owed:
        return reading
    if not _BEFORE_AND_NOW.search(reading.text):
        return reading
    right = replace(sums[0], role=Role.RIGHT)
    return replace(reading, intent=Intent.DISPUTE_AMOUNT, also=(), entities=(right,))


_TWO = 2


_NO_FEE = re.compile(
    r"\b(?:only )?(?:if|as long as|provided|so long as|assuming|unless)\b[^.!?]{0,24}\b(?:fees?|interest|charges?|extra|penalt\w+)\b|(?:只要|如果|要是)[^,，。]{0,6}(?:利息|手[续續][费費]|[费費]用)",
    re.IGNORECASE,
)


def with_terms_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Yes but only if there's no fee", of our schedule: its cost is asked, and no bill disputed."""
    question = turn.conversation.dialogue.question
    is_schedule = question is not None and question.asked is Asked.CONFIRM
    sums = any(e.kind is EntityKind.AMOUNT for e in reading.entities)
    if reading.intent is not Intent.DISPUTE_AMOUNT or not is_schedule or sums:
        return reading
    if not _NO_FEE.search(reading.text):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY, also=(), tags=reading.tags | {Tag.ASKS})


_CHARGE_DENIED = re.compile(
    r"(?<![\d.,])[$£€]?(?P<n>\d{1,6}(?:\.\d{1,3})?)(?: (?:dollars?|bucks|pounds|quid))? (?:charges?|fees?|purchases?|transactions?|items?|lines?)\b[^.!?]{0,30}\b(?:not mine|isn'?t mine|wasn'?t me|not me|never made|didn'?t make|don'?t recogni[sz]e)\b",
    re.IGNORECASE,
)


def with_charge_denied(reading: Understanding, turn: Turn) -> Understanding:
    """ "The 62.50 charge is not mine", of a larger bill: that part is disputed, and not the debt."""
    said = _CHARGE_DENIED.search(reading.text)
    if reading.intent is not Intent.DISPUTE_DEBT or said is None:
        return reading
    value = Decimal(said["n"])
    if value >= turn.case.account.outstanding.decimal:
        return reading
    start, end = said.span("n")
    wrong = Entity(
        kind=EntityKind.AMOUNT, text=said["n"], start=start, end=end, value=value, role=Role.WRONG
    )
    return replace(reading, intent=Intent.DISPUTE_AMOUNT, also=(), entities=(wrong,))


_SAID_OTHER = re.compile(
    r"\b(?:i )?(?:said|meant|mean|told (?:you|u)|asked for|wanted)\b", re.IGNORECASE
)


def with_own_figure_said(reading: Understanding, turn: Turn) -> Understanding:
    """ "Wrong. I said 15", to our schedule: a figure of his own, and no quarrel with the bill."""
    question = turn.conversation.dialogue.question
    is_schedule = question is not None and question.asked is Asked.CONFIRM
    if reading.intent is not Intent.DISPUTE_AMOUNT or not is_schedule:
        return reading
    if not _SAID_OTHER.search(reading.text) or not facts.has_figure(reading.text):
        return reading
    if _OF_BILL.search(reading.text):
        return reading
    entities = reading.entities or _day_too_large_for_count(reading.text, turn)
    return replace(
        reading,
        intent=Intent.UNCLEAR,
        also=(),
        entities=entities,
        tags=reading.tags | {Tag.CORRECTION},
        band=Band.CONFIRM,
    )


_ONE_NUMBER = re.compile(r"[^\d]*(?P<n>\d{1,2})[^\d]*")
_LAST_DAY = 31


def _day_too_large_for_count(text: str, turn: Turn) -> tuple[Entity, ...]:
    """The 16 of "I said 16", where no plan has so many payments: the day of each month."""
    most, said = turn.case.account.terms.max_instalments, _ONE_NUMBER.fullmatch(text)
    if said is None or most is None or not most < int(said["n"]) <= _LAST_DAY:
        return ()
    start, end = said.span("n")
    day = Entity(
        kind=EntityKind.PAY_DAY, text=said["n"], start=start, end=end, value=int(said["n"])
    )
    return (day,)


_OF_BILL = re.compile(
    r"\b(?:owe|bill|balance|due|debt|statement|fees?|interest|charge\w*|total)\b", re.IGNORECASE
)
