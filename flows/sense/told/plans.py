"""Payments in parts: their count, their start, their day, and the end of a plan."""

from __future__ import annotations

import re
from datetime import date

from flows import facts
from flows.dialogues.instalments import LEAVES_PLAN
from flows.dialogues.questions import EARLY
from flows.model import Turn
from flows.replacing import replace
from flows.sense.in_talk import finds_fault
from flows.understanding.intents import Intent
from flows.understanding.values import Band, Entity, EntityKind, Frequency, Role, Tag, Understanding

_WITH_COLLEAGUE = re.compile(
    r"\b(?:told|said to|spoke (?:to|with)|agreed(?: with)?|discussed(?: with)?|talked (?:to|with)|arranged(?: with)?|set up with)\b"
    r"[^.!?]{0,15}\b(?:colleagues?|agents?|person|reps?|representative|guy|lady|woman|man|team|someone|supervisor|manager|co-?worker|you guys|y'?all)\b",
    re.IGNORECASE,
)


def with_terms_agreed(reading: Understanding, turn: Turn) -> Understanding:
    """ "Like I told your colleague, 6 payments on the 8th": the terms count, no person is wanted."""
    wants = (Intent.REQUEST_HUMAN, Intent.REQUEST_CALLBACK)
    if Intent.ALREADY_PAID in reading.also:
        return _without_claim_of_talk(reading)
    is_guess = reading.intent in wants and reading.evidence.keyword is None
    if not is_guess or not _WITH_COLLEAGUE.search(reading.text):
        return reading
    kinds = {e.kind for e in reading.entities}
    if kinds & {EntityKind.COUNT, EntityKind.FREQUENCY}:
        return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.CONFIRM)
    if EntityKind.DATE in kinds and kinds & {EntityKind.AMOUNT, EntityKind.SHARE}:
        return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)
    return reading


_PAYS_TOO = re.compile(r"\b(?:paid|sent|transferred|payment)\b|[还還付缴繳]", re.IGNORECASE)
_SORTED_WITH = re.compile(
    r"\b(?:sorted|settled|fixed|arranged|set (?:it |this )?up)\b[^.!?]{0,20}\bwith\b", re.IGNORECASE
)


def _without_claim_of_talk(reading: Understanding) -> Understanding:
    """ "Sorted this with Dana, 5 payments from the 1st": arranged it is, and nothing was paid."""
    is_plan = reading.intent is Intent.REQUEST_INSTALMENTS
    is_talk = _WITH_COLLEAGUE.search(reading.text) or _SORTED_WITH.search(reading.text)
    if not is_plan or not is_talk or _PAYS_TOO.search(reading.text.replace("payments", "")):
        return reading
    kept = tuple(e for e in reading.entities if e.role is not Role.PAID)
    also = tuple(i for i in reading.also if i is not Intent.ALREADY_PAID)
    return replace(reading, also=also, entities=kept, tags=reading.tags - {Tag.PAST})


_WILLING = re.compile(
    r"\b(?:rather|want to|wanna|like to|trying to|hoping to|keen to|happy to|willing to|need to) (?:just |actually )?(?:sort|fix|settle|pay|resolve|clear|deal with|get (?:this|it) (?:sorted|done|paid|cleared))\b",
    re.IGNORECASE,
)


def with_will_to_pay(reading: Understanding, turn: Turn) -> Understanding:
    """ "He says ignore you, but I'd rather sort it": who wants a way out does not refuse."""
    if reading.intent is not Intent.REFUSE or reading.tags & {Tag.NEGATED, Tag.WILL_NOT}:
        return reading
    if reading.evidence.keyword is not None or not _WILLING.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.CONFIRM)


def with_count_for_whole(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can we do 6 instead of the full amount": so many payments, and nothing off the sum."""
    if reading.intent not in COUNT_TAKEN_FOR:
        return reading
    starts = any([e.role is Role.START for e in reading.entities])
    is_instead = reading.intent in _WISHES and bool(_INSTEAD.search(reading.text))
    if not (starts or is_instead):
        return reading
    number, most = facts.number_put(reading.text), turn.case.account.terms.max_instalments
    figures = [e for e in reading.entities if e.kind in (EntityKind.AMOUNT, EntityKind.COUNT)]
    if number is None or figures or (most is not None and number > 2 * most):
        return reading
    at = re.search(rf"\b{number}\b", reading.text)
    start, end = at.span() if at is not None else (0, 0)
    count = Entity(
        kind=EntityKind.COUNT, text=reading.text[start:end], start=start, end=end, value=number
    )
    tags = reading.tags - {Tag.WHOLE}
    entities = (*reading.entities, count)
    return replace(
        reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities, tags=tags
    )


COUNT_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_DISCOUNT,
        Intent.REQUEST_INSTALMENTS,
        Intent.PARTIAL_PAYMENT,
        Intent.PROMISE_TO_PAY,
        Intent.UNCLEAR,
    }
)


GO_TAKEN_FOR = COUNT_TAKEN_FOR | {Intent.HARDSHIP, Intent.DENY}


def with_early_payment_asked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can I pay it off early?", under a schedule, asks about it: the schedule stays open."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    if not is_plan or reading.intent not in EARLY_TAKEN_FOR or not EARLY.search(reading.text):
        return reading
    if Tag.ASKS not in reading.tags and not _MAY.search(reading.text):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY, also=(), entities=())


_MAY = re.compile(
    r"[?？吗嗎]|\b(?:can|could|may|am|would) i\b|\b(?:if|possible|allowed|okay? to|penalty)\b",
    re.IGNORECASE,
)


EARLY_TAKEN_FOR = frozenset(
    {
        Intent.PAY_NOW,
        Intent.PROMISE_TO_PAY,
        Intent.PARTIAL_PAYMENT,
        Intent.UNCLEAR,
        Intent.REQUEST_DISCOUNT,
        Intent.REQUEST_INSTALMENTS,
    }
)
_NOT_AT_ONCE = re.compile(
    r"\bnot (?:it )?(?:all )?(?:in one (?:go|hit|shot|payment)|at once|all at once|all in one)\b"
    r"|\b(?:can'?t|cannot|cant|couldn'?t) (?:do|pay|manage|afford) (?:it |that |this )?(?:all )?(?:in one (?:go|hit|shot)|at once|all at once)\b",
    re.IGNORECASE,
)


def with_parts_for_one_go(reading: Understanding, turn: Turn) -> Understanding:
    """ "I can pay 400 but not in one go": all of it, in parts."""
    if reading.intent not in GO_TAKEN_FOR or not _NOT_AT_ONCE.search(reading.text):
        return reading
    owed = turn.case.account.outstanding.decimal
    kept = tuple(e for e in reading.entities if e.value != owed)
    hardship = (Intent.HARDSHIP,) if Intent.HARDSHIP in reading.intents else ()
    tags = reading.tags - {Tag.WHOLE, Tag.NEGATED, Tag.CANNOT}
    return replace(
        reading, intent=Intent.REQUEST_INSTALMENTS, also=hardship, entities=kept, tags=tags
    )


_WISHES = (Intent.REQUEST_DISCOUNT, Intent.REQUEST_INSTALMENTS)
_INSTEAD = re.compile(r"\b(?:instead of|rather than)\b", re.IGNORECASE)
_PLAN_ONE = re.compile(
    r"\b(?P<n>\d{1,2}|two|three|four|six|nine|ten|twelve)[ -]?(?:months?|mths?|payments?) (?:one|plan|option|thing|deal|version)\b"
    r"|\bwhat (?:would|about) (?P<m>\d{1,2})(?: (?:look like|be|cost))?\W*$",
    re.IGNORECASE,
)


def with_plan_picked(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can I get the 3 month one but start in January": a plan, and no respite."""
    said = _PLAN_ONE.search(reading.text) if reading.intent in PICK_TAKEN_FOR else None
    if said is None:
        return reading
    also = tuple(i for i in reading.also if i is Intent.HARDSHIP)
    entities = reading.entities
    name = "n" if said["n"] else "m"
    if said[name].isdecimal() and not any(e.kind is EntityKind.COUNT for e in entities):
        start, end = said.span(name)
        number = int(said[name])
        count = Entity(kind=EntityKind.COUNT, text=said[name], start=start, end=end, value=number)
        entities = (*entities, count)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also, entities=entities)


_DAY_MOVED = re.compile(
    r"(?:[还還][款钱錢]?|扣款|付款|[缴繳]款)日期?[^,，。]{0,4}[改换換挪调調][成到为為]"
)
MOVE_TAKEN_FOR = frozenset({Intent.DISPUTE_AMOUNT, Intent.UNCLEAR, Intent.DENY})


def with_plan_day_moved(reading: Understanding, turn: Turn) -> Understanding:
    """还款日改成12号, while a plan runs: its day is moved, and nothing is found wrong."""
    is_guess = reading.band is not Band.ACT and turn.case.live_plan is not None
    if not is_guess or not _DAY_MOVED.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=())


PICK_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_EXTENSION,
        Intent.UNCLEAR,
        Intent.BALANCE_QUERY,
        Intent.PROMISE_TO_PAY,
        Intent.AFFIRM,
        Intent.REQUEST_INSTALMENTS,
    }
)
STARTS_BY = frozenset({Intent.REQUEST_EXTENSION, Intent.REQUEST_INSTALMENTS})
_SIZES = frozenset({EntityKind.COUNT, EntityKind.AMOUNT, EntityKind.FREQUENCY})


def with_start_in_need(reading: Understanding, turn: Turn) -> Understanding:
    """No money this month, paying starts with the next: what is possible each month is asked."""
    if reading.intent not in STARTS_BY or Intent.HARDSHIP not in reading.also:
        return reading
    is_start = any(e.role is Role.START and e.value is None for e in reading.entities)
    is_bare = not any(e.kind in _SIZES for e in reading.entities)
    if not is_start or not is_bare:
        return reading
    also = tuple(i for i in reading.intents if i is not Intent.HARDSHIP)
    return replace(reading, intent=Intent.HARDSHIP, also=also)


_REST_LATER = re.compile(
    r"\b(?:the )?(?:rest|remainder|balance) (?:after|later|afterwards|another time|when i can)\b"
    r"|(?:剩下|剩餘|剩余|其[余餘]|余下)的?(?:以后|以後|之后|之後|后面|後面|再[说說讲講]|慢慢)",
    re.IGNORECASE,
)


def with_rest_later(reading: Understanding, turn: Turn) -> Understanding:
    """ "250 on the 30th and sort the rest after": a part on its day, and no plan is named yet."""
    is_guess = reading.band is not Band.ACT and Intent.PARTIAL_PAYMENT in reading.also
    if not is_guess or not _REST_LATER.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PARTIAL_PAYMENT)
    return replace(reading, intent=Intent.PARTIAL_PAYMENT, also=also, band=Band.CONFIRM)


LEAVES_BY = frozenset(
    {Intent.UNCLEAR, Intent.DENY, Intent.REFUSE, Intent.HARDSHIP, Intent.REQUEST_DISCOUNT}
)


def with_plan_left(reading: Understanding, turn: Turn) -> Understanding:
    """ "I want to cancel the plan, lost some shifts", with a plan running: it is about the plan."""
    if turn.case.live_plan is None or reading.intent not in LEAVES_BY:
        return reading
    if not LEAVES_PLAN.search(reading.text):
        return reading
    also = tuple(i for i in reading.intents if i is Intent.HARDSHIP)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


COUNTED_TAKEN_FOR = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_EXTENSION,
        Intent.PARTIAL_PAYMENT,
        Intent.UNCLEAR,
        Intent.AFFIRM,
    }
)


def with_payments_counted(reading: Understanding, turn: Turn) -> Understanding:
    """ "3 pay, 4th pls", of a guess at a promise: a number of payments is a plan."""
    is_guess = reading.band is not Band.ACT and reading.intent in COUNTED_TAKEN_FOR
    counts = [e for e in reading.entities if e.kind is EntityKind.COUNT and e.role is None]
    if not is_guess or len(counts) != 1 or counts[0].value is None:
        return reading
    if turn.conversation.dialogue.question is not None or reading.tags & {Tag.PAST, Tag.NO_PLAN}:
        return reading
    also = tuple(i for i in reading.intents if i is Intent.HARDSHIP)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


_OFFERS = frozenset(
    {Intent.PROMISE_TO_PAY, Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT, Intent.PAY_NOW}
)


def without_idle_refusal(reading: Understanding, turn: Turn) -> Understanding:
    """ "Whatever. Fine. Friday": beside an offer a guessed refusal with no word of one is idle."""
    if Intent.REFUSE not in reading.also or reading.intent not in _OFFERS:
        return reading
    if reading.tags & {Tag.WILL_NOT, Tag.NEGATED, Tag.CANNOT} or _REFUSES.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REFUSE)
    return replace(reading, also=also)


_REFUSES = re.compile(
    r"[不没沒冇唔别別]|n'?t\b|\b(?:not|no|never|refuse\w*|nothing|dont|wont|cant)\b", re.IGNORECASE
)


RHYTHM_TAKEN_FOR = frozenset({Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT, Intent.ALREADY_PAID})
_TILL_PAID = re.compile(
    r"\b(?:un)?til+ (?:it|that|this|the \w+)(?:'s| is|s)? (?:all )?(?:been )?(?:paid|settled|cleared)",
    re.IGNORECASE,
)


def with_sum_each_time(reading: Understanding, turn: Turn) -> Understanding:
    """ "125 on the 1st and the 15th till it's gone": a sum with a rhythm is a plan."""
    if reading.intent not in RHYTHM_TAKEN_FOR or Tag.PAST in reading.tags:
        return reading
    if reading.intent is Intent.ALREADY_PAID and not _TILL_PAID.search(reading.text):
        return reading
    rhythms = [e for e in reading.entities if e.kind is EntityKind.FREQUENCY]
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    owed = turn.case.account.outstanding.decimal
    if len(rhythms) != 1 or len(sums) != 1 or sums[0].value == owed or sums[0].role is Role.INCOME:
        return reading
    each = replace(sums[0], role=Role.PER_INSTALMENT)
    entities = tuple(each if e is sums[0] else e for e in reading.entities)
    also = tuple(i for i in reading.also if i is Intent.HARDSHIP)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also, entities=entities)


SUM_TAKEN_FOR = frozenset({Intent.BUSY, Intent.ALREADY_PAID, Intent.THANKS})


def with_other_sum(reading: Understanding, turn: Turn) -> Understanding:
    """ "Sorry, last time: 100", under a schedule: another sum each time, and no pause."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.key.startswith("plan_propose")
    kinds = [e.kind for e in reading.entities]
    is_guess = reading.intent in SUM_TAKEN_FOR and reading.band is not Band.ACT
    if not is_plan or not is_guess or kinds != [EntityKind.AMOUNT] or Tag.PAST in reading.tags:
        return reading
    if reading.entities[0].role in (Role.PAID, Role.WRONG):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.CONFIRM)


_BESIDE_SUM = 2
_PAIR = 2


def with_rhythm_of_sum(reading: Understanding, turn: Turn) -> Understanding:
    """ "My hours were cut to 20 a week, 60 a month is what I can do": the rhythm is that of the sum."""
    rhythms = [e for e in reading.entities if e.kind is EntityKind.FREQUENCY]
    each = [e for e in reading.entities if e.role is Role.PER_INSTALMENT]
    if len({e.value for e in rhythms}) < _PAIR:
        return reading
    if not each and Tag.ASKS in reading.tags and _OR.search(reading.text, rhythms[0].end):
        # "Weekly or monthly?", of our schedule: he asks which of the two it is.
        kept = tuple(e for e in reading.entities if e not in rhythms)
        return replace(reading, intent=Intent.BALANCE_QUERY, also=(), entities=kept)
    if not each:
        return _with_other_rhythm(reading, turn)
    if len(each) > 1:
        return reading
    own = [e for e in rhythms if 0 <= e.start - each[0].end <= _BESIDE_SUM]
    if len(own) != 1:
        return reading
    entities = tuple(e for e in reading.entities if e not in rhythms or e is own[0])
    return replace(reading, entities=entities)


_OR = re.compile(r" ?or |还是|還是|定係|定系", re.IGNORECASE)


def _with_other_rhythm(reading: Understanding, turn: Turn) -> Understanding:
    """ "Monthly is too slow, every 2 weeks", of a monthly plan: the other rhythm is wished for."""
    newest = turn.conversation.dialogue.proposals[-1:]
    standing = [p.plan.frequency for p in newest if p.plan is not None]
    old = [e for e in reading.entities if e.kind is EntityKind.FREQUENCY and e.value in standing]
    if not old:
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e not in old))


_IN_SO_MANY = re.compile(
    r"(?:\b(?:in|into|over)|^(?:ok |so |do |maybe )?) ?(?P<n>[2-9]|[1-3]\d)(?= (?:from|starting|after|then|please|pls|plz|and|beginning|but|ok)\b|[.,!?;]|$)",
    re.IGNORECASE,
)


_SO_MANY_TIMES = re.compile(
    r"(?<![\d.,:/$£€])(?P<n>[2-9]|[1-3]\d) (?:times? (?:pay|instal\w*|can)|paydays|pay ?che(?:ck|que)s)\b",
    re.IGNORECASE,
)


def with_parts_counted(reading: Understanding, turn: Turn) -> Understanding:
    """ "The card in 4 after that": a number of payments, where a plan is meant anyway."""
    if reading.intent is not Intent.REQUEST_INSTALMENTS:
        return reading
    if any(e.kind is EntityKind.COUNT or e.role is Role.PER_INSTALMENT for e in reading.entities):
        return reading
    said = _IN_SO_MANY.search(reading.text) or _SO_MANY_TIMES.search(reading.text)
    if said is None:
        return reading
    start, end = said.span("n")
    if any(e.start < end and start < e.end for e in reading.entities):
        return reading
    count = Entity(
        kind=EntityKind.COUNT, text=said["n"], start=start, end=end, value=int(said["n"])
    )
    entities = tuple(sorted((*reading.entities, count), key=lambda e: e.start))
    return replace(reading, entities=entities)


_COUNT_WANTED = re.compile(
    r"\b(?:i (?:want|need|prefer)|i'?d (?:like|rather)|gimme|give me|make (?:it|that)|let'?s do) (?P<n>[2-9]|[1-3]\d)"
    r"(?= (?:too|also|as well|please|pls|plz|instead|then|like|payments?)\b|[.,!?]|$)"
    r"|(?:^|[.,!?;] ?)(?P<m>[2-9]|[1-3]\d) (?:can|possible|ok|okay|better)(?: (?:or not|anot|bo|lah?))?(?=[.,!?]|$)",
    re.IGNORECASE,
)
_MONTHS_ASKED = re.compile(
    r"(?:ok |and |so |what about |how about |(?:can|could|may) i (?:do|take|have|get) |maybe )*(?P<n>[2-9]|[1-3]\d)[ -]?(?:months?|mths?|mos)(?: (?:ok(?:ay)?|then|please|pls|possible|instead))?\W*",
    re.IGNORECASE,
)


def with_count_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """ "You said 4 but my sister got 8. I want 8 too", "12 too long, 6 can?": that many payments."""
    text = reading.text
    if reading.intent is not Intent.REQUEST_INSTALMENTS:
        return reading
    said = _MONTHS_ASKED.fullmatch(text) or _COUNT_WANTED.search(text)
    if said is None or any(e.role is Role.PER_INSTALMENT for e in reading.entities):
        return reading
    name = "n" if said["n"] else "m"
    start, end = said.span(name)
    if any(e.start < end < e.end and e.kind is EntityKind.AMOUNT for e in reading.entities):
        return reading
    count = Entity(
        kind=EntityKind.COUNT, text=said[name], start=start, end=end, value=int(said[name])
    )
    kept = [
        e
        for e in reading.entities
        if e.kind is not EntityKind.COUNT and not (e.start < end and start < e.end)
    ]
    entities = tuple(sorted((*kept, count), key=lambda e: e.start))
    return replace(reading, entities=entities, tags=reading.tags - {Tag.TOO_MUCH})


def with_payments_made(reading: Understanding, turn: Turn) -> Understanding:
    """ "Paid 4 instalments already, shouldn't only 2 be left?": a claim, and the rest is in doubt."""
    counts = [e for e in reading.entities if e.kind is EntityKind.COUNT]
    is_paid = bool(counts) and all([e.role is Role.PAID for e in counts])
    sizes = {EntityKind.AMOUNT, EntityKind.FREQUENCY, EntityKind.SHARE}
    if reading.intent is not Intent.REQUEST_INSTALMENTS or not is_paid:
        return reading
    if Tag.PAST not in reading.tags or sizes & {e.kind for e in reading.entities}:
        return reading
    entities = tuple(e for e in reading.entities if e not in counts)
    if finds_fault(reading.text):
        also = (Intent.ALREADY_PAID,)
        return replace(reading, intent=Intent.DISPUTE_AMOUNT, also=also, entities=entities)
    return replace(reading, intent=Intent.ALREADY_PAID, also=(), entities=entities)


_WEEKDAYS = re.compile(r"\b(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)days\b", re.IGNORECASE)


def with_weekdays_as_rhythm(reading: Understanding, turn: Turn) -> Understanding:
    """ "3 payments, Fridays": one each week, where no other rhythm is named."""
    if reading.intent is not Intent.REQUEST_INSTALMENTS or "days" not in reading.text.lower():
        return reading
    kinds = {e.kind for e in reading.entities}
    said = _WEEKDAYS.search(reading.text) if EntityKind.COUNT in kinds else None
    weekly = Frequency.WEEKLY
    if said is None or EntityKind.FREQUENCY in kinds:
        return reading
    if not turn.case.account.terms.allows(weekly):
        return reading
    rhythm = Entity(
        kind=EntityKind.FREQUENCY, text=said[0], start=said.end(), end=said.end(), value=weekly
    )
    return replace(reading, entities=(*reading.entities, rhythm))


def without_day_too_late(reading: Understanding, turn: Turn) -> Understanding:
    """ "That's because of Christmas. OK Dec 20", told the latest day: the day that fits is meant."""
    question = turn.conversation.dialogue.question
    if question is None or question.key != "plan_first_payment_too_late":
        return reading
    latest = dict(question.values).get("latest")
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if not isinstance(latest, date):
        return reading
    late = [e for e in days if isinstance(e.value, date) and e.value > latest]
    if not late or len(late) == len(days):
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e not in late))
