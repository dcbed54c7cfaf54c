"""Which dialogue answers a message: the order of reading, the open question, who holds the talk."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from flows import commitments, facts, in_talk, naming, proof
from flows.actions import Notify, Say
from flows.dialogues import ASIDES, BY_INTENT, BY_NAME, ORDER, URGENT, identity, people
from flows.events import CustomerSaid
from flows.model import Conversation, Flag, Turn
from flows.records import HandoffReason
from flows.replacing import replace
from flows.talk import Answer, because, is_open, say
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Band, EntityKind, Role, Tag, Understanding

Step = Callable[[Turn], Answer]

# Intents that are recorded and answered at once, whoever holds the conversation.
SAFETY = (
    Intent.VULNERABLE,
    Intent.DECEASED,
    Intent.LEGAL,
    Intent.OPT_OUT,
    Intent.WRONG_PERSON,
)
_NEVER_GUESSED_AWAY = frozenset({*SAFETY, Intent.DISPUTE_DEBT})
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The chosen step, the dialogue's name for the record, and the intents still to be noted."""

    name: str
    step: Step
    also: tuple[Intent, ...] = ()
    repeats_question: bool = False


# What a wish for instalments is easily taken for when it names no plan, only figures.
_BESIDE_INSTALMENTS = frozenset(
    {
        Intent.REQUEST_EXTENSION,
        Intent.PARTIAL_PAYMENT,
        Intent.PROMISE_TO_PAY,
        Intent.HARDSHIP,
        Intent.UNCLEAR,
    }
)


# A question beside one of these is answered beside it; the wish itself leads.
_WISHES = (
    Intent.REQUEST_INSTALMENTS,
    Intent.PROMISE_TO_PAY,
    Intent.PARTIAL_PAYMENT,
    Intent.REQUEST_EXTENSION,
    Intent.PAY_NOW,
)
# Words that make "that is wrong" a matter of the bill, not of what was just proposed or noted.
_BILL_WORDS = re.compile(
    r"金[额額]|[数數]目|利息|[费費]|[账帳]|欠|\b(?:amount|balance|fees?|interest|charge[sd]?|bill|owe)\b",
    re.IGNORECASE,
)


def ordered(reading: Understanding, conversation: Conversation) -> Understanding:
    """The reading as it stands in this talk, with the intent that leads in front."""
    reading = in_talk.heard(_without_weak_guess(reading, conversation), conversation)
    reading = _without_bar(_with_claim_of_part(_as_stranger(reading, conversation)))
    reading = _with_plan_figures(_without_false_dispute(reading, conversation))
    lead = _leader(reading)
    intents = sorted(set(reading.intents), key=_rank(lead))
    return replace(reading, intent=intents[0], also=tuple(intents[1:]))


def _without_weak_guess(reading: Understanding, conversation: Conversation) -> Understanding:
    """Figures that may answer the open question outweigh an intent that is half a guess."""
    if conversation.dialogue.question is None or reading.band is not Band.CLARIFY:
        return reading
    if any(intent in _NEVER_GUESSED_AWAY for intent in reading.intents):
        return reading
    if not reading.entities and not any(ch.isdigit() for ch in reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, tags=reading.tags | {Tag.CORRECTION})


def _as_stranger(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "I'm not Daniel" is a wrong person, whatever else the message says; "I am" is none."""
    if not naming.denies_being(reading.text, conversation.person.name):
        return _as_himself(reading, conversation)
    if Intent.DECEASED in reading.intents:
        return reading
    also = _distinct(reading.intents)
    if reading.evidence.keyword is None:
        # "Daniel doesn't live here" says nothing of a life in danger.
        also = tuple(i for i in also if i is not Intent.VULNERABLE)
    return replace(reading, intent=Intent.WRONG_PERSON, also=also)


def _as_himself(reading: Understanding, conversation: Conversation) -> Understanding:
    is_taken_for_other = reading.intent is Intent.WRONG_PERSON and reading.evidence.keyword is None
    if not is_taken_for_other or not naming.claims_being(reading.text, conversation.person.name):
        return reading
    others = tuple(i for i in reading.also if i is not Intent.WRONG_PERSON)
    lead, *also = others or (Intent.AFFIRM,)
    return replace(reading, intent=lead, also=tuple(also))


def _distinct(intents: tuple[Intent, ...]) -> tuple[Intent, ...]:
    """The intents that carry a matter of their own beside a graver one."""
    plain = {Intent.UNCLEAR, Intent.DENY, Intent.IDENTITY_QUERY, Intent.GREETING}
    plain |= {Intent.WRONG_PERSON}
    return tuple(intent for intent in intents if intent not in plain)


def _with_claim_of_part(reading: Understanding) -> Understanding:
    """ "I paid half already" beside a wish is a claim too: booked payments are looked at."""
    if Tag.PAST not in reading.tags or Intent.ALREADY_PAID in reading.intents:
        return reading
    wishes = {Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY}
    is_wish = reading.intent in wishes
    is_paid = any(
        e.role is Role.PAID and e.kind in (EntityKind.AMOUNT, EntityKind.SHARE)
        for e in reading.entities
    )
    if not is_wish or not is_paid:
        return reading
    return replace(reading, also=(*reading.also, Intent.ALREADY_PAID))


# Who stands for the customer: without one of these a time bar is a ground of dispute, no lawyer.
_REPRESENTED = re.compile(
    r"律[师師]|破[产產]|代理|法院|[债債][务務]重|\b(?:lawyers?|attorney|solicitor|bankrupt\w*|chapter|trustee"
    r"|court|represent\w*|iva|dro)\b",
    re.IGNORECASE,
)


def _without_bar(reading: Understanding) -> Understanding:
    """A time-barred debt is disputed; that alone brings no representative into the talk."""
    if reading.intent is not Intent.DISPUTE_DEBT or Intent.LEGAL not in reading.also:
        return reading
    if _REPRESENTED.search(reading.text):
        return reading
    return replace(reading, also=tuple(i for i in reading.also if i is not Intent.LEGAL))


def _leader(reading: Understanding) -> Intent:
    """The reader's own first choice, unless a wish stands beside a question or a claim."""
    if reading.intent in ASIDES:
        return next((wish for wish in _WISHES if wish in reading.also), reading.intent)
    claims_and_asks = Intent.REQUEST_INSTALMENTS in reading.also
    if reading.intent is Intent.ALREADY_PAID and claims_and_asks:
        return Intent.REQUEST_INSTALMENTS
    # 我还了一半: a part that is paid is a claim; what is to come is talked about afterwards.
    is_past = Intent.ALREADY_PAID in reading.also and Tag.PAST in reading.tags
    if reading.intent is Intent.PARTIAL_PAYMENT and is_past:
        return Intent.ALREADY_PAID
    return reading.intent


def _without_false_dispute(reading: Understanding, conversation: Conversation) -> Understanding:
    """ "That isn't right, the 15th" corrects what we proposed or noted; it disputes no bill."""
    if Intent.DISPUTE_AMOUNT not in reading.intents or _is_about_bill(reading, conversation):
        return reading
    counts = sum(e.kind is EntityKind.COUNT for e in reading.entities)
    corrects_itself = counts > 1 or (counts > 0 and Tag.SPLIT in reading.tags)
    renames = _is_confirming(conversation) and any(
        e.kind in _FIGURES_OF_PLAN for e in reading.entities
    )
    if Tag.CORRECTION not in reading.tags and not corrects_itself and not renames:
        return reading
    if not counts and not _has_something_to_correct(conversation):
        return reading
    others = tuple(i for i in reading.intents if i is not Intent.DISPUTE_AMOUNT)
    if counts and not others:
        others = (Intent.REQUEST_INSTALMENTS,)
    lead, *also = others or (Intent.DENY,)
    tags = reading.tags | {Tag.CORRECTION}
    return replace(reading, intent=lead, also=tuple(also), tags=tags)


def _is_about_bill(reading: Understanding, conversation: Conversation) -> bool:
    """Whether the words find fault with the bill, and not with a figure we read back."""
    ours = _our_sums(conversation)
    wrong = [e.value for e in reading.entities if e.role is Role.WRONG]
    if any(value not in ours for value in wrong):
        return True
    return bool(_BILL_WORDS.search(reading.text))


def _our_sums(conversation: Conversation) -> set[Decimal]:
    """The sums of what was proposed or promised last, in major units."""
    proposals = conversation.dialogue.proposals[-1:]
    sums = [p.promise.amount for p in proposals if p.promise is not None]
    sums += [p.plan.regular for p in proposals if p.plan is not None]
    standing = conversation.case().open_promise
    if standing is not None:
        sums.append(standing.amount)
    return {Decimal(str(money.decimal)) for money in sums}


# "Six after all" renames a figure of what was read back; a sum alone may be about the bill.
_FIGURES_OF_PLAN = (
    EntityKind.COUNT,
    EntityKind.PAY_DAY,
    EntityKind.DATE,
    EntityKind.FREQUENCY,
)


def _is_confirming(conversation: Conversation) -> bool:
    question = conversation.dialogue.question
    return question is not None and question.asked is Asked.CONFIRM


def _has_something_to_correct(conversation: Conversation) -> bool:
    if _is_confirming(conversation):
        return True
    case = conversation.case()
    return case.open_promise is not None or case.live_plan is not None


def _with_plan_figures(reading: Understanding) -> Understanding:
    """A sum or a number of payments with a rhythm is a plan, whatever the words resemble."""
    each = any(e.role is Role.PER_INSTALMENT for e in reading.entities)
    number = any(e.kind is EntityKind.COUNT for e in reading.entities)
    rhythm = any(e.kind is EntityKind.FREQUENCY for e in reading.entities)
    # 每月12号还150: a sum on the same day of every month.
    daily = any(e.kind is EntityKind.PAY_DAY for e in reading.entities) and any(
        e.kind is EntityKind.AMOUNT and e.role is None for e in reading.entities
    )
    is_plan = (each or number or daily) and rhythm
    is_plan = is_plan or (number and Tag.SPLIT in reading.tags)
    is_guess = reading.band is not Band.ACT and reading.intent not in _NEVER_GUESSED_AWAY
    if not is_plan or not (is_guess or reading.intent in _BESIDE_INSTALMENTS):
        return reading
    if Tag.PAST in reading.tags or Tag.NEGATED in reading.tags:
        return reading
    also = (reading.intent, *reading.also) if reading.intent is Intent.HARDSHIP else reading.also
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


def _rank(lead: Intent) -> Callable[[Intent], tuple[int, int]]:
    """Urgent intents come by their order; below that the leader."""

    def rank(intent: Intent) -> tuple[int, int]:
        place = ORDER.index(intent)
        if intent in URGENT:
            return 0, place
        return (1, 0) if intent is lead else (2, place)

    return rank


def route(turn: Turn) -> Route:
    """The dialogue that must answer this message."""
    for rule in RULES:
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
    return Route(name="identity", step=_silent("wrong_person.silent"))


def _stopped(turn: Turn) -> Route | None:
    """After a stop nothing is answered; what matters to the account is recorded all the same."""
    if not turn.conversation.opted_out:
        return None
    kept = (*SAFETY, Intent.DISPUTE_DEBT, Intent.DISPUTE_AMOUNT, Intent.ALREADY_PAID)
    also = tuple(i for i in turn.reading.intents if i in kept and i is not Intent.OPT_OUT)
    return Route(name="consent", step=BY_NAME["consent"].step, also=also)


def _gone(turn: Turn) -> Route | None:
    """After a death or with a representative nothing but the one reply is ever sent."""
    if not turn.conversation.flags & {Flag.DECEASED, Flag.LEGAL}:
        return None
    if _safety_of(turn):
        return None
    return Route(name="people", step=people.held_by_agent)


def _cared_for(turn: Turn) -> Route | None:
    """While the hold for a vulnerable person stands, nothing of the bot's business goes on."""
    is_held = any(hold.name == "vulnerable" for hold in turn.conversation.holds)
    if not is_held or Flag.VULNERABLE not in turn.conversation.flags or _safety_of(turn):
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
    if intents & taken_up or intents & (set(URGENT) - {Intent.REQUEST_HUMAN}):
        return None
    if _answers_question(turn):
        return None
    return Route(name="people", step=people.waiting)


def _withdrawn_for(turn: Turn) -> Step:
    """ "Never mind the agent, I pay on Friday": the wish for a person ends, the rest goes on."""
    lead = BY_INTENT[turn.reading.intent]
    goes_on = turn.reading.intent in _NEGOTIATES and not _needs_verifying(turn)
    if not goes_on:
        return people.withdrawn

    def step(turn: Turn) -> Answer:
        withdrawn = people.withdrawn(turn)
        records = tuple(a for a in withdrawn.actions if not isinstance(a, Say))
        answer = lead.step(turn)
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
    if any(case.account.exists for case in turn.conversation.cases):
        return None
    return Route(name="people", step=people.bill_gone, also=())


# What digits that prove who somebody is are easily taken for when they stand alone.
_SEEN_IN_DIGITS = frozenset({Intent.DISPUTE_AMOUNT, Intent.REQUEST_CALLBACK, Intent.PRIVACY})


def _is_identity_answer(turn: Turn) -> bool:
    """Digits that answer "who are you" are no matter of their own."""
    question = turn.conversation.dialogue.question
    if question is None or question.asked is not Asked.IDENTITY:
        return False
    if turn.reading.intent is Intent.DISPUTE_AMOUNT and in_talk.finds_fault(turn.reading.text):
        return False
    return proof.gives_items(turn.reading.text) and turn.reading.intent in _SEEN_IN_DIGITS


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
    if _answers_question(turn):
        owner = BY_NAME[question.owner]
        return Route(
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
_AGREES = _NEGOTIATES | {Intent.AFFIRM, Intent.REQUEST_DISCOUNT, Intent.UNCLEAR}


def _disputed(turn: Turn) -> Route | None:
    """What would commit him waits for the person who checks the dispute (negotiation.md C.7)."""
    if turn.case.open_dispute is None or turn.reading.intent not in _AGREES - {Intent.ALREADY_PAID}:
        return None
    question = turn.conversation.dialogue.question
    if question is not None and question.owner == "dispute":
        return None
    dispute = BY_NAME["dispute"]
    return Route(name=dispute.NAME, step=_waits_for_check)


def _waits_for_check(turn: Turn) -> Answer:
    return Answer(
        actions=(Notify(what="customer_wrote"), say("dispute_noted")),
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
    return commitments.repeat_question(turn, turn.conversation.dialogue)


def _names_day_for_sum(turn: Turn) -> Route | None:
    """ "Next week maybe", asked how much a month: a day to pay on, which is talked about first."""
    question = turn.conversation.dialogue.question
    if question is None or question.key not in _ASK_CAPACITY:
        return None
    kinds = {e.kind for e in turn.reading.entities}
    plain = {Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.UNCLEAR}
    if kinds != {EntityKind.DATE} or turn.reading.intent not in plain:
        return None
    owner = BY_NAME["promise"]
    return Route(name=owner.NAME, step=lambda t: owner.step(_meant(t, Intent.PROMISE_TO_PAY)))


def _is_aside(turn: Turn) -> bool:
    """A side question that may be answered here; a detail waits until the address is bound."""
    is_side_question = turn.reading.intent in ASIDES or turn.reading.intent is Intent.RECEIPT
    return is_side_question and not _needs_verifying(turn)


def _beside(turn: Turn) -> tuple[Intent, ...]:
    return tuple(i for i in turn.reading.intents if i in ASIDES or i is Intent.HARDSHIP)


def _answers_question(turn: Turn) -> bool:
    question = turn.conversation.dialogue.question
    if question is None or not is_open(question, turn.now):
        return False
    if question.owner in ("small_talk", "accounts"):
        return False
    if question.owner == "relief" and _wants_plan_instead(turn):
        return False
    return _ANSWERING[question.asked](turn)


def _wants_plan_instead(turn: Turn) -> bool:
    """A number of payments, or the word itself, leaves the talk about relief for a plan."""
    if facts.count(turn) is not None:
        return True
    return turn.reading.intent is Intent.REQUEST_INSTALMENTS and not facts.amounts(turn)


# Another matter, though the words hold a figure or a "no, wait".
_OTHER_MATTER = frozenset(
    {
        Intent.ALREADY_PAID,
        Intent.PAY_NOW,
        Intent.PAYMENT_FAILED,
        Intent.REQUEST_DISCOUNT,
        Intent.RECEIPT,
        Intent.BUSY,
    }
)


def _answers_confirm(turn: Turn) -> bool:
    if commitments.is_yes(turn):
        return True
    plain = {Intent.AFFIRM, Intent.DENY, Intent.THANKS}
    if turn.reading.intent in _OTHER_MATTER:
        return commitments.is_yes(turn)
    if turn.reading.intent in plain or facts.has(turn, Tag.CORRECTION, Tag.TOO_MUCH):
        return True
    talk = {Intent.PROMISE_TO_PAY, Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT}
    talk |= {Intent.UNCLEAR, Intent.REQUEST_EXTENSION}
    return turn.reading.intent in talk and _has_figure(turn) and _same_goal(turn)


def _same_goal(turn: Turn) -> bool:
    """New figures stay with the dialogue that proposed, unless they name another kind of deal."""
    question = turn.conversation.dialogue.question
    owner = question.owner if question else ""
    if owner == "promise":
        wants_plan = turn.reading.intent is Intent.REQUEST_INSTALMENTS or facts.count(turn)
        return not wants_plan
    if turn.reading.intent is Intent.REQUEST_EXTENSION:
        starts = any(e.role is Role.START for e in turn.reading.entities)
        return starts or facts.frequency(turn) is not None
    return not (turn.reading.intent is Intent.PROMISE_TO_PAY and facts.has(turn, Tag.WHOLE))


def _has_figure(turn: Turn) -> bool:
    return bool(turn.reading.entities)


def _answers_choice(turn: Turn) -> bool:
    if facts.place_named(turn.reading.text, len(turn.conversation.dialogue.options)) is not None:
        return True
    plain = {Intent.AFFIRM, Intent.DENY, Intent.REQUEST_INSTALMENTS, Intent.REFUSE}
    return turn.reading.intent in plain or _answers_size(turn)


def _answers_size(turn: Turn) -> bool:
    kinds = {
        EntityKind.AMOUNT,
        EntityKind.COUNT,
        EntityKind.OPTION,
        EntityKind.SHARE,
        EntityKind.PAY_DAY,
        EntityKind.DATE,
        EntityKind.FREQUENCY,
    }
    blocked = {Intent.ALREADY_PAID, Intent.PAY_NOW, Intent.PAYMENT_FAILED, Intent.REQUEST_DISCOUNT}
    if turn.reading.intent in blocked or turn.reading.intent in ASIDES:
        return False
    return any(e.kind in kinds for e in turn.reading.entities) or facts.has(turn, Tag.TOO_MUCH)


def _answers_amount(turn: Turn) -> bool:
    if _answers_size(turn) or facts.says_nothing(turn):
        return True
    question = turn.conversation.dialogue.question
    if question is not None and question.key == "discount_ask_sum":
        return any(ch.isdigit() for ch in turn.reading.text)
    return turn.reading.intent in (Intent.DENY, Intent.HARDSHIP, Intent.REFUSE)


def _answers_date(turn: Turn) -> bool:
    kinds = {EntityKind.DATE, EntityKind.PAY_DAY}
    blocked = {Intent.ALREADY_PAID, Intent.BUSY, Intent.REQUEST_INSTALMENTS}
    question = turn.conversation.dialogue.question
    has_count = facts.count(turn) is not None or facts.frequency(turn) is not None
    if question is not None and question.key == "ask_rest" and not has_count:
        # "The other half on the 5th" tells when the rest comes.
        blocked -= {Intent.REQUEST_INSTALMENTS}
    if turn.reading.intent in blocked or turn.reading.intent in ASIDES:
        return False
    return any(e.kind in kinds for e in turn.reading.entities)


def _answers_reason(turn: Turn) -> bool:
    new_matter = {
        Intent.ALREADY_PAID,
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_INSTALMENTS,
        Intent.PARTIAL_PAYMENT,
        Intent.PAY_NOW,
        Intent.HARDSHIP,
        Intent.REFUSE,
        Intent.REQUEST_DISCOUNT,
        Intent.REQUEST_EXTENSION,
    }
    question = turn.conversation.dialogue.question
    if question is not None and question.owner == "dispute":
        return turn.reading.intent not in ASIDES
    if question is not None and question.owner == "payment":
        # "It said insufficient funds" tells what was shown.
        new_matter -= {Intent.HARDSHIP, Intent.REFUSE}
    return turn.reading.intent not in new_matter | ASIDES


def _answers_claim(turn: Turn) -> bool:
    """Anything but a new wish: a day, a way, a reference, or a shrug."""
    plain = {Intent.UNCLEAR, Intent.ALREADY_PAID, Intent.AFFIRM, Intent.DENY, Intent.THANKS}
    figures = {EntityKind.DATE, EntityKind.REFERENCE, EntityKind.AMOUNT}
    has_detail = any(e.kind in figures for e in turn.reading.entities)
    is_done = facts.has(turn, Tag.PAST) or not facts.has(turn, Tag.FUTURE, Tag.SPLIT, Tag.ASKS)
    promises = turn.reading.intent is Intent.PROMISE_TO_PAY and turn.reading.band is Band.ACT
    is_new = _wants_plan(turn) or (promises and not facts.has(turn, Tag.PAST))
    return turn.reading.intent in plain or (has_detail and is_done and not is_new)


def _wants_plan(turn: Turn) -> bool:
    return turn.reading.intent in (Intent.REQUEST_INSTALMENTS, Intent.REQUEST_EXTENSION)


def _answers_identity(turn: Turn) -> bool:
    """Items to compare, or words that bring nothing new; a wish with a figure stays a wish."""
    text = turn.reading.text
    if proof.check(text, turn.conversation.person.secrets).right_items:
        return True
    if proof.gives_items(text):
        is_matter = bool({*_WISHES, Intent.ALREADY_PAID} & set(turn.reading.intents))
        return not (is_matter and _has_figure(turn))
    return turn.reading.intent in (Intent.AFFIRM, Intent.UNCLEAR, Intent.GREETING)


def _answers_which(turn: Turn) -> bool:
    return _answers_size(turn) or facts.names_count_or_amount(turn) is not None


def _answers_time(turn: Turn) -> bool:
    if turn.reading.intent in _OTHER_MATTER - {Intent.BUSY} or facts.has(turn, Tag.PAST):
        return False
    return any(e.kind in (EntityKind.TIME, EntityKind.DATE) for e in turn.reading.entities)


_ANSWERING: dict[Asked, Callable[[Turn], bool]] = {
    Asked.CONFIRM: _answers_confirm,
    Asked.CHOOSE_OPTION: _answers_choice,
    Asked.AMOUNT: _answers_amount,
    Asked.DATE: _answers_date,
    Asked.COUNT: _answers_size,
    Asked.COUNT_OR_AMOUNT: _answers_which,
    Asked.REASON: _answers_reason,
    Asked.CLAIM_DETAILS: _answers_claim,
    Asked.IDENTITY: _answers_identity,
    Asked.CALLBACK_TIME: _answers_time,
}


def _menu(turn: Turn) -> Route | None:
    """A number from the list of likely meanings stands for the meaning itself."""
    question = turn.conversation.dialogue.question
    if question is None or question.owner != "small_talk":
        return None
    place = facts.option(turn) or facts.count(turn)
    small_talk = BY_NAME["small_talk"]
    menu: tuple[Intent, ...] = getattr(small_talk, "MENU", ())
    if place is None or not 1 <= place <= len(menu):
        return None
    chosen = menu[place - 1]
    owner = BY_INTENT[chosen]
    return Route(name=owner.NAME, step=lambda t: owner.step(_meaning(t, chosen)))


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


# Words that move what stands: "sorry, Monday", "change it to the 5th", 改到周一.
_MOVES = re.compile(
    r"^\W*(?:sorry|oops|actually|wait|no)\b|^\W*[哦噢喔啊呃额額欸诶]?\s*(?:不|唔)(?:[是对對係啱]|[ ,，。!！])|\b(?:change|move|push|switch|make it|instead|reschedule)\b"
    r"|改|[换換]|挪|推到|延到|[讲講说說记記搞弄][错錯]",
    re.IGNORECASE,
)


def _corrects_record(turn: Turn) -> Route | None:
    """ "No, I meant the 15th", "sorry, Monday": the promise that stands is put right or moved."""
    standing = turn.case.open_promise
    if standing is None or turn.reading.intent not in _MAY_CORRECT:
        return None
    is_correction = standing.made_on == turn.today and facts.has(turn, Tag.CORRECTION)
    is_moved = bool(facts.days(turn)) and bool(_MOVES.search(turn.reading.text))
    if not is_correction and (not is_moved or facts.has(turn, Tag.HEDGE)):
        return None
    if facts.count(turn) is not None or facts.frequency(turn) is not None:
        return None
    owner = BY_NAME["promise"]
    return Route(name=owner.NAME, step=lambda t: owner.step(_correcting(t)))


def _correcting(turn: Turn) -> Turn:
    meant = _meant(turn, Intent.PROMISE_TO_PAY)
    if not isinstance(meant.event, CustomerSaid):
        return meant
    reading = replace(meant.reading, tags=meant.reading.tags | {Tag.CORRECTION})
    return replace(meant, event=replace(meant.event, reading=reading))


_TAKES_UP = frozenset({Intent.AFFIRM, Intent.GREETING})


def _back_again(turn: Turn) -> Route | None:
    """A greeting or a yes after the questions lapsed: where we were, with today's figures."""
    dialogue = turn.conversation.dialogue
    if dialogue.question is not None or turn.reading.intent not in _TAKES_UP:
        return None
    if not dialogue.proposals or not turn.conversation.is_bound:
        return None
    return Route(name="small_talk", step=commitments.take_up)


def _by_intent(turn: Turn) -> Route:
    lead = BY_INTENT[turn.reading.intent]
    return Route(name=lead.NAME, step=lead.step, also=turn.reading.also)


def _silent(rule: str) -> Step:
    return lambda turn: Answer(reasons=because(rule))


RULES: tuple[Callable[[Turn], Route | None], ...] = (
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
    _menu,
    _overtaken,
    _names_day_for_sum,
    _disputed,
    _open_question,
    _verification,
    _corrects_record,
    _back_again,
)


def forget_old(conversation: Conversation, turn: Turn) -> Conversation:
    """After three days open questions lapse: a new message goes to the present state."""
    question = conversation.dialogue.question
    if question is None or is_open(question, turn.now):
        return conversation
    dialogue = replace(conversation.dialogue, question=None, options=(), unclear=0)
    return replace(conversation, dialogue=dialogue)
