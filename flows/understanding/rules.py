"""What scores alone may not decide: vetoes by polarity, and the border cases of the taxonomy.

Each rule is a small function; a veto has a name that is kept as evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flows.languages.pattern import Pattern
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
NOT_REFUSING = "veto.not_refusing"
# Clauses beyond these are part of the whole only.
_CLAUSES_MAX = 40

# Where both are said, the first is the primary one (taxonomy, border cases).
_FIRST: tuple[tuple[Intent, Intent], ...] = (
    (Intent.RECEIPT, Intent.ALREADY_PAID),
    (Intent.PRIVACY, Intent.IDENTITY_QUERY),
    (Intent.PAYMENT_FAILED, Intent.PAY_NOW),
    (Intent.DISPUTE_AMOUNT, Intent.REFUSE),
    (Intent.DISPUTE_DEBT, Intent.REFUSE),
    (Intent.REQUEST_INSTALMENTS, Intent.HARDSHIP),
    (Intent.REQUEST_EXTENSION, Intent.HARDSHIP),
    (Intent.REQUEST_DISCOUNT, Intent.HARDSHIP),
    (Intent.PARTIAL_PAYMENT, Intent.HARDSHIP),
    (Intent.REQUEST_CALLBACK, Intent.BUSY),
    (Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY),
    (Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT),
)

_BLOCKS_CLAIM = frozenset({Tag.CANNOT, Tag.NEGATED, Tag.WILL_NOT})
_BLOCKS_PROMISE = frozenset({Tag.CANNOT, Tag.WILL_NOT})

_CLAUSE = Pattern(
    r"[,，。.;；!?、…~\n]+|(?<=[\u3400-\u9fff\ue001-\ue007]) (?=[\u3400-\u9fff\ue001-\ue007])"
    r"|\b(?:but|also|however|although)\b"
    r"|\band(?= (?:i|i'm|im|we|can|could|you|please|also|how|what|when|where|why|don'?t|stop|is)\b)|但是?|不过|然后|而且|另外|还有就是|顺便"
)
_DOUBLE_NEGATION = Pattern(
    r"不是(?:我)?(?:想|要|存心|故意)?(?:不|赖)"
    r"|(?:没|没有|谁|何时|什么时候|哪个)(?:说|想|话|讲)(?:过)?(?:我)?(?:要|想)?(?:不|赖)"
    r"|不(?:还|付|给|交|缴)了?[?,， ]*谁说"
    r"|(?:会|能|怎么会|怎么可能)不(?:还|给|付|交|缴|认)(?:你们?|钱|款)?(?:[吗嘛么?]|$)"
    r"|不(?:会|能|可能)(?:赖|不(?:还|给|付|交|缴|认))|又不是不|并非不|不至于不"
    r"|not (?:refusing|saying i won'?t|trying to avoid|denying)"
    r"|(?:didn'?t|did not|never) (?:say|said) (?:i )?(?:won'?t|wouldn'?t|will not|would not|refuse)"
)
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
_OPTIONS = Pattern(
    r"(?:有|给我?).{0,2}(?:哪些|什么|哪几种|几种)(?:还款|分期|付款)?(?:方案|选择)"
    r"|\bwhat(?:'s| are| is)? (?:my |the |other |payment )*options?\b|\boptions? (?:do i have|are there|can you)"
)
_STILL = Pattern(r"(?:怎么|为什么|为何|咋)(?:你们?)?还(?:在|没|是|要|又|有|不停|催|发|打|来)")
_WAY_TO_PAY = Pattern(
    r"怎么(?:付|交|缴|转)|怎么还款|还款(?:方式|链接|账号)|哪里(?:付|交|缴)|链接|二维码"
)
_AFFORDS = Pattern(r"(?<![么里才])(?:还|付|交|缴|拿)得起")
_ORDER = Pattern(
    r"\b(?:ignore|disregard|forget|override) (?:all |any |the |your |my )*"
    r"(?:previous|prior|above|earlier|instructions?|rules|prompts?)\b|system prompt"
    r"|\bmark (?:\w+ ){1,3}as (?:paid|settled)|(?:忽略|无视)(?:之前|以上|上面|所有|前面).{0,6}(?:指令|提示|规则|命令)"
    r"|(?:标记|标注|设置?|改)(?:为|成)已(?:还|付|结清)"
)
_WISHES = tuple(intent for intent in Intent if intent not in (*SAFETY, Intent.UNCLEAR))
# An explicit stop with a threat: the complaint is heard first, the stop binds all the same.
_THREAT = Pattern(
    r"投诉|举报|报警|报案|警察|曝光|告你们|工信部|银保监|金管|消协|消保|媒体|记者|12\d{3}"
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
_CALLS = Pattern(r"电话|来电|回电|打给|打俾|\b(?:call|phone|ring|speak|talk)\b")
_WRITES = Pattern(
    r"(?:发|传|回)(?:个)?(?:短信|信息|消息|讯息|简讯|微信)?(?:给|到)?我|\b(?:text|txt|message|msg|write to) me\b"
)
_PAYS = Pattern(r"还|缴|交|付|给|清|处理|\b(?:pay|payment|settle|clear|sort)")
_WILLING = Pattern(
    r"会(?:还|处理|给|付|缴|交)|想办法|努力|i'?ll (?:sort|pay|see)|will pay|going to pay"
)
_TIME_BARRED = Pattern(r"时效|追诉期|追讨期|time.?barred|statute|too old to collect")
_IN_NEED = Pattern(
    r"失业|没(?:有)?(?:工作|收入|钱)|被裁|裁员|下岗|住院|生病|病了|手术|车祸|手头(?:很|太|有点)?紧|困难|周转|无薪"
    r"|还不起|缴不(?:起|出)|付不起|拿不出"
    r"|\b(?:lost my job|unemployed|laid off|out of work|sick|hospital|no (?:money|income|job)|can'?t afford"
    r"|struggling|broke|redundant)\b"
)
_YES_WORD = Pattern(r"^(?:嗯|好|行|可以|ok|okay|得|对|是|yes|sure|alright|fine|great)")
_SWEARS = Pattern(
    r"滚|他妈|傻逼|操你|去死|妈的|草泥|混蛋|王八|白痴|神经病|垃圾"
    r"|\b(?:fuck\w*|shit|asshole|bitch\w*|idiot\w*|moron\w*|bastard\w*|scum)\b"
)

# What an insult is made of; a guess without any of it is no insult.
_INSULTS = Pattern(
    r"妈|逼|滚|屎|蠢|笨|猪|狗|贱|黐|撚|屌|死|傻|白痴|垃圾|混蛋|王八|脑|有病|毛病|神经|无耻|流氓|败类|畜生|鬼"
    r"|\b(?:f[u*@]*c?k?\w*|f\*+|shit\w*|ass\w*|bitch\w*|idiot\w*|moron\w*|bastard\w*|scum\w*|stupid|dumb\w*"
    r"|screw|clown\w*|loser\w*|pathetic|parasite\w*|crook\w*|thie(?:f|ves)|vultures?|pigs?|trash|suck\w*|hell)\b"
)


class Clause(NamedTuple):
    """A part of a message that may say something of its own; `masked` is the same with slots."""

    text: str
    masked: str
    tags: frozenset[Tag]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the rules look at: the normalised text, its clauses and tags, the kinds of facts."""

    text: str
    clauses: tuple[Clause, ...]
    tags: frozenset[Tag]
    kinds: frozenset[EntityKind]


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
    return tuple(map(Clause, plain, parts, map(read_tags, plain)))


def _split(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSE.split(text) if part.strip()][:_CLAUSES_MAX]


def vetoes(said: Said) -> dict[Intent, str]:
    """The intents that the words rule out, each with the name of the rule."""
    found: dict[Intent, str] = {}
    for name, intents, forbids in _VETOES:
        if forbids(said):
            found.update(dict.fromkeys(intents, name))
    return found


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


def names_day(said: Said) -> bool:
    """Whether a day to come is named for paying, with no hedge and no refusal: 明天我会还的."""
    return (
        EntityKind.DATE in said.kinds
        and Tag.FUTURE in said.tags
        and not said.tags & {Tag.HEDGE, Tag.VAGUE_TIME, Tag.ASKS, *_BLOCKS_CLAIM}
        and bool(_PAYS.search(said.text))
    )


def names_hour_to_write(said: Said) -> bool:
    """Text me after 6 pm: later is meant, by a message, and no call."""
    if EntityKind.TIME not in said.kinds or _CALLS.search(said.text):
        return False
    return bool(_WRITES.search(said.text))


def insults(said: Said) -> bool:
    """Whether the words hold anything that insults are made of."""
    return bool(_INSULTS.search(said.text))


def asks_for_options(said: Said) -> bool:
    """Whether it is asked which ways of paying there are: what options do I have, 有哪些方案."""
    return bool(_OPTIONS.search(said.text))


def implied(primary: Intent, said: Said) -> list[Intent]:
    """The further intents that the taxonomy names for a primary one."""
    return [also for intent, also, holds in _IMPLIED if intent is primary and holds(said)]


def _any_clause(said: Said, holds: Callable[[frozenset[Tag]], bool]) -> bool:
    return any(holds(clause.tags) for clause in said.clauses)


def _not_paid(said: Said) -> bool:
    """还没还, 还不了, 不还: never a claim of payment, unless another clause makes it."""
    if not said.tags & _BLOCKS_CLAIM or Tag.PAST in said.tags:
        return False
    return not _any_clause(said, lambda tags: Tag.PAST in tags and not tags & _BLOCKS_CLAIM)


def _no_commitment(said: Said) -> bool:
    """明天还不了, 不还: never a promise, unless another clause makes it."""
    if not said.tags & _BLOCKS_PROMISE:
        return False
    return not _any_clause(said, lambda tags: Tag.FUTURE in tags and not tags & _BLOCKS_PROMISE)


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
    return bool(_DOUBLE_NEGATION.search(said.text))


def _is_hedged(said: Said) -> bool:
    """尽量, 会还的, 谁说我不还: no day, no promise, yet willing."""
    return (
        Tag.HEDGE in said.tags
        or bool(_WILLING.search(said.text))
        or bool(_DOUBLE_NEGATION.search(said.text))
    )


def _is_vague_promise(said: Said) -> bool:
    """过几天还: more time is asked for by one who is willing to pay."""
    return bool(said.tags & {Tag.HEDGE, Tag.VAGUE_TIME, Tag.FUTURE} and _PAYS.search(said.text))


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


def _is_in_need(said: Said) -> bool:
    return bool(_IN_NEED.search(said.text))


def _is_part(said: Said) -> bool:
    return Tag.MINIMUM in said.tags or EntityKind.SHARE in said.kinds


def _is_done(said: Said) -> bool:
    return Tag.PAST in said.tags and not said.tags & _BLOCKS_CLAIM


def _is_authority(said: Said) -> bool:
    """The attorney general is nobody's lawyer."""
    return "attorney general" in said.text or "solicitor general" in said.text


def _is_order_to_machine(said: Said) -> bool:
    """Ignore all instructions, mark as paid: no customer's wish, whatever it quotes."""
    return bool(_ORDER.search(said.text))


_VETOES: tuple[tuple[str, tuple[Intent, ...], Callable[[Said], bool]], ...] = (
    ("veto.not_paid", (Intent.ALREADY_PAID,), _not_paid),
    ("veto.no_commitment", (Intent.PROMISE_TO_PAY,), _no_commitment),
    ("veto.no_plan", (Intent.REQUEST_INSTALMENTS,), _no_plan),
    (NOT_REFUSING, (Intent.REFUSE,), _not_refusing),
    ("veto.no_time", (Intent.REQUEST_EXTENSION,), _wants_no_time),
    ("veto.no_discount", (Intent.REQUEST_DISCOUNT,), _wants_no_discount),
    ("veto.withdraws", (Intent.REQUEST_HUMAN, Intent.REQUEST_CALLBACK), _withdraws),
    ("veto.owns_debt", (Intent.DISPUTE_DEBT,), _owns_debt),
    ("veto.authority", (Intent.LEGAL,), _is_authority),
    ("veto.still", (Intent.PAY_NOW,), _is_still),
    ("veto.can_afford", (Intent.HARDSHIP,), _can_afford),
    ("veto.order_to_machine", _WISHES, _is_order_to_machine),
)
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
