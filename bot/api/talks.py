"""Conversations: where each stands, its decided turns, and, for tokens that may, what was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET
from sqlalchemy import Connection

from bot.api.access import Scope
from bot.api.endpoints import Answer, Call, Endpoint
from bot.api.paging import Paged, Since, from_cursor, to_cursor
from bot.api.problems import not_found
from bot.api.shapes import (
    ConversationOut,
    ConversationsPage,
    MessageOut,
    MessagesPage,
    PersonOut,
    TurnOut,
    TurnsPage,
)
from storage import changes, conversations, transcripts
from storage.columns import from_microseconds, to_microseconds
from storage.transcripts import Heard, Line, Place, Wrote

_TAG = "conversations"
_HINT = "GET /api/v1/conversations lists them"


class WhichTalks(Paged, frozen=True, kw_only=True):
    """Which conversations."""

    since: Since = None


def talks(conn: Connection, call: Call) -> Answer:
    """Conversations by id."""
    asked: WhichTalks = call.query
    place = from_cursor(asked.cursor, str)
    after_id = str(place[0]) if place else ""
    found = changes.talks(conn, since_at=asked.since, after_id=after_id, limit=asked.limit + 1)
    rows = found[: asked.limit]
    following = to_cursor(rows[-1]["id"]) if len(found) > asked.limit else None
    items = tuple(_talk(call, row) for row in rows)
    return Answer(body=ConversationsPage(items=items, next_cursor=following))


def _talk(call: Call, row: Mapping[str, Any]) -> ConversationOut:
    person = PersonOut(name=row["name"], channel=row["channel"], address=row["address"])
    return ConversationOut(
        id=row["id"],
        channel=row["channel"],
        language=row["language"],
        holder=row["holder"],
        outcome=row["outcome"],
        opened_at=row["opened_at"],
        last_in_at=row["last_in_at"],
        last_out_at=row["last_out_at"],
        closed_at=row["closed_at"],
        updated_at=row["updated_at"],
        person=person if call.sees_people else UNSET,
    )


def turns(conn: Connection, call: Call) -> Answer:
    """The decided turns of a conversation, the oldest first."""
    asked: Paged = call.query
    talk = _known(conn, call)
    place = from_cursor(asked.cursor, int)
    after = int(place[0]) if place else 0
    found = changes.turns_after(conn, talk, after, limit=asked.limit + 1)
    rows = found[: asked.limit]
    following = to_cursor(rows[-1]["number"]) if len(found) > asked.limit else None
    items = tuple(TurnOut(**row) for row in rows)
    return Answer(body=TurnsPage(items=items, next_cursor=following))


def messages(conn: Connection, call: Call) -> Answer:
    """What was said, the newest page first; that it was read is part of the audit."""
    asked: Paged = call.query
    talk = _known(conn, call)
    place = from_cursor(asked.cursor, int, int, int)
    before = (
        Place(from_microseconds(int(place[0])), int(place[1]), int(place[2])) if place else None
    )
    lines = transcripts.page(conn, talk, before=before, limit=asked.limit)
    has_more = len(lines) == asked.limit
    first = lines[0].place if has_more else None
    following = to_cursor(to_microseconds(first.at), first.rank, first.number) if first else None
    items = [_message(line) for line in lines if isinstance(line, Heard | Wrote)]
    act = call.act("messages_read", conversation_id=talk)
    return Answer(body=MessagesPage(items=tuple(items), next_cursor=following), acts=(act,))


def _message(line: Line) -> MessageOut:
    if isinstance(line, Heard):
        return MessageOut(
            direction="in",
            at=line.at,
            author="customer",
            kind="",
            status=line.state,
            text=line.text,
        )
    if isinstance(line, Wrote):
        return MessageOut(
            direction="out",
            at=line.at,
            author=line.author,
            kind=line.kind,
            status=line.status,
            text=line.text,
        )
    raise TypeError(f"expected something said, got {type(line).__name__}")


def _known(conn: Connection, call: Call) -> str:
    wanted = call.path["conversation_id"]
    if wanted not in conversations.load_many(conn, (wanted,)):
        raise not_found("conversation", wanted, hint=_HINT)
    return wanted


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/conversations",
        name="listConversations",
        summary="Conversations by id",
        scope=Scope.READ,
        carry=talks,
        query=WhichTalks,
        answers={200: ConversationsPage},
        tag=_TAG,
    ),
    Endpoint(
        method="GET",
        path="/v1/conversations/{conversation_id}/turns",
        name="listTurns",
        summary="What was decided in a conversation, by which rules",
        scope=Scope.READ,
        carry=turns,
        query=Paged,
        answers={200: TurnsPage},
        problems=(404,),
        tag=_TAG,
    ),
    Endpoint(
        method="GET",
        path="/v1/conversations/{conversation_id}/messages",
        name="listMessages",
        summary="What was said in a conversation",
        about="The newest page first; each read is noted in the audit.",
        scope=Scope.PERSONAL,
        carry=messages,
        query=Paged,
        answers={200: MessagesPage},
        problems=(404,),
        tag=_TAG,
        is_noted=True,
    ),
)
