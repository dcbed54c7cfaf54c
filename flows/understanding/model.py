"""The scorer: a linear model in one small file of signed bytes, scored with numpy alone.

Trained offline by `train.py`. Knows features by name and intents by number, nothing of language.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.understanding.intents import Intent

MAGIC = b"DUETALK1"
_LENGTHS = struct.Struct("<5I")
_TOP_WEIGHTS = 6
# Beyond it a probability is 0 or 1 for every purpose.
_RAW_MAX = 30.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From a raw score to the probability that the top intent is right: a logistic curve."""

    score: float
    margin: float
    share: float
    offsets: tuple[float, ...]

    def chance(self, scored: Scored, at: int) -> float:
        """The probability, from 0 to 1, that the intent numbered `at` is right."""
        rival = scored.ranking[0] if scored.ranking[0] != at else scored.ranking[1]
        mine = scored.logits[at]
        raw = self.score * mine * scored.share + self.margin * (mine - scored.logits[rival])
        raw += self.share * scored.share + self.offsets[at]
        return 1.0 / (1.0 + math.exp(-min(max(raw, -_RAW_MAX), _RAW_MAX)))


class Scored(NamedTuple):
    """What the model makes of one reply.

    `ranking` numbers the intents, likeliest first; `chances` sum to 1. `share` is the part of the
    reply's features, weighted by rarity, that the model has ever seen, from 0 to 1. A named tuple,
    since each clause makes one.
    """

    ranking: list[int]
    logits: list[float]
    chances: list[float]
    share: float
    rows: list[int]
    says: Floats
    norm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights by feature and intent; `lists` fingerprints the examples it was made from."""

    intents: tuple[Intent, ...]
    names: tuple[str, ...]
    weights: NDArray[np.int8]
    scales: Floats
    biases: Floats
    rarity: Floats
    calibration: Calibration
    # A sample of the examples of each intent, to show what a reply is like.
    examples: tuple[tuple[str, ...], ...]
    lists: str
    version: int
    # Confidence against truth on the lists, each example read by a model that never saw it:
    # for each tenth of confidence how many, how sure on average, how many right.
    held_out: tuple[tuple[int, float, float], ...] = ()
    # Worked out from the above: where a feature and an intent stand; the whole say of a feature for
    # each intent, with its rarity and the square of it: one sum over its rows scores a reply.
    index: dict[str, int] = field(init=False)
    places: dict[Intent, int] = field(init=False)
    say: Floats = field(init=False)
    bias_list: list[float] = field(init=False)
    unknown_rarity: float = field(init=False)

    def __post_init__(self) -> None:
        index = {name: row for row, name in enumerate(self.names)}
        object.__setattr__(self, "index", index)
        places = {intent: at for at, intent in enumerate(self.intents)}
        object.__setattr__(self, "places", places)
        rarity = self.rarity[:, np.newaxis]
        say = self.weights.astype(np.float32) * self.scales * rarity
        object.__setattr__(self, "say", np.hstack((say, rarity, rarity * rarity)))
        object.__setattr__(self, "bias_list", self.biases.tolist())
        object.__setattr__(self, "unknown_rarity", float(self.rarity.max()))

    def score(self, features: Collection[str]) -> Scored:
        """The chance of each intent for a reply with these features."""
        found = [row for row in map(self.index.get, features) if row is not None]
        # In one order, so that a reply has one sum, whatever the order of its features.
        found.sort()
        says = self.say.take(np.array(found, dtype=np.intp), axis=0)
        *sums, known, squares = _ones(len(found)).dot(says).tolist()
        norm = math.sqrt(squares) or 1.0
        # A few dozen numbers are added faster here than they are handed over once more.
        logits = [total / norm + bias for total, bias in zip(sums, self.bias_list, strict=True)]
        best = max(logits)
        powers = [math.exp(logit - best) for logit in logits]
        total = sum(powers)
        unknown = (len(features) - len(found)) * self.unknown_rarity
        return Scored(
            ranking=sorted(range(len(logits)), key=logits.__getitem__, reverse=True),
            logits=logits,
            chances=[power / total for power in powers],
            share=known / ((known + unknown) or 1.0),
            rows=found,
            says=says,
            norm=norm,
        )

    def confidence(self, scored: Scored, at: int) -> float:
        """The calibrated probability that the intent numbered `at` is the right reading."""
        return self.calibration.chance(scored, at)

    def reasons(self, scored: Scored, at: int) -> tuple[tuple[str, float], ...]:
        """The features that spoke most for an intent, with their part of its score, in order."""
        says = scored.says[:, at]
        best = says.argsort(kind="stable")[: -_TOP_WEIGHTS - 1 : -1]
        spoken = zip(says[best].tolist(), best.tolist(), strict=True)
        return tuple(
            (self.names[scored.rows[place]], round(say / scored.norm, 3))
            for say, place in spoken
            if say > 0
        )


@lru_cache(maxsize=512)
def _ones(count: int) -> Floats:
    """So many ones: the product with them sums rows several times faster than a sum does."""
    return np.ones(count, dtype=np.float32)


def pack(model: Model) -> bytes:
    """The model as the bytes of its file."""
    curve = model.calibration
    header = {
        "intents": list(model.intents),
        "lists": model.lists,
        "version": model.version,
        "scales": [float(scale) for scale in model.scales],
        "biases": [float(bias) for bias in model.biases],
        "calibration": [curve.score, curve.margin, curve.share, list(curve.offsets)],
        "held_out": [list(tenth) for tenth in model.held_out],
    }
    blocks = (
        json.dumps(header, sort_keys=True).encode(),
        zlib.compress("\n".join(model.names).encode(), 9),
        zlib.compress(model.rarity.astype("<f2").tobytes(), 9),
        zlib.compress(np.ascontiguousarray(model.weights).tobytes(), 9),
        zlib.compress(json.dumps(model.examples, ensure_ascii=False).encode(), 9),
    )
    return MAGIC + _LENGTHS.pack(*map(len, blocks)) + b"".join(blocks)


def unpack(data: bytes) -> Model:
    """The model from the bytes of its file; raises ValueError when they are no model."""
    if not data.startswith(MAGIC):
        raise ValueError(f"expected a model file beginning with {MAGIC!r}")
    at = len(MAGIC) + _LENGTHS.size
    blocks = []
    for length in _LENGTHS.unpack_from(data, len(MAGIC)):
        blocks.append(data[at : at + length])
        at += length
    header: dict[str, Any] = json.loads(blocks[0])
    names = tuple(zlib.decompress(blocks[1]).decode().split("\n"))
    score, margin, share, offsets = header["calibration"]
    weights = np.frombuffer(zlib.decompress(blocks[3]), dtype=np.int8)
    return Model(
        intents=tuple(Intent(name) for name in header["intents"]),
        names=names,
        weights=weights.reshape(len(names), -1),
        scales=np.array(header["scales"], dtype=np.float32),
        biases=np.array(header["biases"], dtype=np.float32),
        rarity=np.frombuffer(zlib.decompress(blocks[2]), dtype="<f2").astype(np.float32),
        calibration=Calibration(score=score, margin=margin, share=share, offsets=tuple(offsets)),
        examples=tuple(map(tuple, json.loads(zlib.decompress(blocks[4])))),
        lists=header["lists"],
        version=header["version"],
        held_out=tuple((count, sure, right) for count, sure, right in header.get("held_out", ())),
    )


@cache
def load_model() -> Model:
    """The model shipped with the package, read once."""
    return unpack(files(__package__).joinpath("model.bin").read_bytes())
