"""REST answers about order lists (§4.7)."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

from connectors.simulator.account.records import UserList
from connectors.simulator.exchange import Exchange
from connectors.simulator.orders import list_rules
from connectors.simulator.orders.rules import Answer
from connectors.simulator.protocol import list_shapes, shapes
from connectors.simulator.protocol.errors import ApiError, illegal, unknown_order
from connectors.simulator.protocol.parameters import CLIENT_ID, Parameters
from connectors.simulator.rest import private
from connectors.simulator.rest.public import symbol

_NO_LIST = "Order list does not exist."


def placing(reader: list_rules.Reader) -> Callable[[Exchange, Parameters], dict[str, Any]]:
    """The answer that places lists of one kind."""

    def place(exchange: Exchange, params: Parameters) -> dict[str, Any]:
        """All orders of a list, or none. How much is told of each is up to ``newOrderRespType``."""
        feed = exchange.feed(symbol(exchange, params))
        wrong = illegal("newOrderRespType", "^(ACK|RESULT|FULL)$")
        answer = params.word("newOrderRespType", Answer, wrong) or Answer.RESULT
        new = reader(params, feed.spec, exchange.floor.last_price(feed.spec.symbol))
        found, placed = exchange.trading.place_list(new)
        reports = [shapes.placed(one.order, answer, one.fills, one.halted) for one in placed]
        orders = {one.order.order_id: one.order for one in placed}
        return list_shapes.listed(found, orders) | {"orderReports": reports}

    return place


def cancel(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """Cancel a list; -2011 when nothing of it depends on anything any more."""
    name = symbol(exchange, params)
    list_id, client_id = _either_id(params, "listClientOrderId")
    cancel_id = params.text("newClientOrderId", CLIENT_ID) or token_urlsafe(16)
    params.finish()
    found = _find(exchange, list_id, client_id)
    if found is None or found.done or found.symbol != name:
        raise unknown_order()
    gone = exchange.trading.cancel_list(found, cancel_id)
    return list_shapes.canceled(found, gone, exchange.orders, cancel_id)


def query(exchange: Exchange, params: Parameters) -> dict[str, Any]:
    """One list, done or not."""
    list_id, client_id = _either_id(params, "origClientOrderId")
    params.finish()
    found = _find(exchange, list_id, client_id)
    if found is None:
        raise ApiError(-2013, _NO_LIST)
    return list_shapes.listed(found, exchange.orders)


def open_lists(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """Lists that are not done."""
    params.finish()
    return [list_shapes.listed(one, exchange.orders) for one in exchange.lists() if not one.done]


def all_lists(exchange: Exchange, params: Parameters) -> list[dict[str, Any]]:
    """All lists: from an id, within at most a day, or the newest."""
    since = params.integer("fromId")
    start, end = private.span(params)
    limit = params.limit(500, 1000)
    params.finish()
    if since is not None and (start is not None or end is not None):
        raise ApiError(-1128, "Combination of optional parameters invalid.")
    found = [
        one
        for one in exchange.lists()
        if (since is None or one.list_id >= since) and private.within(one.time, start, end)
    ]
    rows = private.page(found, limit, oldest=since is not None or start is not None)
    return [list_shapes.listed(one, exchange.orders) for one in rows]


def _either_id(params: Parameters, word: str) -> tuple[int | None, str | None]:
    list_id, client_id = params.integer("orderListId"), params.text(word, CLIENT_ID)
    if list_id is None and client_id is None:
        raise ApiError(-1102, f"Param '{word}' or 'orderListId' must be sent, but both were empty/null!")
    return list_id, client_id


def _find(exchange: Exchange, list_id: int | None, client_id: str | None) -> UserList | None:
    """The list by its id, which the client id must fit; else the latest that had the client id."""
    rows = [
        one
        for one in exchange.lists()
        if (list_id is None or one.list_id == list_id) and (client_id is None or one.client_id == client_id)
    ]
    return rows[-1] if rows else None
