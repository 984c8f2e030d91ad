"""The orders' checkpoint: the newest revision of each order, which follows the journal at its leisure.

A key press waits for the journal alone. What was appended since the checkpoint last followed is the *tail*. Whoever
reads the checkpoint reads the tail too, so nobody sees it behind, on a full disk either.
"""

from __future__ import annotations

from sqlalchemy import Connection, or_, select
from sqlalchemy.dialects.sqlite import insert

from connectors.model.ids import OrderId
from connectors.model.order import Order
from storage.database.tables import JOURNAL_CHECKPOINT, ORDER_EVENTS, ORDERS
from storage.repositories.records import decode_order, encode

_NEW_ORDER = insert(ORDERS)
_PUT_ORDER = _NEW_ORDER.on_conflict_do_update(
    index_elements=["order_id"],
    set_={name: _NEW_ORDER.excluded[name] for name in ("working", "created_ns", "revision", "number", "record")},
)
_NEW_MARK = insert(JOURNAL_CHECKPOINT)
_PUT_MARK = _NEW_MARK.on_conflict_do_update(index_elements=["id"], set_={"number": _NEW_MARK.excluded.number})


Tail = dict[OrderId, tuple[Order, int]]
"""Each order of the tail once, in its newest revision, and the number of the entry that holds it."""


def tail(connection: Connection) -> Tail:
    """What the checkpoint lacks.

    Args:
        connection: In a transaction, so that journal and mark belong together.
    """
    events = ORDER_EVENTS.c
    entries = (
        select(events.number, events.record)
        .outerjoin(ORDERS, ORDERS.c.order_id == events.order_id)
        .where(events.number > followed(connection))
        # A late writer of an old revision adds to the journal and leaves what is newer as it is.
        .where(or_(ORDERS.c.revision.is_(None), ORDERS.c.revision <= events.revision))
        .order_by(events.number)
    )
    newest: Tail = {}
    for number, record in connection.execute(entries):
        order = decode_order(record)
        known = newest.get(order.order_id)
        if known is None or known[0].revision <= order.revision:
            newest[order.order_id] = (order, number)
    return newest


def follow(connection: Connection, last_number: int) -> None:
    """Bring the checkpoint to the journal's end.

    Args:
        connection: In a transaction that writes.
        last_number: Number of the newest entry.
    """
    rows = [_columns(order, number) for order, number in tail(connection).values()]
    if rows:
        connection.execute(_PUT_ORDER, rows)
    connection.execute(_PUT_MARK, {"id": 1, "number": last_number})


def handle_number(handle: str) -> int:
    """The number in a handle: 3 for ``k3``; 0 where there is none."""
    digits = handle.lstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def followed(connection: Connection) -> int:
    """Number of the newest entry that the checkpoint has; 0 where it has none."""
    return connection.scalar(select(JOURNAL_CHECKPOINT.c.number)) or 0


def _columns(order: Order, number: int) -> dict[str, object]:
    return {
        "order_id": str(order.order_id),
        "account": str(order.account),
        "instrument": str(order.instrument),
        "handle_number": handle_number(order.handle),
        "working": order.working,
        "created_ns": order.created_ns,
        "revision": order.revision,
        "number": number,
        "record": encode(order),
    }
