"""The training lists and the model made from them belong together."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from flows.languages.en.slips import meant
from flows.understanding.features import VERSION
from flows.understanding.intents import Intent
from flows.understanding.lists import lists_hash, read_lists
from flows.understanding.model import load_model
from flows.understanding.normalise import normalise

EXAMPLES_MIN = 120
_LATIN = re.compile(r"[a-z]{3,14}")
GROUPS = {"zh-Hans": "zh", "zh-Hant": "zh", "en": "en"}


@pytest.mark.parametrize("group", ["zh", "en"])
def test_every_intent_has_enough_examples_in_each_language_group(group: str) -> None:
    counts = Counter(
        example.intent for example in read_lists() if GROUPS[example.language] == group
    )
    assert {i.value: counts[i] for i in Intent if counts[i] < EXAMPLES_MIN} == {}


def test_no_reply_stands_under_two_intents() -> None:
    labels: dict[tuple[str, str], set[str]] = {}
    for example in read_lists():
        labels.setdefault((example.language, example.text), set()).add(example.intent.value)
    assert {key: found for key, found in labels.items() if len(found) > 1} == {}


def test_the_shipped_model_was_made_from_the_shipped_lists() -> None:
    model = load_model()
    assert model.lists == lists_hash(read_lists())
    assert model.version == VERSION
    assert set(model.intents) == set(Intent)


def test_no_two_lines_of_a_list_differ_only_in_marks_and_script() -> None:
    said: dict[tuple[str, str, str], list[str]] = {}
    for example in read_lists():
        words = re.sub(r"[\W_]+", "", normalise(example.text).text)
        # A slip is a line of its own, though it is read as the word that was meant.
        if words and not example.is_decoy and not any(map(meant, _LATIN.findall(example.text))):
            said.setdefault((example.language, example.intent, words), []).append(example.text)
    assert [texts for texts in said.values() if len(texts) > 1] == []
