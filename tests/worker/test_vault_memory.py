"""After a hard lock nothing in the worker reaches a key any more; after a cover, nothing reaches the data key (T7a)."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from connectors.model.ids import AccountId
from connectors.model.vault import VaultState
from connectors.worker import api
from storage.vault.datakey import DataKey
from support.simulator import Simulator, running_simulator
from support.vaults import PASSPHRASE
from worker.house import WorkerHouse, a_worker, until
from worker.owner import Owner

pytestmark = pytest.mark.peers


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(tmp_path / "venue", "--seed", "7") as running:
        yield running


def reached(root: object) -> list[object]:
    """Everything an object leads to, short of code: modules, classes and the loop lead to the whole process."""
    globals_of = {id(vars(module)) for module in tuple(sys.modules.values())}
    seen: dict[int, object] = {id(root): root}
    waiting = [root]
    while waiting:
        for found in gc.get_referents(waiting.pop()):
            if id(found) in seen or id(found) in globals_of:
                continue
            if isinstance(found, ModuleType | type | asyncio.AbstractEventLoop):
                continue
            seen[id(found)] = found
            waiting.append(found)
    return list(seen.values())


def is_ready(house: WorkerHouse, account: AccountId) -> bool:
    live = house.worker.roster.get(account)
    return live.follower is not None and live.follower.ready


def holding(things: list[object], *canaries: str) -> list[str]:
    """Types of the texts and buffers among them that hold one of these."""
    wanted = [canary.encode() for canary in canaries]
    found = []
    for thing in things:
        text = thing.encode("utf-8", "replace") if isinstance(thing, str) else thing
        if isinstance(text, bytes | bytearray) and any(canary in text for canary in wanted):
            found.append(type(thing).__name__)
    return found


async def test_a_hard_lock_leaves_no_way_from_the_worker_to_a_key(home: Path, venue: Simulator) -> None:
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await owner.keep(venue)).connection.account
        await until(lambda: is_ready(house, account))
        assert holding(reached(house.worker), venue.api_key), "this walk would find a key where there is one"
        assert await owner.link.request(api.LockVault()) == api.Done()
        await until(lambda: not holding(reached(house.worker), venue.api_key, venue.api_secret, PASSPHRASE))
        assert house.worker.signers.signer(account) is None
        assert not [thing for thing in reached(house.worker) if isinstance(thing, DataKey)]


async def test_a_cover_leaves_the_signers_and_no_way_to_the_data_key(home: Path, venue: Simulator) -> None:
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await owner.keep(venue)).connection.account
        assert [thing for thing in reached(house.worker) if isinstance(thing, DataKey)], "it is found while open"
        assert await owner.link.request(api.CoverVault("test")) == api.Done()
        assert await owner.state() is VaultState.COVERED
        assert not [thing for thing in reached(house.worker) if isinstance(thing, DataKey)]
        assert house.worker.signers.signer(account) is not None
        assert not holding(reached(house.worker), PASSPHRASE)
