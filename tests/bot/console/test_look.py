"""The style sheets keep what console-design promises: contrast, one place for colours, no inline."""

from __future__ import annotations

import re
from importlib import resources
from itertools import product

import pytest

ROOT = resources.files("bot.console")
STYLES = ("base.css", "components.css", "pages.css", "import.css")

# Lowest contrast each ink keeps on surface, sunken, bg, hover and asoft: light, dark.
INKS = {
    "ink": (14.2, 11.6),
    "ink2": (6.4, 7.3),
    "ink3": (4.6, 5.1),
    "aink": (7.8, 8.4),
    "accent": (6.3, 6.5),
    "ok": (5.9, 7.0),
    "wait": (5.8, 7.3),
    "stop": (5.9, 6.3),
    "care": (6.8, 6.8),
    "edge": (3.1, 3.4),
}
GROUNDS = ("surface", "sunken", "bg", "hover", "asoft")
PAIRS = {
    ("aink", "asoft"): (7.8, 8.4),
    ("on", "accent"): (7.3, 7.9),
    ("ok", "oksoft"): (5.9, 7.5),
    ("wait", "waitsoft"): (6.0, 7.8),
    ("stop", "stopsoft"): (5.9, 6.9),
    ("care", "caresoft"): (6.8, 7.6),
    ("surface", "stop"): (6.9, 7.6),
    ("surface", "ink"): (16.6, 14.0),
    ("ink3", "hover"): (4.6, 5.4),
    ("ink", "oksoft"): (14.1, 12.4),
    ("ink2", "waitsoft"): (6.4, 7.8),
    ("ink3", "stopsoft"): (4.6, 5.5),
}
ROUNDING = 0.05


def text(name: str) -> str:
    return (ROOT / "static" / name).read_text("utf-8")


def themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(
        r"^\s*(:root|\[data-theme=\"\w+\"\]) \{(.*?)\n\s*\}", text("tokens.css"), re.S | re.M
    )
    found: dict[str, dict[str, str]] = {}
    for selector, body in blocks:
        values = dict(re.findall(r"--(\w+): (#[0-9A-F]{6});", body))
        if values:
            found[selector] = values
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


LIGHT, DARK = themes()[":root"], themes()['[data-theme="dark"]']


@pytest.mark.parametrize(("ink", "ground"), list(product(INKS, GROUNDS)))
def test_every_ink_keeps_its_contrast_on_every_surface(ink: str, ground: str) -> None:
    for theme, least in zip((LIGHT, DARK), INKS[ink], strict=True):
        assert contrast(theme[ink], theme[ground]) >= least - ROUNDING


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_of_fill_and_word_keeps_its_contrast(pair: tuple[str, str]) -> None:
    for theme, least in zip((LIGHT, DARK), PAIRS[pair], strict=True):
        assert contrast(theme[pair[0]], theme[pair[1]]) >= least - ROUNDING


def test_whoever_lets_the_system_choose_gets_the_same_dark() -> None:
    assert themes()['[data-theme="auto"]'] == DARK


def test_both_themes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize("name", STYLES)
def test_a_colour_is_written_only_in_the_tokens(name: str) -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", text(name))


@pytest.mark.parametrize("name", STYLES)
def test_every_custom_property_that_is_used_exists(name: str) -> None:
    known = set(re.findall(r"--([\w-]+):", text("tokens.css")))
    assert set(re.findall(r"var\(--([\w-]+)\)", text(name))) <= known


@pytest.mark.parametrize("name", STYLES)
def test_no_text_is_under_twelve_pixels(name: str) -> None:
    sizes = [int(size) for size in re.findall(r"font(?:-size)?:[^;]*?(\d+)px", text(name))]
    assert min(sizes, default=12) >= 12


def templates() -> dict[str, str]:
    return {
        file.name: file.read_text("utf-8")
        for folder in ("", "macros", "parts")
        for file in (ROOT / "templates" / folder).iterdir()
        if file.is_file()
    }


@pytest.mark.parametrize("name", sorted(templates()))
def test_no_template_holds_script_or_style(name: str) -> None:
    assert not re.findall(
        r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", templates()[name]
    )


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', text("sprite.svg")))
    named = set(re.findall(r"icon\('([\w-]+)'", "".join(templates().values())))
    assert named <= drawn


def test_the_script_stays_small() -> None:
    assert len(text("console.js").encode()) < 20_000
