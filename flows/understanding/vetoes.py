"""Vetoes: what a reply cannot mean where its words say otherwise, whatever the model makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flows.languages.pattern import Pattern
from flows.understanding.idle import words_of
from flows.understanding.intents import Intent
from flows.understanding.rules import BLOCKS_CLAIM, DOUBLE_NEGATION, Said
from flows.understanding.tags import read_tags
from flows.understanding.values import Tag

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
_STILL = Pattern(r"(?:怎么|为什么|为何|咋)(?:你们?)?还(?:在|没|是|要|又|有|不停|催|发|打|来)")
_WAY_TO_PAY = Pattern(
    r"怎么(?:付|交|缴|转)|怎么还款|还款(?:方式|链接|账号)|哪里(?:付|交|缴)|链接|二维码"
)
_AFFORDS = Pattern(r"(?<![么里才])(?:还|付|交|缴|拿)得起")
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


class Veto(NamedTuple):
    """Intents that a reply cannot have where the words say so."""

    name: str
    forbids: tuple[Intent, ...]
    holds: Callable[[Said], bool]


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
    words = words_of().get(Intent.DISPUTE_DEBT)
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
    words = words_of().get(Intent.VULNERABLE)
    if found is None or words is None:
        return False
    return not words.search(f"{said.text[: found.start()]} {said.text[found.end() :]}")


_LIVES_ON = Pattern(
    r"\b(?:live|living|lives|lived|get by|survive|surviving|manage|managing) (?:off|on) (?:of )?(?:about |around |only |just |like )?(?:[$£€]? ?[0-9]|[a-z]+ (?:a|per) (?:week|month|fortnight)|benefits?|my pension|disability|social security|nothing|savings|tips)"
)


def _lives_on(said: Said) -> bool:
    """I live on 90 a week: small means, and no life in danger."""
    found = _LIVES_ON.search(said.text)
    words = words_of().get(Intent.VULNERABLE)
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


_MISSPOKE = Pattern(r"[说讲写记]错|打错(?:字|数|日)")


def _takes_words_back(said: Said) -> bool:
    """不是，说错了: who takes his own words back is no stranger."""
    return Tag.CORRECTION in said.tags and bool(_MISSPOKE.search(said.text))


PAYS_IT = Pattern(
    r"(?:(?:还|付|俾|给|缴|交)(?:晒|埋|清|翻|返)|找[晒清])他(?![的们老妈爸仔女细大本])"
)


def _pays_it(said: Said) -> bool:
    """还晒佢: Cantonese puts its "it" behind the verb; nobody else is spoken of."""
    return bool(PAYS_IT.search(said.text))


NOT_REFUSING = "veto.not_refusing"
HEDGED = "veto.hedged"
VETOES = (
    Veto("veto.not_paid", (Intent.ALREADY_PAID,), _not_paid),
    Veto("veto.changes_job", (Intent.ALREADY_PAID,), _changes_job),
    Veto("veto.no_commitment", (Intent.PROMISE_TO_PAY,), _no_commitment),
    Veto(HEDGED, (Intent.PROMISE_TO_PAY,), _is_hedged),
    Veto("veto.no_plan", (Intent.REQUEST_INSTALMENTS,), _no_plan),
    Veto(NOT_REFUSING, (Intent.REFUSE,), _not_refusing),
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
