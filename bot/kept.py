"""What an audit row keeps of a turn: what came of it, and all that `decide` was given.

The conversation and the contacts before the turn are kept packed, a quarter of their size; they
are words like the rest of the body and go with it when a person is erased.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flows.actions import Action
from flows.events import Event
from flows.model import Contact, Conversation, Outgoing, Reason
from storage import codec
from storage.errors import CodecError

_HISTORY = tuple[Contact, ...]
# The fastest level: of these short texts the slower ones save a tenth.
_LEVEL = 1
# Which dictionary packed it stands before it. The file of a number never changes: what it packed
# cannot be read without it. A better one gets the next number.
_NEWEST = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnBody:
    """The body of an audit row, readable by codec.

    `given` is what `packed` made; empty in rows that were written before it was kept.
    """

    event: Event
    actions: tuple[Action, ...]
    reasons: tuple[Reason, ...]
    outgoing: tuple[Outgoing, ...]
    given: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a turn started from, beside its event and the rules."""

    conversation: Conversation
    history: _HISTORY = ()


codec.register(TurnBody, Given)


@cache
def _dictionary(number: str) -> bytes:
    """A typical text with fictional names; what it holds costs nothing to say again."""
    return files("bot").joinpath(f"kept_{number}.dict").read_bytes()


def packed(conversation_json: str, history: tuple[Contact, ...]) -> str:
    """What a turn started from, from the conversation's stored text, as short text."""
    contacts = codec.dumps(history, _HISTORY)
    text = f'{{"conversation":{conversation_json},"history":{contacts}}}'
    work = zlib.compressobj(_LEVEL, zdict=_dictionary(_NEWEST))
    short = work.compress(text.encode()) + work.flush()
    return f"{_NEWEST}:{b64encode(short).decode()}"


def unpacked(given: str) -> Given:
    """What `packed` was given; raises CodecError for anything else."""
    number, _, short = given.partition(":")
    try:
        work = zlib.decompressobj(zdict=_dictionary(number))
        text = work.decompress(b64decode(short, validate=True)).decode()
    except (ValueError, OSError, zlib.error) as error:
        raise CodecError(f"expected what a turn was given, got {given[:40]!r}") from error
    found: Given = codec.loads(text, Given)
    return found
