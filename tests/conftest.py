"""What every test gets: no network but loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["tests.database_fixtures"]

_TESTS = Path(__file__).parent
# They look at all states of all dialogues, which takes some seconds to find, once a process.
_ON_THE_MAP = (Path("test_completeness.py"), Path("flows/atlas"))
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
    """Keep together what one process should run; tests with real parts come first: they wait."""
    for item in items:
        group = _group(item)
        if group is not None:
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: _group(item) != "real")


def _group(item: pytest.Item) -> str | None:
    """The group of a test: those with real parts share ports and browsers, others the map."""
    room = item.path.relative_to(_TESTS)
    if room.parts[0] == "real":
        return "real"
    return "map" if room in _ON_THE_MAP or room.parent in _ON_THE_MAP else None
