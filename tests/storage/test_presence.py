"""Who has a conversation open, on both databases."""

from __future__ import annotations

from datetime import timedelta

from storage import presence
from storage.database import Database
from tests.storage.values import NOW

MINUTE = timedelta(minutes=1)


async def test_a_person_is_where_he_looked_last(db: Database) -> None:
    async def see(conversation: str, agent: str, minutes: int) -> None:
        at = NOW + minutes * MINUTE
        await db.write(lambda c: presence.see(c, conversation, agent, at=at))

    async def viewers(conversation: str, minutes: int) -> tuple[str, ...]:
        since_at = NOW + minutes * MINUTE
        return await db.read(lambda c: presence.viewers(c, conversation, since_at=since_at))

    await see("a", "lin", 0)
    await see("a", "xu", 1)
    assert await viewers("a", 0) == ("xu", "lin")
    assert await viewers("a", 1) == ("xu",)
    await see("b", "xu", 2)
    assert await viewers("a", 0) == ("lin",)
    await see("a", "lin", 3)
    assert await viewers("a", 3) == ("lin",)
