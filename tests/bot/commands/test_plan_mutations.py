"""Whatever stands in a record, `duetalk plan` answers or refuses it; it never breaks."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

from bot.commands.jsonl import run_lines
from bot.commands.plan import answer

CASES = Path(__file__).parents[2] / "flows" / "plans" / "cases.jsonl"
ODD: list[Any] = [
    *(None, True, -1, 0, 1, 2, 31, 10_000, 10**15, 10**17, 1.5, "", "x", "weekly", "daily"),
    *("0001-01-01", "9999-12-31", "2026-02-28", "last", "shorten", [], [0], [1, 31], [5, 6]),
    *([[]], {}, {"a": 1}, ["2026-01-01"], [{"due": "2026-01-01", "amount_minor": 5}]),
]


def mutated(case: dict[str, Any], rng: Random) -> dict[str, Any]:
    """The case with one or two of its fields, at any depth, replaced, dropped or added."""
    case = copy.deepcopy(case)
    for _ in range(rng.randrange(1, 3)):
        place: Any = case["inputs"]
        while True:
            name = rng.choice(sorted(place)) if place else "n"
            inner = place.get(name)
            if not isinstance(inner, dict) or rng.random() < 0.3:
                break
            place = inner
        if rng.random() < 0.15:
            place.pop(name, None)
        else:
            place[name] = copy.deepcopy(rng.choice(ODD))
    return case


def test_no_record_breaks_the_command(tmp_path: Path) -> None:
    rng = Random(5)
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps(mutated(rng.choice(cases), rng)) for _ in range(3_000)]
    file = tmp_path / "cases.jsonl"
    replies: list[dict[str, Any]] = []
    file.write_text("\n".join(lines), encoding="utf-8")
    assert run_lines(str(file), answer, key="case", show=replies.append) == 1
    assert len(replies) == len(lines)
    assert json.dumps(replies)
    assert all(("result" in reply) != ("error" in reply) for reply in replies)
    assert sum("result" in reply for reply in replies) > 200
