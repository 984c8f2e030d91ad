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
    VAULT_LOCKED = "VaultLocked"
    """Also while the desk is covered."""
    WRONG_PASSPHRASE = "WrongPassphrase"  # noqa: S105  # a kind of failure
    VAULT_DAMAGED = "VaultDamaged"
    VAULT_TAMPERED = "VaultTampered"
    VAULT_ROLLED_BACK = "VaultRolledBack"
    VAULT_UNSUPPORTED = "VaultUnsupported"
    KDF_TOO_COSTLY = "KdfTooCostly"
    ACCEPTANCE_NEEDED = "AcceptanceNeeded"
    """``code`` is what must be accepted: a value of `connectors.model.rights.Acceptance`."""
    RECOVERY_KEY_MISTYPED = "RecoveryKeyMistyped"
    SECRET_REFUSED = "SecretRefused"  # noqa: S105  # a kind of failure
    """A passphrase or key is not one that would be kept."""
    CREDENTIAL_REFUSED = "CredentialRefused"
    """``code`` names the field."""
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
