"""`duetalk chat`: talk to the bot in the terminal as a customer; nothing is stored or sent."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.dialogue_records import parse
from bot.durations import parse_duration
from bot.playing import rehearsed
from bot.rehearsal import Rehearsal

_HELP = """\
Type what a customer would text. Commands: /why (the last decision), /state, /advance PT26H,
/takeover, /handback, /quit.

  duetalk chat --lang en
  duetalk chat --lang zh-Hans --record talk.jsonl
"""
_SAMPLES: dict[str, dict[str, Any]] = {
    "zh-Hans": {
        "customer_name": "陈思远",
        "creditor": "澄湖信用",
        "product": "信用账单",
        "currency": "CNY",
    },
    "zh-Hant": {
        "customer_name": "黃嘉敏",
        "creditor": "港灣信貸",
        "product": "私人貸款",
        "currency": "HKD",
    },
    "en": {
        "customer_name": "Sam Okafor",
        "creditor": "Larkfield Credit",
        "product": "store card",
        "currency": "USD",
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("--lang", choices=sorted(_SAMPLES), default="zh-Hans")
    parser.add_argument("--today", default="2026-03-02", help="the local day of the talk")
    parser.add_argument("--owed", type=int, default=236_000, help="minor units outstanding")
    parser.add_argument("--unbound", action="store_true", help="an address not verified yet")
    parser.add_argument("--record", metavar="FILE", help="append the talk as a dialogue record")


def run(args: argparse.Namespace) -> int:
    """Talk until the end of input."""
    record = _record(args)
    rehearsal = rehearsed(parse(record))
    shown = _show(rehearsal, 0)
    turns: list[dict[str, str]] = []
    for raw in sys.stdin:
        text = raw.strip()
        if text == "/quit":
            break
        if text.startswith("/") and _command(rehearsal, text):
            shown = _show(rehearsal, shown)
            continue
        turns.append({"customer": text})
        rehearsal.customer_said([text], rehearsal.now + timedelta(minutes=1))
        shown = _show(rehearsal, shown + 1)
    if args.record:
        line = json.dumps(record | {"turns": turns}, ensure_ascii=False)
        with Path(args.record).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    return 0


def _record(args: argparse.Namespace) -> dict[str, Any]:
    account = _SAMPLES[args.lang] | {
        "account_id": "4417",
        "outstanding_minor": args.owed,
        "due_date": "2026-02-18",
        "channel": "sms",
        "verified": not args.unbound,
        "verify": {"id_last4": "0417", "birthday": "1990-05-01"},
    }
    return {"id": "chat", "lang": args.lang, "today": args.today, "account": account}


def _command(rehearsal: Rehearsal, text: str) -> bool:
    name, _, rest = text.partition(" ")
    if name == "/advance":
        rehearsal.run_until(rehearsal.now + parse_duration(rest))
    elif name == "/takeover":
        rehearsal.agent_took_over()
    elif name == "/handback":
        rehearsal.agent_handed_back()
    elif name == "/why":
        _why(rehearsal)
    elif name == "/state":
        print("   ", rehearsal.conversation.dialogue.question, sorted(rehearsal.conversation.flags))
    else:
        return False
    return True


def _why(rehearsal: Rehearsal) -> None:
    _, event, decision = rehearsal.decisions[-1]
    reading = getattr(event, "reading", None)
    if reading is not None:
        print(
            f"    understood: {reading.intent} {reading.confidence:.2f} also {list(reading.also)}"
        )
    for reason in decision.reasons:
        print(f"    {reason.rule}: {reason.why}")


def _show(rehearsal: Rehearsal, shown: int) -> int:
    for line in rehearsal.lines[shown:]:
        if line.sender != "customer":
            print(f"{line.at:%m-%d %H:%M} < {line.text or line.kind}")
    sys.stdout.flush()
    return len(rehearsal.lines)
