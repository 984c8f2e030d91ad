from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive, open_archive


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tradedesk.db"


@pytest.fixture
def archive(file: Path) -> Iterator[Archive]:
    opened = open_archive(file)
    yield opened
    opened.close()
