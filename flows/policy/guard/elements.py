"""What an overdue reminder must hold under its profiles, and whether a text holds it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from flows.policy.guard.figures import Amount, Day, amounts, days
from flows.policy.guard.reading import MASK, Reading, Sentence, bit
from flows.policy.guard.view import HAN, fold, holds_any

SIGNATURE = "registered SMS signature"
DISCLOSURE = "collection disclosure"
FIRST, LATER = "first", "later"
# Profiles, stages and networks come in few combinations.
_WAYS_TO_ASK = 256


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """A reminder with the facts its elements are checked against.

    `stage` and `network` None: not told. `disclosures`: the ids for a first and a later message.
    `companion`: the same message in another language, read.
    """

    reading: Reading
    profiles: tuple[str, ...]
    stage: str | None = None
    is_verified: bool = True
    channel: str = "sms"
    network: str | None = None
    creditor: str = ""
    agent_name: str = ""
    today: date | None = None
    due_on: date | None = None
    validation_until: date | None = None
    payby: tuple[int, int] = (0, 3650)
    disclosures: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    companion: Reading | None = field(default=None)

    @cached_property
    def found(self) -> dict[tuple[str, str], bool]:
        """What was looked for already: elements, by stage where that matters."""
        return {}

    @property
    def text(self) -> str:
        """The folded text with links masked."""
        return self.reading.text

    @cached_property
    def body(self) -> tuple[Sentence, ...]:
        """The sentences before and beside the footer: disclosure, automated note, opt-out."""
        return tuple(each for each in self.reading.sentences if not _is_footer(each.text))

    @cached_property
    def body_classes(self) -> int:
        """The word classes of the body."""
        bits = 0
        for sentence in self.body:
            bits |= sentence.classes
        return bits

    @cached_property
    def has_link(self) -> bool:
        """Whether a page stands behind the message."""
        return any(not link.is_mail for link in self.reading.links)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The days named in it."""
        return tuple(days(self.text, self.today))

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """The amounts named in it."""
        return tuple(amounts(self.text))


def missing(reminder: Reminder) -> tuple[str, ...]:
    """The ids of the elements that are required and not found, in the order of the table.

    Where the stage is not told, a text that is complete as a first or as a later one is complete.
    """
    if reminder.stage:
        return _missing(reminder, reminder.stage)
    return min((_missing(reminder, stage) for stage in (LATER, FIRST)), key=len)


def _missing(reminder: Reminder, stage: str) -> tuple[str, ...]:
    return tuple(
        element.id
        for element in _required(reminder, stage)
        if not (element.link and reminder.has_link) and not _is_found(element, reminder, stage)
    )


def _is_found(element: _Element, reminder: Reminder, stage: str) -> bool:
    """Whether the text holds the element, looked for once; only one is another at each stage."""
    key = (element.id, stage if element.id == DISCLOSURE else "")
    if key not in reminder.found:
        reminder.found[key] = bool(_FINDERS[element.id](reminder, stage))
    return reminder.found[key]


@dataclass(frozen=True, slots=True)
class _Element:
    id: str
    marks: dict[str, str]
    link: bool
    neutral: bool


@cache
def _table() -> tuple[_Element, ...]:
    data = tomllib.loads(files(__package__).joinpath("elements.toml").read_text("utf-8"))
    return tuple(
        _Element(
            row["id"],
            dict(zip(data["order"], row["marks"], strict=True)),
            row.get("link", False),
            row.get("neutral", False),
        )
        for row in data["element"]
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Everything that decides which elements a reminder needs."""

    profiles: tuple[str, ...]
    stage: str
    told_stage: str | None
    is_verified: bool
    channel: str
    network: str | None


def _required(reminder: Reminder, stage: str) -> tuple[_Element, ...]:
    return _required_of(
        _Asked(
            reminder.profiles,
            stage,
            reminder.stage,
            reminder.is_verified,
            reminder.channel,
            reminder.network,
        )
    )


@lru_cache(_WAYS_TO_ASK)
def _required_of(asked: _Asked) -> tuple[_Element, ...]:
    return tuple(element for element in _table() if _is_required(element, asked))


def _is_required(element: _Element, asked: _Asked) -> bool:
    marks = {element.marks.get(name, element.marks["strict-default"]) for name in asked.profiles}
    if element.id == SIGNATURE:
        return _needs_signature(marks, asked)
    if not asked.is_verified:
        # Nobody has heard from us there yet, unless the caller says otherwise.
        return element.neutral and ("F" not in marks or asked.told_stage != LATER)
    wanted = {"R", "V", "F" if asked.stage == FIRST else "L"}
    return bool(marks & wanted)


def _needs_signature(marks: set[str], asked: _Asked) -> bool:
    if asked.channel != "sms":
        return False
    if asked.network is None:
        return "R" in marks
    return asked.network == "signature" and marks != {"N"}


# --- the footer ---------------------------------------------------------------------------------

_OPT_OUT = re.compile(
    r"退订|停止接收|取消订阅|不再接收|拒收|回复?[\"' ]{0,2}(?:t|td|r|n|stop|退)(?![a-z])"
    r"|/stop\b|\b(?:reply|text|send|type)[ :\"']{1,3}stop\b|\bstop to (?:stop|end|opt)|\bunsubscribe|\bopt[- ]?out\b"
)
_OPT_OUT_HINTS = ("退", "停止", "取消", "不再", "拒收", "回", "/", "stop", "unsub", "opt")
_IDENTITY = re.compile(
    r"由[^。!?]{1,50}?(?:受|代表|为|代)[^。!?]{1,50}?(?:委托|委任|授权|自动)?[^。!?]{0,6}?(?:发送|发出|传送|寄发|发布|联系|联络)"
    r"|(?:受|代表)[^。!?]{1,40}?(?:委托|委任|授权)[^。!?]{0,16}?(?:发送|发出|传送|联系|联络|处理|协助)"
    r"|本(?:消息|讯息|信息|短信|短讯|简讯|通知|邮件)(?:是)?由[^。!?]{1,40}?(?:发送|发出|传送|寄发)"
    r"|\bsent by\b[^.!?]{1,60}|\b(?:automated |automatic )?(?:message|notice|text|reminder) from\b[^.!?]{1,50}?\b(?:for|on behalf of|to help)\b"
    r"|\b(?:contacting|writing to|messaging|texting) you\b[^.!?]{0,10}(?:for|on behalf of|about)\b|\b(?:acting|working|sent|writing) (?:for|on behalf of)\b|\bon behalf of\b"
)
_PURPOSE = re.compile(
    r"目的|用于|用以|以便|旨在|协助您|协助处理|帮助您|处理(?:上述|逾期|您的)?账单|关于|\bto help\b|\babout\b|\bregarding\b|\bin order to\b|\bpurpose\b|\bto settle\b"
)
_COLLECTOR = re.compile(r"催收机构|催收公司|讨债机构|debt collector")
_ATTEMPT = re.compile(r"attempt to collect a debt")
_USED = re.compile(r"information (?:we )?obtain(?:ed)?\b.{0,30}\bused for (?:that|this) purpose")
_ABOUT_CONTACT = re.compile(r"对(?:联络|联系)方式有意见|about how we contact you")
_AUTO_NOTE = re.compile(r"^[ (]*(?:自动消息|自动讯息|自动信息|automated|automated message)[ ).]*")


# No sentence names its sender without one of these: a look for them costs a hundredth.
_IDENTITY_HINTS = (
    *("由", "受", "代表", "sent", " from", " you", "acting", "working", "writing", "behalf"),
)


def _identity(text: str) -> re.Match[str] | None:
    """Where a text says who sends it, and for whom."""
    if not holds_any(text, _IDENTITY_HINTS):
        return None
    return _IDENTITY.search(text)


def _opt_out(text: str) -> re.Match[str] | None:
    """Where a text says how to stop the messages."""
    return _OPT_OUT.search(text) if holds_any(text, _OPT_OUT_HINTS) else None


def _is_footer(text: str) -> bool:
    """Whether a sentence is part of the footer."""
    return bool(
        _opt_out(text)
        or _identity(text)
        or _COLLECTOR.search(text)
        or _ATTEMPT.search(text)
        or _USED.search(text)
        or _ABOUT_CONTACT.search(text)
        or _AUTO_NOTE.match(text)
    )


# --- the elements -------------------------------------------------------------------------------

_SIGNED = re.compile(r"\s*【[^【】]{1,30}】|\s*\[[^\[\]]{1,30}\](?!\()")
_POLITE = re.compile(
    r"您好|你好|尊敬的|敬爱的|亲爱的|早安|早上好|上午好|中午好|下午好|晚上好|晚安|午安|各位好|您早|嗨|哈啰|哈喽|敬启者|(?:先生|女士|小姐|太太|同学|老师)[,:!]?"
    r"|^\W*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|welcome)\b"
)
_CALLED = re.compile(
    rf"^[\s\"']*(?:[{HAN}]{{2,4}})[,:! ]|^[\s\"']*(?P<en>[a-z][\w'.-]*(?: [a-z][\w'.-]*){{0,2}})[,:!]"
)
_NO_NAME = re.compile(
    r"^[\s\"']*(?:您的|你的|本|请|我们|账单|提醒|通知|温馨|关于|截至|逾期|尾号|温馨提示|友情|重要|this|your|please|reminder|notice|note|we|our|the|a|an|bill|payment|important|overdue|it|as|automated|thanks|thank|if|for|of)\b|^[\s\"']*(?:您的|你的|本消息|请|我们|账单|提醒|通知|温馨|关于|截至|逾期|尾号|重要)"
)
_ANY_CREDITOR = re.compile(
    r"(?:这里|这边)是(?!自动|一条)[^,。:]{2,}|我们是(?!自动)[^,。]{2,}|代表(?!您)[^,。]{2,20}|受[^,。]{2,20}委托|来自[^,。]{2,}"
    r"|\bthis is (?!a |an |about|regarding|the |to |just|your|not |how|our )\w+|\w+ here\b(?!:)|\bfor (?!you|that|this|the|your|a |an |help|questions|more|details)\w+|\bon behalf of \w+|\bfrom (?!our|the|your|us|a )\w+"
)
_OVERDUE, _HELP, _DISPUTE, _COMPLAIN, _THANKS, _ADVICE, _AUTOMATED = (
    bit(name)
    for name in (
        *("overdue", "help", "dispute_word", "complain_word", "thanks", "advice", "automated"),
    )
)
_BILL = re.compile(
    r"账单|账款|还款|贷款|借款|欠|款|卡|账户|月供|费|bill|payment|loan|account|balance|instal|invoice|debt|card|amount|due|[$¥£€]"
)
_MASKED = re.compile(
    r"(?:尾号|尾数|末四码|末四位|末4码|末4位|后四位|后4位|后四码|尾码)[^\da-z]{0,4}[\da-z]{4}(?![\da-z])"
    r"|\b(?:ending|ends)(?: in| with| on)?[: ]+[\da-z]{4}(?![\da-z])|\blast (?:4|four)(?: digits)?(?: are| is|:)? ?[\da-z]{4}(?![\da-z])"
    r"|(?:\*{2,}|x{2,}|\.{3}|…|#{2,}|•{2,}) ?[\da-z]{4}(?![\da-z])"
)
_FULL_NUMBER = re.compile(
    r"(?:账号|账户|卡号|合同号|账单号|账单编号|编号|account(?: number| no\.?)?|card(?: number| no\.?)?|bill (?:number|no\.?)|reference(?: number)?|ref\.?)[^\da-z,。]{0,4}(?P<number>\d[\d -]{6,}\d)"
)
_ITEMS = re.compile(
    r"本金.{0,40}(?:利息|息费|费用|手续费)|principal.{0,60}(?:interest|fee)|明细|breakdown|itemi[sz]ed|line by line"
)
_WORD_NUMBERS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
        ]
    )
}
_DAYS_OVERDUE = re.compile(
    r"(?:逾期|过期|超过(?:还款日|到期日)?|拖欠|已过(?:还款日|到期日)?|晚了|迟了|超期|延迟)[^\d,。;一二两三四五六七八九十]{0,6}(?P<zh>\d+|[一二两三四五六七八九十]+) ?(?:天|日)"
    r"|(?P<zh2>\d+) ?天(?:前(?:已)?到期|未还|未付|未缴)"
    rf"|\b(?P<en>\d+|{'|'.join(_WORD_NUMBERS)})[ -]days? (?:past|over|late|behind|after|beyond|ago)"
    rf"|\b(?:overdue|past due|late)(?: by| for| since)? (?P<en2>\d+|{'|'.join(_WORD_NUMBERS)}) days?\b"
)
_DUE_BEFORE = re.compile(
    r"(?:到期日?|应还日|还款日|最后还款日|缴款期限|应于|已于|原定|自|因)(?:为|是|:|于)?[ (]?$|\b(?:was|were|fell|is|are|bill|payment)? ?(?:due|dated|owed)(?: on| date| since| date was| date:| was| by|:)* ?(?:\w+day,? )?$|\bsince $"
)
_DUE_AFTER = re.compile(
    r"^(?:\([^)]*\))?(?:已|就|即|便)?(?:到期|应还|为(?:到期|还款)日|为止到期|截止)|^ ?\(?(?:due date|was the due)"
)
_BY_BEFORE = re.compile(
    r"(?:请(?:您)?(?:尽量|尽可能)?(?:于|在|最晚|最迟)?|方便[^。]{0,4}(?:于|在)|最晚|最迟|不迟于|至迟|参考(?:还款|付款|缴款)?日期?(?:为|是|:)?|(?:还款|付款|缴款)日期?(?:为|是|:)|先按|比如|例如|约在|限|于|在|截止(?:到|至)?|宽限(?:到|至)) ?$"
    r"|\b(?:by|before|until|till|no later than|on or before|suggested date(?: is)?:?|suggested(?: pay)? day:?|pencilled in|penciled in|such as|say,?|pay (?:it )?on|payment date:?|target date:?|aim for|as late as)(?: the)? (?:\w+day,? )?$"
)
_BY_AFTER = re.compile(
    r"^(?:\([^)]*\))?(?:之|以)?前|^(?:\([^)]*\))?(?:或之前|为止|止|来打算|付|还(?!款已)|处理|缴)"
)
_ANSWER_BY = re.compile(
    r"(?:reply|replies|answer|respond|contact you|call you|write back|get back|回复您|答复|联系您|联络您)[^.。]{0,24}$"
)
_PHONE = re.compile(
    r"(?<![\d/¥$£€.,-])(?:\+|00)?\(?\d(?:[ ()./-]?\d){6,14}(?!\d*(?:元|块|%|\.\d{2}\b))"
)
_SHORT_PHONE = re.compile(
    r"(?:致电|拨打|拨|来电|电话|热线|打|客服|call|phone|ring|dial|tel|on)(?:[:: ]|给|我们|us|at|on)*(\d{3,6})(?![\d元块]|[ -]\d)"
)
_PREMIUM_UK = re.compile(r"^(?:\+44|0044)?0?9\d")
_REPLY = re.compile(
    r"(?:直接)?(?:回复|回讯|回信|答复)(?!您)|(?:请|直接|就|可以?|也可|来|想.{0,6}|数字)回(?!电|访|款|执|头|来|家|t\b|td\b)|回[\"']|回(?:我们|一声|个|一下)|发(?:来|给我们)|传(?:来|给我们)"
    r"|\b(?:reply|replying|text back|text us|respond|write back|message us|just text|write to us|texting back|answer this|send us a)\b"
)
_STOP_WORD = re.compile(
    r"^[ :\"'(]*(?:stop|t|td|r|n|end|quit|cancel|unsubscribe|退订|退|停)(?![a-z])"
)
_CHAT = re.compile(
    r"在线|线上客服|客服|微信|公众号|企微|\bline\b|whatsapp|telegram|messenger|\bchat\b|聊天|网页|app\b|应用内|手机银行|邮箱|邮件|电邮|email|e-mail|营业厅|网点|门店|小程序|wechat|online|help desk|helpdesk|live help"
)
_OR_ANOTHER = re.compile(
    rf"^[ )）]*(?:或|、|及|和|/|,? or\b|,? and\b)\s*(?:通过|透过|经)?\s*[\w{HAN}@{MASK}]{{2,}}"
)

Finder = Callable[[Reminder, str], object]


def _has_signature(reminder: Reminder, stage: str) -> object:
    return _SIGNED.match(reminder.reading.view.raw)


def _after_signature(text: str) -> str:
    return _SIGNED.sub("", text, count=1) if _SIGNED.match(text) else text


def _has_salutation(reminder: Reminder, stage: str) -> object:
    first = next(
        (s.text for s in reminder.reading.sentences if _after_signature(s.text).strip()), ""
    )
    first = _after_signature(first).strip()
    if _POLITE.search(first):
        return True
    return _CALLED.match(first) and not _NO_NAME.match(first)


def _names(reminder: Reminder, name: str) -> bool:
    return _bare(name) in _bare(reminder.reading.view.text)


def _bare(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def _has_creditor(reminder: Reminder, stage: str) -> object:
    if reminder.creditor:
        return _names(reminder, reminder.creditor)
    return _ANY_CREDITOR.search(reminder.text) or _identity(reminder.text)


def _has_collector(reminder: Reminder, stage: str) -> object:
    if reminder.agent_name:
        return _names(reminder, reminder.agent_name)
    return _identity(reminder.text) or _COLLECTOR.search(reminder.text)


def _has_reason(reminder: Reminder, stage: str) -> object:
    return any(
        sentence.classes & _OVERDUE and _BILL.search(sentence.text) for sentence in reminder.body
    )


def _has_reference(reminder: Reminder, stage: str) -> object:
    return _MASKED.search(reminder.text) and not _FULL_NUMBER.search(reminder.text)


def _has_amount(reminder: Reminder, stage: str) -> object:
    return reminder.amounts


def _has_breakdown(reminder: Reminder, stage: str) -> object:
    return _ITEMS.search(reminder.text)


def _has_due(reminder: Reminder, stage: str) -> object:
    late = [_count(match) for match in _DAYS_OVERDUE.finditer(reminder.text)]
    due = [day for day in reminder.days if _is_due(reminder.text, day)]
    if not (late or due):
        return False
    if reminder.due_on is None:
        return True
    if any(day.readings and reminder.due_on not in day.readings for day in due):
        return False
    if reminder.today is None:
        return True
    return all(count == (reminder.today - reminder.due_on).days for count in late)


def _count(match: re.Match[str]) -> int:
    found = next(group for group in match.groups() if group)
    if found.isdigit():
        return int(found)
    return _WORD_NUMBERS.get(found) or _han(found)


def _han(text: str) -> int:
    tens, _, ones = text.rpartition("十")
    digits = "零一二三四五六七八九"
    value = digits.find(ones.replace("两", "二")) if ones else 0
    if "十" in text:
        value += 10 * (digits.find(tens.replace("两", "二")) if tens else 1)
    return value


def _is_due(text: str, day: Day) -> bool:
    before, after = text[max(0, day.start - 30) : day.start], text[day.end : day.end + 14]
    if _BY_AFTER.match(after) and not _DUE_BEFORE.search(before):
        return False
    return bool(_DUE_BEFORE.search(before) or _DUE_AFTER.match(after))


def _has_pay_by(reminder: Reminder, stage: str) -> object:
    """A day to pay by inside the limits; in the validation period only beside the right to dispute."""
    named = [day for day in reminder.days if is_pay_by(reminder.text, day)]
    if _is_in_validation(reminder):
        return not named or _tells_dispute(reminder)
    if not named:
        return False
    if reminder.today is None:
        return True
    least, most = reminder.payby
    return all(
        any(least <= (on - reminder.today).days <= most for on in day.readings)
        for day in named
        if day.readings
    )


def _is_in_validation(reminder: Reminder) -> bool:
    until = reminder.validation_until
    return until is not None and (reminder.today is None or reminder.today <= until)


def _tells_dispute(reminder: Reminder) -> bool:
    return bool(reminder.body_classes & _DISPUTE)


def is_pay_by(text: str, day: Day) -> bool:
    """Whether a day named in a folded text is one to pay by."""
    before, after = text[max(0, day.start - 30) : day.start], text[day.end : day.end + 10]
    if _is_due(text, day) or _ANSWER_BY.search(before):
        return False
    return bool(_BY_BEFORE.search(before) or _BY_AFTER.match(after))


def _has_two_ways(reminder: Reminder, stage: str) -> object:
    return len(_ways(reminder)) >= 2


def _ways(reminder: Reminder) -> set[str]:
    """The distinct ways to reach a person: phone, reply, chat, page behind the link."""
    text = reminder.text
    ways = {"page"} if reminder.has_link else set()
    for match in _phones(reminder):
        ways.add("phone")
        if _OR_ANOTHER.match(text[match.end() :]):
            ways.add("other")
    if any(not _STOP_WORD.match(text[m.end() :]) for m in _REPLY.finditer(text)):
        ways.add("reply")
    if _CHAT.search(text) or any(link.is_mail for link in reminder.reading.links):
        ways.add("other")
    return ways


def _phones(reminder: Reminder) -> Iterator[re.Match[str]]:
    taken = [(day.start, day.end) for day in reminder.days]
    taken += [(amount.start, amount.end) for amount in reminder.amounts]
    for pattern in (_PHONE, _SHORT_PHONE):
        for match in pattern.finditer(reminder.text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if _MASKED.search(reminder.text[max(0, match.start() - 12) : match.end()]):
                continue
            if "uk-conc" in reminder.profiles and _PREMIUM_UK.match(
                re.sub(r"[ ()./-]", "", match[0])
            ):
                continue
            yield match


def _has_help(reminder: Reminder, stage: str) -> object:
    return reminder.body_classes & _HELP


def _has_dispute(reminder: Reminder, stage: str) -> object:
    return _tells_dispute(reminder)


def _has_complain(reminder: Reminder, stage: str) -> object:
    return reminder.reading.classes & _COMPLAIN


def _has_opt_out(reminder: Reminder, stage: str) -> object:
    return _opt_out(reminder.text)


def _has_automated(reminder: Reminder, stage: str) -> object:
    return reminder.reading.classes & _AUTOMATED


def _has_explanation(reminder: Reminder, stage: str) -> object:
    return reminder.has_link


def _has_disclosure(reminder: Reminder, stage: str) -> object:
    ids = reminder.disclosures[0 if stage == FIRST else 1]
    return all(_discloses(reminder, each) for each in ids)


def _discloses(reminder: Reminder, disclosure_id: str) -> bool:
    text = reminder.text
    if disclosure_id.startswith("us_"):
        # The law's words are English; a Chinese text needs them beside it.
        text += "\n" + (reminder.companion.text if reminder.companion else "")
        if disclosure_id == "us_later":
            return "debt collector" in text
        return bool("debt collector" in text and _ATTEMPT.search(text) and _USED.search(text))
    identity = next((s for s in reminder.reading.sentences if _identity(s.text)), None)
    if identity is None:
        return False
    return disclosure_id != "identity_plus_purpose" or _PURPOSE.search(identity.text) is not None


def _has_advice(reminder: Reminder, stage: str) -> object:
    return reminder.reading.classes & _ADVICE


def _has_close(reminder: Reminder, stage: str) -> object:
    """Thanks or a wish as the last sentence before the footer."""
    for sentence in reversed(reminder.body):
        if sentence.text.strip(" \n.。!?;()\"'" + MASK):
            return sentence.classes & _THANKS
    return False


_FINDERS: dict[str, Finder] = {
    SIGNATURE: _has_signature,
    "salutation": _has_salutation,
    "creditor identity": _has_creditor,
    "collector identity": _has_collector,
    "reason": _has_reason,
    "masked reference": _has_reference,
    "amount": _has_amount,
    "breakdown": _has_breakdown,
    "due date or days overdue": _has_due,
    "pay-by date": _has_pay_by,
    "at least two ways to reach a person": _has_two_ways,
    "offer of help": _has_help,
    "how to dispute": _has_dispute,
    "how to complain": _has_complain,
    "opt-out wording": _has_opt_out,
    "automated message": _has_automated,
    "link to plain explanation": _has_explanation,
    DISCLOSURE: _has_disclosure,
    "free debt advice": _has_advice,
    "polite close": _has_close,
}
ELEMENTS: Sequence[str] = tuple(_FINDERS)
