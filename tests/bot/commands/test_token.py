"""`duetalk token`: shown once, listed without its secret, revoked for good, all of it noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import run
from storage import tokens
from storage.agents import acts_of
from storage.database import Database


@pytest.fixture
def config(bot_url: str, tmp_path: Path) -> str:
    file = tmp_path / "duetalk.toml"
    file.write_text(f'database = "{bot_url}"\n', encoding="utf-8")
    return str(file)


def test_a_token_is_shown_once_and_can_be_revoked(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--scope", "read", "--scope", "handoffs", "--days", "30", "--config", config]
    assert run(["token", "add", "crm", *words]) == 0
    spelling = capsys.readouterr().out.split()[0]
    assert spelling.startswith("dt_")
    assert run(["token", "list", "--config", config]) == 0
    listed = capsys.readouterr().out
    assert "read handoffs" in listed
    # The secret itself may hold the sign that stands before it.
    assert spelling.split("_", 2)[2] not in listed
    assert run(["token", "revoke", "crm", "--config", config]) == 0
    assert run(["token", "revoke", "crm", "--config", config]) == 1
    capsys.readouterr()
    assert run(["token", "list", "--config", config]) == 0
    assert "revoked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["add"], "name"),
        (["add", "crm"], "--scope"),
        (["add", "crm", "--scope", "read", "--days", "0"], "--days"),
    ],
)
def test_what_is_missing_is_told(
    config: str, capsys: pytest.CaptureFixture[str], words: list[str], wanted: str
) -> None:
    assert run(["token", *words, "--config", config]) == 2
    assert wanted in capsys.readouterr().err


def test_making_and_revoking_are_in_the_audit(
    config: str, bot_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    run(["token", "add", "crm", "--scope", "read", "--config", config])
    secret = capsys.readouterr().out.split()[0].split("_", 2)[2]
    run(["token", "revoke", "crm", "--config", config])

    async def read() -> str:
        async with await Database.open(bot_url) as db:
            (token,) = await db.read(tokens.all_of)
            assert token.scopes == "read"
            return repr(await db.read(acts_of))

    told = asyncio.run(read())
    assert "token_added" in told
    assert "token_revoked" in told
    assert secret not in told
