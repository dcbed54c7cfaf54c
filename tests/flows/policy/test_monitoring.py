"""Campaigns slow and stop by their rates, with a least sample and without swinging."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.policy.monitoring import (
    COMPLAINT_RULE,
    OPT_OUT_RULE,
    Alarms,
    Figures,
    Level,
    judged,
)

ALARMS = Alarms(opt_outs=0.02, complaints=0.002)
RUN, SLOW, STOP = Level.RUNNING, Level.SLOWED, Level.STOPPED


def figures(reminders: int, opt_outs: int = 0, complaints: int = 0) -> Figures:
    return Figures(reminders=reminders, opt_outs=opt_outs, complaints=complaints)


@pytest.mark.parametrize(
    ("found", "now", "wanted"),
    [
        (figures(1_000, opt_outs=20), RUN, (RUN, "")),  # exactly at the alarm
        (figures(1_000, opt_outs=21), RUN, (SLOW, OPT_OUT_RULE)),
        (figures(1_000, complaints=2), RUN, (RUN, "")),
        (figures(1_000, complaints=3), RUN, (STOP, COMPLAINT_RULE)),
        (figures(10, opt_outs=2), RUN, (RUN, "")),  # two voices are no rate
        (figures(10, opt_outs=3), RUN, (SLOW, OPT_OUT_RULE)),
        (figures(10, complaints=1), RUN, (RUN, "")),
        (figures(10, complaints=2), RUN, (STOP, COMPLAINT_RULE)),
        (figures(1_000, opt_outs=15), SLOW, (SLOW, OPT_OUT_RULE)),  # below, but near
        (figures(1_000, opt_outs=10), SLOW, (RUN, "")),  # half of the alarm
        (figures(9_000), STOP, (STOP, COMPLAINT_RULE)),  # only a person resumes
        (figures(1_000, opt_outs=30, complaints=9), RUN, (STOP, COMPLAINT_RULE)),
    ],
)
def test_the_level_follows_the_rates(found: Figures, now: Level, wanted: tuple[Level, str]) -> None:
    assert judged(found, ALARMS, now) == wanted


@given(
    reminders=st.integers(0, 5_000),
    opt_outs=st.integers(0, 200),
    complaints=st.integers(0, 50),
    now=st.sampled_from(Level),
)
def test_judging_again_with_the_same_figures_changes_nothing(
    reminders: int, opt_outs: int, complaints: int, now: Level
) -> None:
    found = figures(reminders, opt_outs, complaints)
    level, rule = judged(found, ALARMS, now)
    assert judged(found, ALARMS, level) == (level, rule)


@given(opt_outs=st.integers(0, 200), complaints=st.integers(0, 50), more=st.integers(0, 20))
def test_more_voices_never_make_it_run_freer(opt_outs: int, complaints: int, more: int) -> None:
    order = [RUN, SLOW, STOP]
    less = judged(figures(800, opt_outs, complaints), ALARMS, RUN)[0]
    worse = judged(figures(800, opt_outs + more, complaints + more), ALARMS, RUN)[0]
    assert order.index(worse) >= order.index(less)
