"""What every test gets: no network but loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# The same examples at each run, so that what passed here passes in CI; `make explore` seeks new.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

pytest_plugins = ["tests.database_fixtures"]

# Real parts share ports and browsers. The map's tests look at all states of all dialogues, which
# takes some seconds to find, once a process.
_SCOPES = (
    ("real", ("tests/real/",)),
    ("map", ("tests/test_completeness.py", "tests/flows/atlas/")),
)
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with real parts come first, since they mostly wait."""
    items.sort(key=lambda item: _scope(item.nodeid) != "real")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A scheduler that keeps in one process what shares ports and browsers, and what the map."""
    from xdist.scheduler import LoadScopeScheduling  # Only where xdist runs.

    class _Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _scope(nodeid)

    return _Scheduling(config, log)


def _scope(nodeid: str) -> str:
    return next((name for name, prefixes in _SCOPES if nodeid.startswith(prefixes)), nodeid)
