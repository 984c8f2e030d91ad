"""What could not be written to the archive: one line a batch, read back when the archive works again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from connectors.ports.archive import Batch
from connectors.worker.log import logger

_MODE = 0o600
_ENCODER = msgspec.json.Encoder()


class Rescue:
    """An append-only file, 0600: the last resort. If even this cannot be written, memory alone has it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, batch: Batch) -> bool:
        """Append a batch; False when this file cannot be written either."""
        line = _ENCODER.encode(batch) + b"\n"
        try:
            descriptor = os.open(
                self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, _MODE
            )
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as problem:
            logger().error("rescue_failed", fault=problem.strerror)
            return False
        return True

    def read(self) -> Sequence[Batch]:
        """What is waiting, oldest first. A last line that was cut off is left out: its write never ended."""
        if not self._path.exists():
            return ()
        decoder = msgspec.json.Decoder(Batch)
        batches: list[Batch] = []
        for number, line in enumerate(self._path.read_bytes().splitlines(), 1):
            try:
                batches.append(decoder.decode(line))
            except msgspec.MsgspecError as problem:
                logger().error("rescue_line_unreadable", line=number, fault=type(problem).__name__)
        return batches

    def clear(self) -> None:
        """Forget what was written: the archive has it."""
        self._path.unlink(missing_ok=True)
