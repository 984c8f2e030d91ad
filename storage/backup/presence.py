"""The archive that is to be replaced: held alone, looked at, and kept under another name."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import TracebackType

from connectors.errors import Refused
from connectors.ports.upkeep import Touched
from storage.audit.chain import Head
from storage.backup.reading import MAGIC
from storage.backup.touched import touched_in
from storage.new_file import sync
from storage.paths import PRIVATE_FILE, check_private_file

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PRIMARY = 0xFF
_HELD = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Present:
    """What lies in the archive's place now, while nobody else may open it.

    Attributes:
        has_vault: Whether keys would go with it.
        head: Newest row of its audit chain; None where that cannot be read.
        touched: What its accounts had traded, as far as that can be read.
    """

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._connection: sqlite3.Connection | None = None
        self.has_vault = False
        self.head: Head | None = None
        self.touched: tuple[Touched, ...] = ()

    @classmethod
    def of(cls, archive: Path) -> Present:
        """Look at an archive, which need not be there and need not be whole.

        Raises:
            Refused: Another program has it open.
            FilesTooOpen: Others can read it.
            HomeUnusable: It is a link, a pipe or someone else's.
        """
        present = cls(archive)
        if not archive.exists() and not archive.is_symlink():
            return present
        check_private_file(archive)
        if not _is_database(archive):
            # SQLite, asked to open it, would throw away the log beside it.
            return present
        failure: Refused
        try:
            present._hold()
        except sqlite3.Error as problem:
            present._close()
            if getattr(problem, "sqlite_errorcode", 0) & _PRIMARY not in _HELD:
                # Damaged, which may be why there is a restore: it is kept as it lies there.
                return present
            failure = Refused(
                f"Another program has {archive} open: close it (an export, an SQLite shell), then try again."
                " Nothing was changed."
            )
        else:
            return present
        raise failure

    def __enter__(self) -> Present:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def set_aside(self) -> str | None:
        """Keep a copy under another name, on the disk before this returns; its path, None where there is no archive.

        A copy, not a second name: a process killed between two names would leave an archive that none of ours opens.

        Raises:
            OSError: The disk did not take it.
        """
        if not self._archive.exists():
            return None
        kept = unused(self._archive)
        os.close(os.open(kept, _NEW, PRIVATE_FILE))
        try:
            if self._connection is not None:
                with closing(sqlite3.connect(kept, isolation_level=None)) as writer:
                    writer.execute("PRAGMA synchronous=OFF")
                    self._connection.backup(writer)
            else:
                self._set_aside_as_it_lies(kept)
            sync(kept)
        except BaseException:
            kept.unlink()
            raise
        sync(kept.parent)
        return str(kept)

    def _hold(self) -> None:
        """Have the archive alone, as one file.

        Only the one connection there is can take it out of WAL mode. An open reader would, at its end, take away the
        log of whatever lies under this name by then.
        """
        self._connection = connection = sqlite3.connect(self._archive, isolation_level=None, timeout=1)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        # Held from the first write transaction on, past its end: inside one, SQLite copies nothing.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchone()
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if "vault_header" in tables:
            self.has_vault = connection.execute("SELECT 1 FROM vault_header").fetchone() is not None
        newest = None
        if "audit" in tables:
            newest = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        self.head = None if newest is None else Head(int(newest[0]), bytes(newest[1]))
        self.touched = touched_in(connection)

    def _set_aside_as_it_lies(self, kept: Path) -> None:
        """With its log, which then must not be found beside the archive that takes its place."""
        shutil.copyfile(self._archive, kept)
        for suffix in ("-wal", "-shm", "-journal"):
            beside = self._archive.with_name(f"{self._archive.name}{suffix}")
            if not beside.exists():
                continue
            copied = kept.with_name(f"{kept.name}{suffix}")
            os.close(os.open(copied, _NEW, PRIVATE_FILE))
            shutil.copyfile(beside, copied)
            sync(copied)
            beside.unlink()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _is_database(archive: Path) -> bool:
    with archive.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def unused(path: Path) -> Path:
    """A name that says what the file was, and that no earlier restore has given."""
    name, number = path.with_name(f"{path.name}.before-restore"), 1
    while name.exists() or name.is_symlink():
        number += 1
        name = path.with_name(f"{path.name}.before-restore-{number}")
    return name
