"""What one turn costs: reading the text and deciding, no I/O, over the golden conversations' turns.

Every turn of `tests/conversations` is taken again in the state it met there. Texts of the gate are
forgotten between rounds, so that nothing is counted that a new customer's turn would have to pay.
Each round takes every kind of work in turn, so that all of them meet the same neighbours; beside
ours stand the least a turn can cost, and the writing of its conversation as it is stored.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
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
# The goal for deciding, the reading not counted, on an idle core; a busy machine is told apart
# from a slow turn by the reader, not here.
GOAL_MICROSECONDS = 300
_FAR_BEYOND = 10
Work = tuple[Callable[[Turn], object], Sequence[Turn]]
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


def nothing(turn: Turn) -> None:
    """The floor: the clock and an empty call."""


def stored(turn: Turn) -> str:
    """A peer: the conversation as every turn writes it to its row."""
    return written(turn.conversation)


def best(works: Mapping[str, Work]) -> dict[str, list[float]]:
    """The CPU microseconds of each turn by the name of the work, the best of some rounds."""
    times = {name: [math.inf] * len(turns) for name, (_, turns) in works.items()}
    for _ in range(ROUNDS):
        for name, (work, turns) in works.items():
            wording_guard.blocking_rules.cache_clear()
            times[name] = list(map(min, times[name], taken(work, turns)))
    return times


def taken(work: Callable[[Turn], object], turns: Sequence[Turn]) -> list[float]:
    """The CPU microseconds of each turn, once."""
    times = []
    for turn in turns:
        start = time.thread_time_ns()
        work(turn)
        times.append((time.thread_time_ns() - start) / 1_000)
    return times


def line(name: str, times: Sequence[float]) -> str:
    p99 = statistics.quantiles(times, n=100)[98]
    return f"{name:34} p50 {statistics.median(times):7.0f} us   p99 {p99:7.0f} us"


def test_a_turn_over_the_golden_conversations() -> None:
    turns = all_turns()
    said = [turn for turn in turns if isinstance(turn.event, CustomerSaid)]
    works: dict[str, Work] = {
        "floor: an empty call": (nothing, said),
        "peer: writing the conversation": (stored, said),
        "reading the words": (understood, said),
        "decide, customers' words": (decide, said),
        "decide, every event": (decide, turns),
        "reading and deciding": (both, said),
    }
    times = best(works)
    print(f"\n{len(turns)} turns, {len(said)} of them customers' words; best of {ROUNDS} rounds")
    for name, of_turns in times.items():
        print(line(name, of_turns))
    middle = statistics.median(times["decide, customers' words"])
    peer = statistics.median(times["peer: writing the conversation"])
    reached = "reached" if middle <= GOAL_MICROSECONDS else "missed"
    print(
        f"deciding: {middle / peer:.1f} times the peer; goal p50 {GOAL_MICROSECONDS} us: {reached}"
    )
    whole = statistics.median(times["reading and deciding"])
    assert whole <= _FAR_BEYOND * GOAL_MICROSECONDS


def test_what_a_stored_turn_keeps_to_be_replayed() -> None:
    texts = [(written(turn.conversation), turn.history) for turn in all_turns()]
    sizes = [len(packed(text, history)) for text, history in texts]
    plain = statistics.median(len(text) for text, _ in texts)
    print(f"\nkept: {statistics.median(sizes):.0f} bytes (p50), {max(sizes)} at most")
    print(f"the conversation alone, not packed: {plain:.0f} bytes")
    assert statistics.median(sizes) < plain / 2
