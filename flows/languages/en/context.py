"""What the English words around a finding say: whether a payment made is told of."""

from __future__ import annotations

import re

from flows.languages.pattern import Pattern
from flows.languages.scanner import Scene
from flows.understanding.values import Asked

_WINDOW = 48
_CLAUSE_END = Pattern(
    r"[.!?;…]\s|(?<!pay)(?<!paid)(?<!sent),|\bbut\b|\bso\b|\band (?:i )?will\b|\band i'?ll\b"
)
_PAST = Pattern(
    r"(?<!get )(?<!gets )(?<!be )(?<!getting )(?<!been )(?<!got )(?<!i'm )(?<!\bim )(?<!am )(?<!salary is )(?<!pension is )(?<!wage is )(?<!wages are )(?<!benefits are )\bpaid\b|\b(?:sent|mailed|made|transferred|wired|deposited|settled|cleared|went (?:through|out)|came out|"
    r"was taken|took|put through|already(?! (?:said|told|explained|asked|texted|called|rang|emailed|messaged|spoke|agreed|promised|mentioned|replied|answered)\b)|pyt|payed|did pay|left (?:my|our|the) (?:account|acc|acct|bank)|taken (?:out|from)|(?:been|got|was) (?:debited|processed))\b|\bago\b"
)
_AHEAD = Pattern(
    r"\b(?:will|i'?ll|we'?ll|i'd|we'd|i'?d pay|can|could|gonna|going to|would|when|once|if|by(?! (?:(?:an?|the|my|our|your) )?(?:bank|cards?|debit|credit|cheque|check|transfer|wire|standing|direct|online|phone|post|mail|app|cash|fps|paypal|venmo|zelle|wechat|alipay|octopus|faster|mistake)\b)|until|till|need|want|plan(?:ning)?|try|should|must|"
    r"cant|can't|won'?t|get paid|gets? paid|set ?up|scheduled|arranged|booked|queued|lined up|not|haven'?t|hasn'?t|didn'?t|starting|from(?! (?:my|our|the (?:bank|account|card))\b))\b"
)
# What happened on a day, told in a few words before it: died on the 3rd, "when I paid on the 1st".
# Not what is planned, wanted or said then, nor what is done to it: released friday, is released.
_TOLD_VERB = (
    r"(?:died|buried|(?:it|he|she|they|we|i|money) (?:left|did)|moved (?:out|in|away|house)|went|came|quit|sold|bought|spoke|rang|wrote|stolen|stole|broke|split up|broken up|fell|took|found|caught|threw|froze|flew|blew|burnt|spent|lost|ran|drove|forgot|won|felt|fought|bit|woke|began|tore|shot|slept|sank|bled|hid|did (?:an?|the|it|that|this|my)|(?:they|he|she|it|someone|somebody|bank|boss|landlord|council|company|job|work|check|cheque|car|i|we) (?:hit|shut|cut|hurt|made|saw|met|kept|held)|laid off|let go|"
    r"had(?= [a-z]+ [a-z])|i put (?:it|the|that|a)|(?:i|we) got (?:it|your|ur|the|sick|ill|hurt|covid|divorced|home|back|out)|gave (?:you|u|them|it|him|her|cash|the)|"
    r"(?:was|were) (?:in|at|there|here|done|away|off|ill|sick|taken)|(?<!it )(?<!date )(?<!that )(?<!day )was(?= (?:on )?(?:the )?$)|"
    r"(?:i|we|he|she|they|wife|husband|mum|mom|dad) (?:already |just |did )?(?:paid|pay(?<=did pay)|sent|made)|"
    r"(?!(?:want|need|hop|plann|decid|agre|promis|ask|expect|schedul|arrang|book|suppos|intend|mention|propos|suggest|lik|us|offer|request|prefer|select|chang|mov|push|switch|extend|delay|"
    r"postpon|confirm|wait|follow|nam|pick|choos|assum|figur|guess|quot|limit|tir|unemploy|disabl|stress|marri|interest|worri|struggl|allow|speed|fe|ne)e?d\b)[a-z]{3,}ed)"
)
_TOLD = Pattern(
    r"\b(?<!\bis )(?<!\bare )(?<!\bbe )(?<!being )(?<!\bget )(?<!\bgets )(?<!getting )(?<!\bam )(?<!'m )(?<!\bim )(?<!'s )(?<!\bits )"
    rf"{_TOLD_VERB}\b"
    r"(?: (?!(?:to(?! (?:the|see|my|an?|court|hospital|work|your)\b)|and|will|i'?ll|can|could|gets?|pays?|paying|be|next|until|till|til|(?:by|with)(?= ?(?:the )?$)|for|but|so|then|due|if|when|about|hope|wait|need|says?|said|that|not)\b)"
    r"[a-z0-9']+){0,6} ?$"
)
# Friday my car got towed, on the 9th i lost my job: what is told stands behind the day.
_TOLD_NEXT = Pattern(
    r"(?: (?:night|morning|afternoon|evening|just gone))?,? (?:(?:i|we|he|she|they|someone|somebody|it)|(?:my|our|the|his|her|their) [a-z]+) "
    rf"(?:(?:just|already|all|then|got|was|were) )*{_TOLD_VERB}\b"
)
_OPENS = Pattern(r"(?:^|[,.;!?…] ?|\b(?:and|because|cos|cuz|bc|since|but|so) )(?:on )?(?:the )?$")
_MAY_COME = Pattern(
    r"\b(?:will|i'?ll|once|if|when (?!i\b)|until|till|as soon as|hope|hoping|gonna|going to|would|could|should|unless|before|after|can|needs?|want|wants|ha(?:ve|s) to|please|pls|let'?s?)\b"
)

_MOVES = Pattern(
    r"\b(?:mov|chang|push|switch|shift|reschedul|bump|lower|reduc|drop|cut|bring)[a-z]* (?:[^.?!;,]{0,24} )?from(?: the)? ?$"
)

_SWAPS = Pattern(
    r"\b(?:swap|switch|trade|exchange|chang)[a-z]*(?: (?:it|from|out|my|me|date))*(?: the)? ?$"
)


def swaps(text: str, end: int) -> bool:
    """The words up to `end` lead from what stood to another: swap the 4th (for the 9th)."""
    return bool(_SWAPS.search(text, max(0, end - _WINDOW), end))


def moves(text: str, end: int) -> bool:
    """The words up to `end` lead from what stood to what is wanted: move it from."""
    return bool(_MOVES.search(text, max(0, end - _WINDOW), end))


# I'll do this one on Friday: asked for a payment made, he tells of one to come.
_WILL = Pattern(
    r"\b(?:(?:i|we)(?:'ll| will|'m going to| am going to|'m gonna)|gonna|(?:can|could|may) (?:i|we))\b"
)


def clause(text: str, start: int, end: int) -> str:
    """The words between the nearest marks of punctuation around a span, a few dozen at most."""
    first = max(0, start - _WINDOW)
    for mark in _CLAUSE_END.finditer(text, first, start):
        first = mark.end()
    last = _CLAUSE_END.search(text, end, end + _WINDOW)
    return text[first : last.start() if last else end + _WINDOW]


def is_paid_then(text: str, start: int, end: int) -> bool:
    """The clause tells of a payment made: paid on the 5th; not of one to come."""
    around = clause(text, start, end)
    return bool(_PAST.search(around)) and not _AHEAD.search(around)


# Words beside which an open day is one of paying, of wages or of a term; and those that say nothing.
_OF_PAYING_WORDS = """
able account afford after again agreed aim aiming alright amount around arranged arrive arrives
arriving asked atm autopay available balance before benefit benefits best better between bill
bonus booked bring by call can can't cannot cant card cash chance change check cheque choose clear
cleared clearing client cob come comes coming confirm confirmed could couldn't couldnt cover
credited crediting customer deadline deal debit def deffo definitely defo delay deposit direct do
doable doing drop due each earlier earliest easier eod every expect expecting extend extension fee
fifth fine first following friday from full funds get gets gift giro give god going gonna good
grant great guarantee guaranteed guess half have heart hit hits honest honestly hope hopefully
hoping how hows i'd i'll i'm id ideally ill im installment installments instalment instalments
instead invoice it'll itll land lands late later latest let's lets loan lot make manage may maybe
mean meant might mon monday money move moved must need next nip on-time once option other overtime
owe owed owes paid pay payable paycheck payday payin paying payment payments pays pd pension
perfect perhaps plan pop positive possible post posting prob probably promise promised push put
quarter rather ready realistically rebate refund remaining rest ring said salary saturday say
schedule scheduled see send sending set settle settling shall shift should should've sooner sort
sorting sound sounds spare start starting starts stick stretch suit suits sunday sure surely swap
swear switch take taking target tax term than then thing think third through thursday til till
told transfer transferring trust tuesday until wage wages wait we'll wednesday when whole will
within won't wont work working works would you'll youll
"""
_LITTLE_WORDS = """
a afternoon all am an and arvo as at be eve even evening for hello here hey hi i if in is it it's
its just lol mate me mornin morning my nd night nite no noon of oh ok okay on only oops or please
pls plz pm rd right so sorry st t th thanks that the there this thx to too u up ur we well yeah
yes you your
"""
_OF_PAYING = frozenset(_OF_PAYING_WORDS.split())
_LITTLE = frozenset(_LITTLE_WORDS.split())
_WORD = re.compile("[a-z']+")
_TELLING_MIN = 2


def is_of_something_else(text: str, start: int, end: int) -> bool:
    """The clause of a day tells something and nothing of paying: they let me go on friday."""
    around = clause(text, start, end).replace(text[start:end], " ", 1)
    words = set(_WORD.findall(around))
    return len(words - _LITTLE) >= _TELLING_MIN and _OF_PAYING.isdisjoint(words)


# "I'll pay on Friday", asked when he paid.
_WILL = Pattern(r"\b(?:i'?ll|we'?ll|will|gonna|going to)\b")


def lies_behind(match: re.Match[str], scene: Scene) -> bool:
    """A day left open is a past one: something is told of it, or its details were asked for."""
    if scene.asked is Asked.CLAIM_DETAILS:
        return not _WILL.search(clause(match.string, match.start(), match.end()))
    text, start = match.string, match.start()
    if is_paid_then(text, start, match.end()) or _is_told(text, start):
        return True
    return _is_told_next(text, start, match.end())


def _is_told_next(text: str, start: int, end: int) -> bool:
    """The words behind the day tell what happened then, and none of them what may come."""
    if not _TOLD_NEXT.match(text, end) or not _OPENS.search(text, max(0, start - 12), start):
        return False
    return not _MAY_COME.search(clause(text, end, end))


def _is_told(text: str, start: int) -> bool:
    """The words before tell what happened then: he died on the 3rd, my check bounced friday."""
    first = max(0, start - _WINDOW)
    for mark in _CLAUSE_END.finditer(text, first, start):
        first = mark.end()
    return bool(_TOLD.search(text, first, start)) and not _MAY_COME.search(text, first, start)
