"""How soon a worker is alive on an archive of a million events, and what a comparison of 500 open orders asks for."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from bench import long_archive
from bench.report import Figure, median_of
from bench.started import ROOT, environment
from connectors.worker import api
from support.simulator import Simulator, running_simulator
from worker.house import a_worker, until
from worker.peer_exchange import PeerExchange

RUNS = 5
SYMBOLS, EACH = 20, 25
_WORTH = Decimal(12)
_UNDER = Decimal("0.9")
_LIMITS = [
    # As live, but for the number of orders in ten seconds: the bench places 500 at once.
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 10_000},
]


def _begun(folder: Path) -> tuple[list[dict[str, Any]], float]:
    """Starts on the long archive, each with a checkpoint as far behind as it can be; and the archive's GB."""
    archive = folder / "tradedesk.db"
    os.umask(0o077)
    long_archive.make(archive)
    found: list[dict[str, Any]] = []
    for _ in range(RUNS):
        connection = sqlite3.connect(archive)
        with connection:
            connection.execute("UPDATE journal_checkpoint SET number = ?", (long_archive.EVENTS - long_archive.BEHIND,))
        connection.close()
        words = [sys.executable, "-m", "bench.begin", str(archive)]
        said = subprocess.run(words, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True).stdout
        found.append(json.loads(said.splitlines()[-1]))
    return found, archive.stat().st_size / 1e9


async def _place(venue: Simulator) -> None:
    """Open orders in every symbol, far from the market."""
    async with httpx.AsyncClient(base_url=venue.rest, headers={"X-MBX-APIKEY": venue.api_key}, timeout=60) as http:
        symbols = (await http.get("/api/v3/exchangeInfo")).json()["symbols"]
        prices = {each["symbol"]: Decimal(each["price"]) for each in (await http.get("/api/v3/ticker/price")).json()}
        for each in symbols:
            filters = {one["filterType"]: one for one in each["filters"]}
            tick, step = Decimal(filters["PRICE_FILTER"]["tickSize"]), Decimal(filters["LOT_SIZE"]["stepSize"])
            price = (prices[each["symbol"]] * _UNDER // tick) * tick
            size = (_WORTH / price / step).quantize(Decimal(1), rounding=ROUND_CEILING) * step
            order = {
                "symbol": each["symbol"],
                "side": "BUY",
                "type": "LIMIT",
                "timeInForce": "GTC",
                "recvWindow": 60_000,
            }
            for _ in range(EACH):
                asked = {**order, "price": f"{price:f}", "quantity": f"{size:f}"}
                query = urlencode({**asked, "timestamp": time.time_ns() // 1_000_000})
                signature = hmac.new(venue.api_secret.encode(), query.encode(), hashlib.sha256).hexdigest()
                answer = await http.post(f"/api/v3/order?{query}&signature={signature}")
                answer.raise_for_status()


async def _used(venue: Simulator) -> int:
    async with httpx.AsyncClient(base_url=venue.rest) as http:
        return int((await http.get("/api/v3/ping")).headers["x-mbx-used-weight-1m"])


async def _compared(folder: Path) -> tuple[float, list[float], int, int]:
    """Seconds to be ready with orders nobody here knew, of each later comparison, and requests and weight of one."""
    limits = folder / "limits.json"
    limits.write_text(json.dumps(_LIMITS), encoding="utf-8")
    arguments = ("--symbols", str(SYMBOLS), "--limits", str(limits), "--control", "--regime", "calm")
    with running_simulator(folder / "exchange", *arguments) as venue:
        exchange = PeerExchange(venue)
        await _place(venue)
        async with a_worker(folder / "home") as house:
            link = await house.join("memory")
            start = time.perf_counter()
            desk = await exchange.attach(link)
            live = house.worker.roster.get(desk.account)
            await until(lambda: live.follower is not None and live.follower.ready)
            first = time.perf_counter() - start
            if len(house.worker.executor.state.live) != SYMBOLS * EACH:
                raise AssertionError(f"{len(house.worker.executor.state.live)} orders are known")
            spans: list[float] = []
            requests = weight = 0
            for run in range(RUNS):
                asked, used = await exchange.asked(_is_signed), await _used(venue)
                start = time.perf_counter()
                await link.request(api.Reconcile(desk.account))
                spans.append(time.perf_counter() - start)
                if run == 0:
                    requests = await exchange.asked(_is_signed) - asked
                    weight = await _used(venue) - used
    return first, spans, requests, weight


def _is_signed(line: dict[str, Any]) -> bool:
    return any(path in json.dumps(line) for path in ("openOrders", "myTrades", "v3/account", "allOrders"))


def measure() -> tuple[str, str, Sequence[Figure]]:
    """Begin on a long archive, then compare many open orders."""
    with tempfile.TemporaryDirectory(prefix="td") as folder:
        starts, size_gb = _begun(Path(folder))
    with tempfile.TemporaryDirectory(prefix="td") as folder:
        Path(folder).chmod(0o700)
        first, spans, requests, weight = asyncio.run(_compared(Path(folder)))
    one = starts[-1]
    orders = SYMBOLS * EACH
    note = f"{size_gb:.1f} GB, {one['working']} of 200,000 orders work, checkpoint {long_archive.BEHIND:,} behind"
    figures = [
        median_of("replay of 1,000,000 events", [each["seconds"] for each in starts], "s", limit=2, note=note),
        median_of("of it on the processor", [each["processor"] for each in starts], "s"),
        Figure("orders known then", one["known"], "", note="every one that works, the newest others"),
        median_of("memory that took", [each["after_mb"] - each["before_mb"] for each in starts], "MB", note="resident"),
        Figure(
            f"first comparison of {orders} open orders", first, "s", note="none was known here; connecting included"
        ),
        median_of("each later one", spans, "s"),
        Figure("requests of one", requests, "", note=f"{SYMBOLS} symbols with open orders"),
        Figure("weight of one", weight, "of 6,000 a minute", limit=6000),
    ]
    paragraph = (
        "A worker's start on an archive of years, from opening the file to a picture a client could have; and Binance's"
        " simulator with 500 open orders, compared with by a worker under the limits as they are live."
    )
    return "Start and comparison", paragraph, figures
