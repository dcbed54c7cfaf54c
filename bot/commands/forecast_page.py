"""The page of `duetalk remind --html`: one file, no script, no font or picture from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from html import escape

from bot.forecasting import Day, Forecast
from flows.forecast import Outcome

_STYLE = """
:root{--bg:#F5F3EE;--surface:#FFF;--line:#E4E0D7;--ink:#1B1F24;--ink2:#4F555D;--ink3:#6B7178;--accent:#1C5894;--warn:#8A5A00}
@media (prefers-color-scheme:dark){:root{--bg:#101215;--surface:#181B1F;--line:#2B3037;--ink:#E9E7E2;--ink2:#B6B9BE;--ink3:#8E949B;--accent:#7FB2EC;--warn:#E0B15C}}
body{margin:0;padding:24px;background:var(--bg);color:var(--ink);font:14px/21px -apple-system,"Segoe UI",Inter,Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:1120px;margin:0 auto}h1{font-size:20px;line-height:26px;margin:0 0 4px}h2{font-size:16px;line-height:22px;margin:24px 0 8px}p{color:var(--ink2);margin:0 0 16px}
section,dl{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px;margin:0 0 14px;overflow-x:auto}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}dt{color:var(--ink2);font-size:12px}dd{margin:0;font-size:20px;line-height:26px;font-variant-numeric:tabular-nums}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(350px,1fr));gap:14px}.pair section{margin:0}.pair h2{margin:0 0 8px}
table{border-collapse:collapse;font-size:13px;line-height:20px;font-variant-numeric:tabular-nums;width:100%}th{font-weight:600;text-align:left;color:var(--ink2);font-size:12px}
td,th{padding:3px 8px;border-bottom:1px solid var(--line);vertical-align:top}td.n{text-align:right;white-space:nowrap}.bar{display:inline-block;height:8px;border-radius:2px;background:var(--accent);opacity:.65}
svg{display:block;width:100%;min-width:720px;height:auto}svg text{font-size:12px;fill:var(--ink2)}.grid{stroke:var(--line)}.sent{fill:var(--accent);opacity:.65}.held{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4}.mark{fill:var(--ink);font-weight:600}
summary{cursor:pointer;color:var(--ink2)}
"""
_WIDTH, _HEIGHT = 1080, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 96, 24, 34
_GRID_LINES = 5
_LABEL_EVERY = 14
_LEAST_GAP = 16


def page(found: Forecast, *, creditor: str) -> str:
    """The whole page as HTML; names from settings are escaped."""
    first, last = found.days[0].on, found.days[-1].on
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Reminders ahead</title><style>{_STYLE}</style></head><body><main>
<h1>Reminders ahead: {escape(creditor)}</h1>
<p>{first.isoformat()} to {last.isoformat()}, if nobody writes and nobody pays. Nothing was planned or sent.</p>
{_summary(found)}
<h2>Texts a day</h2><section>{chart(found.days)}</section>
<div class="pair"><section><h2>What goes out</h2>{_bars(found.total(Outcome.SENT), "Stage", "Texts")}</section>
<section><h2>Held back, by rule</h2>{_bars(found.total(Outcome.HELD), "Rule", "Times")}</section>
<section><h2>Given to a person, by rule</h2>{_bars(found.total(Outcome.PERSON), "Rule", "Cases")}</section>
<section><h2>At rest all the time</h2>{_bars(found.resting, "Reason", "Customers")}</section></div>
<h2>Day by day</h2><section><details><summary>The numbers of the chart</summary>{_table(found.days)}</details></section>
</main></body></html>
"""


def _summary(found: Forecast) -> str:
    busiest = max(found.days, key=lambda day: day.sent.total())
    cells = {
        "Customers": f"{found.customers:,}",
        "Open bills": f"{found.accounts:,}",
        "Texts": f"{found.total(Outcome.SENT).total():,}",
        "Busiest day": f"{busiest.sent.total():,} on {busiest.on:%b %d}",
        "Cases for people": f"{found.total(Outcome.PERSON).total():,}",
    }
    told = "".join(f"<div><dt>{escape(k)}</dt><dd>{v}</dd></div>" for k, v in cells.items())
    return f"<dl>{told}</dl>"


def chart(days: Sequence[Day]) -> str:
    """Bars of texts sent a day and a dashed line of texts held back, with the busiest day marked."""
    top = _rounded(max([1, *(max(day.sent.total(), day.held.total()) for day in days)]))
    busiest = max(range(len(days)), key=lambda n: days[n].sent.total())
    name = (
        f"Texts a day from {days[0].on} to {days[-1].on}; most on {days[busiest].on}:"
        f" {days[busiest].sent.total():,}."
    )
    parts = [_grid(top), _days(days), _bars_of(days, top), _line_of(days, top)]
    parts += [_mark(days, busiest, top), _ends(days, top)]
    return (
        f'<svg role="img" aria-label="{escape(name)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"{''.join(parts)}</svg>"
    )


def _rounded(value: int) -> int:
    """The next figure that five lines divide evenly."""
    step = 1
    while step * _GRID_LINES < value:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return step * _GRID_LINES


def _x(number: float, count: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * number / count


def _y(value: float, top: int) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / top)


def _grid(top: int) -> str:
    out = []
    for line in range(_GRID_LINES + 1):
        value = top * line // _GRID_LINES
        y = _y(value, top)
        out.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,}</text>'
        )
    return "".join(out)


def _days(days: Sequence[Day]) -> str:
    return "".join(
        f'<text x="{_x(n + 0.5, len(days)):.1f}" y="{_HEIGHT - 12}" text-anchor="middle">'
        f"{day.on:%b %d}</text>"
        for n, day in enumerate(days)
        if n % _LABEL_EVERY == 0
    )


def _bars_of(days: Sequence[Day], top: int) -> str:
    width = max(1.0, (_x(1, len(days)) - _x(0, len(days))) * 0.7)
    floor = _y(0, top)
    return "".join(
        f'<rect class="sent" x="{_x(n + 0.15, len(days)):.1f}" y="{_y(total, top):.1f}"'
        f' width="{width:.1f}" height="{floor - _y(total, top):.1f}">'
        f"<title>{day.on}: {total:,}</title></rect>"
        for n, day in enumerate(days)
        if (total := day.sent.total())
    )


def _line_of(days: Sequence[Day], top: int) -> str:
    points = " ".join(
        f"{_x(n + 0.5, len(days)):.1f},{_y(day.held.total(), top):.1f}"
        for n, day in enumerate(days)
    )
    return f'<polyline class="held" points="{points}"/>'


def _mark(days: Sequence[Day], number: int, top: int) -> str:
    total = days[number].sent.total()
    x = _x(number + 0.5, len(days))
    return (
        f'<text class="mark" x="{x:.1f}" y="{_y(total, top) - 6:.1f}" text-anchor="middle">'
        f"{total:,}</text>"
    )


def _ends(days: Sequence[Day], top: int) -> str:
    """The names of the two series at their right ends, kept apart."""
    sent, held = _y(days[-1].sent.total(), top) + 4, _y(days[-1].held.total(), top) + 4
    if abs(sent - held) < _LEAST_GAP:
        sent = held - _LEAST_GAP if sent <= held else held + _LEAST_GAP
    lowest = _HEIGHT - _BOTTOM + 4
    shift = max(0.0, max(sent, held) - lowest)
    x = _WIDTH - _RIGHT + 8
    return (
        f'<text x="{x}" y="{sent - shift:.1f}">going out</text>'
        f'<text x="{x}" y="{held - shift:.1f}">held back</text>'
    )


def _bars(counts: Counter[str], what: str, how_many: str) -> str:
    if not counts:
        return "<p>none</p>"
    most = max(counts.values())
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td class=n>{count:,}</td>"
        f'<td><span class="bar" style="width:{max(1, round(56 * count / most))}px"></span></td></tr>'
        for name, count in counts.most_common()
    )
    return f"<table><tr><th>{what}</th><th>{how_many}</th><th></th></tr>{rows}</table>"


def _table(days: Sequence[Day]) -> str:
    rows = "".join(
        f"<tr><td>{day.on}</td><td class=n>{day.sent.total():,}</td><td>{_named(day.sent)}</td>"
        f"<td class=n>{day.held.total():,}</td><td>{_named(day.held)}</td>"
        f"<td class=n>{day.people.total():,}</td></tr>"
        for day in days
    )
    head = (
        "<tr><th>Day</th><th>Texts</th><th>By stage</th><th>Held</th><th>By rule</th>"
        "<th>To people</th></tr>"
    )
    return f"<table>{head}{rows}</table>"


def _named(counts: Counter[str]) -> str:
    return escape(", ".join(f"{name} {count:,}" for name, count in counts.most_common()))


def day_name(on: date) -> str:
    """A day as the table on the terminal writes it."""
    return f"{on:%Y-%m-%d %a}"
