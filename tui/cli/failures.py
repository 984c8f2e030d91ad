"""The worker's refusals as the ends of commands."""

from __future__ import annotations

from connectors.worker import api
from tui.cli.exits import CommandFailed, Exit, UnknownSymbol

_KINDS = {
    api.FailureKind.UNKNOWN: Exit.UNKNOWN,
    api.FailureKind.CLOCK_SKEW: Exit.UNREACHABLE,
    api.FailureKind.THROTTLED: Exit.UNREACHABLE,
    api.FailureKind.UNAVAILABLE: Exit.UNREACHABLE,
    api.FailureKind.RETRY: Exit.UNREACHABLE,
    api.FailureKind.MALFORMED: Exit.UNREACHABLE,
    api.FailureKind.ARCHIVE_FAILED: Exit.ARCHIVE,
}


def of_failure(failure: api.Failure) -> CommandFailed:
    """The worker's refusal as the end of a command."""
    kind = UnknownSymbol if failure.kind is api.FailureKind.UNKNOWN_INSTRUMENT else CommandFailed
    return kind(failure.sentence, _KINDS.get(failure.kind, Exit.FAILED), code=failure.code, text=failure.text)
