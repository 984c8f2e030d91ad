"""Orders that only reduce, and an archive that does not work: sent, kept aside, written later, found again."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import uuid6

from chaos.peers import Desk, Peers, peers_at
from connectors.engine import effects as fx
from connectors.errors import ArchiveFailed
from connectors.model.ids import OrderId
from connectors.model.order import OrderOrigin, OrderStatus, Side
from connectors.ports.archive import Batch, Journal
from connectors.worker import api, keeper
from storage.repositories.journal import JournalRepository
from worker.house import WorkerHouse, a_worker, until

D = Decimal


@pytest.fixture
async def peers(home: Path) -> AsyncIterator[Peers]:
    async with peers_at(home) as made:
        yield made


@pytest.mark.peers
async def test_what_only_reduces_is_sent_while_the_archive_is_broken_and_written_when_it_is_back(
    peers: Peers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_worker(home) as house:
        desk = await _holding(peers, house)
        journal = await house.worker.keeper.ask(lambda archive: archive.journal)
        append = journal.append
        monkeypatch.setattr(journal, "append", _full)
        first, second = (_closing(desk) for _ in range(2))
        leave, rescue, safe = house.worker.calls.send, home / "data" / "rescue.log", []

        def watched(effect: fx.Send) -> None:
            safe.append(rescue.exists() and str(effect.order_id) in rescue.read_text(encoding="utf-8"))
            leave(effect)

        monkeypatch.setattr(house.worker.calls, "send", watched)
        for closing in (first, second):
            accepted = await desk.link.request(closing)
            assert isinstance(accepted, api.OrderAccepted), accepted
            await desk.order_when(closing.order_id, lambda order: order.status is OrderStatus.FILLED)
        refused = await desk.link.request(desk.market())
        assert isinstance(refused, api.Failure)
        assert refused.kind is api.FailureKind.ARCHIVE_FAILED
        assert safe == [True, True], "its intent was not in the rescue log before it left"
        monkeypatch.setattr(journal, "append", append)
        await until(lambda: not house.worker.keeper.waiting)
        kept = await house.worker.keeper.ask(lambda archive: archive.journal.orders())
        ended = {order.order_id: order.status for order in kept}
        assert ended[first.order_id] is ended[second.order_id] is OrderStatus.FILLED


@pytest.mark.peers
async def test_what_left_unwritten_is_found_again_from_the_rescue_log_after_the_worker_died(
    peers: Peers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_worker(home) as house:
        desk = await _holding(peers, house)
        journal = await house.worker.keeper.ask(lambda archive: archive.journal)
        monkeypatch.setattr(journal, "append", _full)
        closing = _closing(desk)
        await desk.link.request(closing)
        await desk.order_when(closing.order_id, lambda order: order.status is OrderStatus.FILLED)
    async with a_worker(home) as house:
        desk = await peers.attach(await house.join("memory"))
        await desk.low_price()
        found = await desk.order_when(closing.order_id, lambda order: order.status is OrderStatus.FILLED)
        assert (found.handle, found.origin.value) == ("k2", "DESK")
        assert len(await peers.venue_orders(closing.order_id)) == 1


@pytest.mark.peers
async def test_what_left_unwritten_is_known_for_the_desks_own_while_the_archive_takes_nothing_still(
    peers: Peers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "RETRY_S", 0.05)
    append = JournalRepository.append
    async with a_worker(home) as house:
        desk = await _holding(peers, house)
        monkeypatch.setattr(JournalRepository, "append", lambda _self, batch: _full(batch))
        closing = _closing(desk)
        await desk.link.request(closing)
        await desk.order_when(closing.order_id, lambda order: order.status is OrderStatus.FILLED and bool(order.fees))
        before = house.worker.executor.state.positions
    async with a_worker(home) as house:
        desk = await peers.attach(await house.join("memory"))
        await desk.low_price()
        await desk.reconcile()
        orders = await desk.orders()
        assert {order.origin for order in orders} == {OrderOrigin.DESK}, [order.handle for order in orders]
        assert sorted(order.handle for order in orders) == ["k1", "k2"]
        after = house.worker.executor.state.positions
        assert {key: each.quantity for key, each in after.items()} == {
            key: each.quantity for key, each in before.items()
        }
        monkeypatch.setattr(JournalRepository, "append", append)
        await until(lambda: not house.worker.keeper.waiting)
        kept = await house.worker.keeper.ask(lambda archive: archive.journal.orders())
        assert sorted((order.handle, order.status) for order in kept) == [
            ("k1", OrderStatus.FILLED),
            ("k2", OrderStatus.FILLED),
        ]


def _slow(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the archive take nothing until the event is set."""
    append, go_on = journal.append, threading.Event()

    def slow(batch: Batch) -> int:
        go_on.wait(20)
        return append(batch)

    monkeypatch.setattr(journal, "append", slow)
    return go_on


@pytest.mark.peers
async def test_what_only_reduces_does_not_wait_for_a_slow_archive(
    peers: Peers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_worker(home) as house:
        desk = await _holding(peers, house)
        journal = await house.worker.keeper.ask(lambda archive: archive.journal)
        go_on = _slow(journal, monkeypatch)
        closing = _closing(desk)
        try:
            accepted = await desk.link.request(closing)
            assert isinstance(accepted, api.OrderAccepted), accepted
            await desk.order_when(closing.order_id, lambda order: order.status is OrderStatus.FILLED)
        finally:
            go_on.set()
        await house.worker.keeper.flush()
        kept = await house.worker.keeper.ask(lambda archive: archive.journal.order(closing.order_id))
        assert kept is not None
        assert kept.status is OrderStatus.FILLED
        assert len(await peers.venue_orders(closing.order_id)) == 1


@pytest.mark.peers
async def test_a_replace_of_what_only_reduces_does_not_wait_for_a_slow_archive_and_leaves_no_ghost_in_it(
    peers: Peers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_worker(home) as house:
        desk = await _holding(peers, house)
        price = (await desk.low_price() * D("1.1")).quantize(D("0.01"))
        resting = replace(desk.resting(price), side=Side.SELL, reduce_only=True, quantity=D("0.0004"))
        await desk.link.request(resting)
        await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.OPEN)
        await house.worker.keeper.flush()
        journal = await house.worker.keeper.ask(lambda archive: archive.journal)
        go_on = _slow(journal, monkeypatch)
        change = api.AmendOrder(resting.order_id, OrderId(uuid6.uuid7()), price=price + 1)
        try:
            accepted = await desk.link.request(change)
            assert isinstance(accepted, api.OrderAccepted), accepted
            await desk.order_when(change.amend_id, lambda order: order.status is OrderStatus.OPEN)
        finally:
            go_on.set()
        await desk.order_when(resting.order_id, lambda order: order.replacement == change.amend_id)
        await until(lambda: not house.worker.keeper.waiting)
        await house.worker.keeper.flush()
        kept = await house.worker.keeper.ask(lambda archive: archive.journal.orders())
        assert {order.order_id: order for order in kept} == dict(house.worker.executor.state.orders)
        assert {order.status for order in kept} == {OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.OPEN}


async def _holding(peers: Peers, house: WorkerHouse) -> Desk:
    """A desk that holds something, all of it written."""
    desk = await peers.attach(await house.join("memory"))
    await desk.low_price()
    bought = desk.market()
    await desk.link.request(bought)
    await desk.order_when(bought.order_id, lambda order: order.status is OrderStatus.FILLED and bool(order.fees))
    await house.worker.keeper.flush()
    return desk


def _closing(desk: Desk) -> api.PlaceOrder:
    return replace(desk.market(), side=Side.SELL, reduce_only=True, quantity=D("0.0004"))


def _full(_batch: Batch) -> int:
    raise ArchiveFailed("The disk is full.")
