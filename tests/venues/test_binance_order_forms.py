"""P16, P20: any order is refused before sending with the rule it breaks, or says exactly what was asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from connectors.errors import Refused
from connectors.model.change import AmendRequest, ReplaceMode, ReplaceRequest
from connectors.model.ids import ClientListId, ClientOrderId, InstrumentId, Product, VenueOrderId
from connectors.model.order import OrderRequest, OrderType, SelfTradePrevention, Side, TimeInForce
from connectors.model.order_list import ListKind, OrderListRequest
from connectors.venues.binance.orders import amend_params, create_params, list_call, replace_params
from support.order_forms import BTCUSDT, LISTS, NOW_NS, ORDERS, whole, whole_lists

RULES = {
    "TYPE", "TIME_IN_FORCE", "EXPIRY", "SIZE", "QUOTE_SIZE", "PRICE", "TRAILING", "TRIGGER", "ICEBERG",
    "SELF_TRADE_PREVENTION", "CLIENT_ID", "LIST",
}  # fmt: skip
PATHS = {
    ListKind.OCO: "/api/v3/orderList/oco",
    ListKind.OTO: "/api/v3/orderList/oto",
    ListKind.OTOCO: "/api/v3/orderList/otoco",
}
D = Decimal


def number(params: dict[str, Any], name: str) -> Decimal | None:
    """A number as the venue reads it: digits and a point, nothing else."""
    text = params.pop(name, None)
    assert text is None or set(text) <= set("0123456789.")
    return None if text is None else D(text)


def read(params: dict[str, Any], prefix: str = "", shared: dict[str, Any] | None = None) -> OrderRequest:
    """An order as the venue's documents say its parameters mean (facts §4.4, §4.7); what was read is taken out."""

    def name(word: str) -> str:
        return prefix + word[0].upper() + word[1:] if prefix else word

    around = shared or {}
    word, delta = params.pop(name("type")), params.pop(name("trailingDelta"), None)
    force = params.pop(name("timeInForce"), None)
    mode = around.get("mode") or params.pop("selfTradePreventionMode", "VENUE_DEFAULT")
    symbol = around.get("symbol") or params.pop("symbol")
    return OrderRequest(
        instrument=InstrumentId("binance", Product.SPOT, symbol),
        client_order_id=ClientOrderId(params.pop(name("clientOrderId") if prefix else "newClientOrderId")),
        side=Side(around["side"] if "side" in around else params.pop(name("side"))),
        type=OrderType.TRAILING if word == "STOP_LOSS" and delta else OrderType(word),
        quantity=around["quantity"] if "quantity" in around else number(params, name("quantity")),
        quote_quantity=number(params, name("quoteOrderQty")),
        price=number(params, name("price")),
        trigger_price=number(params, name("stopPrice")),
        time_in_force=None if force is None else TimeInForce(force),
        self_trade_prevention=SelfTradePrevention(mode),
        trailing_delta=delta,
        iceberg_quantity=number(params, name("icebergQty")),
    )


def read_list(kind: ListKind, params: dict[str, Any]) -> OrderListRequest:
    """A list as its parameters mean it: for a sale the target lies above, for a purchase below (facts §4.7)."""
    around = {"symbol": params.pop("symbol"), "mode": params.pop("selfTradePreventionMode", "VENUE_DEFAULT")}
    name = ClientListId(params.pop("listClientOrderId"))
    entry = None if kind is ListKind.OCO else read(params, "working", around)
    if kind is ListKind.OTO:
        return OrderListRequest(kind, name, entry=entry, exit=read(params, "pending", around))
    stem = "pending" if kind is ListKind.OTOCO else ""
    side = params.pop(f"{stem}Side" if stem else "side")
    pair = {**around, "side": side, "quantity": number(params, f"{stem}Quantity" if stem else "quantity")}
    above = read(params, f"{stem}Above" if stem else "above", pair)
    below = read(params, f"{stem}Below" if stem else "below", pair)
    target, stop = (above, below) if side == "SELL" else (below, above)
    return OrderListRequest(kind, name, entry=entry, take_profit=target, stop_loss=stop)


def answer_type(params: dict[str, Any]) -> None:
    assert params.pop("newOrderRespType") == "FULL"


@given(ORDERS)
def test_any_order_is_refused_by_a_named_rule_or_says_exactly_what_was_asked(request: OrderRequest) -> None:
    try:
        params = create_params(request, NOW_NS)
    except Refused as refused:
        assert refused.code in RULES
        assert refused.sentence.endswith(".")
        assert refused.operation == "order.place"
        return
    answer_type(params)
    assert read(params) == request
    assert params == {}


@given(whole())
def test_an_order_that_is_whole_is_never_refused(request: OrderRequest) -> None:
    params = create_params(request, NOW_NS)
    answer_type(params)
    assert read(params) == request
    assert params == {}


@given(LISTS)
def test_any_list_is_refused_by_a_named_rule_or_says_exactly_what_was_asked(request: OrderListRequest) -> None:
    try:
        endpoint, params = list_call(request, NOW_NS)
    except Refused as refused:
        assert refused.code in RULES
        assert refused.sentence.endswith(".")
        return
    answer_type(params)
    assert endpoint.path == PATHS[request.kind]
    assert read_list(request.kind, params) == request
    assert params == {}


@given(whole_lists())
def test_a_list_that_is_whole_is_never_refused(request: OrderListRequest) -> None:
    endpoint, params = list_call(request, NOW_NS)
    answer_type(params)
    assert endpoint.path == PATHS[request.kind]
    assert endpoint.orders == len(request.orders)
    assert read_list(request.kind, params) == request
    assert params == {}


@given(whole())
def test_a_replace_says_the_whole_new_order_and_names_the_old_one(request: OrderRequest) -> None:
    replacing = ReplaceRequest(request, venue_order_id=VenueOrderId("7"), mode=ReplaceMode.ALLOW_FAILURE)
    params: dict[str, Any] = replace_params(replacing, NOW_NS)
    answer_type(params)
    assert params.pop("cancelOrderId") == "7"
    assert params.pop("cancelReplaceMode") == "ALLOW_FAILURE"
    assert read(params) == request
    assert params == {}


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        (AmendRequest(BTCUSDT, ClientOrderId("a"), quantity=D(1), price=D(5)), "price"),
        (AmendRequest(BTCUSDT, ClientOrderId("a"), trigger_price=D(5)), "price"),
        (AmendRequest(BTCUSDT, ClientOrderId("a")), "quantity"),
        (AmendRequest(BTCUSDT, ClientOrderId("a"), quantity=D(0)), "quantity"),
        (AmendRequest(BTCUSDT, ClientOrderId("a"), quantity=D("NaN")), "quantity"),
        (AmendRequest(BTCUSDT, quantity=D(1)), "neither"),
        (
            AmendRequest(BTCUSDT, ClientOrderId("a"), new_client_order_id=ClientOrderId("; DROP"), quantity=D(1)),
            "client",
        ),
    ],
)
def test_an_amend_of_anything_but_the_quantity_is_refused(request_: AmendRequest, rule: str) -> None:
    with pytest.raises(Refused, match=rule):
        amend_params(request_)


def test_an_amend_names_the_order_by_the_venues_id_where_it_is_known() -> None:
    both = AmendRequest(BTCUSDT, ClientOrderId("a"), VenueOrderId("7"), ClientOrderId("b"), D("0.50"))
    assert amend_params(both) == {"symbol": "BTCUSDT", "orderId": "7", "newQty": "0.50", "newClientOrderId": "b"}
    assert amend_params(AmendRequest(BTCUSDT, ClientOrderId("a"), quantity=D("1E+1"))) == {
        "symbol": "BTCUSDT",
        "origClientOrderId": "a",
        "newQty": "10",
    }
