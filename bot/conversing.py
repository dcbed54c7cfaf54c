"""One conversation a line at a time: what `duetalk converse` and simulated customers talk through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.commands.jsonl import BadRecord, Record
from bot.dialogue_records import DialogueRecord, parse
from bot.durations import parse_duration
from bot.playing import agent_event, hear, rehearsed, report
from bot.rehearsal import Line, Rehearsal
from flows.records import AccountId


@dataclass(slots=True, kw_only=True)
class Talk:
    """A conversation under way, and how many of its lines were shown already."""

    record: DialogueRecord
    rehearsal: Rehearsal
    shown: int = 0


def begin(record: Record) -> Talk:
    """The conversation of a dialogue record, its first text sent; raises BadRecord."""
    parsed = parse(record)
    return Talk(record=parsed, rehearsal=rehearsed(parsed))


def take(talk: Talk, line: Record) -> None:
    """Carry out one line of the contract; raises BadRecord for anything else.

    A list of texts as `customer` is a burst, read as one turn the way the service reads it.
    """
    rehearsal = talk.rehearsal
    if "customer" in line:
        at = _at(line.get("at"), rehearsal) or rehearsal.now + timedelta(minutes=1)
        said = line["customer"]
        texts = said if isinstance(said, list) and said else [said]
        hear(rehearsal, [(str(text), at) for text in texts])
    elif "event" in line:
        agent_event(rehearsal, line["event"])
    elif "advance" in line:
        rehearsal.run_until(rehearsal.now + parse_duration(str(line["advance"])))
    elif "payment" in line:
        _pay(rehearsal, line["payment"])
    else:
        raise BadRecord(f"expected one of customer, event, advance, payment, got {sorted(line)}")


def _at(value: Any, rehearsal: Rehearsal) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(f"{value}+00:00")
    except ValueError:
        raise BadRecord(f"at: expected a local instant, got {value!r}") from None
    return max(at, rehearsal.now)


def _pay(rehearsal: Rehearsal, payment: Any) -> None:
    try:
        minor, ref = int(payment["amount_minor"]), str(payment["ref"])
        paid_on = date.fromisoformat(str(payment["date"]))
    except (KeyError, TypeError, ValueError):
        raise BadRecord(
            f"payment: expected amount_minor, date (ISO) and ref, got {payment!r}"
        ) from None
    account = payment.get("account_id") or rehearsal.conversation.case().id
    rehearsal.paid(AccountId(str(account)), minor, paid_on, ref)


def state(talk: Talk) -> Record:
    """What was sent since the last look, and how things stand now."""
    rehearsal = talk.rehearsal
    zone = rehearsal.conversation.person.zone
    fresh = rehearsal.lines[talk.shown :]
    talk.shown = len(rehearsal.lines)
    sent = [_sent(line, rehearsal) for line in fresh if line.sender == "bot"]
    return {
        "id": talk.record.id,
        "now": rehearsal.now.astimezone(zone).replace(tzinfo=None).isoformat(),
        "sent": sent,
        **{k: v for k, v in report(talk.record, rehearsal).items() if k != "id"},
    }


def _sent(line: Line, rehearsal: Rehearsal) -> Record:
    zone = rehearsal.conversation.person.zone
    says = line.outgoing.says if line.outgoing else ()
    return {
        "at": line.at.astimezone(zone).replace(tzinfo=None).isoformat(),
        "text": line.text,
        "kind": line.kind,
        "says": [{"key": key, **_plain(data)} for key, data in says],
    }


def _plain(data: tuple[tuple[str, object], ...]) -> Record:
    return {name: _json(value) for name, value in data}


def _json(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_item(item) for item in value]
    return value if value is None or isinstance(value, int) else str(value)


def _item(item: object) -> Any:
    """A plan inside a list of plans is itself a list of named values."""
    if isinstance(item, tuple) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in item):
        return _plain(item)
    return _json(item)
