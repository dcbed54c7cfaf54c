"""The texts that values and rules cite by id, such as `CN-1` or `S36`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

_ID = re.compile(r"\b(?:S\d+|[A-Z]{2}-\d+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A clause of a law, a standard or a guide, and how its text was seen."""

    clause: str
    rule: str
    seen: Literal["official", "secondary", "remembered", "guide", "not found"]
    where: str = ""


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its id."""
    path = resources.files("flows.policy") / "sources.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType({name: Source(**entry) for name, entry in entries.items()})


def cited(text: str) -> tuple[str, ...]:
    """The ids that a source line names, in order."""
    return tuple(_ID.findall(text))
