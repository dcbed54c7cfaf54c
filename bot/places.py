"""What differs by place: profile, zone, and the numbers of people who help.

The lines are data for each deployer to check before live use (compliance.md, end of part g).
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.languages import Language
from flows.model import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place: its country code, time zone, policy profile, crisis and emergency lines."""

    country: str
    timezone: str
    profile: str
    crisis_line: str
    emergency: str
    advice_line: str = ""


PLACES: dict[str, Place] = {
    "CNY": Place(
        country="CN",
        timezone="Asia/Shanghai",
        profile="cn-mainland",
        crisis_line="12356",
        emergency="110 / 120",
    ),
    "HKD": Place(
        country="HK",
        timezone="Asia/Hong_Kong",
        profile="hk",
        crisis_line="18111",
        emergency="999",
    ),
    "TWD": Place(
        country="TW",
        timezone="Asia/Taipei",
        profile="tw",
        crisis_line="1925",
        emergency="110 / 119",
    ),
    "USD": Place(
        country="US",
        timezone="America/New_York",
        profile="us-reg-f",
        crisis_line="988",
        emergency="911",
    ),
    "GBP": Place(
        country="GB",
        timezone="Europe/London",
        profile="uk-conc",
        crisis_line="116 123",
        emergency="999",
        advice_line="MoneyHelper",
    ),
    "AUD": Place(
        country="AU",
        timezone="Australia/Sydney",
        profile="au-rg96",
        crisis_line="13 11 14",
        emergency="000",
        advice_line="1800 007 007",
    ),
}
"""Places by the currency of the account, where nothing better is known."""

_UNKNOWN = Place(country="", timezone="UTC", profile="strict-default", crisis_line="", emergency="")
_SAFE_NAME = {
    Language.ZH_HANS: "客户服务中心",
    Language.ZH_HANT: "客戶服務中心",
    Language.EN: "Customer Care",
}
_REPLY_HERE = {
    Language.ZH_HANS: "直接回复本消息",
    Language.ZH_HANT: "直接回覆本訊息",
    Language.EN: "a reply to this message",
}
_LOCAL_LINE = {
    Language.ZH_HANS: ("当地心理援助热线", "当地紧急电话"),
    Language.ZH_HANT: ("當地心理援助專線", "當地緊急電話"),
    Language.EN: ("your local crisis line", "your local emergency number"),
}


def sender_for(place: Place | None, language: Language, *, creditor: str) -> Sender:
    """Who we are in this place and language, with names that show no debt."""
    here = place or _UNKNOWN
    crisis, emergency = _LOCAL_LINE[language]
    safe = _SAFE_NAME[language]
    bracketed = language is not Language.EN
    return Sender(
        agent_name="Duetalk",
        creditor_safe=safe,
        signature=f"【{creditor}】" if bracketed else f"{creditor}: ",
        signature_neutral=f"【{safe}】" if bracketed else f"{safe}: ",
        crisis_line=here.crisis_line or crisis,
        emergency=here.emergency or emergency,
        advice_line=here.advice_line,
        chat=_REPLY_HERE[language],
    )
