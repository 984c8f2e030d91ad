"""A link keeps nothing of the frame that came before: it may have held what somebody typed (T7a)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from connectors.worker import api
from connectors.worker.session import Session
from support.vaults import PASSPHRASE
from worker.house import WorkerHouse, a_worker, until
from worker.owner import Owner, kept, nowhere
from worker.test_vault_memory import holding, reached


def links(house: WorkerHouse) -> list[object]:
    """What serves each link leads to; it hangs on the loop, not on the worker."""
    served = [task.get_coro() for task in asyncio.all_tasks() if "SocketServer._serve" in repr(task)]
    return [thing for coroutine in served for thing in reached(coroutine)]


@pytest.mark.parametrize("canary", [PASSPHRASE, "S" * 64], ids=["a passphrase", "a key's secret"])
async def test_t7a_a_link_that_waits_keeps_nothing_of_what_was_typed(canary: str, home: Path) -> None:
    async with a_worker(home) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        await owner.create()
        if canary != PASSPHRASE:
            await kept(owner, nowhere())
        # The last frame of this link was the secret one; it waits, and another link locks.
        assert await other.link.request(api.LockVault()) == api.Done()
        assert [thing for thing in links(house) if isinstance(thing, Session)], "this walk reaches the links"
        await until(lambda: holding(links(house), canary) == [])
