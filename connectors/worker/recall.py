"""Orders of long ago that only the archive has, fetched when the venue speaks of them."""

from __future__ import annotations

from uuid import UUID

from connectors.engine import inputs
from connectors.errors import ArchiveFailed
from connectors.model.ids import AccountId, OrderId
from connectors.model.order import OrderReport
from connectors.worker.executor import Executor
from connectors.worker.keeper import Keeper
from connectors.worker.log import logger

_HEX_DIGITS = 32
_UUID_VERSION = 7


async def recall(executor: Executor, keeper: Keeper, account: AccountId, report: OrderReport) -> None:
    """Let the engine know an order of ours again before it hears the venue's word on it."""
    order_id = own_order_id(report)
    if order_id is None or order_id in executor.state.orders:
        return
    try:
        order = await keeper.ask(lambda archive: archive.journal.order(order_id))
    except ArchiveFailed as problem:
        logger().warning("not_recalled", order=str(order_id), sentence=problem.sentence)
        return
    if order is not None and order.account == account:
        executor.feed(inputs.Remembered(order, (), executor.now()))


def own_order_id(report: OrderReport) -> OrderId | None:
    """The order id in a client order id of the desk's own form (32 hex digits of a UUIDv7); None for any other."""
    text = report.client_order_id
    if text is None or len(text) != _HEX_DIGITS or not set(text) <= set("0123456789abcdef"):
        return None
    number = UUID(hex=text)
    return OrderId(number) if number.version == _UUID_VERSION else None
