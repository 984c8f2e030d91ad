"""Everything held against everything, once a worker was killed: exchange, archive, what is shown."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from chaos import truth
from chaos.lane import Lane
from chaos.peers import BTC
from connectors.worker import api

SECOND_START = "a second start wrote"


async def judge(lane: Lane) -> list[str]:
    """Start a worker, let it settle, hold everything against everything; leaves the next worker running."""
    await lane.exchange.disarm()
    await lane.start()
    await lane.settled()
    await lane.back()
    venue = await _venue(lane)
    shown = await lane.desk.link.request(api.Attach())
    assert isinstance(shown, api.Picture)
    await lane.ended()
    asked = truth.Asked(frozenset(lane.tickets), frozenset(lane.accepted), frozenset(lane.external))
    wrong = truth.wrongs(asked, venue, await asyncio.to_thread(truth.kept, lane.home, lane.desk.account), shown)
    before = await asyncio.to_thread(truth.rows, lane.home)
    await lane.start()
    # Behind whatever a start may have had to write: the archive has one thread.
    await lane.desk.link.request(api.GetOrders(handle="none"))
    more = truth.added(before, await asyncio.to_thread(truth.rows, lane.home))
    return wrong + [f"{SECOND_START} {table}: {rows}" for table, rows in more.items()]


async def _venue(lane: Lane) -> truth.Venue:
    asked = lane.exchange.signed
    span = {"symbol": BTC.symbol, "limit": 1_000}
    orders: list[dict[str, Any]] = await asked("GET", "allOrders", **span, startTime=lane.since_ms)
    while len(orders) % 1_000 == 0 and orders:
        page = await asked("GET", "allOrders", **span, orderId=orders[-1]["orderId"] + 1)
        if not page:
            break
        orders += page
    trades: list[dict[str, Any]] = await asked("GET", "myTrades", **span, fromId=0)
    while len(trades) % 1_000 == 0 and trades:
        page = await asked("GET", "myTrades", **span, fromId=trades[-1]["id"] + 1)
        if not page:
            break
        trades += page
    account = await asked("GET", "account", omitZeroBalances="true")
    balances = {row["asset"]: (Decimal(row["free"]), Decimal(row["locked"])) for row in account["balances"]}
    return truth.Venue(orders, trades, {asset: both for asset, both in balances.items() if any(both)})
