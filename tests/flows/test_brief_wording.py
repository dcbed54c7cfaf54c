"""What we start still leaves where a long name or link would take too many SMS parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.actions import Say
from flows.compose import text_of
from flows.events import TimeCame
from flows.languages import Language, Style
from flows.model import Sender, Turn
from flows.policy.profile import load_policy
from flows.policy.segments import Encoding, in_gsm_letters, segments
from flows.policy.text_review import REMINDERS, STARTED, review, typical_values
from flows.wording import styles
from tests.builders import NOW, a_conversation

STRICT = load_policy("strict-default")
LINK = "https://pay.example/" + "x" * 30
NAMES = {
    Language.EN: "Alexandria Montgomery-Featherstonehaugh",
    Language.ZH_HANS: "阿卜杜热合曼·买买提江",
    Language.ZH_HANT: "歐陽阿里木·買買提江",
}


def scene(language: Language, name: str, *, link: str = LINK, channel: str = "sms") -> Turn:
    is_english = language is Language.EN
    talk = a_conversation(creditor="Northlake Credit" if is_english else "晨光消费金融")
    case = talk.case()
    case = replace(case, account=replace(case.account, pay_link=link, reference="A-8821"))
    talk = replace(
        talk,
        person=replace(talk.person, name=name),
        language=language,
        channel=channel,
        medium=channel,
        cases=(case,),
    )
    return Turn(
        conversation=talk,
        event=TimeCame(appointment_id="r1"),
        policy=STRICT,
        now=NOW,
        sender=Sender(agent_name="Duetalk", phone="4001234567", help_link=LINK),
    )


def said(turn: Turn, key: str) -> str:
    values = typical_values(turn.conversation.language, STRICT)
    wanted = ("amount", "due_date", "days_overdue", "pay_by", "promise_date", "promise_amount")
    plan = ("inst_no", "inst_count", "inst_amount", "inst_date")
    say = Say(
        key=key,
        kind="reminder",
        values=tuple((name, values[name]) for name in (*wanted, *plan)),
        account_id=turn.case.id,
    )
    return text_of(turn, turn.conversation, say)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", STARTED)
def test_a_long_name_and_link_take_no_more_parts_than_the_strictest_profile_allows(
    key: str, language: Language
) -> None:
    text = said(scene(language, NAMES[language]), key)
    assert segments(text).count <= STRICT.text.sms_segments_max
    assert NAMES[language] in text
    assert LINK in text or key in ("followup_2", "followup_3", "followup_2_2", "followup_3_2")


def test_a_usual_name_keeps_the_usual_words() -> None:
    turn = scene(Language.EN, "Ana Marsh", link="https://pay.example/a")
    assert "It may have slipped by" in said(turn, "first_overdue")


def test_a_chat_has_no_parts_so_nothing_is_shortened() -> None:
    turn = scene(Language.EN, NAMES[Language.EN] * 3, channel="telegram")
    assert "It may have slipped by" in said(turn, "first_overdue")


def test_a_letter_that_phones_do_not_pack_costs_the_customer_no_message() -> None:
    text = said(scene(Language.EN, "João Ławski", link="https://pay.example/a"), "first_overdue")
    assert segments(text).encoding is Encoding.GSM7
    assert "Dear Joao Lawski" in text


@pytest.mark.parametrize(
    ("name", "written"),
    [("Zoë", "Zoe"), ("Małgorzata", "Malgorzata"), ("José", "José"), ("王伟", "王伟"), ("", "")],
)
def test_a_name_is_written_by_the_letters_of_the_alphabet_where_it_has_them(
    name: str, written: str
) -> None:
    assert in_gsm_letters(name) == written


@pytest.mark.parametrize("language", Language)
def test_every_text_we_start_has_a_brief_form(language: Language) -> None:
    assert all(Style.BRIEF in styles(key, language) for key in STARTED)


@pytest.mark.rule("S12")
def test_a_brief_reminder_holds_every_element_and_is_the_shortest() -> None:
    texts = list(review(REMINDERS, ["strict-default"]))
    by_style = {(t.key, t.language, t.style): t for t in texts}
    for text in texts:
        if text.style is Style.BRIEF:
            assert text.report.is_ok
            formal = by_style[text.key, text.language, Style.FORMAL]
            assert text.length.units < formal.length.units
