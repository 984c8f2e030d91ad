"""A real worker process that dies by SIGKILL at a named point: ``python peer_worker.py HOME [POINT]``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors import registry
from connectors.model.capabilities import Capabilities
from connectors.model.change import ReplaceReport
from connectors.model.connection import Connection
from connectors.model.order import OrderReport, OrderRequest
from connectors.ports.archive import Batch
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Connector
from connectors.worker.main import WorkerPaths, run_worker
from storage.archive import Archive, open_archive

CONCLUSIVE_MS = 1_500
"""The simulator on loopback answers in milliseconds: waiting 15 s for every proof would only make the test slow."""

POINTS = ("before-commit", "after-commit", "before-send", "after-send", "after-cancel")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingTrading:
    """The real order calls, with a death before or after the bytes leave."""

    def __init__(self, real: Any, point: str) -> None:
        self._real = real
        self._point = point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def place(self, request: OrderRequest, on_sending: Callable[[], None] | None = None) -> OrderReport:
        if self._point == "before-send":
            die()
        report: OrderReport = await self._real.place(request, on_sending)
        if self._point == "after-send":
            die()
        return report

    async def cancel(self, *args: Any, **kwargs: Any) -> OrderReport:
        report: OrderReport = await self._real.cancel(*args, **kwargs)
        if self._point == "after-cancel":
            die()
        return report

    async def amend(self, *args: Any, **kwargs: Any) -> OrderReport:
        report: OrderReport = await self._real.amend(*args, **kwargs)
        if self._point == "after-amend":
            die()
        return report

    async def replace(self, *args: Any, **kwargs: Any) -> ReplaceReport:
        if self._point == "before-replace":
            die()
        report: ReplaceReport = await self._real.replace(*args, **kwargs)
        if self._point == "after-replace":
            die()
        return report


class DyingConnector:
    """The real connector around `DyingTrading`."""

    def __init__(self, real: Connector, point: str) -> None:
        self._real = real
        self.trading = DyingTrading(real.trading, point) if real.trading is not None else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @property
    def capabilities(self) -> Capabilities:
        return replace(self._real.capabilities, conclusive_after_ms=CONCLUSIVE_MS)


class DyingJournal:
    """The real journal, with a death just before or after an intent is committed."""

    def __init__(self, real: Any, point: str) -> None:
        self._real = real
        self._point = point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def append(self, batch: Batch) -> int:
        intent = any(entry.kind == "INTENT" for entry in batch.entries)
        if intent and self._point == "before-commit":
            die()
        number: int = self._real.append(batch)
        if intent and self._point == "after-commit":
            die()
        return number


def main(words: Sequence[str]) -> int:
    home, point = Path(words[0]), words[1] if len(words) > 1 else ""

    def opened() -> Archive:
        archive = open_archive(home / "data" / "tradedesk.db")
        archive.journal = DyingJournal(archive.journal, point)  # type: ignore[assignment]
        return archive

    def connector(
        connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None
    ) -> Connector:
        return DyingConnector(registry.create(connection, signer, clock, trail), point)

    paths = WorkerPaths(home / "run", home / "state", home / "data")
    return run_worker(paths, opened, make_connector=connector, linger_s=0.5)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
