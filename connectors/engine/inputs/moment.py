"""When an input came, and whether new orders pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trading(StrEnum):
    """Whether new orders pass."""

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    HALTED = "HALTED"


@dataclass(frozen=True, slots=True)
class Moment:
    """When an input came: wall time for what is written, monotonic time for what is measured."""

    time_ns: int
    mono_ns: int
