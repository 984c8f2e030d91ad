"""The archive's own thread: one writer, commits grouped and measured, and nothing on the loop waits for the disk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from uuid import uuid4

from connectors.errors import ArchiveFailed
from connectors.ports.archive import Archive, Batch
from connectors.ports.clock import Clock
from connectors.turns import Turns
from connectors.worker.archive_thread import ArchiveThread
from connectors.worker.log import logger
from connectors.worker.rescue import Rescue
from connectors.worker.supervise import Supervisor

T = TypeVar("T")

PATIENCE_S = 0.003
"""A commit that an order waits for is waited for on the loop itself, for so long: a healthy disk is done by then.

Else the thread that writes would have to wrest the interpreter from the loop several times, and the loop would have to
be woken afterwards: on busy cores that takes longer than the commit.
"""

RETRY_S = 2.0
"""How often a broken archive is tried again while something waits to be written."""

SETTLE_AFTER = 256
"""Entries the checkpoint of the orders may lack before it follows in a quiet moment."""

SETTLE_AT_LAST = 4_096
"""Entries after which it follows even while more wait: what a start would have to read is bounded."""

IDENTITY_KEY = "archive.identity"

_MEASURED = 1_000


@dataclass(frozen=True, slots=True)
class _Job:
    batch: Batch
    done: Callable[[str | None], None] | None
    """Told None when it is on disk, else why not; None for what nobody waits for."""


class Keeper:
    """Owns the archive. Batches that come while one is being committed go together into the next transaction.

    Attributes:
        on_broken: Told once when the archive fails, with its sentence, and once with None when it works again.
    """

    def __init__(self, clock: Clock, supervisor: Supervisor, rescue: Rescue) -> None:
        self.on_broken: Callable[[str | None], None] | None = None
        self._clock = clock
        self._supervisor = supervisor
        self._rescue = rescue
        self._thread = ArchiveThread()
        self._archive: Archive | None = None
        self._queue: list[_Job] = []
        self._backlog: list[Batch] = []
        self._writing = False
        self._broken = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.commit_ns: deque[int] = deque(maxlen=_MEASURED)

    @property
    def refused(self) -> str:
        """Why a rescue log was not read back whole, in a sentence; empty where nothing was refused."""
        return self._rescue.refused

    @property
    def waiting(self) -> int:
        """Batches kept in memory because the archive could not take them."""
        return len(self._backlog)

    @property
    def unwritten(self) -> Sequence[Batch]:
        """These batches, oldest first."""
        return tuple(self._backlog)

    async def open(self, open_archive: Callable[[], Archive]) -> None:
        """Open the archive in its own thread, and write back what a broken one could not take.

        Raises:
            TradedeskError: It cannot be opened.
        """
        self._archive = await self._thread.run(open_archive)
        await self._follow()
        self._rescue.belongs_to(await self.ask(_identity))
        self._backlog.extend(self._rescue.read(await self.ask(lambda archive: archive.journal.rescued())))
        if self._backlog:
            logger().warning("rescued", batches=len(self._backlog))
            await self._write()

    async def ask(self, question: Callable[[Archive], T], *, patience_s: float = 0) -> T:
        """Ask the archive something in its own thread.

        Args:
            question: What to ask it.
            patience_s: For so long the loop itself waits for the answer, and nothing else runs on it.

        Raises:
            ArchiveFailed: It cannot be read or written.
        """
        archive = self._archive
        if archive is None:
            raise ArchiveFailed("The archive is not open.")
        return await self._thread.run(lambda: question(archive), patience_s=patience_s)

    def commit(self, batch: Batch, done: Callable[[str | None], None] | None = None) -> None:
        """Queue a batch; returns at once.

        Args:
            batch: What to write.
            done: Called on the loop with None once it is on disk, else with the reason. Without it, a batch that cannot
                be written now is kept in memory and in the rescue log, and written later.
        """
        self._queue.append(_Job(batch, done))
        if not self._writing:
            self._writing = True
            self._idle.clear()
            self._supervisor.spawn("archive", self._write(), lasting=True)

    @property
    def broken(self) -> bool:
        """Whether the archive failed and has not worked since."""
        return self._broken

    def keep(self, batch: Batch) -> None:
        """Keep a batch in memory and in the rescue log, now; it is written when the archive takes it."""
        self._backlog.append(batch)
        self._rescue.keep(batch)
        if not self._writing and not self._broken:
            self._writing = True
            self._idle.clear()
            self._supervisor.spawn("archive", self._write(), lasting=True)

    async def flush(self) -> None:
        """Wait until nothing is queued; what the archive refuses stays in the rescue log."""
        await self._idle.wait()

    async def close(self) -> None:
        """Flush, close the archive, end its thread."""
        await self.flush()
        archive, self._archive = self._archive, None
        if archive is not None:
            await self._thread.run(archive.close)
        self._thread.end()

    async def _write(self) -> None:
        self._writing = True
        self._idle.clear()
        try:
            while self._queue or (self._backlog and not self._broken):
                jobs, self._queue = self._queue, []
                with Turns.here().order() if _awaited(jobs) else nullcontext():
                    await self._write_group(jobs)
                await self._settle()
        finally:
            self._writing = False
            self._idle.set()

    async def _settle(self) -> None:
        """Let the checkpoint follow where it has fallen far behind; an order that comes meanwhile waits some ms."""
        archive = self._archive
        behind = archive.journal.behind if archive is not None and not self._broken else 0
        if behind < (SETTLE_AT_LAST if self._queue else SETTLE_AFTER):
            return
        await self._follow()

    async def _follow(self) -> None:
        try:
            await self.ask(lambda archive: archive.journal.settle())
        except ArchiveFailed as problem:
            # Nothing is lost: the journal has it all, and the next commit finds out whether the archive is broken.
            logger().warning("checkpoint_behind", sentence=problem.sentence)

    async def _write_group(self, jobs: Sequence[_Job]) -> None:
        kept = list(self._backlog)
        batch = _merge([*kept, *(job.batch for job in jobs)])
        patience_s = PATIENCE_S if _awaited(jobs) else 0
        fault = await self._append(replace(batch, rescued=self._rescue.mark) if kept else batch, patience_s)
        if fault is None:
            if kept:
                del self._backlog[: len(kept)]
                if not self._backlog:
                    # What came while those were being written stays where it is: behind the mark the archive has.
                    self._rescue.clear()
            self._mend()
        else:
            for job in jobs:
                if job.done is None:
                    self._backlog.append(job.batch)
                    self._rescue.keep(job.batch)
            self._break(fault)
        for job in jobs:
            if job.done is not None:
                # A fault over one of them leaves the others neither unanswered nor unwritten.
                self._supervisor.call("archive-done", partial(job.done, fault))

    async def _append(self, batch: Batch, patience_s: float) -> str | None:
        try:
            timed = await self.ask(lambda archive: self._timed(archive, batch), patience_s=patience_s)
            self.commit_ns.append(timed)
        except ArchiveFailed as problem:
            return problem.sentence
        return None

    def _break(self, sentence: str) -> None:
        if self._broken:
            return
        self._broken = True
        logger().error("archive_broken", sentence=sentence)
        if self.on_broken is not None:
            self.on_broken(sentence)
        self._supervisor.spawn("archive-retry", self._retry())

    def _mend(self) -> None:
        if not self._broken:
            return
        self._broken = False
        logger().info("archive_works_again")
        if self.on_broken is not None:
            self.on_broken(None)

    async def _retry(self) -> None:
        while self._broken:
            await self._clock.sleep(RETRY_S)
            # Without a backlog only the next create can tell whether the archive takes writes again.
            if self._backlog and not self._writing:
                self._writing = True
                self._idle.clear()
                try:
                    await self._write_group(())
                finally:
                    self._writing = False
                    self._idle.set()
                if self._queue:
                    await self._write()

    def _timed(self, archive: Archive, batch: Batch) -> int:
        began = self._clock.monotonic_ns()
        archive.journal.append(batch)
        return self._clock.monotonic_ns() - began


def _identity(archive: Archive) -> str:
    """The archive's own name, made when it is first opened; empty where it cannot be written down."""
    name = archive.settings.get(IDENTITY_KEY)
    if name is None:
        name = uuid4().hex
        try:
            archive.settings.set(IDENTITY_KEY, name)
        except ArchiveFailed as problem:
            logger().warning("archive_without_name", sentence=problem.sentence)
            return ""
    return name


def _awaited(jobs: Sequence[_Job]) -> bool:
    return any(job.done is not None for job in jobs)


def _merge(batches: Sequence[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    return Batch(
        tuple(entry for batch in batches for entry in batch.entries),
        tuple(fill for batch in batches for fill in batch.fills),
        tuple(position for batch in batches for position in batch.positions),
        tuple(balance for batch in batches for balance in batch.balances),
        tuple(fact for batch in batches for fact in batch.audit),
    )
