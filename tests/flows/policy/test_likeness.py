"""When two texts are the same, or nearly: names, numbers, links and the footer say nothing."""

from datetime import date
from itertools import combinations

import pytest

from flows.languages import Language, Style
from flows.money import Currency, Money
from flows.policy import load_policy
from flows.policy.disclosures import DISCLOSURE_IDS, Sender, footer
from flows.policy.footers import has_footer, without_footer
from flows.policy.likeness import likeness, masked
from flows.wording import render

REMINDERS = ("first_overdue", "followup_1", "followup_2", "followup_3", "broken_promise")
LANGUAGES = (Language.ZH_HANS, Language.ZH_HANT, Language.EN)
SENDER = Sender(creditor="Northwind Energy", agent_name="Harbour Services", creditor_phone="400 1")
CREDITOR = Sender(creditor="Northwind Energy", agent_name="", creditor_phone="400 1")
SIXTY = Money(6000, Currency.of("GBP"))


def a_reminder(stage: str, language: Language, style: Style, disclosure: str) -> str:
    end = footer(
        [disclosure], SENDER, language=language, channel="sms", is_first=True, is_verified=True
    )
    values = {
        "sig": "",
        "name": "Ms Hill",
        "creditor": "Northwind Energy",
        "agent_name": "Harbour Services",
        "ref": "4471",
        "amount": SIXTY,
        "days_overdue": 8,
        "pay_by": date(2026, 3, 16),
        "pay_link": "https://pay.example/x1",
        "help_link": "https://help.example",
        "advice_line": "a free advice line",
        "phone": "020 7946 0000",
        "chat": "https://chat.example",
        "hours": "09:00-18:00",
        "promise_date": date(2026, 3, 9),
        "promise_amount": SIXTY,
    }
    return render(stage, {**values, **end.values}, language=language, style=style)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Dear Ms Hill, you owe 60.00.", "Dear Mr Stone, you owe 1,075.50."),
        ("Hi Ann, see https://a.example/1 now", "hi Bo, see https://b.example/2 now"),
        ("尊敬的王先生：账单600.00元已逾期8天。", "尊敬的李女士：账单75元已逾期12天。"),
        ("王先生 您好，尾号4471的账单逾期。", "李小姐 您好，尾号9020的账单逾期。"),
        ("【北风】张三，你好！账单逾期。", "【北风】李四，你好！账单逾期。"),
        ("Ｐａｙ　６０", "pay 75"),
        ("Your bill is late. Reply STOP to stop these messages.", "Your bill is late."),
    ],
)
def test_what_differs_from_person_to_person_does_not_count(first: str, second: str) -> None:
    assert masked(first) == masked(second)
    assert likeness(first, second) == 1


def test_other_words_are_another_text() -> None:
    first = "Dear Ms Hill, your bill is 8 days overdue. Can we help?"
    second = "Dear Ms Hill, would paying in parts be easier for you?"
    assert masked(first) != masked(second)
    assert likeness(first, second) < 0.3


def test_likeness_is_the_share_of_common_grams() -> None:
    # abcd has the grams abc, bcd; bcde has bcd, cde: one of three is common.
    assert likeness("abcd", "bcde") == pytest.approx(1 / 3)
    assert likeness("", "") == 1
    assert likeness("", "abc") == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", [Style.FORMAL, Style.CASUAL])
@pytest.mark.parametrize("disclosure", DISCLOSURE_IDS)
def test_no_two_reminders_of_a_round_are_alike(
    language: Language, style: Style, disclosure: str
) -> None:
    texts = [a_reminder(stage, language, style, disclosure) for stage in REMINDERS]
    limit = load_policy("strict-default").cadence.similarity_max
    assert max(likeness(*pair) for pair in combinations(texts, 2)) < limit


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("disclosure", DISCLOSURE_IDS)
def test_every_footer_is_found_and_leaves_nothing(language: Language, disclosure: str) -> None:
    for channel in ("sms", "telegram", "email"):
        for sender in (SENDER, CREDITOR):
            end = footer(
                [disclosure],
                sender,
                language=language,
                channel=channel,
                is_first=True,
                is_verified=True,
            )
            for part in end.values.values():
                assert not part or has_footer(part)
                assert without_footer(part).strip() == ""


@pytest.mark.parametrize(
    ("text", "carries"),
    [
        ("We will stop the interest on your account.", False),
        ("Thank you, the letter is on its way.", False),
        ("好的，我们会停止计息。", False),
        ("Thank you. Text STOP to end.", True),
        ("谢谢。回TD退订", True),
        ("謝謝。回覆T停止接收", True),
        ("Send /stop any time", True),
    ],
)
def test_a_footer_is_known_in_other_words_too(text: str, carries: bool) -> None:
    assert has_footer(text) is carries
