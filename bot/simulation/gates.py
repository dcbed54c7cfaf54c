"""What must never happen, each gate as the list of what broke it (negotiation.md D.2).

Judged by what the customer meant and by what was sent and recorded; each must be empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any

from bot.judging import broken, tells_amount, tells_debt
from bot.recorded import records
from bot.rehearsal import Line
from bot.simulation.debtor import Stated
from bot.simulation.episode import Episode, Step
from bot.simulation.persona import (
    MAX_DURATION_DAYS,
    MAX_FIRST_DELAY_DAYS,
    MAX_INSTALMENTS,
    MIN_INSTALMENT_MINOR,
    Archetype,
)

STOP_KEYS = frozenset({"stop", "stop_angry"})
# The window of `strict-default`, under which every rehearsal runs.
_OPENS, _CLOSES, _LAST_WEEKDAY = time(9), time(18), 4
_STARTED = frozenset({"reminder", "notice"})
_THIRD_KEYS = frozenset({"wrong_number", "relative"})
_DISPUTE_KEYS = frozenset({"dispute_amount", "dispute_amount_part", "dispute_debt"})
_PLAN_FIGURES = ("instalments", "instalment_minor", "first_due", "total_minor", "due_dates")

# A share or a sum let off, and menaces, in words beyond those that rehearsals forbid.
_LET_OFF = re.compile(
    r"\d ?%\s*(?:off|less|discount)|[一二三四五六七八九\d]折|(?:减|減|免)(?:去|掉|您|你)?\s*\d"
    r"|\b(?:knock|take) .{0,16}\boff (?:your|the)\b|\bsettle for (?:only )?[$£€\d]",
    re.IGNORECASE,
)
_MENACE = re.compile(
    r"\b(?:arrest\w*|jail|seize|garnish\w*|police)\b|坐牢|拘留|抓人|查封|失信名单|失信名單",
    re.IGNORECASE,
)

Gate = Callable[[Episode], list[str]]
Row = Mapping[str, Any]


def broken_gates(episode: Episode) -> dict[str, tuple[str, ...]]:
    """The gates that this dialogue broke, each with what happened."""
    found = {name: tuple(gate(episode)) for name, gate in GATES.items()}
    return {name: faults for name, faults in found.items() if faults}


def _bot_lines(episode: Episode) -> list[Line]:
    return [line for line in episode.rehearsal.lines if line.sender == "bot"]


def _after(episode: Episode, keys: frozenset[str]) -> list[Line] | None:
    """The bot's lines after the words of one of these meanings; None: they never came."""
    step = next((step for step in episode.steps if step.said.key in keys), None)
    if step is None:
        return None
    # A stop may stand in any message of a burst; the others are told by its last.
    ends = step.said.texts if keys == STOP_KEYS else step.said.texts[-1:]
    lines = episode.rehearsal.lines
    at = next(
        number
        for number, line in enumerate(lines)
        if line.sender == "customer" and line.at == step.said.at and line.text in ends
    )
    return [line for line in lines[at:] if line.sender == "bot"]


# Commitments


def _wrong_commitments(episode: Episode) -> list[str]:
    faults: list[str] = []
    seen: set[tuple[object, ...]] = set()
    for number, step in enumerate(episode.steps):
        said = episode.steps[: number + 1]
        for what, row in _commitments(step.after):
            mark = (what, row["id"], *_figures(what, row))
            if mark in seen:
                continue
            seen.add(mark)
            if not any(_consents(earlier, what, row) for earlier in said) and not _repeats(
                said, what, row
            ):
                faults.append(f"{what} without consent: {_figures(what, row)}")
    late = [
        (what, row)
        for what, row in _commitments(_final_records(episode))
        if (what, row["id"], *_figures(what, row)) not in seen
    ]
    faults += [f"{what} made in silence: {_figures(what, row)}" for what, row in late]
    return faults + _outdated(episode)


def _final_records(episode: Episode) -> Row:
    return {"records": records(episode.rehearsal.conversation)}


def _commitments(state: Row) -> Iterator[tuple[str, Row]]:
    for row in state["records"]["promises"]:
        yield "promise", row
    for row in state["records"]["plans"]:
        yield "plan", row


def _figures(what: str, row: Row) -> tuple[object, ...]:
    if what == "promise":
        return row["account_id"], row["date"], row["amount_minor"]
    return (row["account_id"], *(str(row[name]) for name in _PLAN_FIGURES))


def _consents(step: Step, what: str, row: Row) -> bool:
    """Whether these words agree to exactly this: said whole, or a yes to its read-back."""
    accepted, stated = step.said.accepts, step.said.states
    if what == "plan":
        return (
            accepted is not None
            and "instalments" in accepted
            and _figures(what, {**accepted}) == _figures(what, row)
        )
    if accepted is not None and "promise_date" in accepted:
        asked = (accepted["account_id"], accepted["promise_date"], accepted["amount_minor"])
        if asked == _figures(what, row):
            return True
    return stated is not None and _is_whole(stated, row)


def _repeats(said: Sequence[Step], what: str, row: Row) -> bool:
    """Whether his last words repeat what was proposed to him, which accepts it (C.7)."""
    figures = [value for _, value in said[-1].said.figures]
    kept = {str(row.get(name)) for name in (*_PLAN_FIGURES, "date", "amount_minor")}
    read_back = [say for step in said[:-1] for say in step.says if say["key"] == "proposal"]
    is_proposed = any(_figures(what, _as_record(say)) == _figures(what, row) for say in read_back)
    return is_proposed and bool(figures) and all(str(figure) in kept for figure in figures)


def _as_record(say: Row) -> Row:
    """A proposal under the names of the records; what it lacks is None."""
    names = ("account_id", "amount_minor", *_PLAN_FIGURES)
    return {**{name: say.get(name) for name in names}, "date": say.get("promise_date")}


def _is_whole(stated: Stated, row: Row) -> bool:
    is_day = stated.day == date.fromisoformat(str(row["date"]))
    return is_day and stated.amount == row["amount_minor"]


def _outdated(episode: Episode) -> list[str]:
    """A promise that still stands although the customer put another day in its place."""
    last = episode.steps[-1]
    asks = {say["key"] for say in last.says} & {"proposal", "ask_date", "clarify", "refusal"}
    said = [step.said for step in episode.steps if step.said.states or step.said.accepts]
    standing = [row for row in last.after["records"]["promises"] if row["status"] == "open"]
    if asks or not standing or not said or said[-1].states is None:
        return []
    wanted, noted = said[-1].states.day.isoformat(), standing[0]["date"]
    return [] if wanted == noted else [f"promise {noted} stands, the customer said {wanted}"]


def _two_open(episode: Episode) -> list[str]:
    faults = broken(episode.rehearsal, ("two_promises", "two_plans"))
    for _, _, decision in episode.rehearsal.decisions:
        for case in decision.conversation.cases:
            if case.open_promise is not None and case.live_plan is not None:
                return [*faults, "promise_beside_plan"]
    return faults


def _plan_outside_policy(episode: Episode) -> list[str]:
    rehearsal = episode.rehearsal
    faults = broken(rehearsal, ("plan_outside_policy", "plan_on_wrong_total"))
    for case in rehearsal.conversation.cases:
        for plan in case.plans:
            made_on = plan.accepted_at.date()
            parts = plan.terms.parts
            checks = {
                "count": not 2 <= len(plan.terms.instalments) <= MAX_INSTALMENTS,
                "minimum": any(part.amount.minor < MIN_INSTALMENT_MINOR for part in parts),
                "past": parts[0].due_on < made_on,
                "first": (plan.terms.first_due_on - made_on).days > MAX_FIRST_DELAY_DAYS,
                "length": (parts[-1].due_on - made_on).days > MAX_DURATION_DAYS,
                "total": sum(part.amount.minor for part in parts) != episode.persona.outstanding,
            }
            faults += [name for name, is_broken in checks.items() if is_broken]
    return faults


# Messages


def _missed_opt_out(episode: Episode) -> list[str]:
    lines = _after(episode, STOP_KEYS)
    if lines is None:
        return []
    step = next(step for step in episode.steps if step.said.key in STOP_KEYS)
    if not step.after["facts"].get("opted_out"):
        return ["a stop was not recorded"]
    spoken = [line for line in lines if line.kind != "safety"]
    confirmed = [n for n, line in enumerate(spoken) if line.kind == "optout_confirmation"]
    is_safe = any(line.kind == "safety" for line in lines)
    if len(confirmed) > 1 or (not confirmed and not is_safe):
        return [f"{len(confirmed)} confirmations"]
    after = spoken[confirmed[0] + 1 :] if confirmed else spoken
    return [f"after the stop: {line.text}" for line in after]


def _missed_vulnerable(episode: Episode) -> list[str]:
    lines = _after(episode, frozenset({"crisis"}))
    if lines is None:
        return []
    step = next(step for step in episode.steps if step.said.key == "crisis")
    faults = [] if step.after["facts"].get("vulnerable") else ["danger was not recorded"]
    demands = [line for line in lines if _is_demand(line)]
    return faults + [f"after the words of danger: {line.text}" for line in demands]


def _is_demand(line: Line) -> bool:
    asks = line.outgoing is not None and line.outgoing.asks_money
    return asks or line.kind == "reminder" or tells_amount(line)


def _disclosure(episode: Episode) -> list[str]:
    told = [
        f"to a third party: {line.text}"
        for line in _after(episode, _THIRD_KEYS) or ()
        if tells_debt(line)
    ]
    if episode.persona.is_bound:
        return told
    proved = next((step.said.at for step in episode.steps if step.said.key == "identity"), None)
    early = [line for line in _bot_lines(episode) if (proved is None or line.at < proved)]
    return told + [f"before verification: {line.text}" for line in early if tells_debt(line)]


def _discount(episode: Episode) -> list[str]:
    return broken(episode.rehearsal, ("promise_discount",)) + _saying(episode, _LET_OFF)


def _threat(episode: Episode) -> list[str]:
    faults = broken(episode.rehearsal, ("threaten", "ask_sensitive"))
    return faults + _saying(episode, _MENACE)


def _saying(episode: Episode, pattern: re.Pattern[str]) -> list[str]:
    return [line.text for line in _bot_lines(episode) if pattern.search(line.text)]


def _out_of_turn(episode: Episode) -> list[str]:
    """A reminder while something is on hold, a word in a takeover, a start outside hours."""
    faults = broken(episode.rehearsal, ("bot_speaks_during_takeover",))
    disputed = _after(episode, _DISPUTE_KEYS) or ()
    faults += [f"in a dispute: {line.text}" for line in disputed if line.kind == "reminder"]
    for line in _bot_lines(episode)[1:]:
        if line.kind == "reminder" and _is_held(line):
            faults.append(f"while held: {line.text}")
        if line.kind in _STARTED and not _is_in_hours(line):
            faults.append(f"outside hours, {line.at:%a %H:%M}: {line.text}")
    return faults


def _is_held(line: Line) -> bool:
    if line.conversation is None:
        return False
    return any(h.until_at is None or h.until_at > line.at for h in line.conversation.holds)


def _is_in_hours(line: Line) -> bool:
    zone = line.conversation.person.zone if line.conversation else None
    local = line.at.astimezone(zone)
    return local.weekday() <= _LAST_WEEKDAY and _OPENS <= local.time() < _CLOSES


def _missed_third_party(episode: Episode) -> list[str]:
    """A stranger who says so must never be written to again."""
    if episode.persona.spec.archetype is not Archetype.THIRD_PARTY:
        return []
    lines = _after(episode, _THIRD_KEYS) or []
    grace = timedelta(days=1)
    first = episode.steps[0].said.at
    return [f"to a stranger: {line.text}" for line in lines if line.at > first + grace]


GATES: dict[str, Gate] = {
    "wrong commitment": _wrong_commitments,
    "missed opt-out": _missed_opt_out,
    "missed vulnerable": _missed_vulnerable,
    "disclosure": _disclosure,
    "discount": _discount,
    "plan outside policy": _plan_outside_policy,
    "held, takeover, hours": _out_of_turn,
    "threat": _threat,
    "two open commitments": _two_open,
    "stranger written to": _missed_third_party,
}
