"""The page of `duetalk evaluate`: one file, no script, no font or picture from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from flows.understanding.measure import (
    Measured,
    Point,
    Reliability,
    calibration_error,
    held_out,
)

_CONFUSIONS_SHOWN = 30
_STYLE = """
:root{--bg:#F5F3EE;--surface:#FFF;--line:#E4E0D7;--ink:#1B1F24;--ink2:#4F555D;--heat:28 88 148;--miss:174 35 28}
@media (prefers-color-scheme:dark){:root{--bg:#101215;--surface:#181B1F;--line:#2B3037;--ink:#E9E7E2;--ink2:#B6B9BE;--heat:127 178 236;--miss:244 145 136}}
body{margin:0;padding:24px;background:var(--bg);color:var(--ink);font:14px/21px -apple-system,"Segoe UI",Inter,Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:1120px;margin:0 auto}h1{font-size:20px;line-height:26px;margin:0 0 16px}h2{font-size:16px;line-height:22px;margin:24px 0 8px}
section,dl{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px;margin:0 0 14px;overflow-x:auto}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}dt{color:var(--ink2);font-size:12px}dd{margin:0;font-size:20px;line-height:26px;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;margin:0 0 12px;font-size:13px;line-height:20px;font-variant-numeric:tabular-nums}th{font-weight:600;text-align:left;color:var(--ink2);font-size:12px}
td,th{padding:2px 8px;border-bottom:1px solid var(--line)}td,tr:first-child th+th{text-align:right}
.side{display:flex;flex-wrap:wrap;gap:8px 40px;align-items:flex-start}.side figure{flex:0 0 320px}p{margin:0 0 10px;max-width:72ch;color:var(--ink2)}
figure{margin:0 0 12px}figcaption{color:var(--ink2);font-size:12px}svg{max-width:420px;width:100%;height:auto;display:block}
.dot{fill:rgb(var(--heat)/.55)}.axis{fill:none;stroke:var(--line)}.even{fill:none;stroke:var(--ink2);stroke-dasharray:3 3}.one{fill:none;stroke:rgb(var(--heat));stroke-width:2}
.two{fill:none;stroke:rgb(var(--miss));stroke-width:2}svg text{fill:var(--ink2);font-size:10px}
.map td{padding:0;width:22px;height:22px;min-width:22px;text-align:center;font-size:12px;border:1px solid var(--line)}
.map th{padding:0 6px;border:0;font-weight:400;white-space:nowrap}.map thead th{writing-mode:vertical-rl;transform:rotate(180deg);padding:6px 0}
"""


def page(figures: Measured, facts: Mapping[str, str], *, name: str) -> str:
    """The whole page as HTML; all text from the file is escaped."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Understanding, measured</title><style>{_STYLE}</style></head><body><main>
<h1>Understanding, measured on {escape(name)}</h1>
{_summary(facts)}
<h2>Confusion: expected down, read across</h2><section>{_heat_map(figures)}</section>
<h2>Intents, and what is most often taken for what</h2>
<section class="side">{_intents(figures)}{_confused(figures)}</section>
<h2>Must not be missed, and languages</h2>
<section class="side">{_pairs("Recall", figures.safety)}{_pairs("Right", figures.groups)}</section>
<h2>Abstention: replies kept and right, from each confidence on</h2>
<section class="side">{_curve(figures.abstention)}{_abstention(figures)}</section>
<h2>Calibration: how sure, and how many right</h2>
<section><p>Expected calibration error: {figures.calibration_error:.3f} on this file, {calibration_error(held_out()):.3f}
on the lists, each example read by a model that never saw it. On the dashed line a reading is as right as it is sure.</p>
<div class="side">{_diagram(figures.calibration, held_out())}{_reliability("Band of action", figures.bands)}
{_reliability("Confidence, this file", figures.calibration)}
{_reliability("Confidence of unclear, this file", figures.unclear)}
{_reliability("Confidence, held out of the lists", held_out())}</div></section>
</main></body></html>
"""


def _summary(facts: Mapping[str, str]) -> str:
    cells = "".join(
        f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in facts.items()
    )
    return f"<dl>{cells}</dl>"


def _heat_map(figures: Measured) -> str:
    names = sorted({name for pair in figures.matrix for name in pair})
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(expected)}</th>'
        + "".join(_cell(figures, expected, read) for read in names)
        + "</tr>"
        for expected in names
    )
    return (
        f'<table class="map"><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _cell(figures: Measured, expected: str, read: str) -> str:
    count = figures.matrix.get((expected, read), 0)
    if not count:
        return "<td></td>"
    score = figures.intents.get(expected)
    share = count / (score.count if score else count)
    colour = "--heat" if expected == read else "--miss"
    title = f"{escape(expected)} read as {escape(read)}: {count}"
    shade = 0.15 + 0.6 * share
    return f'<td title="{title}" style="background:rgb(var({colour})/{shade:.2f})">{count}</td>'


def _intents(figures: Measured) -> str:
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{score.precision:.3f}</td><td>{score.recall:.3f}</td>"
        f"<td>{score.f1:.3f}</td><td>{score.count}</td></tr>"
        for name, score in figures.intents.items()
    )
    head = "<tr><th>Intent</th><th>Precision</th><th>Recall</th><th>F1</th><th>Replies</th></tr>"
    return f"<table>{head}{rows}</table>"


def _confused(figures: Measured) -> str:
    rows = "".join(
        f"<tr><th>{escape(expected)}</th><th>{escape(read)}</th><td>{count}</td></tr>"
        for expected, read, count in figures.confusions[:_CONFUSIONS_SHOWN]
    )
    return f"<table><tr><th>Expected</th><th>Read</th><th>Times</th></tr>{rows}</table>"


def _pairs(name: str, shares: dict[str, float]) -> str:
    rows = "".join(
        f"<tr><th>{escape(name) or '-'}</th><td>{share:.3f}</td></tr>"
        for name, share in sorted(shares.items())
    )
    return f"<table><tr><th></th><th>{name}</th></tr>{rows}</table>"


def _abstention(figures: Measured) -> str:
    rows = "".join(
        f"<tr><th>{point.confidence:.2f}</th><td>{point.kept:.3f}</td><td>{point.accuracy:.3f}</td></tr>"
        for point in figures.abstention
    )
    return f"<table><tr><th>From confidence</th><th>Kept</th><th>Right</th></tr>{rows}</table>"


# The square of the diagrams, in their own units; the rest is room for the figures of the axes.
_SIDE, _LEFT, _TOP = 200, 30, 8
_LARGEST_DOT = 8.0
_TENTHS = 10


def _curve(points: Sequence[Point]) -> str:
    """Right (from the tenth below the least) against kept: it should fall late and little."""
    shown = [point for point in points if point.kept]
    least = min((point.accuracy for point in shown), default=0.0)
    floor = max(int(least * _TENTHS) - 1, 0) / _TENTHS
    scaled = [(point.kept, (point.accuracy - floor) / (1 - floor)) for point in shown]
    caption = f"Share kept across, share right upwards (from {floor:g})"
    return _figure(caption, _line(scaled, "one"), floor)


def _diagram(measured: Sequence[Reliability], trained: Sequence[Reliability]) -> str:
    """Confidence against truth, of this file and of the lists; on the diagonal it is honest."""
    even = f'<path class="even" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
    lines = "".join(
        _line([(row.confidence, row.accuracy) for row in rows], name)
        for rows, name in ((measured, "one"), (trained, "two"))
    )
    dots = "".join(
        f'<circle class="dot" cx="{_x(row.confidence)}" cy="{_y(row.accuracy)}" r="{_radius(row)}">'
        f"<title>{escape(row.name)}: {row.count} replies, {row.accuracy:.3f} right</title></circle>"
        for row in measured
    )
    caption = "Confidence across, share right upwards: this file (larger: more replies), and (red) the lists"
    return _figure(caption, even + lines + dots)


def _radius(row: Reliability) -> str:
    """By the area, so that a tenth with ten times the replies looks ten times as heavy."""
    return f"{min(1.5 + row.count**0.5 / 3, _LARGEST_DOT):.1f}"


def _line(points: Sequence[tuple[float, float]], name: str) -> str:
    path = "L".join(f"{_x(x)} {_y(y)}" for x, y in points)
    return f'<path class="{name}" d="M{path}"/>' if path else ""


def _figure(caption: str, content: str, floor: float = 0.0) -> str:
    width, height = _SIDE + _LEFT + _TOP, _SIDE + _LEFT
    frame = f'<rect class="axis" x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}"/>'
    marks = "".join(
        f'<text x="{_x(at)}" y="{_SIDE + _TOP + 14}" text-anchor="middle">{at}</text>'
        f'<text x="{_LEFT - 4}" y="{_y(at)}" text-anchor="end">{floor + at * (1 - floor):g}</text>'
        for at in (0, 0.5, 1)
    )
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(caption)}">'
        f"{frame}{marks}{content}</svg><figcaption>{escape(caption)}</figcaption></figure>"
    )


def _x(share: float) -> str:
    return f"{_LEFT + _SIDE * share:.1f}"


def _y(share: float) -> str:
    return f"{_TOP + _SIDE * (1 - share):.1f}"


def _reliability(name: str, rows: Sequence[Reliability]) -> str:
    body = "".join(
        f"<tr><th>{escape(row.name)}</th><td>{row.count}</td><td>{row.confidence:.3f}</td>"
        f"<td>{row.accuracy:.3f}</td></tr>"
        for row in rows
    )
    head = f"<tr><th>{escape(name)}</th><th>Replies</th><th>Sure</th><th>Right</th></tr>"
    return f"<table>{head}{body}</table>"
