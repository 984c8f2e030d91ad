"""Orders and fills that only the archive has, fetched when the venue speaks of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from connectors.engine import inputs
from connectors.engine.reporting import external_id
from connectors.engine.state import State
from connectors.errors import ArchiveFailed
from connectors.model.fill import Fill, RecordedFill
from connectors.model.ids import AccountId, Epoch, InstrumentId, OrderId, VenueOrderId
from connectors.model.order import OrderReport
from connectors.worker.executor import Executor
from connectors.worker.keeper import Keeper
from connectors.worker.log import logger

_HEX_DIGITS = 32
_UUID_VERSION = 7


async def recall(executor: Executor, keeper: Keeper, account: AccountId, report: OrderReport) -> None:
    """Let the engine know an order of ours again before it hears the venue's word on it."""
    order_id = own_order_id(report) or _id_elsewhere(executor.state, account, report)
    if order_id is None or order_id in executor.state.orders:
        return
    try:
        order, fills = await keeper.ask(
            lambda archive: (archive.journal.order(order_id), archive.fills.of_orders([order_id]))
        )
    except ArchiveFailed as problem:
        logger().warning("not_recalled", order=str(order_id), sentence=problem.sentence)
        return
    if order is not None and order.account == account:
        executor.feed(inputs.Remembered(order, fills, executor.now()))


async def recall_ticket(executor: Executor, keeper: Keeper, order_id: OrderId) -> None:
    """Let the engine know an order again that a client names, with its fills: told once more they are not booked twice.

    Raises:
        ArchiveFailed: The archive cannot be read.
    """
    order, fills = await keeper.ask(
        lambda archive: (archive.journal.order(order_id), archive.fills.of_orders([order_id]))
    )
    if order is not None:
        executor.feed(inputs.Remembered(order, fills, executor.now()))


async def recall_owners(executor: Executor, keeper: Keeper, account: AccountId, fills: Sequence[Fill]) -> None:
    """Let the engine know the orders again that listed fills belong to: a list of fills names them by venue ids alone.

    Raises:
        ArchiveFailed: The archive cannot be read.
    """
    known = executor.state.accounts.get(account)
    wanted = _unclaimed(executor.state, account, fills)
    if known is None or not wanted:
        return
    epoch = known.epoch
    orders = await keeper.ask(lambda archive: archive.journal.at_venue(account, epoch, wanted))
    booked = await keeper.ask(lambda archive: archive.fills.of_orders([order.order_id for order in orders]))
    for order in orders:
        own = [recorded for recorded in booked if recorded.order_id == order.order_id]
        executor.feed(inputs.Remembered(order, own, executor.now()))


def _unclaimed(state: State, account: AccountId, fills: Sequence[Fill]) -> set[tuple[InstrumentId, VenueOrderId]]:
    """Orders of fills that are not booked, where no order here is known by that id of the venue."""
    known = state.accounts.get(account)
    epoch = known.epoch if known is not None else Epoch("")
    return {
        (fill.instrument, fill.venue_order_id)
        for fill in fills
        if (account, epoch, fill.instrument, fill.venue_order_id) not in state.by_venue
        and (account, epoch, fill.instrument, fill.trade_id) not in state.fills
    }


async def fills_of(keeper: Keeper, account: AccountId, epoch: Epoch) -> Sequence[RecordedFill]:
    """What the archive has of a life of an account that begins, or begins again, once everything is in it.

    Raises:
        ArchiveFailed: The archive cannot be read.
    """
    await keeper.flush()
    return await keeper.ask(lambda archive: archive.fills.of_epoch(account, epoch))


def _id_elsewhere(state: State, account: AccountId, report: OrderReport) -> OrderId | None:
    """The order id under which the archive would have an order of another tool."""
    known = state.accounts.get(account)
    if known is None or report.venue_order_id is None:
        return None
    return external_id(account, known.epoch, report.instrument, report.venue_order_id)


def own_order_id(report: OrderReport) -> OrderId | None:
    """The order id in a client order id of the desk's own form (32 hex digits of a UUIDv7); None for any other."""
    text = report.client_order_id
    if text is None or len(text) != _HEX_DIGITS or not set(text) <= set("0123456789abcdef"):
        return None
    number = UUID(hex=text)
    return OrderId(number) if number.version == _UUID_VERSION else None
