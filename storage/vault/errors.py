"""What can be wrong with a vault, each told apart, each with its exit code (SECURITY-SPEC §5).

Every one means that nothing was changed. None carries a secret, a key or a byte of plaintext.
"""

from __future__ import annotations

from typing import ClassVar

from connectors.errors import Refused


class VaultError(Refused):
    """Base of what the vault refuses."""

    exit_code: ClassVar[int] = 1

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, operation="vault")


class VaultLocked(VaultError):
    """The operation needs an open vault."""

    exit_code = 20


class WrongPassphrase(VaultError):
    """No slot knows this secret. A deliberately edited salt looks the same; nobody can tell these apart."""

    exit_code = 21


class VaultDamaged(VaultError):
    """A checksum, a length, a count or an id is wrong; no key was derived.

    Attributes:
        part: What is damaged, such as ``the header`` or ``connection main``.
    """

    exit_code = 22

    def __init__(self, part: str, what: str, remedy: str = "Restore a backup: tradedesk restore FILE") -> None:
        super().__init__(f"The vault is damaged: {part} {what}. Nothing was opened or changed. {remedy}")
        self.part = part


class VaultTampered(VaultError):
    """The secret is right, and yet something does not open as it was written.

    Attributes:
        part: What was changed, as far as that can be told.
    """

    exit_code = 23

    def __init__(self, part: str) -> None:
        super().__init__(
            f"The vault was changed by someone without its key: {part}. Nothing was opened or changed, and no key is"
            " used. Restore a backup, or look at the difference: tradedesk vault reseal"
        )
        self.part = part


class VaultRolledBack(VaultError):
    """The file is an older copy, or another vault, than the newest one this desk has written.

    Attributes:
        found: Generation of the file.
        newest: Generation of the anchor.
    """

    exit_code = 24

    def __init__(self, found: int, newest: int, what: str) -> None:
        super().__init__(
            f"The vault is {what} ({found} here, {newest} was the newest)."
            " Keys that were replaced since then may be in it: check them at the venue, then accept this copy,"
            " or restore a newer backup. Nothing was changed."
        )
        self.found = found
        self.newest = newest


class VaultUnsupported(VaultError):
    """Written in a form this release, or this build of its libraries, cannot read."""

    exit_code = 25


class KdfTooCostly(VaultError):
    """A slot asks for an Argon2 outside what is ever run; nothing was allocated."""

    exit_code = 26


class VaultMoved(VaultError):
    """Another process has written the vault since we read it, or a vault is already there."""


class SlotRefused(VaultError):
    """A slot cannot be added, replaced or removed so."""


class SecretRefused(VaultError):
    """A passphrase, recovery key or field is not one the vault would keep."""


class RecoveryKeyMistyped(SecretRefused):
    """The recovery key's own check fails: it was mistyped. Whether it is the right one is not known."""
