"""An erased person leaves no words, and the proof of what happened stays."""

from __future__ import annotations

from sqlalchemy import Connection, select

from flows.records import Appointment, AppointmentKind
from storage import conversations, erasure, outgoing, people, verification
from storage.database import Database
from storage.tables import table
from tests.storage.test_queues import hear, talk
from tests.storage.values import NOW, SECOND, a_person, begin

SECRET = "我叫陈思远 and I live at 5 Example Road"


def _everything(conn: Connection) -> str:
    names = ("incoming_messages", "outgoing_messages", "turns", "conversations", "persons", "feed")
    return "\n".join(repr(conn.execute(select(table(name))).all()) for name in names)


async def test_an_erased_person_leaves_no_words_and_is_not_written_to(db: Database) -> None:
    soon = Appointment(id="a", kind=AppointmentKind.REMINDER, due_at=NOW + SECOND)
    state = talk(1, person=a_person(7), opted_out=frozenset({"sms"}), agenda=(soon,))
    await db.write(lambda c: begin(c, state))
    await hear(db, state.id, SECRET)
    assert SECRET in await db.read(_everything)
    erased = await db.write(lambda c: erasure.erase_person(c, state.person.id, at=NOW))
    assert (erased.conversations, erased.turns) == (1, 2)
    found = await db.read(_everything)
    assert SECRET not in found
    assert "Person 7" not in found
    assert await db.read(verification.everything_wrong) == ()
    assert (await db.read(lambda c: outgoing.backlog(c, now=NOW))).due == 0
    later = NOW + 9 * SECOND
    assert await db.write(lambda c: conversations.waiting(c, now=later, limit=9)) == ()
    ((address,),) = (await db.read(lambda c: people.addresses_of(c, [state.person.id]))).values()
    assert address.opted_out_at == NOW
