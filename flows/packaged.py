"""The data files that lie beside the code, read once by who needs them."""

from __future__ import annotations

import tomllib
from pkgutil import get_data
from typing import Any


def packaged(package: str, name: str) -> bytes:
    """The bytes of a file of a package, also of a zipped one; raises FileNotFoundError.

    `importlib.resources` does the same and takes ten milliseconds to import, which is felt in the
    first answer of a new process.
    """
    data = get_data(package, name)
    if data is None:
        raise FileNotFoundError(f"no {name} in {package}")
    return data


def packaged_table(package: str, name: str) -> dict[str, Any]:
    """The tables of a TOML file of a package."""
    return tomllib.loads(packaged(package, name).decode())
