"""kill -9 of real processes, with a real exchange on the other side: nothing is lost, doubled or misreported."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chaos.peers import CHECKOUT, WORKER, Desk, Peers, peers_at
from connectors.errors import WorkerGone
from connectors.model.order import FINAL, OrderStatus
from connectors.worker import api
from connectors.worker.lock import OneWorker

pytestmark = pytest.mark.peers


@pytest.fixture
async def peers(home: Path) -> AsyncIterator[Peers]:
    async with peers_at(home) as made:
        yield made


async def place_and_die(peers: Peers, desk: Desk, command: api.PlaceOrder) -> None:
    """Place an order on a worker that will not live to tell of it."""
    try:
        answer = await desk.link.request(command)
        assert isinstance(answer, api.OrderAccepted), answer
    except WorkerGone:
        # It died before it could answer: that is the point of it.
        pass
    await desk.link.closed()
    assert await peers.worker_ended() == -9
    await desk.link.close()


def assert_no_lock(peers: Peers) -> None:
    lock = OneWorker(peers.home / "run" / "worker.lock")
    assert lock.take(), "a dead worker still holds the lock"
    lock.release()


async def assert_second_start_changes_nothing(peers: Peers, desk: Desk) -> None:
    """Stop in order, start again, look, stop again: not one entry more in the journal."""
    await desk.reconcile()
    await desk.link.request(api.Shutdown())
    assert await peers.worker_ended() == 0
    before = peers.journal_entries()
    again = await peers.start_worker()
    await again.reconcile()
    orders = await again.orders()
    await again.link.request(api.Shutdown())
    assert await peers.worker_ended() == 0
    await again.link.close()
    await desk.link.close()
    assert peers.journal_entries() == before
    assert orders


async def test_killed_before_the_intent_is_on_disk_there_is_no_order_anywhere(peers: Peers) -> None:
    desk = await peers.start_worker("before-commit")
    command = desk.resting(await desk.low_price())
    await place_and_die(peers, desk, command)
    assert_no_lock(peers)
    desk = await peers.start_worker()
    await desk.reconcile()
    assert await desk.orders() == ()
    assert await peers.venue_orders(command.order_id) == []
    await desk.link.close()


@pytest.mark.parametrize("point", ["after-commit", "before-send"])
async def test_killed_after_the_commit_and_before_the_send_the_order_never_arrived_and_is_never_sent(
    peers: Peers, point: str
) -> None:
    desk = await peers.start_worker(point)
    command = desk.resting(await desk.low_price())
    await place_and_die(peers, desk, command)
    assert_no_lock(peers)
    desk = await peers.start_worker()
    (order,) = await desk.orders()
    assert order.status is OrderStatus.UNKNOWN
    order = await desk.order_when(command.order_id, lambda known: known.status in FINAL)
    assert order.status is OrderStatus.NEVER_ARRIVED
    assert await peers.venue_orders(command.order_id) == []
    await assert_second_start_changes_nothing(peers, desk)


async def test_killed_between_the_send_and_the_answer_a_resting_order_is_found_open_once(peers: Peers) -> None:
    desk = await peers.start_worker("after-send")
    command = desk.resting(await desk.low_price())
    await place_and_die(peers, desk, command)
    assert_no_lock(peers)
    desk = await peers.start_worker()
    order = await desk.order_when(command.order_id, lambda known: known.status is OrderStatus.OPEN)
    assert order.venue_order_id is not None
    assert len(await peers.venue_orders(command.order_id)) == 1
    assert len(await desk.orders()) == 1
    await assert_second_start_changes_nothing(peers, desk)


async def test_killed_between_the_send_and_the_answer_a_filled_order_is_found_filled_and_its_fills_count_once(
    peers: Peers,
) -> None:
    desk = await peers.start_worker("after-send")
    await desk.low_price()
    command = desk.market()
    await place_and_die(peers, desk, command)
    desk = await peers.start_worker()
    order = await desk.order_when(
        command.order_id, lambda known: known.status is OrderStatus.FILLED and bool(known.fees)
    )
    (at_venue,) = await peers.venue_orders(command.order_id)
    assert (order.filled, order.cost) == (at_venue.filled, at_venue.cost)
    fills = await desk.link.request(api.GetFills())
    positions = await desk.link.request(api.GetPositions())
    assert isinstance(fills, api.FillList)
    assert isinstance(positions, api.Positions)
    assert sum(fill.fill.quantity for fill in fills.fills) == order.filled
    (position,) = positions.positions
    fees = sum(fill.fill.fee.amount for fill in fills.fills if fill.fill.fee and fill.fill.fee.asset == "BTC")
    assert position.quantity == order.filled - fees
    await assert_second_start_changes_nothing(peers, desk)


async def test_killed_with_a_resting_order_it_is_there_afterwards_and_can_be_canceled(peers: Peers) -> None:
    desk = await peers.start_worker()
    command = desk.resting(await desk.low_price())
    assert isinstance(await desk.link.request(command), api.OrderAccepted)
    await desk.order_when(command.order_id, lambda known: known.status is OrderStatus.OPEN)
    peers.kill_worker()
    await desk.link.close()
    assert_no_lock(peers)
    desk = await peers.start_worker()
    repeated = await desk.link.request(command)
    assert isinstance(repeated, api.OrderAccepted), "the same ticket again is the same order"
    assert repeated.order.handle == "k1"
    # Its acknowledgement may have died with the worker: then it is looked up, and found.
    await desk.order_when(command.order_id, lambda known: known.status is OrderStatus.OPEN)
    assert len(await peers.venue_orders(command.order_id)) == 1
    assert await desk.link.request(api.CancelOrder(command.order_id)) == api.Done()
    await desk.order_when(command.order_id, lambda known: known.status is OrderStatus.CANCELED)
    await assert_second_start_changes_nothing(peers, desk)


async def test_killed_after_a_cancel_was_sent_the_order_is_found_canceled(peers: Peers) -> None:
    desk = await peers.start_worker("after-cancel")
    command = desk.resting(await desk.low_price())
    await desk.link.request(command)
    await desk.order_when(command.order_id, lambda known: known.status is OrderStatus.OPEN)
    await desk.link.request(api.CancelOrder(command.order_id))
    assert await peers.worker_ended() == -9
    await desk.link.close()
    desk = await peers.start_worker()
    order = await desk.order_when(command.order_id, lambda known: known.status is OrderStatus.CANCELED)
    assert not order.canceling
    await assert_second_start_changes_nothing(peers, desk)


async def test_halted_holds_over_a_kill_as_soon_as_it_was_acknowledged(peers: Peers) -> None:
    desk = await peers.start_worker()
    assert await desk.link.request(api.SetTrading(api.TradingState.HALTED)) == api.Done()
    peers.kill_worker()
    await desk.link.close()
    desk = await peers.start_worker()
    picture = await desk.link.request(api.Attach())
    assert isinstance(picture, api.Picture)
    assert picture.trading is api.TradingState.HALTED
    await desk.link.close()


async def test_a_worker_without_clients_ends_and_leaves_neither_socket_nor_lock(peers: Peers) -> None:
    desk = await peers.start_worker()
    await desk.low_price()
    await desk.link.close()
    assert await peers.worker_ended() == 0
    assert not (peers.home / "run" / "worker.sock").exists()
    assert_no_lock(peers)


async def test_a_second_worker_on_one_archive_steps_back_and_the_first_serves_on(peers: Peers) -> None:
    desk = await peers.start_worker()
    second = await asyncio.create_subprocess_exec(sys.executable, str(WORKER), str(peers.home), cwd=CHECKOUT)
    assert await asyncio.wait_for(second.wait(), 60) == 3
    assert isinstance(await desk.link.request(api.GetPositions()), api.Positions)
    await desk.link.close()
    assert await peers.worker_ended() == 0
