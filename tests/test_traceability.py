"""Every rule has a test that proves it or a reason why none does, and the table says so."""

from __future__ import annotations

from tests.traceability import COMMAND, TABLE, proofs, rules, written


def test_the_list_holds_every_rule_of_the_guides_and_rows_of_every_place() -> None:
    ids = set(rules())
    assert {f"S{number}" for number in range(1, 86)} <= ids
    places = {"CN": 29, "HK": 9, "TW": 6, "US": 28, "UK": 18, "AU": 8, "IN": 1, "SG": 1, "EU": 1}
    rows = {f"{place}-{n}" for place, count in places.items() for n in range(1, count + 1)}
    assert rows <= ids
    assert len(ids) == 85 + len(rows)


def test_every_rule_is_proved_or_has_a_reason_and_never_both() -> None:
    proved = proofs()
    neither = [rule.id for rule in rules().values() if not rule.absent and not proved.get(rule.id)]
    both = [rule.id for rule in rules().values() if rule.absent and proved.get(rule.id)]
    assert (neither, both) == ([], [])


def test_marks_name_rules_that_exist() -> None:
    assert set(proofs()) <= set(rules())


def test_the_table_is_up_to_date() -> None:
    assert TABLE.read_text("utf-8") == written(), f"renew it with: {COMMAND}"
