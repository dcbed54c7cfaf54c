"""Files on their way through an import: theirs who gave them, run by one process, gone in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import uploads
from storage.database import Database
from storage.uploads import FoundRow, RowKind, State, Upload
from tests.storage.values import NOW

LATER = NOW + timedelta(minutes=1)
FILE = Upload(
    id="f1",
    agent_id="wu",
    file_name="bills.csv",
    created_at=NOW,
    expires_at=NOW + timedelta(days=1),
    state=State.CHECKING,
    lease_until_at=LATER,
)


async def put(db: Database, upload: Upload = FILE) -> None:
    await db.write(lambda c: uploads.put(c, upload))


async def test_a_file_comes_back_as_it_was_put(db: Database) -> None:
    await put(db)
    await db.write(lambda c: uploads.add_piece(c, "f1", 0, b"\x00\xff"))
    assert await db.read(lambda c: uploads.find(c, "f1")) == FILE
    assert await db.read(lambda c: uploads.piece(c, "f1", 0)) == b"\x00\xff"
    assert await db.read(lambda c: uploads.piece(c, "f1", 1)) is None


async def test_only_who_gave_a_file_has_it_in_his_list(db: Database) -> None:
    await put(db)
    await put(db, replace(FILE, id="f2", state=State.COMING))
    await put(db, replace(FILE, id="f3", agent_id="lin"))
    found = await db.read(lambda c: uploads.of_agent(c, "wu", now=NOW))
    assert [upload.id for upload in found] == ["f1"]
    assert await db.read(lambda c: uploads.held(c, "wu")) == 2


async def test_a_file_is_moved_from_where_it_stands_only(db: Database) -> None:
    await put(db, replace(FILE, state=State.CHECKED))
    moves = [
        await db.write(
            lambda c: uploads.move(c, "f1", of=(State.CHECKED,), to=State.IMPORTING, rows_done=0)
        )
        for _ in range(2)
    ]
    assert moves == [True, False]


async def test_a_running_file_is_taken_over_once_its_lease_is_over(db: Database) -> None:
    await put(db)
    until = LATER + timedelta(minutes=1)

    async def take() -> Upload | None:
        return await db.write(lambda c: uploads.take_over(c, "f1", now=LATER, lease_until_at=until))

    assert await db.read(lambda c: uploads.left(c, now=NOW)) == ()
    assert await db.read(lambda c: uploads.left(c, now=LATER)) == ("f1",)
    assert await take() == replace(FILE, lease_until_at=until)
    assert await take() is None
    lost = await db.write(lambda c: uploads.renew(c, FILE, lease_until_at=until, rows_done=5))
    assert lost is None, "who had it before cannot go on"


@pytest.mark.parametrize("kind", RowKind)
async def test_rows_of_a_kind_come_by_pages_in_the_order_of_the_file(
    db: Database, kind: RowKind
) -> None:
    await put(db)
    rows = [FoundRow(line=n, kind=kind.value, told_json=f'"{n}"') for n in (5, 2, 9)]
    await db.write(lambda c: uploads.put_rows(c, "f1", rows))
    first = await db.read(lambda c: uploads.rows(c, "f1", kind, limit=2))
    rest = await db.read(lambda c: uploads.rows(c, "f1", kind, after_line=5, limit=2))
    assert [row.line for row in (*first, *rest)] == [2, 5, 9]


async def test_what_has_ended_goes_whole(db: Database) -> None:
    await put(db)
    await db.write(lambda c: uploads.add_piece(c, "f1", 0, b"x"))
    row = FoundRow(line=2, kind=RowKind.BAD.value, told_json="{}")
    await db.write(lambda c: uploads.put_rows(c, "f1", [row]))
    assert await db.write(lambda c: uploads.purge(c, now=NOW)) == 0
    assert await db.write(lambda c: uploads.purge(c, now=FILE.expires_at)) == 1
    assert await db.read(lambda c: uploads.find(c, "f1")) is None
    assert await db.read(lambda c: uploads.piece(c, "f1", 0)) is None
    assert await db.read(lambda c: uploads.rows(c, "f1", RowKind.BAD, limit=1)) == ()
