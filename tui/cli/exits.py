"""Exit codes, stable over releases, and which failure has which."""

from __future__ import annotations

from enum import IntEnum

from connectors.errors import (
    ArchiveFailed,
    ClockSkew,
    Malformed,
    Retry,
    Throttled,
    TradedeskError,
    Unavailable,
    Unknown,
)


class Exit(IntEnum):
    """What a script may rely on."""

    DONE = 0
    FAILED = 1
    """Refused by the desk or the venue, or failed in a way no other code names."""
    USAGE = 2
    """Words, settings, files or a terminal that do not fit."""
    UNREACHABLE = 3
    """The venue does not answer, closed its door, or speaks something else. Nothing happened there."""
    UNKNOWN = 4
    """An order or a cancel may have happened: look it up."""
    ARCHIVE = 5
    """The archive cannot be read or written."""
    INTERRUPTED = 130


class CommandFailed(TradedeskError):
    """A command ends here, with a sentence and its exit code.

    Attributes:
        exit: What the process exits with.
    """

    def __init__(self, sentence: str, end: Exit = Exit.FAILED, *, code: str = "", text: str = "") -> None:
        super().__init__(sentence, code=code, text=text)
        self.exit = end


class UnknownSymbol(CommandFailed):
    """The venue has no instrument of that name."""


_UNREACHABLE = (ClockSkew, Malformed, Retry, Throttled, Unavailable)


def exit_of(problem: TradedeskError) -> Exit:
    """The exit code of a failure."""
    # By name: these live in the archive's package, which a client need not load to compare types.
    if type(problem).__name__ in {"FilesTooOpen", "HomeUnusable", "SettingsRefused"}:
        return Exit.USAGE
    if isinstance(problem, CommandFailed):
        return problem.exit
    if isinstance(problem, ArchiveFailed):
        return Exit.ARCHIVE
    if isinstance(problem, Unknown):
        return Exit.UNKNOWN
    return Exit.UNREACHABLE if isinstance(problem, _UNREACHABLE) else Exit.FAILED


class ReaderLeft(Exception):
    """The other end of our output is closed: not a failure, but there is nothing more to do."""
