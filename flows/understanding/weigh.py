"""What the model makes of a reply and of its clauses, under keywords, vetoes and border cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from typing import NamedTuple

from flows.languages.pattern import Pattern
from flows.replacing import maker
from flows.understanding import exemptions, masks, overrides, rules
from flows.understanding.features import features
from flows.understanding.idle import idle_guess
from flows.understanding.intents import Intent
from flows.understanding.keywords import Keyword, guarded
from flows.understanding.model import Model, Scored, load_model
from flows.understanding.overrides import vetoed
from flows.understanding.prepare import Prepared
from flows.understanding.tags import read_tags
from flows.understanding.values import Asked, EntityKind, Tag, Weights
from flows.understanding.vetoes import Forbidden

# Beside the winner an intent counts as said from this chance on. A safety intent comes first where
# it is likely; as a mere hint it would stop or hand over what was never meant.
_ALSO_CHANCE = 0.3
_GRAVE = frozenset({*rules.SAFETY, Intent.COMPLAINT})
_SAFETY_HINT = 0.15
# Where the whole is politeness or an insult, a clause may not add what it hardly hints at.
_CLAUSE_HINT = 0.25
_SAFETY_WINS = 0.35
# These are put in many ways that no list holds. Where a word of theirs is there, a hint will do: on
# replies that mean something else their chance hardly ever reaches it. The answer to a question of
# ours speaks of what was asked: 她说可以 is no stranger.
_OFTEN_MISSED = frozenset({Intent.WRONG_PERSON, Intent.DISPUTE_DEBT, Intent.LEGAL})
_OFTEN_MISSED_WINS = 0.2
# Below the least of these no intent counts beside the winner.
_BESIDE_MIN = min(_ALSO_CHANCE, _SAFETY_WINS, _OFTEN_MISSED_WINS)
# From this confidence of the winner on the hint does not count.
_SETTLED = 0.7
_LOOKED_AT = 4
# A clause read alone must be this sure to add an intent; a safety intent needs more, since a
# few words out of their sentence easily look like one.
_CLAUSE_CONFIDENCE = 0.8
_CLAUSE_CONFIDENCE_SAFETY = 0.9
# Below it the whole is in doubt and a clause that is sure names the primary intent.
_DOUBTFUL = exemptions.DOUBTFUL
_CLAUSES_MAX = 6
_BY_KEYWORD = 0.97
# What a story is told for: at the end of a message one of these is its matter.
_MATTERS = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_INSTALMENTS,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_EXTENSION,
        Intent.REQUEST_DISCOUNT,
        Intent.PAY_NOW,
        Intent.PAYMENT_FAILED,
        Intent.ALREADY_PAID,
        Intent.BALANCE_QUERY,
        Intent.REQUEST_HUMAN,
    }
)
_FIGURES = (masks.DATE, masks.AMOUNT, masks.NUMBER)
_SLOTS = frozenset(masks.NAMES)
_BLANK_BEFORE_FIGURE = Pattern("(?<=[\u3400-\u9fff]) +(?=[0-9])")
_LATER_CLAUSE = Pattern("[,，。.;；!?！？\n]| +(?=[\u3400-\u9fff])")
# What a story read as a whole is taken for.
_STORIES = frozenset({Intent.HARDSHIP, Intent.UNCLEAR, Intent.BUSY, Intent.VULNERABLE})
# 没收入 怎么还: asked so, nobody wants to be told how.
_RHETORICAL = Pattern(
    r"^(?:我|你说|你叫我|叫我|让我|那)*(?:怎么|咋|拿什么|用什么|如何|点样?)(?:还|付|交|给|缴)(?:钱|款)?[啊呀呢嘛哦喔?!]*$"
    r"|\bhow (?:am|are|can|could|do|will|would|the (?:hell|fuck)) .{0,12}(?:supposed|meant|expect\w*|possibly|going) "
)


class Weighed(NamedTuple):
    """The intents of a reply, how sure the first is, and why."""

    intent: Intent
    also: tuple[Intent, ...]
    confidence: float
    weights: Weights
    rules: tuple[str, ...]


class _Whole(NamedTuple):
    """The reply as one: what it holds, how the model scores it, and the guess after the exceptions.

    `soft` are the further intents that hard words bring, with the rule of each.
    """

    said: rules.Said
    scored: Scored
    guess: exemptions.Guess
    soft: dict[Intent, str]
    exceptions: tuple[str, ...]


_make_weighed, _make_whole = maker(Weighed), maker(_Whole)


def weigh(reply: Prepared, keywords: tuple[Keyword, ...], *, asked: Asked | None = None) -> Weighed:
    """The intents of a reply; those of keywords are always among them."""
    model = load_model()
    whole = _whole(model, reply, keywords, asked)
    clauses = _clauses(model, whole)
    bound = [keyword.intent for keyword in keywords]
    listed = _listed(model, whole, clauses, bound)
    matter = None if bound else _matter_at_end(model, whole, reply)
    if matter is not None:
        listed = _with_matter(matter.intent, listed, guessed=whole.guess.best)
    ordered = rules.order(listed, whole.said)
    lead = ordered[0]
    also = dict.fromkeys([*ordered[1:], *whole.soft, *rules.implied(lead, whole.said)])
    sure = whole.guess.sure
    if lead is not whole.guess.best:
        sure = max(clauses.get(lead, 0.0), _confidence(model, whole.scored, lead))
    if matter is not None and lead is matter.intent:
        sure = max(sure, matter.sure)
    return _make_weighed(
        intent=lead,
        also=tuple(name for name in also if name is not lead),
        confidence=max(sure, _BY_KEYWORD) if lead in bound else sure,
        weights=Weights(partial(model.reasons, whole.scored, model.places[lead])),
        rules=(*_names(keywords, whole), *(("story.matter_at_end",) if matter else ())),
    )


def _whole(
    model: Model, reply: Prepared, keywords: tuple[Keyword, ...], asked: Asked | None
) -> _Whole:
    said = rules.make_said(
        text=reply.text,
        clauses=rules.split_clauses(reply.text, reply.masked),
        tags=reply.tags,
        kinds=frozenset([entity.kind for entity in reply.entities]),
        is_answer=asked not in (None, Asked.IDENTITY),
    )
    soft = {name: keyword.rule for keyword in keywords for name in keyword.also}
    ruled_out = Forbidden(soft.get, *_vetoes(said), partial(guarded, said.text, reply.present))
    scored = model.score(features(reply.text, reply.masked, reply.tags, model.common))
    best = _best(model, scored, ruled_out, said)
    guess, exceptions = overrides.exempted(
        exemptions.make_guess(
            said=said,
            best=best,
            sure=_confidence(model, scored, best),
            first=model.intents[scored.first],
            ruled_out=ruled_out,
        )
    )
    return _make_whole(said=said, scored=scored, guess=guess, soft=soft, exceptions=exceptions)


def _vetoes(said: rules.Said) -> tuple[Callable[[Intent], str | None], ...]:
    """Where a text forbids an intent by its words."""
    return partial(vetoed, said), overrides.order_to_machine(said.text).get


def _clauses(model: Model, whole: _Whole) -> dict[Intent, float]:
    """What the clauses say when read alone, and how sure; empty for a reply of one."""
    if len(whole.said.clauses) < 2:
        return {}
    guess = whole.guess
    is_small_talk = guess.best in rules.WEAK and guess.sure >= _DOUBTFUL
    unlikely = partial(_unlikely, model, whole.scored, is_small_talk)
    return _by_clause(model, whole.said, Forbidden(unlikely, guess.ruled_out.__getitem__))


def _listed(
    model: Model, whole: _Whole, clauses: dict[Intent, float], bound: list[Intent]
) -> list[Intent]:
    """Every intent that is heard, in the order in which the model, clauses and hard words say it."""
    guess = whole.guess
    # Beside a hard word the model's next best guess counts only where it is more than a guess.
    guessed = [guess.best] if guess.sure >= _DOUBTFUL or not bound else []
    listed = [*guessed, *_beside(model, whole), *clauses, *bound]
    if guess.sure < _DOUBTFUL and clauses:
        listed = [*sorted(clauses, key=lambda name: -clauses[name]), *listed]
    return _substantive(listed)


def _names(keywords: tuple[Keyword, ...], whole: _Whole) -> tuple[str, ...]:
    """The rules that spoke: hard words, what forbade the model's own first choice, exceptions."""
    veto = whole.guess.ruled_out[whole.guess.first]
    found = (*(keyword.rule for keyword in keywords), *((veto,) if veto else ()), *whole.exceptions)
    return tuple(dict.fromkeys(found))


def _best(model: Model, scored: Scored, ruled_out: Forbidden, said: rules.Said) -> Intent:
    """The likeliest intent that no rule forbids; no safety intent on a mere hint."""
    for at in scored.likeliest():
        intent = model.intents[at]
        if intent in rules.SAFETY and not _is_likely(intent, scored.chance(at), said):
            continue
        if ruled_out[intent] is None:
            return intent
    return Intent.UNCLEAR


def _is_likely(intent: Intent, chance: float, said: rules.Said) -> bool:
    """Whether a grave intent counts: likely in itself, or a hint that a word of it bears out."""
    if chance >= _SAFETY_WINS:
        return True
    is_hint = intent in _OFTEN_MISSED and chance >= _OFTEN_MISSED_WINS and not said.is_answer
    return is_hint and idle_guess(intent, said.text) is None


def _confidence(model: Model, scored: Scored, intent: Intent) -> float:
    return model.confidence(scored, model.places[intent])


def _beside(model: Model, whole: _Whole) -> list[Intent]:
    """Further intents of the whole text that are likely in themselves."""
    scored = whole.scored
    ruled_out = whole.guess.ruled_out
    found = []
    for at in islice(scored.likeliest(), _LOOKED_AT):
        intent, chance = model.intents[at], scored.chance(at)
        if chance < _BESIDE_MIN:
            break
        is_said = intent not in rules.WEAK and _is_beside(whole, intent, chance)
        if is_said and ruled_out[intent] is None:
            found.append(intent)
    return found


def _is_beside(whole: _Whole, intent: Intent, chance: float) -> bool:
    if intent not in _GRAVE:
        return chance >= _ALSO_CHANCE
    # A hint leads neither over what is settled nor over another grave matter.
    if whole.guess.sure >= _SETTLED or whole.guess.best in rules.SAFETY:
        return chance >= _SAFETY_WINS
    return _is_likely(intent, chance, whole.said)


def _unlikely(model: Model, scored: Scored, is_small_talk: bool, intent: Intent) -> str | None:
    """Of an intent that the whole text gives no hint of: a clause alone may not add it."""
    chance = scored.chance(model.places[intent])
    is_mere = (intent in rules.SAFETY and chance < _SAFETY_HINT) or (
        is_small_talk and chance < _CLAUSE_HINT
    )
    return "clause.unlikely" if is_mere else None


def _by_clause(model: Model, said: rules.Said, ruled_out: Forbidden) -> dict[Intent, float]:
    """What single clauses say when read alone, where they are sure of it, and how sure."""
    found: dict[Intent, float] = {}
    for clause in said.clauses[:_CLAUSES_MAX]:
        part = rules.make_said(
            text=clause.text,
            clauses=(),
            tags=clause.tags,
            kinds=said.kinds,
            is_answer=said.is_answer,
        )
        scored = model.score(features(clause.text, clause.masked, clause.tags, model.common))
        ruled_out_here = Forbidden(ruled_out.__getitem__, *_vetoes(part))
        best = _best(model, scored, ruled_out_here, part)
        sure = _confidence(model, scored, best)
        enough = _CLAUSE_CONFIDENCE_SAFETY if best in rules.SAFETY else _CLAUSE_CONFIDENCE
        if sure >= enough and best not in rules.WEAK:
            found[best] = max(sure, found.get(best, 0.0))
    return found


class _Matter(NamedTuple):
    """What the last clause says when read alone, and how sure."""

    intent: Intent
    sure: float


def _matter_at_end(model: Model, whole: _Whole, reply: Prepared) -> _Matter | None:
    """What a story was told for: its last clause, where that alone is sure of a matter.

    Only the clause's own words forbid it: 周转不开 before 这周五还 takes nothing from the promise.
    """
    guess, said = whole.guess, whole.said
    # What is told as done stays a claim, whatever is asked after it; a rule of ours is no guess.
    is_doubtful = guess.sure < _DOUBTFUL and guess.best not in _GRAVE and Tag.PAST not in said.tags
    is_doubtful = is_doubtful and not whole.exceptions
    if not (guess.best in _STORIES or is_doubtful):
        return None
    last = _last_clause(reply, said)
    if last is None:
        return None
    is_danger = guess.best is Intent.VULNERABLE
    if is_danger and idle_guess(Intent.VULNERABLE, said.text) is None:
        return None
    part = rules.Said(last.text, (), last.tags, said.kinds, said.is_answer)
    scored = model.score(features(last.text, last.masked, last.tags, model.common))
    best = _best(model, scored, Forbidden(*_vetoes(part)), part)
    sure = _confidence(model, scored, best)
    has_figure = any(slot in last.masked for slot in _FIGURES)
    enough = _DOUBTFUL if has_figure else _CLAUSE_CONFIDENCE
    if best not in _MATTERS or sure < enough or _RHETORICAL.search(last.text):
        return None
    if best is Intent.PROMISE_TO_PAY and masks.DATE not in last.masked:
        return None
    return _Matter(best, sure)


def _last_clause(reply: Prepared, said: rules.Said) -> rules.Clause | None:
    """The last of several clauses; also one that a blank and a figure begin: 没收入 12月3号还.

    The normaliser sets figures close to Han, so that this blank is in the raw text alone.
    """
    normal = reply.normal
    blanks = list(_BLANK_BEFORE_FIGURE.finditer(normal.raw))
    if blanks and not _LATER_CLAUSE.search(normal.raw, blanks[-1].end()):
        at = blanks[-1].end()
        ends = [n for n in range(len(normal.text)) if normal.raw_span(n, n + 1)[0] == at]
        slots = [n for n, char in enumerate(reply.masked) if char in _SLOTS]
        behind = sum(e.start >= at and e.kind is not EntityKind.FREQUENCY for e in reply.entities)
        if ends and 0 < behind <= len(slots):
            text = normal.text[ends[0] :]
            return rules.Clause(text, reply.masked[slots[-behind] :], read_tags(text))
    return said.clauses[-1] if len(said.clauses) > 1 else None


def _with_matter(matter: Intent, listed: list[Intent], *, guessed: Intent) -> list[Intent]:
    """The matter first; a story taken for danger, with no word of one, tells of hard times."""
    told = [Intent.HARDSHIP if name is Intent.VULNERABLE else name for name in listed]
    # Half a guess at the whole is no story that stands beside it.
    idle = {Intent.BUSY} if guessed in _STORIES else {Intent.BUSY, guessed}
    return _substantive([matter, *(name for name in told if name not in idle)])


def _substantive(listed: Iterable[Intent]) -> list[Intent]:
    """The intents without politeness where something else is said."""
    distinct = list(dict.fromkeys(listed))
    strong = [intent for intent in distinct if intent not in rules.WEAK]
    return strong or distinct[:1]
