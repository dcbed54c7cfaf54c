"""The gate's last word on one message: it leaves now, later, not at all, or a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flows.actions import Action
from flows.compose import Draft, structure
from flows.model import Conversation, Outgoing, Reason, Turn

# A started message that could not leave for so long is stale: dropped, never sent next week.
_STARTED_LIFETIME = timedelta(hours=12)
_REPLY_LIFETIME = timedelta(minutes=30)
_CONFIRMATION_LIFETIME = timedelta(minutes=5)
_LIFETIMES = {
    "reply": _REPLY_LIFETIME,
    "optout_confirmation": _CONFIRMATION_LIFETIME,
    "safety": timedelta(hours=24),
    "agent": timedelta(hours=24),
}
_PAY_KEYS = frozenset({"pay_link", "pay_part", "pay_other_way"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The message as it may leave (None: it may not), with reasons and what follows."""

    outgoing: Outgoing | None
    reasons: tuple[Reason, ...] = ()
    actions: tuple[Action, ...] = ()


def judged(turn: Turn, after: Conversation, draft: Draft) -> Judged:
    """Put a draft before the gate."""
    asks_money = draft.kind == "reminder" or any(s.key in _PAY_KEYS for s in draft.says)
    lifetime = _LIFETIMES.get(draft.kind, _STARTED_LIFETIME)
    outgoing = Outgoing(
        text=draft.text,
        kind=draft.kind,
        says=structure(draft),
        account_id=draft.account_id,
        asks_money=asks_money,
        send_at=turn.now,
        not_after_at=turn.now + lifetime,
        buttons=draft.buttons,
        template=draft.says[0].key if draft.says else "",
        author=draft.author,
        ownership=after.ownership,
    )
    return Judged(outgoing=outgoing)
