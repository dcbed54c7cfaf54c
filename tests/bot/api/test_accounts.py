"""Accounts in: the checks of a file's rows, once however often they come; accounts out."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from bot.api.access import Scope
from bot.api.app import LIMIT_BYTES
from bot.beginning import start_conversations
from bot.importing.rows import Defaults, parse_row
from bot.onboarding import conversations_for
from storage import accounts as stored
from storage import imports, verification
from storage.tables import table
from tests.bot.api.conftest import NOW, Caller, an_account


def _count(name: str) -> Any:
    return lambda conn: conn.scalar(select(func.count()).select_from(table(name)))


async def test_an_account_is_created_updated_or_the_same(either: Caller) -> None:
    first = await either.post("/v1/accounts", an_account())
    assert (first.status, first.body) == (201, {"account_id": "B-1001", "result": "created"})
    again = await either.post("/v1/accounts", an_account())
    assert (again.status, again.body["result"]) == (200, "same")
    other = await either.post("/v1/accounts", an_account(amount="1,200.5"))
    assert (other.status, other.body["result"]) == (200, "updated")
    shown = await either.get("/v1/accounts/B-1001")
    assert shown.body["outstanding"] == {"amount": "1200.50", "currency": "CNY"}
    assert shown.body["state"] == "not_contacted"
    assert shown.body["reminding"] == {"is_on": True, "reason": "", "until": None}
    assert await either.db.read(verification.everything_wrong) == ()


async def test_the_same_again_leaves_no_row_anywhere(caller: Caller) -> None:
    await caller.post("/v1/accounts", an_account())
    before = [await caller.db.read(_count(n)) for n in ("accounts", "account_imports", "audit_log")]
    await caller.post("/v1/accounts", an_account())
    after = [await caller.db.read(_count(n)) for n in ("accounts", "account_imports", "audit_log")]
    assert before == after == [1, 1, 1]


async def test_a_repeat_with_its_key_is_answered_as_before_and_does_nothing(
    either: Caller,
) -> None:
    first = await either.post("/v1/accounts", an_account(), key="k1")
    await either.post("/v1/accounts", an_account(amount="1.00"))
    again = await either.post("/v1/accounts", an_account(), key="k1")
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    shown = await either.get("/v1/accounts/B-1001")
    assert shown.body["outstanding"]["amount"] == "1.00"


async def test_a_key_for_another_request_is_refused(caller: Caller) -> None:
    await caller.post("/v1/accounts", an_account(), key="k1")
    answer = await caller.post("/v1/accounts", an_account(amount="1.00"), key="k1")
    assert answer.status == 422
    assert answer.body["type"] == "urn:duetalk:problem:key-reused"


async def test_a_refused_request_may_come_again_mended_with_its_key(caller: Caller) -> None:
    assert (await caller.post("/v1/accounts", an_account(amount="x"), key="k1")).status == 422
    assert (await caller.post("/v1/accounts", an_account(), key="k1")).status == 201


FAULTY: dict[str, Any] = {
    "amount": "-3",
    "currency": "XXX",
    "due_date": "03/01/2026",
    "phone": "1.38E+10",
    "name": "=HYPERLINK()",
    "language": "tlh",
    "timezone": "Mars/Base",
    "pay_link": "http://plain.example",
}


@pytest.mark.parametrize("field", FAULTY)
async def test_a_bad_field_is_told_with_the_reason_a_file_gets(caller: Caller, field: str) -> None:
    account = an_account(**{field: FAULTY[field]})
    answer = await caller.post("/v1/accounts", account)
    assert answer.status == 422
    columns = {name: number for number, name in enumerate(account)}
    defaults = Defaults(currency="CNY", country="CN", timezone="Asia/Shanghai")
    faults = parse_row(1, list(account.values()), columns, defaults, date(2026, 3, 2))
    assert isinstance(faults, tuple)
    assert answer.body["errors"] == [
        {"pointer": f"/{f.column}", "reason": f.reason, "value": f.value} for f in faults
    ]


async def test_good_rows_of_a_batch_are_stored_and_bad_ones_told(
    caller: Caller, accounts: Sequence[dict[str, Any]]
) -> None:
    rows = [accounts[0], accounts[1] | {"amount": "x"}, accounts[0], accounts[2]]
    answer = await caller.post("/v1/accounts/batch", {"accounts": rows})
    assert answer.status == 200
    assert [r["result"] for r in answer.body["results"]] == [
        *("created", "refused", "refused", "created")
    ]
    assert answer.body["results"][1]["errors"][0]["pointer"] == "/accounts/1/amount"
    assert "stands at /accounts/0/account_id" in answer.body["results"][2]["errors"][0]["reason"]
    assert await caller.db.read(_count("accounts")) == 2


async def test_a_batch_may_be_all_or_nothing(
    caller: Caller, accounts: Sequence[dict[str, Any]]
) -> None:
    rows = [accounts[0], accounts[1] | {"amount": "x"}]
    body = {"accounts": rows, "on_error": "refuse_all"}
    answer = await caller.post("/v1/accounts/batch", body)
    assert answer.status == 422
    assert answer.body["errors"][0]["pointer"] == "/accounts/1/amount"
    assert await caller.db.read(_count("accounts")) == 0
    assert await caller.db.read(_count("account_imports")) == 0


async def test_what_a_program_brought_is_an_import_with_its_name_and_campaign(
    caller: Caller,
) -> None:
    await caller.post("/v1/accounts", an_account())
    await caller.post("/v1/accounts", an_account(account_id="B-2", campaign="spring"))
    found = await caller.db.read(imports.recent)
    assert {each.created_by for each in found} == {"token:crm"}
    read = stored.snapshot
    records = await caller.db.read(lambda c: read(c, ["main:B-1001", "main:B-2"]))
    assert [records[key].batch for key in ("main:B-1001", "main:B-2")] == ["api-crm", "spring"]  # type: ignore[index]


async def test_names_and_numbers_need_their_scope(caller: Caller) -> None:
    await caller.post("/v1/accounts", an_account())
    assert (await caller.get("/v1/accounts/B-1001")).body["person"]["name"] == "王伟"
    await caller.use_token(Scope.READ, name="reader")
    shown = await caller.get("/v1/accounts/B-1001")
    assert "person" not in shown.body
    assert "王伟" not in json.dumps(shown.body, ensure_ascii=False)


async def test_a_list_goes_on_where_its_page_ended(
    caller: Caller, accounts: Sequence[dict[str, Any]]
) -> None:
    await caller.post("/v1/accounts/batch", {"accounts": list(accounts)})
    seen, cursor = [], ""
    while True:
        page = await caller.get("/v1/accounts", limit="2", cursor=cursor)
        seen += [item["account_id"] for item in page.body["items"]]
        cursor = page.body["next_cursor"]
        if cursor is None:
            break
    assert seen == ["B-0", "B-1", "B-2"]


async def test_an_account_with_a_talk_tells_its_state(caller: Caller) -> None:
    await caller.post("/v1/accounts", an_account())

    def begin(conn: Connection) -> None:
        records = stored.snapshot(conn, ["main:B-1001"]).values()
        planner = caller.planner
        states = conversations_for(records, planner.creditor, planner.channel_of)
        start_conversations(conn, states, NOW)

    await caller.write(begin)
    shown = await caller.get("/v1/accounts/B-1001")
    assert shown.body["state"] == "unresolved"
    assert shown.body["conversation_id"]


async def test_an_account_that_is_not_there_is_a_404_that_says_what_to_do(caller: Caller) -> None:
    answer = await caller.get("/v1/accounts/none")
    assert (answer.status, answer.body["got"]) == (404, "none")
    assert "POST" in answer.body["next"]


@pytest.mark.parametrize(
    ("body", "status", "wanted"),
    [
        (b"{", 400, "cannot be read"),
        (b"\xff\xfe", 400, "cannot be read"),
        (b"[]", 422, "expected"),
        (b'{"account_id": 7}', 422, "/account_id"),
        (b'{"account_id": "a", "amuont": "3"}', 422, "amuont"),
        (json.dumps(an_account(name="a\x00b")).encode(), 400, "U+0000"),
    ],
)
async def test_what_cannot_be_read_is_told(
    caller: Caller, body: bytes, status: int, wanted: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await caller.ask("POST", "/v1/accounts", data=body, headers=headers)
    assert answer.status == status
    assert wanted in answer.body["detail"]


async def test_another_media_type_and_a_large_body_are_refused(caller: Caller) -> None:
    assert (await caller.ask("POST", "/v1/accounts", data="x=1")).status == 415
    headers = {"Content-Type": "application/json"}
    large = io.BytesIO(b'"' + b"x" * LIMIT_BYTES + b'"')
    assert (await caller.ask("POST", "/v1/accounts", data=large, headers=headers)).status == 413


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_whatever_comes_is_answered_by_the_document(caller: Caller, data: Any) -> None:
    words = st.text(max_size=12)
    values = st.one_of(words, st.integers(), st.booleans(), st.none(), st.just("3600.00"))
    body = data.draw(
        st.one_of(
            st.dictionaries(st.sampled_from([*an_account(), "telegram", "fees", "x"]), values),
            st.recursive(values, lambda inner: st.lists(inner, max_size=3), max_leaves=5),
        )
    )
    headers = {"Content-Type": "application/json"}
    answer = await caller.ask("POST", "/v1/accounts", data=json.dumps(body), headers=headers)
    assert answer.status in (200, 201, 400, 422, 429)
    cursor = data.draw(words)
    listed = await caller.get("/v1/accounts", cursor=cursor)
    assert listed.status in (200, 400, 422, 429)
