"""Exceptions to the model, all of them: named rules that stand over what it would say.

A veto rules intents out by the words; an exception puts another reading in the place of the
model's choice; an idle guess has no word of its own matter. Each name is kept as evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flows.languages.pattern import Pattern
from flows.understanding import rules
from flows.understanding.denials import denials
from flows.understanding.exemptions import EXEMPTIONS, Exemption, Guess
from flows.understanding.intents import Intent
from flows.understanding.rules import Said
from flows.understanding.vetoes import VETOES, Forbidden, Veto

# Looked at for nearly every reply: no branch starts with anything but a character, so that `re`
# skips ahead to one of these.
_TO_IGNORE = (
    r" (?:all |any |the |your |my )*"
    r"(?:previous|prior|above|earlier|instructions?|rules|prompts?)\b"
)
_MADE_PAID = "(?:为|成)已(?:还|付|结清)"
_ORDER = Pattern(
    rf"i(?<=\bi)gnore{_TO_IGNORE}|d(?<=\bd)isregard{_TO_IGNORE}|f(?<=\bf)orget{_TO_IGNORE}"
    rf"|o(?<=\bo)verride{_TO_IGNORE}|system prompt|m(?<=\bm)ark (?:\w+ ){{1,3}}as (?:paid|settled)"
    r"|忽略(?:之前|以上|上面|所有|前面).{0,6}(?:指令|提示|规则|命令)"
    r"|无视(?:之前|以上|上面|所有|前面).{0,6}(?:指令|提示|规则|命令)"
    rf"|标记{_MADE_PAID}|标注{_MADE_PAID}|设置?{_MADE_PAID}|改{_MADE_PAID}"
)
_WISHES = tuple(intent for intent in Intent if intent not in (*rules.SAFETY, Intent.UNCLEAR))
_NO_WISHES: Mapping[Intent, str] = dict.fromkeys(_WISHES, "veto.order_to_machine")
_NOTHING_FORBIDDEN: Mapping[Intent, str] = {}


def vetoed(said: Said, intent: Intent) -> str | None:
    """The name of the veto by which the words rule an intent out, the last of several, or None."""
    for veto in _vetoes_of()[intent]:
        if veto.holds(said):
            return veto.name
    return None


def order_to_machine(text: str) -> Mapping[Intent, str]:
    """Ignore all instructions, mark as paid: no customer's wish is heard, whatever it quotes.

    Looked for once in a text, since it stands against nearly every intent.
    """
    return _NO_WISHES if _ORDER.search(text) else _NOTHING_FORBIDDEN


def exempted(guess: Guess) -> tuple[Guess, tuple[str, ...]]:
    """The guess after every exception that holds, in their order, with the names of these."""
    # Hardly any reply is an exception: most are told from all rules that its reading is subject to.
    for rule in _exemptions_of()[guess.best]:
        if rule.holds(guess):
            return _excepted(guess)
    return guess, ()


def _excepted(guess: Guess) -> tuple[Guess, tuple[str, ...]]:
    names = []
    for rule in EXEMPTIONS:
        if (rule.of is None or guess.best in rule.of) and rule.holds(guess):
            if rule.forbids:
                later = Forbidden(
                    dict.fromkeys(rule.forbids, rule.name).get, guess.ruled_out.__getitem__
                )
                guess = guess._replace(ruled_out=later)
            guess = guess._replace(best=rule.reads)
            names.append(rule.name)
    return guess, tuple(names)


@cache
def _exemptions_of() -> dict[Intent, tuple[Exemption, ...]]:
    """The exceptions that may take the place of an intent, in their order."""
    return {
        intent: tuple(rule for rule in EXEMPTIONS if rule.of is None or intent in rule.of)
        for intent in Intent
    }


@cache
def _vetoes_of() -> dict[Intent, tuple[Veto, ...]]:
    """The vetoes that may forbid an intent, the one that counts most first."""
    known = (*denials(), *reversed(VETOES))
    return {intent: tuple(veto for veto in known if intent in veto.forbids) for intent in Intent}
