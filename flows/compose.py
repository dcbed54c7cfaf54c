"""From actions to messages: words in the customer's language, one message a kind, with its footer.

Nothing here decides whether a message may leave; that is the gate's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from flows.actions import Action, Say, SayText, Values
from flows.ladder import may_be_casual
from flows.languages import Language, Style
from flows.matter_number import matter_number
from flows.model import Account, Conversation, Turn
from flows.policy.disclosures import Sender as Writer
from flows.policy.disclosures import footer
from flows.policy.segments import in_gsm_letters, segments
from flows.records import AccountId, Instalment, PlanTerms
from flows.replacing import maker, quick, replace
from flows.understanding.values import Frequency
from flows.wording import placeholders, render, styles

# A reference is shown by its last digits only.
REFERENCE_DIGITS = 4

# Kinds of message that we start; the others answer the customer's own words.
STARTED = frozenset({"reminder", "notice", "status"})
# Texts to somebody who may not be the customer: the sender's name shows no debt.
NEUTRAL_KEYS = frozenset(
    {
        "verify",
        "verify_ask",
        "verify_again",
        "verify_other_item",
        "verify_person",
        "verify_locked",
        "verify_impossible",
        "wrong_person",
        "identity_reply",
        "deceased_ack",
        "optout_ack",
        "start_ack",
        "vulnerable",
        "hello_unbound",
        "clarify_unbound",
        "refuse_ask_why_unbound",
        "follow_up_unbound",
        "help",
    }
)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message before the gate has seen it."""

    text: str
    kind: str
    says: tuple[Say, ...]
    account_id: AccountId | None
    author: str
    buttons: tuple[str, ...] = ()
    is_neutral: bool = False


# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_EN, _FORMAL = Language.EN, Style.FORMAL
_WORDS = (Say, SayText)
_make_draft = maker(Draft)


def drafts(turn: Turn, after: Conversation, actions: Iterable[Action]) -> tuple[Draft, ...]:
    """The messages the actions ask for, in order; words of one kind share a message."""
    spoken = [a for a in actions if isinstance(a, _WORDS)]
    if len(spoken) == 1:
        return (_draft(turn, after, spoken),)
    return tuple(
        _draft(turn, after, list(group))
        for _, group in groupby(spoken, key=lambda a: _group(a, after))
    )


def _group(action: Say | SayText, after: Conversation) -> tuple[str, object]:
    if isinstance(action, SayText):
        return "agent", action.author
    separate = action.key if action.kind != "reply" else None
    return action.kind, separate


def _draft(turn: Turn, after: Conversation, group: list[Say | SayText]) -> Draft:
    first = group[0]
    if isinstance(first, SayText):
        return Draft(
            text=first.text,
            kind="agent",
            says=(),
            account_id=after.focus,
            author=first.author,
        )
    says = tuple([a for a in group if isinstance(a, Say)])
    joiner = " " if after.language is _EN else ""
    # What holds for several accounts alike is said once.
    texts = dict.fromkeys([text_of(turn, after, each) for each in says])
    return _make_draft(
        text=joiner.join(texts),
        kind=first.kind,
        says=says,
        account_id=first.account_id or turn.case.id,
        author="bot",
        buttons=_buttons(says),
        is_neutral=NEUTRAL_KEYS.issuperset([each.key for each in says]),
    )


def _buttons(says: tuple[Say, ...]) -> tuple[str, ...]:
    """Those of the last words that have any."""
    for each in reversed(says):
        if each.buttons:
            return each.buttons
    return ()


def text_of(turn: Turn, after: Conversation, each: Say) -> str:
    """The words as the customer would read them; shorter ones where the usual are too long."""
    usual = _text_in(turn, after, each, _style(after, each))
    if after.carrier != "sms" or each.kind not in STARTED or _fits(turn, usual):
        return usual
    return next((text for text in _shorter(turn, after, each) if _fits(turn, text)), usual)


def _fits(turn: Turn, text: str) -> bool:
    return segments(text).count <= turn.policy.text.sms_segments_max


def _shorter(turn: Turn, after: Conversation, each: Say) -> Iterator[str]:
    """The text by letters that every phone packs tightly, the brief text, and both together."""
    person = after.person
    plain = replace(after, person=replace(person, name=in_gsm_letters(person.name)))
    if plain.person.name != person.name:
        yield _text_in(turn, plain, each, _style(after, each))
    if Style.BRIEF in styles(each.key, after.language):
        yield _text_in(turn, after, each, Style.BRIEF)
        yield _text_in(turn, plain, each, Style.BRIEF)


def _text_in(turn: Turn, after: Conversation, each: Say, style: Style) -> str:
    language = after.language
    shared = _shared_of(each.key, language, style)
    values = {name: tell(turn, after, each) for name, tell in shared}
    for name, value in each.values:
        is_absent = value is None or (isinstance(value, str) and not value)
        if is_absent and name in values:
            continue
        if isinstance(value, _EXPANDED):
            values |= _expanded(name, value, turn, after)
        else:
            values[name] = value
    if each.kind in STARTED:
        wanted = placeholders(each.key, language, style)
        values |= _footer(turn, after, each, carries_disclosure="disclosure" in wanted)
    values["today"] = turn.today
    text = render(each.key, values, language=language, style=style)
    return _account_named(after, each) + text


def _style(after: Conversation, each: Say) -> Style:
    """The customer's style; what we start is formal once something grave was noted."""
    is_fit = each.kind not in STARTED or may_be_casual(after)
    return after.style if is_fit else _FORMAL


# Answers about one account's money; where there are several accounts they begin with its name.
_OF_ONE_ACCOUNT = frozenset(
    {"proposal", "options", "plan_confirmed", "promise_confirmed", "pay_link"}
)


# Words of one account's dispute, claim or respite, which are plain text to programs.
_KEYS_OF_ONE_ACCOUNT = frozenset(
    {
        "claim_ask_details",
        "claim_noted",
        "claim_noted_day",
        "dispute_ask_part",
        "dispute_debt_ack",
        "dispute_noted",
        "dispute_papers",
        "dispute_waits",
        "extension_given",
        "extension_too_long",
    }
)


def _account_named(after: Conversation, each: Say) -> str:
    if len(after.cases) == 1 or not after.is_bound:
        return ""
    if sum(case.account.exists for case in after.cases) <= 1:
        return ""
    if each.structure not in _OF_ONE_ACCOUNT and each.key not in _KEYS_OF_ONE_ACCOUNT:
        return ""
    product = after.case(each.account_id).account.product
    if not product:
        return ""
    return f"{product}: " if after.language is _EN else f"{product}："


def product_name(account: Account, language: Language) -> str:
    """What the bill is for, or just "bill" where the creditor's file does not say."""
    return account.product or render("product_unnamed", {}, language=language)


def _account(after: Conversation, each: Say) -> Account:
    return after.case(each.account_id).account


def _case_no(after: Conversation, each: Say) -> str:
    return _complaint_number(after) if each.key in _COMPLAINT_KEYS else case_number(after)


# Facts any text may name, worked out where it does.
Tell = Callable[[Turn, Conversation, Say], Any]
_SHARED: Mapping[str, Tell] = {
    "name": lambda turn, after, each: after.person.name,
    "phone": lambda turn, after, each: turn.sender.phone,
    "chat": lambda turn, after, each: turn.sender.chat or turn.sender.phone,
    "hours": lambda turn, after, each: turn.sender.hours,
    "help_link": lambda turn, after, each: turn.sender.help_link,
    "agent_name": lambda turn, after, each: turn.sender.agent_name,
    "creditor_safe": lambda turn, after, each: turn.sender.creditor_safe,
    "complaint_route": lambda turn, after, each: turn.sender.complaint_route or turn.sender.phone,
    "advice_line": lambda turn, after, each: turn.sender.advice_line,
    "crisis_line": lambda turn, after, each: turn.sender.crisis_line,
    "emergency": lambda turn, after, each: turn.sender.emergency,
    "case_no": lambda turn, after, each: _case_no(after, each),
    "verify_item": lambda turn, after, each: render("verify_item", {}, language=after.language),
    "product": lambda turn, after, each: product_name(_account(after, each), after.language),
    "creditor": lambda turn, after, each: _account(after, each).creditor,
    "ref": lambda turn, after, each: _account(after, each).reference[-REFERENCE_DIGITS:],
    "pay_link": lambda turn, after, each: _account(after, each).pay_link or turn.sender.help_link,
    "sig": lambda turn, after, each: "",
    "sig_neutral": lambda turn, after, each: "",
}


@cache
def _shared_of(key: str, language: Language, style: Style) -> tuple[tuple[str, Tell], ...]:
    """The shared facts that a text names."""
    wanted = placeholders(key, language, style)
    return tuple((name, tell) for name, tell in _SHARED.items() if name in wanted)


# The register of complaints knows the complaint by the number that the customer was told.
_COMPLAINT_KEYS = frozenset({"complaint_ack"})


def _complaint_number(conversation: Conversation) -> str:
    complaint = conversation.open_complaint
    return matter_number(complaint.id) if complaint else case_number(conversation)


def case_number(conversation: Conversation) -> str:
    """The number by which a customer can name his matter; it tells nothing about it."""
    return matter_number(f"{conversation.id}-{conversation.serial}")


def _expanded(name: str, value: object, turn: Turn, after: Conversation) -> dict[str, Any]:
    if isinstance(value, PlanTerms):
        return plan_values(value, after)
    if name == "parts" and isinstance(value, tuple):
        return {"parts": tuple(_part_line(part, after) for part in value)}
    if name == "options" and isinstance(value, tuple):
        return {"options": [_plan_line(terms, after) for terms in value]}
    if name == "rhythms" and isinstance(value, tuple):
        return {name: tuple(_rhythm_in_words(each, after.language) for each in value)}
    return {name: value}


def _part_line(part: Instalment, after: Conversation) -> str:
    values = {"each": part.amount, "first": part.due_on}
    return render("plan_part", values, language=after.language, style=after.style)


# What stands for more than one value of the words, or is written by this module.
_EXPANDED = (PlanTerms, tuple)


def _plan_line(terms: PlanTerms, after: Conversation) -> str:
    values = plan_values(terms, after)
    return render("plan_line", values, language=after.language, style=after.style)


def plan_values(terms: PlanTerms, after: Conversation) -> dict[str, Any]:
    """The facts of a schedule as wording names them."""
    parts, down, each = terms.instalments, terms.down, terms.regular
    first, first_on, last = parts[0].amount, parts[0].due_on, parts[-1].amount
    return {
        "count": len(parts),
        "each": each,
        "first": first_on,
        "final_day": parts[-1].due_on,
        "final_each": last,
        "first_amount": first if first != each else None,
        "final_amount": last if last != each else None,
        "rhythm": _rhythm_in_words(terms.frequency, after.language),
        "down": down.amount if down else None,
        "down_day": down.due_on if down else None,
        "plan_total": terms.total,
        "default_day": first_on if terms.shown_as_default_day else None,
    }


@cache
def _rhythm_in_words(frequency: Frequency, language: Language) -> str:
    return render(f"rhythm_{frequency}", {}, language=language)


def _footer(
    turn: Turn, after: Conversation, each: Say, *, carries_disclosure: bool
) -> dict[str, str]:
    """Signature, disclosure and the way to stop, as the profile asks for a message we start."""
    policy, sender = turn.policy, turn.sender
    account = after.case(each.account_id).account
    is_first = after.case(each.account_id).reminders_sent == 0
    verified = after.is_bound and each.key not in NEUTRAL_KEYS
    ids = policy.disclosure.first if is_first else policy.disclosure.later
    made = footer(
        # A text without room for the disclosure says by its own note that a machine wrote it.
        ids if carries_disclosure else (),
        Writer(
            creditor=account.creditor,
            agent_name=sender.agent_name,
            creditor_phone=sender.phone,
        ),
        language=after.language,
        channel=after.carrier,
        is_first=is_first,
        is_verified=verified,
    )
    signature = sender.signature if after.carrier == "sms" else ""
    neutral = sender.signature_neutral if after.carrier == "sms" else ""
    return {**made.values, "sig": signature, "sig_neutral": neutral}


def structure(draft: Draft) -> tuple[tuple[str, Values], ...]:
    """What programs read behind the text, in order."""
    return tuple([(each.structure, each.data) for each in draft.says])
