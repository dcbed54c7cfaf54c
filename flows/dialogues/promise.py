"""A day to pay, more time, or simply later: promise_to_pay, request_extension, busy."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from flows import facts, several_parts, two_parts
from flows.actions import Action, CloseHandoffs, Recall, RecordPromise, Say, Schedule
from flows.commitments.acceptance import accept, time_given
from flows.commitments.assent import is_yes, repeats, restates
from flows.commitments.promises import PromiseAsk, make_promise
from flows.days import months_after, working_days_after
from flows.events import CustomerSaid
from flows.languages.days import DAYS_PER_WEEK, SUNDAY
from flows.languages.rhythms import lone_weekday
from flows.languages.zh.numbers import read_integer
from flows.model import Dialogue, Proposal, Question, Turn
from flows.money import Money
from flows.plans import next_pay_day
from flows.records import AppointmentKind, Extension, Promise
from flows.replacing import replace
from flows.slots import SlotName
from flows.talk import (
    MORNING_HOUR,
    PROPOSAL_LIFETIME,
    Answer,
    Ask,
    asking,
    because,
    hold,
    repeat_question,
    say,
    settled,
)
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Band, EntityKind, Role, Tag

NAME = "promise"
ANSWERS = frozenset({Intent.PROMISE_TO_PAY, Intent.REQUEST_EXTENSION, Intent.BUSY})
NEEDS_BOUND = frozenset({Intent.PROMISE_TO_PAY, Intent.REQUEST_EXTENSION})
EVENTS: tuple[type, ...] = ()

_PAYS = re.compile(
    r"[还還付缴繳交清]|[俾畀給给]錢|找[晒清數数]|\b(?:pay|paying|send|sending|settle|clear|clearing|cover|sort|transfer)\b|\b(?:do|have|get) (?:it|that|all|everything|the (?:full|whole|lot|rest))\b|\bgoes to (?:u|you)\b"
    r"|\byou(?:'?re| are|'?ll| will)? (?:get|getting|have|be getting)\b|\byours\b",
    re.IGNORECASE,
)

# 过几天吧: later, with no wish for a respite (taxonomy.md, vague time).
_LATER = re.compile(
    r"^[^缓緩宽寬限延给給畀俾]*[过過](?:[几幾两兩些]|一[阵陣段]|[阵陣段])[^缓緩宽寬限延给給畀俾]*$"
)

# Two days that are offered when none was named.
SOON_DAYS, LATER_DAYS = 3, 7


def step(turn: Turn) -> Answer:
    """Answer a wish to pay on a day, to have more time, or to talk later."""
    intents = turn.reading.intents
    if turn.reading.intent is Intent.BUSY:
        return _busy(turn)
    if Intent.REQUEST_EXTENSION in intents and turn.reading.intent is not Intent.PROMISE_TO_PAY:
        return _extension(turn)
    return promise(turn)


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """The reply to a question of this dialogue: a day, an amount, or yes or no to a proposal."""
    question = dialogue.question
    if question is None:
        return promise(turn)
    if question.asked is Asked.CONFIRM:
        return _confirmation(turn, dialogue)
    if question.key == "ask_until" or _asks_to_wait(turn):
        return _extension(turn)
    return promise(turn)


def _asks_to_wait(turn: Turn) -> bool:
    """寬限到30號就好, asked for a day: how long to wait, with no word of paying then."""
    is_wait = turn.reading.intent is Intent.REQUEST_EXTENSION and not facts.amounts(turn)
    return is_wait and facts.day(turn, Role.UNTIL) is not None and not facts.has(turn, Tag.WHOLE)


def promise(turn: Turn) -> Answer:
    """Record a promise stated whole, read back one that we completed, or ask for what is missing."""
    last = several_parts.last_in_row(turn)
    if last is not None and turn.reading.band is not Band.ACT:
        owed = turn.case.account.outstanding
        asked = PromiseAsk(due_on=last, amount=owed, is_stated_whole=False, in_parts=True)
        return make_promise(turn, asked)
    when = _when(turn)
    amount = _amount(turn)
    if isinstance(when, Answer):
        return when
    if when is None or takes_day_back(turn):
        return ask_day(turn, amount)
    if two_parts.in_choice(turn):
        return ask_day(turn, None)
    unsure = _day_or_sum_unsure(turn, when, amount)
    if unsure is not None:
        return unsure
    is_clear = _is_certain(turn) or _corrects(turn)
    is_whole = amount is not None and is_clear and not _is_day_open(turn)
    is_whole = is_whole and not _is_other_day_of_week(turn)
    money = amount or turn.case.account.outstanding
    if not is_whole and (facts.has(turn, Tag.WHOLE) or facts.amounts(turn)):
        turn = _keeping_sum(turn, money)
    if facts.day(turn) == when and is_clear:
        turn = _keeping_day(turn, when)
    return make_promise(turn, PromiseAsk(due_on=when, amount=money, is_stated_whole=is_whole))


def _day_or_sum_unsure(turn: Turn, when: date, amount: Money | None) -> Answer | None:
    """What is read back or asked where the day may be another, or the sum is not known."""
    if _is_today_by_number(turn, when):
        money = amount or turn.case.account.outstanding
        turn = turn if amount is None else _keeping_sum(turn, amount)
        next_on = _next_of_month(turn, when)
        return make_promise(turn, PromiseAsk(due_on=next_on, amount=money, is_stated_whole=False))
    return _ask_sum(turn, when) if amount is None and _is_rest_of_unknown(turn) else None


_NUMBER_ALONE = re.compile(r"(?:on |by |the )*\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)


def _is_today_by_number(turn: Turn, when: date) -> bool:
    """ "The 23rd", said on the 23rd: who means today says so, so that the next one is read back."""
    said = facts.entities(turn, EntityKind.DATE)
    is_alone = len(said) == 1 and bool(_NUMBER_ALONE.fullmatch(said[0].text.strip()))
    return when == turn.today and is_alone and not two_parts.is_now(turn)


def _repeats_number(turn: Turn, dialogue: Dialogue) -> bool:
    """ "Yes, the 23rd" to the next one that we read back on the 23rd."""
    proposed = dialogue.proposals[-1].promise if dialogue.proposals else None
    is_same = proposed is not None and proposed.due_on.day == turn.today.day
    return is_same and facts.days(turn) == (turn.today,) and _is_today_by_number(turn, turn.today)


def _next_of_month(turn: Turn, when: date) -> date:
    later, limit = months_after(when, 1), turn.case.account.terms.ptp_max_days
    return later if limit is None or (later - turn.today).days <= limit else when


_ASKS_SUM = "promise_ask_sum"


def _is_rest_of_unknown(turn: Turn) -> bool:
    """ "Done, the rest on the 10th", where nobody knows the part: no sum can be read back."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.key == _ASKS_SUM
    is_rest = two_parts.rest_at(turn.reading.text) is not None
    return is_asked or (is_rest and Intent.ALREADY_PAID in turn.reading.intents)


def _ask_sum(turn: Turn, when: date) -> Answer:
    """What is to be paid on the day; the day is kept, so that it is not asked for again."""
    question, dialogue = turn.conversation.dialogue.question, settled(turn)
    slots = dialogue.slots.put(SlotName.PROMISE_DATE, when, turn.now)
    if question is not None and question.key == _ASKS_SUM and not facts.days(turn):
        return repeat_question(turn, turn.conversation.dialogue)
    ask = Ask(
        asked=Asked.AMOUNT,
        owner=NAME,
        key=_ASKS_SUM,
        structure="ask_amount",
        values=(("day", when),),
    )
    dialogue = replace(dialogue, slots=slots)
    return replace(asking(turn, ask, dialogue=dialogue), reasons=because("promise.needs_sum"))


def _is_other_day_of_week(turn: Turn) -> bool:
    """Whether the day is ours: "Tuesday" of the week that we proposed, and not the day itself."""
    of_week = _day_of_proposed_week(turn)
    proposed = [p.promise.due_on for p in turn.conversation.dialogue.proposals if p.promise]
    return of_week is not None and of_week != proposed[-1]


def _keeping_sum(turn: Turn, money: Money) -> Turn:
    """下周末之前全还, and then 周日吧: the sum was his own, so that the day completes the promise."""
    dialogue = turn.conversation.dialogue
    slots = dialogue.slots.put(SlotName.PART, money.minor, turn.now)
    talk = replace(turn.conversation, dialogue=replace(dialogue, slots=slots))
    return replace(turn, conversation=talk)


def _keeping_day(turn: Turn, when: date) -> Turn:
    """12月2号还, and then 2800: the day was his own, so that the sum completes the promise."""
    dialogue = turn.conversation.dialogue
    slots = dialogue.slots.put(SlotName.PROMISE_DATE, when, turn.now)
    talk = replace(turn.conversation, dialogue=replace(dialogue, slots=slots))
    return replace(turn, conversation=talk)


def _is_day_open(turn: Turn) -> bool:
    """Whether the day has two readings; the day of his wages beside the day he names has not."""
    beside_wages = facts.day(turn) is not None and facts.has(turn, Tag.INCOME_DAY)
    return bool(facts.ambiguous_days(turn)) and not beside_wages


def _corrects(turn: Turn) -> bool:
    """Whether the promise that stands is put right or moved: it needs no new yes."""
    if turn.case.open_promise is None or facts.has(turn, Tag.CONDITIONAL):
        return False
    is_unsure = facts.has(turn, Tag.HEDGE) and not _SHOULD_BE.search(turn.reading.text)
    return facts.has(turn, Tag.CORRECTION) and not is_unsure


# 说错了，应该是20号 puts right; nothing about it is unsure.
_SHOULD_BE = re.compile(
    r"(?:[错錯][了咗啦]?|不[对對是]|唔[系係啱])[,，。 啊呀]*(?:[应應][该該当當]?(?:[是系係])|\bit should be\b)",
    re.IGNORECASE,
)


def _is_certain(turn: Turn) -> bool:
    """Whether the words themselves are the promise: no hedge, no question, well understood."""
    if facts.has(turn, Tag.HEDGE, Tag.CONDITIONAL) or two_parts.names_two_sums(turn):
        return False
    if facts.has(turn, Tag.INCOME_DAY) and not _PAYS.search(turn.reading.text):
        # "About 570, I get paid on the 18th" tells when money comes, not that it is paid then.
        return False
    if turn.reading.band is Band.ACT or turn.conversation.dialogue.question is not None:
        return True
    has_sum = bool(facts.amounts(turn)) or facts.has(turn, Tag.WHOLE)
    has_sum = has_sum or two_parts.left(turn) is not None
    is_named = facts.day(turn) is not None and has_sum
    doubts = [Tag.CANNOT, Tag.NEGATED, Tag.WILL_NOT]
    # 后天给你们转过去 only sounds as if it were done.
    doubts += [] if facts.has(turn, Tag.FUTURE) else [Tag.PAST]
    asks = facts.has(turn, Tag.ASKS) and not _MAY_I.search(turn.reading.text)
    asks = asks and not _says_so_at_last(turn.reading.text)
    asks = asks and not _asks_elsewhere(turn)
    # "I'll pay in full Friday, will this affect my credit?": what is asked is another matter.
    asks = asks and not set(turn.reading.also) & _QUESTIONS
    return is_named and not asks and not facts.has(turn, *doubts)


_QUESTIONS = frozenset(
    {Intent.CREDIT_QUERY, Intent.BALANCE_QUERY, Intent.IDENTITY_QUERY, Intent.RECEIPT}
)


_HAN_PARTS = re.compile(r"[\s,，。;；!！]+")
_ASKING = re.compile(
    r"[?？吗嗎嘛呢咩么麼]|(.)[不唔]\1|行不|得唔|好不|成不|[几幾]|多少|[点點]|哪|怎"
)


def _says_so_at_last(text: str) -> bool:
    """没什么好辩解的 周四一定清: what asks, or sounds so, lies before the words that promise."""
    parts = [part for part in _HAN_PARTS.split(text) if part]
    is_han = any("\u4e00" <= ch <= "\u9fff" for ch in text)
    return is_han and len(parts) > 1 and not _ASKING.search(parts[-1])


_SENTENCE = re.compile(r"[^.!?]*[.!?]*")


def _asks_elsewhere(turn: Turn) -> bool:
    """ "Fine. Friday. The lot. Happy now?": what asks holds no figure, the day stands before it."""
    text = turn.reading.text
    if not text.isascii() or "?" not in text:
        return False
    asked = [m.span() for m in _SENTENCE.finditer(text) if m[0].rstrip().endswith("?")]
    starts = [e.start for e in turn.reading.entities]
    is_asked = any(a <= start < b for a, b in asked for start in starts)
    return not is_asked and not _BEGINS_ASKING.search(text[: asked[0][0]])


_BEGINS_ASKING = re.compile(
    r"\b(?:can|could|may|would|is|are|do|does|should) (?:i|we|you|it|that)\b"
)


# "Could I settle everything on the 2nd?" is his own offer, put politely (taxonomy.md).
_MAY_I = re.compile(r"\b(?:can|could|may) (?:i|we)\b|\bcan ?\?", re.IGNORECASE)


def _when(turn: Turn) -> date | Answer | None:
    """The day named; with two readings the later one, to be read back; None when there is none."""
    if facts.has(turn, Tag.HEDGE) and Intent.PROMISE_TO_PAY not in turn.reading.intents[:1]:
        return None
    of_week = _day_of_proposed_week(turn) or _day_of_standing_week(turn)
    named = of_week or _other_day(turn) or _coming_day(turn) or facts.day(turn)
    if named is not None:
        return named
    several = facts.ambiguous_days(turn)
    if several and facts.has(turn, Tag.HEDGE) and turn.conversation.dialogue.question is None:
        # 应该下周能还吧: a week, and unsure; a day is asked for once.
        return None
    if several:
        return _likely(turn, several)
    monthly = facts.pay_days(turn)
    if monthly:
        return next_pay_day(turn.today, monthly[0])
    standing = turn.case.open_promise
    # The sum put right, or 全部还 said after the day was noted, leaves the day as it is.
    said = bool(facts.amounts(turn)) if _corrects(turn) else facts.has(turn, Tag.WHOLE)
    return standing.due_on if standing is not None and said else _day_kept(turn)


def _likely(turn: Turn, several: tuple[date, ...]) -> date:
    """Of two days the later one, unless no promise may be that far away: 12/10 is in December."""
    limit = turn.case.account.terms.ptp_max_days
    near = [d for d in several if limit is None or 0 <= (d - turn.today).days <= limit]
    return max(near, default=max(several))


def _day_of_proposed_week(turn: Turn) -> date | None:
    """ "Tuesday" after "next week": that week's Tuesday, where we proposed its last day."""
    proposal = next(iter(turn.conversation.dialogue.proposals[-1:]), None)
    if proposal is None or proposal.promise is None:
        return None
    last = proposal.promise.due_on
    if last.weekday() != SUNDAY or last - turn.today < timedelta(days=DAYS_PER_WEEK):
        return None
    said = [lone_weekday(entity.text) for entity in facts.entities(turn, EntityKind.DATE)]
    weekday = said[0] if len(said) == 1 else None
    return None if weekday is None else last - timedelta(days=SUNDAY - weekday)


def _day_of_standing_week(turn: Turn) -> date | None:
    """下周五 and then 说错了 周六: the Saturday of that week, not the one before it."""
    promises = [p.promise for p in turn.conversation.dialogue.proposals if p.promise is not None]
    standing = turn.case.open_promise or next(iter(promises[-1:]), None)
    if standing is None or standing.made_on != turn.today:
        return None
    if not facts.has(turn, Tag.CORRECTION) and not refuses_day(turn, standing.due_on):
        return None
    if isinstance(turn.event, CustomerSaid) and turn.event.is_late:
        # Written before that day was named.
        return None
    monday = standing.due_on - timedelta(days=standing.due_on.weekday())
    others = (e for e in facts.entities(turn, EntityKind.DATE) if e.value != standing.due_on)
    said = [lone_weekday(entity.text) for entity in others]
    weekday = said[0] if len(said) == 1 else None
    if weekday is None or monday <= turn.today:
        return None
    return monday + timedelta(days=weekday)


_CANNOT_THEN = re.compile(
    r"不|没|沒|冇|唔|\b(?:no|not|nope|can'?t|cannot|work|busy|sorry|wait|oops|instead|rather)\b|n't\b",
    re.IGNORECASE,
)


_NOT_THAT_DAY = re.compile(
    r"(?:不行|不可以|不方便|唔得|唔方便|[来來趕赶]不[及上]|[没沒冇]空|[还還付交缴繳发發来來去弄转轉打]不(?:了|出))(?![吗嗎嘛么麼?？])"
    r"|\b(?:can'?t|cannot|won'?t work|not able|no good|doesn'?t work)\b",
    re.IGNORECASE,
)


def refuses_day(turn: Turn, due_on: date) -> bool:
    """1号是周二吧 那不行, 周五要交房租 不行: the day that was noted is named and taken back."""
    is_named = due_on in facts.days(turn)
    return is_named and bool(_NOT_THAT_DAY.search(turn.reading.text))


def takes_day_back(turn: Turn) -> bool:
    """Whether he only says that the day he promised a moment ago does not suit him."""
    standing = turn.case.open_promise
    if standing is None or standing.made_on != turn.today:
        return False
    return set(facts.days(turn)) == {standing.due_on} and refuses_day(turn, standing.due_on)


def _coming_day(turn: Turn) -> date | None:
    """ "I said last Friday; this Friday": of a day gone by and a day to come the latter."""
    days = facts.days(turn)
    coming = [day for day in days if day >= turn.today]
    return coming[-1] if len(coming) == 1 and len(days) > 1 else None


def _other_day(turn: Turn) -> date | None:
    """ "No, I work Friday. Saturday": of two days the one that does not stand already."""
    standing, proposals = turn.case.open_promise, turn.conversation.dialogue.proposals
    promises = [p.promise for p in proposals if p.promise is not None]
    known = {promise.due_on for promise in (standing, *promises[-1:]) if promise is not None}
    others = [day for day in dict.fromkeys(facts.days(turn)) if day not in known]
    is_pair = len(set(facts.days(turn))) == len(others) + 1 and len(others) == 1
    return others[0] if is_pair and _CANNOT_THEN.search(turn.reading.text) else None


def _day_kept(turn: Turn) -> date | None:
    """The day that was named before we had to ask for another sum."""
    question = turn.conversation.dialogue.question
    if question is None or question.key not in ("promise_too_small", _ASKS_SUM):
        return None
    return turn.conversation.dialogue.slots.day(SlotName.PROMISE_DATE, turn.now)


def _amount(turn: Turn) -> Money | None:
    """The sum he named: a figure, everything, or what was already fixed earlier in this talk."""
    left = two_parts.left(turn)
    if left is not None:
        return left
    if facts.has(turn, Tag.WHOLE):
        return turn.case.account.outstanding
    said = two_parts.sum_beside_day(turn) or facts.amount(
        turn, None, Role.PART, Role.PER_INSTALMENT, Role.DOWN_PAYMENT
    )
    if said is not None:
        return said
    slots = turn.conversation.dialogue.slots
    minor = slots.number(SlotName.PART, turn.now)
    if minor is not None:
        return replace(turn.case.account.outstanding, minor=minor)
    standing = turn.case.open_promise
    return standing.amount if standing is not None else None


def ask_day(turn: Turn, amount: Money | None) -> Answer:
    """Ask once for a day, offering two; the sum already named is kept."""
    dialogue = settled(turn)
    if amount is not None:
        slots = dialogue.slots.put(SlotName.PART, amount.minor, turn.now)
        dialogue = replace(dialogue, slots=slots)
    ask = Ask(
        asked=Asked.DATE,
        owner=NAME,
        key="ask_date",
        structure="ask_date",
        values=(
            ("soon", turn.today + timedelta(days=SOON_DAYS)),
            ("later", turn.today + timedelta(days=LATER_DAYS)),
        ),
    )
    return replace(asking(turn, ask, dialogue=dialogue), reasons=because("promise.needs_day"))


def _confirmation(turn: Turn, dialogue: Dialogue) -> Answer:
    """Yes or no to a proposed promise or extension; anything with a new figure is a correction."""
    if turn.reading.intent is Intent.AFFIRM and _repeats_number(turn, dialogue):
        return accept(turn, dialogue)
    named = facts.days(turn) or facts.ambiguous_days(turn) or facts.amounts(turn)
    if named and not repeats(turn, dialogue.proposals):
        return _corrected(turn, dialogue)
    is_refused = _turns_down(turn, dialogue)
    agrees = is_yes(turn) or restates(turn, dialogue)
    agrees = agrees or (bool(named) and _asks_what_is_offered(turn))
    if agrees and not is_refused and not _says_sum_to_our_day(turn):
        return accept(turn, dialogue)
    if is_refused or turn.reading.intent in (Intent.DENY, Intent.REFUSE):
        return ask_day(turn, None)
    return repeat_question(turn, dialogue)


_AGREES = re.compile(
    r"好|行|可以|得|[对對]|[系係]|嗯|是|同意|\b(?:yes|ok|okay|sure|fine|yep|yeah)\b", re.IGNORECASE
)


def _says_sum_to_our_day(turn: Turn) -> bool:
    """ "9600", to a day of ours in place of his own: the sum again, and no word on that day."""
    question = turn.conversation.dialogue.question
    is_ours = question is not None and question.key == "promise_too_far"
    kinds = {e.kind for e in turn.reading.entities}
    return is_ours and kinds == {EntityKind.AMOUNT} and not _AGREES.search(turn.reading.text)


def _turns_down(turn: Turn, dialogue: Dialogue) -> bool:
    """不行月底还要交房租, to the read-back of that very day: another one is asked for."""
    newest = dialogue.proposals[-1:]
    promised = newest[0].promise if newest else None
    return promised is not None and refuses_day(turn, promised.due_on)


def _asks_what_is_offered(turn: Turn) -> bool:
    """那两周行吗, of the very day that we could give: more time needs no yes."""
    newest = turn.conversation.dialogue.proposals[-1:]
    is_time = any(proposal.extension is not None for proposal in newest)
    return is_time and turn.reading.intent in (Intent.REQUEST_EXTENSION, Intent.UNCLEAR)


def _corrected(turn: Turn, dialogue: Dialogue) -> Answer:
    proposal = dialogue.proposals[-1] if dialogue.proposals else None
    if proposal is not None and proposal.extension is not None:
        # "I get paid on the 24th, will pay then" asks for no more time: it is a promise.
        is_promise = turn.reading.intent is Intent.PROMISE_TO_PAY and _is_certain(turn)
        is_promise = is_promise or _pays_on_named_day(turn)
        return promise(turn) if is_promise else _extension(turn)
    if proposal is not None and proposal.promise is not None:
        minor = proposal.promise.amount.minor
        slots = dialogue.slots
        if not facts.amounts(turn) and minor != turn.case.account.outstanding.minor:
            slots = slots.put(SlotName.PART, minor, turn.now)
        talk = replace(dialogue, slots=slots)
        turn = replace(turn, conversation=replace(turn.conversation, dialogue=talk))
        if not (facts.days(turn) or facts.ambiguous_days(turn) or facts.pay_days(turn)):
            return _other_sum(turn, proposal.promise)
    return promise(turn)


def _other_sum(turn: Turn, proposed: Promise) -> Answer:
    """ "3300", said to the read-back of a day and all that is owed: that sum, on the same day."""
    money = _amount(turn)
    if money is None:
        return promise(turn)
    said = turn.conversation.dialogue.slots.day(SlotName.PROMISE_DATE, turn.now)
    is_own = said == proposed.due_on and _is_certain(turn)
    return make_promise(
        turn, PromiseAsk(due_on=proposed.due_on, amount=money, is_stated_whole=is_own)
    )


def _extension(turn: Turn) -> Answer:
    """More time: given at once within policy, else the latest day we can give is offered."""
    until = _until_named(turn) or _until_likely(turn)
    is_vague = facts.day(turn) is None and facts.has(turn, Tag.VAGUE_TIME)
    if until is None or is_vague or until <= turn.today:
        return _ask_until(turn)
    standing = turn.case.open_promise
    if standing is not None:
        return _later(turn, standing, until)
    limit = turn.case.account.terms.max_extension_days
    latest = turn.today + timedelta(days=limit) if limit is not None else until
    as_length = _as_length(turn, latest) if until > latest else None
    if as_length is not None:
        return give_time(turn, as_length)
    if until > latest:
        return promise(turn) if _pays_on_named_day(turn) else _offer_latest(turn, latest)
    return give_time(turn, until)


def _until_likely(turn: Turn) -> date | None:
    """ "Till next Thursday": of two days the later, where we can wait so long; nobody is hurried."""
    ahead = sorted(day for day in facts.ambiguous_days(turn) if day > turn.today)
    limit = turn.case.account.terms.max_extension_days
    near = [day for day in ahead if limit is None or (day - turn.today).days <= limit]
    return next(reversed(near), next(iter(ahead), None))


def _until_named(turn: Turn) -> date | None:
    """昨天你们说可以缓到12月1号: the day until which, before any other that is named."""
    named = facts.day(turn)
    is_past = named is not None and named < turn.today
    return (facts.day(turn, Role.UNTIL) or named) if is_past else named


# 十日, with neither 號 nor a month: in Cantonese a number of days as well as a day of the month.
_SO_MANY_DAYS = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二兩两三四五六七八九]|\d{1,2})日"
)


def _as_length(turn: Turn, latest: date) -> date | None:
    """咁十日啦, where the tenth is further off than we can wait: so many days from today."""
    said = [e for e in facts.entities(turn, EntityKind.DATE) if isinstance(e.value, date)]
    number = _SO_MANY_DAYS.fullmatch(said[0].text.strip()) if len(said) == 1 else None
    days = read_integer(number[1].replace("兩", "两")) if number is not None else None
    until = turn.today + timedelta(days=days) if days is not None else None
    return until if until is not None and until <= latest else None


# "Will pay that day", 到时就还: beside a day, the word of a promise.
_PAYS_THEN = re.compile(
    r"(?:[当當那嗰][天日]|到[时時]候?|即刻|就)[^,，。.]{0,3}[还還付清找畀]"
    r"|\b(?:pay|settle|clear|send|sort|cover|do)\b[^,.?]{0,12}\b(?:that day|then|on the day|same day)\b",
    re.IGNORECASE,
)


def _pays_on_named_day(turn: Turn) -> bool:
    """ "Broke until the 24th when my wages come, will pay that day": the wish for time is a promise."""
    limit = turn.case.account.terms.ptp_max_days
    day = facts.day(turn)
    if day is None or (limit is not None and (day - turn.today).days > limit):
        return False
    is_asked = facts.has(turn, Tag.ASKS, Tag.HEDGE)
    return not is_asked and bool(_PAYS_THEN.search(turn.reading.text))


def _is_own_day(turn: Turn) -> bool:
    return not facts.ambiguous_days(turn) and not facts.has(turn, Tag.HEDGE, Tag.CONDITIONAL)


def _later(turn: Turn, standing: Promise, until: date) -> Answer:
    """More time moves the promise that stands; the two never stand side by side.

    Two days late count from the promised day, not from today.
    """
    is_day = until > standing.due_on
    due_on = until if is_day else standing.due_on + (until - turn.today)
    is_stated = is_day and _is_own_day(turn)
    asked = PromiseAsk(due_on=due_on, amount=standing.amount, is_stated_whole=is_stated)
    return make_promise(turn, asked)


def _ask_until(turn: Turn) -> Answer:
    ask = Ask(
        asked=Asked.DATE,
        owner=NAME,
        key="ask_date" if _means_to_pay(turn) else "ask_until",
        structure="ask_date",
        values=(
            ("soon", turn.today + timedelta(days=SOON_DAYS)),
            ("later", turn.today + timedelta(days=LATER_DAYS)),
        ),
    )
    return replace(
        asking(turn, ask, dialogue=settled(turn)), reasons=because("extension.needs_day")
    )


def _means_to_pay(turn: Turn) -> bool:
    """出咗糧先還: more time is a means; the day asked for is one to pay on."""
    text = turn.reading.text
    pays_then = facts.has(turn, Tag.INCOME_DAY) and bool(_PAYS.search(text))
    return pays_then or bool(_LATER.search(text)) or Intent.PROMISE_TO_PAY in turn.reading.also


def give_time(turn: Turn, until: date) -> Answer:
    """An extension within policy, given at once."""
    extension = Extension(account_id=turn.case.id, until_on=until, made_on=turn.today)
    return Answer(
        actions=(*time_given(turn, extension), say("extension_given", until=until)),
        dialogue=settled(turn),
        reasons=because("extension.within_policy", "more time within the creditor's limit"),
    )


def _offer_latest(turn: Turn, latest: date) -> Answer:
    extension = Extension(account_id=turn.case.id, until_on=latest, made_on=turn.today)
    proposal = Proposal(
        id=f"{turn.conversation.serial + 1}",
        account_id=turn.case.id,
        made_at=turn.now,
        expires_at=turn.now + PROPOSAL_LIFETIME,
        extension=extension,
    )
    ask = Ask(
        asked=Asked.CONFIRM,
        owner=NAME,
        key="extension_too_long",
        structure="refusal",
        values=(("latest", latest),),
        data=(("reason", "too_long"), ("latest", latest)),
    )
    dialogue = replace(settled(turn), proposals=(proposal,))
    return replace(
        asking(turn, ask, dialogue=dialogue),
        reasons=because("extension.too_long", "longer than the creditor allows"),
    )


def _busy(turn: Turn) -> Answer:
    """Later is fine: quiet until the time named, else the next working morning, then one line."""
    named = facts.day(turn)
    clock = facts.clock_time(turn)
    day = named or (turn.today if clock else working_days_after(turn.today, 1, turn.holidays))
    until_at = turn.local(day, clock.hour if clock else MORNING_HOUR)
    if until_at <= turn.now:
        day = working_days_after(turn.today, 1, turn.holidays)
        until_at = turn.local(day, MORNING_HOUR)
    question = turn.conversation.dialogue.question
    case = turn.case
    is_agreed = case.open_promise is not None or case.live_plan is not None
    # What is agreed has its own notices; nobody is asked again before them.
    follow_up = () if is_agreed and question is None else (_follow_up(turn, until_at),)
    return Answer(
        actions=(hold("busy", turn, until_at), *follow_up, say("busy_ok")),
        dialogue=_kept(turn, question),
        reasons=because("busy.later", "quiet until the time named or the next working day"),
    )


def _follow_up(turn: Turn, at: datetime) -> Action:
    return Schedule(kind=AppointmentKind.FOLLOW_UP, due_at=at, account_id=turn.case.id)


def _kept(turn: Turn, question: Question | None) -> Dialogue:
    """A question stays open over a pause."""
    return replace(turn.conversation.dialogue, question=question, unclear=0)


# Beside one of these a promise in the same words is recorded as well (negotiation.md C.2, C.7).
_BESIDE = frozenset(
    {
        Intent.COMPLAINT,
        Intent.REQUEST_HUMAN,
        Intent.REQUEST_CALLBACK,
        Intent.PRIVACY,
        Intent.RECEIPT,
        Intent.ALREADY_PAID,
        Intent.OPT_OUT,
    }
)
_DOUBTS = (Tag.HEDGE, Tag.CONDITIONAL, Tag.CANNOT, Tag.NEGATED, Tag.WILL_NOT)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """A promise told whole beside another matter is recorded; nothing is asked about it here."""
    is_promise = intent is Intent.PROMISE_TO_PAY and turn.reading.intent in _BESIDE
    stands = (turn.case.open_promise, turn.case.live_plan, turn.case.open_dispute)
    if not is_promise or not turn.conversation.is_bound or any(stands):
        return ()
    due_on, amount = facts.day(turn, None, Role.DEADLINE, Role.AFTER), _told_sum(turn)
    if due_on is None or due_on < turn.today or amount is None or facts.has(turn, *_DOUBTS):
        return ()
    asked = PromiseAsk(due_on=due_on, amount=amount, is_stated_whole=True)
    actions = make_promise(turn, asked).actions
    if not any(isinstance(action, RecordPromise) for action in actions):
        return ()
    # The wish for a person stands; what waits to be sent is another's matter.
    kept = (a for a in actions if not isinstance(a, CloseHandoffs | Recall))
    return tuple(replace(a, key="promise_beside") if isinstance(a, Say) else a for a in kept)


def _told_sum(turn: Turn) -> Money | None:
    """All of it, the sum named, or what is left once a part is paid: "half is sent, rest on the 3rd"."""
    owed = turn.case.account.outstanding
    if turn.reading.intent is Intent.ALREADY_PAID:
        paid, more = facts.amount(turn, Role.PAID), facts.amount(turn, None, Role.PART)
        if paid is not None and more is not None and paid + more <= owed:
            # "220 is sent, the other 180 on the 8th".
            return more
        has_rest = two_parts.rest_at(turn.reading.text) is not None
        is_part = paid is not None and paid.minor < owed.minor and has_rest
        return owed - paid if is_part and paid is not None else None
    if facts.has(turn, Tag.WHOLE):
        return owed
    return facts.amount(turn, None, Role.PART)
