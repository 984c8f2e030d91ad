"""The arrows between the rooms hold, and each contract that says so can be broken.

`make check` runs the contracts over the checkout. Here each one is run over a copy with one forbidden line in it, so
that a contract that has come to say nothing (a room renamed, an import excused too widely) is found out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from architecture.checkers.source import PACKAGES, ROOT

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"

BROKEN = [
    ("connectors", "connectors/market/__init__.py", "import textual"),
    ("connectors", "connectors/worker/api.py", "import storage.paths"),
    ("connectors", "connectors/wire/rest.py", "def late():\n    import tui"),
    ("floors", "connectors/engine/__init__.py", "import connectors.worker"),
    ("floors", "connectors/wire/rest.py", "import connectors.venues.binance"),
    ("floors", "connectors/registry.py", "from connectors.venues import binance"),
    ("floors", "connectors/model/ids.py", "from connectors.errors import Retry"),
    ("floors", "connectors/attic/__init__.py", "'''A room nobody has placed.'''"),
    ("model", "connectors/model/order.py", "import pydantic"),
    ("ports", "connectors/ports/venue.py", "import httpx"),
    ("engine", "connectors/engine/__init__.py", "import asyncio"),
    ("engine", "connectors/engine/__init__.py", "from connectors.ports.clock import Clock"),
    ("pure", "connectors/sync/__init__.py", "import asyncio"),
    ("pure", "connectors/matching/queue.py", "import random"),
    ("pure", "connectors/venues/binance/parse.py", "import time"),
    ("venues", "connectors/venues/binance/parse.py", "import connectors.venues._template"),
    ("simulator", "connectors/simulator/clock.py", "import connectors.errors"),
    ("simulator", "connectors/simulator/clock.py", "from connectors.venues.binance import auth"),
    ("simulator-apart", "tui/cli/__init__.py", "def start():\n    import connectors.simulator"),
    ("simulator-apart", "connectors/worker/api.py", "import connectors.simulator.clock"),
    ("link", "connectors/worker/link.py", "import connectors.engine"),
    ("http", "connectors/venues/binance/__init__.py", "import httpx"),
    ("sockets", "connectors/worker/link.py", "from websockets.asyncio.client import connect"),
    ("storage", "storage/paths.py", "import connectors.worker.api"),
    ("storage", "storage/database/__init__.py", "import textual"),
    ("screen", "tui/desk.py", "import storage.paths"),
    ("screen", "tui/widgets/__init__.py", "import connectors.engine"),
    ("screen", "tui/screens/__init__.py", "from connectors.worker import lanes"),
    ("screen", "tui/pulse.py", "import sqlmodel"),
    ("roots", "tui/desk.py", "import tui.wiring"),
    ("textless", "tui/format/__init__.py", "import textual"),
]
"""Contract, the file that breaks it, and the line that does."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The three packages and the contracts, where they can be broken."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Check one contract over the packages below ``folder``."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache", "--contract", contract],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


def test_every_contract_is_broken_by_a_case_of_its_own() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert {contract["id"] for contract in settings["contracts"]} == {contract for contract, _, _ in BROKEN}


@pytest.mark.parametrize(("contract", "path", "line"), BROKEN, ids=lambda value: str(value).partition("\n")[0])
def test_a_forbidden_import_breaks_its_contract(copy: Path, contract: str, path: str, line: str) -> None:
    file = copy / path
    file.parent.mkdir(exist_ok=True)
    known = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(f"{known}\n{line}\n", encoding="utf-8")
    checked = lint(copy, contract)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "BROKEN" in checked.stdout, checked.stdout + checked.stderr


@pytest.mark.parametrize("contract", sorted({contract for contract, _, _ in BROKEN}))
def test_without_a_forbidden_import_the_contract_holds(copy: Path, contract: str) -> None:
    checked = lint(copy, contract)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "KEPT" in checked.stdout, checked.stdout
