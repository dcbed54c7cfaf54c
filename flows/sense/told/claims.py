"""A payment that he says he made, or that failed; and what was paid to him, which is none."""

from __future__ import annotations

import re
from datetime import date

from flows import two_parts
from flows.commitments.paying import is_link_used
from flows.model import Flag, Turn
from flows.replacing import replace
from flows.understanding.intents import Intent
from flows.understanding.values import Band, EntityKind, Role, Tag, Understanding

# What a bare day or reference is taken for.
SMALL = frozenset({Intent.UNCLEAR, Intent.GREETING, Intent.AFFIRM, Intent.THANKS, Intent.BUSY})
OF_CLAIM = SMALL | {Intent.PAY_NOW}
_DETAILS = frozenset({EntityKind.DATE, EntityKind.REFERENCE})


def with_payment_in_story(reading: Understanding, turn: Turn) -> Understanding:
    """A long story that ends with "I did transfer it last Wednesday" claims that payment."""
    if reading.intent is not Intent.UNCLEAR or Tag.PAST not in reading.tags:
        return reading
    if reading.tags & {Tag.NEGATED, Tag.FUTURE, Tag.HEDGE, Tag.ASKS}:
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    if not days or max(days) > turn.today:
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, band=Band.ACT)


def with_claim_detail(reading: Understanding, turn: Turn) -> Understanding:
    """ "Nov 20, ref 88231TX" after a claim of payment belongs to that claim."""
    is_guess = reading.intent is not Intent.PAY_NOW or _names_way_alone(reading)
    if reading.intent not in OF_CLAIM or turn.case.open_claim is None or not is_guess:
        return reading
    if turn.conversation.dialogue.question is not None:
        return reading
    if not reading.entities:
        return _with_way_of_claim(reading)
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    kinds = {e.kind for e in reading.entities}
    if not kinds <= _DETAILS or any(day > turn.today for day in days):
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, band=Band.ACT)


# The way he paid, told after the claim: 用他恒生户口, 微信转的, "from my savings account".
_WAY = re.compile(
    r"收[据據]|[凭憑][证證]|截[图圖]|小票|回[条條执執]|[张張][纸紙单單]|微信|支付[宝寶]|[银銀]行|[户戶]口|[柜櫃][台檯]|[转轉][账帳賬数數快]|[过過][数數]|超商|便利店|[现現]金|支票|街口|八[达達]通"
    r"|(?:建|工|农|農|中|招|交|[恒恆]生|[汇匯][丰豐]|[国國]泰|富邦)行?[银銀]?行?(?:的|卡|[户戶])|[这這那嗰]?[张張]?卡|[扫掃][码碼]"
    r"|\b(?:bank|card|transfer\w*|zelle|venmo|paypal|cash|check|cheque|fps|payme|account|app|wire)\b",
    re.IGNORECASE,
)
_NO_WAY = frozenset({Tag.ASKS, Tag.FUTURE, Tag.NEGATED, Tag.CANNOT, Tag.HOW, Tag.WILL_NOT})


def _names_way_alone(reading: Understanding) -> bool:
    """ "Zelle" and no more, which alone would be guessed to ask for a way to pay."""
    return reading.band is not Band.ACT and bool(_WAY.fullmatch(reading.text.strip(" .!")))


def _with_way_of_claim(reading: Understanding) -> Understanding:
    """The claim with the way he paid by; a question about a way is none."""
    told = (Intent.UNCLEAR, Intent.AFFIRM, Intent.PAY_NOW)
    is_plain = reading.intent in told and not reading.tags & _NO_WAY
    if not is_plain or not _WAY.search(reading.text):
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, band=Band.ACT)


_THOUGHT_PAID = re.compile(
    r"\bthought (?:i|it|this|that|we|the \w+)(?:'d| had| was| were)?(?: been| already| all)? (?:paid|settled|sorted|gone)\b",
    re.IGNORECASE,
)
_HOW_TO_PAY = re.compile(
    r"\b(?:how (?:do|can|should) i|where (?:do|can) i|link|pay (?:it )?now)\b", re.IGNORECASE
)


def with_way_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "I thought this was paid. How do I do it" claims nothing: he wants to pay."""
    if reading.intent is not Intent.ALREADY_PAID or not _THOUGHT_PAID.search(reading.text):
        return reading
    if not _HOW_TO_PAY.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PAY_NOW, also=())


OF_WAGES = re.compile(
    r"\b(?:i'?m|i am|we'?re|i(?:'ll)? (?:be|get)|getting|gets?|until i'?m|when i'?m) (?:only |usually |normally )?paid\b"
    r"|\b(?:pension|wages?|salary|benefits?|pay ?che(?:ck|que)|credit|allowance|stipend) (?:is|are|gets?|will be|comes?) (?:only |usually |normally )?paid\b",
    re.IGNORECASE,
)
PAID = re.compile(
    r"\b(?:paid|sent|settled|transferred|cleared)\b|[还還付缴繳交转轉清]", re.IGNORECASE
)


def without_wages(reading: Understanding, turn: Turn) -> Understanding:
    """ "I'm paid late this month" tells when his wages come: no payment of the bill."""
    if Intent.ALREADY_PAID not in reading.also or Tag.PAST in reading.tags:
        return reading
    rest, found = OF_WAGES.subn(" ", reading.text)
    if not found or PAID.search(rest):
        return reading
    return replace(reading, also=tuple(i for i in reading.also if i is not Intent.ALREADY_PAID))


_STILL_FAILS = re.compile(
    r"\b(?:still|same|again|nope|no luck|(?:does|did|is|has|wo)n'?t|(?:not|isnt|doesnt|didnt|wont) (?:work\w*|load\w*|open\w*|go\w*))\b",
    re.IGNORECASE,
)
_FEW_WORDS = 6


def with_failure_again(reading: Understanding, turn: Turn) -> Understanding:
    """ "Nope, still the same" after another way to pay was given: it failed once more."""
    is_trying = turn.case.paying is not None and Flag.PAYMENT_FAILED in turn.conversation.flags
    if not is_trying or turn.conversation.dialogue.question is not None or reading.entities:
        return reading
    is_short = len(reading.text.split()) <= _FEW_WORDS
    if reading.intent not in (Intent.UNCLEAR, Intent.DENY) or not is_short:
        return reading
    if not _STILL_FAILS.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PAYMENT_FAILED, band=Band.ACT)


_SENT = re.compile(
    r"\b(?:sent|paid|transferred|did|made)\b(?: (?:it|that|this|the payment|payment))?(?: \w+){0,3} (?:just now|now|today|already|this morning|through|thru|via|with|on|earlier)\b"
    r"|\bjust (?:sent|paid|did|made|transferred)\b",
    re.IGNORECASE,
)
_NOT_SENT = frozenset({Tag.ASKS, Tag.NEGATED, Tag.CANNOT, Tag.FUTURE, Tag.HOW, Tag.WILL_NOT})


def with_payment_sent(reading: Understanding, turn: Turn) -> Understanding:
    """ "Sent it just now through the link" claims a payment, and asks for no way to pay."""
    is_guess = reading.intent is Intent.PAY_NOW and Tag.PAST in reading.tags
    if not is_guess or reading.tags & _NOT_SENT or not _SENT.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.ALREADY_PAID)
    return replace(reading, intent=Intent.ALREADY_PAID, also=also)


_SENT_BACK_THEN = re.compile(
    r"\b(?:sent|paid|transferred|settled|cleared|posted)\b[^,.!?]{0,24}\b(?:back|ago|last (?:week|month)|the other (?:day|week))\b"
    r"|[还還付缴繳交转轉][了过過咗][^,，。]{0,2}$",
    re.IGNORECASE,
)


def with_payment_back_then(reading: Understanding, turn: Turn) -> Understanding:
    """ "I already sent that a few days back": the days are gone by, and no time is asked for."""
    if reading.intent is not Intent.REQUEST_EXTENSION:
        return reading
    if Tag.PAST not in reading.tags or reading.tags & _NOT_SENT:
        return reading
    if not _SENT_BACK_THEN.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i not in (Intent.ALREADY_PAID, Intent.PROMISE_TO_PAY))
    return replace(reading, intent=Intent.ALREADY_PAID, also=also, band=Band.ACT)


def without_claim_of_case(reading: Understanding, turn: Turn) -> Understanding:
    """ "I was made bankrupt in September": a day of the case, on which nothing was paid."""
    if Intent.ALREADY_PAID not in reading.also or reading.intent is not Intent.LEGAL:
        return reading
    if Tag.PAST in reading.tags or PAID.search(reading.text):
        return reading
    return replace(reading, also=tuple(i for i in reading.also if i is not Intent.ALREADY_PAID))


LINK_TAKEN_FOR = frozenset({Intent.THANKS, Intent.AFFIRM, Intent.UNCLEAR, Intent.PAY_NOW})


def with_link_used(reading: Understanding, turn: Turn) -> Understanding:
    """ "All done thanks", after a link was given: he says that he paid."""
    if reading.intent not in LINK_TAKEN_FOR or turn.conversation.dialogue.question is not None:
        return reading
    if reading.entities or not is_link_used(turn):
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, also=(), band=Band.ACT)


_WILL_PAY = re.compile(
    r"\b(?:i'?ll|i will|i can|can i|could i|may i|let me|gonna|going to|imma|i'?m)\b[^.!?;]{0,50}"
    r"\b(?:try\w*|pay\w*|do|send\w*|get (?:it|this|that)|sort\w*|settle\w*|clear\w*|again|go)\b[^.!?;]{0,40}$"
    r"|\b(?:again|re-?try(?:ing)?|re-?do(?:ing)?|re-?send(?:ing)?|doing|pay(?:ing)?|try(?:ing)?)(?: (?:it|again|this|that|the lot|in full))*(?: (?:on|by|next|this|come))? ?$",
    re.IGNORECASE,
)


_FAILURE = re.compile(
    r"\b(?:card|payments?|app|page|(?:web)?site|link|transfer|bank|giro|direct debit|fps|paynow|it) (?:\w+ ){0,2}"
    r"(?:fail|bounc(?:ed|ing)|declin(?:ed|ing)|failed|failing|crash(?:ed|ing)|rejected|errored|froze|timed out|(?:wouldn|didn|won)'?t (?:load|work|go through|open))\b",
    re.IGNORECASE,
)


def with_promise_beside_failure(reading: Understanding, turn: Turn) -> Understanding:
    """ "It bounced this morning, I'll do it on Thursday": the day to come is one to pay on.

    The day of the failure is none, and where he only means to try his day is read back.
    """
    is_told = Intent.PAYMENT_FAILED in reading.intents
    if not is_told and _FAILURE.search(reading.text):
        reading = replace(reading, also=(*reading.also, Intent.PAYMENT_FAILED))
    if Intent.PAYMENT_FAILED not in reading.intents or Tag.NEGATED in reading.tags:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    ahead = [e for e in days if isinstance(e.value, date) and e.value > turn.today]
    told = Intent.PROMISE_TO_PAY in reading.intents
    if len(ahead) != 1 or not (told or _WILL_PAY.search(reading.text, 0, ahead[0].start)):
        return reading
    kept = tuple(e for e in reading.entities if e not in days or e is ahead[0])
    also = tuple(i for i in reading.intents if i is not Intent.PROMISE_TO_PAY)
    if told and len(kept) == len(reading.entities) and reading.intent is Intent.PROMISE_TO_PAY:
        return reading
    band = reading.band if told else Band.CONFIRM
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, entities=kept, band=band)


def with_rest_beside_claim(reading: Understanding, turn: Turn) -> Understanding:
    """ "Done. Clearing the rest on the 10th": the rest is promised, whatever the part was."""
    if reading.intent is not Intent.ALREADY_PAID:
        return reading
    rest = two_parts.rest_at(reading.text)
    days = [e for e in reading.entities if isinstance(e.value, date)]
    ahead = [e.start for e in days if isinstance(e.value, date) and e.value > turn.today]
    is_known = any(e.role is Role.PAID for e in reading.entities)
    if rest is None or len(days) != 1 or is_known:
        return reading
    if not ahead or ahead[0] < rest.end():
        return reading
    also = tuple(i for i in reading.intents if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, tags=reading.tags - {Tag.PAST})


_GIVES_ITEMS = re.compile(
    r"\bdo i (?:need|have) to (?:give|send|tell|share|provide)\b|\b(?:need|want) my (?:bank|card|account) (?:number|details|info)\b|要(?:给|給|提供|填)[^,，。]{0,4}(?:卡号|卡號|账号|帳號|密码|密碼)[吗嗎么麼]?",
    re.IGNORECASE,
)


def with_items_asked_about(reading: Understanding, turn: Turn) -> Understanding:
    """ "Do I need to give you my account number", under a schedule: he asks how far to trust us."""
    if reading.intent is not Intent.PAY_NOW or reading.entities:
        return reading
    if turn.conversation.dialogue.question is None or not _GIVES_ITEMS.search(reading.text):
        return reading
    return replace(reading, intent=Intent.IDENTITY_QUERY, also=(), band=Band.ACT)


_HOW_LONG = re.compile(
    r"\b(?:how long|when)\b[^.!?]{0,24}\b(?:show\w*|post\w*|clear\w*|go(?:es)? through|reflect\w*|update\w*|land\w*|arrive\w*|process\w*)\b"
    r"|(?:多久|几时|幾時|什么时候|甚麼時候|几天|幾天)[^,，。]{0,4}(?:到[账帳賬]|入[账帳賬]|更新|查到)",
    re.IGNORECASE,
)
LONG_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_EXTENSION,
        Intent.UNCLEAR,
        Intent.BALANCE_QUERY,
        Intent.PROMISE_TO_PAY,
        Intent.RECEIPT,
    }
)


def with_claim_asked_about(reading: Understanding, turn: Turn) -> Understanding:
    """ "How long till it shows", after a claim: what becomes of it is told once more."""
    if turn.case.open_claim is None or reading.intent not in LONG_TAKEN_FOR or reading.entities:
        return reading
    if not _HOW_LONG.search(reading.text):
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, also=())


def with_payment_under_way(reading: Understanding, turn: Turn) -> Understanding:
    """ "A receipt once done please. Paying now": nothing is paid yet."""
    if reading.intent is not Intent.ALREADY_PAID or Intent.PAY_NOW not in reading.also:
        return reading
    if Tag.PAST in reading.tags or reading.entities:
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PAY_NOW)
    return replace(reading, intent=Intent.PAY_NOW, also=also)


_WHENCE = re.compile(
    r"\bhow (?:did|come|does|do|has) (?:this|it|that|my \w+|the \w+|you(?: guys)?)(?: \w+)? (?:end(?:ed)? up|get|got|come|came|go|went|land(?:ed)?|have)\b",
    re.IGNORECASE,
)


def with_origin_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "How did this end up with you and not the store" asks where it comes from; nothing is denied."""
    is_guess = reading.intent is Intent.DISPUTE_DEBT and reading.evidence.keyword is None
    if not is_guess or reading.confidence >= _SURE or not {Tag.ASKS, Tag.HOW} & reading.tags:
        return reading
    if not _WHENCE.search(reading.text) or _DENIES.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.BALANCE_QUERY)
    return replace(reading, intent=Intent.BALANCE_QUERY, also=also)


_SURE = 0.75
_DENIES = re.compile(
    r"\b(?:never|not mine|isn'?t mine|not me|fraud\w*|stolen|scam|don'?t owe|didn'?t (?:sign|open|buy|order|take))\b",
    re.IGNORECASE,
)


_BEEN_PAID = re.compile(
    r"\b(?:(?:already|all|has|have|been|was) )?(?:been|was|already|got) paid\b", re.IGNORECASE
)


def with_payment_long_made(reading: Understanding, turn: Turn) -> Understanding:
    """ "Been paid!! Tuesday!!": the day is one gone by, and no payment is to come."""
    claims = reading.intent is Intent.PROMISE_TO_PAY and Intent.ALREADY_PAID in reading.also
    if not claims or Tag.FUTURE in reading.tags or two_parts.rest_at(reading.text):
        return reading
    if not _BEEN_PAID.search(reading.text) or OF_WAGES.search(reading.text):
        return reading
    if any(e.kind in (EntityKind.AMOUNT, EntityKind.COUNT) for e in reading.entities):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.ALREADY_PAID)
    return replace(reading, intent=Intent.ALREADY_PAID, also=also)


_DID_I_PAY = re.compile(
    r"\b(?:did ?n[o']?t|didnt|have ?n[o']?t|havent) i (?:already )?(?:pay|paid|send|sent|settle|clear)\w*\b[^.!]{0,20}\?|(?:我)?不是(?:已经|已經|都)?(?:还|還|付|缴|繳|交)(?:了|过|過|咗)[^。]{0,4}[吗嗎?？]",
    re.IGNORECASE,
)


def with_payment_recalled(reading: Understanding, turn: Turn) -> Understanding:
    """ "Didn't I pay this??" thinks that it is paid, and asks for no way to pay."""
    is_guess = reading.intent is Intent.PAY_NOW and reading.band is not Band.ACT
    if not is_guess or not _DID_I_PAY.search(reading.text):
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, also=())
