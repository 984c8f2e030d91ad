"""Whoever cancels everything means what is just being written down, too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path

import pytest

from chaos.peers import BTC, Desk, Peers, peers_at
from connectors.model.order import OrderStatus
from connectors.ports.archive import Batch
from connectors.worker import api
from connectors.worker.link import LinkClient
from connectors.worker.parting import DESK
from worker.house import WorkerHouse, a_worker, until

pytestmark = pytest.mark.peers


@pytest.fixture
async def peers(home: Path) -> AsyncIterator[Peers]:
    async with peers_at(home) as made:
        yield made


async def cancel_all(_house: WorkerHouse, desk: Desk, _other: LinkClient) -> None:
    answer = await desk.link.request(api.CancelOrders(account=desk.account, instrument=BTC))
    assert answer == api.Canceling(1)


async def lose_the_desk(_house: WorkerHouse, _desk: Desk, other: LinkClient) -> None:
    await other.close()


@pytest.mark.parametrize("deed", [cancel_all, lose_the_desk])
async def test_an_order_whose_intent_is_being_written_is_not_sent_any_more(
    peers: Peers,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    deed: Callable[[WorkerHouse, Desk, LinkClient], Coroutine[None, None, None]],
) -> None:
    async with a_worker(home) as house:
        desk = await peers.attach(await house.join("memory"))
        other = await house.join("memory", greet=False)
        await other.request(api.Hello(DESK))
        order = desk.resting(await desk.low_price())
        await desk.link.request(api.SetOnDisconnect(desk.account, api.OnDisconnect.CANCEL_ALL))
        await house.worker.keeper.flush()
        journal = await house.worker.keeper.ask(lambda archive: archive.journal)
        append, go_on = journal.append, threading.Event()

        def slow(batch: Batch) -> int:
            if batch.entries:
                go_on.wait(20)
            return append(batch)

        monkeypatch.setattr(journal, "append", slow)
        placing = asyncio.create_task(desk.link.request(order))
        try:
            await until(lambda: bool(house.worker.executor.state.pending))
            async with asyncio.timeout(20):
                doing = asyncio.create_task(deed(house, desk, other))
                await until(lambda: any(one.canceled for one in house.worker.executor.state.pending.values()))
        finally:
            go_on.set()
        await doing
        answer = await placing
        assert isinstance(answer, api.OrderAccepted), answer
        assert (answer.order.status, answer.order.sent_ns) == (OrderStatus.CANCELED, None)
        assert not await peers.venue_orders(order.order_id)
