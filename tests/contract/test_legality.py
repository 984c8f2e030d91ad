"""P20 for any venue: an order that expires has its time in the future, and what is emulated is labelled."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.capabilities import Capabilities, Support
from connectors.model.ids import ClientOrderId, Mode, Product
from connectors.model.legality import judge, judge_list
from connectors.model.order import OrderRequest, OrderType, SelfTradePrevention, Side, TimeInForce
from connectors.model.order_list import ListKind, OrderListRequest
from support.order_forms import BTCUSDT, NOW_NS, ORDERS, whole, whole_lists

SUPPORTS = st.sampled_from(Support)
VENUES: st.SearchStrategy[Capabilities] = st.builds(
    Capabilities,
    venue=st.just("anywhere"),
    products=st.just(frozenset({Product.SPOT})),
    modes=st.just(frozenset({Mode.SIM})),
    order_types=st.fixed_dictionaries(dict.fromkeys(OrderType, SUPPORTS)),
    times_in_force=st.fixed_dictionaries(dict.fromkeys(TimeInForce, SUPPORTS)),
    iceberg=SUPPORTS,
    quote_sized_market_buy=st.booleans(),
    quote_sized_market_sell=st.booleans(),
    quote_sized_market_only=st.booleans(),
    trailing_types=st.frozensets(st.sampled_from(OrderType)),
    self_trade_prevention=st.frozensets(st.sampled_from(SelfTradePrevention)),
    order_lists=SUPPORTS,
    list_kinds=st.fixed_dictionaries(dict.fromkeys(ListKind, SUPPORTS)),
)


@given(whole(), VENUES, st.one_of(st.none(), st.integers(NOW_NS - 10, NOW_NS + 10)))
def test_an_order_that_expires_needs_a_time_in_the_future(
    order: OrderRequest, can: Capabilities, expires: int | None
) -> None:
    dated = replace(order, time_in_force=TimeInForce.GTD, expire_time_ns=expires, iceberg_quantity=None)
    verdict = judge(dated, can, NOW_NS)
    if not verdict.rule:
        assert expires is not None
        assert expires > NOW_NS
        assert can.time_in_force(TimeInForce.GTD) is not Support.MISSING
    if can.time_in_force(TimeInForce.GTD) is Support.MISSING:
        assert verdict.rule in {"TYPE", "TIME_IN_FORCE"}
    undated = judge(replace(order, expire_time_ns=NOW_NS + 1), can, NOW_NS)
    assert undated.rule in {"TYPE", "TIME_IN_FORCE", "EXPIRY"}


EVERYTHING = Capabilities(
    venue="anywhere",
    products=frozenset({Product.SPOT}),
    modes=frozenset({Mode.SIM}),
    order_types=dict.fromkeys(OrderType, Support.NATIVE),
    times_in_force=dict.fromkeys(TimeInForce, Support.NATIVE),
    iceberg=Support.NATIVE,
    quote_sized_market_buy=True,
    quote_sized_market_sell=True,
    trailing_types=frozenset({OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}),
    self_trade_prevention=frozenset(SelfTradePrevention) - {SelfTradePrevention.DECREMENT},
)
BOUGHT = OrderRequest(
    BTCUSDT,
    ClientOrderId("id"),
    Side.BUY,
    OrderType.LIMIT,
    Decimal(2),
    price=Decimal(100),
    time_in_force=TimeInForce.GTC,
)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, ""),
        ({"time_in_force": TimeInForce.GTD, "expire_time_ns": NOW_NS + 1}, ""),
        ({"time_in_force": TimeInForce.GTD, "expire_time_ns": NOW_NS}, "EXPIRY"),
        ({"time_in_force": TimeInForce.GTD}, "EXPIRY"),
        ({"expire_time_ns": NOW_NS + 1}, "EXPIRY"),
        ({"time_in_force": None}, "TIME_IN_FORCE"),
        ({"type": OrderType.LIMIT_MAKER}, "TIME_IN_FORCE"),
        ({"quantity": None}, "SIZE"),
        ({"quote_quantity": Decimal(5)}, "SIZE"),
        ({"quantity": Decimal(0)}, "SIZE"),
        ({"quantity": None, "quote_quantity": Decimal(5)}, "QUOTE_SIZE"),
        ({"price": None}, "PRICE"),
        ({"price": Decimal("Infinity")}, "PRICE"),
        ({"type": OrderType.MARKET, "time_in_force": None}, "PRICE"),
        ({"trigger_price": Decimal(90)}, "TRIGGER"),
        ({"type": OrderType.STOP_LOSS_LIMIT}, "TRIGGER"),
        ({"type": OrderType.STOP_LOSS_LIMIT, "trailing_delta": 5}, ""),
        ({"type": OrderType.STOP_LOSS_LIMIT, "trailing_delta": 0}, "TRAILING"),
        ({"trailing_delta": 5}, "TRAILING"),
        ({"type": OrderType.TRAILING, "time_in_force": None, "price": None}, "TRAILING"),
        ({"type": OrderType.STOP_LOSS, "time_in_force": None, "price": None, "trailing_delta": 5}, "TRAILING"),
        ({"iceberg_quantity": Decimal(2)}, ""),
        ({"iceberg_quantity": Decimal(3)}, "ICEBERG"),
        ({"iceberg_quantity": Decimal(0)}, "ICEBERG"),
        ({"iceberg_quantity": Decimal(1), "time_in_force": TimeInForce.IOC}, "ICEBERG"),
        ({"self_trade_prevention": SelfTradePrevention.EXPIRE_BOTH}, ""),
        ({"self_trade_prevention": SelfTradePrevention.DECREMENT}, "SELF_TRADE_PREVENTION"),
    ],
)
def test_each_rule_is_named_by_what_breaks_it_alone(changed: dict[str, Any], rule: str) -> None:
    assert judge(replace(BOUGHT, **changed), EVERYTHING, NOW_NS).rule == rule


@given(st.one_of(ORDERS, whole()), VENUES)
def test_what_is_missing_is_refused_in_a_sentence_and_what_is_emulated_is_labelled(
    order: OrderRequest, can: Capabilities
) -> None:
    verdict = judge(order, can, NOW_NS)
    used = [can.order_type(order.type)]
    used += [can.time_in_force(order.time_in_force)] if order.time_in_force else []
    used += [can.iceberg] if order.iceberg_quantity is not None else []
    if Support.MISSING in used:
        assert verdict.rule
    assert bool(verdict.rule) == bool(verdict.reason)
    assert not (verdict.rule and verdict.emulated)
    if not verdict.rule:
        assert len(verdict.emulated) == used.count(Support.EMULATED)
        assert all("worker alive" in label for label in verdict.emulated)


@given(whole_lists(), VENUES)
def test_a_list_the_venue_lacks_is_refused_and_one_the_desk_keeps_is_labelled(
    request: OrderListRequest, can: Capabilities
) -> None:
    verdict = judge_list(request, can, NOW_NS)
    if Support.MISSING in {can.order_lists, can.list_kind(request.kind)}:
        assert verdict.rule == "LIST"
    elif not verdict.rule and can.list_kind(request.kind) is Support.EMULATED:
        assert verdict.emulated[0].startswith(request.kind)
