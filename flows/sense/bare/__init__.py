"""What a reading comes to in this talk: bare days, bare figures and "all of it" take their sense
from what stands and what is open, whatever the words alone resemble."""

from __future__ import annotations

from flows.model import Turn
from flows.sense import chinese, paired, spoken, told
from flows.sense.bare.days import (
    OF_THAT_DAY,
    with_bare_day,
    with_day_and_pays,
    with_day_first,
    with_day_for_sum,
    with_day_of_plan,
    with_pay_day,
    with_that_day,
    without_month_as_count,
    without_past_day,
)
from flows.sense.bare.guesses import (
    TAKEN_FOR_FAULT,
    with_bare_figures,
    with_bare_plan,
    with_bare_slip,
    with_own_slip,
    without_idle_guess,
)
from flows.sense.bare.sums import (
    OF_LESS,
    OF_PARTS,
    SAYS_PART,
    with_later_figure,
    with_less_each_time,
    with_other_promised_sum,
    with_other_sum,
    with_part_disputed,
    with_rest_told,
    with_times,
    with_two_sums,
    with_whole,
    without_whole_repeated,
)
from flows.sense.named import (
    OF_DAYS,
    OF_SCHEDULE,
    OF_SUMS,
    UNASKED,
    Rule,
    Table,
    applied,
)
from flows.sense.whole import with_whole_now, with_whole_on_day, with_whole_said
from flows.understanding.intents import Intent
from flows.understanding.values import (
    EntityKind,
    Understanding,
)


def sensed(reading: Understanding, turn: Turn) -> Understanding:
    """The reading with the sense that the open question and what stands give to bare words."""
    return applied(reading, turn, _TABLE)


RULES = (
    *spoken.RULES,
    *paired.RULES,
    *chinese.RULES,
    Rule("talk.day_slipped", with_own_slip, TAKEN_FOR_FAULT, of_kinds=OF_DAYS),
    Rule("talk.bare_slip", with_bare_slip, {Intent.WRONG_PERSON}),
    Rule("talk.day_first", with_day_first, {Intent.PARTIAL_PAYMENT}, of_kinds=OF_DAYS),
    Rule("talk.month_as_count", without_month_as_count, of_kinds={EntityKind.COUNT}),
    Rule("talk.less_each_time", with_less_each_time, OF_LESS, of_question=OF_SCHEDULE),
    Rule("talk.whole_repeated", without_whole_repeated, of_kinds=OF_SUMS),
    Rule("talk.that_day", with_that_day, OF_THAT_DAY),
    Rule(
        "talk.day_and_pays",
        with_day_and_pays,
        {Intent.REQUEST_EXTENSION},
        of_kinds=OF_DAYS,
        of_question=UNASKED,
    ),
    Rule("talk.pay_day", with_pay_day, of_question=OF_SCHEDULE),
    Rule("talk.idle_guess", without_idle_guess),
    *told.RULES,
    Rule("talk.other_sum", with_other_sum, {Intent.BALANCE_QUERY}),
    Rule("talk.part_disputed", with_part_disputed, SAYS_PART | {Intent.DISPUTE_DEBT}),
    Rule("talk.day_for_sum", with_day_for_sum, of_kinds=OF_SUMS),
    Rule(
        "talk.day_of_plan",
        with_day_of_plan,
        of_kinds={EntityKind.AMOUNT, EntityKind.COUNT},
        of_question=OF_SCHEDULE,
    ),
    Rule("talk.past_day", without_past_day, {Intent.AFFIRM}, of_kinds=OF_DAYS),
    Rule("talk.two_sums", with_two_sums, OF_PARTS, of_facts=True),
    Rule("talk.rest_told", with_rest_told, of_kinds=OF_SUMS),
    Rule("talk.whole_by_figure", with_whole_said),
    Rule("talk.whole_now", with_whole_now, {Intent.PARTIAL_PAYMENT}, of_kinds=OF_SUMS),
    Rule("talk.whole_on_day", with_whole_on_day, {Intent.PARTIAL_PAYMENT}, of_facts=2),
    Rule("talk.bare_figures", with_bare_figures, of_facts=True),
    Rule("talk.whole", with_whole),
    Rule(
        "talk.bare_day",
        with_bare_day,
        {Intent.UNCLEAR, Intent.AFFIRM},
        of_kinds=OF_DAYS,
        of_question={"", "small_talk"},
    ),
    Rule("talk.later_figure", with_later_figure, of_kinds=OF_SUMS, of_question=UNASKED),
    Rule("talk.other_promised_sum", with_other_promised_sum, of_kinds=OF_SUMS, of_question=UNASKED),
    Rule("talk.times", with_times, of_kinds=OF_SUMS),
    Rule(
        "talk.bare_plan",
        with_bare_plan,
        {Intent.UNCLEAR, Intent.AFFIRM},
        of_question={"", "small_talk"},
    ),
)
_TABLE = Table(RULES)
