"""`duetalk evaluate`: the figures as text and as a page that needs nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import run

REPLIES = [
    {"id": 1, "text": "退订", "intent": "opt_out", "lang": "zh-Hans"},
    {"id": 2, "text": "I paid it yesterday", "intent": "already_paid", "lang": "en"},
    {"id": 3, "text": "我唔會還", "intent": "refuse", "lang": "yue"},
    {"id": 4, "text": "how do i poach an egg", "intent": "out_of_scope", "lang": "en"},
]


@pytest.fixture
def replies(tmp_path: Path) -> Path:
    path = tmp_path / "replies.jsonl"
    path.write_text("\n".join(map(json.dumps, REPLIES)), encoding="utf-8")
    return path


def test_the_text_holds_abstention_bands_and_calibration(
    replies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", str(replies)]) == 0
    told = capsys.readouterr().out
    tables = ("from confidence", "band of action", "of unclear", "held out of the lists")
    for words in (*tables, "calibration error", "must not be missed", "most confused", "p99"):
        assert words in told


def test_the_page_holds_heat_map_curve_and_diagram_and_loads_nothing(
    replies: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert run(["evaluate", str(replies), "--html", str(page)]) == 0
    told = page.read_text("utf-8")
    assert told.count("<svg") == 2
    assert 'class="map"' in told
    assert "Expected calibration error" in told
    assert told.count('class="dot"') >= 1
    assert "<script" not in told
    assert "http" not in told.replace('"http://www.w3.org/2000/svg"', "")


def test_a_bad_label_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "ok", "intent": "agreement"}', encoding="utf-8")
    assert run(["evaluate", str(path)]) == 1
    assert "line 1" in capsys.readouterr().err
