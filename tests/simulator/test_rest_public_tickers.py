"""Tickers, averages and prices over REST, with expectations written by hand from §3.3 and §4.2."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from simulator.rig import Running, now_ms, within

MINUTE = 60_000
DAY = 86_400_000
WINDOW_FIELDS = {
    "symbol",
    "priceChange",
    "priceChangePercent",
    "weightedAvgPrice",
    "openPrice",
    "highPrice",
    "lowPrice",
    "lastPrice",
    "volume",
    "quoteVolume",
    "openTime",
    "closeTime",
    "firstId",
    "lastId",
    "count",
}
MINI_FIELDS = WINDOW_FIELDS - {"priceChange", "priceChangePercent", "weightedAvgPrice"}
DAY_FIELDS = WINDOW_FIELDS | {"prevClosePrice", "lastQty", "bidPrice", "bidQty", "askPrice", "askQty"}


def test_a_rolling_window_begins_on_a_minute_and_ends_now(sim: Running) -> None:
    for word, length in (("1m", MINUTE), ("59m", 59 * MINUTE), ("23h", 23 * 60 * MINUTE), ("7d", 7 * DAY)):
        found = sim.public("ticker", symbol="BTCUSDT", windowSize=word).json()
        assert set(found) == WINDOW_FIELDS
        assert found["openTime"] % MINUTE == 0
        assert length <= found["closeTime"] - found["openTime"] <= length + 59_999
        assert abs(found["closeTime"] - now_ms()) < 2000
        change = Decimal(found["lastPrice"]) - Decimal(found["openPrice"])
        assert Decimal(found["priceChange"]) == change
        assert found["count"] == found["lastId"] - found["firstId"] + 1


def test_a_rolling_window_sums_up_the_bars_of_its_minutes(sim: Running) -> None:
    def both() -> tuple[dict[str, str], list[list[str]]]:
        window = sim.public("ticker", symbol="ETHUSDT", windowSize="30m").json()
        bars = sim.public("klines", symbol="ETHUSDT", interval="1m", startTime=window["openTime"]).json()
        return window, bars

    window, bars = within(MINUTE, both)
    assert len(bars) == 31
    assert window["openPrice"] == bars[0][1]
    traded_since = sum(Decimal(bar[5]) for bar in bars) - Decimal(window["volume"])
    assert 0 <= traded_since < 100
    assert Decimal(window["lowPrice"]) >= min(Decimal(bar[3]) for bar in bars)


def test_the_window_is_a_day_unless_asked_and_several_symbols_are_a_list(sim: Running) -> None:
    rows = sim.public("ticker", symbols=json.dumps(["ETHUSDT", "BTCUSDT"], separators=(",", ":"))).json()
    assert [row["symbol"] for row in rows] == ["ETHUSDT", "BTCUSDT"]
    assert all(DAY <= row["closeTime"] - row["openTime"] <= DAY + 59_999 for row in rows)


@pytest.mark.parametrize(
    ("zone", "shift"), [("0", 0), ("+8", 480), ("-1:00", -60), ("05:45", 345), ("14", 840), ("-12:00", -720)]
)
def test_the_trading_day_is_the_zones_own(sim: Running, zone: str, shift: int) -> None:
    found = sim.public("ticker/tradingDay", symbol="BTCUSDT", timeZone=zone).json()
    assert set(found) == WINDOW_FIELDS
    assert (found["openTime"] + shift * MINUTE) % DAY == 0
    assert found["closeTime"] == found["openTime"] + DAY - 1
    assert found["openTime"] <= now_ms() < found["closeTime"]


def test_mini_tickers_have_the_documented_fields_and_full_ones_more(sim: Running) -> None:
    assert set(sim.public("ticker/24hr", symbol="BTCUSDT").json()) == DAY_FIELDS
    for path in ("ticker", "ticker/24hr", "ticker/tradingDay"):
        assert set(sim.public(path, symbol="BTCUSDT", type="MINI").json()) == MINI_FIELDS


def test_last_prices_come_for_one_some_or_all(sim: Running) -> None:
    one = sim.public("ticker/price", symbol="BTCUSDT").json()
    assert set(one) == {"symbol", "price"}
    last = sim.public("trades", symbol="BTCUSDT", limit=50).json()
    assert Decimal(one["price"]) <= max(Decimal(row["price"]) for row in last) + 5
    assert [row["symbol"] for row in sim.public("ticker/price").json()] == ["BTCUSDT", "ETHUSDT"]
    assert [row["symbol"] for row in sim.public("ticker/price", symbols='["ETHUSDT"]').json()] == ["ETHUSDT"]


def test_the_average_price_is_that_of_five_minutes(sim: Running) -> None:
    def both() -> tuple[dict[str, Any], list[list[str]]]:
        found = sim.public("avgPrice", symbol="BTCUSDT").json()
        return found, sim.public("klines", symbol="BTCUSDT", interval="1m", limit=5).json()

    found, bars = within(MINUTE, both)
    assert found["mins"] == 5
    assert abs(found["closeTime"] - now_ms()) < 5000
    volume = sum((Decimal(bar[5]) for bar in bars), Decimal(0))
    quote = sum((Decimal(bar[7]) for bar in bars), Decimal(0))
    assert abs(Decimal(found["price"]) - quote / volume) < Decimal("0.5")


TWENTY_ONE = json.dumps(["BTCUSDT", *(f"X{number}" for number in range(20))], separators=(",", ":"))
HUNDRED_ONE = json.dumps([f"X{number}" for number in range(101)], separators=(",", ":"))

WEIGHED: list[tuple[str, dict[str, object], int]] = [
    ("time", {}, 1),
    ("exchangeInfo", {}, 20),
    ("executionRules", {}, 40),
    ("executionRules", {"symbol": "BTCUSDT"}, 2),
    ("executionRules", {"symbols": '["BTCUSDT","ETHUSDT"]'}, 4),
    ("executionRules", {"symbols": TWENTY_ONE}, 40),
    ("depth", {"symbol": "BTCUSDT", "limit": 100}, 5),
    ("depth", {"symbol": "BTCUSDT", "limit": 101}, 25),
    ("depth", {"symbol": "BTCUSDT", "limit": 1000}, 50),
    ("depth", {"symbol": "BTCUSDT", "limit": 9999}, 250),
    ("trades", {"symbol": "BTCUSDT"}, 25),
    ("historicalTrades", {"symbol": "BTCUSDT"}, 25),
    ("historicalBlockTrades", {"symbol": "BTCUSDT", "fromId": 0}, 25),
    ("aggTrades", {"symbol": "BTCUSDT"}, 4),
    ("klines", {"symbol": "BTCUSDT", "interval": "1m"}, 2),
    ("uiKlines", {"symbol": "BTCUSDT", "interval": "1m"}, 2),
    ("avgPrice", {"symbol": "BTCUSDT"}, 2),
    ("referencePrice", {"symbol": "BTCUSDT"}, 2),
    ("ticker/24hr", {"symbol": "BTCUSDT"}, 2),
    ("ticker/24hr", {"symbols": '["BTCUSDT","ETHUSDT"]'}, 2),
    ("ticker/24hr", {"symbols": TWENTY_ONE}, 40),
    ("ticker/24hr", {"symbols": HUNDRED_ONE}, 80),
    ("ticker/price", {"symbol": "BTCUSDT"}, 2),
    ("ticker/price", {}, 4),
    ("ticker/bookTicker", {"symbol": "BTCUSDT"}, 2),
    ("ticker/bookTicker", {"symbols": '["BTCUSDT"]'}, 4),
    ("ticker", {"symbol": "BTCUSDT"}, 4),
    ("ticker", {"symbols": '["BTCUSDT","ETHUSDT"]'}, 8),
    ("ticker", {"symbols": HUNDRED_ONE}, 200),
    ("ticker/tradingDay", {"symbols": '["BTCUSDT","ETHUSDT"]'}, 8),
]


def test_every_endpoint_weighs_what_the_table_says(fresh: Running) -> None:
    """§3.3; a request that is refused for what it asks weighs as much as one that is answered."""

    def counts() -> list[int]:
        asked = [("ping", {}), *((path, params) for path, params, _ in WEIGHED)]
        return [int(fresh.public(path, **params).headers["X-MBX-USED-WEIGHT-1M"]) for path, params in asked]

    found = within(MINUTE, counts)
    weights = [after - before for before, after in pairwise(found)]
    assert weights == [weight for _, _, weight in WEIGHED]
