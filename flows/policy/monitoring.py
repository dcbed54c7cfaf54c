"""When a campaign slows and when it stops by itself: the rates of the last days, judged purely.

A campaign that annoys slows down as soon as the share of people who stop it passes the profile's
alarm, and stops when the share of complaints does. A person lets it go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# compliance.md (c), monitor.*: shares of the reminders of seven days.
WINDOW = timedelta(days=7)
# Ours: below so many reminders the share is taken of this number, and a single voice is no rate.
LEAST_REMINDERS = 100
LEAST_OPT_OUTS = 3
LEAST_COMPLAINTS = 2
# Ours: a slowed campaign runs again only well below the alarm, so that it does not swing.
_RELEASE_SHARE = 0.5
# Ours: a slowed campaign starts at most so many messages in an hour, so that a person can look.
SLOW_PER_HOUR = 30
OPT_OUT_RULE = "monitor.opt_out_rate_alarm"
COMPLAINT_RULE = "monitor.complaint_rate_alarm"


class Level(StrEnum):
    """How a campaign may send what we start; answers to customers always leave."""

    RUNNING = "running"
    SLOWED = "slowed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a campaign did in the window, and what came back."""

    reminders: int
    opt_outs: int
    complaints: int

    @property
    def opt_out_rate(self) -> float:
        """Opt-outs as a share of the reminders, 0 to 1 or more."""
        return self.opt_outs / max(self.reminders, LEAST_REMINDERS)

    @property
    def complaint_rate(self) -> float:
        """Complaints as a share of the reminders, 0 to 1 or more."""
        return self.complaints / max(self.reminders, LEAST_REMINDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """The shares above which it slows and stops, from 0 to 1 (`monitor.*` of the profile)."""

    opt_outs: float
    complaints: float


def judged(figures: Figures, alarms: Alarms, now: Level) -> tuple[Level, str]:
    """The level from here and the rule that says so (empty while it runs).

    A stopped campaign stays stopped until a person resumes it.
    """
    is_complained = figures.complaints >= LEAST_COMPLAINTS
    if now is Level.STOPPED or (is_complained and figures.complaint_rate > alarms.complaints):
        return Level.STOPPED, COMPLAINT_RULE
    is_stopped_by_many = figures.opt_outs >= LEAST_OPT_OUTS
    if is_stopped_by_many and figures.opt_out_rate > alarms.opt_outs:
        return Level.SLOWED, OPT_OUT_RULE
    is_near = figures.opt_out_rate > alarms.opt_outs * _RELEASE_SHARE
    if now is Level.SLOWED and is_near:
        return Level.SLOWED, OPT_OUT_RULE
    return Level.RUNNING, ""
