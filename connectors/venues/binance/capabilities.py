"""What Binance spot can do through this room; its README says the same in words."""

from __future__ import annotations

from types import MappingProxyType

from connectors.model.capabilities import Amend, Capabilities, CreateIdempotency, Support
from connectors.model.ids import Mode, Product
from connectors.model.order import OrderType, SelfTradePrevention, TimeInForce
from connectors.model.order_list import ListKind
from connectors.venues.binance.constants import VENUE
from connectors.venues.binance.symbols import STREAMED

CAPABILITIES = Capabilities(
    venue=VENUE,
    products=frozenset({Product.SPOT}),
    modes=frozenset({Mode.LIVE, Mode.TESTNET, Mode.DEMO, Mode.PAPER, Mode.SIM}),
    order_types=MappingProxyType(
        dict.fromkeys(
            (
                OrderType.MARKET,
                OrderType.LIMIT,
                OrderType.LIMIT_MAKER,
                OrderType.STOP_LOSS,
                OrderType.STOP_LOSS_LIMIT,
                OrderType.TAKE_PROFIT,
                OrderType.TAKE_PROFIT_LIMIT,
                OrderType.TRAILING,
            ),
            Support.NATIVE,
        )
    ),
    times_in_force=MappingProxyType(dict.fromkeys((TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK), Support.NATIVE)),
    intervals=STREAMED,
    amend=Amend.QUANTITY_DOWN_ONLY,
    amend_renames=True,
    amendments=Support.NATIVE,
    replace=Support.NATIVE,
    create_idempotency=CreateIdempotency.WHILE_OPEN,
    lookup_by_client_id=True,
    quote_sized_market_buy=True,
    quote_sized_market_sell=True,
    trailing_types=frozenset({OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}),
    iceberg=Support.NATIVE,
    self_trade_prevention=frozenset(SelfTradePrevention)
    - {SelfTradePrevention.VENUE_DEFAULT, SelfTradePrevention.UNKNOWN},
    test_order=Support.NATIVE,
    fills_need_symbol=True,
    cancel_all=Support.NATIVE,
    order_lists=Support.NATIVE,
    list_kinds=MappingProxyType(dict.fromkeys((ListKind.OCO, ListKind.OTO, ListKind.OTOCO), Support.NATIVE)),
    conclusive_after_ms=15_000,
)
