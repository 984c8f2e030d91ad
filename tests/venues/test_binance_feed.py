"""The market socket: frames nobody expects are survived, streams are shared, trades come once and a cut is shown."""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from connectors.model.candle import Candle, Interval
from connectors.model.trade import Gap, Trade
from connectors.venues.binance import frames
from connectors.venues.binance.constants import DEFAULT_LIMITS
from connectors.venues.binance.feed import Feed
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.market import BinanceMarket
from connectors.venues.binance.symbols import instrument_id
from connectors.wire.limiter import Limiter
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.heard import Heard
from support.scripted import answer, scripted_http
from support.scripted_socket import Peer, ScriptedSocket, Talk, scripted_socket

BTC = instrument_id("BTCUSDT")
TRADE = "btcusdt@trade"


def trade(number: int, price: str = "61000.01", quantity: str = "0.5") -> dict[str, Any]:
    data = {
        "e": "trade",
        "E": 1,
        "s": "BTCUSDT",
        "t": number,
        "p": price,
        "q": quantity,
        "T": 1_795_000_000_000,
        "m": True,
    }
    return {"stream": TRADE, "data": data}


async def subscribed(peer: Peer) -> None:
    frame = await peer.next()
    await peer.say({"result": None, "id": frame["id"]})


@asynccontextmanager
async def feeding(talk: Talk) -> AsyncIterator[tuple[BinanceMarket, Feed, ScriptedSocket]]:
    clock, rng, tls = LoopClock(), random.Random(2), client_context()
    async with scripted_http(lambda _: answer("{}")) as http, scripted_socket(talk) as server:
        rest = RestClient("binance", {Role.PUBLIC: Binding(http.origin)}, clock, tls)
        limiter = Limiter("binance", clock, clock.time_ns)
        limiter.configure(DEFAULT_LIMITS)
        gate = Gate(rest, None, clock, rng, limiter, Skew())
        feed = Feed(server.origin, clock, rng, tls, lambda _: None)
        market = BinanceMarket(gate, feed, limiter, clock, rng)
        yield market, feed, server
        await market.close()
        await feed.close()
        await rest.close()


async def test_frames_that_are_not_the_protocol_leave_the_socket_up(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def talk(peer: Peer) -> None:
        await subscribed(peer)
        await peer.say("<html>no</html>")
        await peer.say("[1,2")
        await peer.say('"text"')
        await peer.say({"stream": TRADE, "data": {"e": "moonPhase", "phase": 3}})
        await peer.say({"stream": TRADE, "data": {"e": "trade", "t": "seven"}})
        await peer.say(trade(1, price="NaN"))
        await peer.say(trade(2, quantity="a lot"))
        await peer.say({"code": 2, "msg": "Invalid request", "id": 9})
        await peer.say(trade(3))
        await peer.listen()

    heard: Heard[Trade | Gap] = Heard()
    async with feeding(talk) as (market, feed, server):
        await market.watch_trades(BTC, heard)
        (only,) = await heard.count(1)
        assert isinstance(only, Trade)
        assert only.trade_id == "3"
        assert feed.socket.health.up
        assert len(server.peers) == 1
        assert feed.malformed == 6
    told = [(record.getMessage(), record.levelno) for record in caplog.records]
    assert sum("not its protocol" in message for message, _ in told) == 6
    assert any("passed over" in message and level == logging.DEBUG for message, level in told)


async def test_trades_come_in_order_and_once_and_a_cut_is_a_gap() -> None:
    async def talk(peer: Peer) -> None:
        await subscribed(peer)
        if peer.number == 1:
            for number in (1, 2, 2, 1, 3):
                await peer.say(trade(number))
            await peer.next()
        await peer.say(trade(9))
        await peer.listen()

    heard: Heard[Trade | Gap] = Heard()
    async with feeding(talk) as (market, _feed, server):
        await market.watch_trades(BTC, heard)
        await heard.count(3)
        server.peers[0].cut()
        await heard.until(lambda item: isinstance(item, Trade) and item.trade_id == "9")
    kinds = [item.trade_id if isinstance(item, Trade) else "gap" for item in heard.items]
    assert kinds == ["1", "2", "3", "gap", "9"]


async def test_followers_of_one_stream_share_one_subscription() -> None:
    async def talk(peer: Peer) -> None:
        while True:
            await subscribed(peer)
            await peer.say(trade(len(peer.got)))

    one: Heard[Trade | Gap] = Heard()
    two: Heard[Trade | Gap] = Heard()
    async with feeding(talk) as (market, _feed, server):
        first = await market.watch_trades(BTC, one)
        second = await market.watch_trades(BTC, two)
        await one.count(1)
        await two.count(1)
        await first.close()
        await first.close()
        await second.close()
        await one.until(lambda _: True)
        await _frames(server.peers[0], 2)
        assert [frame["method"] for frame in server.peers[0].got] == ["SUBSCRIBE", "UNSUBSCRIBE"]


async def _frames(peer: Peer, number: int) -> None:
    """Wait until the client has sent so many frames."""
    clock = LoopClock()
    while len(peer.got) < number:
        await clock.sleep(0.01)


async def test_a_server_that_announces_its_end_is_left_for_a_new_one() -> None:
    async def talk(peer: Peer) -> None:
        await subscribed(peer)
        await peer.say(trade(peer.number))
        if peer.number == 1:
            await peer.say({"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}})
        await peer.listen()

    heard: Heard[Trade | Gap] = Heard()
    async with feeding(talk) as (market, _feed, server):
        await market.watch_trades(BTC, heard)
        await heard.until(lambda item: isinstance(item, Trade) and item.trade_id == "2")
        assert len(server.peers) == 2


async def test_a_candle_in_progress_is_followed_to_its_close() -> None:
    def kline(closed: bool) -> dict[str, Any]:
        k = {"t": 1_795_000_020_000, "T": 1_795_000_079_999, "i": "1m", "o": "1", "h": "3", "l": "0.5", "c": "2"}
        body = {**k, "v": "10", "q": "20", "n": 4, "x": closed}
        return {"stream": "btcusdt@kline_1m", "data": {"e": "kline", "E": 1, "s": "BTCUSDT", "k": body}}

    async def talk(peer: Peer) -> None:
        await subscribed(peer)
        await peer.say(kline(closed=False))
        await peer.say(kline(closed=True))
        await peer.listen()

    heard: Heard[Candle] = Heard()
    async with feeding(talk) as (market, _feed, _server):
        await market.watch_candles(BTC, Interval.M1, heard)
        begun, ended = await heard.count(2)
    assert (begun.closed, ended.closed) == (False, True)
    assert ended.close_ns - ended.open_ns + 1 == 60_000_000_000


def test_events_of_the_user_stream_and_the_market_stream_are_told_apart_by_their_tag() -> None:
    assert {kind.__struct_config__.tag for kind in (frames.DepthEvent, frames.ExecutionReport)} == {
        "depthUpdate",
        "executionReport",
    }
