"""The market of agents on a clock that the test moves: exact where sockets can only be close."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.simulator.exchange import Exchange
from connectors.simulator.options import Options
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest.private import cancel, place
from connectors.simulator.sockets.hub import Listener
from simulator.rig import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = open_desk(tmp_path)
    yield found
    found.close()


class Ear(Listener):
    """Keeps what a combined connection would be sent."""

    def __init__(self, exchange: Exchange, *streams: str) -> None:
        super().__init__(combined=True)
        self.heard: list[dict[str, Any]] = []
        exchange.hub.subscribe(self, streams)

    def put(self, frame: str) -> None:
        self.heard.append(json.loads(frame))

    def of(self, stream: str) -> list[dict[str, Any]]:
        return [message["data"] for message in self.heard if message["stream"] == stream]


def order(desk: Desk, **params: object) -> dict[str, Any]:
    return place(desk.exchange, Parameters({name: str(value) for name, value in params.items()}))


def test_a_book_kept_from_the_stream_equals_the_exchanges_at_every_event(desk: Desk) -> None:
    market = desk.exchange.feed("BTCUSDT").market
    start = market.depth(5000)
    book = {"b": dict(start.bids), "a": dict(start.asks)}
    at = start.update_id
    ear = Ear(desk.exchange, "btcusdt@depth@100ms")
    spec = desk.exchange.feed("BTCUSDT").spec
    for _ in range(100):
        desk.run(0.1)
        for message in ear.heard:
            data = message["data"]
            assert data["U"] <= at + 1 <= data["u"]
            at = data["u"]
            for side in "ba":
                for price, size in data[side]:
                    ticks, lots = spec.grid.ticks(Decimal(price)), spec.grid.lots(Decimal(size))
                    book[side][ticks] = lots
                    if not lots:
                        del book[side][ticks]
        ear.heard.clear()
        now = market.depth(5000)
        assert now.update_id == at
        assert (book["b"], book["a"]) == (dict(now.bids), dict(now.asks))


def test_best_prices_told_agree_with_the_book_of_their_update(desk: Desk) -> None:
    """The tape's own check: after each depth event the last bookTicker up to its final id tells the book's best."""
    market, spec = desk.exchange.feed("BTCUSDT").market, desk.exchange.feed("BTCUSDT").spec
    ear = Ear(desk.exchange, "btcusdt@depth@100ms", "btcusdt@bookTicker")
    checks = 0
    for _ in range(50):
        desk.run(0.1)
        final = ear.of("btcusdt@depth@100ms")[-1]["u"]
        tops = [data for data in ear.of("btcusdt@bookTicker") if data["u"] <= final]
        if not tops:
            continue
        depth = market.depth(1)
        assert depth.update_id == final
        assert [tops[-1]["b"], tops[-1]["B"]] == list(spec.level(depth.bids[0]))
        assert [tops[-1]["a"], tops[-1]["A"]] == list(spec.level(depth.asks[0]))
        checks += 1
    assert checks > 40
    assert len(ear.of("btcusdt@bookTicker")) > 100


def test_the_same_seed_and_steps_give_the_same_market(tmp_path: Path) -> None:
    told: list[list[dict[str, Any]]] = []
    for name in ("first", "second"):
        found = open_desk(tmp_path / name, Options(seed=11))
        ear = Ear(found.exchange, "btcusdt@depth@100ms", "ethusdt@trade", "btcusdt@kline_1m")
        found.run(4)
        found.close()
        told.append(ear.heard)
    assert told[0] == told[1]
    other = open_desk(tmp_path / "third", Options(seed=12))
    ear = Ear(other.exchange, "btcusdt@depth@100ms", "ethusdt@trade", "btcusdt@kline_1m")
    other.run(4)
    other.close()
    assert ear.heard != told[0]


def test_the_flow_keeps_two_hundred_levels_a_side_and_a_spread_of_mostly_one_tick(desk: Desk) -> None:
    market = desk.exchange.feed("ETHUSDT").market
    spreads: list[int] = []
    for _ in range(150):
        desk.run(0.2)
        depth = market.depth(5000)
        assert len(depth.bids) >= 200
        assert len(depth.asks) >= 200
        spreads.append(depth.asks[0][0] - depth.bids[0][0])
    assert min(spreads) >= 1
    assert sorted(spreads)[len(spreads) // 2] == 1


def test_the_flow_speaks_on_its_streams_at_a_markets_pace(desk: Desk) -> None:
    ear = Ear(desk.exchange, "btcusdt@trade", "btcusdt@bookTicker", "btcusdt@depth@100ms")
    desk.run(20)
    assert 2 < len(ear.of("btcusdt@trade")) / 20 < 100
    assert 15 < len(ear.of("btcusdt@bookTicker")) / 20 < 300
    assert 9 < len(ear.of("btcusdt@depth@100ms")) / 20 < 11


def test_times_of_trades_never_fall_though_a_step_of_the_market_comes_late(desk: Desk) -> None:
    """A user's order is matched when it comes; the market's step for an earlier moment may be made up after it."""
    ear = Ear(desk.exchange, "btcusdt@trade")
    for _ in range(40):
        desk.clock.ms += 200
        order(desk, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.001")
        desk.run(0.5)
    trades = ear.of("btcusdt@trade")
    assert len(trades) > 40
    assert [trade["t"] for trade in trades] == sorted({trade["t"] for trade in trades})
    assert [trade["T"] for trade in trades] == sorted(trade["T"] for trade in trades)


def test_a_resting_order_of_the_user_is_filled_by_the_flow(desk: Desk) -> None:
    market = desk.exchange.feed("BTCUSDT").market
    top = market.top()
    assert top.bid is not None
    price = desk.exchange.feed("BTCUSDT").spec.grid.price(top.bid[0])
    placed = order(
        desk, symbol="BTCUSDT", side="BUY", type="LIMIT_MAKER", quantity="0.01", price=price, newOrderRespType="RESULT"
    )
    assert placed["status"] == "NEW"
    for _ in range(600):
        desk.run(0.5)
        if not desk.exchange.open_orders():
            break
    fills = [event for event in desk.events if event.get("x") == "TRADE"]
    assert fills[-1]["X"] == "FILLED"
    assert all(fill["m"] and Decimal(fill["L"]) == price for fill in fills)
    cost = price * Decimal("0.01")
    holdings = desk.exchange.account.holdings
    assert holdings["USDT"].free == 100_000 - cost
    assert holdings["USDT"].locked == 0
    assert holdings["BTC"].free == Decimal("0.01") - sum(Decimal(fill["n"]) for fill in fills)


def test_base_and_quote_are_conserved_but_for_commission(desk: Desk) -> None:
    order(desk, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.05")
    for number in range(30):
        desk.run(0.2)
        top = desk.exchange.feed("BTCUSDT").market.top()
        assert top.bid is not None
        spec = desk.exchange.feed("BTCUSDT").spec
        side = "BUY" if number % 2 else "SELL"
        limit = spec.grid.price(top.bid[0] + number % 3)
        order(desk, symbol="BTCUSDT", side=side, type="LIMIT", timeInForce="GTC", quantity="0.001", price=limit)
    base, quote = Decimal(0), Decimal(100_000)
    for fill in desk.exchange.trades("BTCUSDT"):
        sign = 1 if fill.buyer else -1
        base += sign * fill.quantity - (fill.commission if fill.buyer else 0)
        quote -= sign * fill.quote + (0 if fill.buyer else fill.commission)
    holdings = desk.exchange.account.holdings
    assert holdings["BTC"].free + holdings["BTC"].locked == base
    assert holdings["USDT"].free + holdings["USDT"].locked == quote
    held = sum(row.locked for row in desk.exchange.open_orders() if row.side == "BUY")
    assert holdings["USDT"].locked == held
    for row in desk.exchange.open_orders():
        cancel(desk.exchange, Parameters({"symbol": "BTCUSDT", "orderId": str(row.order_id)}))
    assert holdings["USDT"].locked == holdings["BTC"].locked == 0


def test_an_order_that_meets_the_users_own_expires_the_resting_one(desk: Desk) -> None:
    order(desk, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01")
    market, spec = desk.exchange.feed("BTCUSDT").market, desk.exchange.feed("BTCUSDT").spec
    top = market.top()
    while top.bid is None or top.ask is None or top.ask[0] - top.bid[0] < 2:
        desk.run(0.02)
        top = market.top()
    price = spec.grid.price(top.ask[0] - 1)
    resting = order(desk, symbol="BTCUSDT", side="SELL", type="LIMIT", timeInForce="GTC", quantity="0.005", price=price)
    assert resting["status"] == "NEW"
    desk.events.clear()
    order(desk, symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="IOC", quantity="0.1", price=price)
    told = next(event for event in desk.events if event.get("x") == "TRADE_PREVENTION")
    assert (told["i"], told["X"], told["A"]) == (resting["orderId"], "EXPIRED_IN_MATCH", "0.00500000")
    assert desk.exchange.account.holdings["BTC"].locked == 0


def test_a_listener_that_does_not_keep_up_is_let_go() -> None:
    listener = Listener()
    for _ in range(20_001):
        listener.put("x")
    assert listener.too_slow
