"""The processes behind the desk, imported and made only once they are wanted: the first paint waits for none of it."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from typing import Protocol, cast

from tui.backstage import Backstage, Link


class Folders(Protocol):
    """What the desk itself needs of the home (`storage.paths.Home`): where its log belongs."""

    @property
    def state(self) -> Path:
        """Folder of logs."""
        ...


class LateBackstage:
    """A `tui.backstage.Backstage` that is made in a thread when the desk first connects.

    Args:
        home: The desk's folders.
        exchange: Whether the embedded exchange is wanted.
        tape: A recording for it.
        seed: Of its market.
        started: What was started ahead (`tui.cli.started.Started`); handed on.
    """

    def __init__(
        self, home: Folders, *, exchange: bool, tape: Path | None, seed: int | None, started: object = None
    ) -> None:
        self._home = home
        self._exchange = exchange
        self._tape = tape
        self._seed = seed
        self._started = started
        self._made: Backstage | None = None

    def _make(self) -> Backstage:
        """By name and at run time: the screen must not know the composition root, and must not wait for it."""
        wiring = importlib.import_module("tui.wiring")
        made = wiring.Backstage(
            self._home, exchange=self._exchange, tape=self._tape, seed=self._seed, started=self._started
        )
        return cast("Backstage", made)

    async def connect(self) -> Link:
        """See `Backstage.connect`."""
        if self._made is None:
            self._made = await asyncio.to_thread(self._make)
        return await self._made.connect()

    async def start_exchange(self, link: Link) -> None:
        """See `Backstage.start_exchange`."""
        if self._made is not None:
            await self._made.start_exchange(link)

    async def exchange_gone(self) -> str:
        """See `Backstage.exchange_gone`."""
        while self._made is None:
            await asyncio.Event().wait()
        return await self._made.exchange_gone()

    async def close(self) -> None:
        """See `Backstage.close`."""
        if self._made is not None:
            await self._made.close()
