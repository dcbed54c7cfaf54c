"""Files of accounts on their way through the import's steps, over storage.

A file waits in the database between the steps, so any web process may serve the next one. Checking
and importing run beside the requests and hold a lease; what a dead process left is taken over.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import tempfile
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from bot.clock import Clock
from bot.console import auth
from bot.console.pages import Face
from bot.errors import DuetalkError
from bot.importing import checking, intake
from bot.importing.checking import Checked
from bot.importing.columns import guessed
from bot.importing.files import Reading, TableFile, open_table
from bot.importing.intake import Source
from bot.importing.rows import DayOrder, Defaults, order_of_days
from bot.log import Logger
from bot.settings import CreditorSettings
from storage import agents, audit, campaigns, creditors, imports, uploads
from storage.creditors import Creditor
from storage.database import Database
from storage.errors import StorageError
from storage.imports import Import, NotUndone
from storage.uploads import FoundRow, RowKind, State, Upload

LARGEST_BYTES = 100 * 1024 * 1024
MOST_FILES = 10
MAIN_CREDITOR = "main"
PAGE_ROWS = 50
SAMPLES = 3
_SAMPLE_ROWS = 200
_RECENT = 10
_PIECE_BYTES = 1024 * 1024
_QUICK_PACKING = 1
_COMING_FOR = timedelta(hours=1)
_WAITS_FOR = timedelta(days=1)
# Bad rows can be fetched for so long after an import.
_STORED_FOR = timedelta(days=7)
_LEASE = timedelta(minutes=1)
# An import at the machine holds no lease; a million rows take it minutes.
_LEFT_AFTER = timedelta(hours=1)
_SWEEP_SECONDS = 30.0
_ENDED = (State.FAILED, State.STORED)


class TooLarge(DuetalkError):
    """A file larger than may be given."""


class TooMany(DuetalkError):
    """An operator with `MOST_FILES` files on the way already."""


class _Gone(Exception):
    """The file was dropped, or another process runs it: whatever runs here ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """How a file is read and which column (by its place) holds which field of ours."""

    encoding: str
    separator: str
    header_line: int
    header: tuple[str, ...]
    places: dict[str, int]
    creditor: str = MAIN_CREDITOR
    country: str = ""
    currency: str = ""
    dates: str = DayOrder.YEAR_FIRST.value
    campaign: str = ""
    is_remembered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The first step: the operator's files on the way, and the last imports of everybody.

    `own` are the files behind the operator's own imports, as long as their bad rows are kept.
    """

    waiting: tuple[Upload, ...]
    own: dict[int, str]
    recent: tuple[Import, ...]
    names: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The top of a file: its columns with some values of each."""

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsPage:
    """Some rows of a kind; `next_line` continues the list."""

    rows: tuple[FoundRow, ...]
    next_line: int | None


@dataclass(slots=True, kw_only=True)
class _Coming:
    """What is known of a file while its bytes come."""

    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    ends: Counter[int] = field(default_factory=Counter)
    pieces: int = 0

    def count(self, piece: bytes) -> None:
        self.size += len(piece)
        self.digest.update(piece)
        for sign in b"\r\n":
            self.ends[sign] += piece.count(sign)

    @property
    def lines(self) -> int:
        return max(self.ends.values(), default=0)


class Imports:
    """The data and acts of the import's pages for one service."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        home: CreditorSettings,
        log: Logger | None = None,
        largest_bytes: int = LARGEST_BYTES,
    ) -> None:
        self._database = database
        self.largest_bytes = largest_bytes
        self._clock = clock
        self._home = home
        self._log = log
        self._running: dict[str, asyncio.Task[None]] = {}

    @property
    def home(self) -> CreditorSettings:
        """What holds where a file says nothing."""
        return self._home

    # --- 1: the file ------------------------------------------------------------------------------

    async def front(self, agent: Face, *, now: datetime) -> Front:
        """What is on the way, and what came in last."""

        def read(conn: Connection) -> Front:
            own = uploads.of_agent(conn, agent.id, now=now)
            return Front(
                waiting=tuple(each for each in own if each.state != State.STORED),
                own={each.import_id: each.id for each in own if each.import_id is not None},
                recent=imports.recent(conn, limit=_RECENT),
                names={each.id: each.name for each in agents.all_of(conn)},
            )

        return await self._database.read(read)

    async def receive(
        self, agent: Face, name: str, pieces: AsyncIterator[bytes], *, now: datetime
    ) -> str:
        """Keep a file; its id. Raises TooLarge, TooMany, or FileFault when it is no table."""
        upload_id = auth.new_token()
        await self._database.write(lambda c: _begun(c, upload_id, agent, name, now))
        try:
            coming = await self._kept(upload_id, pieces)
            chosen = await self._first_look(upload_id, name)
        except BaseException:
            # Whatever ends it, a cancelled request included, nothing of the file stays.
            await asyncio.shield(self._database.write(lambda c: uploads.drop(c, upload_id)))
            raise
        await self._database.write(lambda c: _taken(c, upload_id, agent, coming, chosen, now))
        return upload_id

    async def _kept(self, upload_id: str, pieces: AsyncIterator[bytes]) -> _Coming:
        coming = _Coming()
        async for piece in _evenly(pieces):
            coming.count(piece)
            if coming.size > self.largest_bytes:
                raise TooLarge(f"expected at most {self.largest_bytes} bytes, got more")
            packed = await asyncio.to_thread(zlib.compress, piece, _QUICK_PACKING)
            await self._database.write(
                partial(
                    uploads.add_piece, upload_id=upload_id, number=coming.pieces, content=packed
                )
            )
            coming.pieces += 1
        return coming

    async def _first_look(self, upload_id: str, name: str) -> Chosen:
        """What can be found out without asking; columns are those of the same header last time."""
        async with self._top_of(upload_id, name, Reading()) as (table, _):
            remembered = await self._database.read(lambda c: _remembered(c, table.header))
            places = remembered or guessed(table.header)
            days = places.get("due_date")
            written = [row[days] for row in _rows(table) if days is not None and days < len(row)]
        return Chosen(
            encoding=table.encoding,
            separator=table.separator,
            header_line=table.header_line,
            header=table.header,
            places=places,
            country=self._home.country.upper(),
            currency=self._home.currency,
            dates=order_of_days(written).value,
            is_remembered=bool(remembered) and remembered != guessed(table.header),
        )

    @contextlib.asynccontextmanager
    async def _top_of(
        self, upload_id: str, name: str, reading: Reading
    ) -> AsyncIterator[tuple[TableFile, bool]]:
        """The file's first piece as a table, and whether that is all of it."""
        first, second = await self._database.read(
            lambda c: (uploads.piece(c, upload_id, 0), uploads.piece(c, upload_id, 1))
        )
        with _private_file([first] if first else []) as path:
            yield open_table(path, reading, name=name), second is None

    async def find(self, agent: Face, upload_id: str, *, now: datetime) -> Upload | None:
        """The operator's own file; None for another's, and when its end has come."""
        found = await self._database.read(lambda c: uploads.find(c, upload_id))
        is_his = found is not None and found.agent_id == agent.id and found.expires_at > now
        if found is None or not is_his or found.state == State.COMING:
            return None
        return found

    async def drop(self, agent: Face, upload: Upload, *, now: datetime) -> bool:
        """Let the file go; false while it is being stored or a part of it is."""

        def write(conn: Connection) -> bool:
            found = uploads.find(conn, upload.id)
            if found is None or found.state == State.IMPORTING:
                return False
            if found.import_id is not None and found.state != State.STORED:
                return False
            uploads.drop(conn, upload.id)
            _note(conn, agent, "import_file_dropped", found, now)
            return True

        return await self._database.write(write)

    # --- 2: columns -------------------------------------------------------------------------------

    async def head(self, upload: Upload) -> Head:
        """The columns of the file with values of each, as it is read now."""
        chosen = chosen_of(upload)
        async with self._top_of(upload.id, upload.file_name, _reading(chosen)) as (table, is_all):
            rows = list(_rows(table))
        # The last row of a first piece may be half a row.
        whole = rows if is_all or len(rows) == _SAMPLE_ROWS else rows[:-1]
        return Head(
            header=chosen.header,
            samples=tuple(_samples(whole, place) for place in range(len(chosen.header))),
            rows=len(whole),
        )

    async def reread(self, upload: Upload, reading: Reading) -> None:
        """Read the file in another way; raises FileFault when it is no table so."""
        chosen = chosen_of(upload)
        async with self._top_of(upload.id, upload.file_name, reading) as (table, _):
            is_same = table.header == chosen.header
            read = replace(
                chosen,
                encoding=table.encoding,
                separator=table.separator,
                header_line=table.header_line,
                header=table.header,
                places=chosen.places if is_same else guessed(table.header),
                is_remembered=chosen.is_remembered and is_same,
            )
        await self._choose(upload, read)

    async def choose(self, upload: Upload, chosen: Chosen) -> None:
        """Keep what the operator said of columns and defaults; what was found before is void."""
        await self._choose(upload, chosen)

    async def _choose(self, upload: Upload, chosen: Chosen) -> None:
        now = self._clock.now()
        told = msgspec.json.encode(chosen).decode()

        def write(conn: Connection) -> None:
            moved = uploads.move(
                conn,
                upload.id,
                of=(State.READY, State.CHECKED, State.FAILED),
                to=State.READY,
                chosen_json=told,
                result_json="",
                rows_done=0,
                expires_at=now + _WAITS_FOR,
            )
            if moved:
                uploads.clear_rows(conn, upload.id)

        await self._database.write(write)

    async def creditors(self) -> tuple[Creditor, ...]:
        """Whose accounts they may be."""
        known = await self._database.read(creditors.all_of)
        return tuple(known.values())

    # --- 3: check ---------------------------------------------------------------------------------

    async def start_check(self, upload: Upload) -> bool:
        """Begin to check the file; false when it stands elsewhere."""
        return await self._start(upload, of=(State.READY, State.FAILED), to=State.CHECKING)

    async def same_file(self, upload: Upload) -> Import | None:
        """The last import of exactly this file that still stands."""
        creditor = chosen_of(upload).creditor
        return await self._database.read(lambda c: imports.same_file(c, creditor, upload.file_hash))

    async def rows(self, upload: Upload, kind: RowKind, *, after_line: int) -> RowsPage:
        """Some of the rows found, in the order of the file."""
        found = await self._database.read(
            lambda c: uploads.rows(c, upload.id, kind, after_line=after_line, limit=PAGE_ROWS + 1)
        )
        more = len(found) > PAGE_ROWS
        shown = found[:PAGE_ROWS]
        return RowsPage(rows=shown, next_line=shown[-1].line if more else None)

    async def bad_rows(self, upload: Upload) -> AsyncIterator[FoundRow]:
        """Every bad row, in the order of the file."""
        after = 0
        while True:
            page = await self.rows(upload, RowKind.BAD, after_line=after)
            for row in page.rows:
                yield row
            if page.next_line is None:
                return
            after = page.next_line

    async def note_download(self, agent: Face, upload: Upload, *, now: datetime) -> None:
        """Note that the bad rows were taken out."""
        await self._database.write(lambda c: _note(c, agent, "import_rows_exported", upload, now))

    # --- 4: import --------------------------------------------------------------------------------

    async def start_import(self, upload: Upload) -> bool:
        """Begin to store the good rows; false when the file stands elsewhere."""
        return await self._start(upload, of=(State.CHECKED,), to=State.IMPORTING)

    async def resume_import(self, agent: Face, upload: Upload, *, now: datetime) -> bool:
        """Go on with an import that failed on the way."""

        def also(conn: Connection) -> None:
            if upload.import_id is not None:
                imports.go_on(conn, upload.import_id)
            _note(conn, agent, "import_continued", upload, now)

        return await self._start(upload, of=(State.FAILED,), to=State.IMPORTING, also=also)

    async def give_up(self, agent: Face, upload: Upload, *, now: datetime) -> bool:
        """Let a file go whose import stopped, with its rows left as they are; false if it runs."""

        def write(conn: Connection) -> bool:
            found = uploads.find(conn, upload.id)
            if found is None or found.state != State.FAILED or found.import_id is None:
                return False
            imports.stop(conn, found.import_id, at=now)
            uploads.drop(conn, upload.id)
            _note(conn, agent, "import_given_up", found, now)
            return True

        return await self._database.write(write)

    async def take_back(self, agent: Face, upload: Upload, *, now: datetime) -> NotUndone | None:
        """Undo what the file did and let it go; why not, where that cannot be."""

        def write(conn: Connection) -> NotUndone | None:
            found = uploads.find(conn, upload.id)
            if found is None or found.import_id is None or found.state not in _ENDED:
                return NotUndone(status="moved", contacted=0)
            imports.stop(conn, found.import_id, at=now)
            done = imports.undo(conn, found.import_id, at=now)
            if isinstance(done, NotUndone):
                return done
            uploads.drop(conn, upload.id)
            _note(conn, agent, "import_taken_back", found, now)
            return None

        return await self._database.write(write)

    async def done(self, upload: Upload) -> Import | None:
        """The figures of the import."""
        number = upload.import_id
        if number is None:
            return None
        return await self._database.read(lambda c: imports.find(c, number))

    # --- what runs beside the requests ------------------------------------------------------------

    async def _start(
        self,
        upload: Upload,
        *,
        of: tuple[State, ...],
        to: State,
        also: Callable[[Connection], None] | None = None,
    ) -> bool:
        now = self._clock.now()

        def write(conn: Connection) -> Upload | None:
            is_first = to is State.CHECKING or upload.import_id is None
            fresh = {"rows_done": 0} if is_first else {}
            moved = uploads.move(
                conn,
                upload.id,
                of=of,
                to=to,
                lease_until_at=now + _LEASE,
                expires_at=now + _WAITS_FOR,
                **fresh,
            )
            if moved and also is not None:
                also(conn)
            return uploads.find(conn, upload.id) if moved else None

        moved = await self._database.write(write)
        if moved is not None:
            self._run(moved)
        return moved is not None

    def _run(self, upload: Upload) -> None:
        work = self._check if upload.state == State.CHECKING else self._import
        task = asyncio.create_task(self._guarded(upload, work))
        self._running[upload.id] = task
        task.add_done_callback(lambda _: self._running.pop(upload.id, None))

    async def settle(self, upload_id: str, *, seconds: float) -> None:
        """Wait so long for what runs over the file, if it runs in this process."""
        task = self._running.get(upload_id)
        if task is not None:
            await asyncio.wait({task}, timeout=seconds)

    @contextlib.asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """While this lasts, what dead processes left is taken over and what has ended goes."""
        sweeper = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            tasks = [sweeper, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep(self) -> None:
        while True:
            try:
                await self.sweep()
            except (DuetalkError, StorageError) as error:
                self._tell("import.sweep", error)
            await asyncio.sleep(_SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Let go what has ended, take over what a dead process left, tell what nobody runs."""
        now = self._clock.now()
        if await self._database.read(lambda c: uploads.ended(c, now=now)):
            await self._database.write(lambda c: uploads.purge(c, now=now))
        before = now - _LEFT_AFTER
        for number in await self._database.read(
            lambda c: imports.left_running(c, started_before=before)
        ):
            await self._database.write(partial(imports.stop, import_id=number, at=now))
        for upload_id in await self._database.read(lambda c: uploads.left(c, now=now)):
            take = partial(
                uploads.take_over, upload_id=upload_id, now=now, lease_until_at=now + _LEASE
            )
            taken = await self._database.write(take)
            if taken is not None:
                self._run(taken)

    async def _guarded(
        self, upload: Upload, work: Callable[[Upload], Coroutine[Any, Any, None]]
    ) -> None:
        try:
            await work(upload)
        except _Gone:
            return
        except Exception as error:
            # Whatever breaks it, the page says so and the file waits to be tried again.
            self._tell("import.failed", error)
            now = self._clock.now()
            with contextlib.suppress(StorageError):
                await self._database.write(lambda c: _failed(c, upload.id, now))

    def _tell(self, event: str, error: Exception) -> None:
        if self._log is not None:
            # The words of a StorageError are ours and the driver's, which quotes no value here.
            reason = str(error) if isinstance(error, StorageError) else ""
            self._log.error(event, error=type(error).__name__, reason=reason)

    async def _check(self, upload: Upload) -> None:
        """What importing would do, part by part; a check that is taken over begins again."""
        chosen, total = chosen_of(upload), Checked()
        await self._database.write(lambda c: uploads.clear_rows(c, upload.id))
        async with self._whole(upload, chosen) as source:
            async for part in intake.reading(source):
                work = partial(self._checked, held=upload, chosen=chosen, part=part, before=total)
                upload, total = await self._database.write(work)
        result = msgspec.json.encode(total).decode()

        def finish(conn: Connection) -> None:
            self._renew(conn, upload, state=State.CHECKED.value, result_json=result)

        await self._database.write(finish)

    def _checked(
        self,
        conn: Connection,
        *,
        held: Upload,
        chosen: Chosen,
        part: intake.Read,
        before: Checked,
    ) -> tuple[Upload, Checked]:
        shown = {RowKind.CREATED: before.created, RowKind.UPDATED: before.updated}
        found, rows = checking.check(conn, chosen.creditor, part, shown=shown)
        uploads.put_rows(conn, held.id, rows)
        total = before + found
        return self._renew(conn, held, rows_done=total.rows), total

    async def _import(self, upload: Upload) -> None:
        """Store the good rows, each part once: its count moves in the same transaction."""
        chosen, now = chosen_of(upload), self._clock.now()
        async with self._whole(upload, chosen) as source:
            creditor = await self._creditor(chosen.creditor, now)
            upload = await self._database.write(
                lambda c: self._begun_import(c, upload, creditor, source, now)
            )
            number = upload.import_id
            if number is None:
                raise _Gone
            running = renewed = upload

            def also(conn: Connection, /, *, rows: int) -> None:
                # It may run twice, so what is renewed counts only after the commit.
                nonlocal renewed
                renewed = self._renew(conn, running, rows_done=rows)

            async for _ in intake.storing(
                self._database,
                source,
                number,
                creditor_id=creditor.id,
                now=now,
                after=upload.rows_done,
                also=also,
            ):
                running = renewed
        await self._database.write(lambda c: self._finished(c, running, chosen, number, now))

    def _begun_import(
        self, conn: Connection, upload: Upload, creditor: Creditor, source: Source, now: datetime
    ) -> Upload:
        if upload.import_id is not None:
            return upload
        number = intake.begin(conn, creditor, source, now=now, by=upload.agent_id)
        return self._renew(conn, upload, import_id=number, rows_done=0)

    def _finished(
        self, conn: Connection, upload: Upload, chosen: Chosen, number: int, now: datetime
    ) -> None:
        if chosen.campaign:
            campaigns.label(conn, number, chosen.campaign)
        imports.save_mapping(
            conn,
            MAIN_CREDITOR,
            _header_name(chosen.header),
            msgspec.json.encode(chosen.places).decode(),
            at=now,
        )
        uploads.clear_pieces(conn, upload.id)
        uploads.clear_rows(conn, upload.id, besides=(RowKind.BAD,))
        self._renew(conn, upload, state=State.STORED.value, expires_at=now + _STORED_FOR)
        imports.finish(conn, number, at=now)

    def _renew(self, conn: Connection, upload: Upload, **values: object) -> Upload:
        until = self._clock.now() + _LEASE
        renewed = uploads.renew(conn, upload, lease_until_at=until, **values)
        if renewed is None:
            raise _Gone
        return renewed

    async def _creditor(self, creditor_id: str, now: datetime) -> Creditor:
        known = await self._database.read(creditors.all_of)
        usual = Creditor(id=creditor_id, name=self._home.name, created_at=now)
        return known.get(creditor_id, usual)

    @contextlib.asynccontextmanager
    async def _whole(self, upload: Upload, chosen: Chosen) -> AsyncIterator[Source]:
        """The file as it was given, on a private disk place for as long as it is read."""
        with _private_file([]) as path:
            number = 0
            while True:
                packed = await self._database.read(
                    partial(uploads.piece, upload_id=upload.id, number=number)
                )
                if packed is None:
                    break
                await asyncio.to_thread(_append, path, packed)
                number += 1
            table = await asyncio.to_thread(
                open_table, path, _reading(chosen), name=upload.file_name
            )
            yield Source(
                table=table,
                places=chosen.places,
                defaults=Defaults(
                    currency=chosen.currency or self._home.currency,
                    country=chosen.country,
                    timezone=self._home.timezone,
                    dates=DayOrder(chosen.dates),
                ),
                today=self._clock.now().date(),
            )


def chosen_of(upload: Upload) -> Chosen:
    """How the operator wants the file read."""
    return msgspec.json.decode(upload.chosen_json, type=Chosen)


def checked_of(upload: Upload) -> Checked:
    """What checking the file found; nothing before it is done."""
    if not upload.result_json:
        return Checked()
    return msgspec.json.decode(upload.result_json, type=Checked)


def _failed(conn: Connection, upload_id: str, now: datetime) -> None:
    """The file waits to be tried again, and what it stored is told as stopped."""
    uploads.move(conn, upload_id, of=uploads.RUNNING, to=State.FAILED, lease_until_at=None)
    found = uploads.find(conn, upload_id)
    if found is not None and found.import_id is not None:
        imports.stop(conn, found.import_id, at=now)


def _begun(conn: Connection, upload_id: str, agent: Face, name: str, now: datetime) -> None:
    uploads.purge(conn, now=now)
    if uploads.held(conn, agent.id) >= MOST_FILES:
        raise TooMany(f"expected at most {MOST_FILES} files on the way")
    uploads.put(
        conn,
        Upload(
            id=upload_id,
            agent_id=agent.id,
            file_name=name,
            created_at=now,
            expires_at=now + _COMING_FOR,
        ),
    )


def _taken(
    conn: Connection, upload_id: str, agent: Face, coming: _Coming, chosen: Chosen, now: datetime
) -> None:
    uploads.move(
        conn,
        upload_id,
        of=(State.COMING,),
        to=State.READY,
        size_bytes=coming.size,
        line_count=max(coming.lines - chosen.header_line, 1),
        file_hash=coming.digest.hexdigest(),
        chosen_json=msgspec.json.encode(chosen).decode(),
        expires_at=now + _WAITS_FOR,
    )
    taken = uploads.find(conn, upload_id)
    if taken is not None:
        _note(conn, agent, "import_file_taken", taken, now)


def _note(conn: Connection, agent: Face, act: str, upload: Upload, now: datetime) -> None:
    """Write to the audit what was done with a file: its name, digest, size and figures."""
    checked = checked_of(upload)
    told = audit.detail(
        file_name=upload.file_name,
        file_hash=upload.file_hash,
        size_bytes=upload.size_bytes,
        bad_count=checked.bad,
    )
    agents.note_acts(conn, [agents.Act(at=now, agent_id=agent.id, act=act, detail_json=told)])


def _remembered(conn: Connection, header: tuple[str, ...]) -> dict[str, int] | None:
    """The columns as they were chosen the last time a file had exactly this header."""
    told = imports.mappings(conn, MAIN_CREDITOR).get(_header_name(header))
    return msgspec.json.decode(told, type=dict[str, int]) if told else None


def _header_name(header: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(header).encode("utf-8", "replace")).hexdigest()


def _reading(chosen: Chosen) -> Reading:
    return Reading(
        encoding=chosen.encoding, separator=chosen.separator, header_line=chosen.header_line
    )


def _rows(table: TableFile) -> Iterator[list[str]]:
    rows = (row.cells for row in table.rows() if any(cell.strip() for cell in row.cells))
    return islice(rows, _SAMPLE_ROWS)


def _samples(rows: list[list[str]], place: int) -> tuple[str, ...]:
    """The first different values of a column."""
    values = (row[place].strip() for row in rows if place < len(row))
    return tuple(islice(dict.fromkeys(value for value in values if value), SAMPLES))


async def _evenly(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces of one size, the last one smaller."""
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        while len(waiting) >= _PIECE_BYTES:
            yield bytes(waiting[:_PIECE_BYTES])
            del waiting[:_PIECE_BYTES]
    if waiting:
        yield bytes(waiting)


@contextmanager
def _private_file(packed: list[bytes]) -> Iterator[Path]:
    """A file that only this user may read, and that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="duetalk-import-") as folder:
        path = Path(folder) / "file"
        path.touch()
        for piece in packed:
            _append(path, piece)
        yield path


def _append(path: Path, packed: bytes) -> None:
    with path.open("ab") as file:
        file.write(zlib.decompress(packed))
