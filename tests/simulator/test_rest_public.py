"""What REST tells anybody, with expectations written by hand from the fact sheet."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from simulator.rig import Running, now_ms, within

EIGHT_PLACES = re.compile(r"^\d+\.\d{8}$")


def test_ping_and_time_answer(sim: Running) -> None:
    assert sim.public("ping").json() == {}
    assert abs(sim.public("time").json()["serverTime"] - now_ms()) < 2000


def test_exchange_info_lists_symbols_filters_and_limits(sim: Running) -> None:
    info = sim.public("exchangeInfo").json()
    assert [row["symbol"] for row in info["symbols"]] == ["BTCUSDT", "ETHUSDT"]
    filters = {row["filterType"]: row for row in info["symbols"][0]["filters"]}
    assert filters["PRICE_FILTER"]["tickSize"] == "0.01000000"
    assert filters["LOT_SIZE"]["stepSize"] == "0.00001000"
    assert filters["NOTIONAL"]["minNotional"] == "5.00000000"
    assert {"MARKET_LOT_SIZE", "PERCENT_PRICE_BY_SIDE", "MAX_NUM_ORDERS"} <= set(filters)
    assert {
        "rateLimitType": "REQUEST_WEIGHT",
        "interval": "MINUTE",
        "intervalNum": 1,
        "limit": 6000,
    } in info["rateLimits"]
    assert sim.public("exchangeInfo", symbol="ETHUSDT").json()["symbols"][0]["baseAsset"] == "ETH"


def test_depth_has_two_hundred_levels_a_side_in_order(sim: Running) -> None:
    depth = sim.public("depth", symbol="BTCUSDT", limit=5000).json()
    bids = [Decimal(price) for price, _ in depth["bids"]]
    asks = [Decimal(price) for price, _ in depth["asks"]]
    assert len(bids) >= 200
    assert len(asks) >= 200
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
    assert all(EIGHT_PLACES.match(text) for row in depth["bids"] + depth["asks"] for text in row)


def test_depth_gives_a_hundred_levels_unless_asked(sim: Running) -> None:
    assert len(sim.public("depth", symbol="BTCUSDT").json()["bids"]) == 100
    assert len(sim.public("depth", symbol="BTCUSDT", limit=7).json()["asks"]) == 7


def test_a_day_of_minutes_agrees_with_the_ticker(sim: Running) -> None:
    def day() -> tuple[dict[str, str], list[list[str]]]:
        newest = sim.public("klines", symbol="ETHUSDT", interval="1m", limit=1000).json()
        ticker = sim.public("ticker/24hr", symbol="ETHUSDT").json()
        span = {"startTime": ticker["openTime"], "endTime": newest[0][0] - 1, "limit": 1000}
        return ticker, sim.public("klines", symbol="ETHUSDT", interval="1m", **span).json() + newest

    ticker, bars = within(60_000, day)
    assert len(bars) == 1440
    assert ticker["openPrice"] == bars[0][1]
    assert Decimal(ticker["highPrice"]) >= max(Decimal(bar[2]) for bar in bars)
    assert Decimal(ticker["lowPrice"]) <= min(Decimal(bar[3]) for bar in bars)
    traded_meanwhile = Decimal(ticker["volume"]) - sum(Decimal(bar[5]) for bar in bars)
    assert 0 <= traded_meanwhile < 500


def test_klines_are_rows_of_twelve_that_follow_each_other(sim: Running) -> None:
    rows = sim.public("klines", symbol="BTCUSDT", interval="5m", limit=50).json()
    assert all(len(row) == 12 for row in rows)
    assert all(after[0] - before[0] == 300_000 for before, after in pairwise(rows))
    assert all(before[4] == after[1] for before, after in pairwise(rows))
    assert all(row[6] == row[0] + 299_999 for row in rows)


def test_trades_are_oldest_first_with_ids_in_a_row(sim: Running) -> None:
    rows = sim.public("trades", symbol="BTCUSDT", limit=20).json()
    ids = [row["id"] for row in rows]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    assert Decimal(rows[0]["quoteQty"]) == Decimal(rows[0]["price"]) * Decimal(rows[0]["qty"])


WEIGHED: list[tuple[str, dict[str, object]]] = [
    ("ping", {}),
    ("depth", {"symbol": "BTCUSDT", "limit": 5000}),
    ("depth", {"symbol": "BTCUSDT", "limit": 500}),
    ("klines", {"symbol": "BTCUSDT", "interval": "1m"}),
    ("ticker/24hr", {}),
]


def test_weight_is_counted_in_a_header(fresh: Running) -> None:
    def counts() -> list[int]:
        asked = [("ping", {}), *WEIGHED]
        return [int(fresh.public(path, **params).headers["X-MBX-USED-WEIGHT-1M"]) for path, params in asked]

    found = within(60_000, counts)
    assert [after - before for before, after in pairwise(found)] == [1, 250, 25, 2, 80]


@pytest.mark.parametrize(
    ("path", "params", "code", "text"),
    [
        ("depth", {"symbol": "NOPEUSDT"}, -1121, "Invalid symbol."),
        ("depth", {}, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."),
        ("depth", {"symbol": "btcusdt"}, -1100, None),
        ("depth", {"symbol": "BTCUSDT", "limit": "ten"}, -1100, None),
        ("depth", {"symbol": "BTCUSDT", "colour": "red"}, -1104, None),
        ("klines", {"symbol": "BTCUSDT", "interval": "7m"}, -1120, "Invalid interval."),
        ("klines", {"symbol": "BTCUSDT"}, -1102, None),
        ("klines", {"symbol": "BTCUSDT", "interval": "1m", "timeZone": "15:00"}, -1130, None),
        ("ticker/24hr", {"symbol": "BTCUSDT", "symbols": '["ETHUSDT"]'}, -1128, None),
        ("ticker/24hr", {"symbols": "BTCUSDT"}, -1100, None),
    ],
)
def test_bad_public_requests_get_the_documented_code(
    sim: Running, path: str, params: dict[str, str], code: int, text: str | None
) -> None:
    answer = sim.public(path, **params)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert text is None or answer.json()["msg"] == text


@pytest.mark.parametrize(("path", "status"), [("userDataStream", 410), ("nowhere", 404)])
def test_removed_and_unknown_paths_answer_with_a_page(sim: Running, path: str, status: int) -> None:
    answer = sim.http.post(f"/api/v3/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html"
    assert answer.text.startswith("<html>")


def test_a_foreign_host_or_origin_is_turned_away(sim: Running) -> None:
    port = sim.line["rest"].rsplit(":", 1)[1]
    for headers in ({"Host": "evil.example"}, {"Host": "127.0.0.1"}, {"Origin": "https://evil.example"}):
        assert sim.http.get("/api/v3/ping", headers=headers).status_code == 403
    for headers in ({"Host": f"localhost:{port}"}, {"Origin": f"http://127.0.0.1:{port}"}):
        assert sim.http.get("/api/v3/ping", headers=headers).status_code == 200


def test_a_body_that_is_too_long_is_refused(sim: Running) -> None:
    assert sim.http.post("/api/v3/order", content=b"x" * 70_000).status_code == 413
