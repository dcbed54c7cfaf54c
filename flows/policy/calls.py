"""How often a person may be called. Only people call; these rules stop the dialler.

Texts have their own caps in the gate: a call spends none of theirs, and they none of a call's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.policy.model import Policy
from flows.policy.place import Place

_SEVEN_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One dial: when (kept as UTC), to which number, about which account, and whether the customer answered."""

    at: datetime
    number: str
    account: str
    was_answered: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", self.at.astimezone(UTC))


def may_call(
    policy: Policy, place: Place, calls: Sequence[Call], *, next_call: Call
) -> tuple[str, ...]:
    """The fields of the profile that forbid the next call; none when it may be made.

    `calls` are all earlier calls to the person. Days are the recipient's local days. Sources:
    CN-2, CN-7, US-9.
    """
    voice, today = policy.voice, place.latest_date(next_call.at)
    of_today = [call for call in calls if place.latest_date(call.at) == today]
    answered = [call for call in calls if call.was_answered]
    dials = [call for call in of_today if call.number == next_call.number and not call.was_answered]
    week = [call for call in calls if next_call.at - call.at < _SEVEN_DAYS]
    about_debt = [call for call in week if call.account == next_call.account]
    since_talk = [(today - place.latest_date(call.at)).days for call in answered]
    refusals = {
        "voice.effective_calls_per_day": sum(call.was_answered for call in of_today)
        >= voice.effective_calls_per_day,
        "voice.attempts_per_number_per_day": len(dials) >= voice.attempts_per_number_per_day,
        "voice.attempts_per_debt_per_7_days": len(about_debt) >= voice.attempts_per_debt_per_7_days,
        "voice.quiet_after_talk_days": min(since_talk, default=voice.quiet_after_talk_days)
        < voice.quiet_after_talk_days,
    }
    return tuple(field for field, is_refused in refusals.items() if is_refused)
