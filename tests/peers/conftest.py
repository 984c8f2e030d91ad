"""Other people's clients, each played once per test run against a simulator of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from peers.played import Outcomes, played


class Play(Protocol):
    """Play a script in a client's environment: ``play("ccxt_spot", "ccxt")``."""

    def __call__(self, script: str, peer: str, *, own_keys: bool = False) -> Outcomes: ...


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Play:
    """Each script is played once per run, whichever test process asks first."""
    root = tmp_path_factory.getbasetemp()
    shared: Path = (root.parent if root.name.startswith("popen-") else root) / f"peers-{testrun_uid}"
    shared.mkdir(exist_ok=True)
    return partial(played, shared=shared)
