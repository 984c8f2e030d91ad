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
    ("connectors", "connectors.market", "import textual"),
    ("connectors", "connectors.worker.api", "import storage.paths"),
    ("connectors", "connectors.wire.rest", "def late():\n    import tui"),
    ("floors", "connectors.engine", "import connectors.worker"),
    ("floors", "connectors.wire.rest", "import connectors.venues.binance"),
    ("floors", "connectors.registry", "from connectors.venues import binance"),
    ("floors", "connectors.model.ids", "from connectors.errors import Retry"),
    ("floors", "connectors.attic", "'''A room nobody has placed.'''"),
    ("model", "connectors.model.order", "import pydantic"),
    ("ports", "connectors.ports.venue", "import httpx"),
    ("engine", "connectors.engine", "import asyncio"),
    ("engine", "connectors.engine", "from connectors.ports.clock import Clock"),
    ("pure", "connectors.sync", "import asyncio"),
    ("pure", "connectors.matching.queue", "import random"),
    ("parse", "connectors.venues.binance.parse", "import time"),
    ("parse", "connectors.venues.binance.auth", "from connectors.wire import rest"),
    ("venues", "connectors.venues.binance.parse", "import connectors.venues._template"),
    ("simulator", "connectors.simulator.clock", "import connectors.errors"),
    ("simulator", "connectors.simulator.clock", "from connectors.venues.binance import auth"),
    ("simulator-apart", "tui.cli", "def start():\n    import connectors.simulator"),
    ("simulator-apart", "connectors.worker.api", "import connectors.simulator.clock"),
    ("link", "connectors.worker.link", "import connectors.engine"),
    ("http", "connectors.venues.binance", "import httpx"),
    ("sockets", "connectors.worker.link", "from websockets.asyncio.client import connect"),
    ("storage", "storage.paths", "import connectors.worker.api"),
    ("storage", "storage.database", "import textual"),
    ("screen", "tui.desk", "import storage.paths"),
    ("screen", "tui.widgets", "import connectors.engine"),
    ("screen", "tui.screens", "from connectors.worker import lanes"),
    ("screen", "tui.pulse", "import sqlmodel"),
    ("roots", "tui.desk", "import tui.wiring"),
    ("textless", "tui.format", "import textual"),
]
"""Contract, the module that breaks it, and the line that does."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The three packages and the contracts, where they can be broken."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def file_of(module: str, folder: Path) -> Path:
    """The file of a module below ``folder``; a module that is not there would be a package."""
    path = folder.joinpath(*module.split("."))
    return path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"


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


@pytest.mark.parametrize(("contract", "module", "line"), BROKEN, ids=lambda value: str(value).partition("\n")[0])
def test_a_forbidden_import_breaks_its_contract(copy: Path, contract: str, module: str, line: str) -> None:
    file = file_of(module, copy)
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
