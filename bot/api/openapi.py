"""The OpenAPI 3.1 document, made of the endpoints and types that run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec

from bot.api.endpoints import Endpoint, Nothing
from bot.api.problems import MEDIA_TYPE, Problem
from flows.version import VERSION

_REF = "#/components/schemas/{name}"
_ABOUT = """\
Accounts and payments in, promises, plans, disputes and cases out. What changes something takes an
`Idempotency-Key`; what is repeated with the same key gets the same answer, and is done once.
Amounts are decimal text. Nothing sent through this API leaves past the gate.
"""
# What every endpoint may answer beside its own.
ALWAYS = (400, 401, 403, 429, 500, 503)
CHANGING = (413, 415, 422)
_READING = (422,)
_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Of your making, kept for 7 days; another request with it is refused with 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_PATH_WORDS = {
    "account_id": "The creditor's own number of the account.",
    "conversation_id": "As the account or the list of conversations tells it.",
}


def problems_of(endpoint: Endpoint) -> tuple[int, ...]:
    """Every status of refusal an endpoint may answer."""
    own = CHANGING if endpoint.is_change else _READING
    return tuple(sorted({*ALWAYS, *own, *endpoint.problems}))


def document(endpoints: Sequence[Endpoint], prefix: str) -> Mapping[str, Any]:
    """The document of these endpoints under a prefix of the server."""
    paths: dict[str, dict[str, Any]] = {}
    schemas = _schemas(endpoints)
    for endpoint in endpoints:
        paths.setdefault(prefix + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Duetalk",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(e.tag for e in endpoints)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _types(endpoints: Iterable[Endpoint]) -> list[type]:
    found: list[type] = [Problem]
    for endpoint in endpoints:
        found += endpoint.answers.values()
        if endpoint.body is not Nothing:
            found.append(endpoint.body)
    return list(dict.fromkeys(found))


def _schemas(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    _, components = msgspec.json.schema_components(_types(endpoints), ref_template=_REF)
    return dict(sorted(components.items()))


@cache
def _name(kind: type) -> str:
    return kind.__name__


def _operation(endpoint: Endpoint) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": f"{endpoint.about}\n\nScope: `{endpoint.scope.value}`.".strip(),
        "tags": [endpoint.tag],
        "security": [{"bearer": [endpoint.scope.value]}],
        "parameters": [*_path(endpoint), *_query(endpoint)],
        "responses": _responses(endpoint),
    }
    if endpoint.body is not Nothing:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(endpoint.body)}},
        }
    if endpoint.is_change:
        found["parameters"].append(_KEY_PARAMETER)
    return found


def _path(endpoint: Endpoint) -> list[Mapping[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": words,
            "schema": {"type": "string", "minLength": 1},
        }
        for name, words in _PATH_WORDS.items()
        if f"{{{name}}}" in endpoint.path
    ]


def _query(endpoint: Endpoint) -> list[Mapping[str, Any]]:
    if endpoint.query is Nothing:
        return []
    (_, components) = msgspec.json.schema_components([endpoint.query], ref_template=_REF)
    properties = components[_name(endpoint.query)]["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in properties.items()
    ]


def _responses(endpoint: Endpoint) -> Mapping[str, Any]:
    good = {
        str(int(status)): {
            "description": HTTPStatus(status).phrase,
            "content": {"application/json": {"schema": _ref(kind)}},
        }
        for status, kind in endpoint.answers.items()
    }
    bad = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": _ref(Problem)}},
        }
        for status in problems_of(endpoint)
    }
    return good | bad


def _ref(kind: type) -> Mapping[str, str]:
    return {"$ref": _REF.format(name=_name(kind))}
