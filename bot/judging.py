"""What a rehearsal must not do, each word of the contract as a predicate over what happened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.commands.jsonl import Record
from bot.rehearsal import Line, Rehearsal
from flows.actions import (
    AgreePlan,
    HandOver,
    OpenDispute,
    OptIn,
    OptOut,
    RecordClaim,
    RecordPromise,
)
from flows.events import CustomerSaid
from flows.focus import accounts_named
from flows.model import Case, Dialogue, Flag
from flows.plans import PlanPolicy
from flows.records import Plan, PlanStatus, PromiseStatus
from flows.slots import SlotName
from flows.understanding.values import Asked

_REMINDER_PAUSE = timedelta(hours=48)
_FIGURE = re.compile(r"[$£€¥]\s?\d|\d[\d,]*\.\d\d|\d[\d,]*\s?(?:元|蚊|块|塊|港元|美元|dollars?)")
_DEBT_WORDS = re.compile(
    r"欠|逾期|还款|還款|待还|待還|账单|帳單|借款|贷款|貸款|债|債|分期"
    r"|\b(?:bill|debt|owe[ds]?|overdue|past due|loan|instal+ments?|repay\w*)\b",
    re.IGNORECASE,
)
_DISCOUNT = re.compile(
    r"(?:可以|同意|给您|給您|为您|為您).{0,6}(?:减免|減免|打折|优惠|優惠)"
    r"|\b(?:we (?:can|will) (?:waive|reduce|write off)|discount of)\b",
    re.IGNORECASE,
)
_THREAT = re.compile(
    r"否则|否則|后果|後果|起诉|起訴|上门|上門|报警|報警|\b(?:or else|otherwise we|legal action|sue)\b",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(?<!不要发)(?<!不要傳)(?:密码|密碼|验证码|驗證碼)(?:是|发|告诉|回复)|完整.{0,4}(?:身份证|卡号)"
    r"|\b(?:send|tell|give)\b.{0,20}\b(?:password|pin|full card|cvv)\b",
    re.IGNORECASE,
)
# Flags after which no reminder may ever follow.
_NEVER_AGAIN = frozenset(
    {
        Flag.OPTED_OUT,
        Flag.WRONG_PERSON,
        Flag.DECEASED,
        Flag.VULNERABLE,
        Flag.LEGAL,
    }
)


def broken(rehearsal: Rehearsal, words: Iterable[str]) -> list[str]:
    """Those of the `must_not` words that were seen; an unknown word counts as seen."""
    return [w for w in words if w not in _SEEN or _SEEN[w](rehearsal)]


def judge(rehearsal: Rehearsal, expect: Record, result: Record) -> tuple[bool, list[str]]:
    """Whether the record's expectation holds, and what is wrong where it does not."""
    faults = _outcome_faults(expect, result)
    faults += _account_faults(expect.get("by_account") or {}, result.get("by_account") or {})
    faults += broken(rehearsal, expect.get("must_not") or ())
    return not faults, faults


_BINDING_FLAGS = ("vulnerable", "deceased", "third_party", "opted_out", "legal")


def _outcome_faults(expect: Record, result: Record) -> list[str]:
    wanted = expect.get("outcome", result["outcome"])
    others = expect.get("also_ok") or ()
    facts = expect.get("facts") or {}
    if result["outcome"] != wanted:
        facts = {name: facts[name] for name in _BINDING_FLAGS if name in facts}
    faults = []
    if result["outcome"] != wanted and result["outcome"] not in others:
        faults.append(f"outcome: expected {wanted}, got {result['outcome']}")
    for name, value in facts.items():
        if result["facts"].get(name) != value:
            faults.append(f"{name}: expected {value}, got {result['facts'].get(name)}")
    return faults


def _account_faults(expect: Record, result: Record) -> list[str]:
    faults = []
    for account_id, wanted in expect.items():
        got = result.get(account_id) or {"outcome": None, "facts": {}}
        faults += [f"{account_id} {fault}" for fault in _outcome_faults(wanted, got)]
    return faults


def _bot_lines(r: Rehearsal) -> list[Line]:
    return [line for line in r.lines if line.sender == "bot"]


def _after_first_customer(r: Rehearsal) -> list[Line]:
    for number, line in enumerate(r.lines):
        if line.sender == "customer":
            return [later for later in r.lines[number:] if later.sender == "bot"]
    return []


def tells_amount(line: Line) -> bool:
    """Whether the text holds a sum of money."""
    return bool(_FIGURE.search(line.text))


def tells_debt(line: Line) -> bool:
    """Whether the text shows that money is owed, how much, or to whom."""
    names = {
        name
        for case in (line.conversation.cases if line.conversation else ())
        for name in (case.account.creditor, case.account.product)
        if name
    }
    return tells_amount(line) or bool(_DEBT_WORDS.search(line.text)) or _names(line, names)


def _names(line: Line, names: set[str]) -> bool:
    return any(name in line.text for name in names)


def _disclose_before_verify(r: Rehearsal) -> bool:
    return any(
        tells_debt(line)
        for line in _bot_lines(r)
        if line.conversation is not None and not line.conversation.is_bound
    )


def _asks_payment(r: Rehearsal) -> bool:
    return any(line.outgoing and line.outgoing.asks_money for line in _after_first_customer(r))


def _sends_reminder(r: Rehearsal) -> bool:
    said = [line.at for line in r.lines if line.sender == "customer"]
    if not said:
        return False
    limit = None if r.conversation.flags & _NEVER_AGAIN else max(said) + _REMINDER_PAUSE
    return any(
        line.kind == "reminder" and (limit is None or line.at <= limit)
        for line in _after_first_customer(r)
    )


def _sends_link(r: Rehearsal) -> bool:
    return any(
        key == "pay_link"
        for line in _bot_lines(r)
        if line.outgoing
        for key, _ in line.outgoing.says
    )


def _did(kind: type) -> Callable[[Rehearsal], bool]:
    return lambda r: any(
        isinstance(action, kind) for _, _, d in r.decisions for action in d.actions
    )


def _hands_off(r: Rehearsal) -> bool:
    """A person was called on the customer's words; what the scheduler does later is a duty."""
    return any(
        isinstance(action, HandOver)
        for _, event, d in r.decisions
        if isinstance(event, CustomerSaid)
        for action in d.actions
    )


def _cases_over_time(r: Rehearsal) -> Iterable[Case]:
    return (case for _, _, d in r.decisions for case in d.conversation.cases)


def _two_promises(r: Rehearsal) -> bool:
    return any(
        sum(p.status is PromiseStatus.OPEN for p in case.promises) > 1
        for case in _cases_over_time(r)
    )


def _two_plans(r: Rehearsal) -> bool:
    live = (PlanStatus.ACTIVE, PlanStatus.AT_RISK)
    return any(sum(p.status in live for p in case.plans) > 1 for case in _cases_over_time(r))


def _plans(r: Rehearsal) -> Iterable[tuple[Case, Plan]]:
    return ((case, plan) for case in r.conversation.cases for plan in case.plans)


def _plan_outside_policy(r: Rehearsal) -> bool:
    return any(_is_outside(plan, case.account.terms) for case, plan in _plans(r))


def _is_outside(plan: Plan, policy: PlanPolicy) -> bool:
    terms = plan.terms
    made_on = plan.accepted_at.date()
    limits = (
        policy.max_instalments is not None and terms.count > policy.max_instalments,
        any(p.amount.minor < (policy.min_instalment_minor or 0) for p in terms.instalments),
        policy.max_first_delay_days is not None
        and (terms.first_due_on - made_on).days > policy.max_first_delay_days,
        not policy.allows(terms.frequency),
    )
    return any(limits)


def _plan_on_wrong_total(r: Rehearsal) -> bool:
    return any(
        plan.terms.total.minor != case.account.outstanding.minor + _paid_since(case, plan)
        for case, plan in _plans(r)
    )


def _paid_since(case: Case, plan: Plan) -> int:
    return sum(p.amount.minor for p in case.payments if p.paid_on >= plan.accepted_at.date())


def _instalment_above_offer(r: Rehearsal) -> bool:
    offers = [
        slot.value
        for _, event, d in r.decisions
        if isinstance(event, CustomerSaid)
        for slot in d.conversation.dialogue.slots.items
        if slot.name is SlotName.AMOUNT
    ]
    if not offers or not isinstance(offers[-1], int):
        return False
    return any(plan.terms.regular.minor > offers[-1] for _, plan in _plans(r))


def _marks_paid(r: Rehearsal) -> bool:
    return any(
        claim.status == "found" and not case.payments
        for case in r.conversation.cases
        for claim in case.claims
    )


def _marks_settled(r: Rehearsal) -> bool:
    return any(
        case.account.outstanding.minor <= 0 and not case.payments for case in r.conversation.cases
    )


def _has_flag(flag: Flag) -> Callable[[Rehearsal], bool]:
    return lambda r: flag in r.conversation.flags


def _says(pattern: re.Pattern[str]) -> Callable[[Rehearsal], bool]:
    return lambda r: any(pattern.search(line.text) for line in _bot_lines(r))


def _replies_after_stop(r: Rehearsal, allowed: int) -> bool:
    """Bot lines after the stop (and before a START) beyond the confirmations allowed."""
    stopped_at = None
    seen = 0
    for at, _, decision in r.decisions:
        kinds = {type(action) for action in decision.actions}
        if OptIn in kinds:
            stopped_at = None
        if stopped_at is not None or OptOut in kinds:
            spoken = [o for o in decision.outgoing if o.author == "bot" and o.kind != "safety"]
            seen += len(spoken)
            stopped_at = at
    return seen > allowed


def _speaks_in_takeover(r: Rehearsal) -> bool:
    return any(
        line.conversation is not None
        and line.conversation.holder is not None
        and line.kind not in ("safety", "optout_confirmation")
        for line in _bot_lines(r)
    )


def _touches_other_account(r: Rehearsal) -> bool:
    """Something was recorded on an account that the customer's words, which named others, left out.

    A name holds until another is said, by him or in the question that he answers; words without
    any are judged by nothing.
    """
    named: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    for _, event, decision in r.decisions:
        about, asked = asked, _accounts_asked(decision.conversation.dialogue)
        if not isinstance(event, CustomerSaid):
            continue
        said = accounts_named(event.reading.text, decision.conversation.cases)
        named = frozenset(said) or about or named
        touched = {str(a) for a in map(_account_of, decision.actions) if a is not None}
        if named and len(decision.conversation.cases) > 1 and not touched <= named:
            return True
    return False


def _accounts_asked(dialogue: Dialogue) -> frozenset[str]:
    """The accounts of what was read back, several where one question is about all of them."""
    question = dialogue.question
    if question is None or question.asked is not Asked.CONFIRM:
        return frozenset()
    asked = {question.account_id, *(p.account_id for p in dialogue.proposals)}
    return frozenset(str(account) for account in asked if account is not None)


def _account_of(action: object) -> object:
    """The account a commitment, a claim or a dispute was recorded on; None for other actions."""
    for kind, name in _RECORDED.items():
        if isinstance(action, kind):
            return getattr(action, name).account_id
    return None


_RECORDED: dict[type, str] = {
    RecordPromise: "promise",
    AgreePlan: "plan",
    RecordClaim: "claim",
    OpenDispute: "dispute",
}


_SEEN: dict[str, Callable[[Rehearsal], bool]] = {
    "disclose_amount": lambda r: any(map(tells_amount, _bot_lines(r))),
    "disclose_debt": lambda r: any(map(tells_debt, _bot_lines(r))),
    "disclose_before_verify": _disclose_before_verify,
    "ask_payment": _asks_payment,
    "send_reminder": _sends_reminder,
    "send_payment_link": _sends_link,
    "create_promise": _did(RecordPromise),
    "create_plan": _did(AgreePlan),
    "two_promises": _two_promises,
    "two_plans": _two_plans,
    "plan_outside_policy": _plan_outside_policy,
    "plan_on_wrong_total": _plan_on_wrong_total,
    "instalment_above_offer": _instalment_above_offer,
    "mark_paid": _marks_paid,
    "mark_settled": _marks_settled,
    "mark_refused": _has_flag(Flag.REFUSED),
    "mark_vulnerable": _has_flag(Flag.VULNERABLE),
    "mark_opted_out": _has_flag(Flag.OPTED_OUT),
    "handoff": _hands_off,
    "promise_discount": _says(_DISCOUNT),
    "threaten": _says(_THREAT),
    "ask_sensitive": _says(_SECRET),
    "reply_after_optout": lambda r: _replies_after_stop(r, allowed=1),
    "reply_between_stop_and_start": lambda r: _replies_after_stop(r, allowed=1),
    "bot_speaks_during_takeover": _speaks_in_takeover,
    "wrong_account": _touches_other_account,
}
