"""Public data for who asks once: instruments, ticker, book, trades, candles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from connectors.errors import Unavailable
from connectors.model.book import BookState, BookView
from connectors.model.ids import AccountId, InstrumentId
from connectors.model.ticker import Ticker
from connectors.ports.venue import LiveBook, MarketData
from connectors.worker import api
from connectors.worker.pause import happens_within

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

BOOK_S = 10.0
"""How long a book may take to become LIVE before the one who asked is told."""


async def _market(worker: Worker, account: AccountId, symbol: str) -> tuple[MarketData, InstrumentId]:
    market = await worker.roster.get(account).market()
    return market, (await market.instrument(symbol)).id


async def instruments(worker: Worker, command: api.GetInstruments) -> api.Instruments:
    """All instruments, or one."""
    market = await worker.roster.get(command.account).market()
    if command.symbol is not None:
        return api.Instruments((await market.instrument(command.symbol),))
    return api.Instruments(tuple(await market.instruments()))


async def ticker(worker: Worker, command: api.GetTicker) -> Ticker:
    """24-hour statistics."""
    market, instrument = await _market(worker, command.account, command.symbol)
    return await market.ticker(instrument)


async def trades(worker: Worker, command: api.GetTrades) -> api.Trades:
    """Newest trades."""
    market, instrument = await _market(worker, command.account, command.symbol)
    return api.Trades(tuple(await market.trades(instrument, command.limit)))


async def candles(worker: Worker, command: api.GetCandles) -> api.Candles:
    """Bars of a range, or the newest."""
    market, instrument = await _market(worker, command.account, command.symbol)
    found = await market.candles(
        instrument, command.interval, start_ns=command.start_ns, end_ns=command.end_ns, limit=command.limit
    )
    return api.Candles(tuple(found))


async def book(worker: Worker, command: api.GetBook) -> BookView:
    """The local book, once it follows the venue.

    Raises:
        Unavailable: It was not LIVE in time.
    """
    market, instrument = await _market(worker, command.account, command.symbol)
    alive = asyncio.Event()
    seen: list[LiveBook] = []

    def changed(live: LiveBook) -> None:
        seen[:] = [live]
        if live.state is BookState.LIVE:
            alive.set()

    subscription = await market.watch_book(instrument, changed)
    try:
        if await happens_within(alive, worker.clock, BOOK_S):
            return seen[0].view(command.levels)
    finally:
        await subscription.close()
    state = seen[0].state if seen else BookState.LOADING
    raise Unavailable(
        f"The book of {instrument.symbol} was not LIVE within {BOOK_S:.0f} s: it is {state}. Try again in a moment."
    )
