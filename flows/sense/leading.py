"""Which intent leads: the reading put right by what was said before, with the gravest in front."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from flows import facts, naming
from flows.dialogues import ASIDES, ORDER, SAFETY, URGENT
from flows.model import Conversation
from flows.replacing import replace
from flows.sense import in_talk
from flows.sense.named import OF_PARTS, Rule, Table, applied
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Band, EntityKind, Role, Tag, Understanding

_NEVER_GUESSED_AWAY = frozenset({*SAFETY, Intent.DISPUTE_DEBT})


# What a wish for instalments is easily taken for when it names no plan, only figures.
_BESIDE_INSTALMENTS = frozenset(
    {
        Intent.REQUEST_EXTENSION,
        Intent.PARTIAL_PAYMENT,
        Intent.PROMISE_TO_PAY,
        Intent.HARDSHIP,
        Intent.UNCLEAR,
    }
)


# A question beside one of these is answered beside it; the wish itself leads.
WISHES = (
    Intent.REQUEST_INSTALMENTS,
    Intent.PROMISE_TO_PAY,
    Intent.PARTIAL_PAYMENT,
    Intent.REQUEST_EXTENSION,
    Intent.PAY_NOW,
)


# Words that make "that is wrong" a matter of the bill, not of what was just proposed or noted.
_BILL_WORDS = re.compile(
    r"金[额額]|[数數]目|利息|[费費]|[账帳]|欠|\b(?:amount|balance|fees?|interest|charge[sd]?|bill|owe)\b",
    re.IGNORECASE,
)


def ordered(reading: Understanding, conversation: Conversation) -> Understanding:
    """The reading as it stands in this talk, with the intent that leads in front."""
    reading = applied(reading, conversation, _TABLE)
    if not reading.also:
        return reading
    intents = sorted(set(reading.intents), key=_rank(_leader(reading)))
    return replace(reading, intent=intents[0], also=tuple(intents[1:]))


_PUT_RIGHT = "instead.rhythm_named"


def _without_weak_guess(reading: Understanding, conversation: Conversation) -> Understanding:
    """Figures that may answer the open question outweigh an intent that is half a guess."""
    if conversation.dialogue.question is None or reading.band is not Band.CLARIFY:
        return reading
    if any(intent in _NEVER_GUESSED_AWAY for intent in reading.intents):
        return reading
    if not reading.entities and not facts.has_figure(reading.text):
        return reading
    if reading.intent is Intent.PROMISE_TO_PAY and Tag.WHOLE in reading.tags:
        # "Can I just pay it all next week" is no figure of the plan that was read back.
        return reading
    if _PUT_RIGHT in reading.evidence.rules:
        # "80", then "a month I mean": a rule heard the rhythm, however unsure the model is.
        return reading
    return replace(reading, intent=Intent.UNCLEAR, tags=reading.tags | {Tag.CORRECTION})


_BY_NAME = 0.95


def _as_stranger(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "I'm not Daniel" is a wrong person, whatever else the message says; "I am" is none."""
    if not naming.denies_being(reading.text, conversation.person.name):
        return _as_himself(reading, conversation)
    if Intent.DECEASED in reading.intents:
        return reading
    also = _distinct(reading.intents)
    if reading.evidence.keyword is None:
        # "Daniel doesn't live here" says nothing of a life in danger.
        also = tuple(i for i in also if i is not Intent.VULNERABLE)
    # Told by the name, it is no guess any more.
    return replace(
        reading, intent=Intent.WRONG_PERSON, also=also, confidence=_BY_NAME, band=Band.ACT
    )


def _as_himself(reading: Understanding, conversation: Conversation) -> Understanding:
    if reading.intent is _DECEASED and conversation.is_bound:
        return _as_mourner(reading, conversation)
    is_taken_for_other = reading.intent is _WRONG_PERSON and reading.evidence.keyword is None
    if not is_taken_for_other or not naming.claims_being(reading.text, conversation.person.name):
        return reading
    others = tuple(i for i in reading.also if i is not Intent.WRONG_PERSON)
    lead, *also = others or (Intent.AFFIRM,)
    return replace(reading, intent=lead, also=tuple(also))


def _as_mourner(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "This is Graham. My wife passed last week": the customer himself tells of another's death."""
    also = tuple(i for i in reading.also if i is not Intent.HARDSHIP)
    if naming.affirms_being(reading.text, conversation.person.name):
        return replace(reading, intent=Intent.HARDSHIP, also=also)
    wish = next((i for i in also if i in WISHES), None)
    if wish is None or not _OF_OWN_KIN.search(reading.text) or _OF_HIS.search(reading.text):
        return reading
    # 我老伴走了 我下周三去交: who buries his kin and names his own day is the customer.
    rest = tuple(i for i in also if i is not wish)
    return replace(reading, intent=wish, also=(*rest, Intent.HARDSHIP))


_OF_OWN_KIN = re.compile(
    r"我(?:的|嘅|[个個])?(?:老[伴公婆]|[爱愛]人|[阿]?[爸妈媽爷爺奶公婆][爸妈媽爷爺奶公婆]?|老[豆母爸妈媽]|父[亲親]|母[亲親]|丈夫|妻子|先生|太太|[儿兒]子|女[儿兒]|[哥弟姐妹]{1,2})[^,，。他她佢]{0,6}(?:走[了咗]|[去过過]世|病[逝故]|不在[了咗]|[过過][咗了]身)"
)
_OF_HIS = re.compile(
    r"[他她佢][^,，。]{0,3}(?:的|嘅|欠|借)|[替帮幫][他她佢]|[户戶机機]主|遗产|遺產|[继繼]承|我(?:是|系|係)[他她佢]"
)


def _distinct(intents: tuple[Intent, ...]) -> tuple[Intent, ...]:
    """The intents that carry a matter of their own beside a graver one."""
    plain = {Intent.UNCLEAR, Intent.DENY, Intent.IDENTITY_QUERY, Intent.GREETING}
    plain |= {Intent.WRONG_PERSON}
    return tuple(intent for intent in intents if intent not in plain)


_WISHES_BESIDE_A_CLAIM = frozenset(
    {Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY}
)


def _with_claim_of_part(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "I paid half already" beside a wish is a claim too: booked payments are looked at."""
    if Tag.PAST not in reading.tags or Intent.ALREADY_PAID in reading.intents:
        return reading
    is_wish = reading.intent in _WISHES_BESIDE_A_CLAIM
    is_paid = any(
        e.role is Role.PAID and e.kind in (EntityKind.AMOUNT, EntityKind.SHARE)
        for e in reading.entities
    )
    if not is_wish or not is_paid:
        return reading
    return replace(reading, also=(*reading.also, Intent.ALREADY_PAID))


# Who stands for the customer: without one of these a time bar is a ground of dispute, no lawyer.
_REPRESENTED = re.compile(
    r"律[师師]|破[产產]|代理|法院|[债債][务務]重|\b(?:lawyers?|attorney|solicitor|bankrupt\w*|chapter|trustee"
    r"|court|represent\w*|iva|dro)\b",
    re.IGNORECASE,
)


def _without_bar(reading: Understanding, conversation: Conversation) -> Understanding:
    """A time-barred debt is disputed; that alone brings no representative into the talk."""
    if reading.intent is not Intent.DISPUTE_DEBT or Intent.LEGAL not in reading.also:
        return reading
    if _REPRESENTED.search(reading.text):
        return reading
    return replace(reading, also=tuple(i for i in reading.also if i is not Intent.LEGAL))


def _leader(reading: Understanding) -> Intent:
    """The reader's own first choice, unless a wish stands beside a question or a claim."""
    if reading.intent in ASIDES:
        return next((wish for wish in WISHES if wish in reading.also), reading.intent)
    is_priced = any(e.kind is EntityKind.COUNT for e in reading.entities)
    if reading.intent is Intent.REQUEST_DISCOUNT and is_priced and claims_plan(reading):
        # "4 payments from December 1, and drop the late fees": the plan goes on meanwhile.
        return Intent.REQUEST_INSTALMENTS
    claims_and_asks = Intent.REQUEST_INSTALMENTS in reading.also
    if reading.intent is Intent.ALREADY_PAID and claims_and_asks:
        return Intent.REQUEST_INSTALMENTS
    # 我还了一半: a part that is paid is a claim; what is to come is talked about afterwards.
    is_past = Intent.ALREADY_PAID in reading.also and Tag.PAST in reading.tags
    if reading.intent is Intent.PARTIAL_PAYMENT and is_past:
        return Intent.ALREADY_PAID
    # "My mum is ill. How do I pay?" tells why it is late; what is wanted is a way to pay.
    in_need = reading.tags & {Tag.CANNOT, Tag.WILL_NOT, Tag.HEDGE}
    if reading.intent is Intent.HARDSHIP and Intent.PAY_NOW in reading.also and not in_need:
        return Intent.PAY_NOW
    return reading.intent


def claims_plan(reading: Understanding) -> bool:
    """Whether a wish for instalments with a day stands beside the first intent."""
    has_day = any(e.kind in (EntityKind.DATE, EntityKind.PAY_DAY) for e in reading.entities)
    return Intent.REQUEST_INSTALMENTS in reading.also and has_day


# What denies a debt: without any of it a guess at that, beside another matter, is idle.
_DENIES = re.compile(
    r"[不没沒冇唔][^,，。]{0,4}(?:[借欠贷貸办辦开開签簽用刷买買认認]|是我)|[冒盗盜][用刷]|[诈詐][骗騙]"
    r"|\bnever\b|n't (?!trying|because|that)|\b(?:dont|didnt|isnt|wasnt|havent)\b|\bnot (?!trying|because|that)|\bno (?:idea|such)\b|\b(?:scam|fraud|stolen|identity)",
    re.IGNORECASE,
)
_BESIDE_A_GUESS = (Intent.DISPUTE_AMOUNT, Intent.REQUEST_DISCOUNT)


def _without_guessed_debt(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "I don't owe that much" at the end of a story: the sum is wrong, the debt is his."""
    if reading.intent is not Intent.DISPUTE_DEBT or reading.evidence.keyword is not None:
        return reading
    beside = next((i for i in reading.also if i in _BESIDE_A_GUESS), None)
    is_idle = beside is Intent.DISPUTE_AMOUNT or not _DENIES.search(reading.text)
    if beside is None or reading.band is not Band.CLARIFY or not is_idle:
        return reading
    return replace(reading, intent=beside, also=tuple(i for i in reading.also if i is not beside))


def _without_false_dispute(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "That isn't right, the 15th" corrects what we proposed or noted; it disputes no bill."""
    if Intent.DISPUTE_AMOUNT not in reading.intents or _is_about_bill(reading, conversation):
        return reading
    counts = sum(e.kind is EntityKind.COUNT for e in reading.entities)
    days = sum(e.kind is EntityKind.DATE for e in reading.entities)
    corrects_itself = counts > 1 or (counts > 0 and Tag.SPLIT in reading.tags)
    # 周五还 不对 是周六, told in one burst.
    has_other_day = days > 1 and Tag.CORRECTION in reading.tags
    renames = _is_confirming(conversation) and any(
        e.kind in _FIGURES_OF_PLAN for e in reading.entities
    )
    if Tag.CORRECTION not in reading.tags and not corrects_itself and not renames:
        return reading
    is_known = bool(counts) or has_other_day or _has_something_to_correct(conversation)
    if not is_known:
        return reading
    others = tuple(i for i in reading.intents if i is not Intent.DISPUTE_AMOUNT)
    if counts and not others:
        others = (Intent.REQUEST_INSTALMENTS,)
    lead, *also = others or (Intent.DENY,)
    tags = reading.tags | {Tag.CORRECTION}
    return replace(reading, intent=lead, also=tuple(also), tags=tags)


def _is_about_bill(reading: Understanding, conversation: Conversation) -> bool:
    """Whether the words find fault with the bill, and not with a figure we read back."""
    ours = _our_sums(conversation)
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    wrong = [e.value for e in sums if e.role is Role.WRONG]
    if any(value not in ours for value in wrong):
        return True
    return bool(_BILL_WORDS.search(reading.text))


def _our_sums(conversation: Conversation) -> set[Decimal]:
    """The sums of what was proposed or promised last, in major units."""
    proposals = conversation.dialogue.proposals[-1:]
    sums = [p.promise.amount for p in proposals if p.promise is not None]
    sums += [p.plan.regular for p in proposals if p.plan is not None]
    standing = conversation.case().open_promise
    if standing is not None:
        sums.append(standing.amount)
    return {Decimal(str(money.decimal)) for money in sums}


# "Six after all" renames a figure of what was read back; a sum alone may be about the bill.
_FIGURES_OF_PLAN = (
    EntityKind.COUNT,
    EntityKind.PAY_DAY,
    EntityKind.DATE,
    EntityKind.FREQUENCY,
)


def _is_confirming(conversation: Conversation) -> bool:
    question = conversation.dialogue.question
    return question is not None and question.asked is Asked.CONFIRM


def _has_something_to_correct(conversation: Conversation) -> bool:
    if _is_confirming(conversation):
        return True
    case = conversation.case()
    return case.open_promise is not None or case.live_plan is not None


# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_COUNT, _FREQUENCY, _START = EntityKind.COUNT, EntityKind.FREQUENCY, Role.START
_DECEASED, _WRONG_PERSON = Intent.DECEASED, Intent.WRONG_PERSON


def _with_plan_figures(reading: Understanding, conversation: Conversation) -> Understanding:
    """A sum or a number of payments with a rhythm is a plan, whatever the words resemble."""
    if not reading.entities:
        return reading
    said = {(e.kind, e.role) for e in reading.entities}
    kinds, roles = {kind for kind, _ in said}, {role for _, role in said}
    number, rhythm = _COUNT in kinds, _FREQUENCY in kinds
    # 每月12号还150: a sum on the same day of every month.
    daily = EntityKind.PAY_DAY in kinds and (EntityKind.AMOUNT, None) in said
    is_plan = (Role.PER_INSTALMENT in roles or number or daily) and rhythm
    is_guess = reading.band is not Band.ACT and reading.intent not in _NEVER_GUESSED_AWAY
    # 就按刚才说的 4期 10号: half a guess, but the number is one of payments.
    is_told = is_guess and any(
        e.kind is EntityKind.COUNT and "期" in e.text for e in reading.entities
    )
    starts = _START in roles
    is_plan = is_plan or (number and (starts or Tag.SPLIT in reading.tags)) or is_told
    if not is_plan or not (is_guess or reading.intent in _BESIDE_INSTALMENTS):
        return reading
    if Tag.PAST in reading.tags or Tag.NEGATED in reading.tags:
        return reading
    also = (reading.intent, *reading.also) if reading.intent is Intent.HARDSHIP else reading.also
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


_PLACES = {intent: place for place, intent in enumerate(ORDER)}


def _rank(lead: Intent) -> Callable[[Intent], tuple[int, int]]:
    """Urgent intents come by their order; below that the leader."""

    def rank(intent: Intent) -> tuple[int, int]:
        place = _PLACES[intent]
        if intent in URGENT:
            return 0, place
        return (1, 0) if intent is lead else (2, place)

    return rank


_OWN_LAWYER = re.compile(
    r"\bmy (?:attorney|lawyer|solicitor|barrister|trustee)\b|我(?:的|嘅)?(?:代表)?律[师師]",
    re.IGNORECASE,
)


def _with_own_lawyer(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "My attorney is Dale, call him not me": who has a lawyer of his own is no stranger."""
    both = {Intent.LEGAL, Intent.WRONG_PERSON} <= set(reading.intents)
    if not both or not conversation.is_bound:
        return reading
    if not _OWN_LAWYER.search(reading.text):
        return reading
    rest = tuple(i for i in reading.intents if i is not Intent.WRONG_PERSON)
    return replace(reading, intent=rest[0], also=rest[1:])


FIRST = (Rule("talk.weak_guess", _without_weak_guess),)
THEN = (
    Rule("talk.stranger", _as_stranger),
    Rule("talk.own_lawyer", _with_own_lawyer, {Intent.WRONG_PERSON}),
    Rule("talk.claim_of_part", _with_claim_of_part, _WISHES_BESIDE_A_CLAIM, of_kinds=OF_PARTS),
    Rule("talk.time_bar", _without_bar, {Intent.DISPUTE_DEBT}),
    Rule("talk.guessed_debt", _without_guessed_debt, {Intent.DISPUTE_DEBT}),
    Rule("talk.false_dispute", _without_false_dispute, {Intent.DISPUTE_AMOUNT}),
    Rule(
        "talk.plan_figures", _with_plan_figures, of_kinds={EntityKind.COUNT, EntityKind.FREQUENCY}
    ),
)
# One table, so that it is found out once which rules are asked of a reading.
_TABLE = Table((*FIRST, *in_talk.RULES, *THEN))
