"""The processes behind the desk, imported and made only once they are wanted: the first paint waits for none of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.backstage import Backstage, Link


class LateBackstage:
    """A `tui.session.Backstage` that is made in a thread when the desk first connects.

    Args:
        make: Imports and makes the real one; may take long.
    """

    def __init__(self, make: Callable[[], Backstage]) -> None:
        self._make = make
        self._made: Backstage | None = None

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
