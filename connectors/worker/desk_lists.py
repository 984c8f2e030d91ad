"""Orders and fills as they are listed: from memory where it has enough of them, else from the archive."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from connectors.errors import ArchiveFailed
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId
from connectors.model.order import Order, OrderStatus
from connectors.ports.archive import Archive, OrdersWanted
from connectors.worker import api
from connectors.worker import picture as pictured
from connectors.worker.desk_orders import locked_away
from connectors.worker.log import logger

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

_PAGE = 1_000
"""Orders read in one go: a commit that comes meanwhile waits some ms."""


async def orders(worker: Worker, command: api.GetOrders) -> api.Orders:
    """Orders, newest first; also those that only the archive has. An archive that cannot be read hides no other."""
    if command.handle is not None:
        return api.Orders(tuple(await named(worker, command.handle))[: command.limit])
    state = worker.executor.state
    known = [order for order in pictured.newest_first(state) if _is_wanted(order, command)]
    if len(known) < command.limit and not (command.working_only or command.unknown_only):
        known = await _with_older(worker, command, known)
    return api.Orders(tuple(known[: command.limit]))


def _is_wanted(order: Order, command: api.GetOrders) -> bool:
    return (
        (command.account is None or order.account == command.account)
        and (command.instrument is None or order.instrument == command.instrument)
        and (order.working or not command.working_only)
        and (not order.working or not command.done_only)
        and (order.status is OrderStatus.UNKNOWN or not command.unknown_only)
    )


async def _with_older(worker: Worker, command: api.GetOrders, known: list[Order]) -> list[Order]:
    """Orders that were left in the archive when the worker began, behind those at hand."""
    wanted = OrdersWanted(command.account, command.instrument, working=False if command.done_only else None)
    have = {order.order_id for order in known}
    last: Order | None = None
    while len(known) < command.limit:
        try:
            page = await worker.keeper.ask(partial(_page, wanted, last))
        except ArchiveFailed as problem:
            logger().warning("orders_not_read", sentence=problem.sentence)
            return known
        older = [
            order for order in page if order.order_id not in have and order.order_id not in worker.executor.state.orders
        ]
        known += [order for order in older if not order.working]
        if len(page) < _PAGE:
            break
        last = page[-1]
    return known


def _page(wanted: OrdersWanted, last: Order | None, archive: Archive) -> Sequence[Order]:
    return archive.journal.page(wanted, after=last, limit=_PAGE)


async def named(worker: Worker, name: str) -> Sequence[Order]:
    """Orders of a handle, an order id or a client order id, newest first."""
    known = [order for order in pictured.newest_first(worker.executor.state) if _is_named(order, name)]
    if known:
        return known
    try:
        return await worker.keeper.ask(lambda archive: archive.journal.named(name))
    except ArchiveFailed as problem:
        logger().warning("orders_not_read", sentence=problem.sentence)
        return []


def _is_named(order: Order, name: str) -> bool:
    return name == order.handle or name in order.client_order_ids or name in {str(order.order_id), order.order_id.hex}


async def fills(worker: Worker, command: api.GetFills) -> api.FillList:
    """Fills, newest first; none of connections whose key is locked away."""
    hidden = locked_away(worker)
    kept = [recorded for recorded in reversed(worker.fills) if _is_asked_for(recorded, command, hidden)]
    if len(kept) >= command.limit or len(worker.fills) < (worker.fills.maxlen or 0):
        return api.FillList(tuple(kept[: command.limit]))
    await worker.keeper.flush()
    found = await worker.keeper.ask(
        lambda archive: archive.fills.fills(
            account=command.account, instrument=command.instrument, since_ns=command.since_ns, limit=command.limit
        )
    )
    return api.FillList(tuple(recorded for recorded in found if recorded.account not in hidden))


def _is_asked_for(recorded: RecordedFill, command: api.GetFills, hidden: set[AccountId]) -> bool:
    return (
        recorded.account not in hidden
        and (command.account is None or recorded.account == command.account)
        and (command.instrument is None or recorded.fill.instrument == command.instrument)
        and recorded.fill.time_ns >= command.since_ns
    )
