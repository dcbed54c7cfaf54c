"""A text as the guard reads it: one width, one case, one script, no tricks, with the way back.

Nothing is judged here. `view(text)` keeps punctuation and word gaps; findings point into the
given text through `span`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flows.languages.zh.script import simplify

# Letters of other scripts that pass for Latin ones (a selection of Unicode's confusables).
_LOOK_ALIKE = dict(
    zip(
        "аеорсухіјѕԁһԛԝкмтвнгпᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢαειοκνρτυχıɑɡłøđħ",
        "aeopcyxijsdhqwkmtbhrnabcdefghijklmnoprstuvwyzaeioknptuxiaglodh",
        strict=True,
    )
)
# Marks written in several ways, and Chinese characters that pass for others or mean the same.
_SAME = (
    dict.fromkeys("’‘`´ʼ", "'")
    | dict.fromkeys("“”「」『』〝〞", '"')
    | dict.fromkeys("–—―−‐‑", "-")
    | dict(
        zip(
            "｡…覆帐画幺妳唔冇嘅俾畀咗哋佢孑巳谘纪",
            "。…复账划么你不没的给给了们他子已咨记",
            strict=True,
        )
    )
)
_REGIONAL_A, _REGIONAL_Z = 0x1F1E6, 0x1F1FF
_SQUARED = (0x1F130, 0x1F150, 0x1F170)
_LETTERS = 26
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"))
# Characters remembered; beyond it each is folded anew, so that no text fills the memory.
_FOLDS_MAX = 30_000

HAN = "\u3400-\u9fff\uf900-\ufaff"
# Between two Chinese characters nothing but a clause mark means anything.
_HAN_GAP = re.compile(rf"(?<=[{HAN}])[ *_·•.~^|\\=+#&<>'\"-]+(?=[{HAN}])")
# Three or more single letters apart are one word spelled out; wider gaps part the words.
_SPELLED = re.compile(r"(?<![a-z0-9'])[a-z0-9$@](?:[ ._*·'-]{1,7}[a-z0-9$@](?![a-z0-9'])){2,}")
_GAP = re.compile(r"[ ._*·'-]+")
_SPELLED_LETTERS_MIN = 3
_BROKEN_WORD = re.compile(r"(?<![a-z/:.@])[a-z]+(?:[._*·|~+-][a-z]+)+(?![a-z/@])")
_CONTRACTION = re.compile(
    r"\b(?:can't|won't|cannot|cant|wont|dont|youll|youre)\b|n't\b|'(?:ll|re|ve|d|m)\b"
)
_CONTRACTION_HINTS = ("'", "cannot", "cant", "wont", "dont", "youll", "youre")
_EXPANDED = {
    "can't": "can not",
    "cannot": "can not",
    "cant": "can not",
    "won't": "will not",
    "wont": "will not",
    "dont": "do not",
    "youll": "you will",
    "youre": "you are",
    "n't": " not",
    "'ll": " will",
    "'re": " are",
    "'ve": " have",
    "'d": " would",
    "'m": " am",
}
_BLANKS = re.compile(r" {2,}")

Edit = tuple[int, int, str]
Origin = Sequence[int]


@dataclass(frozen=True, slots=True)
class View:
    """The folded text; `origin` gives for each character the code point it came from.

    `spelled` holds words that were written letter by letter or broken by marks, put together.
    """

    raw: str
    text: str
    origin: Origin
    spelled: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of code points of the given text behind a span of this one."""
        if start >= end or start >= len(self.origin):
            return 0, len(self.raw)
        return self.origin[start], self.origin[min(end, len(self.origin)) - 1] + 1


def view(raw: str) -> View:
    """The text in lower case, narrow, Simplified, look-alikes folded, gaps and tricks removed."""
    text, origin = _fold(raw)
    if not raw.isascii():
        text, origin = _edit(text, origin, [(*m.span(), "") for m in _HAN_GAP.finditer(text)])
    runs = [m for m in _SPELLED.finditer(text) if _is_spelled(m[0])]
    spelled = [word for run in runs for word in _GAP.sub(_joined(run), run[0]).split()]
    text, origin = _edit(text, origin, [edit for run in runs for edit in _gap_edits(run)])
    if holds_any(text, _CONTRACTION_HINTS):
        edits = [(*m.span(), _EXPANDED[m[0]]) for m in _CONTRACTION.finditer(text)]
        text, origin = _edit(text, origin, edits)
    text, origin = _edit(text, origin, [(*m.span(), " ") for m in _BLANKS.finditer(text)])
    spelled += [m[0] for m in _BROKEN_WORD.finditer(text)]
    return View(raw, text, origin, tuple(spelled))


class _Folds(dict[str, str]):
    """What each character becomes, worked out once."""

    def __missing__(self, char: str) -> str:
        folded = fold_char(char)
        if len(self) < _FOLDS_MAX:
            self[char] = folded
        return folded


def fold_char(char: str) -> str:
    """One character in its plain form; empty for what nobody can see."""
    if char in "\n\r":
        return "\n"
    category = unicodedata.category(char)
    if char.isspace():
        return " "
    if category in _INVISIBLE:
        return ""
    plain = _letter_in_a_box(char) or _SAME.get(char) or unicodedata.normalize("NFKC", char)
    plain = "".join(_plain_letter(each) for each in plain.lower())
    if category == "So" and plain == char:
        return " "
    return plain


def _letter_in_a_box(char: str) -> str:
    code = ord(char)
    for first in (_REGIONAL_A, *_SQUARED):
        if first <= code < first + _LETTERS:
            return chr(ord("a") + code - first)
    return ""


def _plain_letter(char: str) -> str:
    if char.isascii():
        return char
    char = _LOOK_ALIKE.get(char, char)
    if "\u3400" <= char <= "\ufaff":
        simple = simplify(char)
        return _SAME.get(simple, simple)
    base = unicodedata.normalize("NFD", char)[0]
    return _SAME.get(char) or (base if base.isascii() and base.isalpha() else char)


def holds_any(text: str, hints: Iterable[str]) -> bool:
    """Whether one of the hints stands in the text: what a costly pattern cannot match without."""
    return any(hint in text for hint in hints)


def fold(text: str) -> str:
    """The text with each character folded, nothing else changed; for word lists."""
    return "".join(_FOLDS[char] for char in text)


def _fold(raw: str) -> tuple[str, Origin]:
    if raw.isascii() and raw.isprintable():
        return raw.lower(), range(len(raw))
    pieces = [_FOLDS[char] for char in raw]
    text = "".join(pieces)
    if len(text) == len(raw) and "" not in pieces:
        return text, range(len(raw))
    return text, [at for at, piece in enumerate(pieces) for _ in piece]


def _is_spelled(run: str) -> bool:
    return sum(char.isalpha() for char in run) >= max(_SPELLED_LETTERS_MIN, len(run) // 4)


def _joined(run: re.Match[str]) -> Callable[[re.Match[str]], str]:
    """What takes the place of a gap: nothing for the narrow ones between letters."""
    narrow = min(len(gap) for gap in _GAP.findall(run[0]))
    return lambda gap: " " if len(gap[0]) > narrow else ""


def _gap_edits(run: re.Match[str]) -> list[Edit]:
    put = _joined(run)
    at = run.start()
    return [(at + gap.start(), at + gap.end(), put(gap)) for gap in _GAP.finditer(run[0])]


def _edit(text: str, origin: Origin, edits: Iterable[Edit]) -> tuple[str, Origin]:
    """The text after edits in ascending order; what is put in comes from the start of its span."""
    edits = list(edits)
    if not edits:
        return text, origin
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for start, end, put in edits:
        pieces += (text[at:start], put)
        places += origin[at:start]
        places += _spread(origin, start, end, len(put))
        at = end
    pieces.append(text[at:])
    places += origin[at:]
    return "".join(pieces), places


def _spread(origin: Origin, start: int, end: int, length: int) -> list[int]:
    """Where each of `length` new characters comes from: spread evenly over the old span."""
    width = end - start
    return [origin[start + index * width // length] for index in range(length)]


_FOLDS = _Folds()
