"""Pairs of which one order cancels the other (§4.7), each trade of the market known; by hand from the fact sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.acting import acting
from simulator.acting_lists import OCO, ids, oco, states


def test_a_pair_is_placed_held_once_and_told(tmp_path: Path) -> None:
    """§4.7's answer: the stop is not on the book yet (workingTime -1); §1.4 listStatus EXEC_STARTED."""
    on = acting(tmp_path, "100.00", "100.00")
    on.bought()
    placed = oco(on, listClientOrderId="pair", aboveClientOrderId="top", belowClientOrderId="bottom")
    told = {
        name: placed[name] for name in ("contingencyType", "listStatusType", "listOrderStatus", "listClientOrderId")
    }
    assert list(told.values()) == ["OCO", "EXEC_STARTED", "EXECUTING", "pair"]
    assert [row["clientOrderId"] for row in placed["orders"]] == ["bottom", "top"]
    bottom, top = placed["orderReports"]
    assert (bottom["type"], bottom["status"], bottom["workingTime"]) == ("STOP_LOSS_LIMIT", "NEW", -1)
    assert (bottom["stopPrice"], bottom["price"]) == ("99.00000000", "98.00000000")
    assert (top["type"], top["status"], top["workingTime"]) == ("LIMIT_MAKER", "NEW", top["transactTime"])
    assert {row["orderListId"] for row in (bottom, top)} == {placed["orderListId"]}
    assert on.locked("BTC") == "0.50000000", "only one of the two can ever trade"
    number = placed["orderListId"]
    assert on.told() == [
        (f"list {number}", "EXEC_STARTED", "EXECUTING"),
        (bottom["orderId"], "NEW", "NEW"),
        (top["orderId"], "NEW", "NEW"),
    ]
    assert [one["g"] for one in on.reports(top["orderId"])] == [number]
    status = next(one for one in on.desk.events if one["e"] == "listStatus")
    assert (status["c"], status["C"], status["r"]) == ("OCO", "pair", "NONE")
    assert status["O"] == [
        {"s": "BTCUSDT", "i": bottom["orderId"], "c": "bottom"},
        {"s": "BTCUSDT", "i": top["orderId"], "c": "top"},
    ]
    listed = on.call("GET", "orderList", orderListId=number)
    assert listed == {name: value for name, value in placed.items() if name != "orderReports"}
    assert on.call("GET", "openOrderList") == on.call("GET", "allOrderList") == [listed]
    assert on.call("GET", "orderList", origClientOrderId="pair") == listed


def test_the_stop_of_a_pair_acts_and_the_other_expires(tmp_path: Path) -> None:
    """§1.4: eR OCO_TRIGGER; the survivor holds what the pair held."""
    on = acting(tmp_path, "100.00", "99.50", "98.99")
    on.bought()
    placed = oco(on, belowPrice="150")
    bottom, top = ids(placed)
    on.desk.events.clear()
    on.trades(2)
    assert states(on, placed) == [("NEW", None), ("EXPIRED", "OCO_TRIGGER")]
    assert on.query(bottom)["isWorking"]
    assert on.locked("BTC") == "0.50000000"
    assert on.told() == [
        (top, "EXPIRED", "EXPIRED"),
        (f"list {placed['orderListId']}", "ALL_DONE", "ALL_DONE"),
        (bottom, "NEW", "NEW"),
    ]
    assert on.call("GET", "openOrderList") == []
    assert on.call("DELETE", "order", symbol="BTCUSDT", orderId=bottom)["status"] == "CANCELED"
    assert on.locked("BTC") == "0.00000000"


def test_the_first_fill_of_the_limit_order_ends_the_stop(tmp_path: Path) -> None:
    """A trade of the recording at 101.00 fills a part of 0.5."""
    on = acting(tmp_path, "100.00", "101.00", "98.00", "98.00")
    on.bought()
    placed = oco(on)
    bottom, top = ids(placed)
    on.desk.events.clear()
    on.trades()
    assert on.told() == [
        (bottom, "EXPIRED", "EXPIRED"),
        (f"list {placed['orderListId']}", "ALL_DONE", "ALL_DONE"),
        (top, "TRADE", "PARTIALLY_FILLED"),
    ]
    assert (on.locked("BTC"), on.query(top)["executedQty"]) == ("0.49999000", "0.00001000")
    on.trades(2)
    assert on.query(bottom)["status"] == "EXPIRED", "98.00 is beyond its stop price, but it is over"


@pytest.mark.parametrize("by", ["leg", "list", "client"])
def test_a_cancel_of_one_or_of_the_list_cancels_both(tmp_path: Path, by: str) -> None:
    """§4.4: cancelling one leg of a list cancels the list."""
    on = acting(tmp_path, "100.00", "100.00")
    on.bought()
    placed = oco(on, listClientOrderId="pair")
    on.desk.events.clear()
    if by == "leg":
        gone = on.call("DELETE", "order", symbol="BTCUSDT", orderId=ids(placed)[1], newClientOrderId="c")
        assert (gone["orderId"], gone["clientOrderId"], gone["status"]) == (ids(placed)[1], "c", "CANCELED")
    else:
        name = {"listClientOrderId": "pair"} if by == "client" else {"orderListId": placed["orderListId"]}
        gone = on.call("DELETE", "orderList", symbol="BTCUSDT", **name, newClientOrderId="c")
        assert (gone["listStatusType"], gone["listOrderStatus"]) == ("ALL_DONE", "ALL_DONE")
        assert [(row["status"], row["clientOrderId"]) for row in gone["orderReports"]] == [("CANCELED", "c")] * 2
    assert states(on, placed) == [("CANCELED", None)] * 2
    assert on.locked("BTC") == "0.00000000"
    assert on.told() == [
        (ids(placed)[0], "CANCELED", "CANCELED"),
        (ids(placed)[1], "CANCELED", "CANCELED"),
        (f"list {placed['orderListId']}", "ALL_DONE", "ALL_DONE"),
    ]
    again = on.refused("DELETE", "orderList", symbol="BTCUSDT", orderListId=placed["orderListId"])
    assert (again.code, again.text) == (-2011, "Unknown order sent.")


def test_cancel_all_tells_orders_and_lists(tmp_path: Path) -> None:
    """§4.4 DELETE openOrders: an array mixing cancelled orders and order lists."""
    on = acting(tmp_path, "100.00", "100.00")
    on.bought()
    alone = on.order(side="BUY", type="LIMIT", timeInForce="GTC", price="95")
    placed = oco(on)
    rows = on.call("DELETE", "openOrders", symbol="BTCUSDT")
    assert (rows[0]["orderId"], rows[1]["orderListId"]) == (alone["orderId"], placed["orderListId"])
    assert [row["orderId"] for row in rows[1]["orderReports"]] == ids(placed)
    assert on.call("GET", "openOrders") == []


BUY = {"side": "BUY", "aboveType": "STOP_LOSS", "belowType": "LIMIT_MAKER"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"aboveType": "LIMIT"}, -1158),
        ({"belowType": "LIMIT_MAKER", "belowPrice": "99"}, -1168),
        ({"aboveType": "STOP_LOSS", "aboveStopPrice": "101"}, -1197),
        ({"belowType": "TAKE_PROFIT", "belowStopPrice": "99"}, -1199),
        ({"belowType": "LIMIT_MAKER", "belowPrice": "99", "aboveType": "TAKE_PROFIT", "aboveStopPrice": "101"}, -1166),
        ({"side": "BUY"}, -1165),
        ({"side": "BUY", "aboveType": "STOP_LOSS", "aboveStopPrice": "101"}, -1196),
        ({"side": "BUY", "aboveType": "TAKE_PROFIT", "aboveStopPrice": "101", "belowType": "LIMIT_MAKER"}, -1198),
        ({"abovePrice": "100.00"}, -2010),
        ({"belowStopPrice": "100.00"}, -2010),
        ({"abovePrice": None}, -1102),
        ({"belowTimeInForce": None}, -1102),
        ({"belowIcebergQty": "0.1", "belowTimeInForce": "IOC"}, -1160),
        ({"quantity": "5"}, -2010),
        ({"aboveClientOrderId": "x", "belowClientOrderId": "x"}, -2010),
    ],
)
def test_a_list_that_cannot_stand_places_none_of_its_orders(
    tmp_path: Path, change: dict[str, object], code: int
) -> None:
    """§4.7's geometry; nothing half-placed, nothing held."""
    on = acting(tmp_path, "100.00", "100.00")
    on.bought()
    before = (on.free("BTC"), on.free("USDT"))
    whole = {name: value for name, value in {**OCO, **change}.items() if value is not None}
    if whole["belowType"] != OCO["belowType"]:
        drop = {
            "LIMIT_MAKER": ("belowStopPrice", "belowTimeInForce"),
            "TAKE_PROFIT": ("belowPrice", "belowTimeInForce"),
        }
        whole = {name: one for name, one in whole.items() if name not in drop[str(whole["belowType"])]}
    if whole["aboveType"] in {"STOP_LOSS", "TAKE_PROFIT"}:
        whole.pop("abovePrice", None)
    if whole["aboveType"] == "LIMIT":
        whole["aboveTimeInForce"] = "GTC"
    refused = on.refused("POST", "orderList/oco", **whole)
    assert refused.code == code, refused.text
    assert (on.free("BTC"), on.free("USDT")) == before
    assert on.call("GET", "openOrders") == on.call("GET", "allOrderList") == []
    assert on.told() == []


def test_a_buying_pair_holds_the_larger_need_and_its_stop_may_trail(tmp_path: Path) -> None:
    """BUY: LIMIT_MAKER below, stop above; 0.5 at 110 is more than 0.5 at 95."""
    on = acting(tmp_path, "100.00", "100.00")
    change = {
        "side": "BUY",
        "belowType": "LIMIT_MAKER",
        "belowPrice": "95",
        "aboveType": "STOP_LOSS",
        "aboveStopPrice": "110",
        "aboveTrailingDelta": 200,
    }
    whole = {name: value for name, value in {**OCO, **change}.items() if name in {"symbol", "quantity", *change}}
    placed = on.call("POST", "orderList/oco", **whole)
    assert on.locked("USDT") == "55.00000000"
    assert placed["orderReports"][1]["trailingDelta"] == 200
    amended = on.call(
        "PUT",
        "order/amend/keepPriority",
        symbol="BTCUSDT",
        orderId=ids(placed)[0],
        newQty="0.4",
        newClientOrderId="less",
    )
    assert [on.query(one)["origQty"] for one in ids(placed)] == ["0.40000000"] * 2, "a pair has one quantity (§4.6)"
    assert on.locked("USDT") == "44.00000000"
    assert amended["listStatus"]["orders"][0]["clientOrderId"] == "less"
    assert on.told()[-1] == (f"list {placed['orderListId']}", "UPDATED", "EXECUTING")


def test_the_old_way_to_place_a_pair_still_answers(tmp_path: Path) -> None:
    """§4.7: POST order/oco is deprecated and still there."""
    on = acting(tmp_path, "100.00", "100.00")
    on.bought()
    placed = on.call(
        "POST",
        "order/oco",
        symbol="BTCUSDT",
        side="SELL",
        quantity="0.5",
        price="101",
        stopPrice="99",
        stopLimitPrice="98",
        stopLimitTimeInForce="GTC",
        limitClientOrderId="top",
    )
    assert [row["type"] for row in placed["orderReports"]] == ["STOP_LOSS_LIMIT", "LIMIT_MAKER"]
    assert placed["orders"][1]["clientOrderId"] == "top"
