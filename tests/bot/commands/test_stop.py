"""`duetalk stop` and `duetalk resume`: the order, what it tells, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import run


@pytest.fixture
def config(bot_url: str, tmp_path: Path) -> str:
    file = tmp_path / "duetalk.toml"
    file.write_text(f'database = "{bot_url}"\n', encoding="utf-8")
    return str(file)


def test_an_order_stands_until_it_is_lifted(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["stop", "--all", "--reason", "drill", "--by", "ann", "--config", config]) == 0
    said = capsys.readouterr().out
    assert "stopped: all sending, by cli:ann" in said
    assert "left at or after the order: 0" in said
    assert run(["stop", "--config", config]) == 0
    assert "drill" in capsys.readouterr().out
    assert run(["resume", "--all", "--reason", "over", "--config", config]) == 0
    assert run(["stop", "--config", config]) == 0
    assert "nothing is stopped" in capsys.readouterr().out


def test_lifting_another_scope_lifts_nothing(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["stop", "--channel", "sms", "--reason", "doubled", "--config", config])
    assert run(["resume", "--all", "--reason", "over", "--config", config]) == 1
    assert "still stopped: channel sms" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [(["--all"], "--reason"), (["--creditor", "nobody", "--reason", "x"], "no creditor 'nobody'")],
)
def test_an_order_needs_a_reason_and_a_scope_that_exists(
    config: str, capsys: pytest.CaptureFixture[str], words: list[str], wanted: str
) -> None:
    assert run(["stop", *words, "--config", config]) == 2
    assert wanted in capsys.readouterr().err
