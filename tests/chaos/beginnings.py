"""A worker's first deeds, on an archive with unfinished business: what a start finds, and what it is asked at once.

Each is a pair: what is done with a worker that is then killed, and what is asked of the next one, which has been handed
the exchange and has not connected to it yet.
"""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from chaos.changing import panicked
from chaos.lane import Lane
from chaos.patience import until
from chaos.resting import over, resting
from connectors.model.ids import OrderId
from connectors.model.order import OrderStatus
from connectors.worker import api

_MANY = 5
"""More orders than are looked up one by one."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a start finds, and what is asked of it at once."""

    before: Callable[[Lane], Awaitable[OrderId]]
    """Returns the order that is left over."""
    after: Callable[[Lane, OrderId], Awaitable[None]]


async def before_start(lane: Lane) -> OrderId:
    """What a start has to deal with: an order that rests, one that nobody knows, fills nobody heard of."""
    left = await rests(lane)
    await lane.exchange.arm(kind="drop_answer", on=["create"])
    await lane.exchange.arm(kind="missing_events", times=6, on=["user_stream"])
    await lane.place(lane.desk.market())
    return left


async def rests(lane: Lane) -> OrderId:
    """An order that rests."""
    return (await resting(lane)).order_id


async def unknown(lane: Lane) -> OrderId:
    """An order whose answer is lost."""
    price = await lane.low_price()
    await lane.exchange.arm(kind="drop_answer", on=["create"])
    await lane.exchange.arm(kind="missing_events", times=6, on=["user_stream"])
    command = lane.desk.resting(price)
    await lane.place(command)
    await lane.order_when(command.order_id, lambda order: order.status is not OrderStatus.SUBMITTING)
    return command.order_id


async def many_unknown(lane: Lane) -> OrderId:
    """The answers to more orders are lost than are asked about one by one."""
    price = await lane.low_price()
    await lane.exchange.arm(kind="drop_answer", on=["create"], times=_MANY)
    await lane.exchange.arm(kind="missing_events", times=_MANY, on=["user_stream"], events=["executionReport"])
    wanted = [lane.desk.resting(price - less) for less in range(_MANY)]
    await lane.place_together(wanted)
    return wanted[0].order_id


async def rescued(lane: Lane) -> OrderId:
    """A cancel and its answer which the archive could not take: they are in the rescue log alone."""
    command = await resting(lane)
    with lane.held_archive():
        await lane.desk.link.request(api.CancelOrder(command.order_id))
        await lane.order_when(command.order_id, over)
        await until((lane.home / "data" / "rescue.log").exists, "nothing was rescued")
        lane.signal(signal.SIGKILL)
        await lane.gone()
    return command.order_id


async def used(lane: Lane, _left: OrderId) -> None:
    """It is connected and reconciled."""
    await lane.back()
    await lane.settled()


async def canceled(lane: Lane, left: OrderId) -> None:
    """What is left over is cancelled by the first command."""
    await lane.desk.link.request(api.CancelOrder(left))
    await used(lane, left)


async def canceled_by_name(lane: Lane, left: OrderId) -> None:
    """It is cancelled by one of its names."""
    await lane.desk.link.request(api.CancelNamed(left.hex, within_s=30))
    await used(lane, left)


async def asked_now(lane: Lane, left: OrderId) -> None:
    """A human wants to know what became of it."""
    await lane.desk.link.request(api.ResolveOrder(left, api.Decision.ASK_NOW))
    await used(lane, left)


async def compared(lane: Lane, left: OrderId) -> None:
    """Everything is compared with every venue."""
    await lane.desk.link.request(api.Reconcile())
    await used(lane, left)


async def panicking(lane: Lane, left: OrderId) -> None:
    """The first command is a panic."""
    await panicked(lane)
    await used(lane, left)


async def placing(lane: Lane, left: OrderId) -> None:
    """Two orders come at once, before the account is up."""
    price = await lane.low_price()
    await lane.place_together([lane.desk.resting(price - less) for less in (1, 2)])
    await used(lane, left)


async def unanswered(lane: Lane, left: OrderId) -> None:
    """Nothing of the account can be asked at first."""
    await lane.exchange.arm(kind="error", status=503, on=["query"], times=8)
    await used(lane, left)


BEGINNINGS: Mapping[str, Beginning] = {
    "start": Beginning(before_start, used),
    "start_canceling": Beginning(rests, canceled),
    "start_canceling_by_name": Beginning(rests, canceled_by_name),
    "start_asking_now": Beginning(unknown, asked_now),
    "start_comparing": Beginning(rests, compared),
    "start_panicking": Beginning(rests, panicking),
    "start_placing": Beginning(rests, placing),
    "start_rescued": Beginning(rescued, used),
    "start_many_unknown": Beginning(many_unknown, used),
    "start_unanswered": Beginning(unknown, unanswered),
}
"""Workers' starts, by name."""
