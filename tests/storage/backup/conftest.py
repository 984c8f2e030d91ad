from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.copies import House, furnished


@pytest.fixture(scope="session")
def first_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return furnished(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(first_house: House, tmp_path: Path) -> House:
    """An archive with orders, a fill and a vault with the keys of two connections."""
    for name in ("data", "state"):
        shutil.copytree(first_house.folder / name, tmp_path / name)
    return House(tmp_path)
