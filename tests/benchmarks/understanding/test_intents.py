"""Duetalk and other recognisers, side by side on the same examples and the same replies.

    make bench     or     python -m pytest -m benchmark -s tests/benchmarks/understanding

Labelled replies and public sets are looked for in the folder DUETALK_SHARED, else ../shared.
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
SEEDS = (7, 8, 9)
PEER_TIMEOUT_SECONDS = 1800
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
    answer: dict[str, Any] = json.loads(done.stdout)
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


def _row(name: str, answer: dict[str, Any], test: list[tuple[str, str]], size: float) -> str:
    ranked = sorted(answer["seconds"])
    median, last = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)]
    return (
        f"{name:16}{_accuracy(answer['labels'], test):9.4f}{_macro_f1(answer['labels'], test):10.4f}"
        f"{median * 1e6:9.0f}{last * 1e6:9.0f}{answer['rss_mib']:9.0f}{size:9.0f}{answer['trained']:9.1f}"
    )


HEAD = (
    f"\n{'':16}{'accuracy':>9}{'macro-F1':>10}{'p50 us':>9}{'p99 us':>9}{'RSS MiB':>9}{'inst MiB':>9}"
    f"{'ready s':>9}"
)


def _replies() -> list[tuple[str, str]]:
    path = SHARED / "replies_dev.jsonl"
    if not path.exists():
        pytest.skip(f"no labelled replies at {path}; set DUETALK_SHARED")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [(row["text"], row["intent"]) for row in rows if not row.get("context")]


def test_duetalk_reads_replies_better_than_every_peer() -> None:
    test = _replies()
    train = [(example.text, example.intent.value) for example in read_lists()]
    data = _data(train, test)
    print(HEAD)
    scores = {}
    for name in ("duetalk", "duetalk-linear", "scikit-learn", "fasttext", "rapidfuzz"):
        if name == "fasttext" and not importlib.util.find_spec("fasttext"):
            print(f"{name:16} skipped: pip install fasttext-wheel")
            continue
        answer = _run(name, data)
        scores[name] = _macro_f1(answer["labels"], test)
        print(_row(name, answer, test, _installed_mib(NEEDS[name])), flush=True)
    best = max(score for name, score in scores.items() if not name.startswith("duetalk"))
    assert scores["duetalk"] >= best


def test_duetalk_reads_replies_better_than_node_nlp(tmp_path: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("node-nlp needs Node and npm")
    test = _replies()
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", f"node-nlp@{NODE_VERSION}"]
    if subprocess.run(install, cwd=tmp_path, capture_output=True, check=False).returncode:
        pytest.skip("npm could not install node-nlp")
    shutil.copy(HERE / "node_nlp.js", tmp_path / "node_nlp.js")
    train = [(example.text, example.intent.value) for example in read_lists()]
    answer = _answer(["node", "node_nlp.js"], _data(train, test), cwd=tmp_path)
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) / 2**20
    print(HEAD)
    print(_row("node-nlp", answer, test, size), flush=True)
    own = _run("duetalk", _data([], test))
    assert _macro_f1(own["labels"], test) >= _macro_f1(answer["labels"], test)


@pytest.mark.parametrize("name", ["banking77", "clinc150"])
def test_the_linear_model_holds_its_own_with_ten_examples_an_intent(name: str) -> None:
    rows = _public(name)
    test = [(row["text"], row["intent"]) for row in rows if row["split"] == "test"]
    print(f"\n{name}, {SHOTS} examples an intent, mean of {len(SEEDS)} samples" + HEAD)
    means: dict[str, float] = {}
    for peer in ("duetalk-linear", "scikit-learn", "fasttext", "rapidfuzz"):
        if peer == "fasttext" and not importlib.util.find_spec("fasttext"):
            print(f"{peer:16} skipped: pip install fasttext-wheel")
            continue
        answers = [_run(peer, _data(_few(rows, seed), test)) for seed in SEEDS]
        means[peer] = sum(_accuracy(answer["labels"], test) for answer in answers) / len(SEEDS)
        print(
            _row(peer, answers[0], test, _installed_mib(NEEDS[peer])), f"  mean {means[peer]:.4f}"
        )
    assert means["duetalk-linear"] >= means["rapidfuzz"]


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
