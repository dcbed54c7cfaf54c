"""`duetalk simulate`: seeded customers talk to the bot; whole conversations are judged."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from tqdm import tqdm

from bot.simulation.episode import play
from bot.simulation.journeys import faults, journeys
from bot.simulation.persona import Archetype, Noise, Spec, grid, spec_of
from bot.simulation.runner import run as run_all
from bot.simulation.runner import shown
from bot.simulation.summary import summed, table
from bot.simulation.verdict import Verdict

_DEFAULT_SEED = 1

_EPILOG = """
14 archetypes x 3 languages x 4 levels of noise x 10 numbers = 1,680 dialogues; crisis and third
party have 20 further numbers each (480 dialogues more). Each customer is drawn from the seed and
his id archetype:language:noise:number; he reads what the bot says by its structure alone, pays
afterwards from what he truly has, and three months pass with their reminders and notices.

Beside the grid, 22 journeys a seed: several accounts, weekly pay, identity first, corrections, days
between, pieces, a takeover, payments and reversals in mid-talk.

The exit status is 1 when a gate is broken or a journey strays. Every dialogue that fails is listed with its id.

  duetalk simulate --personas 300 --jobs 2
  duetalk simulate --archetype just_able --noise heavy
  duetalk simulate --seed 101 --seeds 12 --html page.html
  duetalk simulate --seed 1 --show just_able:en:heavy:3
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EPILOG
    parser.add_argument("--personas", type=int, metavar="N", help="only the first N of the grid")
    parser.add_argument("--seed", type=int, default=_DEFAULT_SEED)
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="so many seeds from --seed on (default 1)"
    )
    parser.add_argument("--archetype", type=Archetype, choices=tuple(Archetype), metavar="NAME")
    parser.add_argument("--noise", type=Noise, choices=tuple(Noise), metavar="LEVEL")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default 1)")
    parser.add_argument("--html", metavar="PAGE", help="also write one self-contained page")
    parser.add_argument("--show", metavar="ID", help="print one dialogue and how it was judged")


def run(args: argparse.Namespace) -> int:
    """Play and judge; returns 1 when a gate is broken."""
    if args.show:
        return _show(args.show, args.seed)
    specs = _specs(args)
    if not specs:
        print("duetalk: expected at least one persona, got none", file=sys.stderr)
        return 2
    seeds = range(args.seed, args.seed + max(args.seeds, 1))
    runs = (run_all(specs, seed=seed, jobs=args.jobs) for seed in seeds)
    total = len(specs) * len(seeds)
    results = tqdm(chain.from_iterable(runs), total=total, unit="dialogue", file=sys.stderr)
    verdicts = list(results)
    summary = summed(verdicts)
    print(table(summary))
    print(failures(verdicts))
    strayed = [] if _is_part(args) else _strayed(seeds)
    print("\n".join(strayed))
    if args.html:
        from bot.commands.simulate_page import page

        Path(args.html).write_text(page(summary, verdicts), encoding="utf-8")
    return 0 if summary.is_clean and not strayed else 1


def _is_part(args: argparse.Namespace) -> bool:
    return bool(args.personas or args.archetype or args.noise)


def _strayed(seeds: Iterable[int]) -> list[str]:
    """The journeys beyond the grid that ended in something he did not agree to."""
    return [
        f"JOURNEY --seed {seed} {name}  {fault}"
        for seed in seeds
        for name, journey in journeys(seed)
        for fault in faults(journey)
    ]


def _show(persona_id: str, seed: int) -> int:
    try:
        spec = spec_of(persona_id)
    except ValueError as error:
        print(f"duetalk: --show: {error}", file=sys.stderr)
        return 2
    print(shown(play(spec, seed)))
    return 0


def _specs(args: argparse.Namespace) -> list[Spec]:
    archetypes = (args.archetype,) if args.archetype else tuple(Archetype)
    noises = (args.noise,) if args.noise else tuple(Noise)
    return list(grid(archetypes, noises))[: args.personas]


def failures(verdicts: Sequence[Verdict]) -> str:
    """Every dialogue that broke a gate or missed its outcome, one a line."""
    lines = [""]
    for verdict in verdicts:
        for name, whys in verdict.gates.items():
            lines.append(f"GATE {_named(verdict)}  {name}: {whys[0]}")
    lines += [f"failed {_named(v)}  {v.faults[0]}" for v in verdicts if v.faults]
    return "\n".join(lines)


def _named(verdict: Verdict) -> str:
    return f"--seed {verdict.seed} --show {verdict.spec.id}"
