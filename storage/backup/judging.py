"""Whether a file can become the archive: whole, of a schema we know, with a vault that can be parsed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ArchiveFailed, Refused
from storage.backup.marks import made
from storage.backup.reading import sqlite_errors
from storage.database.engine import Database
from storage.database.migrate import HEAD, MIGRATIONS, migrate
from storage.repositories.journal import JournalRepository
from storage.vault.contents import Contents, parse_contents
from storage.vault.sqlite import SqliteVaultStore

OPERATION = "archive.restore"


@dataclass(frozen=True, slots=True)
class Copy:
    """What is in a file that was judged."""

    schema_before: str
    schema: str
    made_ns: int | None
    has_vault: bool
    keys: int
    orders: int
    fills: int


def judged(source: Path, copy: Path) -> Copy:
    """Check a copy of a backup whole, and bring it to this release's schema.

    Args:
        source: The backup, for the sentences.
        copy: Nobody else has it open.

    Raises:
        ArchiveFailed: It is damaged.
        Refused: It is no archive of ours, or of a newer release.
        VaultDamaged, VaultUnsupported: Its vault cannot be parsed.
    """
    with sqlite_errors(copy, OPERATION), closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        _check(connection)
        before = _revision(connection)
    if before is None:
        raise Refused(f"{source} is a database, and no backup of Tradedesk's. Nothing was changed.")
    if not any(MIGRATIONS.glob(f"versions/{before}_*.py")):
        raise Refused(
            f"{source} was written by a newer Tradedesk (schema {before}, this one knows up to {HEAD})."
            " Install that release first. Nothing was changed."
        )
    database = Database.open(copy)
    try:
        migrate(database)
        JournalRepository(database).settle()
        contents = parse_contents(SqliteVaultStore(database).read())
        database.checkpoint()
    finally:
        database.dispose()
    return _described(copy, before, contents)


def _check(connection: sqlite3.Connection) -> None:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if found == ["ok"] and connection.execute("PRAGMA foreign_key_check").fetchone() is None:
        return
    raise ArchiveFailed("Damaged.", operation=OPERATION, text="; ".join(found))


def _revision(connection: sqlite3.Connection) -> str | None:
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    return None if found is None else str(found[0])


def _described(copy: Path, before: str, contents: Contents | None) -> Copy:
    with sqlite_errors(copy, OPERATION), closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        kept = dict(connection.execute("SELECT key, value FROM settings").fetchall())

        def count(table: str) -> int:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  # names of ours

        mark = made(kept)
        return Copy(
            schema_before=before,
            schema=HEAD,
            made_ns=None if mark is None else mark.time_ns,
            has_vault=contents is not None,
            keys=0 if contents is None else len(contents.rows),
            orders=count("orders"),
            fills=count("fills"),
        )
