"""Errors as answers: which failure a client sees, and what an error says about a request that was under way."""

from __future__ import annotations

from connectors.engine.inputs import Answer
from connectors.errors import (
    AcceptanceNeeded,
    ArchiveFailed,
    ClockSkew,
    CredentialRefused,
    DuplicateOrder,
    KdfTooCostly,
    Malformed,
    OrderNotFound,
    RecoveryKeyMistyped,
    Refused,
    Rejected,
    Retry,
    SecretRefused,
    Throttled,
    TradedeskError,
    Unauthorised,
    Unavailable,
    Unknown,
    UnknownInstrument,
    VaultDamaged,
    VaultLocked,
    VaultRolledBack,
    VaultTampered,
    VaultUnsupported,
    WorkerGone,
    WrongPassphrase,
)
from connectors.worker.api import Failure, FailureKind

_KINDS: tuple[tuple[type[TradedeskError], FailureKind], ...] = (
    (VaultLocked, FailureKind.VAULT_LOCKED),
    (WrongPassphrase, FailureKind.WRONG_PASSPHRASE),
    (VaultDamaged, FailureKind.VAULT_DAMAGED),
    (VaultTampered, FailureKind.VAULT_TAMPERED),
    (VaultRolledBack, FailureKind.VAULT_ROLLED_BACK),
    (VaultUnsupported, FailureKind.VAULT_UNSUPPORTED),
    (KdfTooCostly, FailureKind.KDF_TOO_COSTLY),
    (AcceptanceNeeded, FailureKind.ACCEPTANCE_NEEDED),
    (RecoveryKeyMistyped, FailureKind.RECOVERY_KEY_MISTYPED),
    (SecretRefused, FailureKind.SECRET_REFUSED),
    (CredentialRefused, FailureKind.CREDENTIAL_REFUSED),
    (OrderNotFound, FailureKind.ORDER_NOT_FOUND),
    (UnknownInstrument, FailureKind.UNKNOWN_INSTRUMENT),
    (Rejected, FailureKind.REJECTED),
    (Refused, FailureKind.REFUSED),
    (Unknown, FailureKind.UNKNOWN),
    (Unauthorised, FailureKind.UNAUTHORISED),
    (ClockSkew, FailureKind.CLOCK_SKEW),
    (Throttled, FailureKind.THROTTLED),
    (Unavailable, FailureKind.UNAVAILABLE),
    (WorkerGone, FailureKind.UNAVAILABLE),
    (Retry, FailureKind.RETRY),
    (Malformed, FailureKind.MALFORMED),
    (ArchiveFailed, FailureKind.ARCHIVE_FAILED),
)
"""Kinds before the classes they specialise."""


def failure(problem: TradedeskError) -> Failure:
    """What a client is told of an error."""
    kind = next((kind for error, kind in _KINDS if isinstance(problem, error)), FailureKind.UNEXPECTED)
    return Failure(kind, problem.sentence, problem.code, problem.text)


_DEFINITE = (Rejected, Throttled, ClockSkew, Retry, Unavailable, Unauthorised, Refused)
"""Nothing happened at the venue, for certain."""


def answer(problem: TradedeskError) -> Answer:
    """What an error says about a create or a cancel. Whatever does not prove that nothing happened is LOST."""
    if isinstance(problem, DuplicateOrder):
        return Answer.DUPLICATE
    if isinstance(problem, OrderNotFound):
        return Answer.NOT_FOUND
    return Answer.REFUSED if isinstance(problem, _DEFINITE) else Answer.LOST


WILL_NOT_MEND = (UnknownInstrument, Refused, Unauthorised)
"""Errors that trying again does not cure."""
