"""`understand`: the steps from a raw reply to its meaning, in order, each a named function."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from flows.languages.detect import detect
from flows.replacing import maker
from flows.understanding import context, rules
from flows.understanding.examples import ExampleSet
from flows.understanding.excerpt import excerpt, pieces_between
from flows.understanding.given import notes_only
from flows.understanding.intents import Intent
from flows.understanding.keywords import Keyword, find_keywords, letters_of, opener
from flows.understanding.normalise import normalise
from flows.understanding.prepare import Prepared, prepare
from flows.understanding.values import (
    Asked,
    Band,
    Evidence,
    LanguageTag,
    Tag,
    Understanding,
)
from flows.understanding.weigh import weigh

_CERTAIN = 1.0
_BY_CONTEXT = 0.95
_BY_EXAMPLE = 0.97
_BY_LEANING = 0.7
_DOUBTFUL = 0.5

_ACT_FROM = 0.7
_CONFIRM_FROM = 0.45
# A false claim or promise costs more than a question; a missed safety word costs most. Who is asked
# in vain what the screen showed loses nothing.
_ACT_FROM_BY_INTENT = {
    Intent.ALREADY_PAID: 0.75,
    Intent.PROMISE_TO_PAY: 0.75,
    Intent.PAYMENT_FAILED: 0.6,
    **dict.fromkeys(rules.SAFETY, 0.5),
}

_NO_EVIDENCE = Evidence()
_LETTER = re.compile(r"\w")


_make_understanding, _make_evidence = maker(Understanding), maker(Evidence)


class _Meaning(NamedTuple):
    """The verdict on a reply before it is put together with its facts."""

    intent: Intent
    confidence: float
    also: tuple[Intent, ...] = ()
    tags: frozenset[Tag] = frozenset()
    evidence: Evidence = _NO_EVIDENCE


_make_meaning = maker(_Meaning)


def understand(
    text: str,
    *,
    asked: Asked | None = None,
    today: date,
    language: LanguageTag | None = None,
    examples: ExampleSet | None = None,
) -> Understanding:
    """What one reply says, read against the open question; never raises on any text.

    `language` is that of the last telling reply and stays when this one has no evidence.
    `examples` are replies an operator has labelled; a near match wins over the model.
    """
    part = excerpt(text)
    read = part.text if part else text
    reply = prepare(read, today=today, asked=asked, language=language)
    tag = detect(read, language)
    meaning = _meaning(reply, asked, tag, examples, _buried(text) if part else ())
    return _make_understanding(
        text=text,
        intent=meaning.intent,
        confidence=round(meaning.confidence, 4),
        band=_band(meaning),
        language=tag,
        also=meaning.also,
        entities=part.restored(reply.entities) if part else reply.entities,
        tags=reply.tags | meaning.tags,
        evidence=meaning.evidence,
    )


def _meaning(
    reply: Prepared,
    asked: Asked | None,
    language: LanguageTag,
    examples: ExampleSet | None,
    buried: tuple[Keyword, ...],
) -> _Meaning:
    text = reply.text
    if not _LETTER.search(text):
        return _Meaning(
            intent=Intent.UNCLEAR, confidence=_BY_CONTEXT, evidence=Evidence(rules=("empty",))
        )
    letters = letters_of(text)
    tag = opener(letters)
    if tag:
        return _opened(tag)
    keywords = (*find_keywords(text, reply.present, letters), *buried)
    if keywords and keywords[0].is_whole:
        return _Meaning(
            intent=keywords[0].intent,
            confidence=_CERTAIN,
            evidence=Evidence(keyword=keywords[0].words, rules=(keywords[0].rule,)),
        )
    if language is LanguageTag.OTHER and not keywords:
        return _Meaning(
            intent=Intent.UNCLEAR,
            confidence=_BY_CONTEXT,
            evidence=Evidence(rules=("other_language",)),
        )
    return (
        _by_example(reply, keywords, examples)
        or _by_context(reply, keywords, asked)
        or _leaned(reply, _by_weight(reply, keywords, asked), asked)
    )


def _buried(text: str) -> tuple[Keyword, ...]:
    """The hard words in what is not read in full, each rule once."""
    found: dict[str, Keyword] = {}
    for piece in pieces_between(text):
        for keyword in find_keywords(normalise(piece).text):
            if not keyword.is_whole:
                found.setdefault(keyword.rule, keyword)
    return tuple(found.values())


def _opened(tag: Tag) -> _Meaning:
    """START and HELP: a request to open again, or who we are and how to stop."""
    return _Meaning(
        intent=Intent.IDENTITY_QUERY if tag is Tag.HELP else Intent.UNCLEAR,
        confidence=_CERTAIN,
        tags=frozenset({tag}),
        evidence=Evidence(keyword=tag.value, rules=(f"opener.{tag}",)),
    )


def _by_example(
    reply: Prepared, keywords: tuple[Keyword, ...], examples: ExampleSet | None
) -> _Meaning | None:
    match = examples.nearest(reply.masked, reply.tags) if examples and not keywords else None
    if not match:
        return None
    return _Meaning(
        intent=match.intent,
        also=match.also,
        confidence=_BY_EXAMPLE,
        evidence=Evidence(
            example=match.text, example_score=round(match.score, 1), rules=("operator_example",)
        ),
    )


def _by_context(
    reply: Prepared, keywords: tuple[Keyword, ...], asked: Asked | None
) -> _Meaning | None:
    bare = None if keywords else context.bare_reading(reply.text, reply.masked, asked)
    if not bare:
        return None
    return _Meaning(
        intent=bare, confidence=_BY_CONTEXT, evidence=Evidence(rules=(f"asked.{asked}",))
    )


def _by_weight(reply: Prepared, keywords: tuple[Keyword, ...], asked: Asked | None) -> _Meaning:
    weighed = weigh(reply, keywords, asked=asked)
    return _make_meaning(
        intent=weighed.intent,
        also=weighed.also,
        confidence=weighed.confidence,
        evidence=_make_evidence(
            keyword=keywords[0].words if keywords else None,
            weights=weighed.weights,
            rules=weighed.rules,
        ),
    )


def _leaned(reply: Prepared, meaning: _Meaning, asked: Asked | None) -> _Meaning:
    """A reading in doubt gives way to the yes or no that a closed question was answered with."""
    is_thanks = asked is Asked.CONFIRM and meaning.intent is Intent.THANKS
    if is_thanks and (Intent.AFFIRM in meaning.also or notes_only(reply.text)):
        also = tuple(name for name in (Intent.THANKS, *meaning.also) if name is not Intent.AFFIRM)
        return meaning._replace(intent=Intent.AFFIRM, also=also)
    if meaning.evidence.keyword or _band(meaning) is Band.ACT:
        return meaning
    lean = context.leaning(reply.text, asked)
    if lean is None or (
        meaning.intent in (lean, *rules.SAFETY) and meaning.confidence >= _DOUBTFUL
    ):
        return meaning
    # 她说可以: nobody says yes to what is not his.
    gone = {lean, Intent.WRONG_PERSON} if lean is Intent.AFFIRM else {lean}
    return meaning._replace(
        intent=lean,
        confidence=_BY_LEANING,
        also=tuple(name for name in (meaning.intent, *meaning.also) if name not in gone),
        evidence=replace(meaning.evidence, rules=(*meaning.evidence.rules, f"asked.{asked}")),
    )


def _band(meaning: _Meaning) -> Band:
    if meaning.confidence >= _ACT_FROM_BY_INTENT.get(meaning.intent, _ACT_FROM):
        return Band.ACT
    return Band.CONFIRM if meaning.confidence >= _CONFIRM_FROM else Band.CLARIFY
