"""`duetalk check-wording`: what the wording guard says of each text. A thin face over the guard."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from bot.commands.fields import MOST_MINOR, Fields
from bot.commands.jsonl import BadRecord, Record, add_file_argument, answer_lines, open_lines
from flows.languages import Language
from flows.policy import PolicyError, load_policy
from flows.policy.model import Policy
from flows.policy.profile import STRICT_DEFAULT
from flows.policy.request import Channel
from flows.policy.wording_guard import Allowed, Finding, TextKind, WordingRequest, check

_DESCRIPTION = """\
Put texts before the wording guard: what may never be said, and what a reminder must say.

Each line in (fields with ? may be absent):
  id, text              the text as the customer would get it
  language              zh-Hans, zh-Hant, en
  kind                  reminder, reply, agent (a person at the console)
  profile?              a name, or a list that is merged; absent: strict-default
  template?             the id of the template, for the exceptions that belong to one
  stage?                first, later; absent: either will do
  verified?             true, false; absent: true
  channel?              sms telegram email voicemail voice; absent: sms
  network?              signature, none; absent: as the profile plainly asks
  creditor?, agent_name?                    absent: any name
  today?, due_date?, validation_until?      absent: no check of dates
  allow_hosts?, payees?, ledger?            approved hosts and payees; amounts in minor units,
                                            a list or an object that names them

Each line out: id, ok, findings (rule, level block or warn, start and end in code points, why),
missing (elements of a reminder). Two lines with one id are one message in two languages.
A line that cannot be used is answered by id and error; the exit status is then 1.
"""
_EXAMPLE = """\
example:
  echo '{"id": 1, "text": "Pay now or else!", "language": "en", "kind": "reply"}' \\
    | duetalk check-wording
  {"id": 1, "ok": false, "findings": [{"rule": "phrase:66", "level": "block", "start": 0,
   "end": 15, "why": "the phrase “pay now or else” may never go out"}], "missing": []}
"""
_FIELDS = {
    *("id", "text", "language", "kind", "profile", "template", "stage", "verified", "channel"),
    *("network", "creditor", "agent_name", "today", "due_date", "validation_until"),
    *("allow_hosts", "payees", "ledger"),
}


class Stage(StrEnum):
    """Whether it is the first message about the bill."""

    FIRST = "first"
    LATER = "later"


class Network(StrEnum):
    """Whether the network wants a registered signature."""

    SIGNATURE = "signature"
    NONE = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file, and explain the fields."""
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLE
    add_file_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Answer each line; 1 when any line was bad."""
    if args.file != "-" and not Path(args.file).is_file():
        print(f"duetalk: expected a file of JSON Lines, got {args.file}", file=sys.stderr)
        return 2
    with open_lines(args.file) as lines:
        raws = list(lines)
    return judge(raws)


def judge(raws: Iterable[str]) -> int:
    """Answer the lines; all are read first, because one id may stand on two of them."""
    raws = list(raws)
    versions = _versions(raws)
    return answer_lines(raws, lambda record: answer(record, versions))


def answer(record: Record, versions: Mapping[str, Mapping[str, str]] | None = None) -> Record:
    """The report on one record; `versions`: by id, the texts of one message by language."""
    request = read_request(record, versions or {})
    for name in record.keys() - _FIELDS:
        print(f"{record['id']}: unknown field {name} was ignored", file=sys.stderr)
    report = check(request)
    return {
        "id": record["id"],
        "ok": report.is_ok,
        "findings": [_shown(finding) for finding in report.findings],
        "missing": list(report.missing),
    }


def read_request(record: Record, versions: Mapping[str, Mapping[str, str]]) -> WordingRequest:
    """The request in a record; raises BadRecord that names the field."""
    given = Fields(record)
    if not given.has("id"):
        given.fail("id", "a value")
    stage, network = given.choice_or_none("stage", Stage), given.choice_or_none("network", Network)
    language = given.choice("language", Language)
    return WordingRequest(
        text=given.text("text"),
        language=language,
        kind=given.choice("kind", TextKind),
        policy=_policy(given),
        template=given.text_or_none("template") or "",
        stage=stage and stage.value,
        is_verified=given.flag_or("verified", usual=True),
        channel=given.choice_or_none("channel", Channel) or Channel.SMS,
        network=network and network.value,
        creditor=given.text_or_none("creditor") or "",
        agent_name=given.text_or_none("agent_name") or "",
        today=given.day_or_none("today"),
        due_on=given.day_or_none("due_date"),
        validation_until=given.day_or_none("validation_until"),
        allowed=_allowed(given),
        companion=_companion(versions.get(_key(record["id"]), {}), language),
    )


def _policy(given: Fields) -> Policy:
    try:
        return load_policy(given.texts_or_none("profile") or (STRICT_DEFAULT,))
    except PolicyError as error:
        raise BadRecord(str(error)) from error


def _allowed(given: Fields) -> Allowed:
    return Allowed(
        hosts=given.texts_or_none("allow_hosts") if given.has("allow_hosts") else None,
        payees=given.texts_or_none("payees") if given.has("payees") else None,
        ledger=_ledger(given) if given.has("ledger") else None,
    )


def _ledger(given: Fields) -> tuple[int, ...]:
    """A list of amounts, or an object that names them: principal, interest, total."""
    named = given.values["ledger"]
    if isinstance(named, dict):
        group = given.group("ledger")
        return tuple(group.whole(name) for name in named)
    return given.wholes("ledger", 0, MOST_MINOR)


def _versions(raws: Iterable[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for raw in raws:
        try:
            record = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and isinstance(record.get("text"), str):
            found[_key(record.get("id"))][str(record.get("language"))] = record["text"]
    return found


def _key(identity: object) -> str:
    return json.dumps(identity, sort_keys=True)


def _companion(versions: Mapping[str, str], language: Language) -> str:
    return "\n".join(text for other, text in versions.items() if other != language)


def _shown(finding: Finding) -> Record:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "start": finding.start,
        "end": finding.end,
        "why": finding.why,
    }
