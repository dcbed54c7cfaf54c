"""The gate's last word at the moment of sending, from facts as fresh as the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import Drop, Postpone, Recheck, Verdict
from bot.rules import HISTORY, Rules
from bot.watching import Throttle
from flows.model import Contact, Conversation
from flows.outbox import Parcelled, notice_of, send_request
from flows.policy.gate import may_send
from flows.policy.request import Action, Direction, Notice, SendRequest
from flows.policy.request import Verdict as Found
from flows.records import AccountId
from storage import audit, contacts, conversations, people
from storage.chains import digest
from storage.outgoing import BOT, Message


def recheck_with(rules: Rules) -> Recheck:
    """The check that delivery asks before each send."""

    def recheck(conn: Connection, claimed: Sequence[Message], now: datetime) -> list[Verdict]:
        ids = tuple(dict.fromkeys(message.conversation_id for message in claimed))
        loaded = conversations.load_many(conn, ids)
        histories = contacts.since_many(conn, ids, now - HISTORY)
        judged = [
            _judged(
                message,
                loaded[message.conversation_id].state,
                histories.get(message.conversation_id, ()),
                rules,
                now,
            )
            for message in claimed
        ]
        judged = _throttled(conn, _of_households(conn, judged), now)
        _note(conn, judged, now)
        return [each.verdict for each in judged]

    return recheck


# What is said to the one who stopped himself; the gate has counted it.
_AFTER_STOP = ("optout_confirmation", "safety")


def _of_households(conn: Connection, judged: Sequence[_Judged]) -> list[_Judged]:
    """Nothing goes to an address that another customer at it has stopped or disowned."""
    going = [each.message for each in judged if each.verdict is None]
    closed = people.closed_among(conn, {(m.channel, m.address) for m in going})
    return [
        replace(each, verdict=Drop(reason=_STOPPED_HERE), rules=(_STOPPED_HERE,))
        if each.verdict is None
        and each.message.kind not in _AFTER_STOP
        and (each.message.channel, each.message.address) in closed
        else each
        for each in judged
    ]


_STOPPED_HERE = "optout.address"


def _throttled(conn: Connection, judged: Sequence[_Judged], now: datetime) -> list[_Judged]:
    """What we start waits while its campaign is slowed or stopped."""
    claimed = [each.message.id for each in judged]
    throttle = Throttle(conn, now, besides=claimed)
    found = []
    for each in judged:
        wait = None
        if each.verdict is None and each.message.kind in ("reminder", "notice"):
            is_reminder = each.message.kind == "reminder"
            wait = throttle.wait(each.message.campaign, is_counted=is_reminder)
        if wait is not None:
            verdict = Postpone(at=wait.at, reason=wait.rule)
            each = replace(each, verdict=verdict, rules=(wait.rule,))  # noqa: PLW2901 # The same one.
        found.append(each)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What the gate said of a message, and the facts it looked at."""

    message: Message
    verdict: Verdict
    rules: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    policy_version: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def _note(conn: Connection, judged: Sequence[_Judged], now: datetime) -> None:
    """Keep each verdict with its facts, rules and policy version in the channel's chain."""
    by_channel: dict[str, list[audit.Entry]] = defaultdict(list)
    for each in judged:
        by_channel[each.message.channel].append(_entry(each, now))
    for channel in sorted(by_channel):
        audit.append_many(conn, audit.SENDS + channel, by_channel[channel])


def _entry(judged: _Judged, now: datetime) -> audit.Entry:
    message, verdict = judged.message, judged.verdict
    told = audit.detail(
        message=message.id,
        turn=message.turn,
        kind=message.kind,
        template=message.template,
        author=message.author,
        asks_money=message.asks_money,
        text=digest(message.text),
        verdict="send" if verdict is None else type(verdict).__name__.lower(),
        until=verdict.at.isoformat() if isinstance(verdict, Postpone) else None,
        rules=judged.rules or ((verdict.reason,) if verdict else ()),
        holds=judged.holds,
        facts=judged.facts,
    )
    return audit.Entry(
        at=now,
        kind=audit.Kind.SEND_VERDICT,
        actor="gate",
        conversation_id=message.conversation_id,
        person_id=message.person_id,
        account_id=message.account_id,
        policy_version=judged.policy_version,
        detail_json=told,
    )


def _judged(
    message: Message,
    state: Conversation | None,
    history: tuple[Contact, ...],
    rules: Rules,
    now: datetime,
) -> _Judged:
    if state is None:
        return _Judged(message=message, verdict=Drop(reason="no_conversation"))
    if message.author == BOT and message.ownership != state.ownership:
        return _Judged(message=message, verdict=Drop(reason="older_owner"))
    # A notice of an agreement is about its own day; one of the bill is about the bill's.
    is_dated = notice_of(message.template) in (Notice.INSTALMENT, Notice.PROMISE_DUE)
    parcel = Parcelled(
        kind=message.kind,
        text=message.text,
        account_id=AccountId(message.account_id) if message.account_id else None,
        asks_money=message.asks_money,
        notice=notice_of(message.template),
        due_on=now.astimezone(state.person.zone).date() if is_dated else None,
        template=message.template,
    )
    earlier = tuple(c for c in history if not _is_itself(c, message))
    policy = rules.policy_of(state)
    asked = send_request(state, parcel, policy, now, earlier)
    found = may_send(asked)
    return _Judged(
        message=message,
        verdict=_verdict(found),
        rules=found.rules,
        holds=found.holds,
        policy_version=policy.version,
        facts=_facts(asked),
    )


def _verdict(found: Found) -> Verdict:
    if found.action is Action.SEND:
        return None
    reason = found.rules[0] if found.rules else str(found.action)
    if found.action is Action.DELAY and found.at is not None:
        return Postpone(at=found.at, reason=reason)
    return Drop(reason=reason)


def _facts(asked: SendRequest) -> Mapping[str, object]:
    """What the gate looked at, in short: no words, names or addresses."""
    sent = [contact for contact in asked.history if contact.direction is Direction.OUT]
    heard = [contact.at for contact in asked.history if contact.direction is Direction.IN]
    return {
        "zones": [str(zone) for zone in asked.place.zones],
        "countries": [region.country for region in asked.place.regions],
        "verified": asked.person.is_verified,
        "opted_out": sorted(asked.person.opted_out),
        "flags": [flag.name for flag in asked.person.flags],
        "holds": [hold.name for hold in asked.account.holds],
        "due_on": asked.account.due_on,
        "contacts_90_days": len(sent),
        "last_contact_at": max((c.at for c in sent), default=None),
        "last_heard_at": max(heard, default=None),
    }


def _is_itself(contact: Contact, message: Message) -> bool:
    """The message that is about to leave is in the books already; it is no earlier contact."""
    return contact.text == message.text and contact.at >= message.due_at
