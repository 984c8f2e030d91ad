"""A copy of the archive while it is in use: SQLite's backup API, one state of the file, a little at a time.

The copy is read through a connection of its own in one read transaction. Without it SQLite would begin anew whenever
somebody commits, and on a busy day never end. A reader holds up no writer; what waits for it is the emptying of the
write-ahead log, which is made up for at the end.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from connectors.errors import ArchiveFailed, Refused
from connectors.ports.upkeep import BackedUp
from storage.backup.keyless import drop_keys
from storage.backup.marks import MADE, Made, written
from storage.backup.reading import MAGIC, ORDERS, reader_of, sqlite_errors
from storage.new_file import new_file, remove
from storage.paths import PRIVATE_FILE

OPERATION = "archive.backup"
COPYING = ".copying"
"""Beside the archive: the whole of it, while a copy without keys is made of that."""
_BESIDE = ("", "-wal", "-shm", "-journal", COPYING)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PAGES_A_STEP = 128
"""Half a MiB: read, written and synced before the next, so that a commit's own sync never waits for more than that."""


def never() -> bool:
    """Nobody asks the backup to end early."""
    return False


def back_up(
    archive: Path,
    target: Path,
    now_ns: int,
    *,
    keys: bool = True,
    overwrite: bool = False,
    stopped: Callable[[], bool] = never,
) -> BackedUp:
    """Copy the archive as it is now. Blocks; needs nothing of whoever else has the archive open.

    Args:
        archive: The file.
        target: Where the copy shall lie.
        now_ns: The time, to be kept in the copy.
        keys: Take the vault along. Without, no byte of it is in the copy.
        overwrite: Take the place of an earlier backup.
        stopped: Asked between two steps; True ends the backup.

    Raises:
        Refused: Something else lies at ``target``, or it was stopped.
        ArchiveFailed: The archive could not be read, or the copy not written; there is no copy then.
    """
    _check_target(archive, target, overwrite=overwrite)
    whole = archive.with_name(f"{archive.name}{COPYING}")
    remove(whole)
    with new_file(target, OPERATION, overwrite=overwrite) as part, sqlite_errors(target, OPERATION, source=archive):
        if keys:
            _copy(archive, part, stopped)
        else:
            _without_keys(archive, whole, part, stopped)
        return _finished(part, target, Made(now_ns, keys))


def _check_target(archive: Path, target: Path, *, overwrite: bool) -> None:
    real = target.parent.resolve() / target.name
    of_archive = {archive.resolve().with_name(f"{archive.name}{suffix}") for suffix in _BESIDE}
    if real in of_archive:
        raise Refused(f"{target} is the archive itself. Name another file. Nothing was written.")
    if real.is_file() and not real.is_symlink():
        with real.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise Refused(f"{target} is there already and is no backup. Name another file. Nothing was written.")
        if not overwrite:
            raise Refused(
                f"{target} is there already. Name another file, or let this one take its place: --overwrite."
                " Nothing was written."
            )


def _copy(archive: Path, part: Path, stopped: Callable[[], bool]) -> None:
    descriptor = os.open(part, os.O_RDONLY | os.O_CLOEXEC)

    def stepped(_status: int, _left: int, _total: int) -> None:
        os.fsync(descriptor)
        if stopped():
            raise Refused("The backup was ended because the worker ends. Nothing was written.")

    try:
        with closing(reader_of(archive)) as reader, closing(_writer_of(part)) as writer:
            reader.execute("BEGIN")
            try:
                reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
                reader.backup(writer, pages=PAGES_A_STEP, progress=stepped)
            finally:
                # Also when it was stopped, or the disk is full: whoever dropped a slot meanwhile relies on it.
                if reader.in_transaction:
                    reader.execute("ROLLBACK")
                _empty_log(reader)
    finally:
        # SQLite's locks end with any descriptor of the file that is closed: not before SQLite has done.
        os.close(descriptor)


def _empty_log(reader: sqlite3.Connection) -> None:
    """Let the log be emptied of what could not go while the copy was read: old slots of the vault may be in it.

    First the part that holds up nobody, so that the one that does has nothing left to do.
    """
    reader.execute("PRAGMA query_only=OFF")
    reader.execute("PRAGMA busy_timeout=0")
    reader.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    reader.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _writer_of(part: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(part, isolation_level=None)
    # A copy that is not finished is thrown away whole: no journal, and the disk is waited for by us.
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "mmap_size=0", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _without_keys(archive: Path, whole: Path, part: Path, stopped: Callable[[], bool]) -> None:
    """Drop the vault of a copy, then write all the rest into a fresh file: what was deleted is in no corner of it.

    The copy with the vault lies beside the archive: the target may be on a disk that is given away, on which what was
    deleted can be found again.
    """
    try:
        os.close(os.open(whole, _NEW, PRIVATE_FILE))
        with sqlite_errors(whole, OPERATION, source=archive):
            _copy(archive, whole, stopped)
        with closing(_writer_of(whole)) as writer:
            _alone(writer)
            drop_keys(writer)
            writer.execute("VACUUM INTO ?", (str(part),))
    finally:
        remove(whole)


def _alone(writer: sqlite3.Connection) -> None:
    """Make the copy one file: as it comes from the archive it would want a log beside it."""
    writer.execute("PRAGMA journal_mode=DELETE").fetchone()
    writer.execute("PRAGMA synchronous=OFF")


def _finished(part: Path, target: Path, made: Made) -> BackedUp:
    with closing(_writer_of(part)) as writer:
        _alone(writer)
        writer.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (MADE, written(made)),
        )
        writer.execute("PRAGMA query_only=ON")
        found = [str(row[0]) for row in writer.execute("PRAGMA quick_check(3)")]
        if found != ["ok"]:
            raise ArchiveFailed(
                f"The copy for {target} is damaged, and so may the archive be. Run: tradedesk doctor."
                " Nothing was written.",
                operation=OPERATION,
                text="; ".join(found),
            )

        def number(question: str) -> int:
            return int(writer.execute(question).fetchone()[0])

        return BackedUp(
            path=str(target),
            size_bytes=part.stat().st_size,
            schema=str(writer.execute("SELECT version_num FROM alembic_version").fetchone()[0]),
            time_ns=made.time_ns,
            with_keys=made.keys,
            connections=number("SELECT count(*) FROM exchange_connections"),
            keys=number("SELECT count(*) FROM exchange_connections WHERE enc_secret IS NOT NULL"),
            orders=number(ORDERS),
            fills=number("SELECT count(*) FROM fills"),
        )
