"""Processes are started through one door, which builds their environment from nothing (SECURITY-SPEC §8)."""

from __future__ import annotations

import ast
import re

import pytest

from architecture.checkers.source import PACKAGES, Finding, Source, full_name, report, sources

DOOR = "tui/spawn.py"
STARTS = re.compile(
    r"(subprocess|multiprocessing|pty|popen2)(\..+)?"
    r"|os\.(exec\w*|spawn\w*|posix_spawnp?|fork|forkpty|system|popen|startfile)"
    r"|asyncio\.(create_subprocess_\w+|subprocess\.\w+)|concurrent\.futures\.ProcessPoolExecutor"
)
ONLY_NAMED = re.compile(r"asyncio\.subprocess(\.Process)?")
"""The type of what the door gives back."""


def starts(source: Source) -> list[Finding]:
    """Name each place that could start a process."""
    names = source.imports
    found = []
    for node in source.nodes:
        match node:
            case ast.Import(names=modules):
                said = [one.name for one in modules]
            case ast.ImportFrom(module=str(module), names=things):
                said = [f"{module}.{one.name}" for one in things]
            case ast.Attribute():
                said = [full_name(node, names)]
            case _:
                said = []
        wrong = [one for one in said if STARTS.fullmatch(one) and not ONLY_NAMED.fullmatch(one)]
        found += [source.finding(node, f"{one} starts a process: go through {DOOR}") for one in wrong]
    return found


def test_nothing_but_the_door_starts_a_process() -> None:
    found = [finding for source in sources(*PACKAGES) if source.path != DOOR for finding in starts(source)]
    assert not found, report(found)


@pytest.mark.parametrize(
    "text",
    [
        "import subprocess",
        "import subprocess as quiet",
        "from subprocess import Popen",
        "from asyncio import create_subprocess_exec",
        "import asyncio\nasyncio.create_subprocess_shell('x')",
        "import os\nos.execv('x', [])",
        "import os as quiet\nquiet.posix_spawn('x', [], {})",
        "from os import system",
        "import os\nos.fork()",
        "import multiprocessing.pool",
        "from concurrent.futures import ProcessPoolExecutor",
    ],
)
def test_each_way_to_start_one_is_seen(text: str) -> None:
    assert starts(Source("x.py", text))


def test_the_type_of_a_process_may_be_named() -> None:
    text = "import asyncio\nimport os\nprocess: asyncio.subprocess.Process | None = None\nos.getpid()"
    assert starts(Source("x.py", text)) == []
