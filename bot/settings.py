"""Typed settings from `duetalk.toml` and the environment; every fault is told at once, at start.

Secrets come from the environment only: a channel's setting `token` is read from
`DUETALK_<CHANNEL>_TOKEN` and refused in the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from bot.api.happenings import KINDS
from bot.api.signing import is_safe_target, secret_of
from bot.errors import SettingsError
from flows.policy.profile import PolicyError, load_policy, narrowed, profiles_for

FILE = "duetalk.toml"
PREFIX = "DUETALK_"
_SECRET_WORDS = ("token", "secret", "password", "key")
_TOP = {"database", "web", "creditor", "channels", "policy", "retention", "api", "webhooks"}
_LONGEST_PORT = 65_535
_SECRET_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditorSettings:
    """Whose bills are collected, and who writes for him."""

    name: str = "Duetalk"
    """The creditor's name as customers know it."""
    agent_name: str = ""
    """Who writes; empty: the creditor itself."""
    safe_name: str = ""
    """A name for texts before verification; it must not show that there is a bill."""
    phone: str = "+1 555 0100"
    """The public number customers can call and check."""
    chat: str = ""
    """A second way to reach a person."""
    hours: str = "09:00-18:00"
    """When people answer, in the customer's time."""
    help_link: str = "https://duetalk.example/help"
    """Plain explanations of terms."""
    complaint_route: str = ""
    """The outside body a complaint may go to."""
    signature: str = ""
    """The registered SMS signature; empty: the name in brackets."""
    profile: str = ""
    """The policy profile; empty: that of the customer's place."""
    country: str = ""
    """ISO code of the customers' country where a file names none."""
    timezone: str = ""
    """IANA zone of customers whose zone is not known."""
    currency: str = "CNY"
    """Currency of amounts in files that name none."""
    person_from: str = ""
    """A bill of this amount and more (`50000`, in its currency) goes to a person after one text."""
    person_after_days: str = ""
    """So many days after its due date a bill goes to a person."""


_EXAMPLES = ("name", "phone", "help_link")


def still_examples(creditor: CreditorSettings) -> tuple[str, ...]:
    """The settings that customers read and that still hold what they came with."""
    came_with = CreditorSettings()
    return tuple(
        f"creditor.{name}"
        for name in _EXAMPLES
        if getattr(creditor, name) == getattr(came_with, name)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """One channel: its name, the provider's protocol, and what that protocol needs."""

    name: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How many days each kind of data is kept; `duetalk retention` lets go of what is older.

    The last three run from the last action in a conversation. They are never shorter than the
    policy's `records.messages_years`; 0 means just that.
    """

    feed: int = 30
    """News for open console pages."""
    sessions: int = 30
    """Log-ins that nobody used."""
    strangers: int = 90
    """Messages of senders whom nobody knows, with their numbers."""
    payloads: int = 90
    """What a gateway sent, as it sent it."""
    import_rows: int = 90
    """Bad rows of files, and what a file replaced; without it an import cannot be undone."""
    examples: int = 730
    """Corrected readings, which quote customers."""
    words: int = 0
    """What both sides wrote, notes, quotes in records."""
    audit_facts: int = 0
    """Facts of turns and acts; that they happened, when and by which rules stays for good."""
    identity: int = 0
    """Names, numbers, addresses, the creditor's file of an account; stops stay as digests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where events go: https or this machine; `events` names kinds, none means all."""

    name: str
    url: str
    secret: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the service needs to start."""

    database: str = "sqlite:///duetalk.db"
    """`sqlite:///FILE` or `postgresql+asyncpg://USER@HOST/NAME`."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = 8080
    """The port to listen on; 0 takes a free one."""
    public_url: str = ""
    """How providers and customers reach us; empty: http://HOST:PORT."""
    secret: str = ""
    """Signs sessions and links; at least 32 characters, from DUETALK_SECRET."""
    is_demo: bool = False
    """Fictional data, a clock moved by hand, nothing leaves the machine."""
    creditor: CreditorSettings = field(default_factory=CreditorSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    channels: tuple[ChannelSettings, ...] = ()
    webhooks: tuple[WebhookSettings, ...] = ()
    api_per_minute: int = 600
    """How many requests a token of the JSON API may make in a minute."""
    overlay: Mapping[str, Any] = field(default_factory=dict)
    """Stricter values over the policy profile (`[policy.window]` and so on)."""

    @property
    def base_url(self) -> str:
        """The public address without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


_DEFAULTS = Settings()
_WEBHOOK = {"url", "events"}


def load(
    path: Path | None = None, environment: Mapping[str, str] | None = None, *, needs_secret: bool
) -> Settings:
    """The settings of this machine; raises SettingsError with every fault in one list."""
    env = os.environ if environment is None else environment
    file = path or Path(env.get(f"{PREFIX}CONFIG", FILE))
    faults: list[str] = []
    data = _read(file, faults, is_named=path is not None)
    settings = _settings(data, env, faults)
    faults += _policy_faults(settings)
    if needs_secret and len(settings.secret) < _SECRET_LENGTH:
        faults.append(
            f"{PREFIX}SECRET: expected at least {_SECRET_LENGTH} characters in the environment, "
            f"got {len(settings.secret)}. Make one with: python3 -c "
            "'import secrets; print(secrets.token_urlsafe(32))'"
        )
    if needs_secret:
        faults += _secret_faults(settings)
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise SettingsError(f"the settings cannot be used ({file}):\n{listed}")
    return settings


def _read(file: Path, faults: list[str], *, is_named: bool) -> dict[str, Any]:
    if not file.exists():
        if is_named:
            faults.append(f"{file}: expected a settings file, got none")
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        faults.append(f"{file}: expected TOML in UTF-8, got {error}")
        return {}


def _settings(data: dict[str, Any], env: Mapping[str, str], faults: list[str]) -> Settings:
    faults += [f"{name}: unknown; expected one of {sorted(_TOP)}" for name in set(data) - _TOP]
    web = _table(data, "web", {"host", "port", "public_url"}, faults)
    return Settings(
        database=env.get(f"{PREFIX}DATABASE")
        or _text(data, "database", _DEFAULTS.database, faults),
        host=env.get(f"{PREFIX}HOST") or _text(web, "host", _DEFAULTS.host, faults),
        port=_port(env.get(f"{PREFIX}PORT") or web.get("port", _DEFAULTS.port), faults),
        public_url=env.get(f"{PREFIX}PUBLIC_URL") or _text(web, "public_url", "", faults),
        secret=env.get(f"{PREFIX}SECRET", ""),
        creditor=_creditor(data, faults),
        retention=_retention(data, faults),
        channels=_channels(data, env, faults),
        webhooks=_webhooks(data, env, faults),
        api_per_minute=_per_minute(data, faults),
        overlay=data.get("policy") or {},
    )


def _policy_faults(settings: Settings) -> Iterator[str]:
    """What is wrong with the profile, or with the values laid over it, before anything starts."""
    creditor = settings.creditor
    home = (creditor.profile,) if creditor.profile else profiles_for(creditor.country or None, None)
    if creditor.country and not creditor.profile:
        home = profiles_for(creditor.country, creditor.country)
    try:
        load_policy(home)
    except PolicyError as error:
        yield f"creditor.{error}"
        return
    try:
        if creditor.profile or creditor.country:
            load_policy(home, settings.overlay)
        else:
            narrowed(home, settings.overlay)
    except PolicyError as error:
        yield f"policy.{error} (profile {', '.join(home)})"


def _table(
    data: Mapping[str, Any], name: str, known: set[str], faults: list[str]
) -> dict[str, Any]:
    table = data.get(name) or {}
    if not isinstance(table, dict):
        faults.append(f"{name}: expected a table, got {type(table).__name__}")
        return {}
    unknown = set(table) - known
    faults += [f"{name}.{key}: unknown; expected one of {sorted(known)}" for key in unknown]
    return table


def _text(data: Mapping[str, Any], name: str, default: str, faults: list[str]) -> str:
    value = data.get(name, default)
    if isinstance(value, str):
        return value
    faults.append(f"{name}: expected text, got {value!r}")
    return default


def _port(value: object, faults: list[str]) -> int:
    try:
        port = int(str(value))
    except ValueError:
        port = -1
    if not 0 <= port <= _LONGEST_PORT:
        faults.append(f"web.port: expected 0 to {_LONGEST_PORT}, got {value!r}")
        return _DEFAULTS.port
    return port


def _creditor(data: Mapping[str, Any], faults: list[str]) -> CreditorSettings:
    names = {f.name for f in fields(CreditorSettings)}
    table = _table(data, "creditor", names, faults)
    given = {name: _text(table, name, "", faults) for name in table if name in names}
    for name in ("person_from", "person_after_days"):
        if given.get(name, "") and not given[name].isdecimal():
            faults.append(
                f"creditor.{name}: expected a whole number in quotes, got {given[name]!r}"
            )
    return CreditorSettings(**given)


def _retention(data: Mapping[str, Any], faults: list[str]) -> RetentionSettings:
    names = {f.name for f in fields(RetentionSettings)}
    table = _table(data, "retention", names, faults)
    days = {name: value for name, value in table.items() if name in names}
    for name, value in days.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            faults.append(f"retention.{name}: expected a number of days, got {value!r}")
            return _DEFAULTS.retention
    return RetentionSettings(**days)


def _webhooks(
    data: Mapping[str, Any], env: Mapping[str, str], faults: list[str]
) -> tuple[WebhookSettings, ...]:
    listed = data.get("webhooks") or {}
    if not isinstance(listed, dict) or not all(isinstance(t, dict) for t in listed.values()):
        faults.append("webhooks: expected tables [webhooks.NAME], got something else")
        return ()
    return tuple(_webhook(name, table, env, faults) for name, table in listed.items())


def _webhook(
    name: str, table: Mapping[str, Any], env: Mapping[str, str], faults: list[str]
) -> WebhookSettings:
    where, variable = f"webhooks.{name}", _variable("webhook", f"{name.replace('-', '_')}_secret")
    faults += [f"{where}.{key}: unknown; expected url, events" for key in set(table) - _WEBHOOK]
    url, events, secret = table.get("url", ""), table.get("events", []), env.get(variable, "")
    if not isinstance(url, str) or not is_safe_target(url):
        faults.append(f"{where}.url: expected https://… or this machine, got {url!r}")
    if not isinstance(events, list) or not all(_is_kind(each) for each in events):
        faults.append(
            f"{where}.events: expected kinds such as promise.made or plan.*, got {events}"
        )
        events = []
    return WebhookSettings(name=name, url=str(url), secret=secret, events=tuple(events))


def _secret_faults(settings: Settings) -> Iterator[str]:
    """Secrets that a service needs and a command does not."""
    for hook in settings.webhooks:
        try:
            secret_of(hook.secret)
        except ValueError as error:
            name = _variable("webhook", f"{hook.name.replace('-', '_')}_secret")
            yield f"{name}: {error}. Make one with: echo whsec_$(openssl rand -base64 32)"


def _is_kind(kind: object) -> bool:
    if not isinstance(kind, str):
        return False
    return any(each == kind or fnmatchcase(each, kind) for each in KINDS)


def _per_minute(data: Mapping[str, Any], faults: list[str]) -> int:
    table = _table(data, "api", {"per_minute"}, faults)
    number = table.get("per_minute", _DEFAULTS.api_per_minute)
    if isinstance(number, int) and not isinstance(number, bool) and number > 0:
        return number
    faults.append(f"api.per_minute: expected a number above 0, got {number!r}")
    return _DEFAULTS.api_per_minute


def _channels(
    data: Mapping[str, Any], env: Mapping[str, str], faults: list[str]
) -> tuple[ChannelSettings, ...]:
    tables = data.get("channels") or {}
    if not isinstance(tables, dict):
        faults.append("channels: expected tables [channels.NAME], got something else")
        return ()
    return tuple(_channel(name, table, env, faults) for name, table in tables.items())


def _channel(name: str, table: Any, env: Mapping[str, str], faults: list[str]) -> ChannelSettings:
    if not isinstance(table, dict) or not isinstance(table.get("kind"), str):
        faults.append(f"channels.{name}.kind: expected the provider's kind, got {table!r:.60}")
        return ChannelSettings(name=name, kind="")
    for key in table:
        if any(word in key for word in _SECRET_WORDS):
            faults.append(
                f"channels.{name}.{key}: expected in the environment as "
                f"{_variable(name, key)}, got it in the file"
            )
    prefix = _variable(name, "")
    secrets = {k.removeprefix(prefix).lower(): v for k, v in env.items() if k.startswith(prefix)}
    values = {key: value for key, value in table.items() if key != "kind"} | secrets
    return ChannelSettings(name=name, kind=table["kind"], values=values)


def _variable(channel: str, key: str) -> str:
    return f"{PREFIX}{channel.upper().replace('-', '_')}_{key.upper()}"
