"""Which test proves which rule: read from marks, titles and cases, written as a table.

`python -m tests.traceability` renews flows/policy/TRACEABILITY.md. A test says what it proves by
`@pytest.mark.rule("S36", ...)`, a golden conversation by `[S36]` at the end of its title, and the
gate's worked cases by the names of the rules in their verdicts.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
TABLE = ROOT / "flows" / "policy" / "TRACEABILITY.md"
COMMAND = "python -m tests.traceability"
_CASES = TESTS / "flows" / "policy" / "gate_cases.jsonl"
_TITLE = re.compile(r"^## (?P<title>.+?) \[(?P<ids>[A-Z0-9 -]+)\]$", re.MULTILINE)
_HEAD = f"""\
# Rules and the tests that prove them

Written by `{COMMAND}`; a test keeps it true. The ids and their meaning stand in `tests/rules.toml`;
a test names what it proves by `@pytest.mark.rule(...)`. A mark is a promise: break the rule, and
that test fails.

"""
_GROUPS = (
    ("S", "Rules of the collection guides"),
    ("CN", "Mainland China"),
    ("HK", "Hong Kong"),
    ("TW", "Taiwan"),
    ("US", "United States"),
    ("UK", "United Kingdom"),
    ("AU", "Australia"),
    ("IN", "India"),
    ("SG", "Singapore"),
    ("EU", "European Union"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """One rule: its meaning, the gate's names for it, and why no test proves it if none does."""

    id: str
    says: str
    gate: tuple[str, ...] = ()
    profile: str = ""
    absent: str = ""


def rules() -> dict[str, RuleText]:
    """Every rule by its id, in the order of the list."""
    table = tomllib.loads((TESTS / "rules.toml").read_text("utf-8"))
    return {
        rule_id: RuleText(
            id=rule_id,
            says=row["says"],
            gate=tuple(row.get("gate", ())),
            profile=row.get("profile", ""),
            absent=row.get("absent", ""),
        )
        for rule_id, row in table.items()
    }


def proofs() -> dict[str, list[str]]:
    """The proofs of each rule by its id: tests, conversations, then worked cases."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for rule_id, name in _marks(path):
            found[rule_id].append(f"`{path.relative_to(ROOT)}`: {name}")
    for path in sorted((TESTS / "conversations").glob("*.txt")):
        for match in _TITLE.finditer(path.read_text("utf-8")):
            for rule_id in match["ids"].split():
                found[rule_id].append(f"`{path.relative_to(ROOT)}`: “{match['title']}”")
    for rule_id, count in _cases().items():
        cases = "case" if count == 1 else "cases"
        found[rule_id].append(f"`{_CASES.relative_to(ROOT)}`: {count} {cases}")
    return found


def _marks(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                    yield from ((str(ast.literal_eval(arg)), node.name) for arg in mark.args)


def _cases() -> Mapping[str, int]:
    """How many worked cases of the gate have one of a rule's names in their verdict."""
    verdicts = []
    for line in _CASES.read_text("utf-8").splitlines():
        case = json.loads(line)
        named = case["in"].get("profile", "strict-default")
        profiles = {named} if isinstance(named, str) else set(named)
        verdicts.append((set(case.get("rules", ())), profiles))
    return {
        rule.id: count
        for rule in rules().values()
        if (count := sum(_is_about(rule, *verdict) for verdict in verdicts))
    }


def _is_about(rule: RuleText, names: set[str], profiles: set[str]) -> bool:
    return bool(names.intersection(rule.gate)) and (not rule.profile or rule.profile in profiles)


def written() -> str:
    """The table as it has to stand in the repository."""
    known, found = rules(), proofs()
    parts = [_HEAD]
    for prefix, title in _GROUPS:
        ids = [rule_id for rule_id in known if re.fullmatch(rf"{prefix}-?\d+", rule_id)]
        parts.append(f"## {title}\n\n| rule | what it asks | proved by |\n|---|---|---|\n")
        parts += [_row(known[rule_id], found.get(rule_id, [])) for rule_id in ids]
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def _row(rule: RuleText, found: list[str]) -> str:
    proof = "<br>".join(found) if found else f"not applicable: {rule.absent}"
    return f"| {rule.id} | {rule.says} | {proof} |\n"


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
