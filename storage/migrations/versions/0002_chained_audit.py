"""Chain what people do and what is sent; salts; legal holds; the list of addresses that said stop."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.audit import ACTS, Entry, linked_entry
from storage.chains import Head
from storage.columns import Instant, Serial

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PAGE = 1_000
_FIXED_OF_TURNS = (
    "conversation_id",
    "number",
    "at",
    "event",
    "dialogue",
    "policy_version",
    "code_version",
    "body_hash",
    "prev_hash",
    "hash",
)
_WORDS_OF_TURNS = ("body_json", "state_hash", "salt")
_FIXED_OF_LOG = (
    "chain",
    "number",
    "at",
    "kind",
    "actor",
    "conversation_id",
    "person_id",
    "account_id",
    "policy_version",
    "code_version",
    "body_hash",
    "prev_hash",
    "hash",
)
_WORDS_OF_LOG = ("reason", "detail_json", "salt")
_OLD = ("id", "agent_id", "act", "conversation_id", "person_id", "reason", "detail_json")


def upgrade() -> None:
    """Apply this migration."""
    op.add_column("turns", sa.Column("salt", sa.String(), nullable=False, server_default=""))
    _audit_log()
    _legal_holds()
    op.create_table(
        "suppressions",
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", "scope"),
    )
    _link_acts()
    _append_only()


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail_json", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("chain", "number"),
    )
    op.create_index(
        "audit_log_by_conversation", "audit_log", ["conversation_id", "chain", "number"]
    )
    op.create_index(
        "audit_log_by_person",
        "audit_log",
        ["person_id"],
        sqlite_where=sa.text("person_id IS NOT NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index("audit_log_by_actor", "audit_log", ["actor", "chain", "number"])
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )


def _legal_holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "legal_holds_open",
        "legal_holds",
        ["person_id"],
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _link_acts() -> None:
    """What people did so far becomes the first links of its chain; nothing proved it before."""
    conn = op.get_bind()
    old = sa.Table("agent_audit", sa.MetaData(), autoload_with=conn)
    at = sa.type_coerce(old.c.at, Instant()).label("at")
    columns = [old.c[name] for name in _OLD]
    log = sa.Table("audit_log", sa.MetaData(), autoload_with=conn)
    head, last = Head(), 0
    while True:
        query = sa.select(at, *columns).where(old.c.id > last).order_by(old.c.id).limit(_PAGE)
        rows = conn.execute(query).all()
        for row in rows:
            link = linked_entry(ACTS, _entry(row), head, "")
            values = {name: getattr(link, name) for name in (*_FIXED_OF_LOG, *_WORDS_OF_LOG)}
            values["at"] = sa.literal(link.at, Instant())
            conn.execute(sa.insert(log).values(**values))
            head, last = Head(count=link.number, hash=link.hash), row.id
        if len(rows) < _PAGE:
            break
    heads = sa.table("audit_heads", *(sa.column(name) for name in ("chain", "count", "hash")))
    if head.count:
        conn.execute(sa.insert(heads).values(chain=ACTS, count=head.count, hash=head.hash))
    op.drop_table("agent_audit")


def _entry(row: Any) -> Entry:
    return Entry(
        at=row.at,
        kind=row.act,
        actor=row.agent_id,
        conversation_id=row.conversation_id,
        person_id=row.person_id,
        reason=row.reason,
        detail_json=row.detail_json,
    )


def _append_only() -> None:
    """Nothing is deleted or changed, but words that are erased, once and whole."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for table, fixed, words in (
        ("turns", _FIXED_OF_TURNS, _WORDS_OF_TURNS),
        ("audit_log", _FIXED_OF_LOG, _WORDS_OF_LOG),
    ):
        if table == "turns":
            op.execute("DROP TRIGGER turns_change" + (" ON turns" if is_postgres else ""))
        _refuse(table, _is_no_erasure(fixed, words), is_postgres=is_postgres)


def _is_no_erasure(fixed: tuple[str, ...], words: tuple[str, ...]) -> str:
    changed = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed]
    kept = [f"NEW.{name} <> ''" for name in words]
    return " OR ".join(["NEW.erased_at IS NULL", "OLD.erased_at IS NOT NULL", *kept, *changed])


def _refuse(table: str, condition: str, *, is_postgres: bool) -> None:
    if is_postgres:
        op.execute(
            f"CREATE TRIGGER {table}_change BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({condition}) EXECUTE FUNCTION refuse_change()"
        )
        keep = f"BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    else:
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        # SQLite knows IS DISTINCT FROM only since 3.39.
        older = condition.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"CREATE TRIGGER {table}_change BEFORE UPDATE ON {table} WHEN {older} {refusal}")
        keep = f"BEFORE DELETE ON {table} {refusal}"
    if table != "turns":
        op.execute(f"CREATE TRIGGER {table}_keep {keep}")
