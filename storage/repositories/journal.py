"""Orders and what happened to them: an append-only journal, and a checkpoint that makes a start fast.

A commit stands between the key press and the wire, so it writes the journal's rows and nothing else; the checkpoint
follows later (`storage.repositories.checkpoint`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from functools import partial
from typing import cast

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from connectors.model.balance import Balance
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, Epoch, InstrumentId, OrderId, VenueOrderId
from connectors.model.order import Order
from connectors.model.position import Position, PositionEvent
from connectors.ports.archive import Batch, Beginning, JournalEntry, OrdersWanted
from storage.database.engine import Database
from storage.database.tables import BALANCES, FILLS, ORDER_EVENTS, POSITION_HISTORY, POSITIONS
from storage.repositories import checkpoint
from storage.repositories.audit import append_audit
from storage.repositories.order_pages import age, at_venue, named, next_handle, orders_of
from storage.repositories.records import decode_order, encode
from storage.repositories.settings import get_setting, put_setting

_ADD_EVENT = "INSERT INTO order_events (number, time_ns, kind, order_id, revision, record) VALUES (?, ?, ?, ?, ?, ?)"
_LAST_NUMBER = "SELECT max(number) FROM order_events"
_ALL = 1_000_000
_RESCUED = "journal.rescued"
_ADD_FILL = insert(FILLS).on_conflict_do_nothing(index_elements=["account", "epoch", "instrument", "trade_id"])
_NEW_POSITION = insert(POSITIONS)
_PUT_POSITION = _NEW_POSITION.on_conflict_do_update(
    index_elements=["account", "instrument"],
    set_={name: _NEW_POSITION.excluded[name] for name in ("quantity", "cost", "realised", "fees_quote", "updated_ns")},
)
_ADD_HISTORY = insert(POSITION_HISTORY)
_NEW_BALANCE = insert(BALANCES)
_PUT_BALANCE = _NEW_BALANCE.on_conflict_do_update(
    index_elements=["account", "asset"],
    set_={name: _NEW_BALANCE.excluded[name] for name in ("free", "locked", "time_ns")},
)


class JournalRepository:
    """`connectors.ports.archive.Journal` over the archive's file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._behind = 0

    def append(self, batch: Batch) -> int:
        """Commit a batch in one transaction and return the newest entry number."""
        if batch.fills or batch.positions or batch.balances or batch.rescued:
            number = self._append_booked(batch)
        else:  # what an order waits for
            number = self._database.commit("journal.append", partial(_add_events, batch))
        self._behind += len(batch.entries)
        return number

    def _append_booked(self, batch: Batch) -> int:
        """The same of a batch that changes what is held too, whose columns SQLAlchemy knows."""
        with self._database.write("journal.append") as connection:
            number = _add_events(batch, cast("sqlite3.Connection", connection.connection.driver_connection))
            for fill in batch.fills:
                connection.execute(_ADD_FILL, _fill_columns(fill))
            for change in batch.positions:
                connection.execute(_PUT_POSITION, _position_columns(change.position))
                connection.execute(_ADD_HISTORY, _history_columns(change))
            for balance in batch.balances:
                connection.execute(_PUT_BALANCE, _balance_columns(balance))
            if batch.rescued:
                put_setting(connection, _RESCUED, batch.rescued)
        return number

    def rescued(self) -> str:
        """The newest `Batch.rescued`; empty where there was none."""
        with self._database.read("journal.rescued") as connection:
            return get_setting(connection, _RESCUED) or ""

    @property
    def behind(self) -> int:
        """How many entries were appended here since the checkpoint last followed."""
        return self._behind

    def settle(self) -> None:
        """Let the checkpoint follow the journal to its end in a commit of its own, and the file follow its log."""
        with self._database.read("journal.settle") as connection:
            level = checkpoint.followed(connection) >= _last_number(connection)
        if not level:
            with self._database.write("journal.settle") as connection:
                checkpoint.follow(connection, _last_number(connection))
            self._database.checkpoint(empty_log=False)
        self._behind = 0

    def orders(self, *, working_only: bool = False, limit: int = 1000) -> Sequence[Order]:
        """Newest revision of each order, newest first."""
        with self._database.read("journal.orders") as connection:
            wanted = OrdersWanted(working=True if working_only else None)
            return orders_of(connection, checkpoint.tail(connection), wanted, limit)

    def page(self, wanted: OrdersWanted, *, after: Order | None = None, limit: int = 500) -> Sequence[Order]:
        """Orders that are wanted, newest first, behind the last of the page before."""
        with self._database.read("journal.page") as connection:
            return orders_of(connection, checkpoint.tail(connection), wanted, limit, after)

    def named(self, name: str) -> Sequence[Order]:
        """Orders of a handle, an order id or a client order id of the desk's own form, newest first."""
        with self._database.read("journal.named") as connection:
            return named(connection, checkpoint.tail(connection), name)

    def first_filled_ns(self, order_id: OrderId) -> int | None:
        """When an order was first known to be filled in part, by the worker's clock."""
        return next((entry.time_ns for entry in self.events(order_id) if entry.order.filled), None)

    def beginning(self, finished: int) -> Beginning:
        """What a worker's life begins with: every order that works, the newest others, the next handle."""
        with self._database.read("journal.beginning") as connection:
            tail = checkpoint.tail(connection)
            newest = orders_of(connection, tail, OrdersWanted(), finished)
            known = {order.order_id: order for order in newest}
            for order in orders_of(connection, tail, OrdersWanted(working=True), _ALL):
                known.setdefault(order.order_id, order)
            return Beginning(
                orders=sorted(known.values(), key=age, reverse=True),
                next_handle=next_handle(connection, tail),
                whole=len(newest) < finished,
            )

    def order(self, order_id: OrderId) -> Order | None:
        """Newest revision of one order."""
        events = ORDER_EVENTS.c
        query = (
            select(events.record)
            .where(events.order_id == str(order_id))
            .order_by(events.revision.desc(), events.number.desc())
            .limit(1)
        )
        with self._database.read("journal.order") as connection:
            record = connection.scalars(query).one_or_none()
        return None if record is None else decode_order(record)

    def events(self, order_id: OrderId) -> Sequence[JournalEntry]:
        """What happened to one order, oldest first."""
        events = ORDER_EVENTS.c
        query = (
            select(events.number, events.time_ns, events.kind, events.record)
            .where(events.order_id == str(order_id))
            .order_by(events.number)
        )
        with self._database.read("journal.events") as connection:
            return [
                JournalEntry(number, time_ns, kind, decode_order(record))
                for number, time_ns, kind, record in connection.execute(query)
            ]

    def at_venue(
        self, account: AccountId, epoch: Epoch, ids: Collection[tuple[InstrumentId, VenueOrderId]]
    ) -> Sequence[Order]:
        """Newest revision of the orders that carry these ids of the venue in one of its lives."""
        with self._database.read("journal.at_venue") as connection:
            return at_venue(connection, checkpoint.tail(connection), account, epoch, ids)

    def last_number(self) -> int:
        """Number of the newest entry; 0 when empty."""
        with self._database.read("journal.last_number") as connection:
            return _last_number(connection)

    def next_handle(self) -> int:
        """The next free handle number, counted over the archive's whole life."""
        with self._database.read("journal.next_handle") as connection:
            return next_handle(connection, checkpoint.tail(connection))


def _last_number(connection: Connection) -> int:
    return connection.exec_driver_sql(_LAST_NUMBER).scalar() or 0


def _add_events(batch: Batch, driver: sqlite3.Connection) -> int:
    """Write entries and audit rows inside a write transaction of the caller's, through the driver; see `append_audit`.

    Returns:
        The newest entry number.
    """
    number: int = driver.execute(_LAST_NUMBER).fetchone()[0] or 0
    for entry in batch.entries:
        number += 1
        driver.execute(_ADD_EVENT, _event_columns(entry, number))
    append_audit(driver, batch.audit)
    return number


def _event_columns(entry: JournalEntry, number: int) -> tuple[object, ...]:
    order = entry.order
    return number, entry.time_ns, entry.kind, str(order.order_id), order.revision, encode(order)


def _fill_columns(recorded: RecordedFill) -> dict[str, object]:
    fill = recorded.fill
    return {
        "account": str(recorded.account),
        "epoch": recorded.epoch,
        "instrument": str(fill.instrument),
        "trade_id": fill.trade_id,
        "order_id": str(recorded.order_id),
        "venue_order_id": fill.venue_order_id,
        "client_order_id": fill.client_order_id,
        "side": fill.side.value,
        "price": fill.price,
        "quantity": fill.quantity,
        "quote_quantity": fill.quote_quantity,
        "fee_asset": fill.fee.asset if fill.fee else None,
        "fee": fill.fee.amount if fill.fee else None,
        "maker": fill.maker,
        "provisional": fill.provisional,
        "time_ns": fill.time_ns,
    }


def _position_columns(position: Position) -> dict[str, object]:
    return {
        "account": str(position.account),
        "instrument": str(position.instrument),
        "quantity": position.quantity,
        "cost": position.cost,
        "realised": position.realised,
        "fees_quote": position.fees_quote,
        "updated_ns": position.updated_ns,
    }


def _history_columns(change: PositionEvent) -> dict[str, object]:
    return {
        **_position_columns(change.position),
        "change": change.change.value,
        "delta": change.delta,
        "price": change.price,
        "realised_delta": change.realised,
        "time_ns": change.time_ns,
    }


def _balance_columns(balance: Balance) -> dict[str, object]:
    return {
        "account": str(balance.account),
        "asset": balance.asset,
        "free": balance.free,
        "locked": balance.locked,
        "time_ns": balance.time_ns,
    }
