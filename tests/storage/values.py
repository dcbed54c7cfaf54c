"""Small values for the storage tests; all people are fictional."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from flows.events import CustomerSaid, TimeCame
from flows.languages import Language
from flows.model import Account, Case, Conversation, Outgoing, Person, Reason
from flows.money import Currency, Money
from flows.plans import PlanPolicy
from flows.records import AccountId, ConversationId, PersonId
from flows.understanding.intents import Intent
from flows.understanding.values import Band, LanguageTag, Understanding
from storage import conversations, messages
from storage.messages import Handled, Incoming
from tests.storage import commits
from tests.storage.commits import Body, Commit

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
USD = Currency.of("USD")


def dollars(amount: int) -> Money:
    return Money(amount * 100, USD)


def an_incoming(number: int = 1, **changes: object) -> Incoming:
    incoming = Incoming(
        channel="sms",
        external_id=f"SM{number}",
        address="+15550100",
        text=f"words {number}",
        said_at=NOW,
        received_at=NOW,
    )
    return replace(incoming, **changes)  # type: ignore[arg-type]


def a_person(number: int = 1) -> Person:
    return Person(id=PersonId(f"person{number}"), name=f"Person {number}", timezone="UTC")


def an_account(number: int = 1) -> Account:
    return Account(
        id=AccountId(f"account{number}"),
        product="card",
        creditor="North Bank",
        outstanding=dollars(120),
        due_on=date(2026, 2, 1),
        terms=PlanPolicy(),
    )


def a_conversation(conversation_id: str = "sms:+15550100", **changes: object) -> Conversation:
    conversation = Conversation(
        id=ConversationId(conversation_id),
        person=a_person(),
        channel="sms",
        address=conversation_id.partition(":")[2] or "+15550100",
        language=Language.EN,
        is_bound=True,
        cases=(Case(account=an_account()),),
    )
    return replace(conversation, **changes)  # type: ignore[arg-type]


def said(text: str = "ok") -> CustomerSaid:
    reading = Understanding(
        text=text,
        intent=Intent.AFFIRM,
        confidence=0.98,
        band=Band.ACT,
        language=LanguageTag.EN,
    )
    return CustomerSaid(reading=reading, said_at=NOW)


def an_outgoing(text: str = "Thank you.", **changes: object) -> Outgoing:
    outgoing = Outgoing(
        text=text,
        kind="reply",
        says=(("thanks", (("amount", dollars(5)),)),),
        account_id=AccountId("account1"),
        asks_money=False,
        send_at=NOW,
        not_after_at=None,
    )
    return replace(outgoing, **changes)  # type: ignore[arg-type]


def a_commit(before: conversations.Loaded, after: Conversation, **changes: object) -> Commit:
    body_changes = {
        name: changes.pop(name) for name in ("event", "outgoing", "actions") if name in changes
    }
    body = Body(
        event=body_changes.pop("event", TimeCame(appointment_id="a1")),  # type: ignore[arg-type]
        reasons=(Reason(rule="test", why="a test"),),
        **body_changes,  # type: ignore[arg-type]
    )
    commit = Commit(
        before=before,
        after=after,
        at=NOW,
        body=body,
        dialogue="test",
        policy_version="p1",
        code_version="c1",
    )
    return replace(commit, **changes)  # type: ignore[arg-type]


def new(conversation: Conversation) -> conversations.Loaded:
    """What a conversation that does not exist yet is saved against."""
    return conversations.Loaded(
        id=conversation.id,
        version=0,
        state=None,
        channel=conversation.channel,
        address=conversation.address,
    )


def begin(conn: Connection, *started: Conversation) -> None:
    """Store new conversations, each with a first turn."""
    commits.commit_many(conn, [a_commit(new(state), state) for state in started])


def handle_waiting(conn: Connection, *, limit: int = 64, now: datetime = NOW) -> int:
    """A worker's round: every waiting message is read in order and counted in the state.

    `serial` counts the messages; `pending_text` of nothing: the state's name keeps their order.
    """
    ids = conversations.waiting(conn, now=now, limit=limit)
    loaded = conversations.load_many(conn, ids)
    waiting = messages.waiting_of(conn, ids)
    batch = [_turn(loaded[i], waiting[i]) for i in ids if waiting.get(i)]
    commits.commit_many(conn, batch)
    return sum(len(commit.handled) for commit in batch)


def _turn(before: conversations.Loaded, heard: tuple[messages.WaitingMessage, ...]) -> Commit:
    state = before.state or a_conversation(before.id)
    after = replace(
        state,
        serial=state.serial + len(heard),
        person=replace(state.person, name=heard[-1].text),
        last_in_at=heard[-1].said_at,
    )
    turn = before.head.count + 1
    return a_commit(
        before,
        after,
        event=said(heard[-1].text),
        outgoing=tuple(an_outgoing(f"heard {m.text}") for m in heard),
        handled=tuple(Handled(message_id=m.id, turn=turn) for m in heard),
        line=heard[-1].text,
    )
