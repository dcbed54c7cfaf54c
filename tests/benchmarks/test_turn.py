"""What one turn costs: reading the text and deciding, no I/O, over the golden conversations' turns.

Every turn of `tests/conversations` is taken again in the state it met there. Texts of the gate are
forgotten between rounds, so that nothing is counted that a new customer's turn would have to pay.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.kept import packed
from flows.decide import decide
from flows.events import CustomerSaid
from flows.languages import Language
from flows.model import Turn
from flows.policy import wording_guard
from flows.understanding import understand
from flows.understanding.values import LanguageTag
from storage.conversations import written
from tests.golden import play, read

pytestmark = pytest.mark.benchmark

CONVERSATIONS = Path(__file__).parents[1] / "conversations"
ROUNDS = 15
# The goal, on an idle core; a busy machine is told apart from a slow turn by the reader, not here.
GOAL_MICROSECONDS = 300
_FAR_BEYOND = 10
_TAGS = {
    Language.ZH_HANS: LanguageTag.ZH_HANS,
    Language.ZH_HANT: LanguageTag.ZH_HANT,
    Language.EN: LanguageTag.EN,
}


def all_turns() -> list[Turn]:
    """Every turn of the golden conversations, in order."""
    files = sorted(CONVERSATIONS.glob("*.txt"))
    goldens = [golden for path in files for golden in read(path.read_text(encoding="utf-8"))]
    return [turn for golden in goldens for turn in play(golden).rehearsal.turns]


def understood(turn: Turn) -> None:
    """Read the turn's words again, where there are any."""
    event, conversation = turn.event, turn.conversation
    if not isinstance(event, CustomerSaid):
        return
    question = conversation.dialogue.question
    understand(
        event.reading.text,
        asked=question.asked if question else None,
        today=turn.today,
        language=_TAGS[conversation.language],
    )


def both(turn: Turn) -> None:
    """Read the words and decide."""
    understood(turn)
    decide(turn)


def best(work: Callable[[Turn], object], turns: Sequence[Turn]) -> list[float]:
    """The CPU microseconds of each turn, the best of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        wording_guard.blocking_rules.cache_clear()
        times = []
        for turn in turns:
            start = time.thread_time_ns()
            work(turn)
            times.append((time.thread_time_ns() - start) / 1_000)
        rounds.append(times)
    return [min(of_turn) for of_turn in zip(*rounds, strict=True)]


def line(name: str, times: Sequence[float]) -> str:
    p99 = statistics.quantiles(times, n=100)[98]
    return f"{name:34} p50 {statistics.median(times):7.0f} us   p99 {p99:7.0f} us"


def test_a_turn_over_the_golden_conversations() -> None:
    turns = all_turns()
    said = [turn for turn in turns if isinstance(turn.event, CustomerSaid)]
    whole = best(both, said)
    middle = statistics.median(whole)
    print(f"\n{len(turns)} turns, {len(said)} of them customers' words; best of {ROUNDS} rounds")
    print(line("reading the words", best(understood, said)))
    print(line("decide, customers' words", best(decide, said)))
    print(line("decide, every event", best(decide, turns)))
    print(line("reading and deciding", whole))
    reached = "reached" if middle <= GOAL_MICROSECONDS else "missed"
    print(f"goal p50 {GOAL_MICROSECONDS} us: {reached}")
    assert middle <= _FAR_BEYOND * GOAL_MICROSECONDS


def test_what_a_stored_turn_keeps_to_be_replayed() -> None:
    texts = [(written(turn.conversation), turn.history) for turn in all_turns()]
    sizes = [len(packed(text, history)) for text, history in texts]
    plain = statistics.median(len(text) for text, _ in texts)
    print(f"\nkept: {statistics.median(sizes):.0f} bytes (p50), {max(sizes)} at most")
    print(f"the conversation alone, not packed: {plain:.0f} bytes")
    assert statistics.median(sizes) < plain / 2
