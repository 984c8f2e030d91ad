"""Commands about connections: add, remove, list, test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.worker import api
from connectors.worker.keys import keeping

if TYPE_CHECKING:
    from connectors.worker.worker import Worker


async def add(worker: Worker, command: api.AddConnection) -> api.Done:
    """Register a keyless connection."""
    await worker.roster.add(command.connection)
    return api.Done()


async def remove(worker: Worker, command: api.RemoveConnection) -> api.Done:
    """Forget one."""
    return await keeping.remove(worker, command.account)


async def list_all(worker: Worker, _command: api.ListConnections) -> api.ConnectionList:
    """All of them."""
    return api.ConnectionList(*worker.roster.pictured())


async def test(worker: Worker, command: api.TestConnection) -> api.ConnectionTested:
    """Connect anew, step by step, beside whatever is connected; stops at the first step that fails."""
    _, trial = await keeping.try_kept(worker, command.account)
    return api.ConnectionTested(trial.steps)
