"""What a reading turns out to mean in this talk: our own open question and the bill are at hand.

The reader knows one message alone; here false alarms fall away that only the talk can tell.
"""

from __future__ import annotations

import re

from flows import facts, naming
from flows.model import Conversation, Question
from flows.records import HandoffReason
from flows.replacing import replace
from flows.sense.named import OF_DAYS, Rule
from flows.understanding.intents import Intent
from flows.understanding.normalise import normalise
from flows.understanding.rules import is_in_need, threatens
from flows.understanding.values import Asked, Band, EntityKind, Role, Tag, Understanding

_ASKS_FOR_FIGURES = frozenset(
    {
        Asked.AMOUNT,
        Asked.CHOOSE_OPTION,
        Asked.CONFIRM,
        Asked.COUNT,
        Asked.COUNT_OR_AMOUNT,
    }
)
# Without one of these nothing is called wrong: "too heavy, only 400 a month" is a counter-offer.
_FINDS_FAULT = re.compile(
    r"不[对對]|唔[啱系係]|[错錯]|有[误誤]|有问题|有問題|不[该該应應]|唔[该該应應]|[多乱亂][收算扣计計]|[计計收算][多错錯]"
    r"|[没沒冇]欠|不是我|[对對]不上|不符|凭什么|憑什麼|[异異][议議]|[争爭][议議]|怎[么麼][会會这這]|点解|點解|核[实實]"
    r"|\b(?:wrong\w*|mistake\w*|incorrect\w*|errors?|overcharg\w*|miscalc\w*|inaccurate|unauthori\w+|disput\w+|dont owe)\b"
    r"|n'?t (?:right|owe|agree|recogni\w+|make sense|add up|match|correct)|\bnot (?:right|correct|what|mine)\b"
    r"|should(?: not|n'?t)|\b(?:charged|billed) (?:me )?(?:twice|double|too)|\bamount is off|\boff by\b",
    re.IGNORECASE,
)
_WANTS_TIME = re.compile(
    r"[缓緩]|[宽寬]限|延|推[迟遲]|晚[点點几幾一]|[迟遲][点點几幾]|\b(?:more time|extension|extend\w*|hold off|postpone|delay|longer)\b"
    r"|\b(?:give|gave|gimme|have|had|need|got|wait|bear with) (?:me |us )?(?:till?|until|'til)\b",
    re.IGNORECASE,
)
_PAYS = re.compile(
    r"[还還付缴繳交畀给給清]|\b(?:pay|paying|payment|settle|clear|send|sending)\b", re.IGNORECASE
)
_PAID_BEFORE = re.compile(
    r"[还還付缴繳交转轉][过過]|已[经經]|(?:[还還付缴繳交畀]|[转轉](?!咗[工职職岗崗校电電手机機號号]))[咗]"
)
_SAYS_PAID = re.compile(
    r"[还還付缴繳交转轉清畀匯汇存]清?[了过過咗]|[过過][咗了][数數]|[打转轉匯汇][了咗]?[过過]去"
    r"|[转轉][账賬帐帳][了咗]|已[经經]"
    r"|\b(?:paid|sent|settled|transferred|made (?:a|the|my) payment)\b",
    re.IGNORECASE,
)
_NOT_UNWILLING = re.compile(r"(?:不是|唔[係系])(?:我)?(?:[不唔])(?:想|肯|愿|願|还|還)")
# Paying for something else is no payment of this bill: 房租刚交完, "rent just went out".
_ELSE = "房租|租金|学费|學費|水电|水電|房贷|房貸|车贷|車貸|医药费|醫藥費"
OTHER_BILL = re.compile(
    rf"(?:{_ELSE})[^,，。.]{{0,4}}[交付缴繳给給畀]|[交付缴繳给給畀][完了咗]{{0,2}}[^,，。.]{{0,2}}(?:{_ELSE}|租)"
    r"|\b(?:rent|mortgage|tuition)\b[^,.]{0,8}\b(?:went|paid|gone|cleared)\b"
    r"|\bpaid (?:the |my |our )?(?:rent|mortgage|tuition)\b",
    re.IGNORECASE,
)
_COMPLAINS = re.compile(
    r"投[诉訴]|[举舉][报報]|[骚騷][扰擾]|[态態]度|[报報]警|\b(?:complain\w*|harass\w*|rude\w*|report\w*)\b",
    re.IGNORECASE,
)
_FIGURES = frozenset({EntityKind.AMOUNT, EntityKind.SHARE, EntityKind.OPTION, EntityKind.COUNT})


def finds_fault(text: str) -> bool:
    """Whether the words call something wrong, also where a letter slipped: wrng."""
    return bool(_FINDS_FAULT.search(text) or _FINDS_FAULT.search(normalise(text).text))


def is_asking_time(text: str) -> bool:
    """Whether the words ask to wait."""
    return bool(_WANTS_TIME.search(text))


def _without_idle_dispute(reading: Understanding, conversation: Conversation) -> Understanding:
    """Nothing is disputed where no fault is found: a guess beside another matter, or an answer."""
    if Intent.DISPUTE_AMOUNT not in reading.intents or _names_other_debt(reading):
        return reading
    # 我唔係唔想還 calls nothing wrong.
    if finds_fault(_NOT_UNWILLING.sub(" ", reading.text)):
        return reading
    if reading.intent is not Intent.DISPUTE_AMOUNT:
        return _dropped(reading, Intent.DISPUTE_AMOUNT)
    question = conversation.dialogue.question
    meant = _meant_without_dispute(reading, question)
    if meant is None:
        return reading
    return _dropped(reading, Intent.DISPUTE_AMOUNT, otherwise=meant)


def _meant_without_dispute(reading: Understanding, question: Question | None) -> Intent | None:
    """What is left of a dispute that finds no fault; None where it may be one all the same."""
    if reading.band is not Band.ACT and _TAKES_COUNT.search(reading.text):
        return Intent.REQUEST_INSTALMENTS
    if reading.band is not Band.ACT and facts.tells_income(reading.text):
        return Intent.HARDSHIP
    if _asks_of_plan(reading, question):
        return Intent.BALANCE_QUERY
    if _promises_beside(reading):
        return Intent.PROMISE_TO_PAY
    is_guess = reading.band is not Band.ACT and reading.evidence.keyword is None
    if is_guess and not reading.entities and not _OF_BILL.search(reading.text):
        return Intent.UNCLEAR
    return Intent.PARTIAL_PAYMENT if _answers_with_figures(reading, question) else None


_OF_BILL = re.compile(
    r"[金数數][额額目]|[账帳賬]|欠|[费費]|利息|[钱錢]|多|[贵貴]|算|收"
    r"|\b(?:owe\w*|bill\w*|balance|amount|sum|total|due|charge\w*|fees?|interest|price|cost\w*|figure\w*|number\w*|much|high\w*|more|extra|pay\w*|paid)\b",
    re.IGNORECASE,
)


def _promises_beside(reading: Understanding) -> bool:
    """個數我記得㗎 星期五一次過還晒: a day for all of it, and nothing is called wrong."""
    is_day = any(e.kind is EntityKind.DATE and e.value is not None for e in reading.entities)
    doubts = {Tag.HEDGE, Tag.PAST, Tag.CANNOT, Tag.WILL_NOT, Tag.CONDITIONAL, Tag.ASKS}
    is_plain = Tag.WHOLE in reading.tags and not reading.tags & doubts
    return is_day and is_plain and Intent.PROMISE_TO_PAY in reading.also


# "I'll take the 3 months thing", "go with six payments".
_TAKES_COUNT = re.compile(
    r"\b(?:take|go (?:with|for)|choose|pick|do|want|prefer) (?:the |a )?(?:\d{1,2}|two|three|four|five|six|eight|nine|ten|twelve)[ -]?(?:months?|mths?|payments?|instal\w+|parts)\b",
    re.IGNORECASE,
)


def _asks_of_plan(reading: Understanding, question: Question | None) -> bool:
    """要另外收手续费吗, under a schedule: a question about the plan disputes no bill."""
    is_plan = question is not None and question.owner == "instalments"
    asks = Tag.ASKS in reading.tags or bool(_ASKS_WHETHER.search(reading.text))
    return is_plan and asks and not reading.entities


_ASKS_WHETHER = re.compile(r"([要会會收用])[不唔]\1|[有][没沒冇]|[吗嗎咩呢?？]|多少|[几幾]多")


# 我看错了: a slip of his own.
_OWN_SLIP = re.compile(
    r"(?:^\W*[哦噢啊呃]?(?:不[对對]|唔[啱係系])\W*)?我?[看睇记記弄搞讲講说說打][错錯](?:了|咗)?"
)


def _without_own_slip(reading: Understanding, conversation: Conversation) -> Understanding:
    """哦不对 我看错了 还没还: who was wrong himself finds no fault with the bill."""
    if reading.intent is not Intent.DISPUTE_AMOUNT or Tag.CORRECTION not in reading.tags:
        return reading
    rest, slips = _OWN_SLIP.subn(" ", reading.text)
    if not slips or _FINDS_FAULT.search(rest) or _OWES.search(rest):
        return reading
    return _dropped(reading, Intent.DISPUTE_AMOUNT)


def _without_dispute_of_day(reading: Understanding, conversation: Conversation) -> Understanding:
    """不是，28号才对 after a promise was noted puts its day right; no sum is called wrong."""
    if Intent.DISPUTE_AMOUNT not in reading.intents or reading.evidence.keyword is not None:
        return reading
    kinds = {e.kind for e in reading.entities}
    stands = conversation.case().open_promise is not None or conversation.dialogue.proposals
    if kinds != {EntityKind.DATE} or not stands or _OWES.search(reading.text):
        return reading
    tags = reading.tags | {Tag.CORRECTION}
    named = (Intent.DISPUTE_AMOUNT, Intent.PROMISE_TO_PAY)
    also = tuple(i for i in reading.also if i not in named)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, tags=tags)


_OWES = re.compile(r"欠|[账帳賬]单|\b(?:owed?|bill|balance|due|charged?|total)\b", re.IGNORECASE)


def _names_other_debt(reading: Understanding) -> bool:
    """ "I owe 300, not 400": one sum is put in the place of another, and it is the debt."""
    roles = {e.role for e in reading.entities if e.kind is EntityKind.AMOUNT}
    return {Role.WRONG, Role.RIGHT} <= roles and bool(_OWES.search(reading.text))


def _without_dispute_of_failure(
    reading: Understanding, conversation: Conversation
) -> Understanding:
    """我换张卡刷, asked what the failed payment showed: half a guess disputes no debt."""
    question = conversation.dialogue.question
    is_about_failure = question is not None and question.owner == "payment"
    is_half_guess = reading.band is Band.CLARIFY and reading.evidence.keyword is None
    if reading.intent is not Intent.DISPUTE_DEBT or not (is_about_failure and is_half_guess):
        return reading
    return reading if finds_fault(reading.text) else _dropped(reading, Intent.DISPUTE_DEBT)


def _without_idle_complaint(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "Too much!" to our plans refuses them; what is hardly a guess complains about nobody."""
    question = conversation.dialogue.question
    if reading.intent is not Intent.COMPLAINT or _COMPLAINS.search(reading.text):
        return reading
    is_guess = reading.band is Band.CLARIFY and reading.evidence.keyword is None
    if is_guess and not threatens(reading.text):
        return _dropped(reading, Intent.COMPLAINT)
    if Tag.TOO_MUCH not in reading.tags or not _answers_with_figures(reading, question):
        return reading
    return _dropped(reading, Intent.COMPLAINT, otherwise=Intent.DENY)


# What needs no figure to be a matter of its own, and what does.
_PAYS_OR_TRIED = frozenset({Intent.ALREADY_PAID, Intent.PAY_NOW, Intent.PAYMENT_FAILED})
_WITH_FIGURE = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_INSTALMENTS,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_EXTENSION,
    }
)


def _without_grumble(reading: Understanding, conversation: Conversation) -> Understanding:
    """催催催 这周五给你打过去: annoyance alone is a complaint, around an offer it is its tone."""
    if Intent.COMPLAINT not in reading.intents or _COMPLAINS.search(reading.text):
        return reading
    others = set(reading.intents)
    has_figure = bool(reading.entities) and bool(others & _WITH_FIGURE)
    if threatens(reading.text) or not (has_figure or others & _PAYS_OR_TRIED):
        return reading
    return _dropped(reading, Intent.COMPLAINT)


def _answers_with_figures(reading: Understanding, question: Question | None) -> bool:
    """Whether we asked for figures and the words hold some, or say that ours are too large."""
    if question is None or question.asked not in _ASKS_FOR_FIGURES:
        return False
    if question.owner not in ("instalments", "relief"):
        return False
    return Tag.TOO_MUCH in reading.tags or any(e.kind in _FIGURES for e in reading.entities)


def _with_day_to_pay(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "I get paid on the 15th", "mum is ill, I'll pay on Friday": a day to pay on leads.

    It is read back before it counts; the hardship stays noted.
    """
    leads = (Intent.REQUEST_EXTENSION, Intent.HARDSHIP)
    if _asks_so_long(reading):
        hardship = (Intent.HARDSHIP,) if Intent.HARDSHIP in reading.intents else ()
        return replace(reading, intent=Intent.REQUEST_EXTENSION, also=hardship)
    if reading.intent not in leads or not _names_day_to_pay(reading):
        return reading
    beside = [i for i in reading.intents if i not in leads or i is Intent.HARDSHIP]
    also = tuple(i for i in beside if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also)


def _asks_so_long(reading: Understanding) -> bool:
    """ "Wages came in short. 10 days?": so much time is asked for, and no day to pay on named."""
    days = [e for e in reading.entities if e.kind is EntityKind.DATE and e.value is not None]
    is_length = len(days) == 1 and days[0].role is Role.UNTIL
    return is_length and reading.text.startswith("?", days[0].end)


def _with_day_beside(reading: Understanding, conversation: Conversation) -> Understanding:
    """急啥 月底: words that tell nothing but a day, and perhaps a promise, are read back as one."""
    if reading.intent is not Intent.UNCLEAR or Intent.PROMISE_TO_PAY not in reading.also:
        return reading
    is_day = any(e.kind is EntityKind.DATE and e.value is not None for e in reading.entities)
    blocked = {Tag.HEDGE, Tag.PAST, Tag.WILL_NOT, Tag.NEGATED, Tag.CANNOT, Tag.CONDITIONAL}
    is_until = any(e.role is Role.UNTIL for e in reading.entities)
    if is_day and is_until and not reading.tags & {Tag.PAST, Tag.HEDGE, Tag.CONDITIONAL}:
        # 我没说不还 就是想晚两周: more time, and no day to pay on.
        return replace(reading, intent=Intent.REQUEST_EXTENSION, also=(), band=Band.ACT)
    if not is_day or reading.tags & blocked:
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)


def _names_day_to_pay(reading: Understanding) -> bool:
    has_day = any(e.kind is EntityKind.DATE and e.value is not None for e in reading.entities)
    # "I'll pay everything", of which half a guess is that he cannot.
    has_day = has_day or (Tag.WHOLE in reading.tags and reading.band is not Band.ACT)
    if not has_day or reading.tags & {Tag.HEDGE, Tag.PAST, Tag.WILL_NOT}:
        return False
    if _WANTS_TIME.search(reading.text):
        return False
    if Tag.INCOME_DAY in reading.tags:
        return True
    if (
        Tag.WHOLE in reading.tags
        and reading.band is not Band.ACT
        and Tag.CANNOT not in reading.tags
    ):
        # "Been in hospital with nan. Can I sort all of it at the end of the month?"
        return True
    is_able = Tag.FUTURE in reading.tags and Tag.CANNOT not in reading.tags
    if {Tag.WHOLE} <= reading.tags and Intent.PROMISE_TO_PAY in reading.also:
        # "My battery died. I get my check on the 4th and I'm sending all 400 that day".
        is_able = Tag.CANNOT not in reading.tags
    return reading.intent is Intent.HARDSHIP and is_able and bool(_PAYS.search(reading.text))


_NOT_BEFORE = re.compile(
    r"(?:\b(?:can ?not|unable|able|wont|won'?t be able)|can'?t)\b[^,.;!?]{0,40}\b(?:till?|'til|until|before)\b",
    re.IGNORECASE,
)
_TO_BE_TIME = frozenset({Intent.UNCLEAR, Intent.PROMISE_TO_PAY, Intent.HARDSHIP, Intent.REFUSE})


def _with_time_asked(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "I just can't till the 5th" and "gimme another week" ask for time, with the day it ends."""
    days = [e for e in reading.entities if e.kind is EntityKind.DATE and e.value is not None]
    if not days or Tag.PAST in reading.tags:
        return reading
    is_wait = reading.intent in _TO_BE_TIME and Tag.CANNOT in reading.tags
    is_wait = is_wait and bool(_NOT_BEFORE.search(reading.text))
    is_more = reading.intent is Intent.BUSY and reading.band is not Band.ACT
    is_more = is_more and any(e.role is Role.UNTIL for e in days)
    is_told = reading.intent is Intent.UNCLEAR and any(e.role is Role.UNTIL for e in days)
    is_told = is_told and bool(_WANTS_TIME.search(reading.text))
    if not is_wait and not is_more and not is_told:
        return reading
    dropped = {Intent.BUSY, Intent.UNCLEAR, Intent.REFUSE, Intent.REQUEST_EXTENSION}
    dropped |= {Intent.PROMISE_TO_PAY} if is_in_need(reading.text) else _TO_BE_TIME
    also = tuple(i for i in reading.intents if i not in dropped)
    return replace(reading, intent=Intent.REQUEST_EXTENSION, also=also, band=Band.ACT)


# "I thought this was paid" tells of an error, and claims nothing.
_THOUGHT_PAID = re.compile(
    r"\b(?:thought|assumed|figured)\b[^,.?!]{0,20}\bpaid\b|以[为為][^,，。]{0,6}[还還付缴繳交]",
    re.IGNORECASE,
)


def _without_payment_thought(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "Sorry, I thought this was paid. How do I do it": the payment is still to come."""
    if Intent.ALREADY_PAID not in reading.also or not _THOUGHT_PAID.search(reading.text):
        return reading
    return _dropped(reading, Intent.ALREADY_PAID)


def _with_payment_made(reading: Understanding, conversation: Conversation) -> Understanding:
    """1号还过了: what is over and done is no promise, though it names a day."""
    if reading.intent is not Intent.PROMISE_TO_PAY or Tag.PAST not in reading.tags:
        return reading
    if Tag.FUTURE in reading.tags or not _PAID_BEFORE.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.ALREADY_PAID)
    return replace(reading, intent=Intent.ALREADY_PAID, also=also)


def _without_guessed_stranger(reading: Understanding, conversation: Conversation) -> Understanding:
    """我不是不想还, 我是王伟本人: a guess may not close the address for the customer's own words."""
    if reading.intent is not Intent.WRONG_PERSON or reading.evidence.keyword is not None:
        return reading
    if _CONSENT_REPORTED.search(reading.text) and conversation.dialogue.question is not None:
        return _dropped(reading, Intent.WRONG_PERSON, otherwise=Intent.AFFIRM)
    # "My ex ran that card up, not me": he knows the card; whose debt it is he disputes.
    disputes = {Intent.DISPUTE_DEBT, Intent.DISPUTE_AMOUNT} & set(reading.also)
    is_half_guess = reading.band is Band.CLARIFY and bool(disputes)
    figures = any(e.kind in _OF_OFFERS for e in reading.entities)
    is_half_guess = is_half_guess or (reading.band is Band.CLARIFY and figures)
    is_his_card = is_half_guess and conversation.is_bound
    is_his_talk = _FOR_ME.search(reading.text) or _corrects_figure(reading, conversation)
    if is_his_card or is_his_talk:
        return _dropped(reading, Intent.WRONG_PERSON)
    if naming.affirms_being(reading.text, conversation.person.name):
        return _dropped(reading, Intent.WRONG_PERSON, otherwise=Intent.AFFIRM)
    if conversation.is_bound and _USED_BY_OTHER.search(reading.text):
        return _dropped(reading, Intent.WRONG_PERSON, otherwise=Intent.DISPUTE_DEBT)
    is_own = _asks_for_himself(reading, conversation) or _NOT_UNWILLING.search(reading.text)
    return _dropped(reading, Intent.WRONG_PERSON) if is_own else reading


# 帮同学借的, 别告诉我爸妈: the customer himself tells how it came, or who must not know.
_OWN_STORY = re.compile(
    r"(?:媳[妇婦]|老婆|老公|家人|家里|屋企人|爸[妈媽]?|[妈媽]|父母|孩子)[^,，。]{0,3}(?:不|唔)知|[帮幫替][^,，。]{1,5}[借贷貸]|[担擔]保|(?:[别別]|不要|唔好)(?:告[诉訴]|跟.{1,4}[说說]|話(?:俾|畀))"
)
# 这钱是前夫用的: the one we look for answers, and says whose debt it is.
_USED_BY_OTHER = re.compile(
    r"(?:[钱錢债債]|[贷貸]款|[账帳賬][单單]?|[笔筆])[^,，。]{0,3}(?:是|系|係)[^,，。]{0,6}(?:前[夫妻任]|老公|老婆|[他她佢]|朋友|别人|別人|人哋|儿子|兒子|弟|哥|公司)[^,，。]{0,3}[用花借欠洗使刷贷貸][的嘅㗎]"
)
_OWN_MATTERS = frozenset(
    {Intent.BALANCE_QUERY, Intent.PAY_NOW, Intent.PROMISE_TO_PAY, Intent.REQUEST_INSTALMENTS}
)


_SURE = 0.85
# Who he is to the one we look for, or that he is another.
_SAYS_WHO = re.compile(
    r"我[是系係]|[不唔][是系係]|[认認識识]|[打发發傳搵找弄搞][错錯]|[换換][号號]|\b(?:i'?m|i am|not|wrong|his|her|who)\b",
    re.IGNORECASE,
)


def _has_dealt(conversation: Conversation) -> bool:
    """Whether this talk has come to a claim, a promise or a plan: its writer is the customer."""
    case = conversation.case()
    made = (case.open_claim, case.open_promise, case.live_plan)
    return any(thing is not None for thing in made) or bool(conversation.dialogue.proposals)


# 我没再你们这借过钱, at the end of a story: whatever slipped between, the debt is denied.
_NEVER_BORROWED = re.compile(
    r"(?:[没沒冇未每][有曾]?|从不|從不|不曾)[^,，。;；!！?？]{0,10}(?:[借貸贷辦办簽签開开]|申[请請])(?:[过過]|[钱錢]|[贷貸]?款)(?![^,，。]{0,3}(?:[别別]|其[他它]))"
)


def _without_guessed_denial(reading: Understanding, conversation: Conversation) -> Understanding:
    """信用卡的还了 消费贷没钱: half a guess disputes no debt that he speaks of as his own."""
    is_guess = reading.band is not Band.ACT and reading.evidence.keyword is None
    if reading.intent is not Intent.DISPUTE_DEBT or not is_guess or finds_fault(reading.text):
        return reading
    if _NEVER_BORROWED.search(reading.text):
        return reading
    own = {Intent.ALREADY_PAID, Intent.HARDSHIP, Intent.PROMISE_TO_PAY, Intent.REQUEST_INSTALMENTS}
    is_own = reading.band is Band.CLARIFY and bool(own & set(reading.also))
    is_own = is_own or bool(_OWN_STORY.search(reading.text))
    return _dropped(reading, Intent.DISPUTE_DEBT) if is_own else reading


def _with_claim_told(reading: Understanding, conversation: Conversation) -> Understanding:
    """应该是15号扣的, asked when it was paid, tells the day and finds no fault."""
    question = conversation.dialogue.question
    is_asked = question is not None and question.asked is Asked.CLAIM_DETAILS
    days = any(e.kind is EntityKind.DATE for e in reading.entities)
    if reading.intent is not Intent.DISPUTE_AMOUNT or not (is_asked and days):
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, also=(), band=Band.ACT)


def _asks_for_himself(reading: Understanding, conversation: Conversation) -> bool:
    """我阿婆唔識用手機 要還幾多: half a guess, from the address of one who asks what he owes."""
    if not conversation.is_bound:
        return False
    is_half_guess = reading.band is Band.CLARIFY and bool(_OWN_MATTERS & set(reading.also))
    is_unsure = reading.confidence < _SURE and not _SAYS_WHO.search(reading.text)
    is_half_guess = is_half_guess or (is_unsure and _has_dealt(conversation))
    return is_half_guess or bool(_OWN_STORY.search(reading.text))


# "Dave agreed 10 a week": who tells what was agreed with him is the customer.
_OF_OFFERS = frozenset({EntityKind.AMOUNT, EntityKind.COUNT, EntityKind.FREQUENCY})


def _corrects_figure(reading: Understanding, conversation: Conversation) -> bool:
    """唔係 講錯咗 後日先得: who puts a figure of this talk right is the one who gave it."""
    is_running = conversation.dialogue.question is not None or (
        conversation.case().open_promise is not None
    )
    return is_running and Tag.CORRECTION in reading.tags and bool(reading.entities)


# 他说礼拜天来帮我付: another pays for the speaker, who is the customer.
_FOR_ME = re.compile(
    r"[帮幫替][我俺](?!.{0,4}[爸妈媽老公婆儿兒])[还還付缴繳交转轉清给給]|[帮幫替][我俺]$"
)
# 我问了老婆 她说可以: the customer passes on what another said to our question.
_CONSENT_REPORTED = re.compile(
    r"^(?!.*我[是系係]).*(?:[她他佢]|[公婆妈媽爸妻])[^,，。]{0,3}?(?:也|都|就)?(?:[说說讲講话話]|同意)[^,，。]{0,4}(?:可以|好|行|得|同意|[没沒冇]问?問?[题題]|了)\W*$"
)
_OWES_THAT = re.compile(r"我(?:只|就|才|明明|应该|應該)*[欠借争爭][^\d]{0,3}\d")


def _without_stranger_who_owes(reading: Understanding, conversation: Conversation) -> Understanding:
    """发错了吧 我只欠3000: who names what he owes has been found; the bill is what is wrong."""
    if reading.intent is not Intent.WRONG_PERSON or not _OWES_THAT.search(reading.text):
        return reading
    return _dropped(reading, Intent.WRONG_PERSON, otherwise=Intent.DISPUTE_AMOUNT)


_PERSON_WANTED = re.compile(
    r"(?:[转轉接找换換叫搵]|我要|想要)(?:[个個到成给給畀返]|一[个個位])?(?:真人|活人|人工|[专專]人|客服)"
)
_NO_PERSON = re.compile(
    r"(?:不用|不要|不必|不需要|唔使|唔駛|别|別|無需|无需).{0,3}(?:[转轉接找换換叫搵])"
)


def _with_person_wanted(reading: Understanding, conversation: Conversation) -> Understanding:
    """算了直接幫我轉真人 asks for a person: what he gives up is the talk with us."""
    if reading.text.isascii():
        return reading
    is_guess = reading.band is not Band.ACT and reading.intent is not Intent.REQUEST_HUMAN
    if not is_guess or Intent.WRONG_PERSON in reading.intents:
        return reading
    if not _PERSON_WANTED.search(reading.text) or _NO_PERSON.search(reading.text):
        return reading
    tags = reading.tags - {Tag.WITHDRAWS}
    return replace(reading, intent=Intent.REQUEST_HUMAN, also=(), band=Band.ACT, tags=tags)


_NO_CALL = re.compile(r"(?:[别別]|不用|不要|唔使|唔好)(?:再)?(?:打|call|来电|來電)", re.IGNORECASE)
_NO_MESSAGES = re.compile(
    r"[发發傳传]|短信|短訊|[消讯訊]息|退[订訂]|\b(?:text|message|stop)", re.IGNORECASE
)


def _with_call_withdrawn(reading: Understanding, conversation: Conversation) -> Understanding:
    """算了别打了, after a call was asked for, takes the call back and stops nothing else."""
    if reading.intent is not Intent.OPT_OUT or not _waits_for_call(conversation):
        return reading
    if not _NO_CALL.search(reading.text) or _NO_MESSAGES.search(reading.text):
        return reading
    tags = reading.tags | {Tag.WITHDRAWS}
    return replace(_dropped(reading, Intent.OPT_OUT, otherwise=Intent.DENY), tags=tags)


def _waits_for_call(conversation: Conversation) -> bool:
    question, waits = conversation.dialogue.question, conversation.open_handoff
    is_asked = question is not None and question.asked is Asked.CALLBACK_TIME
    return is_asked or (waits is not None and waits.reason is HandoffReason.CALLBACK)


_SOON = re.compile(
    r"[尽儘][快早]|[会會]还的|[会會]還的|一定(?:会|會)?[还還]|[会會][还還畀俾付缴繳](?:清|钱|錢)?[的㗎嘅]"
)


def _with_vague_promise(reading: Understanding, conversation: Conversation) -> Understanding:
    """尽快还, 会还的: willing, with no day yet; a day is asked for."""
    is_guess = reading.intent in (Intent.REFUSE, Intent.UNCLEAR) and not reading.entities
    blocked = {Tag.NEGATED, Tag.WILL_NOT, Tag.CANNOT, Tag.PAST, Tag.CONDITIONAL}
    if not is_guess or reading.tags & blocked or not _SOON.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)


_CALLS = re.compile(
    r"[电電][话話]|打|来电|來電|[联聯]|微信|[加找回]|\b(?:call\w*|phone|ring|reach|contact|speak|talk)\b",
    re.IGNORECASE,
)


def _with_later_hour(reading: Understanding, conversation: Conversation) -> Understanding:
    """在忙 五点后说: a time at which to go on, where no call is spoken of."""
    if reading.intent is not Intent.REQUEST_CALLBACK or reading.band is Band.ACT:
        return reading
    has_hour = any(e.kind is EntityKind.TIME for e in reading.entities)
    if not has_hour or reading.evidence.keyword is not None or _CALLS.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.BUSY)
    return replace(reading, intent=Intent.BUSY, also=also)


def _with_correction(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "Wait, make it the 27th" puts something right; nobody asks for a pause."""
    if reading.intent is not Intent.BUSY or Tag.CORRECTION not in reading.tags:
        return reading
    if not reading.entities:
        return reading
    return _dropped(reading, Intent.BUSY, otherwise=Intent.PROMISE_TO_PAY)


def _with_wish_for_plan(reading: Understanding, conversation: Conversation) -> Understanding:
    """Asked whether one day is right, or who he is, "7 payments on the 19th" answers neither."""
    question = conversation.dialogue.question
    if question is None or question.owner not in ("promise", "identity"):
        return reading
    if reading.intent is not Intent.AFFIRM:
        return reading
    kinds = {e.kind for e in reading.entities}
    if not kinds & {EntityKind.COUNT, EntityKind.FREQUENCY}:
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS)


# Without one of these nobody asks for a paper: 收据我拍了照 only says that there is one.
_WANTS_PAPER = re.compile(
    r"[开開要想寄攞索领領求补補]|[发發给給畀传傳]我|[发發给給畀传傳]份|提供|可[以唔不否]|能[不否]|[麻唔][烦該该]|证明|證明"
    r"|\b(?:send|need|want|get|give|issue|provide|email|mail|request|please|pls|can|could|may)\b",
    re.IGNORECASE,
)


# 有结清证明 你们查查: a paper that he has himself.
_HAS_PAPER = re.compile(
    r"(?<![没沒有])有(?:[结結]清|付款|[转轉][账帳]|[还還]款)?(?:[证證]明|收[据據]|[凭憑][证證]|截[图圖]|[记記][录錄])"
    r"|(?:[证證]明|收[据據]|[凭憑][证證]|截[图圖])(?:我)?(?:都|[还還]|也)?(?:有|在|[拍留存])"
)


def _without_idle_receipt(reading: Understanding, conversation: Conversation) -> Understanding:
    """A receipt that he has is told of beside a claim of payment; none is asked for."""
    if reading.intent is not Intent.RECEIPT or Intent.ALREADY_PAID not in reading.also:
        return reading
    if _HAS_PAPER.search(reading.text) and Tag.ASKS not in reading.tags:
        return _dropped(reading, Intent.RECEIPT)
    if Tag.ASKS in reading.tags or _WANTS_PAPER.search(reading.text):
        return reading
    return _dropped(reading, Intent.RECEIPT)


def _without_other_bill(reading: Understanding, conversation: Conversation) -> Understanding:
    if Intent.ALREADY_PAID not in reading.intents or "租" in conversation.case().account.product:
        return reading
    rest, found = OTHER_BILL.subn(" ", reading.text)
    if not found or (reading.intent is Intent.ALREADY_PAID and _SAYS_PAID.search(rest)):
        return reading
    return _dropped(reading, Intent.ALREADY_PAID)


def _dropped(
    reading: Understanding, intent: Intent, *, otherwise: Intent | None = None
) -> Understanding:
    """The reading without one intent; `otherwise` is what is left where it stood alone."""
    rest = tuple(i for i in reading.intents if i is not intent)
    lead, *also = rest or (otherwise or Intent.UNCLEAR,)
    return replace(reading, intent=lead, also=tuple(also))


RULES = (
    Rule("talk.person_wanted", _with_person_wanted),
    Rule("talk.vague_promise", _with_vague_promise, {Intent.REFUSE, Intent.UNCLEAR}),
    Rule("talk.call_withdrawn", _with_call_withdrawn, {Intent.OPT_OUT}),
    Rule("talk.claim_told", _with_claim_told, {Intent.DISPUTE_AMOUNT}, of_kinds=OF_DAYS),
    Rule("talk.guessed_denial", _without_guessed_denial, {Intent.DISPUTE_DEBT}),
    Rule("talk.idle_dispute", _without_idle_dispute, {Intent.DISPUTE_AMOUNT}),
    Rule("talk.own_slip", _without_own_slip, {Intent.DISPUTE_AMOUNT}),
    Rule("talk.dispute_of_day", _without_dispute_of_day, {Intent.DISPUTE_AMOUNT}),
    Rule("talk.guessed_stranger", _without_guessed_stranger, {Intent.WRONG_PERSON}),
    Rule(
        "talk.time_asked",
        _with_time_asked,
        {*_TO_BE_TIME, Intent.BUSY, Intent.UNCLEAR},
        of_kinds=OF_DAYS,
    ),
    Rule("talk.stranger_who_owes", _without_stranger_who_owes, {Intent.WRONG_PERSON}),
    Rule(
        "talk.later_hour", _with_later_hour, {Intent.REQUEST_CALLBACK}, of_kinds={EntityKind.TIME}
    ),
    Rule("talk.day_beside", _with_day_beside, {Intent.UNCLEAR}, of_kinds=OF_DAYS),
    Rule("talk.day_to_pay", _with_day_to_pay, {Intent.REQUEST_EXTENSION, Intent.HARDSHIP}),
    Rule("talk.payment_made", _with_payment_made, {Intent.PROMISE_TO_PAY}),
    Rule("talk.payment_thought", _without_payment_thought, {Intent.ALREADY_PAID}),
    Rule("talk.correction", _with_correction, {Intent.BUSY}),
    Rule(
        "talk.wish_for_plan",
        _with_wish_for_plan,
        {Intent.AFFIRM},
        of_kinds={EntityKind.COUNT, EntityKind.FREQUENCY},
        of_question={"promise", "identity"},
    ),
    Rule("talk.grumble", _without_grumble, {Intent.COMPLAINT}),
    Rule("talk.idle_complaint", _without_idle_complaint, {Intent.COMPLAINT}),
    Rule("talk.other_bill", _without_other_bill, {Intent.ALREADY_PAID}),
    Rule("talk.dispute_of_failure", _without_dispute_of_failure, {Intent.DISPUTE_DEBT}),
    Rule("talk.idle_receipt", _without_idle_receipt, {Intent.RECEIPT}),
)
