"""The document is valid OpenAPI and tells of exactly what runs; each answer is held against it."""

from __future__ import annotations

from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from bot.api.access import Scope
from bot.api.app import ENDPOINTS, PREFIX
from bot.api.paging import to_cursor
from tests.bot.api.conftest import DOCUMENT, Caller
from tests.bot.api.test_payments import with_talk


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


async def test_the_document_and_the_router_hold_the_same(caller: Caller) -> None:
    told = {
        (method.upper(), path)
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
    }
    routes: Any = caller.app[PREFIX]
    runs = {
        (route.method, route.resource.canonical)
        for route in routes.router.routes()
        if route.method != "HEAD" and route.resource.canonical != f"{PREFIX}/openapi.json"
    }
    assert told == runs


def test_every_endpoint_has_words_a_scope_and_a_name_of_its_own() -> None:
    names = [endpoint.name for endpoint in ENDPOINTS]
    assert len(set(names)) == len(names)
    assert all(endpoint.summary and endpoint.tag for endpoint in ENDPOINTS)
    assert {endpoint.scope for endpoint in ENDPOINTS} == set(Scope)


async def test_every_list_is_answered_as_the_document_says(caller: Caller) -> None:
    talk = await with_talk(caller)
    for endpoint in ENDPOINTS:
        if endpoint.method == "GET":
            path = endpoint.path.format(account_id="B-1001", conversation_id=talk)
            assert (await caller.get(path)).status == 200, endpoint.name
            wrong = await caller.get(path, nothing="1")
            assert wrong.status == 422, f"{endpoint.name} passes over what it does not know"


async def test_a_cursor_of_another_list_is_refused(caller: Caller) -> None:
    for cursor in (to_cursor("x"), to_cursor(2**70, "a", "b"), "%%%", "AAAA"):
        assert (await caller.get("/v1/promises", cursor=cursor)).status == 422
