"""What judging a conversation needs beside it: who we are, which rules hold, how far back to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.model import Conversation, Sender
from flows.policy.model import Policy

if TYPE_CHECKING:
    # Reading words is large; whoever only plans or judges starts without it.
    from bot.learning import Lessons
    from flows.understanding import ExampleSet

HISTORY = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a turn needs beside the conversation: who we are and which rules hold for it.

    `lessons` bring `examples` up to date at the start of each batch.
    """

    policy_of: Callable[[Conversation], Policy]
    sender_of: Callable[[Conversation], Sender]
    lessons: Lessons | None = None
    examples: ExampleSet | None = None
