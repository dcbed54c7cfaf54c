"""Exceptions to the model, all of them: named rules that stand over what it would say.

A veto rules intents out by the words; an exception puts another reading in the place of the
model's choice; an idle guess has no word of its own matter. Each name is kept as evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from flows.languages.pattern import Pattern
from flows.languages.rhythms import other_rhythm
from flows.packaged import packaged_table
from flows.replacing import maker
from flows.understanding import rules
from flows.understanding.intents import Intent
from flows.understanding.rules import BLOCKS_CLAIM, DOUBLE_NEGATION, PAYS, Said
from flows.understanding.tags import read_tags
from flows.understanding.values import EntityKind, Tag

# Below it the model is in doubt, and words that say plainly what is meant count for more.
DOUBTFUL = 0.5
# Below it an insult with no insulting word in it is but a guess.
_SURE_INSULT = 0.45
# From it on time is asked for, whatever rhythm is named beside it.
_SURE_DELAY = 0.85
_BLOCKS_PROMISE = frozenset({Tag.CANNOT, Tag.WILL_NOT})
_NO_TIME = Pattern(
    r"(?:也|都)不(?:还|付|给|交|缴)|"
    r"(?:不用|不需要|不必|不要|不想|无需)(?:再)?(?:申请|办)?(?:延期|宽限|延后|缓)"
    r"|(?:don'?t|do not|no longer|no) need (?:for )?(?:any |an |a )?(?:more time|extension|extra time)"
)
_NO_DISCOUNT = Pattern(
    r"(?:不用|不需要|不必|不要|无需)(?:你们?)?(?:减免?|打折|优惠|免息)"
    r"|(?:don'?t|do not|no) need (?:for )?(?:any |a )?(?:discount|reduction|settlement|waiver)"
)
_NO_PERSON = Pattern(
    r"人工|客服|经理|主管|领导|转接?|找人|打给我|回电|打电话|person|human|agent|manager|supervisor|call|anyone|someone"
)
_OWN_DEBT = Pattern(
    r"(?<![不又])是我(?:自己|本人)?(?:借|办|刷|签|用|买|开|欠)的(?!吗|\?)(?!.{0,3}(?:家|朋友|弟|哥|姐|妹))"
    r"|this is my (?:debt|account|bill|loan)|(?:^| )i (?:did )?(?:open|opened|took out|signed for) (?:this|the) (?:account|loan)"
)
# Of 应该 and 大概 none: 大概八点 is an hour.
_HEDGES = Pattern(
    r"尽量|尽力|(?<!不)可能(?!不)|也许|争取|说不定|不一定|不确定|没准|不好说|估计|希望能|看情况|说不准"
    r"|\b(?:might|maybe|perhaps|could be|not (?:so )?sure|no promises|hop(?:e|ing) to|probably|possibly|depends|fingers crossed|try(?:ing)? to pay|try my best)\b"
)
_OPTIONS = Pattern(
    r"(?:有|给我?).{0,2}(?:哪些|什么|哪几种|几种)(?:还款|分期|付款)?(?:方案|选择)"
    r"|\bwhat(?:'s| are| is| r)? (?:my |the |other |payment )*(?:options?|choices)\b|\boptions? (?:do i have|are there|can you)"
    r"|\bwhat can (?:you|u|ya) (?:do for me|offer|do to help)\b|(?:能|可以)怎么(?:帮我|安排|解决)"
)
_WHAT_CAN_BE_DONE = Pattern(
    r"\b(?:what|anything) (?:can|could) (?:you|u|we|i) (?:do|offer)(?: (?:for|to help) (?:me|us))?(?: (?:about|with|here|then|on) ?(?:this|it|that)?)?(?: then| please| pls)? ?(?:$|[?.!])"
    r"|\bhow (?:can|could|would) (?:you|u) help\b"
    r"|\b(?:set|work|sort|figure) (?:something|sth|smth|anything) (?:up|out)\b"
)
_STILL = Pattern(r"(?:怎么|为什么|为何|咋)(?:你们?)?还(?:在|没|是|要|又|有|不停|催|发|打|来)")
_WAY_TO_PAY = Pattern(
    r"怎么(?:付|交|缴|转)|怎么还款|还款(?:方式|链接|账号)|哪里(?:付|交|缴)|链接|二维码"
)
_AFFORDS = Pattern(r"(?<![么里才])(?:还|付|交|缴|拿)得起")
# Looked at for nearly every reply: no branch starts with anything but a character, so that `re`
# skips ahead to one of these.
_TO_IGNORE = (
    r" (?:all |any |the |your |my )*"
    r"(?:previous|prior|above|earlier|instructions?|rules|prompts?)\b"
)
_MADE_PAID = "(?:为|成)已(?:还|付|结清)"
_ORDER = Pattern(
    rf"i(?<=\bi)gnore{_TO_IGNORE}|d(?<=\bd)isregard{_TO_IGNORE}|f(?<=\bf)orget{_TO_IGNORE}"
    rf"|o(?<=\bo)verride{_TO_IGNORE}|system prompt|m(?<=\bm)ark (?:\w+ ){{1,3}}as (?:paid|settled)"
    r"|忽略(?:之前|以上|上面|所有|前面).{0,6}(?:指令|提示|规则|命令)"
    r"|无视(?:之前|以上|上面|所有|前面).{0,6}(?:指令|提示|规则|命令)"
    rf"|标记{_MADE_PAID}|标注{_MADE_PAID}|设置?{_MADE_PAID}|改{_MADE_PAID}"
)
_LAWYER_ASKED = Pattern(
    r"(?:你|您|他)们?(?:公司)?的?(?:是|会|要|打算|真)*(?:找|请|派)?(?:律师|法务|律所)"
    r"|(?:要不要|需不需要|用不用|是不是要|需要|要|用)(?:去)?(?:请|找)律师"
    r"|\b(?:your|ur|their) (?:lawyers?|attorneys?|solicitors?|legal)\b"
    r"|\b(?:do|should|will|would|must) i (?:need|have to get|have to have|get|hire|want) (?:an? |my own )?(?:lawyer|attorney|solicitor)"
)
# A friend who is a lawyer gives advice; he represents nobody.
_LAWYER_FRIEND = Pattern(
    r"\b(?:lawyer|attorney|solicitor) (?:friend|mate|cousin|buddy|neighbou?r|uncle|aunt|brother|sister)\b"
    r"|\b(?:friend|mate|cousin|buddy|neighbou?r|uncle|aunt|brother|sister|son|daughter)(?: who)?(?:'s| is|,)? (?:an? )?(?:lawyer|attorney|solicitor)\b"
    r"|(?:律师|做律师的?|当律师的?)(?:的)?(?:朋友|同学|亲戚|表哥|表弟)"
)
_WISHES = tuple(intent for intent in Intent if intent not in (*rules.SAFETY, Intent.UNCLEAR))
_NO_WISHES: Mapping[Intent, str] = dict.fromkeys(_WISHES, "veto.order_to_machine")
_NOTHING_FORBIDDEN: Mapping[Intent, str] = {}
_LATIN = re.compile("[a-z]")
# What stands between a matter and its frame, and where a matter begins and ends.
_JOINTS = {"han": ("", ""), "latin": (" ", r"\b")}
# Asked, nothing is denied: 不用律师吗.
_UNASKED = r"(?![^,，。.!]{0,12}(?:[吗?]|么(?:$|[,，。!? ])))"
_FAILURE = Pattern(
    r"成功|没(?:还|付|转|扣|交|缴)(?:成|上|进|过)|过去|进去|bounce|fail|reject"
    r"|\b(?:go|gone|went|going) (?:through|out)"
)
_CALLS = Pattern(r"电话|来电|回电|打给|打俾|\b(?:call|phone|ring|speak|talk)\b")
_WRITES = Pattern(
    r"(?:发|传|回)(?:个)?(?:短信|信息|消息|讯息|简讯|微信)?(?:给|到)?我|\b(?:text|txt|message|msg|write to) me\b"
)
# What an insult is made of; a guess without any of it is no insult.
_INSULTS = Pattern(
    r"妈|逼|滚|屎|蠢|笨|猪|狗|贱|黐|撚|屌|死|傻|白痴|垃圾|混蛋|王八|脑|有病|毛病|神经|无耻|流氓|败类|畜生|鬼"
    r"|\b(?:f[u*@]*c?k?\w*|f\*+|shit\w*|ass\w*|bitch\w*|idiot\w*|moron\w*|bastard\w*|scum\w*|stupid|dumb\w*"
    r"|screw|clown\w*|loser\w*|pathetic|parasite\w*|crook\w*|thie(?:f|ves)|vultures?|pigs?|trash|suck\w*|hell)\b"
)


class Guess(NamedTuple):
    """What the model would say of a reply: the best intent that no veto forbids, and how sure."""

    said: Said
    best: Intent
    sure: float
    # The model's own first choice, and what is ruled out, by which rule.
    first: Intent
    ruled_out: Forbidden


make_guess = maker(Guess)


class Veto(NamedTuple):
    """Intents that a reply cannot have where the words say so."""

    name: str
    forbids: tuple[Intent, ...]
    holds: Callable[[Said], bool]


class Exemption(NamedTuple):
    """Another reading than the model's where the words say so; `forbids` stays out beside it.

    `of` are the readings it may take the place of, None where it may of any.
    """

    name: str
    reads: Intent
    holds: Callable[[Guess], bool]
    forbids: tuple[Intent, ...] = ()
    of: frozenset[Intent] | None = None


class Forbidden(dict[Intent, str | None]):
    """For each intent the name of the rule that forbids it, None where none does.

    Of the sources, the first that names a rule counts. An intent is looked at when it is asked
    for: of all rules only those of the likeliest few are tried.
    """

    def __init__(self, *sources: Callable[[Intent], str | None]) -> None:
        self._sources = sources

    def __missing__(self, intent: Intent) -> str | None:
        name = None
        for source in self._sources:
            name = source(intent)
            if name is not None:
                break
        self[intent] = name
        return name


def vetoed(said: Said, intent: Intent) -> str | None:
    """The name of the veto by which the words rule an intent out, the last of several, or None."""
    for veto in _vetoes_of()[intent]:
        if veto.holds(said):
            return veto.name
    return None


def order_to_machine(text: str) -> Mapping[Intent, str]:
    """Ignore all instructions, mark as paid: no customer's wish is heard, whatever it quotes.

    Looked for once in a text, since it stands against nearly every intent.
    """
    return _NO_WISHES if _ORDER.search(text) else _NOTHING_FORBIDDEN


def exempted(guess: Guess) -> tuple[Guess, tuple[str, ...]]:
    """The guess after every exception that holds, in their order, with the names of these."""
    # Hardly any reply is an exception: most are told from all rules that its reading is subject to.
    for rule in _exemptions_of()[guess.best]:
        if rule.holds(guess):
            return _excepted(guess)
    return guess, ()


def _excepted(guess: Guess) -> tuple[Guess, tuple[str, ...]]:
    names = []
    for rule in EXEMPTIONS:
        if (rule.of is None or guess.best in rule.of) and rule.holds(guess):
            if rule.forbids:
                later = Forbidden(
                    dict.fromkeys(rule.forbids, rule.name).get, guess.ruled_out.__getitem__
                )
                guess = guess._replace(ruled_out=later)
            guess = guess._replace(best=rule.reads)
            names.append(rule.name)
    return guess, tuple(names)


def idle_guess(intent: Intent, text: str) -> str | None:
    """The name of the rule by which a raw text holds no word of an intent; None where it may."""
    words = _evidence().get(intent)
    return None if words is None or words.search(text) else f"idle.{intent}"


def _any_clause(said: Said, holds: Callable[[frozenset[Tag]], bool]) -> bool:
    return any(holds(clause.tags) for clause in said.clauses)


def _not_paid(said: Said) -> bool:
    """还没还, 还不了, 不还: never a claim of payment, unless another clause makes it."""
    if not said.tags & BLOCKS_CLAIM or Tag.PAST in said.tags:
        return False
    return not _any_clause(said, lambda tags: Tag.PAST in tags and not tags & BLOCKS_CLAIM)


def _no_commitment(said: Said) -> bool:
    """明天还不了, 不还: never a promise, unless another clause makes it."""
    if not said.tags & _BLOCKS_PROMISE:
        return False
    return not _any_clause(said, lambda tags: Tag.FUTURE in tags and not tags & _BLOCKS_PROMISE)


def _is_hedged(said: Said) -> bool:
    """Might be able to on Friday, 周五争取还: no promise (taxonomy), unless a clause makes one."""
    if not _HEDGES.search(said.text):
        return False
    return not any(
        clause.tags & {Tag.FUTURE} and not _HEDGES.search(clause.text) for clause in said.clauses
    )


def _hedges_promise(guess: Guess) -> bool:
    """A promise that is hedged is none, and no better guess comes after it."""
    return guess.ruled_out[guess.first] == _HEDGED


def _no_plan(said: Said) -> bool:
    """不用分期, don't need a plan, unless another clause asks for one."""
    if Tag.NO_PLAN not in said.tags:
        return False
    return not _any_clause(said, lambda tags: Tag.SPLIT in tags and Tag.NO_PLAN not in tags)


def _wants_no_time(said: Said) -> bool:
    """不用延期, don't need more time."""
    return bool(_NO_TIME.search(said.text))


def _wants_no_discount(said: Said) -> bool:
    """不用减免, don't need a discount."""
    return bool(_NO_DISCOUNT.search(said.text))


def _withdraws(said: Said) -> bool:
    """不用转人工了, never mind the agent."""
    return Tag.WITHDRAWS in said.tags and bool(_NO_PERSON.search(said.text))


def _owns_debt(said: Said) -> bool:
    """是我借的, this is my debt."""
    return bool(_OWN_DEBT.search(said.text))


def _is_still(said: Said) -> bool:
    """怎么还在催: 还 is "still", not "repay"."""
    return bool(_STILL.search(said.text)) and not _WAY_TO_PAY.search(said.text)


def _can_afford(said: Said) -> bool:
    """还得起: able to pay, unless asked how."""
    return bool(_AFFORDS.search(said.text)) and Tag.ASKS not in said.tags


def _not_refusing(said: Said) -> bool:
    """不是不还, 没说不还, not refusing."""
    return bool(DOUBLE_NEGATION.search(said.text))


def _is_authority(said: Said) -> bool:
    """The attorney general is nobody's lawyer."""
    return "attorney general" in said.text or "solicitor general" in said.text


_CALLS_NAMES = Pattern(
    r"\bstop calling (?:me|us|him|her|my \w+) (?:an? |names|lazy|stupid|crazy|liar|dishonest|irresponsible)"
)
_STOPS = Pattern(
    r"\b(?:stop|quit|unsubscribe|opt out|leave me|no more|do ?n[o']?t (?:text|call|contact|message))\b"
)


def _stops_names(said: Said) -> bool:
    """Stop calling me a liar: an insult is to stop, and no message."""
    found = _CALLS_NAMES.search(said.text)
    return found is not None and not _STOPS.search(said.text, found.end())


# 我没借口: the word for a loan begins another one here; who owns up denies nothing.
_OWNS_UP = Pattern(
    r"没(?:有)?(?:什么|啥|任何)?(?:好)?(?:的)?(?:借口|理由(?!还)|(?:好|可)(?:辩解|狡辩|解释|推脱|抵赖|说)的)"
    r"|\b(?:no|without) excuses?\b"
)


def _owns_up(said: Said) -> bool:
    """我没什么好辩解的: no word of a debt that is not his is left beside it."""
    found = _OWNS_UP.search(said.text)
    if found is None:
        return False
    rest = f"{said.text[: found.start()]} {said.text[found.end() :]}"
    words = _evidence().get(Intent.DISPUTE_DEBT)
    return words is None or not words.search(rest)


_CHANGES_JOB = Pattern(r"[转换调](?:了|过)?(?:新|一份|份|个)*(?:工(?!资)|行(?!不)|职|岗|单位|公司)")


def _changes_job(said: Said) -> bool:
    """上个月转了工: nothing was transferred, unless another word of it tells of a payment."""
    found = _CHANGES_JOB.search(said.text)
    if found is None:
        return False
    return Tag.PAST not in read_tags(f"{said.text[: found.start()]} {said.text[found.end() :]}")


_CARD_END = Pattern(r"\bend(?:s|ing|ed)?(?: in| with)? ?:?#? ?(?:x|\*)*[0-9]{2,}")


def _names_card_end(said: Said) -> bool:
    """Visa ending 4410: the digits of a card, and no life that ends."""
    found = _CARD_END.search(said.text)
    words = _evidence().get(Intent.VULNERABLE)
    if found is None or words is None:
        return False
    return not words.search(f"{said.text[: found.start()]} {said.text[found.end() :]}")


_LIVES_ON = Pattern(
    r"\b(?:live|living|lives|lived|get by|survive|surviving|manage|managing) (?:off|on) (?:of )?(?:about |around |only |just |like )?(?:[$£€]? ?[0-9]|[a-z]+ (?:a|per) (?:week|month|fortnight)|benefits?|my pension|disability|social security|nothing|savings|tips)"
)


def _lives_on(said: Said) -> bool:
    """I live on 90 a week: small means, and no life in danger."""
    found = _LIVES_ON.search(said.text)
    words = _evidence().get(Intent.VULNERABLE)
    if found is None or words is None:
        return False
    return not words.search(f"{said.text[: found.start()]} {said.text[found.end() :]}")


def _asks_of_lawyer(said: Said) -> bool:
    """你们律师会告我吗, do I need a lawyer: asked after, a lawyer represents nobody."""
    return Tag.ASKS in said.tags and bool(_LAWYER_ASKED.search(said.text))


def _asks_friend(said: Said) -> bool:
    """My lawyer friend says: advice, and no representative."""
    return bool(_LAWYER_FRIEND.search(said.text))


_NO_DISPUTE = Pattern(
    r"\b(?:dispute|disputing|contest|contesting|deny|denying) (?:nothing|none of)\b|\bnothing to (?:dispute|contest)\b"
    r"|\b(?:not|never|n't|no) (?:disput\w+|contest\w*|deny\w*|denying)\b(?! (?:the|this|my) (?:fee|charge))"
)


def _disputes_nothing(said: Said) -> bool:
    """I dispute nothing, not disputing it: said of a bill that is taken as it is."""
    return bool(_NO_DISPUTE.search(said.text))


# "12 a week, no more": the most he can pay, and no word on messages.
_NO_MORE_SUM = Pattern(
    r"(?:week|month|fortnight|each|time|max|[0-9]),? (?:and |but )?(?:no more|not more|nothing more)\b(?! (?:\w+ )?(?:text|message|call|sms|contact|email|reminder))"
)
_STOP_WORD = Pattern(r"\b(?:stop|quit|unsubscribe|opt out|remove|leave me|do ?n[o']?t|dont)\b")


def _names_most(said: Said) -> bool:
    """I can afford 12 a week, no more: a limit, and no stop."""
    found = _NO_MORE_SUM.search(said.text)
    return found is not None and not _STOP_WORD.search(said.text)


# "7th, and don't ask me again": no more questions about the plan, and no word on messages.
_NOT_ASKED_AGAIN = Pattern(
    r"\b(?:do ?n[o']?t|dont|stop|quit|no need to|without) (?:\w+ )?ask(?:ing)?\b(?: me| us)?(?: (?:again|twice|any ?more|about (?:it|this|that)))*"
)


def _ends_asking(said: Said) -> bool:
    """The 7th, don't ask me again: beside a figure it puts an end to questions, not to messages."""
    found = _NOT_ASKED_AGAIN.search(said.text)
    if found is None or not said.kinds:
        return False
    rest = f"{said.text[: found.start()]} {said.text[found.end() :]}"
    return not _STOP_WORD.search(rest)


_DUTY_DENIED = Pattern(
    r"\bshould(?:n'?t| not) (?:even |really |still )?(?:have to pay|have to be paying|be (?:paying|charged|billed|asked to pay))\b"
    r"|\bwhy should i (?:have to )?(?:pay|be paying)\b(?! (?:you|u) (?:now|today|first))"
)
_ONE_CHARGE = Pattern(r"\b(?:fees?|charges?|interest|penalt[a-z]+|extra)\b")


def _denies_duty(guess: Guess) -> bool:
    """I shouldn't have to pay this: he denies that he owes it, and does not just refuse."""
    is_all = not _ONE_CHARGE.search(guess.said.text) and not guess.said.kinds
    return is_all and bool(_DUTY_DENIED.search(guess.said.text))


_ASKS_OF_PAYMENT = Pattern(
    r"\b(?:have|did|has|hv|do) (?:you|u|ya|yous|it|they) (?:guys |people |lot )?(?:not )?(?:got|gotten|get|receiv\w+|see|seen|have) (?:my|the) (?:\w+ )?(?:payment|money|transfer|check|cheque|deposit)\b"
)


def _asks_of_payment(guess: Guess) -> bool:
    """Have you got my payment from Saturday: he says by it that he paid."""
    return bool(_ASKS_OF_PAYMENT.search(guess.said.text))


def _denies_charge(guess: Guess) -> bool:
    """There's a fee that I shouldn't have to pay: of whatever else he tells, the fee is disputed."""
    denied = _DUTY_DENIED.search(guess.said.text)
    return denied is not None and bool(_ONE_CHARGE.search(guess.said.text))


def _denies_guess(guess: Guess) -> bool:
    """不是不还, no complaints: the runner-up of what is denied is no better guess, in doubt."""
    if guess.sure >= DOUBTFUL:
        return False
    rule = guess.ruled_out[guess.first] or ""
    return rule == _NOT_REFUSING or rule.startswith("denied.")


def _names_failure(guess: Guess) -> bool:
    """付款没成功, it didn't go through: no payment, but one was tried."""
    if guess.sure >= DOUBTFUL or guess.ruled_out[guess.first] != "denied.payment":
        return False
    return bool(_FAILURE.search(guess.said.text))


_PART = Pattern(
    r"先|部分|一[点點半些]|[点點]先|住先|\b(?:some|something|part|bit|half|portion|little|least|minimum|toward)\b"
)


def _names_day_of_whole(guess: Guess) -> bool:
    """ "i can pay on Jul 15": half a guess at a part, with no word or sum of one, is the whole."""
    said = guess.said
    return (
        guess.sure < DOUBTFUL
        and guess.ruled_out[Intent.PROMISE_TO_PAY] is None
        and EntityKind.DATE in said.kinds
        and not said.kinds & {EntityKind.AMOUNT, EntityKind.SHARE}
        and not said.tags & {Tag.HEDGE, Tag.VAGUE_TIME, Tag.ASKS, *BLOCKS_CLAIM}
        and bool(PAYS.search(said.text))
        and not _PART.search(said.text)
    )


_OF_SUM = Pattern(
    r"金额|利息|费|数目|算|账单|罚息|修|服务|信号|\b(?:fix\w*|repair\w*|service|amount|balance|interest|fees?|charges?|sum|figure|total|bill)\b"
)
_MISSPOKE = Pattern(r"[说讲写记]错|打错(?:字|数|日)")


def _takes_words_back(said: Said) -> bool:
    """不是，说错了: who takes his own words back is no stranger."""
    return Tag.CORRECTION in said.tags and bool(_MISSPOKE.search(said.text))


_PAYS_IT = Pattern(
    r"(?:(?:还|付|俾|给|缴|交)(?:晒|埋|清|翻|返)|找[晒清])他(?![的们老妈爸仔女细大本])"
)


def _pays_it(said: Said) -> bool:
    """还晒佢: Cantonese puts its "it" behind the verb; nobody else is spoken of."""
    return bool(_PAYS_IT.search(said.text))


def _names_day(guess: Guess) -> bool:
    """明天我会还的: a day to come is named for paying, with no hedge and no refusal."""
    said = guess.said
    return (
        guess.ruled_out[Intent.PROMISE_TO_PAY] is None
        and EntityKind.DATE in said.kinds
        and Tag.FUTURE in said.tags
        and not said.tags & {Tag.HEDGE, Tag.VAGUE_TIME, Tag.ASKS, *BLOCKS_CLAIM}
        and bool(PAYS.search(said.text))
    )


_TIME_WANTED = Pattern(
    r"(?<!不)(?:就要|只要|想要?|我要|申请)(?:的是)?(?:延期|宽限|缓)"
    r"|\b(?:gimme|give me|need|want) (?:just )?(?:another|one more|a few more|some more|an extra|(?:a )?couple more) (?:\w+ )?(?:days?|weeks?|months?)\b"
)
_NOT_TAKEN = Pattern(r"[俾畀比付过入]不到(?:数|钱|款)?(?=$|[,，。.! 啊呀喎])")
_EACH = Pattern(
    r"一期|每期|[每一]个?月|\b(?:a|per|each|every) (?:month|week|payment)\b|\bmonthly\b"
)
_FAULT = Pattern(r"不对|错|不符|\b(?:wrong|incorrect|mistake|not right)\b")
_NO_ANSWER = frozenset({Intent.BUSY, Intent.DENY, Intent.UNCLEAR})
_ASKED_OR_PART = frozenset(
    {Intent.BALANCE_QUERY, Intent.REQUEST_DISCOUNT, Intent.PARTIAL_PAYMENT, Intent.UNCLEAR}
)
_NO_WISH = frozenset(
    {Intent.CREDIT_QUERY, Intent.BALANCE_QUERY, Intent.UNCLEAR, Intent.IDENTITY_QUERY}
)
_ASKED_OR_PAYING = frozenset(
    {
        *(Intent.BALANCE_QUERY, Intent.CREDIT_QUERY),
        *(Intent.PAY_NOW, Intent.ALREADY_PAID, Intent.UNCLEAR),
    }
)
_NO_PLAN_HEARD = frozenset(
    {
        *(Intent.REFUSE, Intent.UNCLEAR, Intent.REQUEST_EXTENSION),
        *(Intent.COMPLAINT, Intent.PARTIAL_PAYMENT),
    }
)


def _wants_time(guess: Guess) -> bool:
    """分期不要，我就要延期; gimme another week: time is wanted, whatever stands around it."""
    is_open = guess.ruled_out[Intent.REQUEST_EXTENSION] is None
    return is_open and bool(_TIME_WANTED.search(guess.said.text))


def _wants_less_each(guess: Guess) -> bool:
    """一期一千二太高了，我最多六百: too much each time asks for smaller parts, and finds no fault."""
    said = guess.said
    is_too_much = (
        guess.sure < _SURE_DELAY and Tag.TOO_MUCH in said.tags and bool(_EACH.search(said.text))
    )
    return is_too_much and not _FAULT.search(said.text)


def _tells_payment(guess: Guess) -> bool:
    """Just sent 100 through your link: no word of a failure stands beside the payment."""
    tags = guess.said.tags
    is_made = Tag.PAST in tags and not tags & BLOCKS_CLAIM
    return is_made and idle_guess(Intent.PAYMENT_FAILED, guess.said.text) is not None


def _answers_with_whole(guess: Guess) -> bool:
    """找晒佢 and no more, to a question of ours: he agrees, and will pay all of it."""
    return guess.said.is_answer and bool(_PAYS_IT.fullmatch(guess.said.text))


def _is_not_taken(guess: Guess) -> bool:
    """比唔到: the money is not taken."""
    return bool(_NOT_TAKEN.search(guess.said.text))


def _withholds(guess: Guess) -> bool:
    """Not paying until you fix it: a refusal that rests on a complaint is a dispute (taxonomy)."""
    return bool(rules.WITHHELD.search(guess.said.text))


def _withholds_for_sum(guess: Guess) -> bool:
    """金额没算清之前我不还: the complaint is of the sum."""
    return _withholds(guess) and bool(_OF_SUM.search(guess.said.text))


def _asks_for_options(guess: Guess) -> bool:
    """What options do I have, 有哪些方案: it is asked which ways of paying there are."""
    if guess.sure >= _SURE_DELAY:
        return False
    text = guess.said.text
    if guess.best in _NO_WISH and _WHAT_CAN_BE_DONE.search(text):
        return True
    return guess.sure < DOUBTFUL and bool(_OPTIONS.search(text))


_LEAST = Pattern(
    r"\b(?:smallest|lowest|least|minimum|min) (?:monthly |weekly )?(?:amount|payment|figure|sum|instal\w+|you|i|we|u)\b[^.!?]{0,30}"
    r"\b(?:a|per|each|every) (?:month|week|fortnight|time)\b"
    r"|\b(?:smallest|lowest|least|minimum) (?:amount|payment|sum|figure)?[^.!?]{0,20}\b(?:you|u)(?:'d| would| will|'ll| can| could)? (?:take|accept|let|allow)\b"
    r"|\b(?:smallest|lowest|minimum|cheapest) (?:monthly |weekly )?(?:payments?|instal\w+|plan|option) (?:you|u|i|we)\b"
)


def _asks_least(guess: Guess) -> bool:
    """What's the least you'd take each month: which plan has the smallest parts."""
    return bool(_LEAST.search(guess.said.text))


# "80", then "a month i mean": what was said before is put right to a rhythm.
_RHYTHM = Pattern(r"(?:a|per|each|every) (?:month|week|fortnight)\b|每个?(?:月|周|星期)")


_IN_BITS = Pattern(
    r"\b(?:in|into) (?:little |small |a few )?(?:bits|chunks|stages|pieces|portions|dribs)\b|\bbit by bit\b|\ba (?:bit|little) at a time\b"
    r"|\bset(?:ting)? up (?:some |a |an |monthly )*(?:payments?|plan|arrangement|payment plan|instal[a-z]+)\b"
)


def _wants_parts(guess: Guess) -> bool:
    """I can do it in bits, too late to set up payments: parts are wished for."""
    if guess.best is Intent.ALREADY_PAID and guess.sure >= DOUBTFUL:
        return False
    is_open = guess.ruled_out[Intent.REQUEST_INSTALMENTS] is None
    return is_open and bool(_IN_BITS.search(guess.said.text))


def _names_rhythm(guess: Guess) -> bool:
    """Can I pay every 2 weeks: a rhythm to pay by is a plan, and no delay."""
    said = guess.said
    is_delay = guess.sure < _SURE_DELAY
    is_plan = guess.best is not Intent.UNCLEAR and EntityKind.FREQUENCY in said.kinds
    is_plan = is_plan and bool(PAYS.search(said.text))
    is_put_right = Tag.CORRECTION in said.tags and bool(_RHYTHM.match(said.text))
    return is_delay and Tag.NO_PLAN not in said.tags and (is_plan or is_put_right)


def _names_other_rhythm(guess: Guess) -> bool:
    """I'd rather pay quarterly, 60 every six weeks: a plan is wished for, in a rhythm of his own."""
    said = guess.said
    is_offer = EntityKind.AMOUNT in said.kinds or bool(PAYS.search(said.text))
    return guess.sure < _SURE_DELAY and is_offer and other_rhythm(said.text)


def _is_idle_insult(guess: Guess) -> bool:
    """An insult guessed where the words hold nothing that insults are made of."""
    return guess.sure < _SURE_INSULT and not _INSULTS.search(guess.said.text)


def _names_hour_to_write(guess: Guess) -> bool:
    """Text me after 6 pm: later is meant, by a message, and no call."""
    said = guess.said
    if not said.kinds & {EntityKind.TIME, EntityKind.DATE}:
        return False
    return not _CALLS.search(said.text) and bool(_WRITES.search(said.text))


@cache
def _exemptions_of() -> dict[Intent, tuple[Exemption, ...]]:
    """The exceptions that may take the place of an intent, in their order."""
    return {
        intent: tuple(rule for rule in EXEMPTIONS if rule.of is None or intent in rule.of)
        for intent in Intent
    }


@cache
def _vetoes_of() -> dict[Intent, tuple[Veto, ...]]:
    """The vetoes that may forbid an intent, the one that counts most first."""
    known = (*denials(), *reversed(VETOES))
    return {intent: tuple(veto for veto in known if intent in veto.forbids) for intent in Intent}


@cache
def denials() -> tuple[Veto, ...]:
    """The vetoes of `denied.toml`, in their order: a matter is denied, and nothing else says it."""
    data = packaged_table(__package__, "denied.toml")
    return tuple(_denial(row, data["frame"]) for row in data["denied"])


def _denial(row: dict[str, Any], frame: dict[str, str]) -> Veto:
    # Apart, since most replies are in one script, and no branch of the other can match.
    han, latin = (_any_branch(_denials(row, frame, script)) for script in ("han", "latin"))
    still = Pattern(row["still"]) if "still" in row else None
    # The words of which a denial in Latin letters holds one, where it costs much to look for it.
    needs = row.get("latin_needs", ())

    def holds(said: Said) -> bool:
        text = said.text
        in_han = None if text.isascii() or han is None else han.search(text)
        is_latin = any(map(text.__contains__, needs)) if needs else _LATIN.search(text)
        in_latin = latin.search(text) if latin and is_latin else None
        denied = [found for found in (in_han, in_latin) if found]
        if not denied or still is None:
            return bool(denied)
        first = min(denied, key=re.Match.start)
        return not still.search(f"{text[: first.start()]} {text[first.end() :]}")

    return Veto(row["name"], tuple(Intent(name) for name in row["intents"]), holds)


def _any_branch(sources: Iterable[str]) -> Pattern | None:
    joined = "|".join(sources)
    return Pattern(joined) if joined else None


def _denials(row: dict[str, Any], frame: dict[str, str], script: str) -> Iterator[str]:
    """The patterns of one row in a script: its own, and its matter in the frames of its language."""
    if script in row:
        yield row[script]
    if f"matter_{script}" in row:
        matter = f"(?:{row[f'matter_{script}']})"
        before, after = frame[f"{script}_before"], frame[f"{script}_after"]
        blank, bound = _JOINTS[script]
        yield f"(?:{before}{blank}{matter}|{bound}{matter}{after}){bound}{_UNASKED}"


@cache
def _evidence() -> dict[Intent, Pattern]:
    """For each intent of `evidence.toml` the words of which a guess at it must hold one."""
    data = packaged_table(__package__, "evidence.toml")
    return {Intent(name): _any_of(words) for name, words in data.items()}


def _any_of(words: dict[str, list[str]]) -> Pattern:
    return Pattern(rf"(?i){'|'.join(words['anywhere'])}|\b(?:{'|'.join(words['words'])})\b")


_NOT_REFUSING = "veto.not_refusing"
_HEDGED = "veto.hedged"
VETOES = (
    Veto("veto.not_paid", (Intent.ALREADY_PAID,), _not_paid),
    Veto("veto.changes_job", (Intent.ALREADY_PAID,), _changes_job),
    Veto("veto.no_commitment", (Intent.PROMISE_TO_PAY,), _no_commitment),
    Veto(_HEDGED, (Intent.PROMISE_TO_PAY,), _is_hedged),
    Veto("veto.no_plan", (Intent.REQUEST_INSTALMENTS,), _no_plan),
    Veto(_NOT_REFUSING, (Intent.REFUSE,), _not_refusing),
    Veto("veto.no_time", (Intent.REQUEST_EXTENSION,), _wants_no_time),
    Veto("veto.no_discount", (Intent.REQUEST_DISCOUNT,), _wants_no_discount),
    Veto("veto.withdraws", (Intent.REQUEST_HUMAN, Intent.REQUEST_CALLBACK), _withdraws),
    Veto("veto.owns_debt", (Intent.DISPUTE_DEBT,), _owns_debt),
    Veto("veto.authority", (Intent.LEGAL,), _is_authority),
    Veto("veto.lawyer_asked", (Intent.LEGAL,), _asks_of_lawyer),
    Veto("veto.still", (Intent.PAY_NOW,), _is_still),
    Veto("veto.can_afford", (Intent.HARDSHIP,), _can_afford),
    Veto(
        "veto.disputes_nothing",
        (Intent.DISPUTE_DEBT, Intent.DISPUTE_AMOUNT),
        _disputes_nothing,
    ),
    Veto("veto.most_named", (Intent.OPT_OUT,), _names_most),
    Veto("veto.lawyer_friend", (Intent.LEGAL,), _asks_friend),
    Veto("veto.calls_names", (Intent.OPT_OUT,), _stops_names),
    Veto("veto.ends_asking", (Intent.OPT_OUT,), _ends_asking),
    Veto("veto.owns_up", (Intent.DISPUTE_DEBT, Intent.REFUSE), _owns_up),
    Veto("veto.card_end", (Intent.VULNERABLE,), _names_card_end),
    Veto("veto.lives_on", (Intent.VULNERABLE,), _lives_on),
    Veto("veto.misspoke", (Intent.WRONG_PERSON,), _takes_words_back),
    Veto("veto.pays_it", (Intent.WRONG_PERSON,), _pays_it),
)
EXEMPTIONS = (
    Exemption("instead.denied", Intent.UNCLEAR, _denies_guess),
    Exemption("instead.hedged", Intent.UNCLEAR, _hedges_promise),
    Exemption("instead.failure", Intent.PAYMENT_FAILED, _names_failure),
    Exemption(
        "instead.day_named", Intent.PROMISE_TO_PAY, _names_day, of=frozenset({Intent.UNCLEAR})
    ),
    Exemption(
        "instead.day_of_whole",
        Intent.PROMISE_TO_PAY,
        _names_day_of_whole,
        forbids=(Intent.PARTIAL_PAYMENT,),
        of=frozenset({Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY}),
    ),
    Exemption(
        "instead.sum_disputed",
        Intent.DISPUTE_AMOUNT,
        _withholds_for_sum,
        forbids=(Intent.REFUSE,),
        of=frozenset({Intent.REFUSE}),
    ),
    Exemption(
        "instead.debt_disputed",
        Intent.DISPUTE_DEBT,
        _withholds,
        forbids=(Intent.REFUSE,),
        of=frozenset({Intent.REFUSE}),
    ),
    Exemption(
        "instead.payment_told",
        Intent.ALREADY_PAID,
        _tells_payment,
        of=frozenset({Intent.PAYMENT_FAILED}),
    ),
    Exemption(
        "instead.whole_of_it", Intent.AFFIRM, _answers_with_whole, of=frozenset({Intent.UNCLEAR})
    ),
    Exemption(
        "instead.less_each",
        Intent.REQUEST_INSTALMENTS,
        _wants_less_each,
        forbids=(Intent.DISPUTE_AMOUNT,),
        of=frozenset({Intent.DISPUTE_AMOUNT}),
    ),
    Exemption("instead.time_wanted", Intent.REQUEST_EXTENSION, _wants_time, of=_NO_ANSWER),
    Exemption(
        "instead.not_taken",
        Intent.PAYMENT_FAILED,
        _is_not_taken,
        of=frozenset({Intent.DENY, Intent.UNCLEAR}),
    ),
    Exemption("instead.options_asked", Intent.REQUEST_INSTALMENTS, _asks_for_options),
    Exemption(
        "instead.parts_wanted",
        Intent.REQUEST_INSTALMENTS,
        _wants_parts,
        forbids=(Intent.BALANCE_QUERY,),
        of=_ASKED_OR_PAYING,
    ),
    Exemption(
        "instead.least_asked",
        Intent.REQUEST_INSTALMENTS,
        _asks_least,
        forbids=(Intent.BALANCE_QUERY,),
        of=_ASKED_OR_PART,
    ),
    Exemption(
        "instead.rhythm_named",
        Intent.REQUEST_INSTALMENTS,
        _names_rhythm,
        of=frozenset({Intent.REQUEST_EXTENSION, Intent.UNCLEAR}),
    ),
    Exemption(
        "instead.other_rhythm", Intent.REQUEST_INSTALMENTS, _names_other_rhythm, of=_NO_PLAN_HEARD
    ),
    Exemption(
        "instead.asks_of_payment",
        Intent.ALREADY_PAID,
        _asks_of_payment,
        of=frozenset({Intent.UNCLEAR, Intent.BALANCE_QUERY, Intent.RECEIPT}),
    ),
    Exemption(
        "instead.charge_denied",
        Intent.DISPUTE_AMOUNT,
        _denies_charge,
        of=frozenset(
            {
                Intent.REFUSE,
                Intent.HARDSHIP,
                Intent.UNCLEAR,
                Intent.DENY,
                Intent.BALANCE_QUERY,
                Intent.PARTIAL_PAYMENT,
            }
        ),
    ),
    Exemption(
        "instead.duty_denied",
        Intent.DISPUTE_DEBT,
        _denies_duty,
        of=frozenset(
            {
                Intent.REFUSE,
                Intent.HARDSHIP,
                Intent.UNCLEAR,
                Intent.DENY,
                Intent.REQUEST_DISCOUNT,
                Intent.COMPLAINT,
            }
        ),
    ),
    Exemption("instead.idle_insult", Intent.UNCLEAR, _is_idle_insult, of=frozenset({Intent.ABUSE})),
    Exemption(
        "instead.hour_to_write",
        Intent.BUSY,
        _names_hour_to_write,
        forbids=(Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN),
        of=frozenset({Intent.REQUEST_CALLBACK}),
    ),
)
