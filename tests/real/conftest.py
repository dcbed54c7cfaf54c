"""Real parts that tests may use; each fixture installs its part or skips with one line."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real.gateway import BEARERBOX, SMSBOX, Bench, Verdict

_GATEWAY_PACKAGES = ("kannel", "kannel-extras")
_PACKAGES = ("chromium", "fonts-noto-cjk", "fonts-inter")
_INSTALL_SECONDS = 600


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium with the fonts the pages name."""
    if shutil.which("chromium") is None:
        _install(*_PACKAGES)
    found = shutil.which("chromium")
    if found is None:
        pytest.skip(f"no browser: apt-get install {' '.join(_PACKAGES)}")
    return found


@pytest.fixture(scope="session")
def kannel_installed() -> None:
    """Kannel's daemons, installed when they are missing and may be."""
    programs = (Path(BEARERBOX), Path(SMSBOX))
    if not all(program.exists() for program in programs):
        _install(*_GATEWAY_PACKAGES)
    if not all(program.exists() for program in programs):
        pytest.skip(f"no SMS gateway: apt-get install {' '.join(_GATEWAY_PACKAGES)}")


@pytest.fixture(scope="session")
def running_kannel(
    kannel_installed: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """One Kannel for all tests: it takes seconds to start."""
    bench = Bench(tmp_path_factory.mktemp("kannel"))
    yield bench
    bench.stop()


@pytest.fixture
def kannel(running_kannel: Bench) -> Bench:
    """A running Kannel with an SMSC of ours behind it that takes all and remembers nothing."""
    running_kannel.smsc.submitted.clear()
    running_kannel.smsc.decide = lambda _: Verdict()
    return running_kannel


def _install(*packages: str) -> None:
    """Install Debian packages where this process may."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", *packages],
    ):
        subprocess.run(
            command,
            timeout=_INSTALL_SECONDS,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
