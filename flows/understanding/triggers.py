"""Rules found by the characters and words a text holds, so that only those are tried that can match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
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
        listed = list(rules)
        self._rules = [rule for rule, _, _ in listed]
        # Each rule has a bit among those that are triggered and one among those whose need is met:
        # the pieces of a text then find all rules at once.
        self._shift = len(listed)
        self._free = 0
        self._bits: dict[str, int] = {}
        for number, (_, triggers, needs) in enumerate(listed):
            met = 1 << self._shift + number
            for trigger in triggers:
                self._bits[trigger] = self._bits.get(trigger, 0) | 1 << number
            for need in needs:
                self._bits[need] = self._bits.get(need, 0) | met
            self._free |= 0 if needs else met
        self._pieces = frozenset(self._bits)

    def wanted(self, present: set[str]) -> list[Rule]:
        """The rules that a text of these pieces can match, in their order."""
        held = self._pieces & present
        if not held:
            return []
        bits = reduce(or_, map(self._bits.__getitem__, held), self._free)
        left = bits & bits >> self._shift
        wanted: list[Rule] = []
        while left:
            lowest = left & -left
            wanted.append(self._rules[lowest.bit_length() - 1])
            left ^= lowest
        return wanted
