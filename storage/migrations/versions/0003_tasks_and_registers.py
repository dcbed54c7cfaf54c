"""Tasks with deadlines; complaints as records; what came of disputes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; disputes that are there have no answer yet."""
    _complaints()
    _disputes()
    _tasks()


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "id"),
    )
    op.create_index("complaints_by_time", "complaints", ["opened_at"])


def _disputes() -> None:
    for name, kind in (("answer", sa.Text()), ("closed_by", sa.String())):
        op.add_column("disputes", sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column("disputes", sa.Column("closed_at", Instant(), nullable=True))
    op.create_index("disputes_by_time", "disputes", ["opened_at"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "id"),
    )
    is_open, is_done = sa.text("state = 'open'"), sa.text("state = 'done'")
    for name, columns, where in (
        ("tasks_open", ["due_at", "kind"], is_open),
        ("tasks_by_owner", ["owner", "due_at"], is_open),
        ("tasks_done", ["done_at"], is_done),
    ):
        op.create_index(name, "tasks", columns, sqlite_where=where, postgresql_where=where)
