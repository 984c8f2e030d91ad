"""Orders over REST: placed, filled, cancelled, listed; written by hand from the fact sheet."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.rig import Running, now_ms


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


def test_an_order_rests_is_found_and_is_cancelled(fresh: Running) -> None:
    placed = rest_below(fresh, newClientOrderId="my-first")
    assert (placed["status"], placed["fills"], placed["clientOrderId"]) == ("NEW", [], "my-first")
    held = Decimal(str(placed["price"])) * Decimal("0.001")
    assert Decimal(fresh.balance("USDT")["locked"]) == held
    assert [row["orderId"] for row in fresh.signed("GET", "openOrders").json()] == [placed["orderId"]]
    canceled = fresh.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="my-first").json()
    assert (canceled["status"], canceled["origClientOrderId"]) == ("CANCELED", "my-first")
    assert canceled["clientOrderId"] != "my-first"
    assert fresh.balance("USDT") == {"asset": "USDT", "free": "100000.00000000", "locked": "0.00000000"}
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
    assert Decimal(fresh.balance("USDT")["free"]) == 100_000 - cost
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
    first = [trade for trade in trades if trade["orderId"] == trades[0]["orderId"]]
    assert fresh.signed("GET", "myTrades", symbol="BTCUSDT", orderId=trades[0]["orderId"]).json() == first
    mixed = fresh.signed("GET", "myTrades", symbol="BTCUSDT", fromId=1, startTime=1)
    assert mixed.json()["code"] == -1128
