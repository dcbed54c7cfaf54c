"""Facts in replies: what is read, what is left open, and what is never mistaken for a figure."""

from __future__ import annotations

import time as clock
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding.entities import Reading, entity_record, read_entities
from flows.understanding.masks import legible
from flows.understanding.normalise import normalise
from flows.understanding.values import Asked, EntityKind, LanguageTag, Role
from tests.flows.understanding.expressions import TODAY, Expression, judge, read_table

EXPRESSIONS = list(read_table(Path(__file__).with_name("expressions.tsv")))
ANY_TEXT = st.text(alphabet=st.characters(), max_size=60)
FIGURES_AND_WORDS = st.lists(
    st.sampled_from(
        [
            "一",
            "两",
            "十",
            "百",
            "千",
            "万",
            "半",
            "个",
            "月",
            "周",
            "号",
            "日",
            "天",
            "点",
            "块",
            "元",
            "分",
            "期",
            "第",
            "下",
            "上",
            "这",
            "前",
            "后",
            "每",
            "还",
            ",",
            ".",
            "-",
            "/",
            ":",
            "$",
            "%",
            "1",
            "3",
            "15",
            "500",
            "2026",
            "k",
            "w",
            "a",
            "half",
            "next",
            "friday",
            "the",
            "5th",
            "of",
            "in",
            "week",
            "and",
            "to",
            "or",
            "may",
            "sat",
            "hundred",
            "grand",
            "〇",
            "廿",
        ]
    ),
    max_size=24,
)


def read(text: str, asked: Asked | None = None, today: date = TODAY) -> Reading:
    return read_entities(normalise(text), today=today, asked=asked)


def facts(text: str, asked: Asked | None = None, today: date = TODAY) -> list[tuple[str, object]]:
    records = [entity_record(entity) for entity in read(text, asked, today).entities]
    return [(str(record["kind"]), record["value"]) for record in records]


def test_the_table_of_expressions_is_read_right() -> None:
    wrong = [(e.text, judge(e).records) for e in EXPRESSIONS if not judge(e).is_right]
    assert wrong == []


MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每月500", [("frequency", "monthly"), ("amount", "500")]),
        ("一个月五百", [("frequency", "monthly"), ("amount", "500")]),
        ("500 a month", [("amount", "500"), ("frequency", "monthly")]),
        ("分8期", [("count", 8)]),
        ("八个月还完", [("count", 8)]),
        ("8 payments", [("count", 8)]),
        ("半年还清", [("count", 6)]),
        ("一年还清", [("count", 12)]),
        ("先还1000剩下分6期", [("amount", "1000"), ("count", 6)]),
        ("畀住一千先", [("amount", "1000")]),
        ("发工资15号还", [("pay_day", 15), ("date", "2026-12-15")]),
        ("15號出糧", [("pay_day", 15), ("date", "2026-12-15")]),
        ("can do $50 every two weeks", [("amount", "50"), ("frequency", "biweekly")]),
        ("隔周50", [("frequency", "biweekly"), ("amount", "50")]),
        (
            "每个月1号15号各还200",
            [("frequency", "semimonthly"), ("pay_day", 1), ("pay_day", 15), ("amount", "200")],
        ),
        ("两千五", [("amount", "2500")]),
        ("一万二", [("amount", "12000")]),
        ("1w2", [("amount", "12000")]),
        ("1.5k", [("amount", "1500")]),
        ("5百", [("amount", "500")]),
        ("５００", [("amount", "500")]),
        ("一半", [("share", "1/2")]),
        ("三分之一", [("share", "1/3")]),
        ("half", [("share", "1/2")]),
        ("这周五", [("date", "2026-11-27")]),
        ("周五", [("date", "2026-11-27")]),
        ("this Friday", [("date", "2026-11-27")]),
        ("下周五", [("date", "2026-12-04")]),
        ("下禮拜五", [("date", "2026-12-04")]),
        ("next Friday", [("date", None)]),
        ("月底", [("date", "2026-11-30")]),
        ("月尾", [("date", "2026-11-30")]),
        ("EOM", [("date", "2026-11-30")]),
        ("下个月5号", [("date", "2026-12-05")]),
        ("on the 5th", [("date", "2026-12-05")]),
        ("月初", [("date", None)]),
        ("周末", [("date", None)]),
        ("过几天", []),
        ("soon", []),
        ("后天", [("date", "2026-11-25")]),
        ("大后天", [("date", "2026-11-26")]),
        ("tmrw", [("date", "2026-11-24")]),
        ("今晚", [("date", "2026-11-23")]),
        ("年底", [("date", "2026-12-31")]),
        ("过年前", [("date", None)]),
        ("五六百", []),
        ("千把块", []),
        ("a few hundred", []),
        ("6期每期500", [("count", 6), ("amount", "500")]),
        ("3600分6期", [("amount", "3600"), ("count", 6)]),
        ("剩下周五还", [("date", "2026-11-27")]),
        ("start from 1st dec 4 payments", [("date", "2026-12-01"), ("count", 4)]),
        ("settle for 2000 today", [("amount", "2000"), ("date", "2026-11-23")]),
        (
            "100 every 1st and 15th",
            [("amount", "100"), ("frequency", "semimonthly"), ("pay_day", 1), ("pay_day", 15)],
        ),
    ],
)
def test_counter_offers_are_read_as_the_table_of_negotiation_says(
    text: str, expected: list[tuple[str, object]]
) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("3", None, []),
        ("3", Asked.CHOOSE_OPTION, [("option", 3)]),
        ("3", Asked.COUNT, [("count", 3)]),
        ("三", Asked.COUNT, [("count", 3)]),
        ("15", Asked.DATE, [("date", "2026-03-15")]),
        ("5", Asked.DATE, [("date", "2026-04-05")]),
        ("300", Asked.AMOUNT, [("amount", "300")]),
        ("300吧", Asked.COUNT_OR_AMOUNT, [("amount", "300")]),
        ("6", Asked.COUNT_OR_AMOUNT, [("count", 6)]),
        ("30", Asked.COUNT_OR_AMOUNT, [("count", None)]),
        ("300", Asked.COUNT, [("amount", "300")]),
        ("300", Asked.CONFIRM, [("amount", "300")]),
        ("3", Asked.CONFIRM, []),
        ("B", Asked.CHOOSE_OPTION, [("option", 2)]),
        ("a吧", Asked.CHOOSE_OPTION, [("option", 1)]),
        ("the second", Asked.CHOOSE_OPTION, [("option", 2)]),
        ("B", None, []),
        ("6个月", Asked.COUNT, [("count", 6)]),
        ("6 months", Asked.COUNT, [("count", 6)]),
        ("两周", Asked.DATE, [("date", "2026-03-25")]),
        ("10 days", Asked.DATE, [("date", "2026-03-21")]),
        ("两周", None, []),
        ("5", Asked.CALLBACK_TIME, [("time", "17:00")]),
        ("8812", Asked.IDENTITY, [("reference", "8812")]),
        ("8812", None, []),
        ("ZX88120034", Asked.CLAIM_DETAILS, [("reference", "ZX88120034")]),
        ("500", None, [("amount", "500")]),
        ("3.20", Asked.DATE, [("date", "2026-03-20")]),
        ("3.20", Asked.AMOUNT, [("amount", "3.2")]),
        ("1/3", Asked.DATE, [("date", None)]),
        ("3 or 4", Asked.COUNT, [("count", None)]),
        ("分六", Asked.COUNT, [("count", 6)]),
        ("分六", None, []),
        ("three please", Asked.COUNT, [("count", 3)]),
        ("500到600", Asked.AMOUNT, []),
        ("3月5号", Asked.CLAIM_DETAILS, [("date", "2026-03-05")]),
        ("friday", Asked.CLAIM_DETAILS, [("date", "2026-03-06")]),
        ("12.5", Asked.DATE, [("date", "2026-12-05")]),
        ("1985-05-12", Asked.IDENTITY, [("date", "1985-05-12")]),
        ("1985-05-12", None, []),
    ],
)
def test_a_bare_answer_is_read_against_the_open_question(
    text: str, asked: Asked | None, expected: list[tuple[str, object]]
) -> None:
    assert facts(text, asked) == expected


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("每月500", [None, Role.PER_INSTALMENT]),
        ("每个月15号还500", [None, None, Role.PER_INSTALMENT]),
        ("6期每期500", [None, Role.PER_INSTALMENT]),
        ("50 a month", [Role.PER_INSTALMENT, None]),
        ("10 payments of 50", [None, Role.PER_INSTALMENT]),
        ("先还1000剩下分6期", [Role.DOWN_PAYMENT, None]),
        ("首付500", [Role.DOWN_PAYMENT]),
        ("300 now and split the rest over 4 months", [Role.DOWN_PAYMENT, None]),
        ("先还500", [Role.PART]),
        ("can pay 100 today", [Role.PART, None]),
        ("昨天还了500", [Role.PAID, Role.PAID]),
        ("paid 200 yesterday", [Role.PAID, Role.PAID]),
        ("还了一半", [Role.PAID]),
        ("balance was 320 not 400", [Role.RIGHT, Role.WRONG]),
        ("the $80 late fee is bogus", [Role.WRONG]),
        ("应该是800不是1200", [Role.RIGHT, Role.WRONG]),
        ("多收了我60块", [Role.WRONG]),
        ("从12月10号开始", [Role.START]),
        ("starting this friday", [Role.START]),
        ("月底前", [Role.DEADLINE]),
        ("by friday", [Role.DEADLINE]),
        ("最迟后天", [Role.DEADLINE]),
        ("after the 15th", [Role.AFTER]),
        ("宽限到月底", [Role.UNTIL]),
        ("宽限一周", [Role.UNTIL]),
        ("工资4500", [Role.INCOME]),
        ("i make 2500 a month", [Role.INCOME]),
        ("房租1800", [Role.SPENDING]),
        ("my rent is 1200", [Role.SPENDING]),
        ("不是5号是15号", [Role.WRONG, None]),
        ("sorry no, I meant 15th", [Role.RIGHT]),
        ("周五还500", [None, None]),
        ("利息800不认", [Role.WRONG]),
        ("应该是2800 你们算成了3200", [Role.RIGHT, Role.WRONG]),
        ("500已经转了 剩下3100", [Role.PAID, None]),
        ("我没有500 只有300", [Role.WRONG, None]),
        ("cant do 300, can do 150", [Role.WRONG, Role.PART]),
        ("300 is too much, 200", [Role.WRONG, None]),
        ("15号不行 20号可以", [Role.WRONG, None]),
        ("not the 5th, the 15th", [Role.WRONG, None]),
        ("15号和30号各还300", [None, None, Role.PER_INSTALMENT]),
        ("take home 2,800 monthly", [Role.INCOME]),
        ("刚才跟你们同事说好了 3期", [None]),
        ("我明天去交了", [None]),
    ],
)
def test_the_words_around_say_what_a_fact_is_about(text: str, roles: list[Role | None]) -> None:
    assert [entity.role for entity in read(text).entities] == roles


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("先还500，剩下月底", "先还⟨AMT⟩，剩下⟨DATE⟩"),
        ("昨天還咗八百蚊", "⟨PAST⟩还了⟨AMT⟩"),
        ("分6期", "⟨N⟩"),
        ("卡尾号8812", "卡尾号⟨REF⟩"),
        ("几百块", "⟨AMT⟩"),
        ("pay half by friday 5pm", "pay ⟨SHARE⟩ by ⟨DATE⟩ ⟨TIME⟩"),
        ("call me on +1 555 0100", "call me on ⟨REF⟩"),
        ("没钱", "没钱"),
    ],
)
def test_figures_are_masked_for_the_scorer(text: str, masked: str) -> None:
    assert legible(read(text).masked) == masked


def test_an_entity_points_at_the_customers_own_words() -> None:
    raw = "👍 我聽日還５００蚊，下個禮拜五再俾"
    entities = read(raw).entities
    assert [raw[entity.start : entity.end] for entity in entities] == [
        "聽日",
        "５００蚊",
        "下個禮拜五",
    ]
    assert [entity.text for entity in entities] == ["聽日", "５００蚊", "下個禮拜五"]


def test_a_record_holds_only_what_was_said() -> None:
    (amount,) = read("HK$1,000.50").entities
    assert entity_record(amount) == {
        "kind": "amount",
        "text": "HK$1,000.50",
        "value": "1000.5",
        "currency": "HKD",
    }
    (day,) = read("next friday").entities
    assert entity_record(day) == {
        "kind": "date",
        "text": "next friday",
        "value": None,
        "ambiguous": True,
        "alternatives": ["2026-03-13", "2026-03-20"],
    }


def test_the_hour_is_used_where_it_is_known() -> None:
    late = read_entities(normalise("in 3 hours"), today=TODAY, now_time=time(22))
    assert late.entities[0].value == date(2026, 3, 12)


def test_pinned_kinds_are_the_kinds_of_the_contract() -> None:
    assert {expression.kind for expression in EXPRESSIONS} - {"none"} <= set(EntityKind)


@given(ANY_TEXT, st.sampled_from([None, *Asked]))
def test_any_text_is_read_without_error(raw: str, asked: Asked | None) -> None:
    entities = read(raw, asked).entities
    assert all(0 <= entity.start < entity.end <= len(raw) for entity in entities)


@settings(max_examples=300)
@given(FIGURES_AND_WORDS, st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_any_heap_of_figures_is_read_without_error(words: list[str], today: date) -> None:
    for joiner in ("", " "):
        for entity in read(joiner.join(words), today=today).entities:
            entity_record(entity)


@pytest.mark.parametrize("today", [date.min, date.max])
def test_the_ends_of_the_calendar_raise_nothing(today: date) -> None:
    read("three weeks from friday 下个月底 in 10 days", today=today)


@pytest.mark.parametrize(
    "piece",
    [
        "一",
        "1",
        "1 ",
        "下周五还500",
        "$",
        "half ",
        "十五号",
        "in two weeks ",
        "1,",
        "1-",
        "a ",
        "每月",
        "最多",
        "还",
        "😭",
        "next ",
        "\u202e",
    ],
)
def test_ten_thousand_characters_are_read_in_linear_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    read(text[:100])
    started = clock.perf_counter()
    read(text)
    # 50 ms is the bound on a quiet machine; the test leaves room for a busy one.
    assert clock.perf_counter() - started < 1.0


def test_expressions_name_each_text_once() -> None:
    keys = [(expression.kind, expression.text) for expression in EXPRESSIONS]
    assert len(keys) == len(set(keys))
    assert all(isinstance(expression, Expression) for expression in EXPRESSIONS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200 saturday and the other 200 ten days later", ["2026-11-28", "2026-12-08"]),
        ("on the 28th and a month after that", ["2026-11-28", "2026-12-28"]),
        ("this saturday and the saturday after", ["2026-11-28", "2026-12-05"]),
        ("next week maybe thursday", ["2026-12-03"]),
        ("下星期吧，星期四", ["2026-12-03"]),
        ("下周或者周四", [["2026-11-30", "2026-12-06", "2026-11-26"]]),
        ("周六还200，再过十天还200", ["2026-11-28", "2026-12-08"]),
        ("can't manage tomorrow, sunday is fine", ["2026-11-24 wrong", "2026-11-29"]),
        ("后天还不上，周日可以", ["2026-11-25 wrong", "2026-11-29"]),
        ("end of nxt month", ["2026-12-31"]),
    ],
)
def test_one_day_of_a_reply_explains_another(text: str, expected: list[object]) -> None:
    records = [entity_record(entity) for entity in read(text, today=MONDAY).entities]
    days = [
        record.get("alternatives")
        or f"{record['value']}{' wrong' if record.get('role') == 'wrong' else ''}"
        for record in records
        if record["kind"] == "date"
    ]
    assert days == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("十天行吗", [("date", "2026-12-03")]),
        ("一个礼拜可不可以", [("date", "2026-11-30")]),
        ("四个月行不行", []),
        ("我住院二十天了行不行", []),
    ],
)
def test_a_short_length_asked_about_is_more_time(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我周四把2800还了", [("date", "2026-11-26", None), ("amount", "2800", None)]),
        ("我上周四把2800还了", [("date", "2026-11-19", "paid"), ("amount", "2800", "paid")]),
        ("我周四已经把2800还了", [("date", "2026-11-19", "paid"), ("amount", "2800", "paid")]),
        ("周四还了2800", [("date", "2026-11-19", "paid"), ("amount", "2800", "paid")]),
    ],
)
def test_what_will_be_paid_by_a_day_is_no_payment_made(text: str, expected: list[object]) -> None:
    records = [entity_record(entity) for entity in read(text, today=MONDAY).entities]
    assert [(r["kind"], r["value"], r.get("role")) for r in records] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大年初七开工就还", [("date", "2027-02-12")]),
        ("正月二十前", [("date", "2027-02-25")]),
        ("初十再说", [("date", "2027-02-15")]),
        ("最初三个月没收", []),
        ("月初", [("date", None)]),
        ("放完假，过完年", [("date", None)]),
    ],
)
def test_days_of_the_first_lunar_month_are_counted(text: str, expected: list[object]) -> None:
    assert facts(text, today=date(2027, 1, 18)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("four or five payments", [("count", None)]),
        ("spread it over 5-6 months", [("count", None)]),
        ("3 lots of 120", [("count", 3), ("amount", "120")]),
        ("over a couple of months", [("count", 2)]),
        ("i get paid 5th n 20th", [("pay_day", 5), ("pay_day", 20)]),
        ("my pay comes on the last day of the month", [("pay_day", 31), ("date", "2026-11-30")]),
        ("two hundred n fifty", [("amount", "250")]),
        ("60ish a fortnight", [("amount", "60"), ("frequency", "biweekly")]),
        ("分五转还", [("count", 5)]),
    ],
)
def test_figures_are_read_as_they_are_texted(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in a week and a half", [("date", "2026-12-03")]),
        ("the 12th-15th some day", [("date", None)]),
        ("礼拜三礼拜四吧", [("date", None)]),
        ("i'm paid monthly on the 27th", [("pay_day", 27), ("date", "2026-11-27")]),
        ("every month on the 6th", [("frequency", "monthly"), ("pay_day", 6)]),
        ("how about nine", []),
        ("half a dozen payments", [("count", 6)]),
        ("two tenners a month", [("amount", "20"), ("frequency", "monthly")]),
        ("$2 400", [("amount", "2400")]),
        ("my apr is 24.9", []),
        ("1月28", [("date", "2027-01-28")]),
        ("1月600", [("frequency", "monthly"), ("amount", "600")]),
        ("六百八一期", [("amount", "680")]),
        ("一个月百八", [("frequency", "monthly"), ("amount", "180")]),
        ("五個工作天內", [("date", "2026-11-30")]),
        ("多三日", [("date", "2026-11-26")]),
        ("两日", []),
        ("端午那天已经还了", [("date", "2026-06-19")]),
    ],
)
def test_more_figures_are_read_as_they_are_texted(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("friday the 27th", [("date", "2026-11-27")]),
        ("friday the 4th", [("date", "2026-12-04")]),
        ("sat the 4th", [("date", None)]),
        ("12月9号周三", [("date", "2026-12-09")]),
        ("下月初，3号", [("date", "2026-12-03")]),
        ("this weekend, sunday", [("date", "2026-11-29")]),
        ("a fortnight on thursday", [("date", "2026-12-10")]),
        ("两周后的周四", [("date", "2026-12-10")]),
        ("两周后的周一", [("date", "2026-12-07")]),
        ("third today", [("share", "1/3"), ("date", "2026-11-23")]),
        ("40 pound a week", [("amount", "40"), ("frequency", "weekly")]),
        ("三百蚊一個星期", [("amount", "300"), ("frequency", "weekly")]),
        ("2600块一次付清", [("amount", "2600")]),
        ("工资一般月中16号左右发", [("pay_day", 16), ("date", "2026-12-16")]),
        ("in a minute", []),
    ],
)
def test_a_day_named_twice_is_one_day(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


def test_workdays_from_a_weekend_start_on_monday() -> None:
    assert facts("within 3 working days", today=date(2026, 11, 22)) == [("date", "2026-11-25")]


@pytest.mark.parametrize(
    ("text", "language", "asked", "expected"),
    [
        ("4/12", LanguageTag.ZH_HANS, None, [None]),
        ("4/12", LanguageTag.EN, None, ["2026-12-04"]),
        ("4/12", None, None, [None]),
        ("25/12", None, None, ["2026-12-25"]),
        ("5/12", LanguageTag.ZH_HANS, Asked.DATE, [None]),
        ("12/3", LanguageTag.ZH_HANT, Asked.DATE, ["2026-12-03"]),
        ("4.12", LanguageTag.EN, Asked.DATE, ["2026-12-04"]),
        ("12-4", LanguageTag.YUE, Asked.DATE, ["2026-12-04"]),
        ("24-12", LanguageTag.EN, Asked.DATE, ["2026-12-24"]),
        ("by 24.12", None, None, ["2026-12-24"]),
        ("12.4还", None, None, ["2026-12-04"]),
        ("10-15 a week", None, None, []),
    ],
)
def test_a_day_in_figures_is_read_in_the_order_of_the_talk(
    text: str, language: LanguageTag | None, asked: Asked | None, expected: list[object]
) -> None:
    reading = read_entities(normalise(text), today=MONDAY, asked=asked, language=language)
    days = [entity for entity in reading.entities if entity.kind is EntityKind.DATE]
    assert [entity_record(day)["value"] for day in days] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it was taken from my account on the 19th", [("date", "2026-11-19")]),
        (
            "half on the 4th half on the 18th",
            [("share", "1/2"), ("date", "2026-12-04"), ("share", "1/2"), ("date", "2026-12-18")],
        ),
        ("could we do 9 instead of 6", []),
        ("90 semi-monthly", [("amount", "90"), ("frequency", "semimonthly")]),
        ("forty five pounds twenty", [("amount", "45.2")]),
        ("£70 per calendar month", [("amount", "70"), ("frequency", "monthly")]),
        ("19号就给你转过去了", [("date", "2026-11-19")]),
        ("19号就给你转过去", [("date", "2026-12-19")]),
        ("工资日是27", [("pay_day", 27), ("date", "2026-11-27")]),
        ("我住幸福小区26号", []),
        ("你们一日到黑打来", []),
    ],
)
def test_the_words_around_a_figure_tell_what_it_is(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on the second tuesday", [("date", "2026-12-08")]),
        ("by the fourth friday of the month", [("date", "2026-11-27")]),
        ("my pension is paid on the first monday", [("date", "2026-12-07")]),
        ("the 4th, friday", [("date", "2026-12-04")]),
    ],
)
def test_the_third_thursday_is_not_the_third(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by the 19", [("date", "2026-12-19")]),
        ("between the 3rd and the 7th", [("date", None)]),
        ("between christmas and new year", [("date", None)]),
        ("between 3 and 5 payments", [("count", None)]),
        ("tuesday after christmas", [("date", "2026-12-29")]),
        ("元旦后的周二", [("date", "2027-01-05")]),
        ("my pension goes in on 26th", [("pay_day", 26), ("date", "2026-11-26")]),
        ("thinking of splitting it into 5", [("count", 5)]),
        ("£80 mthly", [("amount", "80"), ("frequency", "monthly")]),
        ("a thousand and a half", [("amount", "1500")]),
        ("7.1已还", [("date", "2026-07-01")]),
        ("每月8和23发", [("frequency", "semimonthly"), ("pay_day", 8), ("pay_day", 23)]),
        ("一个月分两次付", [("frequency", "semimonthly")]),
        ("仨月付清", [("count", 3)]),
    ],
)
def test_days_and_counts_between_others_are_asked_about(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("say the 27", [("date", "2026-11-27")]),
        ("in three mondays time", [("date", "2026-12-14")]),
        ("two weeks wednesday", [("date", "2026-12-09")]),
        (
            "$40 a week wednesday",
            [("amount", "40"), ("frequency", "weekly"), ("date", "2026-11-25")],
        ),
        ("hold it for 12 days", [("date", "2026-12-05")]),
        ("on hold for 30 minutes", []),
        ("my payday is usually the 29th", [("pay_day", 29), ("date", "2026-11-29")]),
        ("低保9号发", [("pay_day", 9), ("date", "2026-12-09")]),
        ("my payday's the 28th", [("pay_day", 28), ("date", "2026-11-28")]),
        ("工资8号、23号发", [("pay_day", 8), ("pay_day", 23)]),
        ("奖金20号下来就还", [("date", "2026-12-20")]),
        ("2nd of many texts", []),
        ("chances are 50 50", []),
        ("七到九期", [("count", None)]),
        ("五到六个月还清", [("count", None)]),
        ("一期要多少", []),
        ("半月250", [("frequency", "semimonthly"), ("amount", "250")]),
        ("half my street is out of work", []),
        ("坐五号线上班", []),
    ],
)
def test_lengths_and_periods_are_told_from_days(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my mother passed away on the 9th", [("date", "2026-11-09")]),
        ("the cheque bounced thursday", [("date", "2026-11-19")]),
        ("i was at the branch on wednesday", [("date", "2026-11-18")]),
        ("why this text when i paid on the 4th?", [("date", "2026-11-04")]),
        ("it was paid on the 4th by cheque", [("date", "2026-11-04")]),
        ("i want it paid by the 4th", [("date", "2026-12-04")]),
        ("we moved out on the 2nd", [("date", "2026-11-02")]),
        ("it's scheduled for thursday already", [("date", "2026-11-26")]),
        ("i spoke to a man tuesday", [("date", "2026-11-17")]),
        ("i was hoping for the 28th", [("date", "2026-11-28")]),
        ("我6号就搬走了", [("date", "2026-11-06")]),
        ("8号那次就是", [("date", "2026-11-08")]),
        ("没收到短信 我9号就交掉了", [("date", "2026-11-09")]),
        ("在路上 可能周四才入账", [("date", "2026-11-26")]),
        ("月结的 28号统一付", [("date", "2026-11-28")]),
        ("周日之前转过去", [("date", "2026-11-29")]),
        ("去年底就结清了", [("date", "2025-12-31")]),
        ("厂里工地上月底才结账", [("date", "2026-11-30")]),
    ],
)
def test_a_day_of_what_has_happened_is_a_past_one(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "on second thoughts no",
        "you'll see it on the 30th of never",
        "eight calls in one day",
        "havent worked in six weeks",
        "i returned it within 10 days",
        "call me after 430",
        "he's eighty two and deaf",
        "my daughter turns 8",
        "thats the 4th reminder",
        "ring extension 310",
        "my van has 90k miles",
        "terms are net 45",
        "the second half of the year",
        "less than 12 payments",
        "迟咗两日咋",
        "连续五日打嚟",
        "一个月用了四十吨水",
        "血糖高到三百",
        "帮我砍一刀",
        "早八百年前就还了",
        "喺7-11交得唔得",
        "我已经供过三个月",
        "晚一天会加多少息",
        "打了六次给你们",
        "说五天内回复我",
    ],
)
def test_what_only_holds_a_figure_is_none(text: str) -> None:
    assert [kind for kind, _ in facts(text, today=MONDAY) if kind != "time"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("move it from the 4th to the 11th", [("date", "2026-12-11")]),
        ("change it from thursday to friday", [("date", "2026-11-27")]),
        ("reduce it from 320 to 200", [("amount", "200")]),
        ("从5号改成12号", [("date", "2026-12-12")]),
        ("60 cents on the dollar", [("share", "3/5")]),
        ("id take the 9 month one", [("count", 9)]),
        ("paying by 7 tomorrow", [("date", "2026-11-24")]),
        ("i'm 50 short", [("amount", "50")]),
        ("每月18", [("frequency", "monthly"), ("amount", "18")]),
        ("隔月还一次", []),
        ("月交三百", [("frequency", "monthly"), ("amount", "300")]),
        ("这周一半下周一半", [("share", "1/2"), ("date", None), ("share", "1/2")]),
        ("最多十天", [("date", "2026-12-03")]),
    ],
)
def test_figures_that_change_are_read_as_they_are_wanted(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my son had a crash on the 12th", [("date", "2026-11-12")]),
        ("they evicted us friday", [("date", "2026-11-20")]),
        ("it gets released friday", [("date", "2026-11-27")]),
        ("we agreed on the 27th", [("date", "2026-11-27")]),
        ("我十二号被公司开除了", [("date", "2026-11-12")]),
        ("我8号做手术了", [("date", "2026-11-08")]),
        ("从九百降到六百", [("amount", "600")]),
        ("剩下600月底", [("amount", "600"), ("date", "2026-11-30")]),
        ("一个月四百 月结", [("frequency", "monthly"), ("amount", "400")]),
        ("11号12号的样子", [("date", None)]),
        ("11号12号各200", [("date", "2026-12-11"), ("date", "2026-12-12"), ("amount", "200")]),
        ("缓我十天半个月", []),
        ("hundred every payday", [("amount", "100")]),
        ("10 months at 40", [("count", 10), ("amount", "40")]),
        ("pension day is the 9th", [("pay_day", 9), ("date", "2026-12-09")]),
        ("they cut me from 38 to 20 hours", []),
        ("im a size 14 now", []),
        ("he'll be 70 in june", [("date", None)]),
        ("a hundred reasons to say no", []),
        ("三千烦恼丝", []),
        ("坐了两百站", []),
        ("在4号出口等你", []),
    ],
)
def test_more_of_what_has_happened_and_what_is_counted(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the 4th or the 5th whichever", [("date", None)]),
        ("swap the 27th for the 4th", [("date", "2026-12-04")]),
        ("fifteen percent today", [("share", "3/20"), ("date", "2026-11-23")]),
        ("i could cover half of it", [("share", "1/2")]),
        ("四成先付", [("share", "2/5")]),
        ("my plate is rtx 918", []),
        ("i'm on shift 7 till 3", []),
        ("born 9 april 1977", []),
        ("应该是9号扣走的", [("date", "2026-11-09")]),
    ],
)
def test_one_is_wanted_for_another(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


def test_two_days_that_do_not_do_are_both_refused() -> None:
    roles = [one.role for one in read("25号26号都不行").entities]
    assert roles == [Role.WRONG, Role.WRONG]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("somebody stole my bag on thursday", [("date", "2026-11-19")]),
        ("did a transfer wednesday", [("date", "2026-11-18")]),
        ("they cut my power off on the 9th", [("date", "2026-11-09")]),
        ("when it hits friday", [("date", "2026-11-27")]),
        ("9号我就打款了", [("date", "2026-11-09")]),
        ("我妈八号中风了", [("date", "2026-11-08")]),
        ("this is the 21st message", []),
        ("my passcode is 7714", []),
        ("i owe 71.20 thats it", [("amount", "71.2")]),
        ("the charge of 35 isnt ok", [("amount", "35")]),
        ("八个月平摊", [("count", 8)]),
    ],
)
def test_more_past_days_and_numbers_of_a_thing(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in 3 fridays", [("date", "2026-12-11")]),
        ("4th? no 5th", [("date", "2026-12-05")]),
        ("tue or wed dunno", [("date", None)]),
        ("pop 35 on it", [("amount", "35")]),
        ("around 8ish", []),
        ("九号我被骗了", [("date", "2026-11-09")]),
        ("周四出的车祸", [("date", "2026-11-19")]),
        ("半夜十二点还打电话来", [("time", "00:00")]),
    ],
)
def test_days_in_doubt_and_hours_of_the_night(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("she got 71 in her finals", []),
        ("they live at 214 with a cat", []),
        ("our team came 3rd", []),
        ("抖音粉丝两万", []),
        ("60 now 90 later", [("amount", "60"), ("amount", "90")]),
        ("make it an even 300", [("amount", "300")]),
        ("三成可以吗", [("share", "3/10")]),
        ("once a fortnight on tuesdays", [("frequency", "biweekly")]),
        ("my pedometer says 91", []),
        ("would 130 do", [("amount", "130")]),
        ("four payments or five?", [("count", None)]),
        ("我今年四十五", []),
        ("月底前分三次", [("date", "2026-11-30"), ("count", 3)]),
        ("300 before xmas", [("amount", "300"), ("date", "2026-12-25")]),
        ("the 61 was packed and late", []),
        ("an admin fee of 14", [("amount", "14")]),
        ("bring it down to 18", [("amount", "18")]),
        ("the 207 never turned up", []),
        ("my gate code is 5512", []),
        ("my nan passed at 93", []),
        ("he bowled a 140", []),
        ("my most is 93 a month", [("amount", "93"), ("frequency", "monthly")]),
        ("the letter says 140", [("amount", "140")]),
        ("his share of the bill is 140", [("amount", "140")]),
        ("can you live with 55", [("amount", "55")]),
        ("the 2nd lady was kind", []),
        ("the 2nd hopefully", [("date", "2026-12-02")]),
        ("on sunday my roof caved in", [("date", "2026-11-22")]),
        ("the 4th we lost our dog", [("date", "2026-11-04")]),
        ("friday my lodger pays me", [("date", "2026-11-27")]),
        ("六号家里着火了", [("date", "2026-11-06")]),
        ("周日撞了再赔你", [("date", "2026-11-29")]),
    ],
)
def test_a_figure_is_money_only_beside_words_of_paying(text: str, expected: list[object]) -> None:
    assert facts(text, today=MONDAY) == expected
