"""The archive's thread: grouped commits, a broken archive that refuses creates and loses nothing else."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest

from connectors.clock import SystemClock
from connectors.errors import ArchiveFailed
from connectors.ports.archive import Archive, Batch
from connectors.worker.keeper import Keeper
from connectors.worker.rescue import Rescue
from connectors.worker.supervise import Supervisor
from storage.archive import open_archive
from support.kept import entry, order
from worker.house import folders, until


def batch(number: int) -> Batch:
    return Batch(entries=(entry(order(number)),))


class Kept:
    """A keeper over the real archive, whose disk the test can take away."""

    def __init__(self, home: Path, clock: SystemClock | None = None) -> None:
        self.home = folders(home)
        self.supervisor = Supervisor()
        self.rescue = home / "data" / "rescue.log"
        self.keeper = Keeper(clock or SystemClock(), self.supervisor, Rescue(self.rescue))
        self.full = False
        self.told: list[str | None] = []
        self.transactions = 0
        self.keeper.on_broken = self.told.append

    def open(self) -> Archive:
        archive = open_archive(self.home / "data" / "tradedesk.db")
        append = archive.journal.append

        def appended(what: Batch) -> int:
            self.transactions += 1
            if self.full:
                raise ArchiveFailed("The disk is full.")
            return append(what)

        archive.journal.append = appended  # type: ignore[method-assign, assignment]
        return archive

    async def commit(self, what: Batch) -> str | None:
        done: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self.keeper.commit(what, done.set_result)
        return await asyncio.wait_for(done, 10)

    async def handles(self) -> set[str]:
        orders = await self.keeper.ask(lambda archive: archive.journal.orders())
        return {known.handle for known in orders}


@pytest.fixture
async def kept(home: Path) -> AsyncIterator[Kept]:
    made = Kept(home)
    await made.keeper.open(made.open)
    yield made
    await made.keeper.close()
    await made.supervisor.stop()


async def test_who_waits_is_told_once_the_batch_is_on_disk(kept: Kept) -> None:
    assert await kept.commit(batch(1)) is None
    assert await kept.handles() == {"k1"}
    assert len(kept.keeper.commit_ns) == 1


async def test_batches_that_come_while_one_is_written_share_a_transaction_and_keep_their_order(kept: Kept) -> None:
    for number in range(1, 101):
        kept.keeper.commit(batch(number))
    await kept.keeper.flush()
    assert kept.transactions < 10
    assert len(await kept.handles()) == 100
    assert await kept.keeper.ask(lambda archive: archive.journal.last_number()) == 100


async def test_a_full_disk_refuses_who_waits_and_keeps_the_rest_until_it_has_room(kept: Kept) -> None:
    kept.full = True
    assert await kept.commit(batch(1)) == "The disk is full."
    kept.keeper.commit(batch(2))
    await kept.keeper.flush()
    assert kept.keeper.waiting == 1
    assert kept.told == ["The disk is full."]
    assert stat.S_IMODE(kept.rescue.stat().st_mode) == 0o600
    _head, line = kept.rescue.read_bytes().splitlines()
    assert msgspec.convert(msgspec.json.decode(line)["batch"], Batch, strict=False) == batch(2)
    kept.full = False
    assert await kept.commit(batch(3)) is None
    assert await kept.handles() == {"k2", "k3"}
    assert kept.told == ["The disk is full.", None]
    assert not kept.rescue.exists()
    assert kept.keeper.waiting == 0


async def test_an_archive_that_works_again_is_written_without_anyone_asking(home: Path) -> None:
    class Hasty(SystemClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(0)

    kept = Kept(home, Hasty())
    await kept.keeper.open(kept.open)
    kept.full = True
    kept.keeper.commit(batch(1))
    await kept.keeper.flush()
    kept.full = False
    await until(lambda: kept.keeper.waiting == 0)
    assert await kept.handles() == {"k1"}
    await kept.keeper.close()
    await kept.supervisor.stop()


async def test_what_a_dead_worker_could_not_write_is_read_back_at_the_next_start(home: Path) -> None:
    folders(home)
    rescue = Rescue(home / "data" / "rescue.log")
    assert rescue.keep(batch(1))
    assert rescue.keep(batch(2))
    with (home / "data" / "rescue.log").open("ab") as cut_off:
        cut_off.write(b'{"entries": [')
    kept = Kept(home)
    await kept.keeper.open(kept.open)
    assert await kept.handles() == {"k1", "k2"}
    assert not kept.rescue.exists()
    await kept.keeper.close()


async def test_without_even_a_rescue_log_memory_keeps_what_must_not_be_lost(home: Path) -> None:
    kept = Kept(home)
    await kept.keeper.open(kept.open)
    kept.rescue.mkdir()
    kept.full = True
    kept.keeper.commit(batch(1))
    await kept.keeper.flush()
    assert kept.keeper.waiting == 1
    kept.rescue.rmdir()
    kept.full = False
    assert await kept.commit(batch(2)) is None
    assert await kept.handles() == {"k1", "k2"}
    await kept.keeper.close()
    await kept.supervisor.stop()


async def test_a_fault_over_one_intent_leaves_the_others_neither_unanswered_nor_unwritten(kept: Kept) -> None:
    faults: list[str] = []
    kept.supervisor.on_fault = faults.append

    def fault(_why: str | None) -> None:
        raise KeyError("gone")

    kept.keeper.commit(batch(1), fault)
    assert await kept.commit(batch(2)) is None
    kept.keeper.commit(batch(3))
    await kept.keeper.flush()
    assert await kept.handles() == {"k1", "k2", "k3"}
    assert len(faults) == 1, "a human is told"


@pytest.mark.parametrize("begun", [False, True], ids=["before-its-first-step", "half-way"])
async def test_what_is_queued_while_the_worker_stops_its_tasks_is_written_and_nothing_hangs(
    home: Path, begun: bool
) -> None:
    made = Kept(home)
    await made.keeper.open(made.open)
    made.keeper.commit(batch(1))
    if begun:
        await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await made.supervisor.stop()
        await made.keeper.close()
    again = Kept(home)
    await again.keeper.open(again.open)
    assert await again.handles() == {"k1"}
    await again.keeper.close()
    await again.supervisor.stop()


async def test_asking_an_archive_that_is_not_open_fails_with_a_sentence(home: Path) -> None:
    kept = Kept(home)
    question: Callable[[Archive], int] = lambda archive: archive.journal.last_number()  # noqa: E731
    with pytest.raises(ArchiveFailed, match="not open"):
        await kept.keeper.ask(question)
