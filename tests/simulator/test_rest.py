"""The REST surface over real sockets, with expectations written by hand from the fact sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from simulator.rig import Running, now_ms, running

EIGHT_PLACES = re.compile(r"^\d+\.\d{8}$")


@pytest.fixture(scope="module")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("rest"), "--seed", "5") as found:
        yield found


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, "--seed", "5") as found:
        yield found


def best(sim: Running, symbol: str = "BTCUSDT") -> tuple[Decimal, Decimal]:
    row = sim.public("ticker/bookTicker", symbol=symbol).json()
    return Decimal(row["bidPrice"]), Decimal(row["askPrice"])


def rest_below(sim: Running, **more: object) -> dict[str, object]:
    bid, _ = best(sim)
    params = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.001",
        "price": bid - 3000,
    }
    answer = sim.signed("POST", "order", **(params | more))
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


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
    first = sim.public("klines", symbol="ETHUSDT", interval="1m", limit=1000).json()
    ticker = sim.public("ticker/24hr", symbol="ETHUSDT").json()
    older = sim.public(
        "klines", symbol="ETHUSDT", interval="1m", startTime=ticker["openTime"], endTime=first[0][0] - 1, limit=1000
    ).json()
    bars = older + first
    assert len(bars) == 1440
    assert ticker["openPrice"] == bars[0][1]
    assert Decimal(ticker["highPrice"]) == max(Decimal(bar[2]) for bar in bars)
    assert Decimal(ticker["lowPrice"]) == min(Decimal(bar[3]) for bar in bars)
    traded_meanwhile = Decimal(ticker["volume"]) - sum(Decimal(bar[5]) for bar in bars)
    assert 0 <= traded_meanwhile < 200


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


def test_weight_is_counted_in_a_header(fresh: Running) -> None:
    counts = [
        int(fresh.public(path, **params).headers["X-MBX-USED-WEIGHT-1M"])
        for path, params in (
            ("ping", {}),
            ("depth", {"symbol": "BTCUSDT", "limit": 5000}),
            ("depth", {"symbol": "BTCUSDT", "limit": 500}),
            ("klines", {"symbol": "BTCUSDT", "interval": "1m"}),
            ("ticker/24hr", {}),
        )
    ]
    assert [after - before for before, after in pairwise([0, *counts])] == [1, 250, 25, 2, 80]


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


def test_a_signature_covers_query_and_body_together_and_the_query_wins(sim: Running) -> None:
    query = urlencode({"symbol": "BTCUSDT", "side": "BUY", "timestamp": now_ms()})
    body = urlencode({"type": "MARKET", "quantity": "0.0002", "side": "SELL"})
    headers = {"X-MBX-APIKEY": sim.line["api_key"], "Content-Type": "application/x-www-form-urlencoded"}
    signature = sim.sign(query + body)
    mixed = sim.http.post(f"/api/v3/order?{query}", content=f"{body}&signature={signature}", headers=headers)
    assert (mixed.status_code, mixed.json()["side"]) == (200, "BUY")
    text = urlencode({"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.0002"})
    text += f"&timestamp={now_ms()}"
    in_body = sim.http.post("/api/v3/order", content=f"{text}&signature={sim.sign(text)}", headers=headers)
    assert in_body.json()["status"] == "FILLED"
    upper = sim.http.post(f"/api/v3/order?{text}&signature={sim.sign(text).upper()}", headers=headers)
    assert upper.json()["status"] == "FILLED"


@pytest.mark.parametrize(
    ("change", "status", "code", "text"),
    [
        ({"key": None}, 401, -2014, "API-key format invalid."),
        ({"key": "SIM" + "0" * 60}, 401, -2015, "Invalid API-key, IP, or permissions for action."),
        ({"signature": "00"}, 400, -1022, "Signature for this request is not valid."),
        ({"signature": None}, 400, -1102, None),
        ({"offset": -3_600_000}, 400, -1021, "Timestamp for this request is outside of the recvWindow."),
        (
            {"offset": 3_600_000},
            400,
            -1021,
            "Timestamp for this request was 1000ms ahead of the server's time.",
        ),
        ({"extra": {"recvWindow": 60001}}, 400, -1131, None),
        ({"extra": {"recvWindow": "soon"}}, 400, -1100, None),
    ],
)
def test_a_stranger_and_a_wrong_clock_are_told_apart(
    sim: Running, change: dict[str, object], status: int, code: int, text: str | None
) -> None:
    offset = change.get("offset", 0)
    assert isinstance(offset, int)
    extra = change.get("extra", {})
    assert isinstance(extra, dict)
    query = urlencode({**extra, "timestamp": now_ms() + offset})
    signature = change.get("signature", sim.sign(query))
    key = change.get("key", sim.line["api_key"])
    address = f"/api/v3/account?{query}" + (f"&signature={signature}" if signature else "")
    answer = sim.http.get(address, headers={"X-MBX-APIKEY": str(key)} if key else {})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert text is None or answer.json()["msg"] == text


def test_a_timestamp_in_microseconds_is_understood(sim: Running) -> None:
    assert sim.signed("GET", "openOrders", timestamp=now_ms() * 1000).status_code == 200


def test_an_order_rests_is_found_and_is_cancelled(fresh: Running) -> None:
    placed = rest_below(fresh, newClientOrderId="my-first")
    assert (placed["status"], placed["fills"], placed["clientOrderId"]) == ("NEW", [], "my-first")
    held = Decimal(str(placed["price"])) * Decimal("0.001")
    assert Decimal(fresh.balance("USDT")["locked"]) == held
    assert [row["orderId"] for row in fresh.signed("GET", "openOrders").json()] == [placed["orderId"]]
    canceled = fresh.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="my-first").json()
    assert (canceled["status"], canceled["origClientOrderId"]) == ("CANCELED", "my-first")
    assert canceled["clientOrderId"] != "my-first"
    assert fresh.balance("USDT") == {"asset": "USDT", "free": "10000.00000000", "locked": "0.00000000"}
    queried = fresh.signed("GET", "order", symbol="BTCUSDT", orderId=placed["orderId"]).json()
    assert queried["status"] == "CANCELED"
    again = fresh.signed("DELETE", "order", symbol="BTCUSDT", orderId=placed["orderId"])
    assert (again.status_code, again.json()) == (400, {"code": -2011, "msg": "Unknown order sent."})


def test_a_market_buy_fills_and_every_book_agrees_to_the_last_digit(fresh: Running) -> None:
    answer = fresh.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01").json()
    assert answer["status"] == "FILLED"
    cost = sum(Decimal(fill["price"]) * Decimal(fill["qty"]) for fill in answer["fills"])
    fees = sum(Decimal(fill["commission"]) for fill in answer["fills"])
    assert Decimal(answer["cummulativeQuoteQty"]) == cost
    assert fees == Decimal("0.00001")
    assert {fill["commissionAsset"] for fill in answer["fills"]} == {"BTC"}
    assert Decimal(fresh.balance("USDT")["free"]) == 10_000 - cost
    assert Decimal(fresh.balance("BTC")["free"]) == Decimal("0.00999")
    trades = fresh.signed("GET", "myTrades", symbol="BTCUSDT").json()
    assert [row["id"] for row in trades] == [fill["tradeId"] for fill in answer["fills"]]
    assert all(row["isBuyer"] and not row["isMaker"] for row in trades)
    public = {row["id"]: row for row in fresh.public("trades", symbol="BTCUSDT", limit=1000).json()}
    assert all(public[row["id"]]["price"] == row["price"] for row in trades)


def test_a_sell_pays_its_commission_in_quote(fresh: Running) -> None:
    fresh.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01")
    before = Decimal(fresh.balance("USDT")["free"])
    answer = fresh.signed("POST", "order", symbol="BTCUSDT", side="SELL", type="MARKET", quantity="0.009").json()
    gained = Decimal(0)
    for fill in answer["fills"]:
        quote = Decimal(fill["price"]) * Decimal(fill["qty"])
        assert Decimal(fill["commission"]) == (quote / 1000).quantize(Decimal("1e-8"), rounding="ROUND_DOWN")
        assert fill["commissionAsset"] == "USDT"
        gained += quote - Decimal(fill["commission"])
    assert Decimal(fresh.balance("USDT")["free"]) == before + gained


def test_a_quote_sized_order_spends_no_more_than_it_may(fresh: Running) -> None:
    answer = fresh.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="100").json()
    assert (answer["status"], answer["origQuoteOrderQty"]) == ("FILLED", "100.00000000")
    assert answer["origQty"] == answer["executedQty"]
    assert Decimal("99") < Decimal(answer["cummulativeQuoteQty"]) <= 100
    assert fresh.balance("USDT")["locked"] == "0.00000000"


@pytest.mark.parametrize(("kind", "has"), [("ACK", set()), ("RESULT", {"status"}), ("FULL", {"status", "fills"})])
def test_an_answer_is_as_long_as_it_was_asked_to_be(sim: Running, kind: str, has: set[str]) -> None:
    placed = rest_below(sim, newOrderRespType=kind)
    assert {"status", "fills"} & set(placed) == has
    assert sim.signed("DELETE", "openOrders", symbol="BTCUSDT").status_code == 200


def test_cancel_all_names_each_order_and_says_when_there_is_none(sim: Running) -> None:
    ids = [rest_below(sim)["orderId"] for _ in range(3)]
    gone = sim.signed("DELETE", "openOrders", symbol="BTCUSDT").json()
    assert [row["orderId"] for row in gone] == ids
    assert {row["status"] for row in gone} == {"CANCELED"}
    assert sim.signed("DELETE", "openOrders", symbol="BTCUSDT").json()["code"] == -2011


def test_a_client_id_is_unique_only_among_open_orders(sim: Running) -> None:
    first = rest_below(sim, newClientOrderId="again")
    bid, _ = best(sim)
    params = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001"}
    twice = sim.signed("POST", "order", **params, price=bid - 3000, newClientOrderId="again")
    assert (twice.status_code, twice.json()) == (400, {"code": -2010, "msg": "Duplicate order sent."})
    sim.signed("DELETE", "order", symbol="BTCUSDT", orderId=first["orderId"])
    second = rest_below(sim, newClientOrderId="again")
    found = sim.signed("GET", "order", symbol="BTCUSDT", origClientOrderId="again").json()
    assert found["orderId"] == second["orderId"]
    other = sim.signed("GET", "order", symbol="BTCUSDT", orderId=first["orderId"], origClientOrderId="other")
    assert other.json()["code"] == -2039
    sim.signed("DELETE", "openOrders", symbol="BTCUSDT")


ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.001",
    "price": "60000",
}


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"symbol": "NOPE"}, -1121, None),
        ({"side": "HOLD"}, -1117, "Invalid side."),
        ({"type": "GUESS"}, -1116, "Invalid orderType."),
        ({"timeInForce": "FOREVER"}, -1115, "Invalid timeInForce."),
        ({"timeInForce": None}, -1102, None),
        ({"price": None}, -1102, None),
        ({"price": ""}, -1102, None),
        ({"quantity": "1e3"}, -1100, None),
        ({"quantity": "-1"}, -1100, None),
        ({"quantity": "0.000000001"}, -1111, None),
        ({"price": "60000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"price": "0"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"price": "500"}, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        ({"quantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "0.0010001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "9001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "0.00008"}, -1013, "Filter failure: NOTIONAL"),
        ({"quantity": "1"}, -2010, "Account has insufficient balance for requested action."),
        ({"side": "SELL", "price": "90000"}, -2010, "Account has insufficient balance for requested action."),
        ({"newClientOrderId": ""}, -1118, None),
        ({"newClientOrderId": "x" * 37}, -1100, None),
        ({"quoteOrderQty": "10"}, -1106, "Parameter 'quoteOrderQty' sent when not required."),
        ({"newOrderRespType": "LONG"}, -1100, None),
        ({"type": "STOP_LOSS_LIMIT"}, -1013, "Stop loss limit orders are not supported for this symbol."),
        ({"icebergQty": "0.0005"}, -1013, "Iceberg orders are not supported for this symbol."),
        ({"type": "MARKET"}, -1106, None),
        ({"type": "MARKET", "price": None, "timeInForce": None, "quantity": None}, -1102, None),
        ({"type": "MARKET", "price": None, "timeInForce": None, "quantity": "91"}, -1013, None),
        ({"type": "LIMIT_MAKER"}, -1106, None),
        ({"colour": "red"}, -1104, None),
    ],
)
def test_a_bad_order_gets_its_code_and_nothing_is_held(
    sim: Running, change: dict[str, str | None], code: int, text: str | None
) -> None:
    before = sim.balance("USDT")
    params = {name: value for name, value in (ORDER | change).items() if value is not None}
    answer = sim.signed("POST", "order", **params)
    assert answer.status_code == 400
    assert answer.json()["code"] == code, answer.text
    assert text is None or answer.json()["msg"] == text
    assert sim.balance("USDT") == before


def test_a_post_only_order_that_would_take_is_refused_and_holds_nothing(sim: Running) -> None:
    _, ask = best(sim)
    params = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT_MAKER", "quantity": "0.001", "price": ask + 100}
    answer = sim.signed("POST", "order", **params)
    assert answer.json() == {"code": -2010, "msg": "Order would immediately match and take."}
    assert sim.balance("USDT")["locked"] == "0.00000000"


def test_immediate_and_whole_orders_expire_with_their_reason(sim: Running) -> None:
    bid, _ = best(sim)
    for life, reason in (("IOC", "UNFILLED_IOC_QUANTITY_EXPIRED"), ("FOK", "UNFILLED_FOK_ORDER_EXPIRED")):
        params = {**ORDER, "timeInForce": life, "price": bid - 2000}
        answer = sim.signed("POST", "order", **params).json()
        assert (answer["status"], answer["expiryReason"]) == ("EXPIRED", reason)
    assert sim.balance("USDT")["locked"] == "0.00000000"


def test_queries_for_orders_that_never_were_say_so(sim: Running) -> None:
    absent = sim.signed("GET", "order", symbol="BTCUSDT", orderId=999_999)
    assert (absent.status_code, absent.json()) == (400, {"code": -2013, "msg": "Order does not exist."})
    nothing = sim.signed("GET", "order", symbol="BTCUSDT")
    assert nothing.json()["code"] == -1102
    cancel = sim.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="never")
    assert cancel.json() == {"code": -2011, "msg": "Unknown order sent."}


def test_lists_of_orders_and_trades_are_paged(fresh: Running) -> None:
    ids = [rest_below(fresh)["orderId"] for _ in range(4)]
    newest = fresh.signed("GET", "allOrders", symbol="BTCUSDT", limit=2).json()
    assert [row["orderId"] for row in newest] == ids[-2:]
    onward = fresh.signed("GET", "allOrders", symbol="BTCUSDT", orderId=ids[1], limit=2).json()
    assert [row["orderId"] for row in onward] == ids[1:3]
    day = 86_400_000
    far = fresh.signed("GET", "allOrders", symbol="BTCUSDT", startTime=0, endTime=day + 1)
    assert far.json()["code"] == -1127
    assert fresh.signed("GET", "allOrders", symbol="BTCUSDT", startTime=now_ms() + day).json() == []
    for _ in range(3):
        fresh.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.0002")
    trades = fresh.signed("GET", "myTrades", symbol="BTCUSDT").json()
    page = fresh.signed("GET", "myTrades", symbol="BTCUSDT", fromId=trades[1]["id"], limit=1).json()
    assert page == [trades[1]]
    assert fresh.signed("GET", "myTrades", symbol="BTCUSDT", orderId=trades[0]["orderId"]).json() == [trades[0]]
    mixed = fresh.signed("GET", "myTrades", symbol="BTCUSDT", fromId=1, startTime=1)
    assert mixed.json()["code"] == -1128


def test_orders_weigh_nothing_when_they_succeed_and_are_counted_apart(fresh: Running) -> None:
    bid, _ = best(fresh)
    before = int(fresh.public("ping").headers["X-MBX-USED-WEIGHT-1M"])
    answer = fresh.signed("POST", "order", **{**ORDER, "price": bid - 2000})
    assert int(answer.headers["X-MBX-USED-WEIGHT-1M"]) == before
    assert answer.headers["X-MBX-ORDER-COUNT-10S"] == "1"
    assert answer.headers["X-MBX-ORDER-COUNT-1D"] == "1"
    failed = fresh.signed("POST", "order", **{**ORDER, "price": "0.001"})
    assert int(failed.headers["X-MBX-USED-WEIGHT-1M"]) == before + 1


def test_a_body_that_is_too_long_is_refused(sim: Running) -> None:
    assert sim.http.post("/api/v3/order", content=b"x" * 70_000).status_code == 413


def test_an_answer_comes_within_a_few_milliseconds(sim: Running) -> None:
    times: list[float] = []
    for _ in range(20):
        answer: httpx.Response = sim.signed("POST", "order", **{**ORDER, "price": "0.001"})
        times.append(answer.elapsed.total_seconds())
    assert sorted(times)[10] < 0.03, "Nagle's delay alone would be 0.04"
