"""Where the boxes and labels of a picture stand: layers, an order in each, and heights.

The usual three steps of layered drawing: turn cycles round, give every box a layer, order each
layer by its neighbours. A label is a small box in a layer of its own between two boxes, and a line
that crosses a layer passes through a gap kept free for it, so that nothing is ever drawn over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from flows.atlas.pictures import Edge, Node, Picture, shown

CHARACTER = 7.0  # the mean width of a letter of the labels' size
_BOLD = 8.0  # the same of a name
LINE = 17.0
_PADDING = 12.0
_LAYER_GAP, _ITEM_GAP = 26.0, 12.0
_SWEEPS = 12
_WIDEST_LABEL = 34


@dataclass(slots=True, eq=False)
class Item:
    """A box, a label or a gap: `x`, `y` are its middle. `along` is its size across layers."""

    lines: tuple[str, ...]
    width: float
    height: float
    layer: int
    node: Node | None = None
    x: float = 0.0
    y: float = 0.0
    before: list[Item] = field(default_factory=list)
    after: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One edge: the items it passes, from its source to its target."""

    edge: Edge
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything placed, from 0, 0 to `width`, `height`."""

    items: tuple[Item, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def laid_out(picture: Picture) -> Layout:
    """The picture with every box, label and line in its place; the same every time."""
    layer = _layers(picture)
    boxes = {node: _box(node, layer[node]) for node in picture.nodes}
    lines = tuple(_line(edge, boxes) for edge in picture.edges)
    items = tuple(dict.fromkeys(item for line in lines for item in line.items))
    layers: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        layers[item.layer].append(item)
    columns = [layers[number] for number in sorted(layers)]
    _order(columns)
    width, height = _place(columns, is_tall=picture.is_tall)
    return Layout(items=items, lines=lines, width=width, height=height)


def _box(node: Node, layer: int) -> Item:
    lines = (node.name, *node.lines)
    widest = max(len(node.name) * _BOLD, *(len(line) * CHARACTER for line in lines))
    return Item(
        lines=lines,
        width=widest + 2 * _PADDING,
        height=len(lines) * LINE + _PADDING,
        layer=2 * layer,
        node=node,
    )


def _layers(picture: Picture) -> dict[Node, int]:
    """Each box one layer after the last of those that lead to it, cycles turned round."""
    rank = {node: number for number, node in enumerate(_found(picture))}
    layer = dict.fromkeys(rank, 0)
    for node in rank:
        for edge in picture.edges:
            first, second = _forward(edge, rank)
            if second == node != first:
                layer[node] = max(layer[node], layer[first] + 1)
    return layer


def _found(picture: Picture) -> list[Node]:
    """The boxes breadth first, from those that nothing leads to and from the first one."""
    targets = {edge.target for edge in picture.edges}
    starts = [node for node in picture.nodes if node not in targets or node == picture.nodes[0]]
    found = dict.fromkeys(starts)
    for node in (queue := list(starts)):
        for edge in picture.edges:
            if edge.source == node and edge.target not in found:
                found[edge.target] = None
                queue.append(edge.target)
    return list(found | dict.fromkeys(picture.nodes))


def _forward(edge: Edge, rank: dict[Node, int]) -> tuple[Node, Node]:
    ends = (edge.source, edge.target)
    return ends if rank[edge.source] < rank[edge.target] else (edge.target, edge.source)


def _line(edge: Edge, boxes: dict[Node, Item]) -> Line:
    """The edge as a chain of items, one a layer; its label in the layer after its source."""
    source, target = boxes[edge.source], boxes[edge.target]
    step = 1 if source.layer < target.layer else -1
    chain = [source]
    for layer in range(source.layer + step, target.layer, step):
        is_label = layer == source.layer + step and edge.labels
        chain.append(_label(edge, layer) if is_label else _gap(layer))
    chain.append(target)
    for one, next_ in pairwise(chain):
        left, right = (one, next_) if step > 0 else (next_, one)
        left.after.append(right)
        right.before.append(left)
    return Line(edge=edge, items=tuple(chain))


def _label(edge: Edge, layer: int) -> Item:
    lines = _wrapped(shown(edge.labels))
    width = max(len(line) for line in lines) * CHARACTER + _PADDING
    return Item(lines=lines, width=width, height=len(lines) * LINE, layer=layer)


def _wrapped(labels: Sequence[str]) -> tuple[str, ...]:
    lines = [""]
    for label in labels:
        joined = f"{lines[-1]}, {label}" if lines[-1] else label
        if len(joined) > _WIDEST_LABEL and lines[-1]:
            lines[-1] += ","
            lines.append(label)
        else:
            lines[-1] = joined
    return tuple(lines)


def _gap(layer: int) -> Item:
    return Item(lines=(), width=0.0, height=4.0, layer=layer)


def _order(columns: list[list[Item]]) -> None:
    """Sort each layer by the mean place of its neighbours, to and fro."""
    for sweep in range(_SWEEPS):
        goes_right = sweep % 2 == 0
        for column in columns if goes_right else reversed(columns):
            for place, item in enumerate(column):
                item.y = float(place)
        ordered = columns[1:] if goes_right else columns[-2::-1]
        for column in ordered:
            column.sort(key=lambda item: _mean(item.before if goes_right else item.after, item))
            for place, item in enumerate(column):
                item.y = float(place)


def _mean(neighbours: list[Item], item: Item) -> float:
    return sum(n.y for n in neighbours) / len(neighbours) if neighbours else item.y


def _place(columns: list[list[Item]], *, is_tall: bool) -> tuple[float, float]:
    """Give every item its middle; the size of it all."""
    position = 0.0
    for column in columns:
        depth = max((item.height if is_tall else item.width) for item in column)
        for item in column:
            item.x = position + depth / 2
        position += depth + _LAYER_GAP
    _settle(columns, is_tall=is_tall)
    least = min(i.y - _across(i, is_tall) / 2 for column in columns for i in column)
    for item in (i for column in columns for i in column):
        item.y -= least
    most = max(i.y + _across(i, is_tall) / 2 for column in columns for i in column)
    if is_tall:
        for item in (i for column in columns for i in column):
            item.x, item.y = item.y, item.x
        return most, position - _LAYER_GAP
    return position - _LAYER_GAP, most


def _across(item: Item, is_tall: bool) -> float:
    return item.width if is_tall else item.height


def _settle(columns: list[list[Item]], *, is_tall: bool) -> None:
    """Pull every item towards its neighbours as far as the order and the gaps allow."""
    for column in columns:
        _spread(column, [0.0] * len(column), is_tall)
    for sweep in range(2 * _SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wanted = [_mean([*item.before, *item.after], item) for item in column]
            _spread(column, wanted, is_tall)


def _spread(column: list[Item], wanted: list[float], is_tall: bool) -> None:
    """The nearest places to those wanted that keep the order and leave the gaps."""
    blocks: list[tuple[float, int]] = []  # The mean offset wanted, and how many items share it.
    offsets = [0.0]
    for one, next_ in pairwise(column):
        room = (_across(one, is_tall) + _across(next_, is_tall)) / 2 + _ITEM_GAP
        offsets.append(offsets[-1] + room)
    for want, offset in zip(wanted, offsets, strict=True):
        blocks.append((want - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (second, n2), (first, n1) = blocks.pop(), blocks.pop()
            blocks.append(((first * n1 + second * n2) / (n1 + n2), n1 + n2))
    bases = [base for base, count in blocks for _ in range(count)]
    for item, base, offset in zip(column, bases, offsets, strict=True):
        item.y = base + offset
