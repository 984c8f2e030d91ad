"""Candles kept from earlier: the venue is asked for what came since, and for one more that must be the same.

That one tells whether the history is still the venue's: a test network that was wiped, or a recording that was
exchanged, has another, and then everything is fetched anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from connectors.model.candle import Candle, Interval
from connectors.model.connection import Connection
from connectors.model.ids import InstrumentId, Mode
from connectors.ports.candles import CandleStore, Fetch, Series
from connectors.ports.clock import Clock

T = TypeVar("T")

SETTLED_NS = 60_000_000_000
"""How long after its end a candle is taken to be final: some venues correct the newest ones."""


class CandleMemory:
    """The one candle file of a worker, asked in a thread of its own.

    Args:
        open_store: Opens it; called in that thread, when candles are first asked for.
        clock: Time.
    """

    def __init__(self, open_store: Callable[[], CandleStore], clock: Clock) -> None:
        self.clock = clock
        self._open = open_store
        self._store: CandleStore | None = None
        self._thread: ThreadPoolExecutor | None = None

    def of(self, connection: Connection) -> KeptCandles | None:
        """The candles of one connection; None for a simulated exchange, whose past is another at each run."""
        if connection.mode is Mode.SIM:
            return None
        host = connection.hosts.rest[0] if connection.hosts.rest else ""
        return KeptCandles(self, f"{connection.venue} {connection.mode.value} {host}".rstrip())

    async def ask(self, question: Callable[[CandleStore], T]) -> T:
        """Ask the file something in its own thread."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "candles")
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: question(self._opened()))

    async def close(self) -> None:
        """Close the file and end its thread."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._store is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self._store.close)
        thread.shutdown(wait=True)

    def _opened(self) -> CandleStore:
        if self._store is None:
            self._store = self._open()
        return self._store


class KeptCandles:
    """`connectors.ports.candles.CandleSource` of one connection.

    Args:
        memory: The file.
        source: Name of venue, mode and host.
    """

    def __init__(self, memory: CandleMemory, source: str) -> None:
        self._memory = memory
        self._source = source

    async def candles(
        self,
        instrument: InstrumentId,
        interval: Interval,
        fetch: Fetch,
        *,
        start_ns: int | None,
        end_ns: int | None,
        limit: int,
    ) -> Sequence[Candle]:
        """See `CandleSource.candles`."""
        series = Series(self._source, instrument, interval)
        span = await self._memory.ask(lambda store: store.span(series))
        found = None
        if span is not None and limit > 0:
            if start_ns is None:
                found = await self._newest(series, span, fetch, end_ns, limit)
            elif span[0].open_ns <= start_ns <= span[1].open_ns:
                found = await self._onward(series, span[1], fetch, start_ns, end_ns, limit)
        if found is None:
            found = await fetch(start_ns, end_ns, limit)
        await self._keep(series, found)
        return found

    async def _newest(
        self, series: Series, span: tuple[Candle, Candle], fetch: Fetch, end_ns: int | None, limit: int
    ) -> Sequence[Candle] | None:
        """The newest ones; None where what is kept is of no use."""
        oldest, newest = span
        if end_ns is not None and end_ns < oldest.open_ns:
            return None
        known = tuple(await self._memory.ask(lambda store: store.newest(series, end_ns, limit)))
        if end_ns is None or end_ns > newest.open_ns:
            if self._far_behind(series, newest, end_ns, limit):
                return None
            fresh = await fetch(newest.open_ns, end_ns, limit + 1)
            if not await self._goes_on(series, newest, fresh) or len(fresh) > limit:
                return None
            known = (*known[:-1], *fresh)
        if len(known) < limit:
            before = known[0].open_ns - 1 if known else oldest.open_ns - 1
            known = (*await fetch(None, before, limit - len(known)), *known)
        return known[-limit:]

    async def _onward(
        self, series: Series, newest: Candle, fetch: Fetch, start_ns: int, end_ns: int | None, limit: int
    ) -> Sequence[Candle] | None:
        """From a moment inside what is kept; None where the venue tells another past."""
        known = tuple(await self._memory.ask(lambda store: store.oldest(series, start_ns, limit)))
        if end_ns is not None:
            known = tuple(candle for candle in known if candle.open_ns <= end_ns)
        if len(known) >= limit or (end_ns is not None and end_ns <= newest.open_ns):
            return known
        fresh = await fetch(newest.open_ns, end_ns, limit - len(known) + 1)
        if not await self._goes_on(series, newest, fresh):
            return None
        return (*known[:-1], *fresh)

    async def _goes_on(self, series: Series, newest: Candle, fresh: Sequence[Candle]) -> bool:
        """Whether what the venue tells now begins with the newest that is kept."""
        if fresh and fresh[0] == newest:
            return True
        await self._memory.ask(lambda store: store.drop(series))
        return False

    def _far_behind(self, series: Series, newest: Candle, end_ns: int | None, limit: int) -> bool:
        """Whether so many are missing that all that are wanted come from the venue anyway."""
        length_ns = series.interval.length_ns
        now_ns = self._memory.clock.time_ns() if end_ns is None else end_ns
        return length_ns is not None and now_ns - newest.open_ns > limit * length_ns

    async def _keep(self, series: Series, found: Sequence[Candle]) -> None:
        settled_ns = self._memory.clock.time_ns() - SETTLED_NS
        run = [candle for candle in found if candle.closed and candle.close_ns < settled_ns]
        if run:
            await self._memory.ask(lambda store: store.keep(series, run))
