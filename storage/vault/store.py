"""What the vault asks of whoever keeps its bytes. Nothing here is trusted: `contents` looks at all of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredRow:
    """The bound columns and the encrypted ones of one connection."""

    venue: str
    label: str
    mode: str
    auth_kind: str
    origins: str
    """JSON list of [role, origin], sorted by role, without spaces."""
    flags: int
    generation: int
    fields: Mapping[str, bytes] = field(repr=False)
    """``api_key``, ``secret``, ``passphrase``: those that are set."""


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One item's columns."""

    generation: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything of a vault as one moment of the store shows it."""

    header: bytes | None = field(default=None, repr=False)
    seal: bytes | None = field(default=None, repr=False)
    slots: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """By the hex of their id."""
    rows: Mapping[str, StoredRow] = field(default_factory=dict, repr=False)
    """By connection id, those that hold a field."""
    items: Mapping[str, StoredItem] = field(default_factory=dict, repr=False)


class StoreChange(Protocol):
    """A transaction that has the store to itself; it is committed when its context ends without an error."""

    def read(self) -> Stored:
        """What is there now."""
        ...

    def write(self, before: Stored, after: Stored) -> None:
        """Make it ``after``, where ``before`` is what `read` gave; header and seal last.

        Raises:
            ArchiveFailed: It could not be written; nothing was.
            Refused: A row belongs to a connection that is not registered.
        """
        ...


class VaultStore(Protocol):
    """Where a vault lies."""

    def read(self) -> Stored:
        """What is there, in one read transaction.

        Raises:
            ArchiveFailed: It could not be read.
            VaultDamaged: A column holds what is of no use there.
        """
        ...

    def change(self) -> AbstractContextManager[StoreChange]:
        """A write transaction.

        Raises:
            ArchiveFailed: The store is held by another program, or the commit failed; nothing was written.
        """
        ...

    def forget_old_bytes(self) -> None:
        """After something was removed or replaced: leave no copy of it in a log of the store.

        Raises:
            ArchiveFailed: It did not work; what was committed is safe.
        """
        ...
