"""Reading a customer's words: whether they may wait, and what they say where he stands now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flows.burst import joined_text, merged, never_waits
from flows.languages import Language
from flows.model import Conversation
from flows.understanding import ExampleSet, understand
from flows.understanding.values import LanguageTag, Understanding

# No day is read here: only whether the words are a stop, a start or a cry for help.
_ANY_DAY = date(2026, 1, 5)
_TAGS = {
    Language.ZH_HANS: LanguageTag.ZH_HANS,
    Language.ZH_HANT: LanguageTag.ZH_HANT,
    Language.EN: LanguageTag.EN,
}


def read_together(
    state: Conversation, texts: Sequence[str], examples: ExampleSet | None, now: datetime
) -> tuple[Understanding, tuple[Understanding, ...]]:
    """The reading of one message, or of a burst as one with the readings of its parts."""
    if len(texts) == 1:
        return understood(state, texts[0], examples, now), ()
    parts = tuple(understood(state, text, examples, now) for text in texts)
    whole = understood(state, joined_text(texts, parts[-1].language), examples, now)
    return merged(whole, parts), parts


def understood(
    state: Conversation, text: str, examples: ExampleSet | None, now: datetime
) -> Understanding:
    """The reading of one text, knowing the open question, the language and the local day."""
    question = state.dialogue.question
    return understand(
        text,
        asked=question.asked if question else None,
        today=now.astimezone(state.person.zone).date(),
        language=_TAGS[state.language],
        examples=examples,
    )


def reads_at_once(text: str) -> bool:
    """Whether these words are read without waiting for more of a burst."""
    return never_waits(understand(text, today=_ANY_DAY))
