"""What a customer's reply can mean: the 32 intents of the taxonomy, one line of meaning each."""

from __future__ import annotations

from enum import StrEnum


class Intent(StrEnum):
    """The one primary meaning of a reply. Amounts, dates and reasons are entities, not intents."""

    ALREADY_PAID = "already_paid"  # says the bill is paid
    PROMISE_TO_PAY = "promise_to_pay"  # names or implies a day for the full amount
    PAY_NOW = "pay_now"  # wants to pay now, asks how or where
    PAYMENT_FAILED = "payment_failed"  # tried to pay and could not
    PARTIAL_PAYMENT = "partial_payment"  # offers part of the amount now
    REQUEST_INSTALMENTS = "request_instalments"  # wants instalments or changes a running plan
    REQUEST_EXTENSION = "request_extension"  # wants more time with no plan
    REQUEST_DISCOUNT = "request_discount"  # wants a reduction or a settlement
    HARDSHIP = "hardship"  # cannot pay: job, illness, no money
    VULNERABLE = "vulnerable"  # risk to life or health, crisis, abuse
    REFUSE = "refuse"  # refuses to pay without disputing
    DISPUTE_AMOUNT = "dispute_amount"  # amount, fee, interest or date is wrong
    DISPUTE_DEBT = "dispute_debt"  # the debt is not theirs
    WRONG_PERSON = "wrong_person"  # wrong number, or a third party answers
    DECEASED = "deceased"  # the customer has died
    BALANCE_QUERY = "balance_query"  # asks what is owed, for what, when due
    CREDIT_QUERY = "credit_query"  # asks about credit record or consequences
    IDENTITY_QUERY = "identity_query"  # who are you, is this a scam
    REQUEST_HUMAN = "request_human"  # wants a person
    REQUEST_CALLBACK = "request_callback"  # wants a call or another channel
    OPT_OUT = "opt_out"  # stop messaging me
    COMPLAINT = "complaint"  # complains or threatens with a regulator
    LEGAL = "legal"  # lawyer, bankruptcy, court, representative
    PRIVACY = "privacy"  # where did you get my number, delete my data
    RECEIPT = "receipt"  # wants proof of settlement, invoice, receipt
    BUSY = "busy"  # not now, later
    AFFIRM = "affirm"  # yes
    DENY = "deny"  # no
    GREETING = "greeting"  # hello
    THANKS = "thanks"  # thanks, acknowledged, bye
    ABUSE = "abuse"  # insult with no other content
    UNCLEAR = "unclear"  # none of the above, off topic, unreadable
