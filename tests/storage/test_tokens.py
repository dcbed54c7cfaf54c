"""Tokens are kept as digests, and a repeated request finds what it was answered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from storage import tokens
from storage.database import Database
from storage.tables import table
from storage.tokens import ApiToken
from tests.storage.values import NOW

TOKEN = ApiToken(id="ab12", name="crm", scopes="read", created_by="ann", created_at=NOW)


async def test_a_token_is_kept_only_as_its_digest(db: Database) -> None:
    await db.write(lambda c: tokens.add(c, TOKEN, "s3cret"))
    assert await db.read(lambda c: tokens.find(c, "ab12", "s3cret")) == TOKEN
    assert await db.read(lambda c: tokens.find(c, "ab12", "secret")) is None
    assert await db.read(lambda c: tokens.find(c, "ab13", "s3cret")) is None
    rows = await db.read(lambda c: repr(c.execute(select(table("api_tokens"))).all()))
    assert "s3cret" not in rows


async def test_a_token_ends_when_it_is_taken_back_or_its_days_are_over(db: Database) -> None:
    await db.write(lambda c: tokens.add(c, TOKEN, "s3cret"))
    assert await db.write(lambda c: tokens.revoke(c, "crm", at=NOW)) == 1
    assert await db.write(lambda c: tokens.revoke(c, "crm", at=NOW)) == 0
    (kept,) = await db.read(tokens.all_of)
    assert kept.revoked_at == NOW
    assert not kept.is_good(NOW)
    short = ApiToken(id="x", name="n", scopes="", created_by="ann", created_at=NOW, expires_at=NOW)
    assert short.is_good(NOW - timedelta(seconds=1))
    assert not short.is_good(NOW)


async def test_a_use_is_noted_to_the_minute(db: Database) -> None:
    await db.write(lambda c: tokens.add(c, TOKEN, "s3cret"))
    for seconds in (0, 30, 61):
        at = NOW + timedelta(seconds=seconds)
        await db.write(lambda c, at=at: tokens.touch(c, "ab12", now=at))
    (kept,) = await db.read(tokens.all_of)
    assert kept.used_at == NOW + timedelta(seconds=61)


async def test_a_repeated_key_finds_the_first_answer(db: Database) -> None:
    assert await db.write(lambda c: tokens.reserve(c, "ab12", "k", "f1", at=NOW)) is None
    await db.write(lambda c: tokens.keep_answer(c, "ab12", "k", status=201, answer_json='{"ok":1}'))
    found = await db.write(lambda c: tokens.reserve(c, "ab12", "k", "f2", at=NOW))
    assert found == tokens.Repeat(fingerprint="f1", status=201, answer_json='{"ok":1}')
    assert await db.write(lambda c: tokens.reserve(c, "other", "k", "f1", at=NOW)) is None
    late = NOW + tokens.KEPT_FOR + timedelta(seconds=1)
    assert await db.write(lambda c: tokens.forget_answers(c, now=late)) == 2
