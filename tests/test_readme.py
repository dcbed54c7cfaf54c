"""The README is true: its files and functions exist, its settings are the settings."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from bot.settings import CreditorSettings, load

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
STEPS = re.findall(r"`([\w/]+\.py)`: `(\w+)`", README)


@pytest.mark.parametrize(("file", "function"), STEPS)
def test_each_step_of_following_a_message_exists(file: str, function: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"def {function}\(", source)


def test_every_setting_of_the_creditor_is_in_the_table() -> None:
    names = {field.name for field in dataclasses.fields(CreditorSettings)}
    assert names == set(re.findall(r"`creditor\.(\w+)`", README))


def test_the_settings_it_begins_with_can_be_used(tmp_path: Path) -> None:
    (block,) = re.findall(r"```\n(\[creditor\].*?)```", README, re.DOTALL)
    path = tmp_path / "duetalk.toml"
    path.write_text(block, encoding="utf-8")
    found = load(path, {"DUETALK_SMS_SECRET": "x" * 43}, needs_secret=False)
    assert [(channel.name, channel.kind) for channel in found.channels] == [("sms", "phone")]


def test_every_file_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_placeholder_is_left() -> None:
    assert "MEASURED" not in README
