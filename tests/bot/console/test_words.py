"""The three word files agree, and every word is used."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from bot.console.words import FAMILIES, load_words
from flows.languages import Language

# Tables whose keys are built from a value that is no enum of ours, or that an enum only begins.
BUILT = (
    "care.bar_", "channel.", "date.", "entity.", "error.", "fact.", "handoff.waited", "hold.",
    "keys.", "language_short.", "live.", "month.", "product.", "rule.", "sla.", "theme.", "toast.",
    "weekday.", "why.", "finding.", "finding_means.", "message_kind.", "nav.", "record_kind.",
    "audit_act.", "audit_event.", "audit_fault.", "dashboard.share_", "dashboard.points_", "dashboard.kept", "dashboard.settled",
    "dashboard.stage", "dashboard.accounts", "dashboard.cured", "dashboard.made_by_",
    "work.state_", "work.whose_", "tool.", "ending.", "act.", "plan_refusal.", "agreed_refusal.",
    "import.order_", "import.state_", "import.step_", "import.tab_", "import.was_",
    "demo.role_", "stage.", "at_rest.", "reminders.sent", "reminders.held", "reminders.person", "import_fault.", "import_field.", "import_file.",
)  # fmt: skip


def test_the_files_hold_the_same_keys() -> None:
    words = load_words()
    keys = [set(words[language].entries) for language in Language]
    assert keys[0] == keys[1] == keys[2]


def test_no_word_is_left_in_the_other_language() -> None:
    words = load_words()
    english, chinese = words[Language.EN].entries, words[Language.ZH_HANS].entries
    han = [key for key, word in english.items() if re.search("[\u4e00-\u9fff]", word)]
    assert [key for key in han if not key.startswith("language")] == []
    latin = [key for key, word in chinese.items() if not re.search("[\u4e00-\u9fff{]", word)]
    assert set(latin) <= {
        "app.name",
        "demo.and",
        "channel.telegram",
        "language.en",
        "language_short.en",
    }


def test_no_space_is_typed_between_han_and_latin() -> None:
    entries = load_words()[Language.ZH_HANS].entries
    spaced = [
        key for key, word in entries.items() if re.search(r"[\u4e00-\u9fff] [A-Za-z0-9{]", word)
    ]
    assert [key for key in spaced if not key.startswith("date.")] == []


def test_words_that_blame_are_never_used() -> None:
    words = load_words()
    chinese = "".join(words[Language.ZH_HANS].entries.values())
    english = " ".join(words[Language.EN].entries.values()).lower()
    assert not re.search("欠款人|老赖|催", chinese)
    assert not re.search("debtor|delinquen|please|!", english)


def test_a_count_of_one_takes_the_singular() -> None:
    english = load_words()[Language.EN]
    assert english("late.days", n=1) == "1 day late"
    assert english("late.days", n=2) == "2 days late"


def test_a_value_is_escaped() -> None:
    assert "<b>" not in load_words()[Language.EN]("guard.taken", name="<b>")


def test_every_rule_that_a_dialogue_names_has_words() -> None:
    """A rule built from a value is named by its first part."""
    english = load_words()[Language.EN]
    sources = "".join(
        path.read_text("utf-8") for path in Path(str(resources.files("flows"))).rglob("*.py")
    )
    rules = set(re.findall(r'because\(\s*f?"([^"]+)"', sources))
    lost = [
        rule
        for rule in rules
        if not english.has(f"why.{rule}") and not english.has(f"why.{rule.partition('.')[0]}")
    ]
    assert rules
    assert not lost, lost


def test_every_word_has_a_place() -> None:
    root = Path(str(resources.files("bot")))
    kinds = ("py", "html", "js")
    sources = "".join(p.read_text("utf-8") for kind in kinds for p in root.rglob(f"*.{kind}"))
    members = {f"{family}.{m.value}" for family, enum in FAMILIES.items() for m in enum}
    lost = [
        key
        for key in load_words()[Language.EN].entries
        if key not in members
        and not key.startswith(BUILT)
        and not re.search(rf"""['"]{re.escape(key)}['"]""", sources)
    ]
    assert not lost, lost
