"""Hash chains whose words can be erased while the proof stays.

A link's hash covers the link before it, its own facts (who, when, what kind, under which policy)
and a digest of its words. That digest is salted: with words and salt gone it tells nothing, not
even to somebody who guesses, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.columns import to_microseconds

_SALT_BYTES = 16
_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a chain: how many links, and the hash of the last."""

    count: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a chain does not hold: its name, the link's number (0: its end) and why."""

    chain: str
    number: int
    why: str


def digest(text: str) -> str:
    """The SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def new_salt() -> str:
    """Chance, so that erased words cannot be guessed from their digest."""
    return secrets.token_hex(_SALT_BYTES)


def sealed(salt: str, *words: str) -> str:
    """The digest of what may be erased."""
    return digest(salt + _joined(words))


def linked(prev_hash: str, facts: Iterable[str | None], words_hash: str) -> str:
    """The hash of a link, from the one before it, its facts and the digest of its words."""
    return digest(_joined((prev_hash, *facts, words_hash)))


def instant(at: datetime) -> str:
    """An instant as a fact of a link: the same on every database."""
    return str(to_microseconds(at))


def _joined(parts: Iterable[str | None]) -> str:
    """Texts as one, so that no two lists give the same; None differs from empty."""
    return "".join("-" if part is None else f"{len(part)}:{part}" for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedSet:
    """Which links were erased at one instant: how many, and a digest in which order is nothing."""

    count: int = 0
    digest: int = 0

    def __add__(self, other: ErasedSet) -> ErasedSet:
        total = (self.digest + other.digest) % _MODULUS
        return ErasedSet(count=self.count + other.count, digest=total)

    @classmethod
    def of(cls, chain: str, numbers: Iterable[int]) -> ErasedSet:
        """The set of these links of a chain."""
        names = [_joined((chain, str(number))).encode() for number in numbers]
        found = (int.from_bytes(hashlib.sha256(name).digest()) for name in names)
        return cls(count=len(names), digest=sum(found) % _MODULUS)
