"""The commands understand and evaluate, as the contract has them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.cli import run


def _lines(path: Path, *records: object) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def test_understand_answers_each_line_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _lines(tmp_path / "in.jsonl", {"id": 1, "text": "退订"}, {"id": 2, "text": "STOP"})
    assert run(["understand", file]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "id": 1,
        "intent": "opt_out",
        "confidence": 1.0,
        "also": [],
        "entities": [],
        "language": "zh-Hans",
    }
    assert (second["id"], second["intent"], second["language"]) == (2, "opt_out", "en")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"id": 7}, "expected text"),
        ({"id": 7, "text": 3}, "expected text"),
        ({"id": 7, "text": "好", "asked": "whatever"}, "expected asked"),
        ({"id": 7, "text": "好", "today": "tomorrow"}, "expected today"),
        ({"id": 7, "text": "好", "language": "fr"}, "expected language"),
    ],
)
def test_a_bad_record_is_named_and_the_rest_still_read(
    record: dict[str, object], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _lines(tmp_path / "in.jsonl", record, {"id": 8, "text": "hi"})
    assert run(["understand", file]) == 1
    bad, good = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert bad["id"] == 7
    assert words in bad["error"]
    assert good["id"] == 8


def test_the_same_reply_is_answered_the_same_without_a_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _lines(tmp_path / "in.jsonl", {"id": 1, "text": "下周五还"})
    run(["understand", file])
    run(["understand", file, "--evidence"])
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert {name: second[name] for name in first} == first
    assert second["why"]["weights"]


def test_evaluate_prints_figures_and_writes_a_page_that_holds_no_markup_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _lines(
        tmp_path / "<b>.jsonl",
        {"text": "退订", "intent": "opt_out", "lang": "<script>"},
        {"text": "STOP", "intent": "opt_out", "lang": "en"},
        {"text": "purple monkey dishwasher", "intent": "out_of_scope"},
        {"text": "好", "intent": "affirm", "asked": "confirm", "context": "asked"},
    )
    html = tmp_path / "page.html"
    assert run(["evaluate", file, "--html", str(html)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^accuracy +1\.0000$", out, re.MULTILINE)
    assert re.search(r"^with context +1/1$", out, re.MULTILINE)
    assert "<script>" not in html.read_text(encoding="utf-8")


def test_evaluate_names_the_bad_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["evaluate", _lines(tmp_path / "in.jsonl", {"text": "hi", "intent": "nonsense"})]) == 1
    )
    assert "line 1" in capsys.readouterr().err
