"""Orders as they are listed: newest first, a page at a time, by the index of their times."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Text, func, literal_column, select, tuple_

from connectors.model.ids import AccountId, Epoch, InstrumentId, OrderId, VenueOrderId
from connectors.model.order import Order
from connectors.ports.archive import OrdersWanted
from storage.database.tables import ORDERS
from storage.repositories.checkpoint import Tail, handle_number
from storage.repositories.records import decode_order

_WORKING: ColumnElement[bool] = literal_column("orders.working")
"""In the words of the partial index: of ``working = 1``, SQLite does not see that the index has it."""
_of_account: ColumnElement[str] = literal_column("+orders.account", Text)
_of_instrument: ColumnElement[str] = literal_column("+orders.instrument", Text)
"""With a sign before it, SQLite does not sort all orders of an account for the newest few."""


def orders_of(
    connection: Connection, tail: Tail, wanted: OrdersWanted, limit: int, after: Order | None = None
) -> list[Order]:
    """Newest revision of each order that is wanted, newest first.

    Args:
        connection: In the transaction in which the tail was read.
        tail: What the checkpoint lacks.
        wanted: Which.
        limit: How many.
        after: The last of the page before.
    """
    conditions: list[ColumnElement[bool]] = []
    if wanted.working is not None:
        conditions.append(_WORKING if wanted.working else ~ORDERS.c.working)
    if wanted.account is not None:
        conditions.append(_of_account == str(wanted.account))
    if wanted.instrument is not None:
        conditions.append(_of_instrument == str(wanted.instrument))
    if wanted.since_ns:
        conditions.append(ORDERS.c.created_ns >= wanted.since_ns)
    if after is not None:
        conditions.append(tuple_(ORDERS.c.created_ns, ORDERS.c.order_id) < tuple_(*age(after)))
    query = (
        select(ORDERS.c.record)
        .where(*conditions)
        .order_by(ORDERS.c.created_ns.desc(), ORDERS.c.order_id.desc())
        # Some of these may be older revisions of what the tail holds.
        .limit(limit + len(tail))
    )
    kept = [decode_order(record) for record in connection.scalars(query)]
    if not tail:
        return kept[:limit]
    newest = {order.order_id: order for order in kept}
    newest.update((order_id, order) for order_id, (order, _) in tail.items())
    chosen = (order for order in newest.values() if _is_wanted(order, wanted, after))
    return sorted(chosen, key=age, reverse=True)[:limit]


def _is_wanted(order: Order, wanted: OrdersWanted, after: Order | None) -> bool:
    return (
        (wanted.working is None or order.working is wanted.working)
        and (wanted.account is None or order.account == wanted.account)
        and (wanted.instrument is None or order.instrument == wanted.instrument)
        and order.created_ns >= wanted.since_ns
        and (after is None or age(order) < age(after))
    )


def age(order: Order) -> tuple[int, str]:
    """What orders are sorted by."""
    return order.created_ns, str(order.order_id)


def next_handle(connection: Connection, tail: Tail) -> int:
    """The next free handle number."""
    highest = connection.scalar(select(func.max(ORDERS.c.handle_number))) or 0
    return max(highest, *(handle_number(order.handle) for order, _ in tail.values()), 0) + 1


def named(connection: Connection, tail: Tail, name: str) -> list[Order]:
    """Orders of a handle, an order id or a client order id of the desk's own form, newest first."""
    order_id = _order_id(name)
    condition = ORDERS.c.order_id == str(order_id) if order_id else ORDERS.c.handle_number == handle_number(name)
    records = connection.scalars(select(ORDERS.c.record).where(condition))
    found = {order.order_id: order for order in map(decode_order, records)}
    found.update((one, order) for one, (order, _) in tail.items())
    chosen = (order for order in found.values() if order.handle == name or (order_id and order.order_id == order_id))
    return sorted(chosen, key=age, reverse=True)


def at_venue(
    connection: Connection,
    tail: Tail,
    account: AccountId,
    epoch: Epoch,
    ids: Collection[tuple[InstrumentId, VenueOrderId]],
) -> list[Order]:
    """Orders that carry these ids of the venue in one of its lives. Reads every order of their instruments."""
    instruments = sorted({str(instrument) for instrument, _ in ids})
    names = sorted({venue_id for _, venue_id in ids})
    query = select(ORDERS.c.record).where(
        ORDERS.c.account == str(account),
        ORDERS.c.instrument.in_(instruments),
        func.json_extract(ORDERS.c.record, "$.venue_order_id").in_(names),
    )
    found = {order.order_id: order for order in map(decode_order, connection.scalars(query))}
    found.update((one, order) for one, (order, _) in tail.items())
    return [
        order
        for order in found.values()
        if (order.account, order.epoch) == (account, epoch) and (order.instrument, order.venue_order_id) in ids
    ]


def _order_id(name: str) -> OrderId | None:
    try:
        return OrderId(UUID(name))
    except ValueError:
        return None
