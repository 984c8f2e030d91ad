"""Bring an archive's schema to this release, in one transaction, at start."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from connectors.errors import ArchiveFailed
from storage.database.engine import Database

MIGRATIONS = Path(__file__).with_name("migrations")

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
        if _revision(connection) != HEAD:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # only an archive that is behind needs it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # The parser behind it would read a percent sign in a folder's name as its own.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
