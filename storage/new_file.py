"""A file of the user's that gets its name only once it is whole (backups, exports)."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from connectors.errors import ArchiveFailed, Refused
from storage.paths import PRIVATE_FILE

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_SIDECARS = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a file."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def new_file(target: Path, operation: str, *, overwrite: bool = False) -> Iterator[Path]:
    """Write a file beside its place, mode 0600 from its first moment, and put it there when the block ends well.

    A process that is killed leaves what was at ``target``, and beside it a hidden part that the next try takes away.

    Args:
        target: Where it shall lie.
        operation: What is attempted, for the error.
        overwrite: Take the place of a file that is there.

    Yields:
        The empty part, to be written by its path; it is on the disk before it gets its name.

    Raises:
        Refused: Something lies at ``target``, or its folder is none.
        ArchiveFailed: The disk did not take it.
    """
    _check_place(target, overwrite=overwrite)
    part = target.with_name(f".{target.name}.tradedesk-part")
    failure: ArchiveFailed
    try:
        try:
            remove(part)
            os.close(os.open(part, _NEW, PRIVATE_FILE))
            yield part
            sync(part)
            # Somebody may have put a file there meanwhile.
            _check_place(target, overwrite=overwrite)
            part.replace(target)
            sync(target.parent)
        finally:
            remove(part)
    except OSError as problem:
        failure = disk_failed(problem, target, operation)
    else:
        return
    raise failure


def remove(database: Path) -> None:
    """Take a file away, with what is kept beside it; nothing happens where there is none."""
    for suffix in _SIDECARS:
        with suppress(FileNotFoundError):
            database.with_name(f"{database.name}{suffix}").unlink()


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def disk_failed(problem: OSError, path: Path, operation: str) -> ArchiveFailed:
    """Say what the system's refusal to write a file means.

    Args:
        problem: What the system raised.
        path: The file that was to be.
        operation: What was attempted.
    """
    if problem.errno in _NO_ROOM:
        sentence = f"There is no room left for {path}: free some space there or name another disk."
    else:
        sentence = f"{path} cannot be written ({problem.strerror}): make its folder writable for you or name another."
    return ArchiveFailed(f"{sentence} Nothing was changed.", operation=operation)


def _check_place(target: Path, *, overwrite: bool) -> None:
    if not target.parent.is_dir():
        raise Refused(f"{target.parent} is no folder. Make it first: mkdir -m 700 {target.parent}")
    try:
        found = target.lstat()
    except FileNotFoundError:
        return
    if not overwrite:
        raise Refused(f"{target} is there already. Name another file. Nothing was written.")
    if not stat.S_ISREG(found.st_mode):
        raise Refused(f"{target} is no regular file and is not overwritten. Name another file.")
