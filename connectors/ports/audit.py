"""Who takes down what touches an account: the whole of what a connector knows of the audit chain."""

from __future__ import annotations

from typing import Protocol

from connectors.model.audit import AuditFact
from connectors.model.ids import AccountId
from connectors.model.secret import SecretBytes


class AuditTrail(Protocol):
    """Takes facts and chains them later, in the order given. Its methods return at once and never raise."""

    def record(self, fact: AuditFact) -> None:
        """Take a fact; it is redacted already. Written within a quarter of a second, and nobody waits for it."""
        ...

    def committed(self, account: AccountId, client_order_id: str, operation: str) -> bool:
        """Whether this create's request was written with the order's intent, before a byte left.

        Says so once: a second send of the same order is a request of its own.
        """
        ...


class AuditChain(Protocol):
    """The chain in the archive. All calls block and run in the archive's own thread.

    Every method raises `connectors.errors.ArchiveFailed` when the file cannot be read or written.
    """

    def hold(self, key: SecretBytes) -> None:
        """Take over the vault's key for anchors; it stays while the desk is covered."""
        ...

    def drop_key(self) -> None:
        """Overwrite that key; may be called twice."""
        ...

    def anchor(self, time_us: int) -> bool:
        """Sign the newest row; False where no key is here, or nothing is new.

        Args:
            time_us: Wall time in µs.
        """
        ...

    def genuine(self, macs: tuple[tuple[bytes, bytes], ...]) -> tuple[bool, ...] | None:
        """Whether anchors were signed with the vault's key; None while it is not here.

        Args:
            macs: (message, MAC) of each, as `storage.audit.chain` writes them.
        """
        ...

    def retain(self, to: int, digest: bytes, export_sha256: bytes, days: int, time_us: int) -> int:
        """Delete the beginning of the chain, which was exported before, and sign what is left; all or nothing.

        Args:
            to: The last row to go; an anchor of the vault's key stands there.
            digest: Its hash.
            export_sha256: Of the file that holds the rows now.
            days: How old they all are at least.
            time_us: Wall time in µs.

        Returns:
            How many rows were deleted.

        Raises:
            Refused: They may not go: too young, not signed, about an order that still works; or the vault is locked.
        """
        ...
