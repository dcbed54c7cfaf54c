"""What the model makes of a reply and of its clauses, under keywords, vetoes and border cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz import fuzz, process

from flows.understanding import rules
from flows.understanding.features import features
from flows.understanding.intents import Intent
from flows.understanding.keywords import Keyword, guarded
from flows.understanding.model import Model, Scored, load_model
from flows.understanding.prepare import Prepared

# Beside the winner an intent counts as said from this chance on. A safety intent comes first where
# it is likely; as a mere hint it would stop or hand over what was never meant.
_ALSO_CHANCE = 0.3
_GRAVE = frozenset({*rules.SAFETY, Intent.COMPLAINT})
_SAFETY_HINT = 0.15
# Where the whole is politeness or an insult, a clause may not add what it hardly hints at.
_CLAUSE_HINT = 0.25
_SAFETY_WINS = 0.35
_LOOKED_AT = 4
# A clause read alone must be this sure to add an intent; a safety intent needs more, since a
# few words out of their sentence easily look like one.
_CLAUSE_CONFIDENCE = 0.8
_CLAUSE_CONFIDENCE_SAFETY = 0.9
# Below it the whole is in doubt and a clause that is sure names the primary intent.
_DOUBTFUL = 0.5
_CLAUSES_MAX = 6
# Below it an insult with no insulting word in it is but a guess.
_SURE_INSULT = 0.7
_BY_KEYWORD = 0.97
# The nearest example is for the eye; the beginning of a long reply will do.
_COMPARED_MAX = 80


class Weighed(NamedTuple):
    """The intents of a reply, how sure the first is, and why."""

    intent: Intent
    also: tuple[Intent, ...]
    confidence: float
    weights: tuple[tuple[str, float], ...]
    example: str | None
    example_score: float
    rules: tuple[str, ...]


def weigh(reply: Prepared, keywords: tuple[Keyword, ...]) -> Weighed:
    """The intents of a reply; those of keywords are always among them."""
    model = load_model()
    said = rules.Said(
        text=reply.text,
        clauses=rules.split_clauses(reply.text, reply.masked),
        tags=reply.tags,
        kinds=frozenset(entity.kind for entity in reply.entities),
    )
    soft = {name: keyword.rule for keyword in keywords for name in keyword.also}
    ruled_out = guarded(said.text, reply.present) | rules.vetoes(said) | soft
    scored = model.score(features(reply.text, reply.masked, reply.tags))
    best = _best(model, scored, ruled_out)
    sure = _confidence(model, scored, best)
    if ruled_out.get(model.intents[scored.ranking[0]]) == rules.NOT_REFUSING and sure < _DOUBTFUL:
        best = Intent.UNCLEAR
    if best is Intent.UNCLEAR and rules.names_day(said):
        best = Intent.PROMISE_TO_PAY
    if sure < _DOUBTFUL and rules.asks_for_options(said):
        best = Intent.REQUEST_INSTALMENTS
    if best is Intent.ABUSE and sure < _SURE_INSULT and not rules.insults(said):
        best = Intent.UNCLEAR
    if best is Intent.REQUEST_CALLBACK and rules.names_hour_to_write(said):
        best = Intent.BUSY
        ruled_out |= dict.fromkeys((Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN), "later")
    clauses: dict[Intent, float] = {}
    if len(said.clauses) > 1:
        is_small_talk = best in rules.WEAK and sure >= _DOUBTFUL
        unlikely = _unlikely(model, scored, is_small_talk=is_small_talk)
        clauses = _by_clause(model, said, ruled_out | unlikely)
    bound = [keyword.intent for keyword in keywords]
    # Beside a hard word the model's next best guess counts only where it is more than a guess.
    guessed = [best] if sure >= _DOUBTFUL or not bound else []
    listed = [*guessed, *_beside(model, scored, ruled_out), *clauses, *bound]
    if sure < _DOUBTFUL and clauses:
        listed = [*sorted(clauses, key=lambda name: -clauses[name]), *listed]
    ordered = rules.order(_substantive(listed), said)
    also = dict.fromkeys([*ordered[1:], *soft, *rules.implied(ordered[0], said)])
    if ordered[0] is not best:
        sure = max(clauses.get(ordered[0], 0.0), _confidence(model, scored, ordered[0]))
    at = model.places[ordered[0]]
    example, score = _nearest(model, reply.normal.raw, at)
    return Weighed(
        intent=ordered[0],
        also=tuple(name for name in also if name is not ordered[0]),
        confidence=max(sure, _BY_KEYWORD) if ordered[0] in bound else sure,
        weights=model.reasons(scored, at),
        example=example,
        example_score=score,
        rules=_names(keywords, model.intents[scored.ranking[0]], ruled_out),
    )


def _nearest(model: Model, raw: str, at: int) -> tuple[str | None, float]:
    """The known example of an intent that looks most like the reply, and how much, up to 100."""
    if at >= len(model.examples):
        return None, 0.0
    text = raw[:_COMPARED_MAX].lower()
    best = process.extractOne(text, model.examples[at], scorer=fuzz.ratio)
    return (best[0], round(best[1], 1)) if best else (None, 0.0)


def _names(
    keywords: tuple[Keyword, ...], winner: Intent, ruled_out: dict[Intent, str]
) -> tuple[str, ...]:
    vetoed = (ruled_out[winner],) if winner in ruled_out else ()
    return (*(keyword.rule for keyword in keywords), *vetoed)


def _best(model: Model, scored: Scored, ruled_out: dict[Intent, str]) -> Intent:
    """The likeliest intent that no rule forbids; no safety intent on a mere hint."""
    for at in scored.ranking:
        intent = model.intents[at]
        if intent in ruled_out:
            continue
        if intent not in rules.SAFETY or scored.chances[at] >= _SAFETY_WINS:
            return intent
    return Intent.UNCLEAR


def _confidence(model: Model, scored: Scored, intent: Intent) -> float:
    return model.confidence(scored, model.places[intent])


def _beside(model: Model, scored: Scored, ruled_out: dict[Intent, str]) -> list[Intent]:
    """Further intents of the whole text that are likely in themselves."""
    near = [
        model.intents[at]
        for at in scored.ranking[:_LOOKED_AT]
        if scored.chances[at] >= (_SAFETY_WINS if model.intents[at] in _GRAVE else _ALSO_CHANCE)
    ]
    return [intent for intent in near if intent not in ruled_out and intent not in rules.WEAK]


def _unlikely(model: Model, scored: Scored, *, is_small_talk: bool) -> dict[Intent, str]:
    """Intents that the whole text gives no hint of: a clause alone may not add them."""
    return {
        intent: "clause.unlikely"
        for intent, chance in zip(model.intents, scored.chances, strict=True)
        if (intent in rules.SAFETY and chance < _SAFETY_HINT)
        or (is_small_talk and chance < _CLAUSE_HINT)
    }


def _by_clause(model: Model, said: rules.Said, ruled_out: dict[Intent, str]) -> dict[Intent, float]:
    """What single clauses say when read alone, where they are sure of it, and how sure."""
    found: dict[Intent, float] = {}
    for clause in said.clauses[:_CLAUSES_MAX]:
        part = rules.Said(text=clause.text, clauses=(), tags=clause.tags, kinds=said.kinds)
        scored = model.score(features(clause.text, clause.masked, clause.tags))
        best = _best(model, scored, ruled_out | rules.vetoes(part))
        sure = _confidence(model, scored, best)
        enough = _CLAUSE_CONFIDENCE_SAFETY if best in rules.SAFETY else _CLAUSE_CONFIDENCE
        if sure >= enough and best not in rules.WEAK:
            found[best] = max(sure, found.get(best, 0.0))
    return found


def _substantive(listed: Iterable[Intent]) -> list[Intent]:
    """The intents without politeness where something else is said."""
    distinct = list(dict.fromkeys(listed))
    strong = [intent for intent in distinct if intent not in rules.WEAK]
    return strong or distinct[:1]
