"""What every test gets: no network but loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

pytest_plugins = ["tests.database_fixtures"]

_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def only_loopback() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise ConnectionRefusedError(
                f"a test tried to reach {address!r}; only loopback is open"
            )
        real(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites the golden conversations; the diff is reviewed as text."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden conversations")
