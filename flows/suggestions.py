"""Answers that a person may use: approved wording with the customer's facts, never sent by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.actions import Say, Values
from flows.compose import text_of
from flows.model import Flag, Turn
from flows.wording import WordingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A text ready to be edited and sent, and the wording it comes from."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    key: str
    fits: Callable[[Turn], object]
    values: Callable[[Turn], Values] = lambda turn: ()


def _owes(turn: Turn) -> bool:
    return turn.conversation.is_bound and turn.case.account.outstanding.minor > 0


def _balance(turn: Turn) -> Values:
    account = turn.case.account
    return (
        ("amount", account.outstanding),
        ("product", account.product),
        ("due_date", account.due_on),
    )


def _flagged(flag: Flag) -> Callable[[Turn], bool]:
    return lambda turn: flag in turn.conversation.flags


# In the order in which they are shown: what the state asks for first, then what always fits.
_ROWS: tuple[_Row, ...] = (
    _Row(key="dispute_noted", fits=lambda turn: turn.case.open_dispute),
    _Row(key="claim_noted", fits=lambda turn: turn.case.open_claim),
    _Row(key="hardship_soft", fits=_flagged(Flag.HARDSHIP)),
    _Row(key="discount_noted", fits=_flagged(Flag.DISCOUNT_REQUESTED)),
    _Row(key="privacy_ack", fits=_flagged(Flag.PRIVACY)),
    _Row(key="callback_ask", fits=_flagged(Flag.CALLBACK)),
    _Row(key="plan_stands", fits=lambda turn: turn.case.live_plan),
    _Row(key="balance", fits=_owes, values=_balance),
    _Row(
        key="pay_link",
        fits=lambda turn: _owes(turn) and not turn.case.open_dispute and not turn.case.live_plan,
        values=lambda turn: (
            ("amount", turn.case.account.outstanding),
            ("link", turn.case.account.pay_link),
        ),
    ),
    _Row(key="credit_fact", fits=lambda turn: turn.conversation.is_bound),
    _Row(key="identity_bound", fits=lambda turn: turn.conversation.is_bound),
    _Row(key="identity_reply", fits=lambda turn: not turn.conversation.is_bound),
    _Row(key="thanks", fits=lambda turn: True),
)


def suggested(turn: Turn) -> tuple[Suggestion, ...]:
    """The wordings that fit where the talk stands, in the customer's language."""
    found = []
    for row in _ROWS:
        if not row.fits(turn):
            continue
        say = Say(key=row.key, values=row.values(turn), account_id=turn.case.id)
        try:
            text = text_of(turn, turn.conversation, say)
        except WordingError:
            # A fact that this text needs is not known of this account.
            continue
        found.append(Suggestion(key=row.key, text=text))
    return tuple(found)
