"""`duetalk templates check`: every text the product can say, judged before it goes live."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from flows.policy.text_review import ReviewedText, review
from flows.policy.wording_guard import Level

_DESCRIPTION = """\
Fill every text with typical values and put it before the wording guard under every profile.
One line a text with something to say; the exit status is 1 when anything blocks or is missing.
"""
_EXAMPLE = """\
example:
  duetalk templates check --profile us-reg-f --key first_overdue
  duetalk templates check --all        # a line for each text, also those without a finding
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the action, the profiles and the keys."""
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLE
    parser.add_argument("action", choices=["check"], help="check the texts")
    parser.add_argument("--key", action="append", default=[], help="a wording key; may be repeated")
    parser.add_argument("--profile", action="append", default=[], help="a profile; may be repeated")
    parser.add_argument("--all", action="store_true", help="print a line for every text")


def run(args: argparse.Namespace) -> int:
    """Print the table; 1 when any text is not fit to be sent."""
    texts = list(review(args.key, args.profile))
    for row in _rows([text for text in texts if args.all or _remarks(text)]):
        print(row)
    bad = sum(not text.report.is_ok for text in texts)
    print(f"{len(texts)} texts, {bad} with findings")
    return 1 if bad else 0


def _rows(texts: Iterable[ReviewedText]) -> Iterable[str]:
    for text in texts:
        parts = f"{text.length.count} {text.length.encoding}"
        head = f"{text.key:<36}{text.language:<9}{text.style:<8}{text.profile:<16}{parts:<8}"
        yield head + ("; ".join(_remarks(text)) or "ok")


def _remarks(text: ReviewedText) -> list[str]:
    found = [
        f"{finding.rule} “{text.text[finding.start : finding.end][:40]}”"
        if finding.level is Level.BLOCK
        else f"warning: {finding.why}"
        for finding in text.report.findings
    ]
    return found + [f"missing: {element}" for element in text.report.missing]
