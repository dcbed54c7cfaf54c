"""Reading replies: `understand(text, ...) -> Understanding`. Pure; never raises on any text."""

from flows.understanding.examples import ExampleSet
from flows.understanding.read import understand

__all__ = ["ExampleSet", "understand"]
