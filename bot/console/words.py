"""The console's words in each language. A missing key is an error at start, never on a page."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import resources

from markupsafe import Markup, escape

from bot.console.pages import (
    Care,
    Consent,
    DeliveryState,
    GuardState,
    PartState,
    SlaKind,
    Sort,
    StepKind,
    TabName,
)
from flows.duties import Desk, DutyKind, Rest, Until
from flows.languages import Language
from flows.model import Flag
from flows.policy.monitoring import Level
from flows.records import AppointmentKind, HandoffReason, PlanStatus
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Frequency
from storage.figures import Band, Step

# Every member of these has a word; the file's table is named like the family.
FAMILIES: Mapping[str, type[Enum]] = {
    "asked": Asked,
    "care": Care,
    "sla": SlaKind,
    "coming": AppointmentKind,
    "consent": Consent,
    "delivery": DeliveryState,
    "desk": Desk,
    "duty": DutyKind,
    "flag": Flag,
    "frequency": Frequency,
    "guard": GuardState,
    "intent": Intent,
    "language": Language,
    "lateness": Band,
    "level": Level,
    "next": AppointmentKind,
    "plan": PartState,
    "plan_status": PlanStatus,
    "reason": HandoffReason,
    "rest": Rest,
    "sort": Sort,
    "step": StepKind,
    "tab": TabName,
    "task": HandoffReason,
    "until": Until,
    "way": Step,
    "way_means": Step,
}

# Dates are built of different pieces in different languages.
_FREE_PLACEHOLDERS = "date."


class WordsError(Exception):
    """The word files do not agree, or lack a key that a page uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language, by dotted key."""

    language: Language
    entries: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> Markup:
        """The words under the key with the values in place, escaped; raises KeyError."""
        return Markup(escape(_form(self.entries[key], values.get("n")))).format(**values)

    def has(self, key: str) -> bool:
        """Whether there are words under the key."""
        return key in self.entries


def load_words() -> Mapping[Language, Words]:
    """All three languages; raises WordsError with every gap in one list."""
    words = {language: _load(language) for language in Language}
    gaps = [*_missing_in_a_file(words), *_missing_members(words), *_other_placeholders(words)]
    if gaps:
        raise WordsError("console words: " + "; ".join(gaps))
    return words


def placeholders(text: str) -> frozenset[str]:
    """The names in braces of a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def _load(language: Language) -> Words:
    text = (resources.files("bot.console") / "words" / f"{language.value}.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    entries = {f"{table}.{key}": word for table, row in tables.items() for key, word in row.items()}
    return Words(language=language, entries=entries)


def _form(text: str, count: object) -> str:
    """Choose between "one | many"; texts without a bar have one form."""
    one, bar, many = text.partition(" | ")
    return many if bar and count != 1 else one


def _missing_in_a_file(words: Mapping[Language, Words]) -> Iterator[str]:
    every = {key for language in words.values() for key in language.entries}
    for language, own in words.items():
        for key in sorted(every - own.entries.keys()):
            yield f"{language.value} lacks {key}"


def _missing_members(words: Mapping[Language, Words]) -> Iterator[str]:
    own = words[Language.EN]
    for family, members in FAMILIES.items():
        for member in members:
            if not own.has(f"{family}.{member.value}"):
                yield f"no word for {family}.{member.value}"


def _other_placeholders(words: Mapping[Language, Words]) -> Iterator[str]:
    model = words[Language.ZH_HANS].entries
    for language, own in words.items():
        for key in model.keys() & own.entries.keys():
            wanted, found = placeholders(model[key]), placeholders(own.entries[key])
            if wanted != found and not key.startswith(_FREE_PLACEHOLDERS):
                yield f"{language.value} {key} holds {sorted(found)}, expected {sorted(wanted)}"
