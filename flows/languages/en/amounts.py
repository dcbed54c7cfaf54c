"""Sums of money in English: $1,200.50, fifty bucks, two and a half grand; vague ones are only masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from flows.languages.en.numbers import FIGURE, PHRASE, SMALL, counted, read_number
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Rule, Scene, entity, rule, step_over, word_rule
from flows.understanding import masks
from flows.understanding.values import EntityKind, Frequency

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_CURRENCIES = {
    "us$": "USD",
    "usd": "USD",
    "hk$": "HKD",
    "hkd": "HKD",
    "nt$": "TWD",
    "ntd": "TWD",
    "twd": "TWD",
    "s$": "SGD",
    "sgd": "SGD",
    "a$": "AUD",
    "aud": "AUD",
    "c$": "CAD",
    "cad": "CAD",
    "£": "GBP",
    "gbp": "GBP",
    "quid": "GBP",
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "¥": "CNY",
    "rmb": "CNY",
    "cny": "CNY",
    "yuan": "CNY",
    "jpy": "JPY",
    "yen": "JPY",
    "kwd": "KWD",
    "kd": "KWD",
    "krw": "KRW",
    "inr": "INR",
    "zar": "ZAR",
    "₹": "INR",
}
_SIGN = r"(?:hk\$|nt\$|us\$|s\$|a\$|c\$|\$|£|€|¥|usd|hkd|ntd|twd|sgd|aud|cad|gbp|eur|rmb|cny|jpy|krw|inr|kwd|zar|rs\.?|r(?=[1-9][0-9]{2}))"
_UNIT = r"(?:dollars?|dolars?|doller?s?|bucks?|bux|quid|pounds?|euros?|usd|hkd|gbp|eur|rmb|cny|yuan|sgd|twd|ntd|aud|cad|jpy|yen|krw|won(?!['a-z])|inr|kwd|kd|dinars?|riyals?|dirhams?|rupees?|pesos?|baht|ringgit|rand|francs?|kroner)\b|[$£€](?! ?[0-9])"
_NOTES = {"fiver": 5, "tenner": 10}
# Eighty five pounds fifty, 20 dollars and 50 cents.
_PENCE = (
    r"(?:[0-9]{1,2}(?= ?(?:p|pence|cents?)\b)|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?\b(?! (?:now|today|then|on|friday|next|a |per|each|every)))"
    r"(?: ?(?:p|pence|cents?)\b)?"
)
# A number in words with nothing beside it is a sum from here on; a smaller one counts things.
_WORDS_MIN = 20
_HUNDRED = 100
_AFTER_VERB_MIN = 5
_AFTER_ANY_MIN = 20
_BARE_MIN = 50
_PLAIN_MAX = 1000
_ROUND = 50
_DAY_MAX = 31

_PAYING = Pattern(
    r"\b(?:pay(?:ing)?|paid|send|sent|afford|offer|put(?: down)?|deposit|transfer(?:red)?|do|give(?: (?:you|u))?|i (?:only )?(?:make|earn)|up to|at least|"
    r"at most|max(?:imum)?(?: of)?|monthly|weekly|another|extra|rent is|owe|borrowed|charged(?: me)?|scrape(?: together)?|(?:fee|charge|balance|bill)s? (?:of|is|was)|(?:drop|lower|cut|bring|knock) (?:it|that|them) (?:down )?to|"
    r"pay (?:like|about|around|maybe|only|just|you|u)|paid (?:you|u|them)|do (?:like|about|around|maybe|only|just)|send (?:you|u)|afford (?:like|about|only))(?: of)? $"
)
_DOES = Pattern(r"\bdo (?:like |about |around |maybe |only |just )?$")
_LEADING = Pattern(
    r"\b(?:how about|what about|have|got|is|was|be|to|with|of|about|around|just|only|for|like|maybe|roughly|approx|say|than|not|another|by|at|spare|left|balance|of|no|nope|sorry|actually) $"
)
_OFFERED = Pattern(
    r" ?(?:(?:late |service |admin |extra )?(?:fees?|charges?|penalty|interest)\b|now\b|today|tonight|tomorrow|tmrw?|tmr|first\b|later\b|upfront|up front|an? (?:month|week|fortnight)|per\b|each\b|every\b|monthly|weekly|"
    r"bi-?weekly|fortnightly|quarterly|annually|yearly|daily|down\b|max\b|ish\b|on (?:the|mon|tue|wed|thu|fri|sat|sun)|this (?:week|month|fri)|next\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]* [0-9]|and the rest|then\b|towards?|"
    r"right now|instead(?! of)|semi|/ ?(?:mo|w)|pcm|(?:twice|(?:two|three|2|3) times|[23]x) (?:a|per|each|every)|short\b|spare\b|back\b|extra\b|left\b|by (?:fri|the|mon|end)|until|till|ok\?|at a time|straight away|if |of (?:that|it|this)\b|(?:out )?of (?:the|my) [$£€]?[0-9]{2}|out of [$£€]?[0-9]{3})"
)
_CHARGE = Pattern(
    r" (?:(?:late|admin|service|annual|processing|extra) )?(?:fee|charge|penalty|interest|fine)s?\b"
)
_FIGURE_BEFORE = Pattern(r"[0-9](?:k| bucks| quid)? $")
_ANSWER = Pattern(
    r"(?:ok|okay|yes|yeah|just|maybe|like|i'd say|say|make it|let'?s (?:do|say|go with|go for|make it)|i'?ll (?:do|take)|(?:can|could) (?:i|we) do|um+|so)?,? ?"
)
_ANSWERED = Pattern(
    r"(?: ?,?(?:pls|plz|please|then|i think|maybe|ok|thanks|if (?:possible|i can|you can|u can|that'?s ok)))?[ .!?]*"
)
_BEFORE_DAY = Pattern(r"\b(?:on|by|at|before|after|until|till?|from|the|since) $")
_NUMBERED = Pattern(
    r"(?:\b(?:i'?m|am|age|aged|lvl|level|size|flight|gate|lane|catch|windows|bus|room|error|code|route|hwy|highway|section|chapter|page|floor|apt|unit|track|channel|area|zip|since|"
    r"in|year|iphone|top|gate|flight|class|form|grade|level|size|version|step|day|week|case|ext|suite|box|lot|exit|mile|model|number|no|(?:mom|mum|dad|gran|wife|husband|son|daughter|nan)'?s?|is only|he'?s|she'?s|"
    r"turn(?:ed|ing)?|born|last|ending|ends|card|account|acct|dept|law|rule|area|pin|ps|xbox|formula|form|mach|article|psalm|john|call|dial|text|chapter|ur|who is this|test|testing|net)|#) $"
)
_LABEL_WORDS = """
aisle apt area bay bed block bus channel chapter district division dock episode error exit flat floor gate
grade highway hwy lane level line locker lvl page phase pier platform pod pump room round route row season
seat section size stage station step studio suite table terminal tier track type unit version ward warehouse
year zone
"""
_LABELS = frozenset(_LABEL_WORDS.split())
_AGED = Pattern(
    r"\b(?:(?:son|daughter|kid|baby|girl|boy|mum|mom|dad|he|she) is|i'?m|i am|(?:i|he|she)(?:'?ll| will) be|he'?s|she'?s|aged?|turn(?:ed|s|ing)?|is now|nearly|almost) $"
)
_AGE_MAX = 110
_SHORT_OF = Pattern(" (?:short|down|behind|off|over|up|away|shy|under|left)\\b")
# Things in the plural that a figure counts: do 50 pushups; but "do 50 fridays", "50 works".
_THINGS = Pattern(
    r" (?!(?:is|was|as|this|plus|minus|thanks|works|sounds|always|unless|pls|sometimes|towards|afterwards|upwards|[a-z]*days|weekends|its|does|yes|us|has|seems|helps|suits|"
    r"gets|makes|means|covers|clears|leaves|fees|charges|costs|comes|goes|mates|lads|guys|folks|tops|perhaps|besides|instalments|installments|fortnights|wages|bills|thats|whats|theres|heres|lets|hes|shes|ours|yours|theirs|hours)\b)[a-z]{2,}[b-hj-rtv-z]s\b"
)
# Words that a sum may stand behind; behind any other longer word, a noun most likely, stands the
# number of a thing.
_NOUN_MIN = 4
_ENDS_OF_VERBS = ("ly", "ing", "ed", "'s", "'ve", "'ll", "'re", "'d")
_BEFORE_SUM_WORDS = """
meant mean wait oops rather scratch correction stretch yesterday propose suggest guess wrote typo lets hope
prefer repay payback split lent remit commit pledge scrap budget receive payday wages salary pension circa
near close
bung fling float front lob lump pop shove slap sling stick toss whack
a about accept accepted accepting actually add added afford after agree agreed all almost amount an and
another approx are around as at balance be because become been before below between bi-weekly bill billed
biweekly borrow borrowed both bout bring but by can cash cashapp charge charged chuck clear cleared come comes
cos cost costs could cover covering covers cuz day days debit deduct deposit do does doing done down drop
dropping each either else even evening every exactly extra fee find finding first flat folks for fortnight
fortnightly fri friday from full gave get gets getting give given giving good got grab great guys had half has
have having he'll hello here here's heres hey hi hold how i i'd i'll i've id if ill in instead into is it it's
its ive just keep knock least leave left lend less like limit literally lower make makes making manage
manageable max maximum may maybe me meet might min minimum minus mon monday month monthly more morning most
much must my n nearly need needs next no nope not now of off offer offering offers ok okay on once only or
other our over owe owed owes owing paid pay paying payment payments paypal pays per perhaps please pls plus
plz poss possibly prob probably providing put putting quarterly quote quoted raise reach reckon rent right
roughly said sat saturday save saved say says scrape semimonthly send sending sent settle shall she should so
some sorry spare spend spent squeeze start still sum sun sunday swing take taken takes taking tell than thanks
that that's thats the them then there theres they think this throw throwing thu thursday til till tmrw to
today together told tomorrow tomoz tonight took tops total totals transfer transferred transferring try tue
tuesday u under until up upfront ur us use venmo w want wants was we we'll wed wednesday week weekly weeks
were what what's whats will wire with without would wud x y'all ya yall yea yeah year years yep yes you your
zelle
"""
_BEFORE_SUM = frozenset(_BEFORE_SUM_WORDS.split())
# Words that speak of paying, of a bill or of a rhythm. The figure of a thing or of somebody else (my
# code is, the 405, dad turned) is money only beside one of these.
_OF_PAYING_WORDS = """
account additional afford agent agreed amount amt app balance bank bill billed bills biweekly
borrow borrowed budget bump cash charge charged charges clear company contract cost costs deal
debit debited debt deduct deducted deposit dispute doable down drop drops due each earn earns
email even every extra fee fees final flat fortnight fortnightly full further guy help income
initial instalment instalments instead interest invoice knock lady lend lends lent less letter
limit link loan lower lump max maximum message min minimum money month monthly months most name
offer offered offering offers operator other overcharged owe owed owes owing paid pay paycheck
payed paying payment payments pays pcm penalty penny per portal possible price quarterly quote
quoted receipt reduce refund refunded remaining rent rest round salary salesman save saved screen
send sending sends sent settle shop shut site spare split statement store sum system take taken
takes taking text took total towards transfer transferred typo wage wages wallet wants website
week weekly weeks whole wk worth wrong
"""
_OF_PAYING = frozenset(_OF_PAYING_WORDS.split())
# In anybody's words one of these, or more, stands beside a sum; with none the figure is of something else.
_OF_OFFERS_WORDS = """
actually all almost another anywhere apr april around aug august back best bout bring bung call
can cant christmas chuck correction could dec december did do doing done easter even exactly feb
february few final find fine first flat found fri friday fridays gave get getting give giving
going good got grab guess had half have here here's heres how i'd i'll i've id ill instead it's
its ive jan january jul july june just keep know least left let's lets list lob lots made make
manage mar march maybe mean meant meet middle mon monday more much near nearly need next no nope
not nothing nov november now nt oct october off ok okay only oops over part payday please pls pop
possibly probably propose put raise range rather reach reckon right roughly said sat saturday says
scrape scratch scrounge sep sept september short should shove shud slap sling something somewhere
sorry sound sounds spend squeeze start sth stick still stretch suggest sun sunday swing tell
that's thats then there's theres think third this throw thu thursday til till tmr tmrw today
together told tomorrow tonight tops toss try tue tues tuesday typo up upfront wait want was we'll
wed wednesday what what's whatever whats will wire wld work works would wud x xmas yes
"""
_OF_OFFERS = frozenset(_OF_OFFERS_WORDS.split()) | _OF_PAYING
_OF_A_THING = Pattern(
    r"\b(?:(?:(?:my|our|his|her|their|your|ur) (?=[a-z])|the |an? |he'?s? |she'?s? |they(?:'?re)? )"
    r"(?:(?!(?:and|or|n|then|so|but|after|before|i|we|you|u|can|could|do|[a-z]*day)\b)[a-z'-]+ ){0,4})$"
)
# 62 in my exam, 88 on the test: where else than in an account or on a bill.
_IN_A_THING = Pattern(
    r" (?:in|on|at) (?:my|his|her|our|your|the|an?) (?!acc|bank|card|name|wallet|purse|pocket|saving|end\b|week|month|first|last|next|mean|bill|balance|loan|debt|total|phone|gas|electric|store|app\b|[0-9]|[a-z]*day\b)"
)
_WORD = re.compile("[a-z']+")
_THING_BEFORE_MAX = 48
_MEASURED = Pattern(
    r"\b(?:root|pass ?code|code|pin|password|id|extension|zip|age|position|rank|badge|locker|flat|pressure|bp|scored?|sugars?|temp(?:erature)?|fever|weigh(?:t|ed)?|height|speed|iq|gpa|ford|bmw|audi|toyota|nokia|galaxy|pixel|freeway|interstate|passed(?: away)?|died|retired|number|room|bus|page|ext|gate|hours|shifts)"
    r"(?: (?:cut|got|get|were|are|been|have|reduced|back|is|was|of|at|to|like|dropped|went|down|up|over|under|around|about|only|just|a|[0-9]{2,3}))*(?: ?[0-9]{2,3}/)? ?$"
)
_MATE = Pattern(
    r" (?:mate|lol|bro|tho|though|sir|ma'?am|haha|love|hun|pal|man|wk|mth|altogether|cash|honestly|here|there|up|like|ya|minimum|maximum|tbh|sorry|just|only|every)\b"
)
_HOUR_MAX = 12
_WORD_MAX = 16
_DAY_NEXT = Pattern(r" (?:today|tonight|tonite|tomorrow|tmrw?|tmr|tmw|on |this |[a-z]*day)\b")
_CLOCK = Pattern("(?:[1-9]|1[0-2])(?:[0-4]5|[1-4]0)")
_GOES_ON = Pattern(
    r" ?(?:$|[,.!?;)…~])| do ?(?:$|[?.!])| (?:is|was|work|works|now|for|to|and|or|if|then|tops|max|ok|okay|from|on|by|but|because|so|i|would|at|right|in|a|per|each|every|"
    r"towards?|with|until|till|instead|left|down|til|even|thats|that's|isn'?t|ain'?t|wasn'?t|of (?:it|that)|that|this|today|tonight|n|all|be|can|could|will|pls|plz|please|thx|thanks|first|maybe|the|enough|fine|good|"
    r"sound|sounds|until|when|after|before|not|it|as|cuz|bc|extra|short|back|upfront|straight|mon|tues?|wed|thu|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|tmr|tmrw|tmw|you|u|my|final|flat|total|last|yesterday|out|already|more|deposit|off|only|start|starting|begin|beginning|commencing|like|each|every|weekly|monthly|semi|cash)\b"
)
_COUNTED = (
    r" ?-?(?:times?|days?|weeks?|wks?|months?|mths?|years?|yrs?|yo|hours?|hrs?|mins?|minutes?|seconds?|secs?|kids?|people|persons?|children|jobs?|calls?|"
    r"texts?|messages?|msgs?|letters?|emails?|payments?|pmts?|instal\w*|parts|percent|of (?:us|them|these|those|you|my|[a-z]+s)|am|pm|bed|degrees|"
    r"miles|lbs?|stars?|g|gb|f|other|accounts?|bills?|cards?|loans?|more (?:days?|weeks?|months?)|things?|ways?|reasons?|different|separate|"
    r"(?:weekly|monthly) (?:pay|inst)\w*|tries|attempts?|points?|cats?|dogs?|hands?|th|st|nd|rd|x|credit|o'?clock|years old|songs?|rooms?|tickets?|something)\b"
)

# They cut us from 40 to 25 hours: both are numbers of what is counted.
_TO_COUNTED = Pattern(rf" (?:to|or) {SMALL}{_COUNTED}")


def _signed(match: _Match, _scene: Scene) -> _Readings:
    """$50, £1.5k, usd 300, 50 bucks, 20 quid."""
    value = read_number(match["run"])
    if value is None:
        return [_vague(match)]
    return [_sum(match, value, match["sign"])]


def _number(match: _Match, _scene: Scene) -> _Readings:
    """Any number: what stands behind it says what it is."""
    if match["counted"] or match["glued"]:
        return ()
    value = read_number(match["run"])
    if value is None:
        return [_vague(match)] if match["sign"] else ()
    if match["sign"]:
        pence = read_number(match["pence"].rstrip(" pencts")) if match["pence"] else None
        return [_sum(match, value + (pence or 0) / Decimal(100), match["sign"])]
    if match["cents"]:
        return [_cents(match, value)]
    if match["rhythm"]:
        return [_sum(match, value, None, "run"), _rhythm(match)]
    return _lone_number(match, value)


def _cents(match: _Match, value: Decimal) -> Found:
    """50 cents; 50 cents on the dollar is half."""
    if match.string.startswith(" on the dollar", match.end()):
        return entity(match, EntityKind.SHARE, Fraction(value) / _HUNDRED)
    return _sum(match, value / Decimal(_HUNDRED), None)


def _notes(match: _Match, _scene: Scene) -> _Readings:
    """A tenner, two fivers."""
    number = read_number(match["n"]) if match["n"] else Decimal(1)
    return [_sum(match, number * _NOTES[match["note"]], None)] if number else ()


def _spaced(match: _Match, _scene: Scene) -> _Readings:
    """$ 1 200, with a blank for the thousands."""
    value = read_number(match["run"].replace(" ", ""))
    return [_sum(match, value, match["sign"])] if value else ()


def _spoken_point(match: _Match, _scene: Scene) -> _Readings:
    """One point five k."""
    whole, tenths = read_number(match["run"]), read_number(match["tenths"])
    if whole is None or tenths is None or tenths >= 10:
        return ()
    return [_sum(match, whole * 1000 + tenths * 100, None)]


def _sum(match: _Match, value: Decimal, currency: str | None, group: int | str = 0) -> Found:
    start, end = match.span(group)
    return Found(
        start=start,
        end=end,
        kind=EntityKind.AMOUNT,
        value=value,
        currency=_CURRENCIES.get(currency or ""),
    )


def _vague(match: _Match) -> Found:
    return Found(start=match.start(), end=match.end(), mask=masks.AMOUNT)


def _no_single_sum(match: _Match, _scene: Scene) -> _Readings:
    """A few hundred, hundreds: masked as a sum, read as none."""
    return [_vague(match)]


def _whole_of_part(match: _Match, _scene: Scene) -> _Readings:
    """300 of the 900: the part is what is offered."""
    is_part = _FIGURE_BEFORE.search(match.string, max(0, match.start() - 8), match.start())
    return [_vague(match)] if is_part else None


def _rhythm(match: _Match) -> Found:
    rhythm = Frequency.WEEKLY if "w" in match["rhythm"] else Frequency.MONTHLY
    return entity(match, EntityKind.FREQUENCY, rhythm, group="rhythm")


def _signed_rhythm(match: _Match, _scene: Scene) -> _Readings:
    """£50pw, $120 pcm."""
    value = read_number(match["run"])
    if value is None:
        return ()
    return [_sum(match, value, match["sign"], "run"), _rhythm(match)]


def _range(match: _Match, _scene: Scene) -> _Readings:
    """200-300, between 200 and 300: no single sum."""
    low, high = read_number(match["low"]), read_number(match["high"])
    if low is None or high is None or not _BARE_MIN <= low < high:
        return None
    return [_vague(match)]


def _lone_number(match: _Match, value: Decimal) -> Sequence[Found]:
    """A number without currency: a sum where its size or the words around say so."""
    said = match["run"]
    if _is_measured(match) or _is_hour(match) or _is_age(match, value) or _is_of_things(match):
        return ()
    is_sum = _is_offered(match, value) or _is_spelt_sum(match, value)
    if _is_plainly_money(said, value) or (is_sum and _is_spoken_of(match)):
        return [_sum(match, value, None)]
    if said[0].isdigit() or _is_whole_answer(match):
        return [Found(start=match.start(), end=match.end(), value=value, mask=masks.NUMBER)]
    return ()


def _is_spoken_of(match: _Match) -> bool:
    """Something in the reply speaks of paying: my budget is 90, but not my code is 8841."""
    text, start, end = match.string, match.start(), match.end()
    if _PAYING.search(text, max(0, start - 24), start):
        return True
    words = {*_WORD.findall(text, 0, start), *_WORD.findall(text, end)}
    is_of_thing = _OF_A_THING.search(text, max(0, start - _THING_BEFORE_MAX), start)
    if is_of_thing or _IN_A_THING.match(text, end):
        return not _OF_PAYING.isdisjoint(words)
    if not words or _OFFERED.match(text, end) or _MATE.match(text, end):
        return True
    return not _OF_OFFERS.isdisjoint(words)


def _is_whole_answer(match: _Match) -> bool:
    return bool(
        _ANSWER.fullmatch(match.string, 0, match.start())
        and _ANSWERED.fullmatch(match.string, match.end())
    )


def _is_measured(match: _Match) -> bool:
    """My credit score is 620, blood pressure 180 over 110: figures of health and standing."""
    start = match.start()
    return bool(_MEASURED.search(match.string, max(0, start - 30), start))


def _is_spelt_sum(match: _Match, value: Decimal) -> bool:
    """Eighty is fine; forty winks are none."""
    if match["run"][0].isdigit() or value < _WORDS_MIN:
        return False
    return bool(_GOES_ON.match(match.string, match.end()) or _MATE.match(match.string, match.end()))


def _is_hour(match: _Match) -> bool:
    """Up at 430, by 6 today: an hour without its colon; at 450 and at 300 may be sums."""
    text, start = match.string, match.start()
    said = match["run"]
    if len(said) <= 2 and said.isdigit() and int(said) <= _HOUR_MAX:
        # "Paying by 6 today" names an hour; "lower it by 6 a month" a sum.
        return text.endswith((" by ", " at "), 0, start) and bool(
            _DAY_NEXT.match(text, match.end())
        )
    is_led_to = text.endswith(("at ", "after ", "before "), 0, start) and _CLOCK.fullmatch(said)
    return bool(is_led_to) and not _OFFERED.match(text, match.end())


def _is_age(match: _Match, value: Decimal) -> bool:
    """My son turns 9 tomorrow, i'm seventy eight; i'm 50 short is a sum."""
    text, start, end = match.string, match.start(), match.end()
    if value > _AGE_MAX or not _AGED.search(text, max(0, start - 14), start):
        return False
    return not _SHORT_OF.match(text, end)


def _is_of_things(match: _Match) -> bool:
    """Size 12 now, 50 pushups, a hundred reasons: the number of a thing, or of things."""
    before = match.string[max(0, match.start() - _WORD_MAX) : match.start()].rstrip(" #")
    is_label = before[before.rfind(" ") + 1 :] in _LABELS
    if is_label or _THINGS.match(match.string, match.end()):
        return True
    return _TO_COUNTED.match(match.string, match.end()) is not None


def _is_plainly_money(said: str, value: Decimal) -> bool:
    if said[0].isdigit():
        return "," in said or any(word in said for word in ("k", "hundred", "thousand", "grand"))
    return value >= _HUNDRED


def _is_offered(match: _Match, value: Decimal) -> bool:
    text, start, end = match.string, match.start(), match.end()
    if match["ish"]:
        # At 7ish is an hour.
        return value > _HOUR_MAX or not text.endswith(("at ", "around ", "about ", "by "), 0, start)
    if value >= _AFTER_VERB_MIN and _PAYING.search(text, max(0, start - 24), start):
        return value >= _AFTER_ANY_MIN or _may_be_sum(match)
    if value >= _AFTER_ANY_MIN and _LEADING.search(text, max(0, start - 12), start):
        is_sum = _GOES_ON.match(text, end) or _OFFERED.match(text, end)
        return bool(is_sum) and not _is_year(match["run"])
    if value >= _AFTER_VERB_MIN and (_OFFERED.match(text, end) or _CHARGE.match(text, end)):
        return True
    return _is_sum_in_sentence(match, value)


def _may_be_sum(match: _Match) -> bool:
    """Do 10 a week; but do 6 instead of 12 is a number of payments."""
    text, start = match.string, match.start()
    is_done = _DOES.search(text, max(0, start - 12), start)
    return not is_done or bool(_OFFERED.match(text, match.end()))


def _is_sum_in_sentence(match: _Match, value: Decimal) -> bool:
    """Within a sentence a figure with nothing counted after it is money: would 100 work."""
    text, start, end = match.string, match.start(), match.end()
    said = match["run"]
    if not said[0].isdigit() or (start == 0 and end == len(text)):
        return said[-3:-2] == "."
    is_likely = value < _PLAIN_MAX or value % _ROUND == 0 or said[-3:-2] == "."
    if value < _AFTER_ANY_MIN or not is_likely or _is_year(said):
        return False
    first = max(0, start - 16)
    if value <= _DAY_MAX and _BEFORE_DAY.search(text, first, start):
        return False
    if not _follows_word_of_sums(text, start):
        return False
    return bool(_GOES_ON.match(text, end)) and not _NUMBERED.search(text, first, start)


def _follows_word_of_sums(text: str, start: int) -> bool:
    """Would 100 work, here's 45; but extension 204 and studio 54 are numbers of a thing."""
    before = text[max(0, start - _WORD_MAX) : start].rstrip()
    word = before[before.rfind(" ") + 1 :]
    if len(word) < _NOUN_MIN or not (word[-1].isalpha() and word[0].isalpha()):
        return True
    return word.endswith(_ENDS_OF_VERBS) or word in _BEFORE_SUM


def _is_year(said: str) -> bool:
    return len(said) == 4 and said.startswith(("19", "20")) and not said.endswith("00")


def rules() -> list[Rule]:
    """The rules of sums, most telling first; the last take every number left."""
    return [*_rules_of_no_sum(), *_rules_of_signs(), *_rules_of_numbers()]


def _rules_of_no_sum() -> list[Rule]:
    """Hours worked, hundreds, 200 to 300: what is stepped over, or masked as a sum and no more."""
    some = r"(?:hundreds?|thousands?|grand|k\b|bucks|dollars|quid|pounds)"
    dash = r"(?: ?(?:-|~|to|or) ?)"
    return [
        counted(
            r"401 ?k|404(?= (?:on|error|not|page|when|every))|50 50(?! ?[$£€0-9])|a buck [a-z]+|a (?:dime|penny|cent|dollar|million|billion)|one (?:penny|cent|dime)|100 ?%",
            step_over,
        ),
        # I work 10 till 6.
        counted(
            r"(?:[1-9]|1[0-2]) ?(?:till?|until) ?(?:[1-9]|1[0-2])\b(?![/:.]| ?(?:st|nd|rd|th|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
            step_over,
        ),
        word_rule(
            "a_cou a_few a_man a_sev a_som an_ coupl few_ hundr many_ sever some_ thous",
            rf"(?:(?:an? )?(?:few|couple(?: of)?|several|some|many) {some}|(?:hundreds|thousands)\b)(?: (?:of )?(?:dollars|bucks|quid|pounds))?",
            _no_single_sum,
        ),
        word_rule(
            "of_my of_th out_o",
            rf"(?:(?:out )?of (?:the |my )|out of )[$£€]?{FIGURE}",
            _whole_of_part,
        ),
        counted(rf"{SMALL} or {SMALL} (?:hundred|thousand|grand|k)\b", _no_single_sum),
        counted(
            rf"(?P<run>{SMALL}) point (?P<tenths>{SMALL}) ?(?:k|grand|thousand)\b", _spoken_point
        ),
        word_rule(
            "betwe", rf"between [$£€]?(?P<low>{FIGURE}) and [$£€]?(?P<high>{FIGURE})", _range
        ),
        rule(
            "$£€0123456789",
            rf"[$£€]?(?P<low>{FIGURE}){dash}[$£€]?(?P<high>{FIGURE})(?![0-9:/%]|st\b|nd\b|rd\b|th\b| ?(?:days|weeks|months|payments|am|pm))",
            _range,
        ),
    ]


def _rules_of_signs() -> list[Rule]:
    """Sums with the sign or the name of a currency before them, and notes."""
    return [
        counted(rf"(?:(?P<n>{SMALL}) )?(?P<note>fiver|tenner)s?\b", _notes),
        word_rule(
            "apr_ rate_", r"(?:apr|rate)(?: (?:is|of|at|was|now))* [0-9]+(?:\.[0-9]+)?\b", step_over
        ),
        rule(
            "$£€",
            r"(?P<sign>[$£€]) ?(?P<run>[1-9][0-9]{0,2}(?: [0-9]{3})+)(?![0-9.,]| ?(?:k|now|payments))",
            _spaced,
        ),
        rule(
            "$£€",
            rf"(?P<sign>[$£€]) ?(?P<run>{FIGURE})(?P<rhythm> ?(?:p/?cm|p/m|pm|p/?w))\b",
            _signed_rhythm,
        ),
        word_rule(
            "$ a$ aud c$ cad cny eur gbp hk inr jpy krw kwd nt r1 r2 r3 r4 r5 r6 r7 r8 r9"
            " rmb rs s$ sgd twd us zar £ ¥ €",
            rf"(?P<sign>{_SIGN}) ?(?P<run>{FIGURE}(?: ?(?:k|grand|thousand|hundred)\b)?)(?:ish)?(?! ?%)",
            _signed,
        ),
    ]


def _rules_of_numbers() -> list[Rule]:
    return [
        counted(
            rf"(?P<run>(?>{PHRASE}))(?: ?(?P<sign>{_UNIT})(?: (?:and )?(?P<pence>{_PENCE}))?|(?P<rhythm> ?(?:p/?cm|p/m|pm|p/?w)\b)"
            rf"|(?P<cents> ?(?:cents?|pence|p)\b)|(?P<counted>{_COUNTED})|(?P<ish>ish\b)|(?P<glued>[a-z0-9]))?",
            _number,
        ),
        word_rule(
            "hundr thous",
            rf"(?P<run>(?:hundred|thousand)(?: (?:and|n))? (?>{PHRASE}))(?: ?(?P<sign>{_UNIT}))?(?!{_COUNTED})",
            _signed,
        ),
        word_rule("hundr thous", rf"(?P<run>hundred|thousand) ?(?P<sign>{_UNIT})", _signed),
        word_rule(
            "hundr thous",
            r"(?P<run>hundred|thousand)(?P<sign>)(?= (?:each|per|every|now|today|an? (?:month|week|fortnight))\b)",
            _signed,
        ),
    ]
