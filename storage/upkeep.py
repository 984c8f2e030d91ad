"""The archive as a file: copied, measured, checked, each through a connection of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from connectors.model.ids import AccountId
from connectors.ports.upkeep import ArchiveFacts, BackedUp, LastBackup, RestoredFrom
from storage.backup.copying import back_up
from storage.backup.marks import NEWEST, RESTORED, last_backup, restored, without, written
from storage.backup.reading import reader_of, sqlite_errors
from storage.repositories.settings import SettingsRepository


class ArchiveUpkeep:
    """`connectors.ports.archive.Upkeep` over one file; any thread may call it, while others write.

    Nothing here opens the file but through SQLite: its locks end when *any* descriptor of the file is closed.
    """

    def __init__(self, path: Path, settings: SettingsRepository) -> None:
        self._path = path
        self._settings = settings

    def back_up(
        self, target: Path, now_ns: int, *, keys: bool, overwrite: bool, stopped: Callable[[], bool]
    ) -> BackedUp:
        """See `storage.backup.copying.back_up`."""
        return back_up(self._path, target, now_ns, keys=keys, overwrite=overwrite, stopped=stopped)

    def facts(self) -> ArchiveFacts:
        """See `facts_of`."""
        return facts_of(self._path)

    def restored(self) -> RestoredFrom | None:
        """Where the archive was put back from, until every account was reconciled. In the archive's own thread."""
        return restored({RESTORED: self._settings.get(RESTORED) or ""})

    def note(self, backup: BackedUp) -> None:
        """Remember that a backup was made. In the archive's own thread."""
        self._settings.set(NEWEST, written(LastBackup(backup.path, backup.time_ns)))

    def reconciled(self, account: AccountId | None) -> RestoredFrom | None:
        """Note that an account was compared with its venue. In the archive's own thread.

        Args:
            account: Which; None where there was none to compare.

        Returns:
            The mark with who is left; None once nobody is, and the archive says no more that it was put back.
        """
        mark = self.restored()
        if mark is None:
            return None
        left = mark if account is None else without(mark, account)
        self._settings.set(RESTORED, written(left) if left.waiting else "")
        return left if left.waiting else None

    def check(self) -> tuple[str, ...]:
        """See `faults_of`."""
        return faults_of(self._path)


def facts_of(archive: Path) -> ArchiveFacts:
    """Sizes, room, backup and origin, as they are now.

    Raises:
        ArchiveFailed: The file could not be read.
    """
    with sqlite_errors(archive, "archive.facts"), closing(reader_of(archive)) as reader:
        schema = str(reader.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        kept = dict(reader.execute("SELECT key, value FROM settings WHERE key LIKE 'archive.%'").fetchall())
    log = archive.with_name(f"{archive.name}-wal")
    return ArchiveFacts(
        path=str(archive),
        schema=schema,
        size_bytes=archive.stat().st_size,
        log_bytes=log.stat().st_size if log.exists() else 0,
        free_bytes=shutil.disk_usage(archive.parent).free,
        last_backup=last_backup(kept),
        restored=restored(kept),
    )


def faults_of(archive: Path) -> tuple[str, ...]:
    """Compare every page and index, and every reference; what is wrong, at most a few lines.

    Raises:
        ArchiveFailed: The file could not be read at all.
    """
    with sqlite_errors(archive, "archive.check"), closing(reader_of(archive)) as reader:
        found = [str(row[0]) for row in reader.execute("PRAGMA integrity_check(3)")]
        astray = [
            f"a row of {row[0]} names one of {row[2]} that is not there"
            for row in reader.execute("PRAGMA foreign_key_check").fetchmany(3)
        ]
    return tuple(line for line in (*found, *astray) if line != "ok")
