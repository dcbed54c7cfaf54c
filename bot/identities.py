"""Which rules hold for a conversation and who we are in it: settings and the person's place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.places import PLACES, Place, sender_for
from bot.rules import Rules
from bot.settings import CreditorSettings, Settings
from flows.languages import Language
from flows.model import Conversation, Sender
from flows.policy.model import Policy
from flows.policy.profile import load_policy, narrowed, profiles_for

if TYPE_CHECKING:
    from bot.learning import Lessons

_BY_COUNTRY: Mapping[str, Place] = {place.country: place for place in PLACES.values()}


def rules_of(settings: Settings, lessons: Lessons | None = None) -> Rules:
    """The rules of this service; policies are loaded once a combination of places."""
    known: dict[tuple[str, ...], Policy] = {}

    def policy_of(conversation: Conversation) -> Policy:
        names = profile_names(settings.creditor, conversation.person.country)
        if names not in known:
            known[names] = policy_for(settings, names)
        return known[names]

    return Rules(
        policy_of=policy_of,
        sender_of=lambda conversation: sender_of(settings.creditor, conversation),
        lessons=lessons,
    )


def policy_for(settings: Settings, names: tuple[str, ...]) -> Policy:
    """The profiles with the deployer's stricter values; `settings` refused looser ones at start."""
    return narrowed(names, settings.overlay) if settings.overlay else load_policy(names)


def profile_names(creditor: CreditorSettings, country: str) -> tuple[str, ...]:
    """The profiles of a customer: the creditor's own and that of the place, both where they differ."""
    placed = profiles_for(creditor.country or country or None, country or creditor.country or None)
    if not creditor.profile:
        return placed
    return tuple(dict.fromkeys((creditor.profile, *(placed if country else ()))))


def sender_of(creditor: CreditorSettings, conversation: Conversation) -> Sender:
    """Who writes to this customer, with the lines of people who help in his place."""
    place = _BY_COUNTRY.get(conversation.person.country)
    name = conversation.cases[0].account.creditor or creditor.name
    usual = sender_for(place, conversation.language, creditor=name)
    safe = creditor.safe_name or usual.creditor_safe
    return replace(
        usual,
        agent_name=creditor.agent_name or name,
        creditor_safe=safe,
        signature=creditor.signature or usual.signature,
        signature_neutral=_neutral(safe, conversation.language),
        phone=creditor.phone,
        chat=creditor.chat or usual.chat,
        hours=creditor.hours,
        help_link=creditor.help_link,
        complaint_route=creditor.complaint_route,
    )


def _neutral(safe: str, language: Language) -> str:
    return f"{safe}: " if language is Language.EN else f"【{safe}】"
