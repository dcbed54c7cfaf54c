"""The sixteen sentence kinds that may never go out, in the order of the list.

The rule is the meaning: classes of words near each other in a sentence, with the innocent
neighbours named. A negated promise stays blocked. Sources stand at each detector.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.policy.guard import deceit, payments, pressing, threats
from flows.policy.guard.grammar import Finder, Setting, Span
from flows.policy.guard.reading import Reading


@dataclass(frozen=True, slots=True)
class Kind:
    """A sentence kind: its name in findings, why it is refused, where it is found."""

    name: str
    why: str
    find: Finder


def _amount(reading: Reading, setting: Setting) -> Iterator[Span]:
    yield from payments.wrong_amounts(
        reading, setting.allowed, is_reminder=setting.kind == "reminder"
    )


def _payee_or_link(reading: Reading, setting: Setting) -> Iterator[Span]:
    yield from payments.wrong_destinations(reading, setting.allowed)


KINDS: tuple[Kind, ...] = (
    Kind("threat", "a sanction is held over the customer", threats.threat),
    Kind("false_crime", "speaks of crime near the customer", threats.false_crime),
    Kind(
        "false_authority", "court, police or regulator as sender or actor", threats.false_authority
    ),
    Kind("third_party", "other people as audience", threats.third_party),
    Kind("false_urgency", "a deadline under 72 hours with an ask to pay", pressing.false_urgency),
    Kind("exaggeration", "a consequence larger than life", pressing.exaggeration),
    Kind("amount", "an amount that is not in the ledger, or a second total", _amount),
    Kind("payee_or_link", "a payee or link that nobody approved", _payee_or_link),
    Kind("shouting", "capital letters or rows of exclamation marks", pressing.shouting),
    Kind("blame", "blames or shames the customer", pressing.blame),
    Kind("claims_person", "the automated sender claims to be a person", deceit.claims_person),
    Kind("comparison", "compares the customer with others", pressing.comparison),
    Kind(
        "sensitive",
        "remarks on health, faith, origin, family or the source of money",
        deceit.sensitive,
    ),
    Kind("secrets", "asks for a password, code, full card or ID number", deceit.secrets),
    Kind("reward", "offers a reward for dropping a complaint", deceit.reward),
    Kind("rights", "hides or argues with opt-out, dispute or complaint", deceit.rights),
)
