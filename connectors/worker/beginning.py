"""What the engine must know of the past when a worker begins: not all of it.

An archive of years is not read through. Orders that work are all known, with their fills; of others only the newest.
Who hears of an older one asks the archive then (`connectors.worker.recall`), and an older fill is known to be booked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.engine import inputs
from connectors.engine.inputs import Moment
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, Epoch
from connectors.model.order import Order, OrderOrigin
from connectors.model.position import Position
from connectors.ports.archive import Archive, Batch
from connectors.worker.trading_kept import TRADING_KEY, TradingKept, read_trading

ORDERS_LOADED = 2_000
"""Newest orders known at start; working ones are all known."""

FILLS_AT_MOST = 20_000
"""Newest fills of one account's present life that are known at start, to tell a repeated one from a new one."""

FILLS_SPAN_NS = 2 * 3_600_000_000_000
"""How far back they reach: twice as far as fills are asked for once more (`connectors.worker.reconciling`)."""

FILLS_AT_LEAST = 1_000
"""Of each account's present life."""

FILLS_KEPT = 1_000
"""Newest fills of all accounts at hand for who asks."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was read."""

    orders: Sequence[Order]
    """Newest first."""
    newest: Sequence[RecordedFill]
    """Of all accounts, newest first."""
    fills: Sequence[RecordedFill]
    """Of each account's present life and of orders that work."""
    positions: Sequence[Position]
    trading: TradingKept
    next_handle: int
    next_external: int
    """No order of another tool ever had this number, or a higher one."""
    since: Mapping[tuple[AccountId, Epoch], int]
    """Every fill of a life from here on is among ``fills``; of a life that is not named, all are."""

    def started(self, at: Moment) -> inputs.Started:
        """As the engine is told."""
        return inputs.Started(
            self.orders,
            self.fills,
            self.positions,
            self.trading.trading,
            self.next_handle,
            at,
            fills_since=self.since,
            next_external=self.next_external,
            trading_reason=self.trading.reason,
            trading_since_ns=self.trading.since_ns,
        )


def read_past(archive: Archive) -> Past:
    """Read it, in the archive's thread.

    Raises:
        ArchiveFailed: It cannot be read.
    """
    begun = archive.journal.beginning(ORDERS_LOADED)
    fills: list[RecordedFill] = []
    since: dict[tuple[AccountId, Epoch], int] = {}
    for connection in archive.connections.all():
        epoch = archive.connections.epoch(connection.account)
        if epoch is None:
            continue
        found = archive.fills.recent(
            connection.account, epoch, span_ns=FILLS_SPAN_NS, at_least=FILLS_AT_LEAST, at_most=FILLS_AT_MOST
        )
        fills += found
        if len(found) >= FILLS_AT_LEAST:
            # Of those that share the oldest time, some may be missing here: they are booked all the same.
            since[connection.account, epoch] = found[-1].fill.time_ns + 1
    return Past(
        orders=begun.orders,
        newest=archive.fills.fills(limit=FILLS_KEPT),
        fills=(*fills, *archive.fills.of_orders([order.order_id for order in begun.orders if order.working])),
        positions=archive.fills.positions(),
        trading=read_trading(archive.settings.get(TRADING_KEY)),
        next_handle=begun.next_handle,
        # Both kinds are counted in one number, so a finished e12 that was left in the archive is not named again.
        next_external=1 if begun.whole else begun.next_handle,
        since=since,
    )


def with_unwritten(past: Past, unwritten: Sequence[Batch]) -> Past:
    """The past with what the rescue log has and the archive does not take yet, as if it had.

    Without it, an order that an earlier worker sent would come back from the venue as one of another tool.

    Args:
        past: What the archive has.
        unwritten: Oldest first. What was written meanwhile may be among them.
    """
    orders = {order.order_id: order for order in past.orders}
    positions = {(one.account, one.instrument): one for one in past.positions}
    fills: list[RecordedFill] = []
    for batch in unwritten:
        for order in (entry.order for entry in batch.entries):
            if order.order_id not in orders or orders[order.order_id].revision <= order.revision:
                orders[order.order_id] = order
        positions.update(
            {(event.position.account, event.position.instrument): event.position for event in batch.positions}
        )
        fills.extend(batch.fills)
    known = {_key(recorded) for recorded in past.newest}
    newest = [recorded for recorded in reversed(fills) if _key(recorded) not in known]
    return replace(
        past,
        orders=sorted(orders.values(), key=lambda order: order.created_ns, reverse=True),
        newest=(*newest, *past.newest),
        fills=(*past.fills, *fills),
        positions=tuple(positions.values()),
        next_handle=max([past.next_handle, *(_next(order) for order in orders.values())]),
    )


def _key(recorded: RecordedFill) -> tuple[object, ...]:
    return recorded.account, recorded.epoch, recorded.fill.instrument, recorded.fill.trade_id


def _next(order: Order) -> int:
    digits = order.handle[1:]
    return 1 + int(digits) if order.origin is OrderOrigin.DESK and digits.isdigit() else 0
