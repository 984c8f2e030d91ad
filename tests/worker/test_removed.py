"""A connection that was removed: nothing of it is at work here any more, now or after a restart; its history stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.model.order import OrderStatus
from connectors.worker import api
from support.simulator import Simulator, running_simulator
from worker.house import a_worker, until
from worker.owner import Owner, at_work, whole

pytestmark = pytest.mark.peers


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(tmp_path / "venue", "--seed", "7") as running:
        yield running


async def test_a_removed_connection_leaves_no_order_position_or_balance_and_its_history_is_read(
    home: Path, venue: Simulator
) -> None:
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = await at_work(owner, venue)
        await until(lambda: len(house.worker.fills) > 0)
        before = await whole(owner.link)
        assert before.positions
        assert before.balances
        assert [order.status for order in before.orders if order.working] == [OrderStatus.OPEN]
        assert await owner.link.request(api.RemoveConnection(account)) == api.Done()
        after = await whole(owner.link)
        assert (after.positions, after.balances) == ((), ())
        assert [order for order in after.orders if order.working] == []
        assert after.fills == before.fills
        assert await owner.link.request(api.CancelOrders(external=True)) == api.Canceling(0)
    async with a_worker(home) as house:
        again = await whole(await house.join("memory"))
        assert (again.connections, again.positions, again.balances) == ((), (), ())
        assert [order for order in again.orders if order.working] == []
        assert again.fills == before.fills
        assert not house.worker.executor.state.live
        rested = await house.worker.keeper.ask(lambda archive: archive.journal.orders(working_only=True))
        assert [order.account for order in rested] == [account], "the archive keeps what was last known"
