"""The JSON API: tokens with an id and an end, answered requests, events on their way out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Serial

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RECORDS = ("promises", "plans", "claims", "disputes", "handoffs")


def upgrade() -> None:
    """Add the tables; a record made before is taken to have changed with its conversation."""
    op.add_column(
        "api_tokens", sa.Column("id", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("api_tokens", sa.Column("expires_at", Instant(), nullable=True))
    op.execute("UPDATE api_tokens SET id = token_hash")
    op.create_index("api_tokens_by_id", "api_tokens", ["id"], unique=True)
    for name in _RECORDS:
        op.add_column(name, sa.Column("updated_at", Instant(), nullable=True))
        op.execute(
            f"UPDATE {name} SET updated_at = (SELECT conversations.updated_at FROM conversations "
            f"WHERE conversations.id = {name}.conversation_id)"
        )
        op.create_index(f"{name}_by_change", name, ["updated_at"])
    _requests()
    _hooks()


def _requests() -> None:
    op.create_table(
        "api_requests",
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer_json", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("token_id", "key"),
    )
    op.create_index("api_requests_by_time", "api_requests", ["at"])


def _hooks() -> None:
    op.create_table(
        "hook_events",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("data_json", sa.Text(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("hook_events_by_time", "hook_events", ["at"])
    _partial("hook_events_untold", "hook_events", "id", "told_at IS NULL")
    op.create_table(
        "hook_deliveries",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("lease_until_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_id", "endpoint", name="hook_deliveries_once"),
    )
    _partial("hook_deliveries_due", "hook_deliveries", "due_at", "status = 'waiting'")
    _partial("hook_deliveries_dead", "hook_deliveries", "id", "status = 'dead'")


def _partial(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
