"""The archive as the worker sees it: one file, opened, checked, migrated."""

from __future__ import annotations

from pathlib import Path

from connectors.errors import ArchiveFailed
from storage.audit.head_file import HeadFile
from storage.database.engine import Database, Limits
from storage.database.migrate import migrate
from storage.repositories.audit import AuditRepository
from storage.repositories.connections import ConnectionsRepository
from storage.repositories.fills import FillsRepository
from storage.repositories.journal import JournalRepository
from storage.repositories.routing import RoutingRepository
from storage.repositories.settings import SettingsRepository
from storage.upkeep import ArchiveUpkeep

__all__ = ["Archive", "Limits", "open_archive"]


class Archive:
    """`connectors.ports.archive.Archive` on SQLite.

    Its methods block; they may be called from any thread, by one at a time (the worker's archive thread).
    """

    def __init__(self, database: Database, heads: HeadFile | None = None) -> None:
        self._database = database
        self._closed = False
        self.journal = JournalRepository(database)
        self.fills = FillsRepository(database)
        self.connections = ConnectionsRepository(database)
        self.settings = SettingsRepository(database)
        self.audit = AuditRepository(database, heads)
        self.routing = RoutingRepository(database)
        self.upkeep = ArchiveUpkeep(database.path, self.settings)

    @property
    def path(self) -> Path:
        """The file."""
        return self._database.path

    def check(self, *, quick: bool = False) -> None:
        """Let SQLite compare every page and index.

        Raises:
            ArchiveFailed: It found damage.
        """
        self._database.check(quick=quick)

    def close(self) -> None:
        """Checkpoint and close; may be called twice.

        Raises:
            ArchiveFailed: The checkpoint failed; the log beside the file still holds everything committed.
        """
        if self._closed:
            return
        self._closed = True
        self.audit.drop_key()
        try:
            self._database.checkpoint()
        finally:
            self._database.dispose()


def open_archive(path: Path, limits: Limits | None = None, *, audit_heads: Path | None = None) -> Archive:
    """Open the archive, making or migrating it first.

    Args:
        path: The file, in a folder that `storage.paths.Home.prepare` has checked.
        limits: How long a locked file is waited for, and how far it may grow.
        audit_heads: A file of the user's, elsewhere, that gets the head of each of the audit chain's anchors.

    Raises:
        ArchiveFailed: Damaged, locked, full, read-only, or from a newer release; the sentence says which.
        FilesTooOpen: Others can read the file.
        HomeUnusable: The path is a link, a pipe or someone else's.
    """
    database = Database.open(path, limits)
    try:
        migrate(database)
    except ArchiveFailed:
        database.dispose()
        raise
    return Archive(database, None if audit_heads is None else HeadFile(audit_heads))
