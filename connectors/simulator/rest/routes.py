"""The REST surface: which path answers what, what it weighs (§3.3) and whether it must be signed."""

from __future__ import annotations

from connectors.simulator.rest.key_routes import KEY_ROUTES
from connectors.simulator.rest.market_routes import MARKET
from connectors.simulator.rest.order_routes import ORDERS
from connectors.simulator.rest.route import Route

ROUTES: dict[str, dict[str, Route]] = {
    **MARKET,
    **KEY_ROUTES,
    **ORDERS,
}

REMOVED = ("/api/v3/userDataStream", "/api/v1/userDataStream")
"""Gone since 2026-02-20: 410 with a page, not JSON (§1.2)."""
