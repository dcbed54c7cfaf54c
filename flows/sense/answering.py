"""Whether the words answer the question that is open, one test a kind of question."""

from __future__ import annotations

import re
from collections.abc import Callable

from flows import facts, proof, two_parts
from flows.commitments.assent import is_yes
from flows.dialogues import ASIDES
from flows.dialogues.instalments import asks_latest_start, takes_latest
from flows.dialogues.instalments.capacity import leaves_to_us
from flows.model import Turn
from flows.sense.leading import WISHES
from flows.talk import is_open
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Band, EntityKind, Role, Tag
from flows.wishes import ASKS_SPARE


def answers_question(turn: Turn) -> bool:
    question = turn.conversation.dialogue.question
    if question is None or not is_open(question, turn.now):
        return False
    if question.owner in ("small_talk", "accounts"):
        return False
    if question.owner == "relief" and _wants_plan_instead(turn):
        return False
    if question.key == "ask_part" and _names_day_of_whole(turn):
        return False
    return _ANSWERING[question.asked](turn)


def _names_day_of_whole(turn: Turn) -> bool:
    """消费贷月底 都全还, asked which part he would pay first: a promise, and no part."""
    is_promise = turn.reading.intent is Intent.PROMISE_TO_PAY and facts.has(turn, Tag.WHOLE)
    return is_promise and bool(facts.days(turn)) and not facts.amounts(turn)


def _wants_plan_instead(turn: Turn) -> bool:
    """A number of payments, or the word itself, leaves the talk about relief for a plan."""
    if facts.count(turn) is not None or two_parts.in_order(turn):
        return True
    if turn.reading.intent is Intent.REQUEST_INSTALMENTS and two_parts.is_whole_in_sums(turn):
        return True
    question = turn.conversation.dialogue.question
    is_settling = question is not None and question.key == "discount_ask_sum"
    if is_settling and facts.frequency(turn) is not None:
        # "Fortnightly then, 80 bucks" is no sum to settle with.
        return turn.reading.intent is Intent.REQUEST_INSTALMENTS
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
    if is_yes(turn) or _asks_start(turn):
        return True
    plain = {Intent.AFFIRM, Intent.DENY, Intent.THANKS}
    if turn.reading.intent in _OTHER_MATTER:
        return is_yes(turn)
    if turn.reading.intent in plain or facts.has(turn, Tag.TOO_MUCH):
        return True
    leaves = _leaves_for_plan(turn)
    if facts.has(turn, Tag.CORRECTION) and not leaves and not _goes_for_all(turn):
        return _same_goal(turn) or not _has_part_and_rest(turn)
    if turn.reading.intent is Intent.UNCLEAR and _tries_number(turn):
        return True
    talk = {Intent.PROMISE_TO_PAY, Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT}
    talk |= {Intent.UNCLEAR, Intent.REQUEST_EXTENSION}
    is_answer = turn.reading.intent in talk and _has_figure(turn) and _same_goal(turn)
    return is_answer and not leaves


def _asks_start(turn: Turn) -> bool:
    """最晚可以幾號開始, of the schedule that was read back."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    is_wish = turn.reading.intent is Intent.REQUEST_INSTALMENTS and not turn.reading.entities
    return is_plan and is_wish and asks_latest_start(turn.reading.text)


def _same_goal(turn: Turn) -> bool:
    """New figures stay with the dialogue that proposed, unless they name another kind of deal."""
    question = turn.conversation.dialogue.question
    owner = question.owner if question else ""
    if owner == "promise":
        wants_plan = turn.reading.intent is Intent.REQUEST_INSTALMENTS or facts.count(turn)
        return not wants_plan and not _has_part_and_rest(turn)
    if turn.reading.intent is Intent.REQUEST_EXTENSION:
        starts = any(e.role is Role.START for e in turn.reading.entities)
        starts = starts or bool(_FIRST_PART.search(turn.reading.text))
        # 日子不行 11月1日吧: another first day, unless a respite is spoken of.
        is_han = bool(_HAN.search(turn.reading.text))
        starts = starts or (is_han and not _RESPITE.search(turn.reading.text))
        return starts or facts.frequency(turn) is not None
    return not (turn.reading.intent is Intent.PROMISE_TO_PAY and facts.has(turn, Tag.WHOLE))


def _leaves_for_plan(turn: Turn) -> bool:
    """ "Actually can I get a plan instead", asked to confirm one day: another kind of deal."""
    question = turn.conversation.dialogue.question
    is_promise = question is not None and question.owner == "promise"
    wants_plan = turn.reading.intent is Intent.REQUEST_INSTALMENTS and not facts.days(turn)
    return is_promise and wants_plan and facts.has(turn, Tag.SPLIT)


def _has_part_and_rest(turn: Turn) -> bool:
    """ "No, only 250 of it Friday, rest Dec 15": a part and what is left, each on its day."""
    is_part = facts.amount(turn, Role.PART, Role.DOWN_PAYMENT) is not None
    has_rest = two_parts.rest_at(turn.reading.text) is not None
    is_pair = is_part and has_rest and len(set(facts.days(turn))) > 1
    return turn.reading.intent is Intent.PARTIAL_PAYMENT and is_pair


_HAN = re.compile(r"[\u3400-\u9fff]")
_RESPITE = re.compile(r"[缓緩宽寬]|延|推|[晚迟遲][点點些几幾一两兩]|再等|[给給畀俾](?:多)?我")


# 首期能不能晚点: of a schedule that was read back the first day is to be another.
_FIRST_PART = re.compile(
    r"首[期次]|[头頭]一?期|第一[期次笔筆]|[开開]始|\b(?:first|1st) (?:one|payment|instal\w+)\b|\bstart\w*\b",
    re.IGNORECASE,
)


def _tries_number(turn: Turn) -> bool:
    """ "No longer. 10?" to a schedule tries another number of payments."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    return is_plan and facts.number_put(turn.reading.text) is not None


def _goes_for_all(turn: Turn) -> bool:
    """ "Actually forget that, I'll pay it all on Friday" to a plan is another goal, no correction."""
    is_promise = turn.reading.intent is Intent.PROMISE_TO_PAY and facts.has(turn, Tag.WHOLE)
    return is_promise and not _same_goal(turn)


def _has_figure(turn: Turn) -> bool:
    return bool(turn.reading.entities)


def _answers_choice(turn: Turn) -> bool:
    if _promises_all(turn):
        return False
    if facts.place_named(turn.reading.text, len(turn.conversation.dialogue.options)) is not None:
        return True
    plain = {Intent.AFFIRM, Intent.DENY, Intent.REQUEST_INSTALMENTS, Intent.REFUSE}
    if turn.reading.intent is Intent.UNCLEAR and facts.number_put(turn.reading.text):
        return True
    if _is_asked_spare(turn) and leaves_to_us(turn.reading.text):
        return True
    if _is_asked_spare(turn):
        # Nothing left is an answer, and so is leaving the question aside.
        plain |= {Intent.HARDSHIP, Intent.UNCLEAR}
    return turn.reading.intent in plain or _answers_size(turn)


def _is_asked_spare(turn: Turn) -> bool:
    question = turn.conversation.dialogue.question
    return question is not None and question.key in ASKS_SPARE


def _promises_all(turn: Turn) -> bool:
    """星期六还清, asked which plan: all of it on a day leaves the plans for a promise."""
    is_promise = turn.reading.intent is Intent.PROMISE_TO_PAY and facts.has(turn, Tag.WHOLE)
    return is_promise and facts.day(turn) is not None and facts.count(turn) is None


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
    if turn.reading.intent is Intent.BUSY and not facts.amounts(turn):
        # "Can't think now, text you tomorrow" tells when he answers, and no day to pay on.
        return False
    return any(e.kind in kinds for e in turn.reading.entities) or facts.has(turn, Tag.TOO_MUCH)


def _answers_amount(turn: Turn) -> bool:
    question = turn.conversation.dialogue.question
    if question is not None and question.key == "promise_too_small" and _names_rhythm_only(turn):
        return False
    if _answers_size(turn) or facts.says_nothing(turn):
        return True
    if question is not None and question.key == "ask_capacity":
        # "What's the longest", asked how much each month.
        is_plain = turn.reading.intent in (Intent.UNCLEAR, Intent.REQUEST_INSTALMENTS)
        if is_plain and facts.takes_longest(turn.reading.text):
            return True
    if question is not None and question.key == "discount_ask_sum":
        return facts.has_figure(turn.reading.text)
    return turn.reading.intent in (Intent.DENY, Intent.HARDSHIP, Intent.REFUSE)


def _names_rhythm_only(turn: Turn) -> bool:
    """ "Each month", asked for a larger sum: the small one again and again, a plan."""
    return facts.rhythm_alone(turn) is not None and not facts.amounts(turn)


def _answers_date(turn: Turn) -> bool:
    kinds = {EntityKind.DATE, EntityKind.PAY_DAY}
    blocked = {Intent.ALREADY_PAID, Intent.BUSY, Intent.REQUEST_INSTALMENTS}
    question = turn.conversation.dialogue.question
    if takes_latest(turn):
        return True
    has_count = facts.count(turn) is not None or facts.rhythm_alone(turn) is not None
    has_count = has_count or facts.frequency(turn) is not None
    if question is not None and question.key == "ask_rest" and not has_count:
        # "The other half on the 5th" tells when the rest comes.
        blocked -= {Intent.REQUEST_INSTALMENTS}
    if turn.reading.intent in blocked or turn.reading.intent in ASIDES:
        return False
    if question is not None and question.key == "ask_until" and facts.amounts(turn):
        # 那就先还两百 剩下的15号, asked how long to wait: another offer.
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
    if _names_way_only(turn):
        return True
    plain = {Intent.UNCLEAR, Intent.ALREADY_PAID, Intent.AFFIRM, Intent.DENY, Intent.THANKS}
    figures = {EntityKind.DATE, EntityKind.REFERENCE, EntityKind.AMOUNT}
    has_detail = any(e.kind in figures for e in turn.reading.entities)
    is_done = facts.has(turn, Tag.PAST) or not facts.has(turn, Tag.FUTURE, Tag.SPLIT, Tag.ASKS)
    promises = turn.reading.intent is Intent.PROMISE_TO_PAY and turn.reading.band is Band.ACT
    # 7月1号汇款, asked when he paid: a day gone by is promised by nobody.
    promises = promises and max(facts.days(turn), default=turn.today) >= turn.today
    is_new = _wants_plan(turn) or (promises and not facts.has(turn, Tag.PAST))
    return turn.reading.intent in plain or (has_detail and is_done and not is_new)


_LONGEST_WAY = 3


def _names_way_only(turn: Turn) -> bool:
    """ "Debit card", "zelle": the way he paid, in a word or two, and no wish to pay once more."""
    if turn.reading.intent not in (Intent.PAY_NOW, Intent.PAYMENT_FAILED):
        return False
    if facts.has(turn, Tag.ASKS, Tag.FUTURE, Tag.HOW, Tag.NEGATED, Tag.CANNOT):
        return False
    words = turn.reading.text.split()
    is_short = turn.reading.text.isascii() and len(words) <= _LONGEST_WAY
    return is_short and not _WANTS_TO_PAY.search(turn.reading.text)


_WANTS_TO_PAY = re.compile(
    r"\b(?:pay|paying|link|send|now|how|where|fail\w*|declin\w*|error)\b", re.IGNORECASE
)


def _wants_plan(turn: Turn) -> bool:
    return turn.reading.intent in (Intent.REQUEST_INSTALMENTS, Intent.REQUEST_EXTENSION)


def _answers_identity(turn: Turn) -> bool:
    """Items to compare, or words that bring nothing new; a wish with a figure stays a wish."""
    text = turn.reading.text
    if proof.check(text, turn.conversation.person.secrets).right_items:
        return True
    if proof.gives_items(text):
        is_matter = bool({*WISHES, Intent.ALREADY_PAID} & set(turn.reading.intents))
        are_items = proof.gives_pair(text) or bool(_ITEM_WORDS.search(text))
        are_items = are_items and not _PAYING_WORDS.search(text)
        return are_items or not (is_matter and _has_figure(turn))
    return turn.reading.intent in (Intent.AFFIRM, Intent.UNCLEAR, Intent.GREETING)


# "Sorry, ends 2222 and dob 2 Feb 1991": the day is a birthday, and nothing is paid on it.
_ITEM_WORDS = re.compile(
    r"生日|出生|生[于於]|尾[号號数數]|[后後末][四4]|身[份分][证證]|[邮郵][编編递遞]|[账帳][号號户戶]"
    r"|\b(?:d\.?o\.?b|birth\w*|born|b-?day|ends?|ending|last (?:4|four)|digits|post ?code|zip|id|account|acct|acc)\b",
    re.IGNORECASE,
)
_PAYING_WORDS = re.compile(
    r"[还還付缴繳畀俾]|分期|\b(?:pay\w*|paid|send|sent|settle\w*|clear\w*|plan|instal\w+)\b|\ba month\b",
    re.IGNORECASE,
)


def _answers_which(turn: Turn) -> bool:
    return _answers_size(turn) or facts.names_count_or_amount(turn) is not None


def _answers_time(turn: Turn) -> bool:
    if turn.reading.intent in _OTHER_MATTER - {Intent.BUSY} or facts.has(turn, Tag.PAST):
        return False
    if _deals(turn):
        return False
    if turn.reading.intent is Intent.REQUEST_CALLBACK:
        return True
    if turn.reading.intent is Intent.PROMISE_TO_PAY and _PAYING_WORDS.search(turn.reading.text):
        return False
    return any(e.kind in (EntityKind.TIME, EntityKind.DATE) for e in turn.reading.entities)


def _deals(turn: Turn) -> bool:
    """ "62 a month from the 1st then", asked when to call: a deal of its own, and no hour."""
    offers = {Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY}
    is_offer = bool(offers & set(turn.reading.intents))
    return is_offer and bool(facts.amounts(turn) or facts.has(turn, Tag.WHOLE, Tag.SPLIT))


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
