"""The page of `duetalk replay`: differences side by side; no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.replaying import Replayed

HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Replayed turns that differ</title><style>
:root{--bg:#F5F3EE;--surface:#FFF;--line:#E4E0D7;--ink:#1B1F24;--ink2:#4F555D;--then:#FBEAE8;--now:#E4F2E7}
@media (prefers-color-scheme:dark){:root{--bg:#101215;--surface:#181B1F;--line:#2B3037;--ink:#E9E7E2;--ink2:#B6B9BE;--then:#3A1F1D;--now:#1C3324}}
body{margin:0;padding:24px;background:var(--bg);color:var(--ink);font:14px/21px -apple-system,"Segoe UI",Inter,Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:1120px;margin:0 auto}h1{font-size:20px;line-height:26px}h2{font-size:15px;line-height:22px;margin:0 0 6px}
section{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px;margin:0 0 14px;overflow-x:auto}
table{border-collapse:collapse;width:100%;table-layout:fixed}th{width:76px;text-align:left;vertical-align:top;color:var(--ink2);font-weight:600;padding:6px 8px}
td{vertical-align:top;padding:6px 8px;border-top:1px solid var(--line);overflow-wrap:anywhere}td div+div{margin-top:6px}
.then{background:var(--then)}.now{background:var(--now)}q{color:var(--ink2)}thead th{width:auto;padding-bottom:2px}thead th:first-child{width:76px}
</style></head><body><main><h1>Replayed turns that differ</h1>
"""


def section(turn: Replayed) -> str:
    """One turn that differs; all text from the database is escaped."""
    words = f"<p><q>{escape(turn.words)}</q></p>" if turn.words else ""
    rows = "".join(
        _row(side, getattr(turn.then, side), getattr(turn.now, side)) for side in turn.differs_in
    )
    return (
        f"<section><h2>{escape(turn.conversation_id)}, turn {turn.number},"
        f" {turn.at:%Y-%m-%d %H:%M}Z, {escape(turn.event)}</h2>{words}"
        "<table><thead><tr><th></th><th>then</th><th>now</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></section>\n"
    )


def _row(side: str, then: Sequence[str], now: Sequence[str]) -> str:
    cells = f'<td class="then">{_lines(then)}</td><td class="now">{_lines(now)}</td>'
    return f"<tr><th>{escape(side)}</th>{cells}</tr>"


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"<div>{escape(line)}</div>" for line in lines) or "–"


def tail(lines: Sequence[str]) -> str:
    """The counts, and the end of the page."""
    return f"<section>{_lines(lines)}</section></main></body></html>\n"
