"""A case file as PDF, for a court's or a regulator's file.

Chinese is set in STSong-Light, one of the fonts that every PDF reader brings for Chinese: it covers
both scripts and needs no font file. Latin stands in Helvetica.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, partial
from html import escape
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from bot.casefile.document import Document, Event, Pairs, Side, Table

_HAN_FONT = "STSong-Light"
_LATIN, _BOLD = "Helvetica", "Helvetica-Bold"
_INK, _INK2, _LINE = HexColor("#1B1F24"), HexColor("#4F555D"), HexColor("#E4E0D7")
_MARGIN = 18 * mm
# A frame keeps so much room around what stands in it.
_PADDING = 6
_WIDTH = A4[0] - 2 * (_MARGIN + _PADDING)
_WHEN_WIDTH = 30 * mm
# What Helvetica's encoding holds; runs of anything else are set in the Chinese font.
_RUNS = re.compile(r"[\u0020-\u007e\u00a0-\u00ff\n]+|[^\u0020-\u007e\u00a0-\u00ff\n]+")
_BEYOND = 0xFFFF


def paper_of(document: Document) -> bytes:
    """The file as PDF."""
    _register()
    out = BytesIO()
    template = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"Case file {document.name}",
        author="Duetalk",
        invariant=1,
    )
    footer = partial(_footer, name=document.name)
    template.build(list(_flow(document)), onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


@cache
def _register() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(_HAN_FONT))


@cache
def _style(size: float, *, is_bold: bool = False, is_quiet: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        name=f"s{size}{is_bold}{is_quiet}",
        fontName=_BOLD if is_bold else _LATIN,
        fontSize=size,
        leading=size * 1.45,
        textColor=_INK2 if is_quiet else _INK,
        wordWrap="CJK",
    )


def _text(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(_marked(words), style)


def _marked(words: str) -> str:
    """Words as the library's markup, each run in a font that holds its characters."""
    runs = _RUNS.findall("".join(map(_printable, words)))
    return "".join(_run(run) for run in runs).replace("\n", "<br/>")


def _run(run: str) -> str:
    if run[0] == "\n" or run[0].isascii() or run[0] <= "\u00ff":
        return escape(run)
    return f'<font name="{_HAN_FONT}">{escape(run)}</font>'


def _printable(character: str) -> str:
    """A character the fonts hold, or its name: an emoji in a message is evidence too."""
    if character == "\n" or (character.isprintable() and ord(character) <= _BEYOND):
        return character
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    return f"[{name.lower()}]" if character.isprintable() else " "


def _flow(document: Document) -> Iterator[Flowable]:
    yield _text(f"Case file 案卷: {document.name}", _style(17, is_bold=True))
    yield Spacer(0, 4 * mm)
    yield _pairs_table(document.facts)
    for table in document.tables:
        if table.rows:
            yield from _section(table.title)
            yield _records(table)
    empty = ", ".join(table.title for table in document.tables if not table.rows)
    yield from _section("Nothing kept 无记录")
    yield _text(empty or "–", _style(9))
    yield from _section("Everything in order 全部经过")
    for event in document.events:
        yield _event(event)


def _section(title: str) -> Iterator[Flowable]:
    yield Spacer(0, 6 * mm)
    heading = _text(title, _style(12, is_bold=True))
    heading.keepWithNext = True
    yield heading
    yield Spacer(0, 1.5 * mm)


_HAIRLINES = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
)


def _pairs_table(pairs: Pairs) -> Flowable:
    rows = [[_text(n, _style(9, is_quiet=True)), _text(v, _style(9))] for n, v in pairs]
    return LongTable(rows, colWidths=[48 * mm, _WIDTH - 48 * mm], style=_HAIRLINES)


def _records(table: Table) -> Flowable:
    head = [_text(name, _style(7.5, is_quiet=True)) for name in table.columns]
    rows = [[_text(cell, _style(8)) for cell in row] for row in table.rows]
    return LongTable([head, *rows], colWidths=_widths(table), style=_HAIRLINES, repeatRows=1)


def _widths(table: Table) -> Sequence[float]:
    """Room by what stands in a column, none less than a word and none more than three shares."""
    lengths = [
        max(len(table.columns[n]) / 2, *(min(len(row[n]), 60) for row in table.rows))
        for n in range(len(table.columns))
    ]
    bounded = [max(9.0, length) for length in lengths]
    return [_WIDTH * length / sum(bounded) for length in bounded]


def _event(event: Event) -> Flowable:
    said = _style(9.5 if event.side is not Side.ACT else 8.5, is_quiet=event.side is Side.ACT)
    mark = {Side.IN: "→ ", Side.OUT: "← "}.get(event.side, "")
    told = [
        _text(f"{mark}{event.who}", _style(8, is_bold=event.side is not Side.ACT)),
        _text(event.text, said),
    ]
    if event.facts:
        facts = " · ".join(f"{name}: {value}" for name, value in event.facts)
        told.append(_text(facts, _style(7, is_quiet=True)))
    rows = [[_text(event.when, _style(8, is_quiet=True)), told]]
    return LongTable(rows, colWidths=[_WHEN_WIDTH, _WIDTH - _WHEN_WIDTH], style=_HAIRLINES)


def _footer(canvas: Canvas, template: SimpleDocTemplate, *, name: str) -> None:
    canvas.saveState()
    line = _text(f"Case file {name}, page {template.page}", _style(7.5, is_quiet=True))
    line.wrapOn(canvas, _WIDTH, 10 * mm)
    line.drawOn(canvas, _MARGIN + _PADDING, 9 * mm)
    canvas.restoreState()
