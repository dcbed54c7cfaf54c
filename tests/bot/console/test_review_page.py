"""The page of the least certain replies: who may see it, what it shows, what a correction does."""

from __future__ import annotations

import json

import pytest

from storage import examples
from storage.examples import State
from tests.bot.console.test_work import Office, office, pages

__all__ = ["office", "pages"]

ODD = "the moon is made of cheese and so am I"


async def _number(office: Office) -> str:
    return (await office.text("/review")).partition('id="reply-')[2].partition('"')[0]


@pytest.mark.parametrize(("role", "status"), [("operator", 200), ("lead", 200), ("agent", 403)])
async def test_the_page_is_for_those_who_may_teach(office: Office, role: str, status: int) -> None:
    await office.log_in(role)
    assert (await office.get("/review")).status == status
    assert (await office.get("/review.jsonl")).status == status


async def test_it_shows_what_was_read_and_why_and_names_nobody(office: Office) -> None:
    await office.say("Daniel Brooks here, call +1 555 0142 about the moon")
    await office.log_in("operator")
    page = await office.text("/review")
    assert "Daniel" not in page
    assert "0142" not in page
    assert "Closest example" in page
    assert "Words that counted" in page


async def test_a_correction_is_learned_listed_nowhere_and_audited(office: Office) -> None:
    await office.say(ODD)
    await office.log_in("operator")
    answer = await office.post(f"/review/{await _number(office)}", intent="busy")
    assert answer.status == 303
    (kept,) = await office.db.read(examples.all_of)
    assert (kept.text, kept.intent, kept.state) == (ODD, "busy", State.ACCEPTED)
    assert kept.agent_id == "operator"
    page = await office.text("/review?done=corrected")
    assert ODD not in page
    assert "Learned, from the next message on" in page
    assert await office.acts() == ["reading_corrected"]
    row = json.loads(await office.text("/review.jsonl"))
    assert (row["text"], row["intent"]) == (ODD, "busy")


async def test_what_is_set_aside_teaches_nothing(office: Office) -> None:
    await office.say(ODD)
    await office.log_in("lead")
    await office.post(f"/review/{await _number(office)}", set_aside="1", intent="busy")
    (kept,) = await office.db.read(examples.all_of)
    assert kept.state is State.REJECTED
    assert await office.text("/review.jsonl") == ""


@pytest.mark.parametrize(("number", "intent"), [("1", "nonsense"), ("999", "busy"), ("x", "busy")])
async def test_what_cannot_be_kept_is_refused_in_words(
    office: Office, number: str, intent: str
) -> None:
    await office.say(ODD)
    await office.log_in("operator")
    answer = await office.post(f"/review/{number}", intent=intent)
    assert answer.status == 422
    assert 'role="alert"' in await answer.text()


async def test_an_agent_cannot_teach(office: Office) -> None:
    await office.say(ODD)
    await office.log_in("agent")
    assert (await office.post("/review/1", intent="busy")).status == 403
    assert await office.db.read(examples.all_of) == ()
