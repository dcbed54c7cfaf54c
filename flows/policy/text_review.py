"""Every text the product can say, filled with typical values and put before the guard.

What an operator asks before new wording goes live: does each text pass under each profile it may
be used with?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.languages import Language, Style
from flows.money import Currency, Money
from flows.policy.disclosures import Sender, disclosure, footer
from flows.policy.model import Policy
from flows.policy.profile import load_policy, profile_names
from flows.policy.segments import Segments, segments
from flows.policy.wording_guard import TextKind, WordingReport, WordingRequest, check
from flows.wording import keys, render, styles, template_keys

# The reminders of the ladder: the only texts that must hold every element of an overdue reminder.
REMINDERS = (
    *("first_overdue", "followup_1", "followup_2", "followup_3"),
    *("first_overdue_2", "followup_1_2", "followup_2_2", "followup_3_2", "gentle_1", "gentle_2"),
)
# Started by us, with a footer; short notices and the question who reads are no full reminders.
STARTED = (*REMINDERS, *("pre_due", "due_today", "promise_due", "broken_promise", "instalment_due"))
# They may go to an address that is not known to be the customer's.
UNVERIFIED = (
    *("verify", "wrong_person", "identity_reply", "deceased_ack", "optout_ack", "vulnerable"),
    *("verify_ask", "verify_again", "verify_other_item", "verify_person", "verify_locked"),
    *("verify_impossible", "start_ack", "hello_unbound", "clarify_unbound", "help"),
)
# The words of parts that are never sent alone.
_FRAGMENTS = ("rhythm_", "verify_item", "product_unnamed", "plan_line")

_TODAY = date(2026, 3, 2)
_OVERDUE_DAYS = 5
_NAMES = {
    Language.ZH_HANS: ("陈晓明", "北岸信贷", "港湾服务"),
    Language.ZH_HANT: ("陳曉明", "北岸信貸", "港灣服務"),
    Language.EN: ("Ana Marsh", "Northbank", "Harbor Desk"),
}
_WORDS = {
    Language.ZH_HANS: {
        "chat": "微信公众号",
        "advice_line": "12345热线",
        "crisis_line": "12356",
        "emergency": "120",
        "complaint_route": "12378",
        "verify_item": "生日和身份证后四位",
        "fee_note": "不收其他费用",
        "rhythm": "每月",
        "product": "消费分期",
    },
    Language.ZH_HANT: {
        "chat": "官方LINE帳號",
        "advice_line": "412-8518",
        "crisis_line": "1925",
        "emergency": "119",
        "complaint_route": "1998",
        "verify_item": "生日與身分證末四碼",
        "fee_note": "不收其他費用",
        "rhythm": "每月",
        "product": "消費分期",
    },
    Language.EN: {
        "chat": "web chat",
        "advice_line": "0800 138 1111",
        "crisis_line": "988",
        "emergency": "911",
        "complaint_route": "the ombudsman",
        "verify_item": "birthday and the last four digits of your ID",
        "fee_note": "no fees are added",
        "rhythm": "every month",
        "product": "card",
    },
}
_CURRENCIES = {Language.ZH_HANS: "CNY", Language.ZH_HANT: "HKD", Language.EN: "USD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedText:
    """One text under one profile: what was written, how long it is, what the guard says."""

    key: str
    language: Language
    style: Style
    profile: str
    text: str
    length: Segments
    report: WordingReport


def own_texts() -> Iterator[str]:
    """Every text under two profiles of different footers, filled, without a verdict."""
    for profile in ("strict-default", "us-reg-f"):
        policy = load_policy(profile)
        for key in keys():
            for language in Language:
                for style in styles(key, language):
                    yield _fill(key, policy, language, style)


def review(
    wanted: Sequence[str] = (), profiles: Sequence[str] = (), languages: Sequence[Language] = ()
) -> Iterator[ReviewedText]:
    """Every wanted text (all when none is named) under every wanted profile, in a fixed order."""
    for key in wanted or keys():
        if key.startswith(_FRAGMENTS):
            continue
        for profile in profiles or profile_names():
            policy = load_policy(profile)
            for language in languages or tuple(Language):
                for style in styles(key, language):
                    yield _review(key, policy, language, style)


def typical_values(language: Language, policy: Policy) -> dict[str, object]:
    """A value for every placeholder, as a usual case would fill it."""
    name, creditor, agent = _NAMES[language]
    amount = _money(language, 360_000)
    part = _money(language, 60_000)
    days = {
        "due_date": -_OVERDUE_DAYS,
        "pay_by": policy.payby.min_days,
        **dict.fromkeys(("promise_date", "day", "soon", "first", "inst_date", "down_day"), 3),
        **dict.fromkeys(("until", "latest", "then", "default_day", "later"), 14),
        **dict.fromkeys(("end_date", "final_day"), 150),
        "paid_date": -1,
    }
    return {
        **_WORDS[language],
        **{key: _TODAY + timedelta(days=ahead) for key, ahead in days.items()},
        **dict.fromkeys(("amount", "plan_total", "total"), amount),
        **dict.fromkeys(("promise_amount", "inst_amount", "each", "down", "final_each"), part),
        **{"final_amount": part, "first_amount": None},
        **dict.fromkeys(("amount_paid", "minimum", "fees", "principal"), part),
        **dict.fromkeys(("balance", "rest"), _money(language, 300_000)),
        "rhythms": (_WORDS[language]["rhythm"], _WORDS[language]["rhythm"]),
        "options": (f"{name} 1", f"{name} 2"),
        "accounts": ("8821", "4471"),
        "parts": (part, part, part),
        "at": datetime(2026, 3, 5, 15, 0),  # noqa: DTZ001  # Local time, as the customer reads it.
        "counts": "3/6/12",
        "reply_by": _TODAY + timedelta(days=2),
        "days_overdue": _OVERDUE_DAYS,
        **{"inst_no": 2, "inst_count": 6, "count": 6},
        **{"name": name, "creditor": creditor, "creditor_safe": agent, "agent_name": agent},
        **{"ref": "8821", "case_no": "A-1024", "hours": "09:00-18:00", "today": _TODAY},
        "phone": "+1 555 0100",
        **dict.fromkeys(("pay_link", "help_link", "link"), "https://pay.example/b/8f2k9q"),
    }


def _money(language: Language, minor: int) -> Money:
    return Money(minor, Currency.of(_CURRENCIES[language]))


def _review(key: str, policy: Policy, language: Language, style: Style) -> ReviewedText:
    text = _fill(key, policy, language, style)
    # The law of us-reg-f asks for its sentence in English too: the English text goes beside.
    companion = _fill(key, policy, Language.EN, style) if language is not Language.EN else ""
    _, creditor, agent = _NAMES[language]
    request = WordingRequest(
        text=text,
        language=language,
        kind=TextKind.REMINDER if key in (*REMINDERS, "verify") else TextKind.REPLY,
        policy=policy,
        template=key,
        stage=_stage(key),
        is_verified=key not in UNVERIFIED,
        channel=_channel(policy, language),
        creditor=creditor,
        agent_name=agent,
        today=_TODAY,
        due_on=_TODAY - timedelta(days=_OVERDUE_DAYS),
        companion=companion,
    )
    return ReviewedText(
        key=key,
        language=language,
        style=style,
        profile=policy.names[0],
        text=text,
        length=segments(text),
        report=check(request),
    )


def _stage(key: str) -> str:
    return "later" if key.startswith("followup") else "first"


def _channel(policy: Policy, language: Language) -> str:
    """English never fits the mainland's SMS, where every character counts as a Chinese one."""
    is_mainland = "cn-mainland" in policy.names
    return "telegram" if is_mainland and language is Language.EN else "sms"


def _fill(key: str, policy: Policy, language: Language, style: Style) -> str:
    values = typical_values(language, policy)
    _, creditor, agent = _NAMES[language]
    if key in STARTED or key == "verify":
        sender = Sender(creditor=creditor, agent_name=agent, creditor_phone="+1 555 0101")
        is_first = _stage(key) == "first"
        made = footer(
            policy.disclosure.first if is_first else policy.disclosure.later,
            sender,
            language=language,
            channel=_channel(policy, language),
            is_first=is_first,
            is_verified=key not in UNVERIFIED,
        )
        values |= made.values
    elif key in template_keys():
        values["disclosure"] = _later_disclosure(policy, language)
    signed = _channel(policy, language) == "sms" and "cn-mainland" in policy.names
    values["sig"] = values["sig_neutral"] = f"【{agent}】" if signed else ""
    return render(key, values, language=language, style=style)


def _later_disclosure(policy: Policy, language: Language) -> str:
    _, creditor, agent = _NAMES[language]
    sender = Sender(creditor=creditor, agent_name=agent, creditor_phone="+1 555 0101")
    return "".join(disclosure(each, sender, language) for each in policy.disclosure.later)
