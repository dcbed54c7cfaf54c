"""Walks once over a text and lets rules read what starts at each place. Knows no language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from flows.understanding.values import Asked, EntityKind, Role, Value

# A longer text, or one with more figures, is no reply to a reminder: the rest is left unread.
_LENGTH_MAX = 2_000
_FOUND_MAX = 64

Read = Callable[["re.Match[str]", "Scene"], "Sequence[Found] | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a reading depends on beside the text: the day, the hour if known, the open question."""

    today: date
    now_time: time | None = None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing read in the normalised text, `start` to `end`.

    `kind` None: a bare number where `value` is set, else something to step over, such as a phone
    number. `mask` is the slot put in its place for the scorer, None leaves the words. A weak
    finding holds only where no other of its kind was found.
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
    """A pattern, the characters it can start with, and what it means.

    `read` returns what was found (an empty sequence steps over the words), or None to let the
    next rule try.
    """

    starts: str
    pattern: re.Pattern[str]
    read: Read


class Scanner:
    """Rules ordered by priority, looked up by the first character so that a miss costs little."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        by_start: dict[str, list[Rule]] = {}
        for rule in rules:
            for char in rule.starts:
                by_start.setdefault(char, []).append(rule)
        self._rules = {char: tuple(found) for char, found in by_start.items()}
        # Letters count only at the start of a word; figures not inside a longer figure.
        latin = re.escape("".join(c for c in by_start if c.isascii() and c.isalpha()))
        rest = re.escape("".join(c for c in by_start if not (c.isascii() and c.isalnum())))
        self._start = re.compile(
            rf"(?<![a-z0-9'])[{latin or '-'}]|(?<![0-9.])[0-9]" + (f"|[{rest}]" if rest else "")
        )

    def scan(self, text: str, scene: Scene) -> list[Found]:
        """Everything the rules read, in the order of the text, never overlapping."""
        found: list[Found] = []
        at = 0
        while (start := self._start.search(text, at, _LENGTH_MAX)) and len(found) < _FOUND_MAX:
            at = self._read_at(text, start.start(), scene, found)
        return found

    def _read_at(self, text: str, at: int, scene: Scene, found: list[Found]) -> int:
        for rule in self._rules.get(text[at], ()):
            match = rule.pattern.match(text, at)
            if match is None:
                continue
            readings = rule.read(match, scene)
            if readings is not None:
                found.extend(readings)
                return max(match.end(), at + 1)
        return at + 1


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
