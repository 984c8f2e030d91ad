"""Orders that wait for a price (§4.4), each trade of the market known; expectations by hand from the fact sheet."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from simulator.acting import acting


def test_a_stop_waits_off_the_book_with_its_funds_held_and_acts_at_its_price(tmp_path: Path) -> None:
    """§4.4: STOP_LOSS SELL acts at or below its stop price and becomes MARKET; §1.4: W only once it works."""
    on = acting(tmp_path, "100.00", "99.98", "99.97", "99.97")
    on.bought()
    stop = on.order(side="SELL", type="STOP_LOSS", stopPrice="99.97")
    assert (stop["status"], stop["workingTime"], stop["stopPrice"]) == ("NEW", -1, "99.97000000")
    assert on.locked("BTC") == "0.40000000"
    waiting = on.query(stop["orderId"])
    assert (waiting["isWorking"], waiting["price"], waiting["stopPrice"]) == (False, "0.00000000", "99.97000000")
    on.trades()
    assert on.query(stop["orderId"])["status"] == "NEW"
    on.trades()
    done = on.query(stop["orderId"])
    assert (done["status"], done["executedQty"], done["isWorking"]) == ("FILLED", "0.40000000", True)
    assert done["cummulativeQuoteQty"] == "40.00000000", "sold into the bid of 1 at 100.00"
    assert on.locked("BTC") == "0.00000000"
    first, second, filled = on.reports(stop["orderId"])
    assert [(one["x"], one["X"], one["w"]) for one in (first, second, filled)] == [
        ("NEW", "NEW", False),
        ("NEW", "NEW", True),
        ("TRADE", "FILLED", False),
    ]
    assert "W" not in first
    assert second["W"] == filled["W"] == done["workingTime"] > done["time"]
    assert (filled["o"], filled["P"], filled["m"]) == ("STOP_LOSS", "99.97000000", False)


@pytest.mark.parametrize(
    ("side", "kind", "stop", "prices"),
    [
        ("SELL", "STOP_LOSS_LIMIT", "99.95", ["99.96", "99.95"]),
        ("SELL", "TAKE_PROFIT_LIMIT", "100.05", ["100.04", "100.06"]),
        ("BUY", "STOP_LOSS_LIMIT", "100.05", ["100.04", "100.05"]),
        ("BUY", "TAKE_PROFIT_LIMIT", "99.95", ["99.96", "99.90"]),
    ],
)
def test_each_kind_acts_on_its_own_side_of_the_market(
    tmp_path: Path, side: str, kind: str, stop: str, prices: list[str]
) -> None:
    """§4.4: above the market STOP_LOSS BUY and TAKE_PROFIT SELL, below it STOP_LOSS SELL and TAKE_PROFIT BUY."""
    on = acting(tmp_path, "100.00", *prices)
    on.bought()
    away = "150" if side == "SELL" else "50"
    order = on.order(side=side, type=kind, stopPrice=stop, price=away, timeInForce="GTC")
    on.trades()
    assert not on.query(order["orderId"])["isWorking"]
    on.trades()
    found = on.query(order["orderId"])
    assert (found["isWorking"], found["status"], found["price"]) == (True, "NEW", f"{Decimal(away):.8f}")
    assert [(one["x"], one["w"]) for one in on.reports(order["orderId"])] == [("NEW", False), ("NEW", True)]


@pytest.mark.parametrize(
    ("side", "kind", "stop"),
    [
        ("SELL", "STOP_LOSS", "100.00"),
        ("SELL", "TAKE_PROFIT", "100.00"),
        ("BUY", "STOP_LOSS", "99.99"),
        ("BUY", "TAKE_PROFIT", "100.01"),
    ],
)
def test_a_stop_on_the_wrong_side_is_refused_and_holds_nothing(tmp_path: Path, side: str, kind: str, stop: str) -> None:
    """§4.4: "Order would trigger immediately.", also at the last price itself."""
    on = acting(tmp_path, "100.00", "100.00")
    on.bought()
    before = (on.free("USDT"), on.free("BTC"))
    assert on.bad(side=side, type=kind, stopPrice=stop) == (-2010, "Order would trigger immediately.")
    assert (on.free("USDT"), on.free("BTC")) == before
    assert on.told() == []


def test_a_trailing_sell_follows_the_highest_price_and_acts_at_its_distance(tmp_path: Path) -> None:
    """§4.4 trailingDelta: 100 basis points below the highest trade since it was placed; no stop price needed."""
    on = acting(tmp_path, "100.00", "102.00", "101.00", "100.99", "100.98")
    on.bought()
    order = on.order(side="SELL", type="STOP_LOSS", trailingDelta=100)
    assert (order["trailingDelta"], order["trailingTime"] > 0) == (100, True)
    assert "stopPrice" not in order
    on.trades(2)
    assert on.query(order["orderId"])["status"] == "NEW", "101.00 is less than a hundredth below 102.00"
    on.trades(2)
    assert on.query(order["orderId"])["status"] == "FILLED", "100.98 is a hundredth below 102.00"
    assert [(one["d"], one["D"] > 0) for one in on.reports(order["orderId"])][-1] == (100, True)


def test_a_trailing_order_with_a_stop_price_begins_to_follow_where_that_is_reached(tmp_path: Path) -> None:
    """§4.4: with stopPrice too it follows only from the first trade that reaches it (here a take-profit sell)."""
    on = acting(tmp_path, "100.00", "101.00", "99.00", "102.00", "103.00", "101.98", "101.97")
    on.bought()
    order = on.order(side="SELL", type="TAKE_PROFIT", stopPrice="102", trailingDelta=100)
    assert order["trailingTime"] == -1
    on.trades(2)
    assert on.query(order["orderId"])["trailingTime"] == -1, "2 % down before 102.00 is nothing to it"
    on.trades(1)
    following = on.query(order["orderId"])["trailingTime"]
    assert following > 0
    on.trades(2)
    assert on.query(order["orderId"])["status"] == "NEW", "101.98 is above 103.00 less a hundredth"
    on.trades(1)
    assert (on.query(order["orderId"])["status"], on.query(order["orderId"])["trailingTime"]) == ("FILLED", following)


def test_a_trailing_buy_follows_the_lowest_price(tmp_path: Path) -> None:
    on = acting(tmp_path, "100.00", "98.00", "98.90", "98.98")
    order = on.order(side="BUY", type="STOP_LOSS_LIMIT", trailingDelta=100, price="99", timeInForce="GTC")
    on.trades(2)
    assert not on.query(order["orderId"])["isWorking"]
    on.trades()
    assert on.query(order["orderId"])["isWorking"], "98.98 is a hundredth above 98.00"


def test_what_a_buy_stop_costs_is_settled_when_it_acts(tmp_path: Path) -> None:
    """A STOP_LOSS BUY holds quantity at its stop price, and pays what the asks ask."""
    on = acting(tmp_path, "100.00", "101.00")
    order = on.order(side="BUY", type="STOP_LOSS", stopPrice="101", quantity="3")
    assert on.locked("USDT") == "303.00000000"
    on.trades()
    found = on.query(order["orderId"])
    assert (found["status"], found["cummulativeQuoteQty"]) == ("FILLED", "300.04000000"), "2 at 100.01, 1 at 100.02"
    assert (on.locked("USDT"), on.free("USDT")) == ("0.00000000", "99699.96000000")


def test_a_stop_that_cannot_be_paid_when_it_acts_expires_and_says_why(tmp_path: Path) -> None:
    """§1.4: eR REJECTED, r INSUFFICIENT_BALANCES; what it held is free again."""
    on = acting(tmp_path, "100.00", "99.00")
    order = on.order(side="BUY", type="TAKE_PROFIT", stopPrice="99", quantity="5")
    assert on.locked("USDT") == "495.00000000"
    on.order(side="BUY", type="LIMIT", price="50", timeInForce="GTC", quantity="1990")
    assert on.free("USDT") == "5.00000000", "5 at 100.01 and more would cost 500.08"
    on.trades()
    last = on.reports(order["orderId"])[-1]
    assert (last["x"], last["X"], last["eR"], last["r"]) == (
        "EXPIRED",
        "EXPIRED",
        "REJECTED",
        "INSUFFICIENT_BALANCES",
    )
    assert (on.free("USDT"), on.locked("USDT")) == ("500.00000000", "99500.00000000")
    assert on.query(order["orderId"])["expiryReason"] == "REJECTED"


def test_a_triggered_immediate_order_gives_up_its_rest_with_its_reason(tmp_path: Path) -> None:
    on = acting(tmp_path, "100.00", "101.00")
    order = on.order(
        side="BUY", type="STOP_LOSS_LIMIT", stopPrice="101", price="100.01", timeInForce="IOC", quantity="3"
    )
    on.trades()
    found = on.query(order["orderId"])
    assert (found["status"], found["executedQty"]) == ("EXPIRED", "2.00000000")
    assert found["expiryReason"] == "UNFILLED_IOC_QUANTITY_EXPIRED"
    assert on.locked("USDT") == "0.00000000"


def test_a_waiting_order_is_cancelled_and_its_funds_are_free(tmp_path: Path) -> None:
    on = acting(tmp_path, "100.00", "99.00")
    on.bought()
    order = on.order(side="SELL", type="STOP_LOSS", stopPrice="99.5", strategyId=7, strategyType=1_000_000)
    gone = on.call("DELETE", "order", symbol="BTCUSDT", orderId=order["orderId"])
    assert (gone["status"], gone["stopPrice"], gone["strategyId"]) == ("CANCELED", "99.50000000", 7)
    assert on.locked("BTC") == "0.00000000"
    on.trades()
    assert on.query(order["orderId"])["executedQty"] == "0.00000000"
    report = on.reports(order["orderId"])[0]
    assert (report["j"], report["J"]) == (7, 1_000_000)


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"stopPrice": None}, -1102, None),
        ({"stopPrice": "99.001"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"trailingDelta": 9}, -1013, "Filter failure: TRAILING_DELTA"),
        ({"trailingDelta": 2001}, -1013, "Filter failure: TRAILING_DELTA"),
        ({"price": None}, -1102, None),
        ({"timeInForce": None}, -1102, None),
        ({"type": "STOP_LOSS"}, -1106, None),
        ({"type": "LIMIT"}, -1106, None),
        ({"icebergQty": "0.1", "timeInForce": "IOC"}, -1014, "Unsupported order combination."),
        ({"icebergQty": "0.5"}, -1013, "IcebergQty exceeds QTY."),
        ({"icebergQty": "0.003"}, -1013, "Filter failure: ICEBERG_PARTS"),
        ({"icebergQty": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"strategyType": 999_999}, -1134, None),
        ({"selfTradePreventionMode": "TRANSFER"}, -1013, None),
        ({"selfTradePreventionMode": "SOMETIMES"}, -1100, None),
    ],
)
def test_a_malformed_conditional_order_gets_its_code(
    tmp_path: Path, change: dict[str, object], code: int, text: str | None
) -> None:
    on = acting(tmp_path, "100.00", "100.00")
    on.bought()
    good = {"side": "SELL", "type": "STOP_LOSS_LIMIT", "stopPrice": "99", "price": "98", "timeInForce": "GTC"}
    params = {name: value for name, value in (good | change).items() if value is not None}
    found = on.bad(**params)
    assert found[0] == code, found
    assert text is None or found[1] == text


def test_only_so_many_orders_may_wait_for_a_price(tmp_path: Path) -> None:
    """§4.3 MAX_NUM_ALGO_ORDERS: five of a symbol."""
    on = acting(tmp_path, "100.00", "100.00")
    for number in range(5):
        on.order(side="BUY", type="STOP_LOSS", stopPrice=f"{110 + number}")
    assert on.bad(side="BUY", type="STOP_LOSS", stopPrice="120") == (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS")
    assert on.order(side="BUY", type="LIMIT", price="90", timeInForce="GTC")["status"] == "NEW"


def test_waiting_orders_and_what_they_follow_outlive_the_process(tmp_path: Path) -> None:
    """The highest price a trailing order has seen is in the ledger, not only in memory."""
    on = acting(tmp_path, "100.00", "110.00", "109.50")
    on.bought()
    trailing = on.order(side="SELL", type="STOP_LOSS", trailingDelta=1000)
    plain = on.order(side="SELL", type="STOP_LOSS_LIMIT", stopPrice="95", price="94", timeInForce="GTC")
    on.trades(2)
    on.desk.run(1)
    locked = on.locked("BTC")
    on = on.again()
    assert on.locked("BTC") == locked == "0.80000000"
    assert [row["orderId"] for row in on.call("GET", "openOrders")] == [trailing["orderId"], plain["orderId"]]
    kept = on.desk.exchange.orders[trailing["orderId"]]
    assert kept.trail == Decimal("110.00")
    gone = on.call("DELETE", "order", symbol="BTCUSDT", orderId=plain["orderId"])
    assert gone["status"] == "CANCELED"


def test_an_order_sized_in_quote_ends_on_the_user_stream(tmp_path: Path) -> None:
    """§1.4: the last fill says FILLED, with the quantity that the money bought; Q is what was asked."""
    on = acting(tmp_path, "100.00", "100.00")
    order = on.call("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="300")
    assert [(one["x"], one["X"], one["Q"]) for one in on.reports(order["orderId"])] == [
        ("NEW", "NEW", "300.00000000"),
        ("TRADE", "PARTIALLY_FILLED", "300.00000000"),
        ("TRADE", "FILLED", "300.00000000"),
    ]
    last = on.reports(order["orderId"])[-1]
    assert last["q"] == last["z"] == order["origQty"] == "2.99960000", "2 at 100.01, then 99.98 at 100.02"
    assert (on.locked("USDT"), on.free("USDT")) == ("0.00000000", "99700.00000800")
