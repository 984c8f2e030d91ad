"""Commands about the account: orders, fills, positions, balances, and whether new orders pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import MarketNow
from connectors.errors import Refused, TradedeskError, VaultLocked
from connectors.model.ids import AccountId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Order, OrderOrigin
from connectors.model.vault import VaultState
from connectors.turns import Turns
from connectors.worker import api, recall
from connectors.worker import picture as pictured
from connectors.worker.keys.covered import COVERED
from connectors.worker.live import Live
from connectors.worker.log import logger

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

_UUID_VERSION = 7
_MS_NS = 1_000_000
_SKEW_MS = 5_000
"""A ticket minted so shortly before the worker began may have been seen by the one before."""


async def place(worker: Worker, command: api.PlaceOrder) -> api.Result:
    """Place one order: `api.OrderAccepted` once its intent is on disk. Market data waits meanwhile."""
    with Turns.here().order():
        return await _place(worker, command)


async def _place(worker: Worker, command: api.PlaceOrder) -> api.Result:
    await recall_ticket(worker, command.order_id)
    known = worker.executor.state.orders.get(command.order_id)
    if known is not None:
        return api.OrderAccepted(known)
    live = worker.roster.get(command.account)
    if not live.connection.keyed:
        label = live.connection.label
        raise Refused(f"{label} has no key: market data only. Orders go to the demo, or to a connection with a key.")
    naps = worker.waking.naps
    worker.waking.require_awake(command.account)
    market = await live.market()
    if live.follower is not None:
        await live.follower.wait_ready()
    instrument = await market.instrument(command.instrument.symbol)
    place = await placed(worker, command, live, instrument)
    # What waited for its connection may have waited through a sleep: nobody is at the desk any more.
    worker.require_still(command, command.account, naps)
    answer = await worker.executor.place(place)
    if isinstance(answer, fx.Accepted):
        return api.OrderAccepted(answer.order)
    kind = api.FailureKind.ARCHIVE_FAILED if answer.archive else api.FailureKind.REFUSED
    return api.Failure(kind, answer.sentence, answer.code)


async def placed(worker: Worker, command: api.PlaceOrder, live: Live, instrument: Instrument) -> inputs.Place:
    """A wanted order as the engine takes it, with what is known of its market now."""
    connector = live.connector
    if connector is None:
        raise Refused(f"{live.connection.label} is not connected.")
    return inputs.Place(
        order_id=command.order_id,
        account=command.account,
        instrument=instrument,
        capabilities=connector.capabilities,
        market=await market_now(live, instrument),
        side=command.side,
        type=command.type,
        at=worker.executor.now(),
        quantity=command.quantity,
        quote_quantity=command.quote_quantity,
        price=command.price,
        trigger_price=command.trigger_price,
        time_in_force=command.time_in_force,
        reduce_only=command.reduce_only,
        seen_price=command.seen_price,
        from_book=command.frame is not None,
        expire_time_ns=command.expire_time_ns,
        trailing_delta=command.trailing_delta,
        iceberg_quantity=command.iceberg_quantity,
        self_trade_prevention=command.self_trade_prevention,
    )


async def market_now(live: Live, instrument: Instrument) -> MarketNow:
    """The followed book where there is one; else the ticker, so that the collar holds for the command line too."""
    now = live.market_now(instrument.id)
    if now.book is not None:
        return now
    try:
        ticker = await (await live.market()).ticker(instrument.id)
    except TradedeskError as problem:
        logger().warning("no_reference_price", symbol=instrument.symbol, sentence=problem.sentence)
        return now
    quoted = (ticker.bid + ticker.ask) / 2 if ticker.bid and ticker.ask else None
    return replace(now, reference=ticker.last or None, quoted=quoted)


async def recall_ticket(worker: Worker, order_id: OrderId) -> None:
    """A ticket older than this worker may be in the archive alone: the same ticket never makes a second order."""
    if order_id in worker.executor.state.orders:
        return
    minted_ms = order_id.int >> 80
    if order_id.version == _UUID_VERSION and minted_ms > worker.started_ns // _MS_NS - _SKEW_MS:
        return
    await recall.recall_ticket(worker.executor, worker.keeper, order_id)


async def cancel(worker: Worker, command: api.CancelOrder) -> api.Result:
    """Cancel one order: `api.Done` when the cancel is on its way."""
    order = worker.executor.state.orders.get(command.order_id)
    if order is not None and order.working:
        await _connect_first(worker, order)
    for effect in worker.executor.feed(inputs.Cancel(command.order_id, worker.executor.now())):
        if isinstance(effect, fx.Declined):
            kind = api.FailureKind.ORDER_NOT_FOUND if effect.code == "UNKNOWN_ORDER" else api.FailureKind.REFUSED
            return api.Failure(kind, effect.sentence, effect.code)
    return api.Done()


async def _connect_first(worker: Worker, order: Order) -> None:
    """The command line may cancel on a connection that nobody has used yet.

    Raises:
        TradedeskError: It cannot be connected.
    """
    live = worker.roster.get(order.account)
    if live.trading is None or live.follower is None:
        await live.market()


async def cancel_many(worker: Worker, command: api.CancelOrders) -> api.Canceling:
    """Cancel the working orders that match, each by itself: one venue's trouble holds up no other."""
    state = worker.executor.state
    chosen = [order for order in state.unfinished() if _matches(order, command)]
    for account in {order.account: order for order in chosen}.values():
        try:
            await _connect_first(worker, account)
        except TradedeskError as problem:
            logger().warning("cancel_without_connection", sentence=problem.sentence)
    for order in chosen:
        worker.executor.feed(inputs.Cancel(order.order_id, worker.executor.now()))
    return api.Canceling(len(chosen))


def _matches(order: Order, command: api.CancelOrders) -> bool:
    return (
        order.working
        and (command.account is None or order.account == command.account)
        and (command.instrument is None or order.instrument == command.instrument)
        and (command.side is None or order.side is command.side)
        and (command.external or order.origin is OrderOrigin.DESK)
    )


_STRICTNESS = {inputs.Trading.ACTIVE: 0, inputs.Trading.REDUCING: 1, inputs.Trading.HALTED: 2}


async def set_trading(worker: Worker, command: api.SetTrading) -> api.Done:
    """New orders on or off: in force at once, `api.Done` when it would survive a restart too.

    Raises:
        VaultLocked: The desk is covered, and more would pass than now.
    """
    wanted, now = inputs.Trading(command.state), worker.executor.state.trading
    if worker.keys.state is VaultState.COVERED and _STRICTNESS[wanted] < _STRICTNESS[now]:
        raise VaultLocked(COVERED)
    worker.executor.feed(inputs.SetTrading(wanted, "by you", worker.executor.now()))
    await worker.executor.remembered()
    return api.Done()


async def positions(worker: Worker, command: api.GetPositions) -> api.Positions:
    """Positions from fills; none of connections whose key is locked away."""
    hidden = locked_away(worker)
    found = pictured.positions(worker.executor.state, command.account)
    return replace(found, positions=tuple(each for each in found.positions if each.account not in hidden))


def locked_away(worker: Worker) -> set[AccountId]:
    """Accounts of which nothing is shown but their orders: their key is in a vault that is locked."""
    return pictured.locked_away(worker.keys.room.facts, worker.roster.pictured()[0])


async def balances(worker: Worker, command: api.GetBalances) -> api.Balances:
    """Balances, asked from the venue now."""
    live = worker.roster.get(command.account)
    await live.market()
    account = live.account
    if account is None:
        raise Refused(f"{live.connection.label} has no key: it shows no balances.")
    found = tuple(await account.balances())
    worker.executor.feed(inputs.BalancesSeen(command.account, found, worker.executor.now()))
    return api.Balances(tuple(balance for balance in found if balance.total))
