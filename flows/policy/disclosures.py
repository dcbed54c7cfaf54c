"""The sentences every started message carries: who writes, that it is automated, how to stop."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.languages import Language

_DATA: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("disclosures.toml").read_text(encoding="utf-8")
)
DISCLOSURE_IDS: tuple[str, ...] = tuple(_DATA["disclosure"])


class UnknownDisclosure(ValueError):
    """A disclosure id that no text exists for; the message names it and the known ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes for whom; `creditor_phone` takes complaints about the agency."""

    creditor: str
    agent_name: str
    creditor_phone: str = ""

    @property
    def is_creditor(self) -> bool:
        """Whether the creditor writes in its own name."""
        return self.agent_name in ("", self.creditor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """What the gate adds to a template, under the names of its placeholders."""

    disclosure: str
    auto_note: str
    optout: str

    @property
    def values(self) -> Mapping[str, str]:
        """The three placeholders as wording values."""
        return {
            "disclosure": self.disclosure,
            "auto_note": self.auto_note,
            "optout": self.optout,
        }


def footer(
    ids: Sequence[str],
    sender: Sender,
    *,
    language: Language,
    channel: str,
    is_first: bool,
    is_verified: bool,
) -> Footer:
    """The footer of a message we start: of two merged profiles both disclosures, each once.

    Before verification there is no disclosure sentence; the first message says it is automated
    unless its disclosure already does. Raises UnknownDisclosure for an id without a text.
    """
    known = list(dict.fromkeys(ids)) if is_verified else []
    sentences = dict.fromkeys(disclosure(each, sender, language) for each in known)
    says_automated = any(is_automated(each) for each in known)
    joiner = " " if language is Language.EN else ""
    return Footer(
        disclosure=joiner.join(sentences),
        auto_note=auto_note(language) if is_first and not says_automated else "",
        optout=optout(channel, language),
    )


def disclosure(disclosure_id: str, sender: Sender, language: Language) -> str:
    """One disclosure sentence, filled; the creditor's own form where it writes itself."""
    entry = _entry(disclosure_id)
    own = entry.get("own", {}).get(language)
    text: str = own if own and sender.is_creditor else entry[language]
    return text.format(
        agent_name=sender.agent_name or sender.creditor,
        creditor=sender.creditor,
        creditor_phone=sender.creditor_phone,
    )


def is_automated(disclosure_id: str) -> bool:
    """Whether the sentence itself says that the message is automated."""
    return bool(_entry(disclosure_id)["automated"])


def optout(channel: str, language: Language) -> str:
    """How to stop messages on this channel, in one short sentence."""
    texts = _DATA["optout"]
    sentence: str = texts.get(channel, texts["other"])[language]
    return sentence


def auto_note(language: Language) -> str:
    """The note that a message is automated, for a disclosure that does not say so."""
    note: str = _DATA["auto_note"][language]
    return note


def _entry(disclosure_id: str) -> dict[str, Any]:
    entry: dict[str, Any] | None = _DATA["disclosure"].get(disclosure_id)
    if entry is None:
        raise UnknownDisclosure(
            f"expected a disclosure id of {DISCLOSURE_IDS}, got {disclosure_id!r}"
        )
    return entry
