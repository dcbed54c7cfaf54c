"""Deceit and trespass: a bot as a person, sensitive remarks, secrets, rewards, rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from flows.policy.guard.grammar import Setting, Span, is_same_clause, near, sentences, span
from flows.policy.guard.lexicon import Word
from flows.policy.guard.reading import Reading, Sentence, bit
from flows.policy.guard.view import HAN, holds_any

_COND, _WE, _PAY, _TELL, _HELP = (bit(n) for n in ("cond", "we", "pay", "tell", "help"))
_AGENCY = bit("agency_ok")


_I_AM, _ROLE, _MACHINE, _HUMAN = (bit(n) for n in ("i_am", "person_role", "machine", "human_claim"))
_SURNAME = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_NAMED_HAN = re.compile(
    rf"(?:我是|本人是?|这里是|这边是|我叫|在下)[^,。自动]{{0,12}}?(?:[小老阿][{_SURNAME}明华丽芳强伟敏静杰]|[{_SURNAME}](?:先生|女士|小姐|经理|主任|老师|律师|专员|组长|主管))"
    rf"|(?:我姓|本人姓|敝姓|敝人姓|在下姓|免贵姓)[{HAN}]|(?:我叫|我的名字(?:是|叫)|本人叫)[{HAN}]{{1,4}}|工号\d+"
)
_NAMED_EN = re.compile(
    r"\bmy name(?: is|'s)? (?!on )\w+"
    r"|\b(?:i am|this is|it is|it's) (?:only |just )?(?P<one>[a-z]+)(?: [a-z]+)?(?=[,.!]| from\b| with\b| at\b| and\b| here\b| calling\b| speaking\b| again\b|$)"
    r"|(?:^|[,.!] ?|\b(?:hi|hello|hey),? )(?P<two>[a-z]+)(?: [a-z]+)? here\b(?: (?:from|at|with|again))?"
    r"|\b(?:call|ask for|speak to) me\b"
)
_I_AM_ROLE = re.compile(
    r"\b(?:i am|this is) (?:(?:your|the|a|an|one of our|one of the|from|new|own|personal|dedicated|assigned|senior|account|case|customer|collection|collections|payment|billing|loan|debt|service|support|care|human|real|live|trained|qualified) )+"
    r"(?:agent|representative|rep|advisor|adviser|manager|handler|worker|caseworker|specialist|officer|supervisor|consultant|employee|associate|operator|counsellor|counselor|negotiator|collector|person|human|team|department|lawyer|attorney|solicitor)\b"
)
_CALLS_ITSELF = re.compile(
    r"(?:想找|要找|找|转|需要|请回|回复|如需|接)[^,。]{0,4}$|\b(?:want|get|to|with|reach|a|by|for) $"
)


_YOU_TALK_TO = re.compile(
    r"\byou are (?:talking|speaking|chatting|texting) (?:to|with) (?:a |an |the )?$"
)


_HUMAN_SURE = bit("human_sure")
_ASKS_FOR = re.compile(
    r"想找|想和|想与|要找|需要|请回|如需|转接|转给|要不要|would you|if you (?:want|would)|do you want"
)


def claims_person(reading: Reading, setting: Setting) -> Iterator[Span]:
    """The bot as a person. Our own rule: the answer to `are you a robot` is true."""
    if setting.kind == "agent":
        return
    known = {name.lower() for name in (*setting.creditor.split(), *setting.agent_name.split())}
    for sentence in reading.sentences:
        if sentence.classes & _I_AM:
            yield from _introductions(sentence, known)
        for word in sentence.all(_HUMAN):
            before = sentence.text[: word.start - sentence.start]
            is_offered = _CALLS_ITSELF.search(before) and not _YOU_TALK_TO.search(before)
            says_i = sentence.classes & (_I_AM | _WE) and not is_offered
            if says_i or word.text.startswith("不是"):
                yield word.start, word.end
        if not _ASKS_FOR.search(sentence.text):
            yield from span(sentence.first(_HUMAN_SURE))
        is_named = sentence.classes & _I_AM or " here" in sentence.text
        here = _NAMED_EN.search(sentence.text) if is_named else None
        if here and (here["one"] or here["two"] or "mark") in _given_names() - known:
            yield sentence.start + here.start(), sentence.start + here.end()


def _introductions(sentence: Sentence, known: set[str]) -> Iterator[Span]:
    if sentence.classes & _MACHINE:
        return
    for pattern in (_NAMED_HAN, _I_AM_ROLE):
        match = pattern.search(sentence.text)
        if match and not known & set(match[0].split()):
            yield sentence.start + match.start(), sentence.start + match.end()
    first = sentence.first(_I_AM)
    role = sentence.first(_ROLE)
    if not (sentence.is_han and first and role and first.end <= role.start):
        return
    is_place = first.text in ("这里是", "这边是") and "客服" in role.text
    if not is_place and role.start - first.end <= 12 and is_same_clause(sentence, first, role):
        yield first.start, role.end


@cache
def _given_names() -> frozenset[str]:
    text = files(__package__).joinpath("names.txt").read_text("utf-8")
    return frozenset(text.split()) - {"will", "grant", "faith", "bill", "may", "hope"}


_ILLNESS, _RELIGION, _ETHNIC, _FAMILY = (
    bit(n) for n in ("illness", "religion", "ethnic", "family_state")
)
_SOURCE, _SOURCE_VERB, _SOURCE_ASK = bit("source"), bit("source_verb"), bit("source_ask")
_SOURCE_WHOLE, _DEBT = bit("source_whole"), bit("debt")
_SOURCE_USE, _SOURCE_OWN = bit("source_use"), bit("source_own")
_LINE = re.compile(r"热线|专线|helpline|hotline|lifeline|crisis|samaritans")
_MONEY = re.compile(r"\b(?:money|pay|lend|borrow|cash|advance|cover|funds|loan)\b")
_SECRET, _GIVE, _PARTIAL = bit("secret"), bit("give"), bit("partial")
_ADVISED = re.compile(
    r"(?:请勿|切勿|勿|不要|别|不可|不得|不应|毋)(?:再)?(?:随意|轻易|随便)?(?:将|把|向)?[^,。]{0,8}$"
    r"|\b(?:do not|never|not to|not|avoid)(?: ever)?(?: \w+)? ?$"
)
_KEPT_SAFE = re.compile(
    r"妥善保管|保管好|任何人|他人|外人|陌生人|\b(?:anyone|anybody|others|someone else)\b|keep your \w+ (?:safe|private|secret)"
)
_OUR_OWN = re.compile(r"我们|我司|本公司|我行|\b(?:we|our|us)\b")
_NEVER_ASKED = ("identity_reply", "identity_bound")


_REMARK = bit("sensitive_remark")
_PRIVATE_LIFE = _REMARK | _SOURCE | _SOURCE_WHOLE | _RELIGION | _ETHNIC | _ILLNESS | _FAMILY


# Others may pay for him, and he need not borrow: no remark on where the money should come from.
_FREELY = re.compile(
    r"(?:家人|亲友|朋友|他人)可以代[您你]|(?:不用|不必|不需要|无需)(?:再)?(?:向[^,。]{1,8})?借"
    r"|\b(?:may|can) pay for you\b|\b(?:need not|do not need to|no need to) borrow\b"
)
_LENDER = re.compile(
    r"\b(?:payday lenders?|loan sharks?|pawn ?(?:shops?|brokers?))\b[^.!?]{0,30}\b(?:cash|money|lend|give|cover|help)\b"
)


def sensitive(reading: Reading, setting: Setting) -> Iterator[Span]:
    """Illness, faith, origin, family, or where the money should come from. CN-21, GDPR art. 9."""
    for sentence in sentences(reading, _PRIVATE_LIFE):
        if _FREELY.search(sentence.text):
            continue
        lender = _LENDER.search(sentence.text)
        if lender:
            yield sentence.start + lender.start(), sentence.start + lender.end()
        sold = near(sentence, _SOURCE_VERB, _SOURCE, reach=(8, 34))
        if sold:
            yield sold
        used = near(sentence, _SOURCE_USE, _SOURCE_OWN, reach=(3, 14), ordered=True)
        if used and sentence.classes & _PAY:
            yield used
        if sentence.classes & (_PAY | _DEBT):
            yield from span(sentence.first(_SOURCE_WHOLE))
        asked = near(sentence, _SOURCE_ASK, _SOURCE, reach=(6, 24))
        if asked and _MONEY.search(sentence.text) and not sentence.classes & _AGENCY:
            yield asked
        yield from span(sentence.first(_RELIGION | _ETHNIC | _REMARK))
        yield from _conditions(sentence)


# Sympathy is no remark as long as nothing is asked with it.
_KIND_WISH = re.compile(
    r"早日康复|保重|好好休息|安心(?:休养|养病|治疗)|先照顾|照顾好(?:自己|身体|家|孩子)|节哀"
    r"|\bget well\b|\bfeel better\b|\btake care of (?:yourself|your)\b|\bsorry to hear\b|\bsorry for your loss\b"
)
_UNKIND = re.compile(
    r"但|不过|可是|也得|也要|还是要|尽快|赶紧|马上|借口|理由|\b(?:but|still|must|have to|however|even so|no excuse|no reason)\b"
)


def _conditions(sentence: Sentence) -> Iterator[Span]:
    """Illness and family as a remark; not where help is offered to whoever may need it."""
    if sentence.classes & _AGENCY or _LINE.search(sentence.text):
        return
    if _KIND_WISH.search(sentence.text) and not _UNKIND.search(sentence.text):
        return
    if sentence.classes & _COND and sentence.classes & (_HELP | _TELL):
        return
    yield from span(sentence.first(_ILLNESS | _FAMILY))


def secrets(reading: Reading, setting: Setting) -> Iterator[Span]:
    """A request for a password, code, full card or ID number. Fraud; 12 CFR 1006.18(d).

    The answers to `who are you` may say that we never ask; anyone may be told to send none.
    """
    for sentence in sentences(reading, _SECRET):
        for word in sentence.all(_SECRET):
            if _is_part(sentence, word):
                continue
            asked = _asking_word(sentence, word)
            if asked and not _is_advice(sentence, asked, setting):
                yield min(word.start, asked.start), max(word.end, asked.end)
                break


def _asking_word(sentence: Sentence, secret: Word) -> Word | None:
    """The word that asks for it: the nearest before, else the first after."""
    words = [word for word in sentence.all(_GIVE) if word is not secret]
    before = [word for word in words if word.start <= secret.start]
    return before[-1] if before else (words[0] if words else None)


_NOT_ASKED = re.compile(
    r"(?:不需要|无需|不用|不必|无须)[^,。]{0,6}$"
    r"|\b(?:not have to|not need to|need not|no need to|without) (?:\w+ )?$"
)


_OTHERS_ASK = re.compile(
    r"(?:有人|任何人|对方|陌生人)[^。]{0,8}(?:索取|索要|要|问)[^。]{0,10}(?:不要|别|勿|不能)(?:给|提供|告诉|发|说|传)"
    r"|\b(?:somebody|someone|anyone|anybody|a stranger) asks?\b[^.]{0,40}\b(?:do not|don't|never) (?:give|share|tell|send)\b"
)


def _is_advice(sentence: Sentence, asked: Word, setting: Setting) -> bool:
    before = sentence.text[: asked.start - sentence.start]
    if _NOT_ASKED.search(before) or _OTHERS_ASK.search(sentence.text):
        return True
    if not _ADVISED.search(before) and not re.search(r"不会|不|never|not", before[-14:]):
        return False
    if _OUR_OWN.search(before):
        return setting.template in _NEVER_ASKED or _is_assurance(sentence, before, setting)
    return bool(_ADVISED.search(before) or _KEPT_SAFE.search(sentence.text))


# "We will never ask you for", with nothing that takes it back afterwards.
_ASSURED = re.compile(
    r"(?:我们|我司|本公司|我行)(?:的?(?:同事|客服|工作人员))?(?:绝|从|永远)?不(?:会|需要)?(?:以任何方式|主动|向您|向你|跟您)?$"
    r"|\b(?:we|our (?:team|staff|colleagues|people))(?: will| would)? (?:never|not)(?: ever)?(?: ask| need| want| request)?"
    r"(?: you)?(?: for| to| any| your)* ?$"
)
_TAKEN_BACK = re.compile(
    r"除了|除非|只有|但|不过|这次|现在|请|\b(?:except|unless|but|only|until|just|this time|now|please|so)\b"
)


def _is_assurance(sentence: Sentence, before: str, setting: Setting) -> bool:
    """A person may tell a worried customer that nobody here ever asks for it."""
    is_person = setting.kind == "agent"
    return is_person and bool(_ASSURED.search(before)) and _TAKEN_BACK.search(sentence.text) is None


def _is_part(sentence: Sentence, word: Word) -> bool:
    """The last four of a number are no secret."""
    reach = 8 if sentence.is_han else 32
    return any(
        -len(part.text) <= max(part.start, word.start) - min(part.end, word.end) <= reach
        for part in sentence.all(_PARTIAL)
    )


_WITHDRAW, _COMPLAINT, _BENEFIT = bit("withdraw"), bit("complaint"), bit("benefit")
_RIGHT, _DENIAL, _DENIAL_SOFT, _BUT = (bit(n) for n in ("right", "denial", "denial_soft", "but"))
_FIRST, _LIGHT = bit("first"), bit("sanction_light")
_OUR_LIMIT = re.compile(r"(?:我们|本公司|暂时)(?:暂时|目前|今天)?$|\b(?:we|i)(?: \w+)? $")
_NO_EFFECT = re.compile(
    r"不(?:会)?影响|does not (?:change|affect)|will not (?:change|affect)|not affect"
)


def reward(reading: Reading, setting: Setting) -> Iterator[Span]:
    """A plan or discount for silence. CN-18, CONC 7.2.1R."""
    for sentence in sentences(reading, _BENEFIT):
        both = next((w for w in sentence.all(_WITHDRAW) if w.classes & _COMPLAINT), None)
        found = near(sentence, _WITHDRAW, _COMPLAINT, reach=(10, 40)) or next(span(both), None)
        if found and not _NO_EFFECT.search(sentence.text):
            yield found


# The right comes after the money: `you may dispute it once you have paid`.
_AFTER_MONEY = re.compile(
    r"(?:异议|退订|停止(?:接收|信息|消息|讯息|短信|简讯)|取消订阅|投诉|申诉)[^。!?]{0,12}(?:先|得先|钱得)[^。!?]{0,10}(?:还|付|缴|交)[^。!?]{0,8}(?:再|才|之后|以后)"
    r"|\b(?:opt out|unsubscribe|stop the (?:texts|messages)|dispute (?:it|this)|complain)\b[^.!?]{0,30}\b(?:once|after|as soon as|when)\b[^.!?]{0,24}\b(?:paid|cleared|settled|pay)\b"
)


# No such sentence does without one of these.
_AFTER_MONEY_HINTS = ("先", "钱得", "once", "after", "as soon as", "when")


def rights(reading: Reading, setting: Setting) -> Iterator[Span]:
    """A text that hides or argues with opt-out, dispute or complaint. 12 CFR 1006.6(e), 1006.38."""
    for sentence in reading.sentences if holds_any(reading.text, _AFTER_MONEY_HINTS) else ():
        put_after = _AFTER_MONEY.search(sentence.text)
        if put_after:
            yield sentence.start + put_after.start(), sentence.start + put_after.end()
    for at, sentence in enumerate(reading.sentences):
        if not sentence.classes & _RIGHT or sentence.classes & _RIGHT_OK:
            continue
        for find in (_denied, _argued, _put_last):
            found = find(sentence)
            if found:
                yield found
                break
        else:
            following = next(iter(reading.sentences[at + 1 : at + 2]), None)
            if following and _takes_back(sentence, following):
                yield sentence.start, following.end


# To open a form or to look into a case is no right denied.
_RIGHT_OK, _NOT_NEEDED = bit("right_ok"), bit("not_needed")
_USES = re.compile(
    r"打开|登录|访问|提交|连接|找到|显示|处理|答复|回复|需要|"
    r"\b(?:open|access|load|find|see|submit|answer|process|need|finish\w*|know|tell)\b"
)


def _denied(sentence: Sentence) -> Span | None:
    if _NO_EFFECT.search(sentence.text):
        return None
    found = near(sentence, _RIGHT, _DENIAL)
    if found:
        return found
    for soft in sentence.all(_DENIAL_SOFT):
        if _OUR_LIMIT.search(sentence.text[: soft.start - sentence.start]):
            continue
        for right in sentence.all(_RIGHT):
            between = sentence.text[soft.end - sentence.start : right.start - sentence.start]
            is_far = right.start < soft.end or len(between) > (4 if sentence.is_han else 40)
            if is_far or _USES.search(between) or not is_same_clause(sentence, soft, right):
                continue
            return soft.start, right.end
    return None


def _takes_back(sentence: Sentence, following: Sentence) -> bool:
    """`You want to opt out? Pay first.`"""
    if following.has(_BUT, _LIGHT | _DENIAL):
        return True
    is_question = sentence.text.rstrip().endswith("?")
    return is_question and (following.has(_FIRST, _PAY) or bool(following.classes & _DENIAL))


def _argued(sentence: Sentence) -> Span | None:
    """The right is named, then `but` and what happens all the same."""
    for but in sentence.all(_BUT):
        right = next((w for w in sentence.all(_RIGHT) if w.end <= but.start), None)
        light = next((w for w in sentence.all(_LIGHT | _DENIAL) if w.start >= but.end), None)
        if right and light:
            return right.start, light.end
    after = re.search(r"(?:退订|投诉|申诉|异议|举报)(?:之?后|以后)", sentence.text)
    if after and sentence.classes & _LIGHT:
        return sentence.start + after.start(), sentence.end
    return None


def _put_last(sentence: Sentence) -> Span | None:
    """Payment first, the right afterwards."""
    if not sentence.has(_PAY, _FIRST) or sentence.classes & _NOT_NEEDED:
        return None
    if "without paying" in sentence.text:
        return None
    if sentence.is_han and not re.search(
        r"先[^,。]{0,8}(?:还|付|缴|结清|清)|(?:还|付|缴|结清|清)[^,。]{0,6}(?:之前|前|后|才)",
        sentence.text,
    ):
        return None
    return near(sentence, _RIGHT, _PAY)
