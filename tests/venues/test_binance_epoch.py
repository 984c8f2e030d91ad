"""A wiped testnet is a new life, noticed at connect and at reconnect; nothing ordinary looks like one (DESIGN §4)."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import TradedeskError
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode
from connectors.ports.venue import AccountEvent, AccountStreamDown, AccountStreamUp, EpochBegun
from connectors.venues.binance.connector import BinanceConnector
from connectors.venues.binance.epoch import FIRST, Lives, Seen
from connectors.wire.signers import HmacSigner
from support.clock import LoopClock
from support.heard import Heard
from support.scripted import Reply, answer, page, scripted_http
from support.scripted_socket import Peer, scripted_socket

SIGNER = HmacSigner("A1b2C3d4" * 8, b"secret")
LISTED = {"status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "filters": []}


def trade(number: int, time: int) -> dict[str, Any]:
    return {"id": number, "price": "1", "qty": "1", "time": time, "isBuyerMaker": True}


class Testnet:
    """A testnet with a ledger that can be wiped."""

    __test__ = False

    def __init__(self) -> None:
        self.first: Any = [trade(0, 1000)]
        self.newest: Any = [trade(9_000_000_000, 900_000)]
        self.symbols = ["BTCUSDT"]
        self.reply: Reply | None = None
        self.asked = 0

    def __call__(self, request: bytes) -> Reply:
        path = request.split(b" ")[1].split(b"?")[0].decode()
        if path == "/api/v3/historicalTrades":
            self.asked += 1
            start = int(request.split(b"fromId=")[1].split(b" ")[0].split(b"&")[0])
            rows = [row for row in (*self.first, *self.newest) if row["id"] >= start][:1]
            return self.reply if self.reply is not None else answer(json.dumps(rows))
        if path == "/api/v3/trades":
            return answer(json.dumps(self.newest[-1:]))
        body = {
            "/api/v3/time": {"serverTime": 1_893_553_445_000},
            "/api/v3/exchangeInfo": {"symbols": [{**LISTED, "symbol": name} for name in self.symbols]},
            "/api/v3/account": {"canTrade": True, "balances": []},
        }
        return answer(json.dumps(body.get(path, {})))


async def granted(peer: Peer) -> None:
    while True:
        frame = await peer.next()
        await peer.say({"id": frame["id"], "status": 200, "result": {}})


@asynccontextmanager
async def connected(
    venue: Testnet, mode: Mode = Mode.TESTNET, hint: str = ""
) -> AsyncIterator[tuple[BinanceConnector, Heard[AccountEvent], list[Peer]]]:
    async with scripted_http(venue) as http, scripted_socket(granted, "/ws-api/v3") as server:
        socket = f"ws://127.0.0.1:{server.origin.port}"
        hosts = Hosts((str(http.origin),), socket, socket)
        connection = Connection(AccountId(UUID(int=1)), "binance", "t", mode, hosts=hosts, keyed=True, epoch_hint=hint)
        made = BinanceConnector(connection, SIGNER, LoopClock(), random.Random(1))
        heard: Heard[AccountEvent] = Heard()
        try:
            await made.connect()
            assert made.account is not None
            await made.account.watch_account(heard)
            await heard.until(lambda event: isinstance(event, AccountStreamUp))
            yield made, heard, server.peers
        finally:
            await made.close()


async def test_the_first_trade_names_the_life_the_same_at_every_start() -> None:
    venue = Testnet()
    for _ in range(2):
        async with connected(venue) as (made, heard, _):
            assert await made.epoch() == "BTCUSDT:0:1000"
            assert made.status().epoch == "BTCUSDT:0:1000"
            assert not any(isinstance(event, EpochBegun) for event in heard.items)


async def test_a_wipe_between_two_starts_is_another_life() -> None:
    venue = Testnet()
    async with connected(venue) as (made, _, _):
        before = await made.epoch()
    venue.first = [trade(0, 5000)]
    async with connected(venue) as (made, heard, _):
        assert await made.epoch() not in {before, FIRST}
        assert not any(isinstance(event, EpochBegun) for event in heard.items)


async def test_a_wipe_since_the_life_that_was_handed_in_is_told() -> None:
    venue = Testnet()
    async with connected(venue, hint="BTCUSDT:0:1000") as (made, heard, _):
        assert await made.epoch() == "BTCUSDT:0:1000"
        assert not any(isinstance(event, EpochBegun) for event in heard.items)
    venue.first = [trade(0, 5000)]
    async with connected(venue, hint="BTCUSDT:0:1000") as (made, _, _):
        assert await made.epoch() == "BTCUSDT:0:5000"


async def test_a_wipe_under_an_open_connection_is_told_before_the_stream_is_up_again() -> None:
    venue = Testnet()
    async with connected(venue) as (made, heard, peers):
        venue.first = [trade(0, 7000)]
        before = len(heard.items)
        peers[-1].cut()
        await heard.until(lambda event: isinstance(event, AccountStreamUp), after=before)
        kinds = [type(event) for event in heard.items[before:]]
        assert kinds == [AccountStreamDown, EpochBegun, AccountStreamUp]
        assert await made.epoch() == "BTCUSDT:0:7000"


async def test_a_market_that_begins_alike_is_told_by_a_trade_that_changed() -> None:
    venue = Testnet()
    async with connected(venue, Mode.SIM, "life-7") as (made, _, _):
        venue.newest = [trade(9_000_000_000, 900_001)]
        assert await made.epoch() == "BTCUSDT:9000000000:900001"
        venue.newest = [trade(9_000_000_007, 900_005)]
        assert await made.epoch() == "BTCUSDT:9000000000:900001"


HARMLESS = {
    "the same trade": answer(json.dumps([trade(0, 1000)])),
    "no trade": answer("[]"),
    "older trades no longer kept": answer(json.dumps([trade(4711, 9000)])),
    "a page": page(404),
    "a fault": answer("{}", 503),
    "another form": answer('{"a":1}'),
    "refused": answer('{"code":-1121,"msg":"Invalid symbol."}', 400),
}


@pytest.mark.parametrize("name", HARMLESS)
async def test_nothing_else_than_another_first_trade_ends_a_life(name: str) -> None:
    venue = Testnet()
    async with connected(venue) as (made, heard, peers):
        venue.reply, asked = HARMLESS[name], venue.asked
        before = len(heard.items)
        peers[-1].cut()
        await heard.until(lambda event: isinstance(event, AccountStreamUp), after=before)
        assert venue.asked > asked
        assert not any(isinstance(event, EpochBegun) for event in heard.items)
        assert await made.epoch() == "BTCUSDT:0:1000"


async def test_a_reference_that_is_no_longer_listed_proves_nothing() -> None:
    venue = Testnet()
    venue.symbols = ["ETHUSDT"]
    venue.first = [trade(0, 3000)]
    async with connected(venue, hint="BTCUSDT:0:1000") as (made, _, _):
        assert await made.epoch() == "BTCUSDT:0:1000"


async def test_a_life_is_not_named_while_the_venue_cannot_be_asked() -> None:
    venue = Testnet()
    venue.reply = answer('{"code":-1003,"msg":"Too many requests."}', 429, "Retry-After: 60")
    with pytest.raises(TradedeskError):
        async with connected(venue):
            pass


@pytest.mark.parametrize(("hint", "epoch"), [("life-7", "life-7"), ("", FIRST)])
async def test_the_simulator_is_named_by_who_started_it_until_it_is_wiped(hint: str, epoch: str) -> None:
    venue = Testnet()
    venue.first = [trade(5_000_010_001, 1000)]
    async with connected(venue, Mode.SIM, hint) as (made, heard, peers):
        assert await made.epoch() == epoch
        venue.first = [trade(5_000_010_001, 2000)]
        before = len(heard.items)
        peers[-1].cut()
        await heard.until(lambda event: isinstance(event, EpochBegun), after=before)
        assert await made.epoch() == "BTCUSDT:5000010001:2000"


@given(
    before=st.tuples(st.integers(0, 50), st.integers(0, 50)), life=st.lists(st.integers(1, 9), min_size=1, max_size=30)
)
def test_within_one_life_no_oldest_trade_is_of_another_one(before: tuple[int, int], life: list[int]) -> None:
    """Trades numbered without end at times that never fall, from which a venue drops old ones, on replicas unevenly."""
    number, time = before
    trades = [Seen("BTCUSDT", number + place, time + sum(life[:place])) for place in range(len(life))]
    assert not any(one.of_another_life(other) for one in trades for other in trades)


@given(old=st.integers(0, 10**9), new=st.integers(0, 10**9), apart=st.integers(1, 10**9))
def test_numbering_that_begins_anew_is_another_life(old: int, new: int, apart: int) -> None:
    before, after = Seen("BTCUSDT", max(old, new), 5), Seen("BTCUSDT", min(old, new), 5 + apart)
    assert after.of_another_life(before)
    assert not Seen("ETHUSDT", after.number, after.time).of_another_life(before)


class _Never:
    """Stands where a gate is not asked."""

    async def ask(self, *_: object, **__: object) -> bytes:
        raise AssertionError("asked")


@given(mode=st.sampled_from([Mode.LIVE, Mode.DEMO, Mode.PAPER]), hint=st.text(max_size=5))
async def test_a_live_venue_has_one_life_whatever_it_is_told(mode: Mode, hint: str) -> None:
    lives = Lives(_Never(), mode, hint, lambda: ["BTCUSDT"])  # type: ignore[arg-type]  # it is not asked
    assert await lives.look() is None
    assert lives.current == FIRST
