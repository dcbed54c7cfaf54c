"""`duetalk policy`: tables with sources, differences, checks."""

from pathlib import Path

import pytest

from bot.cli import run
from flows.policy import profile


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert run(["policy", *argv]) == 0
    return capsys.readouterr().out


def test_show_lists_every_field_with_value_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "show", "uk-conc").splitlines()
    assert len(lines) == len(profile.SETTINGS) + 2
    row = next(line for line in lines if line.startswith("window.mon_fri "))
    assert row.split() == ["window.mon_fri", "09:00-21:00", "design:", "UK-1,", "UK-18"]
    assert any("does not apply" in line for line in lines)


def test_a_field_shows_the_texts_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "show", "au-rg96", "--field", "cadence.cap_per_7_days")
    assert "cadence.cap_per_7_days = 3" in text
    assert "law: AU-2" in text
    assert "RG 96 part 2 s. 5" in text


def test_a_group_shows_all_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "show", "hk", "--field", "payby").count("meaning") == 2


def test_diff_names_only_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "diff", "hk", "tw")
    assert "window.mon_fri" in text
    assert "cadence.cap_per_day" not in text
    assert len(told(capsys, "diff", "hk", "hk").splitlines()) == 2


def test_list_names_profiles_and_places(capsys: pytest.CaptureFixture[str]) -> None:
    assert "strict-default  any other" in told(capsys, "list")


def test_check_accepts_the_files_that_ship_without_remark(
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = Path(profile.__file__).parent / "profiles"
    for path in sorted(folder.glob("*.toml")):
        assert told(capsys, "check", str(path)).splitlines() == [
            f"{path.stem}: {len(profile.SETTINGS)} values, each with a source"
        ]


def test_check_remarks_on_unknown_sources_and_on_values_stricter_than_strict_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (Path(profile.__file__).parent / "profiles/hk.toml").read_text("utf-8")
    text = text.replace("HK-6", "HK-99").replace(
        "cap_per_day = { value = 1", "cap_per_day = { value = 0"
    )
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    remarks = told(capsys, "check", str(path))
    assert "window.mon_fri: cites HK-99" in remarks
    assert "cadence.cap_per_day: stricter than strict-default" in remarks


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (["show", "mars"], "mars"),
        (["show", "hk", "--field", "colour"], "colour"),
        (["diff", "hk", "mars"], "mars"),
        (["check", "no-such-file.toml"], "no-such-file.toml"),
    ],
)
def test_what_cannot_be_used_is_named_with_status_one(
    argv: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policy", *argv]) == 1
    assert named in capsys.readouterr().err


def test_a_faulty_file_is_refused_with_its_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('schema = 1\ntitle = "Mine"\nplaces = []\n[window]\ncolour = 1\n', "utf-8")
    assert run(["policy", "check", str(path)]) == 1
    assert "window.colour" in capsys.readouterr().err
