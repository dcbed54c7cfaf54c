"""What a finding is about, as the English words around it say: by, after, already paid, a month."""

from __future__ import annotations

from flows.languages.en.context import is_paid_then
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found
from flows.understanding.values import EntityKind, Role

_WINDOW = 28

_RHYTHM = (
    r"(?:(?:an?|per|each|every|/) ?(?:other |two |2 )?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?|months?|mths?|mo|weeks?|wks?|wk|fortnight|payday|paycheck|paycheque|payment|time)\b|monthly|weekly|"
    r"bi-?weekly|fortnightly|pcm|pm\b|pw\b|p/?[mw]|twice a month|semi-?monthly|each\b|every (?:mon|tue|wed|thu|fri|sat|sun))"
)
_PER_AFTER = Pattern(
    rf"(?: ?(?:max|or so|ish|dollars|bucks|payments?))? ?{_RHYTHM}| every [0-9]+(?:st|nd|rd|th)| on the [0-9a-z]+(?: and (?:the )?[0-9a-z]+)? of (?:each|every)"
)
_PER_BEFORE = Pattern(
    rf"(?:{_RHYTHM}|payments? of|instal+ments? of|[0-9] ?x|plan of)(?:day)?s?(?: (?:i|can|could|pay|do|only|about|max|payments?|for|just|afford|at|of|like))* ?$"
)
_INCOME_BEFORE = Pattern(
    r"\b(?:i (?:only )?(?:make|earn|get|clear|net|gross|bring home|take home)|take home(?: pay)?(?: is)?|wages? (?:is|are)|salary(?: is)?|income(?: is)?|paid|"
    r"benefits? (?:is|are)|pension is|\bon (?:disability|benefits?|ssd?i|(?:a |my |state )?pension|welfare|unemployment|universal credit|social security|jobseekers?|centrelink|the dole)[ ,:]*(?:of|its|it'?s|so|thats?|that'?s)?)(?: (?:about|around|only|like|just|roughly|maybe))* $"
)
_EARNS_BEFORE = Pattern(
    r"\b(?:i (?:only )?(?:make|earn|bring home)|take home(?: pay)?|wages?|salary|income|paychecks?|pension)(?: (?:is|are|about|around|only|like|just|of|roughly))* $"
)
_MAKES_A_MONTH = Pattern(
    r" ?(?:monthly|weekly|(?:an?|per|every|each|/) ?(?:month|mo|week|wk|year|fortnight|hour))"
)
_SPENDING_BEFORE = Pattern(
    r"\b(?:rent|mortgage|groceries|food|childcare|daycare|car payment|insurance|utilities|bills|electric|gas|medication|meds|tuition)"
    r"(?: (?:is|are|costs?|comes to|of|alone|takes?|about|around|like|me))* $"
)
_WRONG_BEFORE = Pattern(
    r"\b(?:not|isn'?t|wasn'?t|isnt|never|instead of|rather than|charged(?: me)?(?: an extra)?|overcharged(?: me)?(?: by)?|extra|added)(?: an?)? $"
)
_WRONG_AFTER = Pattern(
    r"(?: extra| too much| more than)|(?: [a-z]+){0,3} (?:fee|charge|interest|penalty)?[a-z ]{0,12}(?:is|was|are) (?:wrong|bogus|fake|not right|incorrect|bs|ridiculous|not mine|a mistake)"
)
_RIGHT_BEFORE = Pattern(
    r"\b(?:should(?: only)? be|should'?ve been|shld be|supposed to be|balance (?:was|is)|only owe(?:d)?|owed?|actually|really|correct(?: amount)? is|it'?s|was|meant)(?: only| just)? $"
)
_NOT_NEXT = Pattern(r",? (?:not|instead of|rather than)\b")
_DOWN_BEFORE = Pattern(r"\b(?:put down|down ?payment of|deposit of|upfront|put)(?: about| like)? $")
_DOWN_AFTER = Pattern(
    r" ?(?:down\b(?! to\b)|up ?front|(?:(?:this|next|on|coming) (?:[a-z]+day )?|today |now |tomorrow |[a-z]+day )?as (?:an? |my )?(?:deposit|down ?payment|first part)|deposit)"
)
_PART_AFTER = Pattern(
    r" ?(?:now\b|today|tonight|right now|first\b|tomorrow|tmrw?\b|tmr\b|this (?:week|friday|month)|and the rest|towards?|for now|straight away|then\b|on (?:friday|the))"
)
_PART_BEFORE = Pattern(
    r"\b(?:(?:can|could|able to|i'?ll|will|maybe|only|just) (?:pay|do|send|give|put|afford|manage|offer|scrape together)|only (?:have|got)|i have|have|how about)(?: (?:you|u|like|about|only|just|maybe))* $"
)
_REST_IN_PARTS = Pattern(
    r"\b(?:rest|remain\w*|other|balance)\b.{0,24}\b(?:split|over|payments?|instal|monthly|months|a month|parts)|split the rest|then split|\bthen (?:in )?[a-z0-9]{1,6} (?:\w+ )?(?:payments?|pmts?|instal\w*)\b"
)

_LACKING = Pattern(
    r"\b(?:don'?t|do not|didn'?t|can'?t|cannot|won'?t) (?:even )?(?:have|got|afford|pay|do)(?: that| the)? $"
)
_BEYOND_AFTER = Pattern(
    r"(?: (?:is|was|its|it's)|'s)? ?(?:way |still |just )?(?:too (?:much|high|steep)|a lot\b|not possible|impossible|doesn'?t work|won'?t work|no way)"
)
_WRONG_DAY = Pattern(
    r"\b(?:not|instead of|rather than|(?:can'?t|cannot|can not|won'?t)(?: (?:do|make|manage|pay)(?: it| that)?)?)(?: on| by)?(?: the)? $"
)
_RIGHT_DAY = Pattern(r"\b(?:meant|i mean|make (?:it|that)|rather|actually)(?: on| by)?(?: the)? $")
_START_BEFORE = Pattern(
    r"\b(?:start(?:ing|s)?|begin(?:ning|s)?|from|(?:first|next|1st) (?:one|payment|payday|1)(?:'?s)?)(?: it| them| on| from| is| by)?(?: the)? $"
)
_UNTIL_BEFORE = Pattern(
    r"\b(?:(?:extend|extension|push|move|wait|delay|postpone|hold off|give me|have|more time|need|time)(?: [a-z]+){0,3} (?:until|till|til|to)|(?:until|till|til))(?: the| like)? $"
)
_DEADLINE_BEFORE = Pattern(
    r"\b(?:by|before|no later than|not later than|at the latest|latest by|on or before|b4)(?: the| like| this| end of)? $"
)
_AFTER_BEFORE = Pattern(
    r"\b(?:after|once|when|as soon as|following|any time after|past)(?: the| i| my)? $"
)
_LATEST_AFTER = Pattern(r" (?:at the latest|latest|max)\b")


def role_of(text: str, found: Found) -> Role | None:
    """The role of a finding, or None where nothing around it tells."""
    if found.role is not None:
        return found.role
    if found.kind in (EntityKind.AMOUNT, EntityKind.SHARE):
        return _role_of_sum(text, found)
    if found.kind in (EntityKind.DATE, EntityKind.TIME):
        return _role_of_day(text, found)
    if found.kind is EntityKind.COUNT and is_paid_then(text, found.start, found.end):
        return Role.PAID
    return None


def _role_of_sum(text: str, found: Found) -> Role | None:
    start, end = found.start, found.end
    first = max(0, start - _WINDOW)

    def is_after(pattern: Pattern) -> bool:
        return bool(pattern.search(text, first, start))

    if is_after(_EARNS_BEFORE) or (is_after(_INCOME_BEFORE) and _MAKES_A_MONTH.match(text, end)):
        return Role.INCOME
    if is_after(_SPENDING_BEFORE):
        return Role.SPENDING
    if is_after(_WRONG_BEFORE) or _WRONG_AFTER.match(text, end):
        return Role.WRONG
    if is_after(_RIGHT_BEFORE) and (_NOT_NEXT.match(text, end) or "should" in text[first:start]):
        return Role.RIGHT
    return _role_of_payment(text, found)


def _role_of_payment(text: str, found: Found) -> Role | None:
    start, end = found.start, found.end
    first = max(0, start - _WINDOW)
    if _LACKING.search(text, first, start) or _BEYOND_AFTER.match(text, end):
        return Role.WRONG
    if _PER_AFTER.match(text, end) or _PER_BEFORE.search(text, first, start):
        return Role.PER_INSTALMENT
    if is_paid_then(text, start, end):
        return Role.PAID
    if _DOWN_AFTER.match(text, end) or _DOWN_BEFORE.search(text, first, start):
        return Role.DOWN_PAYMENT
    if _PART_AFTER.match(text, end) or _PART_BEFORE.search(text, first, start):
        return Role.DOWN_PAYMENT if _REST_IN_PARTS.search(text, end, end + 80) else Role.PART
    return None


def _role_of_day(text: str, found: Found) -> Role | None:
    first = max(0, found.start - _WINDOW)
    for pattern, role in _BEFORE_DAYS if found.start else ():
        if pattern.search(text, first, found.start):
            return role
    if _LATEST_AFTER.match(text, found.end):
        return Role.DEADLINE
    return Role.PAID if is_paid_then(text, found.start, found.end) else None


_BEFORE_DAYS = (
    (_WRONG_DAY, Role.WRONG),
    (_RIGHT_DAY, Role.RIGHT),
    (_START_BEFORE, Role.START),
    (_DEADLINE_BEFORE, Role.DEADLINE),
    (_UNTIL_BEFORE, Role.UNTIL),
    (_AFTER_BEFORE, Role.AFTER),
)
