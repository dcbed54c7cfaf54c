"""What scores alone may not decide: vetoes by polarity, and the border cases of the taxonomy.

Each rule is a small function with a name that is kept as evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flows.understanding.intents import Intent
from flows.understanding.tags import read_tags
from flows.understanding.values import EntityKind, Tag

_CLAIM = frozenset({Tag.PAST})
_BLOCKS_COMMITMENT = frozenset({Tag.CANNOT, Tag.NEGATED, Tag.WILL_NOT})

# Order of reading (negotiation.md C.2, taxonomy for wrong person before stop): the first names it.
SAFETY = (
    Intent.VULNERABLE,
    Intent.DECEASED,
    Intent.LEGAL,
    Intent.WRONG_PERSON,
    Intent.OPT_OUT,
    Intent.DISPUTE_DEBT,
)
# Said beside anything else these add nothing.
WEAK = frozenset(
    {
        Intent.GREETING,
        Intent.THANKS,
        Intent.AFFIRM,
        Intent.DENY,
        Intent.ABUSE,
        Intent.UNCLEAR,
        Intent.BUSY,
    }
)

# Where both are said, the first is the primary one (taxonomy, border cases).
_FIRST: tuple[tuple[Intent, Intent], ...] = (
    (Intent.COMPLAINT, Intent.OPT_OUT),
    (Intent.RECEIPT, Intent.ALREADY_PAID),
    (Intent.PRIVACY, Intent.IDENTITY_QUERY),
    (Intent.PAYMENT_FAILED, Intent.PAY_NOW),
    (Intent.DISPUTE_AMOUNT, Intent.REFUSE),
    (Intent.DISPUTE_DEBT, Intent.REFUSE),
    (Intent.REQUEST_INSTALMENTS, Intent.HARDSHIP),
    (Intent.REQUEST_EXTENSION, Intent.HARDSHIP),
    (Intent.REQUEST_DISCOUNT, Intent.HARDSHIP),
    (Intent.PARTIAL_PAYMENT, Intent.HARDSHIP),
    (Intent.REQUEST_CALLBACK, Intent.BUSY),
)

_CLAUSE = re.compile(
    r"[,，。.;；!?、…~\n]+|\b(?:but|however|although)\b|但是?|不过|然后|而且|另外|还有就是|顺便"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the rules look at: the normalised text, its clauses and tags, the kinds of facts."""

    text: str
    clauses: tuple[str, ...]
    tags: frozenset[Tag]
    kinds: frozenset[EntityKind]


def split_clauses(text: str) -> tuple[str, ...]:
    """The clauses of a text that hold anything, in order."""
    return tuple(part.strip() for part in _CLAUSE.split(text) if part.strip())


def vetoes(said: Said) -> dict[Intent, str]:
    """The intents that the words rule out, each with the name of the rule."""
    found: dict[Intent, str] = {}
    for name, intents, forbids in _VETOES:
        if forbids(said):
            found.update(dict.fromkeys(intents, name))
    return found


def order(intents: Sequence[Intent]) -> tuple[Intent, ...]:
    """The intents of one message with the primary one first; the given order breaks ties."""
    listed = list(dict.fromkeys(intents))
    for first, second in _FIRST:
        if first in listed and second in listed and listed.index(first) > listed.index(second):
            listed.remove(first)
            listed.insert(listed.index(second), first)
    is_threat = Intent.COMPLAINT in listed and Intent.OPT_OUT in listed
    safety = [
        name for name in SAFETY if name in listed and not (name is Intent.OPT_OUT and is_threat)
    ]
    return tuple(dict.fromkeys([*safety, *listed]))


def _any_clause(said: Said, holds: Callable[[frozenset[Tag]], bool]) -> bool:
    clauses = said.clauses if len(said.clauses) > 1 else ()
    return any(holds(read_tags(clause)) for clause in clauses)


def _not_paid(said: Said) -> bool:
    """还没还, 还不了, 不还: never a claim of payment, unless another clause makes it."""
    if not said.tags & _BLOCKS_COMMITMENT:
        return False
    return (
        not _any_clause(said, lambda tags: Tag.PAST in tags and not tags & _BLOCKS_COMMITMENT)
        and Tag.PAST not in said.tags
    )


def _no_commitment(said: Said) -> bool:
    """明天还不了, 不还: never a promise, unless another clause makes it."""
    if not said.tags & {Tag.CANNOT, Tag.WILL_NOT}:
        return False
    return not _any_clause(
        said, lambda tags: Tag.FUTURE in tags and not tags & {Tag.CANNOT, Tag.WILL_NOT}
    )


def _no_plan(said: Said) -> bool:
    """不用分期, don't need a plan."""
    return Tag.NO_PLAN in said.tags


def _not_refusing(said: Said) -> bool:
    """不是不还, 没说不还, not refusing."""
    return bool(_DOUBLE_NEGATION.search(said.text))


_DOUBLE_NEGATION = re.compile(
    r"不是(?:我)?(?:想)?(?:不|赖)|(?:没|没有|谁|何时|什么时候)(?:说|想)(?:过)?(?:要)?(?:不|赖)|(?:会|能)不(?:还|给|付|交)[你吗嘛]|不(?:会|能|可能)(?:赖|不)|又不是不|并非不"
    r"|not (?:refusing|saying i won'?t|trying to avoid|denying)|(?:didn'?t|did not|never) (?:say|said) (?:i )?(?:won'?t|wouldn'?t|will not|would not|refuse)"
)

_VETOES: tuple[tuple[str, tuple[Intent, ...], Callable[[Said], bool]], ...] = (
    ("veto.not_paid", (Intent.ALREADY_PAID, Intent.RECEIPT), _not_paid),
    ("veto.no_commitment", (Intent.PROMISE_TO_PAY,), _no_commitment),
    ("veto.no_plan", (Intent.REQUEST_INSTALMENTS,), _no_plan),
    ("veto.not_refusing", (Intent.REFUSE,), _not_refusing),
)
