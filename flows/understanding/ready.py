"""Everything reading needs, loaded and compiled: for processes that answer evenly from the start."""

from __future__ import annotations

from flows.languages.pattern import compile_all
from flows.understanding.idle import idle_guess
from flows.understanding.intents import Intent
from flows.understanding.model import load_model
from flows.understanding.prepare import TRAINING_DAY
from flows.understanding.read import understand

# One reply for each table of rules: Chinese, English, both at once.
_REPLIES = ("我聽日還500", "I'll pay $50 tomorrow", "ok 明天pay 500")
# Of the examples that the model holds one in so many is read, so that what most replies are made of
# is known from the start.
_EVERY = 12


def make_ready() -> None:
    """Load the model, the lists and every pattern: half a second, once a process."""
    for text in _REPLIES:
        understand(text, today=TRAINING_DAY)
    for examples in load_model().examples:
        for text in examples[::_EVERY]:
            understand(text, today=TRAINING_DAY)
    idle_guess(Intent.VULNERABLE, "")
    compile_all()
