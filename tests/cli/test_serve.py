"""The worker's way in: the lock before all that takes time to load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from connectors.worker.lock import OneWorker, is_held
from storage.paths import Home
from tui.cli import serve
from tui.cli.started import ANOTHER_SERVES

LOADED = """
import json, sys
sys.argv = ["tradedesk", "desk"]
from tui.cli import crash, desk_start, door, environment
door.command_for(["desk"])
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture
def folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("TRADEDESK_HOME", str(home))
    return Home.below(home)


def test_the_lock_is_held_before_the_worker_is_loaded(folders: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    class Loaded(ModuleType):
        """Stands for the worker's modules; looks at the lock when it is asked for anything."""

        held: tuple[bool, ...] = ()

        def __getattr__(self, name: str) -> object:
            if name.startswith("__"):
                raise AttributeError(name)
            Loaded.held += (is_held(folders.worker_lock),)
            return lambda _home, _held, **_named: 0

    monkeypatch.setitem(sys.modules, "tui.cli.worker_process", Loaded("tui.cli.worker_process"))
    assert serve.run() == 0
    assert Loaded.held == (True,)
    assert not is_held(folders.worker_lock), "given back"


def test_a_worker_that_finds_the_lock_taken_loads_nothing(folders: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folders.prepare()
    other = OneWorker(folders.worker_lock)
    assert other.take()
    monkeypatch.setitem(sys.modules, "tui.cli.worker_process", None)
    try:
        assert serve.run() == ANOTHER_SERVES
    finally:
        other.release()


def test_the_first_paint_waits_for_no_loop_no_link_no_screen_and_no_archive() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(json.loads(done.stdout))
    assert "tui.splash" in loaded
    heavy = {"asyncio", "textual", "rich", "pydantic", "msgspec", "sqlalchemy", "connectors.worker.api", "tui.wiring"}
    assert not loaded & heavy
