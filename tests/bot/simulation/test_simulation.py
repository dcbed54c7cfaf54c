"""A small run of the simulator: the same seed gives the same bytes, and no gate is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from bot.simulation.episode import play
from bot.simulation.gates import STOP_KEYS
from bot.simulation.noise import LEVELS, write
from bot.simulation.persona import Archetype, Noise, grid, spec_of
from bot.simulation.runner import run, shown
from bot.simulation.speech import day_words, phrases, spell
from bot.simulation.summary import summed, table
from bot.simulation.verdict import Verdict, judge

LECTS = ("zh-Hans", "zh-Hant", "yue", "en")


def test_the_same_seed_gives_the_same_dialogue_to_the_byte() -> None:
    spec = spec_of("just_able:zh-Hant:heavy:3")
    assert shown(play(spec, 1)) == shown(play(spec, 1))
    assert shown(play(spec, 1)) != shown(play(spec, 2))


def test_the_order_and_the_bytes_do_not_depend_on_the_number_of_processes() -> None:
    specs = list(grid((Archetype.PAID,), (Noise.LIGHT,), seeds=1, extra=0))
    assert list(run(specs, seed=1)) == list(run(specs, seed=1, jobs=2))


def test_the_grid_has_the_dialogues_that_were_promised() -> None:
    specs = list(grid())
    assert len(specs) == len({spec.id for spec in specs}) == 1_680 + 480
    assert all(spec_of(spec.id) == spec for spec in specs)


def test_every_lect_can_say_everything() -> None:
    keys = [set(phrases(lect)) for lect in LECTS]
    assert keys == [keys[0]] * len(LECTS)


@pytest.mark.parametrize("lect", LECTS)
def test_noise_leaves_figures_alone(lect: str) -> None:
    words = {"amount": "1234.56", "dom": "17", "day": "17", "count": "8", "letter": "B"}
    for seed in range(200):
        written = write(
            "counter_amount_day", words, lect=lect, level=LEVELS[Noise.HEAVY], rng=Random(seed)
        )
        plain = "".join(dict.fromkeys(written.texts)).translate(
            str.maketrans("０１２３４５６７８９", "0123456789")
        )
        assert "1234.56" in plain
        assert "17" in plain.replace("1234.56", " ")


def test_days_are_written_so_that_only_one_day_fits() -> None:
    monday = date(2026, 11, 23)
    seen = {day_words(date(2026, 12, 4), monday, "zh-Hans", Random(n)) for n in range(50)}
    assert seen == {"12月4号", "12月4日", "4号", "下周五"}
    assert day_words(date(2026, 11, 27), monday, "en", Random(0)) in {
        "on November 27",
        "on 27 Nov",
        "on Nov 27",
        "on the 27th",
        "on Friday",
        "this Friday",
    }


def test_numbers_are_spelled_as_people_do() -> None:
    assert [spell(n, "zh-Hans") for n in (12, 350, 1005, 2050)] == [
        "十二",
        "三百五十",
        "一千零五",
        "二千零五十",
    ]
    assert spell(1250, "en") == "one thousand two hundred fifty"


def test_a_stop_that_is_not_heeded_breaks_the_gate() -> None:
    episode = play(spec_of("stopper:en:none:0"), 1)
    assert any(step.said.key in STOP_KEYS for step in episode.steps)
    assert not judge(episode).gates
    # The same talk without the record of the stop, as a bot would leave it that missed it.
    deaf = [
        {**step.after, "facts": {}} if step.said.key in STOP_KEYS else step.after
        for step in episode.steps
    ]
    steps = tuple(
        replace(step, after=after) for step, after in zip(episode.steps, deaf, strict=True)
    )
    assert "missed opt-out" in judge(replace(episode, steps=steps)).gates


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    """A slice of the grid: every archetype, two levels of noise, a language each in turn."""
    noises = (Noise.MEDIUM, Noise.HEAVY)
    return list(run(list(grid(noises=noises, seeds=1, extra=0))[::3], seed=1))


def test_no_gate_is_broken(verdicts: list[Verdict]) -> None:
    assert {v.spec.id: v.gates for v in verdicts if v.gates} == {}


def test_most_customers_get_what_they_came_for(verdicts: list[Verdict]) -> None:
    summary = summed(verdicts)
    assert len(verdicts) == 28
    assert summary.figures["task success"] >= 0.85
    assert summary.figures["needless handoffs"] <= 0.05
    assert "gates (each must be 0)" in table(summary)
