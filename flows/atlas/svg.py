"""A picture as one SVG file: no script, no font, no link, readable in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from flows.atlas.layout import CHARACTER, LINE, Item, Line, laid_out
from flows.atlas.pictures import Look, Picture

_MARGIN = 24.0
_NOTE_LINE = 18.0
_TITLE = 30.0
_TIP = 7.0
_BASELINE = 4.5
_STYLE = """\
text{font:13px system-ui,-apple-system,"Segoe UI","Noto Sans",sans-serif;fill:#1d2433}
.title{font-size:17px;font-weight:600}.small{font-size:12px;fill:#4a5468}.note{fill:#4a5468}
.name{font-weight:600}rect{stroke-width:1.2}path{fill:none;stroke:#8a94a8;stroke-width:1.2}
.start{fill:#e9edfb;stroke:#5566aa}.state{fill:#fff;stroke:#39435a}
.question{fill:#fff6df;stroke:#b07a10}.person{fill:#f6e7f3;stroke:#8a3a82}
.rule{fill:#fff;stroke:#8a94a8}.dialogue{fill:#e6f4ea;stroke:#2c6b42}
.back{fill:#fbfbfd}.tip{fill:#8a94a8;stroke:none}"""


def drawn(picture: Picture) -> str:
    """The picture as SVG text."""
    layout = laid_out(picture)
    longest = max((len(note) for note in picture.notes), default=0)
    width = max(layout.width, longest * (CHARACTER - 0.6)) + 2 * _MARGIN
    top = _MARGIN + _TITLE
    height = top + layout.height + _MARGIN + len(picture.notes) * _NOTE_LINE + _MARGIN / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}" role="img">',
        f"<title>{escape(picture.title)}</title><style>{_STYLE}</style>",
        f'<rect class="back" width="{width:.0f}" height="{height:.0f}"/>',
        f'<text class="title" x="{_MARGIN}" y="{_MARGIN + LINE}">{escape(picture.title)}</text>',
        f'<g transform="translate({_MARGIN:.0f} {top:.0f})">',
        *(_curve(line, picture.is_tall) for line in layout.lines),
        *(part for item in layout.items for part in _item(item)),
        "</g>",
        *_notes(picture, top + layout.height + _MARGIN),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _notes(picture: Picture, top: float) -> Iterator[str]:
    for number, note in enumerate(picture.notes, 1):
        y = top + number * _NOTE_LINE - _NOTE_LINE / 2
        yield f'<text class="small" x="{_MARGIN}" y="{y:.1f}">{escape(note)}</text>'


def _item(item: Item) -> Iterator[str]:
    if not item.lines:
        return
    left, top = item.x - item.width / 2, item.y - item.height / 2
    look = str(item.node.look) if item.node else "back"
    round_ = item.height / 2 if item.node and item.node.look is Look.START else 6
    yield (
        f'<rect class="{look}" x="{left:.1f}" y="{top:.1f}" width="{item.width:.1f}"'
        f' height="{item.height:.1f}" rx="{round_:.0f}"/>'
    )
    first = item.y - (len(item.lines) - 1) * LINE / 2 + _BASELINE
    for number, line in enumerate(item.lines):
        kind = "note" if item.node is None else ("name" if number == 0 else "small")
        yield (
            f'<text class="{kind}" text-anchor="middle" x="{item.x:.1f}"'
            f' y="{first + number * LINE:.1f}">{escape(line)}</text>'
        )


def _curve(line: Line, is_tall: bool) -> str:
    """A smooth line from border to border through the items it passes, with a tip at its end."""
    points = _points(line, is_tall)
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        if is_tall:
            middle = (y1 + y2) / 2
            path.append(f"C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}")
        else:
            middle = (x1 + x2) / 2
            path.append(f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}")
    return f'<path d="{"".join(path)}"/>{_tip(points, is_tall)}'


Point = tuple[float, float]


def _points(line: Line, is_tall: bool) -> list[Point]:
    items = line.items
    sign = 1 if items[0].layer < items[-1].layer else -1
    points = [_border(items[0], sign, is_tall)]
    for item in items[1:-1]:
        points += [_border(item, -sign, is_tall), _border(item, sign, is_tall)]
    return [*points, _border(items[-1], -sign, is_tall)]


def _border(item: Item, sign: int, is_tall: bool) -> Point:
    if is_tall:
        return item.x, item.y + sign * item.height / 2
    return item.x + sign * item.width / 2, item.y


def _tip(points: list[Point], is_tall: bool) -> str:
    (x, y), (bx, by) = points[-1], points[-2]
    if is_tall:
        back = y - _TIP if by < y else y + _TIP
        corners = ((x, y), (x - _TIP / 2, back), (x + _TIP / 2, back))
    else:
        back = x - _TIP if bx < x else x + _TIP
        corners = ((x, y), (back, y - _TIP / 2), (back, y + _TIP / 2))
    listed = " ".join(f"{cx:.1f},{cy:.1f}" for cx, cy in corners)
    return f'<polygon class="tip" points="{listed}"/>'
