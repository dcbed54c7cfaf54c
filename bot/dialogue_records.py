"""The dialogue record of the command contract: parsed once into values, with errors that explain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.commands.jsonl import BadRecord, Record
from bot.places import PLACES, sender_for
from flows.languages import Language
from flows.model import Account, Case, Conversation, Person, Sender, TalkRules
from flows.money import Currency, Money
from flows.plans import (
    STANDARD,
    HolidayShift,
    InterestOnPlan,
    PlanPolicy,
    Remainder,
    SettlementTier,
)
from flows.records import AccountId, ConversationId, PersonId
from flows.understanding.values import Frequency, LanguageTag

# Times in a record are local to the account and carry no offset; one zone serves them all.
LOCAL = "UTC"

_LANGUAGES = {
    "zh-Hans": Language.ZH_HANS,
    "zh-Hant": Language.ZH_HANT,
    "yue": Language.ZH_HANT,
    "en": Language.EN,
}
_PLAIN = (
    "max_instalments",
    "min_instalment_minor",
    "max_first_delay_days",
    "default_first_delay_days",
    "max_duration_days",
    "down_payment_bp",
    "down_payment_due_days",
    "unit_minor",
    "grace_days",
    "break_after_missed",
    "break_after_days",
    "cure_days",
    "max_amendments",
    "ptp_max_days",
    "ptp_grace_days",
    "ptp_max_broken",
    "ptp_max_amend",
    "min_partial_minor",
    "max_extension_days",
    "auto_discount_bp",
    "affordability_share_bp",
)
_TALK = (
    *("verify_max_tries", "clarify_max", "discount_needs_human"),
    *("person_from_minor", "person_after_days"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueRecord:
    """One scripted conversation: who, on which terms, and what is expected."""

    id: str
    today: date
    conversation: Conversation
    sender: Sender
    tag: LanguageTag
    turns: tuple[Record, ...]
    expect: Record | None

    @property
    def opens_at(self) -> datetime:
        """The local instant of the first text."""
        return datetime.fromisoformat(f"{self.today.isoformat()}T09:00:00+00:00")


def parse(record: Record) -> DialogueRecord:
    """The record as values; raises BadRecord naming the field."""
    account = _field(record, "account", dict)
    lang = str(record.get("lang", "zh-Hans"))
    language = _LANGUAGES.get(lang)
    if language is None:
        raise BadRecord(f"lang: expected one of {', '.join(_LANGUAGES)}, got {lang!r}")
    rows = account.get("accounts") or [account]
    cases = tuple(_case({**account, **row}) for row in rows)
    today = _day(record, "today")
    place = PLACES.get(cases[0].account.outstanding.currency.code)
    return DialogueRecord(
        id=str(_field(record, "id", (str, int))),
        today=today,
        conversation=_conversation(
            record, account, cases, language, country=place.country if place else ""
        ),
        sender=sender_for(place, language, creditor=cases[0].account.creditor),
        tag=LanguageTag(lang),
        turns=tuple(record.get("turns") or ()),
        expect=record.get("expect"),
    )


def _conversation(
    record: Record, account: Record, cases: tuple[Case, ...], language: Language, *, country: str
) -> Conversation:
    person = Person(
        id=PersonId(str(record["id"])),
        name=str(account.get("customer_name", "")),
        timezone=LOCAL,
        country=country,
        secrets=_secrets(account.get("verify")),
    )
    ordered = tuple(sorted(cases, key=lambda c: c.account.due_on))
    return Conversation(
        id=ConversationId(str(record["id"])),
        person=person,
        channel=str(account.get("channel", "sms")),
        address="",
        language=language,
        is_bound=bool(account.get("verified", False)),
        cases=ordered,
    )


def _secrets(verify: Any) -> tuple[tuple[str, str], ...]:
    """The answers that verify: given as a mapping, a list, or nested in either."""
    found: list[tuple[str, str]] = []

    def walk(name: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(str(key), inner)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                walk(f"{name}{number}", inner)
        elif value is not None and any(ch.isdigit() for ch in str(value)):
            found.append((name or "answer", str(value)))

    walk("", verify)
    return tuple(found)


def _case(row: Record) -> Case:
    code = str(row.get("currency", "CNY"))
    exponent = row.get("exponent")
    currency = Currency.of(code) if exponent is None else Currency(code, int(exponent))
    account_id = AccountId(str(row.get("account_id") or row.get("id") or "A1"))
    return Case(
        account=Account(
            id=account_id,
            product=str(row.get("product", "")),
            creditor=str(row.get("creditor", "")),
            outstanding=Money(_whole(row, "outstanding_minor"), currency),
            due_on=_day(row, "due_date"),
            reference=str(row.get("reference") or row.get("ref") or row.get("tail") or account_id),
            terms=_terms(row.get("policy") or {}),
            talk=_talk(row.get("policy") or {}),
            pay_link=str(
                row.get("pay_link") or f"https://pay.duetalk.example/{account_id.lower()}"
            ),
        ),
        reminders_sent=0,
    )


def _terms(policy: Record) -> PlanPolicy:
    given = {name: policy[name] for name in _PLAIN if name in policy}
    terms = replace(STANDARD, **given)
    if "menu" in policy:
        terms = replace(terms, menu=tuple(policy["menu"]))
    if "frequencies" in policy:
        terms = replace(terms, frequencies=frozenset(map(Frequency, policy["frequencies"])))
    if "remainder" in policy:
        terms = replace(terms, remainder=Remainder(policy["remainder"]))
    if "holiday_shift" in policy:
        terms = replace(terms, holiday_shift=HolidayShift(policy["holiday_shift"]))
    if "interest_on_plan" in policy:
        terms = replace(terms, interest_on_plan=InterestOnPlan(policy["interest_on_plan"]))
    if "settlement_tiers" in policy:
        tiers = tuple(SettlementTier(**tier) for tier in policy["settlement_tiers"])
        terms = replace(terms, settlement_tiers=tiers)
    return terms


def _talk(policy: Record) -> TalkRules:
    return TalkRules(**{name: policy[name] for name in _TALK if name in policy})


def _field(record: Record, name: str, kind: type | tuple[type, ...]) -> Any:
    value = record.get(name)
    if not isinstance(value, kind):
        raise BadRecord(f"{name}: expected {_named(kind)}, got {value!r}")
    return value


def _named(kind: type | tuple[type, ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(k.__name__ for k in kinds)


def _whole(record: Record, name: str) -> int:
    value = record.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRecord(f"{name}: expected whole minor units, got {value!r}")
    return value


def _day(record: Record, name: str) -> date:
    try:
        return date.fromisoformat(str(record.get(name)))
    except ValueError:
        raise BadRecord(f"{name}: expected an ISO date, got {record.get(name)!r}") from None
