"""What a key may ask about itself."""

from __future__ import annotations

from typing import Any

from connectors.simulator.exchange import Exchange
from connectors.simulator.keys import not_permitted
from connectors.simulator.parameters import Parameters
from connectors.simulator.route import Route


def restrictions(_: Exchange, params: Parameters) -> dict[str, Any]:
    """What the key this was signed with may do."""
    params.finish()
    key = params.caller
    if key is None:
        raise not_permitted()
    return key.rights.describe(key.created_ms)


KEY_ROUTES: dict[str, dict[str, Route]] = {
    "/sapi/v1/account/apiRestrictions": {"GET": Route(restrictions, 1, signed=True)},
}
