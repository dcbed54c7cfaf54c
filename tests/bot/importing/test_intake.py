"""Files of accounts: good rows are kept, bad ones told with line, column, value and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.errors import ImportCut
from bot.importing.faults import FileFault
from bot.importing.files import open_table
from bot.importing.intake import Intake, take_in
from bot.importing.rows import AccountRow, DayOrder, Defaults, parse_row
from storage import tables
from storage.creditors import Creditor
from storage.database import Database
from tests.builders import NOW

GOOD = "账单编号,姓名,手机号,金额,币种,到期日\nA1,陈思远,+8613800138001,2360.00,CNY,2026-02-18\n"


async def _take(
    db: Database, tmp_path: Path, content: bytes, dates: DayOrder = DayOrder.YEAR_FIRST
) -> Intake:
    path = tmp_path / "accounts.csv"
    path.write_bytes(content)
    return await take_in(
        db,
        path,
        creditor=Creditor(id="main", name="澄湖信用", created_at=NOW),
        defaults=Defaults(currency="CNY", country="CN", dates=dates),
        now=NOW,
    )


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8"),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.encode("gb18030"),
        GOOD.replace("账单编号", "帳單編號")
        .replace("手机号", "手機")
        .replace("到期日", "繳款期限")
        .replace("金额", "金額")
        .replace("币种", "幣別")
        .replace("陈思远", "陳思遠")
        .encode("big5hkscs"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.encode("utf-16-le"),
        b"sep=;\n" + GOOD.replace(",", ";").encode(),
        ("逾期账单明细表,,,,,\n导出日期,2026-03-01\n\n" + GOOD).encode(),
        GOOD.replace("到期日", '"到期日\n(年月日)"').replace("(年月日)", "").encode(),
        GOOD.replace("\n", ",,,\n").encode(),
    ],
    ids=[
        "utf8",
        "bom",
        "utf16",
        "gbk",
        "big5",
        "semicolon",
        "tab",
        "crlf",
        "cr",
        "utf16_no_bom",
        "named_separator",
        "title_above",
        "header_of_two_lines",
        "empty_columns",
    ],
)
async def test_a_file_is_read_whatever_wrote_it(
    sqlite_db: Database, tmp_path: Path, content: bytes
) -> None:
    intake = await _take(sqlite_db, tmp_path, content)
    assert intake.faults == ()
    assert intake.done.created_count == 1


async def test_the_same_file_again_changes_nothing(db: Database, tmp_path: Path) -> None:
    await _take(db, tmp_path, GOOD.encode())
    again = await _take(db, tmp_path, GOOD.encode())
    assert again.is_repeat
    assert (again.done.created_count, again.done.updated_count, again.done.same_count) == (0, 0, 1)


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("1，280", 128_000),
        ("１，２８０．００", 128_000),
        ("￥1，280.5", 128_050),
        ("1，280，000", 128_000_000),
        ('"1,280元"', 128_000),
        ("2360.0000", 236_000),
        ("0.500", 50),
    ],
)
async def test_a_sum_in_full_width_or_of_a_database_is_read_as_it_stands(
    sqlite_db: Database, tmp_path: Path, written: str, minor: int
) -> None:
    content = GOOD.replace("2360.00", written)
    intake = await _take(sqlite_db, tmp_path, content.encode())
    assert intake.faults == ()
    sums = select(tables.table("accounts").c.outstanding_minor)
    assert await sqlite_db.read(lambda conn: conn.execute(sums).scalars().all()) == [minor]


@pytest.mark.rule("S18")
@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("A2,王五,1.38E+10,5.00,CNY,2026-02-18", "phone", "Format the column as text"),
        ("A2,王五,13800,5.00,CNY,2026-02-18", "phone", "wrong length"),
        ("A2,王五,,5.00,CNY,2026-02-18", "phone", "got nothing"),
        ("A2,王五,+8613800138002,-5.00,CNY,2026-02-18", "amount", "negative"),
        ("A2,王五,+8613800138002,0,CNY,2026-02-18", "amount", "above zero"),
        ("A2,王五,+8613800138002,5.001,CNY,2026-02-18", "amount", "at most 2 decimals"),
        ("A2,王五,+8613800138002,1.280,CNY,2026-02-18", "amount", "at most 2 decimals"),
        ("A2,王五,+8613800138002,1．280,CNY,2026-02-18", "amount", "at most 2 decimals"),
        ("A2,王五,+8613800138002,1.000,JPY,2026-02-18", "amount", "at most 0 decimals"),
        ("A2,王五,+8613800138002,1，28,CNY,2026-02-18", "amount", "Write a point"),
        ("A2,王五,+8613800138002,1、280,CNY,2026-02-18", "amount", "such as 2360.00"),
        ("A2,王五,+8613800138002,1.2.3,CNY,2026-02-18", "amount", "such as 2360.00"),
        ("A2,王五,+8613800138002,5.00,XYZ,2026-02-18", "currency", "currency code"),
        ("A2,王五,+8613800138002,5.00,CNY,31/12/2026", "due_date", "the year first"),
        ("A2,王五,+8613800138002,5.00,CNY,2026-02-31", "due_date", "exists in the calendar"),
        ("A2,,+8613800138002,5.00,CNY,2026-02-18", "name", "customer's name"),
        ("A2,=cmd(),+8613800138002,5.00,CNY,2026-02-18", "name", "a formula"),
        (",王五,+8613800138002,5.00,CNY,2026-02-18", "account_id", "account number"),
        ("A1,王五,+8613800138002,5.00,CNY,2026-02-18", "account_id", "line 2"),
        ("1.2E+10,王五,+8613800138002,5.00,CNY,2026-02-18", "account_id", "as text"),
        ("A2,王五,1.2E+10,5.00,CNY,2026-02-18", "phone", "Format the column as text"),
        ('A2,王五,"1,2E+10",5.00,CNY,2026-02-18', "phone", "Format the column as text"),
        ("A2,王五,+861380013800,5.00,CNY,2026-02-18", "phone", "wrong length"),
        ("A2,王五,021-55501234,5.00,CNY,2026-02-18", "phone", "a landline"),
        ("A2,王五,13800138001转12,5.00,CNY,2026-02-18", "phone", "one phone number"),
        ("A2,王五,13800138001/13800138002,5.00,CNY,2026-02-18", "phone", "one number"),
        ("A2,王五,+8613800138002,,CNY,2026-02-18", "amount", "got nothing"),
        ("A2,王五,+8613800138002,5.00-,CNY,2026-02-18", "amount", "negative"),
        ("A2,王五,+8613800138002,1.2E+3,CNY,2026-02-18", "amount", "shortened"),
        ('A2,王五,+8613800138002,"5,00",CNY,2026-02-18', "amount", "Write a point"),
        ("A2,王五,+8613800138002,5.00,CNY,", "due_date", "got nothing"),
        ("A2,王五,+8613800138002,5.00,CNY,46071", "due_date", "Format the column as a date"),
        ("A2,王五,+8613800138002,5.00,CNY,03/04/2026", "due_date", "--dates dmy"),
        ("A2,#REF!,+8613800138002,5.00,CNY,2026-02-18", "name", "Mend its formula"),
        ("A2,王\ufffd,+8613800138002,5.00,CNY,2026-02-18", "name", "wrong encoding"),
        ("A2,王\x00五,+8613800138002,5.00,CNY,2026-02-18", "name", "no text"),
        ("A2,王\u202e五,+8613800138002,5.00,CNY,2026-02-18", "name", "no text"),
        ('A2,"王\n五",+8613800138002,5.00,CNY,2026-02-18', "name", "line breaks"),
        ("A2,王五,+8613800138002,2,360.00,CNY,2026-02-18", "row", "in quotation marks"),
        ("A2," + "x" * 100_001 + ",+8613800138002,5.00,CNY,2026-02-18", "row", "row of a table"),
    ],
)
async def test_a_bad_row_is_told_and_the_good_ones_are_kept(
    sqlite_db: Database, tmp_path: Path, row: str, column: str, words: str
) -> None:
    intake = await _take(sqlite_db, tmp_path, (GOOD + row + "\n").encode())
    assert intake.done.created_count == 1
    assert [(f.line, f.column) for f in intake.faults] == [(3, column)]
    assert words in intake.faults[0].reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"PK\x03\x04 anything", "save it as CSV UTF-8"),
        (b"\x00\x01\x02", "binary data"),
        (b"%PDF-1.7\n", "got a PDF. Open the table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "spreadsheet"),
        (b"<html><table>", "got a web page"),
        (b'[{"account": "A1"}]', "got a JSON file"),
        ("A1,陈思远,+8613800138001,2360.00,CNY,2026-02-18\n".encode(), "looks like a row"),
        (b",".join(b"c%d" % n for n in range(200_000)), "at most 1,000 columns"),
        (b"account,name,phone,amount,due date," + b"x" * 100_001, "expected a header"),
        ("姓名,金额\n王五,5\n".encode(), "expected columns for account_id"),
        (GOOD.replace("姓名", "手机号").encode(), "more than once"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    from bot.importing.columns import map_columns

    with pytest.raises(FileFault, match=words):
        map_columns(open_table(path).header)


async def test_a_comma_in_the_last_amount_does_not_make_a_bill_of_two(
    sqlite_db: Database, tmp_path: Path
) -> None:
    content = "账单编号,姓名,手机号,到期日,金额\nA1,陈思远,+8613800138001,2026-02-18,2,360.00\n"
    intake = await _take(sqlite_db, tmp_path, content.encode())
    assert intake.done.created_count == 0
    assert "expected 5 values as in the header, got 6" in intake.faults[0].reason


async def test_rows_swallowed_by_an_open_quotation_mark_are_named(
    sqlite_db: Database, tmp_path: Path
) -> None:
    rest = "".join(f"B{n},王五,+8613800138002,5.00,CNY,2026-02-18\n" for n in range(3))
    intake = await _take(sqlite_db, tmp_path, (GOOD + 'A2,"王五' + "\n" + rest).encode())
    (fault,) = intake.faults
    assert fault.line == 3
    assert "lines 3 to 6 were read as one row" in fault.reason


@pytest.mark.parametrize("before", [0, 3_000], ids=["near", "far below the sample"])
async def test_bytes_that_are_no_text_spoil_their_row_alone(
    sqlite_db: Database, tmp_path: Path, before: int
) -> None:
    good = "".join(f"B{n},陈思远,+8613800138001,5.00,CNY,2026-02-18\n" for n in range(before))
    bad = b"C1,\xff\xfe\xc0,+8613800138002,5,CNY,2026-02-18\n"
    intake = await _take(sqlite_db, tmp_path, (GOOD + good).encode() + bad)
    assert intake.done.created_count == 1 + before
    assert [(fault.line, fault.column) for fault in intake.faults] == [(3 + before, "name")]


@pytest.mark.parametrize(
    "phone",
    ['="13800138001"', "'13800138001", "13800138001.0", "008613800138001", "+８６13800138001"],
)
async def test_a_number_is_read_however_a_spreadsheet_dressed_it(
    sqlite_db: Database, tmp_path: Path, phone: str
) -> None:
    intake = await _take(sqlite_db, tmp_path, GOOD.replace("+8613800138001", phone).encode())
    assert (intake.done.created_count, intake.faults) == (1, ())


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("2026/2/18", DayOrder.YEAR_FIRST),
        ("2026年2月18日", DayOrder.YEAR_FIRST),
        ("20260218", DayOrder.YEAR_FIRST),
        ("2026-02-18T00:00:00", DayOrder.YEAR_FIRST),
        ("2026/2/18 0:00", DayOrder.YEAR_FIRST),
        ("18/02/2026", DayOrder.DAY_FIRST),
        ("02/18/2026", DayOrder.MONTH_FIRST),
        ("2026-02-18", DayOrder.MONTH_FIRST),
    ],
)
def test_a_day_is_read_in_the_order_the_operator_has_named(written: str, order: DayOrder) -> None:
    places = {"account_id": 0, "name": 1, "phone": 2, "amount": 3, "due_date": 4}
    cells = ["A1", "陈思远", "+8613800138001", "5.00", written]
    row = parse_row(2, cells, places, Defaults(dates=order), NOW.date())
    assert isinstance(row, AccountRow)
    assert row.due_on == date(2026, 2, 18)


async def test_bad_rows_are_kept_whole_and_can_be_mended(
    sqlite_db: Database, tmp_path: Path
) -> None:
    bad = "A2,王五,1.38E+10,-5,CNY,2026-02-18\n"
    intake = await _take(sqlite_db, tmp_path, (GOOD + bad).encode())
    (row,) = intake.bad_rows
    assert row.cells == tuple(bad.strip().split(","))
    assert [fault.column for fault in row.faults] == ["phone", "amount"]
    assert intake.columns["phone"] == "手机号"


async def test_a_disk_that_fills_on_the_way_says_what_is_kept_and_how_to_go_on(
    sqlite_db: Database, tmp_path: Path
) -> None:
    header = GOOD.splitlines()[0]
    rows = [f"N{n},陈思远,+861380{n:07},2360.00,CNY,2026-02-18" for n in range(6_000)]
    content = "\n".join([header, *rows]).encode()
    size = await sqlite_db.read(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar_one())
    full = f"PRAGMA max_page_count={size + 250}"
    await sqlite_db.write(lambda conn: conn.exec_driver_sql(full).scalar_one())
    with pytest.raises(ImportCut, match=r"disk is full.* and kept before; import the same") as told:
        await _take(sqlite_db, tmp_path, content)
    count = select(func.count()).select_from(tables.table("accounts"))
    kept = await sqlite_db.read(lambda conn: conn.execute(count).scalar_one())
    assert 0 < kept < len(rows)
    assert f" {kept} rows of accounts.csv" in str(told.value)
    room = "PRAGMA max_page_count=100000"
    await sqlite_db.write(lambda conn: conn.exec_driver_sql(room).scalar_one())
    again = await _take(sqlite_db, tmp_path, content)
    assert (again.done.same_count, again.done.created_count) == (kept, len(rows) - kept)
