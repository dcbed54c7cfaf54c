"""A picture as Mermaid text, which code hosts draw in place."""

from __future__ import annotations

import re

from flows.atlas.pictures import Look, Node, Picture, shown

_NO_LETTER = re.compile(r"\W+")
_CLASSES = {
    Look.START: "fill:#eef,stroke:#556",
    Look.STATE: "fill:#fff,stroke:#334",
    Look.QUESTION: "fill:#fff7e0,stroke:#a70",
    Look.PERSON: "fill:#f6e8f4,stroke:#838",
    Look.RULE: "fill:#fff,stroke:#334",
    Look.DIALOGUE: "fill:#e8f4ec,stroke:#263",
}


def drawn(picture: Picture) -> str:
    """The picture as a Mermaid flowchart with its notes as the last box."""
    ids = {node: f"{node.look}_{_NO_LETTER.sub('_', node.name)}" for node in picture.nodes}
    lines = [f"flowchart {'TD' if picture.is_tall else 'LR'}"]
    lines += [f"  {ids[node]}{_box(node)}:::{node.look}" for node in picture.nodes]
    for edge in picture.edges:
        label = f"|{_text(', '.join(shown(edge.labels)))}|" if edge.labels else ""
        lines.append(f"  {ids[edge.source]} -->{label} {ids[edge.target]}")
    if picture.notes:
        lines.append(f"  notes[{_text('<br/>'.join(picture.notes))}]:::rule")
    used = dict.fromkeys(node.look for node in picture.nodes)
    lines += [f"  classDef {look} {_CLASSES[look]}" for look in {**used, Look.RULE: None}]
    return "\n".join(lines)


def _box(node: Node) -> str:
    text = _text("<br/>".join((node.name, *node.lines)))
    if node.look is Look.START:
        return f"([{text}])"
    return f"{{{{{text}}}}}" if node.look is Look.QUESTION else f"[{text}]"


def _text(text: str) -> str:
    """Quoted, so that no word of a label is taken for syntax."""
    return '"' + text.replace('"', "#quot;") + '"'
