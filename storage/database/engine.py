"""The archive's one connection: pragmas, transactions, and the door through which every failure leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from connectors.errors import ArchiveFailed
from storage.database.failures import archive_failed, unreadable
from storage.paths import check_private_file, private_file

T = TypeVar("T")

_WRITES = "tradedesk_writes"
_BEGIN_WRITE = "BEGIN IMMEDIATE"
_LOG_PAGES = 4_000
"""Pages of the write-ahead log above which a commit moves them into the file itself, while who waits for it waits on.

Four times SQLite's own number: the journal moves them in quiet moments, long before.
"""
_QUICK_CHECK_BYTES = 32 << 20
"""Archives up to this size are checked whole at every start (tens of ms); larger ones by `tradedesk doctor`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how far the archive goes."""

    busy_timeout_ms: int = 2_000
    """How long a write waits for another program that holds the file."""
    max_pages: int | None = None
    """Most pages of 4 KiB the file may have; None: as many as the disk takes."""


class Database:
    """One SQLite file, one connection, one thread at a time.

    `write` commits on leaving, with ``synchronous=FULL``: when it returns, the bytes are on the disk. So does `commit`.
    All doors raise `ArchiveFailed` and nothing else.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self._engine = _engine(path, limits)
        self._connection: Connection | None = None

    @classmethod
    def open(cls, path: Path, limits: Limits | None = None) -> Database:
        """Make or check the file, then open it.

        Raises:
            ArchiveFailed: It cannot be opened, is damaged, or is no database.
            FilesTooOpen: Others can read it.
            HomeUnusable: It is a link, a pipe or someone else's.
        """
        private_file(path)
        for sidecar in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if sidecar.is_symlink() or sidecar.exists():
                check_private_file(sidecar)
        database = cls(path, limits or Limits())
        try:
            with database.read("archive.open"):
                pass
            if path.stat().st_size <= _QUICK_CHECK_BYTES:
                database.check(quick=True)
        except ArchiveFailed:
            database.dispose()
            raise
        return database

    @contextmanager
    def read(self, operation: str) -> Iterator[Connection]:
        """A transaction that sees one state of the file.

        Args:
            operation: What is attempted, for the error.
        """
        with self._transaction(operation, writes=False) as connection:
            yield connection

    @contextmanager
    def write(self, operation: str) -> Iterator[Connection]:
        """A transaction that has the file to itself from its start: what it read is still true when it writes.

        Args:
            operation: What is attempted, for the error.
        """
        with self._transaction(operation, writes=True) as connection:
            yield connection

    def commit(self, operation: str, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something in a transaction as `write` gives it, below SQLAlchemy, whose part of it is most of the work.

        Args:
            operation: What is attempted, for the error.
            work: Given the driver's connection; what it raises takes back all it did.

        Returns:
            What ``work`` does, once it is on the disk.
        """
        failure: ArchiveFailed
        try:
            driver = self._driver()
            driver.execute(_BEGIN_WRITE)
            try:
                done = work(driver)
                driver.execute("COMMIT")
            finally:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
            return done
        except (SQLAlchemyError, sqlite3.Error) as problem:
            failure = archive_failed(problem, self.path, operation)
        except (msgspec.MsgspecError, ValueError, ArithmeticError) as problem:
            failure = unreadable(problem, self.path, operation)
        raise failure from None

    def check(self, *, quick: bool) -> None:
        """Let SQLite look at its own pages.

        Args:
            quick: Leave out the comparison of indexes with their tables.

        Raises:
            ArchiveFailed: It found damage.
        """
        with self.read("archive.check") as connection:
            pragma = "quick_check" if quick else "integrity_check"
            found = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA {pragma}(3)")]
        if found != ["ok"]:
            raise archive_failed(sqlite3.DatabaseError("; ".join(found)), self.path, "archive.check")

    def checkpoint(self, *, empty_log: bool = True) -> None:
        """Move what the write-ahead log holds into the file.

        Args:
            empty_log: Wait for readers, and leave the log empty; else it is moved as far as they allow.

        Raises:
            ArchiveFailed: The file could not take it; the log still holds everything committed.
        """
        failure: ArchiveFailed
        try:
            # Below SQLAlchemy, which would begin a transaction: inside one, SQLite does not checkpoint.
            driver = self._driver()
            driver.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if empty_log else 'PASSIVE'})")
        except (SQLAlchemyError, sqlite3.Error) as problem:
            failure = archive_failed(problem, self.path, "archive.close")
        else:
            return
        raise failure from None

    def empty_log_if_free(self) -> None:
        """Move what the write-ahead log holds into the file, and empty it where nobody reads it; waits for nobody.

        Emptying waits for readers, and whoever commits waits for that meanwhile.

        Raises:
            ArchiveFailed: The file could not take it; the log still holds everything committed.
        """
        self.checkpoint(empty_log=False)
        failure: ArchiveFailed
        try:
            driver = self._driver()
            (waits_ms,) = driver.execute("PRAGMA busy_timeout").fetchone()
            driver.execute("PRAGMA busy_timeout=0")
            try:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                driver.execute(f"PRAGMA busy_timeout={int(waits_ms)}")
        except (SQLAlchemyError, sqlite3.Error) as problem:
            failure = archive_failed(problem, self.path, "archive.close")
        else:
            return
        raise failure from None

    def dispose(self) -> None:
        """Close the file; may be called twice."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _driver(self) -> sqlite3.Connection:
        return cast("sqlite3.Connection", self._connected().connection.driver_connection)

    @contextmanager
    def _transaction(self, operation: str, *, writes: bool) -> Iterator[Connection]:
        failure: ArchiveFailed
        try:
            connection = self._connected()
            connection.info[_WRITES] = writes
            with connection.begin():
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as problem:
            failure = archive_failed(problem, self.path, operation)
        except (msgspec.MsgspecError, ValueError, ArithmeticError) as problem:
            failure = unreadable(problem, self.path, operation)
        else:
            return
        raise failure from None


def _engine(path: Path, limits: Limits) -> Engine:
    """One connection for the archive's life, used by whichever thread holds the archive now."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": limits.busy_timeout_ms / 1_000},
        # SQLAlchemy's exceptions otherwise print the bound values.
        hide_parameters=True,
        echo=False,
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in _pragmas(limits):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # pysqlite would begin late, and deferred: two writers could both read before either writes.
        connection.exec_driver_sql(_BEGIN_WRITE if connection.info.get(_WRITES) else "BEGIN")

    return engine


def _pragmas(limits: Limits) -> tuple[str, ...]:
    own = (f"max_page_count={limits.max_pages}",) if limits.max_pages else ()
    return (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"wal_autocheckpoint={_LOG_PAGES}",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "temp_store=MEMORY",
        "mmap_size=0",
        "secure_delete=ON",
        *own,
    )
