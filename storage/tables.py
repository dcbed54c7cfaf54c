"""All tables, as SQLModel classes: the one definition of the schema.

Hot paths use Core statements over `table(...)`. Rows never leave storage/: its functions take and
return values. Status columns hold the words of the enums beside the functions that write them;
columns called `..._json` or `state` hold what storage/codec.py writes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Instant, Serial

# Room in each page keeps PostgreSQL's updates of busy rows local and their indexes untouched.
_HOT = {"postgresql_with": {"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02}}


def table(name: str) -> Table:
    """The Core table of that name, for statements in batches."""
    return SQLModel.metadata.tables[name]


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# --- Who: creditors, persons, the addresses they are reached at ------------------------------


class Creditor(SQLModel, table=True):
    """Whose bills these are; `settings_json` names profile, texts and contacts."""

    __tablename__ = "creditors"
    id: str = Field(primary_key=True)
    name: str
    settings_json: str = Field(default="{}", sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)


class Person(SQLModel, table=True):
    """One customer of a creditor we talk with, as the newest conversation knows him."""

    __tablename__ = "persons"
    id: str = Field(primary_key=True)
    name: str
    timezone: str = ""
    country: str = ""
    region: str = ""
    updated_at: datetime = Field(sa_type=Instant)


class PersonFlag(SQLModel, table=True):
    """What is known of a person beyond his bills; `cleared_at` ends it."""

    __tablename__ = "flags"
    person_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    since_at: datetime = Field(sa_type=Instant)
    cleared_at: datetime | None = Field(default=None, sa_type=Instant)


class Address(SQLModel, table=True):
    """What we learned of a person at an address: consent, stop, binding. No import changes it.

    A household may share an address: each person has a row of his own.
    """

    __tablename__ = "addresses"
    __table_args__ = (Index("addresses_by_person", "person_id"),)
    channel: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    is_bound: bool = False
    bound_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    language: str = ""
    opted_out_at: datetime | None = Field(default=None, sa_type=Instant)
    opted_out_words: str = Field(default="", sa_type=Text)
    opted_in_at: datetime | None = Field(default=None, sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class Route(SQLModel, table=True):
    """Which conversation hears what an address sends: the one we wrote to last."""

    __tablename__ = "routes"
    id: str = Field(primary_key=True)
    conversation_id: str


# --- What: accounts, imports, payments -------------------------------------------------------


class Account(SQLModel, table=True):
    """One bill and its customer as the creditor's file tells them, and what planning must know.

    The columns from `conversation_id` on are ours; all before it come from the file.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index("accounts_by_address", "address", "channel"),
        {"sqlite_with_rowid": False, **_HOT},
    )
    id: str = Field(primary_key=True)
    creditor_id: str
    reference: str
    name: str
    channel: str
    address: str
    outstanding_minor: int = Field(sa_type=BigInteger)
    currency: str
    exponent: int
    due_on: date
    language: str = ""
    details_json: str = Field(default="", sa_type=Text)  # what no list asks for
    status: str = "open"
    import_id: int | None = Field(default=None, sa_type=BigInteger)
    changed_import_id: int | None = Field(default=None, sa_type=BigInteger)
    updated_at: datetime = Field(sa_type=Instant)
    campaign: str = ""
    conversation_id: str | None = None
    contacted_at: datetime | None = Field(default=None, sa_type=Instant)
    pause: str = ""
    paused_until_at: datetime | None = Field(default=None, sa_type=Instant)


class AccountImport(SQLModel, table=True):
    """One file taken in; `file_hash` tells the same file again."""

    __tablename__ = "account_imports"
    __table_args__ = (Index("account_imports_by_hash", "creditor_id", "file_hash"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    creditor_id: str
    file_name: str
    file_hash: str
    mapping_json: str = Field(default="{}", sa_type=Text)
    status: str
    row_count: int = 0
    created_count: int = 0
    updated_count: int = 0
    same_count: int = 0
    bad_count: int = 0
    created_by: str = ""
    started_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)


class ImportFault(SQLModel, table=True):
    """One fault of one row: where it is, what stands there, and why it was refused."""

    __tablename__ = "import_errors"
    __table_args__ = (Index("import_errors_by_import", "import_id", "line"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    import_id: int = Field(sa_type=BigInteger)
    line: int
    column: str
    value: str = Field(sa_type=Text)
    reason: str
    row_json: str = Field(default="", sa_type=Text)  # the whole row, to be mended and sent again


class ImportChange(SQLModel, table=True):
    """What an import replaced, so that it can be undone; empty `before_json`: it was new."""

    __tablename__ = "import_changes"
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    account_id: str = Field(primary_key=True)
    before_json: str = Field(default="", sa_type=Text)


class ImportMapping(SQLModel, table=True):
    """A remembered assignment of a file's columns to our fields."""

    __tablename__ = "import_mappings"
    creditor_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    mapping_json: str = Field(sa_type=Text)
    used_at: datetime = Field(sa_type=Instant)


class ImportUpload(SQLModel, table=True):
    """A file an operator gave the console, on its way through the steps; it goes by itself."""

    __tablename__ = "import_uploads"
    __table_args__ = (Index("import_uploads_by_end", "expires_at"),)
    id: str = Field(primary_key=True)
    agent_id: str
    file_name: str
    state: str
    size_bytes: int = Field(default=0, sa_type=BigInteger)
    line_count: int = Field(default=0, sa_type=BigInteger)
    file_hash: str = ""
    chosen_json: str = Field(default="", sa_type=Text)  # how it is read, which column holds what
    result_json: str = Field(default="", sa_type=Text)  # what checking found
    import_id: int | None = Field(default=None, sa_type=BigInteger)
    rows_done: int = Field(default=0, sa_type=BigInteger)
    lease_until_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class ImportUploadPiece(SQLModel, table=True):
    """A piece of such a file, packed."""

    __tablename__ = "import_upload_pieces"
    upload_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class ImportUploadRow(SQLModel, table=True):
    """What checking found of one row: `bad`, `created` or `updated`."""

    __tablename__ = "import_upload_rows"
    __table_args__ = (Index("import_upload_rows_by_kind", "upload_id", "kind", "line"),)
    upload_id: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    kind: str
    told_json: str = Field(sa_type=Text)


class Payment(SQLModel, table=True):
    """A booked payment; the same reference counts once, a negative amount reverses it."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("account_id", "reference", "is_reversal", name="payments_once"),
        Index("payments_unmatched", "id", **_where("NOT is_matched")),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    account_id: str
    reference: str
    is_reversal: bool = False
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    exponent: int
    paid_on: date
    source: str = ""
    is_matched: bool = True
    received_at: datetime = Field(sa_type=Instant)


# --- The talk: conversations, messages, turns, jobs ------------------------------------------


class Conversation(SQLModel, table=True):
    """One person on one address. `state` is the aggregate; the other columns serve lists."""

    __tablename__ = "conversations"
    __table_args__ = (
        # All that the counts of the console's tabs look at, so that they never read a state.
        Index(
            "conversations_for_tabs",
            "closed_at",
            "holder",
            "wanted_at",
            "snoozed_until_at",
            "promised_on",
            "has_dispute",
            "care",
            "answer_due_at",
        ),
        Index("conversations_by_person", "person_id"),
        Index(
            "conversations_wanting_people",
            "urgency",
            "wanted_at",
            **_where("closed_at IS NULL AND wanted_at IS NOT NULL"),
        ),
        _HOT,
    )
    id: str = Field(primary_key=True)
    version: int = 0
    state: str = Field(default="", sa_type=Text)
    holder: str | None = None
    ownership: int = 0
    turn_count: int = 0
    turn_hash: str = ""
    channel: str
    address: str
    person_id: str | None = None
    creditor_id: str | None = None
    name: str = ""
    language: str = ""
    outstanding_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str = ""
    exponent: int = 2
    oldest_due_on: date | None = None
    promised_on: date | None = None
    has_dispute: bool = False
    care: str = ""
    urgency: int = 0
    wanted_at: datetime | None = Field(default=None, sa_type=Instant)
    wanted_for: str = ""
    answer_due_at: datetime | None = Field(default=None, sa_type=Instant)
    snoozed_until_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str = ""
    last_in_at: datetime | None = Field(default=None, sa_type=Instant)
    last_out_at: datetime | None = Field(default=None, sa_type=Instant)
    last_line: str = Field(default="", sa_type=Text)
    last_intent: str = ""
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    opened_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class IncomingMessage(SQLModel, table=True):
    """What a customer sent, once per provider id, in the order it arrived."""

    __tablename__ = "incoming_messages"
    __table_args__ = (
        UniqueConstraint("channel", "external_id", name="incoming_once"),
        Index("incoming_ready", "ready_at", **_where("state = 'waiting'")),
        Index("incoming_by_conversation", "conversation_id", "id"),
        Index("incoming_dead", "id", **_where("state = 'dead'")),
        _HOT,
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    conversation_id: str = Field(foreign_key="conversations.id")
    channel: str
    external_id: str
    address: str
    text: str = Field(sa_type=Text)
    payload_json: str = Field(default="", sa_type=Text)
    said_at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    ready_at: datetime = Field(sa_type=Instant)
    latest_at: datetime = Field(sa_type=Instant)
    state: str = "waiting"
    attempts: int = 0
    error: str = ""
    turn: int | None = None
    reading_json: str = Field(default="", sa_type=Text)


class OutgoingMessage(SQLModel, table=True):
    """What goes to a customer: written with the decision, sent after its commit."""

    __tablename__ = "outgoing_messages"
    __table_args__ = (
        Index("outgoing_due", "channel", "priority", "due_at", **_where("status = 'queued'")),
        Index(
            "outgoing_late",
            "not_after_at",
            **_where("status = 'queued' AND not_after_at IS NOT NULL"),
        ),
        Index(
            "outgoing_open",
            "conversation_id",
            "id",
            **_where("status IN ('queued', 'held', 'sending')"),
        ),
        Index("outgoing_leased", "lease_until_at", **_where("status = 'sending'")),
        Index("outgoing_unknown", "id", **_where("status = 'unknown'")),
        Index("outgoing_by_conversation", "conversation_id", "id"),
        Index("outgoing_by_provider", "provider_id", **_where("provider_id IS NOT NULL")),
        Index("outgoing_once", "key", unique=True, **_where("key IS NOT NULL")),
        Index("outgoing_reminders", "campaign", "sent_at", **_where("kind = 'reminder'")),
        _HOT,
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    conversation_id: str = Field(foreign_key="conversations.id")
    person_id: str | None = None
    account_id: str | None = None
    key: str | None = None
    channel: str
    address: str
    kind: str
    text: str = Field(sa_type=Text)
    says_json: str = Field(default="", sa_type=Text)
    buttons_json: str = Field(default="", sa_type=Text)
    template: str = ""
    campaign: str = ""
    asks_money: bool = False
    author: str = "bot"
    ownership: int = 0
    turn: int | None = None
    priority: int = 0
    created_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    not_after_at: datetime | None = Field(default=None, sa_type=Instant)
    status: str = "queued"
    reason: str = ""
    attempts: int = 0
    lease_owner: str | None = None
    lease_until_at: datetime | None = Field(default=None, sa_type=Instant)
    provider_id: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


class Receipt(SQLModel, table=True):
    """What a gateway told about a message we sent; one that comes too early waits here."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("channel", "provider_id", "status", name="receipts_once"),
        Index("receipts_unmatched", "provider_id", **_where("outgoing_id IS NULL")),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    channel: str
    provider_id: str
    outgoing_id: int | None = Field(default=None, sa_type=BigInteger)
    status: str
    reason: str = ""
    at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)


class Turn(SQLModel, table=True):
    """One audit row per turn, append-only; each holds the hash of the one before it.

    `salt`, `state_hash` and `body_json` are emptied when it is erased.
    """

    __tablename__ = "turns"
    # For whoever asks what happened on a day; behind it only grows, as time does.
    __table_args__ = (Index("turns_by_time", "at", "event"),)
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id")
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    event: str
    dialogue: str
    body_json: str = Field(sa_type=Text)
    state_hash: str
    policy_version: str
    code_version: str
    salt: str = ""
    body_hash: str
    prev_hash: str
    hash: str
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class Job(SQLModel, table=True):
    """Work that falls due: an appointment of a conversation, a timeout, housekeeping."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_once", "key", unique=True, **_where("key IS NOT NULL")),
        Index("jobs_due", "due_at", **_where("status = 'waiting'")),
        Index(
            "jobs_of_conversation",
            "conversation_id",
            "due_at",
            **_where("status = 'waiting' AND conversation_id IS NOT NULL"),
        ),
        Index("jobs_dead", "id", **_where("status = 'dead'")),
        _HOT,
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    kind: str
    key: str | None = None
    conversation_id: str | None = None
    due_at: datetime = Field(sa_type=Instant)
    payload_json: str = Field(default="", sa_type=Text)
    status: str = "waiting"
    attempts: int = 0
    error: str = ""
    lease_owner: str | None = None
    lease_until_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)


# --- What was agreed, claimed, disputed, held: projections of the conversation's state --------


class Promise(SQLModel, table=True):
    """A promise to pay."""

    __tablename__ = "promises"
    __table_args__ = (
        Index("promises_by_account", "account_id"),
        Index("promises_open", "due_on", **_where("status = 'open'")),
        Index("promises_by_change", "updated_at"),
    )
    conversation_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    exponent: int
    due_on: date
    made_on: date
    status: str
    amended: int
    made_by: str
    words: str = Field(sa_type=Text)
    updated_at: datetime | None = Field(default=None, sa_type=Instant)


class Plan(SQLModel, table=True):
    """An accepted repayment plan."""

    __tablename__ = "plans"
    __table_args__ = (
        Index("plans_by_account", "account_id"),
        Index("plans_by_status", "status"),
        Index("plans_by_change", "updated_at"),
    )
    conversation_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str
    total_minor: int = Field(sa_type=BigInteger)
    currency: str
    exponent: int
    frequency: str
    parts: int
    accepted_at: datetime = Field(sa_type=Instant)
    status: str
    version: int
    amendments: int
    made_by: str
    words: str = Field(sa_type=Text)
    updated_at: datetime | None = Field(default=None, sa_type=Instant)


class Instalment(SQLModel, table=True):
    """One part of a plan; number 0 is the down payment, if there is one."""

    __tablename__ = "instalments"
    __table_args__ = (Index("instalments_by_day", "due_on"),)
    conversation_id: str = Field(primary_key=True)
    plan_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    due_on: date
    amount_minor: int = Field(sa_type=BigInteger)


class Claim(SQLModel, table=True):
    """A customer's word that he has paid."""

    __tablename__ = "claims"
    __table_args__ = (
        Index("claims_by_account", "account_id"),
        Index("claims_by_change", "updated_at"),
    )
    conversation_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str
    made_at: datetime = Field(sa_type=Instant)
    paid_on: date | None = None
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = ""
    way: str = ""
    reference: str = ""
    status: str
    words: str = Field(sa_type=Text)
    updated_at: datetime | None = Field(default=None, sa_type=Instant)


class Dispute(SQLModel, table=True):
    """An objection to the amount or to the debt."""

    __tablename__ = "disputes"
    __table_args__ = (
        Index("disputes_by_account", "account_id"),
        Index("disputes_by_time", "opened_at"),
        Index("disputes_by_change", "updated_at"),
    )
    conversation_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str
    kind: str
    opened_at: datetime = Field(sa_type=Instant)
    disputed_minor: int | None = Field(default=None, sa_type=BigInteger)
    right_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = ""
    status: str
    words: str = Field(sa_type=Text)
    answer: str = Field(default="", sa_type=Text)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str = ""
    updated_at: datetime | None = Field(default=None, sa_type=Instant)


class Complaint(SQLModel, table=True):
    """A complaint about us and its final answer."""

    __tablename__ = "complaints"
    __table_args__ = (Index("complaints_by_time", "opened_at"),)
    conversation_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str = ""
    kind: str
    opened_at: datetime = Field(sa_type=Instant)
    status: str
    words: str = Field(sa_type=Text)
    answer: str = Field(default="", sa_type=Text)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str = ""


class Task(SQLModel, table=True):
    """A duty with its deadline; `owner`, `note` and `finding` are the people's."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("tasks_open", "due_at", "kind", **_where("state = 'open'")),
        Index("tasks_by_owner", "owner", "due_at", **_where("state = 'open'")),
        Index("tasks_done", "done_at", **_where("state = 'done'")),
    )
    conversation_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    desk: str
    account_id: str = ""
    opened_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    state: str = "open"
    owner: str | None = None
    taken_at: datetime | None = Field(default=None, sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    done_by: str = ""
    note: str = Field(default="", sa_type=Text)
    finding: str = ""


class Hold(SQLModel, table=True):
    """Reminders wait; `account_id` is empty when the hold is on the person."""

    __tablename__ = "holds"
    conversation_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    since_at: datetime = Field(sa_type=Instant)
    until_at: datetime | None = Field(default=None, sa_type=Instant)
    lifted_at: datetime | None = Field(default=None, sa_type=Instant)


class Handoff(SQLModel, table=True):
    """A case for a person: waiting, claimed, closed."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index("handoffs_open", "urgency", "opened_at", **_where("state <> 'closed'")),
        Index("handoffs_by_agent", "claimed_by", **_where("state = 'claimed'")),
        Index("handoffs_by_change", "updated_at"),
    )
    conversation_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str = ""
    reason: str
    priority: str
    urgency: int
    task: str = Field(default="", sa_type=Text)
    summary: str = Field(default="", sa_type=Text)
    holds_bot: bool = True
    state: str = "waiting"
    claimed_by: str | None = None
    opened_at: datetime = Field(sa_type=Instant)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    claimed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    updated_at: datetime | None = Field(default=None, sa_type=Instant)


# --- People at the console and what they do --------------------------------------------------


class Agent(SQLModel, table=True):
    """A person who works at the console; only the argon2 hash of the password is kept."""

    __tablename__ = "agents"
    id: str = Field(primary_key=True)
    name: str
    role: str
    password_hash: str
    languages: str = ""
    skills: str = ""
    open_limit: int = 6
    is_active: bool = True
    is_available: bool = False
    failed_logins: int = 0
    locked_until_at: datetime | None = Field(default=None, sa_type=Instant)
    preferences_json: str = Field(default="{}", sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)


class AgentSession(SQLModel, table=True):
    """A login; only the hash of its token is kept."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_by_agent", "agent_id"),)
    token_hash: str = Field(primary_key=True)
    agent_id: str = Field(foreign_key="agents.id")
    csrf: str = ""
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    device: str = ""


class Viewer(SQLModel, table=True):
    """A person has a conversation on screen; rows go when he opens another."""

    __tablename__ = "viewers"
    __table_args__ = (Index("viewers_by_agent", "agent_id"),)
    conversation_id: str = Field(primary_key=True)
    agent_id: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=Instant)


class ApiToken(SQLModel, table=True):
    """A bearer token of the JSON API; only its hash is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index("api_tokens_by_id", "id", unique=True),)
    token_hash: str = Field(primary_key=True)
    id: str = ""
    name: str
    scopes: str
    created_by: str
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class ApiRequest(SQLModel, table=True):
    """What a request with an Idempotency-Key did and was answered, so that a repeat gets just that.

    Written in the transaction of its effect; `fingerprint` is a digest of what was asked.
    """

    __tablename__ = "api_requests"
    __table_args__ = (Index("api_requests_by_time", "at"),)
    token_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    status: int
    answer_json: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)


class HookEvent(SQLModel, table=True):
    """Something that other programs may hear of; written with the turn, `told_at` once handed on."""

    __tablename__ = "hook_events"
    __table_args__ = (
        Index("hook_events_by_time", "at"),
        Index("hook_events_untold", "id", **_where("told_at IS NULL")),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    at: datetime = Field(sa_type=Instant)
    kind: str
    conversation_id: str
    account_id: str = ""
    data_json: str = Field(sa_type=Text)
    told_at: datetime | None = Field(default=None, sa_type=Instant)


class HookDelivery(SQLModel, table=True):
    """One event on its way to one endpoint; `answer` is the last status or error, never a body."""

    __tablename__ = "hook_deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "endpoint", name="hook_deliveries_once"),
        Index("hook_deliveries_due", "due_at", **_where("status = 'waiting'")),
        Index("hook_deliveries_dead", "id", **_where("status = 'dead'")),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    event_id: int = Field(sa_type=BigInteger)
    endpoint: str
    status: str = "waiting"
    attempts: int = 0
    answer: str = ""
    due_at: datetime = Field(sa_type=Instant)
    lease_until_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)


class Note(SQLModel, table=True):
    """A private note on a conversation; never leaves the console."""

    __tablename__ = "notes"
    __table_args__ = (Index("notes_by_conversation", "conversation_id", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    conversation_id: str
    agent_id: str
    at: datetime = Field(sa_type=Instant)
    text: str = Field(sa_type=Text)


class Example(SQLModel, table=True):
    """A person's correction of a reading; read again by the understanding."""

    __tablename__ = "examples"
    __table_args__ = (UniqueConstraint("text", "language", name="examples_once"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    text: str = Field(sa_type=Text)
    language: str
    intent: str
    read_as: str = ""
    confidence: float = 0.0
    asked: str = ""
    state: str = "proposed"
    agent_id: str
    at: datetime = Field(sa_type=Instant)


class Campaign(SQLModel, table=True):
    """Where a campaign stands that somebody stopped or complained of."""

    __tablename__ = "campaigns"
    campaign: str = Field(primary_key=True)
    level: str
    rule: str = ""
    opt_out_alarm: float
    complaint_alarm: float
    changed_at: datetime = Field(sa_type=Instant)
    changed_by: str = ""
    note: str = Field(default="", sa_type=Text)
    counted_from_at: datetime | None = Field(default=None, sa_type=Instant)


class Signal(SQLModel, table=True):
    """Somebody stopped a campaign's messages or complained of them."""

    __tablename__ = "signals"
    __table_args__ = (Index("signals_by_campaign", "campaign", "at"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    at: datetime = Field(sa_type=Instant)
    kind: str
    campaign: str
    conversation_id: str


class Setting(SQLModel, table=True):
    """A setting changed while running, and the switches that stop sending."""

    __tablename__ = "settings"
    key: str = Field(primary_key=True)
    value_json: str = Field(sa_type=Text)
    changed_by: str
    reason: str = Field(default="", sa_type=Text)
    changed_at: datetime = Field(sa_type=Instant)


# --- What was done, and how long it is kept --------------------------------------------------


class AuditLink(SQLModel, table=True):
    """Everything done beside turns, append-only, in named chains; each holds the hash before it.

    `salt`, `reason` and `detail_json` are emptied when it is erased.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("audit_log_by_conversation", "conversation_id", "chain", "number"),
        Index("audit_log_by_person", "person_id", **_where("person_id IS NOT NULL")),
        Index("audit_log_by_actor", "actor", "chain", "number"),
    )
    chain: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=Instant)
    kind: str
    actor: str
    conversation_id: str | None = None
    person_id: str | None = None
    account_id: str | None = None
    policy_version: str = ""
    code_version: str = ""
    reason: str = Field(default="", sa_type=Text)
    detail_json: str = Field(default="", sa_type=Text)
    salt: str
    body_hash: str
    prev_hash: str
    hash: str
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class AuditHead(SQLModel, table=True):
    """The end of a chain of the audit log; locked by whoever appends to it."""

    __tablename__ = "audit_heads"
    chain: str = Field(primary_key=True)
    count: int = Field(default=0, sa_type=BigInteger)
    hash: str = ""


class LegalHold(SQLModel, table=True):
    """Nothing of a person (or of an account's person) may be erased until it is lifted."""

    __tablename__ = "legal_holds"
    __table_args__ = (Index("legal_holds_open", "person_id", **_where("lifted_at IS NULL")),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    person_id: str
    account_id: str = ""
    reason: str = Field(sa_type=Text)
    placed_by: str
    placed_at: datetime = Field(sa_type=Instant)
    lifted_by: str = ""
    lifted_at: datetime | None = Field(default=None, sa_type=Instant)


class Suppression(SQLModel, table=True):
    """An address that said stop and was erased: only a keyed digest of it is left."""

    __tablename__ = "suppressions"
    address_hash: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    since_at: datetime = Field(sa_type=Instant)


class FeedEvent(SQLModel, table=True):
    """News for open console pages; ids only rise, so a page can ask for what it missed."""

    __tablename__ = "feed"
    __table_args__ = (Index("feed_by_time", "at"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    at: datetime = Field(sa_type=Instant)
    kind: str
    conversation_id: str | None = None
    agent_id: str | None = None
    detail_json: str = Field(default="", sa_type=Text)
