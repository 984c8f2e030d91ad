"""Scenarios of what humans decide: limits and locks, what happens to a lost desk's orders, panics of every kind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import uuid6

from chaos.changing import panicked
from chaos.lane import Lane
from chaos.peers import BTC
from chaos.resting import over, resting
from connectors.model.ids import OrderId
from connectors.model.order import Side
from connectors.model.risk import LimitName
from connectors.worker import api
from connectors.worker.codec import Kind, encode
from connectors.worker.link import connect_socket

_ASKED = 150
"""Lists of orders that are asked for and not read."""

_MEANWHILE = 20
"""Questions of another client, after which the first one's are answered as far as they can be."""

_SHARE = Decimal("0.0000001")
"""Of equity: the fee of one order is more."""


async def limits(lane: Lane) -> None:
    """Set a limit, look at all of them, take it back."""
    await lane.desk.link.request(api.SetLimit(LimitName.OPEN_ORDERS, Decimal(9), lane.desk.account))
    await lane.desk.link.request(api.GetRisk(lane.desk.account, BTC))
    await resting(lane)
    await lane.desk.link.request(api.SetLimit(LimitName.OPEN_ORDERS, None, lane.desk.account))


async def loss_lock(lane: Lane) -> None:
    """A fee is more than may be lost in a day: the lock shuts, and is opened."""
    lane.limited = True  # until the next scenario begins
    await lane.desk.link.request(api.SetLimit(LimitName.DAY_LOSS, _SHARE, lane.desk.account))
    for side, quantity in ((Side.BUY, "0.002"), (Side.SELL, "0.001")):
        await lane.place(replace(lane.desk.market(), side=side, quantity=Decimal(quantity)), surely=False)
    await lane.settled()
    await lane.unlocked()


async def halt(lane: Lane) -> None:
    """Halt new orders, cancel what rests, resume."""
    command = await resting(lane)
    await lane.desk.link.request(api.SetTrading(api.TradingState.HALTED))
    await lane.desk.link.request(api.CancelOrder(command.order_id))
    await lane.order_when(command.order_id, over)
    await lane.desk.link.request(api.SetTrading(api.TradingState.ACTIVE))


async def anyway(lane: Lane) -> None:
    """A human cancels an order anyway, which this worker may not even know."""
    command = await resting(lane)
    await lane.desk.link.request(api.ResolveOrder(command.order_id, api.Decision.CANCEL_ANYWAY))
    await lane.settled()


async def stuck(lane: Lane) -> None:
    """A human asks now about an order that is UNKNOWN, and for what the venue lists."""
    price = await lane.low_price()
    await lane.exchange.arm(kind="reset", on=["create"])
    command = lane.desk.resting(price)
    await lane.place(command)
    await lane.desk.link.request(api.GetStuck())
    await lane.desk.link.request(api.ResolveOrder(command.order_id, api.Decision.ASK_NOW))
    await lane.desk.link.request(api.GetOrderHistory(lane.desk.account, BTC))
    await lane.settled()


async def desk_lost(lane: Lane) -> None:
    """An account's orders do not outlive the last desk: it is lost, and they are cancelled."""
    command = await resting(lane)
    await lane.desk.link.request(api.SetOnDisconnect(lane.desk.account, api.OnDisconnect.CANCEL_ALL))
    desk = await connect_socket(lane.home / "run" / "worker.sock")
    try:
        await desk.request(api.Hello("desk"))
        await desk.request(api.Attach())
    finally:
        await desk.close()  # also where the worker dies before it has answered
    await lane.order_when(command.order_id, over)
    await lane.desk.link.request(api.SetOnDisconnect(lane.desk.account, api.OnDisconnect.LEAVE))


async def panic(lane: Lane) -> None:
    """Panic with orders at work, one of them on its way."""
    await resting(lane)
    await lane.place(lane.desk.resting(await lane.low_price()), surely=False)
    await panicked(lane)


async def panic_of_all(lane: Lane) -> None:
    """Panic that takes the orders of other tools too, all of an instrument at once."""
    await resting(lane)
    await lane.place_elsewhere("LIMIT", price=await lane.low_price(), timeInForce="GTC")
    await lane.back()
    await resting(lane, "0.94")
    await panicked(lane, external=True)


async def panic_cut(lane: Lane) -> None:
    """Panic while the whole venue is down."""
    await resting(lane)
    await lane.exchange.arm(kind="maintenance", for_ms=400)
    await panicked(lane)
    await lane.back()


async def flatten(lane: Lane) -> None:
    """Panic that closes what the desk holds, too."""
    await lane.place(replace(lane.desk.market(), quantity=Decimal("0.002")))
    await lane.desk.link.request(api.SetPanicPolicy(lane.desk.account, api.PanicPolicy.FLATTEN))
    await panic(lane)
    await lane.desk.link.request(api.SetPanicPolicy(lane.desk.account, api.PanicPolicy.CANCEL))


async def stop(lane: Lane) -> None:
    """Ask the worker to end while an order is on its way."""
    command = lane.desk.resting(await lane.low_price())
    await lane.place(command)
    await lane.desk.link.request(api.Shutdown())
    await lane.desk.link.closed()


async def stop_panicking(lane: Lane) -> None:
    """Ask it to end, twice, while a panic cannot reach the venue."""
    await resting(lane)
    await lane.exchange.arm(kind="maintenance", for_ms=60_000)
    await lane.desk.link.request(api.StartPanic(OrderId(uuid6.uuid7())))
    await lane.desk.link.request(api.Shutdown())
    await lane.desk.link.request(api.Shutdown())
    await lane.desk.link.closed()


async def stop_talking(lane: Lane) -> None:
    """Ask it to end while a client that asked for much reads nothing of it."""
    await resting(lane)
    # Nobody reads: what is sent to it waits in the worker once the kernel's own buffers are full.
    reader, writer = await asyncio.open_unix_connection(lane.home / "run" / "worker.sock")
    try:
        for number, command in enumerate([api.Hello("deaf"), *[api.GetOrders(limit=500)] * _ASKED]):
            writer.write(encode(Kind.REQUEST, number + 1, command))
        await writer.drain()
        await reader.readexactly(1)
        for _ in range(_MEANWHILE):
            await lane.desk.orders()
        await lane.desk.link.request(api.Shutdown())
        await lane.desk.link.closed()
        await lane.gone()
    finally:
        writer.close()
