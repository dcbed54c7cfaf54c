"""Pressure: false urgency, exaggeration, blame, comparison, shouting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from flows.policy.guard import asking
from flows.policy.guard.figures import days
from flows.policy.guard.grammar import Setting, Span, at, near, sentences, span
from flows.policy.guard.reading import Reading, Sentence, bit
from flows.policy.guard.threats import threat

_YOU, _PAY, _MUST, _APOLOGY, _DEFAULT = (
    bit(n) for n in ("you", "pay", "must", "apology", "default")
)


_NOW, _FINAL, _TODAY, _AS_OF, _DUE = (bit(n) for n in ("now", "final", "today", "asof", "due"))
_DEBT, _PLANNED, _NOT_NEEDED = bit("debt"), bit("plan_word"), bit("not_needed")
_HAN_COUNT = r"(?:\d+|[一二两三四五六七八九十几半]+)"
_EN_COUNT = r"(?:\d+|an?|one|two|three|four|five|six|eight|twelve|twenty[- ]four|forty[- ]eight|a few|few|couple of)"
_WITHIN = re.compile(
    rf"(?P<zh_hours>{_HAN_COUNT})(?:个)?(?:小时|钟头|分钟|钟)(?:之|以)?内?"
    r"|(?P<zh_days>[1-2一两二]|24|48)(?:个)?(?:天|日|工作日)(?:之|以)?内"
    rf"|\b(?:within|in|in under|less than)(?: the)?(?: next)? (?P<hours>{_EN_COUNT})(?: more)? ?(?:minutes?|mins?|hours?|hrs?|h)\b"
    r"|\b(?:within|in)(?: the)?(?: next)? (?P<days>1|2|one|two|a|the) (?:business |working |calendar )?days?\b"
    r"|\b(?:have|got|only) (?:only |just )?(?:one|a|1|two|2|\d{1,2}) (?:more )?(?:days?|hours?|minutes?)(?: left)? (?:to|left|before|until)\b"
    r"|(?P<hours_only>\b(?:24|48|12|6|36)[- ]?(?:hours?|hrs?|h)\b(?! a day))"
)
_CLOCK = re.compile(
    r"(?:\d{1,2}|[一二两三四五六七八九十]+)(?:点|时|:\d\d)(?:\d+分|半|整)?(?:钟)?(?:之|以)?前|中午(?:之|以)?前|下班(?:之|以)?前|零点(?:之|以)?前"
    r"|\b(?:by|before|until|till) (?:\d{1,2}(?::\d\d)? ?(?:am|pm|a\.m|p\.m|o'?clock)|noon|midnight|lunch)\b"
)
_HOURS_MAX = 72
_AFTER_PAYING = re.compile(
    r"(?:付款|还款|缴款|支付|转账|汇款|结清)(?:之?后|以后)|after (?:you pay|payment|paying)|payments? made|made after"
)
_ANSWERING = re.compile(
    r"(?:回复|回覆|答复|联系您|联系你|回电|致电您|处理您的|为您|入账|(?<![不未没])到账(?!户)|核实|核对|审核|给您|通知您|发送给您|生效|有效|失效|过期)"
    r"|\b(?:we|someone|a person|colleague|team|he|she|they|agent) (?:will|would|can|aim to|try to|have)\b|\b(?:arrive|show up|shows up|appear|be booked|get back|takes?)\b"
)
_TODAY_EXCEPTIONS = ("due_today", "promise_due", "instalment_due")
_DUE_TODAY = re.compile(
    r"(?:今天|今日|今晚|明天|明日)[^,。]{0,12}到期|到期日?(?:为|是)?(?:今天|今日|明天)|\bdue (?:\w+ )?(?:today|tonight|tomorrow)\b|\btoday is the (?:day|due|last)|今天是[^,。]{0,12}(?:日子|还款日|付款日)"
)
_PAY_TODAY = re.compile(
    r"(?:今天|今晚|今日|明天|明日|明早)[^,。]{0,6}(?:之前|以前|前|之内|以内|内)[^,。]{0,4}(?:把|还|付|缴|结|转|汇)|"
    r"\bneed (?:the|your) (?:\w+ )?(?:amount|balance|money|payment)\b[^.,]{0,20}\b(?:today|tonight|tomorrow)\b|"
    r"(?:^|[.!:,] ?|\b(?:and|or|so) )(?:pay|settle|clear|repay)\b[^.,]{0,24}\b(?:today|tonight|tomorrow)\b"
)
_LEAST_DAYS = timedelta(days=3)
_MAY = re.compile(r"您(?:也)?(?:可以|可)|you (?:can|may|could)\b|是否|可以吗|able to")


def false_urgency(reading: Reading, setting: Setting) -> Iterator[Span]:
    """A deadline under 72 hours with an ask to pay. CONC 7.3.10R; our own limit of hours.

    The notices of the due day, of a promised day and of an instalment name a near day by nature.
    """
    if setting.template in _TODAY_EXCEPTIONS and not any(threat(reading, setting)):
        return
    for sentence in sentences(reading, _PAY):
        yield from _urged(sentence)
    for sentence in reading.sentences if setting.today else ():
        if setting.today and (sentence.classes & _PAY or "处理" in sentence.text):
            yield from _near_day(sentence, setting.today)
    for sentence in sentences(reading, _TODAY):
        yield from _due_now(reading, sentence)
    for sentence in sentences(reading, _FINAL):
        if reading.classes & _DEBT or asking.asks(reading):
            yield from span(sentence.first(_FINAL))


def _urged(sentence: Sentence) -> Iterator[Span]:
    if sentence.classes & _NOT_NEEDED:
        return
    text = sentence.text
    if _AFTER_PAYING.search(text):
        return
    now = sentence.first(_NOW)
    if now and not sentence.classes & _AS_OF:
        yield now.start, now.end
    is_answer = _ANSWERING.search(text) and not sentence.classes & _MUST
    for match in (*_WITHIN.finditer(text), *_CLOCK.finditer(text)):
        if not is_answer and _is_short(match) and not _is_service(text, match):
            yield at(sentence, match)


def _is_service(text: str, match: re.Match[str]) -> bool:
    """`valid for 24 hours`, `within an hour we answer`: a time of ours, not of the customer."""
    return bool(
        re.match(
            r"前[^,。]{0,4}(?:收到|已|刚)|(?:有效|失效|到账|入账|内?(?:会)?(?:回复|答复|联系|处理完|审核|生效))",
            text[match.end() :],
        )
        or re.search(
            r"(?:valid for|open for|works for|expires in|takes(?: up to)?)(?: the next)? $",
            text[: match.start()],
        )
    )


def _is_short(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    hours = groups.get("zh_hours") or groups.get("hours") or ""
    if not hours.isdigit():
        return True
    return "分" in match[0] or "min" in match[0] or int(hours) < _HOURS_MAX


def _due_now(reading: Reading, sentence: Sentence) -> Iterator[Span]:
    today = sentence.first(_TODAY)
    if today is None or sentence.classes & (_AS_OF | _NOT_NEEDED):
        return
    due = _DUE_TODAY.search(sentence.text)
    asks = due is not None and asking.asks(reading)
    if due and asks:
        yield at(sentence, due)
    is_free = _AFTER_PAYING.search(sentence.text) or _MAY.search(sentence.text)
    is_told = sentence.has(_PAY, _MUST) or _PAY_TODAY.search(sentence.text)
    if not (due and asks) and is_told and not is_free:
        yield today.start, today.end


def _near_day(sentence: Sentence, today: date) -> Iterator[Span]:
    """A named day to pay by that is less than three days away."""
    if sentence.classes & (_AS_OF | _NOT_NEEDED | _PLANNED):
        return
    for day in days(sentence.text, today):
        if not _is_deadline(sentence.text, day.start, day.end):
            continue
        if day.readings and all(on - today < _LEAST_DAYS and on >= today for on in day.readings):
            yield sentence.start + day.start, sentence.start + day.end


def _is_deadline(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 16) : start], text[end : end + 6]
    return bool(
        re.search(
            r"(?:by|before|until|no later than|on or before)(?: \w+,?)? $|(?:请(?:您)?[于在]|最迟|最晚|不迟于|限|截止)[^,。]{0,4}$",
            before,
        )
        or re.match(r"(?:\([^)]*\))?(?:之|以)?前", after)
    )


_FOREVER, _LIFE, _BAD = bit("forever"), bit("life"), bit("bad_outcome")
_BAD_STRONG = bit("bad_strong")
_NEVER_CAN = re.compile(
    r"(?:再也|永远|这辈子|一辈子|终身|以后)[^,。]{0,10}(?:不了|不到|不成|不上|完了|没戏)"
    r"|(?:所有|全部|任何|每家|各大|全)(?:的)?(?:银行|平台|机构|公司|网)[^,。]{0,8}(?:拉黑|拒|封|不会借|不会贷|不敢)"
    r"|\byour (?:\w+ )?(?:life|future|career|reputation|name)\b[^.]{0,20}\b(?:over|finished|done|gone|ruined|destroyed)\b"
)
_BLAME, _ATTEMPTS, _NO_ANSWER = bit("blame"), bit("attempts"), bit("noanswer")
_TRIED_HARD = re.compile(
    r"(?:多次|屡次|再三|数次|三番五次|无数次|反复|已多次)[^,。]{0,6}(?:联系|联络|致电|提醒|催|电话|短信|沟通|通知)"
    r"|\b(?:tried|attempted|called|contacted|written|texted|reminded|asked|messaged)\b[^.]{0,40}\b(?:many times|several times|repeatedly|again and again|numerous times|countless times|multiple times|over and over|time and again)"
    r"|\b(?:repeatedly|many times|several times|numerous|countless|multiple) (?:attempts?|calls?|messages|tried|called|contacted|reminders)"
)
_KIND_WORD = re.compile(
    r"\b(?:no|not|never|nothing)(?: \w+){0,4} (?:on purpose|deliberate\w*|intention\w*|shame|ashamed|embarrass\w*|blame|fault|lying)|not yours|\bour (?:own )?fault|让您失望|我们的(?:错|责任|疏忽)|责任在我们|不是您的错|不怪您|不是故意|并非故意"
)
_THEIRS = bit("you", "debt", "did_pay", "blame_sure")
_OTHERS_BENIGN = bit("others_benign")
_OTHERS, _UNLIKE, _DID_PAY = bit("others"), bit("unlike"), bit("did_pay")


def exaggeration(reading: Reading, setting: Setting) -> Iterator[Span]:
    """For life, never again: no credit consequence lasts so. CN-8, CONC 7.11.9R."""
    for sentence in sentences(reading, _FOREVER):
        found = near(sentence, _FOREVER, _LIFE)
        lasting = next((w for w in sentence.all(_FOREVER) if w.classes & _BAD_STRONG), None)
        if found and sentence.classes & _BAD:
            yield found
        elif near(sentence, _FOREVER, _BAD_STRONG) or lasting or _NEVER_CAN.search(sentence.text):
            yield from span(sentence.first(_FOREVER))


def blame(reading: Reading, setting: Setting) -> Iterator[Span]:
    """The customer's character, motives or silence held against him. S23, HK-1."""
    for sentence in sentences(reading, _BLAME | _ATTEMPTS):
        if sentence.classes & _APOLOGY or _KIND_WORD.search(sentence.text):
            continue
        tried = _TRIED_HARD.search(sentence.text)
        ignored = near(sentence, _ATTEMPTS, _NO_ANSWER)
        is_theirs = sentence.is_han or sentence.classes & _THEIRS
        if tried:
            yield at(sentence, tried)
        elif ignored:
            yield ignored
        elif is_theirs:
            yield from span(sentence.first(_BLAME))


def comparison(reading: Reading, setting: Setting) -> Iterator[Span]:
    """Others who paid, to shame the one who did not. S23."""
    for sentence in sentences(reading, _OTHERS | _UNLIKE):
        if sentence.classes & _OTHERS_BENIGN:
            continue
        for classes in (_OTHERS, _UNLIKE):
            found = near(sentence, classes, _DID_PAY | (_DEFAULT if classes is _UNLIKE else _PAY))
            if found:
                yield found
                break


_LOUD = re.compile(r"[!！]\s*[!！]+")
_CAPITAL_WORD = re.compile(r"[A-Za-z]+")
_CAPITAL = re.compile(r"[A-Z]")
_LETTERS_MIN = 20
_CAPITALS_MAX = 0.30
# Words a customer is told to send back, and names that are written so.
_REPLY_WORD = re.compile(
    r"\b(?:STOP|STOPALL|DISPUTE|PLAN|TALK|CHANGE|RECEIPT|START|HELP|AGENT|PAID|CALL|INFO|NO|YES|MORE"
    r"|OK|SMS|ID|PIN|USD|CNY|HKD|TWD|AUD|GBP|EUR|NT|HK|UK|US|FCA|CFPB|HKMA|URL|IBAN)\b"
)
_TOLD_WORD = re.compile(
    r"(?<=[Rr]eply )[A-Z]+\b|(?<=[Tt]ext )[A-Z]+\b|(?<=[Ss]end )[A-Z]+\b|(?<=\bor )[A-Z]{2,}\b"
)
_URL = re.compile(r"https?://\S+")


def shouting(reading: Reading, setting: Setting) -> Iterator[Span]:
    """Rows of exclamation marks, or English mostly in capitals. Our own style rule.

    Yields spans of the given text, not of the folded one.
    """
    raw = reading.view.raw
    yield from (match.span() for match in _LOUD.finditer(raw))
    if setting.language != "en":
        return
    plain = _TOLD_WORD.sub("", _REPLY_WORD.sub("", _URL.sub("", raw)))
    letters = sum(map(len, _CAPITAL_WORD.findall(plain)))
    capitals = len(_CAPITAL.findall(plain))
    if letters >= _LETTERS_MIN and capitals > _CAPITALS_MAX * letters:
        yield 0, len(raw)
