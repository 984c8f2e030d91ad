"""Self-trade prevention and icebergs (§4.4, §1.4), by hand from the fact sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.acting import Acting, acting

MAKER = {"side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "price": "100.01", "quantity": "0.5"}
TAKER = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "100.01", "quantity": "2"}


def met(tmp_path: Path, mode: str, **taker: object) -> tuple[Acting, dict[str, Any], dict[str, Any]]:
    """A maker of 0.5 behind the one BTC left at 100.01, met by a taker of the same account."""
    on = acting(tmp_path, "100.00", "100.00")
    on.bought("1")
    maker = on.order(**MAKER)
    on.desk.events.clear()
    return on, maker, on.order(selfTradePreventionMode=mode, **{**TAKER, **taker})


def statuses(on: Acting, *orders: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    rows = [on.query(order["orderId"]) for order in orders]
    return [(row["status"], row["executedQty"], row.get("preventedQuantity")) for row in rows]


def test_without_prevention_the_account_trades_with_itself(tmp_path: Path) -> None:
    on, maker, taker = met(tmp_path, "NONE", quantity="1.5")
    assert statuses(on, maker, taker) == [("FILLED", "0.50000000", None), ("FILLED", "1.50000000", None)]
    assert on.call("GET", "myPreventedMatches", symbol="BTCUSDT", orderId=taker["orderId"]) == []


@pytest.mark.parametrize(
    ("mode", "maker_ends", "taker_ends", "lost"),
    [
        ("EXPIRE_MAKER", ("EXPIRED_IN_MATCH", "0.00000000", "0.50000000"), ("NEW", "1.00000000", None), (None, "0.5")),
        ("EXPIRE_TAKER", ("NEW", "0.00000000", None), ("EXPIRED_IN_MATCH", "1.00000000", "1.00000000"), ("1", None)),
        (
            "EXPIRE_BOTH",
            ("EXPIRED_IN_MATCH", "0.00000000", "0.50000000"),
            ("EXPIRED_IN_MATCH", "1.00000000", "1.00000000"),
            ("1", "0.5"),
        ),
        (
            "DECREMENT",
            ("EXPIRED_IN_MATCH", "0.00000000", "0.50000000"),
            ("PARTIALLY_FILLED", "1.00000000", "0.50000000"),
            ("0.5", "0.5"),
        ),
    ],
)
def test_each_mode_takes_from_whom_it_says(
    tmp_path: Path,
    mode: str,
    maker_ends: tuple[str, str, str | None],
    taker_ends: tuple[str, str, str | None],
    lost: tuple[str | None, str | None],
) -> None:
    """§4.4: the taker meets 1 at 100.01, then 0.5 of its own account."""
    on, maker, taker = met(tmp_path, mode)
    found = statuses(on, maker, taker)
    assert found[0] == maker_ends
    assert found[1][1:] == taker_ends[1:]
    assert found[1][0] == taker_ends[0] or (mode == "EXPIRE_MAKER" and found[1][0] == "PARTIALLY_FILLED")
    (row,) = on.call("GET", "myPreventedMatches", symbol="BTCUSDT", orderId=maker["orderId"])
    assert (row["takerOrderId"], row["makerOrderId"], row["selfTradePreventionMode"], row["price"]) == (
        taker["orderId"],
        maker["orderId"],
        mode,
        "100.01000000",
    )
    told = [row.get("takerPreventedQuantity"), row.get("makerPreventedQuantity")]
    assert told == [None if one is None else f"{float(one):.8f}" for one in lost]
    assert on.call("GET", "myPreventedMatches", symbol="BTCUSDT", preventedMatchId=row["preventedMatchId"]) == [row]
    (answered,) = taker["preventedMatches"]
    assert (answered["preventedMatchId"], answered["makerOrderId"]) == (row["preventedMatchId"], maker["orderId"])


def test_a_prevented_trade_is_told_with_both_orders_and_what_would_have_traded(tmp_path: Path) -> None:
    """§1.4: x TRADE_PREVENTION with v A B U pl pL pY; the larger order of DECREMENT stays open."""
    on, maker, taker = met(tmp_path, "DECREMENT", quantity="1.2")
    halted = {one["i"]: one for one in on.desk.events if one.get("x") == "TRADE_PREVENTION"}
    lower, upper = halted[maker["orderId"]], halted[taker["orderId"]]
    assert (lower["X"], lower["A"], lower["B"], lower["U"]) == ("NEW", "0.20000000", "0.20000000", taker["orderId"])
    assert (upper["X"], upper["A"], upper["U"]) == ("EXPIRED_IN_MATCH", "0.20000000", maker["orderId"])
    assert (upper["pl"], upper["pL"], upper["pY"]) == ("0.20000000", "100.01000000", "20.00200000")
    assert (upper["Cs"], upper["u"], lower["v"]) == ("BTCUSDT", -1, upper["v"])
    assert on.locked("BTC") == "0.30000000"
    assert on.locked("USDT") == "0.00000000"
    x = [one["x"] for one in on.reports(taker["orderId"])]
    assert x == ["NEW", "TRADE", "TRADE_PREVENTION"], "in the order it happened"


def test_a_market_order_sized_in_quote_gives_way_to_its_own_account(tmp_path: Path) -> None:
    on = acting(tmp_path, "100.00", "100.00")
    on.bought("2")
    maker = on.order(**{**MAKER, "quantity": "1.5"})
    spent = on.free("USDT")
    taker = on.call(
        "POST",
        "order",
        symbol="BTCUSDT",
        side="BUY",
        type="MARKET",
        quoteOrderQty="50",
        selfTradePreventionMode="DECREMENT",
    )
    assert (taker["status"], taker["executedQty"], taker["preventedQuantity"]) == (
        "EXPIRED_IN_MATCH",
        "0.00000000",
        "0.49995000",
    )
    assert (on.free("USDT"), on.locked("USDT")) == (spent, "0.00000000")
    assert statuses(on, maker) == [("NEW", "0.00000000", "0.49995000")]


def test_prevented_matches_are_asked_for_by_one_id(tmp_path: Path) -> None:
    on, _, taker = met(tmp_path, "EXPIRE_MAKER")
    for params in ({}, {"orderId": 1, "preventedMatchId": 1}, {"preventedMatchId": 1, "fromPreventedMatchId": 1}):
        assert on.refused("GET", "myPreventedMatches", symbol="BTCUSDT", **params).code == -1128
    later = on.call("GET", "myPreventedMatches", symbol="BTCUSDT", orderId=taker["orderId"], fromPreventedMatchId=2)
    assert later == []


def test_an_iceberg_shows_a_part_and_fills_whole(tmp_path: Path) -> None:
    """§4.4: icebergQty, GTC only; F on events, icebergQty in answers."""
    on = acting(tmp_path, "100.00", "100.00")
    on.bought()
    order = on.order(side="SELL", type="LIMIT", timeInForce="GTC", price="100.01", icebergQty="0.1")
    assert order["icebergQty"] == "0.10000000"
    assert on.reports(order["orderId"])[0]["F"] == "0.10000000"
    taker = on.order(side="BUY", type="MARKET", quantity="1.4", selfTradePreventionMode="NONE")
    assert [(fill["qty"], fill["price"]) for fill in taker["fills"]] == [
        ("1.00000000", "100.01000000"),
        ("0.40000000", "100.01000000"),
    ]
    assert on.query(order["orderId"])["status"] == "FILLED"


def test_what_happens_first_is_told_first(tmp_path: Path) -> None:
    """The taker trades, meets its own account's order, which goes, and trades on behind it."""
    on, maker, taker = met(tmp_path, "EXPIRE_MAKER", price="100.02", quantity="1.5")
    assert [row for row in on.told() if row[1] != "NEW"] == [
        (taker["orderId"], "TRADE", "PARTIALLY_FILLED"),
        (maker["orderId"], "TRADE_PREVENTION", "EXPIRED_IN_MATCH"),
        (taker["orderId"], "TRADE", "FILLED"),
    ]
