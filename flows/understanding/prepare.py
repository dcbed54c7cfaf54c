"""The steps before scoring, the same in training and at run time: normalise, mask, tag."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date
from typing import NamedTuple

from flows.replacing import maker
from flows.understanding.entities import read_entities
from flows.understanding.features import features
from flows.understanding.normalise import Normal, normalise
from flows.understanding.tags import read_tags
from flows.understanding.triggers import pieces
from flows.understanding.values import Asked, Entity, LanguageTag, Tag

# Training needs some day to read dates against; which one makes no difference to the slots.
TRAINING_DAY = date(2026, 3, 11)

# Without a possessive repeat, which Python 3.11.2 still gets wrong here.
_MARKUP = re.compile(r"<!-[^-]*(?:-(?!>)[^-]*)*->|</?[a-z][^<>]{0,80}>")


class Prepared(NamedTuple):
    """A reply ready to be scored; `masked` is its `text` with slots in place of values.

    Neither holds markup: what stands between angle brackets was written for a machine. `present`
    are the pieces of `text` by which rules are found.
    """

    normal: Normal
    text: str
    masked: str
    present: set[str]
    tags: frozenset[Tag]
    entities: tuple[Entity, ...]


_make_prepared = maker(Prepared)


def prepare(
    raw: str, *, today: date, asked: Asked | None = None, language: LanguageTag | None = None
) -> Prepared:
    """The normalised reply with its facts, its tags and the text the model sees."""
    normal = normalise(raw)
    reading = read_entities(normal, today=today, asked=asked, language=language)
    text, masked = normal.text, reading.masked
    if "<" in text:
        text, masked = _MARKUP.sub(" ", text), _MARKUP.sub(" ", masked)
    present = pieces(text)
    return _make_prepared(
        normal=normal,
        text=text,
        masked=masked,
        present=present,
        tags=read_tags(text, present),
        entities=reading.entities,
    )


def featured(raw: str, common: Container[str] = ()) -> set[str]:
    """The features of a raw reply, as the model is trained on them; `common` as in `features`."""
    reply = prepare(raw, today=TRAINING_DAY)
    return features(reply.text, reply.masked, reply.tags, common)
