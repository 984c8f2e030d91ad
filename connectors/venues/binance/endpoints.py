"""Where each call goes, what it weighs (facts §3.3), whether it is signed: the REST surface in one table."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATH = re.compile(r"/(api|sapi)/v\d(/[A-Za-z0-9]+)+")
"""A path goes to the origin a connection is bound to; an address could go anywhere (P4)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of the REST interface."""

    operation: str
    """Our name of it, in errors and logs."""
    method: str
    path: str
    weight: int
    """Request weight; what depends on parameters is given with the call."""
    signed: bool = False
    idempotent: bool = True
    """Whether sending it twice does what sending it once does."""
    orders: int = 0
    """What it adds to the count of new orders."""

    def __post_init__(self) -> None:
        if not _PATH.fullmatch(self.path):
            raise ValueError(f"{self.operation} names {self.path!r}, which is no path of this venue")


TIME = Endpoint("time", "GET", "/api/v3/time", 1)
PING = Endpoint("ping", "GET", "/api/v3/ping", 1)
EXCHANGE_INFO = Endpoint("instruments", "GET", "/api/v3/exchangeInfo", 20)
DEPTH = Endpoint("book", "GET", "/api/v3/depth", 250)
TRADES = Endpoint("trades", "GET", "/api/v3/trades", 25)
KLINES = Endpoint("candles", "GET", "/api/v3/klines", 2)
BEST_QUOTE = Endpoint("touch", "GET", "/api/v3/ticker/bookTicker", 2)
AVERAGE = Endpoint("average", "GET", "/api/v3/avgPrice", 2)
OLD_TRADES = Endpoint("trades.old", "GET", "/api/v3/historicalTrades", 25)
DAY_TICKER = Endpoint("ticker", "GET", "/api/v3/ticker/24hr", 2)
ACCOUNT = Endpoint("balances", "GET", "/api/v3/account", 20, signed=True)
KEY_RIGHTS = Endpoint("key.rights", "GET", "/sapi/v1/account/apiRestrictions", 1, signed=True)
MY_TRADES = Endpoint("fills", "GET", "/api/v3/myTrades", 20, signed=True)
ORDER = Endpoint("order.show", "GET", "/api/v3/order", 4, signed=True)
OPEN_ORDERS = Endpoint("orders.open", "GET", "/api/v3/openOrders", 80, signed=True)
ALL_ORDERS = Endpoint("orders.history", "GET", "/api/v3/allOrders", 20, signed=True)
PLACE = Endpoint("order.place", "POST", "/api/v3/order", 1, signed=True, idempotent=False, orders=1)
# A second cancel changes nothing, but its refusal ("unknown order") would hide that the first one worked.
CANCEL = Endpoint("order.cancel", "DELETE", "/api/v3/order", 1, signed=True, idempotent=False)
CANCEL_ALL = Endpoint("orders.cancel", "DELETE", "/api/v3/openOrders", 1, signed=True, idempotent=False)
TEST = Endpoint("order.test", "POST", "/api/v3/order/test", 1, signed=True)
AMEND = Endpoint("order.amend", "PUT", "/api/v3/order/amend/keepPriority", 4, signed=True, idempotent=False)
AMENDMENTS = Endpoint("order.amendments", "GET", "/api/v3/order/amendments", 4, signed=True)
# Counts as one new order even when the new one was not attempted (facts §3.3).
REPLACE = Endpoint("order.replace", "POST", "/api/v3/order/cancelReplace", 1, signed=True, idempotent=False, orders=1)
PLACE_OCO = Endpoint("list.place", "POST", "/api/v3/orderList/oco", 1, signed=True, idempotent=False, orders=2)
PLACE_OTO = Endpoint("list.place", "POST", "/api/v3/orderList/oto", 1, signed=True, idempotent=False, orders=2)
PLACE_OTOCO = Endpoint("list.place", "POST", "/api/v3/orderList/otoco", 1, signed=True, idempotent=False, orders=3)
CANCEL_LIST = Endpoint("list.cancel", "DELETE", "/api/v3/orderList", 1, signed=True, idempotent=False)
LIST = Endpoint("list.show", "GET", "/api/v3/orderList", 4, signed=True)
OPEN_LISTS = Endpoint("lists.open", "GET", "/api/v3/openOrderList", 6, signed=True)
ALL_LISTS = Endpoint("lists.history", "GET", "/api/v3/allOrderList", 20, signed=True)

ENDPOINTS = (
    TIME,
    PING,
    EXCHANGE_INFO,
    DEPTH,
    TRADES,
    KLINES,
    BEST_QUOTE,
    AVERAGE,
    OLD_TRADES,
    DAY_TICKER,
    ACCOUNT,
    KEY_RIGHTS,
    MY_TRADES,
    ORDER,
    OPEN_ORDERS,
    ALL_ORDERS,
    PLACE,
    CANCEL,
    CANCEL_ALL,
    TEST,
    AMEND,
    AMENDMENTS,
    REPLACE,
    PLACE_OCO,
    PLACE_OTO,
    PLACE_OTOCO,
    CANCEL_LIST,
    LIST,
    OPEN_LISTS,
    ALL_LISTS,
)
