"""`duetalk token`: bearer tokens of other programs: add, list, revoke."""

from __future__ import annotations

import argparse
import getpass
from datetime import timedelta

from sqlalchemy import Connection

from bot.api.access import Scope, new_token, spelled
from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from bot.errors import DuetalkError
from storage import audit, schema, tokens
from storage.database import Database
from storage.tokens import ApiToken

_HELP = """\
A token is shown once, when it is made; only a digest of it is kept. Give each program one of its
own, with no more scopes than it needs:

  read             accounts, agreements, disputes, conversations: no names, numbers or words
  personal         beside read: names, addresses and what was said
  handoffs         cases that wait for a person
  accounts:write   take accounts in
  payments:write   book and reverse payments
  contact:write    pause and resume reminders, opt an address out

  duetalk token add crm --scope accounts:write --scope read --days 90
  duetalk token list
  duetalk token revoke crm
"""
_MOST_DAYS = 3_660


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("act", choices=["add", "list", "revoke"])
    parser.add_argument("name", nargs="?", default="", help="the program, or the id of a token")
    parser.add_argument(
        "--scope",
        action="append",
        default=[],
        choices=[scope.value for scope in Scope],
        help="what it may do; once for each",
    )
    parser.add_argument("--days", type=int, help="so long it lasts; without: until revoked")
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the act out."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    _check(args)
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        if args.act == "add":
            await _add(database, args)
        elif args.act == "revoke":
            return await _revoke(database, args.name)
        else:
            for token in await database.read(tokens.all_of):
                print(_line(token))
    return 0


def _check(args: argparse.Namespace) -> None:
    if args.act != "list" and not args.name:
        raise DuetalkError("expected the program's name, got none; see duetalk token --help")
    if args.act == "add" and not args.scope:
        raise DuetalkError("expected at least one --scope, got none; see duetalk token --help")
    if args.days is not None and not 1 <= args.days <= _MOST_DAYS:
        raise DuetalkError(f"expected --days from 1 to {_MOST_DAYS}, got {args.days}")
    if not args.name.isprintable() or " " in args.name:
        raise DuetalkError(f"expected a name without spaces, got {args.name!r}")


async def _add(database: Database, args: argparse.Namespace) -> None:
    token_id, secret = new_token()
    now, by = SystemClock().now(), f"cli:{getpass.getuser()}"
    token = ApiToken(
        id=token_id,
        name=args.name,
        scopes=" ".join(dict.fromkeys(args.scope)),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=args.days) if args.days else None,
    )
    told_facts = audit.detail(id=token_id, name=token.name, scopes=token.scopes, days=args.days)
    entry = audit.Entry(at=now, kind="token_added", actor=by, detail_json=told_facts)

    def add(conn: Connection) -> None:
        tokens.add(conn, token, secret)
        audit.append(conn, entry)

    await database.write(add)
    print(spelled(token_id, secret))
    print(f"  for {token.name}: {token.scopes}. It is not shown again; keep it as a password.")


async def _revoke(database: Database, name: str) -> int:
    now, by = SystemClock().now(), f"cli:{getpass.getuser()}"
    facts = audit.detail(name=name)
    entry = audit.Entry(at=now, kind="token_revoked", actor=by, detail_json=facts)

    def revoke(conn: Connection) -> int:
        count = tokens.revoke(conn, name, at=now)
        if count:
            audit.append(conn, entry)
        return count

    count = await database.write(revoke)
    print(f"{count} tokens called {name!r} are revoked" if count else f"no live token {name!r}")
    return 0 if count else 1


def _line(token: ApiToken) -> str:
    now = SystemClock().now()
    ends = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "until revoked"
    state = ends if token.is_good(now) else ("revoked" if token.revoked_at else "over")
    used = f"used {token.used_at:%Y-%m-%d %H:%M}" if token.used_at else "never used"
    return f"{token.id}  {token.name:16} {state:18} {used:22} {token.scopes}"
