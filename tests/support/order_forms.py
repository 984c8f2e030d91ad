"""Orders of every form, sensible and not, for property tests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from connectors.model.ids import ClientListId, ClientOrderId, InstrumentId, Product
from connectors.model.order import OrderRequest, OrderType, SelfTradePrevention, Side, TimeInForce
from connectors.model.order_list import ListKind, OrderListRequest

NOW_NS = 1_795_000_000_000_000_000
BTCUSDT = InstrumentId("binance", Product.SPOT, "BTCUSDT")
OTHER = InstrumentId("binance", Product.SPOT, "币安人生USDT")

_GOOD = st.decimals(Decimal("0.00000001"), Decimal(9_000_000), places=8)
_AMOUNTS = st.one_of(
    _GOOD, st.sampled_from([Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity"), Decimal("1E+3")])
)
_IDS = st.one_of(
    st.uuids().map(lambda one: ClientOrderId(one.hex)), st.sampled_from([ClientOrderId(""), ClientOrderId("a b;c")])
)
_TIMES = st.sampled_from([NOW_NS - 1, NOW_NS, NOW_NS + 1, NOW_NS + 3_600_000_000_000])


def _maybe(values: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Decimal | None]:
    return st.one_of(st.none(), values)


ORDERS: st.SearchStrategy[OrderRequest] = st.builds(
    OrderRequest,
    instrument=st.sampled_from([BTCUSDT, OTHER]),
    client_order_id=_IDS,
    side=st.sampled_from(Side),
    type=st.sampled_from(OrderType),
    quantity=_maybe(_AMOUNTS),
    quote_quantity=_maybe(_AMOUNTS),
    price=_maybe(_AMOUNTS),
    trigger_price=_maybe(_AMOUNTS),
    time_in_force=st.one_of(st.none(), st.sampled_from(TimeInForce)),
    expire_time_ns=st.one_of(st.none(), _TIMES),
    reduce_only=st.just(False),
    self_trade_prevention=st.sampled_from(SelfTradePrevention),
    trailing_delta=st.one_of(st.none(), st.integers(-1, 2_000)),
    iceberg_quantity=_maybe(_AMOUNTS),
)
"""Any field with any value: most of them are refused."""

_PRICED = {OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT}
_WAITING = {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}


@st.composite
def whole(draw: st.DrawFn, kinds: frozenset[OrderType] | None = None) -> OrderRequest:
    """An order with the fields its type needs, whatever they are worth."""
    kind = draw(st.sampled_from(sorted(kinds or set(OrderType) - {OrderType.UNKNOWN})))
    timed = kind in _PRICED - {OrderType.LIMIT_MAKER}
    force = draw(st.sampled_from([TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK])) if timed else None
    trails = kind is OrderType.TRAILING or (kind in _WAITING - {OrderType.STOP_LOSS} and draw(st.booleans()))
    quantity = draw(_GOOD)
    shown = kind in _PRICED and force in {None, TimeInForce.GTC} and draw(st.booleans())
    in_quote = kind is OrderType.MARKET and draw(st.booleans())
    waits = kind in _WAITING and not (trails and draw(st.booleans()))
    return OrderRequest(
        draw(st.sampled_from([BTCUSDT, OTHER])),
        ClientOrderId(draw(st.uuids()).hex),
        draw(st.sampled_from(Side)),
        kind,
        quantity=None if in_quote else quantity,
        quote_quantity=quantity if in_quote else None,
        price=draw(_GOOD) if kind in _PRICED else None,
        trigger_price=draw(_GOOD) if waits else None,
        time_in_force=force,
        self_trade_prevention=draw(st.sampled_from(sorted(set(SelfTradePrevention) - {SelfTradePrevention.UNKNOWN}))),
        trailing_delta=draw(st.integers(1, 2_000)) if trails else None,
        iceberg_quantity=quantity if shown else None,
    )


_PLACES = st.one_of(st.none(), whole(), ORDERS)
LISTS: st.SearchStrategy[OrderListRequest] = st.builds(
    OrderListRequest,
    kind=st.sampled_from(ListKind),
    client_list_id=st.uuids().map(lambda one: ClientListId(one.hex)),
    entry=_PLACES,
    take_profit=_PLACES,
    stop_loss=_PLACES,
    exit=_PLACES,
)
"""Any orders in any places: nearly all are refused."""


@st.composite
def whole_lists(draw: st.DrawFn) -> OrderListRequest:
    """Lists with the orders their kind needs, of one instrument, side, size and prevention where that is needed."""
    kind = draw(st.sampled_from([ListKind.OCO, ListKind.OTO, ListKind.OTOCO]))
    mode = draw(st.sampled_from([SelfTradePrevention.VENUE_DEFAULT, SelfTradePrevention.EXPIRE_TAKER]))
    side, quantity = draw(st.sampled_from(Side)), draw(_GOOD)

    def part(*kinds: OrderType, own: bool) -> OrderRequest:
        order = replace(draw(whole(frozenset(kinds))), instrument=BTCUSDT, self_trade_prevention=mode)
        if own:
            return replace(order, quantity=order.quantity or order.quote_quantity, quote_quantity=None)
        return replace(order, side=side, quantity=quantity, iceberg_quantity=None)

    targets = (OrderType.LIMIT_MAKER, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT)
    stops = (OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TRAILING)
    forked = kind is not ListKind.OTO
    return OrderListRequest(
        kind,
        ClientListId(draw(st.uuids()).hex),
        entry=part(OrderType.LIMIT, OrderType.LIMIT_MAKER, own=True) if kind is not ListKind.OCO else None,
        take_profit=part(*targets, own=False) if forked else None,
        stop_loss=part(*stops, own=False) if forked else None,
        exit=None if forked else part(*(set(OrderType) - {OrderType.UNKNOWN}), own=True),
    )
