"""A reply is read alike in every process, whatever order its sets come in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
_DIGEST = """
import hashlib
from flows.understanding import understand
from flows.understanding.lists import read_lists
from flows.understanding.prepare import TRAINING_DAY
digest = hashlib.sha256()
for example in read_lists()[::60]:
    reading = understand(example.text, today=TRAINING_DAY)
    facts = (reading.intent, reading.confidence, reading.also, reading.entities, sorted(reading.tags))
    digest.update(repr((facts, reading.evidence)).encode())
print(digest.hexdigest())
"""


def _digest(seed: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", _DIGEST], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


def test_the_training_lists_are_read_alike_in_every_process() -> None:
    assert _digest("1") == _digest("2")
