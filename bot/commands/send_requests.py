"""Reading a line of `duetalk may-send` into a request for the gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.commands.fields import MOST_MINOR, Fields, as_day, as_instant
from bot.commands.jsonl import BadRecord, Record
from flows.policy import PolicyError, load_policy
from flows.policy.hours import Hours
from flows.policy.model import Policy
from flows.policy.place import Place, PlaceError, place_of
from flows.policy.request import (
    START,
    AccountFacts,
    Channel,
    Consent,
    Contact,
    Direction,
    Hold,
    Kind,
    Notice,
    PersonFacts,
    SendRequest,
    ValidationNotice,
)
from flows.policy.stops import KNOWN_NAMES
from flows.policy.words import asks_money
from flows.understanding.intents import Intent

_ALL = "all"
_KINDS = {
    Direction.IN: frozenset((*Intent, START, "reply")),
    Direction.OUT: frozenset(Kind),
}
_HOURS = ("mon_fri", "sat", "sun")
_OF_RECORD = {
    *("id", "now", "channel", "kind", "profile", "creditor_profile", "overlay", "timezone"),
    *("country", "region", "text", "notice", "account", "person", "history"),
}
_OF_ACCOUNT = {"due_date", "holds", "id", "validation_notice", "ledger"}
_OF_PERSON = {
    *("opted_out", "flags", "verified", "sms_consent", "customer_hours", "willing"),
    "number_checked",
}
_OF_ENTRY = {"at", "direction", "kind", "asks_money", "channel", "account", "text"}


def read_request(record: Record) -> SendRequest:
    """The request in a record; raises BadRecord that names the field."""
    given = Fields(record)
    if not given.has("id"):
        given.fail("id", "a value")
    request = SendRequest(
        now=given.instant("now"),
        channel=given.choice("channel", Channel),
        kind=given.choice("kind", Kind),
        policy=_policy(given),
        place=_place(given),
        text=given.text_or_none("text"),
        notice=given.choice_or_none("notice", Notice),
        account=_account(given.group_or_empty("account")),
        person=_person(given.group_or_empty("person")),
        history=tuple(_contact(entry) for entry in given.groups("history")),
    )
    _check_past(given, request)
    if _needs_due_date(request):
        given.group_or_empty("account").fail("due_date", "a date such as 2026-11-23")
    return request


def remarks(record: Record) -> Iterator[str]:
    """What an operator should know of a record that was read: the names that nothing knows."""
    given = Fields(record)
    account, person = given.group_or_empty("account"), given.group_or_empty("person")
    for label, fields, name in (("hold", account, "holds"), ("flag", person, "flags")):
        for hold in _holds(fields, name):
            if hold.name not in KNOWN_NAMES:
                yield f"unknown {label} {hold.name!r}: no notice and nothing that asks for money goes"
    known = ((given, _OF_RECORD), (account, _OF_ACCOUNT), (person, _OF_PERSON))
    for fields, names in (*known, *((entry, _OF_ENTRY) for entry in given.groups("history"))):
        for name in fields.values.keys() - names:
            yield f"unknown field {fields.path}.{name} was ignored".replace(" .", " ")


def _check_past(given: Fields, request: SendRequest) -> None:
    for fields, entry in zip(given.groups("history"), request.history, strict=True):
        if entry.at > request.now:
            fields.fail("at", f"an instant no later than now, {request.now.isoformat()}")


def _needs_due_date(request: SendRequest) -> bool:
    if request.account.due_on or request.kind in (Kind.OPTOUT_CONFIRMATION, Kind.SAFETY):
        return False
    return request.kind is Kind.NOTICE or asks_money(request)


def _policy(given: Fields) -> Policy:
    names = given.texts_or_none("profile")
    if not names:
        given.fail("profile", "the name of a profile or a list of names")
    overlay = given.group("overlay").values if given.has("overlay") else None
    try:
        return load_policy((*names, *given.texts_or_none("creditor_profile")), overlay)
    except PolicyError as error:
        raise BadRecord(str(error)) from error


def _place(given: Fields) -> Place:
    try:
        return place_of(*map(given.texts_or_none, ("timezone", "country", "region")))
    except PlaceError as error:
        raise BadRecord(str(error)) from error


def _account(given: Fields) -> AccountFacts:
    validation = None
    if "validation_notice" in given.values:
        validation = ValidationNotice(sent_on=_day(given, "validation_notice"))
    return AccountFacts(
        id=given.text_or_none("id"),
        due_on=_day(given, "due_date"),
        holds=_holds(given, "holds"),
        validation=validation,
        ledger=given.wholes("ledger", 0, MOST_MINOR) if given.has("ledger") else None,
    )


def _person(given: Fields) -> PersonFacts:
    hours = _customer_hours(given) if given.has("customer_hours") else None
    return PersonFacts(
        opted_out=_channels(given, "opted_out"),
        flags=_holds(given, "flags"),
        is_verified=given.flag_or("verified", usual=False),
        sms_consent=given.choice_or_none("sms_consent", Consent),
        customer_hours=hours,
        is_willing=given.flag_or("willing", usual=False),
        number_checked_at=given.instant_or_none("number_checked"),
    )


def _contact(given: Fields) -> Contact:
    direction = given.choice("direction", Direction)
    kind = given.text("kind")
    if kind not in _KINDS[direction]:
        given.fail("kind", f"one of {', '.join(sorted(_KINDS[direction]))}")
    return Contact(
        at=given.instant("at"),
        direction=direction,
        kind=kind,
        asks_money=given.flag_or("asks_money", usual=False),
        channel=given.choice_or_none("channel", Channel),
        account=given.text_or_none("account"),
        text=given.text_or_none("text"),
    )


def _holds(given: Fields, name: str) -> tuple[Hold, ...]:
    items = given.values.get(name) or []
    if not isinstance(items, list):
        given.fail(name, "a list of names or of objects with a name")
    return tuple(_hold(given, name, item) for item in items)


def _hold(given: Fields, field: str, item: Any) -> Hold:
    entry: Mapping[str, Any] = item if isinstance(item, dict) else {"name": item}
    inner = Fields(entry, f"{given.path}.{field}")
    if not inner.has("until"):
        return Hold(name=inner.text("name"), id=inner.text_or_none("id"))
    until = as_day(entry["until"]) or as_instant(entry["until"])
    if until is None:
        inner.fail("until", "a day, or an instant with offset")
    return Hold(name=inner.text("name"), id=inner.text_or_none("id"), until=until)


def _channels(given: Fields, name: str) -> frozenset[Channel]:
    named = given.texts_or_none(name)
    if not set(named) <= {*Channel, _ALL}:
        given.fail(name, f"all or channels among {', '.join(Channel)}")
    return frozenset(Channel) if _ALL in named else frozenset(map(Channel, named))


def _customer_hours(given: Fields) -> Mapping[str, Hours]:
    asked = given.group("customer_hours")
    for name in asked.values.keys() - set(_HOURS):
        asked.fail(name, f"only {', '.join(_HOURS)}")
    return {name: _hours(asked, name) for name in asked.values}


def _hours(asked: Fields, name: str) -> Hours:
    text = asked.text(name)
    try:
        return Hours.parse(text)
    except ValueError as error:
        raise BadRecord(f"{asked.path}.{name}: {error}") from error


def _day(given: Fields, name: str) -> date | None:
    if not given.has(name):
        return None
    return as_day(given.values[name]) or given.fail(name, "a date such as 2026-11-23")
