"""Values for tests, each with the least that a test must say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.dialogue_records import parse
from bot.rehearsal import rehearsal_policy
from bot.rules import Rules
from flows.model import Conversation, Sender
from flows.records import ConversationId
from storage.messages import Incoming

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def a_record(**account: Any) -> dict[str, Any]:
    """A dialogue record of a bound English account, 400.00 USD, 13 days late."""
    facts = {
        "account_id": "A1",
        "customer_name": "Daniel Brooks",
        "creditor": "Northlake Credit",
        "product": "store card",
        "currency": "USD",
        "outstanding_minor": 40_000,
        "due_date": "2026-11-10",
        "channel": "sms",
        "verified": True,
        "policy": {"min_instalment_minor": 2_500},
    }
    return {"id": "c1", "lang": "en", "today": TODAY.isoformat(), "account": facts | account}


def a_conversation(
    conversation_id: str = "c1", address: str = "+15550100001", **account: Any
) -> Conversation:
    """A conversation that nothing was said in yet."""
    state = parse(a_record(**account)).conversation
    return replace(state, id=ConversationId(conversation_id), address=address)


def rules() -> Rules:
    """The strict profile and a plain sender."""
    return Rules(
        policy_of=lambda conversation: rehearsal_policy(),
        sender_of=lambda conversation: Sender(crisis_line="988", emergency="911"),
    )


def said(text: str, number: int = 1, address: str = "+15550100001", at: datetime = NOW) -> Incoming:
    """A message as a gateway delivers it, ready to be read."""
    return Incoming(
        channel="sms",
        external_id=f"m{number}-{address}",
        address=address,
        text=text,
        said_at=at,
        received_at=at,
    )
