"""Which of a customer's accounts a message is about: named, the only one, all, or to be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from flows import facts
from flows.compose import product_name
from flows.dialogues import BY_INTENT
from flows.events import CustomerSaid
from flows.languages import Language
from flows.model import Case, Conversation, Question, Turn
from flows.records import AccountId
from flows.replacing import changer, maker, quick, replace
from flows.sense import in_talk
from flows.sense.bare import sensed
from flows.sense.leading import ordered
from flows.slots import Slots
from flows.talk import Answer, Ask, asking, because
from flows.understanding.intents import Intent
from flows.understanding.read import understand
from flows.understanding.values import Asked, Band, Entity, EntityKind, Role, Tag, Understanding

# Matters of the person, not of one account (negotiation.md C.7, several accounts).
_OF_THE_PERSON = frozenset(
    {
        Intent.VULNERABLE,
        Intent.DECEASED,
        Intent.LEGAL,
        Intent.OPT_OUT,
        Intent.WRONG_PERSON,
        Intent.COMPLAINT,
        Intent.PRIVACY,
        Intent.REQUEST_HUMAN,
        Intent.REQUEST_CALLBACK,
        Intent.IDENTITY_QUERY,
        Intent.CREDIT_QUERY,
        Intent.GREETING,
        Intent.THANKS,
        Intent.ABUSE,
        Intent.BUSY,
        Intent.UNCLEAR,
        Intent.HARDSHIP,
        Intent.REFUSE,
    }
)
_OWNER = "accounts"
_SHORTEST_TAIL = 3
_FEWEST_TO_COMPARE = 2


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """The turns to take, one an account; or the question which account is meant."""

    turns: tuple[Turn, ...] = ()
    ask: Answer | None = None


_make_focus = maker(Focus)
_with_conversation = changer(Turn, "conversation")
_with_focus = changer(Conversation, "focus")


def focused(turn: Turn) -> Focus | None:
    """The accounts this message is about; None when there is only one anyway."""
    cases = _live(turn)
    if len(cases) <= 1:
        return _make_focus(turns=(_on(turn, cases[0]),)) if cases else None
    named = _named(turn, cases)
    says_all = facts.has(turn, Tag.ALL_ACCOUNTS) or bool(_EVERYTHING.search(turn.reading.text))
    says_all = says_all or _means_all_told(turn)
    is_everything = says_all and not _is_mentioned(turn, cases)
    if is_everything and _is_answer_to_proposals(turn):
        return _together(turn, cases)
    turn = _taken_up(turn) if named or is_everything else turn
    if _is_of_the_person(turn):
        return None
    asks_all = turn.reading.intent is Intent.BALANCE_QUERY and not named
    chosen = _open_to_talk(cases) if is_everything or asks_all else named
    chosen = _without_left_out(turn, chosen)
    together = None if chosen else _together(turn, cases)
    if together is not None:
        return together
    turn = _of_all_together(turn, chosen)
    if len(chosen) == 1 and named:
        turn = _of_its_own(_first_of_all(turn), chosen[0])
    if chosen:
        return Focus(turns=tuple(_on(part, case) for part, case in _shared_out(turn, chosen)))
    return _asked(turn, cases)


_LEFT_OUT = re.compile(
    r"\b(?:nothing|none|not yet|not now|not (?:at|for) the moment|has to wait|will have to wait|must wait|can wait|later|another time|next time|skip(?: it| that)?|leave (?:it|that))\b"
    r"|先不|暂时不|暫時不|再说|再說|以后|以後|遲啲|迟啲",
    re.IGNORECASE,
)


# "The loan at 100 a month, and leave the card for January".
_LEAVES = re.compile(r"\b(?:leave|skip|park)(?: (?:the|my|that))?(?: \w+)? ?$", re.IGNORECASE)


def _without_left_out(turn: Turn, chosen: tuple[Case, ...]) -> tuple[Case, ...]:
    """ "Card 200 on Friday, gym nothing yet": the account of which nothing is offered is let be."""
    text = turn.reading.text.casefold()
    places = sorted((_place(text, c, turn.conversation.cases), c.id) for c in chosen)
    if len(chosen) <= 1 or places[0][0] < 0 or not turn.reading.entities:
        return chosen
    ends = [at for at, _ in places[1:]] + [len(text)]
    left = set()
    for (at, name), end in zip(places, ends, strict=True):
        has_fact = any(at <= e.start < end for e in turn.reading.entities)
        is_left = not has_fact and bool(_LEFT_OUT.search(text, at, end))
        if is_left or _LEAVES.search(text, 0, at):
            left.add(name)
    return tuple(c for c in chosen if c.id not in left) or chosen


_OF_SCHEDULE = frozenset({EntityKind.DATE, EntityKind.PAY_DAY, EntityKind.FREQUENCY})


def _put_right_together(turn: Turn, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """ "The 1st of the month" to two schedules read back side by side is the day of both."""
    proposals = turn.conversation.dialogue.proposals
    proposed = {p.account_id for p in proposals if p.plan is not None}
    kinds = {e.kind for e in turn.reading.entities}
    is_day = bool(kinds) and kinds <= _OF_SCHEDULE and _is_answer_to_proposals(turn)
    if not is_day or len(proposed) <= 1 or len(proposed) != len(proposals):
        return ()
    return tuple(case for case in cases if case.id in proposed)


def _together(turn: Turn, cases: tuple[Case, ...]) -> Focus | None:
    """Both schedules put right by one day; None where the words do no such thing."""
    meant = _put_right_together(turn, cases)
    turns = tuple(_on(_with_own_last(turn, case), case) for case in meant)
    return Focus(turns=turns) if turns else None


def _with_own_last(turn: Turn, case: Case) -> Turn:
    """The turn with the account's own proposal as the newest, and no figure of another's."""
    dialogue = turn.conversation.dialogue
    proposals = tuple(sorted(dialogue.proposals, key=lambda p: p.account_id == case.id))
    dialogue = replace(dialogue, proposals=proposals, slots=Slots())
    return replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))


def _first_of_all(turn: Turn) -> Turn:
    """先还信用卡的 周五: the one bill before the others, and no part of it."""
    reading = turn.reading
    if reading.intent is not Intent.PARTIAL_PAYMENT or not isinstance(turn.event, CustomerSaid):
        return turn
    kinds = {e.kind for e in reading.entities}
    if kinds & {*_FIGURES, EntityKind.FREQUENCY} or _SOME.search(reading.text):
        return turn
    meant = Intent.PROMISE_TO_PAY if EntityKind.DATE in kinds else Intent.PAY_NOW
    return replace(turn, event=replace(turn.event, reading=replace(reading, intent=meant)))


_SOME = re.compile(r"部分|一[点點些]|[点點]儿|半|\b(?:part|some|half|bit)\b", re.IGNORECASE)


def _of_its_own(turn: Turn, case: Case) -> Turn:
    """The turn without the question and the figures of another account than the one he names.

    "The card I pay tomorrow", asked to confirm a plan of the loan, begins a talk about the card.
    """
    dialogue = turn.conversation.dialogue
    question = dialogue.question
    if question is None or question.account_id in (None, case.id):
        return turn
    if not isinstance(turn.event, CustomerSaid) or not turn.reading.entities:
        return turn
    own = next((p for p in dialogue.proposals if p.account_id == case.id), None)
    if own is not None:
        asked = replace(
            question,
            owner="instalments" if own.plan is not None else "promise",
            asked=Asked.CONFIRM,
            key="plan_propose" if own.plan is not None else "promise_propose",
            account_id=case.id,
        )
        beside = _with_own_last(turn, case)
        talk = replace(beside.conversation.dialogue, question=asked)
        return replace(beside, conversation=replace(beside.conversation, dialogue=talk))
    clear = replace(dialogue, question=None, options=(), slots=Slots())
    return replace(
        turn,
        conversation=replace(turn.conversation, dialogue=clear),
        event=replace(turn.event, reading=_told_by_figures(turn.reading)),
    )


def _told_by_figures(reading: Understanding) -> Understanding:
    """A yes that a bare value was taken for is, of another account, what the value says."""
    if reading.intent not in (Intent.AFFIRM, Intent.UNCLEAR):
        return reading
    kinds = {e.kind for e in reading.entities}
    if any(e.role is Role.UNTIL for e in reading.entities):
        return replace(reading, intent=Intent.REQUEST_EXTENSION)
    if kinds & {EntityKind.COUNT, EntityKind.FREQUENCY}:
        return replace(reading, intent=Intent.REQUEST_INSTALMENTS)
    return replace(reading, intent=Intent.PROMISE_TO_PAY) if EntityKind.DATE in kinds else reading


_EVERYTHING = re.compile(
    r"\b(?:everything (?:i owe|that i owe|outstanding)|all (?:that )?i owe|all (?:of )?my (?:bills|debts?|accounts?)|the lot of them)\b",
    re.IGNORECASE,
)


_ALL_OF_IT = re.compile(
    r"\b(?:all of it|it all|everything|the lot|the whole lot|all of that)\b", re.IGNORECASE
)


def _means_all_told(turn: Turn) -> bool:
    """ "All of it on the 4th" with no account spoken of before: "all" is each of them."""
    conversation = turn.conversation
    if conversation.focus is not None or conversation.dialogue.question is not None:
        return False
    is_promise = turn.reading.intent in (Intent.PROMISE_TO_PAY, Intent.PAY_NOW)
    return is_promise and bool(_ALL_OF_IT.search(turn.reading.text))


def _of_all_together(turn: Turn, chosen: tuple[Case, ...]) -> Turn:
    """ "Pay both Friday, the full 580": the sum of all bills is the whole of each."""
    event, reading = turn.event, turn.reading
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if len(chosen) <= 1 or len(sums) != 1 or not isinstance(event, CustomerSaid):
        return turn
    if sums[0].value != sum(case.account.outstanding.decimal for case in chosen):
        return turn
    leads = (Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.UNCLEAR)
    is_dated = any(e.kind is EntityKind.DATE for e in reading.entities)
    if reading.intent not in leads:
        return turn
    meant = Intent.PROMISE_TO_PAY if is_dated else Intent.PAY_NOW
    whole = replace(
        reading,
        intent=meant,
        also=(),
        entities=tuple(e for e in reading.entities if e is not sums[0]),
        tags=reading.tags | {Tag.WHOLE},
    )
    return replace(turn, event=replace(event, reading=whole))


# What may be said of one account while another of these is said of the next.
_APART = frozenset({Intent.REQUEST_INSTALMENTS, Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID})
_FIGURES = frozenset({EntityKind.COUNT, EntityKind.AMOUNT, EntityKind.SHARE})


def _shared_out(turn: Turn, cases: tuple[Case, ...]) -> list[tuple[Turn, Case]]:
    """Each account with the figures said of it: "the card in 4, the loan in 9"; else all for all."""
    if len(cases) > 1 and _DISPUTES & set(turn.reading.intents):
        return _by_clause(turn, cases)
    if len(cases) > 1 and _DENIES_ONE.search(turn.reading.text):
        told = _by_clause(turn, cases)
        if any(part is not turn for part, _ in told):
            return told
    asked = tuple(case for case in cases if _is_asked_about(turn, case))
    if asked and len(asked) < len(cases):
        rest = tuple(case for case in cases if case not in asked)
        return [*_shared_out(turn, rest), *((_asking_about(turn), case) for case in asked)]
    cases = _without_put_off(turn, cases)
    apart = _by_sentence(turn, cases) if len(cases) > 1 else []
    if apart:
        return apart
    own = _own_figures(turn, cases) if len(cases) > 1 else {}
    if not own or not isinstance(turn.event, CustomerSaid):
        return [(turn, case) for case in cases]
    parts = []
    for case in cases:
        reading = replace(turn.reading, entities=own[case.id])
        reading = _with_own_intent(reading, turn.today)
        parts.append((replace(turn, event=replace(turn.event, reading=reading)), case))
    return parts


_WHAT_ABOUT = re.compile(
    r"\b(?:what|how) about(?: (?:the|my|that))?(?: \w+)? ?$|(?:那|咁)(?:麼|么)?(?:我的?)?$",
    re.IGNORECASE,
)
_NAME_AND_NO_MORE = re.compile(r"\w+(?: \w+)?(?:呢)?\W*")


def _is_asked_about(turn: Turn, case: Case) -> bool:
    """ "Card I paid on Saturday. What about the gym": of the gym nothing is told, only asked."""
    text = turn.reading.text
    at = _place(text.casefold(), case, turn.conversation.cases)
    if at < 0 or not _WHAT_ABOUT.search(text, 0, at):
        return False
    return _NAME_AND_NO_MORE.fullmatch(text, at) is not None


def _asking_about(turn: Turn) -> Turn:
    event = turn.event
    if not isinstance(event, CustomerSaid):
        return turn
    tags = frozenset({Tag.ASKS})
    asks = replace(turn.reading, intent=Intent.BALANCE_QUERY, also=(), entities=(), tags=tags)
    return replace(turn, event=replace(event, reading=asks))


_DISPUTES = frozenset({Intent.DISPUTE_DEBT, Intent.DISPUTE_AMOUNT})
# 消费贷没办过 信用卡我明天还清, though the promise drowns the denial in the whole.
_DENIES_ONE = re.compile(
    r"[没沒冇未](?:有)?(?:[办辦借开開签簽用]|申[请請])(?:[过過]|[咗])|(?:[不唔](?:是|[系係]))我|\b(?:never|not mine|isn'?t mine|didn'?t (?:open|take|sign)|wrong|cancell?ed|bogus|dispute|(?:isn'?t|not|aren'?t) (?:right|correct|owed))\b",
    re.IGNORECASE,
)


def _by_clause(turn: Turn, cases: tuple[Case, ...]) -> list[tuple[Turn, Case]]:
    """消费贷我没借过 信用卡的周五还清: what is disputed of one account is not of the other.

    Each piece that begins with an account's name is read on its own, as far as it tells anything.
    """
    whole = [(turn, case) for case in cases]
    event, text = turn.event, turn.reading.text
    places = sorted((_place(text.casefold(), c, turn.conversation.cases), c.id) for c in cases)
    if places[0][0] < 0 or not isinstance(event, CustomerSaid):
        return whole
    ends = [at for at, _ in places[1:]] + [len(text)]
    begins = [0, *ends[:-1]]
    read = {
        name: ordered(
            understand(text[begin:end], today=turn.today, language=event.reading.language),
            turn.conversation,
        )
        for (_, name), begin, end in zip(places, begins, ends, strict=True)
    }
    disputed = [name for name, one in read.items() if _DISPUTES & set(one.intents)]
    if not disputed or len(disputed) == len(read):
        return whole
    words = {n: text[b:e] for (_, n), b, e in zip(places, begins, ends, strict=True)}
    if any(one.band is Band.CLARIFY and not _is_fault(one, words[n]) for n, one in read.items()):
        return whole
    return [(replace(turn, event=replace(event, reading=read[c.id])), c) for c in cases]


def _is_fault(reading: Understanding, words: str) -> bool:
    """ "Gym I cancelled in June, that's not right": half a guess, but something is called wrong."""
    return bool(_DISPUTES & set(reading.intents)) and in_talk.finds_fault(words)


_TALKED_LATER = re.compile(
    r"(?:再|先|[迟遲]啲|晚[点點]|以后|以後|之后|之後|[迟遲][点點])(?:再)?(?:[说說讲講倾傾谈談议議聊]|[放搁擱])|唔(?:傾|講)住|[别別](?:管|理)",
)


def _without_put_off(turn: Turn, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """卡數月尾還 私貸再傾: of the bill that he leaves for later nothing is agreed now."""
    text = turn.reading.text
    if len(cases) <= 1 or not _TALKED_LATER.search(text):
        return cases
    named = sorted((_place(text.casefold(), c, turn.conversation.cases), c.id) for c in cases)
    if named[0][0] < 0:
        return cases
    ends = [at for at, _ in named[1:]] + [len(text)]
    later = {
        name
        for (at, name), end in zip(named, ends, strict=True)
        if _TALKED_LATER.search(text[at:end]) and not _beside_name_at(turn, at, end)
    }
    return tuple(case for case in cases if case.id not in later) or cases


def _beside_name_at(turn: Turn, at: int, end: int) -> bool:
    return any(at <= e.start < end for e in turn.reading.entities)


_OF_BOTH = re.compile(r"都|两|兩|\bboth\b|\ball (?:of them|my|the|accounts|bills|starting|from)\b")
_SENTENCE_ENDS = re.compile(r"[.;\n。；]\s*")
_CLAUSE_ENDS = re.compile(r"[.;\n。；,，]\s*")


def _by_sentence(turn: Turn, cases: tuple[Case, ...]) -> list[tuple[Turn, Case]]:
    """ "Card: half on the 1st, half on the 15th. Gym: all on Friday": a sentence for each account.

    Empty unless every sentence tells something by itself; mere clauses must each be sure of it.
    """
    told = _each_alone(turn, cases, _SENTENCE_ENDS)
    if told and all(_tells_its_own(part.reading) for part, _ in told):
        return told
    told = _each_alone(turn, cases, _CLAUSE_ENDS)
    is_sure = all(
        _tells_its_own(part.reading) and part.reading.band is Band.ACT for part, _ in told
    )
    is_unlike = len({part.reading.intent for part, _ in told}) > 1
    return told if is_sure and is_unlike else []


def _each_alone(
    turn: Turn, cases: tuple[Case, ...], ends_at: re.Pattern[str]
) -> list[tuple[Turn, Case]]:
    """What is said of each account, read on its own; empty where no such mark stands between."""
    event, text = turn.event, turn.reading.text
    places = sorted((_place(text.casefold(), c, turn.conversation.cases), c.id) for c in cases)
    if places[0][0] < 0 or not isinstance(event, CustomerSaid) or _OF_BOTH.search(text.casefold()):
        return []
    found = [end.end() for end in ends_at.finditer(text)]
    later = [
        max((end for end in found if at < end <= after), default=0)
        for (at, _), (after, _) in pairwise(places)
    ]
    if not all(later):
        return []
    begins = [0, *later]
    ends = [*later, len(text)]
    read = {}
    for (_, name), begin, end in zip(places, begins, ends, strict=True):
        said = understand(text[begin:end], today=turn.today, language=event.reading.language)
        read[name] = sensed(ordered(said, turn.conversation), turn)
    turns = []
    for case in cases:
        own = replace(turn, event=replace(event, reading=read[case.id]))
        turns.append((own, case))
    return turns


def _tells_its_own(reading: Understanding) -> bool:
    """Whether a sentence with figures is well understood, an offer by its looks, or pays now."""
    offers = _APART | {Intent.PARTIAL_PAYMENT, Intent.REQUEST_EXTENSION}
    is_clear = reading.band is not Band.CLARIFY or reading.intent in offers
    is_plain = reading.intent is Intent.PAY_NOW and reading.band is Band.ACT
    is_plain |= reading.intent is Intent.ALREADY_PAID and reading.band is not Band.CLARIFY
    return (bool(reading.entities) and is_clear) or is_plain


def _with_own_intent(reading: Understanding, today: date) -> Understanding:
    """Of a plan for one account and a promise or a claim for the other each keeps its own."""
    both = _APART & set(reading.intents)
    said = [day for e in reading.entities for day in (e.value, *e.alternatives)]
    days = [day for day in said if isinstance(day, date)]
    if both and days and max(days) < today:
        rest = tuple(i for i in reading.intents if i not in both)
        tags = reading.tags | {Tag.PAST}
        return replace(reading, intent=Intent.ALREADY_PAID, also=rest, tags=tags)
    sizes = {EntityKind.COUNT, EntityKind.FREQUENCY, EntityKind.PAY_DAY}
    has_figure = any(e.kind in {*sizes, EntityKind.AMOUNT} for e in reading.entities)
    if Intent.ALREADY_PAID in both and not has_figure and (not days or min(days) < today):
        rest = tuple(i for i in reading.intents if i not in both)
        tags = reading.tags | {Tag.PAST}
        return replace(reading, intent=Intent.ALREADY_PAID, also=rest, tags=tags)
    is_plan = any(e.kind in sizes or e.role is Role.PER_INSTALMENT for e in reading.entities)
    if len(both) <= 1:
        return _with_other_intent(reading, today, is_plan=is_plan)
    lead = Intent.REQUEST_INSTALMENTS if is_plan else Intent.PROMISE_TO_PAY
    if lead not in both:
        return reading
    rest = tuple(i for i in reading.intents if i not in both)
    tags = (
        reading.tags - {Tag.PAST, Tag.WHOLE}
        if is_plan
        else reading.tags - {Tag.SPLIT, Tag.ASKS, Tag.PAST}
    )
    return replace(reading, intent=lead, also=rest, tags=tags)


def _with_other_intent(reading: Understanding, today: date, *, is_plan: bool) -> Understanding:
    """What was said of one account alone is another thing on the next: paid, in parts, in full."""
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    is_coming = bool(days) and min(days) >= today
    if reading.intent is Intent.ALREADY_PAID and is_coming:
        tags = reading.tags - {Tag.PAST}
        return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), tags=tags)
    if reading.intent is Intent.PROMISE_TO_PAY and is_plan:
        tags = reading.tags - {Tag.WHOLE}
        return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), tags=tags)
    is_whole = Tag.WHOLE in reading.tags or bool(_PAYS_OFF.search(reading.text))
    is_all = is_coming and not is_plan and is_whole
    if reading.intent is Intent.REQUEST_INSTALMENTS and is_all:
        return replace(reading, intent=Intent.PROMISE_TO_PAY, also=())
    return reading


def _own_figures(turn: Turn, cases: tuple[Case, ...]) -> dict[AccountId, tuple[Entity, ...]]:
    """The facts by account, told by the name before them (or after, where figures lead).

    Days and rhythms said once are meant for all; empty where not every account has a figure.
    """
    text = turn.reading.text.casefold()
    named = sorted((_place(text, c, turn.conversation.cases), c.id) for c in cases)
    facts_said = turn.reading.entities
    if not facts_said or named[0][0] < 0:
        return {}
    names_lead = named[0][0] < min(e.end for e in facts_said)
    figures = _told_apart([e for e in facts_said if e.kind in _FIGURES], named, names_lead)
    shared = [e for e in facts_said if _is_shared(e, text)]
    if figures is None and shared:
        # 消费贷分6期 信用卡一次还 都15号: the day is that of both, whatever else is said of each.
        own = [e for e in facts_said if e not in shared]
        return {name: (*_beside_name(own, named, name), *shared) for _, name in named}
    if figures is None:
        # A day for one and a number of payments for the other are told apart as well.
        apart = _told_apart(list(facts_said), named, names_lead) or {}
        is_apart = _is_mixed(turn) or _have_days_of_their_own(apart)
        return {name: tuple(entities) for name, entities in apart.items() if is_apart}
    rest = [e for e in facts_said if e.kind not in _FIGURES]
    days = _told_apart(rest, named, names_lead) or {case.id: rest for case in cases}
    return {case.id: (*figures[case.id], *days[case.id]) for case in cases}


def _have_days_of_their_own(apart: dict[AccountId, list[Entity]]) -> bool:
    """消费贷周五还清 信用卡下周五还清: one day an account, and each another."""
    days = [[e.value for e in told if e.kind is EntityKind.DATE] for told in apart.values()]
    is_one_each = all(
        len(told) == 1 == len(named) for told, named in zip(apart.values(), days, strict=True)
    )
    return is_one_each and len({named[0] for named in days}) == len(days)


_FOR_BOTH = re.compile(
    r"(?:都|全都|全部|一起|同时|同時|两笔|兩筆|\b(?:both|all)\b)(?: on| by| for| the)*\s*$"
)


def _is_shared(entity: Entity, text: str) -> bool:
    """Whether the day is said of all accounts: 都15号, "both on the 15th"."""
    is_day = entity.kind in (EntityKind.DATE, EntityKind.PAY_DAY)
    return is_day and bool(_FOR_BOTH.search(text[: entity.start]))


def _beside_name(
    entities: list[Entity], named: list[tuple[int, AccountId]], name: AccountId
) -> list[Entity]:
    """The facts after the account's name and before the next one."""
    at = next(place for place, other in named if other == name)
    end = min((place for place, _ in named if place > at), default=None)
    return [e for e in entities if e.start >= at and (end is None or e.start < end)]


_PAYS_OFF = re.compile(r"\b(?:pay|clear|finish|settle)\w* (?:\w+ ){0,3}off\b", re.IGNORECASE)


_AT_ONCE = re.compile(
    r"\b(?:in full|all at once|in one (?:go|shot|payment)|one payment)\b|一次(?:性|过|過)?(?:还|還|付|缴|繳|清)?|全[额額部]",
    re.IGNORECASE,
)


def _is_mixed(turn: Turn) -> bool:
    days = facts.days(turn)
    is_plan = facts.count(turn) is not None
    is_past_and_plan = is_plan and bool(days) and min(days) < turn.today
    # "The card in full on Friday, the loan in 4 from the 1st".
    is_whole = facts.has(turn, Tag.WHOLE) or bool(_PAYS_OFF.search(turn.reading.text))
    is_all_and_plan = is_plan and is_whole and len(days) > 1
    # "I paid the loan on Friday, the card I can pay on the 1st".
    is_past_and_coming = bool(days) and min(days) < turn.today <= max(days)
    # "The card in 3, and the gym all at once on the 1st".
    is_once_and_plan = is_plan and bool(days) and bool(_AT_ONCE.search(turn.reading.text))
    return (
        is_past_and_plan
        or is_once_and_plan
        or is_all_and_plan
        or is_past_and_coming
        or len(_APART & set(turn.reading.intents)) > 1
    )


def _told_apart(
    entities: list[Entity], named: list[tuple[int, AccountId]], names_lead: bool
) -> dict[AccountId, list[Entity]] | None:
    """Each fact with the account it stands beside; None unless every account has one."""
    own: dict[AccountId, list[Entity]] = {name: [] for _, name in named}
    for entity in entities:
        # "Pay the card off in 3": the name may stand within the words that tell the number.
        before = [name for at, name in named if at < entity.end]
        after = [name for at, name in named if at >= entity.start]
        owner = before[-1] if names_lead and before else (after or before)[0]
        own[owner].append(entity)
    return own if all(own.values()) else None


def _place(text: str, case: Case, cases: tuple[Case, ...]) -> int:
    """Where the account is first named; -1 when it is not, but by its sum or its place."""
    account = case.account
    others = {w for c in cases if c is not case for w in _name_words(c.account.product)}
    patterns = {re.escape(account.product.casefold()), *(_name_words(account.product) - others)}
    tail = account.reference[-4:].casefold()
    patterns |= {re.escape(tail)} if len(tail) >= _SHORTEST_TAIL else set()
    places = [found.start() for p in patterns if p and (found := re.search(p, text))]
    places += [at for at, named in _sizes(text, cases) if named is case]
    return min(places, default=-1)


def _asked(turn: Turn, cases: tuple[Case, ...]) -> Focus | None:
    if turn.conversation.focus is not None or not _needs_account(turn):
        return None
    return Focus(ask=_ask_which(turn, cases))


def _is_of_the_person(turn: Turn) -> bool:
    """Safety, people and small talk concern the person: one answer, whatever was named."""
    plain = {Intent.AFFIRM, Intent.DENY}
    if turn.reading.intent in plain:
        return not _is_answer_to_proposals(turn)
    return turn.reading.intent in _OF_THE_PERSON


def _open_to_talk(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """ "All" leaves out what is in dispute, unless nothing else is left."""
    return tuple(c for c in cases if c.open_dispute is None) or cases


def _is_mentioned(turn: Turn, cases: tuple[Case, ...]) -> bool:
    text = turn.reading.text.casefold()
    return any(_mentions(text, case, cases) for case in cases)


def _live(turn: Turn) -> tuple[Case, ...]:
    return tuple(c for c in turn.conversation.cases if c.account.exists)


def _on(turn: Turn, case: Case) -> Turn:
    if turn.conversation.focus == case.id:
        return turn
    conversation = _with_focus(turn.conversation, focus=case.id)
    return _with_conversation(turn, conversation=conversation)


def _named(turn: Turn, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """The accounts whose product, last digits, exact amount or place in the list was said."""
    question = turn.conversation.dialogue.question
    if question is not None and question.owner == _OWNER:
        place = facts.option(turn) or facts.count(turn)
        if place is not None and 1 <= place <= len(cases):
            return (cases[place - 1],)
    text = turn.reading.text.casefold()
    found = tuple(c for c in cases if _mentions(text, c, cases)) or _by_size(text, cases)
    found = found or _the_other(turn, cases)
    if found:
        return found
    sums = {money.minor for money in facts.amounts(turn)}
    by_sum = tuple(c for c in cases if c.account.outstanding.minor in sums)
    return by_sum or tuple(c for c in cases if _is_called_by_sum(text, c))


def _is_called_by_sum(text: str, case: Case) -> bool:
    """ "The 400 one": a bill called by what is owed on it."""
    owed = f"{case.account.outstanding.decimal:f}"
    owed = owed.rstrip("0").rstrip(".") if "." in owed else owed
    return bool(
        re.search(rf"(?<![\d.]){re.escape(owed)} ?(?:one|bill|account|debt|loan|card)\b", text)
    )


_OTHER_ONE = re.compile(
    r"另(?:外)?(?:那|嗰|一)?[一]?[笔筆张張个個单單](?:[账帳賬][单單])?|[剩余餘]下(?:的)?[那嗰][一]?[笔筆张張个個单單]|\b(?:the )?other (?:one|bill|account|debt|loan|card)\b"
)


def _the_other(turn: Turn, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """另一笔分6期, with two bills: the one that was not talked about just now."""
    focus = turn.conversation.focus
    if focus is None or len(cases) != _FEWEST_TO_COMPARE:
        return ()
    if not _OTHER_ONE.search(turn.reading.text.casefold()):
        return ()
    return tuple(case for case in cases if case.id != focus)


_SMALLEST = re.compile(
    r"[细細小][数數]|(?:小|少|[细細])(?:一点|一點|啲)?(?:[的嘅]|[那嗰这這呢](?:一)?[个個笔筆单單张張]|[个個笔筆单單张張])|\b(?:small(?:er|est)?|lower|lowest|little) (?:one|bill|account)\b"
)
_LARGEST = re.compile(
    r"大[数數]|(?:大|多|[贵貴])(?:一点|一點|啲)?(?:[的嘅]|[那嗰这這呢](?:一)?[个個笔筆单單张張]|[个個笔筆单單张張])|\b(?:big(?:ger|gest)?|larger|largest|higher|highest) (?:one|bill|account)\b"
)


def _by_size(text: str, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """小的那个, "the bigger one": of bills of one currency the one with the least or most owed."""
    return tuple(case for _, case in sorted(_sizes(text, cases), key=lambda named: named[0]))


def _sizes(text: str, cases: tuple[Case, ...]) -> list[tuple[int, Case]]:
    """Where the words name a bill by its size, and which; two bills may be told apart by it."""
    if len(cases) < _FEWEST_TO_COMPARE:
        return []
    if len({c.account.outstanding.currency for c in cases}) != 1:
        return []
    owed = sorted(cases, key=lambda c: c.account.outstanding.minor)
    named = ((_SMALLEST.search(text), owed[0]), (_LARGEST.search(text), owed[-1]))
    return [(found.start(), case) for found, case in named if found is not None]


def accounts_named(text: str, cases: tuple[Case, ...]) -> tuple[AccountId, ...]:
    """The accounts that the text names by product or last digits; all where it says both."""
    plain = text.casefold()
    found = tuple(c.id for c in cases if _mentions(plain, c, cases))
    return found or (tuple(c.id for c in cases) if _ALL.search(plain) else ())


_ALL = re.compile(r"都|全|两|兩|\b(?:both|all)\b")


def _mentions(text: str, case: Case, cases: tuple[Case, ...]) -> bool:
    """The product's name, or a word of it that no other account's name has, or the last digits."""
    account = case.account
    if account.product and account.product.casefold() in text:
        return True
    others = {w for c in cases if c is not case for w in _name_words(c.account.product)}
    if any(re.search(word, text) for word in _name_words(account.product) - others):
        return True
    tail = account.reference[-4:].casefold()
    if len(tail) < _SHORTEST_TAIL:
        # A short name of letter and figure, as the list shows it, where it stands alone.
        is_name = not tail.isdecimal() and not tail.isalpha() and bool(tail)
        return is_name and bool(re.search(rf"(?<![a-z0-9]){re.escape(tail)}(?![a-z0-9])", text))
    return tail in text


def _name_words(product: str) -> set[str]:
    """The words of a product's name as patterns; of a Chinese name every two neighbours."""
    name = product.casefold()
    words = {rf"\b{re.escape(w)}\b" for w in re.findall(r"[a-z]{3,}", name)}
    han = re.sub(r"[^\u4e00-\u9fff]", "", name)
    words |= {han[n : n + 2] for n in range(len(han) - 1)}
    if len(han) == _LONG_NAME:
        # 私貸 for 私人貸款.
        words.add(f"{han[0]}{han[2]}")
    return words | ({_THE_CARD} if han.endswith("卡") else set())


_LONG_NAME = 4
# 張卡聽日還, 卡的下周: the bill of the card; 换张卡刷 speaks of the card he pays with.
_THE_CARD = r"(?:^|[ ,，。;；])[那這这呢嗰]?[张張]?卡(?:[那嗰这這呢的嘅數数]|(?=[聽听今明後后下上周月星禮礼先分每一]))"


def _is_answer_to_proposals(turn: Turn) -> bool:
    question = turn.conversation.dialogue.question
    return question is not None and question.asked is Asked.CONFIRM


def _needs_account(turn: Turn) -> bool:
    if turn.reading.intent in _OF_THE_PERSON or turn.conversation.dialogue.question:
        return False
    if turn.conversation.holder is not None or turn.conversation.opted_out:
        return False
    if not turn.conversation.is_bound or turn.conversation.open_handoff is not None:
        return False
    return BY_INTENT[turn.reading.intent].NAME not in ("small_talk", "consent")


def _ask_which(turn: Turn, cases: tuple[Case, ...]) -> Answer:
    """Name them by product and last digits, oldest first; the wish is kept for the answer."""
    names = tuple(_label(case, turn.conversation.language) for case in cases)
    ask = Ask(
        asked=Asked.CHOOSE_OPTION,
        owner=_OWNER,
        key="ask_account",
        structure="clarify",
        values=(("accounts", names),),
    )
    dialogue = replace(turn.conversation.dialogue, pending=turn.reading)
    return replace(
        asking(turn, ask, dialogue=dialogue), reasons=because("accounts.which", "several accounts")
    )


def _label(case: Case, language: Language) -> str:
    tail, product = case.account.reference[-4:], product_name(case.account, language)
    return f"{product} ({tail})" if tail else product


def _has_own_wish(turn: Turn) -> bool:
    """Whether the answer to "which account" brings a matter of its own, with figures."""
    kinds = _FIGURES | {EntityKind.DATE, EntityKind.PAY_DAY}
    plain = {Intent.UNCLEAR, Intent.AFFIRM, Intent.DENY, Intent.THANKS}
    has_figure = any(e.kind in kinds for e in turn.reading.entities)
    return has_figure and turn.reading.intent not in plain


def _taken_up(turn: Turn) -> Turn:
    """The turn with the wish that waited for the choice of an account."""
    dialogue = turn.conversation.dialogue
    question: Question | None = dialogue.question
    if question is None or question.owner != _OWNER or dialogue.pending is None:
        return turn
    if not isinstance(turn.event, CustomerSaid):
        return turn
    clear = replace(dialogue, question=None, pending=None)
    told = _told_by_figures(turn.reading)
    if told is not turn.reading and not dialogue.pending.entities:
        # "The card, Friday, 1200" tells more than what had waited for the name.
        turn = replace(turn, event=replace(turn.event, reading=told))
    if _has_own_wish(turn):
        return replace(turn, conversation=replace(turn.conversation, dialogue=clear))
    return replace(
        turn,
        conversation=replace(turn.conversation, dialogue=clear),
        event=replace(turn.event, reading=dialogue.pending),
    )
