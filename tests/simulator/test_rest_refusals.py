"""Orders that are refused or expire, and what they cost; written by hand from the fact sheet."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from simulator.rig import Running, within


def best(sim: Running, symbol: str = "BTCUSDT") -> tuple[Decimal, Decimal]:
    row = sim.public("ticker/bookTicker", symbol=symbol).json()
    return Decimal(row["bidPrice"]), Decimal(row["askPrice"])


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
        ({"quantity": "10"}, -2010, "Account has insufficient balance for requested action."),
        ({"side": "SELL", "price": "90000"}, -2010, "Account has insufficient balance for requested action."),
        ({"newClientOrderId": ""}, -1118, None),
        ({"newClientOrderId": "x" * 37}, -1100, None),
        ({"quoteOrderQty": "10"}, -1106, "Parameter 'quoteOrderQty' sent when not required."),
        ({"newOrderRespType": "LONG"}, -1100, None),
        ({"type": "STOP_LOSS_LIMIT"}, -1102, None),
        ({"pegPriceType": "MARKET_PEG"}, -1013, "Pegged orders are not supported for this symbol."),
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


def test_orders_weigh_nothing_when_they_succeed_and_are_counted_apart(fresh: Running) -> None:
    bid, _ = best(fresh)

    def counts() -> list[list[int]]:
        placed = fresh.signed("POST", "order", **{**ORDER, "price": bid - 2000, "quantity": "0.0002"})
        again = fresh.signed("POST", "order", **{**ORDER, "price": bid - 2000, "quantity": "0.0002"})
        failed = fresh.signed("POST", "order", **{**ORDER, "price": "0.001"})
        names = ("X-MBX-USED-WEIGHT-1M", "X-MBX-ORDER-COUNT-10S", "X-MBX-ORDER-COUNT-1D")
        return [[int(answer.headers[name]) for name in names] for answer in (placed, again, failed)]

    first, second, failed = within(10_000, counts)
    assert [after - before for before, after in zip(first, second, strict=True)] == [0, 1, 1]
    assert [after - before for before, after in zip(second, failed, strict=True)] == [1, 0, 0]


def test_an_answer_comes_within_a_few_milliseconds(sim: Running) -> None:
    times: list[float] = []
    for _ in range(20):
        answer: httpx.Response = sim.signed("POST", "order", **{**ORDER, "price": "0.001"})
        times.append(answer.elapsed.total_seconds())
    assert min(times) < 0.03, "Nagle's delay alone would be 0.04, of each"
