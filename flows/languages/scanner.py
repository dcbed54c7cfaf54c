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

# The second characters by which rules in Latin script are told apart; others count as none.
_SECOND = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 '$/-")

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
    """A pattern, the one or two characters it can start with, and what it means.

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
    """A rule whose match starts with one of these pairs of letters; `_` is a blank.

    A text in Latin letters tries too many rules by the first letter alone.
    """
    pairs = tuple(pair.replace("_", " ") for pair in starts.split())
    return Rule(starts=pairs, pattern=Pattern(pattern), read=read, gate=gate)


# A gate goes by its number too: to look a pattern up hashes all its code each time.
_Gated = tuple[int, re.Pattern[str] | None, tuple[tuple[Pattern, Read], ...]]


class Scanner:
    """Rules ordered by priority, looked up by the first character so that a miss costs little."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._ordered = tuple(rules)
        self._by_start: dict[str, tuple[_Gated, ...]] = {}
        # The numbers of the rules by each of their starts, and the pairs by their first character.
        self._numbers: dict[str, list[int]] = {}
        self._longer: dict[str, set[str]] = {}
        gates = dict.fromkeys(rule.gate for rule in self._ordered if rule.gate)
        self._gates = {gate: number for number, gate in enumerate(gates)}
        for number, rule in enumerate(self._ordered):
            for start in rule.starts:
                self._numbers.setdefault(start, []).append(number)
                self._longer.setdefault(start[0], set()).add(start)
        self._start = re.compile(_start_pattern(self._ordered))

    def scan(self, text: str, scene: Scene) -> list[Found]:
        """Everything the rules read, in the order of the text, never overlapping."""
        found: list[Found] = []
        at = 0
        while (start := self._start.search(text, at, _LENGTH_MAX)) and len(found) < _FOUND_MAX:
            at = self._read_at(text, start.start(), scene, found)
        return found

    def _read_at(self, text: str, at: int, scene: Scene, found: list[Found]) -> int:
        first = text[at]
        # A pair for Latin script, else the first character alone; what is new is looked up in full.
        rules_here = self._by_start.get(text[at : at + 2] if "a" <= first <= "z" else first)
        if rules_here is None:
            rules_here = self._rules_at(text[at : at + 2])
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

    def _rules_at(self, pair: str) -> tuple[_Gated, ...]:
        """The rules that may start here: by two letters in Latin script, else by one character."""
        key = pair if _is_letter(pair[0]) and pair[-1] in _SECOND else pair[0]
        rules = self._by_start.get(key)
        if rules is None:
            numbers: set[int] = set()
            for start in (key, key[0]) if len(key) > 1 else (key, *self._longer.get(key, ())):
                numbers.update(self._numbers.get(start, ()))
            fitting = [self._ordered[number] for number in sorted(numbers)]
            rules = self._by_start[key] = self._gated(key, fitting)
        return rules

    def _gated(self, key: str, rules: Iterable[Rule]) -> tuple[_Gated, ...]:
        """The rules in their order, grouped by gate; a gate that a figure alone opens is none."""
        gated: list[_Gated] = []
        for gate, group in groupby(rules, key=lambda rule: rule.gate):
            is_open = gate is None or (key.isdigit() and gate.fullmatch(key) is not None)
            number = -1 if gate is None else self._gates[gate]
            read = tuple((rule.pattern, rule.read) for rule in group)
            gated.append((number, None if is_open else gate, read))
        return tuple(gated)


def _start_pattern(rules: Iterable[Rule]) -> str:
    """Where any rule may start: letters at the start of a word, by pairs where rules name pairs.

    Figures start nothing inside a longer figure or behind letters: iphone15, TX-5521.
    """
    seconds: dict[str, set[str]] = {}
    for start in (start for rule in rules for start in rule.starts):
        seconds.setdefault(start[0], set()).add(start[1:])
    letters = [_pairs(first, seconds[first]) for first in sorted(seconds) if _is_letter(first)]
    signs = "".join(char for char in sorted(seconds) if not (char.isascii() and char.isalnum()))
    words = "|".join(letters) or "(?!)"
    return rf"(?<![a-z0-9'])(?:{words})|(?<![0-9.a-z])(?<![a-z]-)[0-9]|[{re.escape(signs)}+]"


def _pairs(first: str, seconds: set[str]) -> str:
    return first if "" in seconds else f"{first}[{re.escape(''.join(sorted(seconds)))}]"


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


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
