"""The compulsory end of a message: disclosure, automated note, how to stop.

It is the same in every message of a profile, so it is no part of what a message has to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from flows.languages import Language
from flows.policy.disclosures import DISCLOSURE_IDS, Sender, auto_note, disclosure, optout
from flows.policy.request import Channel

# Stand-ins for names, found again after the sentence was filled.
_NAMES = ("Creditorname", "Agentname", "Phonenumber")
_ANY_NAME = ".{1,60}?"
# The same said in other words.
_STOP_IN_OTHER_WORDS = (
    r"\b(?:reply|text|send)\s+[\"'“]?(?:stop|unsubscribe|quit|end)\b[^.!?]*[.!?]?"
    r"|回复?[\"“「]?(?:td|t|r)[\"”」]?(?:退订|即可退订|停止接收|拒收)"
    r"|回[覆復][\"「]?(?:td|t|r)[\"」]?(?:退訂|停止接收|拒收)"
    r"|(?<!\S)/stop\b"
)


def has_footer(text: str) -> bool:
    """Whether the text carries a disclosure, an automated note or opt-out wording."""
    return _footer().search(_folded(text)) is not None


def without_footer(text: str) -> str:
    """The text, in one width and case, without those sentences."""
    return _footer().sub(" ", _folded(text))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


@cache
def _footer() -> re.Pattern[str]:
    patterns = sorted({_pattern(each) for each in _sentences()}, key=len, reverse=True)
    return re.compile("|".join((*patterns, _STOP_IN_OTHER_WORDS)))


def _sentences() -> Iterator[str]:
    agency = Sender(creditor=_NAMES[0], agent_name=_NAMES[1], creditor_phone=_NAMES[2])
    creditor = Sender(creditor=_NAMES[0], agent_name="", creditor_phone=_NAMES[2])
    for language in (Language.ZH_HANS, Language.ZH_HANT, Language.EN):
        yield auto_note(language)
        yield from (optout(channel, language) for channel in Channel)
        for each in DISCLOSURE_IDS:
            yield from (disclosure(each, sender, language) for sender in (agency, creditor))


def _pattern(sentence: str) -> str:
    pattern = re.escape(_folded(sentence))
    for name in _NAMES:
        pattern = pattern.replace(name.casefold(), _ANY_NAME)
    return pattern
