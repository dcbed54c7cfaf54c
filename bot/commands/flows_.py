"""`duetalk flows graph`: pictures of the flows, drawn from the code that runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

_HELP = """\
Nothing of the pictures is written by hand: `decide` is tried with a fixed set of events on every
state that can be reached, and what it did is drawn.

  duetalk flows graph                                  # what moves an account, as Mermaid text
  duetalk flows graph --order                          # who answers a message first
  duetalk flows graph --dialogue instalments --format svg --out instalments.svg
  duetalk flows graph --renew flows/README.md          # bring the copy in a document up to date
"""
BEGIN, END = "<!-- drawn by: duetalk flows graph{} -->", "<!-- end of drawing -->"
_FLAGS = {"": "accounts", " --order": "order"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    ways = parser.add_subparsers(dest="way", required=True, metavar="WAY")
    graph = ways.add_parser(
        "graph",
        help="draw the flows",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    graph.add_argument("--format", choices=("mermaid", "svg"), default="mermaid")
    which = graph.add_mutually_exclusive_group()
    which.add_argument("--dialogue", metavar="NAME", help="one dialogue: its questions and ends")
    which.add_argument("--order", action="store_true", help="who answers a message first")
    which.add_argument("--renew", metavar="FILE", help="renew the drawings between their marks")
    graph.add_argument("--out", metavar="FILE", help="write here instead of standard output")


def run(args: argparse.Namespace) -> int:
    """Draw; 1 when there is no such dialogue or file."""
    try:
        return _run(args)
    except (LookupError, OSError) as error:
        print(f"duetalk flows: {error}", file=sys.stderr)
        return 1


def _run(args: argparse.Namespace) -> int:
    if args.renew:
        path = Path(args.renew)
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    text = drawing(_name(args), args.format)
    if args.out:
        Path(args.out).write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def _name(args: argparse.Namespace) -> str:
    return args.dialogue or ("order" if args.order else "accounts")


def drawing(name: str, form: str = "mermaid") -> str:
    """A picture as text: `accounts`, `order`, or a dialogue's name; LookupError for another."""
    from flows.atlas import mermaid, pictures, svg
    from flows.atlas.explore import explored
    from flows.dialogues import BY_NAME

    if name == "order":
        picture = pictures.order()
    elif name == "accounts":
        picture = pictures.accounts(explored())
    elif name in BY_NAME:
        picture = pictures.dialogue(explored(), name)
    else:
        raise LookupError(f"expected a dialogue ({', '.join(BY_NAME)}), got {name!r}")
    return svg.drawn(picture) if form == "svg" else mermaid.drawn(picture) + "\n"


def renewed(document: str) -> str:
    """The document with every drawing between its marks drawn anew; LookupError without marks."""
    found = [flag for flag in _FLAGS if BEGIN.format(flag) in document]
    if not found:
        raise LookupError(f"expected a line {BEGIN.format('')!r} in the document, got none")
    for flag in found:
        document = _replaced(document, flag)
    return document


def _replaced(document: str, flag: str) -> str:
    begin = BEGIN.format(flag)
    before, _, rest = document.partition(begin)
    _, end, after = rest.partition(END)
    body: Sequence[str] = (begin, "```mermaid", drawing(_FLAGS[flag]).rstrip(), "```", end or END)
    return before + "\n".join(body) + after
