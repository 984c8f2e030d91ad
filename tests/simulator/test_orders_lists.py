"""Orders that wait for another one to fill (§4.7); expectations by hand from the fact sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.acting import acting
from simulator.acting_lists import OTO, ids, oco, oto, states


def test_a_pending_order_is_placed_when_the_working_one_has_filled(tmp_path: Path) -> None:
    """§4.7 OTO: PENDING_NEW, held only once it is placed."""
    on = acting(tmp_path, "100.00", "98.00", "104.00")
    on.bought("0.4")
    on.order(side="BUY", type="MARKET", quantity="0.1")
    placed = oto(on)
    working, pending = ids(placed)
    assert (placed["contingencyType"], [row["status"] for row in placed["orderReports"]]) == (
        "OTO",
        ["NEW", "PENDING_NEW"],
    )
    assert on.locked("BTC") == "0.00000000"
    assert on.query(pending)["isWorking"] is False
    on.desk.events.clear()
    on.trades()
    assert on.told() == [
        (working, "TRADE", "FILLED"),
        (pending, "NEW", "NEW"),
        (f"list {placed['orderListId']}", "ALL_DONE", "ALL_DONE"),
    ]
    assert (on.query(pending)["isWorking"], on.locked("BTC")) == (True, "0.40000000")
    on.trades()
    assert on.query(pending)["status"] == "FILLED"


@pytest.mark.parametrize(
    ("change", "working", "pending"),
    [
        (
            {"workingTimeInForce": "IOC"},
            ("EXPIRED", "UNFILLED_IOC_QUANTITY_EXPIRED"),
            ("EXPIRED", "OTO_PHASE_ONE_EXPIRED"),
        ),
        (
            {"workingTimeInForce": "IOC", "workingPrice": "100.01", "workingQuantity": "3"},
            ("EXPIRED", "UNFILLED_IOC_QUANTITY_EXPIRED"),
            ("EXPIRED", "OTO_PHASE_ONE_EXPIRED"),
        ),
        ({"workingPrice": "100.01"}, ("FILLED", None), ("NEW", None)),
        ({"workingPrice": "100.01", "pendingPrice": "99"}, ("FILLED", None), ("EXPIRED", "REJECTED")),
        ({"workingPrice": "100.01", "pendingQuantity": "0.6"}, ("FILLED", None), ("EXPIRED", "REJECTED")),
    ],
)
def test_a_list_that_is_decided_at_once_answers_pending_and_then_goes_on(
    tmp_path: Path,
    change: dict[str, object],
    working: tuple[str, str | None],
    pending: tuple[str, str | None],
) -> None:
    """§1.4: OTO_PHASE_ONE_EXPIRED where the working order ends; REJECTED where the pending one cannot be placed."""
    on = acting(tmp_path, "100.00", "100.00")
    placed = oto(on, **change)
    assert placed["orderReports"][1]["status"] == "PENDING_NEW"
    assert states(on, placed) == [working, pending]
    assert on.call("GET", "openOrderList") == []


def test_a_cancelled_working_order_cancels_the_pending_one(tmp_path: Path) -> None:
    on = acting(tmp_path, "100.00", "100.00")
    placed = oto(on, pendingType="MARKET", pendingPrice=None)
    assert on.call("DELETE", "order", symbol="BTCUSDT", orderId=ids(placed)[1])["status"] == "CANCELED"
    assert states(on, placed) == [("CANCELED", None)] * 2
    assert on.locked("USDT") == "0.00000000"


def test_a_pair_waits_for_its_working_order_and_then_for_the_market(tmp_path: Path) -> None:
    """§4.7 OTOCO: three orders, the pair is told and works after the first has filled."""
    on = acting(tmp_path, "100.00", "98.00", "97.00", "96.00", "94.00")
    params = {name: value for name, value in OTO.items() if not name.startswith("pending")}
    on.bought("0.1")
    placed = on.call(
        "POST",
        "orderList/otoco",
        **params,
        pendingSide="SELL",
        pendingQuantity="0.4",
        pendingAboveType="TAKE_PROFIT",
        pendingAboveStopPrice="105",
        pendingBelowType="STOP_LOSS",
        pendingBelowStopPrice="95",
    )
    working, below, above = ids(placed)
    assert [row["status"] for row in placed["orderReports"]] == ["NEW", "PENDING_NEW", "PENDING_NEW"]
    on.trades()
    assert states(on, placed) == [("FILLED", None), ("NEW", None), ("NEW", None)]
    assert on.locked("BTC") == "0.40000000"
    on.trades(2)
    assert len(on.call("GET", "openOrderList")) == 1
    on.trades()
    assert states(on, placed) == [("FILLED", None), ("FILLED", None), ("EXPIRED", "OCO_TRIGGER")]
    assert on.locked("BTC") == "0.00000000"
    assert (on.reports(below)[-1]["X"], on.reports(above)[-1]["eR"], working) == ("FILLED", "OCO_TRIGGER", working)


def test_what_a_paying_order_bought_is_what_the_next_one_sells(tmp_path: Path) -> None:
    """§4.7 OPO: no pendingQuantity; what is received is held, less commission, in whole steps."""
    on = acting(tmp_path, "100.00", "100.00")
    params = {name: value for name, value in OTO.items() if name not in {"pendingQuantity", "workingPrice"}}
    placed = on.call("POST", "orderList/opo", **params, workingPrice="100.01", workingClientOrderId="w")
    found = on.query(ids(placed)[1])
    assert (found["status"], found["origQty"]) == ("NEW", "0.49950000")
    assert (on.locked("BTC"), on.free("BTC")) == ("0.49950000", "0.00000000")
    params["workingPrice"] = "100.01"
    odd = on.call("POST", "orderList/opo", **{**params, "workingQuantity": "0.123"})
    assert on.query(ids(odd)[1])["origQty"] == "0.12287000", "0.123 less a thousandth, in steps of 0.00001"
    assert on.free("BTC") == "0.00000700"
    assert on.refused("POST", "orderList/opo", **params, pendingQuantity="1").code == -1225
    assert on.refused("POST", "orderList/opo", **{**params, "workingSide": "SELL"}).code == -1222
    assert on.refused("POST", "orderList/opo", **{**params, "pendingSide": "BUY"}).code == -1223


def test_what_a_paying_order_bought_in_part_is_held_until_the_list_ends(tmp_path: Path) -> None:
    on = acting(tmp_path, "100.00", "100.00")
    params = {name: value for name, value in OTO.items() if name != "pendingQuantity"}
    placed = on.call("POST", "orderList/opo", **{**params, "workingPrice": "100.01", "workingQuantity": "3"})
    assert placed["orderReports"][0]["status"] == "PARTIALLY_FILLED"
    assert (on.locked("BTC"), on.free("BTC")) == ("1.99800000", "0.00000000")
    amend = {"symbol": "BTCUSDT", "orderId": ids(placed)[1], "newQty": "1"}
    assert on.refused("PUT", "order/amend/keepPriority", **amend).code == -2038
    on.call("DELETE", "orderList", symbol="BTCUSDT", orderListId=placed["orderListId"])
    assert (on.locked("BTC"), on.free("BTC")) == ("0.00000000", "1.99800000")


def test_lists_outlive_the_process(tmp_path: Path) -> None:
    """After a restart the pair still holds once, and its stop still ends the other."""
    on = acting(tmp_path, "100.00", "100.00", "98.50")
    on.bought()
    placed = oco(on, belowPrice="150")
    waiting = oto(on, workingPrice="90", pendingQuantity="0.1")
    on = on.again().again()
    assert [row["orderListId"] for row in on.call("GET", "openOrderList")] == [
        placed["orderListId"],
        waiting["orderListId"],
    ]
    assert on.locked("BTC") == "0.50000000"
    on.trades(4)
    assert states(on, placed) == [("NEW", None), ("EXPIRED", "OCO_TRIGGER")]
    later = oto(on, workingPrice="90", pendingQuantity="0.1")
    assert later["orderListId"] > waiting["orderListId"]
    assert on.refused("GET", "orderList", orderListId=99).code == -2013
    assert on.refused("GET", "allOrderList", fromId=1, startTime=1).code == -1128
