"""What the desk remembers by name over a restart, such as a HALT."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from storage.database.engine import Database
from storage.database.tables import SETTINGS

_NEW = insert(SETTINGS)
_PUT = _NEW.on_conflict_do_update(index_elements=["key"], set_={"value": _NEW.excluded.value})


class SettingsRepository:
    """Names and texts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """The text kept under ``key``; None when there is none.

        Raises:
            ArchiveFailed: The file cannot be read.
        """
        with self._database.read("settings.get") as connection:
            return get_setting(connection, key)

    def set(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``; it is on the disk when this returns.

        Raises:
            ArchiveFailed: The file cannot be written.
        """
        with self._database.write("settings.set") as connection:
            put_setting(connection, key, value)


def get_setting(connection: Connection, key: str) -> str | None:
    """The text kept under ``key``, inside a transaction."""
    return connection.scalar(select(SETTINGS.c.value).where(SETTINGS.c.key == key))


def put_setting(connection: Connection, key: str, value: str) -> None:
    """Keep ``value`` under ``key``, inside a transaction that writes."""
    connection.execute(_PUT, {"key": key, "value": value})
