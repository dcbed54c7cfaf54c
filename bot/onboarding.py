"""From the accounts of a file to a conversation: who is reached where, on which terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.settings import CreditorSettings
from flows.languages import Language, Style
from flows.model import Account, Case, Conversation, Person, TalkRules
from flows.money import Currency
from flows.plans import STANDARD, PlanPolicy
from flows.records import AccountId, Appointment, AppointmentKind, ConversationId, PersonId
from storage.accounts import AccountRecord

_ZONES = {
    "CN": "Asia/Shanghai",
    "HK": "Asia/Hong_Kong",
    "MO": "Asia/Macau",
    "TW": "Asia/Taipei",
    "SG": "Asia/Singapore",
    "GB": "Europe/London",
}
"""Countries with one zone; elsewhere a file or the settings must name it."""
_LANGUAGES = {"CN": Language.ZH_HANS, "HK": Language.ZH_HANT, "TW": Language.ZH_HANT}
_BY_CURRENCY = {"CNY": "CN", "HKD": "HK", "TWD": "TW", "GBP": "GB", "SGD": "SG"}
_CONSENTS = {
    "consent": ("consent", "sms", "yes", "y", "true", "1", "是", "同意", "已同意"),
    "contract": ("contract", "合同", "合約"),
}
# The least instalment and part payment of the standard terms are meant for amounts in yuan.
_SMALLER = {"USD", "GBP", "EUR", "AUD", "CAD", "NZD", "SGD", "CHF"}


def team_zone(creditor: CreditorSettings) -> ZoneInfo:
    """The zone of who works at the console: as set, else that of the country, else UTC."""
    return ZoneInfo(creditor.timezone or _ZONES.get(creditor.country.upper(), "UTC"))


def conversations_for(
    records: Iterable[AccountRecord], creditor: CreditorSettings, channel_of: Mapping[str, str]
) -> list[Conversation]:
    """One conversation a person, with all his bills, oldest due first.

    `channel_of` names the configured channel of each medium; a person on a medium without one is
    left out.
    """
    people: dict[str, list[AccountRecord]] = defaultdict(list)
    for record in records:
        if record.channel in channel_of:
            people[record.person_id].append(record)
    return [
        _conversation(sorted(bills, key=lambda r: (r.due_on, r.id)), creditor, channel_of)
        for bills in people.values()
    ]


def _conversation(
    bills: Sequence[AccountRecord], creditor: CreditorSettings, channel_of: Mapping[str, str]
) -> Conversation:
    first = bills[0]
    country = first.country or _BY_CURRENCY.get(first.outstanding.currency.code, creditor.country)
    person = Person(
        id=PersonId(first.person_id),
        name=first.name,
        timezone=first.timezone or creditor.timezone or _ZONES.get(country, "UTC"),
        country=country,
        region=first.region,
        consent=_consent(first.consent),
        secrets=first.secrets,
    )
    return Conversation(
        id=ConversationId(first.person_id),
        person=person,
        channel=channel_of[first.channel],
        medium=first.channel,
        address=first.address,
        language=_language(first, country),
        style=Style(first.style) if first.style else Style.FORMAL,
        is_bound=first.is_bound,
        cases=tuple(case_of(record, creditor) for record in bills),
    )


def _language(record: AccountRecord, country: str) -> Language:
    if record.language:
        return Language(record.language)
    return _LANGUAGES.get(country, Language.EN)


def case_of(record: AccountRecord, creditor: CreditorSettings) -> Case:
    """The account with nothing agreed about it yet."""
    return Case(account=account_of(record, creditor))


def account_of(record: AccountRecord, creditor: CreditorSettings) -> Account:
    """The account as the talk knows it."""
    name = record.creditor_name if record.creditor_name != record.creditor_id else creditor.name
    return Account(
        id=AccountId(record.id),
        product=record.product,
        creditor=name,
        outstanding=record.outstanding,
        due_on=record.due_on,
        reference=record.reference,
        terms=terms_for(record.outstanding.currency.code),
        talk=_limits(creditor, record.outstanding.currency),
        pay_link=record.pay_link,
        fees=record.fees,
        exists=record.status == "open",
    )


def _limits(creditor: CreditorSettings, currency: Currency) -> TalkRules:
    """From when on a person writes, in the minor units of the bill's currency."""
    amount, days = creditor.person_from, creditor.person_after_days
    return TalkRules(
        person_from_minor=int(amount) * 10**currency.exponent if amount else None,
        person_after_days=int(days) if days else None,
    )


def _consent(told: str) -> str:
    """The basis as the gate names it; a word that is none of those known counts as a no."""
    if not told:
        return ""
    return next((basis for basis, words in _CONSENTS.items() if told in words), "none")


def terms_for(currency: str) -> PlanPolicy:
    """The standard terms in a currency."""
    if currency in _SMALLER:
        return replace(STANDARD, min_instalment_minor=2_500, min_partial_minor=1_000)
    return STANDARD


def with_first_reminder(
    state: Conversation, due_at: datetime, account_id: AccountId | None = None
) -> Conversation:
    """The conversation with a reminder at the instant, about this bill or its oldest one."""
    first = Appointment(
        id=f"{state.id}-{state.serial + 1}",
        kind=AppointmentKind.REMINDER,
        due_at=due_at,
        account_id=account_id or state.cases[0].id,
    )
    return replace(state, serial=state.serial + 1, agenda=(*state.agenda, first))
