"""The first schema: every table of version 1."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Serial

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table, then close the audit against changes."""
    _account_imports()
    _accounts()
    _addresses()
    _agent_audit()
    _agents()
    _api_tokens()
    _claims()
    _conversations()
    _creditors()
    _disputes()
    _examples()
    _feed()
    _flags()
    _handoffs()
    _holds()
    _import_changes()
    _import_errors()
    _import_mappings()
    _instalments()
    _jobs()
    _notes()
    _payments()
    _persons()
    _plans()
    _promises()
    _receipts()
    _routes()
    _settings()
    _incoming_messages()
    _outgoing_messages()
    _sessions()
    _turns()
    _append_only()


def _account_imports() -> None:
    op.create_table(
        "account_imports",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("creditor_id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("mapping_json", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("updated_count", sa.Integer(), nullable=False),
        sa.Column("same_count", sa.Integer(), nullable=False),
        sa.Column("bad_count", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "account_imports_by_hash", "account_imports", ["creditor_id", "file_hash"], unique=False
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("creditor_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("outstanding_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("details_json", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_import_id", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("contacted_at", Instant(), nullable=True),
        sa.Column("pause", sa.String(), nullable=False),
        sa.Column("paused_until_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02},
        sqlite_with_rowid=False,
    )
    op.create_index("accounts_by_address", "accounts", ["address", "channel"], unique=False)


def _addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("is_bound", sa.Boolean(), nullable=False),
        sa.Column("bound_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("opted_out_at", Instant(), nullable=True),
        sa.Column("opted_out_words", sa.Text(), nullable=False),
        sa.Column("opted_in_at", Instant(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "value", "person_id"),
    )
    op.create_index("addresses_by_person", "addresses", ["person_id"], unique=False)


def _agent_audit() -> None:
    op.create_table(
        "agent_audit",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("agent_audit_by_agent", "agent_audit", ["agent_id", "id"], unique=False)
    op.create_index(
        "agent_audit_by_conversation", "agent_audit", ["conversation_id", "id"], unique=False
    )


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("skills", sa.String(), nullable=False),
        sa.Column("open_limit", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until_at", Instant(), nullable=True),
        sa.Column("preferences_json", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def _api_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "id"),
    )
    op.create_index("claims_by_account", "claims", ["account_id"], unique=False)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("ownership", sa.Integer(), nullable=False),
        sa.Column("turn_count", sa.Integer(), nullable=False),
        sa.Column("turn_hash", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("creditor_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("outstanding_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("oldest_due_on", sa.Date(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("has_dispute", sa.Boolean(), nullable=False),
        sa.Column("care", sa.String(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("wanted_at", Instant(), nullable=True),
        sa.Column("wanted_for", sa.String(), nullable=False),
        sa.Column("answer_due_at", Instant(), nullable=True),
        sa.Column("snoozed_until_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("last_in_at", Instant(), nullable=True),
        sa.Column("last_out_at", Instant(), nullable=True),
        sa.Column("last_line", sa.Text(), nullable=False),
        sa.Column("last_intent", sa.String(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02},
    )
    op.create_index("conversations_by_person", "conversations", ["person_id"], unique=False)
    op.create_index(
        "conversations_for_tabs",
        "conversations",
        [
            "closed_at",
            "holder",
            "wanted_at",
            "snoozed_until_at",
            "promised_on",
            "has_dispute",
            "care",
            "answer_due_at",
        ],
        unique=False,
    )
    op.create_index(
        "conversations_wanting_people",
        "conversations",
        ["urgency", "wanted_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND wanted_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND wanted_at IS NOT NULL"),
    )


def _creditors() -> None:
    op.create_table(
        "creditors",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings_json", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("disputed_minor", sa.BigInteger(), nullable=True),
        sa.Column("right_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "id"),
    )
    op.create_index("disputes_by_account", "disputes", ["account_id"], unique=False)


def _examples() -> None:
    op.create_table(
        "examples",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("read_as", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("text", "language", name="examples_once"),
    )


def _feed() -> None:
    op.create_table(
        "feed",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("detail_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("feed_by_time", "feed", ["at"], unique=False)


def _flags() -> None:
    op.create_table(
        "flags",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("cleared_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "name"),
    )


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("holds_bot", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("claimed_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "id"),
    )
    op.create_index(
        "handoffs_by_agent",
        "handoffs",
        ["claimed_by"],
        unique=False,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "handoffs_open",
        "handoffs",
        ["urgency", "opened_at"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("until_at", Instant(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "name", "account_id"),
    )


def _import_changes() -> None:
    op.create_table(
        "import_changes",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("before_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "account_id"),
    )


def _import_errors() -> None:
    op.create_table(
        "import_errors",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("row_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("import_errors_by_import", "import_errors", ["import_id", "line"], unique=False)


def _import_mappings() -> None:
    op.create_table(
        "import_mappings",
        sa.Column("creditor_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mapping_json", sa.Text(), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "name"),
    )


def _instalments() -> None:
    op.create_table(
        "instalments",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "plan_id", "number"),
    )
    op.create_index("instalments_by_day", "instalments", ["due_on"], unique=False)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("payload_json", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02},
    )
    op.create_index(
        "jobs_dead",
        "jobs",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'dead'"),
        postgresql_where=sa.text("status = 'dead'"),
    )
    op.create_index(
        "jobs_due",
        "jobs",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "jobs_of_conversation",
        "jobs",
        ["conversation_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting' AND conversation_id IS NOT NULL"),
        postgresql_where=sa.text("status = 'waiting' AND conversation_id IS NOT NULL"),
    )
    op.create_index(
        "jobs_once",
        "jobs",
        ["key"],
        unique=True,
        sqlite_where=sa.text("key IS NOT NULL"),
        postgresql_where=sa.text("key IS NOT NULL"),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("notes_by_conversation", "notes", ["conversation_id", "id"], unique=False)


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("is_matched", sa.Boolean(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "reference", "is_reversal", name="payments_once"),
    )
    op.create_index(
        "payments_unmatched",
        "payments",
        ["id"],
        unique=False,
        sqlite_where=sa.text("NOT is_matched"),
        postgresql_where=sa.text("NOT is_matched"),
    )


def _persons() -> None:
    op.create_table(
        "persons",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("amendments", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "id"),
    )
    op.create_index("plans_by_account", "plans", ["account_id"], unique=False)
    op.create_index("plans_by_status", "plans", ["status"], unique=False)


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amended", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "id"),
    )
    op.create_index("promises_by_account", "promises", ["account_id"], unique=False)
    op.create_index(
        "promises_open",
        "promises",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("outgoing_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "provider_id", "status", name="receipts_once"),
    )
    op.create_index(
        "receipts_unmatched",
        "receipts",
        ["provider_id"],
        unique=False,
        sqlite_where=sa.text("outgoing_id IS NULL"),
        postgresql_where=sa.text("outgoing_id IS NULL"),
    )


def _routes() -> None:
    op.create_table(
        "routes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value_json", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def _incoming_messages() -> None:
    op.create_table(
        "incoming_messages",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload_json", sa.Text(), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("ready_at", Instant(), nullable=False),
        sa.Column("latest_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("reading_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "external_id", name="incoming_once"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02},
    )
    op.create_index(
        "incoming_by_conversation", "incoming_messages", ["conversation_id", "id"], unique=False
    )
    op.create_index(
        "incoming_dead",
        "incoming_messages",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "incoming_ready",
        "incoming_messages",
        ["ready_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _outgoing_messages() -> None:
    op.create_table(
        "outgoing_messages",
        sa.Column("id", Serial(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("says_json", sa.Text(), nullable=False),
        sa.Column("buttons_json", sa.Text(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("asks_money", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("ownership", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("not_after_at", Instant(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until_at", Instant(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02},
    )
    op.create_index(
        "outgoing_by_conversation", "outgoing_messages", ["conversation_id", "id"], unique=False
    )
    op.create_index(
        "outgoing_by_provider",
        "outgoing_messages",
        ["provider_id"],
        unique=False,
        sqlite_where=sa.text("provider_id IS NOT NULL"),
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.create_index(
        "outgoing_due",
        "outgoing_messages",
        ["channel", "priority", "due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index(
        "outgoing_late",
        "outgoing_messages",
        ["not_after_at"],
        unique=False,
        sqlite_where=sa.text("status = 'queued' AND not_after_at IS NOT NULL"),
        postgresql_where=sa.text("status = 'queued' AND not_after_at IS NOT NULL"),
    )
    op.create_index(
        "outgoing_leased",
        "outgoing_messages",
        ["lease_until_at"],
        unique=False,
        sqlite_where=sa.text("status = 'sending'"),
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.create_index(
        "outgoing_once",
        "outgoing_messages",
        ["key"],
        unique=True,
        sqlite_where=sa.text("key IS NOT NULL"),
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    op.create_index(
        "outgoing_open",
        "outgoing_messages",
        ["conversation_id", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('queued', 'held', 'sending')"),
        postgresql_where=sa.text("status IN ('queued', 'held', 'sending')"),
    )
    op.create_index(
        "outgoing_unknown",
        "outgoing_messages",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'unknown'"),
        postgresql_where=sa.text("status = 'unknown'"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("sessions_by_agent", "sessions", ["agent_id"], unique=False)


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("dialogue", sa.String(), nullable=False),
        sa.Column("body_json", sa.Text(), nullable=False),
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "number"),
    )


_SQLITE_RULES = (
    """CREATE TRIGGER turns_keep BEFORE DELETE ON turns
    BEGIN SELECT RAISE(ABORT, 'turns are append-only'); END""",
    """CREATE TRIGGER turns_change BEFORE UPDATE ON turns
    WHEN NEW.erased_at IS NULL OR NEW.body_json <> '' OR NEW.hash <> OLD.hash
      OR NEW.prev_hash <> OLD.prev_hash OR NEW.body_hash <> OLD.body_hash
      OR NEW.number <> OLD.number OR NEW.state_hash <> OLD.state_hash OR NEW.conversation_id <> OLD.conversation_id
    BEGIN SELECT RAISE(ABORT, 'turns are append-only'); END""",
    """CREATE TRIGGER agent_audit_keep BEFORE DELETE ON agent_audit
    BEGIN SELECT RAISE(ABORT, 'agent_audit is append-only'); END""",
    """CREATE TRIGGER agent_audit_change BEFORE UPDATE ON agent_audit
    BEGIN SELECT RAISE(ABORT, 'agent_audit is append-only'); END""",
)
_POSTGRES_RULES = (
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """CREATE TRIGGER turns_keep BEFORE DELETE ON turns
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER turns_change BEFORE UPDATE ON turns FOR EACH ROW
    WHEN (NEW.erased_at IS NULL OR NEW.body_json <> '' OR NEW.hash <> OLD.hash
      OR NEW.prev_hash <> OLD.prev_hash OR NEW.body_hash <> OLD.body_hash
      OR NEW.number <> OLD.number OR NEW.state_hash <> OLD.state_hash OR NEW.conversation_id <> OLD.conversation_id)
    EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER agent_audit_keep BEFORE DELETE OR UPDATE ON agent_audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
)


def _append_only() -> None:
    # A turn's words may be erased for good (privacy); its place in the chain may not.
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for rule in _POSTGRES_RULES if is_postgres else _SQLITE_RULES:
        op.execute(rule)
