"""The scorer: a linear model in one small file of signed bytes, scored without any library.

Trained offline by `train.py`. Knows features by name and intents by number, nothing of language.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flows.packaged import packaged
from flows.understanding.intents import Intent

MAGIC = b"DUETALK1"
_LENGTHS = struct.Struct("<5I")
_TOP_WEIGHTS = 6
# Beyond it a probability is 0 or 1 for every purpose.
_RAW_MAX = 30.0
# A row of the model is one whole number: a lane of so many bits for each intent, one for the
# rarity, above them its square. Adding rows adds every lane at once, and exactly.
_LANE = 32
_LANE_BYTES = _LANE // 8
_HALF, _LANE_MASK = 1 << _LANE - 1, (1 << _LANE) - 1
# Rarities are half floats from 1 on, whole numbers of this unit.
_UNIT = 1024
# A weight is a signed byte; in the file it is read as an unsigned one, this much more.
_BYTE_ZERO = 128
# Rows remembered; beyond it one is made anew, so that no flood of strange words fills the memory.
_REMEMBERED_MAX = 150_000
# So many rows of the largest weights fill a lane; no reply comes near it.
_ROWS_MAX = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From a raw score to the probability that the top intent is right: a logistic curve."""

    score: float
    margin: float
    share: float
    offsets: tuple[float, ...]

    def chance(self, scored: Scored, at: int) -> float:
        """The probability, from 0 to 1, that the intent numbered `at` is right."""
        mine = scored.logits[at]
        rival = scored.ordered[0] if mine != scored.ordered[0] else scored.ordered[1]
        raw = self.score * mine * scored.share + self.margin * (mine - rival)
        raw += self.share * scored.share + self.offsets[at]
        return 1.0 / (1.0 + math.exp(-min(max(raw, -_RAW_MAX), _RAW_MAX)))


@dataclass(slots=True)
class Scored:
    """What the model makes of one reply.

    `ordered` are the logits, the largest first. `share` is the part of the reply's features,
    weighted by rarity, that the model has ever seen, from 0 to 1. Not frozen, since each clause
    makes one and hardly any clause needs the `total` of the chances.
    """

    ordered: list[float]
    logits: list[float]
    share: float
    features: Collection[str]
    rows: list[int]
    norm: float
    total: float = 0.0

    @property
    def first(self) -> int:
        """The number of the likeliest intent."""
        return self.logits.index(self.ordered[0])

    def likeliest(self) -> Iterator[int]:
        """The numbers of the intents, likeliest first; hardly any reply is asked for many."""
        return map(self.logits.index, self.ordered)

    def chance(self, at: int) -> float:
        """The chance of the intent numbered `at`; those of all intents sum to 1."""
        self.total = self.total or sum(map(math.exp, self.logits))
        return math.exp(self.logits[at]) / self.total


class _Rows(dict[str, int]):
    """The row of each feature that a reply has held, made when it is first asked for.

    Of all features few are ever used, and the rows of these then lie close together in memory.
    """

    def __init__(self, made: Callable[[str], int]) -> None:
        self._made = made

    def __missing__(self, name: str) -> int:
        row = self._made(name)
        if len(self) < _REMEMBERED_MAX:
            self[name] = row
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights by feature and intent; `lists` fingerprints the examples it was made from."""

    intents: tuple[Intent, ...]
    names: tuple[str, ...]
    # A signed byte for each intent, feature by feature.
    weights: bytes
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    rarity: tuple[float, ...]
    calibration: Calibration
    # A sample of the examples of each intent, to show what a reply is like.
    examples: tuple[tuple[str, ...], ...]
    lists: str
    version: int
    # Confidence against truth on the lists, each example read by a model that never saw it:
    # for each tenth of confidence how many, how sure on average, how many right.
    held_out: tuple[tuple[int, float, float], ...] = ()
    # Words so common in the lists that their spelling is no feature of a reply.
    common: frozenset[str] = frozenset()
    # Worked out from the above: where an intent stands, the number of a feature,
    # and the row of each feature that a reply has held.
    places: dict[Intent, int] = field(init=False)
    numbers: dict[str, int] = field(init=False)
    says: _Rows = field(init=False)
    zeros: int = field(init=False)
    byte_zeros: int = field(init=False)
    lanes: struct.Struct = field(init=False)
    unknown_rarity: int = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.intents)
        places = {intent: at for at, intent in enumerate(self.intents)}
        object.__setattr__(self, "places", places)
        object.__setattr__(
            self, "numbers", dict(zip(self.names, range(len(self.names)), strict=True))
        )
        # Put to a sum it makes every lane positive; taken from it bit by bit, signed again.
        object.__setattr__(self, "says", _Rows(self._row))
        object.__setattr__(self, "zeros", _HALF * _each_lane(count))
        object.__setattr__(self, "byte_zeros", _BYTE_ZERO * _each_lane(count))
        object.__setattr__(self, "lanes", struct.Struct(f"<{count}iIQ"))
        object.__setattr__(self, "unknown_rarity", round(max(self.rarity) * _UNIT))

    def score(self, features: set[str]) -> Scored:
        """The chance of each intent for a reply with these features."""
        rows = list(filter(None, map(self.says.__getitem__, features)))
        total = sum(rows[:_ROWS_MAX], self.zeros)
        signed = (total ^ self.zeros).to_bytes(self.lanes.size, "little")
        sums = self.lanes.unpack(signed)
        known, squares = sums[-2:]
        norm = math.sqrt(squares) or 1.0
        logits = [
            said * scale / norm + bias
            for said, scale, bias in zip(sums, self.scales, self.biases, strict=False)
        ]
        unknown = (len(features) - len(rows)) * self.unknown_rarity
        return Scored(
            sorted(logits, reverse=True),
            logits,
            known / ((known + unknown) or 1),
            features,
            rows,
            norm,
        )

    def _row(self, name: str) -> int:
        """The weights of a feature times its rarity, then the rarity and its square, each a lane.

        0 for a feature that the model does not know.
        """
        place = self.numbers.get(name)
        if place is None:
            return 0
        count = len(self.intents)
        lanes = bytearray(count * _LANE_BYTES)
        lanes[::_LANE_BYTES] = self.weights[place * count : place * count + count].translate(
            _UNSIGNED
        )
        rarity = round(self.rarity[place] * _UNIT)
        said = (int.from_bytes(lanes, "little") - self.byte_zeros) * rarity
        above = rarity + (rarity * rarity << _LANE)
        return said + (above << _LANE * count)

    def confidence(self, scored: Scored, at: int) -> float:
        """The calibrated probability that the intent numbered `at` is the right reading."""
        return self.calibration.chance(scored, at)

    def reasons(self, scored: Scored, at: int) -> tuple[tuple[str, float], ...]:
        """The features that spoke most for an intent, with their part of its score, in order."""
        known = filter(self.says.__getitem__, scored.features)
        shift = _LANE * at
        said = [
            (lane, name)
            for row, name in zip(scored.rows, known, strict=True)
            if 0 < (lane := row >> shift & _LANE_MASK) < _HALF
        ]
        factor = self.scales[at] / scored.norm
        said.sort(reverse=True)
        return tuple([(name, round(lane * factor, 3)) for lane, name in said[:_TOP_WEIGHTS]])


def _each_lane(count: int) -> int:
    """One in each of so many lanes."""
    return sum(1 << _LANE * at for at in range(count))


_UNSIGNED = bytes((byte + _BYTE_ZERO) % 256 for byte in range(256))


def pack(model: Model) -> bytes:
    """The model as the bytes of its file."""
    curve = model.calibration
    header = {
        "intents": list(model.intents),
        "lists": model.lists,
        "version": model.version,
        "scales": model.scales,
        "biases": model.biases,
        "calibration": [curve.score, curve.margin, curve.share, list(curve.offsets)],
        "common": sorted(model.common),
        "held_out": [list(tenth) for tenth in model.held_out],
    }
    blocks = (
        json.dumps(header, sort_keys=True).encode(),
        zlib.compress("\n".join(model.names).encode(), 9),
        zlib.compress(struct.pack(f"<{len(model.rarity)}e", *model.rarity), 9),
        zlib.compress(model.weights, 9),
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
    return Model(
        intents=tuple(Intent(name) for name in header["intents"]),
        names=names,
        weights=zlib.decompress(blocks[3]),
        scales=tuple(header["scales"]),
        biases=tuple(header["biases"]),
        rarity=struct.unpack(f"<{len(names)}e", zlib.decompress(blocks[2])),
        calibration=Calibration(score=score, margin=margin, share=share, offsets=tuple(offsets)),
        examples=tuple(map(tuple, json.loads(zlib.decompress(blocks[4])))),
        lists=header["lists"],
        version=header["version"],
        held_out=tuple((count, sure, right) for count, sure, right in header.get("held_out", ())),
        common=frozenset(header.get("common", ())),
    )


@cache
def load_model() -> Model:
    """The model shipped with the package, read once."""
    return unpack(packaged(__package__, "model.bin"))
