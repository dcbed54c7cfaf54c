"""The border cases of the taxonomy: which intent of several comes first, what else one implies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from flows.languages.pattern import Pattern
from flows.replacing import maker
from flows.understanding.intents import Intent
from flows.understanding.tags import read_tags
from flows.understanding.values import EntityKind, Tag

# Order of reading (negotiation.md C.2, taxonomy for wrong person before stop): the first names it.
SAFETY = (
    Intent.VULNERABLE,
    Intent.DECEASED,
    Intent.LEGAL,
    Intent.WRONG_PERSON,
    Intent.OPT_OUT,
    Intent.DISPUTE_DEBT,
)
# Said beside anything else these add nothing.
WEAK = frozenset(
    {
        Intent.GREETING,
        Intent.THANKS,
        Intent.AFFIRM,
        Intent.DENY,
        Intent.ABUSE,
        Intent.UNCLEAR,
    }
)
# Clauses beyond these are part of the whole only.
_CLAUSES_MAX = 40

# Where both are said, the first is the primary one (taxonomy, border cases).
_FIRST: tuple[tuple[Intent, Intent], ...] = (
    (Intent.RECEIPT, Intent.ALREADY_PAID),
    (Intent.PRIVACY, Intent.IDENTITY_QUERY),
    (Intent.PAYMENT_FAILED, Intent.PAY_NOW),
    (Intent.DISPUTE_AMOUNT, Intent.REFUSE),
    (Intent.DISPUTE_AMOUNT, Intent.PROMISE_TO_PAY),
    (Intent.DISPUTE_DEBT, Intent.REFUSE),
    (Intent.REQUEST_INSTALMENTS, Intent.HARDSHIP),
    (Intent.REQUEST_EXTENSION, Intent.HARDSHIP),
    (Intent.REQUEST_DISCOUNT, Intent.HARDSHIP),
    (Intent.PARTIAL_PAYMENT, Intent.HARDSHIP),
    (Intent.REQUEST_CALLBACK, Intent.BUSY),
    (Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY),
    (Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT),
)

BLOCKS_CLAIM = frozenset({Tag.CANNOT, Tag.NEGATED, Tag.WILL_NOT})

_MARKS = ",，。.;；!?、…~\n"
# No branch starts with anything but a character: only then does `re` skip ahead to one of these.
_CLAUSE = Pattern(
    "|".join(map(re.escape, _MARKS))
    + r"| (?<=[\u3400-\u9fff\ue001-\ue007] )(?=[\u3400-\u9fff\ue001-\ue007])"
    r"|b(?<=\bb)ut\b|a(?<=\ba)lso\b|h(?<=\bh)owever\b|a(?<=\ba)lthough\b"
    r"|a(?<=\ba)nd(?= (?:i|i'm|im|we|can|could|you|please|also|how|what|when|where|why|don'?t|stop|is)\b)"
    r"|但是?|不过|然后|而且|另外|还有就是|顺便"
)
DOUBLE_NEGATION = Pattern(
    r"不是(?:我)?(?:想|要|存心|故意)?(?:不|赖)"
    r"|(?:没|没有|谁|何时|什么时候|哪个)(?:说|想|话|讲)(?:过)?(?:我)?(?:要|想)?(?:不|赖)"
    r"|不(?:还|付|给|交|缴)了?[?,， ]*谁说"
    r"|(?:会|能|怎么会|怎么可能)不(?:还|给|付|交|缴|认)(?:你们?|钱|款)?(?:[吗嘛么?]|$)"
    r"|不(?:会|能|可能)(?:赖|不(?:还|给|付|交|缴|认))|又不是不|并非不|不至于不"
    r"|not (?:refusing|saying i won'?t|trying to avoid|denying)"
    r"|(?:didn'?t|did not|never) (?:say|said) (?:i )?(?:won'?t|wouldn'?t|will not|would not|refuse)"
)
# An explicit stop with a threat: the complaint is heard first, the stop binds all the same.
_THREAT = Pattern(
    r"投诉|举报|报警|报案|警察|曝光|告你们|工信部|银保监|金管|消协|消保|媒体|记者|(?<!\d)123\d{2}(?!\d)"
    r"|\b(?:report|police|complain|complaint|ombudsman|regulator|sue|cfpb|fca|bbb|ftc"
    r"|attorney general|media|news)\b"
)
_ROBOT = Pattern(
    r"机器|电脑|智能|真人|自动回复"
    r"|\b(?:bot|robot|ai|machine|human|computer|automated|real person|chatbot)\b"
)
_CALL_ME = Pattern(
    r"(?:打|回)(?:个)?(?:电话)?(?:给|来)?(?:我|来|过来)|给我(?:来|打|回)|联系我|联络我|跟我联|找我"
    r"|来电|回电|call我|\b(?:call|phone|ring|contact|reach) (?:me|back)\b|give me a (?:call|ring)"
)
PAYS = Pattern(r"还|缴|交|付|给|清|处理|\b(?:pay|payment|settle|clear|sort)")
_WILLING = Pattern(
    r"会(?:还|处理|给|付|缴|交)|[替帮]我(?:来)?(?:还|付|缴|交)|(?:还|付|找|俾|给|缴|交)(?:晒|埋|清|翻)他|想办法|努力|i'?ll (?:sort|pay|see)|will pay|going to pay"
)
_TIME_BARRED = Pattern(r"时效|追诉期|追讨期|time.?barred|statute|too old to collect")
# A refusal until something of ours is done; until he is paid is no complaint.
WITHHELD = Pattern(
    r"\b(?:until|till|til|unless) (?:you|u|someone|i (?:get|see|have) (?:my|the|a|some|proof|it in))\b"
    r"|(?:你们?)?(?:不|没|没有)(?:先)?(?:给|拿|把|提供|出示|解决|处理|退|改|修|弄|查|核|算|说)[^,，。]{0,10}[,，。 ]*(?:之前|以前|前)?(?:我)?(?:就|都|是|绝对|也)?(?:不会?|一分(?:钱)?(?:也|都)?不)(?:还|付|交|缴|给)"
    r"|除非[^,，。]{1,14}[,，。 ]*(?:否则|不然)?(?:我)?(?:就|才|都)?不?(?:会)?(?:还|付|交|缴|给)"
)
_IN_NEED = Pattern(
    r"失业|没(?:有)?(?:工作|收入|钱)|被裁|裁员|下岗|住院|生病|病了|手术|车祸|手头(?:很|太|有点)?紧|困难|周转|无薪"
    r"|还不起|缴不(?:起|出)|付不起|拿不出"
    r"|\b(?:lost my job|unemployed|laid off|retrench\w*|made redundant|out of work|sick|hospital|no (?:money|income|job)|can'?t afford"
    r"|struggling|broke(?! down)|redundant|cancer|chemo\w*|surgery|dialysis)\b"
)
_YES_WORD = Pattern(r"^(?:嗯|好|行|可以|ok|okay|得|对|是|yes|sure|alright|fine|great)")
_SWEARS = Pattern(
    r"滚|他妈|傻逼|操你|去死|妈的|草泥|混蛋|王八|白痴|神经病|垃圾"
    r"|\b(?:fuck\w*|shit|asshole|bitch\w*|idiot\w*|moron\w*|bastard\w*|scum)\b"
)


class Clause(NamedTuple):
    """A part of a message that may say something of its own; `masked` is the same with slots."""

    text: str
    masked: str
    tags: frozenset[Tag]


_make_clause = maker(Clause)


class Said(NamedTuple):
    """What the rules look at: the normalised text, its clauses and tags, the kinds of facts."""

    text: str
    clauses: tuple[Clause, ...]
    tags: frozenset[Tag]
    kinds: frozenset[EntityKind]
    # Whether a question of ours is open, other than who somebody is.
    is_answer: bool = False


make_said = maker(Said)


def split_clauses(text: str, masked: str) -> tuple[Clause, ...]:
    """The clauses of a text of several, in order, each with its masked form and its tags.

    Where a slot has swallowed the mark between two clauses, the masked form stands for both. A
    text of one clause has none, since it says nothing that the whole does not.
    """
    parts = _split(masked)
    if len(parts) < 2:
        return ()
    plain = _split(text)
    if len(plain) != len(parts):
        plain = parts
    return tuple(map(_make_clause, plain, parts, map(read_tags, plain)))


def _split(text: str) -> list[str]:
    return [part for part in map(str.strip, _CLAUSE.split(text)) if part][:_CLAUSES_MAX]


def order(intents: Sequence[Intent], said: Said) -> tuple[Intent, ...]:
    """The intents of one message with the primary one first; the given order breaks ties."""
    listed = list(dict.fromkeys(intents))
    if len(listed) == 1:
        return (listed[0],)
    for first, second in _FIRST:
        if first in listed and second in listed and listed.index(first) > listed.index(second):
            listed.remove(first)
            listed.insert(listed.index(second), first)
    ordered = list(dict.fromkeys([*(name for name in SAFETY if name in listed), *listed]))
    if Intent.DECEASED in ordered and Intent.WRONG_PERSON in ordered:
        ordered.remove(Intent.WRONG_PERSON)
    if ordered[0] is Intent.OPT_OUT and Intent.COMPLAINT in ordered and _THREAT.search(said.text):
        ordered.insert(0, Intent.COMPLAINT)
    return tuple(dict.fromkeys(ordered))


def implied(primary: Intent, said: Said) -> list[Intent]:
    """The further intents that the taxonomy names for a primary one."""
    return [also for also, holds in _IMPLIED_BY.get(primary, ()) if holds(said)]


def _is_hedged(said: Said) -> bool:
    """尽量, 会还的, 谁说我不还: no day, no promise, yet willing."""
    return (
        Tag.HEDGE in said.tags
        or bool(_WILLING.search(said.text))
        or bool(DOUBLE_NEGATION.search(said.text))
    )


def _is_vague_promise(said: Said) -> bool:
    """过几天还: more time is asked for by one who is willing to pay."""
    return bool(said.tags & {Tag.HEDGE, Tag.VAGUE_TIME, Tag.FUTURE} and PAYS.search(said.text))


def _is_call_without_time(said: Said) -> bool:
    return bool(_CALL_ME.search(said.text)) and EntityKind.TIME not in said.kinds


def _asks_for_robot(said: Said) -> bool:
    return bool(_ROBOT.search(said.text))


def _begins_with_yes(said: Said) -> bool:
    return bool(_YES_WORD.match(said.text))


def _swears(said: Said) -> bool:
    return bool(_SWEARS.search(said.text))


def _is_time_barred(said: Said) -> bool:
    return bool(_TIME_BARRED.search(said.text))


def threatens(text: str) -> bool:
    """Whether the words name a regulator, the police, a court or the press."""
    return bool(_THREAT.search(text.casefold()))


def is_in_need(text: str) -> bool:
    """Whether the words tell of hard times: a lost job, an illness, no money."""
    return bool(_IN_NEED.search(text.casefold()))


def _is_in_need(said: Said) -> bool:
    return is_in_need(said.text)


def _is_part(said: Said) -> bool:
    return Tag.MINIMUM in said.tags or EntityKind.SHARE in said.kinds


def _is_done(said: Said) -> bool:
    return Tag.PAST in said.tags and not said.tags & BLOCKS_CLAIM


_IMPLIED: tuple[tuple[Intent, Intent, Callable[[Said], bool]], ...] = (
    (Intent.UNCLEAR, Intent.PROMISE_TO_PAY, _is_hedged),
    (Intent.REQUEST_EXTENSION, Intent.PROMISE_TO_PAY, _is_vague_promise),
    (Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN, _is_call_without_time),
    (Intent.IDENTITY_QUERY, Intent.REQUEST_HUMAN, _asks_for_robot),
    (Intent.THANKS, Intent.AFFIRM, _begins_with_yes),
    (Intent.OPT_OUT, Intent.ABUSE, _swears),
    (Intent.DISPUTE_DEBT, Intent.LEGAL, _is_time_barred),
    (Intent.REQUEST_INSTALMENTS, Intent.HARDSHIP, _is_in_need),
    (Intent.REQUEST_EXTENSION, Intent.HARDSHIP, _is_in_need),
    (Intent.REQUEST_DISCOUNT, Intent.HARDSHIP, _is_in_need),
    (Intent.PARTIAL_PAYMENT, Intent.HARDSHIP, _is_in_need),
    (Intent.ALREADY_PAID, Intent.PARTIAL_PAYMENT, _is_part),
    (Intent.PARTIAL_PAYMENT, Intent.ALREADY_PAID, _is_done),
)
_IMPLIED_BY = {
    primary: tuple((also, holds) for intent, also, holds in _IMPLIED if intent is primary)
    for primary, _, _ in _IMPLIED
}
