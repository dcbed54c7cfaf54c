"""`duetalk may-send`: a line in, a line out; what cannot be used is named, the rest is read."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import run
from bot.commands.jsonl import BadRecord
from bot.commands.may_send import answer

GOOD: dict[str, Any] = {
    "id": "m-1",
    "now": "2026-03-05T10:00:00+00:00",
    "channel": "sms",
    "kind": "reminder",
    "profile": "strict-default",
    "timezone": "Europe/London",
    "account": {"due_date": "2026-03-02"},
    "history": [],
}
BEFORE = {"at": "2026-03-01T10:00:00+00:00", "direction": "out", "kind": "notice"}


def faulty(**changes: Any) -> dict[str, Any]:
    return GOOD | changes


def with_entry(**changes: Any) -> dict[str, Any]:
    return faulty(history=[{**BEFORE, **changes}])


def with_person(**facts: Any) -> dict[str, Any]:
    return faulty(person=facts)


def with_account(**facts: Any) -> dict[str, Any]:
    return faulty(account={"due_date": "2026-03-02", **facts})


@pytest.mark.parametrize(
    ("record", "field"),
    [
        *((faulty(**{name: None}), name) for name in ("id", "now", "channel", "kind", "profile")),
        (faulty(history=None), "history"),
        (faulty(now="2026-03-05T10:00:00"), "now"),
        (faulty(now="5 March"), "now"),
        (faulty(now="9999-12-31T23:00:00+00:00"), "now"),
        (faulty(now=1741168800), "now"),
        (faulty(channel="fax"), "channel"),
        (faulty(kind="letter"), "kind"),
        (faulty(profile="mars"), "profile"),
        (faulty(profile=[]), "profile"),
        (faulty(profile=["hk", 3]), "profile"),
        (faulty(creditor_profile="mars"), "profile"),
        (faulty(overlay="strict"), "overlay"),
        (faulty(overlay={"window": {"mon_fri": "08:00-18:00"}}), "window.mon_fri"),
        (faulty(overlay={"window": {"monday": "10:00-12:00"}}), "window.monday"),
        (faulty(overlay={"cadence": {"cap_per_day": "1"}}), "cadence.cap_per_day"),
        (faulty(overlay={"cadences": {}}), "cadences"),
        (faulty(timezone="Mars/Olympus"), "timezone"),
        (faulty(timezone=["Europe/London", "Nowhere"]), "timezone"),
        (faulty(timezone=3), "timezone"),
        (faulty(country="UK"), "country"),
        (faulty(country="gb"), "country"),
        (faulty(region="Scotland"), "region"),
        (faulty(region="XX-SCT"), "region"),
        (faulty(text=["a"]), "text"),
        (faulty(notice="overdue"), "notice"),
        (faulty(account=[]), "account"),
        (faulty(account={}), "account.due_date"),
        (faulty(account=None), "account.due_date"),
        (faulty(kind="notice", account={"id": "A1"}), "account.due_date"),
        (faulty(kind="reply", account={}, text="Please pay 60.00 GBP today."), "account.due_date"),
        (with_account(due_date="2026-02-30"), "account.due_date"),
        (with_account(due_date="2026-03-02T10:00:00+00:00"), "account.due_date"),
        (with_account(holds="dispute"), "account.holds"),
        (with_account(holds=[3]), "account.holds.name"),
        (with_account(holds=[{"id": "D-1"}]), "account.holds.name"),
        (with_account(holds=[{"name": "dispute", "until": "soon"}]), "account.holds.until"),
        (with_account(id=7), "account.id"),
        (with_account(validation_notice="never"), "account.validation_notice"),
        (with_account(ledger=["60.00"]), "account.ledger"),
        (faulty(person="Li"), "person"),
        (with_person(opted_out="fax"), "person.opted_out"),
        (with_person(opted_out=["sms", "fax"]), "person.opted_out"),
        (with_person(flags="vulnerable"), "person.flags"),
        (with_person(verified="yes"), "person.verified"),
        (with_person(sms_consent="maybe"), "person.sms_consent"),
        (with_person(willing=1), "person.willing"),
        (with_person(number_checked="2026-01-01"), "person.number_checked"),
        (with_person(customer_hours="18:00-20:00"), "person.customer_hours"),
        (with_person(customer_hours={"sat": "20-22"}), "person.customer_hours.sat"),
        (with_person(customer_hours={"monday": "20:00-22:00"}), "person.customer_hours.monday"),
        (faulty(history={}), "history"),
        (faulty(history=["yesterday"]), "history"),
        (with_entry(at=None), r"history\[0\].at"),
        (with_entry(at="2026-03-05T10:00:01+00:00"), r"history\[0\].at"),
        (with_entry(direction="outwards"), r"history\[0\].direction"),
        (with_entry(kind="opt_out"), r"history\[0\].kind"),
        (with_entry(direction="in", kind="reminder"), r"history\[0\].kind"),
        (with_entry(asks_money="no"), r"history\[0\].asks_money"),
        (with_entry(channel="fax"), r"history\[0\].channel"),
        (with_entry(account=1), r"history\[0\].account"),
        (with_entry(text=1), r"history\[0\].text"),
    ],
)
def test_a_missing_or_wrong_field_is_named(record: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRecord, match=rf"^{field}: expected .+, got .+"):
        answer(record)


@pytest.mark.parametrize(
    "record",
    [
        faulty(history=[{**BEFORE, "at": GOOD["now"]}]),
        faulty(now="2026-03-05T10:00:00Z"),
        faulty(overlay={"window": {"mon_fri": "09:00-18:00"}}),
        faulty(kind="reply", account={}, history=[{**BEFORE, "direction": "in", "kind": "start"}]),
        faulty(kind="safety", account=None),
        with_account(validation_notice=None, ledger=[6000], holds=[], id="A1"),
        with_person(opted_out=[], flags=[], verified=True, sms_consent="consent"),
    ],
)
def test_every_documented_form_is_read(record: dict[str, Any]) -> None:
    assert answer(record)["verdict"] == "send"


def test_bad_lines_are_answered_in_their_place_and_the_rest_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [GOOD, faulty(id="m-2", channel="fax"), faulty(id="m-3")]
    path = tmp_path / "messages.jsonl"
    lines = [*map(json.dumps, records), "{", "[]"]
    path.write_text("\n".join(lines), "utf-8")
    assert run(["may-send", str(path)]) == 1
    out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in out] == ["m-1", "m-2", "m-3", None, None]
    assert ["error" in line for line in out] == [False, True, False, True, True]
    assert out[0] == {"id": "m-1", "verdict": "send", "rules": []}


def test_good_lines_alone_give_status_zero(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    path.write_text(json.dumps(GOOD), "utf-8")
    assert run(["may-send", str(path)]) == 0


def test_unknown_holds_stop_and_are_named_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reply = answer(with_account(holds=["gone_fishing"]))
    assert (reply["verdict"], reply["rules"]) == ("drop", ["hold:gone_fishing"])
    assert "m-1: unknown hold 'gone_fishing'" in capsys.readouterr().err


def test_unknown_fields_are_named_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    answer(faulty(person={"opted_outs": "all"}, colour="red"))
    told = capsys.readouterr().err
    assert "colour" in told
    assert "person.opted_outs" in told


def test_help_explains_the_fields_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["may-send", "--help"])
    told = capsys.readouterr().out
    assert "overlay?" in told
    example = next(line for line in told.splitlines() if line.strip().startswith('{"id": 1, "ver'))
    assert json.loads(example)["rules"] == ["window.mon_fri"]
