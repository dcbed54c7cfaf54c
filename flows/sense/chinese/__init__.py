"""What a reply in Chinese comes to in this talk, where its words resemble another matter."""

from __future__ import annotations

from flows.sense.chinese import claims, days, limits, people, plans
from flows.sense.named import (
    OF_DAYS,
    OF_PARTS,
    OF_PAY_DAYS,
    OF_PROMISE,
    OF_SCHEDULE,
    OF_SUMS,
    UNASKED,
    Rule,
)
from flows.understanding.intents import Intent
from flows.understanding.values import EntityKind

# In the order in which they are asked, which crosses the matters.
_RULES = (
    Rule("chinese.kin_speaking", people.with_kin_speaking),
    Rule("chinese.stop_at_end", people.with_stop_at_end, people.STOPS_BESIDE),
    Rule("chinese.claim_of_one_go", claims.without_claim_of_one_go, {Intent.ALREADY_PAID}),
    Rule("chinese.day_asked", days.without_day_asked, of_facts=2, of_kinds=OF_DAYS),
    Rule(
        "chinese.count_refused",
        plans.without_count_refused,
        of_facts=2,
        of_kinds={EntityKind.COUNT},
    ),
    Rule("chinese.own_slip", people.without_stranger_slipped, {Intent.WRONG_PERSON}),
    Rule("chinese.user_of_debt", people.with_user_of_debt, {Intent.WRONG_PERSON}),
    Rule(
        "chinese.claim_beyond_debt",
        claims.without_claim_beyond_debt,
        claims.BEYOND_TAKEN_FOR,
        of_kinds=OF_SUMS,
    ),
    Rule(
        "chinese.part_before_count",
        plans.with_part_before_count,
        {Intent.REQUEST_INSTALMENTS},
        of_kinds=OF_SUMS,
    ),
    Rule(
        "chinese.day_left_open",
        plans.with_day_left_open,
        plans.OPEN_TAKEN_FOR,
        of_question=OF_SCHEDULE,
    ),
    Rule("chinese.read_back_wanted", plans.with_read_back_wanted, plans.WANTED_TAKEN_FOR),
    Rule(
        "chinese.total_beside_part", plans.without_total_beside_part, of_facts=2, of_kinds=OF_PARTS
    ),
    Rule("chinese.stop_of_plan", plans.without_stop_of_plan, {Intent.OPT_OUT}),
    Rule(
        "chinese.promise_moved",
        plans.with_promise_moved,
        plans.MOVED_TAKEN_FOR,
        of_kinds=OF_DAYS,
    ),
    Rule("chinese.days_in_row", limits.with_days_in_row, limits.TAKEN_FOR),
    Rule("chinese.way_asked_first", claims.with_way_asked_first, {Intent.ALREADY_PAID}),
    Rule("chinese.balance_of_claim", claims.without_balance_of_claim, {Intent.ALREADY_PAID}),
    Rule(
        "chinese.offer_in_story",
        plans.with_offer_in_story,
        {Intent.DISPUTE_AMOUNT},
        of_facts=2,
        of_kinds=OF_SUMS,
    ),
    Rule("chinese.all_together", days.with_all_together, of_question=OF_PROMISE),
    Rule("chinese.first_doubt", people.without_first_doubt, {Intent.WRONG_PERSON}, of_facts=1),
    Rule(
        "chinese.length_of_time",
        days.with_length_of_time,
        days.LENGTH_TAKEN_FOR,
        of_question=OF_PROMISE,
    ),
    Rule(
        "chinese.offer_each_time",
        plans.with_offer_each_time,
        of_facts=2,
        of_kinds={EntityKind.FREQUENCY},
    ),
    Rule("chinese.day_of_wages", days.without_day_of_wages, of_facts=2, of_kinds=OF_PAY_DAYS),
    Rule(
        "chinese.halves",
        plans.with_halves,
        {Intent.REQUEST_EXTENSION, Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT},
        of_facts=2,
        of_kinds=OF_DAYS,
    ),
    Rule("chinese.length_is_fine", plans.without_refusal_of_length, of_question=OF_SCHEDULE),
    Rule("chinese.day_before_own", days.without_day_before_own, of_facts=2, of_kinds=OF_DAYS),
    Rule(
        "chinese.day_of_new_plan",
        plans.with_day_of_new_plan,
        {Intent.UNCLEAR},
        of_kinds=OF_PAY_DAYS,
        of_question=UNASKED,
    ),
    Rule("chinese.least_asked", plans.with_least_asked, {Intent.BALANCE_QUERY}),
    Rule("chinese.meant_before", days.without_day_meant_before, of_facts=2, of_kinds=OF_DAYS),
    Rule("chinese.kin_beside", people.without_kin_beside, {Intent.WRONG_PERSON}),
    Rule("chinese.rest_after_claim", claims.with_rest_after_claim, of_kinds=OF_DAYS),
    Rule("chinese.day_for_share", days.with_day_for_share, of_kinds={EntityKind.SHARE}),
    Rule("chinese.festival_passed", days.without_festival_passed, of_facts=2, of_kinds=OF_DAYS),
    Rule("chinese.sum_confirmed", claims.with_sum_confirmed, claims.SUM_TAKEN_FOR, of_facts=1),
    Rule("chinese.day_paid", claims.with_day_paid, {Intent.PROMISE_TO_PAY}, of_facts=1),
    Rule("chinese.whole_at_once", claims.with_whole_at_once, {Intent.REQUEST_DISCOUNT}, of_facts=1),
    Rule("chinese.whole_again", claims.with_whole_again, {Intent.PAY_NOW}),
    Rule("chinese.yes_to_noted", claims.with_yes_to_noted, claims.YES_TAKEN_FOR),
    Rule("chinese.sum_affirmed", claims.with_sum_affirmed, {Intent.DISPUTE_AMOUNT}, of_facts=1),
    Rule(
        "chinese.rest_of_sums",
        claims.with_rest_of_sums,
        {Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID, Intent.PARTIAL_PAYMENT},
        of_facts=3,
    ),
    Rule("chinese.claim_unsaid", claims.without_claim_unsaid, {Intent.ALREADY_PAID}),
    Rule("chinese.asks_if_noted", claims.with_words_to_note, claims.NOTE_TAKEN_FOR),
    Rule("chinese.not_a_cent_less", claims.with_not_a_cent_less, claims.CENT_TAKEN_FOR),
    Rule("chinese.claim_of_change", claims.without_claim_of_change, {Intent.ALREADY_PAID}),
    Rule("chinese.number_of_receipt", claims.with_number_of_receipt, {Intent.RECEIPT}, of_facts=1),
    Rule("chinese.claim_looked_for", claims.with_claim_looked_for, claims.ASKED_AS),
    Rule("chinese.surprise", claims.without_dispute_of_surprise, {Intent.DISPUTE_AMOUNT}),
    Rule("chinese.part_claimed", claims.with_part_claimed, {Intent.PARTIAL_PAYMENT}, of_facts=1),
    Rule("chinese.debt_of_signer", people.with_debt_of_signer, people.TAKEN_FOR_SIGNER),
    Rule("chinese.idle_person", people.without_idle_person, {Intent.REQUEST_HUMAN}),
    Rule("chinese.idle_call", people.without_idle_call, {Intent.REQUEST_CALLBACK}),
    Rule(
        "chinese.too_little_earned",
        people.with_too_little_earned,
        {Intent.DISPUTE_AMOUNT, Intent.PAY_NOW},
        of_facts=1,
    ),
    Rule("chinese.stop_for_kin", people.without_stop_for_kin, {Intent.OPT_OUT}),
    Rule("chinese.kin_left_out", people.with_kin_left_out, people.KIN_TAKEN_FOR),
    Rule("chinese.theft_reported", people.with_theft_reported, {Intent.COMPLAINT}),
    Rule(
        "chinese.work_left_out",
        people.with_work_left_out,
        {Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN},
    ),
    Rule("chinese.stranger_helped", people.without_stranger_helped, {Intent.WRONG_PERSON}),
    Rule("chinese.own_call", people.with_own_call, {Intent.REQUEST_CALLBACK}),
    Rule("chinese.court_of_others", people.without_court_of_others, {Intent.LEGAL}),
    Rule("chinese.call_by_other", people.with_call_by_other, {Intent.WRONG_PERSON}),
    Rule("chinese.grumble", people.with_hardship_in_grumble, {Intent.UNCLEAR, Intent.ABUSE}),
    Rule("chinese.down_lighter", plans.with_down_lighter, plans.DOWN_TAKEN_FOR),
    Rule("chinese.first_lighter", plans.with_first_lighter, {Intent.REQUEST_DISCOUNT}),
    Rule("chinese.less_a_month", plans.with_less_a_month, {Intent.REQUEST_DISCOUNT}),
    Rule("chinese.terms_of_refusal", plans.with_terms_of_refusal, {Intent.REQUEST_DISCOUNT}),
    Rule("chinese.down_refused", plans.with_down_refused, {Intent.REFUSE}),
    Rule(
        "chinese.payment_to_come",
        days.with_payment_to_come,
        {Intent.ALREADY_PAID},
        of_kinds=OF_DAYS,
    ),
    Rule(
        "chinese.day_still_to_come",
        days.with_day_still_to_come,
        {Intent.ALREADY_PAID},
        of_kinds=OF_DAYS,
    ),
    Rule(
        "chinese.lower_asked",
        plans.with_lower_asked,
        plans.LOWER_TAKEN_FOR,
        of_question=OF_SCHEDULE,
    ),
    Rule(
        "chinese.latest_asked",
        days.with_latest_asked,
        {Intent.REQUEST_EXTENSION, Intent.BALANCE_QUERY, Intent.PROMISE_TO_PAY},
    ),
    Rule("chinese.later_asked", days.with_later_asked, {Intent.PROMISE_TO_PAY}, of_facts=1),
    Rule(
        "chinese.down_asked",
        plans.without_payment_of_down,
        {Intent.PAY_NOW},
        of_question=OF_SCHEDULE,
    ),
    Rule("chinese.talk_told", people.with_talk_told, {Intent.REQUEST_HUMAN}, of_facts=1),
    Rule("chinese.data_kept", people.with_data_kept),
    Rule(
        "chinese.payment_back", days.with_payment_back, {Intent.REQUEST_CALLBACK}, of_kinds=OF_DAYS
    ),
)
# Words in Latin letters are asked this one too: "sent 60, the rest on the 4th".
_OF_ANY_SCRIPT = frozenset({"chinese.rest_after_claim"})
RULES = tuple(rule._replace(of_chinese=rule.name not in _OF_ANY_SCRIPT) for rule in _RULES)
