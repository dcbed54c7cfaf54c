"""Golden conversations: text that a collections manager can read, played by the same `decide`.

    ## Asks for instalments, corrects the day
    @ zh-Hans CNY 3600.00 2026-11-23 sms bound
    > 分6期 每月10号
    < 方案如下：……
      ! proposal
    > 不对 是15号
    ...
    = plan_active instalments=6 first_due=2026-12-15

`>~` is a message that arrives after a later one was read. `@` sets the scene (further words: unbound, casual, verify=0417,1990-05-01, policy.max_instalments=6,
account=B2:card:480.00 for a second account, due=2026-12-01, profile=hk, and `planned` where no text
went out yet and the ladder begins by itself). `>` is the customer, `~` lets time pass, `*` is a
person's act, `<` what we say, `!` what is recorded, `=` where it ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.dialogue_records import DialogueRecord, parse
from bot.durations import parse_duration
from bot.onboarding import with_first_reminder
from bot.playing import agent_event, rehearsed
from bot.rehearsal import Rehearsal, rehearsal_policy
from flows import actions as act
from flows.duties import duties_of
from flows.events import AgentProposed, ComplaintAnswered, DisputeAnswered, DutyDone, Event
from flows.languages import Style
from flows.money import Money
from flows.outcomes import facts, outcome
from flows.policy import load_policy
from flows.records import AccountId, Outcome

_CREDITORS = {
    "zh-Hans": ("王伟", "晨光消费金融", "消费贷"),
    "zh-Hant": ("陳大文", "港灣信貸", "私人貸款"),
    "yue": ("陳大文", "港灣信貸", "私人貸款"),
    "en": ("Daniel Brooks", "Northlake Credit", "store card"),
}
_SHOWN = (
    act.RecordPromise,
    act.SettlePromise,
    act.AgreePlan,
    act.SetPlanStatus,
    act.RecordClaim,
    act.OpenDispute,
    act.CloseDispute,
    act.CorrectAmount,
    act.CloseComplaint,
    act.MarkDuty,
    act.GiveTime,
    act.StartPaying,
    act.SetFlag,
    act.HandOver,
    act.OptOut,
    act.OptIn,
    act.Bind,
    act.CloseAddress,
    act.TakeOver,
    act.HandBack,
    act.SetCallback,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """One conversation as written: its title, scene, and the lines that are fed."""

    title: str
    scene: str
    fed: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One conversation as played: its text, and which dialogues answered."""

    text: str
    dialogues: frozenset[str]
    rehearsal: Rehearsal


def read(text: str) -> list[Golden]:
    """The conversations of one file."""
    found = []
    for block in text.split("\n## ")[1:] if not text.startswith("## ") else text[3:].split("\n## "):
        lines = block.rstrip().split("\n")
        fed = tuple(line for line in lines[2:] if line[:2] in ("> ", ">~", "~ ", "* "))
        found.append(
            Golden(
                title=lines[0].strip(),
                scene=lines[1].removeprefix("@ ").strip(),
                fed=fed,
                text="## " + "\n".join(lines),
            )
        )
    return found


def play(golden: Golden) -> Played:
    """Play it and write down what happened, in the same form."""
    record = _record(golden)
    rehearsal = _opened(golden, record)
    names: set[str] = set()
    out = [f"## {golden.title}", f"@ {golden.scene}"]
    shown = len(rehearsal.lines)
    for line in golden.fed:
        out.append(line)
        decided = len(rehearsal.decisions)
        _feed(rehearsal, line)
        out += _happened(rehearsal, shown, decided)
        names |= {d.dialogue for _, _, d in rehearsal.decisions[decided:]}
        shown = len(rehearsal.lines)
    out.append(_ending(record, rehearsal))
    return Played(text="\n".join(out), dialogues=frozenset(names), rehearsal=rehearsal)


def _opened(golden: Golden, record: DialogueRecord) -> Rehearsal:
    if "planned" not in golden.scene.split():
        return rehearsed(record)
    named = re.search(r"\bprofile=(\S+)", golden.scene)
    return Rehearsal(
        conversation=with_first_reminder(record.conversation, record.opens_at),
        now=record.opens_at,
        policy=load_policy(named.group(1)) if named else rehearsal_policy(),
        sender=record.sender,
    )


def _record(golden: Golden) -> DialogueRecord:
    lang, currency, amount, today, channel, *more = golden.scene.split()
    name, creditor, product = _CREDITORS[lang]
    account: dict[str, Any] = {
        "account_id": "A1",
        "customer_name": name,
        "creditor": creditor,
        "product": product,
        "currency": currency,
        "outstanding_minor": round(float(amount) * 100),
        "due_date": "2026-11-10",
        "channel": channel,
        "verified": "unbound" not in more,
        "policy": {"ptp_max_days": 30, "holiday_shift": "none", "min_instalment_minor": 2500},
    }
    for word in more:
        _add(account, word, today)
    record = parse({"id": "golden", "lang": lang, "today": today, "account": account})
    style = Style.CASUAL if "casual" in more else Style.FORMAL
    return replace(record, conversation=replace(record.conversation, style=style))


def _add(account: dict[str, Any], word: str, today: str) -> None:
    key, _, value = word.partition("=")
    if key == "verify":
        account["verify"] = {f"item{n}": item for n, item in enumerate(value.split(","))}
    elif key.startswith("policy."):
        account["policy"][key.removeprefix("policy.")] = int(value)
    elif key == "due":
        account["due_date"] = value
    elif key == "account":
        account_id, product, amount = value.split(":")
        first = {k: account[k] for k in ("account_id", "product", "outstanding_minor", "due_date")}
        rows = account.setdefault("accounts", [first])
        rows.append(
            {
                "account_id": account_id,
                "product": product.replace("_", " "),
                "outstanding_minor": round(float(amount) * 100),
                "due_date": "2026-11-12",
            }
        )


def _feed(rehearsal: Rehearsal, line: str) -> None:
    sign, text = line[0], line[2:].strip()
    if sign == ">":
        at = rehearsal.now + timedelta(minutes=1)
        is_late = line.startswith(">~")
        rehearsal.customer_said(text.split(" // "), at, is_late=is_late)
    elif sign == "~":
        rehearsal.run_until(rehearsal.now + parse_duration(text))
    elif text.startswith("pays "):
        _, amount, reference, *dated = text.split()
        account_id = AccountId(str(rehearsal.conversation.case().id))
        minor = round(float(amount) * 100)
        paid_on = date.fromisoformat(dated[0]) if dated else rehearsal.today
        rehearsal.paid(account_id, minor, paid_on, reference)
    elif text.startswith("answers "):
        rehearsal.take(_answered(rehearsal, text))
    elif text.startswith("proposes "):
        _, count, first = text.split()
        rehearsal.take(
            AgentProposed(
                agent="lin",
                account_id=rehearsal.conversation.case().id,
                count=int(count),
                first_due_on=date.fromisoformat(first),
            )
        )
    elif text.startswith("does "):
        rehearsal.take(_done(rehearsal, text))
    elif text.startswith("says "):
        rehearsal.agent_said(text.removeprefix("says "))
    else:
        agent_event(rehearsal, f"agent_{text}")


def _answered(rehearsal: Rehearsal, line: str) -> Event:
    """`answers dispute upheld 80.00 TEXT`, `answers complaint rejected - TEXT`."""
    _, what, outcome, amount, text = line.split(" ", 4)
    conversation = rehearsal.conversation
    if what == "complaint":
        standing = conversation.open_complaint
        return ComplaintAnswered(
            agent="lin",
            complaint_id=standing.id if standing else "",
            outcome=Outcome(outcome),
            answer=text,
            is_sent=True,
        )
    case = next(case for case in conversation.cases if case.open_dispute)
    currency = case.account.outstanding.currency
    right = None if amount == "-" else Money(round(float(amount) * 100), currency)
    return DisputeAnswered(
        agent="lin",
        dispute_id=case.open_dispute.id if case.open_dispute else "",
        outcome=Outcome(outcome),
        answer=text,
        right=right,
        is_sent=True,
    )


def _done(rehearsal: Rehearsal, line: str) -> Event:
    """`does claim_check not_found`: the first duty of the kind, and what was found."""
    _, kind, *finding = line.split()
    duties = duties_of(rehearsal.conversation, rehearsal.policy)
    duty = next(duty for duty in duties if duty.kind == kind)
    return DutyDone(agent="lin", duty_id=duty.id, finding=" ".join(finding))


def _happened(rehearsal: Rehearsal, shown: int, decided: int) -> list[str]:
    signs = {"bot": "<", "agent": "<<"}
    out = []
    for line in rehearsal.lines[shown:]:
        if line.sender in signs:
            kind = "" if line.kind == "reply" else f"({line.kind}) "
            out.append(f"{signs[line.sender]} {kind}" + line.text.replace("\n", " / "))
    for _, _, decision in rehearsal.decisions[decided:]:
        done = [_phrase(a) for a in decision.actions if isinstance(a, _SHOWN)]
        rules = [r.rule for r in decision.reasons]
        out.append(f"  ! {'; '.join([*done, 'because ' + ', '.join(rules)])}")
    return out


def _phrase(action: act.Action) -> str:
    name = type(action).__name__
    detail = {
        act.RecordPromise: lambda a: f"{a.promise.amount.decimal} on {a.promise.due_on}",
        act.SettlePromise: lambda a: a.status,
        act.AgreePlan: lambda a: (
            f"{a.plan.terms.count} x {a.plan.terms.regular.decimal}"
            f" from {a.plan.terms.first_due_on}"
        ),
        act.SetPlanStatus: lambda a: a.status,
        act.RecordClaim: lambda a: f"paid on {a.claim.paid_on}",
        act.OpenDispute: lambda a: a.dispute.kind,
        act.CloseDispute: lambda a: a.outcome,
        act.CorrectAmount: lambda a: a.outstanding.decimal,
        act.CloseComplaint: lambda a: a.outcome,
        act.MarkDuty: lambda a: a.duty_id.partition("/")[0],
        act.GiveTime: lambda a: (
            f"until {a.extension.until_on}" if a.extension.is_open else "is over"
        ),
        act.StartPaying: lambda a: a.paying.amount.decimal if a.paying else "closed",
        act.SetFlag: lambda a: a.flag,
        act.HandOver: lambda a: f"{a.reason} ({a.priority})",
        act.OptOut: lambda a: a.channel,
        act.Bind: lambda a: a.is_bound,
    }.get(type(action))
    return f"{name} {detail(action)}" if detail else name


def _ending(record: DialogueRecord, rehearsal: Rehearsal) -> str:
    conversation = rehearsal.conversation
    case = conversation.case(rehearsal.last_changed)
    found = facts(conversation, case, rehearsal.now)
    listed = " ".join(f"{k}={v}" for k, v in found.items() if k not in ("verified", "hold_until"))
    return f"= {outcome(conversation, case, rehearsal.now)} {listed}".rstrip()
