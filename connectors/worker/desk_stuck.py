"""Commands about orders that are stuck, and the comparison of everything with the venues (REQUIREMENTS G3, H8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.stuck import stuck as stuck_orders
from connectors.errors import OrderNotFound, Refused, TradedeskError
from connectors.model.order import FINAL, Order
from connectors.worker import api, desk_orders
from connectors.worker import picture as pictured
from connectors.worker.comparing import both
from connectors.worker.live import Live
from connectors.worker.log import logger
from connectors.worker.pause import comes_true

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

LONGEST_WAIT_S = 600


async def stuck(worker: Worker, command: api.GetStuck) -> api.StuckOrders:
    """Orders that wait longer than they should, the longest first."""
    registered = {live.connection.account for live in worker.roster.all()}
    found = stuck_orders(worker.executor.state, worker.clock.time_ns(), command.account)
    return api.StuckOrders(
        tuple(api.StuckOrder(one.order, one.since_ns, one.sentence) for one in found if one.order.account in registered)
    )


async def resolve(worker: Worker, command: api.ResolveOrder) -> api.Result:
    """Decide about one order: `api.OrderAccepted` with the order as it is then."""
    decision = inputs.ByHand(command.decision)
    order = worker.executor.state.orders.get(command.order_id)
    if order is not None and decision in {inputs.ByHand.ASK_NOW, inputs.ByHand.CANCEL_ANYWAY}:
        await _connected(worker, order)
    resolve = inputs.Resolve(command.order_id, decision, command.typed.strip(), worker.executor.now())
    for effect in worker.executor.feed(resolve):
        if isinstance(effect, fx.Declined):
            kind = api.FailureKind.ORDER_NOT_FOUND if effect.code == "UNKNOWN_ORDER" else api.FailureKind.REFUSED
            return api.Failure(kind, effect.sentence, effect.code)
    return api.OrderAccepted(worker.executor.state.orders[command.order_id])


async def _connected(worker: Worker, order: Order) -> None:
    """Connect what nobody has used yet.

    Raises:
        TradedeskError: It cannot be connected.
    """
    live = worker.roster.get(order.account)
    if live.follower is None:
        await live.market()


async def cancel_named(worker: Worker, command: api.CancelNamed) -> api.Result:
    """Cancel an order by any of its names; nothing of it is told but whether it is over.

    Raises:
        OrderNotFound: There is no such order.
    """
    order = _named(worker, command.name)
    answer = await desk_orders.cancel(worker, api.CancelOrder(order.order_id))
    if isinstance(answer, api.Failure):
        return answer

    def over() -> bool:
        return worker.executor.state.orders[order.order_id].status in FINAL

    wait_s = min(max(command.within_s, 0), LONGEST_WAIT_S)
    return api.CancelOutcome(order.handle, over=await comes_true(over, worker.clock, wait_s))


def _named(worker: Worker, name: str) -> Order:
    for order in pictured.newest_first(worker.executor.state):
        if name in {order.handle, str(order.order_id), order.order_id.hex, *order.client_order_ids}:
            return order
    raise OrderNotFound(f"There is no order {name!r} here.")


async def reconcile(worker: Worker, command: api.Reconcile) -> api.Result:
    """Ask one venue, or every one with a key, for orders, fills and balances now.

    Raises:
        Refused: The account has no key.
        TradedeskError: The one account that was named could not be asked.
    """
    if command.account is not None:
        live = worker.roster.get(command.account)
        found = await _reconciled(live)
        return api.Reconciled((found,)) if command.detailed else api.Done()
    return api.Reconciled(tuple([await _tried(live) for live in worker.roster.all() if _can_be_asked(live)]))


def _can_be_asked(live: Live) -> bool:
    return live.connection.keyed and not live.why_off


async def _tried(live: Live) -> api.AccountReconciled:
    """One venue's trouble holds up no other."""
    try:
        return await _reconciled(live)
    except TradedeskError as problem:
        logger().warning("not_reconciled", label=live.connection.label, sentence=problem.sentence)
        return api.AccountReconciled(live.connection.account, live.connection.label, failed=problem.sentence)


async def _reconciled(live: Live) -> api.AccountReconciled:
    fresh = live.follower is None
    await live.market()
    follower = live.follower
    if follower is None:
        raise Refused(f"{live.connection.label} has no key: there is nothing to reconcile.")
    found = await follower.reconcile(everything=True)
    # What was found when this command connected it was found for this command.
    return both(follower.first, found) if fresh and follower.first is not None else found
