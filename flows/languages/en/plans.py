"""Counts, rhythms, shares and choices in English: 8 payments, every two weeks, a third, option 2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from flows.languages import days
from flows.languages.en.numbers import SMALL, counted, read_number
from flows.languages.figures import SHARE_OF_DEBT
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Read, Rule, Scene, entity, rule, step_over, word_rule
from flows.understanding.values import Asked, EntityKind, Frequency

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_COUNT_MAX = 360
_LETTERS = "abcdef"
_CHOICES = {
    word: number
    for number, words in enumerate(
        ("one first 1st", "two second 2nd", "three third 3rd", "four fourth 4th"), 1
    )
    for word in words.split()
}
_PAYMENTS = r"(?:payments?|pmts?|paymnts?|instal+ments?|instal+s?|parts|portions|chunks|goes|ways|splits|bits|emis?|halves|lots(?= of [$£€]?[0-9]| (?:on|from|starting|each|every|monthly|please)\b|[?.!]|$))\b"
_KIND = r"(?:(?P<rhythm>monthly|weekly|bi-?weekly|fortnightly)|more|equal|easy|small|smaller|separate|even|different)"
_MONTHS_OR_YEARS = r"(?P<unit>months?|mths?|mnths?|mos?|years?|yrs?)\b"
_N = rf"(?P<n>{SMALL}|(?:a )?couple(?: of)?|(?:half )?(?:a )?dozen)"
# Three or four, 3-4: which of them is asked about.
_N_OR = rf"{_N}(?:(?: ?[-~/] ?| or | to | maybe | or maybe )(?P<m>{SMALL}))?"
_SPREAD = r"(?:split|spread|divide|break|pay|paid|paying|clear|stretch|do|cut|chop)\w*"
_DIVIDE = (
    r"(?:split(?:ting)?|spread(?:ing)?|divid(?:e|ing)|break(?:ing)?|cut(?:ting)?|chop(?:ping)?)"
)
# The card, my gym bill, the electricity: what is split, by its name.
_A_BILL = (
    "(?:the|my|this|that) (?:[a-z]+ )?(?:bill|balance|rest|debt|payment|card|loan|account|acct|amount|total|sum|"
    "membership|gym|money|remainder|contract|policy|lot|thing|electric(?:ity)?|gas|phone|car|fine|invoice)"
)
_IT_SAID = f"(?: (?:it|this|that|{_A_BILL}|them|both|them both|both of them|everything|all|up|off|out|down|evenly|equally))+"
_IT = f"(?:{_IT_SAID})?"
_INTO = "(?:into|in|over|across|between|by|through|throughout)"
_NAMES_PARTS = Pattern(r"\b(?:instal+ments?|payments?|parts|chunks)\b")
_MISSED = Pattern(
    r"\b(?:missed|behind|late|last|all|skip(?:ped)?|(?<!no )(?<!not )(?:less|fewer|more) than|under)(?: on)?(?: the| these| those)? $"
)
_SUM_BEFORE = Pattern(
    r"(?:[0-9](?:k|ish)?|\b(?:hundred|thousand|grand|bucks?|dollars?|quid|pounds?|(?:fiver|tenner)s?|each|once|twice|bit|something|little|ten|twenty|thirty|forty|fourty|fifty|"
    r"sixty|seventy|eighty|ninety|five)) ?$"
)
_OFFERS = Pattern(r"(?:^|[,.] ?|\b(?:can|could|i|we|to|lets|let's|just|please|and|maybe) )$")
_RHYTHM_BEFORE = Pattern(
    r"(?:month|monthly|each|mo|mth|payments?|plan|arrangement|instal\w+|[0-9]) $"
)
_CHOOSES = Pattern(
    r"(?:^|[,.!] ?|\b(?:take|want|choose|pick|go with|prefer|do|like|go for|yes|ok|okay|with|select) )$"
)
_PAYS = Pattern(
    r"(?:^|[,.:;] ?|\b(?:pay|paid|clear|cover|settle|do|send|sent|give|put|about|like|over|and|can|with|offer|just|only|least|first|other|the|or|then|manage|afford|"
    r"have|got|you|u|down|maybe|ok|yes|least|around|cover|[0-9](?:st|nd|rd|th)|make|make it|make that|be|then|want|to) )$"
)
_OF_DEBT = Pattern(
    r"$| ?[,.!?/]| (?:now|today|tonight|tomorrow|tmrw?|tmr|right|of (?:it|the|that|this|my|what|everything|all)|the (?:balance|bill|amount|debt|money|payment|rest)|"
    r"on|this|then|and|up|down|by|in|next|first|if|is|before|payment|at the|when|for|until|till|my (?:bill|balance|debt|payment|loan|account|arrears|pay)|that|it|ok|okay|pls|please|mon|tue|wed|thu|fri|sat|sun|friday|monday|"
    r"tuesday|wednesday|thursday|saturday|sunday|half|later|end|as|or|with|was|already|yesterday|last|straight|instead|up ?front|each|every|a month)\b"
)
_RHYTHMS = {
    "monthly": Frequency.MONTHLY,
    "weekly": Frequency.WEEKLY,
    "biweekly": Frequency.BIWEEKLY,
    "bi-weekly": Frequency.BIWEEKLY,
    "fortnightly": Frequency.BIWEEKLY,
}
_AND_FIVE = Pattern("[ -]five ")
_FIRST_OR_SECOND = Pattern(r"(?:first|second|1st|2nd|latter|back) $")
_OF_TIME = Pattern(
    r" (?:of|in) (?:the |this |next )?(?:month|year|week|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_WEEKDAY = r"(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun)(?:[a-z]*day)?\b"


def _count(match: _Match, _scene: Scene) -> _Readings:
    """8 payments, split in 4; missed payments are no offer."""
    found = _counts(match, 1)
    if not found or _is_missed(match):
        return ()
    rhythm = match.groupdict().get("rhythm")
    if rhythm:
        found.append(entity(match, EntityKind.FREQUENCY, _RHYTHMS[rhythm], group="rhythm"))
    return found


def _is_missed(match: _Match) -> bool:
    start = match.start()
    return bool(_MISSED.search(match.string, max(0, start - 20), start))


def _months(match: _Match, _scene: Scene) -> _Readings:
    """Over 6 months, over two years: that many monthly instalments."""
    return _counts(match, days.MONTHS_PER_YEAR if match["unit"].startswith("y") else 1)


def _counts(match: _Match, times: int) -> list[Found]:
    """The number said, or both numbers of 3 or 4; none where one of them is no count."""
    numbers = [_number(said) for said in (match["n"], match.groupdict().get("m")) if said]
    counts = [int(number * times) for number in numbers if number and number == int(number)]
    if len(counts) < len(numbers) or not all(1 < count <= _COUNT_MAX for count in counts):
        return []
    if len(counts) == 1 or counts[0] == counts[1]:
        return [entity(match, EntityKind.COUNT, counts[0])]
    found = entity(match, EntityKind.COUNT, None)
    return [found._replace(alternatives=tuple(sorted(counts)))]


def _number(said: str) -> Decimal | None:
    if said.endswith("dozen"):
        return Decimal(6 if said.startswith("half") else 12)
    return Decimal(2) if "couple" in said else read_number(said)


def _count_of_them(match: _Match, scene: Scene) -> _Readings:
    """Instalments, 4 of them."""
    is_plan = _NAMES_PARTS.search(match.string, 0, match.start())
    return _count(match, scene) if is_plan else None


def _halved(match: _Match, scene: Scene) -> _Readings:
    """Can I split in half; "my card split in half" is no offer."""
    is_offer = _OFFERS.search(match.string, max(0, match.start() - 10), match.start())
    return _says_count(2)(match, scene) if is_offer else None


def _for_months(match: _Match, scene: Scene) -> _Readings:
    """50 a month for 8 months; "for 3 months now" is no offer."""
    is_plan = _RHYTHM_BEFORE.search(match.string, max(0, match.start() - 16), match.start())
    return _months(match, scene) if is_plan else ()


def _says_count(number: int) -> Read:
    def read(match: _Match, _scene: Scene) -> _Readings:
        return [entity(match, EntityKind.COUNT, number)]

    return read


_SPREADS = re.compile(
    r"\b(?:split|spread|break|divide|stretch)(?:ting|ing)? (?:it|this|that|them|the \w+)(?: up| out)?\b|\binstal+ments?\b|\bpayment plan\b"
)
_BILL_BEFORE = re.compile(
    r"\b(?:card|loan|bill|gym|membership|account|phone|electric(?:ity)?|gas|car|one) $"
)


def _count_of_bill(match: _Match, scene: Scene) -> _Readings:
    """Gym in 3, card in 4: each bill in so many parts."""
    is_of_bill = _BILL_BEFORE.search(match.string, max(0, match.start() - 14), match.start())
    return _count(match, scene) if is_of_bill else None


def _answered_months(match: _Match, scene: Scene) -> _Readings:
    """6 months answers how many instalments; unasked it may be any length of time."""
    asked = (Asked.COUNT, Asked.COUNT_OR_AMOUNT, Asked.CHOOSE_OPTION, Asked.CONFIRM)
    # I'd like to spread it. Nine months?
    if scene.asked not in asked and not _SPREADS.search(match.string, 0, match.start()):
        return None
    return _months(match, scene) or None


def _says(frequency: Frequency) -> Read:
    def read(match: _Match, _scene: Scene) -> _Readings:
        return [entity(match, EntityKind.FREQUENCY, frequency)]

    return read


def _per(frequency: Frequency) -> Read:
    """500 a month; "a month" with no sum before it is a length."""

    def read(match: _Match, _scene: Scene) -> _Readings:
        start = match.start()
        if not _SUM_BEFORE.search(match.string, max(0, start - 12), start):
            return None
        return [entity(match, EntityKind.FREQUENCY, frequency)]

    return read


def _half(match: _Match, _scene: Scene) -> _Readings:
    """Half now, pay half; not half asleep, broke in half, the second half of the month."""
    text, start = match.string, match.start()
    if _FIRST_OR_SECOND.search(text, max(0, start - 8), start) and _OF_TIME.match(
        text, match.end()
    ):
        return ()
    if not _is_part_of_debt(match):
        return None
    return [entity(match, EntityKind.SHARE, Fraction(1, 2))]


def _quarter(match: _Match, _scene: Scene) -> _Readings:
    return [entity(match, EntityKind.SHARE, Fraction(1, 4))]


def _is_part_of_debt(match: _Match) -> bool:
    text, start = match.string, match.start()
    is_led_to = _PAYS.search(text, max(0, start - 16), start)
    return bool(is_led_to and _OF_DEBT.match(text, match.end()))


def _part(match: _Match, _scene: Scene) -> _Readings:
    """A third, two thirds, three quarters."""
    if not _is_part_of_debt(match):
        return None
    part = {"two": 2, "2": 2, "three": 3, "3": 3}.get(match["part"], 1)
    whole = {"h": 2, "t": 3, "q": 4, "fo": 4, "fi": 5}
    key = match["whole"][:2] if match["whole"].startswith("f") else match["whole"][0]
    share = Fraction(part, whole[key])
    return [entity(match, EntityKind.SHARE, share)] if share < 1 else ()


def _percent(match: _Match, _scene: Scene) -> _Readings:
    said = match["n"]
    value = int(said) if said.isdigit() else int(_number(said) or 0)
    value += 5 * bool(_AND_FIVE.search(match[0]))
    if not 0 < value < 100:
        return ()
    return [entity(match, EntityKind.SHARE, Fraction(value, 100), group="share")]


def _option(match: _Match, _scene: Scene) -> _Readings:
    said = match["n"]
    if said in _LETTERS:
        return [entity(match, EntityKind.OPTION, _LETTERS.index(said) + 1)]
    option = _CHOICES.get(said) or (int(said) if said.isdigit() else None)
    return [entity(match, EntityKind.OPTION, option)] if option else ()


def rules() -> list[Rule]:
    """The rules of counts, rhythms, shares and choices, most telling first."""
    return [
        *_rules_of_counts(),
        *_rules_of_splits(),
        *_rules_of_terms(),
        *_rules_of_rhythms(),
        *_rules_of_shares(),
        *_rules_of_options(),
    ]


def _rules_of_counts() -> list[Rule]:
    return [
        counted(
            rf"{_N}(?: ?{_KIND})* ?{_PAYMENTS},? or (?:maybe )?(?P<m>{SMALL})(?= ?(?:$|[,.!?]))",
            _count,
        ),
        counted(rf"{_N_OR}(?: ?{_KIND})* ?{_PAYMENTS}", _count),
        counted(rf"{_N_OR} {_KIND} ones\b", _count),
        counted(rf"{_N} of (?:them|those)\b", _count_of_them),
        # 4 pay 1st: a payment cut short.
        counted(
            rf"{_N} (?:pays?|pym(?:n?ts?)|pay'?ts?)(?= ?(?:$|[,.!?]|each\b|(?:on|from|start\w*|first|the|pls|please|ok|okay)\b|[0-9]))",
            _count,
        ),
        word_rule(
            "in_ pay_ split",
            rf"(?:(?:pay|split)(?:{_IT_SAID})?(?: (?:in|by|with|for))?|in) {_N} times?\b(?! (?:a|per|zone|only|each|every|already|now|today|this|last|before)\b)",
            _count,
        ),
        word_rule(
            "acros betwe by_ in_ into_ over_ throu",
            rf"{_INTO} (?:like |about |maybe )?{_N_OR}(?: {_KIND})* {_PAYMENTS}",
            _count,
        ),
        word_rule(
            "break chop clear cut divid do_ doing paid pay_ payin split sprea stret",
            rf"{_SPREAD}{_IT} {_INTO} (?:the next |like |about |maybe )?{_N_OR} ?{_MONTHS_OR_YEARS}",
            _months,
        ),
        word_rule(
            "cut_i divid split",
            r"(?:split|divide|cut) (?:in|into) (?:half|2|two)\b(?! ?(?:weeks?|days?|months?|a year))",
            _halved,
        ),
        word_rule("for_", rf"for (?:the next )?{_N_OR} ?{_MONTHS_OR_YEARS}", _for_months),
        word_rule("do_", rf"do {_N_OR} ?{_MONTHS_OR_YEARS}(?! (?:ago|late|behind))", _months),
        word_rule(
            "let's lets_",
            rf"let'?s (?:say|make it|go with|go for) {_N_OR} ?{_MONTHS_OR_YEARS}",
            _months,
        ),
    ]


def _rules_of_splits() -> list[Rule]:
    return [
        word_rule(
            "break chop clear cut divid do_ doing paid pay_ payin split sprea stret",
            rf"(?:{_SPREAD}{_IT} into (?:half|2|two)(?: parts)?|{_SPREAD}{_IT_SAID} in (?:half|2|two))\b(?! ?(?:weeks?|days?|a year))",
            _says_count(2),
        ),
        word_rule(
            "brea chop cut_ cutt divi spli spre",
            rf"{_DIVIDE}(?:{_IT} {_INTO}|{_IT_SAID} by) {_N_OR}\b(?! ?(?:weeks?|days?|hours?))",
            _count,
        ),
        word_rule(
            "brea chop cut_ cutt divi spli spre",
            rf"{_DIVIDE}{_IT_SAID}? {_N_OR} ways",
            _count,
        ),
        word_rule(
            "exten sprea stret",
            rf"(?:stretch|spread|extend)(?:{_IT_SAID})? to {_N_OR} ?{_MONTHS_OR_YEARS}",
            _months,
        ),
        word_rule("in_", rf"in {_N}(?= (?:from|starting|beginning)\b)", _count),
        word_rule("in_", rf"in {_N}(?= ?(?:$|[,.;!?]| and (?!an? |one )))", _count_of_bill),
        word_rule(
            "clea do_a do_b do_d do_e do_i do_m do_o do_t do_u pay_",
            rf"(?:pay|clear|do|pay off|clear off)(?:{_IT_SAID})? in {_N_OR}(?= ?(?:$|[,.!?]|pls|please|if|parts|from|starting|beginning|and (?!an? |one )|then))",
            _count,
        ),
    ]


def _rules_of_terms() -> list[Rule]:
    return [
        word_rule(
            "acros in_un over_ throu",
            rf"(?:over|across|throughout|in under) (?:a period of |the next |like |about |around )?{_N_OR} ?{_MONTHS_OR_YEARS}(?! (?:ago|late))",
            _months,
        ),
        word_rule(
            "1/2_y acros betwe break by_1/ by_ha chop clear cut divid do_ doing half_ in_1/"
            " in_ha into_ over_ paid pay_ payin split sprea stret throu",
            rf"(?:over |across |in |(?:{_SPREAD}{_IT} )?{_INTO} )?(?:half a year|half year|1/2 year)\b",
            _says_count(6),
        ),
        counted(
            rf"{_N_OR}[ -]?{_MONTHS_OR_YEARS}[ -](?:payment |repayment )?(?:plan|arrangement|deal|option|schedule|instal|ones?\b|offer|choice)",
            _months,
        ),
        counted(rf"{_N_OR} ?{_MONTHS_OR_YEARS}(?= (?:at|@|x) ?[$£€]?[0-9])", _months),
        counted(rf"{_N_OR} ?{_MONTHS_OR_YEARS} of (?:payments?|instal+ments?)\b", _months),
        rule("123456789", r"(?P<n>[2-9]|[1-3][0-9]) ?x(?= ?[$£€]?[1-9][0-9])", _count),
        counted(rf"{_N_OR} ?{_MONTHS_OR_YEARS}", _answered_months),
    ]


def _rules_of_rhythms() -> list[Rule]:
    month, week = r"(?:calendar )?(?:months?|mths?|mnths?|mo)\b", r"(?:weeks?|wks?|wk)\b"
    two = "(?:two|2|other|second|2nd|couple(?: of)?)"
    return [
        word_rule(
            "every",
            rf"every {two} (?:{week}|{_WEEKDAY})|every fortnight",
            _says(Frequency.BIWEEKLY),
        ),
        word_rule(
            "2_t 2_x 2ti 2x_ 3_t 3_x 3ti 3x_ thr twi two",
            r"(?:twice|thrice|(?:two|three|2|3) ?(?:times|x)) (?:a|per|each|every) (?:week|wk|fortnight)\b",
            step_over,
        ),
        word_rule(
            "bi_we bi-we biwee fortn", r"bi[ -]?weekly|fortnightly", _says(Frequency.BIWEEKLY)
        ),
        word_rule(
            "a_for each_ every per_f", r"(?:a|per|each|every) fortnight\b", _per(Frequency.BIWEEKLY)
        ),
        word_rule(
            "2_tim 2x_a_ 2x_ea 2x_ev 2x_pe semi_ semi- semim twice two_t",
            rf"semi[ -]?monthly|(?:twice|two times|2x|2 times) (?:a|per|each|every) {month}|twice monthly",
            _says(Frequency.SEMIMONTHLY),
        ),
        word_rule(
            "each_ every month per_c per_m",
            rf"(?:monthly(?! (?:statement|bill))|(?:each|every|per) {month})(?!,? (?:on )?(?:the )?(?:(?:day|date) [0-9]|[0-9]{{1,2}}(?:st|nd|rd|th)\b))",
            _says(Frequency.MONTHLY),
        ),
        word_rule(
            "each_ every on_fr on_mo on_sa on_su on_th on_tu on_we per_w weekl",
            rf"weekly|(?:each|every|per) {week}|(?:every|each) {_WEEKDAY}|(?<!paid )on (?:mon|tues|wednes|thurs|fri|satur|sun)days\b",
            _says(Frequency.WEEKLY),
        ),
        word_rule("a_cal a_mnt a_mo a_mth", rf"a {month}(?! from)", _per(Frequency.MONTHLY)),
        word_rule("a_wee a_wk", rf"a {week}(?! (?:ago|or))", _per(Frequency.WEEKLY)),
        rule("/", rf"/ ?{month}", _says(Frequency.MONTHLY)),
        rule("/", rf"/ ?{week}", _says(Frequency.WEEKLY)),
    ]


def _rules_of_shares() -> list[Rule]:
    pays = "(?:pay|do|put|send|offer|cover|settle for|afford|give)(?: (?:you|u|down|like|about|maybe)){0,3}"
    return [
        word_rule(
            "bette my_ha other third", r"(?:other|better|my) half\b|third part(?:y|ies)", step_over
        ),
        word_rule("half", "half(?:ay)?\\b(?P<part>)?(?P<whole>)?", _half),
        word_rule(
            "1_ 1- 2_ 2- 3_ 3- a_f a_h a_q a_t a-f a-h a-q a-t an_ an- one_ one- three two_ two-",
            r"(?P<part>an?|one|1|two|2|three|3)[ -](?P<whole>half|thirds?|quarters?|fourths?|fifths?)\b(?! (?:party|past|to [0-9]|of an hour))",
            _part,
        ),
        word_rule(
            "third",
            r"(?P<part>)?(?P<whole>third)(?= (?:now|today|tonight|down|first|up ?front|straight)\b)",
            _part,
        ),
        word_rule(
            "quart", r"quarter(?= (?:now|down|up ?front)\b| of (?:it|the|that|my|this))", _quarter
        ),
        word_rule(
            "affor cover do_ give_ offer pay_ put_ send_ settl",
            rf"{pays} (?P<share>(?P<n>[0-9]{{1,2}}) ?(?:%|percent))",
            _percent,
        ),
        rule(
            "123456789",
            rf"(?P<share>(?P<n>[0-9]{{1,2}}) ?(?:%|percent|per cent))(?={SHARE_OF_DEBT})",
            _percent,
        ),
        word_rule(
            "eight fifte fifty forty ninet seven sixty ten_f ten_p ten-f thirt twent",
            rf"(?P<share>(?P<n>ten|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]five)? (?:percent|per cent))(?={SHARE_OF_DEBT})",
            _percent,
        ),
    ]


def _rules_of_options() -> list[Rule]:
    end = r"(?= ?(?:$|[,.!?)]|pls|plz|please|is|works|sounds|looks|for me|then|thanks|thx|i |would|it is|seems|would))"
    return [
        word_rule(
            "choi opti plan",
            rf"(?:option|plan|choice)(?: (?:no\.?|number|#))?(?: |(?=[#0-9]))#?(?P<n>[1-6](?![0-9])|[a-f]\b{end}|(?:one|two|three|four)\b)(?! ?(?:months?|payments?|weeks?))",
            _option,
        ),
        word_rule(
            "choos pick_ selec take_",
            rf"(?:choose|pick|select|take)(?: (?:no\.?|number|#))? #?(?P<n>[1-6](?![0-9])|[b-f]\b){end}",
            _picked_option,
        ),
        word_rule(
            "#_1 #_2 #_3 #_4 #_5 #_6 #1 #2 #3 #4 #5 #6 no_ no. no1 no2 no3 no4 no5 no6 num",
            rf"(?:number |no\.? ?|# ?)(?P<n>[1-6])(?![0-9]){end}",
            _sole_option,
        ),
        word_rule(
            "1st_ 2nd_ 3rd_ 4th_ firs four seco the_ thir",
            r"(?:the )?(?P<n>first|second|third|fourth|1st|2nd|3rd|4th) (?:option|one|plan|offer|choice)\b",
            _sole_option,
        ),
    ]


def _picked_option(match: _Match, scene: Scene) -> _Readings:
    """Pick 2; "take 2" only where a choice is open."""
    is_open = scene.asked is Asked.CHOOSE_OPTION or not match[0].startswith("take")
    return _option(match, scene) if is_open else ()


def _sole_option(match: _Match, scene: Scene) -> _Readings:
    """The second one, #2: a choice where one is open, at the start of a reply or after "I'll take"."""
    is_chosen = scene.asked is Asked.CHOOSE_OPTION or _CHOOSES.search(
        match.string, max(0, match.start() - 16), match.start()
    )
    return _option(match, scene) if is_chosen or "option" in match[0] else ()
