"""Bring an archive's schema to this release, in one transaction, at start."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from connectors.errors import ArchiveFailed
from storage.database.engine import Database

MIGRATIONS = Path(__file__).with_name("migrations")

FRESH = Path(__file__).with_name("fresh.sql")
"""What the migrations together make of an empty file: a new archive needs neither them nor Alembic."""

HEAD = "0005"
"""Newest revision. A current archive is recognised by it alone, and Alembic (a fifth of a second) is not imported."""


def migrate(database: Database) -> None:
    """Apply the revisions the archive lacks; all or none.

    Raises:
        ArchiveFailed: It was written by a newer release, or a revision could not be applied.
    """
    with database.read("archive.migrate") as connection:
        found = _revision(connection)
    if found == HEAD:
        return
    if found is not None and not any(MIGRATIONS.glob(f"versions/{found}_*.py")):
        raise ArchiveFailed(
            f"{database.path} was written by a newer Tradedesk (schema {found}, this one knows up to {HEAD})."
            " Install that release again, or set TRADEDESK_HOME to another folder. Nothing was changed.",
            operation="archive.migrate",
        )
    with database.write("archive.migrate") as connection:
        # Another process may have migrated between our look and our lock.
        tables = _tables(connection)
        if not tables:
            _begin(connection)
        elif _revision(connection) != HEAD:
            upgrade(connection)


def _tables(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())


def _revision(connection: Connection) -> str | None:
    if "alembic_version" not in _tables(connection):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def _begin(connection: Connection) -> None:
    """Make the tables of a new archive; statements are parted by an empty line, since triggers hold semicolons."""
    for statement in FRESH.read_text(encoding="utf-8").split("\n\n")[1:]:
        connection.exec_driver_sql(statement)


def upgrade(connection: Connection) -> None:
    """Apply the revisions an archive lacks, whatever it is, inside the connection's transaction."""
    from alembic import command  # noqa: PLC0415  # only an archive that is behind needs it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # The parser behind it would read a percent sign in a folder's name as its own.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
