"""A dialogue record played from its first text to seven days after its last turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.commands.jsonl import BadRecord, Record
from bot.dialogue_records import DialogueRecord
from bot.judging import judge
from bot.recorded import records
from bot.rehearsal import TAIL, Rehearsal, rehearsal_policy
from flows.burst import LONGEST, never_waits, pause_on
from flows.outcomes import facts, outcome

_BETWEEN_TURNS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One scripted turn with its local instant and its place in the order of sending."""

    at: datetime
    text: str | None
    event: str | None
    seq: int | None


def rehearsed(record: DialogueRecord) -> Rehearsal:
    """The record's opening, before any turn."""
    rehearsal = Rehearsal(
        conversation=record.conversation,
        now=record.opens_at,
        policy=rehearsal_policy(),
        sender=record.sender,
    )
    rehearsal.open_with_reminder()
    return rehearsal


def play(record: DialogueRecord) -> Record:
    """The whole rehearsal as the contract's answer."""
    rehearsal = rehearsed(record)
    turns = _timed(record)
    latest_seq = None
    while turns:
        group, turns = _next_group(turns, record.conversation.channel)
        is_late = latest_seq is not None and _is_before(group[0].seq, latest_seq)
        _take(rehearsal, group, is_late=is_late)
        latest_seq = max(filter(None, (latest_seq, *(s.seq for s in group))), default=None)
    result = report(record, rehearsal)
    rehearsal.run_until(rehearsal.now + TAIL)
    result["transcript"] = transcript(rehearsal)
    if record.expect is not None:
        passed, faults = judge(rehearsal, record.expect, result)
        result |= {"passed": passed, "broken": faults}
    return result


def _is_before(seq: int | None, latest: int) -> bool:
    return seq is not None and seq < latest


def _timed(record: DialogueRecord) -> list[Said]:
    now = record.opens_at
    turns = []
    for number, row in enumerate(record.turns, 1):
        at = row.get("at")
        now = _local(at, number) if at else now + _BETWEEN_TURNS
        turns.append(
            Said(at=now, text=row.get("customer"), event=row.get("event"), seq=row.get("seq"))
        )
    return turns


def _local(at: Any, number: int) -> datetime:
    try:
        return datetime.fromisoformat(f"{at}+00:00")
    except ValueError:
        raise BadRecord(f"turns {number}: expected a local instant in `at`, got {at!r}") from None


def _next_group(turns: Sequence[Said], channel: str) -> tuple[list[Said], list[Said]]:
    """The next turn, with those that belong to the same burst, in the order of sending."""
    first = turns[0]
    group = [first]
    for turn in turns[1:]:
        in_burst = turn.text is not None and first.text is not None
        pause = turn.at - group[-1].at
        if not in_burst or pause > pause_on(channel) or turn.at - first.at > LONGEST:
            break
        group.append(turn)
    rest = list(turns[len(group) :])
    return sorted(group, key=lambda s: (s.seq is None, s.seq or 0, s.at)), rest


def _take(rehearsal: Rehearsal, group: list[Said], *, is_late: bool) -> None:
    if group[0].text is None:
        rehearsal.run_until(group[0].at)
        agent_event(rehearsal, group[0].event)
        return
    hear(rehearsal, [(said.text or "", said.at) for said in group], is_late=is_late)


def hear(
    rehearsal: Rehearsal, messages: Sequence[tuple[str, datetime]], *, is_late: bool = False
) -> None:
    """A message or a burst: one turn, unless safety words or a stop in it must not wait."""
    texts = [text for text, _ in messages]
    if len(texts) > 1 and any(never_waits(rehearsal.understood(text)) for text in texts):
        for text, at in messages:
            rehearsal.customer_said([text], at, is_late=is_late)
        return
    rehearsal.customer_said(texts, max(at for _, at in messages), is_late=is_late)


def agent_event(rehearsal: Rehearsal, event: str | None) -> None:
    """Carry out a scripted event of a person; raises BadRecord for an unknown one."""
    if event == "agent_takeover":
        rehearsal.agent_took_over()
    elif event == "agent_handback":
        rehearsal.agent_handed_back(note="rehearsed")
    else:
        raise BadRecord(f"event: expected agent_takeover or agent_handback, got {event!r}")


def report(record: DialogueRecord, rehearsal: Rehearsal) -> Record:
    """Outcome, facts and records as they stand now."""
    conversation, now = rehearsal.conversation, rehearsal.now
    subject = conversation.case(rehearsal.last_changed)
    result: Record = {
        "id": record.id,
        "outcome": outcome(conversation, subject, now),
        "facts": facts(conversation, subject, now),
        "records": records(conversation),
    }
    if len(conversation.cases) > 1:
        result["by_account"] = {
            case.id: {
                "outcome": outcome(conversation, case, now),
                "facts": facts(conversation, case, now),
            }
            for case in conversation.cases
        }
    return result


def transcript(rehearsal: Rehearsal) -> list[Record]:
    """All lines in order, times local to the account."""
    zone = rehearsal.conversation.person.zone
    return [
        {
            "at": line.at.astimezone(zone).replace(tzinfo=None).isoformat(),
            "from": line.sender,
            "text": line.text,
            "kind": line.kind,
        }
        for line in rehearsal.lines
    ]
