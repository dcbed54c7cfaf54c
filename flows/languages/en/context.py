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
    r"was taken|took|put through|already(?! (?:said|told|explained|asked|texted|called|rang|emailed|messaged|spoke|agreed|promised|mentioned|replied|answered)\b)|pyt|payed|did pay|left (?:my|our|the) (?:account|acc|acct|bank)|(?:been|got|was) (?:debited|processed))\b|\bago\b"
)
_AHEAD = Pattern(
    r"\b(?:will|i'?ll|we'?ll|i'd|we'd|i'?d pay|can|could|gonna|going to|would|when|once|if|by|until|till|need|want|plan(?:ning)?|try|should|must|"
    r"cant|can't|won'?t|get paid|gets? paid|not|haven'?t|hasn'?t|didn'?t|starting|from(?! (?:my|our|the (?:bank|account|card))\b))\b"
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


def lies_behind(match: re.Match[str], scene: Scene) -> bool:
    """A day left open is a past one: a payment is told of, or its details were asked for."""
    if scene.asked is Asked.CLAIM_DETAILS:
        return True
    return is_paid_then(match.string, match.start(), match.end())
