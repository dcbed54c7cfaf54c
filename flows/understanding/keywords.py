"""Hard keywords: stop, danger to life, death, wrong person, lawyer. They only ever add caution.

The words stand in `keywords.toml`; whole-message words follow opt-out rules 1, 7 and 8, patterns
rule 2, each with what it must not be mistaken for (rule 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from flows.languages.pattern import Found, Pattern
from flows.packaged import packaged_table
from flows.understanding.intents import Intent
from flows.understanding.triggers import Triggered, pieces
from flows.understanding.values import Tag

# A message longer than this is never taken for one mistyped word.
_TYPO_LENGTH = range(4, 20)
_LONG_WORD = 8
# From here on a whole phrase without its blanks (stoptextingme) may stand a slip as well.
_LONG_PHRASE = 10
# One clean code word repeated ("stop stop stop") is still that word.
_REPEATS_MAX = 12

_NOT_LETTERS = re.compile(r"[\W_]+")
# Where an excuse ends: a mark, a blank between Chinese characters, a turn of the sentence.
_BREAK = Pattern(
    r"[,，。.;；!?、…~\n]+| (?=[\u3400-\u9fff])(?<=[\u3400-\u9fff] )|\bbut\b|\band (?=(?:i|he|she|they|we|my|this|the|someone|stop|please|do|don't|you|no)\b)|但是?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A hard word that was found: what it means and the words that said so."""

    rule: str
    intent: Intent
    words: str
    also: tuple[Intent, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    intent: Intent
    also: tuple[Intent, ...]
    triggers: frozenset[str]
    needs: frozenset[str]
    pattern: Pattern
    unless: Pattern | None


@dataclass(frozen=True, slots=True)
class _Lexicon:
    rules: Triggered[_Rule]
    guards: dict[Intent, Triggered[_Rule]]
    stops: frozenset[str]
    longest_stop: int
    openers: dict[str, Tag]
    fillers: tuple[str, ...]
    typos: dict[str, tuple[tuple[str, int], ...]]
    never_typos: frozenset[str]


def letters_of(text: str) -> str:
    """The letters and figures of a normalised message run together, by which code words are known."""
    # Many replies in Chinese are nothing but letters, which is seen at less cost than taken out.
    return text if text.isalnum() else _NOT_LETTERS.sub("", text)


def whole_word(letters: str) -> Keyword | None:
    """The stop word that is the whole of a message by its `letters_of` (opt-out rule 1), or None."""
    lexicon = _lexicon()
    core = _core(letters, lexicon.fillers)
    if len(core) > lexicon.longest_stop * _REPEATS_MAX:
        return None
    if core in lexicon.stops or _repeated(core, lexicon.stops):
        return Keyword(rule="opt_out.exact", intent=Intent.OPT_OUT, words=core, is_whole=True)
    if _is_typo(core, lexicon):
        return Keyword(rule="opt_out.typo", intent=Intent.OPT_OUT, words=core, is_whole=True)
    return None


def opener(letters: str) -> Tag | None:
    """RESTART or HELP when the message is such a word by its `letters_of` (rules 7, 8), else None."""
    return _lexicon().openers.get(letters)


def find_keywords(
    text: str, present: set[str] | None = None, letters: str | None = None
) -> tuple[Keyword, ...]:
    """Every hard keyword of a normalised text, at most one for each rule.

    `present` and `letters` are the `pieces` and `letters_of` of the text where they are known.
    """
    whole = whole_word(letters or letters_of(text))
    if whole:
        return (whole,)
    return tuple(_matches(text, _lexicon().rules, present or pieces(text)))


def guarded(text: str, present: set[str], intent: Intent) -> str | None:
    """The rule by which a normalised text only seems to hold an intent (累死了, 停止计息), or None.

    `present` are the `pieces` of the text.
    """
    guards = _lexicon().guards.get(intent)
    found = list(_matches(text, guards, present)) if guards else ()
    return found[-1].rule if found else None


def _matches(text: str, rules: Triggered[_Rule], present: set[str]) -> Iterator[Keyword]:
    for rule in rules.wanted(present):
        found = rule.pattern.search(text)
        if found and rule.unless and rule.unless.search(text):
            found = _unexcused(text, rule, rule.unless)
        if found:
            yield Keyword(
                rule=rule.name, intent=rule.intent, also=rule.also, words=found[0].strip()
            )


def _unexcused(text: str, rule: _Rule, unless: Pattern) -> Found:
    """The first match that no excuse reaches, or None.

    An excuse reaches to the ends of its clause; that of a danger to life covers its own words only:
    累死了 does not excuse 不想活了 behind it.
    """
    excused = [excuse.span() for excuse in unless.finditer(text)]
    if rule.intent is not Intent.VULNERABLE:
        excused = [_clause_around(text, *span) for span in excused]
    for found in rule.pattern.finditer(text):
        if not any(start < found.end() and found.start() < end for start, end in excused):
            return found
    return None


def _clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """From the last break before `start` to the first behind `end`."""
    first, last = 0, len(text)
    for found in _BREAK.finditer(text):
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end:
            return first, found.start()
    return first, last


def _core(letters: str, fillers: tuple[str, ...]) -> str:
    """The letters of a message without the polite words at either end."""
    core = letters
    shorter = core.startswith(fillers) or core.endswith(fillers)
    while shorter:
        shorter = False
        for filler in fillers:
            if core == filler:
                return core
            if core.startswith(filler):
                core, shorter = core[len(filler) :], True
            elif core.endswith(filler):
                core, shorter = core[: -len(filler)], True
    return core


def _repeated(core: str, words: frozenset[str]) -> bool:
    """Whether the message is one stop word said several times."""
    if core not in (core + core)[1:-1]:
        return False
    for times in range(2, _REPEATS_MAX):
        size, rest = divmod(len(core), times)
        if size == 0:
            return False
        if rest == 0 and core[:size] * times == core and core[:size] in words:
            return True
    return False


def _is_typo(core: str, lexicon: _Lexicon) -> bool:
    if len(core) not in _TYPO_LENGTH or not core.isascii() or not core.isalpha():
        return False
    if core in lexicon.never_typos:
        return False
    return any(_is_near(core, word, slips) for word, slips in lexicon.typos.get(core[0], ()))


def _is_near(core: str, word: str, slips: int) -> bool:
    if abs(len(core) - len(word)) > slips:
        return False
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # Few replies come near a stop word.

    return OSA.distance(core, word, score_cutoff=slips) <= slips


@cache
def _lexicon() -> _Lexicon:
    data = packaged_table(__package__, "keywords.toml")
    exact = data["exact"]
    fillers = tuple(sorted(data["fillers"]["words"], key=len, reverse=True))
    listed = {_NOT_LETTERS.sub("", word) for words in exact["opt_out"].values() for word in words}
    stops = listed | {_core(word, fillers) for word in listed}
    openers = dict.fromkeys(exact["restart"]["all"], Tag.RESTART)
    openers |= dict.fromkeys(exact["help"]["all"], Tag.HELP)
    return _Lexicon(
        rules=_by_trigger(data["rule"]),
        guards=_by_intent(data["guard"]),
        stops=frozenset(stops),
        longest_stop=max(map(len, stops)),
        openers=openers,
        fillers=fillers,
        typos=_by_first_letter(_with_slips(data["typos"]["words"], exact["opt_out"])),
        never_typos=frozenset(data["typos"]["never"]),
    )


def _by_first_letter(words: Iterator[tuple[str, int]]) -> dict[str, tuple[tuple[str, int], ...]]:
    ordered = sorted(words)
    return {first: tuple(same) for first, same in groupby(ordered, key=lambda word: word[0][0])}


def _with_slips(words: list[str], phrases: dict[str, list[str]]) -> Iterator[tuple[str, int]]:
    """Each word that may be mistyped with the slips it stands: long phrases stand one."""
    for word in words:
        yield word, 2 if len(word) >= _LONG_WORD else 1
    for phrase in (*phrases["en"], *phrases["near"]):
        plain = _NOT_LETTERS.sub("", phrase)
        if plain.isascii() and len(plain) >= _LONG_PHRASE:
            yield plain, 1


def _by_trigger(rows: list[dict[str, Any]]) -> Triggered[_Rule]:
    rules = [_read_rule(row) for row in rows]
    return Triggered((rule, rule.triggers, rule.needs) for rule in rules)


def _by_intent(rows: list[dict[str, Any]]) -> dict[Intent, Triggered[_Rule]]:
    found: dict[Intent, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(Intent(row["intent"]), []).append(row)
    return {intent: _by_trigger(listed) for intent, listed in found.items()}


def _read_rule(row: dict[str, Any]) -> _Rule:
    unless = row.get("unless")
    triggers = [*row.get("triggers_han", ""), *row.get("triggers", "").split()]
    return _Rule(
        name=row["name"],
        intent=Intent(row["intent"]),
        also=tuple(Intent(name) for name in row.get("also", ())),
        triggers=frozenset(triggers),
        needs=frozenset(row.get("needs", "")),
        pattern=Pattern(row["find"]),
        unless=Pattern(unless) if unless else None,
    )
