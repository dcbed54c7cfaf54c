"""Fictional people and talks for the style guide: every component in every state, two languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.console.pages import (
    AccountCard,
    Act,
    AgentId,
    AgentLine,
    BotLine,
    Care,
    CareFlag,
    ChannelConsent,
    Coming,
    Consent,
    ContactCard,
    CustomerLine,
    Delivery,
    DeliveryState,
    DemoPage,
    DemoTrace,
    Face,
    GuardState,
    GuardVerdict,
    HandoffCard,
    Line,
    Load,
    NoteLine,
    PartState,
    PhoneBubble,
    PhoneThread,
    Phrase,
    PlanCard,
    PlanPart,
    QueuePage,
    QueueRow,
    QueueTab,
    Quote,
    Reading,
    Sla,
    SlaKind,
    Span,
    StepKind,
    StepState,
    SystemLine,
    TabName,
    Thread,
    ThreadHead,
    TraceStep,
    Why,
    Window,
)
from flows.languages import Language
from flows.money import Currency, Money
from flows.records import ConversationId, HandoffReason, PlanStatus
from flows.understanding.intents import Intent
from flows.understanding.values import Entity, EntityKind

CNY = Currency.of("CNY")
USD = Currency.of("USD")
TWD = Currency.of("TWD")
SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"
NOW = datetime(2026, 3, 12, 6, 32, tzinfo=UTC)
ME = {
    True: Face(id=AgentId("lin"), name="林雨"),
    False: Face(id=AgentId("lin"), name="Lena Hart"),
}
OTHER = {
    True: Face(id=AgentId("xu"), name="许诺"),
    False: Face(id=AgentId("xu"), name="Alex Xu"),
}


def agent(language: Language) -> Face:
    """Who looks at the samples."""
    return ME[language is not Language.EN]


def queue(language: Language) -> QueuePage:
    """A queue of six talks under nine tabs."""
    counts = (6, 9, 31, 14, 5, 8, 4, 2, 127)
    tabs = tuple(
        QueueTab(name=name, count=count, is_breached=name is TabName.MINE)
        for name, count in zip(TabName, counts, strict=True)
    )
    return QueuePage(
        tabs=tabs, current=TabName.MINE, rows=_rows(language), load=Load(held=4, limit=6)
    )


def thread(language: Language) -> Thread:
    """A talk that was handed over because the amount is disputed."""
    chinese = language is not Language.EN
    return Thread(
        id=ConversationId("t2"),
        version=12,
        head=_head(chinese),
        lines=_lines(chinese),
        handoff=_handoff(chinese),
        accounts=(_account(chinese),),
        plan=plan(chinese),
        contact=_contact(),
        acts=frozenset((Act.REPLY, Act.NOTE, Act.HAND_BACK)),
        unread_from="7",
        sla=_sla(4),
        reply_language="zh-Hans" if chinese else "en",
    )


def slas() -> tuple[Sla, ...]:
    """A clock in each of its states."""
    paused = replace(_sla(5), is_paused=True)
    return (_sla(18), _sla(4), _sla(-2), paused, _sla(180), _sla(-1500))


def deliveries() -> tuple[Delivery, ...]:
    """Each state of a message."""
    late = NOW + timedelta(hours=17, minutes=28)
    return tuple(
        Delivery(state=state, until_at=late if state is DeliveryState.HELD else None)
        for state in DeliveryState
    )


def verdicts(chinese: bool) -> tuple[tuple[str, GuardVerdict], ...]:
    """A draft for each verdict of the guard."""
    taken = Phrase(key="guard.taken", values={"name": OTHER[chinese].name})
    return (
        (
            "好的，我查一下再回您。",
            GuardVerdict(state=GuardState.OK, contacts=1, contacts_max=3, length=11, segments=1),
        ),
        (
            "提醒您 3 月 15 日是第一期。",
            GuardVerdict(
                state=GuardState.LATER,
                opens_at=NOW + timedelta(hours=17, minutes=28),
                rules=("window.mon_fri",),
            ),
        ),
        (
            "再不还款就通知您单位。",
            GuardVerdict(
                state=GuardState.REFUSED,
                rules=("kind:third_party",),
                spans=(Span(start=4, end=10),),
            ),
        ),
        ("", GuardVerdict(state=GuardState.STOPPED, quote=_zh("别再发了"))),
        ("", GuardVerdict(state=GuardState.UNVERIFIED, rules=("privacy.details",))),
        ("", GuardVerdict(state=GuardState.MOVED, quote=_zh("等等，我先问下家里"))),
        ("", GuardVerdict(state=GuardState.TAKEN, reason=taken)),
    )


def plan(chinese: bool) -> PlanCard:
    """A proposal of four parts."""
    amount = Money(59_000, CNY) if chinese else Money(5_900, USD)
    days = (date(2026, 3, 15), date(2026, 4, 15), date(2026, 5, 15), date(2026, 6, 15))
    parts = tuple(PlanPart(number=n, due_on=d, amount=amount) for n, d in enumerate(days, 1))
    return PlanCard(parts=parts, total=Money(amount.minor * 4, amount.currency))


def running_plan(chinese: bool) -> PlanCard:
    """A plan with a part in each state."""
    states = (PartState.PAID, PartState.LATE, PartState.PARTLY_PAID, PartState.NEXT)
    model = plan(chinese)
    parts = [
        replace(part, state=state, days_late=1)
        for part, state in zip(model.parts, states, strict=True)
    ]
    half = Money(parts[2].amount.minor // 2, parts[2].amount.currency)
    parts[2] = replace(parts[2], paid=half)
    more = (
        PlanPart(number=5, due_on=date(2026, 7, 15), amount=parts[0].amount),
        PlanPart(
            number=6,
            due_on=date(2026, 8, 15),
            amount=parts[0].amount,
            state=PartState.REPLACED,
        ),
    )
    return replace(model, parts=(*parts, *more), status=PlanStatus.AT_RISK)


def care_flags(chinese: bool) -> tuple[CareFlag, ...]:
    """Each reason for care."""
    return tuple(CareFlag(care=care, keeper=OTHER[chinese]) for care in Care)


def lines_of_all_kinds(chinese: bool) -> tuple[Line, ...]:
    """One line of each kind and the unusual states."""
    why = Why(
        rules=("plan.read_back", "plan.ask_capacity"),
        facts=(
            Phrase(key="fact.part", values={"amount": Money(80_000, CNY)}),
            Phrase(key="fact.offer_count", values={"count": 3}),
        ),
        policy="cn-mainland 2026-03",
    )
    return (
        _said("k1", 14, "利息怎么算的？先还 800 行吗", _reading_of_two()),
        _said("k2", 14, "那个啥", Reading(intent=Intent.UNCLEAR, confidence=0.41)),
        BotLine(
            id="k3",
            at=_at(15),
            said=_zh("可以先还 ¥800.00，其余 ¥1,560.00 分 3 期，每期 ¥520.00。明细在链接里。"),
            why=why,
        ),
        NoteLine(id="k4", at=_at(18), said=_zh("家里有老人住院，语气放缓。"), agent=ME[chinese]),
        AgentLine(
            id="k5",
            at=_at(20),
            said=_zh("好的，首付链接发您了。"),
            agent=ME[chinese],
            delivery=Delivery(state=DeliveryState.FAILED, reason="号码暂时关机", until_at=_at(50)),
        ),
        SystemLine(id="k6", at=_at(21), what=Phrase(key="system.unknown"), icon="question"),
    )


def demo(language: Language) -> DemoPage:
    """The demo with a talk on each phone."""
    chinese = language is not Language.EN
    rows = _rows(language)
    sam = replace(
        rows[2],
        name="Sam O.",
        channel="telegram",
        last=_en("bank transfer, Mar 11"),
        amount=Money(14_820, USD),
        days_late=5,
    )
    wang = replace(
        rows[1],
        name="王佳宁",
        last=_zh("发工资那天，20 号"),
        sla=None,
        amount=Money(180_000, CNY),
        days_late=9,
    )
    return DemoPage(
        clock_at=NOW,
        zone=SHANGHAI,
        phones=(_chinese_phone(), _english_phone()),
        rows=(sam, wang),
        agent=ME[chinese],
        trace=_trace(),
        coming=_coming(),
    )


# --- pieces ------------------------------------------------------------------------------------------


def _zh(text: str) -> Quote:
    return Quote(text=text, language="zh-Hans")


def _en(text: str) -> Quote:
    return Quote(text=text, language="en")


def _at(minute: int, hour: int = 6) -> datetime:
    return datetime(2026, 3, 12, hour, minute, tzinfo=UTC)


def _sla(minutes: int) -> Sla:
    return Sla(
        kind=SlaKind.NEXT, due_at=NOW + timedelta(minutes=minutes), target=timedelta(minutes=30)
    )


def _rows(language: Language) -> tuple[QueueRow, ...]:
    chinese = language is not Language.EN
    model = QueueRow(
        id=ConversationId("t1"),
        name="周敏" if chinese else "Rosa K.",
        channel="sms",
        last=_zh("住院一个多月了，暂时没有收入")
        if chinese
        else _en("In hospital for a month, no income right now"),
        language="zh-Hans" if chinese else "en",
        sla=_sla(-2),
        is_unread=True,
        intent=Intent.HARDSHIP,
        care=Care.VULNERABLE,
        amount=_local(chinese, 7_300_00, 730_00),
        days_late=24,
    )
    return (
        model,
        _open_row(replace(model, id=ConversationId("t2"), care=None), chinese),
        _paid_row(replace(model, id=ConversationId("t3"), care=None), chinese),
        _taiwan_row(replace(model, id=ConversationId("t4"), care=None)),
        _english_row(replace(model, id=ConversationId("t5"), care=None), chinese),
        _link_row(replace(model, id=ConversationId("t6"), care=None), chinese),
    )


def _local(chinese: bool, fen: int, cents: int) -> Money:
    return Money(fen, CNY) if chinese else Money(cents, USD)


def _open_row(model: QueueRow, chinese: bool) -> QueueRow:
    return replace(
        model,
        name="陈思远" if chinese else "Maya Torres",
        last=_zh("好的谢谢，那剩下的 2360 可以分 4 期吗")
        if chinese
        else _en("Thanks! Can I split the 236 into 4?"),
        sla=_sla(4),
        is_unread=False,
        intent=Intent.REQUEST_INSTALMENTS,
        amount=_local(chinese, 236_000, 23_600),
        days_late=12,
    )


def _paid_row(model: QueueRow, chinese: bool) -> QueueRow:
    return replace(
        model,
        name="吴浩" if chinese else "Jun Park",
        last=_zh("昨天下午手机银行转过去了，你们查一下")
        if chinese
        else _en("I paid yesterday from my bank app, please check"),
        sla=_sla(9),
        intent=Intent.ALREADY_PAID,
        amount=_local(chinese, 128_000, 12_800),
        days_late=6,
    )


def _taiwan_row(model: QueueRow) -> QueueRow:
    return replace(
        model,
        name="黃雅文",
        channel="telegram",
        last=Quote(text="請問這筆「服務費」是什麼？", language="zh-Hant"),
        language="zh-Hant",
        sla=_sla(18),
        is_unread=False,
        intent=Intent.BALANCE_QUERY,
        amount=Money(642_000, TWD),
        days_late=3,
    )


def _english_row(model: QueueRow, chinese: bool) -> QueueRow:
    return replace(
        model,
        name="Dana Miller",
        channel="telegram",
        last=_en("The fee on my March bill is wrong."),
        language="en",
        sla=_sla(26),
        is_unread=False,
        intent=Intent.DISPUTE_AMOUNT,
        amount=Money(31_000, USD),
        days_late=18,
        owner=OTHER[chinese],
    )


def _link_row(model: QueueRow, chinese: bool) -> QueueRow:
    return replace(
        model,
        name="何静" if chinese else "Sara Ode",
        last=_zh("发个付款链接，我现在就还")
        if chinese
        else _en("Send me the link, I’ll pay it now"),
        sla=_sla(41),
        is_unread=False,
        intent=Intent.PAY_NOW,
        amount=_local(chinese, 64_000, 6_400),
        days_late=9,
    )


def _head(chinese: bool) -> ThreadHead:
    return ThreadHead(
        name="陈思远" if chinese else "Maya Torres",
        is_verified=True,
        channel="sms",
        address="+8613800002046" if chinese else "+15555550146",
        zone=SHANGHAI,
        window=Window(is_open=True, until_at=_at(0, 14)),
        viewers=(OTHER[chinese],),
        holder=ME[chinese],
    )


def _entity(kind: EntityKind, value: Decimal | int, text: str) -> Entity:
    return Entity(kind=kind, text=text, start=0, end=len(text), value=value)


def _reading_of_two() -> Reading:
    return Reading(
        intent=Intent.PARTIAL_PAYMENT,
        confidence=0.91,
        also=(Intent.BALANCE_QUERY,),
        entities=(_entity(EntityKind.AMOUNT, Decimal(800), "800"),),
    )


def _said(id: str, minute: int, text: str, reading: Reading | None) -> CustomerLine:
    return CustomerLine(id=id, at=_at(minute), said=_zh(text), reading=reading)


# What is said in the sample talk: by the bot, the customer, the agent, the customer.
_SAID = {
    True: (
        "可以的，有两种安排：A. 2 期，每期 ¥1,930.00；B. 4 期，每期 ¥965.00。回复字母就可以。",
        "4 期可以，每月 15 号发工资。不过我之前还的 1500 你们好像没算进去",
        "陈先生您好，我是林雨。3 月 8 日的 ¥1,500.00 查到了，已经入账，现在剩余 ¥2,360.00。抱歉让您多跑一趟。",
        "好的谢谢，那剩下的 2360 可以分 4 期吗",
    ),
    False: (
        "Sure. A: 2 parts of $193.00. B: 4 parts of $96.50. Just reply with the letter.",
        "4 works, I get paid on the 15th. But the 150 I already sent isn’t on here?",
        "Hi Maya, Lena here. We found your $150.00 from Mar 8 and booked it. $236.00 is left. Sorry about the mix-up.",
        "Thanks! Can I split the 236 into 4?",
    ),
}


def _lines(chinese: bool) -> tuple[Line, ...]:
    quote = _zh if chinese else _en
    offer, accepts, found, asks = map(quote, _SAID[chinese])
    sent = Delivery(state=DeliveryState.DELIVERED)
    why = Why(
        rules=("plan.options",),
        facts=(Phrase(key="fact.pay_day", values={"day": 15}),),
        policy="cn-mainland 2026-03",
    )
    return (
        BotLine(id="2", at=_at(58, 5), said=offer, why=why, delivery=sent),
        CustomerLine(id="3", at=_at(1), said=accepts, reading=_accepts(chinese)),
        *_deeds(chinese),
        AgentLine(id="6", at=_at(24), said=found, agent=ME[chinese], delivery=sent),
        CustomerLine(id="7", at=_at(28), said=asks, reading=_asks()),
    )


def _accepts(chinese: bool) -> Reading:
    paid = Decimal(1500 if chinese else 150)
    return Reading(
        intent=Intent.AFFIRM,
        confidence=0.88,
        also=(Intent.DISPUTE_AMOUNT,),
        entities=(
            _entity(EntityKind.AMOUNT, paid, str(paid)),
            _entity(EntityKind.PAY_DAY, 15, "15"),
        ),
    )


def _asks() -> Reading:
    return Reading(
        intent=Intent.REQUEST_INSTALMENTS,
        confidence=0.97,
        entities=(_entity(EntityKind.COUNT, 4, "4"),),
    )


def _deeds(chinese: bool) -> tuple[Line, ...]:
    matched = Phrase(
        key="system.payment_matched",
        values={
            "amount": _local(chinese, 150_000, 15_000),
            "balance": _local(chinese, 236_000, 23_600),
        },
    )
    taken = Phrase(key="system.taken_over", values={"name": ME[chinese].name})
    return (
        SystemLine(id="4", at=_at(5), what=taken, icon="user"),
        SystemLine(id="5", at=_at(21), what=matched, icon="card"),
    )


def _handoff(chinese: bool) -> HandoffCard:
    said = (
        _zh("不过我之前还的 1500 你们好像没算进去")
        if chinese
        else _en("But the 150 I already sent isn’t on here?")
    )
    return HandoffCard(
        reason=HandoffReason.DISPUTE_AMOUNT,
        at=_at(2),
        said=(said,),
        so_far=(
            Phrase(key="fact.offer_count", values={"count": 4}),
            Phrase(key="fact.pay_day", values={"day": 15}),
        ),
        to_do=(Phrase(key="task.dispute_amount"),),
    )


def _account(chinese: bool) -> AccountCard:
    return AccountCard(
        id="a1",
        product="credit",
        tail="4417",
        balance=_local(chinese, 236_000, 23_600),
        billed=_local(chinese, 386_000, 38_600),
        paid=_local(chinese, 150_000, 15_000),
        fees=_local(chinese, 0, 0),
        due_on=date(2026, 2, 28),
        days_late=12,
    )


def _contact() -> ContactCard:
    return ContactCard(
        consents=(
            ChannelConsent(channel="sms", consent=Consent.AGREED, since_on=date(2025, 11, 2)),
            ChannelConsent(channel="voice", consent=Consent.NOT_ACCEPTED),
        ),
        next_step=Phrase(key="next.paused"),
        promises_kept=2,
        promises_made=3,
        contacts=1,
        contacts_max=3,
    )


def _chinese_phone() -> PhoneThread:
    said = (
        (
            "【澄湖信用】王女士您好，您尾号 2093 的账单已逾期 9 天，待还 ¥1,800.00。方便时请处理：dt.example/p/5Rw8，需要分期或延期请直接回复。回 T 停止短信。",
            False,
        ),
        ("这个月有点紧，能分 3 期吗", True),
        ("可以。¥1,800.00 分 3 期，每期 ¥600.00，不另收费用。您每月哪天方便？", False),
        ("发工资那天，20 号", True),
        (
            "好的：3 月 20 日、4 月 20 日、5 月 20 日，每期 ¥600.00，合计 ¥1,800.00。回复“好”就生效。",
            False,
        ),
    )
    return PhoneThread(
        id="wang",
        owner="王佳宁",
        sender="澄湖信用",
        channel="sms",
        language="zh-Hans",
        zone=SHANGHAI,
        bubbles=tuple(
            PhoneBubble(id=str(n), at=_at(30), said=_zh(text), is_mine=mine)
            for n, (text, mine) in enumerate(said)
        ),
        tries=("好", "我已经还了", "转人工", "T"),
    )


def _english_phone() -> PhoneThread:
    said = (
        (
            "Hello Sam, your bill ending 7710 is 5 days past due and $148.20 is open. Pay here: dt.example/p/3Jd6, or just reply if something is wrong. Reply STOP to stop.",
            False,
        ),
        ("I paid this yesterday!! check please", True),
        (
            "Thank you, we will check. Reminders are on hold. How did you pay, and on what day?",
            False,
        ),
        ("bank transfer, Mar 11", True),
        (
            "Noted: bank transfer on March 11. A person will look and answer by Friday, 6 pm.",
            False,
        ),
    )
    return PhoneThread(
        id="sam",
        owner="Sam",
        sender="Larkfield Credit",
        channel="telegram",
        language="en",
        zone=SHANGHAI,
        bubbles=tuple(
            PhoneBubble(id=str(n), at=_at(21), said=_en(text), is_mine=mine)
            for n, (text, mine) in enumerate(said)
        ),
        tries=("Who is this?", "STOP", "Talk to a person"),
    )


def _trace() -> DemoTrace:
    pay_day = Reading(
        intent=Intent.REQUEST_INSTALMENTS,
        confidence=0.98,
        entities=(_entity(EntityKind.PAY_DAY, 20, "20 号"),),
    )
    offered = Phrase(key="fact.offered", values={"count": 3, "amount": Money(60_000, CNY)})
    return DemoTrace(
        turn=7,
        who="王佳宁",
        took=timedelta(milliseconds=9),
        steps=(
            TraceStep(kind=StepKind.WROTE, what=(_zh("发工资那天，20 号"),)),
            TraceStep(kind=StepKind.UNDERSTOOD, what=(), reading=pay_day),
            TraceStep(kind=StepKind.DECIDED, what=(offered,), because=("plan.read_back",)),
            TraceStep(
                kind=StepKind.CHECKED, what=(Phrase(key="guard.ok"),), state=StepState.PASSED
            ),
            TraceStep(
                kind=StepKind.SENT, what=(Phrase(key="delivery.delivered"),), state=StepState.PASSED
            ),
        ),
    )


def _coming() -> tuple[Coming, ...]:
    friday = datetime(2026, 3, 13, 10, 0, tzinfo=UTC)
    return (
        Coming(at=friday, what=Phrase(key="coming.answer", values={"name": "Sam O."})),
        Coming(
            at=friday + timedelta(days=4),
            what=Phrase(key="coming.question_nudge", values={"name": "王佳宁"}),
        ),
    )
