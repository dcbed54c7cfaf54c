"""Errors as RFC 9457 tells them: what was expected, what came, what to do next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

from bot.errors import DuetalkError

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:duetalk:problem:"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong in what came; `pointer` is a JSON Pointer (RFC 6901) to it."""

    pointer: str
    reason: str
    value: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem detail; `type` ends with its name, which never changes."""

    type: str
    title: str
    status: int
    detail: str
    expected: str = ""
    got: str = ""
    next: str = ""
    errors: tuple[Fault, ...] = ()


@dataclass(slots=True, kw_only=True)
class ApiError(DuetalkError):
    """A request that is not carried out; nothing of it is kept."""

    name: str
    status: int
    detail: str
    expected: str = ""
    got: str = ""
    next: str = ""
    errors: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        """What its sender is told."""
        return Problem(
            type=_TYPE + self.name,
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            expected=self.expected,
            got=self.got,
            next=self.next,
            errors=tuple(self.errors),
        )


def not_found(what: str, wanted: str, *, hint: str) -> ApiError:
    """Nothing of this name is here."""
    return ApiError(
        name="not-found",
        status=HTTPStatus.NOT_FOUND,
        detail=f"there is no {what} {wanted!r}",
        expected=f"the id of a {what} that exists",
        got=wanted,
        next=hint,
    )


def invalid(errors: Sequence[Fault], *, hint: str = "") -> ApiError:
    """What came can be read, but not used."""
    return ApiError(
        name="invalid",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail="; ".join(f"{fault.pointer or '/'}: {fault.reason}" for fault in errors),
        next=hint or "mend what `errors` names and send the request again",
        errors=errors,
    )


# How the reader of JSON ends its message: "Expected `str`, got `int` - at `$.a[0].b`".
_AT = re.compile(r" - at `(?:key in )?(\$[^`]*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def from_reader(error: msgspec.ValidationError) -> ApiError:
    """The problem behind a value of the wrong shape."""
    text = str(error)
    found = _AT.search(text)
    reason = _AT.sub("", text)
    return invalid((Fault(pointer=pointer_of(found[1] if found else "$"), reason=_lower(reason)),))


def pointer_of(path: str) -> str:
    """The JSON Pointer of a path such as `$.accounts[3].amount`."""
    steps = [name or number for name, number in _STEP.findall(path)]
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
