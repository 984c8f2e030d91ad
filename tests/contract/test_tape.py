"""The recorded market through the whole connector: over real sockets the oracle agrees at every update."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from decimal import Decimal
from pathlib import Path

import pytest

from connectors import registry
from connectors.clock import SystemClock
from connectors.model.book import BookState
from connectors.ports.venue import LiveBook
from support.shared import shared_path
from support.simulator import running_simulator
from support.tape import tape

pytestmark = pytest.mark.peers

SPEED = 40
LEAST = 3_000
"""Checks at least: the recording runs while the connector comes up, so the first updates may be missed."""


async def test_the_touch_agrees_with_the_recorded_ticker_through_the_connector(short_tmp: Path) -> None:
    recording = tape()
    ids = [ticker.u for ticker in recording.tickers]
    ended = asyncio.Event()
    checks: list[bool] = []
    seen: list[int] = []

    def compare(book: LiveBook) -> None:
        if book.state is not BookState.LIVE or ended.is_set():
            return
        if book.update_id > ids[-1] or (seen and book.update_id <= seen[-1]):
            ended.set()
            return
        seen.append(book.update_id)
        ticker = recording.tickers[bisect_right(ids, book.update_id) - 1]
        top = book.top()
        assert top.bid is not None
        assert top.ask is not None
        ours = (top.bid.price, top.bid.size, top.ask.price, top.ask.size)
        checks.append(ours == tuple(Decimal(text) for text in (ticker.b, ticker.B, ticker.a, ticker.A)))

    path = shared_path("tapes", "binance-spot-btcusdt-2024-08-08.gz")
    arguments = ("--market", "tape", "--tape", str(path), "--speed", str(SPEED))
    with running_simulator(short_tmp, *arguments) as venue:
        connector = registry.create(venue.connection(keyed=False), None, SystemClock())
        await connector.connect()
        instrument = (await connector.market.instrument("BTCUSDT")).id
        await connector.market.watch_book(instrument, compare)
        async with asyncio.timeout(60):
            await ended.wait()
        await connector.close()
    assert seen[-1] == 50093421584
    assert len(checks) >= LEAST
    assert all(checks)
