"""`understand`: the steps from a raw reply to its meaning, in order, each a named function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flows.languages.detect import detect
from flows.understanding import context, rules
from flows.understanding.examples import ExampleSet
from flows.understanding.features import features
from flows.understanding.intents import Intent
from flows.understanding.keywords import Keyword, find_keywords, guarded, opener
from flows.understanding.model import Model, Scored, load_model
from flows.understanding.prepare import Prepared, prepare
from flows.understanding.tags import read_tags
from flows.understanding.values import (
    Asked,
    Band,
    Evidence,
    LanguageTag,
    Tag,
    Understanding,
)

# Share of the winner's chance from which a second intent counts as said too.
_ALSO_SHARE = 0.5
_ALSO_CHANCE_MIN = 0.2
# A clause read alone must be this sure to add an intent, and a safety intent this sure.
_CLAUSE_CONFIDENCE = 0.6
_CLAUSE_TOKENS_MIN = 2
_CLAUSES_MAX = 6
# A safety intent this likely is reported although another is likelier.
_SAFETY_CHANCE = 0.3

_CERTAIN = 1.0
_BY_KEYWORD = 0.97
_BY_CONTEXT = 0.95
_BY_EXAMPLE = 0.97

_ACT_FROM = 0.7
_CONFIRM_FROM = 0.45
# A false claim or promise costs more than a question; a missed safety word costs most.
_ACT_FROM_BY_INTENT = {
    Intent.ALREADY_PAID: 0.75,
    Intent.PROMISE_TO_PAY: 0.75,
    **dict.fromkeys(rules.SAFETY, 0.5),
}

_NO_EVIDENCE = Evidence()
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """The verdict on a reply before it is put together with its facts."""

    intent: Intent
    confidence: float
    also: tuple[Intent, ...] = ()
    tags: frozenset[Tag] = frozenset()
    evidence: Evidence = _NO_EVIDENCE


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
    reply = prepare(text, today=today, asked=asked)
    tag = detect(text, language)
    meaning = _meaning(reply, asked, tag, examples)
    return Understanding(
        text=text,
        intent=meaning.intent,
        confidence=round(meaning.confidence, 4),
        band=_band(meaning),
        language=tag,
        also=meaning.also,
        entities=reply.entities,
        tags=reply.tags | meaning.tags,
        evidence=meaning.evidence,
    )


def _meaning(
    reply: Prepared, asked: Asked | None, language: LanguageTag, examples: ExampleSet | None
) -> _Meaning:
    text = reply.normal.text
    if not _LETTER.search(text):
        return _Meaning(
            intent=Intent.UNCLEAR, confidence=_BY_CONTEXT, evidence=Evidence(rules=("empty",))
        )
    tag = opener(text)
    if tag:
        return _opened(tag)
    keywords = find_keywords(text)
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
    return _by_example(reply, keywords, examples) or _by_score(reply, asked, keywords)


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


def _by_score(reply: Prepared, asked: Asked | None, keywords: tuple[Keyword, ...]) -> _Meaning:
    said = rules.Said(
        text=reply.normal.text,
        clauses=rules.split_clauses(reply.masked),
        tags=reply.tags,
        kinds=frozenset(entity.kind for entity in reply.entities),
    )
    model = load_model()
    scored = model.score(features(reply.masked, reply.tags))
    ruled_out = guarded(said.text) | rules.vetoes(said)
    used = [ruled_out[intent] for intent in ruled_out if intent is _top(model, scored)]
    best = _top(model, scored, ruled_out)
    by_keyword = [name for keyword in keywords for name in (keyword.intent, *keyword.also)]
    listed = [
        best,
        *_beside(model, scored, ruled_out),
        *_by_clause(model, said, ruled_out),
        *by_keyword,
    ]
    bare = context.bare_reading(reply.masked, asked)
    confidence = model.confidence(scored, model.intents.index(best))
    if bare and not by_keyword:
        listed, confidence, used = [bare], _BY_CONTEXT, [f"asked.{asked}"]
    ordered = rules.order(_substance(listed))
    if ordered[0] in by_keyword:
        confidence = max(confidence, _BY_KEYWORD)
    elif ordered[0] is not best and not bare:
        confidence = model.confidence(scored, model.intents.index(ordered[0]))
        confidence = max(confidence, _CLAUSE_CONFIDENCE)
    return _Meaning(
        intent=ordered[0],
        also=ordered[1:],
        confidence=confidence,
        evidence=Evidence(
            keyword=keywords[0].words if keywords else None,
            weights=model.reasons(scored, model.intents.index(ordered[0])),
            rules=(*(keyword.rule for keyword in keywords), *used),
        ),
    )


def _top(model: Model, scored: Scored, ruled_out: dict[Intent, str] | None = None) -> Intent:
    for at in scored.ranking:
        intent = model.intents[at]
        if intent not in (ruled_out or {}):
            return intent
    return Intent.UNCLEAR


def _beside(model: Model, scored: Scored, ruled_out: dict[Intent, str]) -> list[Intent]:
    """Further intents of the whole text: near the winner, or a likely safety intent."""
    floor = max(_ALSO_CHANCE_MIN, scored.chances[scored.ranking[0]] * _ALSO_SHARE)
    near = [
        model.intents[at]
        for at in scored.ranking[:4]
        if scored.chances[at] >= (_SAFETY_CHANCE if model.intents[at] in rules.SAFETY else floor)
    ]
    return [intent for intent in near if intent not in ruled_out and intent not in rules.WEAK]


def _by_clause(model: Model, said: rules.Said, ruled_out: dict[Intent, str]) -> list[Intent]:
    """What single clauses say when read alone, where they are sure of it."""
    if len(said.clauses) < 2:
        return []
    found = []
    for clause in said.clauses[:_CLAUSES_MAX]:
        tags = read_tags(clause)
        part = rules.Said(text=clause, clauses=(clause,), tags=tags, kinds=said.kinds)
        scored = model.score(features(clause, tags))
        best = _top(model, scored, rules.vetoes(part))
        if model.confidence(scored, model.intents.index(best)) >= _CLAUSE_CONFIDENCE:
            found.append(best)
    return [intent for intent in found if intent not in ruled_out]


def _substance(listed: list[Intent]) -> list[Intent]:
    """The intents without politeness beside a substantive one."""
    strong = [intent for intent in listed if intent not in rules.WEAK]
    return strong or listed[:1]


def _band(meaning: _Meaning) -> Band:
    if meaning.confidence >= _ACT_FROM_BY_INTENT.get(meaning.intent, _ACT_FROM):
        return Band.ACT
    return Band.CONFIRM if meaning.confidence >= _CONFIRM_FROM else Band.CLARIFY
