"""Passwords, tokens and tries."""

from __future__ import annotations

from datetime import timedelta

from bot.console import auth, samples
from bot.console.data import Login
from tests.bot.console.memory import LIN

NOW = samples.NOW


async def test_a_password_is_kept_as_an_argon2_hash_only() -> None:
    kept = auth.hash_password("secret words")
    assert kept.startswith("$argon2id$")
    login = Login(agent=LIN, password_hash=kept)
    assert await auth.is_password(login, "secret words")
    assert not await auth.is_password(login, "secret word")


async def test_nobody_inactive_and_nobody_unknown_gets_in() -> None:
    login = Login(agent=LIN, password_hash=auth.hash_password("x"), is_active=False)
    assert not await auth.is_password(login, "x")
    assert not await auth.is_password(None, "x")


async def test_a_broken_hash_lets_nobody_in() -> None:
    assert not await auth.is_password(Login(agent=LIN, password_hash="plain"), "plain")


def test_a_token_of_a_form_belongs_to_one_cookie() -> None:
    one, other = auth.new_token(), auth.new_token()
    assert auth.is_csrf(one, auth.csrf_of(one))
    assert not auth.is_csrf(one, auth.csrf_of(other))
    assert not auth.is_csrf("", auth.csrf_of(""))


def test_what_is_kept_of_a_token_does_not_open_anything() -> None:
    token = auth.new_token()
    assert token not in auth.token_hash(token)
    assert not auth.is_csrf(auth.token_hash(token), auth.csrf_of(token))


def test_tries_are_counted_by_name_and_address() -> None:
    tries = auth.LoginTries()
    for _ in range(5):
        tries.failed("lin", "192.0.2.1", NOW)
    assert tries.wait("LIN ", "192.0.2.1", NOW) == timedelta(minutes=15)
    assert tries.wait("lin", "192.0.2.2", NOW) is None
    assert tries.wait("xu", "192.0.2.1", NOW) is None
    assert tries.wait("lin", "192.0.2.1", NOW + timedelta(minutes=15)) is None


def test_many_names_from_one_address_are_stopped_too() -> None:
    tries = auth.LoginTries()
    for number in range(30):
        tries.failed(f"name{number}", "192.0.2.1", NOW)
    assert tries.wait("another", "192.0.2.1", NOW)


def test_a_success_forgets_the_failures() -> None:
    tries = auth.LoginTries()
    for _ in range(5):
        tries.failed("lin", "192.0.2.1", NOW)
    tries.succeeded("lin", "192.0.2.1")
    assert tries.wait("lin", "192.0.2.1", NOW) is None
