"""Every word the bot says, from data: `render(key, values)` in a language and a style.

The texts stand in `flows/languages/wording/*.<language>.toml`. All of them are read and checked
when this module is imported: a mistake in the data stops the start, never a send.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from flows.languages import Language, Style, written
from flows.money import Money
from flows.replacing import maker, quick

_FOLDER = Path(__file__).parent / "languages" / "wording"
_BOOKS = ("templates", "replies")
_KINDS = ("text", "money", "day", "when", "count", "list", "options", "footer")
_SPECS = {"": _KINDS, "day": ("day", "when"), "days": ("count",)}
_TOKEN = re.compile(r"(\{\w+(?::\w+)?\}|\[\[|\||\]\]|[{}])")
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")


class WordingError(ValueError):
    """A text that cannot be used or filled; the message names the file, key and placeholder."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder and how it is written (`day`, `days`, or the usual way)."""

    name: str
    spec: str
    kind: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives: the first whose placeholders all have a value is written, else nothing."""

    alternatives: tuple[tuple[str | Slot, ...], ...]


Pieces = tuple[str | Slot | Choice, ...]
Book = dict[str, dict[Style, Pieces]]


@quick
@dataclass(frozen=True, slots=True)
class _Voice:
    """What decides how a value is written."""

    language: Language
    today: date | None


# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_FORMAL = Style.FORMAL
_make_voice = maker(_Voice)


def render(
    key: str, values: Mapping[str, object], *, language: Language, style: Style = Style.FORMAL
) -> str:
    """The text of a key, filled; a missing casual text falls back to the formal one.

    Values are typed (Money, date, datetime, int, str, or a sequence of these). None and an empty
    string are no value: fine in an optional part `[[...]]` and for what the gate adds, else a
    WordingError. A `today` among the values makes days of other years show their year.
    """
    pieces = _pieces(key, language, style)
    today = values.get("today")
    voice = _make_voice(language, today if isinstance(today, date) else None)
    try:
        parts = [
            piece
            if isinstance(piece, str)
            else _write_slot(piece, values, voice)
            if isinstance(piece, Slot)
            else _write_choice(piece, values, voice)
            for piece in pieces
        ]
    except WordingError as error:
        raise WordingError(f"{key} ({language}, {style}): {error}") from None
    return _tidy("".join(parts))


def keys() -> tuple[str, ...]:
    """Every key that can be rendered, in the order of the files."""
    return tuple(_WORDING[Language.EN])


def template_keys() -> tuple[str, ...]:
    """The keys of the stage templates alone."""
    return _TEMPLATE_KEYS


@cache
def placeholders(key: str, language: Language, style: Style = Style.FORMAL) -> frozenset[str]:
    """The names a text can be filled with, the optional ones too."""
    return frozenset(slot.name for slot in _slots(_pieces(key, language, style)))


def styles(key: str, language: Language) -> tuple[Style, ...]:
    """The styles that have a text of their own."""
    return tuple(_text(key, language))


def parse_book(text: str, *, kinds: Mapping[str, str], place: str) -> Book:
    """The texts of one file, checked; raises WordingError with the file and key."""
    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WordingError(f"{place}: expected TOML, got {error}") from error
    return {key: _parse_row(row, kinds, f"{place}, {key}") for key, row in rows.items()}


def check_languages(books: Mapping[Language, Book], *, place: str) -> None:
    """Raise WordingError unless every language has every key, and both scripts the same names."""
    everything = dict.fromkeys(key for book in books.values() for key in book)
    for language, book in books.items():
        missing = [key for key in everything if key not in book]
        if missing:
            raise WordingError(f"{place}.{language}.toml: expected the keys {missing}, got none")
    for key in everything:
        hans, hant = (
            {s.name for t in books[lang][key].values() for s in _slots(t)}
            for lang in (Language.ZH_HANS, Language.ZH_HANT)
        )
        if hans != hant:
            raise WordingError(
                f"{place}, {key}: expected the same placeholders in both Chinese scripts,"
                f" got {sorted(hans ^ hant)} in one only"
            )


@cache
def _pieces(key: str, language: Language, style: Style) -> Pieces:
    texts = _text(key, language)
    return texts.get(style, texts[_FORMAL])


def _text(key: str, language: Language) -> dict[Style, Pieces]:
    try:
        return _WORDING[language][key]
    except KeyError:
        raise WordingError(f"expected a wording key, got {key!r} ({language})") from None


def _parse_row(row: object, kinds: Mapping[str, str], place: str) -> dict[Style, Pieces]:
    if not isinstance(row, dict) or not row.get(Style.FORMAL):
        raise WordingError(f"{place}: expected a formal text, got none")
    unknown = set(row) - set(Style)
    if unknown:
        raise WordingError(f"{place}: expected the styles {list(Style)}, got {sorted(unknown)}")
    return {Style(name): _parse(text, kinds, f"{place}.{name}") for name, text in row.items()}


def _parse(text: str, kinds: Mapping[str, str], place: str) -> Pieces:
    pieces: list[str | Slot | Choice] = []
    open_at: list[list[str | Slot]] | None = None
    for token in filter(None, _TOKEN.split(text)):
        if token == "[[" and open_at is None:
            open_at = [[]]
        elif token == "]]" and open_at is not None:
            pieces.append(Choice(tuple(tuple(part) for part in open_at)))
            open_at = None
        elif token == "|" and open_at is not None:
            open_at.append([])
        else:
            piece = _parse_plain(token, kinds, place)
            (pieces if open_at is None else open_at[-1]).append(piece)
    if open_at is not None:
        raise WordingError(f"{place}: expected ]] after [[, got the end of the text")
    return tuple(pieces)


def _parse_plain(token: str, kinds: Mapping[str, str], place: str) -> str | Slot:
    if token in ("{", "}", "[[", "]]"):
        raise WordingError(f"{place}: expected a placeholder or words, got a stray {token}")
    match = _SLOT.fullmatch(token)
    if match is None:
        return token
    name, spec = match.group(1), match.group(2) or ""
    kind = kinds.get(name)
    if kind is None:
        raise WordingError(f"{place}: expected a declared placeholder, got {{{name}}}")
    if spec not in _SPECS or kind not in _SPECS[spec]:
        raise WordingError(f"{place}: expected a way to write a {kind}, got {{{name}:{spec}}}")
    return Slot(name, spec, kind)


def _slots(pieces: Pieces) -> list[Slot]:
    flat: list[Slot] = []
    for piece in pieces:
        if isinstance(piece, Choice):
            flat += [s for part in piece.alternatives for s in part if isinstance(s, Slot)]
        elif isinstance(piece, Slot):
            flat.append(piece)
    return flat


def _write_choice(choice: Choice, values: Mapping[str, object], voice: _Voice) -> str:
    for part in choice.alternatives:
        if all([_has_value(values.get(s.name)) for s in part if isinstance(s, Slot)]):
            parts = [p if isinstance(p, str) else _write_slot(p, values, voice) for p in part]
            return "".join(parts)
    return ""


def _has_value(value: object) -> bool:
    # Asked of an amount, what it is equal to is a longer story.
    return value is not None and not (isinstance(value, str) and not value)


def _write_slot(slot: Slot, values: Mapping[str, object], voice: _Voice) -> str:
    value = values.get(slot.name)
    if value is None or (isinstance(value, str) and not value):
        if slot.kind == "footer":
            return ""
        raise WordingError(f"expected a value for {{{slot.name}}}, got none")
    try:
        return _WRITERS[slot.kind](value, slot.spec, voice)
    except (TypeError, AttributeError):
        raise WordingError(
            f"expected a {slot.kind} for {{{slot.name}}}, got {type(value).__name__}"
        ) from None


def _write_text(value: object, spec: str, voice: _Voice) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _write_money(value: object, spec: str, voice: _Voice) -> str:
    if not isinstance(value, Money):
        raise TypeError
    return written.money(value, voice.language)


def _write_when(value: object, spec: str, voice: _Voice) -> str:
    if isinstance(value, time):
        return written.clock(value)
    if isinstance(value, datetime):
        if spec == "day":
            return written.short_day(value.date(), voice.language, today=voice.today)
        return written.moment(value, voice.language, today=voice.today)
    if not isinstance(value, date):
        raise TypeError
    write = written.short_day if spec == "day" else written.day
    return write(value, voice.language, today=voice.today)


_WITH_HOUR = (datetime, time)


def _write_day(value: object, spec: str, voice: _Voice) -> str:
    if isinstance(value, _WITH_HOUR):
        raise TypeError
    return _write_when(value, spec, voice)


def _write_count(value: object, spec: str, voice: _Voice) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return written.days(value, voice.language) if spec == "days" else str(value)


def _write_any(value: object, voice: _Voice) -> str:
    for kind in ("text", "money", "when", "count"):
        try:
            return _WRITERS[kind](value, "", voice)
        except TypeError:
            continue
    raise TypeError


def _write_items(value: object, voice: _Voice) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError
    return [_write_any(item, voice) for item in value]


def _write_list(value: object, spec: str, voice: _Voice) -> str:
    return written.listing(_write_items(value, voice), voice.language)


def _write_options(value: object, spec: str, voice: _Voice) -> str:
    return written.options(_write_items(value, voice), voice.language)


_WRITERS: dict[str, Callable[[object, str, _Voice], str]] = {
    "text": _write_text,
    "footer": _write_text,
    "money": _write_money,
    "day": _write_day,
    "when": _write_when,
    "count": _write_count,
    "list": _write_list,
    "options": _write_options,
}


_BLANKS = re.compile(r" {2,}")


def _tidy(text: str) -> str:
    return (_BLANKS.sub(" ", text) if "  " in text else text).strip()


def _load_kinds() -> dict[str, str]:
    path = _FOLDER / "placeholders.toml"
    kinds = tomllib.loads(path.read_text(encoding="utf-8"))
    wrong = {name: kind for name, kind in kinds.items() if kind not in _KINDS}
    if wrong:
        raise WordingError(f"{path.name}: expected a kind of {_KINDS}, got {wrong}")
    return kinds


def _load() -> tuple[dict[Language, Book], tuple[str, ...]]:
    kinds = _load_kinds()
    wording: dict[Language, Book] = {language: {} for language in Language}
    template_keys: tuple[str, ...] = ()
    for name in _BOOKS:
        books = {language: _load_book(name, language, kinds) for language in Language}
        check_languages(books, place=name)
        template_keys = template_keys or tuple(books[Language.EN])
        for language, book in books.items():
            twice = set(wording[language]) & set(book)
            if twice:
                raise WordingError(f"{name}.{language}.toml: expected new keys, got {twice} again")
            wording[language] |= book
    return wording, template_keys


def _load_book(name: str, language: Language, kinds: Mapping[str, str]) -> Book:
    path = _FOLDER / f"{name}.{language}.toml"
    if not path.exists():
        raise WordingError(f"expected the file {path.name}, got none")
    return parse_book(path.read_text(encoding="utf-8"), kinds=kinds, place=path.name)


_WORDING, _TEMPLATE_KEYS = _load()
