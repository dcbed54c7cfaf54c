"""Rules found by the characters and words a text holds, so that only those are tried that can match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

Rule = TypeVar("Rule")

_WORD = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?")


def pieces(text: str) -> set[str]:
    """The characters and the Latin words of a normalised text: what triggers are looked up by."""
    found = set(text)
    found.update(_WORD.findall(text))
    return found


class Triggered(Generic[Rule]):
    """Rules in their order, each with the characters or words of which a text must hold one.

    Behind these stand the characters of which every match of the rule holds one, none where no
    such few are known: what triggers a rule is often common, what it needs is rare.
    """

    def __init__(self, rules: Iterable[tuple[Rule, Iterable[str], frozenset[str]]]) -> None:
        self._rules: list[tuple[Rule, frozenset[str]]] = []
        self._by_trigger: dict[str, list[int]] = {}
        for number, (rule, triggers, needs) in enumerate(rules):
            self._rules.append((rule, needs))
            for trigger in triggers:
                self._by_trigger.setdefault(trigger, []).append(number)
        self._triggers = frozenset(self._by_trigger)

    def wanted(self, present: set[str]) -> list[Rule]:
        """The rules that a text of these pieces can match, in their order."""
        held = self._triggers & present
        if not held:
            return []
        wanted: list[Rule] = []
        for number in sorted(set().union(*map(self._by_trigger.__getitem__, held))):
            rule, needs = self._rules[number]
            if not needs or not needs.isdisjoint(present):
                wanted.append(rule)
        return wanted
