"""The gate's last word at the moment of sending, from facts as fresh as the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import Drop, Postpone, Recheck, Verdict
from bot.turn import HISTORY, Rules
from flows.model import Contact, Conversation
from flows.outbox import Parcelled, notice_of, send_request
from flows.policy.gate import may_send
from flows.policy.request import Action, Notice
from flows.records import AccountId
from storage import contacts, conversations
from storage.outgoing import BOT, Message


def recheck_with(rules: Rules) -> Recheck:
    """The check that delivery asks before each send."""

    def recheck(conn: Connection, claimed: Sequence[Message], now: datetime) -> list[Verdict]:
        ids = tuple(dict.fromkeys(message.conversation_id for message in claimed))
        loaded = conversations.load_many(conn, ids)
        histories = contacts.since_many(conn, ids, now - HISTORY)
        return [
            _verdict(
                message,
                loaded[message.conversation_id].state,
                histories.get(message.conversation_id, ()),
                rules,
                now,
            )
            for message in claimed
        ]

    return recheck


def _verdict(
    message: Message,
    state: Conversation | None,
    history: tuple[Contact, ...],
    rules: Rules,
    now: datetime,
) -> Verdict:
    if state is None:
        return Drop(reason="no_conversation")
    if message.author == BOT and message.ownership != state.ownership:
        return Drop(reason="older_owner")
    # A notice of an agreement is about its own day; one of the bill is about the bill's.
    is_dated = notice_of(message.template) in (Notice.INSTALMENT, Notice.PROMISE_DUE)
    parcel = Parcelled(
        kind=message.kind,
        text=message.text,
        account_id=AccountId(message.account_id) if message.account_id else None,
        asks_money=message.asks_money,
        notice=notice_of(message.template),
        due_on=now.astimezone(state.person.zone).date() if is_dated else None,
        template=message.template,
    )
    earlier = tuple(c for c in history if not _is_itself(c, message))
    verdict = may_send(send_request(state, parcel, rules.policy_of(state), now, earlier))
    if verdict.action is Action.SEND:
        return None
    reason = verdict.rules[0] if verdict.rules else str(verdict.action)
    if verdict.action is Action.DELAY and verdict.at is not None:
        return Postpone(at=verdict.at, reason=reason)
    return Drop(reason=reason)


def _is_itself(contact: Contact, message: Message) -> bool:
    """The message that is about to leave is in the books already; it is no earlier contact."""
    return contact.text == message.text and contact.at >= message.due_at
