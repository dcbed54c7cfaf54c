"""The wording guard: what may never be said, and what looks alike but may."""

from __future__ import annotations

import statistics
import time
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.languages import Language
from flows.policy.profile import load_policy
from flows.policy.text_review import UNVERIFIED, review
from flows.policy.wording_guard import (
    Allowed,
    Level,
    TextKind,
    WordingReport,
    WordingRequest,
    check,
)
from flows.wording import keys, template_keys

HERE = Path(__file__).parent  # Sentences here were never used to tune or train.
TRAINING = Path(str(files("flows.policy.guard").joinpath("training")))
STRICT = load_policy("strict-default")
PHRASES = tomllib.loads(
    files("flows.policy.guard").joinpath("phrases.toml").read_text(encoding="utf-8")
)["phrase"]
CONVERTERS = [
    opencc.OpenCC(name).convert for name in ("s2t", "s2tw", "s2twp", "s2hk", "t2s", "tw2s", "hk2s")
]
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def judged(text: str, language: str = "en", **known: Any) -> WordingReport:
    values: dict[str, Any] = {"kind": TextKind.REPLY, "policy": STRICT} | known
    return check(WordingRequest(text=text, language=Language(language), **values))


def rules(text: str, language: str = "en", **known: Any) -> set[str]:
    return {finding.rule for finding in judged(text, language, **known).blocking}


def spaced(text: str) -> str:
    """Letter by letter; English words parted by wider gaps."""
    return "   ".join(" ".join(word) for word in text.split(" "))


def disguises(text: str, language: str) -> list[str]:
    zero_width = "\u200b".join(text)
    plain = [text, spaced(text), zero_width, text.upper(), text.translate(WIDE)]
    if language == "en":
        return [*plain, text.replace("e", "е"), text.replace("o", "0").replace("i", "1")]
    return [
        *plain,
        ".".join(text),
        "　".join(text),
        *(convert(text) for convert in CONVERTERS),
        f"您好，{text}。谢谢",
    ]


@pytest.mark.rule(
    "S21", "CN-8", "CN-17", "CN-26", "CN-29", "HK-1", "TW-2", "US-11", "UK-2", "UK-7", "UK-12"
)
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_every_phrase_is_found_under_its_number_whatever_the_disguise(language: str) -> None:
    missed = [
        (row["number"], written)
        for row in PHRASES
        for written in disguises(row[language], language)
        if f"phrase:{row['number']}" not in rules(written, language)
    ]
    assert not missed


def test_a_phrase_counts_in_any_script_of_any_text() -> None:
    assert "phrase:37" in rules("老賴", "zh-Hans")
    assert "phrase:37" in rules("您是 deadbeat", "zh-Hant")
    assert "phrase:38" in rules("骗子", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("被骗，子女也受累的话可以先联系我们。", "zh-Hans"),
        ("请先安装病毒防护软件。", "zh-Hans"),
        ("让您的计划好看懂，我们附上了明细：让你好看清每一笔。", "zh-Hans"),
        ("We will call your contact number once.", "en"),
        ("You have wonderful news.", "en"),
    ],
)
def test_words_that_only_contain_a_phrase_pass(text: str, language: str) -> None:
    assert not [rule for rule in rules(text, language) if rule.startswith("phrase")]


def lines(path: Path) -> list[tuple[str, str, str]]:
    rows = path.read_text(encoding="utf-8").splitlines()
    return [(kind, language, text) for kind, language, text in (row.split("\t") for row in rows)]


def missed(path: Path) -> list[tuple[str, str]]:
    return [
        (kind, text)
        for kind, language, text in lines(path)
        if (kind if "." in kind else f"kind:{kind}") not in rules(text, language)
    ]


def blocked(path: Path) -> list[tuple[set[str], str]]:
    judgements = [(rules(text, language), text) for _, language, text in lines(path)]
    return [(found, text) for found, text in judgements if found]


@pytest.mark.rule("S22", "S23", "S26", "CN-26", "HK-1", "US-11", "UK-7", "UK-12")
def test_known_paraphrases_are_blocked_under_their_kind() -> None:
    assert len(missed(TRAINING / "blocked.tsv")) <= 0.01 * len(lines(TRAINING / "blocked.tsv"))


def test_known_innocent_sentences_pass() -> None:
    assert not blocked(TRAINING / "allowed.tsv")


def test_unknown_paraphrases_are_mostly_blocked_under_their_kind() -> None:
    held_out = HERE / "wording_blocked.tsv"
    assert len(missed(held_out)) <= 0.2 * len(lines(held_out))


def test_unknown_innocent_sentences_nearly_all_pass() -> None:
    held_out = HERE / "wording_allowed.tsv"
    assert len(blocked(held_out)) <= 0.05 * len(lines(held_out))


@pytest.mark.rule("S12", "S19", "S28", "US-7")
def test_everything_the_product_can_say_passes_under_every_profile() -> None:
    replies = [key for key in keys() if key not in template_keys()]
    texts = [*review(template_keys()), *review(replies, ["strict-default", "us-reg-f"])]
    bad = [
        (text.key, text.language, text.style, text.profile, text.report)
        for text in texts
        if not text.report.is_ok
    ]
    assert not bad


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("请今天务必处理，以免不良后果。", "zh-Hans", "kind:threat"),
        ("再不联系我们，将联系您预留的其他联系人。", "zh-Hans", "kind:third_party"),
        ("We have tried to reach you many times without success.", "en", "kind:blame"),
        ("Pay now to protect your credit.", "en", "claims.credit_bureau_statement"),
        ("本人是您的专属客户经理小李。", "zh-Hans", "kind:claims_person"),
        (
            "Reply STOP to opt out, but note your account will be escalated.",
            "en",
            "kind:rights",
        ),
        ("您好，有一份重要文件待您签收。", "zh-Hans", "phrase:93"),
    ],
)
def test_sentences_that_look_harmless_are_refused(text: str, language: str, wanted: str) -> None:
    assert wanted in rules(text, language)


def test_a_negated_promise_stays_blocked() -> None:
    assert "kind:third_party" in rules("We will not tell your family.")
    assert "kind:third_party" in rules("我们不会告诉您的家人。", "zh-Hans")


@pytest.mark.parametrize(
    ("text", "language", "template", "rule"),
    [
        ("We never ask for passwords or codes.", "en", "identity_reply", "kind:secrets"),
        ("我们不会索要密码、验证码。", "zh-Hans", "identity_reply", "kind:secrets"),
        (
            "Please give the name of your representative or the court or office.",
            "en",
            "represented_ack",
            "kind:false_authority",
        ),
        (
            "Your bill ending 8821 for $60.00 is due today. Pay here: https://pay.example/1.",
            "en",
            "due_today",
            "kind:false_urgency",
        ),
    ],
)
def test_exceptions_belong_to_a_template_and_to_no_other_text(
    text: str, language: str, template: str, rule: str
) -> None:
    assert rule not in rules(text, language, template=template)
    assert rule in rules(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We will never ask you for your PIN or codes.", "en"),
        ("Our team will never ask you for a password.", "en"),
        ("我们不会向您索要密码和验证码。", "zh-Hans"),
        ("我們不會向您索取驗證碼。", "zh-Hant"),
    ],
)
def test_a_person_may_say_that_nobody_asks_for_secrets(text: str, language: str) -> None:
    assert "kind:secrets" not in rules(text, language, kind=TextKind.AGENT)
    taken_back = text[:-1] + (", but now we need it." if language == "en" else "，但这次请提供。")
    assert "kind:secrets" in rules(taken_back, language, kind=TextKind.AGENT)


def test_the_exception_of_the_due_day_ends_where_a_sanction_begins() -> None:
    text = "Your bill is due today, pay here: https://pay.example/1. Otherwise we will sue."
    assert "kind:threat" in rules(text, template="due_today")
    assert "kind:false_urgency" in rules(text, template="due_today")


def test_a_person_at_the_console_may_give_a_name_but_no_threat() -> None:
    assert not rules("你好，我是客服专员小李。", "zh-Hans", kind=TextKind.AGENT)
    assert "kind:threat" in rules("再不还款，后果严重。", "zh-Hans", kind=TextKind.AGENT)


def test_legal_action_needs_a_second_person_or_is_barred() -> None:
    text = "We are considering legal action."
    human = judged(text, kind=TextKind.AGENT, policy=load_policy("uk-conc"))
    assert [(f.rule, f.level) for f in human.findings if "reading" not in f.rule] == [
        ("claims.legal_action_statement", Level.WARN)
    ]
    assert human.is_ok
    assert not judged(text, kind=TextKind.AGENT).is_ok
    assert not judged(text, policy=load_policy("uk-conc")).is_ok


@pytest.mark.rule("S66", "HK-7", "US-15")
def test_the_credit_fact_may_be_told_where_the_profile_allows_it_and_never_as_pressure() -> None:
    fact = "Late payment is reported to the credit bureaus."
    assert rules(fact) == {"claims.credit_bureau_statement"}
    assert not rules(fact, policy=load_policy("uk-conc"))
    assert rules("Pay now to protect your credit.", policy=load_policy("uk-conc"))
    late = {"today": date(2026, 3, 2), "validation_until": date(2026, 3, 20)}
    assert rules(fact, policy=load_policy("us-reg-f"), **late)


@pytest.mark.rule("UK-3", "UK-4", "AU-4")
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Your bill is overdue.", "en"),
        ("您的账单还没有结清。", "zh-Hans"),
        ("Please call us about $60.00.", "en"),
        ("這裡是北岸信貸。", "zh-Hant"),
    ],
)
def test_nothing_of_the_debt_is_said_before_verification(text: str, language: str) -> None:
    found = rules(text, language, is_verified=False, creditor="北岸信貸")
    assert "privacy.details_before_verification" in found


@pytest.mark.rule("CN-29", "UK-3")
def test_texts_for_strangers_tell_nothing() -> None:
    assert all(text.report.is_ok for text in review(UNVERIFIED))


@pytest.mark.rule("US-13")
def test_amounts_must_stand_in_the_ledger() -> None:
    ledger = Allowed(ledger=(360_000, 60_000))
    assert not rules("余额3,600.00元，每期600元。", "zh-Hans", allowed=ledger)
    assert rules("余额3,700.00元。", "zh-Hans", allowed=ledger) == {"kind:amount"}
    assert not rules("NT$3,600 is open.", allowed=ledger)


def test_links_and_payees_must_be_approved() -> None:
    hosts = Allowed(hosts=("pay.example",))
    assert not rules("Details: https://www.pay.example/1", allowed=hosts)
    assert rules("Details: https://pay.example.evil.test/1", allowed=hosts)
    assert rules("Details: https://pay.example@evil.test/1")
    assert rules("Details: https://раy.example/1")
    payees = Allowed(payees=("6222 0000 1111 2222", "北岸信贷有限公司"))
    assert not rules("请转账到账号6222000011112222。", "zh-Hans", allowed=payees)
    assert rules("请转账到账号6222000011119999。", "zh-Hans", allowed=payees)
    assert rules("收款人：王小明。", "zh-Hans", allowed=payees)


def test_a_near_day_is_a_false_urgency_once_today_is_known() -> None:
    text = "Please pay by March 4."
    assert "kind:false_urgency" in rules(text, today=date(2026, 3, 2))
    assert "kind:false_urgency" not in rules(text, today=date(2026, 2, 20))


@pytest.mark.rule("S12", "S69")
def test_long_texts_block_and_hard_ones_warn() -> None:
    assert "text.sms_segments_max" in rules("很" * 202, "zh-Hans")
    assert "text.sms_segments_max" not in rules("很" * 202, "zh-Hans", channel="telegram")
    hard = judged(
        "Notwithstanding aforementioned considerations, remuneration arrangements necessitate"
        " comprehensive administrative reconsideration by responsible organisational personnel."
    )
    assert [(f.rule, f.level) for f in hard.findings] == [("text.reading_level_en", Level.WARN)]
    assert hard.is_ok


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Hello. You will be arrested. Bye.", "You will be arrested"),
        ("您好，𝐝𝐞𝐚𝐝𝐛𝐞𝐚𝐭！", "𝐝𝐞𝐚𝐝𝐛𝐞𝐚𝐭"),
        ("ok 老\u200b　賴 ok", "老\u200b　賴"),
        ("😀 f i n a l w a r n i n g", "f i n a l w a r n i n g"),
    ],
)
def test_offsets_are_code_points_of_the_given_text(text: str, part: str) -> None:
    found = next(f for f in judged(text).findings if f.rule.startswith("phrase"))
    assert text[found.start : found.end] == part


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=300),
    language=st.sampled_from([*Language]),
    kind=st.sampled_from([*TextKind]),
    today=st.none() | st.dates(),
)
def test_no_text_ever_raises(
    text: str, language: Language, kind: TextKind, today: date | None
) -> None:
    report = judged(text, language, kind=kind, today=today, due_on=today, validation_until=today)
    assert all(0 <= f.start <= f.end <= len(text) for f in report.findings)


@settings(max_examples=150, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(
            [row[lang] for row in PHRASES for lang in Language]
            + [
                "。",
                " ",
                ",",
                "12月31日",
                "$5",
                "1",
                "https://",
                "a.b",
                "\u0000",
                "周五",
                "by",
                "\ud800",
            ]
        ),
        max_size=12,
    )
)
def test_no_mixture_of_phrases_ever_raises(parts: list[str]) -> None:
    judged("".join(parts), kind=TextKind.REMINDER, today=date.max, due_on=date.min)


@pytest.mark.benchmark
def test_the_same_sentences_give_the_same_model() -> None:
    train = pytest.importorskip("flows.policy.guard.train")
    assert train.train([]) == train.train([])


@pytest.mark.benchmark
def test_one_check_is_fast() -> None:
    texts = [*review(template_keys(), ["strict-default"])]
    judged("warm up")
    spent = []
    for text in texts:
        start = time.perf_counter()
        judged(text.text, str(text.language))
        spent.append(time.perf_counter() - start)
    print(f"check: p50 {statistics.median(spent) * 1e6:.0f} us")
    assert statistics.median(spent) < 0.003
