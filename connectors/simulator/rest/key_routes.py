"""What a key may ask about itself, and about what its account does not have."""

from __future__ import annotations

from typing import Any

from connectors.simulator.entry.keys import not_permitted
from connectors.simulator.exchange import Exchange
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.rest.route import Route


def restrictions(_: Exchange, params: Parameters) -> dict[str, Any]:
    """What the key this was signed with may do."""
    params.finish()
    key = params.caller
    if key is None:
        raise not_permitted()
    return key.rights.describe(key.created_ms)


def nothing(_exchange: Exchange, _params: Parameters) -> list[Any]:
    """An account of spot alone: no pair to borrow for, no network to withdraw by.

    The description of the spot interface does not name these paths; ccxt asks for them before it loads any market.
    """
    return []


KEY_ROUTES: dict[str, dict[str, Route]] = {
    "/sapi/v1/account/apiRestrictions": {"GET": Route(restrictions, 1, signed=True)},
    "/sapi/v1/margin/allPairs": {"GET": Route(nothing, 1)},
    "/sapi/v1/margin/isolated/allPairs": {"GET": Route(nothing, 10)},
    "/sapi/v1/capital/config/getall": {"GET": Route(nothing, 10, signed=True)},
}
