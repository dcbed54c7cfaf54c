"""Duetalk and other recognisers, side by side on the same examples and the same replies.

    python -m pytest -m benchmark -s tests/benchmarks/understanding/test_intents.py

One table for each set, at the end. node-nlp is installed from npm into a folder of its own where
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
PEER_TIMEOUT_SECONDS = 1800
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
class Measured:
    """What one peer made of one set, and what it cost."""

    name: str
    accuracy: float
    macro_f1: float
    p50_us: float
    p99_us: float
    rss_mib: float
    install_mib: float
    ready_seconds: float

    @property
    def row(self) -> str:
        """The line of the table."""
        return (
            f"| {self.name:14} | {self.accuracy:8.3f} | {self.macro_f1:8.3f} | {self.p50_us:7,.0f} "
            f"| {self.p99_us:7,.0f} | {self.rss_mib:7.0f} | {self.install_mib:7.0f} "
            f"| {self.ready_seconds:7.1f} |"
        )


HEAD = (
    "|                | accuracy | macro-F1 |  p50 µs |  p99 µs | RSS MiB | install | ready s |\n"
    "|----------------|---------:|---------:|--------:|--------:|--------:|--------:|--------:|"
)
Rows = list[tuple[str, str]]


def _measured(names: Sequence[str], train: Rows, test: Rows, node: Path | None) -> list[Measured]:
    """Every peer that is there, on one set; prints each as it comes."""
    data = _data(train, test)
    print(f"\n{HEAD}", flush=True)
    found = []
    for name in names:
        answer, size = _answered(name, data, node)
        if answer is None:
            print(f"| {name:14} | not here |", flush=True)
            continue
        found.append(_judged(name, answer, test, size))
        print(found[-1].row, flush=True)
    return found


def _answered(name: str, data: str, node: Path | None) -> tuple[dict[str, Any] | None, float]:
    if name == "node-nlp":
        if node is None:
            return None, 0.0
        size = sum(path.stat().st_size for path in node.rglob("*") if path.is_file())
        return _answer(["node", "node_nlp.js"], data, cwd=node), size / 2**20
    if name == "fasttext" and not importlib.util.find_spec("fasttext"):
        return None, 0.0
    return _run(name, data), _installed_mib(NEEDS[name])


def _judged(name: str, answer: dict[str, Any], test: Rows, size: float) -> Measured:
    ranked = sorted(answer["seconds"])
    return Measured(
        name=name,
        accuracy=_accuracy(answer["labels"], test),
        macro_f1=_macro_f1(answer["labels"], test),
        p50_us=ranked[len(ranked) // 2] * 1e6,
        p99_us=ranked[int(len(ranked) * 0.99)] * 1e6,
        rss_mib=answer["rss_mib"],
        install_mib=size,
        ready_seconds=answer["trained"],
    )


def _run(name: str, data: str) -> dict[str, Any]:
    """One peer in its own process; raises CalledProcessError when it cannot run."""
    command = [sys.executable, str(HERE / "peers.py"), name]
    return _answer(command, data, cwd=ROOT)


def _answer(command: list[str], data: str, *, cwd: Path) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command,
        input=data,
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
        env=environment,
        timeout=PEER_TIMEOUT_SECONDS,
    )
    # A library may talk on standard output while it trains: the answer is the last line.
    answer: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return answer


def _data(train: list[tuple[str, str]], test: list[tuple[str, str]]) -> str:
    return json.dumps({"train": train, "test": [text for text, _ in test]})


def _accuracy(labels: list[str], test: list[tuple[str, str]]) -> float:
    return sum(label == right for label, (_, right) in zip(labels, test, strict=True)) / len(test)


def _macro_f1(labels: list[str], test: list[tuple[str, str]]) -> float:
    expected = [right for _, right in test]
    scores = []
    for name in set(expected):
        hits = sum(a == b == name for a, b in zip(labels, expected, strict=True))
        scores.append(2 * hits / (labels.count(name) + expected.count(name)))
    return sum(scores) / len(scores)


def _replies() -> Rows:
    path = SHARED / "replies_dev.jsonl"
    if not path.exists():
        pytest.skip(f"no labelled replies at {path}; set DUETALK_SHARED")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        (row["text"], row["intent"])
        for row in rows
        if not row.get("context") and row["intent"] != "out_of_scope"
    ]


def test_duetalk_reads_replies_better_than_every_peer(node: Path | None) -> None:
    test = _replies()
    train = [(example.text, example.intent.value) for example in read_lists()]
    print(f"\n\n{len(test)} replies never trained on; {len(train)} examples, 32 intents")
    found = {each.name: each for each in _measured(PEERS, train, test, node)}
    best = max(each.macro_f1 for name, each in found.items() if not name.startswith("duetalk"))
    assert found["duetalk"].macro_f1 >= best


@pytest.mark.parametrize("name", ["banking77", "clinc150"])
def test_the_linear_model_holds_its_own_with_ten_examples_an_intent(
    name: str, node: Path | None
) -> None:
    rows = _public(name)
    test = [(row["text"], row["intent"]) for row in rows if row["split"] == "test"]
    test = random.Random(SEED).sample(test, min(len(test), TEST_ROWS_MAX))
    print(f"\n\n{name}: {len(test)} rows of its test split, {SHOTS} examples an intent")
    found = {each.name: each for each in _measured(PEERS[1:], _few(rows, SEED), test, node)}
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
