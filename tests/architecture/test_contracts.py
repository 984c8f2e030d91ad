"""The arrows between the rooms hold, and each contract that says so can be broken.

`make check` runs the contracts over the checkout. Here each one is run over a copy with one forbidden line in it, so
that a contract that has come to say nothing (a room renamed, an import excused too widely) is found out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from architecture.checkers.source import PACKAGES, ROOT

LINT = """
import contextlib, io, json, pathlib, sys
from importlinter.cli import lint_imports

for contract, name, line in json.load(sys.stdin):
    file, said = pathlib.Path(name), io.StringIO()
    before = file.read_text() if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{before or ''}\\n{line}\\n")
    with contextlib.redirect_stdout(said):
        code = lint_imports(limit_to_contracts=(contract,), cache_dir=sys.argv[1], no_logo=True)
    file.unlink() if before is None else file.write_text(before)
    print(json.dumps([code, said.getvalue()]))
"""
"""Runs one contract after another in one process: what is read of the files that stay is kept between them."""

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


def file_of(module: str, folder: Path) -> str:
    """The file of a module below ``folder``; a module that is not there would be a package."""
    path = Path(*module.split("."))
    return str(path.with_suffix(".py") if (folder / path).with_suffix(".py").exists() else path / "__init__.py")


def lint(folder: Path, cases: list[tuple[str, str, str]]) -> list[tuple[int, str]]:
    """Check one contract after another over the packages below ``folder``, each with one line more in one file.

    Returns:
        Exit code and words of each.
    """
    checked = subprocess.run(
        [sys.executable, "-c", LINT, str(folder / ".cache")],
        cwd=folder,
        input=json.dumps([(contract, file_of(module, folder), line) for contract, module, line in cases]),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    return [json.loads(line) for line in checked.stdout.splitlines()]


def test_every_contract_is_broken_by_a_case_of_its_own() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert {contract["id"] for contract in settings["contracts"]} == {contract for contract, _, _ in BROKEN}


def test_each_forbidden_import_breaks_its_contract(copy: Path) -> None:
    found = lint(copy, BROKEN)
    assert len(found) == len(BROKEN)
    unseen = [case for case, (code, said) in zip(BROKEN, found, strict=True) if code != 1 or "BROKEN" not in said]
    assert not unseen, f"these forbidden imports break nothing: {unseen}"


def test_without_a_forbidden_import_each_contract_holds(copy: Path) -> None:
    contracts = sorted({contract for contract, _, _ in BROKEN})
    found = lint(copy, [(contract, "tui", "") for contract in contracts])
    assert len(found) == len(contracts)
    broken = [(name, said) for name, (code, said) in zip(contracts, found, strict=True) if code or "KEPT" not in said]
    assert not broken, broken
