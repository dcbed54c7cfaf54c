"""Who may do what: 401 and 403 as RFC 6750 says, problems as RFC 9457 says, a limit a token."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.api.access import Scope, Throttle
from bot.api.problems import ApiError
from storage import tokens
from storage.database import Database
from storage.tokens import ApiToken
from tests.bot.api.conftest import NOW, Caller, an_account, calling


async def test_without_a_token_the_challenge_names_no_error(caller: Caller) -> None:
    caller.token = ""
    answer = await caller.get("/v1/accounts")
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="duetalk"'
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("spelling", ["nonsense", "dt_0123456789ab_" + "x" * 43, "dt__", "Ünïcode"])
async def test_a_token_nobody_made_is_invalid(caller: Caller, spelling: str) -> None:
    caller.token = spelling
    answer = await caller.get("/v1/accounts")
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert {"expected", "next", "detail"} <= set(answer.body)


async def test_the_right_id_with_another_secret_is_invalid(caller: Caller) -> None:
    caller.token = caller.token[:-4] + "AAAA"
    assert (await caller.get("/v1/accounts")).status == 401


async def test_a_token_that_is_over_or_revoked_is_invalid(caller: Caller) -> None:
    await caller.use_token(Scope.READ, name="old", expires_at=NOW - timedelta(seconds=1))
    assert (await caller.get("/v1/accounts")).status == 401
    await caller.use_token(Scope.READ, name="lost")
    assert (await caller.get("/v1/accounts")).status == 200
    await caller.write(lambda c: tokens.revoke(c, "lost", at=NOW))
    assert (await caller.get("/v1/accounts")).status == 401


async def test_a_scope_that_is_missing_is_named(caller: Caller) -> None:
    await caller.use_token(Scope.READ, name="reader")
    answer = await caller.post("/v1/accounts", an_account())
    assert answer.status == 403
    told = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in told
    assert 'scope="accounts:write"' in told
    assert answer.body["expected"] == "accounts:write"


async def test_every_endpoint_refuses_a_token_without_scopes(caller: Caller) -> None:
    from bot.api.app import ENDPOINTS

    await caller.use_token(name="nothing")
    for endpoint in ENDPOINTS:
        path = endpoint.path.format(account_id="x", conversation_id="y")
        options = {"json": {}} if endpoint.is_change else {}
        assert (await caller.ask(endpoint.method, path, **options)).status == 403, endpoint.name


async def test_the_document_is_open_and_a_wrong_path_is_a_problem(caller: Caller) -> None:
    caller.token = ""
    assert (await caller.get("/openapi.json")).body["openapi"] == "3.1.0"
    missing = await caller.get("/v1/nothing")
    assert (missing.status, missing.headers["Content-Type"]) == (404, "application/problem+json")
    wrong = await caller.ask("DELETE", "/v1/payments")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "POST")


async def test_nothing_personal_and_no_token_is_logged(caller: Caller) -> None:
    await caller.post("/v1/accounts", an_account(name="Marked Name"))
    await caller.post("/v1/accounts", an_account(amount="x"))
    log = caller.service.log.text
    assert "takeAccount" in log or "/v1/accounts" in log
    assert "Marked" not in log
    assert caller.token not in log


async def test_the_use_of_a_token_is_noted(caller: Caller) -> None:
    await caller.get("/v1/accounts")
    (token,) = await caller.db.read(tokens.all_of)
    assert token.used_at == NOW


TOKEN = ApiToken(id="a", name="crm", scopes="", created_by="ann", created_at=NOW)


def test_a_throttle_fills_again_with_time() -> None:
    throttle = Throttle(per_minute=60)
    for _ in range(10):
        throttle.spend(TOKEN, 0.0)
    with pytest.raises(ApiError) as refused:
        throttle.spend(TOKEN, 0.0)
    assert refused.value.status == 429
    assert int(refused.value.headers["Retry-After"]) >= 1
    throttle.spend(TOKEN, 1.0)
    other = ApiToken(id="b", name="crm", scopes="", created_by="ann", created_at=NOW)
    throttle.spend(other, 1.0)


async def test_who_asks_too_often_is_told_when_to_come_back(bot_db: Database) -> None:
    async for caller in calling(bot_db, api_per_minute=6):
        await caller.use_token(Scope.READ)
        assert (await caller.get("/v1/accounts")).status == 200
        refused = await caller.get("/v1/accounts")
        assert refused.status == 429
        assert int(refused.headers["Retry-After"]) in range(5, 12)
