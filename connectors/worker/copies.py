"""The archive as a file: backups while it is in use, and what is still to be asked after a restore."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import ArchiveFailed, Refused
from connectors.model.ids import AccountId
from connectors.ports.archive import Archive
from connectors.ports.upkeep import RestoredFrom
from connectors.worker import api
from connectors.worker.executor import Executor
from connectors.worker.keeper import Keeper
from connectors.worker.log import logger
from connectors.worker.supervise import Supervisor

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALL = 1_000_000


class Copies:
    """One backup at a time; and after a restore, who has not been asked yet.

    Args:
        keeper: The archive.
        executor: Tells a human.
        supervisor: Runs what nobody waits for.
    """

    def __init__(self, keeper: Keeper, executor: Executor, supervisor: Supervisor) -> None:
        self._keeper = keeper
        self._executor = executor
        self._supervisor = supervisor
        self._waiting: set[AccountId] = set()
        self.one_at_a_time = asyncio.Lock()

    async def start(self) -> None:
        """Say where the archive was put back from, as long as a venue is to be asked about it.

        Raises:
            ArchiveFailed: The archive cannot be read.
        """
        restored = await self._keeper.ask(lambda archive: archive.upkeep.restored())
        if restored is None:
            return
        registered, orders = await self._keeper.ask(lambda archive: _shown(archive, restored))
        self._waiting = set(restored.waiting) & registered
        self._executor.warn(api.AlertLevel.WARN, _sentence(restored, len(self._waiting), orders))
        # One that was removed meanwhile is shown by nobody, and nobody can ask about it.
        for account in set(restored.waiting) - registered:
            await self._noted(account)
        if not self._waiting:
            await self._noted(None)

    def reconciled(self, account: AccountId) -> None:
        """An account's orders, fills and balances were asked of its venue."""
        if account in self._waiting:
            self._waiting.discard(account)
            self._supervisor.spawn("restored", self._reconciled(account))

    async def _reconciled(self, account: AccountId) -> None:
        if await self._noted(account):
            text = "Every account of the restored archive was compared with its venue: the desk is current."
            self._executor.warn(api.AlertLevel.INFO, text)

    async def _noted(self, account: AccountId | None) -> bool:
        """Write down that an account waits no more; whether none is left."""
        try:
            return await self._keeper.ask(lambda archive: archive.upkeep.reconciled(account)) is None
        except ArchiveFailed as problem:
            # Said once more at the next start, which does no harm.
            logger().warning("restore_not_noted", sentence=problem.sentence)
            return False


def _shown(archive: Archive, restored: RestoredFrom) -> tuple[set[AccountId], int]:
    """Registered accounts, and how many orders are shown as working of those that were not asked yet."""
    working = archive.journal.orders(working_only=True, limit=_ALL)
    registered = {connection.account for connection in archive.connections.all()}
    return registered, sum(order.account in restored.waiting for order in working)


async def back_up(worker: Worker, command: api.BackUp) -> api.BackedUp:
    """Copy the archive in a thread of its own, while orders go on.

    Raises:
        Refused: Another one is being made, something lies in its place, or the worker ends.
        ArchiveFailed: It could not be read, or the copy not written.
    """
    target = Path(command.path)
    if not target.is_absolute():
        raise Refused("A backup needs the whole path of its file. Nothing was written.")
    if worker.copies.one_at_a_time.locked():
        raise Refused("Another backup is being made: wait for its end. Nothing was written.")
    async with worker.copies.one_at_a_time:
        await worker.executor.recorder.anchor()
        await worker.keeper.flush()
        upkeep = await worker.keeper.ask(lambda archive: archive.upkeep)
        now_ns = worker.clock.time_ns()

        def copy() -> api.BackedUp:
            stopped = worker.stopping.is_set
            return upkeep.back_up(target, now_ns, keys=command.keys, overwrite=command.overwrite, stopped=stopped)

        done = await asyncio.to_thread(copy)
        await worker.keeper.ask(lambda archive: archive.upkeep.note(done))
    logger().info("backed_up", bytes=done.size_bytes, orders=done.orders, with_keys=done.with_keys)
    return done


async def facts(worker: Worker, _command: api.GetArchive) -> api.ArchiveFacts:
    """What the archive is, once everything known is in it."""
    await worker.keeper.flush()
    await worker.keeper.ask(lambda archive: archive.journal.settle())
    upkeep = await worker.keeper.ask(lambda archive: archive.upkeep)
    return await asyncio.to_thread(upkeep.facts)


async def check(worker: Worker, _command: api.CheckArchive) -> api.ArchiveChecked:
    """Compare every page and index, in a thread of its own."""
    upkeep = await worker.keeper.ask(lambda archive: archive.upkeep)
    return api.ArchiveChecked(await asyncio.to_thread(upkeep.check))


def _sentence(restored: RestoredFrom, accounts: int, orders: int) -> str:
    made = (
        ""
        if restored.made_ns is None
        else f" of {_EPOCH + timedelta(microseconds=restored.made_ns // 1_000):%Y-%m-%d %H:%M} UTC"
    )
    told = f"The archive was restored from {restored.source}{made}."
    if not accounts:
        return told
    whose = "One account" if accounts == 1 else f"{accounts} accounts"
    which = "orders and positions may be old"
    if orders:
        which = f"{orders:,} {'order is' if orders == 1 else 'orders are'} as of the backup, and positions may be old"
    return f"{told} {whose} must still be compared with the venue: until then, {which}."
