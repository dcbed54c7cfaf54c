"""`duetalk import`: what an operator reads, and the file of bad rows to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import run

ROWS = (
    "账单编号,姓名,手机号,金额,到期日\n"
    "A1,陈思远,+8613800138001,2360.00,2026-02-18\n"
    "A2,王五,1.38E+10,-5,2026-02-18\n"
)


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "duetalk.toml"
    path.write_text(f'database = "sqlite:///{tmp_path}/d.db"\n[creditor]\ncountry = "CN"\n')
    return str(path)


def _import(config: str, path: Path, *more: str) -> int:
    return run(["import", "accounts", str(path), "--config", config, *more])


def test_a_fault_is_told_by_the_header_of_the_file(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bills.csv"
    path.write_text(ROWS, encoding="utf-8")
    assert _import(config, path) == 1
    told = capsys.readouterr().out
    assert "bills.csv: 1 new, 0 updated, 0 the same, 1 with errors" in told
    assert "line 3, 手机号 '1.38E+10': expected a phone number" in told
    assert "line 3, 金额 '-5': expected an amount above zero" in told


def test_the_bad_rows_mended_in_their_file_are_imported(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, mend = tmp_path / "bills.csv", tmp_path / "mend.csv"
    path.write_text(ROWS, encoding="utf-8")
    assert _import(config, path, "--bad-rows", str(mend)) == 1
    text = mend.read_text("utf-8-sig")
    assert "line in the file,what to mend" in text
    mend.write_text(text.replace("1.38E+10", "13800138002").replace("-5", "5"), encoding="utf-8")
    assert _import(config, mend) == 0
    assert "mend.csv: 1 new" in capsys.readouterr().out


def test_a_column_named_wrongly_is_refused_not_ignored(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        _import(config, tmp_path / "bills.csv", "--column", "phone")
    assert "expected FIELD=HEADER" in capsys.readouterr().err


def test_a_file_without_rows_says_so(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bills.csv"
    path.write_text(ROWS.partition("\n")[0] + "\n", encoding="utf-8")
    assert _import(config, path) == 0
    assert "there is no row below the header" in capsys.readouterr().out
