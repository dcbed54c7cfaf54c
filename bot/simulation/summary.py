"""The figures of many dialogues, and the table they are printed as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, median, stdev

from bot.simulation.gates import GATES
from bot.simulation.persona import AGREEING, PLAN_SEEKERS, Archetype
from bot.simulation.recovery import Recovery
from bot.simulation.verdict import Verdict

_NINETY = 0.9
# Two-sided 95 % of the normal distribution.
_Z = 1.96
OURS = "duetalk"
BOUND = "best he can say yes to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How much N exceeds a baseline's, persona by persona, with its 95 % interval."""

    mean: float
    low: float
    high: float
    worst_seed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is reported of a run; shares from 0 to 1."""

    dialogues: int
    gates: dict[str, int]
    figures: dict[str, float]
    slots: dict[str, tuple[int, int]]
    archetypes: dict[str, dict[str, float]]
    noises: dict[str, float]
    languages: dict[str, float]
    recovery: dict[str, dict[str, float]]
    everyone: dict[str, dict[str, float]]
    margins: dict[str, dict[str, Margin]]
    composites: dict[str, dict[str, float]]
    seeds: tuple[int, ...]
    confusion: dict[tuple[str, str], int]

    @property
    def is_clean(self) -> bool:
        """Whether no gate was broken."""
        return not any(self.gates.values())


def summed(verdicts: Sequence[Verdict]) -> Summary:
    """All figures of a run; at least one dialogue."""
    return Summary(
        dialogues=len(verdicts),
        gates={name: sum(name in v.gates for v in verdicts) for name in GATES},
        figures=_figures(verdicts),
        slots=_slots(verdicts),
        archetypes=_by_archetype(verdicts),
        noises=_success_by(verdicts, lambda v: str(v.spec.noise)),
        languages=_success_by(verdicts, lambda v: v.spec.language),
        recovery=_recovery([v for v in verdicts if v.spec.archetype in PLAN_SEEKERS]),
        everyone=_recovery([v for v in verdicts if v.spec.archetype in AGREEING]),
        margins=_margins(verdicts),
        composites=_composites(verdicts),
        seeds=tuple(sorted({v.seed for v in verdicts})),
        confusion=dict(Counter((v.expected.outcome, _taken_as(v)) for v in verdicts)),
    )


def _taken_as(verdict: Verdict) -> str:
    """The outcome as the confusion counts it: one that is right too counts as expected."""
    is_right = verdict.expected.allows(verdict.outcome)
    return verdict.expected.outcome if is_right else verdict.outcome


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0


def _ratio(pairs: Iterable[tuple[int, int]]) -> float:
    values = list(pairs)
    total = sum(of for _, of in values)
    return sum(right for right, _ in values) / total if total else 1.0


def _figures(verdicts: Sequence[Verdict]) -> dict[str, float]:
    unhanded = [v for v in verdicts if not v.expected.allows("handed_off")]
    handed = [v for v in verdicts if v.expected.outcome == "handed_off"]
    alone = [v for v in verdicts if v.needs_nobody]
    plans = [v.turns_to_outcome for v in verdicts if v.outcome == "plan_active"]
    turns = [v.turns_to_outcome for v in verdicts if v.is_success]
    return {
        "task success": _share(v.is_success for v in verdicts),
        "outcome macro-F1": macro_f1((v.expected.outcome, _taken_as(v)) for v in verdicts),
        "turns to outcome, median": _median(turns),
        "turns to outcome, p90": _p90(turns),
        "turns to a plan, median": _median(plans),
        "turns to a plan, p90": _p90(plans),
        "clarifications a dialogue": mean(v.clarifications for v in verdicts),
        "asked again a dialogue": mean(v.asked_again for v in verdicts),
        "corrections honoured": _ratio(v.corrections for v in verdicts),
        "resumed after a side question": _ratio(v.resumed for v in verdicts),
        "needless handoffs": _share(v.is_needless_handoff for v in unhanded),
        "missed handoffs": _share(v.is_missed_handoff for v in handed),
        "containment": _share(v.is_success and v.outcome != "handed_off" for v in alone),
        "language match": _ratio(v.language for v in verdicts),
    }


def _median(values: Sequence[int]) -> float:
    return float(median(values)) if values else 0.0


def _p90(values: Sequence[int]) -> float:
    ranked = sorted(values)
    return float(ranked[min(int(len(ranked) * _NINETY), len(ranked) - 1)]) if ranked else 0.0


def macro_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """The mean F1 over the outcomes that were expected."""
    seen = Counter(pairs)
    scores = []
    for name in {expected for expected, _ in seen}:
        right = seen[(name, name)]
        expected = sum(n for (e, _), n in seen.items() if e == name)
        got = sum(n for (_, g), n in seen.items() if g == name)
        scores.append(2 * right / (expected + got))
    return mean(scores) if scores else 0.0


def _slots(verdicts: Sequence[Verdict]) -> dict[str, tuple[int, int]]:
    found: dict[str, list[bool]] = {}
    for verdict in verdicts:
        for name, is_right in verdict.slots:
            found.setdefault(name, []).append(is_right)
    return {name: (sum(rows), len(rows)) for name, rows in sorted(found.items())}


def _by_archetype(verdicts: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    table = {}
    for archetype in Archetype:
        own = [v for v in verdicts if v.spec.archetype is archetype]
        if own:
            table[str(archetype)] = {
                "dialogues": len(own),
                "success": _share(v.is_success for v in own),
                "turns": _median([v.turns_to_outcome for v in own if v.is_success]),
                "handed off": _share(v.outcome == "handed_off" for v in own),
                "gates": sum(bool(v.gates) for v in own),
            }
    return table


def _success_by(verdicts: Sequence[Verdict], key: Callable[[Verdict], str]) -> dict[str, float]:
    groups: dict[str, list[bool]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict), []).append(verdict.is_success)
    return {name: _share(rows) for name, rows in groups.items()}


def _recovery(own: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    """Means over those with whom something can be agreed; no agreement counts as 0."""
    return {
        name: _means([found for _, found in rows]) for name, rows in _by_negotiator(own).items()
    }


def _by_negotiator(own: Sequence[Verdict]) -> dict[str, list[tuple[int, Recovery]]]:
    """What each negotiator reached with each of these, beside the seed."""
    if not own:
        return {}
    rows = {OURS: [(v.seed, v.recovery) for v in own if v.recovery is not None]}
    for name in own[0].baselines:
        rows[name] = [(v.seed, v.baselines[name]) for v in own]
    rows[BOUND] = [(v.seed, v.best) for v in own if v.best is not None]
    return rows


def _margins(verdicts: Sequence[Verdict]) -> dict[str, dict[str, Margin]]:
    """Of N against each baseline, among plan seekers and among all who can agree."""
    pools = {"plan seekers": PLAN_SEEKERS, "all who can agree": AGREEING}
    found = {}
    for pool, archetypes in pools.items():
        own = [v for v in verdicts if v.spec.archetype in archetypes and v.recovery is not None]
        if len(own) > 1:
            found[pool] = {name: _margin(own, name) for name in own[0].baselines}
    return found


def _margin(own: Sequence[Verdict], name: str) -> Margin:
    """Paired: the same customer before both, so that his luck cancels out."""
    pairs = [
        (v.seed, v.recovery.composite - v.baselines[name].composite)
        for v in own
        if v.recovery is not None
    ]
    differences = [one for _, one in pairs]
    middle, half = mean(differences), _Z * stdev(differences) / sqrt(len(differences))
    by_seed = [mean(d for s, d in pairs if s == seed) for seed in {s for s, _ in pairs}]
    return Margin(mean=middle, low=middle - half, high=middle + half, worst_seed=min(by_seed))


def _composites(verdicts: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    """N of each negotiator by archetype, language, noise and whether he tells all he has."""
    own = [v for v in verdicts if v.recovery is not None]
    keys: tuple[Callable[[Verdict], str], ...] = (
        lambda v: str(v.spec.archetype),
        lambda v: v.spec.language,
        lambda v: f"noise {v.spec.noise}",
        lambda v: "says all he has" if v.is_honest else "says less than he has",
    )
    found: dict[str, dict[str, float]] = {}
    for key in keys:
        for group in dict.fromkeys(map(key, own)):
            rows = _by_negotiator([v for v in own if key(v) == group])
            found[group] = {
                name: mean(one.composite for _, one in row) for name, row in rows.items()
            }
    return found


def _means(found: Sequence[Recovery]) -> dict[str, float]:
    agreed = [one for one in found if one.agreed]
    conceded = [one.concession for one in agreed if one.concession is not None]
    return {
        "agreed": len(agreed) / len(found),
        "A": mean(one.agreed for one in found),
        "R90": mean(one.realised for one in found),
        "Q": _days([one.quarter for one in agreed]),
        "H": _days([one.half for one in agreed]),
        "C": _days([one.complete for one in agreed]),
        "S": mean(one.speed for one in found),
        "K": mean(max(k, 0.0) for k in conceded) if conceded else 0.0,
        "too much": _share(k < 0 for k in conceded),
        "F": mean(one.affordable for one in found),
        "G": mean(one.buffer for one in found),
        "V": mean(one.value for one in found),
        "W": mean(one.health for one in found),
        "N": mean(one.composite for one in found),
    }


def _days(values: Sequence[int | None]) -> float:
    known = [value for value in values if value is not None]
    return mean(known) if known else 0.0


def table(summary: Summary) -> str:
    """The figures as plain text."""
    seeds = ", ".join(map(str, summary.seeds))
    lines = [f"{summary.dialogues} dialogues, seed {seeds}", "", "gates (each must be 0)"]
    lines += [f"  {name:32}{count:6}" for name, count in summary.gates.items()]
    lines += ["", "task"]
    lines += [f"  {name:32}{figure(name, value):>8}" for name, value in summary.figures.items()]
    lines += [
        f"  slot {name:27}{right / of:8.3f}  ({right}/{of})"
        for name, (right, of) in summary.slots.items()
    ]
    lines += ["", f"  {'archetype':16}{'n':>6}{'success':>9}{'turns':>7}{'person':>8}{'gates':>7}"]
    lines += [
        f"  {name:16}{row['dialogues']:6.0f}{row['success']:9.3f}{row['turns']:7.1f}"
        f"{row['handed off']:8.2f}{row['gates']:7.0f}"
        for name, row in summary.archetypes.items()
    ]
    lines += ["", "success by noise and language"]
    lines += [f"  {name:16}{share:8.3f}" for name, share in summary.noises.items()]
    lines += [f"  {name:16}{share:8.3f}" for name, share in summary.languages.items()]
    return "\n".join([*lines, *_recovery_lines(summary)])


def figure(name: str, value: float) -> str:
    """A figure as it is shown: turns with one decimal, shares with three."""
    return f"{value:.1f}" if name.startswith("turns") else f"{value:.3f}"


def _recovery_lines(summary: Summary) -> list[str]:
    if not summary.everyone:
        return []
    pools = {"plan seekers": summary.recovery, "all who can agree": summary.everyone}
    lines = []
    for pool, rows in pools.items():
        lines += _pool_lines(pool, rows)
    for pool, margins in summary.margins.items():
        lines += ["", f"N above each baseline, {pool}: mean, 95 % interval, worst seed"]
        lines += [
            f"  {name:28}{one.mean:+9.3f}  [{one.low:+.3f}, {one.high:+.3f}]{one.worst_seed:+9.3f}"
            for name, one in margins.items()
        ]
    names = list(next(iter(summary.composites.values())))
    lines += ["", f"  N{'':27}" + "".join(f"{name[:20]:>22}" for name in names)]
    lines += [
        f"  {group:28}" + "".join(f"{row[name]:22.3f}" for name in names)
        for group, row in summary.composites.items()
    ]
    return lines


def _pool_lines(pool: str, rows: dict[str, dict[str, float]]) -> list[str]:
    if not rows:
        return []
    names = list(next(iter(rows.values())))
    head = "".join(f"{name:>9}" for name in names)
    lines = ["", f"recovery and affordability, {pool}", f"  {'':28}{head}"]
    for name, row in rows.items():
        cells = "".join(
            f"{value:9.0f}" if key in "QHC" else f"{value:9.3f}" for key, value in row.items()
        )
        lines.append(f"  {name:28}{cells}")
    return lines
