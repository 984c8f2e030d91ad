"""Cancel and replace (§4.5), amend keeping the place (§4.6), trying an order out, order counts and commission."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.simulator.entry.rate import HERE, Limit, RateLimits
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest import replacing
from simulator.acting import Acting, acting

NEW = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "99", "quantity": "0.2"}


def resting(tmp_path: Path) -> tuple[Acting, dict[str, Any]]:
    on = acting(tmp_path, "100.00", "100.00", "100.00")
    return on, on.order(side="BUY", type="LIMIT", timeInForce="GTC", price="98", newClientOrderId="old")


def replace(mode: str, **change: object) -> dict[str, object]:
    whole = {"symbol": "BTCUSDT", "cancelReplaceMode": mode, **NEW, **change}
    return {name: value for name, value in whole.items() if value is not None}


def test_a_replacement_cancels_and_places(tmp_path: Path) -> None:
    """§4.5: 200 with both words SUCCESS and both answers at top level."""
    on, old = resting(tmp_path)
    done = on.call(
        "POST",
        "order/cancelReplace",
        **replace("STOP_ON_FAILURE", cancelOrderId=old["orderId"], cancelNewClientOrderId="away", newClientOrderId="n"),
    )
    assert (done["cancelResult"], done["newOrderResult"]) == ("SUCCESS", "SUCCESS")
    gone, placed = done["cancelResponse"], done["newOrderResponse"]
    assert (gone["origClientOrderId"], gone["clientOrderId"], gone["status"]) == ("old", "away", "CANCELED")
    assert (placed["clientOrderId"], placed["status"], placed["fills"]) == ("n", "NEW", [])
    assert [row["clientOrderId"] for row in on.call("GET", "openOrders")] == ["n"]
    assert on.locked("USDT") == "19.80000000"


UNKNOWN = {"code": -2011, "msg": "Unknown order sent."}
TAKES = {"code": -2010, "msg": "Order would immediately match and take."}
LATE = {"cancelOrderId": 99}
CROSSES = {"type": "LIMIT_MAKER", "timeInForce": None, "price": "100.02"}


@pytest.mark.parametrize(
    ("mode", "cancel", "change", "code", "status", "words", "still_open"),
    [
        ("STOP_ON_FAILURE", LATE, {}, -2022, 400, ("FAILURE", "NOT_ATTEMPTED"), ["old"]),
        ("STOP_ON_FAILURE", {}, CROSSES, -2021, 409, ("SUCCESS", "FAILURE"), []),
        ("ALLOW_FAILURE", LATE, {}, -2021, 409, ("FAILURE", "SUCCESS"), ["old", "new"]),
        ("ALLOW_FAILURE", {}, CROSSES, -2021, 409, ("SUCCESS", "FAILURE"), []),
        ("ALLOW_FAILURE", LATE, CROSSES, -2022, 400, ("FAILURE", "FAILURE"), ["old"]),
    ],
)
def test_each_half_that_fails_is_told_in_the_data(
    tmp_path: Path,
    mode: str,
    cancel: dict[str, object],
    change: dict[str, object],
    code: int,
    status: int,
    words: tuple[str, str],
    still_open: list[str],
) -> None:
    """§4.5's table within the order count."""
    on, old = resting(tmp_path)
    whole = {"cancelOrderId": old["orderId"], "newClientOrderId": "new", **cancel, **change}
    refused = on.refused("POST", "order/cancelReplace", **replace(mode, **whole))
    assert (refused.code, refused.status) == (code, status)
    data = refused.data
    assert (data["cancelResult"], data["newOrderResult"]) == words
    assert words[0] == "SUCCESS" or data["cancelResponse"] == UNKNOWN
    expected = {"FAILURE": TAKES, "NOT_ATTEMPTED": None}
    assert words[1] == "SUCCESS" or data["newOrderResponse"] == expected[words[1]]
    assert [row["clientOrderId"] for row in on.call("GET", "openOrders")] == still_open


@pytest.mark.parametrize(
    ("mode", "exceeded", "cancel", "code", "status", "words", "still_open"),
    [
        ("STOP_ON_FAILURE", "DO_NOTHING", {}, -1015, 429, None, ["old"]),
        ("STOP_ON_FAILURE", "CANCEL_ONLY", {}, -2021, 429, ("SUCCESS", "FAILURE"), []),
        ("STOP_ON_FAILURE", "CANCEL_ONLY", LATE, -2022, 429, ("FAILURE", "NOT_ATTEMPTED"), ["old"]),
        ("ALLOW_FAILURE", "CANCEL_ONLY", {}, -2021, 409, ("SUCCESS", "FAILURE"), []),
        ("ALLOW_FAILURE", "CANCEL_ONLY", LATE, -2022, 400, ("FAILURE", "FAILURE"), ["old"]),
    ],
)
def test_an_order_count_that_is_used_up_is_treated_as_asked(
    tmp_path: Path,
    mode: str,
    exceeded: str,
    cancel: dict[str, object],
    code: int,
    status: int,
    words: tuple[str, str] | None,
    still_open: list[str],
) -> None:
    """§4.5: DO_NOTHING refuses plainly with -1015, CANCEL_ONLY still cancels."""
    on, old = resting(tmp_path)
    for window in on.desk.exchange.rate.orders:
        window.count = window.limit.limit
    whole = {"cancelOrderId": old["orderId"], "orderRateLimitExceededMode": exceeded, **cancel}
    refused = on.refused("POST", "order/cancelReplace", **replace(mode, **whole))
    assert (refused.code, refused.status) == (code, status)
    if words is not None:
        assert (refused.data["cancelResult"], refused.data["newOrderResult"]) == words
    assert [row["clientOrderId"] for row in on.call("GET", "openOrders")] == still_open


def test_filters_are_tested_before_anything_is_cancelled(tmp_path: Path) -> None:
    """§4.5: a filter's refusal is plain, and the old order lives."""
    on, old = resting(tmp_path)
    whole = replace("ALLOW_FAILURE", cancelOrderId=old["orderId"], price="99.001")
    refused = on.refused("POST", "order/cancelReplace", **whole)
    assert (refused.code, refused.text, refused.data) == (-1013, "Filter failure: PRICE_FILTER", None)
    assert on.query(old["orderId"])["status"] == "NEW"
    for name, wrong in (("cancelReplaceMode", "MAYBE"), ("orderRateLimitExceededMode", "HOPE")):
        assert on.refused("POST", "order/cancelReplace", **{**whole, name: wrong}).code == -1100
    assert on.refused("POST", "order/cancelReplace", symbol="BTCUSDT", **NEW).code == -1102


def amend(on: Acting, **params: object) -> dict[str, Any]:
    found: dict[str, Any] = on.call("PUT", "order/amend/keepPriority", symbol="BTCUSDT", **params)
    return found


def test_an_amendment_lowers_the_quantity_in_place(tmp_path: Path) -> None:
    """§4.6: answer, event x REPLACED with both ids, funds, and the list of amendments."""
    on, old = resting(tmp_path)
    on.desk.events.clear()
    done = amend(on, orderId=old["orderId"], newQty="0.3", newClientOrderId="newer")
    order = done["amendedOrder"]
    assert (order["origClientOrderId"], order["clientOrderId"], order["qty"]) == ("old", "newer", "0.30000000")
    assert (order["cumulativeQuoteQty"], order["preventedQty"], order["status"]) == ("0.00000000", "0.00000000", "NEW")
    assert order["workingTime"] == old["workingTime"]
    assert "listStatus" not in done
    (report,) = on.reports(old["orderId"])
    assert (report["x"], report["X"], report["c"], report["C"]) == ("REPLACED", "NEW", "newer", "old")
    assert (report["q"], report["I"], report["T"]) == ("0.30000000", done["executionId"], done["transactTime"])
    assert on.locked("USDT") == "29.40000000"
    assert on.query(old["orderId"])["clientOrderId"] == "newer"
    assert on.refused("GET", "order", symbol="BTCUSDT", origClientOrderId="old").code == -2013
    amend(on, origClientOrderId="newer", newQty="0.2", newClientOrderId="newer")
    rows = on.call("GET", "order/amendments", symbol="BTCUSDT", orderId=old["orderId"])
    assert [(row["origClientOrderId"], row["newClientOrderId"], row["origQty"], row["newQty"]) for row in rows] == [
        ("old", "newer", "0.40000000", "0.30000000"),
        ("newer", "newer", "0.30000000", "0.20000000"),
    ]
    since = rows[1]["executionId"]
    later = on.call("GET", "order/amendments", symbol="BTCUSDT", orderId=old["orderId"], fromExecutionId=since)
    assert later == rows[1:]


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        ({"newQty": "0.4"}, -2038, "The requested action would change no state; rejecting"),
        ({"newQty": "0.5"}, -2038, "Order amend (quantity increase) is not supported."),
        ({"newQty": "0.3", "orderId": 99}, -2038, "Unknown order sent."),
        ({"newQty": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"newQty": "0.01"}, -1013, "Filter failure: NOTIONAL"),
        ({"newQty": "0"}, -1130, None),
        ({}, -1102, None),
        ({"newQty": "0.3", "newClientOrderId": "other"}, -2010, "Duplicate order sent."),
    ],
)
def test_an_amendment_that_is_refused_leaves_the_order_as_it_was(
    tmp_path: Path, params: dict[str, object], code: int, text: str | None
) -> None:
    on, old = resting(tmp_path)
    on.order(side="BUY", type="LIMIT", timeInForce="GTC", price="97", newClientOrderId="other")
    before = on.query(old["orderId"])
    whole = {"symbol": "BTCUSDT", "orderId": old["orderId"], **params}
    refused = on.refused("PUT", "order/amend/keepPriority", **whole)
    assert refused.code == code, refused.text
    assert text is None or refused.text == text
    assert on.query(old["orderId"]) == before


def test_an_order_amended_to_what_it_has_filled_ends(tmp_path: Path) -> None:
    """§3.1: only then an amendment weighs nothing."""
    on = acting(tmp_path, "100.00", "100.00")
    order = on.order(side="BUY", type="LIMIT", timeInForce="GTC", price="100.01", quantity="3")
    assert (order["status"], order["executedQty"]) == ("PARTIALLY_FILLED", "2.00000000")
    here, caller = (on.desk.exchange.rate.address(name) for name in (HERE, "127.0.0.9"))
    params = Parameters({"symbol": "BTCUSDT", "orderId": str(order["orderId"]), "newQty": "2"})
    params.address = "127.0.0.9"
    caller.charge(4)
    done = replacing.amend(on.desk.exchange, params)
    assert (done["amendedOrder"]["status"], on.locked("USDT")) == ("EXPIRED", "0.00000000")
    assert [one.weights[0].count for one in (caller, here)] == [0, 0], "who was charged 4 on the way in has it back"
    assert on.call("GET", "openOrders") == []


def test_an_order_may_be_amended_only_so_often(tmp_path: Path) -> None:
    on, old = resting(tmp_path)
    for number in range(10):
        amend(on, orderId=old["orderId"], newQty=f"{0.39 - number / 100:.2f}")
    whole = {"symbol": "BTCUSDT", "orderId": old["orderId"], "newQty": "0.2"}
    refused = on.refused("PUT", "order/amend/keepPriority", **whole)
    assert (refused.code, refused.text) == (-1013, "Filter failure: MAX_NUM_ORDER_AMENDS")


def test_an_order_is_tried_without_being_placed(tmp_path: Path) -> None:
    """§4.4: filters are tested, balances are not; the rates are those that are charged."""
    on = acting(tmp_path, "100.00", "100.00")
    big = {"symbol": "BTCUSDT", **NEW, "quantity": "8000"}
    assert on.call("POST", "order/test", **big) == {}
    assert on.refused("POST", "order/test", **{**big, "price": "99.001"}).text == "Filter failure: PRICE_FILTER"
    rates = on.call("POST", "order/test", **big, computeCommissionRates="true")
    assert rates["standardCommissionForOrder"] == {"maker": "0.00100000", "taker": "0.00100000"}
    assert on.call("GET", "openOrders") == []
    assert on.told() == []


def test_commission_rates_are_what_a_fill_is_charged(tmp_path: Path) -> None:
    on = acting(tmp_path, "100.00", "100.00")
    rates = on.call("GET", "account/commission", symbol="BTCUSDT")
    fill = on.order(side="BUY", type="MARKET", quantity="1")["fills"][0]
    assert rates["standardCommission"] == {
        "maker": "0.00100000",
        "taker": "0.00100000",
        "buyer": "0.00000000",
        "seller": "0.00000000",
    }
    assert fill["commission"] == rates["standardCommission"]["taker"]
    assert rates["discount"]["enabledForAccount"] is False


def test_the_unfilled_order_count_is_told(tmp_path: Path) -> None:
    """§3.1: an order counts one, a list two, and a first fill gives back."""
    on = acting(tmp_path, "100.00", "100.00")
    on.desk.exchange.rate.orders[:] = RateLimits([Limit("ORDERS", "DAY", 1, 50)]).orders
    row = {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 50}
    assert on.call("GET", "rateLimit/order") == [{**row, "count": 0}]
    on.order(**NEW)
    assert on.call("GET", "rateLimit/order") == [{**row, "count": 1}]
    on.call(
        "POST",
        "orderList/oco",
        symbol="BTCUSDT",
        side="BUY",
        quantity="0.2",
        belowType="LIMIT_MAKER",
        belowPrice="95",
        aboveType="STOP_LOSS",
        aboveStopPrice="105",
    )
    assert on.call("GET", "rateLimit/order") == [{**row, "count": 3}]
    on.order(side="BUY", type="MARKET", quantity="1")
    assert on.call("GET", "rateLimit/order") == [{**row, "count": 3}]


@pytest.mark.parametrize("status", ["HALT", "BREAK", "CANCEL_ONLY"])
def test_a_market_that_is_closed_takes_cancels_only(tmp_path: Path, status: str) -> None:
    """§4.2 CANCEL_ONLY, §7.1 "Market is closed."."""
    on, old = resting(tmp_path)
    on.desk.exchange.feeds["BTCUSDT"].status = status
    closed = (-1013, "Market is closed.")
    assert on.bad(**{**NEW, "quantity": "0.2"}) == closed
    refused = on.refused("POST", "order/cancelReplace", **replace("ALLOW_FAILURE", cancelOrderId=old["orderId"]))
    assert (refused.code, refused.text) == closed
    refused = on.refused("PUT", "order/amend/keepPriority", symbol="BTCUSDT", orderId=old["orderId"], newQty="0.3")
    assert (refused.code, refused.text) == (-2038, "Market is closed.")
    assert on.query(old["orderId"])["origQty"] == "0.40000000"
    assert on.call("DELETE", "order", symbol="BTCUSDT", orderId=old["orderId"])["status"] == "CANCELED"
