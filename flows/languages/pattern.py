"""Regular expressions that are compiled when a text first needs them.

There are several hundred; compiling them all takes a third of a second, and a reply needs a few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Found = re.Match[str] | None

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split")
_made: list[Pattern] = []


class Pattern:
    """A regular expression by its source; its methods are those of `re.Pattern`.

    They are replaced by the compiled ones at the first call, so that later calls cost nothing more.
    Hence each is written out: a `__getattr__` would be passed through by every later call too.
    """

    __slots__ = ("__dict__", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        _made.append(self)

    def search(self, *where: Any) -> Found:
        """As of `re.Pattern`."""
        return self._compiled().search(*where)

    def match(self, *where: Any) -> Found:
        """As of `re.Pattern`."""
        return self._compiled().match(*where)

    def fullmatch(self, *where: Any) -> Found:
        """As of `re.Pattern`."""
        return self._compiled().fullmatch(*where)

    def finditer(self, *where: Any) -> Iterator[re.Match[str]]:
        """As of `re.Pattern`."""
        return self._compiled().finditer(*where)

    def findall(self, *where: Any) -> list[str]:
        """As of `re.Pattern`, without groups."""
        return self._compiled().findall(*where)

    def split(self, text: str) -> list[str]:
        """As of `re.Pattern`, without groups."""
        return self._compiled().split(text)

    def compile(self) -> None:
        """Compile now; raises re.error when the source is no regular expression."""
        self._compiled()

    def _compiled(self) -> re.Pattern[str]:
        compiled = re.compile(self.source)
        self.__dict__.update({name: getattr(compiled, name) for name in _METHODS})
        return compiled


def compile_all() -> None:
    """Compile every pattern made so far, for a process that is to answer evenly from the start."""
    for pattern in _made:
        pattern.compile()
