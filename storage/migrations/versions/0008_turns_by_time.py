"""Turns by their time, for the page of the audit."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("turns_by_time", "turns", ["at", "event"])
