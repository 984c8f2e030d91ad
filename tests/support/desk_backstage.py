"""Stands behind the desk in tests: hands out links, starts nothing."""

from __future__ import annotations

import asyncio

from support.desk_link import FakeLink
from tui.backstage import Link


class FakeBackstage:
    """Hands out links; starts nothing."""

    def __init__(self, link: FakeLink | None) -> None:
        self.link = link
        self.connects = 0
        self.exchanges = 0
        self.closed = False
        self.trouble: Exception | None = None
        self._gone: asyncio.Queue[str] = asyncio.Queue()

    async def connect(self) -> FakeLink:
        """The link; waits for ever where there is none."""
        self.connects += 1
        if self.trouble is not None:
            raise self.trouble
        if self.link is None:
            await asyncio.Event().wait()
        assert self.link is not None
        return self.link

    async def start_exchange(self, link: Link) -> None:
        """Nothing to start."""
        self.exchanges += 1

    async def exchange_gone(self) -> str:
        """Wait until the test says so."""
        return await self._gone.get()

    def exchange_dies(self, sentence: str) -> None:
        """The embedded exchange has died."""
        self._gone.put_nowait(sentence)

    async def close(self) -> None:
        """Leave."""
        self.closed = True
