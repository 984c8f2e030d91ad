"""A worker without its archive (``panic --no-archive``): read from a private copy in memory, written nowhere.

What would be written is refused, so that the worker keeps it in its rescue log and the next one with an archive writes
it. The copy is taken below SQLite: a file that is locked, or on a disk that is full, can still be read so.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, cast

from connectors.errors import ArchiveFailed
from connectors.ports.archive import Archive, Batch, Fills, Journal
from connectors.ports.audit import AuditChain
from connectors.ports.registered import Connections, Settings
from connectors.ports.routing import Routing
from connectors.ports.upkeep import Upkeep

_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory; the folder made in it is ours alone
_PRIVATE = 0o600

WITHOUT = "This worker was started without the archive: what happens is kept in the rescue log and written later."


class Copied:
    """The archive's file, copied into a private folder until `close`.

    Args:
        database: The archive's file.

    Raises:
        ArchiveFailed: It cannot be read, so no key can be had.
    """

    def __init__(self, database: Path) -> None:
        failure: ArchiveFailed
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="tradedesk-", dir=_MEMORY if _MEMORY.is_dir() else None))
            self.database = self._folder / database.name
            for name in (database.name, f"{database.name}-wal"):
                source = database.with_name(name)
                if source.exists():
                    shutil.copyfile(source, self._folder / name)
                    (self._folder / name).chmod(_PRIVATE)
        except OSError as problem:
            failure = ArchiveFailed(
                f"The archive cannot be read ({problem.strerror or type(problem).__name__}), so no key can be had. "
                "Cancel at the venue itself.",
                operation="archive.open",
            )
        else:
            return
        raise failure

    def close(self) -> None:
        """Take the copy away."""
        shutil.rmtree(self._folder, ignore_errors=True)


class _Journal:
    """Reads the copy; writes nothing."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def append(self, batch: Batch) -> int:
        """Refuse: the rescue log has it then."""
        raise ArchiveFailed(WITHOUT, operation=f"journal.append of {len(batch.entries)}")

    @property
    def behind(self) -> int:
        """Nothing has to follow."""
        return 0

    def settle(self) -> None:
        """Nothing to do: nobody appends."""

    def __getattr__(self, name: str) -> Any:
        """Everything that reads is the copy's."""
        return getattr(self._journal, name)


class _Settings:
    """Reads the copy; writes nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, key: str) -> str | None:
        """As `connectors.ports.archive.Settings.get`."""
        return self._settings.get(key)

    def set(self, key: str, value: str) -> None:
        """Refuse: it would be forgotten with the copy."""
        raise ArchiveFailed(WITHOUT, operation=f"settings.set {key} of {len(value)} characters")


class WithoutArchive:
    """`connectors.ports.archive.Archive` over the copy. Small facts about connections are forgotten with it.

    Args:
        archive: The copy, open.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._journal, self._settings = _Journal(archive.journal), _Settings(archive.settings)

    @property
    def upkeep(self) -> Upkeep:
        """Of the copy."""
        return self._archive.upkeep

    @property
    def journal(self) -> Journal:
        """Orders as they were."""
        return cast("Journal", self._journal)

    @property
    def fills(self) -> Fills:
        """Of the copy."""
        return self._archive.fills

    @property
    def connections(self) -> Connections:
        """Of the copy."""
        return self._archive.connections

    @property
    def settings(self) -> _Settings:
        """As they were."""
        return self._settings

    @property
    def routing(self) -> Routing:
        """Of the copy."""
        return self._archive.routing

    @property
    def audit(self) -> AuditChain:
        """Of the copy."""
        return self._archive.audit

    def close(self) -> None:
        """Close the copy."""
        self._archive.close()
