"""The kinds of channels: a line here and a module beside it make a new one (see README.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channels.base import Channel
from bot.channels.kannel import Kannel, KannelOptions
from bot.channels.options import read_options
from bot.channels.phone import MEDIA, Phone, PhoneOptions
from bot.channels.telegram import Telegram, TelegramOptions
from bot.channels.twilio import Twilio, TwilioOptions
from bot.errors import SettingsError

# The name is part of URLs, of conversation ids and of the names of environment variables.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
# Kannel expands %-escapes in the URLs it calls, so a secret in them must need none; Telegram's
# setWebhook allows the same characters.
_URL_SECRET = re.compile(r"[A-Za-z0-9_-]+")


class ChannelSettings(Protocol):
    """A channel as the settings name it."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a channel of a kind is made: its options, then the channel itself."""

    options: type[Any]
    build: Callable[[str, Any, str], Channel]
    check: Callable[[Any], str] = lambda _: ""


def _kannel_fault(options: KannelOptions) -> str:
    if _URL_SECRET.fullmatch(options.secret):
        return ""
    return "secret: expected only A-Z, a-z, 0-9, - and _, got other characters"


def _phone_fault(options: PhoneOptions) -> str:
    if options.medium in MEDIA:
        return ""
    return f"medium: expected one of {sorted(MEDIA)}, got {options.medium!r}"


def _telegram_fault(options: TelegramOptions) -> str:
    if not options.polling and not options.secret:
        return "secret: missing; expected it, or polling = true"
    if options.secret and not _URL_SECRET.fullmatch(options.secret):
        return "secret: expected only A-Z, a-z, 0-9, - and _, got other characters"
    return ""


def _twilio_fault(options: TwilioOptions) -> str:
    if options.sender or options.messaging_service:
        return ""
    return "sender: missing; expected it or messaging_service"


KINDS: Mapping[str, Kind] = {
    "kannel": Kind(options=KannelOptions, build=Kannel, check=_kannel_fault),
    "phone": Kind(options=PhoneOptions, build=Phone, check=_phone_fault),
    "telegram": Kind(options=TelegramOptions, build=Telegram, check=_telegram_fault),
    "twilio": Kind(options=TwilioOptions, build=Twilio, check=_twilio_fault),
}


def make_channels(settings: Sequence[ChannelSettings], base_url: str) -> dict[str, Channel]:
    """The channels by name; `base_url` is how providers reach us.

    Raises SettingsError with every fault of every channel in one list.
    """
    faults: list[str] = []
    made = {each.name: _make(each, base_url, faults) for each in settings}
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise SettingsError(f"the channels cannot be used:\n{listed}")
    return {name: channel for name, channel in made.items() if channel is not None}


def _make(settings: ChannelSettings, base_url: str, faults: list[str]) -> Channel | None:
    where = f"channels.{settings.name}"
    if not _NAME.fullmatch(settings.name):
        faults.append(f"{where}: expected a name of a-z, 0-9 and -, got {settings.name!r}")
        return None
    kind = KINDS.get(settings.kind)
    if kind is None:
        faults.append(f"{where}.kind: expected one of {sorted(KINDS)}, got {settings.kind!r}")
        return None
    options = read_options(kind.options, settings.name, settings.values, faults)
    if options is None:
        return None
    if fault := kind.check(options):
        faults.append(f"{where}.{fault}")
        return None
    return kind.build(settings.name, options, base_url)
