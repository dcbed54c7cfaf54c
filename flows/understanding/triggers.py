"""Rules found by the characters and words a text holds, so that only those are tried that can match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

Rule = TypeVar("Rule")

_WORD = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?")


def pieces(text: str) -> set[str]:
    """The characters and the Latin words of a normalised text: what triggers are looked up by."""
    found = set(text)
    found.update(_WORD.findall(text))
    return found


class Triggered(Generic[Rule]):
    """Rules in their order, each with the characters or words of which a text must hold one."""

    def __init__(self, rules: Iterable[tuple[Rule, Iterable[str]]]) -> None:
        self._rules: list[Rule] = []
        self._by_trigger: dict[str, list[int]] = {}
        for number, (rule, triggers) in enumerate(rules):
            self._rules.append(rule)
            for trigger in triggers:
                self._by_trigger.setdefault(trigger, []).append(number)
        self._triggers = frozenset(self._by_trigger)

    def wanted(self, present: set[str]) -> Sequence[Rule]:
        """The rules that a text of these pieces can match, in their order."""
        held = self._triggers & present
        if not held:
            return ()
        numbers = set().union(*map(self._by_trigger.__getitem__, held))
        return [self._rules[number] for number in sorted(numbers)]
