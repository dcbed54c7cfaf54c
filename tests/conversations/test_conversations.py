"""Every golden conversation still goes as it is written; `--update-golden` rewrites the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import play, read

FILES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversations_go_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    written = path.read_text(encoding="utf-8")
    played = "\n\n".join(play(golden).text for golden in read(written)) + "\n"
    if request.config.getoption("--update-golden"):
        path.write_text(played, encoding="utf-8")
        return
    assert played == written
