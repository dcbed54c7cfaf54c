"""A change of program or policy stands in the audit, once."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.inforce import note_rules
from bot.settings import CreditorSettings, Settings
from storage import audit
from storage.database import Database

NOW = datetime(2026, 3, 2, tzinfo=UTC)


async def test_other_rules_than_at_the_last_start_are_noted(bot_db: Database) -> None:
    usual = Settings(creditor=CreditorSettings(country="GB"))
    stricter = Settings(
        creditor=CreditorSettings(country="GB"), overlay={"window": {"sat": "none"}}
    )
    noted = [
        await bot_db.write(lambda c, s=settings: note_rules(c, s, NOW))
        for settings in (usual, usual, stricter, stricter)
    ]
    assert noted == [True, False, True, False]
    links = await bot_db.read(lambda c: audit.stored(c, audit.ACTS))
    assert [link.detail["key"] for link in links] == ["rules_in_force", "rules_in_force"]
