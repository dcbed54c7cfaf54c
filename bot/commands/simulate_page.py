"""The page of `duetalk simulate`: one file, pictures drawn as SVG, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from bot.simulation.recovery import Recovery
from bot.simulation.summary import OURS, Margin, Summary, figure
from bot.simulation.verdict import Verdict

_STYLE = """
:root{--bg:#F5F3EE;--surface:#FFF;--line:#E4E0D7;--ink:#1B1F24;--ink2:#4F555D;--accent:#1C5894;--other:#8A857A;--stop:#AE231C;--ok:#1C6741;--heat:28 88 148;--miss:174 35 28}
@media (prefers-color-scheme:dark){:root{--bg:#101215;--surface:#181B1F;--line:#2B3037;--ink:#E9E7E2;--ink2:#B6B9BE;--accent:#7FB2EC;--other:#747C87;--stop:#F49188;--ok:#74C699;--heat:127 178 236;--miss:244 145 136}}
body{margin:0;padding:24px;background:var(--bg);color:var(--ink);font:14px/21px -apple-system,"Segoe UI",Inter,Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:1120px;margin:0 auto}h1{font-size:20px;line-height:26px;margin:0 0 4px;font-weight:600}h2{font-size:16px;line-height:22px;margin:24px 0 8px;font-weight:600}
p{margin:0 0 16px;color:var(--ink2)}.note{font-size:13px;line-height:20px;margin:0 0 10px}
section,dl{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px 16px;margin:0 0 14px;overflow-x:auto}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}dt{color:var(--ink2);font-size:12px;line-height:17px}dd{margin:0;font-size:20px;line-height:26px;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;font-size:13px;line-height:20px;font-variant-numeric:tabular-nums}th{font-weight:600;text-align:left;color:var(--ink2);font-size:12px;white-space:nowrap}
td,th{padding:3px 10px 3px 0;border-bottom:1px solid var(--line)}td{text-align:right;white-space:nowrap}thead th+th{text-align:right}tr:last-child>*{border-bottom:0}
.map td{padding:0;width:34px;height:26px;min-width:34px;text-align:center;font-size:12px;border:1px solid var(--line)}.map th{padding:0 8px 0 0;border:0;font-weight:400}
.map thead th{writing-mode:vertical-rl;transform:rotate(180deg);padding:8px 0;text-align:left}
.ok{color:var(--ok)}.stop{color:var(--stop)}.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:14px}.two section{margin:0}
svg{display:block;max-width:100%;height:auto}svg text{fill:var(--ink2);font-size:12px;font-variant-numeric:tabular-nums}svg .figure{fill:var(--ink)}
.bar{fill:var(--accent)}.rest{fill:var(--line)}.dot{fill:var(--accent)}.dot2{fill:var(--other)}.axis{stroke:var(--line)}
code{font:12px/17px ui-monospace,"SF Mono",Consolas,"Noto Sans Mono",monospace}
"""
_BAR_HEIGHT, _ROW = 14, 24
_LABEL, _WIDTH, _FIGURE = 170, 340, 60
_PLOT = 300
_PAD = 44
_LISTED = 60


def page(summary: Summary, verdicts: Sequence[Verdict]) -> str:
    """The whole page as HTML; every text is escaped."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Conversations, simulated</title><style>{_STYLE}</style></head><body><main>
<h1>Conversations, simulated</h1>
<p>{summary.dialogues:,} seeded customers, {_seeds(summary)}. Each reads the structure of our messages, never their words, pays afterwards from what he truly has, and three months pass.</p>
{_leading(summary)}
<h2>Gates</h2>{_gates(summary)}
<h2>Task</h2><div class="two"><section>{_bars(_success(summary))}</section><section>{_figures(summary)}</section></div>
<h2>Recovery and affordability</h2>{_recovery(summary, verdicts)}
<h2>Outcomes: expected down, reached across</h2><section>{_confusion(summary)}</section>
<h2>Turns to a plan</h2><section>{_histogram(verdicts)}</section>
<h2>What failed</h2><section>{_failures(verdicts)}</section>
</main></body></html>
"""


def _seeds(summary: Summary) -> str:
    several = len(summary.seeds) > 1
    return (
        f"seeds {summary.seeds[0]} to {summary.seeds[-1]}"
        if several
        else f"seed {summary.seeds[0]}"
    )


def _leading(summary: Summary) -> str:
    figures, ours = summary.figures, summary.everyone.get(OURS, {})
    facts = {
        "dialogues": f"{summary.dialogues:,}",
        "gates broken": str(sum(summary.gates.values())),
        "task success": f"{figures['task success']:.3f}",
        "needless handoffs": f"{figures['needless handoffs']:.3f}",
        "turns to a plan": f"{figures['turns to a plan, median']:.0f}",
        "N, ours": f"{ours.get('N', 0):.3f}",
    }
    cells = "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in facts.items())
    return f"<dl>{cells}</dl>"


def _gates(summary: Summary) -> str:
    rows = "".join(
        f"<tr><th>{escape(name)}</th>"
        f'<td class="{"stop" if count else "ok"}">{count} {"broken" if count else "kept"}</td></tr>'
        for name, count in summary.gates.items()
    )
    return f"<section><table>{rows}</table></section>"


def _success(summary: Summary) -> dict[str, float]:
    return {name: row["success"] for name, row in summary.archetypes.items()} | {
        f"noise {name}": share for name, share in summary.noises.items()
    }


def _bars(shares: Mapping[str, float], label: str = "Success by archetype and noise") -> str:
    """Shares from 0 to 1 as horizontal bars with their figures."""
    height = _ROW * len(shares)
    rows = "".join(_bar(at * _ROW, name, share) for at, (name, share) in enumerate(shares.items()))
    width = _LABEL + _WIDTH + _FIGURE
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(label)}">{rows}</svg>'
    )


def _bar(top: int, name: str, share: float) -> str:
    middle = top + _ROW // 2
    y = middle - _BAR_HEIGHT // 2
    return (
        f'<text x="0" y="{middle + 4}">{escape(name)}</text>'
        f'<rect class="rest" x="{_LABEL}" y="{y}" width="{_WIDTH}" height="{_BAR_HEIGHT}" rx="2"/>'
        f'<rect class="bar" x="{_LABEL}" y="{y}" width="{_WIDTH * share:.1f}" '
        f'height="{_BAR_HEIGHT}" rx="2"/>'
        f'<text class="figure" x="{_LABEL + _WIDTH + 10}" y="{middle + 4}">{share:.3f}</text>'
    )


def _figures(summary: Summary) -> str:
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{figure(name, value)}</td></tr>"
        for name, value in summary.figures.items()
    )
    slots = "".join(
        f"<tr><th>slot {escape(name)}</th><td>{right / of:.3f} ({right}/{of})</td></tr>"
        for name, (right, of) in summary.slots.items()
    )
    return f"<table>{rows}{slots}</table>"


def _recovery(summary: Summary, verdicts: Sequence[Verdict]) -> str:
    if not summary.everyone:
        return "<section>Nobody in this run with whom something can be agreed.</section>"
    composite = {who: row["N"] for who, row in summary.everyone.items()}
    return (
        '<p class="note">A dialogue without an agreement counts as 0; a promise counts its sum. V '
        "is recovery, W the customer's health, N their harmonic mean; K is what was conceded beyond "
        "the shortest plan he can bear. The bound is the best plan within what he says, chosen with "
        "his true means in view.</p>"
        f"<h2>All who can agree: payers and plan seekers</h2>{_pool(summary.everyone)}"
        f"<h2>Plan seekers alone</h2>{_pool(summary.recovery)}"
        f"<h2>N above each baseline, the same customers before both</h2>{_margins(summary)}"
        f'<div class="two"><section>{_bars(composite, "N of each negotiator")}</section>'
        f"<section>{_scatter(verdicts)}</section></div>"
        f"<h2>Where N is lost</h2>{_groups(summary)}"
    )


def _pool(rows: Mapping[str, Mapping[str, float]]) -> str:
    if not rows:
        return "<section>None in this run.</section>"
    names = list(next(iter(rows.values())))
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr><th>{escape(who)}</th>"
        + "".join(f"<td>{_shown(name, value)}</td>" for name, value in row.items())
        + "</tr>"
        for who, row in rows.items()
    )
    return (
        f"<section><table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
        "</section>"
    )


_MARGIN_SPAN = 0.8


def _margins(summary: Summary) -> str:
    """The mean margin and its 95 % interval, a line and a dot on one scale from nought."""
    rows = [
        (f"{pool}: {name}", one)
        for pool, margins in summary.margins.items()
        for name, one in margins.items()
    ]
    label = 330
    width, height = label + _WIDTH + 230, _ROW * len(rows) + 8
    lines = "".join(
        _margin_row(label, at * _ROW + _ROW // 2, name, one) for at, (name, one) in enumerate(rows)
    )
    return (
        f'<section><svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-label="Margin of N over each baseline with its 95 % interval">'
        f'<line class="axis" x1="{label}" x2="{label}" y1="0" y2="{height}"/>{lines}</svg></section>'
    )


def _margin_row(label: int, y: int, name: str, one: Margin) -> str:
    low, middle, high = (
        label + _WIDTH * min(max(value, 0.0), _MARGIN_SPAN) / _MARGIN_SPAN
        for value in (one.low, one.mean, one.high)
    )
    told = f"{one.mean:+.3f} [{one.low:+.3f}, {one.high:+.3f}]"
    return (
        f'<text x="0" y="{y + 4}">{escape(name)}</text>'
        f'<rect class="bar" x="{low:.1f}" y="{y - 2}" width="{max(high - low, 1):.1f}" height="4"/>'
        f'<circle class="dot" cx="{middle:.1f}" cy="{y}" r="5"/>'
        f'<text class="figure" x="{label + _WIDTH + 16}" y="{y + 4}">{told}</text>'
    )


def _groups(summary: Summary) -> str:
    names = list(next(iter(summary.composites.values())))
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr><th>{escape(group)}</th>"
        + "".join(f"<td>{row[name]:.3f}</td>" for name in names)
        + "</tr>"
        for group, row in summary.composites.items()
    )
    return (
        f"<section><table><thead><tr><th>N</th>{head}</tr></thead><tbody>{body}</tbody></table>"
        "</section>"
    )


def _shown(name: str, value: float) -> str:
    return f"{value:.0f}" if name in "QHC" else f"{value:.3f}"


def _scatter(verdicts: Sequence[Verdict]) -> str:
    """Each agreement as a dot: recovery to the right, health upwards."""
    side = _PLOT + 2 * _PAD
    ours = [v.recovery for v in verdicts if v.recovery is not None and v.recovery.agreed]
    longest = [next(iter(v.baselines.values())) for v in verdicts if v.baselines]
    dots = "".join(_dot(one, "dot2") for one in longest if one.agreed)
    dots += "".join(_dot(one, "dot") for one in ours)
    return (
        f'<svg viewBox="0 0 {side} {side}" width="{side}" height="{side}" role="img" '
        'aria-label="Recovery index against health index of each agreement">'
        f"{_axes(side)}{dots}"
        f'<circle class="dot" cx="{_PAD + 6}" cy="14" r="4"/>'
        f'<text x="{_PAD + 16}" y="18">ours</text>'
        f'<circle class="dot2" cx="{_PAD + 66}" cy="14" r="4"/>'
        f'<text x="{_PAD + 76}" y="18">always longest</text></svg>'
    )


def _axes(side: int) -> str:
    low, high = _PAD, side - _PAD
    marks = "".join(
        f'<line class="axis" x1="{low}" x2="{high}" y1="{high - _PLOT * tick / 4}" '
        f'y2="{high - _PLOT * tick / 4}"/>'
        f'<text x="{low - 34}" y="{high - _PLOT * tick / 4 + 4}">{tick / 4:.2f}</text>'
        f'<text x="{low + _PLOT * tick / 4 - 12}" y="{high + 18}">{tick / 4:.2f}</text>'
        for tick in range(5)
    )
    return f'{marks}<text x="{low}" y="{high + 36}">V, recovery; upwards W, health</text>'


def _dot(one: Recovery, kind: str) -> str:
    x = _PAD + _PLOT * one.value
    y = _PAD + _PLOT * (1 - one.health)
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3" opacity=".45"/>'


def _confusion(summary: Summary) -> str:
    names = sorted({name for pair in summary.confusion for name in pair})
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(expected)}</th>'
        + "".join(_cell(summary, expected, reached) for reached in names)
        + "</tr>"
        for expected in names
        if any(pair[0] == expected for pair in summary.confusion)
    )
    return (
        f'<table class="map"><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _cell(summary: Summary, expected: str, reached: str) -> str:
    count = summary.confusion.get((expected, reached), 0)
    if not count:
        return "<td></td>"
    total = sum(n for (name, _), n in summary.confusion.items() if name == expected)
    colour = "--heat" if expected == reached else "--miss"
    shade = 0.15 + 0.6 * count / total
    return f'<td style="background:rgb(var({colour})/{shade:.2f})">{count}</td>'


def _histogram(verdicts: Sequence[Verdict]) -> str:
    turns = [v.turns_to_outcome for v in verdicts if v.outcome == "plan_active"]
    if not turns:
        return "No plan was agreed in this run."
    counts = {n: turns.count(n) for n in range(1, max(turns) + 1)}
    return _bars(
        {f"{n} of the customer's turns": count / len(turns) for n, count in counts.items()}
    )


def _failures(verdicts: Sequence[Verdict]) -> str:
    failed = [v for v in verdicts if v.gates or v.faults]
    rows = "".join(
        f"<tr><th><code>{escape(f'{v.seed} {v.spec.id}')}</code></th>"
        f"<th>{escape('; '.join((*v.gates, *v.faults)))}</th></tr>"
        for v in failed[:_LISTED]
    )
    more = len(failed) - _LISTED
    rest = f"<p class='note'>and {more} more, listed by the command</p>" if more > 0 else ""
    return f"<table>{rows}</table>{rest}" if failed else "Nothing."
