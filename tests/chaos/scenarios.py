"""What a desk does while its worker may die at any await: each a short function on a `Lane`.

A scenario may be cut off anywhere by `WorkerGone`. It asserts nothing of the outcome: `chaos.judging` does, afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import uuid6

from chaos.changing import (
    amend,
    amend_lost,
    attached_exits,
    one_cancels_other,
    one_triggers_other,
    replace_lost,
    replaced,
)
from chaos.deciding import (
    anyway,
    desk_lost,
    flatten,
    halt,
    limits,
    loss_lock,
    panic,
    panic_cut,
    panic_of_all,
    stop,
    stop_panicking,
    stop_talking,
    stuck,
)
from chaos.lane import Lane
from chaos.patience import until
from chaos.peers import BTC
from chaos.resting import open_now, over, resting
from chaos.trouble import asked_again, held_long, inherited, locked_file, maintenance, routine, stream_lost
from connectors.model.ids import OrderId
from connectors.model.order import Side, TimeInForce
from connectors.worker import api

Scenario = Callable[[Lane], Awaitable[None]]

_VIEWS = 3


async def limit(lane: Lane) -> None:
    """Place a limit order that rests."""
    await resting(lane)


async def market(lane: Lane) -> None:
    """Buy at market, then sell half of it: the fee was taken from the coins."""
    for side, quantity in ((Side.BUY, "0.002"), (Side.SELL, "0.001")):
        command = replace(lane.desk.market(), side=side, quantity=Decimal(quantity))
        await lane.place(command)
        await lane.order_when(command.order_id, lambda order: over(order) and bool(order.fees or not order.filled))


async def immediate(lane: Lane) -> None:
    """Take what is there, and let the rest expire."""
    command = replace(lane.desk.resting(await lane.low_price()), time_in_force=TimeInForce.IOC)
    await lane.place(command)
    await lane.order_when(command.order_id, over)


async def cancel(lane: Lane) -> None:
    """Cancel an order that rests."""
    command = await resting(lane)
    await lane.desk.link.request(api.CancelOrder(command.order_id))
    await lane.order_when(command.order_id, over)


async def cancel_unseen(lane: Lane) -> None:
    """Cancel an order before the venue has said a word of it."""
    command = lane.desk.resting(await lane.low_price())
    await lane.place(command)
    await lane.desk.link.request(api.CancelOrder(command.order_id))
    await lane.settled()


async def cancel_all(lane: Lane) -> None:
    """Cancel three at once."""
    made = [await resting(lane, share) for share in ("0.95", "0.94", "0.93")]
    await lane.desk.link.request(api.CancelOrders(account=lane.desk.account, instrument=BTC))
    for command in made:
        await lane.order_when(command.order_id, over)


async def answer_lost(lane: Lane) -> None:
    """The venue takes a resting order and its answer is lost: UNKNOWN, then found."""
    price = await lane.low_price()
    await lane.exchange.arm(kind="drop_answer", on=["create"])
    command = lane.desk.resting(price)
    await lane.place(command)
    await lane.settled()


async def answer_lost_filled(lane: Lane) -> None:
    """The same with an order that is filled at once, and is never among the open ones."""
    await lane.exchange.arm(kind="drop_answer", on=["create"])
    await lane.exchange.arm(kind="missing_events", times=4, on=["user_stream"])
    await lane.place(lane.desk.market())
    await lane.settled()


async def never_arrived(lane: Lane) -> None:
    """The connection is reset before the venue takes the order: UNKNOWN, then two negatives."""
    price = await lane.low_price()
    await lane.exchange.arm(kind="reset", on=["create"])
    await lane.place(lane.desk.resting(price))
    await lane.settled()


async def refused(lane: Lane) -> None:
    """The venue refuses an order."""
    price = await lane.low_price()
    await lane.exchange.arm(kind="refuse", code=-2010, on=["create"])
    command = lane.desk.resting(price)
    await lane.place(command)
    await lane.order_when(command.order_id, over)


async def refused_late(lane: Lane) -> None:
    """The venue refuses an order, and takes its time."""
    price = await lane.low_price()
    await lane.exchange.arm(kind="latency", on=["create"], low_ms=400)
    await lane.exchange.arm(kind="refuse", code=-2010, on=["create"])
    command = lane.desk.resting(price)
    await lane.place(command)
    await lane.order_when(command.order_id, over)


async def wrong_clock(lane: Lane) -> None:
    """The venue finds our time wrong once: the clocks are compared, and the order is sent after all."""
    price = await lane.low_price()
    await lane.exchange.arm(kind="refuse", code=-1021, on=["create"])
    command = lane.desk.resting(price)
    await lane.place(command)
    await lane.order_when(command.order_id, lambda order: open_now(order) or over(order))


async def cancel_lost(lane: Lane) -> None:
    """The answer to a cancel is lost."""
    command = await resting(lane)
    await lane.exchange.arm(kind="drop_answer", on=["cancel"])
    await lane.desk.link.request(api.CancelOrder(command.order_id))
    await lane.settled()


async def reconcile(lane: Lane) -> None:
    """Reconcile with an order of ours and one of another tool."""
    await resting(lane)
    await lane.place_elsewhere("LIMIT", price=await lane.low_price(), timeInForce="GTC")
    await lane.back()
    await lane.desk.link.request(api.GetBalances(lane.desk.account))


async def elsewhere(lane: Lane) -> None:
    """Another tool buys on the same account, twice."""
    await lane.place_elsewhere("MARKET")
    await lane.back()
    # And nothing is told of this one: only the list of fills, and what the balances have become.
    await lane.exchange.arm(kind="missing_events", times=4, on=["user_stream"])
    await lane.place_elsewhere("MARKET")
    await lane.back()
    await lane.settled()


async def watched(lane: Lane) -> None:
    """Panes are followed, and what happens is told, while orders are placed."""
    shown: Counter[str] = Counter()
    lane.desk.link.on_event = lambda push: shown.update([type(push).__name__])
    await lane.desk.link.request(api.Attach())
    await lane.desk.link.request(api.OpenPane(1, lane.desk.account, BTC.symbol, api.PaneKind.BOOK, rate_hz=2))
    await lane.desk.link.request(api.Watch(2, lane.desk.account, BTC.symbol, api.PaneKind.TRADES))
    await market(lane)
    await until(lambda: shown["BookPushed"] >= _VIEWS or not lane.alive, "no book is shown")
    await lane.desk.link.request(api.ClosePane(1))
    await lane.desk.link.request(api.Unwatch(2))


async def remembered(lane: Lane) -> None:
    """Send a ticket of long ago once more, and ask for orders that only the archive may have."""
    old = OrderId(uuid6.UUID(int=(1_600_000_000_000 << 80) | (7 << 76) | (2 << 62) | lane.rng.getrandbits(60)))
    command = replace(lane.desk.resting(await lane.low_price()), order_id=old)
    await lane.place(command)
    await lane.place(command)
    await lane.desk.link.request(api.GetOrders(limit=500))
    await lane.desk.link.request(api.GetFills())
    await lane.settled()


SCENARIOS: Mapping[str, Scenario] = {
    made.__name__: made
    for made in (
        limit, market, immediate, cancel, cancel_unseen, cancel_all, answer_lost, answer_lost_filled, never_arrived,
        refused, refused_late, wrong_clock, cancel_lost, stream_lost, reconcile, elsewhere, asked_again, maintenance,
        locked_file, held_long, watched, halt, remembered, amend, replaced, amend_lost, replace_lost, one_cancels_other,
        one_triggers_other, attached_exits, panic, panic_of_all, panic_cut, flatten, stuck, anyway, limits, loss_lock,
        desk_lost, inherited, routine,
    )
}  # fmt: skip
"""While the worker is up."""

ENDINGS: Mapping[str, Scenario] = {made.__name__: made for made in (stop, stop_panicking, stop_talking)}
"""After which it is not."""
