"""The whole in two parts, each on a day of its own: half now and half next month, Dec 1 and Dec 15.

An engine knows rhythms; two days are put as the rhythm that falls on both of them.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from flows import facts
from flows.days import months_after
from flows.model import Turn
from flows.money import Money
from flows.slots import SlotName, Slots
from flows.understanding.values import Entity, EntityKind, Frequency, Role, Tag, Understanding

PARTS = 2
# "This Friday and the next", "Friday and the Friday after".
_AND_NEXT = re.compile(
    r"day and (?:the )?(?:next|following|(?:one|week|\w+day) after)(?: one| \w+day)?\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"现在|現在|今天|今日|今晚|而家|依家|[先]|\b(?:now|rn|today|tonight|upfront|straight away|right away|(?:this|dis) (?:minute|morning|afternoon|arvo|evening))\b",
    re.IGNORECASE,
)
_OTHER_HALF = re.compile(
    r"另外?一半|[剩余餘]下?(?:的|嘅)?一半|一半.*一半|\b(?:other|second|remaining) half\b|\bhalf\b.*\bhalf\b",
    re.IGNORECASE,
)


# 尾数1234 is the end of a card, 余额不足 what a screen shows.
_REST = re.compile(
    r"剩|[余餘](?:下|[款数數]|[额額](?!不))|其[余餘]|其[他它](?:的|嘅)|尾[数數款](?!\D?\d{4}(?!\d))|另外?一半"
    r"|[还還仲][差爭争欠](?:的|嘅|[这這那嗰](?:些|部分|啲))(?!多|[几幾]|不|吗|嗎)|[争爭]返(?:嘅|的)|[净淨][低返](?=[嘅的嗰啲]|[^,，。多幾几]{0,3}[下聽明後后今月禮星周週\d])"
    r"|\b(?:rest|remainder|remaining|balance|everything else|other half|(?:what|whatever)(?:'?s| is) left)\b",
    re.IGNORECASE,
)


def is_now(turn: Turn) -> bool:
    """Whether something is to be paid at once: now, today, 先."""
    return bool(_NOW.search(turn.reading.text))


_FIRST = re.compile(r"先")


def is_first_then(turn: Turn, day_at: int) -> bool:
    """周三先还1500: 先 after the day puts the part on it, and nothing is paid at once."""
    text = turn.reading.text
    first = _FIRST.search(text)
    is_at_once = bool(_NOW.search(text.replace("先", "")))
    return first is not None and not is_at_once and day_at < first.start()


_SUMS = (EntityKind.AMOUNT, EntityKind.SHARE)
_NO_OFFER = {Tag.PAST, Tag.CORRECTION}

# Of the messages in hand; each is asked some four times.
_TEXTS_KEPT = 16


@lru_cache(_TEXTS_KEPT)
def rest_at(text: str) -> re.Match[str] | None:
    """Where the words come to what is left after a part: 剩下的, "the rest"."""
    return _REST.search(text)


# Words that take the part back: all of it is meant, in one go.
_TAKES_BACK = re.compile(
    r"算了|不先|[还還]是(?!先)|干脆|乾脆|一(?:次|次性|齐|齊|起|笔|筆|口[气氣])|\b(?:actually|instead|forget|scrap|never ?mind"
    r"|in one|at once|whole|entire)\b",
    re.IGNORECASE,
)
_WEAK_REST = re.compile(r"[余餘][额額]|\bbalance\b", re.IGNORECASE)


def left(turn: Turn) -> Money | None:
    """剩下的12月10号还完, after a part: what is left once the part told of, or begun, is in.

    None where the words are not about the rest, name its sum themselves, or no part is known.
    """
    part = _part_known(turn) if _is_about_rest(turn) else None
    owed = turn.case.account.outstanding
    if part is None or not 0 < part.minor < owed.minor:
        return None
    # 剩下的2800: a figure of his own, and not that of the part once more.
    named = facts.amounts(turn, (None, *(role for role in Role if role is not Role.PAID)))
    has_own = any(money != part for money in named) and _names_figure(turn)
    return None if has_own else owed - part


def _names_figure(turn: Turn) -> bool:
    """另一半 is a share, and no figure."""
    return any(e.role is not Role.PAID for e in facts.entities(turn, EntityKind.AMOUNT))


def _part_known(turn: Turn) -> Money | None:
    """The part told in these words, else that of the open question, the one begun or claimed."""
    case, question = turn.case, turn.conversation.dialogue.question
    if facts.amounts(turn, (Role.PAID,)):
        return facts.amount(turn, Role.PAID)
    said = dict(question.values) if question is not None and question.key == "ask_rest" else {}
    is_of_case = question is None or question.account_id in (None, case.id)
    rest = said.get("rest") if is_of_case else None
    if isinstance(rest, Money):
        # It stands as it was told, also when the way to pay the part has lapsed.
        return case.account.outstanding - rest
    if case.paying is not None and case.paying.is_open:
        return case.paying.amount
    return case.open_claim.amount if case.open_claim is not None else None


def _is_about_rest(turn: Turn) -> bool:
    """Whether the words come to the rest, or clear "it" where the rest was asked for."""
    text, question = turn.reading.text, turn.conversation.dialogue.question
    rest = rest_at(text)
    if rest is not None and not _WEAK_REST.fullmatch(rest[0]):
        return True
    is_asked = question is not None and question.key == "ask_rest"
    return (rest is not None or is_asked) and not _TAKES_BACK.search(text)


def _day_of_deposit(turn: Turn) -> date | None:
    """ "100 this Friday as a deposit, after that 60 a month": the day between the two sums."""
    sums = [e for e in turn.reading.entities if e.kind is EntityKind.AMOUNT]
    if [e.role for e in sums] != [Role.DOWN_PAYMENT, Role.PER_INSTALMENT]:
        return None
    days = [
        e for e in facts.entities(turn, EntityKind.DATE) if sums[0].end <= e.start < sums[1].start
    ]
    named = days[0].value if len(days) == 1 else None
    return named if isinstance(named, date) and named > turn.today else None


def day_of_part(turn: Turn) -> date | None:
    """The day of the part that comes before instalments, None where the part has none."""
    rest = rest_at(turn.reading.text)
    entities = turn.reading.entities
    firsts = (Role.DOWN_PAYMENT, Role.PART)
    begun = _day_of_deposit(turn) if rest is None else None
    if begun is not None:
        return begun
    is_part = rest is not None and any(
        e.role in firsts and e.start < rest.start() for e in entities
    )
    if rest is None or not is_part:
        return None
    named = [
        e.value
        for e in entities
        if e.kind is EntityKind.DATE and isinstance(e.value, date) and e.start < rest.start()
    ]
    return max(named[0], turn.today) if len(named) == 1 else None


def parts_named(turn: Turn) -> tuple[Money, ...]:
    """The sums of the words; all that is owed, said beside its parts, is none of them."""
    sums = facts.amounts(turn)
    parts = tuple(money for money in sums if money != turn.case.account.outstanding)
    return parts if len(parts) >= PARTS else sums


def is_now_and_then(turn: Turn) -> bool:
    """ "150 right now and 250 on Friday" of 400: a part at once, and the rest on its day."""
    if len(turn.reading.entities) <= PARTS:
        return False
    sums, days = parts_named(turn), facts.days(turn)
    coming = [day for day in days if day > turn.today]
    if len(sums) != PARTS or len(coming) != 1 or not is_now(turn):
        return False
    owed = turn.case.account.outstanding.minor
    return sums[0].minor + sums[1].minor == owed and not facts.has(turn, Tag.PAST, Tag.CORRECTION)


# Words that put the two beside each other as a choice, or ask which.
_EITHER = re.compile(r"或|要么|要麼|要不|[还還]是|定[系係]|\bor\b|\beither\b", re.IGNORECASE)


def part_then_all(reading: Understanding, turn: Turn) -> Entity | None:
    """The part of 今晚转500 12月4号全部结清: paid at once, before all is cleared on a day to come."""
    sums = [e for e in reading.entities if e.kind in _SUMS]
    days = [e for e in reading.entities if isinstance(e.value, date) and e.value > turn.today]
    if len(sums) != 1 or len(days) != 1 or not _is_at_once(reading.text, sums[0], days[0]):
        return None
    if sums[0].role not in (None, Role.PART, Role.DOWN_PAYMENT) or reading.tags & _NO_OFFER:
        return None
    money = facts.money_of(turn, sums[0])
    is_part = money is not None and 0 < money.minor < turn.case.account.outstanding.minor
    is_choice = bool(_EITHER.search(reading.text, min(sums[0].end, days[0].end)))
    return sums[0] if is_part and not is_choice else None


_CLEARS = re.compile(
    r"清|完|晒|全|\b(?:all|clear\w*|off|full|everything|settle\w*)\b", re.IGNORECASE
)
_MARK = re.compile(r"[ ]*[,，。;；]")


def _is_at_once(text: str, first: Entity, day: Entity) -> bool:
    """Whether the sum is paid now; told after the day, it stands behind words that clear all."""
    if first.end <= day.start:
        return bool(_NOW.search(text, 0, day.start))
    mark = _MARK.search(text, day.end, first.start)
    if mark is None or not _CLEARS.search(text, 0, mark.start()):
        return False
    return bool(_NOW.search(text, mark.end()))


def in_choice(turn: Turn) -> bool:
    """ "100 today, or all of it on the 10th": which of the two is not said."""
    sums, days = facts.entities(turn, EntityKind.AMOUNT), facts.entities(turn, EntityKind.DATE)
    is_pair = len(sums) == 1 and len(days) == PARTS and facts.has(turn, Tag.WHOLE)
    return is_pair and bool(_EITHER.search(turn.reading.text, days[0].end, days[1].start))


def in_halves(turn: Turn) -> bool:
    """Whether all that is owed is offered in two shares, one of them perhaps as "the other half"."""
    is_underway = turn.conversation.dialogue.slots.number(SlotName.PART, turn.now) is not None
    if is_underway or facts.has(turn, Tag.PAST, Tag.NEGATED):
        return False
    if is_whole_in_sums(turn):
        return True
    shares = [e.value for e in facts.entities(turn, EntityKind.SHARE)]
    given = [share for share in shares if isinstance(share, Fraction)]
    if len(given) == PARTS:
        return sum(given) == 1
    return len(given) == 1 and bool(_OTHER_HALF.search(turn.reading.text))


def in_order(turn: Turn) -> tuple[tuple[date, Money], ...]:
    """ "100 on the 28th and the other 300 a week after": unequal parts of the whole, by their days.

    Empty where the words are anything else; a month is the most that may lie between them.
    """
    if len(turn.reading.entities) < 2 * PARTS:
        return ()
    sums, days = parts_named(turn), facts.days(turn, without=(Role.WRONG,))
    owed = turn.case.account.outstanding
    if len(sums) == 1 and facts.count(turn) == PARTS and rest_at(turn.reading.text):
        # "2 payments: 250 on Dec 5, the rest on Dec 19".
        sums = (sums[0], owed - sums[0])
    if len(sums) != PARTS or len(days) != PARTS or sums[0] == sums[1]:
        return ()
    if facts.has(turn, Tag.PAST, Tag.NEGATED, Tag.HEDGE) or facts.count(turn) not in (None, PARTS):
        return ()
    parts = tuple(sorted(zip(days, sums, strict=True), key=lambda part: part[0]))
    (first, part), (second, rest) = parts
    is_ahead = turn.today < first < second <= months_after(first, 1)
    is_whole = part.minor + rest.minor == owed.minor
    return parts if is_ahead and is_whole else ()


def now_and_even(turn: Turn) -> tuple[Money, tuple[date, ...]] | None:
    """ "80 now, 160 on the 10th, 160 on the 24th": a part at once, then equal parts in a rhythm."""
    if len(turn.reading.entities) <= 2 * PARTS:
        return None
    sums, days = parts_named(turn), sorted(set(facts.days(turn)))
    coming = tuple(day for day in days if day > turn.today)
    if len(sums) <= PARTS or len(coming) != len(sums) - 1 or not first_is_now(turn):
        return None
    if len(set(sums[1:])) != 1 or facts.has(turn, Tag.PAST, Tag.NEGATED, Tag.HEDGE):
        return None
    is_even = len(coming) == PARTS or even(list(coming)) is not None
    is_even = is_even and coming[-1] <= months_after(coming[0], len(coming) - 1)
    is_whole = sum(money.minor for money in sums) == turn.case.account.outstanding.minor
    return (sums[0], coming) if is_even and is_whole else None


def first_is_now(turn: Turn) -> bool:
    """Whether the first of several sums is to be paid at once: now, today, straight away."""
    sums = [e for e in turn.reading.entities if e.kind in (EntityKind.AMOUNT, EntityKind.SHARE)]
    if len(sums) < PARTS:
        return False
    beside = turn.reading.text[: sums[1].start]
    named = [e for e in facts.entities(turn, EntityKind.DATE) if e.end <= sums[1].start]
    is_today = all(e.value == turn.today for e in named)
    return is_today and bool(_NOW.search(beside.replace("先", "")))


def is_whole_in_sums(turn: Turn) -> bool:
    """Whether equal sums on as many days to come make up all that is owed.

    Two days may lie as they like; more must keep a rhythm.
    """
    if len(turn.reading.entities) < 2 * PARTS:
        return False
    sums, days = parts_named(turn), facts.days(turn)
    if len(sums) < PARTS or len(days) != len(sums) or min(days) < turn.today:
        return False
    if facts.has(turn, Tag.CORRECTION) or len(set(sums)) != 1:
        return False
    owed = turn.case.account.outstanding.minor
    is_whole = abs(owed - sum(money.minor for money in sums)) < len(sums)
    return is_whole and (len(days) == PARTS or even(sorted(days)) is not None)


def even(days: list[date]) -> Frequency | None:
    """The rhythm that days in order keep: every week, every two weeks, every month."""
    if all(second == months_after(days[0], n) for n, second in enumerate(days)):
        return Frequency.MONTHLY
    steps = {(second - first).days for first, second in pairwise(days)}
    return (
        {7: Frequency.WEEKLY, 14: Frequency.BIWEEKLY}.get(steps.pop()) if len(steps) == 1 else None
    )


def _told_in_sums(turn: Turn, slots: Slots) -> Slots | None:
    """The slots of parts each told with its sum and day; None for anything else."""
    begun, parts = now_and_even(turn), in_order(turn)
    if begun is None and not parts:
        return None
    slots, now = slots.without(SlotName.AMOUNT, SlotName.PAY_DAY), turn.now
    if begun is not None:
        part, coming = begun
        slots = slots.put(SlotName.DOWN_PAYMENT, part.minor, now).without(SlotName.FIRST_PART)
        days = list(coming)
    else:
        slots = slots.put(SlotName.FIRST_PART, parts[0][1].minor, now)
        slots = slots.without(SlotName.DOWN_PAYMENT)
        days = [day for day, _ in parts]
    slots = slots.put(SlotName.COUNT, len(days), now).put(SlotName.FIRST_DUE, days[0], now)
    if len(days) == PARTS:
        return _rhythm(turn, slots, days)
    rhythm = even(days)
    return slots if rhythm is None else slots.put(SlotName.FREQUENCY, rhythm, now)


def filled(turn: Turn, slots: Slots) -> Slots:
    """The slots with the two days and the rhythm that falls on both; unchanged for anything else."""
    told = _told_in_sums(turn, slots)
    if told is not None:
        return told
    halves = in_halves(turn)
    count = facts.count(turn)
    if count is None and not facts.amounts(turn) and len(facts.days(turn)) == PARTS:
        # 两期, and then 第一期12月1号 第二期12月25号: the number said before.
        count = slots.number(SlotName.COUNT, turn.now)
    if not halves and count != PARTS:
        return slots
    days = _days(turn, with_now=halves)
    if len(days) == 1 and _AND_NEXT.search(turn.reading.text):
        days.append(days[0] + timedelta(days=7))
    if halves:
        number = len(facts.days(turn)) if is_whole_in_sums(turn) else PARTS
        slots = slots.put(SlotName.COUNT, number, turn.now)
        slots = slots.without(SlotName.AMOUNT, SlotName.DOWN_PAYMENT)
    if not days or facts.pay_days(turn):
        return slots
    slots = slots.put(SlotName.FIRST_DUE, days[0], turn.now).without(SlotName.PAY_DAY)
    if len(days) > PARTS:
        rhythm = even(days)
        return slots if rhythm is None else slots.put(SlotName.FREQUENCY, rhythm, turn.now)
    return slots if len(days) != PARTS else _rhythm(turn, slots, days)


def _days(turn: Turn, *, with_now: bool) -> list[date]:
    """The plain days still to come, today among them where he says "now"."""
    found = {day for day in facts.days(turn, without=(Role.UNTIL,)) if day >= turn.today}
    if with_now and _NOW.search(turn.reading.text):
        found.add(turn.today)
    return [] if facts.has(turn, Tag.CORRECTION) and not with_now else sorted(found)


def _rhythm(turn: Turn, slots: Slots, days: list[date]) -> Slots:
    first, second = days
    if second == months_after(first, 1):
        return slots.put(SlotName.FREQUENCY, Frequency.MONTHLY, turn.now)
    even = {7: Frequency.WEEKLY, 14: Frequency.BIWEEKLY}.get((second - first).days)
    if even is not None and turn.case.account.terms.allows(even):
        return slots.put(SlotName.FREQUENCY, even, turn.now).without(SlotName.SECOND_PAY_DAY)
    slots = slots.put(SlotName.FREQUENCY, Frequency.SEMIMONTHLY, turn.now)
    slots = slots.put(SlotName.PAY_DAY, first.day, turn.now)
    return slots.put(SlotName.SECOND_PAY_DAY, second.day, turn.now)


def part_now(turn: Turn) -> Money | None:
    """The part that is paid at once beside a sum each time: "50 now and 50 a month"."""
    if len(turn.reading.entities) < PARTS or not facts.amounts(turn, (Role.PER_INSTALMENT,)):
        return None
    is_now = bool(_NOW.search(turn.reading.text))
    return facts.amount(turn, Role.PART) if is_now else None


def twice_a_month(turn: Turn) -> tuple[int, int] | None:
    """ "100 on the 1st and 100 on the 15th of each month": both days, where the sums are equal."""
    if len(turn.reading.entities) < 2 * PARTS:
        return None
    monthly, days = facts.pay_days(turn), facts.days(turn)
    sums = facts.amounts(turn)
    if len(monthly) != 1 or len(days) != 1 or facts.has(turn, Tag.CORRECTION):
        return None
    is_pair = len(sums) == PARTS and sums[0] == sums[1] and days[0].day != monthly[0]
    return (days[0].day, monthly[0]) if is_pair else None


def too_far_apart(turn: Turn) -> bool:
    """Whether the second part lies beyond the next month: no rhythm falls on it."""
    later, days = facts.ambiguous_days(turn), sorted(facts.days(turn))
    if len(days) == PARTS and days[1] > months_after(days[0], 1):
        return True
    return bool(later) and min(later) > months_after(turn.today, 1).replace(day=28)


def names_two_sums(turn: Turn) -> bool:
    """1800我现在有 后天能到2000: two sums and one day, so that one of them has to be chosen."""
    owed = turn.case.account.outstanding
    sums = {m for m in facts.amounts(turn, _OFFERED) if m != owed}
    if len(sums) < PARTS or len(facts.days(turn)) != 1:
        return False
    # 150 now and 250 on Friday, of 400: the day is that of the second.
    is_whole = sum(money.minor for money in sums) == owed.minor
    return not is_whole and rest_at(turn.reading.text) is None


_OFFERED = (None, Role.PART, Role.PER_INSTALMENT, Role.DOWN_PAYMENT)


def sum_beside_day(turn: Turn) -> Money | None:
    """Of two sums the one that stands nearest to the day."""
    if not names_two_sums(turn) or facts.has(turn, Tag.CORRECTION):
        return None
    day = next(e for e in facts.entities(turn, EntityKind.DATE) if isinstance(e.value, date))
    sums = [e for e in turn.reading.entities if e.kind in _SUMS and e.role in _OFFERED]
    nearest = min(
        sums,
        key=lambda e: e.start - day.end if e.start >= day.end else day.start - e.end,
        default=None,
    )
    return None if nearest is None else facts.money_of(turn, nearest)
