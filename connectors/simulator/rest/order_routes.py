"""The account's orders over REST (§4.4 to §4.7): what each path weighs (§3.3); all must be signed."""

from __future__ import annotations

from connectors.simulator.orders import list_rules
from connectors.simulator.rest import listing, private, replacing, standing
from connectors.simulator.rest.route import Answer, Route, Weight


def _place(answer: Answer) -> Route:
    """A call that costs only when it fails, and tells the order count."""
    return Route(answer, 1, signed=True, free=True, order=True)


def _cancel(answer: Answer) -> Route:
    return Route(answer, 1, signed=True, free=True)


def _ask(answer: Answer, weight: Weight) -> Route:
    return Route(answer, weight, signed=True)


ORDERS: dict[str, dict[str, Route]] = {
    "/api/v3/account": {"GET": _ask(private.account, 20)},
    "/api/v3/account/commission": {"GET": _ask(standing.commission, 20)},
    "/api/v3/rateLimit/order": {"GET": _ask(standing.order_counts, 40)},
    "/api/v3/order": {
        "POST": _place(private.place),
        "GET": _ask(private.query, 4),
        "DELETE": _cancel(private.cancel),
    },
    "/api/v3/order/test": {"POST": _ask(standing.try_order, standing.try_weight)},
    "/api/v3/order/cancelReplace": {"POST": _place(replacing.cancel_replace)},
    "/api/v3/order/amend/keepPriority": {"PUT": _ask(replacing.amend, 4)},
    "/api/v3/order/amendments": {"GET": _ask(replacing.amendments, 4)},
    "/api/v3/order/oco": {"POST": _place(listing.placing(list_rules.old_oco))},
    "/api/v3/orderList/oco": {"POST": _place(listing.placing(list_rules.oco))},
    "/api/v3/orderList/oto": {"POST": _place(listing.placing(list_rules.oto))},
    "/api/v3/orderList/otoco": {"POST": _place(listing.placing(list_rules.otoco))},
    "/api/v3/orderList/opo": {"POST": _place(listing.placing(list_rules.opo))},
    "/api/v3/orderList/opoco": {"POST": _place(listing.placing(list_rules.opoco))},
    "/api/v3/orderList": {"GET": _ask(listing.query, 4), "DELETE": _cancel(listing.cancel)},
    "/api/v3/openOrderList": {"GET": _ask(listing.open_lists, 6)},
    "/api/v3/allOrderList": {"GET": _ask(listing.all_lists, 20)},
    "/api/v3/openOrders": {
        "GET": _ask(private.open_orders, private.open_weight),
        "DELETE": _cancel(private.cancel_all),
    },
    "/api/v3/allOrders": {"GET": _ask(private.all_orders, 20)},
    "/api/v3/myTrades": {"GET": _ask(private.my_trades, private.trades_weight)},
    "/api/v3/myPreventedMatches": {"GET": _ask(standing.prevented_matches, standing.prevented_weight)},
}

TWINS: dict[str, tuple[str, str]] = {
    "order.place": ("POST", "order"),
    "order.test": ("POST", "order/test"),
    "order.status": ("GET", "order"),
    "order.cancel": ("DELETE", "order"),
    "order.cancelReplace": ("POST", "order/cancelReplace"),
    "order.amend.keepPriority": ("PUT", "order/amend/keepPriority"),
    "order.amendments": ("GET", "order/amendments"),
    "openOrders.status": ("GET", "openOrders"),
    "openOrders.cancelAll": ("DELETE", "openOrders"),
    "allOrders": ("GET", "allOrders"),
    "orderList.place": ("POST", "order/oco"),
    "orderList.place.oco": ("POST", "orderList/oco"),
    "orderList.place.oto": ("POST", "orderList/oto"),
    "orderList.place.otoco": ("POST", "orderList/otoco"),
    "orderList.place.opo": ("POST", "orderList/opo"),
    "orderList.place.opoco": ("POST", "orderList/opoco"),
    "orderList.status": ("GET", "orderList"),
    "orderList.cancel": ("DELETE", "orderList"),
    "openOrderLists.status": ("GET", "openOrderList"),
    "allOrderLists": ("GET", "allOrderList"),
    "account.status": ("GET", "account"),
    "account.commission": ("GET", "account/commission"),
    "account.rateLimits.orders": ("GET", "rateLimit/order"),
    "myTrades": ("GET", "myTrades"),
    "myPreventedMatches": ("GET", "myPreventedMatches"),
}
"""Methods of the WebSocket API that are these calls with other framing (§1.5)."""
