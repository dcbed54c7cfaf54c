"""Talks that the grid does not hold: several accounts, weekly pay, days between two messages.

Each is drawn from a seed and ends in what the customer meant: the commitments that must stand, no
more and no less, to the cent, the day and the account. The judge knows nothing of the bot's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from bot.conversing import begin, state, take
from bot.simulation.persona import Archetype, Noise, Persona, Spec, persona, record

Line = Mapping[str, Any]
Plan = tuple[str, int, int, str]
Promise = tuple[str, int, str]

LANGUAGES = ("zh-Hans", "en")
_YES = {"zh-Hans": "好的，就这样", "en": "yes, that works"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What is said and what happens; what must stand in the end, or `held` by a person.

    A plan is account, count, first instalment (minor units) and rhythm; a promise account, sum, day.
    """

    record: Mapping[str, Any]
    lines: tuple[Line, ...]
    plans: frozenset[Plan] = frozenset()
    promises: frozenset[Promise] = frozenset()
    owed: Mapping[str, int] | None = None
    silent: frozenset[int] = frozenset()


def journeys(seed: int) -> Iterator[tuple[str, Journey]]:
    """Every journey in every language, named `journey:language`."""
    for name, make in JOURNEYS.items():
        for language in LANGUAGES:
            key = f"{name}:{language}"
            spec = Spec(archetype=Archetype.ABLE, language=language, noise=Noise.NONE, number=0)
            rng = Random(f"{seed}:{key}")
            yield key, make(_plain(persona(spec, rng)), rng)


def faults(journey: Journey) -> list[str]:
    """What stands in the end that he did not agree to, what is missing, who spoke out of turn."""
    talk = begin(dict(journey.record))
    state(talk)
    found: list[str] = []
    after: Mapping[str, Any] = {}
    for number, line in enumerate(journey.lines):
        take(talk, dict(line))
        after = state(talk)
        found += _too_many(after)
        if number in journey.silent and after["sent"]:
            found.append(f"spoke in a takeover: {after['sent'][0]['text']}")
    plans, promises = standing_plans(after), standing_promises(after)
    if plans != journey.plans:
        found.append(f"plans: expected {sorted(journey.plans)}, got {sorted(plans)}")
    if promises != journey.promises:
        found.append(f"promises: expected {sorted(journey.promises)}, got {sorted(promises)}")
    cases = talk.rehearsal.conversation.cases
    owed = {str(case.id): case.account.outstanding.minor for case in cases}
    if journey.owed is not None and owed != journey.owed:
        found.append(f"owed: expected {journey.owed}, got {owed}")
    return found


def standing_plans(after: Mapping[str, Any]) -> frozenset[Plan]:
    """The plans that run, as the customer would name them."""
    rows = after["records"]["plans"]
    return frozenset(
        (row["account_id"], row["instalments"], row["amounts"][0], row["frequency"])
        for row in rows
        if row["status"] in ("active", "at_risk")
    )


def standing_promises(after: Mapping[str, Any]) -> frozenset[Promise]:
    """The open promises, as the customer would name them."""
    rows = after["records"]["promises"]
    return frozenset(
        (row["account_id"], row["amount_minor"], row["date"])
        for row in rows
        if row["status"] == "open"
    )


def _too_many(after: Mapping[str, Any]) -> list[str]:
    accounts = [account for account, *_ in (*standing_plans(after), *standing_promises(after))]
    return [f"two commitments on {one}" for one in set(accounts) if accounts.count(one) > 1]


def _plain(one: Persona) -> dict[str, Any]:
    """The opening record with a whole sum on a bound channel."""
    opening = record(one)
    account = opening["account"]
    account["outstanding_minor"] = 240_000
    account["verified"] = True
    account["policy"]["default_first_delay_days"] = 7
    return opening


def _say(opening: Mapping[str, Any], zh: str, en: str) -> dict[str, Any]:
    return {"customer": en if opening["lang"] == "en" else zh}


def _yes(opening: Mapping[str, Any]) -> dict[str, Any]:
    return {"customer": _YES[opening["lang"]]}


def _day(opening: Mapping[str, Any], days: int) -> date:
    return date.fromisoformat(opening["today"]) + timedelta(days=days)


def _on(opening: Mapping[str, Any], day: date) -> str:
    return f"on {day:%B} {day.day}" if opening["lang"] == "en" else f"{day.month}月{day.day}日"


def _count(rng: Random) -> int:
    return rng.choice((4, 5, 6, 8))


def _agreed(count: int, frequency: str = "monthly", account: str = "A1") -> frozenset[Plan]:
    return frozenset({(account, count, 240_000 // count, frequency)})


def _weekly(opening: dict[str, Any], rng: Random) -> Journey:
    each = rng.choice((20_000, 30_000, 40_000))
    said = _say(opening, f"每周还{each // 100}", f"I can pay {each // 100} a week")
    count = 240_000 // each
    plans = frozenset({("A1", count, each, "weekly")})
    return Journey(record=opening, lines=(said, _yes(opening)), plans=plans)


def _verified_first(opening: dict[str, Any], rng: Random) -> Journey:
    opening["account"]["verified"] = False
    proof = opening["account"]["verify"]
    count = _count(rng)
    lines = (
        _say(opening, f"我想分{count}期还", f"can I do {count} payments?"),
        {"customer": f"{proof['id_last4']} {proof['birthday']}"},
        _yes(opening),
    )
    return Journey(record=opening, lines=lines, plans=_agreed(count))


def _corrected(opening: dict[str, Any], rng: Random) -> Journey:
    first, then = rng.sample((4, 5, 6, 8), 2)
    lines = (
        _say(opening, f"分{first}期", f"{first} payments please"),
        _say(opening, f"不对，我是说{then}期", f"no wait, I meant {then} payments"),
        _yes(opening),
    )
    return Journey(record=opening, lines=lines, plans=_agreed(then))


def _after_days(opening: dict[str, Any], rng: Random) -> Journey:
    """A yes after the offer lapsed agrees to nothing; the plan needs saying anew."""
    count = _count(rng)
    wish = _say(opening, f"分{count}期", f"{count} payments please")
    late = (wish, {"advance": "P4D"}, _yes(opening))
    return Journey(record=opening, lines=late)


def _within_days(opening: dict[str, Any], rng: Random) -> Journey:
    count = _count(rng)
    wish = _say(opening, f"分{count}期", f"{count} payments please")
    return Journey(
        record=opening, lines=(wish, {"advance": "P1D"}, _yes(opening)), plans=_agreed(count)
    )


def _in_pieces(opening: dict[str, Any], rng: Random) -> Journey:
    count = _count(rng)
    pieces = (
        ["can I", f"do {count} payments"] if opening["lang"] == "en" else ["我想", f"分{count}期"]
    )
    return Journey(
        record=opening, lines=({"customer": pieces}, _yes(opening)), plans=_agreed(count)
    )


def _taken_over(opening: dict[str, Any], rng: Random) -> Journey:
    """A yes to a person's words binds nothing; after the hand-back the talk goes on."""
    count = _count(rng)
    wish = _say(opening, f"分{count}期", f"{count} payments please")
    lines = (
        wish,
        {"event": "agent_takeover"},
        _yes(opening),
        {"event": "agent_handback"},
        wish,
        _yes(opening),
    )
    return Journey(record=opening, lines=lines, plans=_agreed(count), silent=frozenset({1, 2}))


def _paid_part(opening: dict[str, Any], rng: Random) -> Journey:
    """A part comes in between the offer and the yes: the plan is on what is left, or on nothing."""
    paid = rng.choice((40_000, 60_000, 120_000))
    wish = _say(opening, "分4期", "4 payments please")
    lines = (wish, _payment(opening, paid), wish, _yes(opening))
    left = 240_000 - paid
    plans = frozenset({("A1", 4, left // 4, "monthly")})
    return Journey(record=opening, lines=lines, plans=plans, owed={"A1": left})


def _paid_all(opening: dict[str, Any], rng: Random) -> Journey:
    wish = _say(opening, f"分{_count(rng)}期", f"{_count(rng)} payments please")
    lines = (wish, _payment(opening, 240_000), _yes(opening))
    return Journey(record=opening, lines=lines, owed={"A1": 0})


def _reversed(opening: dict[str, Any], rng: Random) -> Journey:
    """The money goes back: all is owed again, and a promise made anew is for all of it."""
    day = _day(opening, rng.randint(5, 12))
    back = {**_payment(opening, -240_000)["payment"]}
    words = _say(
        opening, f"{_on(opening, day)}我全部还清", f"I will pay it all {_on(opening, day)}"
    )
    return Journey(
        record=opening,
        lines=(_payment(opening, 240_000), {"payment": back}, words),
        promises=frozenset({("A1", 240_000, day.isoformat())}),
        owed={"A1": 240_000},
    )


def _payment(opening: Mapping[str, Any], minor: int) -> dict[str, Any]:
    return {"payment": {"amount_minor": minor, "date": opening["today"], "ref": "P0"}}


def _two_accounts(opening: dict[str, Any], rng: Random) -> Journey:
    """A plan for the card he names; the loan stays as it is."""
    count = _count(rng)
    account = opening["account"]
    names = ("Personal Loan", "Credit Card") if opening["lang"] == "en" else ("现金贷", "信用卡")
    parts = [
        {**account, "account_id": f"A{n + 1}", "product": name, "outstanding_minor": minor}
        for n, (name, minor) in enumerate(zip(names, (90_000, 240_000), strict=True))
    ]
    shared = {name: account[name] for name in ("customer_name", "channel", "verified", "verify")}
    several = {**opening, "account": {**shared, "accounts": parts}}
    words = _say(opening, f"信用卡分{count}期", f"can I pay the credit card in {count} payments")
    return Journey(
        record=several,
        lines=(words, _yes(opening)),
        plans=_agreed(count, account="A2"),
        owed={"A1": 90_000, "A2": 240_000},
    )


JOURNEYS: dict[str, Callable[[dict[str, Any], Random], Journey]] = {
    "weekly pay": _weekly,
    "identity first": _verified_first,
    "a correction": _corrected,
    "a yes after four days": _after_days,
    "a yes after a day": _within_days,
    "in pieces": _in_pieces,
    "a takeover": _taken_over,
    "a part paid": _paid_part,
    "all paid": _paid_all,
    "a payment reversed": _reversed,
    "two accounts": _two_accounts,
}
