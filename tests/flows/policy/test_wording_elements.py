"""What an overdue reminder must hold, under each profile."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flows.languages import Language
from flows.policy.guard.elements import ELEMENTS
from flows.policy.profile import load_policy, profile_names
from flows.policy.wording_guard import TextKind, WordingRequest, check

# A reminder in parts, each of which carries elements; order is that of the text.
EN = {
    "salutation": "Dear Ana Marsh, ",
    "creditor": "this is Northbank. ",
    "bill": "Your bill ending 8821 is 5 days past due and $3,600.00 is open. ",
    "pay-by": "Please pay by March 12: ",
    "link": "https://pay.example/8. ",
    "help": "If money is tight, we can arrange more time. ",
    "phone": "Call +1 555 0100. ",
    "reply": "Or just reply to this message. ",
    "dispute": "Does the amount look wrong? Reply DISPUTE. ",
    "complain": "To complain, call +1 555 0102. ",
    "items": "Principal $3,500.00, interest $100.00. ",
    "advice": "Free debt advice: 0800 138 1111. ",
    "close": "Thank you. ",
    "disclosure": "Sent by Harbor Desk for Northbank to help settle this bill. ",
    "auto": "(automated) ",
    "optout": "Reply STOP to stop texts to this number.",
}
ZH = {
    "salutation": "尊敬的陈晓明：您好，",
    "creditor": "这里是北岸信贷。",
    "bill": "您尾号8821的账单已逾期5天，待还3,600.00元。",
    "pay-by": "请在3月12日前处理：",
    "link": "https://pay.example/8。",
    "help": "如有困难可以商量延期。",
    "phone": "请致电4000000000。",
    "reply": "也可直接回复本消息。",
    "dispute": "如金额不符，请回复“有异议”。",
    "complain": "投诉请拨4000000001。",
    "items": "其中本金3,500.00元，利息100.00元。",
    "advice": "免费债务咨询：4000000002。",
    "close": "谢谢您。",
    "disclosure": "本消息由港湾服务受北岸信贷委托发送，用于协助处理上述账单。",
    "auto": "(自动消息)",
    "optout": "回T退订",
}
TODAY, DUE = date(2026, 3, 2), date(2026, 2, 25)
US_FIRST = (
    "Harbor Desk is a debt collector. This is an attempt to collect a debt and any information"
    " obtained will be used for that purpose. "
)


def missing(text: str, profile: str | list[str], **known: Any) -> tuple[str, ...]:
    language = Language.ZH_HANS if any(char >= "\u4e00" for char in text) else Language.EN
    values: dict[str, Any] = {
        "stage": "later",
        "channel": "telegram",
        "creditor": "北岸信贷" if language is Language.ZH_HANS else "Northbank",
        "agent_name": "港湾服务" if language is Language.ZH_HANS else "Harbor Desk",
        "today": TODAY,
        "due_on": DUE,
    } | known
    return check(
        WordingRequest(
            text=text,
            language=language,
            kind=TextKind.REMINDER,
            policy=load_policy(profile),
            **values,
        )
    ).missing


def without(parts: dict[str, str], *names: str, **changed: str) -> str:
    return "".join((parts | changed)[name] for name in parts if name not in names)


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("parts", [EN, ZH], ids=["en", "zh"])
def test_a_full_reminder_misses_nothing(parts: dict[str, str], profile: str) -> None:
    text = without(parts, disclosure=US_FIRST) if profile == "us-reg-f" else without(parts)
    known = {"agent_name": ""} if profile == "us-reg-f" and parts is ZH else {}
    assert missing(text, profile, stage="first", **known) == ()
    assert missing(text, profile, stage="later", **known) == ()


@pytest.mark.rule("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S10", "S11", "CN-9", "CN-24", "US-7")
@pytest.mark.parametrize("parts", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize(
    ("part", "profile", "stage", "expected"),
    [
        ("salutation", "hk", "later", {"salutation"}),
        ("pay-by", "hk", "later", {"pay-by date"}),
        ("help", "tw", "later", {"offer of help"}),
        ("help", "us-reg-f", "later", set()),
        ("close", "cn-mainland", "later", {"polite close"}),
        ("close", "uk-conc", "later", set()),
        ("auto", "uk-conc", "first", {"automated message"}),
        ("auto", "uk-conc", "later", set()),
        ("optout", "au-rg96", "later", {"opt-out wording"}),
        ("advice", "au-rg96", "later", {"free debt advice"}),
        ("advice", "au-rg96", "first", set()),
        ("advice", "hk", "later", set()),
        ("disclosure", "cn-mainland", "later", {"collection disclosure", "collector identity"}),
        (
            "bill",
            "hk",
            "later",
            {"reason", "masked reference", "amount", "due date or days overdue"},
        ),
    ],
)
def test_a_part_left_out_is_named_where_the_profile_asks_for_it(
    parts: dict[str, str], part: str, profile: str, stage: str, expected: set[str]
) -> None:
    text = without(parts, part, "items")
    if profile == "us-reg-f":
        text = without(parts, part, "items", disclosure=US_FIRST)
    assert set(missing(text, profile, stage=stage)) - {"collector identity"} == expected - {
        "collector identity"
    }


@pytest.mark.rule("S67", "S70")
@pytest.mark.parametrize("parts", [EN, ZH], ids=["en", "zh"])
def test_the_page_behind_the_link_shows_what_the_text_need_not(parts: dict[str, str]) -> None:
    words = ("dispute", "complain", "items")
    assert missing(without(parts, *words), "strict-default", channel="sms") == ()
    gone = missing(without(parts, "link", *words), "strict-default")
    assert gone == (
        "breakdown",
        "how to dispute",
        "how to complain",
        "link to plain explanation",
    )
    assert missing(without(parts, "link", *words), "cn-mainland") == ("how to dispute",)
    assert missing(without(parts, "link", *words), "hk") == ("how to complain",)


@pytest.mark.rule("S6", "S60")
@pytest.mark.parametrize("parts", [EN, ZH], ids=["en", "zh"])
def test_two_ways_to_reach_a_person_are_counted(parts: dict[str, str]) -> None:
    ways = ("link", "reply", "dispute", "complain", "advice")
    element = "at least two ways to reach a person"
    assert element in missing(without(parts, *ways), "hk")
    assert element not in missing(without(parts, *ways[1:]), "hk")
    assert element in missing(without(parts, "phone", *ways), "hk")


@pytest.mark.rule("UK-5")
def test_a_premium_number_is_no_way_to_reach_a_person_in_britain() -> None:
    text = without(
        EN, "link", "reply", "dispute", "complain", "advice", phone="Call 0900 123 4567 or reply. "
    )
    assert "at least two ways to reach a person" in missing(text, "uk-conc")
    assert "at least two ways to reach a person" not in missing(text, "hk")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your bill ending 8821 was due on February 25 and $3,600.00 is open. ", ()),
        (
            "Your bill ending 8821 is 4 days past due and $3,600.00 is open. ",
            ("due date or days overdue",),
        ),
        (
            "Your bill ending 8821 was due on February 24 and $3,600.00 is open. ",
            ("due date or days overdue",),
        ),
        ("Your bill ending 8821 is 5 days past due and 3,600.00 is open. ", ("amount",)),
        (
            "Your bill 6222 0000 8888 8821 is 5 days past due and $3,600.00 is open. ",
            ("masked reference",),
        ),
        ("The bill ending 8821 with $3,600.00 was due on February 25. ", ()),
    ],
)
def test_facts_are_checked_against_the_day(text: str, expected: tuple[str, ...]) -> None:
    assert missing(without(EN, "items", bill=text), "hk") == expected


@pytest.mark.rule("S65", "S68")
@pytest.mark.parametrize(
    ("words", "is_fine"),
    [
        ("Please pay by March 5: ", True),
        ("Please pay by March 16: ", True),
        ("Please pay by March 17: ", False),
        ("Please pay by March 4: ", False),
        ("Please pay by 2026-03-10: ", True),
        ("Suggested date: 10 March. See ", True),
        ("Please pay soon: ", False),
    ],
)
def test_the_day_to_pay_by_stays_inside_the_limits(words: str, is_fine: bool) -> None:
    assert ("pay-by date" not in missing(without(EN, **{"pay-by": words}), "hk")) is is_fine


@pytest.mark.rule("US-17")
def test_in_the_validation_period_a_day_needs_the_right_to_dispute_beside_it() -> None:
    us = EN | {"disclosure": US_FIRST}
    until = {"validation_until": date(2026, 3, 20)}
    assert missing(without(us), "us-reg-f", **until) == ()
    assert missing(without(us, "dispute"), "us-reg-f", **until) == ("pay-by date",)
    assert missing(without(us, "dispute", "pay-by"), "us-reg-f", **until) == ()
    assert missing(without(us, "dispute"), "us-reg-f", validation_until=date(2026, 3, 1)) == ()


def test_the_law_s_english_sentence_stands_in_the_text_or_beside_it() -> None:
    zh = ZH | {
        "disclosure": "港湾服务：我们是催收机构，此为催收债务的尝试；所获任何信息将用于该目的。"
    }
    alone = missing(without(zh), "us-reg-f", stage="first")
    assert alone == ("collection disclosure",)
    assert (
        missing(
            without(zh), "us-reg-f", stage="first", companion=without(EN | {"disclosure": US_FIRST})
        )
        == ()
    )
    assert (
        missing(without(zh, disclosure=zh["disclosure"] + US_FIRST), "us-reg-f", stage="first")
        == ()
    )


@pytest.mark.rule("US-12")
def test_first_and_later_disclosures_differ_and_either_will_do_when_not_told() -> None:
    later = without(
        EN, "auto", disclosure="This communication is from a debt collector, Harbor Desk. "
    )
    assert missing(later, "us-reg-f", stage="first") == (
        "automated message",
        "collection disclosure",
    )
    assert missing(later, "us-reg-f", stage="later") == ()
    assert missing(later, "us-reg-f", stage=None) == ()


@pytest.mark.rule("CN-25")
def test_a_registered_signature_is_asked_for_where_the_network_needs_it() -> None:
    text = without(ZH)
    element = ("registered SMS signature",)
    assert missing(text, "cn-mainland", channel="sms") == element
    assert missing("【北岸】" + text, "cn-mainland", channel="sms") == ()
    assert missing(text, "cn-mainland", channel="sms", network="none") == ()
    assert missing(text, "strict-default", channel="sms") == ()
    assert missing(text, "strict-default", channel="sms", network="signature") == element
    assert missing(text, "us-reg-f", network="signature", companion=US_FIRST, agent_name="") == ()


@pytest.mark.rule("UK-4", "AU-4")
def test_before_verification_only_the_neutral_form_is_asked_for() -> None:
    text = "Hello, we have a service message for Ana Marsh. Reply with your birthday, or call +1 555 0100."
    full = f"{text} (automated) Reply STOP to stop texts to this number."
    assert missing(full, "uk-conc", is_verified=False, stage="first") == ()
    assert missing(text, "uk-conc", is_verified=False, stage="first") == (
        "opt-out wording",
        "automated message",
    )
    assert missing(full, "cn-mainland", is_verified=False, channel="sms") == (
        "registered SMS signature",
    )


def test_merged_profiles_ask_for_what_either_asks_for() -> None:
    text = without(EN, "advice", "close")
    assert missing(text, ["uk-conc", "hk"]) == ("free debt advice", "polite close")


def test_only_reminders_must_hold_elements() -> None:
    request = WordingRequest(
        text="Thank you.",
        language=Language.EN,
        kind=TextKind.REPLY,
        policy=load_policy("strict-default"),
    )
    assert check(request).missing == ()


def test_elements_are_named_in_the_order_of_the_table() -> None:
    gone = missing("x", ["strict-default", "cn-mainland", "uk-conc"], channel="sms")
    assert list(gone) == [element for element in ELEMENTS if element in gone]
    assert len(gone) > 15
