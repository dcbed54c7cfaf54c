"""Real parts that tests may use; each fixture installs its part or skips with one line."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

_PACKAGES = ("chromium", "fonts-noto-cjk", "fonts-inter")
_INSTALL_SECONDS = 600


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium with the fonts the pages name."""
    found = shutil.which("chromium")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "--no-install-recommends", *_PACKAGES]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], timeout=_INSTALL_SECONDS, check=False, **quiet)
        subprocess.run(install, timeout=_INSTALL_SECONDS, check=False, **quiet)
        found = shutil.which("chromium")
    if found is None:
        pytest.skip(f"no browser: apt-get install {' '.join(_PACKAGES)}")
    return found
