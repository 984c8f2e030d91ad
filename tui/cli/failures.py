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
    api.FailureKind.VAULT_LOCKED: Exit.LOCKED,
    api.FailureKind.WRONG_PASSPHRASE: Exit.WRONG_SECRET,
    api.FailureKind.VAULT_DAMAGED: Exit.DAMAGED,
    api.FailureKind.VAULT_TAMPERED: Exit.TAMPERED,
    api.FailureKind.VAULT_ROLLED_BACK: Exit.ROLLED_BACK,
    api.FailureKind.VAULT_UNSUPPORTED: Exit.UNSUPPORTED,
    api.FailureKind.KDF_TOO_COSTLY: Exit.TOO_COSTLY,
    api.FailureKind.RECOVERY_KEY_MISTYPED: Exit.USAGE,
    api.FailureKind.SECRET_REFUSED: Exit.USAGE,
    api.FailureKind.CREDENTIAL_REFUSED: Exit.USAGE,
}


class WorkerRefused(CommandFailed):
    """The worker did not do what it was asked.

    Attributes:
        kind: Why, for a command that knows what to do about it.
    """

    def __init__(self, failure: api.Failure) -> None:
        super().__init__(failure.sentence, _KINDS.get(failure.kind, Exit.FAILED), code=failure.code, text=failure.text)
        self.kind = failure.kind


def of_failure(failure: api.Failure) -> CommandFailed:
    """The worker's refusal as the end of a command."""
    if failure.kind is api.FailureKind.UNKNOWN_INSTRUMENT:
        return UnknownSymbol(failure.sentence, code=failure.code, text=failure.text)
    return WorkerRefused(failure)
