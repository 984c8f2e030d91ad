"""Commands about executions: statistics over what the archive has, and one order's whole way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from connectors.errors import Refused
from connectors.model.execution import Tally, ack_ms, milliseconds, quote_of, slippage_bp
from connectors.model.ids import AccountId
from connectors.model.order import Order, OrderOrigin
from connectors.ports.archive import Archive, OrdersWanted
from connectors.worker import api
from connectors.worker.desk_lists import named
from connectors.worker.desk_orders import locked_away

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

PAGE = 500
"""Orders read in one go: a commit that comes meanwhile waits some ms."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO_NS = 1_000


async def statistics(worker: Worker, command: api.GetStatistics) -> api.Statistics:
    """Orders of the desk by day or instrument, never of two accounts together; none whose key is locked away."""
    await worker.keeper.flush()
    hidden = locked_away(worker)
    quotes = {instrument: quote for instrument, (_, quote) in worker.executor.state.assets.items()}
    tallies: dict[tuple[AccountId, str], Tally] = {}
    last: Order | None = None
    while page := await worker.keeper.ask(partial(_page, command, last)):
        for order in page:
            if order.origin is OrderOrigin.DESK and order.account not in hidden:
                tally = tallies.setdefault((order.account, _key(order, command.by)), Tally())
                tally.add(order, quote_of(order.instrument, quotes))
        last = page[-1]
    newest_first = command.by is api.StatisticsBy.DAY
    keys = sorted(tallies, key=lambda each: (each[1], str(each[0])), reverse=newest_first)
    return api.Statistics(tuple(_row(*key, tallies[key]) for key in keys))


def _page(command: api.GetStatistics, last: Order | None, archive: Archive) -> Sequence[Order]:
    return archive.journal.page(OrdersWanted(command.account, since_ns=command.since_ns), after=last, limit=PAGE)


def _key(order: Order, by: api.StatisticsBy) -> str:
    if by is api.StatisticsBy.INSTRUMENT:
        return str(order.instrument)
    return f"{_EPOCH + timedelta(microseconds=order.created_ns // _MICRO_NS):%Y-%m-%d}"


def _row(account: AccountId, key: str, tally: Tally) -> api.StatisticsRow:
    return api.StatisticsRow(
        account=account,
        key=key,
        orders=tally.orders,
        filled=tally.filled,
        partly=tally.partly,
        unfilled=tally.unfilled,
        refused=tally.refused,
        fill_rate=tally.fill_rate,
        slippage_bp=tally.slippage,
        ack_p50_ms=tally.ack(50),
        ack_p99_ms=tally.ack(99),
        fees=tuple(sorted(tally.fees.items())),
        volume=tuple(sorted(tally.volume.items())),
    )


async def show(worker: Worker, command: api.ShowOrder) -> api.OrderStory:
    """One order, from the price that was seen to its last fill.

    Raises:
        Refused: There is none of that name.
    """
    found = await named(worker, command.name)
    if not found:
        raise Refused("There is no such order. List them: tradedesk order list")
    order = found[0]
    live = worker.roster.find(order.account)
    mark = live.market_now(order.instrument).reference if live is not None else None
    filled_ns: int | None = None
    if order.filled and order.sent_ns is not None:
        await worker.keeper.flush()
        filled_ns = await worker.keeper.ask(lambda archive: archive.journal.first_filled_ns(order.order_id))
    return api.OrderStory(
        order,
        mark,
        slippage_bp=slippage_bp(order.side, order.average_price, order.arrival_price),
        seen_slippage_bp=slippage_bp(order.side, order.average_price, order.seen_price),
        ack_ms=ack_ms(order),
        first_fill_ms=None if filled_ns is None or order.sent_ns is None else milliseconds(filled_ns - order.sent_ns),
    )
