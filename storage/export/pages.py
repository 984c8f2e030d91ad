"""The rows of an export, a page at a time.

Each page is a read of its own. One read over all would be one state of the file, but whoever pipes it into a pager
would keep the archive's log from being emptied for as long as he reads. What is added meanwhile is left out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.backup.reading import reader_of, sqlite_errors
from storage.export.orders import PAGE_ROWS, by_day, merged, tail_rows
from storage.export.tables import TABLES, Cell, Found, Kind, Table

OPERATION = "archive.export"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows."""

    kind: Kind
    since_ns: int | None = None
    until_ns: int | None = None
    """Rows of this moment are left out."""
    account: str | None = None


def pages(archive: Path, wanted: Wanted) -> Iterator[list[tuple[Cell, ...]]]:
    """Rows, oldest first, in pages of at most `PAGE_ROWS`; the archive may be in use.

    Raises:
        ArchiveFailed: It cannot be read.
    """
    table = TABLES[wanted.kind]
    with sqlite_errors(archive, OPERATION), closing(reader_of(archive)) as reader:
        labels = {str(account): str(label) for account, label in reader.execute(_LABELS)}
        found = _found(reader, table, wanted)
        if wanted.kind in {Kind.ORDERS, Kind.STATISTICS}:
            tail = tail_rows(reader)
            found = merged(found, tail, since_ns=wanted.since_ns, until_ns=wanted.until_ns, account=wanted.account)
        if wanted.kind is Kind.STATISTICS:
            yield from by_day(found, labels)
            return
        for page in found:
            yield [table.cells(row, labels) for row in page]


def _found(reader: sqlite3.Connection, table: Table, wanted: Wanted) -> Iterator[list[Found]]:
    last = reader.execute(_last(table)).fetchone()
    place: tuple[int | str, ...] = table.begin
    while last is not None:
        query, values = _query(table, wanted, place, last)
        found: list[Found] = reader.execute(query, values).fetchall()
        if not found:
            return
        yield found
        place = found[-1][: len(table.key)]


_LABELS = "SELECT id, label FROM exchange_connections"


def _last(table: Table) -> str:
    """The newest key now: rows that come later are not of this export."""
    source = table.select.rsplit(" FROM ", 1)[1]
    order = ", ".join(f"{name} DESC" for name in table.key)
    return f"SELECT {', '.join(table.key)} FROM {source} ORDER BY {order} LIMIT 1"  # noqa: S608  # names of ours


def _query(table: Table, wanted: Wanted, place: Found, last: Found) -> tuple[str, list[int | str]]:
    key = f"({', '.join(table.key)})"
    marks = f"({', '.join('?' * len(table.key))})"
    where, values = [f"{key} > {marks}", f"{key} <= {marks}"], [*place, *last]
    if wanted.since_ns is not None:
        where.append(f"{table.time} >= ?")
        values.append(-(-wanted.since_ns // table.unit_ns))
    if wanted.until_ns is not None:
        where.append(f"{table.time} < ?")
        values.append(-(-wanted.until_ns // table.unit_ns))
    if wanted.account is not None:
        where.append(f"{table.account} = ?")
        values.append(wanted.account)
    order = ", ".join(table.key)
    return f"{table.select} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {PAGE_ROWS}", values
