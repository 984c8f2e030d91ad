"""Heads of the chain in a file of the user's own, on another disk: who cuts the chain off there has to reach both.

Only ever added to, a line an anchor, so that a medium which takes nothing but additions can hold it.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

from connectors.errors import ArchiveFailed, Refused
from storage.audit.head import KeptHead, read_head, write_head
from storage.paths import PRIVATE_FILE

_ADD = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_US = 1_000_000
_LINE = re.compile(r"\S+ row ([0-9,]{1,26}) [0-9a-f]{112}")


class HeadFile:
    """The setting ``audit_anchor_file``.

    Attributes:
        path: Where it lies.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, kept: KeptHead, time_us: int) -> None:
        """Write a head down; it is on the disk when this returns.

        Args:
            kept: The row that was just signed.
            time_us: Wall time in µs.

        Raises:
            ArchiveFailed: It could not be written; the chain itself is as it was.
        """
        time = datetime.fromtimestamp(time_us // _US, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        line = f"{time} row {kept.head.seq:,} {write_head(kept)}\n".encode()
        failure: ArchiveFailed
        try:
            file = os.open(self.path, _ADD, PRIVATE_FILE)
            try:
                if not stat.S_ISREG(os.fstat(file).st_mode):
                    raise _failed(self.path, "it is no file")
                # A line that was cut off by a full disk must not swallow this one.
                size = os.fstat(file).st_size
                whole = size == 0 or os.pread(file, 1, size - 1) == b"\n"
                os.write(file, line if whole else b"\n" + line)
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as problem:
            failure = _failed(self.path, problem.strerror or type(problem).__name__)
        else:
            return
        raise failure

    def furthest(self) -> KeptHead | None:
        """The head of the highest row; None where there is none yet.

        Not the one written last: who cuts the chain off sees the next anchor written behind it, at a lower row.

        Raises:
            Refused: The file cannot be read, or what stands in it are no heads.
        """
        failure: Refused
        furthest, text = 0, ""
        try:
            with self.path.open(encoding="ascii", errors="replace") as lines:
                for found in map(_LINE.search, lines):
                    if found is not None and (row := int(found[1].replace(",", ""))) >= furthest:
                        furthest, text = row, found[0]
        except FileNotFoundError:
            return None
        except OSError as problem:
            failure = Refused(f"{self.path} cannot be read ({problem.strerror}). It is the setting audit_anchor_file.")
        else:
            if text:
                return read_head(text)
            failure = Refused(f"{self.path} holds no heads. It is the setting audit_anchor_file; name another file.")
        raise failure


def _failed(path: Path, why: str) -> ArchiveFailed:
    return ArchiveFailed(
        f"The head of the audit chain could not be written to {path} ({why}). The chain itself is whole;"
        " see that the disk is there, or change the setting audit_anchor_file."
    )
