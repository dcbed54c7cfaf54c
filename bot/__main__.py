"""`python -m bot` and the `duetalk` command."""

from __future__ import annotations

import sys

from bot.cli import run


def main() -> int:
    """Run the command named on the command line; returns its exit status."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
