"""What is drawn of the map: nodes and edges, before anybody decides how they look.

`accounts` shows what moves an account from state to state, `order` who answers first, `dialogue`
the questions of one dialogue and where each answer leads.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from flows import route
from flows.atlas.explore import Atlas, Transition
from flows.atlas.stimuli import WORDS
from flows.dialogues import BY_INTENT, BY_NAME, ORDER, URGENT, Talk
from flows.understanding.intents import Intent

# Of a longer list of events an edge shows the first ones and counts the rest.
MOST_LABELS = 5
# An event that leads to one box from this share of all boxes, and from three, is drawn once.
_MOST_BOXES, _FEWEST = 0.35, 3


class Look(StrEnum):
    """What a node stands for."""

    START = "start"
    STATE = "state"
    QUESTION = "question"
    PERSON = "person"
    RULE = "rule"
    DIALOGUE = "dialogue"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """One box; name and look are unique in a picture, `lines` stand under the name."""

    name: str
    look: Look = Look.STATE
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """What leads from one box to another; no label where there is only one way."""

    source: Node
    target: Node
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with the notes below it; `is_tall` reads from top to bottom."""

    title: str
    edges: tuple[Edge, ...]
    notes: tuple[str, ...] = ()
    is_tall: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every box, in the order in which the edges name them."""
        ends = (end for edge in self.edges for end in (edge.source, edge.target))
        return tuple(dict.fromkeys(ends))


class Way(NamedTuple):
    """One event that leads from one box to another."""

    source: Node
    label: str
    target: Node


def accounts(atlas: Atlas) -> Picture:
    """The states of an account and everything that was seen to move it."""
    ways = dict.fromkeys(
        Way(Node(str(source)), _short(each), Node(str(target)))
        for each in atlas.transitions
        if (source := each.source.place.account) != (target := each.target.place.account)
    )
    anywhere = Node("any state", Look.START)
    edges, gathered = _gathered(list(ways), anywhere)
    every = {Node(str(state.place.account)) for state in atlas.states}
    return Picture(
        title="What moves an account",
        edges=edges,
        notes=_exceptions(gathered, every),
        is_tall=True,
    )


Gathered = dict[tuple[str, Node], set[Node]]


def _gathered(ways: Sequence[Way], anywhere: Node) -> tuple[tuple[Edge, ...], Gathered]:
    """The ways as edges; an event that leads to one box from many is drawn once."""
    sources: Gathered = defaultdict(set)
    for way in ways:
        sources[way.label, way.target].add(way.source)
    boxes = {way.source for way in ways} | {way.target for way in ways}
    many = max(_FEWEST, _MOST_BOXES * len(boxes))
    often = {key: found for key, found in sources.items() if len(found) >= many}
    grouped: dict[tuple[Node, Node], dict[str, None]] = defaultdict(dict)
    for way in ways:
        source = anywhere if (way.label, way.target) in often else way.source
        grouped[source, way.target][way.label] = None
    edges = [Edge(*ends, labels=_merged(labels)) for ends, labels in grouped.items()]
    return tuple(edges), often


def _merged(labels: Collection[str]) -> tuple[str, ...]:
    """Sorted; what happens with and without figures is told without them."""
    plain = {label for label in labels if "(" not in label}
    return tuple(sorted(x for x in labels if x in plain or x.partition(" (")[0] not in plain))


def _exceptions(gathered: Gathered, every: Collection[Node]) -> tuple[str, ...]:
    """From where the events drawn once do not lead there: mostly states that are graver."""
    labels: dict[frozenset[str], list[str]] = defaultdict(list)
    for label, target in sorted(gathered):
        missing = set(every) - gathered[label, target] - {target}
        labels[frozenset(node.name for node in missing)].append(label)
    return tuple(
        f"{', '.join(found)}: not from {', '.join(sorted(missing))}"
        for missing, found in labels.items()
        if missing
    )


def _short(transition: Transition) -> str:
    """The event in a word or two: an intent, an answer to a kind of question, what happened."""
    if transition.kind != WORDS or transition.intent is None:
        return transition.label
    if _is_answer(transition):
        return f"answer to {transition.source.place.waits_for}"
    return str(transition.intent)


def _is_answer(transition: Transition) -> bool:
    """Whether the words were read against the open question, not by their own meaning."""
    talk = BY_NAME.get(transition.dialogues[0]) if transition.dialogues else None
    is_asked = bool(transition.source.place.question)
    return is_asked and talk is not None and transition.intent not in talk.ANSWERS


def shown(labels: Collection[str]) -> tuple[str, ...]:
    """The labels of an edge, the rest only counted."""
    listed = list(labels)
    if len(listed) <= MOST_LABELS:
        return tuple(listed)
    return (*listed[: MOST_LABELS - 1], f"and {len(listed) - MOST_LABELS + 1} more")


# --- One dialogue -------------------------------------------------------------------------------


def dialogue(atlas: Atlas, name: str) -> Picture:
    """The questions of one dialogue, what opens them and where the answers lead."""
    mine = [t for t in atlas.transitions if t.dialogues and t.dialogues[-1] == name]
    ways = []
    for each in mine:
        source, target = _before(each, name), _after(each)
        if target is not None and source != target:
            ways.append(Way(source, each.label, target))
    if not ways:
        # A dialogue that only answers moves nothing; that is what there is to see.
        ways = [Way(Node("event", Look.START), t.label, Node("an answer in words")) for t in mine]
    edges, _ = _gathered(list(dict.fromkeys(ways)), Node("anywhere here", Look.START))
    return Picture(title=f"The dialogue {name}", edges=edges, notes=_facts_of(name))


def _before(transition: Transition, name: str) -> Node:
    """The question that was answered, or the start."""
    question = transition.source.conversation.dialogue.question
    key = transition.source.place.question
    is_answered = question is not None and bool(key) and question.owner == name
    return Node(key, Look.QUESTION) if is_answered else Node("event", Look.START)


def _after(transition: Transition) -> Node | None:
    """What came of it: a question, a person, another state of the account; None: only words."""
    before, after = transition.source.place, transition.target.place
    if transition.handed_over:
        return Node(transition.handed_over[0], Look.PERSON)
    if after.question and after.question != before.question:
        return Node(after.question, Look.QUESTION)
    if after.account != before.account:
        return Node(str(after.account))
    if after.waits_for != before.waits_for and not after.question:
        return Node(after.waits_for)
    return None


def _facts_of(name: str) -> tuple[str, ...]:
    talk = BY_NAME[name]
    events = ", ".join(event.__name__ for event in talk.EVENTS)
    told = (
        ("answers", _listed(talk.ANSWERS)),
        ("only for the person himself", _listed(talk.NEEDS_BOUND)),
        ("events", events),
    )
    return tuple(f"{what}: {which}" for what, which in told if which)


def _listed(intents: Iterable[Intent]) -> str:
    return ", ".join(sorted(intents, key=ORDER.index))


# --- Who answers first --------------------------------------------------------------------------


def order() -> Picture:
    """The rules that are asked for every message, first to last, and who answers by meaning."""
    rules = [
        Node(f"{number}. {_title(rule)}", Look.RULE, _why(rule))
        for number, rule in enumerate(route.RULES, 1)
    ]
    chain = [Node("message", Look.START), *rules, Node("by its first meaning", Look.RULE)]
    edges = [Edge(one, next_) for one, next_ in pairwise(chain)]
    names = dict.fromkeys(BY_INTENT[intent].NAME for intent in ORDER)
    edges += [Edge(chain[-1], _talk(BY_NAME[name])) for name in names]
    return Picture(
        title="Who answers a message",
        edges=tuple(edges),
        notes=(f"first of several meanings: {', '.join(URGENT)}",),
        is_tall=True,
    )


def _title(rule: object) -> str:
    return str(getattr(rule, "__name__", "rule")).strip("_").replace("_", " ")


def _why(rule: object) -> tuple[str, ...]:
    told = inspect.getdoc(rule)
    return (told.split("\n")[0].strip().rstrip("."),) if told else ()


def _talk(talk: Talk) -> Node:
    intents = sorted(talk.ANSWERS, key=ORDER.index)
    return Node(talk.NAME, Look.DIALOGUE, tuple(str(intent) for intent in intents))
