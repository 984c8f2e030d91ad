"""Commands about connections: add, remove, list, test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.worker import api
from connectors.worker.keys import keeping
from connectors.worker.keys.trial import try_out

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
    live = worker.roster.get(command.account)
    connector = worker.house.make_connector(live.connection, worker.signers.signer(command.account), worker.clock)
    return api.ConnectionTested((await try_out(connector, worker.clock)).steps)
