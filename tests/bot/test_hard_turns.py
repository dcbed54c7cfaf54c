"""What goes wrong between turns, on real databases: restarts, shared telephones, vanished bills."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.beginning import start_conversations
from bot.sending import recheck_with
from bot.turn import handle_waiting, take_turn
from flows.events import AgentHandedBack, AgentSaid, AgentTookOver
from flows.model import Conversation
from flows.records import AccountId, PersonId
from flows.states import waits_for
from storage import conversations, messages, outgoing, tables
from storage.conversations import Save
from storage.database import Database
from tests.builders import NOW, a_conversation, rules, said

MINUTE = timedelta(minutes=1)
SHARED = "+15550100001"


async def _begin(db: Database, *states: Conversation) -> None:
    await db.write(lambda conn: start_conversations(conn, states, NOW))


async def _say(db: Database, text: str, at: datetime, number: int = 1) -> None:
    message = said(text, number, at=at)
    await db.write(lambda conn: messages.receive_many(conn, [message]))
    await _work(db, at)


async def _work(db: Database, at: datetime) -> None:
    while await db.write(lambda conn: handle_waiting(conn, rules(), at)):
        pass


async def _state(db: Database, conversation_id: str = "c1") -> Conversation:
    def load(conn: Connection) -> Conversation:
        state = conversations.load_many(conn, [conversation_id])[conversation_id].state
        assert state is not None
        return state

    return await db.read(load)


async def _said_by_us(db: Database) -> list[tuple[str, str]]:
    table = tables.table("outgoing_messages")
    query = select(table.c.template, table.c.text).order_by(table.c.id)
    return await db.read(lambda conn: [(r.template, r.text) for r in conn.execute(query)])


async def test_time_outs_survive_a_restart(url: str) -> None:
    """Nothing of what is to come stands in a process: it is in the rows."""
    async with await Database.open(url) as db:
        await _begin(db, a_conversation())
        await _say(db, "4 payments on the 1st", NOW + MINUTE)
    async with await Database.open(url) as db:
        assert waits_for(await _state(db), NOW + 2 * MINUTE) == "confirm"
        await _work(db, NOW + timedelta(hours=25))
        keys = [template for template, _ in await _said_by_us(db)]
        assert keys.count("plan_propose") == 2
    async with await Database.open(url) as db:
        await _work(db, NOW + timedelta(hours=74))
        state = await _state(db)
        assert waits_for(state, NOW + timedelta(hours=74)) == "idle"
        assert [a.kind for a in state.agenda] == ["reminder"]


async def test_a_yes_to_an_expired_proposal_asks_anew(db: Database) -> None:
    await _begin(db, a_conversation())
    await _say(db, "4 payments on the 1st", NOW + MINUTE)
    late = NOW + timedelta(hours=80)
    await _work(db, late)
    await _say(db, "yes", late + MINUTE, 2)
    state = await _state(db)
    assert state.cases[0].plans == ()
    assert waits_for(state, late + MINUTE) == "confirm"
    await _say(db, "yes", late + 2 * MINUTE, 3)
    assert (await _state(db)).cases[0].live_plan is not None


async def _two_at_one_number(db: Database) -> None:
    first = a_conversation("c1", SHARED)
    second = a_conversation("c2", SHARED, customer_name="Grace Brooks", outstanding_minor=90_000)
    grace = replace(second.person, id=PersonId("grace"))
    await _begin(db, first)
    await _begin(db, replace(second, person=grace))


async def test_a_stop_at_a_shared_number_holds_for_everybody_there(db: Database) -> None:
    await _two_at_one_number(db)
    await _say(db, "STOP", NOW + MINUTE)
    kept = [(await _state(db, c)).opted_out for c in ("c1", "c2")]
    assert sum(bool(stopped) for stopped in kept) == 1
    other = "c1" if not kept[0] else "c2"
    assert await _verdict(db, other, "reply") == "optout.address"


async def test_a_wrong_number_of_one_is_a_wrong_number_of_all_at_it(db: Database) -> None:
    await _two_at_one_number(db)
    await _say(db, "wrong number, I don't know these people", NOW + MINUTE)
    closed = [c for c in ("c1", "c2") if (await _state(db, c)).is_address_closed]
    assert len(closed) == 1
    other = "c2" if closed == ["c1"] else "c1"
    assert await _verdict(db, other, "reply") == "optout.address"


async def test_a_reply_belongs_to_the_talk_that_wrote_to_the_number_last(db: Database) -> None:
    await _two_at_one_number(db)
    reminded = await _state(db)
    words = AgentSaid(agent="lin", text="Hello, this is Lin.")
    for event in (AgentTookOver(agent="lin"), words, AgentHandedBack(agent="lin", note="done")):
        await db.write(lambda c, e=event: take_turn(c, reminded.id, e, rules(), NOW + MINUTE))
    await _say(db, "I'll pay all of it on friday", NOW + 2 * MINUTE)
    first, second = await _state(db), await _state(db, "c2")
    assert first.cases[0].open_promise is not None
    assert second.cases[0].promises == ()


async def test_a_bill_that_vanishes_in_mid_talk_is_no_longer_negotiated(db: Database) -> None:
    await _begin(db, a_conversation())
    await _say(db, "4 payments on the 1st", NOW + MINUTE)
    await db.write(_withdraw)
    await _say(db, "yes", NOW + 2 * MINUTE, 2)
    state = await _state(db)
    assert state.cases[0].plans == ()
    assert state.open_handoff is not None
    assert [template for template, _ in await _said_by_us(db)][-1] == "handoff_wait"
    await _work(db, NOW + timedelta(days=30))
    later = [template for template, _ in await _said_by_us(db)]
    assert not [template for template in later if template.startswith(("followup", "first_"))]


async def test_a_yes_to_a_plan_for_a_vanished_bill_agrees_nothing_on_another(db: Database) -> None:
    first = a_conversation()
    case = first.cases[0]
    other = replace(case, account=replace(case.account, id=AccountId("B2"), product="car loan"))
    await _begin(db, replace(first, cases=(case, other)))
    await _say(db, "the store card in 4 payments on the 1st", NOW + MINUTE)
    assert (await _state(db)).dialogue.proposals
    await db.write(_withdraw)
    await _say(db, "yes", NOW + 2 * MINUTE, 2)
    state = await _state(db)
    assert [c.plans for c in state.cases] == [(), ()]
    assert state.dialogue.proposals == ()


def _withdraw(conn: Connection) -> None:
    """The conversation as the ledger's figures make it, once the creditor took the bill back."""
    loaded = conversations.load_many(conn, ["c1"])["c1"]
    assert loaded.state is not None
    case, *others = loaded.state.cases
    gone = replace(case, account=replace(case.account, exists=False))
    state = replace(loaded.state, cases=(gone, *others))
    save = Save(
        before=loaded,
        state=state,
        state_json=conversations.written(state),
        at=NOW,
        head=loaded.head,
    )
    conversations.save_many(conn, [save])


async def _verdict(db: Database, conversation_id: str, kind: str) -> str:
    """Why a message that waits does not leave, asked as the sender asks."""
    state = await _state(db, conversation_id)
    new = outgoing.NewMessage(
        conversation_id=conversation_id,
        channel=state.channel,
        address=state.address,
        kind=kind,
        text="Hello.",
        due_at=NOW,
        created_at=NOW,
        account_id=state.cases[0].id,
        ownership=state.ownership,
        template="thanks",
    )

    def judged(conn: Connection) -> str:
        outgoing.add_many(conn, [new])
        message = outgoing.find(conn, _last(conn))
        assert message is not None
        (verdict,) = recheck_with(rules())(conn, [message], NOW + timedelta(hours=6))
        return getattr(verdict, "reason", "sent")

    return await db.write(judged)


def _last(conn: Connection) -> int:
    table = tables.table("outgoing_messages")
    return int(conn.execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar_one())
