"""`duetalk check-wording` and `duetalk templates check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import run
from bot.commands.check_wording import answer
from bot.commands.jsonl import BadRecord

RECORD = {"id": 1, "text": "Thank you.", "language": "en", "kind": "reply"}


def answered(tmp_path: Path, capsys: pytest.CaptureFixture[str], *lines: str) -> tuple[int, Any]:
    file = tmp_path / "texts.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    status = run(["check-wording", str(file)])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_report_has_the_fields_of_the_contract() -> None:
    assert answer(RECORD | {"text": "Hi 😀, pay now or else"}) == {
        "id": 1,
        "ok": False,
        "findings": [
            {
                "rule": "phrase:66",
                "level": "block",
                "start": 6,
                "end": 21,
                "why": "the phrase “pay now or else” may never go out",
            }
        ],
        "missing": [],
    }


def test_a_clean_reply_is_ok() -> None:
    assert answer(RECORD) == {"id": 1, "ok": True, "findings": [], "missing": []}


def test_a_reminder_names_its_missing_elements_in_the_order_of_the_table() -> None:
    report = answer(RECORD | {"kind": "reminder", "profile": "hk"})
    assert report["missing"][:3] == ["salutation", "creditor identity", "collector identity"]
    assert not report["ok"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": None}, "id: expected a value"),
        ({"text": None}, "text: expected a string"),
        ({"language": "fr"}, "language: expected one of zh-Hans, zh-Hant, en"),
        ({"kind": "notice"}, "kind: expected one of reminder, reply, agent"),
        ({"profile": "nowhere"}, "nowhere"),
        ({"stage": "middle"}, "stage: expected one of first, later"),
        ({"network": "maybe"}, "network: expected one of signature, none"),
        ({"today": "soon"}, "today: expected a date"),
        ({"verified": "yes"}, "verified: expected true or false"),
        ({"ledger": ["60"]}, "ledger: expected a list of whole numbers"),
    ],
)
def test_a_bad_field_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRecord, match=message):
        answer(RECORD | change)


def test_a_bad_line_is_answered_in_its_place_and_the_rest_is_still_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = json.dumps(RECORD), json.dumps(RECORD | {"id": "b", "kind": "x"})
    status, lines = answered(tmp_path, capsys, good, bad, "{", good)
    assert status == 1
    assert [line["id"] for line in lines] == [1, "b", None, 1]
    assert ["error" in line for line in lines] == [False, True, True, False]


def test_two_lines_with_one_id_are_one_message_in_two_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    law = "We are a debt collector. This is an attempt to collect a debt and any information obtained will be used for that purpose."
    chinese = {"id": 7, "text": "您好，我们是催收机构。", "language": "zh-Hans", "kind": "reminder"}
    chinese |= {"profile": "us-reg-f", "stage": "first"}
    english = chinese | {"text": law, "language": "en"}
    _, alone = answered(tmp_path, capsys, json.dumps(chinese))
    _, both = answered(tmp_path, capsys, json.dumps(chinese), json.dumps(english))
    assert "collection disclosure" in alone[0]["missing"]
    assert "collection disclosure" not in both[0]["missing"]


def test_templates_check_prints_a_line_for_each_text_and_passes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = run(["templates", "check", "--all", "--profile", "hk", "--key", "first_overdue"])
    out = capsys.readouterr().out.splitlines()
    assert status == 0
    languages, styles = 3, 3
    assert len(out) == languages * styles + 1
    assert out[-1] == "9 texts, 0 with findings"
