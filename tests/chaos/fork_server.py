"""The fork server as its user sees it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.await_hooks import Kill, written
from chaos.await_points import CHECKOUT

_PATIENCE_S = 90
"""By the wall."""


@dataclass
class ForkServer:
    """`chaos.peer_fork` as a process, asked one thing at a time."""

    process: subprocess.Popen[bytes]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def start(cls, home: Path) -> ForkServer:
        """Start it; its first answer says that everything is loaded."""
        environment = {"PATH": "/usr/bin:/bin", "TRADEDESK_HOME": str(home)}
        environment["PYTHONPATH"] = f"{CHECKOUT / 'tests'}:{CHECKOUT}"
        words = [sys.executable, str(Path(__file__).with_name("peer_fork.py"))]
        return cls(
            subprocess.Popen(words, cwd=CHECKOUT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )

    async def ready(self) -> None:
        """Wait until everything is loaded."""
        await self._answer()

    async def fork(self, home: Path, kill: Kill | None) -> int:
        """Run a worker; returns its process id."""
        return int((await self._ask({"home": str(home), "kill": json.loads(written(kill))}))["pid"])

    async def wait(self, pid: int) -> int:
        """How a worker ended: its exit code, or minus the signal's number."""
        return int((await self._ask({"wait": pid}))["status"])

    async def stop(self) -> None:
        """End it and every worker of its."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        await asyncio.to_thread(self.process.wait, 20)
        self.process.stdout.close()

    async def _ask(self, what: dict[str, Any]) -> dict[str, int]:
        async with self._turn:
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps(what).encode() + b"\n")
            self.process.stdin.flush()
            return await self._answer()

    async def _answer(self) -> dict[str, int]:
        assert self.process.stdout is not None
        async with asyncio.timeout(_PATIENCE_S):
            line = await asyncio.to_thread(self.process.stdout.readline)
        found: dict[str, int] = json.loads(line)
        return found
