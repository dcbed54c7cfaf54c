"""Who may do what at the console: one table, asked by pages and acts alike."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.console.pages import Face


class Right(StrEnum):
    """Something not everybody may do."""

    TALK = "talk"  # hold conversations, write, settle tasks
    ANSWER = "answer"  # give final answers to complaints and disputes
    REGISTERS = "registers"  # read the registers and the tasks
    NAMES = "names"  # see customers' names in lists
    EXPORT = "export"  # take the registers out as a file
    SENDING = "sending"  # stop and resume sending
    IMPORT = "import"  # take files of accounts in
    REVIEW = "review"  # say what replies mean that were read with doubt
    FIGURES = "figures"  # see how it goes: figures, and the bills behind them, masked as lists are
    AUDIT = "audit"  # read the log of everything that anybody did; who is in it does not judge it


_RIGHTS: Mapping[str, frozenset[Right]] = {
    "agent": frozenset({Right.TALK, Right.ANSWER, Right.REGISTERS, Right.FIGURES}),
    "lead": frozenset(
        {
            Right.TALK,
            Right.ANSWER,
            Right.REGISTERS,
            Right.NAMES,
            Right.EXPORT,
            Right.SENDING,
            Right.REVIEW,
            Right.FIGURES,
        }
    ),
    "operator": frozenset(
        {
            Right.REGISTERS,
            Right.EXPORT,
            Right.SENDING,
            Right.REVIEW,
            Right.IMPORT,
            Right.FIGURES,
        }
    ),
    "auditor": frozenset({Right.REGISTERS, Right.EXPORT, Right.FIGURES, Right.AUDIT}),
}


def rights_of(agent: Face | None) -> frozenset[Right]:
    """What this person may do; nothing for a stranger or an unknown role."""
    return _RIGHTS.get(agent.role, frozenset()) if agent else frozenset()


def may(agent: Face | None, right: Right) -> bool:
    """Whether this person may do it."""
    return right in rights_of(agent)
