"""Duetalk and other recognisers, side by side on the same examples and the same replies.

    python -m pytest -m benchmark -s tests/benchmarks/understanding/test_intents.py

One table for each set. Each peer trains and answers in a process of its own, within a time limit;
one that cannot end says so in its row. node-nlp is installed from npm into a folder of its own where
Node is there, fastText is asked for where it is installed; who is missing is named. Labelled
replies and public sets are looked for in the folder DUETALK_SHARED, else ../shared.
"""

from __future__ import annotations

import csv
import importlib.metadata
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from flows.understanding.lists import read_lists

pytestmark = pytest.mark.benchmark

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("DUETALK_SHARED", ROOT.parent / "shared")) / "data"
HERE = Path(__file__).parent
NODE_VERSION = "4.27.0"
SHOTS = 10
SEED = 7
# A sample is enough to tell recognisers apart by a point or two.
TEST_ROWS_MAX = 1_500
PEER_TIMEOUT_SECONDS = 900
# The margin over the best of the peers (understanding.md E).
MARGIN = 0.03
PEERS = ("duetalk", "duetalk-linear", "scikit-learn", "fasttext", "node-nlp", "rapidfuzz")
# What each peer needs beside the standard library, for the size of an installation.
NEEDS = {
    "duetalk": ("numpy", "rapidfuzz", "opencc"),
    "duetalk-linear": ("numpy", "opencc"),
    "rapidfuzz": ("rapidfuzz",),
    "scikit-learn": ("numpy", "scipy", "scikit-learn", "joblib", "threadpoolctl"),
    "fasttext": ("fasttext-wheel", "numpy", "pybind11"),
}


def _installed_mib(names: tuple[str, ...]) -> float:
    total = 0
    for name in names:
        try:
            files = importlib.metadata.files(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        total += sum(
            path.stat().st_size for file in files if (path := Path(file.locate())).exists()
        )
    return total / 2**20


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A folder with node-nlp; None where there is no Node or no registry."""
    if not shutil.which("npm"):
        return None
    folder = tmp_path_factory.mktemp("node")
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", f"node-nlp@{NODE_VERSION}"]
    if subprocess.run(install, cwd=folder, capture_output=True, check=False).returncode:
        return None
    shutil.copy(HERE / "node_nlp.js", folder / "node_nlp.js")
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One labelled text; `is_counted_only`: its half was never looked at while lines were written."""

    text: str
    label: str
    is_counted_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one peer made of one set, and what it cost."""

    name: str
    accuracy: float
    macro_f1: float
    half_f1: float | None
    p50_us: float
    p99_us: float
    rss_mib: float
    install_mib: float
    ready_seconds: float

    @property
    def row(self) -> str:
        """The line of the table."""
        half = "" if self.half_f1 is None else f"{self.half_f1:.3f}"
        return (
            f"| {self.name:14} | {self.accuracy:8.3f} | {self.macro_f1:8.3f} | {half:8} "
            f"| {self.p50_us:7,.0f} | {self.p99_us:7,.0f} | {self.rss_mib:7.0f} "
            f"| {self.install_mib:7.0f} | {self.ready_seconds:7.1f} |"
        )


HEAD = (
    "|                | accuracy | macro-F1 | its half |  p50 µs |  p99 µs | RSS MiB | install "
    "| ready s |\n"
    "|----------------|---------:|---------:|---------:|--------:|--------:|--------:|--------:"
    "|--------:|"
)
Rows = list[tuple[str, str]]


class NoAnswerError(Exception):
    """A peer that could not be measured; the message says why."""


def _measured(
    names: Sequence[str], train: Rows, test: Sequence[Reply], node: Path | None
) -> dict[str, Measured]:
    """Every peer that is there, on one set; prints each as it comes."""
    data = json.dumps({"train": train, "test": [reply.text for reply in test]})
    print(f"\n{_load()}\n{HEAD}", flush=True)
    found = {}
    for name in names:
        try:
            answer, size = _answered(name, data, node)
        except NoAnswerError as why:
            print(f"| {name:14} | {why} |", flush=True)
            continue
        found[name] = _judged(name, answer, test, size)
        print(found[name].row, flush=True)
    print(_load(), flush=True)
    return found


def _load() -> str:
    return "load of the machine (1, 5, 15 minutes): " + " ".join(
        f"{n:.1f}" for n in os.getloadavg()
    )


def _answered(name: str, data: str, node: Path | None) -> tuple[dict[str, Any], float]:
    if name == "node-nlp":
        if node is None:
            raise NoAnswerError("not here: no Node, or no registry to install it from")
        size = sum(path.stat().st_size for path in node.rglob("*") if path.is_file())
        return _answer(["node", "node_nlp.js"], data, cwd=node), size / 2**20
    if name == "fasttext" and not importlib.util.find_spec("fasttext"):
        raise NoAnswerError("not here: pip install fasttext-wheel")
    command = [sys.executable, str(HERE / "peers.py"), name]
    return _answer(command, data, cwd=ROOT), _installed_mib(NEEDS[name])


def _judged(name: str, answer: dict[str, Any], test: Sequence[Reply], size: float) -> Measured:
    ranked = sorted(answer["seconds"])
    read = list(zip(answer["labels"], test, strict=True))
    half = [pair for pair in read if pair[1].is_counted_only]
    return Measured(
        name=name,
        accuracy=sum(label == reply.label for label, reply in read) / len(test),
        macro_f1=_macro_f1(read),
        half_f1=_macro_f1(half) if half else None,
        p50_us=ranked[len(ranked) // 2] * 1e6,
        p99_us=ranked[int(len(ranked) * 0.99)] * 1e6,
        rss_mib=answer["rss_mib"],
        install_mib=size,
        ready_seconds=answer["trained"],
    )


def _answer(command: list[str], data: str, *, cwd: Path) -> dict[str, Any]:
    """What one peer found, in its own process; raises NoAnswerError with the reason."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            text=True,
            check=True,
            cwd=cwd,
            env={**os.environ, **threads, "PYTHONPATH": str(ROOT)},
            timeout=PEER_TIMEOUT_SECONDS,
        )
        # A library may talk on standard output while it trains: the answer is the last line.
        answer: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    except subprocess.TimeoutExpired:
        raise NoAnswerError(f"did not end within {PEER_TIMEOUT_SECONDS} s") from None
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().rpartition("\n")[2][:80]
        raise NoAnswerError(f"failed with {error.returncode}: {last or 'no word'}") from None
    except json.JSONDecodeError:
        raise NoAnswerError(f"gave no answer: {done.stdout[-80:]!r}") from None
    return answer


def _macro_f1(read: Sequence[tuple[str, Reply]]) -> float:
    """The mean F1 over the labels that occur."""
    labels = [label for label, _ in read]
    expected = [reply.label for _, reply in read]
    scores = []
    for name in set(expected):
        hits = sum(a == b == name for a, b in zip(labels, expected, strict=True))
        scores.append(2 * hits / (labels.count(name) + expected.count(name)))
    return sum(scores) / len(scores)


def _replies() -> list[Reply]:
    path = SHARED / "replies_dev.jsonl"
    if not path.exists():
        pytest.skip(f"no labelled replies at {path}; set DUETALK_SHARED")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Reply(text=row["text"], label=row["intent"], is_counted_only=_is_even(row["id"]))
        for row in rows
        if not row.get("context") and row["intent"] != "out_of_scope"
    ]


def _is_even(name: str) -> bool:
    """The half whose mistakes nobody looked at while lines were written: the even numbers."""
    return int("".join(filter(str.isdigit, name)) or 1) % 2 == 0


def test_duetalk_reads_replies_better_than_every_peer(node: Path | None) -> None:
    test = _replies()
    train = [(example.text, example.intent.value) for example in read_lists()]
    half = sum(reply.is_counted_only for reply in test)
    print(f"\n\n{len(test)} replies never trained on, {half} of them in the half not looked at;")
    print(f"{len(train)} examples, 32 intents, the same for all")
    found = _measured(PEERS, train, test, node)
    ours = found["duetalk"]
    peers = [each for name, each in found.items() if not name.startswith("duetalk")]
    best = max(peers, key=attrgetter("macro_f1"))
    margin = ours.macro_f1 - best.macro_f1
    half_margin = (ours.half_f1 or 0.0) - max(each.half_f1 or 0.0 for each in peers)
    print(f"over the best peer ({best.name}) in macro-F1: {margin:+.3f}")
    print(f"over the best peer on the half not looked at: {half_margin:+.3f}")
    assert margin >= MARGIN
    assert half_margin >= 0


@pytest.mark.parametrize("name", ["banking77", "clinc150"])
def test_the_linear_model_holds_its_own_with_ten_examples_an_intent(
    name: str, node: Path | None
) -> None:
    rows = _public(name)
    test = [Reply(text=r["text"], label=r["intent"]) for r in rows if r["split"] == "test"]
    test = random.Random(SEED).sample(test, min(len(test), TEST_ROWS_MAX))
    print(f"\n\n{name}: {len(test)} rows of its test split, {SHOTS} examples an intent")
    found = _measured(PEERS[1:], _few(rows, SEED), test, node)
    assert found["duetalk-linear"].accuracy >= found["rapidfuzz"].accuracy


def _public(name: str) -> list[dict[str, str]]:
    path = SHARED / "benchmarks" / name / "data.csv"
    if not path.exists():
        pytest.skip(f"no {name} at {path}; set DUETALK_SHARED")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _few(rows: list[dict[str, str]], seed: int) -> list[tuple[str, str]]:
    chooser = random.Random(seed)
    by_intent: dict[str, list[str]] = {}
    for row in rows:
        if row["split"] == "train":
            by_intent.setdefault(row["intent"], []).append(row["text"])
    return [
        (text, intent)
        for intent, texts in sorted(by_intent.items())
        for text in chooser.sample(texts, SHOTS)
    ]
