"""What the ledger says of a conversation's bills now; agreements stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.model import Case, Conversation
from flows.records import AccountId
from storage.accounts import AccountRecord


def refreshed(state: Conversation, records: Mapping[AccountId, AccountRecord]) -> Conversation:
    """The conversation with what the ledger says of its bills now."""
    cases = tuple(_refreshed(case, records.get(case.id)) for case in state.cases)
    return state if cases == state.cases else replace(state, cases=cases)


def _refreshed(case: Case, record: AccountRecord | None) -> Case:
    if record is None:
        return case
    account = replace(
        case.account,
        outstanding=record.outstanding,
        due_on=record.due_on,
        fees=record.fees,
        pay_link=record.pay_link or case.account.pay_link,
        exists=record.status == "open",
    )
    return case if account == case.account else replace(case, account=account)
