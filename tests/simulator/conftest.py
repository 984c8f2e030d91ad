"""A running exchange for the tests of this folder: one a module, one of its own, one that can be made to fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.faulty import Faulty, faulty
from simulator.rig import Running, running


@pytest.fixture(scope="module")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One exchange for all tests of a module: they leave no open order behind."""
    with running(tmp_path_factory.mktemp("sim"), "--seed", "5") as found:
        yield found


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Running]:
    """An exchange nobody has used."""
    with running(tmp_path, "--seed", "5") as found:
        yield found


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    """One exchange with a control path for all tests of a module."""
    with faulty(tmp_path_factory.mktemp("sim")) as found:
        yield found


@pytest.fixture
def venue(failing: Faulty) -> Iterator[Faulty]:
    """That exchange, with nothing armed before and after."""
    failing.reset()
    yield failing
    failing.reset()
