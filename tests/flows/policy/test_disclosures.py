"""The footer of started messages."""

from __future__ import annotations

import pytest

from flows.languages import Language
from flows.policy.disclosures import (
    DISCLOSURE_IDS,
    Sender,
    UnknownDisclosure,
    disclosure,
    footer,
)

AGENCY = Sender(creditor="Northbank", agent_name="Harbor Desk", creditor_phone="+1 555 0100")
OWN = Sender(creditor="Northbank", agent_name="Northbank")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("disclosure_id", DISCLOSURE_IDS)
def test_every_disclosure_has_a_text_without_open_placeholders(
    disclosure_id: str, language: Language
) -> None:
    for sender in (AGENCY, OWN):
        text = disclosure(disclosure_id, sender, language)
        assert text
        assert "{" not in text


def _footer(ids: list[str], *, is_first: bool = True, is_verified: bool = True) -> tuple[str, ...]:
    made = footer(
        ids,
        AGENCY,
        language=Language.EN,
        channel="sms",
        is_first=is_first,
        is_verified=is_verified,
    )
    return made.disclosure, made.auto_note, made.optout


@pytest.mark.rule("CN-9")
def test_the_first_message_says_it_is_automated_once() -> None:
    assert _footer(["uk_identity"])[1] == "(automated)"
    assert _footer(["identity_plus_purpose"])[1] == ""
    assert _footer(["uk_identity"], is_first=False)[1] == ""


@pytest.mark.rule("UK-3")
def test_before_verification_there_is_no_disclosure_sentence() -> None:
    made = _footer(["uk_identity"], is_verified=False)
    assert made[:2] == ("", "(automated)")
    assert "STOP" in made[2]


def test_merged_profiles_show_both_disclosures_and_the_same_one_once() -> None:
    both = _footer(["us_first", "uk_identity"])[0]
    assert "debt collector" in both
    assert "contacting you for Northbank" in both
    assert _footer(["uk_identity", "au_identity"])[0].count("contacting") == 1


def test_a_creditor_in_its_own_name_does_not_act_for_itself() -> None:
    assert "for Northbank" not in disclosure("uk_identity", OWN, Language.EN)


def test_an_unknown_disclosure_is_named() -> None:
    with pytest.raises(UnknownDisclosure, match="nowhere_identity"):
        disclosure("nowhere_identity", AGENCY, Language.EN)
