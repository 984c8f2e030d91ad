"""Commands that change orders, and that place orders which hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.errors import Refused
from connectors.model.ids import AccountId, InstrumentId
from connectors.model.instrument import Instrument
from connectors.turns import Turns
from connectors.worker import api
from connectors.worker.desk_orders import market_now, placed, recall_ticket
from connectors.worker.live import Live

if TYPE_CHECKING:
    from connectors.worker.worker import Worker


async def amend(worker: Worker, command: api.AmendOrder) -> api.Result:
    """Change an open order: `api.OrderAccepted` once the change is on its way, or its intent is on disk if it must be.

    Market data waits meanwhile.
    """
    with Turns.here().order():
        return await _amend(worker, command)


async def _amend(worker: Worker, command: api.AmendOrder) -> api.Result:
    for ticket in (command.order_id, command.amend_id):
        await recall_ticket(worker, ticket)
    state = worker.executor.state
    made = state.orders.get(command.amend_id)
    if made is not None:
        return api.OrderAccepted(made)
    order = state.orders.get(command.order_id)
    if order is None:
        return api.Failure(api.FailureKind.ORDER_NOT_FOUND, "There is no such order here.", "UNKNOWN_ORDER")
    if command.amend_id in order.amend_ids:
        return api.OrderAccepted(order)
    naps = worker.waking.naps
    live, instrument = await _ready(worker, order.account, order.instrument)
    connector = live.connector
    if connector is None:
        raise Refused(f"{live.connection.label} is not connected.")
    wanted = inputs.Amend(
        order_id=command.order_id,
        amend_id=command.amend_id,
        instrument=instrument,
        capabilities=connector.capabilities,
        market=await market_now(live, instrument),
        at=worker.executor.now(),
        quantity=command.quantity,
        price=command.price,
        trigger_price=command.trigger_price,
        seen_price=command.seen_price,
        from_book=command.frame is not None,
    )
    # What waited for its connection may have waited through a sleep: nobody is at the desk any more.
    worker.require_still(command, order.account, naps)
    answer = await worker.executor.change(command.amend_id, wanted)
    return api.OrderAccepted(answer.order) if isinstance(answer, fx.Accepted) else _declined(answer)


async def place_list(worker: Worker, command: api.PlaceList) -> api.Result:
    """Place orders that hang together: `api.ListAccepted` once all intents are on disk. Market data waits meanwhile."""
    with Turns.here().order():
        return await _place_list(worker, command)


async def _place_list(worker: Worker, command: api.PlaceList) -> api.Result:
    legs = [leg for leg in (command.entry, command.exit, command.take_profit, command.stop_loss) if leg is not None]
    if not legs:
        raise Refused("A list needs orders. Nothing was sent.")
    if any((leg.account, leg.instrument) != (legs[0].account, legs[0].instrument) for leg in legs):
        raise Refused("All orders of a list are of one account and instrument. Nothing was sent.")
    for leg in legs:
        await recall_ticket(worker, leg.order_id)
    if any(leg.order_id in worker.executor.state.orders for leg in legs):
        return _listed(worker, legs)
    naps = worker.waking.naps
    live, instrument = await _ready(worker, legs[0].account, legs[0].instrument)
    wanted = inputs.PlaceList(
        command.list_id,
        command.kind,
        worker.executor.now(),
        entry=None if command.entry is None else await placed(worker, command.entry, live, instrument),
        take_profit=None
        if command.take_profit is None
        else await placed(worker, command.take_profit, live, instrument),
        stop_loss=None if command.stop_loss is None else await placed(worker, command.stop_loss, live, instrument),
        exit=None if command.exit is None else await placed(worker, command.exit, live, instrument),
    )
    worker.require_still(command, legs[0].account, naps)
    answer = await worker.executor.change(command.list_id, wanted)
    return _listed(worker, legs) if isinstance(answer, fx.Accepted) else _declined(answer)


async def _ready(worker: Worker, account: AccountId, instrument: InstrumentId) -> tuple[Live, Instrument]:
    """The account's connection, up and reconciled, and the instrument as it is now.

    Raises:
        TradedeskError: It cannot take orders now.
    """
    live = worker.roster.get(account)
    if not live.connection.keyed:
        label = live.connection.label
        raise Refused(f"{label} has no key: market data only. Orders go to the demo, or to a connection with a key.")
    worker.waking.require_awake(account)
    market = await live.market()
    if live.follower is not None:
        await live.follower.wait_ready()
    return live, await market.instrument(instrument.symbol)


def _listed(worker: Worker, legs: list[api.PlaceOrder]) -> api.ListAccepted:
    orders = worker.executor.state.orders
    return api.ListAccepted(tuple(orders[leg.order_id] for leg in legs if leg.order_id in orders))


def _declined(answer: fx.Declined) -> api.Failure:
    kind = api.FailureKind.ARCHIVE_FAILED if answer.archive else api.FailureKind.REFUSED
    return api.Failure(kind, answer.sentence, answer.code)
