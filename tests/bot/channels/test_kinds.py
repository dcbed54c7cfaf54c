"""Channels are made from settings, and every fault is told at once."""

from __future__ import annotations

import pytest

from bot.channels.kinds import KINDS, make_channels
from bot.channels.media import medium_of
from bot.errors import SettingsError
from bot.settings import ChannelSettings

GOOD = {
    "url": "http://127.0.0.1:13013/cgi-bin/sendsms",
    "username": "app",
    "password": "apppw",
    "secret": "kannel-secret-0001",
}


def test_a_channel_gets_its_options_and_may_leave_out_those_with_a_default() -> None:
    given = ChannelSettings(name="sms", kind="kannel", values=GOOD | {"per_second": "2.5"})
    channel = make_channels([given], "https://duetalk.example")["sms"]
    assert (channel.name, channel.medium, channel.per_second) == ("sms", "sms", 2.5)


def test_all_faults_of_all_channels_are_told_together_and_no_secret_among_them() -> None:
    given = [
        ChannelSettings(name="one", kind="kannel", values={"secret": "short", "colour": "red"}),
        ChannelSettings(name="two", kind="pigeon"),
        ChannelSettings(name="Three!", kind="phone"),
        ChannelSettings(name="four", kind="kannel", values=GOOD | {"per_second": "fast"}),
        ChannelSettings(name="five", kind="kannel", values=GOOD | {"secret": "x" * 16 + "%"}),
        ChannelSettings(name="six", kind="phone", values={"secret": "y" * 16, "medium": "fax"}),
    ]
    with pytest.raises(SettingsError) as raised:
        make_channels(given, "https://duetalk.example")
    told = str(raised.value)
    for part in (
        "channels.one.url: missing",
        "channels.one.password: missing; expected in the environment as DUETALK_ONE_PASSWORD",
        "channels.one.secret: expected at least 16 characters, got 5",
        "channels.one.colour: unknown",
        "channels.two.kind: expected one of",
        "got 'pigeon'",
        "channels.Three!: expected a name",
        "channels.four.per_second: expected float, got 'fast'",
        "channels.five.secret: expected only",
        "channels.six.medium: expected one of",
    ):
        assert part in told
    assert "short" not in told
    assert "x" * 16 not in told


def test_the_medium_of_a_kind_is_told_without_making_its_channel() -> None:
    for name, kind in KINDS.items():
        if name != "phone":
            assert medium_of(name, {}) == kind.build.medium  # type: ignore[attr-defined]  # A class.
    for medium in ("sms", "telegram"):
        values = {"secret": "y" * 16, "medium": medium}
        given = ChannelSettings(name="one", kind="phone", values=values)
        made = make_channels([given], "https://duetalk.example")["one"]
        assert medium_of("phone", values) == made.medium == medium
    assert medium_of("phone", {}) == "sms"
