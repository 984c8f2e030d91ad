"""SQLite's own words, translated at one door into a sentence with a remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from connectors.errors import ArchiveFailed

_PRIMARY = 0xFF
"""Low byte of an extended result code: https://www.sqlite.org/rescode.html."""

_FULL = "There is no room left for {path}: free some space, or raise TRADEDESK_ARCHIVE_MAX_PAGES if it is set."
_LOCKED = "Another program holds {path} locked: close it, then try again."
_DAMAGED = "{path} is damaged or is no archive: move it away (mv {path} {path}.damaged) or put a backup in its place."
_CLOSED = "{path} cannot be opened or written: make the file and its folder writable for you."
_DISK = "The disk under {path} failed to read or write: check it, then start again."
_OTHER = "{path} did not take it: run tradedesk doctor."

_SENTENCES: Mapping[int, str] = MappingProxyType(
    {
        sqlite3.SQLITE_FULL: _FULL,
        sqlite3.SQLITE_BUSY: _LOCKED,
        sqlite3.SQLITE_LOCKED: _LOCKED,
        sqlite3.SQLITE_CORRUPT: _DAMAGED,
        sqlite3.SQLITE_NOTADB: _DAMAGED,
        sqlite3.SQLITE_FORMAT: _DAMAGED,
        sqlite3.SQLITE_READONLY: _CLOSED,
        sqlite3.SQLITE_CANTOPEN: _CLOSED,
        sqlite3.SQLITE_PERM: _CLOSED,
        sqlite3.SQLITE_AUTH: _CLOSED,
        sqlite3.SQLITE_IOERR: _DISK,
    }
)


def archive_failed(problem: SQLAlchemyError | sqlite3.Error, path: Path, operation: str) -> ArchiveFailed:
    """Say what a failure of the database means for the trader.

    Args:
        problem: What SQLAlchemy or SQLite raised.
        path: The archive.
        operation: What was attempted, such as ``journal.append``.

    Returns:
        The error to raise, outside of the ``except`` block that caught ``problem``: its values must not travel along.
    """
    own = problem.orig if isinstance(problem, DBAPIError) else problem
    code = getattr(own, "sqlite_errorcode", None)
    name = getattr(own, "sqlite_errorname", "") or type(own).__name__
    template = _SENTENCES.get(code & _PRIMARY, _OTHER) if isinstance(code, int) else _OTHER
    if isinstance(code, int) and code & _PRIMARY == sqlite3.SQLITE_ERROR and "no such" in str(own):
        template = _DAMAGED
    return ArchiveFailed(
        template.format(path=path) + " Nothing was written.", operation=operation, code=name, text=str(own)
    )


def unreadable(problem: Exception, path: Path, operation: str) -> ArchiveFailed:
    """Say that a record in the file is not what this release writes, or cannot be written.

    Args:
        problem: What the decoder or a column type raised.
        path: The archive.
        operation: What was attempted.
    """
    return ArchiveFailed(
        _DAMAGED.format(path=path) + " Nothing was written.",
        operation=operation,
        code=type(problem).__name__,
        text=str(problem),
    )
