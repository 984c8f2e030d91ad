"""The archive read beside whoever writes it, by a connection of one's own."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.errors import ArchiveFailed
from storage.database.failures import archive_failed
from storage.new_file import disk_failed

MAGIC = b"SQLite format 3\0"
"""How every database file begins: https://www.sqlite.org/fileformat.html."""

ORDERS = "SELECT count(*) FROM (SELECT order_id FROM orders UNION SELECT order_id FROM order_events)"
"""How many orders there are: the newest may stand in the journal alone."""

_WAIT_S = 2.0
_PRIMARY = 0xFF
_OF_THE_SOURCE = frozenset(
    {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY}
)


def reader_of(archive: Path) -> sqlite3.Connection:
    """A connection that never makes the file and never writes to it.

    Not opened read-only: then SQLite could not make the shared memory that a reader of the log needs.
    """
    connection = sqlite3.connect(
        f"{archive.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=_WAIT_S
    )
    for pragma in ("query_only=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def sqlite_errors(path: Path, operation: str, *, source: Path | None = None) -> Iterator[None]:
    """Let no word of SQLite's out but as a sentence.

    Args:
        path: The file it is about.
        operation: What is attempted.
        source: The file that is only read, where there are two: damage is told of that one.

    Raises:
        ArchiveFailed: What SQLite raised.
    """
    failure: ArchiveFailed
    try:
        yield
    except sqlite3.Error as problem:
        code = getattr(problem, "sqlite_errorcode", 0) & _PRIMARY
        if source is not None and code == sqlite3.SQLITE_FULL:
            failure = disk_failed(OSError(errno.ENOSPC, ""), path, operation)
        else:
            about = source if source is not None and code in _OF_THE_SOURCE else path
            failure = archive_failed(problem, about, operation)
    else:
        return
    raise failure
