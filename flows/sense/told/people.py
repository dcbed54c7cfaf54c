"""Hard times, calls and texts, and other people: what he tells of himself beside the bill."""

from __future__ import annotations

import re
from datetime import date

from flows.model import Turn
from flows.records import HandoffReason
from flows.replacing import replace
from flows.sense.told.claims import SMALL
from flows.understanding.intents import Intent
from flows.understanding.rules import is_in_need
from flows.understanding.values import Band, EntityKind, Tag, Understanding

# 被车撞了在骨科躺着: no time either, but that is not what he tells.
_HURT = re.compile(
    r"[车車](?:撞|[祸禍])|骨[折科]|住院|[手][术術]|躺[着著]|化[疗療]|透析|\b(?:accident|surgery|hospital)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"晚[点點些]|[再先][说說讲講]|[迟遲]啲|回[头頭]|[过過][两兩几幾一]|忙|\blater\b", re.IGNORECASE
)


def with_hardship_told(reading: Understanding, turn: Turn) -> Understanding:
    """ "I'm in chemo, can't think about this now" tells of hard times, and not only of no time."""
    is_busy = reading.intent is Intent.BUSY and reading.band is not Band.ACT
    is_hurt = bool(_HURT.search(reading.text)) and not _LATER.search(reading.text)
    if not is_busy or not (is_in_need(reading.text) or is_hurt):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.HARDSHIP)
    return replace(reading, intent=Intent.HARDSHIP, also=also)


_HAS_NOTHING = re.compile(
    r"\b(?:ain'?t|don'?t|haven'?t|didn'?t|not) (?:got|have) (?:it|the (?:money|cash)|any(?:thing| money)?|that|a (?:penny|cent|dime))\b",
    re.IGNORECASE,
)


def with_nothing_to_pay(reading: Understanding, turn: Turn) -> Understanding:
    """ "I ain't got it": who has no money does not refuse."""
    is_guess = reading.intent in (*SMALL, Intent.REFUSE, Intent.DENY)
    if reading.band is Band.ACT or not is_guess or not _HAS_NOTHING.search(reading.text):
        return reading
    return replace(reading, intent=Intent.HARDSHIP)


_WRITE_ME = re.compile(r"\b(?:text|txt|message|msg|write to) me\b", re.IGNORECASE)
_CANNOT_TALK = re.compile(
    r"\b(?:can'?t|cannot|can not|couldn'?t|not able to|don'?t) (?:really )?(?:talk|speak|call)\b",
    re.IGNORECASE,
)
_CALL = re.compile(r"\b(?:call|phone|ring|speak|talk)\b", re.IGNORECASE)


def with_message_wanted(reading: Understanding, turn: Turn) -> Understanding:
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


def without_idle_hardship(reading: Understanding, turn: Turn) -> Understanding:
    """ "Work is killing me" is a way to say that he is busy."""
    if Intent.HARDSHIP not in reading.intents or not _KILLING.search(reading.text):
        return reading
    others = tuple(i for i in reading.intents if i is not Intent.HARDSHIP)
    if is_in_need(reading.text) or not others:
        return reading
    return replace(reading, intent=others[0], also=others[1:])


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


def with_calls_stopped(reading: Understanding, turn: Turn) -> Understanding:
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


def without_idle_beside(reading: Understanding, turn: Turn) -> Understanding:
    """ "Give you 350 and call it even": beside an offer a guess with no word of its own is idle."""
    if not _OFFERS & set(reading.intents) or reading.evidence.keyword is not None:
        return reading
    kept = tuple(
        i for i in reading.intents if i not in _WORDS_OF or _WORDS_OF[i].search(reading.text)
    )
    if len(kept) == len(reading.intents):
        return reading
    return replace(reading, intent=kept[0], also=kept[1:])


_ASKS_TO_STOP = re.compile(
    r"\bif i\b[^.!]{0,40}\b(?:will|would|can|could) (?:you|u|y'?all|the texts?) (?:please )?(?:stop|quit)\b",
    re.IGNORECASE,
)


def without_stop_on_terms(reading: Understanding, turn: Turn) -> Understanding:
    """ "If I pay 100 on Friday will you stop the texts?" asks what follows, and stops nothing."""
    stops = Intent.OPT_OUT in reading.intents and bool(reading.entities)
    if not stops or not _ASKS_TO_STOP.search(reading.text):
        return reading
    others = tuple(i for i in reading.intents if i not in (Intent.OPT_OUT, Intent.REQUEST_DISCOUNT))
    has_sum = any(e.kind is EntityKind.AMOUNT for e in reading.entities)
    meant = Intent.PARTIAL_PAYMENT if has_sum else Intent.PROMISE_TO_PAY
    also = tuple(i for i in others if i not in (meant, Intent.PROMISE_TO_PAY))
    return replace(reading, intent=meant, also=also, band=Band.CONFIRM)


_HOURS_KEPT = re.compile(
    r"\b(?:text|txt|message|msg|write to|email) me (?:only |just |instead )?(?:after|before|between|from|at|in the (?:evening|morning|afternoon)|on (?:the )?weekends?|evenings?|weekends?)\b",
    re.IGNORECASE,
)
_FOR_GOOD = re.compile(
    r"\b(?:stop|unsubscribe|opt out|remove|take me off|(?:ever|any ?more)|leave me alone)\b",
    re.IGNORECASE,
)


def with_hours_kept(reading: Understanding, turn: Turn) -> Understanding:
    """ "Don't text me on shift, text me after 7": the hours are told, and messages are wanted then."""
    is_stop = reading.intent is Intent.OPT_OUT and turn.conversation.is_bound
    if not is_stop or not _HOURS_KEPT.search(reading.text) or _FOR_GOOD.search(reading.text):
        return reading
    calls = (Intent.BUSY, Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN)
    also = tuple(i for i in reading.also if i not in calls)
    return replace(reading, intent=Intent.BUSY, also=also, band=Band.CONFIRM)


_SO_OFTEN = re.compile(
    r"\b(?:text|txt|messag|msg|call|sms|remind)\w*\b[^.!?]{0,12}\b(?:so (?:many|much|often)|too (?:many|much|often)|every ?day|all the time|that often)\b",
    re.IGNORECASE,
)


def with_fewer_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can you not message so many times, I pay on the 28th": fewer are wanted, and he pays."""
    is_stop = reading.intent is Intent.OPT_OUT and turn.conversation.is_bound
    if not is_stop or not _SO_OFTEN.search(reading.text) or _FOR_GOOD.search(reading.text):
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    if len(days) != 1 or days[0] < turn.today or Tag.FUTURE not in reading.tags:
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)


_SPEAKS_OF_CALL = re.compile(r"\b(?:call\w*|phone|ring|speak|talk|contact|reach)\b", re.IGNORECASE)


def with_wish_beside_hours(reading: Understanding, turn: Turn) -> Understanding:
    """ "I can only text after 9pm. 4 payments?" asks for no call."""
    wishes = (Intent.REQUEST_INSTALMENTS, Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT)
    wish = next((i for i in wishes if i in reading.also), None)
    is_call = reading.intent is Intent.REQUEST_CALLBACK and reading.evidence.keyword is None
    if wish is None or not is_call or _SPEAKS_OF_CALL.search(reading.text):
        return reading
    kept = tuple(e for e in reading.entities if e.kind is not EntityKind.TIME)
    others = tuple(i for i in reading.also if i is not wish and i is not Intent.REQUEST_HUMAN)
    return replace(reading, intent=wish, also=others, entities=kept)


_KIN_DIED = re.compile(
    r"\b(?:my|me|our) (?:nan|nana|gran|grann\w+|grandm\w+|grandp\w+|grandfather|grandmother|grandad|granddad|pop|uncle|aunt\w*|cousin|friend|best friend|mate|dog|cat|boss)(?:'?s|s| has| just| had| recently)* (?:just |recently )?(?:died|passed|dead|gone)\b"
    r"|(?<![他她佢])(?:家[里裡](?:的)?老人|老人家|[长長][辈輩]|[爷爺]{1,2}|奶奶|外[公婆]|姥[姥爷爺]|阿[公嬤嬷]|舅舅?|叔叔?|伯伯?|姑姑?|姨[妈媽]?|朋友|同[学學])[^,，。 ]{0,4}(?:[过過]世|去世|走了|[离離]世|[过過]身|不在了)(?![^。]{0,8}(?:[这這]是他|他的[号號账帳手]))",
    re.IGNORECASE,
)


def with_kin_mourned(reading: Understanding, turn: Turn) -> Understanding:
    """ "Me nan's just died, I'll sort this next week": another died, and the customer writes."""
    is_own = turn.conversation.is_bound and reading.intent is Intent.DECEASED
    if not is_own or not _KIN_DIED.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.HARDSHIP)
    return replace(reading, intent=Intent.HARDSHIP, also=also)


_JOB_LOST = re.compile(
    r"\b(?:let|letting) (?:me|us) (?:all )?go\b|\blaid (?:me |us )?(?:all )?off\b|\b(?:sacked|fired|canned) (?:me|us)\b|\b(?:got|been|was|were|getting) (?:sacked|fired|canned|let go|laid off|made redundant|the sack|the boot)\b"
    r"|\bmade (?:me|us) (?:all )?redundant\b|\blost (?:my|me) job\b"
    r"|\b(?:company|firm|shop|store|restaurant|employer|factory|plant|business|place i work)\b[^,.!?]{0,12}\b(?:went|gone|has gone) (?:under|bust|into (?:administration|liquidation))\b"
    r"|\b(?:company|firm|factory|plant|employer|business) (?:has |just )?(?:closed|shut|folded)\b"
    r"|公司[^,，。]{0,4}(?:倒[闭閉]|[结結][业業]|破[产產]|[关關][门門]|解散)|[执執][咗左]?笠|[间間][^,，。]{0,3}[执執]咗|大信封|被(?:裁|[优優]化|[资資]遣|[辞辭]退|[开開]除|炒)|遣散|[炒裁][咗左]?(?:我|[鱿魷][鱼魚])|俾人炒|[刚剛][^,，。]{0,4}(?:失[业業]|裁[员員])",
    re.IGNORECASE,
)
# What such news is taken for where the model never saw its words.
NEWS_TAKEN_FOR = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.ALREADY_PAID,
        Intent.UNCLEAR,
        Intent.DENY,
        Intent.BUSY,
        Intent.AFFIRM,
        Intent.REFUSE,
        Intent.REQUEST_EXTENSION,
    }
)


def with_job_lost(reading: Understanding, turn: Turn) -> Understanding:
    """ "They've let me go this morning", 间公司执咗: news of hard times, with no wish of its own."""
    if reading.intent not in NEWS_TAKEN_FOR:
        return reading
    if reading.band is Band.ACT and reading.intent is not Intent.DENY:
        return reading
    if not _JOB_LOST.search(reading.text):
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    figures = any(e.kind in (EntityKind.AMOUNT, EntityKind.COUNT) for e in reading.entities)
    if figures or any(day > turn.today for day in days):
        return reading
    return replace(reading, intent=Intent.HARDSHIP, also=(), band=Band.CONFIRM, entities=())


_PERSON_LEFT = re.compile(
    r"\b(?:no need|don'?t (?:need|want|bother)|leave|forget|skip|scrap|drop|never ?mind)\b[^,.!?]{0,14}\b(?:person|human|agent|people|someone|anyone|colleague|rep|adviser|advisor)\b"
    r"|(?:不用|不必|不要|唔使|唔駛|唔洗|別|别)(?:再)?(?:[找搵轉转叫等])?(?:人工|真人|[专專]人|客服|同事|人)|(?:人工|真人|[专專]人)(?:就)?(?:不用|算|唔使|免)",
    re.IGNORECASE,
)


def with_person_left(reading: Understanding, turn: Turn) -> Understanding:
    """ "Leave the person, 5 payments is all I need": the wish that waits for a person is withdrawn."""
    handoff = turn.conversation.open_handoff
    if handoff is None or handoff.reason is not HandoffReason.REQUESTED:
        return reading
    if not _PERSON_LEFT.search(reading.text):
        return reading
    kept = tuple(i for i in reading.intents if i is not Intent.REQUEST_HUMAN) or (Intent.DENY,)
    tags = reading.tags | {Tag.WITHDRAWS}
    return replace(reading, intent=kept[0], also=kept[1:], tags=tags)


_WRITES_LATER = re.compile(
    r"\b(?:text|txt|message|msg|call|ring|hit|write|talk to|speak to|get back to|catch|reply to|answer) (?:u|you|ya|yous|y'?all)(?: (?:back|up))?(?: (?:on|by|at|in|later|again))*\b",
    re.IGNORECASE,
)
_PAYS_ALSO = re.compile(
    r"\b(?:pay|paying|send|settle|clear|transfer|sort|do it|money|payment)\b", re.IGNORECASE
)


def with_word_later(reading: Understanding, turn: Turn) -> Understanding:
    """ "At my kid's recital, txt u tonight": he will write then, and promises no money."""
    if reading.intent is not Intent.PROMISE_TO_PAY or reading.band is Band.ACT:
        return reading
    if Tag.WHOLE in reading.tags or any(e.kind in _MONEY for e in reading.entities):
        return reading
    if not _WRITES_LATER.search(reading.text) or _PAYS_ALSO.search(reading.text):
        return reading
    return replace(reading, intent=Intent.BUSY, also=())


_MONEY = frozenset({EntityKind.AMOUNT, EntityKind.SHARE, EntityKind.COUNT})
