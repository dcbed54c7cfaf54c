"""Who has a conversation open at the console."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of viewers."""
    op.create_table(
        "viewers",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "agent_id"),
    )
    op.create_index("viewers_by_agent", "viewers", ["agent_id"])
