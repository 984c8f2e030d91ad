"""The vault as the worker uses it: create, unlock, cover, lock, renew; slots and credentials beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.model.secret import SecretBytes
from connectors.model.vault import VaultState
from connectors.ports.clock import Clock
from storage.vault.anchor import AnchorStore, AuditHead
from storage.vault.anchors import Anchors, no_keyring
from storage.vault.credentials import CredentialBook
from storage.vault.parameters import NewSlotCost
from storage.vault.rekey import Rekeying
from storage.vault.resealing import Resealing
from storage.vault.session import Session
from storage.vault.slotbook import SlotBook, SlotFacts, facts_of
from storage.vault.store import VaultStore
from storage.vault.unlocking import ByPassphrase, Keyring, Opener, new_slot

__all__ = ["Unlocked", "Vault", "VaultState"]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What is to be said after an unlock."""

    slot: SlotFacts
    """Which slot opened it; ``weak`` means that the desk offers to wrap it anew."""
    anchored: bool
    """False: there was no anchor, so nobody can tell whether this is the newest copy. Said once: now there is one."""
    notice: str = ""
    """What the system's keyring failed to do with the anchor's second copy; empty when nothing."""


class Vault:
    """One vault in one process; its methods block, and one thread at a time calls them.

    Args:
        store: Where its bytes lie.
        anchors: Where the memory of its newest state lies.
        clock: For the times in header and slots.
        cost: Argon2's parameters for new passphrase slots.
        audit_head: The newest row of the audit chain, kept in the anchor with each write.
        keyring: The system's, where the anchor's second copy lies; asked when it is needed, not before.
    """

    def __init__(
        self,
        store: VaultStore,
        anchors: AnchorStore,
        clock: Clock,
        *,
        cost: NewSlotCost | None = None,
        audit_head: Callable[[], AuditHead] = AuditHead,
        keyring: Callable[[], Keyring | None] = no_keyring,
    ) -> None:
        self._anchors = Anchors(anchors, keyring)
        self._session = Session(store, self._anchors, clock, audit_head)
        self._cost = cost or NewSlotCost()
        self.slots = SlotBook(self._session, self._cost)
        self.credentials = CredentialBook(self._session)
        self.resealing = Resealing(store, self._anchors, audit_head)

    @property
    def state(self) -> VaultState:
        """How far it is open."""
        return self._session.state

    @property
    def keyring_notice(self) -> str:
        """What the system's keyring failed to do in the last write, to the anchor's copy or a slot's item."""
        return self._anchors.notice

    def exists(self) -> bool:
        """Whether there is one.

        Raises:
            VaultDamaged: Parts of one are there, or it cannot be parsed.
            VaultUnsupported: It is of a later format.
        """
        return self._session.look() is not None

    def create(self, passphrase: ByPassphrase, label: str = "main") -> None:
        """Make a vault that this passphrase opens, and leave it open.

        Raises:
            VaultMoved: There is one already.
            VaultDamaged: Parts of one are there.
            SecretRefused: The passphrase is too weak.
        """
        now_ms = self._session.now_ms()
        self._session.create(lambda key: new_slot(key, passphrase, label, now_ms, self._cost))

    def unlock(self, opener: Opener, *, accept_older: bool = False) -> Unlocked:
        """Open it; also from COVERED, by a typed secret only.

        Args:
            opener: `ByPassphrase`, `ByRecoveryKey` or `ByKeyring`.
            accept_older: After `VaultRolledBack`: the user has typed that this copy is the newest from now on.

        Raises:
            VaultLocked: There is none, or the keyring was to uncover it.
            WrongPassphrase: The secret opens no slot.
            VaultDamaged: A checksum, length or id is wrong.
            VaultTampered: The secret is right, and something was changed.
            VaultRolledBack: It is an older copy.
            VaultUnsupported: It is of a later format.
            KdfTooCostly: A slot asks for more than is ever run.
        """
        slot, kept = self._session.open(opener, accept_older=accept_older)
        return Unlocked(facts_of(slot), bool(kept.all), kept.notice or self._anchors.notice)

    def refresh(self) -> None:
        """After `VaultMoved`: take over what another process has written.

        Raises:
            VaultLocked: It is not open, or must be unlocked again because its data key was renewed.
            VaultTampered: It was not written with the key.
            VaultRolledBack: It is older than what is known here.
        """
        self._session.refresh()

    def cover(self) -> None:
        """Drop the data key and everything derived from it; a vault that is not open stays as it is."""
        if self.state is VaultState.OPEN:
            self._session.close(VaultState.COVERED)

    def lock(self) -> None:
        """Drop the data key; after this the keyring may open it again."""
        self._session.close(VaultState.LOCKED)

    def rekey(
        self,
        authority: Opener,
        *,
        passphrases: Sequence[ByPassphrase] = (),
        recovery: SecretBytes | None = None,
        keyring: Keyring | None = None,
        drop: frozenset[bytes] = frozenset(),
    ) -> tuple[SlotFacts, ...]:
        """Renew the data key, every field and every slot, in one commit.

        Args:
            authority: A typed secret of the vault; a passphrase also renews its own slot.
            passphrases: The other passphrases.
            recovery: A new recovery key, shown and typed back.
            keyring: The system's.
            drop: Ids of slots that end here.

        Raises:
            SlotRefused: A slot has neither its secret here nor is it dropped.
            VaultLocked, WrongPassphrase, VaultMoved, VaultTampered, ArchiveFailed: Nothing was changed.
        """
        renewal = Rekeying(
            self._session, self._cost, passphrases=passphrases, recovery=recovery, keyring=keyring, drop=drop
        )
        return renewal.run(authority)
