"""Campaigns under watch: what came back is judged where it is written, and obeyed where we send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from flows.model import Conversation
from flows.policy.model import Policy
from flows.policy.monitoring import (
    SLOW_PER_HOUR,
    WINDOW,
    Figures,
    Level,
    judged,
)
from storage import agents, campaigns
from storage.campaigns import COMPLAINT, OPT_OUT, Signal, Standing

_HOUR = timedelta(hours=1)
# How often a stopped campaign's waiting messages are looked at again.
_LOOK_AGAIN = timedelta(hours=1)
MACHINE = "monitor"


def signals_of(
    before: Conversation | None, after: Conversation, campaign: str, at: datetime
) -> list[Signal]:
    """What this customer's turn says about the campaign: he stopped it, or he complained."""
    stopped = after.opted_out - (before.opted_out if before else frozenset())
    known = {complaint.id for complaint in before.complaints} if before else set()
    complained = [each for each in after.complaints if each.id not in known]
    kinds = [OPT_OUT] * bool(stopped) + [COMPLAINT] * len(complained)
    return [Signal(at=at, kind=k, campaign=campaign, conversation_id=after.id) for k in kinds]


def watch(conn: Connection, heard: Sequence[tuple[Signal, Policy]], now: datetime) -> None:
    """Keep the signals and judge their campaigns anew, by the strictest profile concerned."""
    if not heard:
        return
    campaigns.add_signals(conn, [signal for signal, _ in heard])
    for name in dict.fromkeys(signal.campaign for signal, _ in heard):
        alarms = [policy.monitor for signal, policy in heard if signal.campaign == name]
        known = campaigns.find(conn, name)
        opt_outs = min(alarm.opt_out_rate_alarm for alarm in alarms)
        complaints = min(alarm.complaint_rate_alarm for alarm in alarms)
        standing = Standing(
            campaign=name,
            level=known.level if known else Level.RUNNING,
            rule=known.rule if known else "",
            opt_out_alarm=min(opt_outs, known.opt_out_alarm) if known else opt_outs,
            complaint_alarm=min(complaints, known.complaint_alarm) if known else complaints,
            changed_at=known.changed_at if known else now,
            changed_by=known.changed_by if known else "",
            note=known.note if known else "",
            counted_from_at=known.counted_from_at if known else None,
        )
        moved = _moved(conn, standing, now)
        campaigns.put(conn, moved)


def _moved(conn: Connection, standing: Standing, now: datetime) -> Standing:
    """Where the campaign stands by its figures now."""
    level, rule = judged(figures_of(conn, standing, now), standing.alarms, standing.level)
    if level is standing.level:
        return standing
    return replace(standing, level=level, rule=rule, changed_at=now, changed_by=MACHINE, note="")


def figures_of(conn: Connection, standing: Standing, now: datetime) -> Figures:
    """The figures a campaign is judged by: seven days, but nothing before its last resume."""
    since_at = now - WINDOW
    if standing.counted_from_at is not None:
        since_at = max(since_at, standing.counted_from_at)
    return campaigns.figures(conn, standing.campaign, since_at=since_at)


# --- Sending ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A message we start has to wait until `at`, by this rule."""

    at: datetime
    rule: str


class Throttle:
    """How much each campaign may still start, for one claim of a sender."""

    def __init__(self, conn: Connection, now: datetime, *, besides: Sequence[int] = ()) -> None:
        self._besides = tuple(besides)
        self._conn = conn
        self._now = now
        self._standing = campaigns.not_running(conn)
        self._recent: dict[str, list[datetime]] = {}

    def wait(self, campaign: str, *, is_counted: bool = True) -> Wait | None:
        """None: one more message of this campaign may leave now.

        A slowed campaign's reminders are counted; its notices have a day of their own and go.
        """
        standing = self._standing.get(campaign)
        if standing is None:
            return None
        if standing.level is Level.STOPPED:
            return Wait(at=self._now + _LOOK_AGAIN, rule=standing.rule)
        if not is_counted:
            return None
        if campaign not in self._recent and self._is_released(standing):
            return None
        recent = self._recent[campaign]
        if len(recent) >= SLOW_PER_HOUR:
            return Wait(at=recent[-SLOW_PER_HOUR] + _HOUR, rule=standing.rule)
        recent.append(self._now)
        return None

    def _is_released(self, standing: Standing) -> bool:
        """Judge a slowed campaign anew: what is long past counts no more."""
        moved = _moved(self._conn, standing, self._now)
        if moved.level is Level.RUNNING:
            campaigns.put(self._conn, moved)
            campaigns.wake(self._conn, standing.campaign, now=self._now)
            del self._standing[standing.campaign]
            return True
        since_at = self._now - _HOUR
        name = standing.campaign
        self._recent[name] = [
            min(at, self._now)
            for at in campaigns.sent_since(
                self._conn, name, since_at=since_at, besides=self._besides
            )
        ]
        return False


# --- People -------------------------------------------------------------------------------------


def resume(conn: Connection, campaign: str, *, by: str, note: str, now: datetime) -> bool:
    """Let a campaign go on, counted from here; false when it runs already."""
    standing = campaigns.find(conn, campaign)
    if standing is None or standing.level is Level.RUNNING:
        return False
    campaigns.put(
        conn,
        replace(
            standing,
            level=Level.RUNNING,
            rule="",
            changed_at=now,
            changed_by=by,
            note=note,
            counted_from_at=now,
        ),
    )
    campaigns.wake(conn, campaign, now=now)
    done = agents.Act(at=now, agent_id=by, act="campaign_resumed", reason=f"{campaign}: {note}")
    agents.note_acts(conn, [done])
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A campaign with its figures and where it stands."""

    campaign: str
    figures: Figures
    standing: Standing | None
    held: int

    @property
    def level(self) -> Level:
        """How it may send."""
        return self.standing.level if self.standing else Level.RUNNING


def watched(conn: Connection, now: datetime) -> tuple[Watched, ...]:
    """Every campaign of the window, those that do not run first."""
    found = []
    for name in campaigns.names(conn, since_at=now - WINDOW):
        standing = campaigns.find(conn, name)
        measured = (
            figures_of(conn, standing, now)
            if standing
            else campaigns.figures(conn, name, since_at=now - WINDOW)
        )
        held = campaigns.held(conn, name)
        found.append(Watched(campaign=name, figures=measured, standing=standing, held=held))
    return tuple(sorted(found, key=lambda each: (each.level is Level.RUNNING, each.campaign)))
