"""`duetalk train-guard`: make the guard's model of likeness anew from its training sentences."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

_EPILOG = """
Needs the train extra (pip install 'duetalk[train]'). Sentences: flows/policy/guard/training, a kind,
a language and a text in a line; our own texts are added as innocent ones.

example:
  $ duetalk train-guard --out /tmp/likeness.tsv
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --out."""
    parser.epilog = _EPILOG
    parser.add_argument("--out", metavar="FILE", help="where to write; default: the shipped model")


def run(args: argparse.Namespace) -> int:
    """Train and write the file; 1 when the train extra is missing."""
    try:
        from flows.policy.guard.train import train
    except ModuleNotFoundError as error:
        print(f"duetalk train-guard needs the train extra: {error}", file=sys.stderr)
        return 1
    from flows.policy.text_review import own_texts

    text = train(own_texts())
    out = Path(args.out) if args.out else _shipped()
    out.write_text(text, encoding="utf-8")
    print(f"{out}: {text.count(chr(10))} lines", file=sys.stderr)
    return 0


def _shipped() -> Path:
    import flows.policy.guard

    return Path(flows.policy.guard.__file__).with_name("likeness.tsv")
