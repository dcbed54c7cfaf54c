"""`duetalk train`: make the model of understanding anew from the training lists."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

_EPILOG = """
Needs the train extra (pip install 'duetalk[train]'). The same lists give the same file, byte for
byte. Lists: one reply a line in LISTS/LANGUAGE/INTENT.txt, after a tab further intents.

example:
  $ duetalk train --out flows/understanding/model.bin
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --lists and --out."""
    parser.epilog = _EPILOG
    parser.add_argument("--lists", metavar="FOLDER", help="other lists than the shipped ones")
    parser.add_argument("--out", metavar="FILE", help="where to write; default: the shipped model")


def run(args: argparse.Namespace) -> int:
    """Train and write the file; 1 when the train extra is missing."""
    try:
        from flows.understanding.train import train
    except ModuleNotFoundError as error:
        print(f"duetalk train needs the train extra: {error}", file=sys.stderr)
        return 1
    from flows.understanding.lists import read_lists

    examples = read_lists(Path(args.lists) if args.lists else None)
    data = train(examples)
    out = Path(args.out) if args.out else _shipped()
    out.write_bytes(data)
    print(f"{out}: {len(examples)} examples, {len(data)} bytes", file=sys.stderr)
    return 0


def _shipped() -> Path:
    import flows.understanding

    return Path(flows.understanding.__file__).with_name("model.bin")
