"""Other people's clients, each played once per test run against a simulator of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from peers.played import Outcomes, played

Play = Callable[[str, str], Outcomes]


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Play:
    """Play a script in a client's environment: ``play("ccxt_spot", "ccxt")``."""
    root = tmp_path_factory.getbasetemp()
    shared: Path = (root.parent if root.name.startswith("popen-") else root) / f"peers-{testrun_uid}"
    shared.mkdir(exist_ok=True)
    return lambda script, peer: played(script, peer, shared)
