"""Exit codes, stable over releases, and which failure has which."""

from __future__ import annotations

from enum import IntEnum

from connectors.errors import (
    ArchiveFailed,
    ClockSkew,
    CredentialRefused,
    KdfTooCostly,
    Malformed,
    Retry,
    SecretRefused,
    Throttled,
    TradedeskError,
    Unavailable,
    Unknown,
    VaultDamaged,
    VaultLocked,
    VaultRolledBack,
    VaultTampered,
    VaultUnsupported,
    WrongPassphrase,
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
    LOCKED = 20
    """The vault is locked, and nothing was given that opens it."""
    WRONG_SECRET = 21
    """No slot of the vault knows this passphrase or recovery key."""
    DAMAGED = 22
    """The vault is damaged; no key was derived."""
    TAMPERED = 23
    """The vault was changed by someone without its key."""
    ROLLED_BACK = 24
    """The vault is an older copy than the newest one written here."""
    UNSUPPORTED = 25
    """The vault is written in a form that this release, or this build of its libraries, cannot read."""
    TOO_COSTLY = 26
    """A slot of the vault asks for more work than is ever done."""
    TOO_OPEN = 27
    """A file or folder of the desk is open to others."""
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


_BY_NAME = {
    "EnvironmentRefused": Exit.USAGE,
    "FilesTooOpen": Exit.TOO_OPEN,
    "HomeUnusable": Exit.USAGE,
    "SettingsRefused": Exit.USAGE,
}
"""Errors of modules that a client need not load to compare types."""

_BY_CLASS: tuple[tuple[type[TradedeskError], Exit], ...] = (
    (VaultLocked, Exit.LOCKED),
    (WrongPassphrase, Exit.WRONG_SECRET),
    (VaultDamaged, Exit.DAMAGED),
    (VaultTampered, Exit.TAMPERED),
    (VaultRolledBack, Exit.ROLLED_BACK),
    (VaultUnsupported, Exit.UNSUPPORTED),
    (KdfTooCostly, Exit.TOO_COSTLY),
    (SecretRefused, Exit.USAGE),
    (CredentialRefused, Exit.USAGE),
    (ArchiveFailed, Exit.ARCHIVE),
    (Unknown, Exit.UNKNOWN),
    (ClockSkew, Exit.UNREACHABLE),
    (Malformed, Exit.UNREACHABLE),
    (Retry, Exit.UNREACHABLE),
    (Throttled, Exit.UNREACHABLE),
    (Unavailable, Exit.UNREACHABLE),
)


def exit_of(problem: TradedeskError) -> Exit:
    """The exit code of a failure."""
    if isinstance(problem, CommandFailed):
        return problem.exit
    named = _BY_NAME.get(type(problem).__name__)
    if named is not None:
        return named
    return next((end for kind, end in _BY_CLASS if isinstance(problem, kind)), Exit.FAILED)


class ReaderLeft(Exception):
    """The other end of our output is closed: not a failure, but there is nothing more to do."""
