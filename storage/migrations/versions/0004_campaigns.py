"""Campaigns: labels of accounts and messages, what came back, where each stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Serial

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Label nothing of the past: what has no label belongs to its import."""
    for table in ("accounts", "outgoing_messages"):
        label = sa.Column("campaign", sa.String(), nullable=False, server_default="")
        op.add_column(table, label)
    where = sa.text("kind = 'reminder'")
    op.create_index(
        "outgoing_reminders",
        "outgoing_messages",
        ["campaign", "sent_at"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "campaigns",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("opt_out_alarm", sa.Float(), nullable=False),
        sa.Column("complaint_alarm", sa.Float(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counted_from_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("campaign"),
    )
    op.create_table(
        "signals",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("signals_by_campaign", "signals", ["campaign", "at"])
