"""The import's four pages: file, columns, check, import. Each act is a form, each view a link."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import msgspec
import phonenumbers
from aiohttp import BodyPartReader, web

from bot.console.format import written_money
from bot.console.imports import (
    LARGEST_BYTES,
    MAIN_CREDITOR,
    MOST_FILES,
    Chosen,
    Imports,
    TooLarge,
    TooMany,
    checked_of,
    chosen_of,
)
from bot.console.pages import Face, Fact, Phrase
from bot.console.paths import path
from bot.console.roles import Right
from bot.console.visit import (
    CONSOLE,
    CSRF_FIELD,
    CSRF_HEADER,
    page,
    permitted,
    refuse_forged,
    streamed,
    visit_of,
)
from bot.console.words import Words
from bot.importing.checking import SHOWN_ROWS, ToldBad, ToldFault, ToldGood
from bot.importing.columns import HEADERS, REQUIRED, lacking
from bot.importing.faults import FileFault
from bot.importing.files import ENCODINGS, SEPARATORS, Reading
from bot.importing.intake import WHOLE_ROW
from bot.importing.mending import mending_header, mending_row
from bot.importing.rows import KNOWN_CURRENCIES, DayOrder
from flows.money import Currency, Money, from_decimal
from storage.imports import NotUndone
from storage.uploads import RUNNING, FoundRow, RowKind, State, Upload

_UNPROCESSABLE = 422
_TOO_LARGE = 413
_LONGEST_FIELD_BYTES = 512
_LONGEST_NAME = 120
_LONGEST_CAMPAIGN = 64
_LONGEST_LINE = 9
_READ_BYTES = 256 * 1024
_MEBIBYTE = 1024 * 1024
# Pasted rows that cannot be read stand in their box again, up to so many bytes.
_MOST_SHOWN_AGAIN = 512 * 1024
# A small file is done before the next page is asked for.
_SETTLE_SECONDS = 2.0
# The usual way first; a chat may stand for the phone, the rest is there if the file has it.
_MAIN_FIELDS = ("account_id", "name", "phone", "amount", "due_date")
_MORE_FIELDS = tuple(name for name in HEADERS if name not in _MAIN_FIELDS)
_FORM_FIELDS = ("country", "currency", "dates", "campaign", "creditor")
_TABS = (RowKind.BAD, RowKind.CREATED, RowKind.UPDATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """One fault as the table shows it; `is_first`: the first of its row."""

    line: int
    column: str
    value: str
    why: Phrase
    is_first: bool


def _imports(request: web.Request) -> Imports:
    work = request.config_dict[CONSOLE].work
    if work is None:
        raise web.HTTPNotFound
    return work.imports


async def _upload(request: web.Request) -> tuple[Face, Upload]:
    """The operator and his file; nobody else finds it."""
    agent = permitted(request, Right.IMPORT)
    now = visit_of(request).now
    found = await _imports(request).find(agent, request.match_info["id"], now=now)
    if found is None:
        raise web.HTTPSeeOther(path("import", gone="1"))
    return agent, found


def _where(upload: Upload) -> str:
    """The step a file stands at."""
    if upload.state in (State.IMPORTING, State.STORED) or upload.import_id is not None:
        return path("import_result", id=upload.id)
    if upload.state in (State.CHECKING, State.CHECKED, State.FAILED):
        return path("import_check", id=upload.id)
    return path("import_columns", id=upload.id)


# --- 1: the file ---------------------------------------------------------------------------------


async def show_front(request: web.Request) -> web.StreamResponse:
    """Where a file is given, and what is on the way."""
    agent = permitted(request, Right.IMPORT)
    problem = Phrase(key="import_file.gone") if "gone" in request.query else None
    return await _front_page(request, agent, problem)


async def _front_page(
    request: web.Request,
    agent: Face,
    problem: Phrase | None = None,
    *,
    status: int = 200,
    file_name: str = "",
    pasted: str = "",
) -> web.StreamResponse:
    front = await _imports(request).front(agent, now=visit_of(request).now)
    return await page(
        request,
        "import_file.html",
        status=status,
        front=front,
        problem=problem,
        file_name=file_name,
        pasted=pasted,
        largest=_imports(request).largest_bytes // _MEBIBYTE,
        largest_bytes=_imports(request).largest_bytes,
        step=1,
    )


@streamed
async def take_file(request: web.Request) -> web.StreamResponse:
    """Keep the file, however large, without ever holding it whole."""
    parts = _parts(request)
    given = request.headers.get(CSRF_HEADER) or await _first_token(parts)
    refuse_forged(request, given)
    agent = permitted(request, Right.IMPORT)
    try:
        part = await _file_part(parts)
    except ValueError:
        part = None
    if part is None:
        problem = Phrase(key="import_file.none")
        return await _front_page(request, agent, problem, status=_UNPROCESSABLE)
    name, now, heard = _file_name(part), visit_of(request).now, bytearray()
    try:
        upload_id = await _imports(request).receive(agent, name, _bytes_of(part, heard), now=now)
    except (TooLarge, TooMany, FileFault, ValueError) as fault:
        # A browser shows no answer before it has sent everything.
        await _rest(part, heard)
        status = _TOO_LARGE if isinstance(fault, TooLarge) else _UNPROCESSABLE
        told = _told(fault, _imports(request).largest_bytes)
        if not part.filename and isinstance(fault, FileFault) and fault.code == "empty":
            name, told = "", Phrase(key="import_file.none")
        return await _front_page(
            request,
            agent,
            told,
            status=status,
            file_name=name,
            pasted="" if part.filename else _shown_again(heard),
        )
    raise web.HTTPSeeOther(path("import_columns", id=upload_id))


async def _parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    if request.content_type != "multipart/form-data":
        raise web.HTTPBadRequest
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            yield part


async def _first_token(parts: AsyncIterator[BodyPartReader]) -> str:
    """The token, which stands first in the form, so that nothing is read for a stranger."""
    try:
        part = await anext(parts, None)
    except ValueError:
        return ""
    if part is None or part.name != CSRF_FIELD:
        return ""
    return (await part.read_chunk(_LONGEST_FIELD_BYTES)).decode("utf-8", "replace")


async def _file_part(parts: AsyncIterator[BodyPartReader]) -> BodyPartReader | None:
    """The file chosen, or what was pasted where none was."""
    async for part in parts:
        if part.name == "file" and part.filename:
            return part
        if part.name == "text":
            return part
    return None


def _file_name(part: BodyPartReader) -> str:
    """What the operator calls the file, without folders and signs that are no text."""
    name = (part.filename or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in name if sign.isprintable()).strip()
    return shown[:_LONGEST_NAME] or "pasted.csv"


async def _bytes_of(part: BodyPartReader, heard: bytearray) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(_READ_BYTES):
        if len(heard) <= _MOST_SHOWN_AGAIN:
            heard += chunk
        yield bytes(chunk)


async def _rest(part: BodyPartReader, heard: bytearray) -> None:
    try:
        async for _ in _bytes_of(part, heard):
            pass
    except ValueError:
        return


def _shown_again(heard: bytearray) -> str:
    """What was pasted, so that nobody has to find it again; nothing where it is too much."""
    return heard.decode("utf-8", "replace") if len(heard) <= _MOST_SHOWN_AGAIN else ""


def _told(fault: Exception, largest_bytes: int = LARGEST_BYTES) -> Phrase:
    """Why a file cannot be taken, in the reader's words."""
    match fault:
        case TooLarge():
            return Phrase(key="import_file.too_large", values={"most": largest_bytes // _MEBIBYTE})
        case TooMany():
            return Phrase(key="import_file.too_many", values={"most": MOST_FILES})
        case FileFault() if fault.code:
            return Phrase(key=f"import_file.{fault.code}", values=dict(fault.told))
    return Phrase(key="import_file.other")


async def show_file(request: web.Request) -> web.StreamResponse:
    """Lead to the step the file stands at."""
    _, upload = await _upload(request)
    raise web.HTTPSeeOther(_where(upload))


async def drop_file(request: web.Request) -> web.StreamResponse:
    """Let the file go."""
    agent, upload = await _upload(request)
    if not await _imports(request).drop(agent, upload, now=visit_of(request).now):
        raise web.HTTPSeeOther(_where(upload))
    raise web.HTTPSeeOther(path("import", done="import_dropped"))


# --- 2: columns ----------------------------------------------------------------------------------


async def show_columns(request: web.Request) -> web.StreamResponse:
    """How the file is read and which column holds what."""
    _, upload = await _upload(request)
    if upload.state == State.CHECKING or upload.import_id is not None:
        raise web.HTTPSeeOther(_where(upload))
    return await _columns_page(request, upload, chosen_of(upload))


async def read_again(request: web.Request) -> web.StreamResponse:
    """Read the file with another encoding, separator or header."""
    _, upload = await _upload(request)
    if upload.import_id is not None:
        raise web.HTTPSeeOther(_where(upload))
    form = await request.post()
    encoding, separator = str(form.get("encoding", "")), str(form.get("separator", ""))
    reading = Reading(
        encoding=encoding if encoding in ENCODINGS else "",
        separator=separator if separator in SEPARATORS else "",
        header_line=_number(str(form.get("header_line", ""))) or 0,
    )
    try:
        await _imports(request).reread(upload, reading)
    except FileFault as fault:
        problem = {"field": "encoding", "phrase": _told(fault)}
        return await _columns_page(request, upload, chosen_of(upload), problems=[problem])
    raise web.HTTPSeeOther(path("import_columns", id=upload.id))


async def choose_columns(request: web.Request) -> web.StreamResponse:
    """Keep what was chosen and check the file with it."""
    _, upload = await _upload(request)
    if upload.import_id is not None:
        raise web.HTTPSeeOther(_where(upload))
    form = {key: str(value).strip() for key, value in (await request.post()).items()}
    chosen = _chosen(chosen_of(upload), form)
    if "look" in form:
        return await _columns_page(request, upload, chosen)
    known = {each.id for each in await _imports(request).creditors()} | {MAIN_CREDITOR}
    problems = list(_problems(chosen, known))
    if problems:
        return await _columns_page(request, upload, chosen, problems=problems)
    await _imports(request).choose(upload, chosen)
    await _imports(request).start_check(upload)
    await _imports(request).settle(upload.id, seconds=_SETTLE_SECONDS)
    raise web.HTTPSeeOther(path("import_check", id=upload.id))


def _chosen(before: Chosen, form: Mapping[str, str]) -> Chosen:
    """What the form says; a column the file does not have is none."""
    asked = {field: _number(form.get(f"column-{field}", "")) for field in HEADERS}
    places = {
        field: place
        for field, place in asked.items()
        if place is not None and place < len(before.header)
    }
    said = {name: form.get(name, getattr(before, name)) for name in _FORM_FIELDS}
    said["country"] = said["country"].upper()
    written = "".join(sign for sign in said["campaign"] if sign.isprintable())
    said["campaign"] = written[:_LONGEST_CAMPAIGN]
    return replace(before, places=places, **said)


def _number(written: str) -> int | None:
    is_number = written.isascii() and written.isdigit() and len(written) <= _LONGEST_LINE
    return int(written) if is_number else None


def _problems(chosen: Chosen, creditors: set[str]) -> Sequence[Mapping[str, Any]]:
    found = [
        {
            "field": f"column-{field}",
            "phrase": Phrase(
                key="import.need_column", values={"field": Phrase(key=f"import_field.{field}")}
            ),
        }
        for field in lacking(chosen.places)
    ]
    if len(set(chosen.places.values())) < len(chosen.places):
        found.append(_column_twice(chosen))
    if chosen.country and chosen.country not in phonenumbers.SUPPORTED_REGIONS:
        found.append({"field": "country", "phrase": Phrase(key="import.need_country")})
    if chosen.currency not in KNOWN_CURRENCIES:
        found.append({"field": "currency", "phrase": Phrase(key="import.need_currency")})
    if chosen.dates not in set(DayOrder) or chosen.creditor not in creditors:
        found.append({"field": "dates", "phrase": Phrase(key="import.need_dates")})
    return found


def _column_twice(chosen: Chosen) -> dict[str, Any]:
    fields: dict[int, str] = {}
    for field, place in chosen.places.items():
        if place in fields:
            values: dict[str, Fact] = {
                "column": chosen.header[place],
                "first": Phrase(key=f"import_field.{fields[place]}"),
                "second": Phrase(key=f"import_field.{field}"),
            }
            phrase = Phrase(key="import.column_twice", values=values)
            return {"field": f"column-{field}", "phrase": phrase}
        fields[place] = field
    raise ValueError("no column is named twice")


async def _columns_page(
    request: web.Request,
    upload: Upload,
    chosen: Chosen,
    *,
    problems: Sequence[Mapping[str, Any]] = (),
) -> web.StreamResponse:
    imports = _imports(request)
    head = await imports.head(upload)
    creditors = await imports.creditors()
    used = set(chosen.places.values())
    return await page(
        request,
        "import_columns.html",
        status=_UNPROCESSABLE if problems else 200,
        upload=upload,
        chosen=chosen,
        head_rows=head,
        problems=problems,
        wrong={problem["field"] for problem in problems},
        main_fields=_MAIN_FIELDS,
        more_fields=_MORE_FIELDS,
        required=REQUIRED,
        unused=[name for place, name in enumerate(chosen.header) if place not in used and name],
        encodings=ENCODINGS,
        separators=SEPARATORS,
        currencies=sorted(KNOWN_CURRENCIES),
        orders=tuple(order.value for order in DayOrder),
        creditors=creditors if len(creditors) > 1 else (),
        step=2,
    )


# --- 3: check ------------------------------------------------------------------------------------


async def show_check(request: web.Request) -> web.StreamResponse:
    """What importing would do, row by row where it matters."""
    _, upload = await _upload(request)
    is_elsewhere = upload.state in (State.READY, State.IMPORTING, State.STORED)
    if is_elsewhere or upload.import_id is not None:
        raise web.HTTPSeeOther(_where(upload))
    if upload.state != State.CHECKED:
        return await _running_page(request, upload, step=3)
    return await _check_page(request, upload)


async def _running_page(
    request: web.Request, upload: Upload, *, step: int, problem: Phrase | None = None
) -> web.StreamResponse:
    until_at, is_running = upload.lease_until_at, upload.state in RUNNING
    return await page(
        request,
        "import_running.html",
        status=_UNPROCESSABLE if problem else 200,
        upload=upload,
        done=await _imports(request).done(upload),
        is_running=is_running,
        is_still=is_running and (until_at is None or until_at <= visit_of(request).now),
        problem=problem,
        step=step,
    )


async def _check_page(
    request: web.Request, upload: Upload, problem: Phrase | None = None
) -> web.StreamResponse:
    checked = checked_of(upload)
    counts = {
        RowKind.BAD: checked.bad,
        RowKind.CREATED: checked.created,
        RowKind.UPDATED: checked.updated,
    }
    tab = _tab(request, counts)
    after = _number(request.query.get("after", "")) or 0
    shown = await _imports(request).rows(upload, tab, after_line=after)
    chosen = chosen_of(upload)
    return await page(
        request,
        "import_check.html",
        status=_UNPROCESSABLE if problem else 200,
        upload=upload,
        checked=checked,
        owed=[Money(minor, Currency.of(code)) for code, minor in checked.owed_minor.items()],
        tabs=[(kind.value, counts[kind]) for kind in _TABS],
        tab=tab.value,
        bad=_bad_lines(shown.rows, chosen) if tab is RowKind.BAD else (),
        good=[(row.line, _good(row)) for row in shown.rows] if tab is not RowKind.BAD else (),
        next_line=shown.next_line,
        earlier=await _imports(request).same_file(upload),
        problem=problem,
        money=_money_in,
        most_shown=SHOWN_ROWS,
        step=3,
    )


def _tab(request: web.Request, counts: Mapping[RowKind, int]) -> RowKind:
    asked = request.query.get("tab", "")
    if asked in set(RowKind):
        return RowKind(asked)
    return next((kind for kind in _TABS if counts[kind]), RowKind.CREATED)


def _good(row: FoundRow) -> ToldGood:
    return msgspec.json.decode(row.told_json, type=ToldGood)


def _bad(row: FoundRow) -> ToldBad:
    return msgspec.json.decode(row.told_json, type=ToldBad)


def _bad_lines(rows: Sequence[FoundRow], chosen: Chosen) -> tuple[BadLine, ...]:
    return tuple(
        BadLine(
            line=row.line,
            column=_column(fault, chosen),
            value=fault.value,
            why=_why(fault),
            is_first=number == 0,
        )
        for row in rows
        for number, fault in enumerate(_bad(row).faults)
    )


def _column(fault: ToldFault, chosen: Chosen) -> str:
    """The column as the file calls it; empty for a fault of the whole row."""
    if fault.column == WHOLE_ROW or fault.column not in chosen.places:
        return ""
    return chosen.header[chosen.places[fault.column]]


def _why(fault: ToldFault) -> Phrase:
    return Phrase(key=f"import_fault.{fault.code or 'other'}", values=dict(fault.told))


def _money_in(written: str) -> str:
    """An amount of a found row (`2360.00 CNY`) as pages write it."""
    amount, _, code = written.partition(" ")
    return written_money(from_decimal(Decimal(amount), Currency.of(code))) if code else ""


async def take_bad_rows(request: web.Request) -> web.StreamResponse:
    """The bad rows as the file has them, with what to mend, as CSV."""
    agent, upload = await _upload(request)
    chosen = chosen_of(upload)
    await _imports(request).note_download(agent, upload, now=visit_of(request).now)
    words = request.config_dict[CONSOLE].pages.words[visit_of(request).language]
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f"attachment; filename*=UTF-8''{_mending_name(upload)}",
        }
    )
    await response.prepare(request)
    told = (_plain(words, "import.line_in_file"), _plain(words, "import.what_to_mend"))
    await response.write(mending_header(chosen.header, told).encode("utf-8-sig"))
    async for row in _imports(request).bad_rows(upload):
        bad = _bad(row)
        line = mending_row(
            len(chosen.header), bad.cells, line=row.line, why=_whys(words, bad, chosen)
        )
        await response.write(line.encode("utf-8", "replace"))
    await response.write_eof()
    return response


def _mending_name(upload: Upload) -> str:
    return quote(f"{upload.file_name.rpartition('.')[0] or upload.file_name}-mend.csv", safe="")


def _whys(words: Words, bad: ToldBad, chosen: Chosen) -> str:
    return "; ".join(
        f"{_column(fault, chosen) or _plain(words, 'import.whole_row')}: "
        f"{_plain(words, _why(fault).key, **fault.told)}"
        for fault in bad.faults
    )


def _plain(words: Words, key: str, **values: str) -> str:
    return words(key, **values).unescape()


# --- 4: import -----------------------------------------------------------------------------------


async def store_rows(request: web.Request) -> web.StreamResponse:
    """Import the good rows, or none while some are bad and all are wanted."""
    agent, upload = await _upload(request)
    form = await request.post()
    imports = _imports(request)
    if upload.state == State.FAILED and upload.import_id is not None:
        await imports.resume_import(agent, upload, now=visit_of(request).now)
    elif upload.state == State.FAILED:
        await imports.start_check(upload)
    elif upload.state == State.CHECKED:
        checked = checked_of(upload)
        if form.get("rows") == "all" and checked.bad:
            problem = Phrase(key="import.not_all_good", values={"n": checked.bad})
            return await _check_page(request, upload, problem)
        if not checked.good:
            return await _check_page(request, upload, Phrase(key="import.nothing_good"))
        await imports.start_import(upload)
    await imports.settle(upload.id, seconds=_SETTLE_SECONDS)
    raise web.HTTPSeeOther(path("import_file", id=upload.id))


async def give_up(request: web.Request) -> web.StreamResponse:
    """Leave a stopped import as it is, or take it back."""
    agent, upload = await _upload(request)
    imports, now = _imports(request), visit_of(request).now
    if (await request.post()).get("rows") != "back":
        if not await imports.give_up(agent, upload, now=now):
            raise web.HTTPSeeOther(_where(upload))
        raise web.HTTPSeeOther(path("import", done="import_given_up"))
    refused = await imports.take_back(agent, upload, now=now)
    if refused is None:
        raise web.HTTPSeeOther(path("import", done="import_taken_back"))
    return await _result_page(request, upload, problem=_not_undone(refused))


def _not_undone(refused: NotUndone) -> Phrase:
    if refused.contacted:
        return Phrase(key="import.not_undone_contacted", values={"n": refused.contacted})
    if refused.status == "too_old":
        return Phrase(key="import.not_undone_too_old")
    return Phrase(key="import.not_undone_moved")


async def show_result(request: web.Request) -> web.StreamResponse:
    """How far the import is, then what it did and what comes next."""
    _, upload = await _upload(request)
    if upload.state != State.IMPORTING and upload.import_id is None:
        raise web.HTTPSeeOther(_where(upload))
    return await _result_page(request, upload)


async def _result_page(
    request: web.Request, upload: Upload, problem: Phrase | None = None
) -> web.StreamResponse:
    done = await _imports(request).done(upload)
    if upload.state != State.STORED or done is None:
        return await _running_page(request, upload, step=4, problem=problem)
    status = _UNPROCESSABLE if problem else 200
    return await page(
        request,
        "import_result.html",
        status=status,
        upload=upload,
        done=done,
        problem=problem,
        step=4,
    )


ROUTES: Sequence[web.RouteDef] = (
    web.get("/import", show_front),
    web.post("/import", take_file),
    web.get("/import/{id}", show_file),
    web.post("/import/{id}/drop", drop_file),
    web.get("/import/{id}/columns", show_columns),
    web.post("/import/{id}/columns", choose_columns),
    web.post("/import/{id}/reading", read_again),
    web.get("/import/{id}/check", show_check),
    web.get("/import/{id}/rows.csv", take_bad_rows),
    web.post("/import/{id}/store", store_rows),
    web.post("/import/{id}/give-up", give_up),
    web.get("/import/{id}/result", show_result),
)
