"""A venue that is not available is reported within one health interval and takes no other with it (P3)."""

from __future__ import annotations

import json
import random
from uuid import UUID

import pytest

from connectors.model.connection import Connection, ConnectionStatus, Hosts, LinkState
from connectors.model.ids import AccountId, Mode
from connectors.venues.binance.connector import BinanceConnector
from connectors.venues.binance.upkeep import HEALTH_INTERVAL_S
from support.clock import LoopClock
from support.heard import Heard
from support.scripted import CLOSE, HOLD, Reply, answer, page, scripted_http

_SECOND = 1_000_000_000
ANSWERING = {LinkState.LIVE, LinkState.SLOW}
"""On a loop that runs faster than the wall, a loaded machine is a slow venue."""
IDS = ["silence", "a cut", "a page of the balancer", "a fault", "a page instead of data"]
SYMBOL = {"symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "filters": []}


class Venue:
    """A venue that answers until it is told to fail."""

    def __init__(self) -> None:
        self.failing: Reply | str = "no"

    def __call__(self, request: bytes) -> Reply:
        if not isinstance(self.failing, str):
            return self.failing
        path = request.split(b" ")[1].split(b"?")[0].decode()
        body = {"/api/v3/time": {"serverTime": 1_893_553_445_000}, "/api/v3/exchangeInfo": {"symbols": [SYMBOL]}}
        return answer(json.dumps(body.get(path, {})))


def connector(number: int, origin: str, states: Heard[ConnectionStatus]) -> BinanceConnector:
    socket = origin.replace("http", "ws")
    hosts = Hosts((origin,), socket, socket)
    connection = Connection(AccountId(UUID(int=number)), "binance", f"v{number}", Mode.SIM, hosts=hosts)
    made = BinanceConnector(connection, None, LoopClock(), random.Random(number))
    made.on_status(states)
    return made


@pytest.mark.scaled(5)
@pytest.mark.parametrize("failure", [HOLD, CLOSE, page(502), answer("{}", 500), page(200)], ids=IDS)
async def test_one_that_fails_is_told_in_time_and_the_other_lives_on(failure: Reply) -> None:
    clock, good, bad = LoopClock(), Venue(), Venue()
    one: Heard[ConnectionStatus] = Heard()
    other: Heard[ConnectionStatus] = Heard()
    async with scripted_http(good) as here, scripted_http(bad) as there:
        fine, failing = connector(1, str(here.origin), one), connector(2, str(there.origin), other)
        await fine.connect()
        await failing.connect()
        assert failing.status().state in ANSWERING
        before = len(other.items)
        bad.failing = failure
        began_ns = clock.monotonic_ns()
        told = await other.until(lambda status: status.state not in ANSWERING, after=before, seconds=120)
        assert clock.monotonic_ns() - began_ns <= HEALTH_INTERVAL_S * _SECOND
        assert told.state in {LinkState.RECONNECTING, LinkState.DOWN}
        assert told.reason
        await other.until(lambda status: status.state is LinkState.DOWN, after=before, seconds=120)
        assert len(await fine.market.instruments()) == 1
        assert await fine.server_time_ns() > 0
        assert fine.status().state in ANSWERING
        bad.failing, down = "no", len(other.items)
        await other.until(lambda status: status.state in ANSWERING, after=down, seconds=120)
        await fine.close()
        await failing.close()
