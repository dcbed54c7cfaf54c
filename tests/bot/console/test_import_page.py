"""The import's pages: a file goes through four steps, and nothing of it is lost or guessed."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from datetime import timedelta

import pytest
from aiohttp import ClientResponse, FormData
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, update

from bot.console.imports import Imports
from bot.importing.columns import guessed
from bot.importing.faults import FileFault
from bot.importing.files import ENCODINGS, SEPARATORS, Reading, open_table
from bot.importing.intake import Source, parts
from bot.importing.rows import Defaults
from bot.settings import CreditorSettings
from storage import accounts, audit, imports, outgoing, tables, uploads
from storage.accounts import account_id
from storage.imports import Import, NewImport
from tests.bot.console.test_work import ROLES, Office, office, pages
from tests.builders import NOW

__all__ = ["office", "pages"]

HEADER = "账单编号,姓名,手机号,金额,币种,到期日"
GOOD = f"{HEADER}\nA1,陈思远,+8613800138001,2360.00,CNY,2026-02-18\n"
BAD = "A2,王五,1.38E+10,-5,CNY,2026-02-18\n"


async def csrf(office: Office) -> str:
    page = await (await office.get("/talks")).text()
    found = re.search(r'name="csrf" value="(\w+)"', page)
    return found[1] if found else ""


async def give(
    office: Office, content: bytes, name: str = "bills.csv", *, token: str | None = None
) -> ClientResponse:
    """The file through the form of the first page."""
    form = FormData(quote_fields=False)
    form.add_field("csrf", await csrf(office) if token is None else token)
    form.add_field("file", io.BytesIO(content), filename=name, content_type="text/csv")
    form.add_field("text", "")
    return await office.client.post(
        "/console/import",
        data=form,
        headers={"Accept-Language": "en"},
        allow_redirects=False,
    )


def below(answer: ClientResponse) -> str:
    """The address an answer leads to, below /console."""
    assert answer.status == 303
    return answer.headers["Location"].removeprefix("/console")


async def columns_of(office: Office, where: str) -> dict[str, str]:
    """The form of the second page as it stands there."""
    page = await office.text(where)
    chosen = {}
    for field, body in re.findall(
        r'<select[^>]*name="([\w-]+)"[^>]*form="columns"[^>]*>(.*?)</select>', page, re.S
    ):
        picked = re.search(r'<option(?: value="([^"]*)")?[^>]* selected>([^<]*)', body)
        value = picked[1] if picked and picked[1] is not None else picked[2] if picked else ""
        chosen[field] = value
    country = re.search(r'name="country"[^>]* value="(\w*)"', page)
    return chosen | {"country": country[1] if country else "", "campaign": ""}


async def checked(office: Office, content: bytes, **said: str) -> str:
    """A file brought to its third step; the address of the file."""
    where = below(await give(office, content))
    form = await columns_of(office, where)
    answer = await office.post(where, **{**form, **said})
    assert below(answer).endswith("/check")
    return below(answer).removesuffix("/check")


async def stored(office: Office, file: str, **said: str) -> str:
    """The page after the last step."""
    assert below(await office.post(f"{file}/store", **said)) == file
    return await office.text(file)


async def last(office: Office) -> Import:
    found = await office.db.read(lambda c: imports.recent(c, limit=1))
    return found[0]


async def count(office: Office, name: str) -> int:
    query = select(func.count()).select_from(tables.table(name))
    return int(await office.db.read(lambda c: c.execute(query).scalar_one()))


async def test_a_file_goes_from_the_form_to_the_accounts(office: Office) -> None:
    await office.log_in("operator")
    assert "No file was imported yet" in await office.text("/import")
    file = await checked(office, (GOOD + BAD).encode(), campaign="march")
    page = await office.text(f"{file}/check")
    assert "Check <data" in page or "Check 2 rows" in re.sub("<[^>]+>", "", page)
    plain = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))
    assert "New 1 accounts we do not have" in plain
    assert "With errors 1 not imported" in plain
    assert "3 手机号 1.38E+10 A spreadsheet turned it into a number" in plain
    assert "金额 -5 Below zero. Leave out credits." in plain
    assert "They owe ¥2,360.00" in plain
    assert "Messages sent now none" in plain
    assert await count(office, "accounts") == 0, "checking stores nothing"
    page = await stored(office, file, rows="good")
    assert "bills.csv is imported" in page
    done = await last(office)
    assert (done.created_count, done.bad_count, done.created_by) == (1, 1, "operator")
    found = await office.db.read(lambda c: accounts.snapshot(c, [account_id("main", "A1")]))
    assert [record.outstanding.minor for record in found.values()] == [236_000]
    assert "bills.csv" in await office.text("/import")


@pytest.mark.parametrize("role", ROLES)
async def test_only_an_operator_may_import(office: Office, role: str) -> None:
    await office.log_in(role)
    is_allowed = role == "operator"
    assert (await office.get("/import")).status == (200 if is_allowed else 403)
    assert (await give(office, GOOD.encode())).status == (303 if is_allowed else 403)
    assert ("/console/import" in await office.text("/tasks")) is is_allowed
    assert await count(office, "import_uploads") == int(is_allowed)


async def test_a_file_is_found_by_who_gave_it_alone(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, GOOD.encode())
    await office.log_in("lead")
    for where in ("", "/check", "/columns", "/rows.csv", "/result"):
        assert (await office.get(file + where)).status == 403
    upload_id = file.rpartition("/")[2]
    await office.db.write(lambda c: uploads.change(c, upload_id, agent_id="somebody"))
    await office.log_in("operator")
    for where in ("", "/check", "/columns", "/rows.csv", "/result"):
        answer = await office.client.get(f"/console{file}{where}", allow_redirects=False)
        assert below(answer) == "/import?gone=1"
    assert below(await office.post(f"{file}/store", rows="good")) == "/import?gone=1"
    assert await count(office, "accounts") == 0


async def test_a_forged_upload_is_refused_before_it_is_read(office: Office) -> None:
    await office.log_in("operator")
    assert (await give(office, GOOD.encode(), token="forged")).status == 403
    plain = await office.client.post("/console/import", data={"file": "x"})
    assert plain.status in (400, 403)
    assert await count(office, "import_uploads") == 0


async def test_the_same_file_twice_changes_nothing(office: Office) -> None:
    await office.log_in("operator")
    await stored(office, await checked(office, GOOD.encode()), rows="good")
    file = await checked(office, GOOD.encode())
    assert "This file was imported on" in await office.text(f"{file}/check")
    page = await stored(office, file, rows="good")
    assert "Nothing in this file was new" in page
    done = await last(office)
    assert (done.created_count, done.updated_count, done.same_count) == (0, 0, 1)


async def test_pressing_import_twice_imports_once(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, GOOD.encode())
    await asyncio.gather(*(office.post(f"{file}/store", rows="good") for _ in range(3)))
    assert await count(office, "account_imports") == 1


async def test_what_changes_is_shown_field_by_field_and_masked(office: Office) -> None:
    await office.log_in("operator")
    await stored(office, await checked(office, GOOD.encode()), rows="good")
    changed = GOOD.replace("2360.00", "1200.00").replace("陈思远", "陈思源")
    file = await checked(office, changed.encode())
    page = await office.text(f"{file}/check?tab=updated")
    plain = re.sub("<[^>]+>", "", page)
    assert "Amount due: ¥2,360.00 to ¥1,200.00" in plain
    assert "陈思" not in plain
    assert re.search(r"Amounts changed\s*1", plain)


async def test_waiting_for_all_rows_imports_none(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, (GOOD + BAD).encode())
    refused = await office.post(f"{file}/store", rows="all")
    assert refused.status == 422
    assert "1 row has errors, so nothing was imported" in await refused.text()
    assert await count(office, "accounts") == 0


async def test_the_bad_rows_come_back_as_they_were_and_can_be_mended(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, (GOOD + BAD).encode())
    answer = await office.get(f"{file}/rows.csv")
    assert answer.headers["Content-Disposition"].endswith("bills-mend.csv")
    text = (await answer.read()).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text))
    assert header == [*HEADER.split(","), "line in the file", "what to mend"]
    assert row[:7] == [*BAD.strip().split(","), "3"]
    assert "手机号: A spreadsheet turned it into a number" in row[7]
    mended = text.replace("1.38E+10", "13800138002").replace("-5", "5")
    file = await checked(office, mended.encode(), country="CN")
    assert "Every row can be imported" in await office.text(f"{file}/check?tab=bad")
    await stored(office, file, rows="good")
    assert await count(office, "accounts") == 1
    assert "import_rows_exported" in await office.acts()


async def test_a_formula_does_not_come_back_as_one(office: Office) -> None:
    await office.log_in("operator")
    cells = ["=cmd|' /C calc'!A0", "@SUM(1)", "\tx", "\uff1d1+1", '="13800138001"', "-2+3"]
    rows = "".join(f'{n},"{cell}",x,0,CNY,2026-02-18\n' for n, cell in enumerate(cells))
    file = await checked(office, f"{HEADER}\n{rows}".replace('""', '"""').encode())
    text = (await (await office.get(f"{file}/rows.csv")).read()).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            assert not re.match(r"\s*[=@\t\r\uff1d]|[-+](?![\d.,]+$)", cell), row


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02", "binary data"),
        (b"PK\x03\x04 anything", "a spreadsheet (xlsx)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<html><table>", "a web page"),
        (b",".join(b"c%d" % n for n in range(2_000)), "at most 1,000 columns"),
    ],
)
async def test_a_broken_file_is_told_and_leaves_nothing(
    office: Office, content: bytes, words: str
) -> None:
    await office.log_in("operator")
    answer = await give(office, content, "my <b>file.csv")
    assert answer.status == 422
    page = await answer.text()
    assert words in page
    assert "my &lt;b&gt;file.csv" in page
    assert await count(office, "import_uploads") == 0
    assert await count(office, "import_upload_pieces") == 0


async def test_no_file_at_all_is_told(office: Office) -> None:
    await office.log_in("operator")
    answer = await give(office, b"", "")
    assert answer.status == 422
    assert "No file came" in await answer.text() or "the file is empty" in await answer.text()


async def test_pasted_rows_are_a_file(office: Office) -> None:
    await office.log_in("operator")
    form = FormData()
    form.add_field("csrf", await csrf(office))
    form.add_field("file", b"", filename="", content_type="application/octet-stream")
    form.add_field("text", GOOD.replace(",", "\t"))
    answer = await office.client.post("/console/import", data=form, allow_redirects=False)
    assert "pasted.csv" in await office.text(below(answer))


async def test_pasted_rows_that_cannot_be_read_are_not_lost(office: Office) -> None:
    await office.log_in("operator")
    form = FormData()
    form.add_field("csrf", await csrf(office))
    form.add_field("text", '{"account": "<A1>"}', content_type="text/plain")
    answer = await office.client.post("/console/import", data=form)
    assert answer.status == 422
    assert ">{&#34;account&#34;: &#34;&lt;A1&gt;&#34;}</textarea>" in await answer.text()


async def test_a_file_without_rows_says_so(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, f"{HEADER}\n".encode())
    assert "There is no row below the header" in await office.text(f"{file}/check")
    assert (await office.post(f"{file}/store", rows="good")).status == 422


async def test_an_import_that_stands_still_says_so(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, GOOD.encode())
    upload_id, later = file.rpartition("/")[2], NOW + timedelta(minutes=1)

    def leave(conn: Connection) -> None:
        uploads.change(conn, upload_id, state="importing", lease_until_at=later)

    await office.db.write(leave)
    assert "it goes on without you" in await office.text(f"{file}/result")
    office.clock.move(timedelta(minutes=2))
    page = await office.text(f"{file}/result")
    assert "Nothing has moved for a minute" in page
    assert "it goes on without you" not in page


async def test_a_failed_import_goes_on_and_cannot_be_dropped(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, GOOD.encode())
    upload_id = file.rpartition("/")[2]
    begun = NewImport(
        creditor_id="main", file_name="bills.csv", file_hash="", started_at=NOW, created_by="wu"
    )

    def fail(conn: Connection) -> None:
        number = imports.begin(conn, begun)
        uploads.change(conn, upload_id, state="failed", import_id=number)

    await office.db.write(fail)
    assert "It stopped on the way" in await office.text(f"{file}/result")
    await office.post(f"{file}/drop")
    await office.post(f"{file}/columns")
    assert await count(office, "import_uploads") == 1
    assert "bills.csv is imported" in await stored(office, file)


async def stopped(office: Office) -> str:
    """A file of which a row is in, and then the import stopped; the address of the file."""
    file = await checked(office, GOOD.encode())
    upload_id = file.rpartition("/")[2]
    await stored(office, file)

    def fail(conn: Connection) -> None:
        found = uploads.find(conn, upload_id)
        assert found is not None
        number = found.import_id
        assert number is not None
        conn.execute(update(tables.table("account_imports")).values(status="running"))
        uploads.change(conn, upload_id, state="failed")
        imports.stop(conn, number, at=NOW)

    await office.db.write(fail)
    return file


async def test_an_import_that_stopped_says_so_and_what_to_do(office: Office) -> None:
    await office.log_in("operator")
    file = await stopped(office)
    front = await office.text("/import")
    assert "stopped on the way" in front
    assert "under way" not in front
    assert "1 row is in. Go on, or give it up." in front
    office.clock.move(timedelta(days=8))
    await office.work.imports.sweep()
    await office.log_in("operator")
    front = await office.text("/import")
    assert "give the file again: rows that are in change nothing" in front
    assert (await office.get(file)).url.path == "/console/import"


async def test_an_import_at_the_machine_that_died_does_not_stay_under_way(office: Office) -> None:
    await office.log_in("operator")
    begun = NewImport(creditor_id="main", file_name="b.csv", file_hash="", started_at=NOW)
    await office.db.write(lambda c: imports.begin(c, begun))
    await office.work.imports.sweep()
    assert "under way" in await office.text("/import")
    office.clock.move(timedelta(hours=1, minutes=1))
    await office.work.imports.sweep()
    await office.log_in("operator")
    assert "stopped on the way" in await office.text("/import")
    assert (await last(office)).status == "stopped"


async def test_a_stopped_import_is_given_up_with_its_rows_kept(office: Office) -> None:
    await office.log_in("operator")
    file = await stopped(office)
    assert "Keep what is in" in await office.text(f"{file}/result")
    assert below(await office.post(f"{file}/give-up", rows="keep")).endswith("import_given_up")
    assert await count(office, "import_uploads") == 0
    assert await count(office, "accounts") == 1
    assert (await last(office)).status == "stopped"
    assert (await office.acts())[0] == "import_given_up"


async def test_a_stopped_import_is_taken_back(office: Office) -> None:
    await office.log_in("operator")
    file = await stopped(office)
    assert below(await office.post(f"{file}/give-up", rows="back")).endswith("import_taken_back")
    assert await count(office, "accounts") == 0
    assert (await last(office)).status == "undone"
    assert (await office.acts())[0] == "import_taken_back"
    await office.log_in("auditor")
    assert "Took an import back" in await office.text("/audit?act=import_taken_back")


async def test_a_stored_import_is_taken_back_but_not_given_up(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, GOOD.encode())
    assert "Undo import" in await stored(office, file)
    assert below(await office.post(f"{file}/give-up", rows="keep")).endswith("/result")
    assert await count(office, "accounts") == 1
    assert below(await office.post(f"{file}/give-up", rows="back")).endswith("import_taken_back")
    assert await count(office, "accounts") == 0


async def test_an_import_of_bills_written_to_is_not_taken_back(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, GOOD.encode())
    await stored(office, file)
    message = outgoing.NewMessage(
        conversation_id="c1",
        channel="sms",
        address="+15550100001",
        account_id=account_id("main", "A1"),
        kind="reminder",
        text="Hello.",
        due_at=office.clock.now(),
        created_at=office.clock.now(),
    )

    def sent(conn: Connection) -> None:
        outgoing.add_many(conn, [message])
        conn.execute(update(tables.table("outgoing_messages")).values(status="sent"))

    await office.db.write(sent)
    answer = await office.post(f"{file}/give-up", rows="back")
    assert answer.status == 422
    assert "messages about 1 of its accounts have left" in await answer.text()
    assert await count(office, "accounts") == 1


async def test_a_missing_column_is_asked_for_by_name(office: Office) -> None:
    await office.log_in("operator")
    content = "编号甲,姓名,手机号,金额,到期日\nA1,陈思远,+8613800138001,5,2026-02-18\n"
    where = below(await give(office, content.encode()))
    form = await columns_of(office, where)
    refused = await office.post(where, **form)
    assert refused.status == 422
    page = await refused.text()
    assert "Choose the column that holds: Account number" in page
    assert 'href="#column-account_id"' in page
    twice = await office.post(where, **{**form, "column-account_id": "1"})
    assert "is chosen for both" in await twice.text()
    assert below(await office.post(where, **{**form, "column-account_id": "0"})).endswith("/check")


async def test_columns_are_remembered_for_the_same_header(office: Office) -> None:
    await office.log_in("operator")
    content = "甲,姓名,手机号,金额,到期日\n{n},陈思远,+8613800138001,5,2026-02-18\n"
    file = await checked(office, content.format(n="A1").encode(), **{"column-account_id": "0"})
    await stored(office, file, rows="good")
    where = below(await give(office, content.format(n="A2").encode()))
    assert "as you chose them" in await office.text(where)
    assert (await columns_of(office, where))["column-account_id"] == "0"


async def test_a_file_read_wrongly_can_be_read_again(office: Office) -> None:
    await office.log_in("operator")
    where = below(await give(office, ("出口\n" + GOOD).encode("gb18030")))
    page = await office.text(where)
    assert '<option value="gb18030" lang="en" selected>' in page
    assert 'name="header_line" inputmode="numeric" maxlength="9" value="2"' in page
    again = where.replace("/columns", "/reading")
    said = {"encoding": "big5hkscs", "separator": ";", "header_line": "2"}
    assert below(await office.post(again, **said)) == where
    assert "陈思远" not in await office.text(where)
    said = {"encoding": "gb18030", "separator": ",", "header_line": "99"}
    refused = await office.post(again, **said)
    assert refused.status == 422
    assert "Expected the header in line 99" in await refused.text()
    said = {"encoding": "gb18030", "separator": ",", "header_line": "2"}
    assert below(await office.post(again, **said)) == where
    assert "陈思远" in await office.text(where)


async def test_the_order_of_days_is_seen(office: Office) -> None:
    await office.log_in("operator")
    content = GOOD.replace("2026-02-18", "18/02/2026")
    file = await checked(office, content.encode())
    assert "Every row can be imported" in await office.text(f"{file}/check?tab=bad")


async def test_a_file_goes_when_its_day_is_over(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, GOOD.encode())
    office.clock.move(timedelta(days=1, minutes=1))
    await office.log_in("operator")
    answer = await office.client.get(f"/console{file}", allow_redirects=False)
    assert below(answer) == "/import?gone=1"
    await give(office, GOOD.encode())
    assert await count(office, "import_uploads") == 1
    assert await count(office, "import_upload_pieces") == 1
    assert await count(office, "import_upload_rows") == 0


async def test_a_discarded_file_leaves_nothing_but_its_audit(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, (GOOD + BAD).encode())
    assert below(await office.post(f"{file}/drop")) == "/import?done=import_dropped"
    for name in ("import_uploads", "import_upload_pieces", "import_upload_rows"):
        assert await count(office, name) == 0
    assert (await office.acts())[:2] == ["import_file_dropped", "import_file_taken"]


async def test_the_content_goes_once_it_is_stored_and_who_did_it_stays(office: Office) -> None:
    await office.log_in("operator")
    await stored(office, await checked(office, GOOD.encode()), rows="good")
    assert await count(office, "import_upload_pieces") == 0
    links = await office.db.read(lambda c: audit.stored(c, audit.ACTS))
    (link,) = [link for link in links if link.kind == audit.Kind.IMPORT]
    assert link.actor == "operator"
    assert (link.detail["file_name"], link.detail["created_count"]) == ("bills.csv", 1)
    assert "陈思远" not in str(links)


async def test_a_colleague_process_takes_over_what_a_dead_one_left(office: Office) -> None:
    await office.log_in("operator")
    file = await checked(office, GOOD.encode())
    upload_id = file.rpartition("/")[2]
    # As a process leaves it that dies between two parts.
    await office.db.write(
        lambda c: uploads.change(c, upload_id, state="importing", lease_until_at=NOW)
    )
    assert "Importing bills.csv" in await office.text(f"{file}/result")
    await office.work.imports.sweep()
    await office.work.imports.settle(upload_id, seconds=30)
    assert "bills.csv is imported" in await office.text(f"{file}/result")
    assert await count(office, "accounts") == 1


async def test_an_import_that_was_cut_off_stores_each_row_once(office: Office) -> None:
    await office.log_in("operator")
    rows = "".join(f"B{n},陈思远,+86138{n:08d},5.00,CNY,2026-02-18\n" for n in range(1, 10_002))
    file = await checked(office, (HEADER + "\n" + rows).encode())
    upload_id = file.rpartition("/")[2]
    await office.work.imports.settle(upload_id, seconds=60)
    dying = Imports(office.db, clock=office.clock, home=CreditorSettings())
    async with dying.living():
        found = await office.db.read(lambda c: uploads.find(c, upload_id))
        assert found is not None
        assert await dying.start_import(found)
        while not found.rows_done or found.state == "checked":
            found = await office.db.read(lambda c: uploads.find(c, upload_id))
            assert found is not None
    assert found.rows_done < 10_001
    assert "Importing bills.csv" in await office.text(f"{file}/result")
    await office.work.imports.sweep()
    assert (await last(office)).status == "running", "its lease stands"
    office.clock.move(timedelta(minutes=2))
    await office.work.imports.sweep()
    await office.work.imports.settle(upload_id, seconds=60)
    done = await last(office)
    assert (done.status, done.row_count, done.created_count) == ("stored", 10_001, 10_001)


async def test_too_large_a_file_is_told_and_leaves_nothing(office: Office) -> None:
    mebibyte = 1024 * 1024
    office.work.imports = Imports(
        office.db, clock=office.clock, home=CreditorSettings(), largest_bytes=mebibyte
    )
    await office.log_in("operator")
    answer = await give(office, GOOD.encode() + b"x" * 3 * mebibyte)
    assert answer.status == 413
    assert "at most 1 MB; this one is larger" in await answer.text()
    assert await count(office, "import_upload_pieces") == 0


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=200).map(lambda tail: GOOD.encode() + tail),
        st.text(max_size=200).map(lambda text: (HEADER + "\n" + text).encode("utf-8", "ignore")),
    ),
    reading=st.builds(
        Reading,
        encoding=st.sampled_from(["", *ENCODINGS]),
        separator=st.sampled_from(["", *SEPARATORS]),
        header_line=st.integers(0, 3),
    ),
)
def test_no_bytes_ever_raise_anything_but_a_told_fault(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, reading: Reading
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    try:
        table = open_table(path, reading)
    except FileFault:
        return
    source = Source(
        table=table, places=guessed(table.header), defaults=Defaults(), today=NOW.date()
    )
    for part in parts(source):
        assert all(fault.code for row in part.bad for fault in row.faults)
