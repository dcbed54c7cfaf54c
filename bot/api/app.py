"""The API as one aiohttp application: who asks, what for, one transaction, an answer or a problem."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.api import accounts, contact, openapi, payments, records, talks
from bot.api.access import Throttle, require, token_of
from bot.api.endpoints import Answer, Call, Endpoint, Nothing, Running
from bot.api.problems import MEDIA_TYPE, ApiError, Fault, from_reader, invalid
from bot.clock import Clock
from bot.log import Logger
from bot.reminding import Planner
from bot.settings import Settings
from bot.topics import LIVE, SENDS, TURNS
from storage import audit, tokens
from storage.database import Database
from storage.errors import StorageError
from storage.tokens import ApiToken

T = TypeVar("T")
PREFIX = "/api"
ENDPOINTS: tuple[Endpoint, ...] = (
    *accounts.ENDPOINTS,
    *contact.ENDPOINTS,
    *payments.ENDPOINTS,
    *records.ENDPOINTS,
    *talks.ENDPOINTS,
)
LIMIT_BYTES = 2 * 1024 * 1024
_READ_SECONDS = 10.0
_LONGEST_KEY = 200
_RETRY_SECONDS = 5
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What every request needs; `media` names the channels of each medium."""

    database: Database
    clock: Clock
    log: Logger
    settings: Settings
    planner: Planner
    media: Mapping[str, tuple[str, ...]]
    throttle: Throttle


API = web.AppKey("api", Api)


def make_api(service: Running, planner: Planner, media: Mapping[str, str]) -> web.Application:
    """The application to be mounted under `PREFIX`; `media` is the medium of each channel."""
    by_medium: dict[str, list[str]] = defaultdict(list)
    for channel, medium in media.items():
        by_medium[medium].append(channel)
    app = web.Application(middlewares=[_without_faults])
    app[API] = Api(
        database=service.database,
        clock=service.clock,
        log=service.log,
        settings=service.settings,
        planner=planner,
        media={medium: tuple(names) for medium, names in by_medium.items()},
        throttle=Throttle(per_minute=service.settings.api_per_minute),
    )
    app.router.add_get("/openapi.json", _document)
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, partial(_serve, endpoint))
    return app


_DOCUMENT = msgspec.json.encode(openapi.document(ENDPOINTS, PREFIX))


async def _document(request: web.Request) -> web.Response:
    """The OpenAPI document; it holds nothing secret."""
    return web.Response(body=_DOCUMENT, content_type="application/json")


# --- One request ----------------------------------------------------------------------------------


async def _serve(endpoint: Endpoint, request: web.Request) -> web.Response:
    api = request.config_dict[API]
    token = await token_of(request.headers, api.database, api.clock.now())
    api.throttle.spend(token, asyncio.get_running_loop().time())
    require(token, endpoint.scope)
    body = await _body(request) if endpoint.is_change else b""
    call = _call(api, endpoint, request, token, body)
    if not endpoint.is_change:
        run = api.database.write if endpoint.is_noted else api.database.read
        answer = await run(lambda conn: _noted(conn, endpoint.carry(conn, call)))
        return _answered(answer.status, msgspec.json.encode(answer.body))
    key = _key(request)
    status, text, is_repeat = await api.database.write(
        lambda conn: _changed(conn, endpoint, call, key), wake=(TURNS, SENDS, LIVE)
    )
    api.log.info("api.changed", kind=endpoint.name, status=status, path=endpoint.path)
    return _answered(status, text, is_repeat=is_repeat)


def _call(api: Api, endpoint: Endpoint, request: web.Request, token: ApiToken, body: bytes) -> Call:
    asked = f"{request.method} {request.raw_path}\n".encode() + body
    return Call(
        token=token,
        now=api.clock.now(),
        planner=api.planner,
        settings=api.settings,
        media=api.media,
        path=_clean(request.match_info),
        query=_query(endpoint, request),
        body=_read(body, endpoint.body) if endpoint.body is not Nothing else Nothing(),
        body_hash=hashlib.sha256(asked).hexdigest(),
    )


def _changed(conn: Connection, endpoint: Endpoint, call: Call, key: str) -> tuple[int, bytes, bool]:
    """Carry it out, or find what the first request with this key was answered."""
    if key:
        earlier = tokens.reserve(conn, call.token.id, key, call.body_hash, at=call.now)
        if earlier is not None and earlier.fingerprint != call.body_hash:
            raise _OTHER_REQUEST
        if earlier is not None:
            return earlier.status, earlier.answer_json.encode(), True
        tokens.forget_answers(conn, now=call.now)
    answer = endpoint.carry(conn, call)
    text = msgspec.json.encode(answer.body)
    status = int(answer.status)
    if key:
        tokens.keep_answer(conn, call.token.id, key, status=status, answer_json=text.decode())
    _noted(conn, answer)
    return status, text, False


def _noted(conn: Connection, answer: Answer) -> Answer:
    """The answer, once the audit has what it asks for; last in the transaction."""
    audit.append_many(conn, audit.ACTS, answer.acts)
    return answer


_OTHER_REQUEST = ApiError(
    name="key-reused",
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    detail="this Idempotency-Key came with another request before",
    expected="the same method, path and body, or a new key",
    next="make a new key for each thing you want done",
)


def _answered(status: int, text: bytes, *, is_repeat: bool = False) -> web.Response:
    headers = _HEADERS | ({"Idempotency-Replayed": "true"} if is_repeat else {})
    return web.Response(status=status, body=text, content_type="application/json", headers=headers)


# --- What came ------------------------------------------------------------------------------------


async def _body(request: web.Request) -> bytes:
    """The body; raises ApiError when it is no JSON by its header, or too large."""
    if request.content_type != "application/json":
        raise ApiError(
            name="media-type",
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            detail="the body must be JSON",
            expected="Content-Type: application/json",
            got=request.content_type,
            next="send the header and a JSON body",
        )
    parts = bytearray()
    async with asyncio.timeout(_READ_SECONDS):
        while part := await request.content.read(LIMIT_BYTES + 1 - len(parts)):
            parts += part
            if len(parts) > LIMIT_BYTES:
                raise ApiError(
                    name="too-large",
                    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    detail="the body is over the limit",
                    expected=f"at most {LIMIT_BYTES} bytes",
                    next="send fewer accounts at once",
                )
    return bytes(parts)


def _read(body: bytes, kind: type[T]) -> T:
    _refuse_nul(body)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise from_reader(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(str(error)) from None


def _refuse_nul(text: bytes) -> None:
    # No database keeps it as text, and no name holds it.
    if b"\x00" in text or b"\\u0000" in text:
        raise _unreadable("it holds the character U+0000")


def _unreadable(why: str) -> ApiError:
    return ApiError(
        name="unreadable",
        status=HTTPStatus.BAD_REQUEST,
        detail=f"the request cannot be read: {why}",
        expected="JSON in UTF-8",
        next="mend the text and send it again",
    )


def _clean(values: Mapping[str, str]) -> dict[str, str]:
    for value in values.values():
        _refuse_nul(value.encode("utf-8", "surrogatepass"))
        if not value.isprintable():
            raise _unreadable("a name in the path holds a character that cannot be printed")
    return dict(values)


def _query(endpoint: Endpoint, request: web.Request) -> Any:
    _clean(request.query)
    try:
        return msgspec.convert(dict(request.query), endpoint.query, strict=False)
    except msgspec.ValidationError as error:
        raise from_reader(error) from None


def _key(request: web.Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > _LONGEST_KEY or not key.isprintable():
        reason = f"expected at most {_LONGEST_KEY} printable characters"
        raise invalid((Fault(pointer="/headers/Idempotency-Key", reason=reason),))
    return key


# --- What went wrong ------------------------------------------------------------------------------


@web.middleware
async def _without_faults(request: web.Request, handler: Any) -> web.StreamResponse:
    """Whatever a request raises, its sender is told as RFC 9457 asks, and the log what it was."""
    try:
        answer: web.StreamResponse = await handler(request)
        return answer
    except ApiError as error:
        return _refused(error)
    except web.HTTPException as error:
        return _refused(_of_router(error, request))
    except TimeoutError:
        return _refused(_TOO_SLOW)
    except StorageError as error:
        request.config_dict[API].log.error("api.unable", error=type(error).__name__)
        return _refused(_UNABLE)
    except Exception as error:
        # aiohttp would log it whole, and a driver's message quotes what came.
        request.config_dict[API].log.error("api.fault", error=type(error).__name__)
        return _refused(_BROKEN)


_TOO_SLOW = ApiError(
    name="timeout",
    status=HTTPStatus.REQUEST_TIMEOUT,
    detail="the body did not come in time",
    next="send it again; with an Idempotency-Key nothing is done twice",
)
_UNABLE = ApiError(
    name="unavailable",
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    detail="the database cannot do it now; nothing was changed",
    next=f"send the same again in {_RETRY_SECONDS} seconds, with the same Idempotency-Key",
    headers={"Retry-After": str(_RETRY_SECONDS)},
)
_BROKEN = ApiError(
    name="fault",
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    detail="a fault of ours; nothing was changed",
    next="tell the operator the time of this answer: the log has the rest",
)


def _of_router(error: web.HTTPException, request: web.Request) -> ApiError:
    allowed = error.headers.get("Allow", "")
    return ApiError(
        name="no-such-endpoint" if error.status == HTTPStatus.NOT_FOUND else "refused",
        status=error.status,
        detail=f"{request.method} {request.path} is not offered",
        expected=allowed,
        got=request.method,
        next=f"GET {PREFIX}/openapi.json lists what is",
        headers={"Allow": allowed} if allowed else {},
    )


def _refused(error: ApiError) -> web.Response:
    return web.Response(
        status=error.status,
        body=msgspec.json.encode(error.problem),
        content_type=MEDIA_TYPE,
        headers=_HEADERS | dict(error.headers),
    )
