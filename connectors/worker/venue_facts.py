"""What each venue can do here, in words for whoever chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors import registry
from connectors.model.capabilities import Amend, Capabilities, Support
from connectors.model.ids import Mode, Product
from connectors.model.order import OrderType, TimeInForce
from connectors.model.order_list import ListKind
from connectors.worker import api

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

_ORDER_TYPES = {
    OrderType.MARKET: "market",
    OrderType.LIMIT: "limit",
    OrderType.LIMIT_MAKER: "post-only",
    OrderType.STOP_LOSS: "stop",
    OrderType.STOP_LOSS_LIMIT: "stop-limit",
    OrderType.TAKE_PROFIT: "take-profit",
    OrderType.TAKE_PROFIT_LIMIT: "take-profit-limit",
    OrderType.TRAILING: "trailing",
}
_AMENDS = {
    Amend.NATIVE: (Support.NATIVE, ""),
    Amend.QUANTITY_DOWN_ONLY: (Support.NATIVE, "size down only"),
    Amend.CANCEL_REPLACE: (Support.EMULATED, "loses the queue"),
    Amend.MISSING: (Support.MISSING, ""),
}


async def get_venues(_worker: Worker, _command: api.GetVenues) -> api.VenueList:
    """Every registered venue."""
    return api.VenueList(tuple(facts(registry.capabilities(venue)) for venue in registry.venues()))


def facts(declared: Capabilities) -> api.VenueFacts:
    """A venue as it declares itself. Pure."""
    abilities = [api.Ability(word, declared.order_type(kind)) for kind, word in _ORDER_TYPES.items()]
    abilities += [
        api.Ability(kind.value, declared.time_in_force(kind)) for kind in TimeInForce if kind is not TimeInForce.UNKNOWN
    ]
    abilities += [
        api.Ability(kind.value, declared.list_kind(kind)) for kind in ListKind if kind is not ListKind.UNKNOWN
    ]
    support, note = _AMENDS[declared.amend]
    abilities += [
        api.Ability("iceberg", declared.iceberg),
        api.Ability("amend", support, note),
        api.Ability("replace", declared.replace, "loses the queue"),
        api.Ability("cancel all", declared.cancel_all),
        api.Ability("test order", declared.test_order),
        api.Ability("short", _native(declared.short)),
        api.Ability("leverage", _native(declared.leverage)),
    ]
    return api.VenueFacts(
        declared.venue,
        tuple(each for each in Product if each in declared.products),
        tuple(each for each in Mode if each in declared.modes),
        tuple(abilities),
    )


def _native(there: bool) -> Support:
    return Support.NATIVE if there else Support.MISSING
