"""The pictures are of what the code does, nothing in them overlaps, and the copies are true."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.commands.flows_ import BEGIN, drawing, renewed
from flows.atlas import pictures
from flows.atlas.explore import explored, openings, tried
from flows.atlas.layout import Item, laid_out
from flows.atlas.pictures import Look, Picture
from flows.dialogues import BY_NAME
from flows.route import RULES
from flows.states import AccountState

ROOT = Path(__file__).parents[3]
COPY = ROOT / "flows" / "README.md"
NAMES = ("accounts", "order", *BY_NAME)


def _picture(name: str) -> Picture:
    if name == "order":
        return pictures.order()
    if name == "accounts":
        return pictures.accounts(explored())
    return pictures.dialogue(explored(), name)


def test_the_copy_in_the_readme_is_what_the_code_does() -> None:
    written = COPY.read_text(encoding="utf-8")
    assert BEGIN.format("") in written
    assert BEGIN.format(" --order") in written
    assert renewed(written) == written, "run: duetalk flows graph --renew flows/README.md"


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(LookupError, match="drawn by"):
        renewed("# Nothing drawn here")


def test_every_state_of_an_account_is_reached_and_drawn() -> None:
    drawn = {node.name for node in _picture("accounts").nodes if node.look is Look.STATE}
    assert drawn == {str(state) for state in AccountState}


def test_the_order_shows_every_rule_of_the_code() -> None:
    rules = [node for node in _picture("order").nodes if node.look is Look.RULE]
    assert len(rules) == len(RULES) + 1


def test_the_map_is_the_same_every_time() -> None:
    first, second = openings()[0], openings()[0]
    once = [(t.label, t.target.place, t.dialogues) for t in tried(first)]
    assert once == [(t.label, t.target.place, t.dialogues) for t in tried(second)]


@pytest.mark.parametrize("name", NAMES)
def test_no_box_or_label_is_drawn_over_another(name: str) -> None:
    layout = laid_out(_picture(name))
    solid = [item for item in layout.items if item.lines]
    assert [(a.lines, b.lines) for a, b in combinations(solid, 2) if _overlap(a, b)] == []
    assert all(0 <= item.x <= layout.width and 0 <= item.y <= layout.height for item in solid)


def _overlap(a: Item, b: Item) -> bool:
    across = abs(a.x - b.x) < (a.width + b.width) / 2 - 1
    return across and abs(a.y - b.y) < (a.height + b.height) / 2 - 1


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_one_plain_svg(name: str) -> None:
    root = ElementTree.fromstring(drawing(name, "svg"))
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds <= {"svg", "title", "style", "g", "rect", "text", "path", "polygon"}


@pytest.mark.parametrize("name", NAMES)
def test_mermaid_text_names_every_box_once(name: str) -> None:
    lines = drawing(name).splitlines()
    boxes = [line for line in lines if ":::" in line and "notes[" not in line]
    assert len(boxes) == len(_picture(name).nodes)


def test_an_unknown_dialogue_is_told_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="instalments"):
        drawing("weather")
