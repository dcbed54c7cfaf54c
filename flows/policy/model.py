"""The policy of one place: every field with its unit, its meaning and its merge direction.

The tree mirrors the profile files (`profiles/*.toml`); a field's dotted name, `window.mon_fri`, is
its name in files, overlays, refusals and verdicts. Values come from `flows.policy.profile`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.policy.hours import Hours
from flows.policy.merging import LEAST, MOST
from flows.policy.settings import (
    channels,
    choice,
    constant,
    days_before,
    disclosures,
    flag,
    hours,
    length,
    number,
    share,
    words,
)

Stop = Literal["all_reminders", "all_collection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a message may leave by the recipient's clock."""

    tz_basis: Literal["recipient"] = constant("whose clock decides", "recipient")
    mon_fri: Hours = hours("allowed hours for messages we start, Monday to Friday")
    sat: Hours = hours("the same, Saturday")
    sun: Hours = hours("the same, Sunday")
    public_holidays: Literal["allow", "deny"] = choice(
        "messages we start, and replies after the grace, on a public holiday of the place",
        "allow",
        "deny",
        name="deny wins",
    )
    unknown_tz: Literal["intersect_all_candidates", "deny"] = choice(
        "the recipient's zone is not known: all zones of the country open, or a person decides",
        "intersect_all_candidates",
        "deny",
        name="deny wins",
    )
    customer_hours_honoured: bool = flag(
        "a time the customer asked for narrows the window", strict=True
    )
    reply_grace_min: int = number(
        "minutes after the last inbound message",
        LEAST,
        "outside the window only an answer to the customer's own message may go, inside this"
        " time, the limit included; it may not ask for money",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often a person may be reminded."""

    pre_due_days: tuple[int, ...] = days_before("courtesy notices, days before the due date")
    due_day_notice: bool = flag("a notice on the due day itself", strict=False)
    first_overdue_min_days: int = number(
        "days after due", MOST, "earliest first overdue reminder; 1 is the day after"
    )
    first_overdue_max_days: int = number(
        "days after due",
        LEAST,
        "after this, also when a delay would end after it, a person decides before the first"
        " reminder goes",
    )
    interval_min_days: int = number(
        "days",
        MOST,
        "least days of 24 hours between two reminders on one account; exactly n is enough",
    )
    interval_target_max_days: int = number("days", MOST, "the planner aims at no later than this")
    interval_willing_days: int = number(
        "days", MOST, "gap when the customer is willing and raising funds"
    )
    cap_per_day: int = number("messages", LEAST, "reminders in one local day")
    cap_per_7_days: int = number(
        "messages, rolling", LEAST, "reminders in any 7 days; one exactly 7 days old is out"
    )
    cap_per_30_days: int = number(
        "messages, rolling",
        LEAST,
        "reminders in any 30 days, one exactly 30 days old being out, and in any calendar month"
        " of the recipient's zone",
    )
    count_scope: Literal["account", "person"] = choice(
        "what the caps count over", "account", "person", name="person wins"
    )
    counts: tuple[str, ...] = channels(
        "channels that spend the caps", "sms", "telegram", "email", "voicemail", "voice"
    )
    no_reply_to_human: int = number(
        "reminders in a row",
        LEAST,
        "after this many reminders since the last inbound message the case goes to a person",
    )
    content_repeat_days: int = number(
        "days",
        MOST,
        "the same text, names and numbers masked, may not go again inside this time",
    )
    similarity_max: float = share(
        "0..1 character 3-gram Jaccard",
        LEAST,
        "likeness allowed to any reminder of the last content_repeat_days",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How often a person may be called; only people call."""

    effective_calls_per_day: int = number(
        "answered calls", LEAST, "answered calls with one person in one local day"
    )
    attempts_per_number_per_day: int = number(
        "dials", LEAST, "dials to one number in one local day when nobody answers"
    )
    attempts_per_debt_per_7_days: int = number("dials, rolling", LEAST, "dials about one debt")
    quiet_after_talk_days: int = number(
        "days, the day of the talk is day 1", MOST, "no call after a conversation"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PayBy:
    """Which pay-by dates a message may offer."""

    min_days: int = number("days after the message", MOST, "shortest pay-by date offered")
    max_days: int = number(
        "days after the message", LEAST, "longest pay-by date offered without a person"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What may be said to whom, and at which address."""

    details_before_verification: bool = flag(
        "creditor, bill, amount, date or a word of debt before the address is bound", strict=False
    )
    link_preview_has_details: bool = flag(
        "a payment link or its preview shows the name, amount or debt", strict=False
    )
    third_party_contact: Literal["locate_only", "none"] = choice(
        "contact with anyone but the customer, a guarantor or a proved representative",
        "locate_only",
        "none",
        name="none wins",
    )
    third_party_automated: bool = flag("the bot itself may start such a contact", strict=False)
    third_party_refusal_is_final: bool = flag(
        "a third party who says no is never contacted again", strict=True
    )
    work_channel: bool = flag("messages to a work number, work e-mail or group chat", strict=False)
    number_recheck_days: int = number(
        "days",
        LEAST,
        "a number the customer did not use for this long is checked before a reminder",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """On which basis a channel may be used."""

    sms_basis: Literal["contract_or_consent", "consent"] = choice(
        "basis on which SMS may start", "contract_or_consent", "consent", name="consent wins"
    )
    telegram_basis: Literal["customer_started"] = constant(
        "the customer must have started the chat", "customer_started"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """How a customer stops the messages, and what the one confirmation may do."""

    in_every_message: bool = flag("opt-out wording in each message we start", strict=True)
    free_text_counts: bool = flag(
        "a plain sentence that a reasonable person reads as 'stop' counts", strict=True
    )
    legal_deadline_business_days: int = number(
        "business days", LEAST, "latest time the law gives to stop"
    )
    system_deadline_s: int = number(
        "seconds", LEAST, "latest time the code gives; queued messages are recalled"
    )
    confirmations_max: int = number("messages", LEAST, "confirmations after an opt-out")
    confirmation_within_s: int = number(
        "seconds",
        LEAST,
        "the confirmation goes inside this time, the limit included, or not at all",
    )
    scope: Literal["channel", "all_channels"] = choice(
        "what one opt-out stops", "channel", "all_channels", name="all_channels wins"
    )
    rejoin: Literal["explicit_start_by_customer"] = constant(
        "how messages may start again", "explicit_start_by_customer"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """What a dispute stops, and what is owed to the person who disputes."""

    hold: Stop = choice("what stops on a dispute", "all_reminders", "all_collection")
    hold_until: Literal["answered_by_person", "verification_sent", "investigated_and_explained"] = (
        choice(
            "when the hold ends",
            "answered_by_person",
            "verification_sent",
            "investigated_and_explained",
        )
    )
    ack_hours: int = number("hours", LEAST, "acknowledgement to the customer")
    creditor_told_business_days: int = number(
        "business days", LEAST, "the creditor gets the dispute"
    )
    answer_days: int = number("calendar days", LEAST, "answer with evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The notice that tells the customer of the debt and of the right to dispute it."""

    needed: bool = flag(
        "validation notice before or with the first collection message", strict=True
    )
    within_days: int | None = number(
        "days after first communication", LEAST, "latest sending of that notice", is_nullable=True
    )
    period_days: int | None = number(
        "days from assumed receipt",
        MOST,
        "time in which nothing may overshadow the right to dispute",
        is_nullable=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerable:
    """What happens when a person may be vulnerable."""

    hold: Stop = choice(
        "what stops when the person may be vulnerable", "all_reminders", "all_collection"
    )
    handoff_min: int = number(
        "minutes, day and night for life at risk", LEAST, "a person takes over"
    )
    min_pause_days: int = number(
        "days",
        MOST,
        "no reminder, even after the person has taken over, unless that person ends the hold",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Respite:
    """Statutory breathing space."""

    moratorium_days: int | None = number(
        "days", MOST, "breathing space on notice", is_nullable=True
    )
    after_crisis_days: int | None = number(
        "days after crisis treatment ends", MOST, "mental-health moratorium", is_nullable=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardship:
    """Requests for help with payment."""

    respond_days: int = number("calendar days", LEAST, "answer to a hardship request")
    stop_reminders_until_answer: bool = flag("no reminder while the request is open", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Represented:
    """Customers for whom someone else acts."""

    stop_direct_contact: bool = flag("the customer says a lawyer or adviser acts", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bankruptcy:
    """Bankruptcy and debt-relief cases."""

    stop_all: bool = flag("the customer says a bankruptcy or debt-relief case is open", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deceased:
    """Customers who have died."""

    stop_all: bool = flag("someone says the customer has died", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is owed to a person who complains."""

    ack_business_days: int = number("business days", LEAST, "written acknowledgement")
    answer_days: int = number("calendar days", LEAST, "final answer, simple case")
    extended_answer_days: int = number(
        "calendar days", LEAST, "longest, complex case, with a notice of delay"
    )
    pause_reminders: bool = flag("reminders stop while a complaint is open", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Limits of repayment plans."""

    max_months: int = number("months", LEAST, "longest plan")
    max_instalment_share_of_surplus: float = share(
        "share of stated monthly surplus", LEAST, "an instalment over this goes to a person"
    )
    stop_reminders_while_kept: bool = flag(
        "collection stops while the plan is kept; only instalment notices go", strict=True
    )
    auto_limits: Literal["creditor_limits"] = choice(
        "the bot agrees by itself only inside these limits; else a person",
        "creditor_limits",
        name="strictest",
    )
    agreement_record: Literal["until_settled"] = constant(
        "how long the proof of an agreement is kept", "until_settled"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What may be said about consequences."""

    credit_bureau_statement: Literal["if_true_flag", "never"] = choice(
        "neutral sentence that late payment is reported", "if_true_flag", "never", name="never wins"
    )
    legal_action_statement: Literal["human_only", "never"] = choice(
        "any sentence on legal action; human_only: written by a person, agreed by a second",
        "human_only",
        "never",
        name="never wins",
    )
    time_barred_debt: Literal["human_only", "no_suit_or_threat", "no_contact"] = choice(
        "debt past the limitation period", "human_only", "no_suit_or_threat", "no_contact"
    )
    rate_cap: str = words("the engine refuses a balance whose rate is above this; a person decides")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Which disclosure sentences a message carries; after a merge those of both profiles."""

    first: tuple[str, ...] = disclosures("sentence of the first message")
    later: tuple[str, ...] = disclosures("sentence of later messages")
    is_automated: bool = flag(
        "the first message and any question 'are you a robot' get a true answer", strict=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Form of a message."""

    sms_segments_max: int = number("segments (70/67 UCS-2, 160/153 GSM-7)", LEAST, "longest SMS")
    reading_level_en: int = number("Flesch-Kincaid grade", LEAST, "English messages")
    explain_link: bool = flag("link to a plain explanation of terms", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """How long evidence is kept."""

    messages_years: int = number(
        "years after last action", MOST, "all messages, decisions and the policy version used"
    )
    recordings_years: float = length("years after the call", MOST, "voice recordings, if any")
    opt_out_kept: Literal["never_deleted_while_contact_is_possible"] = constant(
        "suppression list entry, a hashed address", "never_deleted_while_contact_is_possible"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """When sending slows or stops by itself."""

    opt_out_rate_alarm: float = share(
        "share of reminders, 7 days", LEAST, "sending slows and a person looks"
    )
    complaint_rate_alarm: float = share(
        "share of reminders, 7 days", LEAST, "sending stops for the campaign"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules for one recipient: one profile, or several merged, perhaps narrowed by an overlay.

    `names` are the profiles in the order given; `version` is a hash of every value, equal for
    equal rules, which audit rows keep.
    """

    names: tuple[str, ...]
    version: str
    window: Window
    cadence: Cadence
    voice: Voice
    payby: PayBy
    privacy: Privacy
    consent: Consent
    optout: OptOut
    dispute: Dispute
    validation: Validation
    vulnerable: Vulnerable
    respite: Respite
    hardship: Hardship
    represented: Represented
    bankruptcy: Bankruptcy
    deceased: Deceased
    complaint: Complaint
    plan: Plan
    claims: Claims
    disclosure: Disclosure
    text: Text
    records: Records
    monitor: Monitor

    def __hash__(self) -> int:
        """That of the version: texts are judged by policy, and walking two hundred values costs."""
        return hash(self.version)
