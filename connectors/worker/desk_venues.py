"""Commands about connections: add, remove, list, test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from connectors.errors import TradedeskError
from connectors.ports.venue import Connector
from connectors.worker import api

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

MS_NS = 1_000_000


async def add(worker: Worker, command: api.AddConnection) -> api.Done:
    """Register a keyless connection."""
    await worker.roster.add(command.connection)
    return api.Done()


async def remove(worker: Worker, command: api.RemoveConnection) -> api.Done:
    """Forget one."""
    await worker.roster.remove(command.account)
    return api.Done()


async def list_all(worker: Worker, _command: api.ListConnections) -> api.ConnectionList:
    """All of them."""
    return api.ConnectionList(*worker.roster.pictured())


async def test(worker: Worker, command: api.TestConnection) -> api.ConnectionTested:
    """Connect anew, step by step, beside whatever is connected; stops at the first step that fails."""
    live = worker.roster.get(command.account)
    connector = worker.house.make_connector(live.connection, worker.signers.signer(command.account), worker.clock)
    steps: list[tuple[str, bool, str]] = []
    try:
        for name, run in _steps(worker, connector):
            try:
                steps.append((name, True, await run()))
            except TradedeskError as problem:
                steps.append((name, False, str(problem)))
                break
    finally:
        await connector.close()
    return api.ConnectionTested(tuple(steps))


Step = tuple[str, Callable[[], Awaitable[str]]]


def _steps(worker: Worker, connector: Connector) -> list[Step]:
    async def connect() -> str:
        await connector.connect()
        return "The venue answers."

    async def clock() -> str:
        offset_ms = (await connector.server_time_ns() - worker.clock.time_ns()) // MS_NS
        return f"The venue's clock is {abs(offset_ms)} ms {'ahead of' if offset_ms >= 0 else 'behind'} this machine's."

    async def instruments() -> str:
        return f"{len(await connector.market.instruments()):,} instruments."

    async def account() -> str:
        if connector.account is None:
            return "No key: market data only."
        return f"The key can read the account: {len(await connector.account.balances())} assets."

    return [("connect", connect), ("clock", clock), ("instruments", instruments), ("account", account)]
