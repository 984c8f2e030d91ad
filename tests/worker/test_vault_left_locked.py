"""A worker whose vault was not opened shows no position, balance or fill of a connection whose key is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.model.vault import VaultState
from connectors.worker import api
from support.simulator import Simulator, running_simulator
from worker.house import a_worker, until
from worker.owner import Owner, at_work, whole

pytestmark = pytest.mark.peers


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(tmp_path / "venue", "--seed", "7") as running:
        yield running


async def test_a_vault_left_locked_hides_what_its_connections_hold_until_it_is_opened(
    home: Path, venue: Simulator
) -> None:
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await at_work(owner, venue)
        await until(lambda: len(house.worker.fills) > 0)
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        assert house.worker.executor.state.positions, "the worker itself knows them"
        pushes: list[object] = []
        owner.link.on_event = pushes.append
        locked = await whole(owner.link)
        assert locked.vault.state is VaultState.LOCKED
        assert (locked.positions, locked.balances, locked.fills) == ((), (), ())
        assert any(order.working for order in locked.orders), "what may fill meanwhile is named"
        await owner.open()
        await until(lambda: any(isinstance(push, api.Picture) for push in pushes))
        (opened,) = [push for push in pushes if isinstance(push, api.Picture)]
        assert opened.vault.state is VaultState.OPEN
        assert opened.positions
        assert opened.fills
        told = [push.event for push in pushes if isinstance(push, api.Numbered)]
        assert any(isinstance(event, api.VaultChanged) for event in told), "what happened is told before the picture"


async def test_a_vault_that_was_locked_hard_hides_it_from_who_comes_then(home: Path, venue: Simulator) -> None:
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await at_work(owner, venue)
        await until(lambda: len(house.worker.fills) > 0)
        await owner.link.request(api.LockVault())
        late = await whole(await house.join("memory"))
        assert (late.positions, late.balances, late.fills) == ((), (), ())
        assert await owner.link.request(api.GetPositions(None)) == api.Positions(())
        assert await owner.link.request(api.GetFills(None)) == api.FillList(())
        await owner.open()
        assert await owner.link.request(api.GetFills(None)) != api.FillList(())
