"""Examples an operator adds while the service runs: learned at once, exact or nearly so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.understanding.intents import Intent
from flows.understanding.prepare import TRAINING_DAY, prepare
from flows.understanding.values import Tag

# Similarity from 0 to 100 above which two masked replies say the same (understanding.md D).
NEAR = 90.0
# Shorter replies differ by a whole meaning when they differ by one character.
_FUZZY_LENGTH_MIN = 4
# Replies this far apart in length cannot reach NEAR.
_LENGTH_RATIO = NEAR / (200.0 - NEAR)

# Character likeness is blind to these: 能还 and 不能还 must never match.
_POLARITY = frozenset(
    {Tag.PAST, Tag.NEGATED, Tag.CANNOT, Tag.WILL_NOT, Tag.NO_PLAN, Tag.ASKS, Tag.THIRD_PERSON}
)


_NEGATION = re.compile(r"[不没未无别勿非]|\b(?:not|no|never|cannot|without|cant|dont|wont)\b|n't\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The added example nearest to a reply and how near it is, from 0 to 100."""

    text: str
    intent: Intent
    also: tuple[Intent, ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Added:
    text: str
    intent: Intent
    also: tuple[Intent, ...]


@dataclass(slots=True)
class ExampleSet:
    """Labelled replies added at run time; adding one twice keeps the later label."""

    _by_polarity: dict[frozenset[Tag], dict[str, _Added]] = field(default_factory=dict)

    def add(self, text: str, intent: Intent, also: tuple[Intent, ...] = ()) -> None:
        """Learn one reply; replies like it are read this way from now on."""
        reply = prepare(text, today=TRAINING_DAY)
        group = self._by_polarity.setdefault(reply.tags & _POLARITY, {})
        group[reply.masked] = _Added(text=text, intent=intent, also=also)

    def remove(self, text: str) -> None:
        """Forget a reply that was added."""
        reply = prepare(text, today=TRAINING_DAY)
        self._by_polarity.get(reply.tags & _POLARITY, {}).pop(reply.masked, None)

    def nearest(self, masked: str, tags: frozenset[Tag]) -> Match | None:
        """The added example that says the same as a masked reply, or None when none is near."""
        group = self._by_polarity.get(tags & _POLARITY, {})
        same = group.get(masked)
        if same:
            return _match(same, 100.0)
        if len(masked) < _FUZZY_LENGTH_MIN:
            return None
        from rapidfuzz import fuzz, process  # noqa: PLC0415  # Most processes have no examples.

        negations = _NEGATION.findall(masked)
        near = [
            text
            for text in group
            if _may_be_near(masked, text) and _NEGATION.findall(text) == negations
        ]
        best = process.extractOne(masked, near, scorer=fuzz.ratio, score_cutoff=NEAR)
        return _match(group[best[0]], best[1]) if best else None

    def __len__(self) -> int:
        return sum(map(len, self._by_polarity.values()))


def _may_be_near(one: str, other: str) -> bool:
    short, long = sorted((len(one), len(other)))
    return short >= _FUZZY_LENGTH_MIN and short >= long * _LENGTH_RATIO


def _match(added: _Added, score: float) -> Match:
    return Match(text=added.text, intent=added.intent, also=added.also, score=score)
