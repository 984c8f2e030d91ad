"""What clients ask of the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.worker import api

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

_NS_IN_US = 1_000


async def settle(worker: Worker, _command: api.SettleAudit) -> api.Done:
    """Write what waits and sign it."""
    await worker.executor.recorder.settle()
    return api.Done()


async def check(worker: Worker, command: api.CheckAnchors) -> api.AnchorsChecked:
    """Hold anchors against the vault's key."""
    return api.AnchorsChecked(await worker.keeper.ask(lambda archive: archive.audit.genuine(command.macs)))


async def retain(worker: Worker, command: api.RetainAudit) -> api.AuditRetained:
    """Delete the beginning of the chain."""
    now_us = worker.clock.time_ns() // _NS_IN_US
    rows = await worker.keeper.ask(
        lambda archive: archive.audit.retain(command.to, command.digest, command.export_sha256, command.days, now_us)
    )
    return api.AuditRetained(rows)
