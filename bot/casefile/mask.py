"""A case file for readers who may not see who it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.casefile.document import Document, Event, Pairs, Table
from storage.case_files import CaseFile

Hide = Callable[[str], str]
_SHOWN = 2
# So many digits in a row may be a number, a card or an account; dates and sums have fewer.
_DIGITS = re.compile(r"(?<![\w-])(?!\d{4}-\d\d-\d\d)\+?\d(?:[ -]?\d){6,}(?![\w-])")
_HIDDEN = "••••"
# Hashes, versions and instants prove; they tell nobody's name.
_PROOF = ("hash", "policy", "entry")


def masked(document: Document, file: CaseFile) -> Document:
    """The same file with names, addresses and long numbers hidden, also inside what was said."""
    secrets = tuple(_secrets(file))

    def hide(text: str) -> str:
        return hidden(text, secrets)

    return Document(
        name=hide(document.name),
        facts=_pairs(document.facts, hide),
        tables=tuple(_table(table, hide) for table in document.tables),
        events=tuple(_event(event, hide) for event in document.events),
    )


def hidden(text: str, secrets: Iterable[str]) -> str:
    """The text with these names and numbers hidden, and any long number."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _short(secret))
    return _DIGITS.sub(lambda found: _short(found.group()), text)


def names_in(name: str) -> tuple[str, ...]:
    """A name and its parts, each long enough to tell anything."""
    parts = {name, *(part for part in name.split() if part.isalpha())}
    return tuple(sorted(part for part in parts if len(part) >= _SHOWN))


def _secrets(file: CaseFile) -> Iterable[str]:
    found = {file.customer.name}
    found |= {str(row["name"]) for row in (*file.of("conversations"), *file.of("accounts"))}
    for name, column in (
        ("addresses", "value"),
        ("conversations", "address"),
        ("accounts", "address"),
        ("accounts", "reference"),
        ("accounts", "pay_link"),
    ):
        found |= {str(row[column]) for row in file.of(name)}
    parts = {part for each in found for part in each.split() if part.isalpha()}
    return {each for each in found | parts if len(each) >= _SHOWN}


def _short(secret: str) -> str:
    """What is left of something hidden: a first character of a name, the end of a number."""
    if any(map(str.isdigit, secret)):
        return _HIDDEN + secret[-_SHOWN:]
    return secret[0] + "**"


def _pairs(pairs: Pairs, hide: Hide) -> Pairs:
    return tuple((n, v if n in _PROOF or n.startswith("Made") else hide(v)) for n, v in pairs)


def _table(table: Table, hide: Hide) -> Table:
    rows = tuple(tuple(hide(cell) for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def _event(event: Event, hide: Hide) -> Event:
    return replace(event, text=hide(event.text), facts=_pairs(event.facts, hide))
