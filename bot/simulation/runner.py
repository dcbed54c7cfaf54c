"""Many dialogues, in this process or in several; the order and the bytes do not depend on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from bot.playing import transcript
from bot.simulation.episode import Episode, play
from bot.simulation.persona import Spec
from bot.simulation.verdict import Verdict, judge

_CHUNK = 8


def run(specs: Sequence[Spec], *, seed: int, jobs: int = 1) -> Iterator[Verdict]:
    """The verdict of each dialogue, in the order of the specs."""
    one = partial(verdict, seed=seed)
    if jobs <= 1:
        yield from map(one, specs)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        yield from pool.map(one, specs, chunksize=_CHUNK)


def verdict(spec: Spec, *, seed: int) -> Verdict:
    """One dialogue, played and judged."""
    return judge(play(spec, seed))


def shown(episode: Episode) -> str:
    """A dialogue to read: who he is, every line with what he meant, how it was judged."""
    one, result = episode.persona, judge(episode)
    meant = {step.said.at: step.said for step in episode.steps}
    lines = [
        f"{one.id}  {one.lect}  {one.today}  owes {one.outstanding} {one.currency}  "
        f"bound {one.is_bound}",
        f"  can {one.capacity}, says {one.claimed}, at once {one.lump}, pay day {one.pay_on}, "
        f"will {one.willingness:.2f}, temper {one.temper:.2f}, patience {one.patience}",
    ]
    zone = episode.rehearsal.conversation.person.zone
    local = {
        at.astimezone(zone).replace(tzinfo=None).isoformat(): said for at, said in meant.items()
    }
    signs = {"customer": ">", "bot": "<", "agent": "<<", "system": "--"}
    for line in transcript(episode.rehearsal):
        said = local.get(line["at"]) if line["from"] == "customer" else None
        note = f"   [{said.key}{' yes' if said.accepts else ''}]" if said else ""
        text = line["text"] or f"({line['kind']})"
        lines.append(f"{line['at'][5:16]} {signs[line['from']]} {text}{note}")
    end = episode.end
    lines += [f"outcome {end['outcome']}  {end['facts']}", f"paid {[*map(_paid, episode.paid)]}"]
    lines += [f"FAULT {fault}" for fault in result.faults]
    lines += [f"GATE {name}: {why}" for name, whys in result.gates.items() for why in whys]
    return "\n".join(lines)


def _paid(payment: tuple[object, int]) -> str:
    return f"{payment[0]} {payment[1]}"
