"""The rescue log: what the archive could not take is in it once, whoever ends when, and nothing else is believed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from connectors.clock import SystemClock
from connectors.model.ids import OrderId
from connectors.ports.archive import Archive, Batch
from connectors.worker.keeper import Keeper
from connectors.worker.rescue import Rescue
from connectors.worker.supervise import Supervisor
from storage.archive import open_archive
from support.audit_chains import fact
from support.kept import T0, entry, fill, order, position_event
from support.killed import killed_at
from worker.house import a_worker, folders

BATCHES = tuple(
    Batch(
        entries=(entry(order(number)),),
        fills=(fill(str(number), time_ns=T0 + number),),
        positions=(position_event(),),
        audit=(fact(number),),
    )
    for number in (1, 2, 3)
)
TABLES = ("order_events", "fills", "position_history", "audit")


def take_over(home: Path) -> str:
    """What a worker does as it begins: open the archive, write back what waits. Returns what it refused."""
    return asyncio.run(_take_over(home))


async def _take_over(home: Path) -> str:
    supervisor = Supervisor()
    rescue = Rescue(home / "data" / "rescue.log")
    keeper = Keeper(SystemClock(), supervisor, rescue)
    await keeper.open(lambda: open_archive(home / "data" / "tradedesk.db"))
    await keeper.close()
    await supervisor.stop()
    return rescue.refused


def counts(home: Path) -> dict[str, int]:
    connection = sqlite3.connect(home / "data" / "tradedesk.db")
    try:
        return {
            table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  # names of ours
            for table in TABLES
        }
    finally:
        connection.close()


def identity(home: Path) -> str:
    archive = open_archive(home / "data" / "tradedesk.db")
    name = archive.settings.get("archive.identity")
    archive.close()
    assert name
    return name


@pytest.fixture
def left(home: Path) -> Path:
    """A home whose worker ended while its archive could not be written, with three batches in the log."""
    folders(home)
    take_over(home)
    rescue = log_of(home)
    assert all(rescue.keep(batch) for batch in BATCHES)
    return home


def log_of(home: Path) -> Rescue:
    rescue = Rescue(home / "data" / "rescue.log")
    rescue.belongs_to(identity(home))
    return rescue


def aside(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "data").glob("rescue.log*"))


def test_what_is_written_back_is_there_once_wherever_the_one_who_writes_ends(left: Path) -> None:
    cut, at = True, 0
    while cut:
        at += 1
        home = left.with_name(f"cut{at}")
        shutil.copytree(left, home)
        cut = killed_at(lambda home=home: take_over(home), at, only="rescue")  # type: ignore[misc]
        assert take_over(home) == ""
        assert counts(home) == dict.fromkeys(TABLES, 3), at
        assert aside(home) == []
        shutil.rmtree(home)
    assert at > 10


def test_what_comes_while_others_are_written_back_is_there_once_wherever_the_worker_ends(left: Path) -> None:
    """The log is never without what the archive does not have."""
    cut, at = True, 0
    while cut:
        at += 1
        home = left.with_name(f"cut{at}")
        shutil.copytree(left, home)
        cut = killed_at(lambda home=home: asyncio.run(_kept_meanwhile(home)), at, only="rescue")  # type: ignore[misc]
        came = (home / "came").exists()
        assert take_over(home) == ""
        assert counts(home)["order_events"] == 3 + came, at
        assert aside(home) == []
        shutil.rmtree(home)
    assert at > 10


async def _kept_meanwhile(home: Path) -> None:
    """Take over, and keep one more batch in the very moment in which the others are being committed."""
    supervisor = Supervisor()
    keeper = Keeper(SystemClock(), supervisor, Rescue(home / "data" / "rescue.log"))
    loop, came = asyncio.get_running_loop(), threading.Event()

    def keep() -> None:
        keeper.keep(Batch(entries=(entry(order(4)),)))
        (home / "came").touch()
        came.set()

    def opened() -> Archive:
        archive = open_archive(home / "data" / "tradedesk.db")
        append = archive.journal.append

        def slow(batch: Batch) -> int:
            if not came.is_set():
                loop.call_soon_threadsafe(keep)
                came.wait(20)
            return append(batch)

        archive.journal.append = slow  # type: ignore[method-assign]
        return archive

    await keeper.open(opened)
    await keeper.close()
    await supervisor.stop()


def test_what_the_log_took_before_it_ended_is_there_once_wherever_that_was(home: Path) -> None:
    folders(home)
    take_over(home)
    rescue = log_of(home)
    cut, at = True, 0
    while cut:
        at += 1
        cut = killed_at(lambda rescue=rescue: [rescue.keep(batch) for batch in BATCHES], at, only="rescue")  # type: ignore[misc]
        taken = rescue_lines(home)
        assert take_over(home) == ""
        assert counts(home)["order_events"] == taken
        shutil.rmtree(home / "data")
        folders(home)
        take_over(home)
        rescue = log_of(home)
    assert at > 3


def rescue_lines(home: Path) -> int:
    path = home / "data" / "rescue.log"
    return len(path.read_bytes().splitlines()) - 1 if path.exists() else 0


def test_a_line_that_was_cut_off_is_left_out_and_the_next_does_not_stand_behind_it(left: Path) -> None:
    path = left / "data" / "rescue.log"
    with path.open("ab") as file:
        file.write(path.read_bytes().splitlines()[1][:40])
    rescue = log_of(left)
    assert rescue.read() == list(BATCHES)
    assert rescue.keep(BATCHES[0])
    assert log_of(left).read() == [*BATCHES, BATCHES[0]]
    assert rescue.refused == ""


def test_a_damaged_line_is_refused_by_its_number_and_the_others_are_written(left: Path) -> None:
    path = left / "data" / "rescue.log"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"61804.00", b"61904.00", 1)
    path.write_bytes(b"".join(lines))
    said = take_over(left)
    assert "damaged in line 3" in said
    assert "rescue.log.refused-1" in said
    assert counts(left)["order_events"] == 2
    assert aside(left) == ["rescue.log.refused-1"]
    assert (left / "data" / "rescue.log.refused-1").read_bytes() == b"".join(lines)
    assert take_over(left) == ""
    assert counts(left)["order_events"] == 2


def test_the_log_of_another_archive_is_put_aside_unread(left: Path) -> None:
    for name in ("tradedesk.db", "tradedesk.db-wal", "tradedesk.db-shm"):
        (left / "data" / name).unlink(missing_ok=True)
    said = take_over(left)
    assert "belongs to another archive" in said
    assert counts(left)["order_events"] == 0
    assert aside(left) == ["rescue.log.refused-1"]


@pytest.mark.parametrize("what", ["words", "open", "link", "folder"])
def test_what_is_no_rescue_log_of_ours_is_put_aside_unread(left: Path, what: str) -> None:
    path = left / "data" / "rescue.log"
    if what == "words":
        path.write_bytes(b"a shopping list\n")
    elif what == "open":
        path.chmod(0o620)
    else:
        real = path.rename(left / "elsewhere")
        path.symlink_to(real) if what == "link" else path.mkdir()
    said = take_over(left)
    assert "was not read" in said
    assert counts(left)["order_events"] == 0
    assert aside(left) == ["rescue.log.refused-1"]


async def test_a_human_is_told_of_what_was_refused(home: Path) -> None:
    path = folders(home) / "data" / "rescue.log"
    path.write_bytes(b"a shopping list\n")
    path.chmod(0o600)
    async with a_worker(home) as house:
        said = [alert.sentence for alert in house.worker.picture().alerts]
    assert any("is no rescue log" in sentence for sentence in said)


def test_a_batch_that_fits_in_part_is_cut_off_again(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rescue = log_of(left)
    assert len(rescue.read()) == 3
    write = os.write
    room_left = [100]

    def full(descriptor: int, data: memoryview) -> int:
        if not room_left[0]:
            raise OSError(28, "No space left on device")
        taken = write(descriptor, data[: room_left[0]])
        room_left[0] -= taken
        return taken

    monkeypatch.setattr(os, "write", full)
    assert not rescue.keep(BATCHES[0])
    monkeypatch.undo()
    assert rescue.keep(BATCHES[1])
    assert log_of(left).read() == [*BATCHES, BATCHES[1]]


def test_the_log_is_nobodys_else_and_gone_when_the_archive_has_it(left: Path) -> None:
    path = left / "data" / "rescue.log"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert take_over(left) == ""
    assert not path.exists()
    archive = open_archive(left / "data" / "tradedesk.db")
    orders: set[OrderId] = {known.order_id for known in archive.journal.orders()}
    archive.close()
    assert orders == {order(number).order_id for number in (1, 2, 3)}
