"""Orders and fills that only the archive has, fetched when the venue speaks of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from connectors.engine import inputs
from connectors.engine.reporting import external_id
from connectors.engine.state import State
from connectors.errors import ArchiveFailed
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, Epoch, OrderId
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
