"""What the words of the ladder must be, whatever fills them: order, parts, tone, and how often."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import ladder
from flows.ladder import Segment, Standing
from flows.languages import Language, Style
from flows.policy.profile import load_policy, profile_names
from flows.policy.text_review import REMINDERS, typical_values
from flows.wording import placeholders, render, styles

STRICT = load_policy("strict-default")
FIRST = ("first_overdue", "first_overdue_2")
LATER = tuple(key for key in REMINDERS if key not in FIRST)
THANKS = ("Thank you", "Thanks", "感谢", "感謝", "谢谢", "謝謝")
# How the first reminder understands that it may have slipped by, or is on its way.
UNDERSTANDS = (
    *("It may have slipped by", "Easy to miss", "Perhaps your payment is on its way"),
    *("Sent it already?", "可能是您一时没有留意", "可能是您一時沒有留意", "可能是忙忘了"),
    *("款项若已在途", "款項若已在途", "钱在路上", "錢在路上"),
)
# Ways that later reminders offer: numbered, by a word, by a person, or other dates and parts.
WAYS = (
    *("instalments", "PLAN", "smaller steps", "parts smaller", "smaller parts", "split it up"),
    *("a person will help", "a real person will help", "colleague can help"),
    *("分期", "分几期", "分幾期", "专人协助", "專人協助", "同事", "每期可", "每期少点", "每期少點"),
    *("拆小慢慢付",),
)


def text_of(key: str, language: Language, style: Style) -> str:
    return render(key, typical_values(language, STRICT), language=language, style=style)


def every(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """The named texts in every language and style."""
    return [
        (f"{key}, {language}, {style}", text_of(key, language, style))
        for key in keys
        for language in Language
        for style in styles(key, language)
    ]


@pytest.mark.rule("S8", "S10")
@pytest.mark.parametrize(("name", "text"), every(REMINDERS))
def test_the_fact_comes_first_then_the_next_step_and_thanks_at_the_end(
    name: str, text: str
) -> None:
    fact = max(text.find("8821"), text.find("3,600.00"))
    step = max(text.find("https://"), text.find("+1 555 0100"))
    thanks = max(text.rfind(word) for word in THANKS)
    assert 0 <= fact < max(step, thanks)
    assert 0 <= step < thanks, name


@pytest.mark.rule("S7", "S13")
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("style", Style)
def test_the_first_reminder_fills_what_the_guide_asks_for(language: Language, style: Style) -> None:
    asked = {"name", "creditor", "ref", "amount", "pay_by", "days_overdue"}
    for key in FIRST:
        known = placeholders(key, language, style)
        assert asked <= known
        assert known & {"phone", "chat"} or style is Style.CASUAL


@pytest.mark.rule("S14", "S15", "S24")
@pytest.mark.parametrize(("name", "text"), every(LATER))
def test_every_later_reminder_offers_another_way(name: str, text: str) -> None:
    assert any(way in text for way in WAYS), text


@pytest.mark.rule("S27")
@pytest.mark.parametrize(("name", "text"), every(FIRST))
def test_the_first_reminder_understands_once(name: str, text: str) -> None:
    assert sum(phrase in text for phrase in UNDERSTANDS) == 1, text


@pytest.mark.rule("S9", "S64")
@pytest.mark.parametrize(("name", "text"), every(("first_overdue", "followup_2", "followup_2_2")))
def test_the_way_to_see_and_pay_stands_in_the_first_and_the_third_text(
    name: str, text: str
) -> None:
    assert text.count("https://") == 1


@pytest.mark.rule("S56")
@pytest.mark.parametrize("key", REMINDERS)
@pytest.mark.parametrize("style", Style)
def test_each_script_has_words_of_its_own(key: str, style: Style) -> None:
    hans, hant = (text_of(key, lang, style) for lang in (Language.ZH_HANS, Language.ZH_HANT))
    assert not set("账单们这还谢") & set(hant)
    assert not set("帳單們這還謝") & set(hans)


@pytest.mark.rule("S57")
def test_what_steers_the_ladder_is_a_short_list_without_sensitive_traits() -> None:
    assert {field.name for field in fields(Standing)} == {
        *("due_on", "sent", "last_on", "unanswered", "segment", "habit_days"),
        *("is_willing", "is_upset"),
    }


@pytest.mark.rule("S59")
@pytest.mark.parametrize("profile", profile_names())
@given(
    sent=st.integers(0, 5),
    segment=st.sampled_from(Segment),
    habit=st.none() | st.integers(1, 40),
    is_willing=st.booleans(),
    is_upset=st.booleans(),
)
def test_what_is_known_of_a_customer_only_delays(
    profile: str,
    sent: int,
    segment: Segment,
    habit: int | None,
    is_willing: bool,
    is_upset: bool,
) -> None:
    cadence = load_policy(profile).cadence
    stranger = Standing(due_on=date(2026, 3, 2), sent=sent)
    known = replace(
        stranger, segment=segment, habit_days=habit, is_willing=is_willing, is_upset=is_upset
    )
    assert ladder.first_day(known, cadence) >= ladder.first_day(stranger, cadence)
    assert ladder.gap_days(known, cadence) >= ladder.gap_days(stranger, cadence)
