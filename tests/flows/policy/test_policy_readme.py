"""The README of the rules says what the code does."""

import re
from pathlib import Path

from flows.policy import gate
from flows.policy.holiday_calendar import last_year
from flows.policy.profile import SETTINGS, profile_names, read_profile
from flows.policy.sources import cited, sources

FOLDER = Path(gate.__file__).parent
README = (FOLDER / "README.md").read_text("utf-8")


def a_row(rule: gate.Rule | gate.TimedRule) -> str:
    judge = rule.judge if isinstance(rule, gate.Rule) else rule.wait
    function = f"{judge.__module__.rpartition('.')[2]}.{judge.__name__}"
    names = ", ".join(f"`{name}`" for name in rule.names)
    return f"| {names} | `{function}` | {rule.scope} | {rule.source} |"


def test_the_readme_lists_exactly_the_rules_in_their_order() -> None:
    listed = [line for line in README.splitlines() if re.match(r"\| `[^|]+\| `\w+\.\w+` \|", line)]
    tables = (*gate.DROPS, *gate.HAND_OVERS, *gate.DELAYS)
    assert listed == [a_row(rule) for rule in tables]


def test_the_readme_lists_exactly_the_files() -> None:
    named = set(re.findall(r"`([\w/*]+\.(?:py|toml))`", README.partition("## Add")[0]))
    modules = {path.name for path in FOLDER.glob("*.py")} - {"__init__.py"}
    assert modules <= named | OF_THE_GUARD
    assert all(list(FOLDER.glob(name)) for name in named)


# The wording guard has its own page.
OF_THE_GUARD = {"disclosures.py", "segments.py", "text_review.py", "wording_guard.py"}


def test_every_name_of_a_rule_is_a_field_or_one_of_the_few_without() -> None:
    without = {
        *("notice.day", "optout.none", "safety.once", "safety.amount", "opted_out", "hold:*"),
        *("phrase:*", "kind:*"),
    }
    for rule in (*gate.DROPS, *gate.HAND_OVERS, *gate.DELAYS):
        assert set(rule.names) <= without | set(SETTINGS)


def test_every_source_of_a_rule_is_listed() -> None:
    for rule in (*gate.DROPS, *gate.HAND_OVERS, *gate.DELAYS):
        assert rule.source == "design" or cited(rule.source)
        assert set(cited(rule.source)) <= set(sources())


def test_the_readme_states_the_last_year_of_each_calendar() -> None:
    rows = re.findall(r"^\| ([A-Z]{2}) \| (\d{4}) \|$", README, re.MULTILINE)
    assert rows
    assert {country: int(year) for country, year in rows} == {c: last_year(c) for c, _ in rows}


def test_every_listed_source_is_cited_and_says_how_it_was_seen() -> None:
    of_values = [read_profile(name).sources.values() for name in profile_names()]
    of_rules = [rule.source for rule in (*gate.DROPS, *gate.HAND_OVERS, *gate.DELAYS)]
    used = {each for texts in (*of_values, of_rules) for text in texts for each in cited(text)}
    assert set(sources()) == used
    assert {source.seen for source in sources().values()} <= {
        *("official", "secondary", "remembered", "guide", "not found")
    }
