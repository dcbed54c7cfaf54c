"""Who appears in the demo. All people, firms and numbers are fictional."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from bot.importing.rows import AccountRow
from flows.money import Currency, from_decimal

# A Thursday on which it is 17:20 in Shanghai and 09:20 in London: both may be written to.
STARTS_AT = datetime(2026, 3, 12, 9, 20, tzinfo=UTC)
CREDITORS = {"CN": "澄湖信用", "HK": "港灣信貸", "GB": "Larkfield Credit"}
AGENT_ID, AGENT_NAME = "lena", "Lena Hart"
# Who works at the demo's console, one of each role: id, name, role.
PEOPLE = (
    (AGENT_ID, AGENT_NAME, "agent"),
    ("noor", "Noor Vance", "lead"),
    ("omar", "Omar Quill", "operator"),
    ("ada", "Ada Brandt", "auditor"),
)
# The two customers whose phones are on the page; the others fill the lists.
FIRST_PHONE, SECOND_PHONE = "2093", "7710"
TRIES = {
    "zh-Hans": ("能分 3 期吗", "每月 20 号", "好", "我已经还了", "转人工", "T"),
    "zh-Hant": ("可以分期嗎", "好", "我已經還了", "轉專人", "TD"),
    "en": ("I paid this yesterday", "Who is this?", "can I split it", "yes", "STOP"),
}


def rows(country: str) -> list[AccountRow]:
    """The overdue accounts of one creditor; a dozen in all, in both languages."""
    people = [person for person in _PEOPLE if person[-1] == country]
    return [_row(line, person) for line, person in enumerate(people, 2)]


def _row(line: int, person: tuple[str, str, str, str, str, str, str]) -> AccountRow:
    tail, name, amount, code, due, product, country = person
    zone = {"CN": "Asia/Shanghai", "HK": "Asia/Hong_Kong", "GB": "Europe/London"}[country]
    language = {"CN": "zh-Hans", "HK": "zh-Hant", "GB": "en"}[country]
    return AccountRow(
        line=line,
        account_id=f"{country}88{tail}",
        name=name,
        channel="telegram" if tail == SECOND_PHONE else "sms",
        address=f"+1555010{tail}",
        outstanding=from_decimal(Decimal(amount), Currency.of(code)),
        due_on=date.fromisoformat(due),
        product=product,
        language=language,
        timezone=zone,
        country=country,
        pay_link=f"https://pay.duetalk.example/{tail}",
        style="",
        secrets=(("id_last4", tail), ("birthday", "1990-05-01")),
    )


_PEOPLE = (
    ("2093", "王佳宁", "1800.00", "CNY", "2026-03-06", "信用账单", "CN"),
    ("7710", "Sam Okafor", "148.20", "GBP", "2026-03-07", "store card", "GB"),
    ("4417", "陈思远", "2360.00", "CNY", "2026-03-08", "信用账单", "CN"),
    ("5120", "周敏", "5200.00", "CNY", "2026-03-07", "消费贷", "CN"),
    ("6038", "吴国强", "1450.00", "CNY", "2026-03-09", "消费贷", "CN"),
    ("8841", "黃嘉敏", "4800.00", "HKD", "2026-03-08", "私人貸款", "HK"),
    ("3306", "梁志輝", "9600.00", "HKD", "2026-03-10", "分期帳單", "HK"),
    ("9025", "Dana Mills", "310.00", "GBP", "2026-03-08", "energy bill", "GB"),
    ("1174", "Priya Nair", "86.50", "GBP", "2026-03-09", "phone bill", "GB"),
    ("2748", "何雨桐", "760.00", "CNY", "2026-03-10", "信用账单", "CN"),
    ("6651", "林小满", "3120.00", "CNY", "2026-03-07", "消费贷", "CN"),
    ("4082", "Tom Reyes", "540.00", "GBP", "2026-03-06", "store card", "GB"),
)
# What the others have written by the time a visitor arrives: the lists are not empty.
HEARD = (
    ("5120", "住院一个多月了，暂时没有收入，能跟人谈谈吗"),
    ("4417", "3月8号还过1500，金额不对吧"),
    ("9025", "this isn't mine, I never opened an account with you"),
    ("6651", "下周五发工资一次还清3120"),
)
