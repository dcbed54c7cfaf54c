"""People at the console: who they are, their logins and sessions, and what they did.

Only hashes of passwords and tokens are kept. Hashing a password takes tens of milliseconds on
purpose: do it outside a transaction, in a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, case, delete, func, insert, literal, or_, select, update

from storage import audit, tables
from storage.batches import Insert
from storage.columns import Instant

_AGENTS = tables.table("agents")
_SESSIONS = tables.table("sessions")
_AUDIT = tables.table("audit_log")
_CONVERSATIONS = tables.table("conversations")

# After so many wrong passwords in a row a login waits; the next right one clears the count.
TRIES = 5
LOCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person at the console. `languages` and `skills` are words separated by spaces."""

    id: str
    name: str
    role: str
    created_at: datetime
    languages: str = ""
    skills: str = ""
    open_limit: int = 6
    is_active: bool = True
    is_available: bool = False
    preferences_json: str = "{}"
    locked_until_at: datetime | None = None
    seen_at: datetime | None = None


_AGENT = tuple(field.name for field in fields(Agent))
_CHANGEABLE = (
    "name",
    "role",
    "languages",
    "skills",
    "open_limit",
    "is_active",
    "is_available",
    "preferences_json",
)
_PUT = Insert(
    _AGENTS,
    ("id", "created_at", "password_hash", *_CHANGEABLE),
    unless=("id",),
    replace=("password_hash", *_CHANGEABLE),
)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash to keep; slow on purpose."""
    return _hasher().hash(password)


def is_password(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash; slow on purpose, and as slow when it does not."""
    try:
        return _hasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def put(conn: Connection, agent: Agent, *, password_hash: str) -> None:
    """Add a person, or change everything about him, his password too."""
    row = {name: getattr(agent, name) for name in ("id", "created_at", *_CHANGEABLE)}
    _PUT.run(conn, [row | {"password_hash": password_hash}])


def change(conn: Connection, agent_id: str, **values: object) -> bool:
    """Change some facts of a person (see Agent, and `password_hash`); false if he is not there."""
    unknown = set(values) - {*_CHANGEABLE, "password_hash"}
    if unknown:
        raise ValueError(f"expected facts of an agent, got {sorted(unknown)}")
    changed = conn.execute(update(_AGENTS).where(_AGENTS.c.id == agent_id).values(**values))
    return changed.rowcount == 1


def find(conn: Connection, agent_id: str) -> Agent | None:
    """A person by his id."""
    columns = [_AGENTS.c[name] for name in _AGENT]
    row = conn.execute(select(*columns).where(_AGENTS.c.id == agent_id)).one_or_none()
    return Agent(**row._mapping) if row else None


def all_of(conn: Connection) -> tuple[Agent, ...]:
    """Everybody, by name."""
    columns = [_AGENTS.c[name] for name in _AGENT]
    rows = conn.execute(select(*columns).order_by(_AGENTS.c.name, _AGENTS.c.id))
    return tuple(Agent(**row._mapping) for row in rows)


def open_counts(conn: Connection) -> dict[str, int]:
    """How many open conversations each person holds."""
    rows = conn.execute(
        select(_CONVERSATIONS.c.holder, func.count())
        .where(_CONVERSATIONS.c.holder.is_not(None), _CONVERSATIONS.c.closed_at.is_(None))
        .group_by(_CONVERSATIONS.c.holder)
    )
    return {holder: count for holder, count in rows}


# --- Logins -------------------------------------------------------------------------------------


def password_hash(conn: Connection, agent_id: str, *, now: datetime) -> str | None:
    """The hash to check a login against; None when there is no such person or he must wait."""
    query = select(_AGENTS.c.password_hash).where(
        _AGENTS.c.id == agent_id,
        _AGENTS.c.is_active,
        or_(_AGENTS.c.locked_until_at.is_(None), _AGENTS.c.locked_until_at <= now),
    )
    return conn.execute(query).scalar_one_or_none()


def note_login(conn: Connection, agent_id: str, *, is_right: bool, now: datetime) -> None:
    """Note a login: a right one clears the count, the last wrong one allowed locks for a while."""
    change_to: dict[str, object] = {"failed_logins": 0, "seen_at": now}
    if not is_right:
        failed = _AGENTS.c.failed_logins + 1
        change_to = {
            "failed_logins": case((failed >= TRIES, 0), else_=failed),
            "locked_until_at": case(
                (failed >= TRIES, literal(now + LOCK, Instant())), else_=_AGENTS.c.locked_until_at
            ),
        }
    conn.execute(update(_AGENTS).where(_AGENTS.c.id == agent_id).values(**change_to))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login, kept under the hash of its token; `csrf` guards its forms.

    Whoever asks decides how long a session lasts, by `started_at` and `seen_at`.
    """

    token_hash: str
    agent_id: str
    started_at: datetime
    seen_at: datetime
    csrf: str = ""
    device: str = ""


_SESSION = tuple(field.name for field in fields(Session))


def start_session(conn: Connection, session: Session) -> None:
    """Keep a session."""
    conn.execute(insert(_SESSIONS), {name: getattr(session, name) for name in _SESSION})


def find_session(conn: Connection, token_hash: str) -> tuple[Session, Agent] | None:
    """The session of a token and its person, unless it was ended or he may not work here."""
    columns = [_SESSIONS.c[name] for name in _SESSION]
    row = conn.execute(select(*columns).where(_SESSIONS.c.token_hash == token_hash)).one_or_none()
    agent = find(conn, row.agent_id) if row else None
    if row is None or agent is None or not agent.is_active:
        return None
    return Session(**row._mapping), agent


def touch_session(conn: Connection, token_hash: str, *, seen_at: datetime) -> None:
    """Note that a session was used."""
    conn.execute(
        update(_SESSIONS).where(_SESSIONS.c.token_hash == token_hash).values(seen_at=seen_at)
    )


def end_session(conn: Connection, token_hash: str) -> None:
    """Log out."""
    conn.execute(delete(_SESSIONS).where(_SESSIONS.c.token_hash == token_hash))


def end_sessions(conn: Connection, agent_id: str) -> int:
    """Log a person out everywhere (a new password, a lost phone); how many sessions there were."""
    return conn.execute(delete(_SESSIONS).where(_SESSIONS.c.agent_id == agent_id)).rowcount


def prune_sessions(conn: Connection, *, unseen_since_at: datetime) -> int:
    """Remove sessions that nobody used since an instant."""
    return conn.execute(delete(_SESSIONS).where(_SESSIONS.c.seen_at < unseen_since_at)).rowcount


# --- What they did ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something a person did at the console: saw, revealed, changed, exported; append-only."""

    at: datetime
    agent_id: str
    act: str
    conversation_id: str | None = None
    person_id: str | None = None
    policy_version: str = ""
    reason: str = ""
    detail_json: str = ""


def note_acts(conn: Connection, acts: Sequence[Act]) -> None:
    """Write what people did, last in the transaction in which they did it."""
    audit.append_many(conn, audit.ACTS, [_entry(act) for act in acts])


def _entry(act: Act) -> audit.Entry:
    return audit.Entry(
        at=act.at,
        kind=act.act,
        actor=act.agent_id,
        conversation_id=act.conversation_id,
        person_id=act.person_id,
        policy_version=act.policy_version,
        reason=act.reason,
        detail_json=act.detail_json,
    )


_ACT = (
    _AUDIT.c.at,
    _AUDIT.c.actor.label("agent_id"),
    _AUDIT.c.kind.label("act"),
    *(
        _AUDIT.c[name]
        for name in ("conversation_id", "person_id", "policy_version", "reason", "detail_json")
    ),
)


def acts_of(
    conn: Connection,
    *,
    conversation_id: str | None = None,
    agent_id: str | None = None,
    limit: int = 200,
) -> tuple[Act, ...]:
    """What was done, newest first: about a conversation, by a person, or by all."""
    # What storage notes by itself (a setting, an import) stands beside the act that led to it.
    own = [kind.value for kind in audit.Kind]
    query = select(*_ACT).where(_AUDIT.c.chain == audit.ACTS, _AUDIT.c.kind.not_in(own))
    query = query.order_by(_AUDIT.c.number.desc()).limit(limit)
    if conversation_id is not None:
        query = query.where(_AUDIT.c.conversation_id == conversation_id)
    if agent_id is not None:
        query = query.where(_AUDIT.c.actor == agent_id)
    return tuple(Act(**row._mapping) for row in conn.execute(query))
