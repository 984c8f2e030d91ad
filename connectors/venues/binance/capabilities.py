"""What Binance spot can do through this room; its README says the same in words."""

from __future__ import annotations

from types import MappingProxyType

from connectors.model.capabilities import Capabilities, CreateIdempotency, Support
from connectors.model.ids import Mode, Product
from connectors.model.order import OrderType, TimeInForce
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
            ),
            Support.NATIVE,
        )
    ),
    times_in_force=MappingProxyType(dict.fromkeys((TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK), Support.NATIVE)),
    intervals=STREAMED,
    create_idempotency=CreateIdempotency.WHILE_OPEN,
    lookup_by_client_id=True,
    quote_sized_market_buy=True,
    fills_need_symbol=True,
    cancel_all=Support.NATIVE,
    conclusive_after_ms=15_000,
)
