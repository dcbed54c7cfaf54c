"""Which program and policy decide: noted in the audit whenever a start brings other ones."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection

from bot import VERSION
from bot.identities import profile_names
from bot.settings import Settings
from flows.policy.profile import load_policy
from storage import settings as kept
from storage.settings import Setting

RULES_IN_FORCE = "rules_in_force"


def note_rules(conn: Connection, settings: Settings, now: datetime) -> bool:
    """Note program, profiles and policy version if they are not those of the last start."""
    names = profile_names(settings.creditor, "")
    policy = load_policy(names, settings.overlay or None)
    value = json.dumps({"program": VERSION, "profiles": names, "policy": policy.version})
    found = kept.find(conn, RULES_IN_FORCE)
    if found is not None and found.value_json == value:
        return False
    setting = Setting(
        key=RULES_IN_FORCE,
        value_json=value,
        changed_by="start",
        reason="other rules than at the last start",
        changed_at=now,
    )
    kept.put(conn, setting)
    return True
