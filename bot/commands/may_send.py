"""`duetalk may-send`: the verdict of the send gate on each line. A thin face over the gate."""

from __future__ import annotations

import argparse
import sys

from bot.commands.jsonl import Record, add_file_argument, run_lines
from bot.commands.send_requests import read_request, remarks

_DESCRIPTION = """\
Ask the send gate whether a message may leave now, later, only through a person, or never.

Each line in (fields with ? may be absent):
  id, now, channel, kind   channel sms telegram email voicemail voice;
                           kind reminder notice reply agent optout_confirmation safety
  profile                  a name, or a list that is merged; creditor_profile? is merged with it
  overlay?                 narrower values, nested: {"window": {"mon_fri": "10:00-17:00"}}
  timezone? country? region?   IANA zone, ISO 3166-1, ISO 3166-2; each a value or a list
  text? notice?            notice: pre_due due_day instalment promise_due
  account?                 due_date, holds, id, validation_notice, ledger
  person?                  opted_out, flags, verified, sms_consent, customer_hours, willing,
                           number_checked
  history                  [{"at", "direction": "in"/"out", "kind", "asks_money"?, "channel"?,
                           "account"?, "text"?}], may be empty

Each line out: id, verdict (send, delay, hand_over, drop), at (with delay), rules (the deciding
one first). A line that cannot be used is answered by id and error; the exit status is then 1.
"""
_EXAMPLE = """\
example:
  echo '{"id": 1, "now": "2026-03-06T20:00:00+00:00", "channel": "sms", "kind": "reminder",
  "profile": "strict-default", "timezone": "Europe/London", "account": {"due_date": "2026-03-04"},
  "history": []}' | tr -d '\\n' | duetalk may-send
  {"id": 1, "verdict": "delay", "at": "2026-03-09T09:00:00+00:00", "rules": ["window.mon_fri"]}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file, and explain the fields."""
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLE
    add_file_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Answer each line; 1 when any line was bad."""
    return run_lines(args.file, answer)


def answer(record: Record) -> Record:
    """The verdict on one record; names that nothing knows go to standard error."""
    from flows.policy.gate import may_send

    request = read_request(record)
    for remark in remarks(record):
        print(f"{record['id']}: {remark}", file=sys.stderr)
    verdict = may_send(request)
    when = {} if verdict.at is None else {"at": verdict.at.isoformat()}
    return {"id": record["id"], "verdict": verdict.action, **when, "rules": list(verdict.rules)}
