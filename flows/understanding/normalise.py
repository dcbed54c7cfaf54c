"""One form of text for all scripts and habits of typing, with the way back to the raw text.

Width, case, script, Cantonese words, emoji, blanks, doubled punctuation. No meaning is read here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from flows.languages.en.slips import differ_by_one, meant
from flows.languages.pattern import Pattern
from flows.languages.zh.script import Edit, simplify, written_edits
from flows.replacing import maker

# Emoji that answer; any other is only a blank.
_EMOJI = {
    **dict.fromkeys("👍👌🆗✅✔☑🙆", " ok "),
    **dict.fromkeys("👎❌✖🙅🚫", " no "),
}

# Chinese commas stay apart from decimal commas: 还500，300留着 holds two numbers.
_KEPT = {char: char for char in "，。、…·"}
_FOLDED = {
    "’": "'",
    "‘": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "―": "-",
    "−": "-",
    "〜": "~",
    "⁄": "/",
    "｡": "。",
    "‥": "…",
    "﹐": "，",
    "﹑": "、",
    "\u02bc": "'",
}
_COMBINING_ENCLOSING_KEYCAP = "\u20e3"
# Characters remembered; beyond it a character is folded anew, so that no text fills the memory.
_FOLDS_MAX = 20_000

# Letters that lower case is enough for, and those that have one other form besides.
_PLAIN = re.compile("[ -_a-~\u4e00-\u9fff，。、…·]*")
_WIDE = 0xFEE0
_NARROW = {wide: chr(wide - _WIDE).lower() for wide in range(0xFF01, 0xFF5F) if chr(wide) != "，"}
_NARROW |= {ord(char): put for char, put in (_FOLDED | dict.fromkeys("\n\u3000", " ")).items()}
_ONE_FOR_ONE = Pattern(f"[ -_a-~\u4e00-\u9fff，。、…·{re.escape(''.join(map(chr, _NARROW)))}]*")

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HAN_RUN = Pattern("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LATIN = re.compile("[a-z]")
_DOUBLED = re.compile(r"(.)\1")
_DOUBLED_MARK = re.compile(r"([!?~,，。、…\-. ])\1|([a-z])\2\2")
# A blank that only sets figures off from Han: 分 3 期, 每月 20 号.
_SET_OFF = (
    "(?P<glued>(?<=[\u4e00-\u9fff]) (?=[0-9])"
    "|(?<=[0-9]) (?=[期号號日年天个個元块塊蚊次笔筆万千百点點]|月(?![底末初尾头頭中])"
    "|[周週](?![一二三四五六日天末])))"
)
_MONTH = "month"
# Where a length of time stands: a, per, each, every, of each. A mouth to feed is no slip.
_MONTH_SLIPPED = re.compile(
    r"(?<![a-z])(?:an?|per|each|every|one|this|next) (?!month)(?P<word>m(?!outh)[a-z]{3,5})(?![a-z])"
)
# Shorter words are too near to one another; no telling word is longer.
_WORD = re.compile(r"(?<![a-z'])(?:[a-z]{3,14}|[a-z]{2,10}'n?t)(?![a-z'])")
# Words that are written short where a day or a length is named.
_SHORT = {"nxt": "next", "nex": "next", "wknd": "weekend", "wkly": "weekly"}
_SHORT |= dict.fromkeys(("mthly", "mnthly"), "monthly")
_SHORT |= dict.fromkeys(("mth", "mnth"), "month") | dict.fromkeys(("mths", "mnths"), "months")
_SHORT_PARTS = ("nx", "nex ", "wk", "thly")
_SHORT_WORD = re.compile(rf"(?<![a-z'])(?:{'|'.join(_SHORT)})(?![a-z'])")
_ILL_DO = re.compile(
    r"(?<![a-z'])ill(?= (?:just |try and |try to |then |only |probably |also )?"
    r"(?:pay|clear|settle|send|transfer|do|sort|take|get|give|make|call|put|have|be able|see|try|go|let|wait|start|text|ring|bpay|flick|chuck|whack|drop|bung|shoot|ping|cover|handle|deal|zelle|venmo|paypal|wire|post|bring|come|catch|square)\b)"
)
_UNTIDY = Pattern(rf"{_SET_OFF}|^ +| +$|([!?~,，。、…\-. ])\2+|([a-z])\3\3+")

Origin = tuple[Sequence[int], Sequence[int]]


class Normal(NamedTuple):
    """Normalised text; `origin` holds, for each character, where its raw text starts and ends.

    `origin` is None where both texts have the same length and order.
    """

    raw: str
    text: str
    origin: Origin | None = None

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of raw code points behind a half-open span of the normalised text."""
        if start >= end:
            at = self._raw_start(start)
            return at, at
        if self.origin is None:
            return start, end
        starts, ends = self.origin
        return starts[start], ends[end - 1]

    def raw_text(self, start: int, end: int) -> str:
        """The customer's own characters behind a span of the normalised text."""
        first, last = self.raw_span(start, end)
        return self.raw[first:last]

    def _raw_start(self, at: int) -> int:
        if self.origin is None:
            return min(at, len(self.raw))
        starts, _ = self.origin
        return starts[at] if at < len(starts) else len(self.raw)


_make_normal = maker(Normal)


def normalise(raw: str) -> Normal:
    """The text in one form: lower case, narrow, Simplified, written Chinese, single blanks.

    Never raises: control and direction marks, unpaired surrogates and private-use characters are
    dropped. 👍 and the like become `ok`, 👎 and the like `no`, other emoji a blank.
    """
    text, origin = _fold(raw)
    if not text.isascii() and _HAN.search(text):
        text, origin = _to_written_chinese(text, origin)
    if _may_be_untidy(text):
        text, origin = _rewrite(text, origin, _tidying(text))
    if "." in text:
        text, origin = _rewrite(text, origin, _run_on(text))
    if _LATIN.search(text):
        text, origin = _rewrite(text, origin, _telling_slips(text))
    if any(part in text for part in _SHORT_PARTS):
        text, origin = _rewrite(text, origin, _written_out(text))
    if " m" in text:
        text, origin = _rewrite(text, origin, _slips(text))
    if "ill " in text:
        text, origin = _rewrite(text, origin, _dropped_marks(text))
    return _make_normal(raw=raw, text=text, origin=origin)


# It went up.25 of that is wrong: no blank behind the full stop, and no decimal. No.5 and Rs.500 are.
_RUN_ON = re.compile(
    r"(?<![a-z0-9./@:_'-])(?!(?:no|nr|rs|vs|ver|fig|ref|art|sec|apt|tel|ext|pp|acc|acct|www|kd|bd|sr|us|nt)\.)[a-z]{2,}\.(?=[$£€]?[0-9])"
)


def _run_on(text: str) -> list[Edit]:
    return [(found.end(), found.end(), " ") for found in _RUN_ON.finditer(text)]


def _may_be_untidy(text: str) -> bool:
    """Blanks at an end or beside figures, or a character that is doubled: most replies hold none."""
    if " " in text and (text[0] == " " or text[-1] == " " or not text.isascii()):
        return True
    return bool(_DOUBLED.search(text) and _DOUBLED_MARK.search(text))


class _Folds(dict[str, str]):
    """What each character becomes, worked out once."""

    def __missing__(self, char: str) -> str:
        folded = _fold_char(char)
        if len(self) < _FOLDS_MAX:
            self[char] = folded
        return folded


def _fold(raw: str) -> tuple[str, Origin | None]:
    if (raw.isascii() and raw.isprintable()) or _PLAIN.fullmatch(raw):
        return raw.lower(), None
    if _ONE_FOR_ONE.fullmatch(raw):
        return raw.lower().translate(_NARROW), None
    pieces = [_FOLDS[char] for char in raw]
    text = "".join(pieces)
    if len(text) == len(raw) and "" not in pieces:
        return text, None
    edits = [(at, at + 1, piece) for at, piece in enumerate(pieces) if len(piece) != 1]
    return text, _moved(len(raw), None, edits)


def _fold_char(char: str) -> str:
    """Lower case and compatibility form of one character; empty for what nobody can see."""
    category = unicodedata.category(char)
    if char.isspace() or category in ("Zl", "Zp"):
        return " "
    if category in ("Cc", "Cf", "Cs", "Co", "Cn") or _is_mark_of_style(char):
        return ""
    folded = unicodedata.normalize("NFKC", char).lower()
    if category == "So" and folded == char:
        return " "
    return folded.replace(" ", "") or " "


def _is_mark_of_style(char: str) -> bool:
    """Variation selectors, skin tones, the keycap frame, stacked accents."""
    return (
        "\ufe00" <= char <= "\ufe0f"
        or "\u0300" <= char <= "\u036f"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or char == _COMBINING_ENCLOSING_KEYCAP
    )


def _to_written_chinese(text: str, origin: Origin | None) -> tuple[str, Origin | None]:
    simplified = simplify(text)
    if len(simplified) != len(text):
        simplified, origin = _rewrite(text, origin, _run_by_run(text))
    return _rewrite(simplified, origin, written_edits(simplified))


def _run_by_run(text: str) -> list[Edit]:
    """Each run of Han as one edit, narrowed to the characters that changed."""
    return [
        _narrow(found.start(), found[0], simplify(found[0])) for found in _HAN_RUN.finditer(text)
    ]


def _narrow(start: int, old: str, new: str) -> Edit:
    if len(old) == len(new):
        return start, start + len(old), new
    limit = min(len(old), len(new))
    same = [a == b for a, b in zip(old, new, strict=False)]
    head = same.index(False) if False in same else limit
    tail = 0
    while tail < limit - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return start + head, start + len(old) - tail, new[head : len(new) - tail]


def _tidying(text: str) -> list[Edit]:
    return [(found.start(), found.end(), _tidied(found)) for found in _UNTIDY.finditer(text)]


def _slips(text: str) -> list[Edit]:
    """A month, slipped: 50 a mnth is a rhythm, and misread it would be one payment of 50."""
    return [
        (found.start("word"), found.end("word"), _MONTH)
        for found in _MONTH_SLIPPED.finditer(text)
        if differ_by_one(found["word"], _MONTH)
    ]


def _written_out(text: str) -> list[Edit]:
    """Nxt week is next week."""
    return [(found.start(), found.end(), _SHORT[found[0]]) for found in _SHORT_WORD.finditer(text)]


def _dropped_marks(text: str) -> list[Edit]:
    """Ill pay everything: no illness, an apostrophe dropped before what he will do."""
    return [(found.start() + 1, found.start() + 1, "'") for found in _ILL_DO.finditer(text)]


def _telling_slips(text: str) -> list[Edit]:
    """One letter lost, wrong or out of place in a word that tells; two swapped in any plain word."""
    return [
        (found.start(), found.end(), word)
        for found in _WORD.finditer(text)
        if (word := meant(found[0]) or _wrong_of_sum(text, found)) is not None
    ]


# A name too, and so no slip of its own.
_WONG = "wong"
_OF_SUM = Pattern(
    r"\b(?:amounts?|sums?|figures?|numbers?|bills?|total|balance|charges?|fees?|interest)"
    r"(?: (?:is|are|was|were|looks?|seems?|all|so|totally|just))* $"
)


def _wrong_of_sum(text: str, word: re.Match[str]) -> str | None:
    """That amount is wong: said of a sum, it is no name."""
    if word[0] != _WONG or not _OF_SUM.search(text, 0, word.start()):
        return None
    return "wrong"


def _tidied(found: re.Match[str]) -> str:
    """One blank, one mark, an ellipsis for dots, two of a letter held down; nothing at the ends."""
    run = found[0]
    if found["glued"]:
        return ""
    if run[0] == " ":
        return " " if found.start() > 0 and found.end() < len(found.string) else ""
    if run[0] == ".":
        return "…"
    return run[:2] if found[3] else run[0]


def _rewrite(text: str, origin: Origin | None, edits: list[Edit]) -> tuple[str, Origin | None]:
    """The text after edits in ascending order, each character of one put down to its whole span."""
    if not edits:
        return text, origin
    keeps_length = all(end - start == len(put) for start, end, put in edits)
    pieces: list[str] = []
    at = 0
    for start, end, put in edits:
        pieces += (text[at:start], put)
        at = end
    rewritten = "".join(pieces) + text[at:]
    return rewritten, origin if keeps_length else _moved(len(text), origin, edits)


def _moved(length: int, origin: Origin | None, edits: list[Edit]) -> Origin:
    """The origin of each character once the edits have shifted what follows them."""
    old_starts, old_ends = origin or (range(length), range(1, length + 1))
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, put in edits:
        if end - start == len(put):
            continue
        starts += old_starts[at:start]
        ends += old_ends[at:start]
        starts += [old_starts[start]] * len(put)
        ends += [old_ends[end - 1]] * len(put)
        at = end
    starts += old_starts[at:]
    ends += old_ends[at:]
    return starts, ends


_FOLDS = _Folds(_KEPT | _FOLDED | _EMOJI)
