"""Market streams across a planned replacement: nothing lost, nothing told twice, and no hole where there is none."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from connectors.model.book import BookState
from connectors.model.candle import Candle, Interval
from connectors.model.trade import Gap, Trade
from connectors.ports.venue import LiveBook
from connectors.venues.binance.constants import DEFAULT_LIMITS
from connectors.venues.binance.feed import Feed
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.market import BinanceMarket
from connectors.venues.binance.symbols import instrument_id
from connectors.wire.dialogue import Patience
from connectors.wire.limiter import Limiter
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.heard import Heard
from support.scripted import answer, scripted_http
from support.scripted_socket import Peer, ScriptedSocket, Talk, scripted_socket

BTC = instrument_id("BTCUSDT")
SNAPSHOT = '{"lastUpdateId":100,"bids":[["99.0","1.0"]],"asks":[["101.0","1.0"]]}'
SHUTDOWN = {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}}


def trade(number: int) -> dict[str, Any]:
    data = {"e": "trade", "E": 1, "s": "BTCUSDT", "t": number, "p": "100", "q": "1", "T": number, "m": True}
    return {"stream": "btcusdt@trade", "data": data}


def delta(number: int) -> dict[str, Any]:
    levels = [["99.0", f"{number}.0"]]
    data = {"e": "depthUpdate", "E": number, "s": "BTCUSDT", "U": number, "u": number, "b": levels, "a": []}
    return {"stream": "btcusdt@depth@100ms", "data": data}


def kline(event_ms: int, close: str) -> dict[str, Any]:
    k = {
        "t": 0,
        "T": 59_999,
        "i": "1m",
        "o": "1",
        "h": "9",
        "l": "1",
        "c": close,
        "v": "1",
        "q": "1",
        "n": 1,
        "x": False,
    }
    return {"stream": "btcusdt@kline_1m", "data": {"e": "kline", "E": event_ms, "s": "BTCUSDT", "k": k}}


class Venue:
    """Two sockets, the second of which is told of everything the first is, from a moment on."""

    def __init__(self) -> None:
        self.peers: Heard[Peer] = Heard()

    async def talk(self, peer: Peer) -> None:
        frame = await peer.next()
        await peer.say({"result": None, "id": frame["id"]})
        self.peers(peer)
        while True:
            frame = await peer.next()
            await peer.say({"result": None, "id": frame["id"]})


@asynccontextmanager
async def feeding(talk: Talk, patience: Patience) -> AsyncIterator[tuple[BinanceMarket, Feed, ScriptedSocket]]:
    clock, rng, tls = LoopClock(), random.Random(2), client_context()
    async with scripted_http(lambda _: answer(SNAPSHOT)) as http, scripted_socket(talk) as server:
        rest = RestClient("binance", {Role.PUBLIC: Binding(http.origin)}, clock, tls)
        limiter = Limiter("binance", clock, clock.time_ns)
        limiter.configure(DEFAULT_LIMITS)
        feed = Feed(server.origin, clock, rng, tls, lambda _: None, patience)
        market = BinanceMarket(Gate(rest, None, clock, rng, limiter, Skew()), feed, limiter, clock, rng)
        yield market, feed, server
        await market.close()
        await feed.close()
        await limiter.close()
        await rest.close()


async def both(venue: Venue, say: Callable[[Peer], Awaitable[None]]) -> Peer:
    """Announce the end of the first socket; when the second stands, let ``say`` speak on both. Returns the second."""
    first = (await venue.peers.count(1))[0]
    await first.say(SHUTDOWN)
    second = (await venue.peers.count(2))[1]
    await say(first)
    await say(second)
    return second


async def test_trades_cross_a_replacement_once_each_and_without_a_gap() -> None:
    venue, heard = Venue(), Heard[Trade | Gap]()

    async def overlap(peer: Peer) -> None:
        for number in (2, 3) if peer is venue.peers.items[0] else (3, 4):
            await peer.say(trade(number))

    async with feeding(venue.talk, Patience(overlap_s=0.3)) as (market, feed, server):
        await market.watch_trades(BTC, heard)
        await (await venue.peers.count(1))[0].say(trade(1))
        second = await both(venue, overlap)
        await heard.until(lambda item: isinstance(item, Trade) and item.trade_id == "4")
        await second.say(trade(5))
        await heard.until(lambda item: isinstance(item, Trade) and item.trade_id == "5")
        assert [item.trade_id if isinstance(item, Trade) else "gap" for item in heard.items] == list("12345")
        assert feed.socket.health.up
        assert len(server.peers) == 2


async def test_a_book_stays_live_across_a_replacement_and_is_not_asked_for_again() -> None:
    venue = Venue()
    told: Heard[tuple[BookState, int]] = Heard()

    def listen(book: LiveBook) -> None:
        told((book.state, book.update_id))

    async def overlap(peer: Peer) -> None:
        for number in (102, 103) if peer is venue.peers.items[0] else (103, 104):
            await peer.say(delta(number))

    async with feeding(venue.talk, Patience(overlap_s=0.3)) as (market, _feed, _server):
        await market.watch_book(BTC, listen)
        await (await venue.peers.count(1))[0].say(delta(101))
        await told.until(lambda seen: seen == (BookState.LIVE, 101))
        begun = len(told.items)
        await both(venue, overlap)
        await told.until(lambda seen: seen[1] == 104)
        assert told.items[begun:] == [(BookState.LIVE, number) for number in (102, 103, 104)]


async def test_a_candle_never_goes_back_when_two_sockets_tell_of_it() -> None:
    venue, heard = Venue(), Heard[Candle]()

    async def overlap(peer: Peer) -> None:
        for event_ms in (2000, 4000) if peer is venue.peers.items[0] else (2000, 4000, 6000):
            await peer.say(kline(event_ms, str(event_ms // 1000)))

    async with feeding(venue.talk, Patience(overlap_s=0.3)) as (market, _feed, _server):
        await market.watch_candles(BTC, Interval.M1, heard)
        await both(venue, overlap)
        await heard.until(lambda candle: candle.close == 6)
        assert [candle.close for candle in heard.items] == [Decimal(2), Decimal(4), Decimal(6)]


async def test_a_stream_wanted_during_the_overlap_is_on_the_new_socket_too() -> None:
    venue, heard = Venue(), Heard[Trade | Gap]()
    candles: Heard[Candle] = Heard()
    async with feeding(venue.talk, Patience(overlap_s=0.5)) as (market, _feed, server):
        await market.watch_trades(BTC, heard)
        await (await venue.peers.count(1))[0].say(SHUTDOWN)
        await venue.peers.count(2)
        await market.watch_candles(BTC, Interval.M1, candles)
        clock = LoopClock()
        while not any("btcusdt@kline_1m" in frame["params"] for peer in server.peers[1:] for frame in peer.got):
            await clock.sleep(0.05)
        await server.peers[-1].say(kline(1, "5"))
        await candles.count(1)
        assert len(server.peers) >= 2


async def test_a_stream_left_during_the_overlap_is_ended_on_the_new_socket() -> None:
    venue, heard = Venue(), Heard[Trade | Gap]()
    candles: Heard[Candle] = Heard()
    async with feeding(venue.talk, Patience(overlap_s=0.5)) as (market, _feed, server):
        watching = await market.watch_candles(BTC, Interval.M1, candles)
        await market.watch_trades(BTC, heard)
        await (await venue.peers.count(1))[0].say(SHUTDOWN)
        await venue.peers.count(2)
        await watching.close()
        clock = LoopClock()
        while not any(frame["method"] == "UNSUBSCRIBE" for frame in server.peers[1].got):
            await clock.sleep(0.05)
        assert server.peers[1].got[-1]["params"] == ["btcusdt@kline_1m"]


async def test_a_socket_that_breaks_during_the_overlap_is_an_honest_gap() -> None:
    venue, heard = Venue(), Heard[Trade | Gap]()
    async with feeding(venue.talk, Patience(overlap_s=300)) as (market, _feed, _server):
        await market.watch_trades(BTC, heard)
        first = (await venue.peers.count(1))[0]
        await first.say(trade(1))
        await heard.count(1)
        await first.say(SHUTDOWN)
        await venue.peers.count(2)
        first.cut()
        third = (await venue.peers.count(3))[2]
        await third.say(trade(9))
        await heard.until(lambda item: isinstance(item, Trade) and item.trade_id == "9")
        assert [item.trade_id if isinstance(item, Trade) else "gap" for item in heard.items] == ["1", "gap", "9"]


@pytest.mark.parametrize("backwards_ms", [11_000, 3_600_000])
async def test_a_venue_whose_clock_is_set_back_is_followed_all_the_same(backwards_ms: int) -> None:
    venue, heard = Venue(), Heard[Candle]()
    async with feeding(venue.talk, Patience()) as (market, _feed, _server):
        await market.watch_candles(BTC, Interval.M1, heard)
        peer = (await venue.peers.count(1))[0]
        await peer.say(kline(backwards_ms + 5, "1"))
        await peer.say(kline(5, "2"))
        assert [candle.close for candle in await heard.count(2)] == [Decimal(1), Decimal(2)]
