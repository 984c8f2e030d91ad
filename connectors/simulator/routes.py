"""The REST surface: which path answers what, what it weighs (§3.3) and whether it must be signed."""

from __future__ import annotations

from connectors.simulator import private
from connectors.simulator.market_routes import MARKET
from connectors.simulator.route import Route

ROUTES: dict[str, dict[str, Route]] = {
    **MARKET,
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
