"""`duetalk policy`: profiles as tables, with the source of every value."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from flows.policy import PolicyError, load_policy
from flows.policy.profile import (
    SETTINGS,
    Profile,
    parse_profile,
    plain_values,
    profile_names,
    read_profile,
)
from flows.policy.sources import cited, sources

_EXAMPLE = """\
examples:
  duetalk policy list
  duetalk policy show uk-conc
  duetalk policy show uk-conc --field cadence.interval_min_days
  duetalk policy diff cn-mainland strict-default
  duetalk policy check my-profile.toml
"""
_WIDEST = 48
Row = Sequence[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    parser.epilog = _EXAMPLE
    ways = parser.add_subparsers(dest="way", required=True, metavar="WAY")
    ways.add_parser("list", help="the profiles that ship and their places")
    show = ways.add_parser("show", help="every value of a profile with its source")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--field", metavar="FIELD", help="one field or group, with its texts")
    diff = ways.add_parser("diff", help="where two profiles differ")
    diff.add_argument("first", metavar="A")
    diff.add_argument("second", metavar="B")
    check = ways.add_parser("check", help="whether a profile file is complete and sourced")
    check.add_argument("path", metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Print what was asked for; 1 when a profile, field or file cannot be used."""
    ways = {"list": _list, "show": _show, "diff": _diff, "check": _check}
    try:
        ways[args.way](args)
    except (PolicyError, OSError) as error:
        print(f"duetalk policy: {error}", file=sys.stderr)
        return 1
    return 0


def _list(args: argparse.Namespace) -> None:
    del args
    profiles = [read_profile(name) for name in profile_names()]
    _print_table(
        ("profile", "places", "title"),
        [(each.name, " ".join(each.places) or "any other", each.title) for each in profiles],
    )


def _show(args: argparse.Namespace) -> None:
    profile = read_profile(args.name)
    if args.field is None:
        _print_table(("field", "value", "source"), _rows(profile, SETTINGS))
        return
    fields = [name for name in SETTINGS if args.field in (name, name.split(".")[0])]
    if not fields:
        raise PolicyError(args.field, "expected a field or a group of fields")
    for name in fields:
        _print_field(profile, name)


def _diff(args: argparse.Namespace) -> None:
    first, second = (plain_values(load_policy(name)) for name in (args.first, args.second))
    rows = [
        (name, _shown(first[name]), _shown(second[name]), SETTINGS[name].merge.label)
        for name in SETTINGS
        if first[name] != second[name]
    ]
    _print_table(("field", args.first, args.second, "stricter"), rows)


def _check(args: argparse.Namespace) -> None:
    path = Path(args.path)
    profile = parse_profile(path.stem, path.read_text(encoding="utf-8"))
    strict = read_profile("strict-default")
    for name, setting in SETTINGS.items():
        unknown = [each for each in cited(profile.sources[name]) if each not in sources()]
        if unknown:
            print(f"{name}: cites {', '.join(unknown)}, which sources.toml does not list")
        is_ordered = setting.merge.label not in ("fixed", "by hand")
        if is_ordered and not setting.merge.allows(profile.values[name], strict.values[name]):
            print(f"{name}: stricter than strict-default")
    print(f"{profile.name}: {len(SETTINGS)} values, each with a source")


def _rows(profile: Profile, names: Iterable[str]) -> list[Row]:
    values = plain_values(load_policy(profile.name))
    return [(name, _shown(values[name]), profile.sources[name]) for name in names]


def _print_field(profile: Profile, name: str) -> None:
    setting, value = SETTINGS[name], plain_values(load_policy(profile.name))[name]
    print(f"{name} = {_shown(value)}")
    print(f"  meaning  {setting.meaning}")
    print(f"  unit     {setting.unit}")
    print(f"  merge    {setting.merge.label}")
    print(f"  source   {profile.sources[name]}")
    for each in cited(profile.sources[name]):
        source = sources()[each]
        print(f"  {each:8} {source.clause}: {source.rule} ({source.seen})")


def _shown(value: object) -> str:
    if value is None:
        return "does not apply"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)


def _print_table(head: Row, rows: Sequence[Row]) -> None:
    columns = list(zip(head, *rows, strict=True))
    widths = [min(_WIDEST, max(map(len, column))) for column in columns]
    for row in (head, tuple("-" * width for width in widths), *rows):
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())
