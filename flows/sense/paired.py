"""Two parts told together: the one on a day, the other a week after it, or the rest on its own day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from flows import facts, several_parts, two_parts
from flows.days import months_after
from flows.model import Turn
from flows.replacing import replace
from flows.sense.named import OF_DAYS, OF_PARTS, OF_SUMS, Rule
from flows.sense.whole import says_whole
from flows.slots import SlotName
from flows.understanding.intents import Intent
from flows.understanding.values import Band, Entity, EntityKind, Role, Tag, Understanding

_LATER = re.compile(
    r"(?<!every )(?<!each )(?<!per )\b(?:(?:a|one|the|(?P<n>two|2|three|3)) )(?P<unit>week|wk|fortnight|month)s? (?:after|later|following)(?: (?:that|then))?\b"
    r"|\bthe following (?P<next>week|fortnight|month)\b",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "2": 2, "three": 3, "3": 3}
_DAYS = {"week": 7, "wk": 7, "fortnight": 14}
_SUMS = (EntityKind.AMOUNT, EntityKind.SHARE)
_PAIR = 2
# What such words are taken for; a claim or a dispute is none.
_OFFERS = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_INSTALMENTS,
        Intent.REQUEST_EXTENSION,
        Intent.HARDSHIP,
        Intent.UNCLEAR,
        Intent.AFFIRM,
    }
)


def _with_later_part(reading: Understanding, turn: Turn) -> Understanding:
    """ "100 on the 4th and the other 300 a week later": the second day counts from the first.

    "200 and 200 the week after", once time was given till Friday, counts from that day.
    """
    later = _LATER.search(reading.text) if reading.intent in _OFFERS else None
    if later is None or reading.tags & {Tag.PAST, Tag.NEGATED}:
        return reading
    sums = [e for e in reading.entities if e.kind in _SUMS]
    first = _first_day(reading, turn, later.start())
    if (
        first is None
        or not isinstance(first.value, date)
        or not _is_pair(sums, turn, later.start())
    ):
        return reading
    second = Entity(
        kind=EntityKind.DATE,
        text=later[0],
        start=later.start(),
        end=later.end(),
        value=_days_on(first.value, later),
    )
    kept = [
        replace(e, role=None) if e.kind in _SUMS else e
        for e in reading.entities
        if e.kind in _SUMS or (e.end <= later.start() and e.kind is not EntityKind.DATE)
    ]
    entities = tuple(sorted((*kept, first, second), key=lambda e: e.start))
    tags = reading.tags - {Tag.VAGUE_TIME}
    also = tuple(i for i in reading.intents if i is Intent.HARDSHIP)
    return replace(
        reading, intent=Intent.REQUEST_INSTALMENTS, also=also, entities=entities, tags=tags
    )


def _is_pair(sums: list[Entity], turn: Turn, before: int) -> bool:
    """Whether two sums, or two shares, are all that is owed."""
    if len(sums) != _PAIR or sums[0].start > before:
        return False
    found = [money for e in sums if (money := facts.money_of(turn, e)) is not None]
    whole = sum(money.minor for money in found)
    return len(found) == _PAIR and abs(turn.case.account.outstanding.minor - whole) < _PAIR


def _first_day(reading: Understanding, turn: Turn, before: int) -> Entity | None:
    """The one day named before, or that until which time was given."""
    days = [e for e in reading.entities if isinstance(e.value, date) and e.start < before]
    if len(days) == 1:
        return replace(days[0], role=None)
    given = turn.case.extension
    until = given.until_on if given is not None and given.is_open else None
    until = until or turn.conversation.dialogue.slots.day(SlotName.FIRST_DUE, turn.now)
    if days or until is None or until < turn.today:
        return None
    return Entity(kind=EntityKind.DATE, text="", start=0, end=0, value=until)


def _days_on(first: date, later: re.Match[str]) -> date:
    number = _NUMBERS.get((later["n"] or "").lower(), 1)
    unit = (later["unit"] or later["next"]).lower()
    if unit == "month":
        return months_after(first, number)
    return first + timedelta(days=number * _DAYS[unit])


def _with_part_before_rest(reading: Understanding, turn: Turn) -> Understanding:
    """ "Only 250 of it Friday, rest Dec 15": the sum before the rest is the part that comes first."""
    rest = two_parts.rest_at(reading.text)
    if rest is None or Tag.PAST in reading.tags:
        return reading
    if reading.intent not in _PART_OFFERS and not _is_guess_between(reading, rest.start()):
        return reading
    sums = [e for e in reading.entities if e.kind in _SUMS]
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if len(sums) != 1 or sums[0].start > rest.start():
        return reading
    if sums[0].role is not None and (sums[0].role, reading.intent) != _PART_PROMISED:
        return reading
    if not any(day.start > rest.start() for day in days):
        return reading
    return _as_part(reading, sums[0])


_PART_OFFERS = (Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY)
_PART_GUESSED = (Intent.REQUEST_INSTALMENTS, Intent.REQUEST_EXTENSION)
_SIZES = frozenset({EntityKind.COUNT, EntityKind.FREQUENCY, EntityKind.PAY_DAY, EntityKind.SHARE})


def _is_guess_between(reading: Understanding, rest: int) -> bool:
    """月底还1000 其余下个月底: half a guess at a plan, with a day on either side of the rest."""
    if reading.intent not in _PART_GUESSED or reading.band is Band.ACT:
        return False
    days = [e for e in reading.entities if isinstance(e.value, date)]
    kinds = {e.kind for e in reading.entities}
    return len(days) == _PAIR and days[0].end <= rest < days[1].start and not kinds & _SIZES


_PART_PROMISED = (Role.PART, Intent.PROMISE_TO_PAY)


def _as_part(reading: Understanding, first: Entity) -> Understanding:
    part = replace(first, role=Role.PART)
    entities = tuple(part if e is first else e for e in reading.entities)
    return replace(reading, intent=Intent.PARTIAL_PAYMENT, also=(), entities=entities)


def _with_all_after_part(reading: Understanding, turn: Turn) -> Understanding:
    """今晚转500 12月4号全部结清: a part at once, and on the later day all that is left."""
    offers = (Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY)
    first = two_parts.part_then_all(reading, turn) if reading.intent in offers else None
    if first is None or not (Tag.WHOLE in reading.tags or says_whole(reading.text)):
        return reading
    return replace(_as_part(reading, first), tags=reading.tags | {Tag.WHOLE})


_LATER_ON = re.compile(
    r"\b(?:see|think|figure|work|sort|know|idk|dunno|later|after|maybe|unsure|not sure|decide|hopefully|try)\b|看看|再说|再說|到时|到時|以后|以後|之后|之後",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"n't\b|\b(?:not|no|never|maybe|might|hope\w*|try|trying|probably|possibly|perhaps|could be|should be able)\b|可能|也许|也許|大概|争取|爭取|尽量|盡量",
    re.IGNORECASE,
)


_OPEN_OFFERS = frozenset({Intent.UNCLEAR, Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT})


def _with_rest_open(reading: Understanding, turn: Turn) -> Understanding:
    """ "200 Friday and I'll see about the rest": the part is promised, only the rest is open."""
    rest = two_parts.rest_at(reading.text)
    sums = [e for e in reading.entities if e.kind in _SUMS]
    days = [e for e in reading.entities if e.kind is EntityKind.DATE]
    if rest is None or len(sums) != 1 or len(days) != 1 or not _OPEN_OFFERS & set(reading.intents):
        return reading
    end = max(sums[0].end, days[0].end)
    is_open = end <= rest.start() and bool(_LATER_ON.search(reading.text, end))
    doubts = {Tag.PAST, Tag.CANNOT, Tag.WILL_NOT, Tag.ASKS}
    if not is_open or reading.tags & doubts or _HEDGED.search(reading.text, 0, end):
        return reading
    tags = reading.tags - {Tag.HEDGE, Tag.VAGUE_TIME, Tag.NEGATED}
    part = replace(sums[0], role=Role.PART)
    entities = tuple(part if e is sums[0] else e for e in reading.entities)
    return replace(reading, intent=Intent.PARTIAL_PAYMENT, also=(), entities=entities, tags=tags)


_ORDINAL = re.compile(r"(?:on |the )*(\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})[号號日]", re.IGNORECASE)


_REST_IN = re.compile(
    r"\b(?:rest|remainder|remaining|balance|other \d+)\b[^.!?\d]{0,20}?(?P<n>\d{1,2}|two|three|four|five|six|eight|ten|twelve) ?(?P<unit>months?|mths?|payments?|instal\w+|parts|weeks?)\b",
    re.IGNORECASE,
)
_IN_WORDS = {
    word: number
    for number, word in (
        (2, "two"),
        (3, "three"),
        (4, "four"),
        (5, "five"),
        (6, "six"),
        (8, "eight"),
        (10, "ten"),
        (12, "twelve"),
    )
}


def _with_rest_in_parts(reading: Understanding, turn: Turn) -> Understanding:
    """ "500 first, balance 4 months": what is left comes in as many payments as months."""
    said = _REST_IN.search(reading.text) if reading.intent in _OFFERS else None
    kinds = {e.kind for e in reading.entities}
    if EntityKind.COUNT in kinds:
        return _with_rest_counted(reading)
    if said is None or EntityKind.COUNT in kinds or Tag.PAST in reading.tags:
        return reading
    sums = [e for e in reading.entities if e.kind in _SUMS and e.end <= said.start()]
    if len(sums) != 1 or said["unit"].lower().startswith("week"):
        return reading
    number = _IN_WORDS.get(said["n"].lower()) or int(said["n"])
    start, end = said.span("n")
    count = Entity(kind=EntityKind.COUNT, text=said[0], start=start, end=end, value=number)
    kept = [
        replace(e, role=Role.DOWN_PAYMENT) if e is sums[0] else e
        for e in reading.entities
        if e.end <= said.start() or e.start >= said.end()
    ]
    entities = tuple(sorted((*kept, count), key=lambda e: e.start))
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities)


_TIMES = re.compile(r"\d ?(?:x|\*|times)", re.IGNORECASE)
_SUM_TIMES = re.compile(
    r"(?<![\d.,/:-])[$£€]?(?P<sum>\d{2,6}(?:\.\d{1,3})?) ?(?:x|\*|times) ?(?P<n>\d{1,2})(?![\d/:.])",
    re.IGNORECASE,
)


def _with_sum_times(reading: Understanding, turn: Turn) -> Understanding:
    """ "450 x 4", of 1800: so many payments of that sum, where they make up all that is owed."""
    if not _TIMES.search(reading.text) or _OFFERS.isdisjoint(reading.intents):
        return reading
    if any(e.kind in (EntityKind.COUNT, EntityKind.AMOUNT) for e in reading.entities):
        return reading
    said = _SUM_TIMES.search(reading.text)
    owed = turn.case.account.outstanding.decimal
    if said is None or not owed <= Decimal(said["sum"]) * int(said["n"]) < owed + Decimal(
        said["sum"]
    ):
        return reading
    each = Entity(
        kind=EntityKind.AMOUNT,
        text=said["sum"],
        start=said.start("sum"),
        end=said.end("sum"),
        value=Decimal(said["sum"]),
        role=Role.PER_INSTALMENT,
    )
    count = Entity(
        kind=EntityKind.COUNT,
        text=said["n"],
        start=said.start("n"),
        end=said.end("n"),
        value=int(said["n"]),
    )
    entities = tuple(sorted((*reading.entities, each, count), key=lambda e: e.start))
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities)


def _with_rest_counted(reading: Understanding) -> Understanding:
    """ "100 now and the rest in 3 payments": the sum comes before the payments, and is none of them."""
    rest = two_parts.rest_at(reading.text)
    is_offer = reading.intent in _OFFERS and Tag.PAST not in reading.tags
    if rest is None or not is_offer:
        return reading
    sums = [e for e in reading.entities if e.kind in _SUMS]
    counts = [e for e in reading.entities if e.kind is EntityKind.COUNT]
    is_pair = len(sums) == 1 == len(counts) and sums[0].end <= rest.start() < counts[0].start
    if not is_pair or sums[0].role not in (None, Role.PART):
        return reading
    first = replace(sums[0], role=Role.DOWN_PAYMENT)
    entities = tuple(first if e is sums[0] else e for e in reading.entities)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities)


_THEN_TIMES = re.compile(
    r"\b(?:then|and|followed by)(?: another)? (?:[$£€]?(?P<sum>\d{2,6}(?:\.\d{1,3})?) ?(?:x|times|\*) ?(?P<n>\d{1,2})|(?P<m>\d{1,2}) ?(?:x|of|payments of|times|more of) ?[$£€]?(?P<each>\d{2,6}(?:\.\d{1,3})?))(?![\d/:])",
    re.IGNORECASE,
)


def _with_parts_after_first(reading: Understanding, turn: Turn) -> Understanding:
    """ "First 160 on Dec 10, then 80 x 3": a first part, and as many payments of the other sum."""
    said = _THEN_TIMES.search(reading.text) if _OFFERS & set(reading.intents) else None
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if said is None or not sums or sums[0].end > said.start() or Tag.PAST in reading.tags:
        return reading
    size, number = ("sum", "n") if said["sum"] else ("each", "m")
    each = Entity(
        kind=EntityKind.AMOUNT,
        text=said[size],
        start=said.start(size),
        end=said.end(size),
        value=Decimal(said[size]),
        role=Role.PER_INSTALMENT,
    )
    count = Entity(
        kind=EntityKind.COUNT,
        text=said[number],
        start=said.start(number),
        end=said.end(number),
        value=int(said[number]),
    )
    first = replace(sums[0], role=Role.DOWN_PAYMENT)
    before = [first if e is sums[0] else e for e in reading.entities if e.end <= said.start()]
    entities = tuple(sorted((*before, each, count), key=lambda e: e.start))
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities)


_BUT = re.compile(r"\bbut\b|\binstead\b[,.]?|但是?|不過|不过", re.IGNORECASE)
_CANNOT = re.compile(
    r"\b(?:can'?t|cannot|can not|cant|couldn'?t|not|won'?t|no way|too much)\b|做不到|不行|唔得|拿不出",
    re.IGNORECASE,
)
_OF_SIZE = (EntityKind.COUNT, EntityKind.AMOUNT, EntityKind.FREQUENCY)
_SO_MANY_OF = re.compile(
    r"(?<![\d.,])(?P<n>\d{1,2}) (?:payments? )?(?:of|x|at|times) [$£€]?(?=\d)", re.IGNORECASE
)


_NO_WAIT = re.compile(
    r"[ ,.]*(?:no|nope|wait|sorry|i mean|i meant|make that|actually|scratch that)[ ,.]+[$£€]?",
    re.IGNORECASE,
)


def _with_sum_corrected(reading: Understanding, turn: Turn) -> Understanding:
    """ "200, no 150, on Friday": the second sum stands in the place of the first."""
    if not _OFFERS & set(reading.intents):
        return reading
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if len(sums) != _PAIR:
        return _with_count_corrected(reading)
    first, second = sums
    if not _NO_WAIT.fullmatch(reading.text, first.end, second.start):
        return reading
    entities = tuple(e for e in reading.entities if e is not first)
    tags = reading.tags - {Tag.NEGATED}
    return replace(reading, entities=entities, tags=tags)


_OTHER_COUNT = re.compile(
    r"[ ,.]*(?:no|nope|wait|sorry|i mean|i meant|make that|actually|scratch that)[ ,.]+(?P<n>\d{1,2})(?!\d|st\b|nd\b|rd\b|th\b|[.:/]\d)",
    re.IGNORECASE,
)


def _with_count_corrected(reading: Understanding) -> Understanding:
    """ "5 payments, no 6": the second number of payments holds."""
    counts = [e for e in reading.entities if e.kind is EntityKind.COUNT]
    said = _OTHER_COUNT.match(reading.text, counts[0].end) if len(counts) == 1 else None
    if said is None or int(said["n"]) < _PAIR:
        return reading
    start, end = said.span("n")
    other = replace(counts[0], value=int(said["n"]), text=said["n"], start=start, end=end)
    kept = (e for e in reading.entities if e.kind is not EntityKind.COUNT and e.start != start)
    entities = tuple(sorted((*kept, other), key=lambda e: e.start))
    return replace(reading, entities=entities, tags=reading.tags - {Tag.NEGATED})


def _with_what_follows_but(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can't do 12 payments of 33 but 10 of 40 works": only what follows is offered."""
    but = _BUT.search(reading.text) if reading.intent in _OFFERS else None
    if but is None or not _CANNOT.search(reading.text, 0, but.start()):
        return reading
    before = [e for e in reading.entities if e.end <= but.start() and e.kind in _OF_SIZE]
    after = [e for e in reading.entities if e.start >= but.end()]
    if not before or not any(e.kind in _OF_SIZE for e in after):
        return reading
    many = _SO_MANY_OF.search(reading.text, but.end())
    counted = any(e.kind is EntityKind.COUNT for e in after)
    if many is not None and not counted and int(many["n"]) > 1:
        start, end = many.span("n")
        number = int(many["n"])
        after = [
            replace(e, role=Role.PER_INSTALMENT) if e.kind is EntityKind.AMOUNT else e
            for e in after
            if e.start != start
        ]
        after.append(
            Entity(kind=EntityKind.COUNT, text=many["n"], start=start, end=end, value=number)
        )
    kept = tuple(sorted(after, key=lambda e: e.start))
    doubts = {Tag.CANNOT, Tag.NEGATED, Tag.TOO_MUCH, Tag.WILL_NOT}
    return replace(reading, entities=kept, tags=reading.tags - doubts)


def _with_days_in_order(reading: Understanding, turn: Turn) -> Understanding:
    """ "160 on the 10th, 160 on the 24th": the 24th is that of the month of the 10th."""
    days = [e for e in reading.entities if isinstance(e.value, date)]
    is_offer = bool(_OFFERS & set(reading.intents))
    if not is_offer or len(days) < _PAIR or reading.tags & {Tag.CORRECTION, Tag.PAST}:
        return reading
    moved: dict[int, Entity] = {}
    before = days[0].value
    for entity in days[1:]:
        value = entity.value
        is_short = _ORDINAL.fullmatch(entity.text.strip()) is not None
        if entity.role is Role.WRONG:
            # 还是27号吧 26号发不了: the day that does not suit comes after no other.
            continue
        if isinstance(value, date) and isinstance(before, date) and value < before:
            value = months_after(value, 1)
            if value <= before or not is_short:
                return reading
            moved[entity.start] = replace(entity, value=value)
        before = value
    if not moved:
        return reading
    return replace(reading, entities=tuple(moved.get(e.start, e) for e in reading.entities))


_TWO_HALVES = re.compile(r"\bhalf\b[^.!?]*\bhalf\b|一半[^。！？]*一半", re.IGNORECASE)
_THIS_AND_NEXT = re.compile(
    r"\bthis (?:week|wk)\b[^.!?]*\bnext (?:week|wk)\b|[这這本今]个?(?:周|週|星期|礼拜|禮拜)[^。！？]*下个?(?:周|週|星期|礼拜|禮拜)",
    re.IGNORECASE,
)
_WEEK = timedelta(days=7)


def _with_two_halves(reading: Understanding, turn: Turn) -> Understanding:
    """ "Half this week and half next week, on Fridays": a plan of two, and no promise of one half."""
    if not reading.intent.value.startswith(("promise", "partial")) or Tag.PAST in reading.tags:
        return reading
    if not _TWO_HALVES.search(reading.text) or EntityKind.SHARE not in {
        e.kind for e in reading.entities
    }:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    entities = reading.entities
    if len(days) == 1 and isinstance(days[0].value, date):
        before = days[0].value - _WEEK
        if before >= turn.today and _THIS_AND_NEXT.search(reading.text):
            first = replace(days[0], value=before, text="", end=days[0].start)
            entities = (*(e for e in entities if e is not days[0]), first, days[0])
    also = tuple(i for i in reading.intents if i is Intent.HARDSHIP)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also, entities=entities)


_TO_COME = (None, Role.PART)


def _with_rest_to_come(reading: Understanding, turn: Turn) -> Understanding:
    """ "A quarter went out yesterday, the rest on the 4th" promises the rest beside the claim."""
    rest = two_parts.rest_at(reading.text)
    claims = Intent.ALREADY_PAID in reading.intents and Tag.PAST in reading.tags
    if not claims or Intent.PROMISE_TO_PAY in reading.intents:
        return reading
    is_paid = any(e.role is Role.PAID and e.kind in _SUMS for e in reading.entities)
    more = [e for e in reading.entities if e.role in _TO_COME and e.kind in _SUMS]
    # "150 last week, and 250 on Dec 3": the second sum is to come, though no word calls it the rest.
    starts = rest.start() if rest is not None else more[0].start if len(more) == 1 else None
    if starts is None:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date) and e.start > starts]
    if rest is None and days and isinstance(days[0].value, date) and days[0].value < turn.today:
        return reading
    if not is_paid or len(days) != 1 or days[0].role is not None or days[0].value == turn.today:
        return reading
    return replace(reading, also=(*reading.also, Intent.PROMISE_TO_PAY))


_OTHER_SUM = re.compile(
    r"\b(?:other|remaining|last|final|leftover) [$£€]?(?P<n>\d{2,6}(?:\.\d{1,3})?)(?![\d/:%]|\.\d)",
    re.IGNORECASE,
)


def _with_other_sum(reading: Understanding, turn: Turn) -> Understanding:
    """ "150 on me today, other 250 comes Dec 4", of 400: the figure is what the first sum leaves."""
    said = _OTHER_SUM.search(reading.text)
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    money = facts.money_of(turn, sums[0]) if said is not None and len(sums) == 1 else None
    if said is None or money is None or sums[0].start >= said.start():
        return reading
    left = (turn.case.account.outstanding - money).decimal
    start, end = said.span("n")
    # "250 goes out" looks like a number of goes.
    kept = [e for e in reading.entities if e.kind is not EntityKind.COUNT or e.value != left]
    if Decimal(said["n"]) != left or any(e.start < end and start < e.end for e in kept):
        return reading
    other = Entity(kind=EntityKind.AMOUNT, text=said["n"], start=start, end=end, value=left)
    entities = tuple(sorted((*kept, other), key=lambda e: e.start))
    if reading.intent is Intent.REQUEST_INSTALMENTS and reading.band is not Band.ACT:
        return replace(reading, intent=Intent.PARTIAL_PAYMENT, also=(), entities=entities)
    return replace(reading, entities=entities)


def _with_several_parts(reading: Understanding, turn: Turn) -> Understanding:
    """ "100 on Friday, 150 the next and the rest on the 11th": a plan of his own, no single promise."""
    meant = replace(turn, event=replace(turn.event, reading=reading))
    if reading.intent is Intent.REQUEST_INSTALMENTS or not several_parts.told(meant):
        return reading
    hardship = (Intent.HARDSHIP,) if Intent.HARDSHIP in reading.intents else ()
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=hardship)


RULES = (
    Rule(
        "paired.other_sum",
        _with_other_sum,
        _OFFERS | {Intent.ALREADY_PAID},
        of_facts=2,
        of_kinds=OF_SUMS,
    ),
    Rule(
        "paired.two_halves",
        _with_two_halves,
        {Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT},
        of_facts=1,
        of_kinds={EntityKind.SHARE},
    ),
    Rule("paired.several_parts", _with_several_parts, _OFFERS, of_facts=4),
    Rule(
        "paired.sum_corrected",
        _with_sum_corrected,
        _OFFERS,
        of_kinds={EntityKind.AMOUNT, EntityKind.COUNT},
    ),
    Rule("paired.sum_times", _with_sum_times, _OFFERS),
    Rule("paired.parts_after_first", _with_parts_after_first, _OFFERS, of_kinds=OF_SUMS),
    Rule("paired.rest_in_parts", _with_rest_in_parts, _OFFERS, of_kinds=OF_PARTS),
    Rule("paired.follows_but", _with_what_follows_but, _OFFERS, of_facts=2, of_kinds={*_OF_SIZE}),
    Rule("paired.days_in_order", _with_days_in_order, _OFFERS, of_facts=2, of_kinds=OF_DAYS),
    Rule("paired.rest_open", _with_rest_open, _OPEN_OFFERS, of_facts=2, of_kinds=OF_PARTS),
    Rule(
        "paired.rest_to_come",
        _with_rest_to_come,
        {Intent.ALREADY_PAID},
        of_facts=2,
        of_kinds=OF_PARTS,
    ),
    Rule("paired.later_part", _with_later_part, _OFFERS, of_facts=2, of_kinds=OF_PARTS),
    Rule(
        "paired.all_after_part",
        _with_all_after_part,
        {Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY},
        of_facts=2,
    ),
    Rule(
        "paired.part_before_rest",
        _with_part_before_rest,
        {*_PART_OFFERS, *_PART_GUESSED},
        of_facts=2,
        of_kinds=OF_PARTS,
    ),
)
