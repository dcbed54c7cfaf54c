"""The model: small, the same every time, and without scikit-learn where replies are read."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest

from flows.understanding.features import features, legible
from flows.understanding.intents import Intent
from flows.understanding.lists import Example
from flows.understanding.model import load_model, unpack

SIZE_MAX_BYTES = 2 * 2**20

SMALL = tuple(
    Example(text=text, intent=intent)
    for intent, texts in {
        Intent.AFFIRM: "yes, ok, sure thing, yes please, fine by me, ok then, yes ok, sure",
        Intent.DENY: "no, nope, no thanks, not now, no way, nope sorry, no no, not really",
        Intent.PAY_NOW: "how do i pay, where to pay, pay link, pay now, i want to pay, can i pay, pay it how, pay here",
    }.items()
    for text in texts.split(", ")
)


def test_training_twice_gives_the_same_bytes() -> None:
    train = pytest.importorskip("flows.understanding.train").train
    first = train(SMALL)
    assert first == train(SMALL)
    model = unpack(first)
    scored = model.score(features("yes sure", "yes sure", ()))
    assert model.intents[scored.first] == Intent.AFFIRM


def test_the_model_file_is_small() -> None:
    data = files("flows.understanding").joinpath("model.bin").read_bytes()
    assert len(data) <= SIZE_MAX_BYTES


def test_no_model_is_read_from_other_bytes() -> None:
    with pytest.raises(ValueError, match="expected a model file"):
        unpack(b"something else")


def test_chances_sum_to_one_and_a_text_of_unknown_words_has_no_known_share() -> None:
    model = load_model()
    scored = model.score({"never seen", "nor this"})
    assert sum(map(scored.chance, range(len(model.intents)))) == pytest.approx(1.0)
    assert scored.share == 0.0


def test_reading_replies_imports_no_training_library() -> None:
    code = (
        "import sys; from datetime import date; from flows.understanding import understand;"
        "understand('我昨天已经还了', today=date(2026, 3, 11));"
        "sys.exit(any(name.split('.')[0] in ('sklearn', 'scipy', 'aiohttp') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("@^ PAY", "⟨… + pay"),
        ("@SPLIT $", "split + …⟩"),
        ("分_期", "分 + 期"),
        ("<sto", "sto…"),
        ("top>", "…top"),
        ("\ue001", "⟨AMT⟩"),
    ],
)
def test_a_feature_is_shown_in_words(name: str, read: str) -> None:
    assert legible(name) == read
