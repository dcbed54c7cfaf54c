"""Which dialogue answers a message: the order of reading, the open question, who holds the talk."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flows import facts, proof
from flows.actions import Notify, Say
from flows.commitments.acceptance import take_up
from flows.dialogues import (
    ASIDES,
    BY_INTENT,
    BY_NAME,
    SAFETY,
    URGENT,
    dispute,
    identity,
    instalments,
    people,
    promise,
)
from flows.events import CustomerSaid
from flows.languages.detect import language_asked
from flows.model import Conversation, Flag, Turn
from flows.records import HandoffReason
from flows.replacing import maker, quick, replace
from flows.sense import in_talk
from flows.sense.answering import answers_question
from flows.talk import Answer, because, is_open, repeat_question, say, say_as
from flows.understanding.intents import Intent
from flows.understanding.rules import is_in_need
from flows.understanding.values import (
    Asked,
    Band,
    Entity,
    EntityKind,
    LanguageTag,
    Role,
    Tag,
    Understanding,
)

Step = Callable[[Turn], Answer]


# While a person is awaited for one of these, nothing of the bot's business goes on.
_NO_TAKE_UP = frozenset(
    {
        HandoffReason.DANGER,
        HandoffReason.DECEASED,
        HandoffReason.REPRESENTED,
        HandoffReason.COMPLAINT,
        HandoffReason.DISPUTE_DEBT,
        HandoffReason.DISPUTE_AMOUNT,
        HandoffReason.PRIVACY,
        HandoffReason.REFUSED_CONTACT,
        HandoffReason.VULNERABLE,
    }
)


# Handoffs that leave the negotiation open: a plan or promise still answers them.
_NEGOTIABLE = frozenset(
    {
        HandoffReason.DISCOUNT,
        HandoffReason.NEGOTIATION,
        HandoffReason.HARDSHIP,
        HandoffReason.UNAFFORDABLE,
        HandoffReason.RECEIPT,
        HandoffReason.REFUSED,
        HandoffReason.ABUSE,
        HandoffReason.UNCLEAR,
        HandoffReason.PAYMENT_PROBLEM,
        HandoffReason.BROKEN_PROMISE,
        HandoffReason.OTHER_LANGUAGE,
        HandoffReason.CALLBACK,
        HandoffReason.PLAN_CHANGE,
        HandoffReason.CLAIM_NOT_FOUND,
    }
)


_COMMITS = frozenset(
    {
        Intent.ALREADY_PAID,
        Intent.PROMISE_TO_PAY,
        Intent.PAY_NOW,
    }
)


_NEGOTIATES = _COMMITS | {
    Intent.REQUEST_INSTALMENTS,
    Intent.PARTIAL_PAYMENT,
    Intent.REQUEST_EXTENSION,
}


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The chosen step, the dialogue's name for the record, and the intents still to be noted."""

    name: str
    step: Step
    also: tuple[Intent, ...] = ()
    repeats_question: bool = False


_make_route = maker(Route)


def route(turn: Turn) -> Route:
    """The dialogue that must answer this message."""
    conversation, reading = turn.conversation, turn.reading
    is_asked = conversation.dialogue.question is not None
    intents = (reading.intent, *reading.also)
    for rule in asked_of(intents, is_asked=is_asked, is_bound=conversation.is_bound):
        found = rule(turn)
        if found is not None:
            return found
    return _by_intent(turn)


def _restart(turn: Turn) -> Route | None:
    """START opens again from any state but a closed address."""
    if Tag.RESTART in turn.reading.tags and not turn.conversation.is_address_closed:
        return Route(name="consent", step=BY_NAME["consent"].step)
    return None


def _danger(turn: Turn) -> Route | None:
    """Danger to life is answered always: after a stop, on a closed address, in a takeover."""
    if Intent.VULNERABLE in turn.reading.intents:
        return Route(name="people", step=BY_NAME["people"].step, also=turn.reading.also)
    return None


def _closed(turn: Turn) -> Route | None:
    """An address that is not the customer's: whoever writes from it is not answered."""
    if not turn.conversation.is_address_closed:
        return None
    if turn.conversation.is_address_lent and turn.conversation.holder is None:
        return Route(name="identity", step=identity.back_again)
    # A stop binds there as well, without a word.
    also = (Intent.OPT_OUT,) if Intent.OPT_OUT in turn.reading.intents else ()
    return Route(name="identity", step=_silent("wrong_person.silent"), also=also)


def _stopped(turn: Turn) -> Route | None:
    """After a stop nothing is answered; what matters to the account is recorded all the same."""
    if not turn.conversation.opted_out:
        return None
    kept = (*SAFETY, Intent.DISPUTE_DEBT, Intent.DISPUTE_AMOUNT, Intent.ALREADY_PAID)
    also = tuple(i for i in turn.reading.intents if i in kept and i is not Intent.OPT_OUT)
    return Route(name="consent", step=BY_NAME["consent"].step, also=also)


_GONE = frozenset({Flag.DECEASED, Flag.LEGAL})


def _gone(turn: Turn) -> Route | None:
    """After a death or with a representative nothing but the one reply is ever sent."""
    if turn.conversation.flags.isdisjoint(_GONE):
        return None
    if _safety_of(turn):
        return None
    return Route(name="people", step=people.held_by_agent)


def _cared_for(turn: Turn) -> Route | None:
    """While the hold for a vulnerable person stands, nothing of the bot's business goes on."""
    if Flag.VULNERABLE not in turn.conversation.flags or _safety_of(turn):
        return None
    if not any(hold.name == "vulnerable" for hold in turn.conversation.holds):
        return None
    return Route(name="people", step=people.cared_for)


def _safety_of(turn: Turn) -> tuple[Intent, ...]:
    return tuple(intent for intent in turn.reading.intents if intent in SAFETY)


def _safety(turn: Turn) -> Route | None:
    """Words that are recorded and answered at once, whatever is open."""
    found = _safety_of(turn)
    if not found:
        return None
    lead = BY_INTENT[turn.reading.intent]
    also = turn.reading.also
    if turn.conversation.holder is not None and found[0] is not Intent.OPT_OUT:
        # A person holds the talk: he sees the flag; the bot does not barge in.
        return Route(name="people", step=people.held_by_agent, also=turn.reading.intents)
    return Route(name=lead.NAME, step=lead.step, also=also)


def _held(turn: Turn) -> Route | None:
    """A person holds the talk: recorded for him, not answered."""
    if turn.conversation.holder is None:
        return None
    return Route(name="people", step=people.held_by_agent)


def _waiting(turn: Turn) -> Route | None:
    """A person is awaited: withdrawals, claims and whole promises are still taken up."""
    handoff = turn.conversation.open_handoff
    if handoff is None:
        return None
    intents = set(turn.reading.intents)
    if handoff.reason in _NO_TAKE_UP:
        return None if intents & set(URGENT) else Route(name="people", step=people.waiting)
    if facts.has(turn, Tag.WITHDRAWS):
        return Route(name="people", step=_withdrawn_for(turn))
    taken_up = _NEGOTIATES if handoff.reason in _NEGOTIABLE else _COMMITS
    is_new = bool(intents & taken_up or intents & (set(URGENT) - {Intent.REQUEST_HUMAN}))
    is_offer = handoff.reason is HandoffReason.DISCOUNT and _is_offer_to_settle(turn)
    is_offer = is_offer or (handoff.reason in _FOR_MEANS and _is_bare_day(turn))
    if not is_offer and (is_new or answers_question(turn)):
        return None
    return Route(name="people", step=people.waiting)


# A person looks for what he can bear: a day alone is no promise of all that is owed.
_FOR_MEANS = frozenset({HandoffReason.HARDSHIP, HandoffReason.UNAFFORDABLE})
_FEW_WORDS = 5


def _is_bare_day(turn: Turn) -> bool:
    """ "The 5th, I guess", said of a sum that a person is to look at."""
    is_day = turn.reading.intent is Intent.PROMISE_TO_PAY and not facts.amounts(turn)
    is_short = len(turn.reading.text.split()) <= _FEW_WORDS
    return is_day and is_short and not facts.has(turn, Tag.WHOLE, Tag.FUTURE)


_SETTLES_WITH = re.compile(
    r"\b(?:offer\w*|settle\w*|final|take it or leave|call it (?:even|quits)|best i can|all you(?:'re| are)? get\w*)\b"
    r"|一口[价價]|最多就|[结結]清|[两兩]清",
    re.IGNORECASE,
)


def _is_offer_to_settle(turn: Turn) -> bool:
    """ "200 on Friday, final offer" while a person decides on a reduction: no part payment."""
    owed = turn.case.account.outstanding.minor
    sums = facts.amounts(turn)
    is_less = bool(sums) and all(money.minor < owed for money in sums)
    return is_less and bool(_SETTLES_WITH.search(turn.reading.text))


def _withdrawn_for(turn: Turn) -> Step:
    """ "Never mind the agent, I pay on Friday": the wish for a person ends, the rest goes on."""
    # 不用人工了 我周四还: the person is named, the wish stands behind it.
    meant = next((i for i in turn.reading.intents if i in _NEGOTIATES), None)
    if meant is None or _needs_verifying(_meant(turn, meant)):
        return people.withdrawn
    lead = BY_INTENT[meant]

    def step(turn: Turn) -> Answer:
        withdrawn = people.withdrawn(turn)
        records = tuple(a for a in withdrawn.actions if not isinstance(a, Say))
        answer = lead.step(_meant(turn, meant))
        return replace(answer, actions=(*records, *answer.actions))

    return step


def _urgent(turn: Turn) -> Route | None:
    """Disputes, complaints and wishes for a person come before any open question."""
    if turn.reading.intent not in URGENT:
        return None
    if _is_identity_answer(turn) or _settles_count_or_amount(turn):
        return None
    lead = BY_INTENT[turn.reading.intent]
    return Route(name=lead.NAME, step=lead.step, also=turn.reading.also)


def _withdrawn(turn: Turn) -> Route | None:
    """The creditor took every bill back: nothing is told or agreed about one; a person answers."""
    for case in turn.conversation.cases:
        if case.account.exists:
            return None
    return Route(name="people", step=people.bill_gone, also=())


# What digits that prove who somebody is are easily taken for when they stand alone.
_SEEN_IN_DIGITS = frozenset({Intent.DISPUTE_AMOUNT, Intent.REQUEST_CALLBACK, Intent.PRIVACY})


def _is_identity_answer(turn: Turn) -> bool:
    """Digits that answer "who are you" are no matter of their own."""
    question = turn.conversation.dialogue.question
    if question is None or question.asked is not Asked.IDENTITY:
        return False
    if proof.check(turn.reading.text, turn.conversation.person.secrets).right_items:
        return turn.reading.intent in _SEEN_IN_DIGITS
    if turn.reading.intent is Intent.DISPUTE_AMOUNT and in_talk.finds_fault(turn.reading.text):
        return False
    return proof.gives_items(turn.reading.text) and turn.reading.intent in _SEEN_IN_DIGITS


def _proves_himself(turn: Turn) -> Route | None:
    """Right items, whatever was asked: who gives them is verified, and answers nothing else."""
    question, text = turn.conversation.dialogue.question, turn.reading.text
    is_asked = question is not None and question.asked is Asked.IDENTITY
    if is_asked or not facts.has_figure(text):
        return None
    known = turn.conversation.dialogue.verified_items
    if not proof.check(text, turn.conversation.person.secrets, known).is_enough:
        return None
    return Route(
        name=identity.NAME,
        step=lambda t: identity.answer_question(t, t.conversation.dialogue),
    )


def _settles_count_or_amount(turn: Turn) -> bool:
    """ "The amount" answers which of the two holds; it is no quarrel with the amount."""
    question = turn.conversation.dialogue.question
    if question is None or question.asked is not Asked.COUNT_OR_AMOUNT:
        return False
    is_short = len(turn.reading.text) <= _SHORT_ANSWER
    return turn.reading.intent is Intent.DISPUTE_AMOUNT and is_short


_SHORT_ANSWER = 20


def _open_question(turn: Turn) -> Route | None:
    """The words answer what the bot waits for, or stand beside it."""
    dialogue = turn.conversation.dialogue
    question = dialogue.question
    if question is None or not is_open(question, turn.now):
        return None
    if answers_question(turn):
        owner = BY_NAME[question.owner]
        return _make_route(
            name=owner.NAME,
            step=lambda t: owner.answer_question(t, t.conversation.dialogue),
            also=_beside(turn),
        )
    if _is_aside(turn):
        aside = BY_INTENT[turn.reading.intent]
        # Who asks whether this is a fraud is not asked for his data in the same breath.
        doubts = turn.reading.intent is Intent.IDENTITY_QUERY and not turn.conversation.is_bound
        return Route(name=aside.NAME, step=aside.step, repeats_question=not doubts)
    return None


# Asked what he can spare, he names a day instead.
_ASK_CAPACITY = frozenset({"hardship_ask", "ask_capacity"})


# With a dispute open nothing is agreed on that account: a person decides first.
_AGREES = _NEGOTIATES | {
    Intent.AFFIRM,
    Intent.REFUSE,
    Intent.REQUEST_DISCOUNT,
    Intent.UNCLEAR,
}


def _disputed(turn: Turn) -> Route | None:
    """What would commit him waits for the person who checks the dispute (negotiation.md C.7)."""
    if turn.case.open_dispute is None:
        return None
    if dispute.asks_where_to_send(turn):
        return Route(name=dispute.NAME, step=dispute.takes_papers)
    question = turn.conversation.dialogue.question
    is_its_own = question is not None and question.owner == dispute.NAME
    # A yes to what was asked about another bill is no word on the disputed one.
    is_of_other = question is not None and question.account_id not in (None, turn.case.id)
    if is_its_own or is_of_other or turn.reading.intent not in _AGREES - {Intent.ALREADY_PAID}:
        return None
    return Route(name=dispute.NAME, step=_waits_for_check)


def _waits_for_check(turn: Turn) -> Answer:
    offers = _NEGOTIATES | {Intent.REQUEST_DISCOUNT}
    key = "dispute_waits" if turn.reading.intent in offers else "dispute_noted"
    return Answer(
        actions=(Notify(what="customer_wrote"), say(key)),
        reasons=because("dispute.waits", "nothing is agreed while the dispute is checked"),
    )


def _overtaken(turn: Turn) -> Route | None:
    """A message that comes late leaves what was proposed since as it is; the question stands."""
    event, question = turn.event, turn.conversation.dialogue.question
    if not isinstance(event, CustomerSaid) or not event.is_late or question is None:
        return None
    if question.asked is not Asked.CONFIRM:
        return None
    return Route(name=question.owner, step=_asked_again)


def _asked_again(turn: Turn) -> Answer:
    return repeat_question(turn, turn.conversation.dialogue)


_DAY_FOR_SUM = frozenset({Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.UNCLEAR})


def _names_day_for_sum(turn: Turn) -> Route | None:
    """ "Next week maybe", asked how much a month: a day to pay on, which is talked about first."""
    question = turn.conversation.dialogue.question
    if question is None or question.key not in _ASK_CAPACITY:
        return None
    if facts.takes_longest(turn.reading.text) or facts.day(turn, Role.START) is not None:
        return None
    kinds = {e.kind for e in turn.reading.entities}
    if kinds != {EntityKind.DATE} or turn.reading.intent not in _DAY_FOR_SUM:
        return None
    owner = BY_NAME["promise"]
    return Route(name=owner.NAME, step=lambda t: owner.step(_meant(t, Intent.PROMISE_TO_PAY)))


_REST_LATER = re.compile(
    r"(?:剩|[余餘]下|其[余餘他它])[^,，。]{0,6}(?:再|以[后後]|之[后後]|[后後]面|慢慢|[迟遲]啲)|\b(?:rest|remainder|balance) (?:later|after|another|when)\b",
    re.IGNORECASE,
)


def _names_part_for_sum(turn: Turn) -> Route | None:
    """ "2,000 now, the rest later", asked how much a month: a part, and no sum of every month."""
    question = turn.conversation.dialogue.question
    if question is None or question.key not in _ASK_CAPACITY:
        return None
    is_part = turn.reading.intent is Intent.PARTIAL_PAYMENT and facts.frequency(turn) is None
    if not is_part or facts.amount(turn, Role.PART, Role.DOWN_PAYMENT) is None:
        return None
    if not _REST_LATER.search(turn.reading.text):
        return None
    return Route(name=instalments.NAME, step=instalments.step, also=turn.reading.also)


def _is_aside(turn: Turn) -> bool:
    """A side question that may be answered here; a detail waits until the address is bound."""
    is_side_question = turn.reading.intent in ASIDES or turn.reading.intent is Intent.RECEIPT
    return is_side_question and not _needs_verifying(turn)


def _beside(turn: Turn) -> tuple[Intent, ...]:
    return tuple(i for i in turn.reading.intents if i in ASIDES or i is Intent.HARDSHIP)


def _menu(turn: Turn) -> Route | None:
    """A number from the list of likely meanings stands for the meaning itself."""
    question = turn.conversation.dialogue.question
    if question is None or question.owner != "small_talk":
        return None
    place = facts.option(turn) or _bare_count(turn)
    small_talk = BY_NAME["small_talk"]
    menu: tuple[Intent, ...] = getattr(small_talk, "MENU", ())
    if place is None or not 1 <= place <= len(menu):
        return None
    chosen = menu[place - 1]
    owner = BY_INTENT[chosen]
    return Route(name=owner.NAME, step=lambda t: owner.step(_meaning(t, chosen)))


def _bare_count(turn: Turn) -> int | None:
    """A count that is a number alone: 4期 asks for four payments, not for the fourth meaning."""
    return facts.count(turn) if turn.reading.text.strip(" .。").isdecimal() else None


def _meaning(turn: Turn, intent: Intent) -> Turn:
    """The turn with the chosen meaning in the place of a bare number."""
    if not isinstance(turn.event, CustomerSaid):
        return turn
    reading = replace(turn.reading, intent=intent, also=(), entities=())
    return replace(turn, event=replace(turn.event, reading=reading))


def _not_the_person(turn: Turn) -> Route | None:
    """A no to the neutral first text: this is not whom we look for."""
    if turn.conversation.is_bound or turn.reading.intent is not Intent.DENY:
        return None
    if turn.reading.band is Band.CLARIFY or facts.has(turn, Tag.WITHDRAWS):
        # 唔肯定 is no word on who reads it, nor is 那算了; a guess may not close the address.
        return None
    question = turn.conversation.dialogue.question
    if question is not None and question.asked is not Asked.IDENTITY:
        return None
    meant = Intent.WRONG_PERSON
    return Route(name="identity", step=lambda t: identity.step(_meaning(t, meant)))


def _needs_verifying(turn: Turn) -> bool:
    """Whether the answer would hold details and the address is not known to be the customer's."""
    lead = BY_INTENT[turn.reading.intent]
    return not turn.conversation.is_bound and turn.reading.intent in lead.NEEDS_BOUND


def _verification(turn: Turn) -> Route | None:
    """What needs the person himself waits until the address is bound."""
    if turn.conversation.is_bound:
        return None
    needs = _needs_verifying(turn)
    yes_it_is_me = turn.reading.intent is Intent.AFFIRM
    if not needs and not yes_it_is_me:
        return None
    if yes_it_is_me and not turn.conversation.person.secrets:
        return None
    return Route(name="identity", step=identity.ask_identity)


def _help(turn: Turn) -> Route | None:
    """The exact word HELP is answered with who we are and how to stop, in any open state."""
    if Tag.HELP not in turn.reading.tags:
        return None
    small_talk = BY_NAME["small_talk"]
    return Route(name=small_talk.NAME, step=lambda t: small_talk.step(_meant(t, Intent.UNCLEAR)))


# "Can you speak Chinese?" holds nothing else; a wish beside it is answered in its own language.
_ONLY_A_LANGUAGE = frozenset(
    {Intent.UNCLEAR, Intent.GREETING, Intent.AFFIRM, Intent.DENY, Intent.THANKS}
)


def language_wanted(reading: Understanding) -> LanguageTag | None:
    """The language a message asks us to write in, where it asks for nothing else."""
    if reading.intent not in _ONLY_A_LANGUAGE or reading.also or reading.entities:
        return None
    return language_asked(reading.text)


def _language(turn: Turn) -> Route | None:
    """ "English please", "can you speak Chinese": what stands open is said in that language."""
    if language_wanted(turn.reading) is None or not turn.conversation.is_bound:
        return None
    return Route(name="small_talk", step=_in_that_language)


def _in_that_language(turn: Turn) -> Answer:
    if turn.conversation.dialogue.question is not None:
        return repeat_question(turn, turn.conversation.dialogue)
    return Answer(
        actions=(say_as("clarify", "hello"),),
        reasons=because("language.asked", "goes on in the language asked for"),
    )


def _meant(turn: Turn, intent: Intent) -> Turn:
    """The turn with another meaning and the same figures."""
    if not isinstance(turn.event, CustomerSaid):
        return turn
    reading = replace(turn.reading, intent=intent, also=())
    return replace(turn, event=replace(turn.event, reading=reading))


_MAY_CORRECT = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_EXTENSION,
        Intent.HARDSHIP,
        Intent.DENY,
        Intent.AFFIRM,
        Intent.UNCLEAR,
        Intent.BUSY,
    }
)


_TAKES_BACK_BY = _MAY_CORRECT | {Intent.REFUSE, Intent.THANKS}


# Words that move what stands: "sorry, Monday", "change it to the 5th", 改到周一.
_MOVES = re.compile(
    r"^\W*(?:(?:u+gh|a+h|oh|argh|shit|crap|damn|hm+|um+|ok|yeah|well|lol|nah)\W+)?(?:sorry|sry|oops|actually|wait|no)\b|^\W*[哦噢喔啊呃额額欸诶]?\s*(?:不|唔)(?:[是对對係啱]|[ ,，。!！])|\b(?:change|move|push|switch|make it|instead|reschedule|again to|back to)\b"
    r"|改|[换換]|挪|^\W*(?:算了|[哎唉诶欸哦噢啊]*)\W*(?:那|就)?(?:[还還]是|都[系係])|推到|延到|[讲講说說记記搞弄][错錯]",
    re.IGNORECASE,
)


def _names_other_day(turn: Turn) -> bool:
    """ "No wait, on December 18": taken for a refusal, it names a day and refuses nothing."""
    is_no = turn.reading.intent is Intent.REFUSE and facts.has(turn, Tag.CORRECTION)
    is_plain = not facts.has(turn, Tag.WILL_NOT, Tag.CANNOT)
    return is_no and is_plain and facts.day(turn) is not None


_NOTHING_AT_ALL = re.compile(
    r"\b(?:can'?t|cannot|can not) (?:do|pay|afford|manage|give you) any(?:thing|more)?\b|\b(?:stroke|heart attack|accident|intensive care|icu)\b"
    r"|什[么麼]都[还還付交缴繳给給]不|一分[钱錢]?都|一蚊都|[没沒冇]收入|乜都",
    re.IGNORECASE,
)


def _tells_of_need(turn: Turn) -> bool:
    """ "He's had a stroke. I can't do Friday, I can't do anything": no other day is asked for."""
    # 还是29号 27号拿不出: another day is his own answer.
    is_told = turn.reading.intent is Intent.HARDSHIP and facts.day(turn) is None
    text = turn.reading.text
    return is_told and (is_in_need(text) or bool(_NOTHING_AT_ALL.search(text)))


def _corrects_record(turn: Turn) -> Route | None:
    """ "No, I meant the 15th", "sorry, Monday": the promise that stands is put right or moved."""
    standing = turn.case.open_promise
    may_correct = turn.reading.intent in _MAY_CORRECT or _names_other_day(turn)
    takes_back = turn.reading.intent in _TAKES_BACK_BY and promise.takes_day_back(turn)
    if standing is None or not (may_correct or takes_back) or _tells_of_need(turn):
        return None
    is_same_talk = standing.made_on == turn.today
    is_correction = is_same_talk and facts.has(turn, Tag.CORRECTION)
    is_refused = any(e.role is Role.WRONG for e in facts.entities(turn, EntityKind.DATE))
    is_moved = facts.day(turn) is not None and (
        is_refused or bool(_MOVES.search(turn.reading.text))
    )
    owner = BY_NAME["promise"]
    is_other = is_same_talk and promise.refuses_day(turn, standing.due_on)
    is_moved = is_moved or (is_other and facts.day(turn) is not None)
    if takes_back:
        # 周五不行 and no other day: which one is asked.
        return Route(name=owner.NAME, step=lambda t: owner.step(_correcting(t)))
    if not is_correction and (not is_moved or facts.has(turn, Tag.HEDGE)):
        return None
    if facts.count(turn) is not None or facts.frequency(turn) is not None:
        return None
    return Route(name=owner.NAME, step=lambda t: owner.step(_correcting(t)))


def _correcting(turn: Turn) -> Turn:
    meant = _meant(turn, Intent.PROMISE_TO_PAY)
    if not isinstance(meant.event, CustomerSaid):
        return meant
    reading = replace(meant.reading, tags=meant.reading.tags | {Tag.CORRECTION})
    return replace(meant, event=replace(meant.event, reading=reading))


def _half_promise(turn: Turn) -> Route | None:
    """ "Maybe next week, depends on work" promises nothing; a day is asked for once."""
    reading, question = turn.reading, turn.conversation.dialogue.question
    is_half = reading.intent is Intent.UNCLEAR and Intent.PROMISE_TO_PAY in reading.also
    if not is_half or not facts.has(turn, Tag.HEDGE) or not turn.conversation.is_bound:
        return None
    standing = (turn.case.open_promise, turn.case.live_plan, turn.case.open_claim)
    if question is not None or any(thing is not None for thing in standing):
        return None
    owner = BY_NAME["promise"]
    return Route(name=owner.NAME, step=owner.step)


def _moves_plan(turn: Turn) -> Route | None:
    """More time while a plan runs moves its next day; no respite stands beside a plan."""
    if turn.case.live_plan is None:
        return None
    if turn.reading.intent is Intent.REQUEST_EXTENSION:
        return Route(name=instalments.NAME, step=instalments.move, also=turn.reading.also)
    days = _other_days_of_plan(turn) if turn.reading.intent in _MAY_CORRECT else ()
    if not days or not _MOVES_DAY.search(turn.reading.text):
        return None
    return Route(name=instalments.NAME, step=lambda t: instalments.step(_on_days(t, days)))


# "My pay comes on the 10th, can we change to that?", 1号太早了 15号吧: another day of the month.
_MOVES_DAY = re.compile(
    rf"{_MOVES.pattern}|太早|早[了咗]|[調调]|方便|更?好[些点點啲]?[吗嗎嘛]?\W*$"
    r"|\b(?:too early|suits?|better|possible|rather|come out|work for)\b",
    re.IGNORECASE,
)


def _other_days_of_plan(turn: Turn) -> tuple[Entity, ...]:
    """The days named that are none of the running plan's, where nothing but days is named."""
    plan, figures = turn.case.live_plan, turn.reading.entities
    if plan is None or facts.has(turn, Tag.WHOLE, Tag.HEDGE):
        return ()
    known = {part.due_on.day for part in plan.terms.instalments}
    days = [e for e in figures if e.kind in (EntityKind.DATE, EntityKind.PAY_DAY)]
    if len(days) != len([e for e in figures if e.kind is not EntityKind.FREQUENCY]):
        return ()
    others = [e for e in days if e.role is not Role.WRONG and _day_of(e) not in known]
    # "Would the 8th be possible? Wages land on the 7th": the one day only tells why.
    meant = [e for e in others if not _is_of_wages(turn.reading.text, e)]
    return tuple(meant or others)


_WAGES = re.compile(
    r"工[资資]|薪|[粮糧]|\b(?:wages?|pay ?day|paid|salary|pension|benefits?|pay (?:comes|lands))\b",
    re.IGNORECASE,
)
_PART_OF_TEXT = re.compile(r"[,，。.;；?？!！\n]")


def _is_of_wages(text: str, day: Entity) -> bool:
    """Whether the words around the day, up to the next marks, tell when money comes."""
    starts = [mark.end() for mark in _PART_OF_TEXT.finditer(text, 0, day.start)]
    end = _PART_OF_TEXT.search(text, day.end)
    first, last = starts[-1] if starts else 0, end.start() if end else len(text)
    return bool(_WAGES.search(text, first, last))


def _day_of(entity: Entity) -> int | None:
    """The day of the month that is named, None where it is open."""
    value = entity.value
    return value.day if isinstance(value, date) else value if isinstance(value, int) else None


def _on_days(turn: Turn, days: tuple[Entity, ...]) -> Turn:
    """The turn as a wish to have the running plan on the last of these days."""
    event = turn.event
    if not isinstance(event, CustomerSaid):
        return turn
    kept = tuple(
        replace(e, role=None)
        for e in turn.reading.entities
        if e.kind is EntityKind.FREQUENCY or _day_of(e) == _day_of(days[-1])
    )
    reading = replace(turn.reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=kept)
    return replace(turn, event=replace(event, reading=reading))


_TAKES_UP = frozenset({Intent.AFFIRM, Intent.GREETING})


# 上次说的那个分期: what was talked about before, with no new figure.
_AS_BEFORE = re.compile(
    r"上(?:次|回|[个個]?(?:周|星期|禮拜|礼拜))|之前|[那嗰][天日]|刚才|剛才|頭先|\b(?:last (?:time|week)|before|the other day|earlier|we (?:talked|spoke|discussed)"
    r"|still (?:on the table|available|open|possible|an option|good|valid|on offer)|(?:offer|deal|plan) still)\b",
    re.IGNORECASE,
)


def _back_again(turn: Turn) -> Route | None:
    """A greeting or a yes after the questions lapsed: where we were, with today's figures."""
    dialogue = turn.conversation.dialogue
    if dialogue.question is not None:
        return None
    is_told = turn.reading.intent in (Intent.REQUEST_INSTALMENTS, Intent.UNCLEAR)
    is_told = is_told and not turn.reading.entities and bool(_AS_BEFORE.search(turn.reading.text))
    if turn.reading.intent not in _TAKES_UP and not is_told:
        return None
    if not dialogue.proposals or not turn.conversation.is_bound:
        return None
    return Route(name="small_talk", step=take_up)


def _by_intent(turn: Turn) -> Route:
    lead = BY_INTENT[turn.reading.intent]
    return _make_route(name=lead.NAME, step=lead.step, also=turn.reading.also)


def _silent(rule: str) -> Step:
    return lambda turn: Answer(reasons=because(rule))


Rule = Callable[[Turn], Route | None]
RULES: tuple[Rule, ...] = (
    _restart,
    _danger,
    _closed,
    _stopped,
    _safety,
    _gone,
    _held,
    _help,
    _cared_for,
    _waiting,
    _urgent,
    _withdrawn,
    _not_the_person,
    _language,
    _menu,
    _overtaken,
    _proves_himself,
    _names_day_for_sum,
    _names_part_for_sum,
    _disputed,
    _open_question,
    _verification,
    _corrects_record,
    _moves_plan,
    _back_again,
    _half_promise,
)


# What a rule cannot apply without: one of these meanings, an open question or none, an address
# that is bound or not. It is not asked of other messages, since most rules have to do with few.
_OF_MEANINGS: Mapping[Rule, Set[Intent]] = {
    _danger: {Intent.VULNERABLE},
    _safety: frozenset(SAFETY),
    _urgent: frozenset(URGENT),
    _not_the_person: {Intent.DENY},
    _language: _ONLY_A_LANGUAGE,
    _names_day_for_sum: _DAY_FOR_SUM,
    _corrects_record: _TAKES_BACK_BY,
    _moves_plan: _MAY_CORRECT | {Intent.REQUEST_EXTENSION},
    _back_again: _TAKES_UP | {Intent.REQUEST_INSTALMENTS, Intent.UNCLEAR},
    _half_promise: {Intent.PROMISE_TO_PAY},
}
_OF_QUESTION: Mapping[Rule, bool] = {
    _menu: True,
    _overtaken: True,
    _names_day_for_sum: True,
    _open_question: True,
    _back_again: False,
    _half_promise: False,
}
_OF_BOUND: Mapping[Rule, bool] = {
    _not_the_person: False,
    _proves_himself: False,
    _verification: False,
    _language: True,
    _back_again: True,
    _half_promise: True,
}
# More than the meanings that stand beside one another in a day.
_MEANINGS_KEPT = 4_096


@lru_cache(_MEANINGS_KEPT)
def asked_of(intents: tuple[Intent, ...], *, is_asked: bool, is_bound: bool) -> tuple[Rule, ...]:
    """The rules that may apply to a message of these meanings, in their order."""
    return tuple(
        rule
        for rule in RULES
        if not _OF_MEANINGS.get(rule, frozenset(intents)).isdisjoint(intents)
        and _OF_QUESTION.get(rule, is_asked) is is_asked
        and _OF_BOUND.get(rule, is_bound) is is_bound
    )


def forget_gone(conversation: Conversation) -> Conversation:
    """What was asked and proposed about a bill that the creditor took back lapses with it."""
    gone = {case.id for case in conversation.cases if not case.account.exists}
    if not gone or len(gone) == len(conversation.cases):
        return conversation
    dialogue = conversation.dialogue
    proposals = tuple(p for p in dialogue.proposals if p.account_id not in gone)
    question = dialogue.question
    if question is not None and question.account_id in gone:
        question = None
    options = tuple(terms for terms in dialogue.options if terms.account_id not in gone)
    dialogue = replace(dialogue, question=question, proposals=proposals, options=options)
    focus = None if conversation.focus in gone else conversation.focus
    return replace(conversation, dialogue=dialogue, focus=focus)


def forget_old(conversation: Conversation, turn: Turn) -> Conversation:
    """After three days open questions lapse: a new message goes to the present state."""
    question = conversation.dialogue.question
    if question is None or is_open(question, turn.now):
        return conversation
    dialogue = replace(conversation.dialogue, question=None, options=(), unclear=0)
    return replace(conversation, dialogue=dialogue)
