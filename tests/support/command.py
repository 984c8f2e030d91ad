"""The command ``tradedesk`` as its user has it: a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_S = 100
WORKER_STARTS_S = "60"
"""How long commands of tests wait for a worker to begin: patience costs nothing where all is well."""


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class Command:
    """Runs ``tradedesk`` words in one home."""

    def __init__(self, home: Path, environ: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(home.parent),
            "LC_ALL": "C.UTF-8",
            "TRADEDESK_HOME": str(home),
            "TRADEDESK_WORKER_START_TIMEOUT_S": WORKER_STARTS_S,
            **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")},
            **(environ or {}),
        }

    def __call__(self, *words: str, timeout_s: int = TIMEOUT_S, **environ: str) -> Said:
        """Run to the end."""
        done = subprocess.run(
            [sys.executable, "-m", "tui", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env={**self.environ, **environ},
        )
        return Said(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def running(self, *words: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
        """Run beside the test; interrupted at the end if it still runs."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tui", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self.environ, **environ},
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.communicate(timeout=TIMEOUT_S)
