"""Faults of the desk itself: kept in a private file for the report, told to the user as one sentence with a code."""

from __future__ import annotations

import hashlib
import os
import traceback
from pathlib import Path

from connectors.errors import TradedeskError

PRIVATE = 0o600
_CODE_DIGITS = 4


def frames_of(fault: BaseException) -> str:
    """Where a fault was and what it came from, outermost first: classes, files and lines, and no values.

    Only errors of ours keep their words: what a library puts into one is often the value it failed over.
    """
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = fault
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        said = f": {current.sentence}" if isinstance(current, TradedeskError) else ""
        parts.append(f"{''.join(traceback.format_tb(current.__traceback__))}{type(current).__name__}{said}\n")
        if isinstance(current, BaseExceptionGroup):
            parts += [frames_of(inner) for inner in current.exceptions]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "which came from\n".join(parts)


class FaultLog:
    """Writes tracebacks without values, which may be what no file should hold.

    Args:
        path: The file, appended to; None keeps nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.unwritable = ""
        """Why the newest fault could not be written."""

    def keep(self, fault: BaseException) -> str:
        """Write a fault down.

        Returns:
            Its code, the same for the same fault at the same place.
        """
        lines = frames_of(fault)
        where = traceback.extract_tb(fault.__traceback__)
        place = f"{type(fault).__name__} {where[-1].filename}:{where[-1].lineno}" if where else type(fault).__name__
        code = f"E-{hashlib.sha256(place.encode()).hexdigest()[:_CODE_DIGITS].upper()}"
        if self.path is not None:
            self._append(self.path, f"{code}\n{lines}")
        return code

    def _append(self, path: Path, text: str) -> None:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(text)
        except OSError as problem:
            self.unwritable = problem.strerror or "the file cannot be written"

    def last_words(self, code: str) -> str:
        """What stands on the terminal when the desk has to end."""
        if self.path is None or self.unwritable:
            where = f"Its details could not be kept ({self.unwritable})." if self.unwritable else ""
        else:
            where = f"{self.path} says why."
        return (
            f"The desk stopped over a fault of its own ({code}). Orders at the venues are untouched. {where}".rstrip()
        )
