"""Instruments as the venue describes them now: every filter read, every change told, by worker and connector (F3)."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from connectors.errors import InvalidOrder
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, ClientOrderId, Mode
from connectors.model.instrument import Filters, Instrument, InstrumentStatus
from connectors.model.order import OrderRequest, OrderType, TimeInForce
from connectors.model.side import Side
from connectors.venues.binance import listing, schemas
from connectors.venues.binance.connector import BinanceConnector
from connectors.wire.signers import HmacSigner
from support.clock import LoopClock
from support.heard import Heard
from support.scripted import Reply, Scripted, answer, scripted_http
from worker.house import a_worker

D = Decimal
FILTERS: list[dict[str, Any]] = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
    {"filterType": "MARKET_LOT_SIZE", "minQty": "0.0", "maxQty": "120.5", "stepSize": "0.0"},
    {"filterType": "NOTIONAL", "minNotional": "5.0", "applyMinToMarket": True, "maxNotional": "9000000.0",
     "applyMaxToMarket": False, "avgPriceMins": 5},
    {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": "5", "bidMultiplierDown": "0.2",
     "askMultiplierUp": "6", "askMultiplierDown": "0.3", "avgPriceMins": 5},
    {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
    {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
    {"filterType": "MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders": 7},
    {"filterType": "ICEBERG_PARTS", "limit": 100},
    {"filterType": "MAX_POSITION", "maxPosition": "10.5"},
    {"filterType": "TRAILING_DELTA", "minTrailingAboveDelta": 10, "maxTrailingAboveDelta": 2000,
     "minTrailingBelowDelta": 11, "maxTrailingBelowDelta": 2001},
    {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": 10},
    {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 20},
    {"filterType": "MOON_PHASE", "phase": 3},
]  # fmt: skip


def symbol(name: str = "BTCUSDT", status: str = "TRADING", tick: str = "0.01") -> dict[str, Any]:
    price = {**FILTERS[0], "tickSize": tick}
    known = {"symbol": name, "status": status, "baseAsset": "BTC", "quoteAsset": "USDT"}
    return {**known, "orderTypes": ["LIMIT", "MARKET"], "filters": [price, *FILTERS[1:]]}


def test_every_filter_of_the_sheet_is_read() -> None:
    read = listing.instrument(msgspec.json.decode(json.dumps(symbol()), type=schemas.Symbol)).filters
    assert read == Filters(
        tick_size=D("0.01"), step_size=D("0.00001"), min_price=D("0.01"), max_price=D(1_000_000),
        min_quantity=D("0.00001"), max_quantity=D(9000), market_step_size=D(0), market_min_quantity=D(0),
        market_max_quantity=D("120.5"), min_notional=D(5), max_notional=D(9_000_000),
        min_notional_applies_to_market=True, max_notional_applies_to_market=False, bid_multiplier_up=D(5),
        bid_multiplier_down=D("0.2"), ask_multiplier_up=D(6), ask_multiplier_down=D("0.3"), max_open_orders=200,
        max_trigger_orders=5, max_iceberg_orders=7, max_iceberg_parts=100, max_position=D("10.5"), min_trail_above=10,
        max_trail_above=2000, min_trail_below=11, max_trail_below=2001, max_amends=10, max_order_lists=20,
        average_minutes=5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "fields"),
    [
        ({"filterType": "MIN_NOTIONAL", "minNotional": "7", "applyToMarket": True, "avgPriceMins": 1},
         {"min_notional": D(7), "min_notional_applies_to_market": True, "average_minutes": 1}),
        ({"filterType": "PERCENT_PRICE", "multiplierUp": "5", "multiplierDown": "0.2", "avgPriceMins": 0},
         {"bid_multiplier_up": D(5), "ask_multiplier_down": D("0.2"), "average_minutes": 0,
          "percent_price": "PERCENT_PRICE"}),
        ({"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": "5"},
         {"bid_multiplier_up": D(5), "percent_price": "PERCENT_PRICE_BY_SIDE"}),
    ],
)  # fmt: skip
def test_the_older_filters_are_read_where_they_stand(old: dict[str, Any], fields: dict[str, Any]) -> None:
    read = listing.filters(msgspec.json.decode(json.dumps([old]), type=list[schemas.Filter]))
    assert {name: getattr(read, name) for name in fields} == fields


class Venue:
    """A venue whose symbols a test changes."""

    def __init__(self) -> None:
        self.symbols = [symbol(), symbol("ETHUSDT")]
        self.refusal = answer('{"code":-1013,"msg":"Filter failure: PRICE_FILTER"}', 400)
        self.infos = 0

    def __call__(self, request: bytes) -> Reply:
        path = request.split(b" ")[1].split(b"?")[0].decode()
        if path == "/api/v3/order":
            return self.refusal
        self.infos += path == "/api/v3/exchangeInfo"
        body = {
            "/api/v3/time": {"serverTime": 1_893_553_445_000},
            "/api/v3/exchangeInfo": {"symbols": self.symbols},
            "/api/v3/account": {"canTrade": True, "balances": []},
        }
        return answer(json.dumps(body.get(path, {})))


def connection(server: Scripted, keyed: bool) -> Connection:
    socket = str(server.origin).replace("http", "ws")
    hosts = Hosts((str(server.origin),), socket, socket)
    return Connection(AccountId(UUID(int=1)), "binance", "x", Mode.SIM, hosts=hosts, keyed=keyed)


@asynccontextmanager
async def connected(venue: Venue) -> AsyncIterator[tuple[BinanceConnector, Heard[Sequence[Instrument]]]]:
    heard: Heard[Sequence[Instrument]] = Heard()
    async with scripted_http(venue) as server:
        signer = HmacSigner("SIMkey", b"secret")
        made = BinanceConnector(connection(server, keyed=True), signer, LoopClock(), random.Random(1))
        made.market.on_instruments(heard)
        try:
            await made.connect()
            yield made, heard
        finally:
            await made.close()


@pytest.mark.scaled(10)
@pytest.mark.parametrize("status", ["CANCEL_ONLY", "HALT", "BREAK", "END_OF_DAY", "SOMETHING_NEW"])
async def test_a_refused_filter_reads_the_instruments_anew_and_tells_what_changed(status: str) -> None:
    venue = Venue()
    async with connected(venue) as (made, heard):
        instrument = await made.market.instrument("BTCUSDT")
        assert heard.items == []
        venue.symbols = [symbol(status=status, tick="0.10"), symbol("ETHUSDT"), symbol("NEWUSDT")]
        before, request = venue.infos, OrderRequest(
            instrument.id, ClientOrderId("a" * 32), Side.BUY, OrderType.LIMIT, D(1), price=D("1.01"),
            time_in_force=TimeInForce.GTC,
        )  # fmt: skip
        assert made.trading is not None
        with pytest.raises(InvalidOrder, match="PRICE_FILTER"):
            await made.trading.place(request)
        (changed,) = await heard.count(1, seconds=60)
        assert venue.infos == before + 1
        assert [one.symbol for one in changed] == ["BTCUSDT", "NEWUSDT"]
        expected = InstrumentStatus.__members__.get({"END_OF_DAY": "CLOSED"}.get(status, status), "UNKNOWN")
        assert changed[0].status == expected
        assert changed[0].filters.tick_size == D("0.10")
        assert (await made.market.instrument("btcusdt")).filters.tick_size == D("0.10")


async def test_a_refresh_that_finds_nothing_new_tells_nothing() -> None:
    venue = Venue()
    async with connected(venue) as (made, heard):
        await made.refresh_instruments()
        assert venue.infos == 2
        assert heard.items == []


async def test_the_worker_hears_of_a_change_on_each_of_its_connections(home: Path) -> None:
    venue, heard = Venue(), Heard[Sequence[Instrument]]()
    async with scripted_http(venue) as server, a_worker(home) as house:
        await house.worker.roster.add(connection(server, keyed=False))
        live = house.worker.roster.get(AccountId(UUID(int=1)))
        live.on_instruments = heard
        await live.market()
        venue.symbols[0] = symbol(status="HALT")
        assert isinstance(live.connector, BinanceConnector)
        await live.connector.refresh_instruments()
        assert [(one.symbol, one.status) for one in heard.items[0]] == [("BTCUSDT", InstrumentStatus.HALT)]
