"""The scorer: a linear model in one small file of signed bytes, scored with numpy alone.

Trained offline by `train.py`. Knows features by name and intents by number, nothing of language.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flows.understanding.intents import Intent

MAGIC = b"DUETALK1"
_LENGTHS = struct.Struct("<4I")
_TOP_WEIGHTS = 6

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From a raw score to the probability that the top intent is right: a logistic curve."""

    score: float
    margin: float
    share: float
    offsets: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What the model makes of one reply.

    `chances` sum to 1 over the intents; `share` is the part of the reply's features, weighted by
    rarity, that the model has ever seen, from 0 to 1.
    """

    chances: Floats
    logits: Floats
    share: float
    rows: NDArray[np.intp]
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights by feature and intent; `lists` fingerprints the examples it was made from."""

    intents: tuple[Intent, ...]
    index: dict[str, int]
    names: tuple[str, ...]
    weights: NDArray[np.int8]
    scales: Floats
    biases: Floats
    rarity: Floats
    unknown_rarity: float
    calibration: Calibration
    lists: str
    version: int

    def score(self, features: Iterable[str]) -> Scored:
        """The chance of each intent for a reply with these features."""
        listed = list(features)
        found = [row for row in map(self.index.get, listed) if row is not None]
        rows = np.array(found, dtype=np.intp)
        values = self.rarity[rows]
        known = float(values.sum())
        values = values / (float(np.sqrt(np.dot(values, values))) or 1.0)
        logits = (values @ self.weights[rows].astype(np.float32)) * self.scales + self.biases
        powers = np.exp(logits - logits.max())
        unknown = (len(listed) - len(found)) * self.unknown_rarity
        return Scored(
            chances=powers / powers.sum(),
            logits=logits,
            share=known / ((known + unknown) or 1.0),
            rows=rows,
            values=values,
        )

    def confidence(self, scored: Scored, at: int) -> float:
        """The calibrated probability that the intent numbered `at` is the right reading."""
        curve = self.calibration
        raised = scored.logits.copy()
        mine = float(raised[at])
        raised[at] = -np.inf
        margin = mine - float(raised.max())
        raw = curve.score * mine * scored.share + curve.margin * margin
        raw += curve.share * scored.share + curve.offsets[at]
        return float(1.0 / (1.0 + np.exp(-np.clip(raw, -30.0, 30.0))))

    def reasons(self, scored: Scored, at: int) -> tuple[tuple[str, float], ...]:
        """The features that spoke most for an intent, with weight times value, strongest first."""
        shares = scored.values * self.weights[scored.rows, at] * float(self.scales[at])
        best = np.argsort(-shares, kind="stable")[:_TOP_WEIGHTS]
        return tuple(
            (self.names[int(scored.rows[place])], round(float(shares[place]), 3))
            for place in best
            if shares[place] > 0
        )


def pack(model: Model) -> bytes:
    """The model as the bytes of its file."""
    curve = model.calibration
    header = {
        "intents": list(model.intents),
        "lists": model.lists,
        "version": model.version,
        "unknown_rarity": model.unknown_rarity,
        "scales": [float(scale) for scale in model.scales],
        "biases": [float(bias) for bias in model.biases],
        "calibration": [curve.score, curve.margin, curve.share, list(curve.offsets)],
    }
    blocks = (
        json.dumps(header, sort_keys=True).encode(),
        zlib.compress("\n".join(model.names).encode(), 9),
        zlib.compress(model.rarity.astype("<f2").tobytes(), 9),
        zlib.compress(np.ascontiguousarray(model.weights).tobytes(), 9),
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
        index={name: row for row, name in enumerate(names)},
        names=names,
        weights=weights.reshape(len(names), -1),
        scales=np.array(header["scales"], dtype=np.float32),
        biases=np.array(header["biases"], dtype=np.float32),
        rarity=np.frombuffer(zlib.decompress(blocks[2]), dtype="<f2").astype(np.float32),
        unknown_rarity=header["unknown_rarity"],
        calibration=Calibration(score=score, margin=margin, share=share, offsets=tuple(offsets)),
        lists=header["lists"],
        version=header["version"],
    )


@cache
def load_model() -> Model:
    """The model shipped with the package, read once."""
    return unpack(files(__package__).joinpath("model.bin").read_bytes())
