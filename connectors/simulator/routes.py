"""The REST surface: which path answers what, what it weighs (§3.3) and whether it must be signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.simulator import private, public
from connectors.simulator.parameters import Parameters

Weight = int | Callable[[Parameters], int]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    answer: public.Answer
    weight: Weight
    signed: bool = False
    free: bool = False
    """Weighs nothing when it succeeds, ``weight`` when it fails (§3.1)."""
    order: bool = False
    """Its answer carries the order-count headers."""

    def weighs(self, params: Parameters) -> int:
        """Its weight with these parameters."""
        return self.weight if isinstance(self.weight, int) else self.weight(params)


ROUTES: dict[str, dict[str, Route]] = {
    "/api/v3/ping": {"GET": Route(public.ping, 1)},
    "/api/v3/time": {"GET": Route(public.server_time, 1)},
    "/api/v3/exchangeInfo": {"GET": Route(public.exchange_info, 20)},
    "/api/v3/depth": {"GET": Route(public.depth, public.depth_weight)},
    "/api/v3/trades": {"GET": Route(public.trades, 25)},
    "/api/v3/klines": {"GET": Route(public.klines, 2)},
    "/api/v3/ticker/24hr": {"GET": Route(public.ticker_day, public.day_weight)},
    "/api/v3/ticker/bookTicker": {"GET": Route(public.ticker_book, public.book_weight)},
    "/api/v3/account": {"GET": Route(private.account, 20, signed=True)},
    "/api/v3/order": {
        "POST": Route(private.place, 1, signed=True, free=True, order=True),
        "GET": Route(private.query, 4, signed=True),
        "DELETE": Route(private.cancel, 1, signed=True, free=True),
    },
    "/api/v3/openOrders": {
        "GET": Route(private.open_orders, private.open_weight, signed=True),
        "DELETE": Route(private.cancel_all, 1, signed=True, free=True),
    },
    "/api/v3/allOrders": {"GET": Route(private.all_orders, 20, signed=True)},
    "/api/v3/myTrades": {"GET": Route(private.my_trades, private.trades_weight, signed=True)},
}

REMOVED = ("/api/v3/userDataStream", "/api/v1/userDataStream")
"""Gone since 2026-02-20: 410 with a page, not JSON (§1.2)."""
