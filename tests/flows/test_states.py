"""Where an account and a talk stand, in the words of negotiation.md C.1."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.model import Flag
from flows.records import Hold
from flows.states import AccountState, account_state, waits_for
from tests.builders import NOW, a_conversation


def test_the_gravest_state_holds() -> None:
    state = replace(a_conversation(), opted_out=frozenset({"sms"}), flags=frozenset({Flag.LEGAL}))
    assert account_state(state, state.case(), NOW) is AccountState.LEGAL_HOLD
    dead = replace(state, flags=frozenset({Flag.LEGAL, Flag.DECEASED}))
    assert account_state(dead, dead.case(), NOW) is AccountState.DECEASED


def test_a_hold_counts_until_its_end() -> None:
    until = NOW + timedelta(days=1)
    hold = Hold(name="hardship", account_id=None, since_at=NOW, until_at=until)
    held = replace(a_conversation(), holds=(hold,))
    assert account_state(held, held.case(), NOW) is AccountState.HARDSHIP_HOLD
    assert account_state(held, held.case(), until) is AccountState.OPEN


@pytest.mark.parametrize(("flag", "waits"), [(Flag.LEGAL, "silent"), (Flag.HARDSHIP, "idle")])
def test_a_representative_silences_the_bot(flag: Flag, waits: str) -> None:
    state = replace(a_conversation(), flags=frozenset({flag}))
    assert waits_for(state, NOW) == waits


def test_a_person_who_holds_the_talk_comes_before_all() -> None:
    state = replace(a_conversation(), holder="lin", flags=frozenset({Flag.DECEASED}))
    assert waits_for(state, NOW) == "agent"
