"""What an older program wrote is still there, proved, after the newer one has started."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage import agents, schema, verification
from storage.chains import digest
from storage.database import Database
from tests.databases import sqlite_url

TALK = "sms:+15550100"


def _to_first(conn: Connection) -> None:
    config = Config()
    folder = Path(schema.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = conn
    command.upgrade(config, "0001")


def _live(conn: Connection) -> None:
    """One turn and two acts, as the first version wrote them."""
    parts = (TALK, "1", "2026-03-02T15:00:00.000000+00:00", "time_came", "d", "s", "p", "c", "{}")
    body_hash = digest("\x1f".join(parts))
    last = digest(body_hash)
    at = 1_772_463_600_000_000
    conn.execute(
        text(
            "INSERT INTO conversations (id, version, state, ownership, turn_count, turn_hash, "
            "channel, address, name, language, outstanding_minor, currency, exponent, has_dispute, "
            "care, urgency, wanted_for, outcome, last_line, last_intent, opened_at, updated_at) "
            "VALUES (:id, 1, '', 0, 1, :last, 'sms', '+15550100', '', 'en', 0, '', 2, 0, '', 0, "
            "'', '', '', '', :at, :at)"
        ),
        {"id": TALK, "last": last, "at": at},
    )
    conn.execute(
        text(
            "INSERT INTO turns (conversation_id, number, at, event, dialogue, body_json, "
            "state_hash, policy_version, code_version, body_hash, prev_hash, hash) "
            "VALUES (:id, 1, :at, 'time_came', 'd', '{}', 's', 'p', 'c', :body, '', :last)"
        ),
        {"id": TALK, "at": at, "body": body_hash, "last": last},
    )
    for act in ("opened", "replied"):
        conn.execute(
            text(
                "INSERT INTO agent_audit (at, agent_id, act, conversation_id, reason, detail_json) "
                "VALUES (:at, 'ann', :act, :id, '', '')"
            ),
            {"id": TALK, "at": at, "act": act},
        )


async def test_what_was_written_before_chains_is_kept_and_chained(tmp_path: Path) -> None:
    async with await Database.open(sqlite_url(tmp_path / "old.db")) as db:
        await db.write(_to_first)
        await db.write(_live)
        await schema.upgrade(db)
        assert await db.read(verification.everything_wrong) == ()
        assert [act.act for act in await db.read(agents.acts_of)] == ["replied", "opened"]
        tamper = text("UPDATE audit_log SET actor = 'eve' WHERE number = 1")
        await db.write(lambda c: c.execute(text("DROP TRIGGER audit_log_change")))
        await db.write(lambda c: c.execute(tamper))
        (fault,) = await db.read(verification.everything_wrong)
        assert (fault.chain, fault.number) == ("acts", 1)
