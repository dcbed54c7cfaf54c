"""The training lists: one reply a line, sorted by language and intent; `#` starts a comment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from flows.understanding.intents import Intent

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
# Sets of replies around the same words: at full weight they would drown the plain ways of saying.
CONTRASTS = "contrasts.tsv"
_CONTRAST_WEIGHT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled reply; `is_decoy` marks the hard negatives of the pitfalls.

    `weight` is its say in training, 1 for a plain example.
    """

    text: str
    intent: Intent
    also: tuple[Intent, ...] = ()
    language: str = "en"
    is_decoy: bool = False
    weight: float = 1.0


def read_lists(folder: Traversable | None = None) -> tuple[Example, ...]:
    """Every example of a folder, or of the package without one, in a fixed order.

    Raises ValueError with file and line number when a line is malformed.
    """
    root = folder or files(__package__).joinpath("training")
    core = root.joinpath("core.tsv")
    found = list(_table(core)) if core.is_file() else []
    for language in LANGUAGES:
        folder = root.joinpath(language)
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            found += _decoys(file, language) if file.name.endswith(".tsv") else ()
            found += _list(file, language) if file.name.endswith(".txt") else ()
    return tuple(dict.fromkeys(found))


def lists_hash(examples: tuple[Example, ...]) -> str:
    """A short fingerprint of the examples; the model keeps the one it was made from."""
    digest = hashlib.sha256()
    for example in examples:
        row = (example.language, example.intent, ",".join(example.also), example.text)
        digest.update("\t".join(row).encode() + b"\n")
    return digest.hexdigest()[:16]


def _list(file: Traversable, language: str) -> Iterator[Example]:
    intent = Intent(file.name.removesuffix(".txt"))
    for where, text, rest in _rows(file):
        also = _intents(rest[0], where) if rest else ()
        yield Example(text=text, intent=intent, also=also, language=language)


def _decoys(file: Traversable, language: str) -> Iterator[Example]:
    weight = _CONTRAST_WEIGHT if file.name == CONTRASTS else 1.0
    for where, text, rest in _rows(file):
        intent, also = _labels(rest, where)
        yield Example(
            text=text, intent=intent, also=also, language=language, is_decoy=True, weight=weight
        )


def _table(file: Traversable) -> Iterator[Example]:
    for where, language, (name, text, *rest) in _rows(file):
        intent, also = _labels([name, *rest], where)
        yield Example(text=text, intent=intent, also=also, language=language)


def _rows(file: Traversable) -> Iterator[tuple[str, str, list[str]]]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            text, *rest = (part.strip() for part in line.split("\t"))
            yield f"{file.name}:{number}", text, rest


def _labels(rest: list[str], where: str) -> tuple[Intent, tuple[Intent, ...]]:
    if not rest:
        raise ValueError(f"{where}: expected a tab and an intent after the text")
    (intent,) = _intents(rest[0], where)
    return intent, _intents(rest[1], where) if len(rest) > 1 else ()


def _intents(names: str, where: str) -> tuple[Intent, ...]:
    try:
        return tuple(Intent(name.strip()) for name in names.split(",") if name.strip())
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
