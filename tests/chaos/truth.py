"""What the exchange has, what the archive has and what the worker shows: held against each other."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId
from connectors.model.order import FINAL, Order, OrderOrigin, OrderStatus
from connectors.worker import api
from worker.house import archive_at

_S = OrderStatus
STATUSES: Mapping[str, frozenset[OrderStatus]] = {
    "NEW": frozenset({_S.OPEN, _S.PENDING_TRIGGER}),
    "PENDING_NEW": frozenset({_S.PENDING_TRIGGER}),
    "PARTIALLY_FILLED": frozenset({_S.PARTIALLY_FILLED}),
    "FILLED": frozenset({_S.FILLED}),
    "CANCELED": frozenset({_S.CANCELED}),
    "EXPIRED": frozenset({_S.EXPIRED}),
    "EXPIRED_IN_MATCH": frozenset({_S.EXPIRED}),
    "REJECTED": frozenset({_S.REJECTED}),
}
"""The exchange's word, and what the archive may say then."""

NOWHERE = frozenset({_S.NEVER_ARRIVED, _S.REJECTED})
"""What the archive may say of an order that the exchange never had."""

_ROWS: Mapping[str, str] = {
    "order_events": "*",
    "fills": "*",
    "positions": "*",
    "position_history": "*",
    "balances": "account, asset, free, locked",
}
"""Tables of journal and ledgers, and what counts of them: when a balance was last stated is not what it is."""


@dataclass(frozen=True, slots=True)
class Venue:
    """The exchange's own account of things, asked by hand."""

    orders: Sequence[dict[str, Any]]
    """allOrders: open and finished."""
    trades: Sequence[dict[str, Any]]
    balances: Mapping[str, tuple[Decimal, Decimal]]
    """Free and locked, by asset; none for nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The archive, read while no worker runs."""

    everything: Sequence[Order]
    """Of every life of the exchange."""
    orders: Sequence[Order]
    """Of the one it is in now; ids at the venue are unique in it alone."""
    fills: Sequence[RecordedFill]
    """The same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What this run asked for."""

    tickets: frozenset[str]
    """Hex of every order id that was ever handed to a worker, those of amends and lists too."""
    accepted: frozenset[str]
    """Those of which a worker said that they are in the journal."""
    external: frozenset[str]
    """Client ids of orders that another tool placed."""


def kept(home: Path, account: AccountId) -> Kept:
    """Read the archive."""
    archive = archive_at(home)()
    try:
        epoch = archive.connections.epoch(account)
        orders = archive.journal.orders(limit=1_000_000)
        fills = archive.fills.fills(limit=1_000_000)
        return Kept(
            tuple(orders),
            tuple(order for order in orders if order.epoch == epoch),
            tuple(fill for fill in fills if fill.epoch == epoch),
        )
    finally:
        archive.close()


def rows(home: Path) -> dict[str, list[Any]]:
    """Every row of the journal and the ledgers, as they lie in the file; a worker may hold it."""
    with closing(sqlite3.connect(f"file:{home / 'data' / 'tradedesk.db'}?mode=ro", uri=True)) as database:
        return {
            table: database.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608
            for table, columns in _ROWS.items()
        }


def added(before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Rows that were not there before, or were other ones, by table."""
    found = {table: [row for row in after[table] if row not in before[table]] for table in before}
    return {table: new for table, new in found.items() if new}


def wrongs(asked: Asked, venue: Venue, archive: Kept, shown: api.Picture) -> list[str]:
    """Everything that is lost, doubled or misreported, in sentences; none where all is well."""
    return [
        *_doubled(asked, venue, archive),
        *_orders(asked, venue, archive),
        *_nowhere(asked, venue, archive),
        *_fills(venue, archive),
        *_positions(archive, shown),
        *_shown(archive, shown),
        *_balances(venue, shown),
    ]


def _doubled(asked: Asked, venue: Venue, archive: Kept) -> list[str]:
    sent = Counter(row["clientOrderId"] for row in venue.orders)
    wrong = [f"ticket {ticket} is {sent[ticket]} orders at the venue" for ticket in asked.tickets if sent[ticket] > 1]
    ours = asked.tickets | asked.external
    known = {
        client for order in archive.everything for client in order.client_order_ids if order.origin is OrderOrigin.DESK
    }
    wrong += [f"venue order {row} is of no ticket" for row in venue.orders if row["clientOrderId"] not in ours | known]
    for what, values in (
        ("handle", [order.handle for order in archive.everything]),
        ("venue order", [order.venue_order_id for order in archive.orders if order.venue_order_id]),
        ("order", [str(order.order_id) for order in archive.everything]),
        ("fill", [fill.fill.trade_id for fill in archive.fills]),
    ):
        wrong += [
            f"{what} {value} is in the archive {count} times" for value, count in Counter(values).items() if count > 1
        ]
    return wrong


def _orders(asked: Asked, venue: Venue, archive: Kept) -> list[str]:
    wrong: list[str] = []
    by_venue = {str(order.venue_order_id): order for order in archive.orders}
    for row in venue.orders:
        order = by_venue.get(str(row["orderId"]))
        if order is None:
            wrong.append(f"venue order {row} is not in the archive")
            continue
        if order.status not in STATUSES[row["status"]]:
            wrong.append(f"{order.handle} is {order.status} here and {row['status']} there: {order.evidence}")
        there = Decimal(row["executedQty"]), Decimal(row["cummulativeQuoteQty"]), Decimal(row["origQty"])
        here = order.filled, order.cost, order.quantity
        if here[:2] != there[:2] or (order.quantity is not None and here != there):
            wrong.append(f"{order.handle} has filled, cost, quantity {here} here and {there} there")
        # Another tool's order may be known by its fills alone, which do not say what the tool called it.
        nameless = order.origin is OrderOrigin.EXT and not any(order.client_order_ids)
        if row["clientOrderId"] not in order.client_order_ids and not nameless:
            wrong.append(f"{order.handle} is {row['clientOrderId']} there, which it never was here")
        external = row["clientOrderId"] in asked.external
        if external is not (order.origin is OrderOrigin.EXT):
            wrong.append(f"{order.handle} is {order.origin} here and {row['clientOrderId']} there")
        if order.canceling or order.amending:
            wrong.append(f"{order.handle} still waits for a cancel or a change")
    return wrong


def _nowhere(asked: Asked, venue: Venue, archive: Kept) -> list[str]:
    wrong: list[str] = []
    there = {str(row["orderId"]) for row in venue.orders}
    for order in archive.orders:
        if order.venue_order_id is None and order.status not in NOWHERE and not _held_back(order):
            wrong.append(f"{order.handle} is {order.status}, and the venue has no such order: {order.evidence}")
        if order.venue_order_id is not None and order.venue_order_id not in there:
            wrong.append(f"{order.handle} names the venue's order {order.venue_order_id}, which it does not have")
    now = {order.order_id for order in archive.orders}
    wrong += [
        f"{order.handle} is {order.status}, and of a life of the exchange that is over"
        for order in archive.everything
        if order.order_id not in now and order.status not in FINAL
    ]
    known = {client for order in archive.everything for client in (*order.client_order_ids, order.order_id.hex)}
    wrong += [f"ticket {ticket} was accepted and is not in the archive" for ticket in asked.accepted - known]
    return wrong


def _held_back(order: Order) -> bool:
    """Whether it was ended before it left, or before it was sent once more after a refusal of our clock."""
    return order.status is _S.CANCELED and (order.sent_ns is None or order.reason.startswith("not sent again"))


def _fills(venue: Venue, archive: Kept) -> list[str]:
    there = {
        (str(row["id"]), str(row["orderId"])): tuple(Decimal(row[name]) for name in ("price", "qty", "commission"))
        for row in venue.trades
    }
    here = {
        (str(recorded.fill.trade_id), str(recorded.fill.venue_order_id)): (
            recorded.fill.price,
            recorded.fill.quantity,
            recorded.fill.fee.amount if recorded.fill.fee else Decimal(0),
        )
        for recorded in archive.fills
    }
    wrong = [f"fill {key} {there[key]} is not in the archive" for key in there.keys() - here.keys()]
    wrong += [f"fill {key} {here[key]} is not at the venue" for key in here.keys() - there.keys()]
    both = here.keys() & there.keys()
    return wrong + [f"fill {key} is {here[key]} here, {there[key]} there" for key in both if here[key] != there[key]]


def _positions(archive: Kept, shown: api.Picture) -> list[str]:
    """Of spot: what the fills bought and sold, less fees in the base asset."""
    made: dict[str, Decimal] = {}
    for recorded in archive.fills:
        fill = recorded.fill
        base = fill.instrument.symbol.removesuffix("USDT")
        fee = fill.fee.amount if fill.fee and fill.fee.asset == base else Decimal(0)
        sign = 1 if fill.side.value == "BUY" else -1
        made[fill.instrument.symbol] = made.get(fill.instrument.symbol, Decimal(0)) + sign * fill.quantity - fee
    held = {position.instrument.symbol: position.quantity for position in shown.positions if position.quantity}
    made = {symbol: quantity for symbol, quantity in made.items() if quantity}
    return [] if made == held else [f"positions are {held}, the fills make {made}"]


def _shown(archive: Kept, shown: api.Picture) -> list[str]:
    newest = {order.order_id: order for order in archive.everything}
    wrong = [
        f"{order.handle} is {order.status} revision {order.revision} on the screen, "
        f"{newest[order.order_id].status} revision {newest[order.order_id].revision} in the archive"
        for order in shown.orders
        if order.order_id in newest and newest[order.order_id] != order
    ]
    wrong += [f"{order.handle} is on the screen alone" for order in shown.orders if order.order_id not in newest]
    missing = {order.order_id for order in archive.everything if order.status not in FINAL}
    missing -= {order.order_id for order in shown.orders}
    return wrong + [f"{newest[order_id].handle} works and is not on the screen" for order_id in missing]


def _balances(venue: Venue, shown: api.Picture) -> list[str]:
    here = {one.asset: (one.free, one.locked) for one in shown.balances if one.free or one.locked}
    return [] if here == dict(venue.balances) else [f"balances are {here} here, {venue.balances} there"]
