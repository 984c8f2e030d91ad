"""The methods of the WebSocket API (§1.5): what each answers, what it weighs (§3.3) and whether it must be signed.

The twin of `routes`: a method answers as the REST call does whose path it names.
"""

from __future__ import annotations

from connectors.simulator.rest.order_routes import ORDERS, TWINS
from connectors.simulator.sockets.market_methods import MARKET_METHODS
from connectors.simulator.sockets.method import Method, framed
from connectors.simulator.sockets.sessions import SESSION

METHODS: dict[str, Method] = {
    **MARKET_METHODS,
    **SESSION,
    **{name: framed(ORDERS[f"/api/v3/{path}"][verb], verb) for name, (verb, path) in TWINS.items()},
}
