"""What a case file says, before it has a form: facts, tables, and everything in its order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.kept import TurnBody
from flows.money import Currency, Money, format_money
from flows.understanding.values import Understanding
from storage import codec
from storage.audit import Kind
from storage.case_files import CaseFile, Record

Pairs = tuple[tuple[str, str], ...]
_ERASED = "erased"


class Side(StrEnum):
    """Who an event comes from: the customer, us, or what was decided and done."""

    IN = "in"
    OUT = "out"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Records under their headings; a table without rows says that there are none."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that was said, decided or done, with its evidence."""

    at: datetime
    when: str
    side: Side
    who: str
    text: str
    facts: Pairs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole case file. Times are those of the person's zone, named in `facts`."""

    name: str
    facts: Pairs
    tables: tuple[Table, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Who makes the file, when and why."""

    by: str
    at: datetime
    reason: str
    version: str


def document_of(file: CaseFile, making: Making) -> Document:
    """The case file of what was gathered."""
    zone = _zone(file)
    return Document(
        name=file.customer.name or _ERASED,
        facts=_facts(file, making, zone),
        tables=tuple(_tables(file, zone)),
        events=tuple(sorted(_events(file, zone), key=_place)),
    )


def _zone(file: CaseFile) -> tzinfo:
    name = str(file.person.get("timezone") or "UTC")
    return ZoneInfo(name)


def _facts(file: CaseFile, making: Making, zone: tzinfo) -> Pairs:
    customer, person = file.customer, file.person
    place = " ".join(filter(None, (person.get("country"), person.get("region"))))
    return (
        ("Person 客户", customer.name or _ERASED),
        ("Id 编号", customer.person_id),
        ("Place and zone 地区与时区", f"{place or '–'}, {zone}"),
        ("Accounts 账户", ", ".join(customer.account_ids) or "–"),
        ("Conversations 会话", ", ".join(customer.conversation_ids) or "–"),
        ("Made 生成时间", _when(making.at, zone)),
        ("Made by 生成人", making.by),
        ("Reason 事由", making.reason or "–"),
        ("Program 程序版本", f"Duetalk {making.version}"),
    )


# --- Tables -------------------------------------------------------------------------------------


def _tables(file: CaseFile, zone: tzinfo) -> Iterator[Table]:
    """Each section under the columns that matter to a reader; the data file holds them all."""
    plans = {plan["id"]: plan for plan in file.of("plans")}
    for title, section, columns in _SECTIONS:
        found = file.of(section)
        if section == "instalments":  # Their currency stands with their plan.
            found = tuple({**plans.get(row["plan_id"], {}), **row} for row in found)
        rows = [tuple(_cell(row, name, zone) for _, name in columns) for row in found]
        yield Table(title=title, columns=tuple(head for head, _ in columns), rows=tuple(rows))


_Columns = tuple[tuple[str, str], ...]
_SECTIONS: tuple[tuple[str, str, _Columns], ...] = (
    (
        "Accounts 账户",
        "accounts",
        (
            ("Account 账户", "id"),
            ("Creditor 债权人", "creditor_name"),
            ("Product 产品", "product"),
            ("Owed 欠款", "outstanding"),
            ("Due 到期", "due_on"),
            ("Status 状态", "status"),
            ("Planning waits for 暂停原因", "pause"),
        ),
    ),
    (
        "Addresses, consent and stops 地址、同意与退订",
        "addresses",
        (
            ("Channel 渠道", "channel"),
            ("Address 地址", "value"),
            ("Bound since 绑定", "bound_at"),
            ("Language 语言", "language"),
            ("Stopped 退订", "opted_out_at"),
            ("Their words 原话", "opted_out_words"),
            ("Allowed again 恢复", "opted_in_at"),
            ("Closed 关闭", "closed_at"),
        ),
    ),
    (
        "Promises 承诺",
        "promises",
        (
            ("Account 账户", "account_id"),
            ("Amount 金额", "amount"),
            ("For 日期", "due_on"),
            ("Made 作出", "made_on"),
            ("By 由", "made_by"),
            ("Status 状态", "status"),
            ("Their words 原话", "words"),
        ),
    ),
    (
        "Plans 分期计划",
        "plans",
        (
            ("Account 账户", "account_id"),
            ("Total 总额", "total"),
            ("Parts 期数", "parts"),
            ("Rhythm 频率", "frequency"),
            ("Agreed 达成", "accepted_at"),
            ("By 由", "made_by"),
            ("Status 状态", "status"),
            ("Their words 原话", "words"),
        ),
    ),
    (
        "Instalments 分期",
        "instalments",
        (
            ("Plan 计划", "plan_id"),
            ("No. 期", "number"),
            ("Due 到期", "due_on"),
            ("Amount 金额", "amount"),
        ),
    ),
    (
        "Payments 付款",
        "payments",
        (
            ("Account 账户", "account_id"),
            ("Paid 付款日", "paid_on"),
            ("Amount 金额", "amount"),
            ("Reference 流水", "reference"),
            ("Source 来源", "source"),
            ("Reversal 冲正", "is_reversal"),
        ),
    ),
    (
        "Claims of payment 声称已付",
        "claims",
        (
            ("Account 账户", "account_id"),
            ("Made 作出", "made_at"),
            ("Paid 付款日", "paid_on"),
            ("Amount 金额", "amount"),
            ("Status 状态", "status"),
            ("Their words 原话", "words"),
        ),
    ),
    (
        "Disputes 争议",
        "disputes",
        (
            ("Account 账户", "account_id"),
            ("Kind 类型", "kind"),
            ("Opened 提出", "opened_at"),
            ("Status 状态", "status"),
            ("Their words 原话", "words"),
            ("Answer 答复", "answer"),
        ),
    ),
    (
        "Complaints 投诉",
        "complaints",
        (
            ("Kind 类型", "kind"),
            ("Opened 提出", "opened_at"),
            ("Status 状态", "status"),
            ("Their words 原话", "words"),
            ("Answer 答复", "answer"),
        ),
    ),
    (
        "Handoffs to people 转人工",
        "handoffs",
        (
            ("Reason 原因", "reason"),
            ("Opened 提出", "opened_at"),
            ("Due 时限", "due_at"),
            ("Taken by 接手", "claimed_by"),
            ("Taken 接手时间", "claimed_at"),
            ("Closed 结束", "closed_at"),
            ("Summary 摘要", "summary"),
        ),
    ),
    (
        "Duties 任务",
        "tasks",
        (
            ("Kind 类型", "kind"),
            ("Desk 部门", "desk"),
            ("Opened 提出", "opened_at"),
            ("Due 时限", "due_at"),
            ("State 状态", "state"),
            ("Done by 完成人", "done_by"),
            ("Done 完成", "done_at"),
        ),
    ),
    (
        "Holds 暂缓",
        "holds",
        (
            ("Name 名称", "name"),
            ("Account 账户", "account_id"),
            ("Since 自", "since_at"),
            ("Until 至", "until_at"),
            ("Lifted 解除", "lifted_at"),
        ),
    ),
    (
        "Flags 标记",
        "flags",
        (("Name 名称", "name"), ("Since 自", "since_at"), ("Cleared 解除", "cleared_at")),
    ),
    (
        "Legal holds 法律保全",
        "legal_holds",
        (
            ("No. 编号", "id"),
            ("Reason 事由", "reason"),
            ("Placed 设立", "placed_at"),
            ("By 由", "placed_by"),
            ("Lifted 解除", "lifted_at"),
        ),
    ),
)


def _cell(row: Record, name: str, zone: tzinfo) -> str:
    if name in ("amount", "total") and f"{name}_minor" in row:
        return _amount(row, f"{name}_minor")
    return _written(row.get(name), zone)


def _amount(row: Record, name: str) -> str:
    minor, code = row.get(name), str(row.get("currency") or "")
    if minor is None:
        return "–"
    if not code:
        return str(minor)
    exponent = row.get("exponent")
    known = Currency.of(code) if exponent is None else Currency(code, int(exponent))
    return format_money(Money(int(minor), known))


def _written(value: object, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return _when(value, zone)
    if isinstance(value, bool):
        return "yes 是" if value else "no 否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return format_money(value)
    return "–" if value in (None, "") else str(value)


def _when(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


# --- Events -------------------------------------------------------------------------------------


def _events(file: CaseFile, zone: tzinfo) -> Iterator[Event]:
    verdicts = _verdicts(file)
    receipts: Mapping[object, list[Record]] = _by(file.of("receipts"), "outgoing_id")
    for row in file.of("incoming_messages"):
        yield _event(row, zone, at="received_at", side=Side.IN, facts=_heard(row))
    for row in file.of("outgoing_messages"):
        told = _sent(row, verdicts.get(row["id"], []), receipts.get(row["id"], []), zone)
        yield _event(row, zone, at="created_at", side=Side.OUT, facts=told)
    for row in file.of("turns"):
        yield _event(row, zone, at="at", side=Side.ACT, facts=_decided(row))
    for row in file.of("notes"):
        yield _event(row, zone, at="at", side=Side.ACT, facts=())
    for row in file.of("audit_log"):
        if row["kind"] not in (Kind.SEND_VERDICT, Kind.SEND_OUTCOME):
            yield _event(row, zone, at="at", side=Side.ACT, facts=_done(row))


def _place(event: Event) -> tuple[datetime, int]:
    """What happened at one instant reads so: heard, decided, answered."""
    return event.at, (Side.IN, Side.ACT, Side.OUT).index(event.side)


def _event(row: Record, zone: tzinfo, *, at: str, side: Side, facts: Pairs) -> Event:
    return Event(
        at=row[at].astimezone(UTC),
        when=_when(row[at], zone),
        side=side,
        who=_who(row, side),
        text=_text(row),
        facts=tuple((name, value) for name, value in facts if value),
    )


def _who(row: Record, side: Side) -> str:
    if side is Side.IN:
        return "customer 客户"
    if side is Side.OUT:
        return str(row["author"])
    if "dialogue" in row:
        return "decision 决定"
    return str(row.get("agent_id") or row.get("actor"))


def _text(row: Record) -> str:
    if "dialogue" in row:
        return f"{row['event']} → {row['dialogue']}"
    if "kind" in row and "actor" in row:
        return f"{row['kind']}: {row['reason']}" if row["reason"] else str(row["kind"])
    return str(row["text"]) or f"({_ERASED} 已删除)"


def _heard(row: Record) -> Pairs:
    facts = [("channel", str(row["channel"])), ("message", str(row["id"]))]
    facts.append(("turn", _written(row["turn"], UTC)))
    if row["reading_json"]:
        reading: Understanding = codec.loads(row["reading_json"], Understanding)
        also = ", ".join(str(i) for i in reading.intents if i is not reading.intent)
        facts += [
            ("intent", f"{reading.intent} ({reading.confidence:.2f})"),
            ("also", also),
            ("facts", ", ".join(f"{e.kind}: {e.text}" for e in reading.entities)),
        ]
    return tuple(facts)


def _sent(
    row: Record, verdicts: Sequence[Record], receipts: Sequence[Record], zone: tzinfo
) -> Pairs:
    facts = [
        ("channel", str(row["channel"])),
        ("message", str(row["id"])),
        ("turn", _written(row["turn"], UTC)),
        ("template", str(row["template"])),
        ("kind", str(row["kind"]) + (", asks for money" if row["asks_money"] else "")),
        ("status", " ".join(filter(None, (str(row["status"]), str(row["reason"]))))),
        ("sent", _written(row["sent_at"], zone) if row["sent_at"] else ""),
    ]
    facts += [(f"gate {_when(v['at'], zone)}", _verdict(v)) for v in verdicts]
    facts += [(f"report {_when(r['at'], zone)}", str(r["status"])) for r in receipts]
    return tuple(facts)


def _verdict(link: Record) -> str:
    told = _told(link["detail_json"])
    if not told:
        return f"({_ERASED})"
    rules = ", ".join(str(rule) for rule in told.get("rules") or ())
    verdict = f"{told.get('verdict')}{': ' if rules else ''}{rules}"
    return f"{verdict}; policy {link['policy_version']}, program {link['code_version']}"


def _told(detail_json: str) -> Mapping[str, Any]:
    """The facts of an entry; none where it was erased, or holds something else."""
    found = json.loads(detail_json) if detail_json else {}
    return found if isinstance(found, dict) else {}


def _verdicts(file: CaseFile) -> Mapping[object, list[Record]]:
    found: dict[object, list[Record]] = defaultdict(list)
    for link in file.of("audit_log"):
        if link["kind"] == Kind.SEND_VERDICT:
            found[_told(link["detail_json"]).get("message")].append(link)
    return found


def _decided(row: Record) -> Pairs:
    facts = [("turn", str(row["number"]))]
    if row["body_json"]:
        body: TurnBody = codec.loads(row["body_json"], TurnBody)
        actions = [codec.name_of(type(action)) for action in body.actions]
        facts.append(("actions", ", ".join(actions)))
        facts += [(reason.rule, reason.why or "–") for reason in body.reasons]
    elif row["erased_at"]:
        facts.append((_ERASED, _written(row["erased_at"], UTC)))
    versions = f"{row['policy_version']}, program {row['code_version']}"
    return (*facts, ("policy", versions), ("hash", str(row["hash"])))


def _done(row: Record) -> Pairs:
    told = _told(row["detail_json"])
    facts = tuple((str(name), str(value)) for name, value in told.items())
    place = f"{row['chain']} {row['number']}"
    return (*facts, ("entry", place), ("hash", str(row["hash"])))


def _by(rows: Sequence[Record], name: str) -> Mapping[object, list[Record]]:
    found: dict[object, list[Record]] = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found
