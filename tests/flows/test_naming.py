"""Who speaks, by the customer's own name."""

from __future__ import annotations

import pytest

from flows import naming

NAME = "Maria Lopez"


@pytest.mark.parametrize(
    "text", ["im marias sister", "I'm Maria's sister", "idk any maria", "don't know maria"]
)
def test_a_relative_or_stranger_denies_being_the_customer(text: str) -> None:
    assert naming.denies_being(text, NAME)
    assert not naming.claims_being(text, NAME)


@pytest.mark.parametrize("text", ["im maria", "its maria here", "this is maria's phone"])
def test_the_customer_claims_to_be_himself(text: str) -> None:
    assert naming.claims_being(text, NAME)
    assert not naming.denies_being(text, NAME)
