"""An exchange that is wiped while the worker is connected: its new life begins as a start in it would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from connectors.clock import SystemClock
from connectors.model.connection import Connection
from connectors.model.ids import AccountId, Epoch, Mode, OrderId
from connectors.model.order import Order, OrderStatus
from connectors.worker import api
from connectors.worker.keeper import Keeper
from connectors.worker.lives import remember_life, with_newest_life
from connectors.worker.rescue import Rescue
from connectors.worker.supervise import Supervisor
from support.simulator import running_simulator
from worker.house import WorkerHouse, a_worker, archive_at, folders, until
from worker.peer_exchange import Ears, PeerExchange

S = OrderStatus
NEW_LIFE = "demo began a new life at the venue: its earlier orders ended and its positions begin at zero."


@pytest.fixture
async def exchange(home: Path) -> AsyncIterator[PeerExchange]:
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--control") as venue:
        yield PeerExchange(venue)


def order(house: WorkerHouse, order_id: OrderId) -> Order:
    return house.worker.executor.state.orders[order_id]


def asks_for_an_order(entry: dict[str, Any]) -> bool:
    return bool(entry["what"] == "request" and entry["request"] == "GET /api/v3/order")


async def ready(house: WorkerHouse, account: AccountId) -> Epoch:
    """The life in which orders can be sent."""
    live = house.worker.roster.get(account)
    await until(lambda: live.follower is not None and live.follower.ready)
    assert live.follower is not None
    return live.follower.epoch


@pytest.mark.peers
async def test_a_wipe_under_an_open_connection_begins_one_new_life_and_a_restart_changes_nothing_of_it(
    exchange: PeerExchange, home: Path
) -> None:
    async with a_worker(home) as house:
        desk = await exchange.attach(await house.join("memory"))
        price = await desk.low_price()
        first = await ready(house, desk.account)
        resting, bought = desk.resting(price), desk.market()
        await desk.link.request(resting)
        await desk.link.request(bought)
        await until(lambda: order(house, resting.order_id).status is S.OPEN)
        await until(
            lambda: order(house, bought.order_id).status is S.FILLED and bool(order(house, bought.order_id).fees)
        )
        await desk.link.request(api.Attach())
        ears = Ears(desk.link)

        await exchange.arm(kind="restart")
        await until(lambda: order(house, resting.order_id).status is S.EXPIRED)
        second = await ready(house, desk.account)
        assert second != first
        assert await desk.link.request(api.GetOrders(working_only=True)) == api.Orders(())
        assert await desk.link.request(api.GetPositions()) == api.Positions(())

        rests, buys = desk.resting(price), desk.market()
        assert isinstance(await desk.link.request(rests), api.OrderAccepted)
        assert isinstance(await desk.link.request(buys), api.OrderAccepted)
        await until(lambda: order(house, rests.order_id).status is S.OPEN)
        await until(lambda: order(house, buys.order_id).status is S.FILLED and bool(order(house, buys.order_id).fees))
        assert {order(house, one.order_id).epoch for one in (rests, buys)} == {second}
        await desk.reconcile()
        positions = await desk.link.request(api.GetPositions())
        assert isinstance(positions, api.Positions)
        (position,) = positions.positions
        assert position.quantity == order(house, buys.order_id).filled - order(house, buys.order_id).fees[0].amount
        assert ears.alerts() == [NEW_LIFE]
        assert order(house, resting.order_id).status is S.EXPIRED
        assert not await exchange.asked(asks_for_an_order)
        before = {one.order_id: (one.status, one.epoch, one.filled) for one in await desk.orders()}

    async with a_worker(home) as house:
        desk = await exchange.attach(await house.join("memory"))
        await desk.link.request(api.Attach())
        ears = Ears(desk.link)
        assert await ready(house, desk.account) == second
        await desk.reconcile()
        assert {one.order_id: (one.status, one.epoch, one.filled) for one in await desk.orders()} == before
        assert await desk.link.request(api.GetPositions()) == positions
        assert ears.alerts() == []
        assert not await exchange.asked(asks_for_an_order)


ACCOUNT = AccountId(UUID("018f0000-0000-7000-8000-000000000009"))


@pytest.fixture
async def keeper(home: Path) -> AsyncIterator[Keeper]:
    folders(home)
    supervisor = Supervisor()
    kept = Keeper(SystemClock(), supervisor, Rescue(home / "data" / "rescue.log"))
    await kept.open(archive_at(home))
    yield kept
    await supervisor.stop()
    await kept.close()


def registered(mode: Mode, hint: str = "") -> Connection:
    return Connection(ACCOUNT, "binance", "one", mode, epoch_hint=hint)


async def test_a_testnets_connector_is_handed_the_newest_life_of_the_archive(keeper: Keeper) -> None:
    known = registered(Mode.TESTNET)
    assert await with_newest_life(known, keeper) == known
    await keeper.ask(lambda archive: archive.connections.add(known))
    await remember_life(known, Epoch("BTCUSDT:0:5"), keeper)
    assert await with_newest_life(known, keeper) == replace(known, epoch_hint="BTCUSDT:0:5")


async def test_a_simulated_exchange_keeps_its_own_name_unless_it_was_wiped_under_it(keeper: Keeper) -> None:
    known = registered(Mode.SIM, "flow-1")
    await keeper.ask(lambda archive: archive.connections.add(known))
    await remember_life(known, Epoch("flow-1"), keeper)
    assert await with_newest_life(known, keeper) == known
    await remember_life(known, Epoch("BTCUSDT:0:5"), keeper)
    assert (await with_newest_life(known, keeper)).epoch_hint == "BTCUSDT:0:5"
    other = registered(Mode.SIM, "tape-1")
    assert await with_newest_life(other, keeper) == other


async def test_a_live_venue_has_one_life_and_is_handed_none(keeper: Keeper) -> None:
    known = registered(Mode.LIVE)
    await keeper.ask(lambda archive: archive.connections.add(known))
    await remember_life(known, Epoch("1"), keeper)
    assert await with_newest_life(known, keeper) == known
