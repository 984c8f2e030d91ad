"""The archive as a file: copied, measured, checked, put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from connectors.model.ids import AccountId, InstrumentId


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What is in a backup."""

    path: str
    size_bytes: int
    schema: str
    time_ns: int
    with_keys: bool
    """Whether it has the vault: then it is as strong as the passphrase."""
    connections: int
    keys: int
    """Connections whose encrypted keys are in it."""
    orders: int
    fills: int


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup that was made of this archive."""

    path: str
    time_ns: int


@dataclass(frozen=True, slots=True)
class Touched:
    """What an account had an order or a fill of."""

    account: AccountId
    instruments: tuple[InstrumentId, ...]


@dataclass(frozen=True, slots=True)
class RestoredFrom:
    """That the archive was put back from a backup, and who has not been asked since."""

    source: str
    made_ns: int | None
    """When the backup was made; None where it does not say."""
    restored_ns: int
    waiting: tuple[AccountId, ...]
    """Accounts whose venue has not yet been asked what happened since."""
    touched: tuple[Touched, ...] = ()
    """Of the archive that was replaced: some venues tell fills only of an instrument that is named."""

    def touched_by(self, account: AccountId) -> tuple[InstrumentId, ...]:
        """The instruments to ask an account's venue for, beside those the archive knows."""
        return next((touched.instruments for touched in self.touched if touched.account == account), ())


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """How large the archive is, and where it comes from."""

    path: str
    schema: str
    size_bytes: int
    log_bytes: int
    """Of the write-ahead log beside it."""
    free_bytes: int
    """On its disk."""
    last_backup: LastBackup | None
    restored: RestoredFrom | None


class Upkeep(Protocol):
    """What is done with the archive as a file. Each has a connection of its own: any thread may call it."""

    def back_up(
        self, target: Path, now_ns: int, *, keys: bool, overwrite: bool, stopped: Callable[[], bool]
    ) -> BackedUp:
        """Copy the archive as it is now, while it is in use; ``stopped`` is asked between two steps.

        Raises:
            Refused: Something lies at ``target``, or it was stopped.
        """
        ...

    def facts(self) -> ArchiveFacts:
        """Sizes, room, backup and origin, as they are now."""
        ...

    def check(self) -> tuple[str, ...]:
        """Compare every page and index; what is wrong, empty where nothing is."""
        ...

    def restored(self) -> RestoredFrom | None:
        """Where the archive was put back from, until every account was reconciled."""
        ...

    def note(self, backup: BackedUp) -> None:
        """Remember that a backup was made; in the archive's own thread."""
        ...

    def reconciled(self, account: AccountId | None) -> RestoredFrom | None:
        """An account was compared with its venue; who is left, None once nobody is. In the archive's own thread."""
        ...
