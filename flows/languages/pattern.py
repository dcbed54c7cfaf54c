"""Regular expressions that are compiled when a text first needs them.

There are several hundred; compiling them all takes a third of a second, and a reply needs a few.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Found = re.Match[str] | None

_METHODS = ("search", "match", "fullmatch", "finditer", "split")
_made: list[Pattern] = []


class Pattern:
    """A regular expression by its source; its methods are those of `re.Pattern`.

    They are replaced by the compiled ones at the first call, so that later calls cost nothing more.
    """

    __slots__ = ("__dict__", "source")

    search: Callable[..., Found]
    match: Callable[..., Found]
    fullmatch: Callable[..., Found]
    finditer: Callable[..., Iterator[re.Match[str]]]
    split: Callable[..., list[str]]

    def __init__(self, source: str) -> None:
        self.source = source
        _made.append(self)

    def __getattr__(self, name: str) -> object:
        if name not in _METHODS:
            raise AttributeError(name)
        self.compile()
        return self.__dict__[name]

    def compile(self) -> None:
        """Compile now; raises re.error when the source is no regular expression."""
        compiled = re.compile(self.source)
        self.__dict__.update({name: getattr(compiled, name) for name in _METHODS})


def compile_all() -> None:
    """Compile every pattern made so far, for a process that is to answer evenly from the start."""
    for pattern in _made:
        pattern.compile()
