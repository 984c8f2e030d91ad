"""Every failure has one exit code, and scripts may rely on it."""

from __future__ import annotations

import pytest

from connectors import errors
from connectors.worker import api
from storage.paths import FilesTooOpen, HomeUnusable
from storage.settings import SettingsRefused
from tui.cli.environment import EnvironmentRefused
from tui.cli.exits import CommandFailed, Exit, UnknownSymbol, exit_of
from tui.cli.failures import of_failure

KINDS = {
    api.FailureKind.REFUSED: 1,
    api.FailureKind.REJECTED: 1,
    api.FailureKind.UNKNOWN: 4,
    api.FailureKind.UNKNOWN_INSTRUMENT: 1,
    api.FailureKind.ORDER_NOT_FOUND: 1,
    api.FailureKind.UNAUTHORISED: 1,
    api.FailureKind.CLOCK_SKEW: 3,
    api.FailureKind.THROTTLED: 3,
    api.FailureKind.UNAVAILABLE: 3,
    api.FailureKind.RETRY: 3,
    api.FailureKind.MALFORMED: 3,
    api.FailureKind.ARCHIVE_FAILED: 5,
    api.FailureKind.VAULT_LOCKED: 20,
    api.FailureKind.WRONG_PASSPHRASE: 21,
    api.FailureKind.VAULT_DAMAGED: 22,
    api.FailureKind.VAULT_TAMPERED: 23,
    api.FailureKind.VAULT_ROLLED_BACK: 24,
    api.FailureKind.VAULT_UNSUPPORTED: 25,
    api.FailureKind.KDF_TOO_COSTLY: 26,
    api.FailureKind.ACCEPTANCE_NEEDED: 1,
    api.FailureKind.RECOVERY_KEY_MISTYPED: 2,
    api.FailureKind.SECRET_REFUSED: 2,
    api.FailureKind.CREDENTIAL_REFUSED: 2,
    api.FailureKind.UNEXPECTED: 1,
}


def test_the_codes_are_those_that_are_documented() -> None:
    assert {end.name: end.value for end in Exit} == {
        "DONE": 0,
        "FAILED": 1,
        "USAGE": 2,
        "UNREACHABLE": 3,
        "UNKNOWN": 4,
        "ARCHIVE": 5,
        "LOCKED": 20,
        "WRONG_SECRET": 21,
        "DAMAGED": 22,
        "TAMPERED": 23,
        "ROLLED_BACK": 24,
        "UNSUPPORTED": 25,
        "TOO_COSTLY": 26,
        "TOO_OPEN": 27,
        "INTERRUPTED": 130,
    }


def test_every_kind_of_failure_has_its_code() -> None:
    assert set(KINDS) == set(api.FailureKind)
    for kind, code in KINDS.items():
        problem = of_failure(api.Failure(kind, "A sentence.", "-1013", "LOT_SIZE"))
        assert exit_of(problem) == code
        assert str(problem) == "A sentence. [-1013 LOT_SIZE]"
    assert isinstance(of_failure(api.Failure(api.FailureKind.UNKNOWN_INSTRUMENT, "")), UnknownSymbol)


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (errors.Refused("x"), 1),
        (errors.Rejected("x"), 1),
        (errors.WorkerGone("x"), 1),
        (FilesTooOpen("x"), 27),
        (EnvironmentRefused("x"), 2),
        (HomeUnusable("x"), 2),
        (SettingsRefused("x"), 2),
        (errors.Retry("x"), 3),
        (errors.Unavailable("x"), 3),
        (errors.Malformed("x"), 3),
        (errors.ClockSkew("x"), 3),
        (errors.Throttled("x", retry_after_s=1), 3),
        (errors.Unknown("x"), 4),
        (errors.ArchiveFailed("x"), 5),
        (errors.VaultLocked("x"), 20),
        (errors.WrongPassphrase("x"), 21),
        (errors.VaultDamaged("x", "y"), 22),
        (errors.VaultTampered("x"), 23),
        (errors.VaultRolledBack(7, 9, "x"), 24),
        (errors.VaultUnsupported("x"), 25),
        (errors.KdfTooCostly("x"), 26),
        (errors.SecretRefused("x"), 2),
        (errors.RecoveryKeyMistyped("x"), 2),
        (errors.CredentialRefused("x", field="y"), 2),
        (errors.SlotRefused("x"), 1),
        (errors.VaultMoved("x"), 1),
        (errors.AcceptanceNeeded("x", acceptance="withdrawal"), 1),
        (CommandFailed("x", Exit.UNKNOWN), 4),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_has_its_code(problem: errors.TradedeskError, code: int) -> None:
    assert exit_of(problem) == code
