"""Scenarios of trouble that strikes more than one order: streams, a whole venue, the archive's file."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from chaos.lane import Lane
from chaos.patience import until, until_asked
from chaos.resting import over, resting
from connectors.clock import SystemClock
from connectors.worker import api

_TRIED_S = 1.2
"""On the wall: twice as long as a worker of these tests waits before it tries the archive again."""


async def stream_lost(lane: Lane) -> None:
    """The account's stream breaks, and an order is filled meanwhile."""
    await lane.place(lane.desk.market())
    await lane.exchange.arm(kind="drop_stream", on=["user_stream"])
    await lane.place(lane.desk.market(), surely=False)
    await lane.settled()
    await lane.back()


async def asked_again(lane: Lane) -> None:
    """The venue answers questions with a failure, and then too many were asked."""
    await lane.exchange.arm(kind="error", status=503, on=["query"])
    await lane.back()
    await lane.exchange.arm(kind="throttle", status=429, retry_after_s=1, on=["query"])
    await lane.desk.link.request(api.Reconcile(lane.desk.account))
    await lane.desk.link.request(api.Reconcile(lane.desk.account))
    await resting(lane)


async def maintenance(lane: Lane) -> None:
    """The whole venue is down for a while, with an order there and one under way."""
    command = await resting(lane)
    await lane.exchange.arm(kind="maintenance", for_ms=400)
    await lane.place(lane.desk.resting((command.price or Decimal(1)) - 1), surely=False)
    await lane.desk.link.request(api.CancelOrder(command.order_id))
    await lane.back()
    await lane.settled()


async def locked_file(lane: Lane) -> None:
    """Another program holds the archive: a cancel is sent all the same, a new order is not."""
    command = await resting(lane)
    with lane.held_archive():
        await lane.desk.link.request(api.CancelOrder(command.order_id))
        await lane.order_when(command.order_id, over)
        await lane.place(lane.desk.resting(command.price or Decimal(1)), surely=False)
    await lane.back()
    await lane.settled()


async def held_long(lane: Lane) -> None:
    """Another program holds the archive for so long that it is tried again and again."""
    command = await resting(lane)
    told = asyncio.Event()
    lane.desk.link.on_event = lambda push: told.set() if _is_alert(push) else None
    await lane.desk.link.request(api.Attach())
    with lane.held_archive():
        await lane.desk.link.request(api.CancelOrder(command.order_id))
        await lane.order_when(command.order_id, over)
        await until(lambda: told.is_set() or not lane.alive, "nobody was told that the archive cannot be written")
        await SystemClock().sleep(_TRIED_S)
        await lane.place(lane.desk.resting(command.price or Decimal(1)), surely=False)
    await lane.back()
    await lane.settled()


def _is_alert(push: object) -> bool:
    return isinstance(push, api.Numbered) and isinstance(push.event, api.AlertRaised)


async def inherited(lane: Lane) -> None:
    """The account's stream is about to be closed, and another takes over while an order is filled."""
    await lane.exchange.arm(kind="shutdown", on=["user_stream"], close_after_ms=200)
    await lane.place(lane.desk.market())
    await lane.settled()


async def routine(lane: Lane) -> None:
    """Reconcile while the worker does so by itself, as it does every minute of its own clock."""
    await resting(lane)
    await lane.exchange.arm(kind="latency", on=["query"], low_ms=200, high_ms=300, for_ms=60_000)
    asked = await lane.exchange.asked(_is_list)

    async def has_begun() -> bool:
        return not lane.alive or await lane.exchange.asked(_is_list) > asked

    await until_asked(has_begun, "nothing was compared for minutes")
    await lane.back()
    await lane.exchange.disarm()


def _is_list(entry: dict[str, Any]) -> bool:
    return bool(entry.get("request") == "GET /api/v3/openOrders")
