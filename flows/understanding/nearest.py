"""The known example most like a reply: for the eye of who looks at a reading, not for the reading."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz import fuzz, process

from flows.understanding.model import load_model
from flows.understanding.values import Understanding

# The beginning of a long reply will do.
_COMPARED_MAX = 80


class Nearest(NamedTuple):
    """An example of the intent that was read, None where there is none, and how like, up to 100."""

    text: str | None = None
    score: float = 0.0


def nearest(reading: Understanding) -> Nearest:
    """The operator's example a reply was read by, else the model's own most like it.

    None for a reading that the model had no part in.
    """
    evidence, model = reading.evidence, load_model()
    if evidence.example is not None:
        return Nearest(evidence.example, evidence.example_score)
    place = model.places.get(reading.intent, len(model.examples))
    if not evidence.weights or place >= len(model.examples):
        return Nearest()
    text = reading.text[:_COMPARED_MAX].lower()
    best = process.extractOne(text, model.examples[place], scorer=fuzz.ratio)
    return Nearest(best[0], round(best[1], 1)) if best else Nearest()
