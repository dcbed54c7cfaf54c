"""The wording guard: what may never be said, and what a reminder must say, under a policy.

`check` judges one text; the gate, the console and `duetalk check-wording` all ask it.
`asks_for_money` is the one answer to that question everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from flows.languages import Language
from flows.policy.guard import claims, elements, kinds, likeness, phrases
from flows.policy.guard.asking import asks_for_money
from flows.policy.guard.grammar import Setting
from flows.policy.guard.level import grade
from flows.policy.guard.payments import Allowed
from flows.policy.guard.reading import Reading, read
from flows.policy.model import Policy
from flows.policy.segments import segments

__all__ = [
    "Allowed",
    "Finding",
    "Level",
    "TextKind",
    "WordingReport",
    "WordingRequest",
    "asks_for_money",
    "blocking_rules",
    "check",
]

_VALIDATED = "us-reg-f"  # Where the validation period bars talk of consequences.


class Level(StrEnum):
    """Whether a finding stops the text or only warns its writer."""

    BLOCK = "block"
    WARN = "warn"


class TextKind(StrEnum):
    """Who writes, and whether we start."""

    REMINDER = "reminder"
    REPLY = "reply"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something found in a text: the rule, its level, half-open code points, and why."""

    rule: str
    level: Level
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingReport:
    """What the guard says of a text; `missing` are element ids in the order of the table."""

    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether nothing blocks and nothing is missing."""
        return not self.missing and not self.blocking

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stop the text."""
        return tuple(each for each in self.findings if each.level is Level.BLOCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingRequest:
    """A text and what the guard may know of it.

    `stage` is `first`, `later` or None for either. `network` is `signature`, `none` or None: where
    the profile plainly asks for a signature. Empty `creditor`, `agent_name`: any name. `template`
    names the template for the exceptions that belong to one. `companion`: the same message in
    another language, where a law's sentence must stand beside.
    """

    text: str
    language: Language
    kind: TextKind
    policy: Policy
    template: str = ""
    stage: str | None = None
    is_verified: bool = True
    channel: str = "sms"
    network: str | None = None
    creditor: str = ""
    agent_name: str = ""
    today: date | None = None
    due_on: date | None = None
    validation_until: date | None = None
    allowed: Allowed = field(default_factory=Allowed)
    companion: str = ""


def check(request: WordingRequest) -> WordingReport:
    """The findings and missing elements of a text; never raises, whatever the text."""
    reading = read(request.text)
    return WordingReport(
        findings=_findings(request, reading),
        missing=_missing(request, reading) if request.kind is TextKind.REMINDER else (),
    )


# A text is judged when it is decided and again when it leaves; a restatement is judged once.
_TEXTS_KEPT = 4_096


@lru_cache(_TEXTS_KEPT)
def blocking_rules(request: WordingRequest) -> tuple[str, ...]:
    """The rules of the findings that stop a text, without asking what it lacks; never raises."""
    said = (*_said(request, read(request.text)), *_length(request))
    return tuple(dict.fromkeys(each.rule for each in said if each.level is Level.BLOCK))


def _findings(request: WordingRequest, reading: Reading) -> tuple[Finding, ...]:
    found = (*_said(request, reading), *_length(request), *_level(request))
    return tuple(sorted(dict.fromkeys(found), key=lambda each: each.level))


def _said(request: WordingRequest, reading: Reading) -> tuple[Finding, ...]:
    said = (*_phrases(reading), *_kinds(request, reading), *_fields(request, reading))
    return said or tuple(_likeness(request, reading))


def _phrases(reading: Reading) -> Iterator[Finding]:
    for hit in phrases.find(reading.view, reading.text):
        why = f"the phrase “{hit.phrase.text}” may never go out"
        yield _at(reading, f"phrase:{hit.phrase.number}", (hit.start, hit.end), why)


def _kinds(request: WordingRequest, reading: Reading) -> Iterator[Finding]:
    setting = Setting(
        kind=request.kind,
        language=request.language,
        template=request.template,
        today=request.today,
        creditor=request.creditor,
        agent_name=request.agent_name,
        allowed=request.allowed,
    )
    for kind in kinds.KINDS:
        for span in kind.find(reading, setting):
            if kind.name == "shouting":  # Its spans are of the given text already.
                yield _finding(f"kind:{kind.name}", span, kind.why)
            else:
                yield _at(reading, f"kind:{kind.name}", span, kind.why)


def _likeness(request: WordingRequest, reading: Reading) -> Iterator[Finding]:
    """Where no rule finds anything: a sentence much like forbidden ones; not in our own texts."""
    alike = None if request.template else likeness.most_alike(reading)
    if alike is None:
        return
    if request.kind is TextKind.AGENT and alike.kind == "claims_person":
        return
    why = next(kind.why for kind in kinds.KINDS if kind.name == alike.kind)
    span = (alike.sentence.start, alike.sentence.end)
    yield _at(reading, f"kind:{alike.kind}", span, f"reads like a text that {why}")


def _fields(request: WordingRequest, reading: Reading) -> Iterator[Finding]:
    policy = request.policy
    only_pressing = policy.claims.credit_bureau_statement != "never" and not _is_validating(request)
    for span in claims.credit_statements(reading, only_pressing=only_pressing):
        why = "ties payment to a credit record"
        yield _at(reading, "claims.credit_bureau_statement", span, why)
    needs_second = (
        request.kind is TextKind.AGENT and policy.claims.legal_action_statement != "never"
    )
    for span in claims.legal_statements(reading):
        yield _at(
            reading,
            "claims.legal_action_statement",
            span,
            "speaks of legal action" + ("; a second person must agree" if needs_second else ""),
            Level.WARN if needs_second else Level.BLOCK,
        )
    if not request.is_verified and not policy.privacy.details_before_verification:
        may_name = request.template == "identity_reply"
        for span in claims.details(reading, request.creditor, may_name=may_name):
            why = "a detail or a word of debt before the person is verified"
            yield _at(reading, "privacy.details_before_verification", span, why)


def _length(request: WordingRequest) -> Iterator[Finding]:
    text, most = request.text, request.policy.text.sms_segments_max
    count = segments(text).count if request.channel == "sms" else 1
    if count > most:
        why = f"{count} SMS parts, at most {most}"
        yield _finding("text.sms_segments_max", (0, len(text)), why)


def _level(request: WordingRequest) -> Iterator[Finding]:
    text, most = request.text, request.policy.text.reading_level_en
    level = grade(text) if request.language is Language.EN else 0
    if level > most:
        why = f"reading grade {level:.1f}, at most {most}"
        yield _finding("text.reading_level_en", (0, len(text)), why, Level.WARN)


def _missing(request: WordingRequest, reading: Reading) -> tuple[str, ...]:
    policy = request.policy
    return elements.missing(
        elements.Reminder(
            reading=reading,
            profiles=policy.names,
            stage=request.stage,
            is_verified=request.is_verified,
            channel=request.channel,
            network=request.network,
            creditor=request.creditor,
            agent_name=request.agent_name,
            today=request.today,
            due_on=request.due_on,
            validation_until=request.validation_until,
            payby=(policy.payby.min_days, policy.payby.max_days),
            disclosures=(policy.disclosure.first, policy.disclosure.later),
            companion=read(request.companion) if request.companion else None,
        )
    )


def _is_validating(request: WordingRequest) -> bool:
    until, today = request.validation_until, request.today
    if until is None or _VALIDATED not in request.policy.names:
        return False
    return today is None or today <= until


def _at(
    reading: Reading, rule: str, span: tuple[int, int], why: str, level: Level = Level.BLOCK
) -> Finding:
    return _finding(rule, reading.view.span(*span), why, level)


def _finding(rule: str, span: tuple[int, int], why: str, level: Level = Level.BLOCK) -> Finding:
    return Finding(rule=rule, level=level, start=span[0], end=span[1], why=why)
