"""What could not be written to the archive: one line a batch, read back when the archive works again.

The first line names the log and the archive it belongs to; every other has its number and a checksum. The archive
remembers, in the commit that takes them over, up to which line of which log it has them: a worker that ends between
that commit and the end of this file leaves nothing that the next one would write again.
"""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from uuid6 import uuid7

from connectors.ports.archive import Batch
from connectors.worker.log import logger

_MODE = 0o600
_ENCODER = msgspec.json.Encoder()
_BATCH = msgspec.json.Decoder(Batch)


class _Head(msgspec.Struct):
    """The first line."""

    log: str
    archive: str


class _Line(msgspec.Struct):
    """Every other line."""

    number: int
    checksum: int
    batch: msgspec.Raw


_HEAD = msgspec.json.Decoder(_Head)
_LINE = msgspec.json.Decoder(_Line)


@dataclass(slots=True)
class _Found:
    """What a file holds."""

    head: _Head | None = None
    batches: list[tuple[int, Batch]] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    """Lines of the file, from 1."""


class Rescue:
    """An append-only file, 0600: the last resort. If even this cannot be written, memory alone has it.

    Attributes:
        refused: Why a file that was found was not read back whole, in a sentence; empty while there was none.
    """

    def __init__(self, path: Path) -> None:
        self.refused = ""
        self._path = path
        self._archive = ""
        self._log = ""
        self._last = 0
        self._damaged = False

    def belongs_to(self, archive: str) -> None:
        """Name the archive whose log this is; without a name, one of any archive is read."""
        self._archive = archive

    @property
    def mark(self) -> str:
        """Which log this is and its newest line, for the commit that takes it over."""
        return f"{self._log} {self._last}" if self._log else ""

    def keep(self, batch: Batch) -> bool:
        """Append a batch, whole or not at all; False when this file cannot be written either."""
        record = _ENCODER.encode(batch)
        line = _ENCODER.encode(_Line(self._last + 1, zlib.crc32(record), msgspec.Raw(record))) + b"\n"
        log = self._log or uuid7().hex
        try:
            descriptor = os.open(
                self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, _MODE
            )
            try:
                begun = os.fstat(descriptor).st_size
                head = b"" if begun else _ENCODER.encode(_Head(log, self._archive)) + b"\n"
                _write_whole(descriptor, head + line, begun)
            finally:
                os.close(descriptor)
        except OSError as problem:
            logger().error("rescue_failed", fault=problem.strerror)
            return False
        self._log, self._last = log, self._last + 1
        return True

    def read(self, written: str = "") -> Sequence[Batch]:
        """What is waiting, oldest first. A last line that was cut off is left out: its write never ended.

        A file that is no rescue log of this archive is put aside. One with damaged lines is read without them, and put
        aside once the others are written.

        Args:
            written: `mark` as the archive has it: what it took over already.
        """
        content = self._content()
        if content is None:
            return ()
        found = _read(content)
        if found.head is None or (self._archive and found.head.archive not in {"", self._archive}):
            whose = "is no rescue log" if found.head is None else "belongs to another archive"
            self._refuse(f"The file {self._path} {whose} and was not read.", aside=True)
            return ()
        self._log, self._last = found.head.log, max((number for number, _ in found.batches), default=0)
        self._last += len(found.damaged)  # numbers they may have had are not used again
        log, _, last = written.partition(" ")
        done = int(last) if log == self._log and last.isdigit() else 0
        if found.damaged:
            self._damaged = True
            lines = ", ".join(str(number) for number in found.damaged)
            self._refuse(f"The rescue log is damaged in line {lines}: what stood there is not in the archive.")
        waiting = [batch for number, batch in found.batches if number > done]
        if not waiting:
            self.clear()
        else:
            self._cut_off(content)
        return waiting

    def clear(self) -> None:
        """Forget what was written: the archive has it. A damaged file is kept beside it for a human."""
        self._log, self._last = "", 0
        if self._damaged:
            self._damaged = False
            self._put_aside()
        else:
            self._path.unlink(missing_ok=True)

    def _content(self) -> bytes | None:
        """The file's bytes; None where there is no file that may be read."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as problem:
            link = problem.errno == errno.ELOOP
            self._refuse(
                f"The file {self._path} {'is a link' if link else 'cannot be read'} and was not read.", aside=link
            )
            return None
        about = os.fstat(descriptor)
        if not (stat.S_ISREG(about.st_mode) and about.st_uid == os.getuid() and not about.st_mode & 0o077):
            os.close(descriptor)
            self._refuse(f"The file {self._path} is open to others and was not read.", aside=True)
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def _cut_off(self, content: bytes) -> None:
        """Take away a last line whose write never ended, or the next one would stand behind it."""
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.truncate(self._path, whole)

    def _refuse(self, sentence: str, *, aside: bool = False) -> None:
        logger().error("rescue_refused", sentence=sentence)
        self.refused = f"{sentence} It is kept as {self._aside().name}: reconcile and compare."
        if aside:
            self._put_aside()

    def _put_aside(self) -> None:
        try:
            self._path.rename(self._aside())
        except OSError as problem:
            logger().error("rescue_not_put_aside", fault=problem.strerror)

    def _aside(self) -> Path:
        """The first free name."""
        number = 1
        while (name := self._path.with_name(f"{self._path.name}.refused-{number}")).is_symlink() or name.exists():
            number += 1
        return name


def _write_whole(descriptor: int, data: bytes, begun: int) -> None:
    """Write all of it; what a full disk took of it is cut off again.

    Raises:
        OSError: It could not be written whole.
    """
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError:
        os.ftruncate(descriptor, begun)
        raise


def _read(content: bytes) -> _Found:
    found = _Found()
    lines = content.split(b"\n")
    cut_off = lines.pop()
    for number, line in enumerate(lines, 1):
        try:
            if number == 1:
                found.head = _HEAD.decode(line)
                continue
            read = _LINE.decode(line)
            if zlib.crc32(bytes(read.batch)) != read.checksum:
                found.damaged.append(number)
                continue
            found.batches.append((read.number, _BATCH.decode(read.batch)))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            if number == 1:
                return found
            found.damaged.append(number)
    if found.head is None and cut_off.startswith(b'{"log":'):
        # Not even the first line ended: there was nothing.
        found.head = _Head("", "")
    return found
