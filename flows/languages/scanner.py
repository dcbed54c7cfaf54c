"""Walks once over a text and lets rules read what starts at each place. Knows no language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import NamedTuple

from flows.languages.pattern import Pattern
from flows.understanding.values import Asked, EntityKind, LanguageTag, Role, Value

# A longer text, or one with more figures, is no reply to a reminder: the rest is left unread.
_LENGTH_MAX = 1_000
_FOUND_MAX = 64

Read = Callable[["re.Match[str]", "Scene"], "Sequence[Found] | None"]


class Scene(NamedTuple):
    """What a reading depends on beside the text: the day, the hour if known, the open question.

    `language` is that of the talk so far, where it is known.
    """

    today: date
    now_time: time | None = None
    asked: Asked | None = None
    language: LanguageTag | None = None


class Found(NamedTuple):
    """One thing read in the normalised text, `start` to `end`.

    `kind` None: a bare number where `value` is set, else something to step over, such as a phone
    number. `mask` is the slot put in its place for the scorer, None leaves the words. A weak
    finding holds only where no other of its kind was found. A named tuple, since each reply makes
    several and a frozen dataclass takes four times as long to make.
    """

    start: int
    end: int
    kind: EntityKind | None = None
    value: Value = None
    alternatives: tuple[Value, ...] = ()
    currency: str | None = None
    role: Role | None = None
    mask: str | None = None
    is_weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern, the characters or beginnings of words it can start with, and what it means.

    `read` returns what was found (an empty sequence steps over the words), or None to let the
    next rule try. `gate` must match too; rules in a row with the same gate share one look at it,
    which spares most of them.
    """

    starts: tuple[str, ...]
    pattern: Pattern
    read: Read
    gate: re.Pattern[str] | None = None


def rule(starts: str, pattern: str, read: Read, *, gate: re.Pattern[str] | None = None) -> Rule:
    """A rule whose match starts with one of these characters."""
    return Rule(starts=tuple(starts), pattern=Pattern(pattern), read=read, gate=gate)


def word_rule(
    starts: str, pattern: str, read: Read, *, gate: re.Pattern[str] | None = None
) -> Rule:
    """A rule whose match starts with one of these beginnings; `_` is a blank.

    A text in Latin letters tries too many rules by the first letter alone. The longer the
    beginning, the fewer words it takes for another: "thir" passes over "this" and "the".
    """
    beginnings = tuple(start.replace("_", " ") for start in starts.split())
    return Rule(starts=beginnings, pattern=Pattern(pattern), read=read, gate=gate)


# A gate goes by its number too: to look a pattern up hashes all its code each time.
_Gated = tuple[int, re.Pattern[str] | None, tuple[tuple[Pattern, Read], ...]]


class Scanner:
    """Rules ordered by priority, looked up by how a text goes on so that a miss costs little."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._ordered = tuple(rules)
        # The rules by what the text begins with here, put together when it first does.
        self._by_start: dict[str, tuple[_Gated, ...]] = {}
        self._numbers: dict[str, list[int]] = {}
        gates = dict.fromkeys(rule.gate for rule in self._ordered if rule.gate)
        self._gates = {gate: number for number, gate in enumerate(gates)}
        for number, rule in enumerate(self._ordered):
            for start in rule.starts:
                self._numbers.setdefault(start, []).append(number)
        self._start = re.compile(_start_pattern(self._numbers))

    def scan(self, text: str, scene: Scene) -> list[Found]:
        """Everything the rules read, in the order of the text, never overlapping."""
        found: list[Found] = []
        at = 0
        while (start := self._start.search(text, at, _LENGTH_MAX)) and len(found) < _FOUND_MAX:
            at = self._read_at(text, start, scene, found)
        return found

    def _read_at(self, text: str, start: re.Match[str], scene: Scene, found: list[Found]) -> int:
        at, beginning = start.start(), start[0]
        rules_here = self._by_start.get(beginning)
        if rules_here is None:
            rules_here = self._by_start[beginning] = self._rules_at(beginning)
        opened: dict[int, bool] = {}
        for number, gate, rules in rules_here:
            if gate is not None:
                is_open = opened.get(number)
                if is_open is None:
                    is_open = opened[number] = gate.match(text, at) is not None
                if not is_open:
                    continue
            for pattern, read in rules:
                match = pattern.match(text, at)
                if match is None:
                    continue
                readings = read(match, scene)
                if readings is not None:
                    found.extend(readings)
                    return max(match.end(), at + 1)
        return at + 1

    def _rules_at(self, beginning: str) -> tuple[_Gated, ...]:
        """The rules that may start here; of their starts, this is the longest that the text has."""
        numbers: set[int] = set()
        for end in range(1, len(beginning) + 1):
            numbers.update(self._numbers.get(beginning[:end], ()))
        return self._gated(beginning, [self._ordered[number] for number in sorted(numbers)])

    def _gated(self, key: str, rules: Iterable[Rule]) -> tuple[_Gated, ...]:
        """The rules in their order, grouped by gate; a gate that a figure alone opens is none."""
        gated: list[_Gated] = []
        for gate, group in groupby(rules, key=lambda rule: rule.gate):
            is_open = gate is None or (key.isdigit() and gate.fullmatch(key) is not None)
            number = -1 if gate is None else self._gates[gate]
            read = tuple((rule.pattern, rule.read) for rule in group)
            gated.append((number, None if is_open else gate, read))
        return tuple(gated)


def _start_pattern(starts: Iterable[str]) -> str:
    """Where any rule may start: letters at the start of a word, the longest beginning there is.

    Figures start nothing inside a longer figure or behind letters: iphone15, TX-5521.
    """
    latin = [start for start in starts if start[0].isascii() and start[0].isalpha()]
    figures = [start for start in starts if start[0].isdecimal()]
    others = [start for start in starts if start not in {*latin, *figures}]
    return (
        rf"(?<![a-z0-9'])(?:{_any_of(latin)})|(?<![0-9.a-z])(?<![a-z]-)(?:{_any_of(figures)})"
        rf"|{_any_of(others)}"
    )


def _any_of(starts: Iterable[str]) -> str:
    """A pattern of the longest of these that is there, character by character."""
    further: dict[str, list[str]] = {}
    for start in sorted(starts):
        further.setdefault(start[0], []).append(start[1:])
    single = "".join(map(re.escape, (char for char, rest in further.items() if rest == [""])))
    branches = [f"[{single}]"] if single else []
    for char, rest in further.items():
        longer = _any_of(filter(None, rest))
        if rest != [""]:
            branches.append(f"{re.escape(char)}(?:{longer}){'?' if '' in rest else ''}")
    return "|".join(branches) or "(?!)"


def step_over(_match: re.Match[str], _scene: Scene) -> Sequence[Found]:
    """Reads nothing and lets no other rule see these words: idioms, telephone numbers."""
    return ()


def entity(match: re.Match[str], kind: EntityKind, value: Value, *, group: int | str = 0) -> Found:
    """A finding over the whole match or one of its groups."""
    return Found(start=match.start(group), end=match.end(group), kind=kind, value=value)


def dates(match: re.Match[str], *days: date | None, role: Role | None = None) -> list[Found]:
    """The one day said, or those to ask about; nothing where no such day exists."""
    known = tuple(dict.fromkeys(day for day in days if day is not None))
    if not known:
        return []
    return [
        Found(
            start=match.start(),
            end=match.end(),
            kind=EntityKind.DATE,
            value=known[0] if len(known) == 1 else None,
            alternatives=known if len(known) > 1 else (),
            role=role,
        )
    ]
