"""Files of accounts: good rows are kept, bad ones told with line, column, value and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.importing.faults import FileFault
from bot.importing.files import open_table
from bot.importing.intake import Intake, take_in
from bot.importing.rows import Defaults
from storage.creditors import Creditor
from storage.database import Database
from tests.builders import NOW

GOOD = "账单编号,姓名,手机号,金额,币种,到期日\nA1,陈思远,+8613800138001,2360.00,CNY,2026-02-18\n"


async def _take(db: Database, tmp_path: Path, content: bytes, **given: object) -> Intake:
    path = tmp_path / "accounts.csv"
    path.write_bytes(content)
    return await take_in(
        db,
        path,
        creditor=Creditor(id="main", name="澄湖信用", created_at=NOW),
        defaults=Defaults(currency="CNY", country="CN"),
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
    ],
    ids=["utf8", "bom", "utf16", "gbk", "big5", "semicolon", "tab", "crlf"],
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
        ("A2,王五,+8613800138002,1.2.3,CNY,2026-02-18", "amount", "such as 2360.00"),
        ("A2,王五,+8613800138002,5.00,XYZ,2026-02-18", "currency", "currency code"),
        ("A2,王五,+8613800138002,5.00,CNY,31/12/2026", "due_date", "the year first"),
        ("A2,王五,+8613800138002,5.00,CNY,2026-02-31", "due_date", "exists in the calendar"),
        ("A2,,+8613800138002,5.00,CNY,2026-02-18", "name", "customer's name"),
        ("A2,=cmd(),+8613800138002,5.00,CNY,2026-02-18", "name", "a formula"),
        (",王五,+8613800138002,5.00,CNY,2026-02-18", "account_id", "account number"),
        ("A1,王五,+8613800138002,5.00,CNY,2026-02-18", "account_id", "line 2"),
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
        (b"PK\x03\x04 anything", "Save it as CSV UTF-8"),
        (b"\x00\x01\x02", "binary data"),
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
