"""Matters that a reply denies, by the table `denied.toml`: no complaints, 金额没错, 我没有否认."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from flows.languages.pattern import Pattern
from flows.packaged import packaged_table
from flows.understanding.intents import Intent
from flows.understanding.rules import Said
from flows.understanding.vetoes import Veto

_LATIN = re.compile("[a-z]")
# What stands between a matter and its frame, and where a matter begins and ends.
_JOINTS = {"han": ("", ""), "latin": (" ", r"\b")}
# Asked, nothing is denied: 不用律师吗.
_UNASKED = r"(?![^,，。.!]{0,12}(?:[吗?]|么(?:$|[,，。!? ])))"


@cache
def denials() -> tuple[Veto, ...]:
    """The vetoes of `denied.toml`, in their order: a matter is denied, and nothing else says it."""
    data = packaged_table(__package__, "denied.toml")
    return tuple(_denial(row, data["frame"]) for row in data["denied"])


def _denial(row: dict[str, Any], frame: dict[str, str]) -> Veto:
    # Apart, since most replies are in one script, and no branch of the other can match.
    han, latin = (_any_branch(_denials(row, frame, script)) for script in ("han", "latin"))
    still = Pattern(row["still"]) if "still" in row else None
    # The words of which a denial in Latin letters holds one, where it costs much to look for it.
    needs = row.get("latin_needs", ())

    def holds(said: Said) -> bool:
        text = said.text
        in_han = None if text.isascii() or han is None else han.search(text)
        is_latin = any(map(text.__contains__, needs)) if needs else _LATIN.search(text)
        in_latin = latin.search(text) if latin and is_latin else None
        denied = [found for found in (in_han, in_latin) if found]
        if not denied or still is None:
            return bool(denied)
        first = min(denied, key=re.Match.start)
        return not still.search(f"{text[: first.start()]} {text[first.end() :]}")

    return Veto(row["name"], tuple(Intent(name) for name in row["intents"]), holds)


def _any_branch(sources: Iterable[str]) -> Pattern | None:
    joined = "|".join(sources)
    return Pattern(joined) if joined else None


def _denials(row: dict[str, Any], frame: dict[str, str], script: str) -> Iterator[str]:
    """The patterns of one row in a script: its own, and its matter in the frames of its language."""
    if script in row:
        yield row[script]
    if f"matter_{script}" in row:
        matter = f"(?:{row[f'matter_{script}']})"
        before, after = frame[f"{script}_before"], frame[f"{script}_after"]
        blank, bound = _JOINTS[script]
        yield f"(?:{before}{blank}{matter}|{bound}{matter}{after}){bound}{_UNASKED}"
