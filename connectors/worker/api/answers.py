"""What every command may be answered with, and whether new orders pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TradingState(StrEnum):
    """Whether new orders pass."""

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    HALTED = "HALTED"


class FailureKind(StrEnum):
    """Why a command failed: the class of `connectors.errors` it stands for."""

    REFUSED = "Refused"
    REJECTED = "Rejected"
    UNKNOWN = "Unknown"
    UNKNOWN_INSTRUMENT = "UnknownInstrument"
    ORDER_NOT_FOUND = "OrderNotFound"
    UNAUTHORISED = "Unauthorised"
    CLOCK_SKEW = "ClockSkew"
    THROTTLED = "Throttled"
    UNAVAILABLE = "Unavailable"
    RETRY = "Retry"
    MALFORMED = "Malformed"
    ARCHIVE_FAILED = "ArchiveFailed"
    UNEXPECTED = "Unexpected"
    """A fault of the worker; the log has its details under ``code``."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A command that did not do what it says; ``sentence`` is for the user."""

    kind: FailureKind
    sentence: str
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has nothing to tell."""
