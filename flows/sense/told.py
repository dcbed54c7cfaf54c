"""What is told about a payment, besides what was asked: made, promised before, or for bad goods."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows import facts
from flows.days import months_after
from flows.dialogues import ASIDES
from flows.dialogues.instalments import LEAVES_PLAN
from flows.dialogues.questions import EARLY
from flows.languages.days import DAYS_PER_WEEK
from flows.languages.rhythms import lone_weekday
from flows.model import Flag, Turn
from flows.replacing import replace
from flows.sense.in_talk import finds_fault, is_asking_time
from flows.sense.named import Rule
from flows.understanding.intents import Intent
from flows.understanding.rules import is_in_need
from flows.understanding.values import Band, Entity, EntityKind, Role, Tag, Understanding

_WOULD_PAY = re.compile(
    r"\b(?:i|we)(?:'d|'ll| would| will| was going to| am going to| said)\b[^.!?]{0,20}\b(?:pay|clear|settle|sort)\b"
    r"|[会會要]?[说說講讲][过過]?.{0,6}[会會才就][还還付缴繳交]",
    re.IGNORECASE,
)
_TOLD_PAYING = re.compile(
    r"\b(?:told|said|tell\w*|agreed)\b[^.!?]{0,30}\b(?:was|am|i'?m|were|be|is) (?:paying|clearing|settling|sending|sorting)\b"
    r"|\b(?:already|just) (?:said|told (?:you|u)) (?:on |by |till )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun|tomorrow|the \d|next)",
    re.IGNORECASE,
)
# 我昨天答应的周五还清: the day of the word given is not that of a payment.
_AGREED = re.compile(r"[答应應][应應承][的过過了]|[说說讲講约約]好")
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
# What a bare day or reference is taken for.
_SMALL = frozenset({Intent.UNCLEAR, Intent.GREETING, Intent.AFFIRM, Intent.THANKS, Intent.BUSY})
_OF_CLAIM = _SMALL | {Intent.PAY_NOW}
_DETAILS = frozenset({EntityKind.DATE, EntityKind.REFERENCE})


def _with_promise_told(reading: Understanding, turn: Turn) -> Understanding:
    """ "I already told you I'd pay on the 27th" claims no payment: it names a day to come."""
    if reading.intent is Intent.ALREADY_PAID and Tag.INCOME_DAY in reading.tags:
        return _with_promise_after_wages(reading, turn)
    if reading.intent is not Intent.ALREADY_PAID or Tag.PAST in reading.tags:
        return reading
    if _TOLD_PAYING.search(reading.text):
        reading = _with_days_to_come(reading, turn)
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    agreed = bool(_AGREED.search(reading.text))
    is_ahead = bool(days) and (max if agreed else min)(days) >= turn.today
    would_pay = agreed or _WOULD_PAY.search(reading.text) or _TOLD_PAYING.search(reading.text)
    if not is_ahead or not would_pay:
        return reading
    ahead = tuple(
        e for e in reading.entities if not (isinstance(e.value, date) and e.value < turn.today)
    )
    reading = replace(reading, entities=ahead)
    also = tuple(i for i in reading.also if i not in (*ASIDES, Intent.PROMISE_TO_PAY))
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also)


_SAID_DAY = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:already |just )?(?:said|told (?:you|u|ya|them|him|her))(?: (?:it'?s|on|by|for))* (?=\S)",
    re.IGNORECASE,
)


def _with_day_said(reading: Understanding, turn: Turn) -> Understanding:
    """ "I already said Thursday": the day he named is to come, and nothing is claimed paid."""
    said = _SAID_DAY.search(reading.text)
    is_guess = reading.intent is Intent.ALREADY_PAID and reading.band is not Band.ACT
    if said is None or not is_guess or _PAID.search(reading.text):
        return reading
    named = next((e for e in reading.entities if e.start == said.end()), None)
    if named is None or not isinstance(named.value, date):
        return reading
    is_weekday = lone_weekday(named.text) is not None and named.value < turn.today
    value = named.value + timedelta(days=DAYS_PER_WEEK) if is_weekday else named.value
    if value < turn.today:
        return reading
    told = replace(named, value=value, role=None)
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=(), entities=(told,), band=Band.CONFIRM
    )


_WITH_COLLEAGUE = re.compile(
    r"\b(?:told|said to|spoke (?:to|with)|agreed(?: with)?|discussed(?: with)?|talked (?:to|with)|arranged(?: with)?|set up with)\b"
    r"[^.!?]{0,15}\b(?:colleagues?|agents?|person|reps?|representative|guy|lady|woman|man|team|someone|supervisor|manager|co-?worker|you guys|y'?all)\b",
    re.IGNORECASE,
)


def _with_terms_agreed(reading: Understanding, turn: Turn) -> Understanding:
    """ "Like I told your colleague, 6 payments on the 8th": the terms count, no person is wanted."""
    wants = (Intent.REQUEST_HUMAN, Intent.REQUEST_CALLBACK)
    is_guess = reading.intent in wants and reading.evidence.keyword is None
    if not is_guess or not _WITH_COLLEAGUE.search(reading.text):
        return reading
    kinds = {e.kind for e in reading.entities}
    if kinds & {EntityKind.COUNT, EntityKind.FREQUENCY}:
        return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.CONFIRM)
    if EntityKind.DATE in kinds and kinds & {EntityKind.AMOUNT, EntityKind.SHARE}:
        return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)
    return reading


def _with_days_to_come(reading: Understanding, turn: Turn) -> Understanding:
    """ "I told them I was paying on the 1st": a day of the month still to come."""
    entities = tuple(_to_come(entity, turn.today) for entity in reading.entities)
    return reading if entities == reading.entities else replace(reading, entities=entities)


_OF_MONTH = re.compile(r"\d{1,2}(?:st|nd|rd|th)?", re.IGNORECASE)


_OF_WEEK = re.compile(
    r"(?:mon|tue|tues|wed|weds|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?", re.IGNORECASE
)


def _to_come(entity: Entity, today: date) -> Entity:
    value = entity.value
    if not isinstance(value, date) or value >= today:
        return entity
    if _OF_WEEK.fullmatch(entity.text):
        return replace(entity, value=value + timedelta(weeks=1), role=None)
    if not _OF_MONTH.fullmatch(entity.text):
        return entity
    return replace(entity, value=months_after(value, 1), role=None)


# Nobody paid a bill so long before it was due.
_LONG_BEFORE = timedelta(days=180)


def _with_year_ahead(reading: Understanding, turn: Turn) -> Understanding:
    """10月2日把6250全还了, said in September: the day to come, not that of last year."""
    days = [e for e in reading.entities if e.kind is EntityKind.DATE]
    if reading.intent is not Intent.ALREADY_PAID or len(days) != 1:
        return reading
    value, due_on = days[0].value, turn.case.account.due_on
    if not isinstance(value, date) or value > due_on - _LONG_BEFORE:
        return reading
    ahead = months_after(value, _MONTHS_A_YEAR)
    if not turn.today <= ahead <= turn.today + _LONG_BEFORE:
        return reading
    entities = tuple(
        replace(e, role=None, value=ahead) if e is days[0] else replace(e, role=None)
        for e in reading.entities
    )
    tags = reading.tags - {Tag.PAST}
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(
        reading,
        intent=Intent.PROMISE_TO_PAY,
        also=also,
        entities=entities,
        tags=tags,
        band=Band.CONFIRM,
    )


_MONTHS_A_YEAR = 12
# 12月15号: a day with its month; 15号 alone may be that of the month gone by.
_WITH_MONTH = re.compile(
    r"\d{1,2} ?[月/.\-]|[一二三四五六七八九十]+月|下个?月|下個月|明年|[明后後]天|聽日|听日"
)
_GETS_THEN = re.compile(
    r"到[了咗账帳手]|先[把将將]|[等到].{0,12}(?:就|再|才|先)|(?:就|会|會|再)[^,，。]{0,8}[还還付缴繳交转轉打汇匯畀俾]"
)


def _with_day_ahead(reading: Understanding, turn: Turn) -> Understanding:
    """12月15号到了就让女儿转过去: what comes on a day ahead has not been paid."""
    is_claim = reading.intent is Intent.ALREADY_PAID and bool(_GETS_THEN.search(reading.text))
    if not is_claim and reading.intent is not Intent.PROMISE_TO_PAY:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if len(days) != 1 or not _WITH_MONTH.search(days[0].text):
        return reading
    ahead = _next_of(days[0], turn.today)
    is_said_so = reading.intent is Intent.PROMISE_TO_PAY and ahead == days[0]
    if ahead is None or is_said_so:
        return reading
    entities = tuple(ahead if e is days[0] else e for e in reading.entities)
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    tags = reading.tags - {Tag.PAST, Tag.CORRECTION}
    lead = Intent.PROMISE_TO_PAY
    return replace(reading, intent=lead, also=also, band=Band.CONFIRM, tags=tags, entities=entities)


# A day so long ago that was named without its year is the one of this year.
_LONG_AGO = timedelta(days=183)


def _next_of(entity: Entity, today: date) -> Entity | None:
    """The day as one to come, where it is, or was read as that of last year."""
    day = entity.value
    if not isinstance(day, date) or re.search(r"\d{4}|去年", entity.text):
        return None
    if day < today - _LONG_AGO and (day.month, day.day) != (2, 29):
        day = day.replace(year=day.year + 1)
    if day == entity.value and entity.role is None:
        return entity
    return replace(entity, value=day, role=None) if day > today else None


def _without_claim_of_promise(reading: Understanding, turn: Turn) -> Understanding:
    """别再发了 我说过会还的: what he said he would pay is no claim beside the stop."""
    if Intent.ALREADY_PAID not in reading.also or not _WOULD_PAY.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.ALREADY_PAID)
    return replace(reading, also=also)


_WILL_PAY = re.compile(
    r"\b(?:i|we)(?:'ll| will| shall| can|'m going to| am going to)\b[^.!?]{0,20}\b(?:pay|clear|settle|sort|send)\b",
    re.IGNORECASE,
)


def _with_promise_after_wages(reading: Understanding, turn: Turn) -> Understanding:
    """ "My pension is paid on the second Tuesday. I shall pay on 8 December" claims no payment."""
    promised = _WILL_PAY.search(reading.text)
    rest, found = _OF_WAGES.subn(" ", reading.text)
    if promised is None or not found or _PAID.search(rest):
        return reading
    ahead = tuple(e for e in reading.entities if e.start > promised.start())
    if not any(isinstance(e.value, date) and e.value >= turn.today for e in ahead):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    tags = reading.tags - {Tag.INCOME_DAY, Tag.PAST}
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=also, entities=ahead, tags=tags, band=Band.ACT
    )


def _with_payment_in_story(reading: Understanding, turn: Turn) -> Understanding:
    """A long story that ends with "I did transfer it last Wednesday" claims that payment."""
    if reading.intent is not Intent.UNCLEAR or Tag.PAST not in reading.tags:
        return reading
    if reading.tags & {Tag.NEGATED, Tag.FUTURE, Tag.HEDGE, Tag.ASKS}:
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    if not days or max(days) > turn.today:
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, band=Band.ACT)


def _with_claim_detail(reading: Understanding, turn: Turn) -> Understanding:
    """ "Nov 20, ref 88231TX" after a claim of payment belongs to that claim."""
    is_guess = reading.intent is not Intent.PAY_NOW or _names_way_alone(reading)
    if reading.intent not in _OF_CLAIM or turn.case.open_claim is None or not is_guess:
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


def _with_bad_goods(reading: Understanding, turn: Turn) -> Understanding:
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


# 被车撞了在骨科躺着: no time either, but that is not what he tells.
_HURT = re.compile(
    r"[车車](?:撞|[祸禍])|骨[折科]|住院|[手][术術]|躺[着著]|化[疗療]|透析|\b(?:accident|surgery|hospital)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"晚[点點些]|[再先][说說讲講]|[迟遲]啲|回[头頭]|[过過][两兩几幾一]|忙|\blater\b", re.IGNORECASE
)


def _with_hardship_told(reading: Understanding, turn: Turn) -> Understanding:
    """ "I'm in chemo, can't think about this now" tells of hard times, and not only of no time."""
    is_busy = reading.intent is Intent.BUSY and reading.band is not Band.ACT
    is_hurt = bool(_HURT.search(reading.text)) and not _LATER.search(reading.text)
    if not is_busy or not (is_in_need(reading.text) or is_hurt):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.HARDSHIP)
    return replace(reading, intent=Intent.HARDSHIP, also=also)


_THOUGHT_PAID = re.compile(
    r"\bthought (?:i|it|this|that|we|the \w+)(?:'d| had| was| were)?(?: been| already| all)? (?:paid|settled|sorted|gone)\b",
    re.IGNORECASE,
)
_HOW_TO_PAY = re.compile(
    r"\b(?:how (?:do|can|should) i|where (?:do|can) i|link|pay (?:it )?now)\b", re.IGNORECASE
)
_TAKES_LESS = re.compile(
    r"\b(?:do|take|accept|make it|settle(?: for)?)\b[^.!?]{0,8}\d[^.!?]{0,12}\bif i (?:pay|clear|settle)\b"
    r"|\b(?:fees?|charges?|interest|penalt\w+)\b[^.!?]{0,12}\b(?:gone|removed|waived|dropped|taken off|wiped|cancelled|knocked off)\b"
    r"|\bif i (?:pay|send|give|gave|paid|sent)\b[^.!?]{0,10}\d[^.!?]{0,25}\b(?:will|would|can|could|do) (?:you|u|we) (?:\w+ )?(?:close|settle|drop|call it|forget|wipe|clear|mark|cancel|write|consider|be (?:done|even|square))\b"
    r"|\d[^.!?]{0,12}\b(?:and|n|then) (?:we|we'll|you|u|let'?s|just)? ?(?:call it|say we'?re|are|r) (?:even|quits|square|done|settled)\b",
    re.IGNORECASE,
)
_HAS_NOTHING = re.compile(
    r"\b(?:ain'?t|don'?t|haven'?t|didn'?t|not) (?:got|have) (?:it|the (?:money|cash)|any(?:thing| money)?|that|a (?:penny|cent|dime))\b",
    re.IGNORECASE,
)


def _with_way_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "I thought this was paid. How do I do it" claims nothing: he wants to pay."""
    if reading.intent is not Intent.ALREADY_PAID or not _THOUGHT_PAID.search(reading.text):
        return reading
    if not _HOW_TO_PAY.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PAY_NOW, also=())


def _with_less_for_now(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can you do 350 if I pay today" asks for a reduction, and offers no part."""
    parts = (Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.PAY_NOW)
    if reading.intent not in parts or not _TAKES_LESS.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_DISCOUNT, also=())


def _with_nothing_to_pay(reading: Understanding, turn: Turn) -> Understanding:
    """ "I ain't got it": who has no money does not refuse."""
    is_guess = reading.intent in (*_SMALL, Intent.REFUSE, Intent.DENY)
    if reading.band is Band.ACT or not is_guess or not _HAS_NOTHING.search(reading.text):
        return reading
    return replace(reading, intent=Intent.HARDSHIP)


_WRITE_ME = re.compile(r"\b(?:text|txt|message|msg|write to) me\b", re.IGNORECASE)
_CANNOT_TALK = re.compile(
    r"\b(?:can'?t|cannot|can not|couldn'?t|not able to|don'?t) (?:really )?(?:talk|speak|call)\b",
    re.IGNORECASE,
)
_CALL = re.compile(r"\b(?:call|phone|ring|speak|talk)\b", re.IGNORECASE)


def _with_message_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """ "In class, text me tonight" wants a message at that time, and no call."""
    calls = {Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN}
    if Intent.BUSY not in reading.intents or not calls & set(reading.intents):
        return reading
    # "Can't talk, text me at 6" speaks of no call.
    rest = _CANNOT_TALK.sub(" ", reading.text)
    if not _WRITE_ME.search(rest) or _CALL.search(rest):
        return reading
    also = tuple(i for i in reading.intents if i not in (*calls, Intent.BUSY))
    return replace(reading, intent=Intent.BUSY, also=also)


_KILLING = re.compile(r"\bkilling me\b|[累烦煩忙]死", re.IGNORECASE)


def _without_idle_hardship(reading: Understanding, turn: Turn) -> Understanding:
    """ "Work is killing me" is a way to say that he is busy."""
    if Intent.HARDSHIP not in reading.intents or not _KILLING.search(reading.text):
        return reading
    others = tuple(i for i in reading.intents if i is not Intent.HARDSHIP)
    if is_in_need(reading.text) or not others:
        return reading
    return replace(reading, intent=others[0], also=others[1:])


_UNTIL_SHOWN = re.compile(
    r"\b(?:un(?:til|less)|till?|'til|before|without|if) [^.!?]{0,25}?"
    r"\b(?:proof|prove[sd]?|proven|evidence|show\w*|seen?|agreement|contract|paperwork|documents?|validat\w+|verif\w+ (?:the|this) debt)\b",
    re.IGNORECASE,
)


def _with_proof_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """ "Not a penny until you show me the agreement": the refusal rests on a doubt of the debt."""
    if reading.intent not in (Intent.REFUSE, Intent.DENY) or Tag.CANNOT in reading.tags:
        return reading
    if Intent.DISPUTE_DEBT in reading.also or not _UNTIL_SHOWN.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i not in (Intent.REFUSE, Intent.BALANCE_QUERY))
    return replace(reading, intent=Intent.DISPUTE_DEBT, also=also, band=Band.ACT)


_OF_WAGES = re.compile(
    r"\b(?:i'?m|i am|we'?re|i(?:'ll)? (?:be|get)|getting|gets?|until i'?m|when i'?m) (?:only |usually |normally )?paid\b"
    r"|\b(?:pension|wages?|salary|benefits?|pay ?che(?:ck|que)|credit|allowance|stipend) (?:is|are|gets?|will be|comes?) (?:only |usually |normally )?paid\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(?:paid|sent|settled|transferred|cleared)\b|[还還付缴繳交转轉清]", re.IGNORECASE
)


def _without_wages(reading: Understanding, turn: Turn) -> Understanding:
    """ "I'm paid late this month" tells when his wages come: no payment of the bill."""
    if Intent.ALREADY_PAID not in reading.also or Tag.PAST in reading.tags:
        return reading
    rest, found = _OF_WAGES.subn(" ", reading.text)
    if not found or _PAID.search(rest):
        return reading
    return replace(reading, also=tuple(i for i in reading.also if i is not Intent.ALREADY_PAID))


_COSTS = re.compile(r"\b(?:interest|fees?|charges?|extra|on top)\b", re.IGNORECASE)
_LESS = re.compile(
    r"\b(?:waiv\w*|knock\w*|reduc\w*|lower\w*|less|off|remov\w*|drop\w*|cut|discount\w*|settl\w*|deal|cheaper"
    r"|forgiv\w*|freez\w*|stop\w*|without|no|cancel\w*|skip|free|credit\w*|refund\w*|take)\b",
    re.IGNORECASE,
)


def _with_costs_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Do I pay interest on that?" asks what it costs, and for no reduction."""
    taken_for = (Intent.REQUEST_DISCOUNT, Intent.DISPUTE_AMOUNT)
    if reading.intent not in taken_for or not _ASKS_WHETHER.search(reading.text):
        return reading
    if not _COSTS.search(reading.text) or _LESS.search(reading.text) or reading.entities:
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


def _with_sum_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Sorry, pocket dial. How much is it again?": the question counts, not the chatter."""
    is_guess = reading.intent is Intent.UNCLEAR and reading.band is not Band.ACT
    if not is_guess or reading.entities or not _HOW_MUCH.search(reading.text):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY)


_STILL_FAILS = re.compile(
    r"\b(?:still|same|again|nope|no luck|(?:does|did|is|has|wo)n'?t|(?:not|isnt|doesnt|didnt|wont) (?:work\w*|load\w*|open\w*|go\w*))\b",
    re.IGNORECASE,
)
_FEW_WORDS = 6


def _with_failure_again(reading: Understanding, turn: Turn) -> Understanding:
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


_STOPS_CALLS = re.compile(
    r"\b(?:stop|quit|don'?t|do not|no more) (?:\w+ )?(?:call\w*|ring\w*|phon\w*)\b", re.IGNORECASE
)
_TEXTS_FINE = re.compile(
    r"\b(?:write to|text|message|email) me\b|"
    r"\b(?:text\w*|messag\w+|sms|email\w*|here|writing)(?: me)?(?: is| are|'s)? (?:\w+ )?(?:fine|ok|okay|good|better|best|instead|only|works?)\b"
    r"|\b(?:just|only) (?:text|message|email|write)\b",
    re.IGNORECASE,
)


# "Do not call my mother again": whom he wants to be left out of it.
_CALLS_OTHERS = re.compile(
    r"\b(?:stop|quit|don'?t|do not|no more) (?:\w+ )?(?:call\w*|ring\w*|phon\w*|text\w*|contact\w*|messag\w*) (?:my|our) "
    r"(?:mother|mom|mum|mam|dad|father|wife|husband|partner|parents|family|work\w*|job|boss|employer|office|sister|brother|son|daughter|neighbou?rs?|friends?|ex|girlfriend|boyfriend|kids?)\b",
    re.IGNORECASE,
)


def _with_calls_stopped(reading: Understanding, turn: Turn) -> Understanding:
    """ "Stop calling my work, text is fine" stops the calls, which a person sees to, and no text."""
    text = reading.text
    if Intent.OPT_OUT not in reading.intents:
        return reading
    goes_on = {Intent.PROMISE_TO_PAY, Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT}
    is_promise = Tag.FUTURE in reading.tags and bool(reading.entities)
    if not goes_on & set(reading.also) and not is_promise:
        # With no word of going on a stop is taken for one.
        return reading
    of_calls = _STOPS_CALLS.search(text) and _TEXTS_FINE.search(text)
    if not of_calls and not _CALLS_OTHERS.search(text):
        return reading
    swapped = {Intent.OPT_OUT: Intent.COMPLAINT}
    dropped = {Intent.REQUEST_CALLBACK, Intent.COMPLAINT}
    if turn.conversation.is_bound:
        dropped |= {Intent.WRONG_PERSON}
    intents = [swapped.get(i, i) for i in reading.intents if i not in dropped]
    if is_promise and not goes_on & set(intents):
        intents.append(Intent.PROMISE_TO_PAY)
    return replace(reading, intent=intents[0], also=tuple(intents[1:]))


_PRIVATE = re.compile(
    r"信息|[资資]料|[隐隱]私|私[隐隱]|[号號][码碼]|[电電][话話]|[数數][据據]|哪[里裡來来]|怎[么麼]有|[点點]知|[边邊]度"
    r"|\b(?:data|privacy|private|personal|number|info\w*|gdpr|ccpa|share\w*|sell|sold|contact|records?|consent|address|delete|erase|details|where|how (?:did|do) (?:you|u))\b",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"[谁誰]|[骗騙]|[诈詐]|真的[吗嗎]|哪[里裡家间間]|[机機]器|人工智能|[边邊]個|公司"
    r"|\b(?:who|scam\w*|legit\w*|real|fraud\w*|company|fake|verif\w*|prove|proof|bot|robot|trust|phish\w*|what is this|what'?s this)\b",
    re.IGNORECASE,
)
_WORDS_OF = {Intent.PRIVACY: _PRIVATE, Intent.IDENTITY_QUERY: _WHO}
_OFFERS = frozenset(
    {
        Intent.REQUEST_INSTALMENTS,
        Intent.PROMISE_TO_PAY,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_DISCOUNT,
        Intent.REQUEST_EXTENSION,
    }
)


def _without_idle_beside(reading: Understanding, turn: Turn) -> Understanding:
    """ "Give you 350 and call it even": beside an offer a guess with no word of its own is idle."""
    if not _OFFERS & set(reading.intents) or reading.evidence.keyword is not None:
        return reading
    kept = tuple(
        i for i in reading.intents if i not in _WORDS_OF or _WORDS_OF[i].search(reading.text)
    )
    if len(kept) == len(reading.intents):
        return reading
    return replace(reading, intent=kept[0], also=kept[1:])


_WILLING = re.compile(
    r"\b(?:rather|want to|wanna|like to|trying to|hoping to|keen to|happy to|willing to|need to) (?:just |actually )?(?:sort|fix|settle|pay|resolve|clear|deal with|get (?:this|it) (?:sorted|done|paid|cleared))\b",
    re.IGNORECASE,
)


def _with_will_to_pay(reading: Understanding, turn: Turn) -> Understanding:
    """ "He says ignore you, but I'd rather sort it": who wants a way out does not refuse."""
    if reading.intent is not Intent.REFUSE or reading.tags & {Tag.NEGATED, Tag.WILL_NOT}:
        return reading
    if reading.evidence.keyword is not None or not _WILLING.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.CONFIRM)


_PING = re.compile(
    r"\b(?:ping|buzz|text|txt|message|msg|try|hit|remind|nudge) (?:me|us)\b", re.IGNORECASE
)


def _with_later_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """ "At work, ping me tomorrow": a day on which to write to him, and none to pay on."""
    is_guess = reading.intent is Intent.PROMISE_TO_PAY and Intent.BUSY in reading.also
    if not is_guess or not _PING.search(reading.text) or _PAID.search(reading.text):
        return reading
    if any(e.kind is EntityKind.AMOUNT for e in reading.entities) or _PAYS.search(reading.text):
        return reading
    return replace(reading, intent=Intent.BUSY, also=())


_PAYS = re.compile(r"\b(?:pay|send|settle|clear|transfer|cover)\b", re.IGNORECASE)
_ASKS_TO_STOP = re.compile(
    r"\bif i\b[^.!]{0,40}\b(?:will|would|can|could) (?:you|u|y'?all|the texts?) (?:please )?(?:stop|quit)\b",
    re.IGNORECASE,
)


def _without_stop_on_terms(reading: Understanding, turn: Turn) -> Understanding:
    """ "If I pay 100 on Friday will you stop the texts?" asks what follows, and stops nothing."""
    stops = Intent.OPT_OUT in reading.intents and bool(reading.entities)
    if not stops or not _ASKS_TO_STOP.search(reading.text):
        return reading
    others = tuple(i for i in reading.intents if i not in (Intent.OPT_OUT, Intent.REQUEST_DISCOUNT))
    has_sum = any(e.kind is EntityKind.AMOUNT for e in reading.entities)
    meant = Intent.PARTIAL_PAYMENT if has_sum else Intent.PROMISE_TO_PAY
    also = tuple(i for i in others if i not in (meant, Intent.PROMISE_TO_PAY))
    return replace(reading, intent=meant, also=also, band=Band.CONFIRM)


def _with_count_for_whole(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can we do 6 instead of the full amount": so many payments, and nothing off the sum."""
    number, most = facts.number_put(reading.text), turn.case.account.terms.max_instalments
    figures = [e for e in reading.entities if e.kind in (EntityKind.AMOUNT, EntityKind.COUNT)]
    if reading.intent not in _COUNT_TAKEN_FOR or number is None or figures:
        return reading
    starts = any(e.role is Role.START for e in reading.entities)
    wishes = (Intent.REQUEST_DISCOUNT, Intent.REQUEST_INSTALMENTS)
    is_instead = reading.intent in wishes and bool(_INSTEAD.search(reading.text))
    if not (starts or is_instead) or (most is not None and number > 2 * most):
        return reading
    at = re.search(rf"\b{number}\b", reading.text)
    start, end = at.span() if at is not None else (0, 0)
    count = Entity(
        kind=EntityKind.COUNT, text=reading.text[start:end], start=start, end=end, value=number
    )
    tags = reading.tags - {Tag.WHOLE}
    entities = (*reading.entities, count)
    return replace(
        reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities, tags=tags
    )


_COUNT_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_DISCOUNT,
        Intent.REQUEST_INSTALMENTS,
        Intent.PARTIAL_PAYMENT,
        Intent.PROMISE_TO_PAY,
        Intent.UNCLEAR,
    }
)


def _with_early_payment_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can I pay it off early?", under a schedule, asks about it: the schedule stays open."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    if not is_plan or reading.intent not in _EARLY_TAKEN_FOR or not EARLY.search(reading.text):
        return reading
    if Tag.ASKS not in reading.tags and "?" not in reading.text:
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY, also=(), entities=())


_EARLY_TAKEN_FOR = frozenset(
    {
        Intent.PAY_NOW,
        Intent.PROMISE_TO_PAY,
        Intent.PARTIAL_PAYMENT,
        Intent.UNCLEAR,
        Intent.REQUEST_DISCOUNT,
        Intent.REQUEST_INSTALMENTS,
    }
)
_OTHER_PART = re.compile(r"\b(?:other|rest|remaining|remainder|balance)\b", re.IGNORECASE)


def _with_rest_asked_about(reading: Understanding, turn: Turn) -> Understanding:
    """ "And the other 140?", once 260 were noted: what is left, and nothing off the sum."""
    standing = turn.case.open_promise
    taken_for = (Intent.REQUEST_DISCOUNT, Intent.UNCLEAR, Intent.DISPUTE_AMOUNT)
    if standing is None or reading.intent not in taken_for:
        return reading
    left = turn.case.account.outstanding - standing.amount
    sums = [e.value for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if sums != [left.decimal] or not _OTHER_PART.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)


_NOT_AT_ONCE = re.compile(
    r"\bnot (?:it )?(?:all )?(?:in one (?:go|hit|shot|payment)|at once|all at once|all in one)\b"
    r"|\b(?:can'?t|cannot|cant|couldn'?t) (?:do|pay|manage|afford) (?:it |that |this )?(?:all )?(?:in one (?:go|hit|shot)|at once|all at once)\b",
    re.IGNORECASE,
)


def _with_parts_for_one_go(reading: Understanding, turn: Turn) -> Understanding:
    """ "I can pay 400 but not in one go": all of it, in parts."""
    plain = _COUNT_TAKEN_FOR | {Intent.HARDSHIP, Intent.DENY}
    if reading.intent not in plain or not _NOT_AT_ONCE.search(reading.text):
        return reading
    owed = turn.case.account.outstanding.decimal
    kept = tuple(e for e in reading.entities if e.value != owed)
    hardship = (Intent.HARDSHIP,) if Intent.HARDSHIP in reading.intents else ()
    tags = reading.tags - {Tag.WHOLE, Tag.NEGATED, Tag.CANNOT}
    return replace(
        reading, intent=Intent.REQUEST_INSTALMENTS, also=hardship, entities=kept, tags=tags
    )


_SPEAKS_OF_CALL = re.compile(r"\b(?:call\w*|phone|ring|speak|talk|contact|reach)\b", re.IGNORECASE)


def _with_wish_beside_hours(reading: Understanding, turn: Turn) -> Understanding:
    """ "I can only text after 9pm. 4 payments?" asks for no call."""
    wishes = (Intent.REQUEST_INSTALMENTS, Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT)
    wish = next((i for i in wishes if i in reading.also), None)
    is_call = reading.intent is Intent.REQUEST_CALLBACK and reading.evidence.keyword is None
    if wish is None or not is_call or _SPEAKS_OF_CALL.search(reading.text):
        return reading
    kept = tuple(e for e in reading.entities if e.kind is not EntityKind.TIME)
    others = tuple(i for i in reading.also if i is not wish and i is not Intent.REQUEST_HUMAN)
    return replace(reading, intent=wish, also=others, entities=kept)


_INSTEAD = re.compile(r"\b(?:instead of|rather than)\b", re.IGNORECASE)
_PLAN_ONE = re.compile(
    r"\b(?P<n>\d{1,2}|two|three|four|six|nine|ten|twelve)[ -]?(?:months?|mths?|payments?) (?:one|plan|option|thing|deal|version)\b"
    r"|\bwhat (?:would|about) (?P<m>\d{1,2})(?: (?:look like|be|cost))?\W*$",
    re.IGNORECASE,
)


def _with_plan_picked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can I get the 3 month one but start in January": a plan, and no respite."""
    said = _PLAN_ONE.search(reading.text) if reading.intent in _PICK_TAKEN_FOR else None
    if said is None:
        return reading
    also = tuple(i for i in reading.also if i is Intent.HARDSHIP)
    entities = reading.entities
    name = "n" if said["n"] else "m"
    if said[name].isdecimal() and not any(e.kind is EntityKind.COUNT for e in entities):
        start, end = said.span(name)
        number = int(said[name])
        count = Entity(kind=EntityKind.COUNT, text=said[name], start=start, end=end, value=number)
        entities = (*entities, count)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also, entities=entities)


_DAY_MOVED = re.compile(
    r"(?:[还還][款钱錢]?|扣款|付款|[缴繳]款)日期?[^,，。]{0,4}[改换換挪调調][成到为為]"
)


_MOVE_TAKEN_FOR = frozenset({Intent.DISPUTE_AMOUNT, Intent.UNCLEAR, Intent.DENY})


def _with_plan_day_moved(reading: Understanding, turn: Turn) -> Understanding:
    """还款日改成12号, while a plan runs: its day is moved, and nothing is found wrong."""
    is_guess = reading.band is not Band.ACT and turn.case.live_plan is not None
    if not is_guess or not _DAY_MOVED.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=())


_PICK_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_EXTENSION,
        Intent.UNCLEAR,
        Intent.BALANCE_QUERY,
        Intent.PROMISE_TO_PAY,
        Intent.AFFIRM,
        Intent.REQUEST_INSTALMENTS,
    }
)


_STARTS_BY = frozenset({Intent.REQUEST_EXTENSION, Intent.REQUEST_INSTALMENTS})
_SIZES = frozenset({EntityKind.COUNT, EntityKind.AMOUNT, EntityKind.FREQUENCY})


def _with_start_in_need(reading: Understanding, turn: Turn) -> Understanding:
    """No money this month, paying starts with the next: what is possible each month is asked."""
    is_start = any(e.role is Role.START and e.value is None for e in reading.entities)
    is_bare = not any(e.kind in _SIZES for e in reading.entities)
    is_wish = reading.intent in _STARTS_BY and Intent.HARDSHIP in reading.also
    if not is_start or not is_bare or not is_wish:
        return reading
    also = tuple(i for i in reading.intents if i is not Intent.HARDSHIP)
    return replace(reading, intent=Intent.HARDSHIP, also=also)


_REST_LATER = re.compile(
    r"\b(?:the )?(?:rest|remainder|balance) (?:after|later|afterwards|another time|when i can)\b"
    r"|(?:剩下|剩餘|剩余|其[余餘]|余下)的?(?:以后|以後|之后|之後|后面|後面|再[说說讲講]|慢慢)",
    re.IGNORECASE,
)


def _with_rest_later(reading: Understanding, turn: Turn) -> Understanding:
    """ "250 on the 30th and sort the rest after": a part on its day, and no plan is named yet."""
    is_guess = reading.band is not Band.ACT and Intent.PARTIAL_PAYMENT in reading.also
    if not is_guess or not _REST_LATER.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PARTIAL_PAYMENT)
    return replace(reading, intent=Intent.PARTIAL_PAYMENT, also=also, band=Band.CONFIRM)


_KIN_DIED = re.compile(
    r"\b(?:my|me|our) (?:nan|nana|gran|grann\w+|grandm\w+|grandp\w+|grandfather|grandmother|grandad|granddad|pop|uncle|aunt\w*|cousin|friend|best friend|mate|dog|cat|boss)(?:'?s|s| has| just| had| recently)* (?:just |recently )?(?:died|passed|dead|gone)\b",
    re.IGNORECASE,
)


def _with_kin_mourned(reading: Understanding, turn: Turn) -> Understanding:
    """ "Me nan's just died, I'll sort this next week": another died, and the customer writes."""
    is_own = turn.conversation.is_bound and reading.intent is Intent.DECEASED
    if not is_own or not _KIN_DIED.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.HARDSHIP)
    return replace(reading, intent=Intent.HARDSHIP, also=also)


_TAKES_ON = re.compile(
    r"\b(?:i|we)(?:'ll| will|'m going to| am going to| can) (?:just |still |be able to )?(?:take care of|handle|sort|cover|pay|deal with|settle|clear)\b",
    re.IGNORECASE,
)


def _with_bill_taken_on(reading: Understanding, turn: Turn) -> Understanding:
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


_PAYS_ALL_THEN = re.compile(
    r"\b(?:i|we|can|will|'ll)\b[^,.!?]{0,10}\b(?:pay|clear|settle|send)\b", re.IGNORECASE
)


def _with_day_for_all(reading: Understanding, turn: Turn) -> Understanding:
    """ "Wed I pay lah all": a day and paying is a promise, and more time is not asked for."""
    is_both = reading.intent is Intent.REQUEST_EXTENSION and Intent.PROMISE_TO_PAY in reading.also
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if not is_both or len(days) != 1 or days[0].role is not None or reading.band is Band.ACT:
        return reading
    if reading.tags & {Tag.HEDGE, Tag.CANNOT, Tag.NEGATED} or is_asking_time(reading.text):
        return reading
    if not _PAYS_ALL_THEN.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)


_LEAVES_BY = frozenset(
    {Intent.UNCLEAR, Intent.DENY, Intent.REFUSE, Intent.HARDSHIP, Intent.REQUEST_DISCOUNT}
)


def _with_plan_left(reading: Understanding, turn: Turn) -> Understanding:
    """ "I want to cancel the plan, lost some shifts", with a plan running: it is about the plan."""
    if turn.case.live_plan is None or reading.intent not in _LEAVES_BY:
        return reading
    if not LEAVES_PLAN.search(reading.text):
        return reading
    also = tuple(i for i in reading.intents if i is Intent.HARDSHIP)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


RULES = (
    Rule("told.terms_agreed", _with_terms_agreed, {Intent.REQUEST_HUMAN, Intent.REQUEST_CALLBACK}),
    Rule("told.day_said", _with_day_said, {Intent.ALREADY_PAID}),
    Rule("told.bill_taken_on", _with_bill_taken_on, {Intent.DISPUTE_DEBT}),
    Rule(
        "told.rest_asked_about",
        _with_rest_asked_about,
        {Intent.REQUEST_DISCOUNT, Intent.UNCLEAR, Intent.DISPUTE_AMOUNT},
    ),
    Rule("told.parts_for_one_go", _with_parts_for_one_go),
    Rule("told.wish_beside_hours", _with_wish_beside_hours, {Intent.REQUEST_CALLBACK}),
    Rule("told.early_payment_asked", _with_early_payment_asked, _EARLY_TAKEN_FOR),
    Rule(
        "told.count_for_whole",
        _with_count_for_whole,
        _COUNT_TAKEN_FOR,
    ),
    Rule("told.stop_on_terms", _without_stop_on_terms, {Intent.OPT_OUT}),
    Rule("told.start_in_need", _with_start_in_need, _STARTS_BY),
    Rule("told.rest_later", _with_rest_later, {Intent.REQUEST_INSTALMENTS}),
    Rule("told.kin_mourned", _with_kin_mourned, {Intent.DECEASED}),
    Rule("told.day_for_all", _with_day_for_all, {Intent.REQUEST_EXTENSION}),
    Rule(
        "told.plan_picked",
        _with_plan_picked,
        _PICK_TAKEN_FOR,
    ),
    Rule("told.idle_beside", _without_idle_beside, {Intent.PRIVACY, Intent.IDENTITY_QUERY}),
    Rule("told.will_to_pay", _with_will_to_pay, {Intent.REFUSE}),
    Rule("told.later_wanted", _with_later_wanted, {Intent.PROMISE_TO_PAY}),
    Rule("told.calls_stopped", _with_calls_stopped, {Intent.OPT_OUT}),
    Rule("told.plan_left", _with_plan_left, _LEAVES_BY),
    Rule("told.failure_again", _with_failure_again, {Intent.UNCLEAR, Intent.DENY}),
    Rule("told.proof_wanted", _with_proof_wanted, {Intent.REFUSE, Intent.DENY}),
    Rule("told.wages", _without_wages, {Intent.ALREADY_PAID}),
    Rule("told.costs_asked", _with_costs_asked, {Intent.REQUEST_DISCOUNT, Intent.DISPUTE_AMOUNT}),
    Rule("told.sum_asked", _with_sum_asked, {Intent.UNCLEAR}),
    Rule("told.promise", _with_promise_told, {Intent.ALREADY_PAID}),
    Rule("told.claim_of_promise", _without_claim_of_promise, {Intent.ALREADY_PAID}),
    Rule("told.payment_in_story", _with_payment_in_story, {Intent.UNCLEAR}),
    Rule("told.plan_day_moved", _with_plan_day_moved, _MOVE_TAKEN_FOR),
    Rule("told.year_ahead", _with_year_ahead, {Intent.ALREADY_PAID}),
    Rule("told.day_ahead", _with_day_ahead, {Intent.ALREADY_PAID, Intent.PROMISE_TO_PAY}),
    Rule("told.claim_detail", _with_claim_detail, _OF_CLAIM),
    Rule(
        "told.bad_goods",
        _with_bad_goods,
        {Intent.REFUSE, Intent.PAYMENT_FAILED, Intent.DISPUTE_AMOUNT},
    ),
    Rule("told.hardship", _with_hardship_told, {Intent.BUSY}),
    Rule("told.idle_hardship", _without_idle_hardship, {Intent.HARDSHIP}),
    Rule("told.message_wanted", _with_message_wanted, {Intent.BUSY}),
    Rule("told.way_asked", _with_way_asked, {Intent.ALREADY_PAID}),
    Rule(
        "told.less_for_now",
        _with_less_for_now,
        {Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.PAY_NOW},
    ),
    Rule("told.nothing_to_pay", _with_nothing_to_pay, {*_SMALL, Intent.REFUSE, Intent.DENY}),
)
