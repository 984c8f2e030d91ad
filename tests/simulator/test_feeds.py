"""Markets, streams and bars on a clock that the test moves: exact where the sockets can only be close."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from connectors.simulator.exchange import Exchange
from connectors.simulator.hub import Listener
from connectors.simulator.options import Options
from connectors.simulator.parameters import Parameters
from connectors.simulator.private import cancel, place
from connectors.simulator.public import klines, ticker_day
from simulator.rig import Desk, Hands, open_desk


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


def bars(desk: Desk, interval: str, **params: object) -> list[list[Any]]:
    values = {"symbol": "BTCUSDT", "interval": interval, **{name: str(value) for name, value in params.items()}}
    return klines(desk.exchange, Parameters(values))


def joined(rows: list[list[Any]]) -> list[Decimal]:
    """What one bar over these would say: open, high, low, close, then the sums."""
    return [
        Decimal(rows[0][1]),
        max(Decimal(row[2]) for row in rows),
        min(Decimal(row[3]) for row in rows),
        Decimal(rows[-1][4]),
        *(sum((Decimal(row[column]) for row in rows), Decimal(0)) for column in (5, 7, 8, 9, 10)),
    ]


def one(row: list[Any]) -> list[Decimal]:
    return [Decimal(row[column]) for column in (1, 2, 3, 4, 5, 7, 8, 9, 10)]


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


def test_the_flow_moves_at_about_the_tapes_pace(desk: Desk) -> None:
    ear = Ear(desk.exchange, "btcusdt@trade", "btcusdt@bookTicker", "btcusdt@depth@100ms")
    desk.run(20)
    assert 15 < len(ear.of("btcusdt@trade")) / 20 < 60
    assert 40 < len(ear.of("btcusdt@bookTicker")) / 20 < 120
    assert 9 < len(ear.of("btcusdt@depth@100ms")) / 20 < 11


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
    assert (holdings["USDT"].free, holdings["USDT"].locked) == (10_000 - cost, 0)
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
    base, quote = Decimal(0), Decimal(10_000)
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


PARTS = [("3m", "1m", 3), ("5m", "1m", 5), ("15m", "5m", 3), ("1h", "15m", 4), ("4h", "1h", 4), ("6h", "2h", 3)]
PARTS += [("12h", "4h", 3), ("1d", "12h", 2), ("1w", "1d", 7), ("3d", "1d", 3), ("1m", "1s", 60), ("1h", "1m", 60)]


@pytest.mark.parametrize(("long", "short", "count"), PARTS)
def test_a_bar_equals_the_shorter_bars_it_is_made_of(desk: Desk, long: str, short: str, count: int) -> None:
    for row in bars(desk, long, limit=12)[:-1]:
        parts = bars(desk, short, startTime=row[0], endTime=row[6], limit=count)
        assert len(parts) == count
        assert joined(parts) == one(row)


def test_months_are_made_of_their_days(desk: Desk) -> None:
    for row in bars(desk, "1M", limit=6)[:-1]:
        days = bars(desk, "1d", startTime=row[0], endTime=row[6], limit=31)
        assert len(days) in {28, 29, 30, 31}
        assert joined(days) == one(row)


@pytest.mark.parametrize("interval", ["1m", "3m", "5m", "1h", "1d", "1w", "1M"])
def test_bars_in_progress_grow_out_of_history_without_a_seam(desk: Desk, interval: str) -> None:
    desk.run(150, step_ms=1000)
    rows = bars(desk, interval, limit=30)
    assert all(before[4] == after[1] and before[6] + 1 == after[0] for before, after in pairwise(rows))
    spec = desk.exchange.feed("BTCUSDT").spec
    assert rows[-1][4] == spec.price_text(desk.exchange.feed("BTCUSDT").market.last_price)
    assert all(Decimal(row[3]) <= Decimal(row[1]) <= Decimal(row[2]) for row in rows)
    assert all(Decimal(row[3]) <= Decimal(row[4]) <= Decimal(row[2]) for row in rows)
    for low, high, volume, quote in ((Decimal(row[n]) for n in (3, 2, 5, 7)) for row in rows):
        assert low * volume <= quote <= high * volume


def test_the_ticker_is_the_last_1440_minutes(desk: Desk) -> None:
    desk.run(130, step_ms=1000)
    ticker = ticker_day(desk.exchange, Parameters({"symbol": "BTCUSDT"}))
    newest = bars(desk, "1m", limit=1000)
    older = bars(desk, "1m", endTime=newest[0][0] - 1, limit=440)
    whole = joined(older + newest)
    keys = ("openPrice", "highPrice", "lowPrice", "lastPrice", "volume", "quoteVolume", "count")
    assert [Decimal(ticker[key]) for key in keys] == whole[:7]
    assert ticker["openTime"] == older[0][0]
    assert Decimal(ticker["priceChange"]) == whole[3] - whole[0]


def test_history_does_not_depend_on_how_it_is_asked(desk: Desk) -> None:
    whole = bars(desk, "1m", limit=1000)
    at = whole[300][0]
    assert bars(desk, "1m", startTime=at, limit=50) == whole[300:350]
    assert bars(desk, "1m", startTime=at - 59_999, limit=50) == whole[300:350]
    assert bars(desk, "1m", endTime=at, limit=50) == whole[251:301]
    assert bars(desk, "1m", startTime=at, endTime=at) == [whole[300]]
    assert bars(desk, "1m", startTime=desk.clock.ms + 120_000) == []


def test_history_reaches_back_years_and_begins_at_the_listing(desk: Desk) -> None:
    rows = bars(desk, "1M", startTime=0)
    assert 36 <= len(rows) <= 37
    days = bars(desk, "1d", startTime=0, limit=1000)
    assert len(days) == 1000
    assert bars(desk, "1d", endTime=days[0][0] - 1) == []


def test_a_time_zone_moves_the_edges_of_bars_and_nothing_else(desk: Desk) -> None:
    rows = bars(desk, "1d", limit=5, timeZone="05:30")
    assert all(row[0] % 86_400_000 == 86_400_000 - 19_800_000 for row in rows)
    for row in rows[:-1]:
        assert joined(bars(desk, "30m", startTime=row[0], endTime=row[6], limit=48)) == one(row)


def test_another_session_on_the_same_ledger_shows_the_same_picture(tmp_path: Path) -> None:
    clock = Hands()
    first = open_desk(tmp_path, clock=clock)
    first.run(200, step_ms=1000)
    price = first.exchange.feed("BTCUSDT").market.last_price
    asked = {interval: bars(first, interval, limit=200)[:-1] for interval in ("1m", "1h", "1d")}
    first.close()
    clock.ms += 7_200_000
    second = open_desk(tmp_path, clock=clock)
    for interval, rows in asked.items():
        again = bars(second, interval, startTime=rows[0][0], endTime=rows[-2][0], limit=200)
        assert again == rows[:-1]
    longer = bars(second, "1m", limit=200)
    assert all(before[4] == after[1] and before[6] + 1 == after[0] for before, after in pairwise(longer))
    assert abs(second.exchange.feed("BTCUSDT").market.last_price - price) < price // 500
    second.close()


def test_a_listener_that_does_not_keep_up_is_let_go() -> None:
    listener = Listener()
    for _ in range(20_001):
        listener.put("x")
    assert listener.too_slow
