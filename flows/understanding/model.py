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

    `ranking` numbers the intents, likeliest first. `share` is the part of the reply's features,
    weighted by rarity, that the model has ever seen, from 0 to 1. A named tuple, since each clause
    makes one.
    """

    ranking: list[int]
    logits: list[float]
    powers: list[float]
    total: float
    share: float
    features: Collection[str]
    says: Floats
    norm: float

    def chance(self, at: int) -> float:
        """The chance of the intent numbered `at`; those of all intents sum to 1."""
        return self.powers[at] / self.total


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
    # Worked out from the above: where an intent stands; the whole say of a feature for each intent,
    # with its rarity and the square of it, as bytes: the joined ones of a reply are a matrix, and
    # one sum over its rows scores it.
    places: dict[Intent, int] = field(init=False)
    says: dict[str, bytes] = field(init=False)
    unknown_rarity: float = field(init=False)

    def __post_init__(self) -> None:
        places = {intent: at for at, intent in enumerate(self.intents)}
        object.__setattr__(self, "places", places)
        object.__setattr__(self, "says", self._says())
        object.__setattr__(self, "unknown_rarity", float(self.rarity.max()))

    def _says(self) -> dict[str, bytes]:
        """By feature, the frequent first: what replies are made of lies close together in memory."""
        order = self.rarity.argsort(kind="stable")
        rarity = self.rarity[order, np.newaxis]
        say = self.weights[order].astype(np.float32) * self.scales * rarity
        joined = np.hstack((say, rarity, rarity * rarity)).tobytes()
        size = len(joined) // len(order)
        rows = [joined[at : at + size] for at in range(0, len(joined), size)]
        names = "\n".join([self.names[at] for at in order.tolist()]).split("\n")
        return dict(zip(names, rows, strict=True))

    def score(self, features: Collection[str]) -> Scored:
        """The chance of each intent for a reply with these features, all different."""
        known = b"".join(filter(None, map(self.says.get, features)))
        says = np.frombuffer(known, np.float32).reshape(-1, len(self.intents) + 2)
        # In double precision, so that the order of the features changes no digit that counts.
        sums = _ones(len(says)).dot(says)
        known_rarity, squares = sums[-2:].tolist()
        norm = math.sqrt(squares) or 1.0
        # From here on a few dozen numbers: plain lists are faster than handing them over again.
        logits = (sums[:-2] / norm + self.biases).tolist()
        powers = list(map(math.exp, logits))
        unknown = (len(features) - len(says)) * self.unknown_rarity
        return Scored(
            ranking=sorted(range(len(logits)), key=logits.__getitem__, reverse=True),
            logits=logits,
            powers=powers,
            total=sum(powers),
            share=known_rarity / ((known_rarity + unknown) or 1.0),
            features=features,
            says=says,
            norm=norm,
        )

    def confidence(self, scored: Scored, at: int) -> float:
        """The calibrated probability that the intent numbered `at` is the right reading."""
        return self.calibration.chance(scored, at)

    def reasons(self, scored: Scored, at: int) -> tuple[tuple[str, float], ...]:
        """The features that spoke most for an intent, with their part of its score, in order."""
        known = filter(self.says.__contains__, scored.features)
        said = zip((scored.says[:, at] / scored.norm).tolist(), known, strict=True)
        best = sorted(said, reverse=True)[:_TOP_WEIGHTS]
        return tuple([(name, round(say, 3)) for say, name in best if say > 0])


@lru_cache(maxsize=512)
def _ones(count: int) -> NDArray[np.float64]:
    """So many ones: the product with them sums rows several times faster than a sum does."""
    return np.ones(count)


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
