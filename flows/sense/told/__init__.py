"""What is told beside what was asked: a payment made or promised before, bad goods, hard times."""

from __future__ import annotations

from flows.sense.named import OF_DAYS, OF_SCHEDULE, OF_SUMS, UNASKED, Rule
from flows.sense.told import bills, claims, days, people, plans, put_right, sums
from flows.understanding.intents import Intent
from flows.understanding.values import EntityKind

# In the order in which they are asked, which crosses the matters.
RULES = (
    Rule("told.other_bills", bills.without_other_bills, bills.BILLS_TAKEN_FOR, of_facts=1),
    Rule("told.new_figure", put_right.with_new_figure, of_kinds=OF_DAYS | OF_SUMS),
    Rule("told.claim_day", put_right.with_claim_day, put_right.CLAIM_TAKEN_FOR, of_kinds=OF_DAYS),
    Rule("told.answer_later", days.with_answer_later, {Intent.PROMISE_TO_PAY}, of_kinds=OF_DAYS),
    Rule("told.payment_back_then", claims.with_payment_back_then, {Intent.REQUEST_EXTENSION}),
    Rule("told.claim_of_case", claims.without_claim_of_case, {Intent.LEGAL}),
    Rule("told.job_lost", people.with_job_lost, people.NEWS_TAKEN_FOR),
    Rule("told.person_left", people.with_person_left, of_question=UNASKED),
    Rule(
        "told.terms_agreed",
        plans.with_terms_agreed,
        {Intent.REQUEST_HUMAN, Intent.REQUEST_CALLBACK},
    ),
    Rule("told.day_said", days.with_day_said, {Intent.ALREADY_PAID}, of_kinds=OF_DAYS),
    Rule("told.bill_taken_on", sums.with_bill_taken_on, {Intent.DISPUTE_DEBT}, of_kinds=OF_DAYS),
    Rule(
        "told.rest_asked_about",
        sums.with_rest_asked_about,
        sums.REST_TAKEN_FOR,
        of_kinds=OF_SUMS,
    ),
    Rule("told.sum_doubted", sums.with_sum_doubted, sums.DOUBT_TAKEN_FOR, of_facts=2),
    Rule("told.idle_refusal", plans.without_idle_refusal, {Intent.REFUSE}),
    Rule("told.fee_left_out", sums.with_fee_left_out, sums.FEE_TAKEN_FOR, of_facts=1),
    Rule("told.time_only", days.with_time_only, {Intent.PROMISE_TO_PAY}, of_facts=1),
    Rule("told.sum_each_time", plans.with_sum_each_time, plans.RHYTHM_TAKEN_FOR, of_facts=2),
    Rule("told.other_sum", plans.with_other_sum, plans.SUM_TAKEN_FOR, of_facts=1),
    Rule("told.payments_counted", plans.with_payments_counted, plans.COUNTED_TAKEN_FOR, of_facts=1),
    Rule("told.all_then", days.with_all_then, days.THEN_TAKEN_FOR, of_facts=1),
    Rule("told.in_one_go", days.with_all_in_one_go, {Intent.REQUEST_INSTALMENTS}),
    Rule("told.parts_for_one_go", plans.with_parts_for_one_go, plans.GO_TAKEN_FOR),
    Rule("told.wish_beside_hours", people.with_wish_beside_hours, {Intent.REQUEST_CALLBACK}),
    Rule(
        "told.early_payment_asked",
        plans.with_early_payment_asked,
        plans.EARLY_TAKEN_FOR,
        of_question=OF_SCHEDULE,
    ),
    Rule(
        "told.count_for_whole",
        plans.with_count_for_whole,
        plans.COUNT_TAKEN_FOR,
    ),
    Rule("told.stop_on_terms", people.without_stop_on_terms, {Intent.OPT_OUT}),
    Rule("told.hours_kept", people.with_hours_kept, {Intent.OPT_OUT}),
    Rule("told.fewer_wanted", people.with_fewer_wanted, {Intent.OPT_OUT}, of_facts=1),
    Rule(
        "told.promise_beside_failure",
        claims.with_promise_beside_failure,
        {Intent.PAYMENT_FAILED, Intent.PROMISE_TO_PAY},
        of_kinds=OF_DAYS,
    ),
    Rule(
        "told.rest_beside_claim",
        claims.with_rest_beside_claim,
        {Intent.ALREADY_PAID},
        of_kinds=OF_DAYS,
    ),
    Rule(
        "told.rhythm_of_sum",
        plans.with_rhythm_of_sum,
        of_facts=2,
        of_kinds={EntityKind.FREQUENCY},
    ),
    Rule("told.parts_counted", plans.with_parts_counted, {Intent.REQUEST_INSTALMENTS}),
    Rule("told.link_used", claims.with_link_used, claims.LINK_TAKEN_FOR),
    Rule("told.payment_sent", claims.with_payment_sent, {Intent.PAY_NOW}),
    Rule("told.part_not_his", sums.with_part_not_his, sums.PART_TAKEN_FOR),
    Rule("told.start_in_need", plans.with_start_in_need, plans.STARTS_BY),
    Rule("told.rest_later", plans.with_rest_later, {Intent.REQUEST_INSTALMENTS}),
    Rule("told.kin_mourned", people.with_kin_mourned, {Intent.DECEASED}),
    Rule("told.day_for_all", days.with_day_for_all, {Intent.REQUEST_EXTENSION}, of_kinds=OF_DAYS),
    Rule(
        "told.plan_picked",
        plans.with_plan_picked,
        plans.PICK_TAKEN_FOR,
    ),
    Rule("told.idle_beside", people.without_idle_beside, {Intent.PRIVACY, Intent.IDENTITY_QUERY}),
    Rule("told.will_to_pay", plans.with_will_to_pay, {Intent.REFUSE}),
    Rule("told.later_wanted", days.with_later_wanted, {Intent.PROMISE_TO_PAY}),
    Rule("told.calls_stopped", people.with_calls_stopped, {Intent.OPT_OUT}),
    Rule("told.plan_left", plans.with_plan_left, plans.LEAVES_BY),
    Rule(
        "told.failure_again",
        claims.with_failure_again,
        {Intent.UNCLEAR, Intent.DENY},
        of_question=UNASKED,
    ),
    Rule("told.proof_wanted", sums.with_proof_wanted, {Intent.REFUSE, Intent.DENY}),
    Rule("told.wages", claims.without_wages, {Intent.ALREADY_PAID}),
    Rule(
        "told.costs_asked", sums.with_costs_asked, {Intent.REQUEST_DISCOUNT, Intent.DISPUTE_AMOUNT}
    ),
    Rule("told.sum_asked", sums.with_sum_asked, {Intent.UNCLEAR}),
    Rule("told.promise", days.with_promise_told, {Intent.ALREADY_PAID}, of_kinds=OF_DAYS),
    Rule("told.claim_of_promise", days.without_claim_of_promise, {Intent.ALREADY_PAID}),
    Rule("told.payment_in_story", claims.with_payment_in_story, {Intent.UNCLEAR}, of_kinds=OF_DAYS),
    Rule("told.plan_day_moved", plans.with_plan_day_moved, plans.MOVE_TAKEN_FOR),
    Rule("told.year_ahead", days.with_year_ahead, {Intent.ALREADY_PAID}, of_kinds=OF_DAYS),
    Rule(
        "told.day_ahead",
        days.with_day_ahead,
        {Intent.ALREADY_PAID, Intent.PROMISE_TO_PAY},
        of_kinds=OF_DAYS,
    ),
    Rule("told.claim_detail", claims.with_claim_detail, claims.OF_CLAIM, of_question=UNASKED),
    Rule(
        "told.bad_goods",
        sums.with_bad_goods,
        {Intent.REFUSE, Intent.PAYMENT_FAILED, Intent.DISPUTE_AMOUNT},
    ),
    Rule("told.hardship", people.with_hardship_told, {Intent.BUSY}),
    Rule("told.idle_hardship", people.without_idle_hardship, {Intent.HARDSHIP}),
    Rule("told.message_wanted", people.with_message_wanted, {Intent.BUSY}),
    Rule("told.way_asked", claims.with_way_asked, {Intent.ALREADY_PAID}),
    Rule(
        "told.less_for_now",
        sums.with_less_for_now,
        {Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.PAY_NOW},
    ),
    Rule(
        "told.nothing_to_pay",
        people.with_nothing_to_pay,
        {*claims.SMALL, Intent.REFUSE, Intent.DENY},
    ),
)
