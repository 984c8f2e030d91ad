"""The vault's door to the worker: `connectors.ports.vault.Vault` over the archive's file, with a connection of its own.

Here what was typed becomes an opener, and the vault's own facts become those that may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from connectors.errors import Refused, VaultLocked
from connectors.model.ids import Mode
from connectors.model.secret import SecretBytes
from connectors.model.vault import VaultFacts, VaultState
from connectors.ports.clock import Clock
from connectors.ports.vault import Given, Opened, SealSeen
from storage.audit.head import audit_head
from storage.database.engine import Database, Limits
from storage.vault.anchor import AnchorFile, AnchorStore, AuditHead
from storage.vault.keyring import find
from storage.vault.keys_door import KeysDoor, binding_of
from storage.vault.parameters import NewSlotCost
from storage.vault.passphrase import read_descriptor
from storage.vault.recovery import read_recovery_key
from storage.vault.resealing import Difference
from storage.vault.slots_door import FoundKeyring, KeyringHeld, SlotsDoor, opener_of, shown_slot
from storage.vault.sqlite import SqliteVaultStore
from storage.vault.unlocking import ByPassphrase
from storage.vault.vault import Unlocked, Vault

__all__ = ["Limits", "VaultDoor", "open_door"]


def open_door(  # the vault's parts, each from its own place
    database: Path,
    anchor: Path | AnchorStore,
    clock: Clock,
    *,
    limits: Limits | None = None,
    cost: NewSlotCost | None = None,
    head_of: Callable[[Database], AuditHead] = audit_head,
    keyring: Callable[[], FoundKeyring] = find,
    readable: bool = False,
) -> VaultDoor:
    """The vault of an archive that is open and migrated; its file is checked by who opened it. Nothing is read yet.

    Args:
        database: The archive's file.
        anchor: Where the memory of its newest state lies.
        clock: Time.
        limits: As the archive's.
        cost: Argon2's parameters for new passphrases; only tests name others than the own.
        head_of: The newest row of the audit chain.
        keyring: Finds the system's keyring; asked when it is needed, not before.
        readable: Whether other programs of the user can read this process: then no vault with a LIVE key is opened.
    """
    own = Database(database, limits or Limits())
    anchors = AnchorFile(anchor) if isinstance(anchor, Path) else anchor
    held = KeyringHeld(keyring)
    vault = Vault(
        SqliteVaultStore(own), anchors, clock, cost=cost, audit_head=lambda: head_of(own), keyring=lambda: held.found[0]
    )
    return VaultDoor(vault, held, own.dispose, readable=readable)


class VaultDoor:
    """`connectors.ports.vault.Vault`. It blocks, and one thread at a time calls it.

    Args:
        vault: What it is the door of.
        keyring: The system's.
        let_go: Closes the vault's file.
        readable: Whether other programs of the user can read this process.
    """

    def __init__(
        self, vault: Vault, keyring: KeyringHeld, let_go: Callable[[], None], *, readable: bool = False
    ) -> None:
        self._vault = vault
        self._readable = readable
        self._let_go = let_go
        self._keyring = keyring
        self._there = False
        self.slots = SlotsDoor(vault, self._keyring)
        self.keys = KeysDoor(vault)

    @property
    def state(self) -> VaultState:
        """How far it is open; NONE before `facts` has looked, and where there is none."""
        return self._vault.state if self._there else VaultState.NONE

    @property
    def notice(self) -> str:
        """See `connectors.ports.vault.Vault.notice`."""
        return self._vault.keyring_notice

    def facts(self) -> VaultFacts:
        """What may be shown of it; of one that cannot be read, that it is locked."""
        try:
            slots = self._vault.slots.all()
            self._there = bool(slots)
        except Refused:
            # Damaged, of a later format, or its anchor stands open to others: opening it says so, to whoever tries.
            slots, self._there = (), True
        # To look for a keyring takes a sixth of a second: not at the start, but once somebody could make use of it.
        _, name, why_not = self._keyring.found if self.state is VaultState.OPEN else self._keyring.known
        shown = sorted((shown_slot(slot) for slot in slots), key=lambda slot: (slot.created_ms, slot.slot_id))
        return VaultFacts(self.state, tuple(shown), name, why_not)

    def create(self, passphrase: SecretBytes) -> Opened:
        """See `connectors.ports.vault.Vault.create`."""
        with read_descriptor(bytearray(passphrase.buffer)) as read:
            self._vault.create(ByPassphrase(read))
        self._there = True
        return Opened(shown_slot(self._vault.slots.all()[0]), anchored=True)

    def open(self, given: Given, *, accept_older: bool = False) -> Opened:
        """See `connectors.ports.vault.Vault.open`."""
        with opener_of(given, self._keyring) as opener:
            return self._opened(self._vault.unlock(opener, accept_older=accept_older))

    def cover(self) -> None:
        """See `connectors.ports.vault.Vault.cover`."""
        self._vault.cover()

    def lock(self) -> None:
        """See `connectors.ports.vault.Vault.lock`."""
        self._vault.lock()

    def renew(
        self,
        authority: Given,
        passphrases: Sequence[SecretBytes] = (),
        recovery: SecretBytes | None = None,
        drop: Sequence[str] = (),
    ) -> None:
        """See `connectors.ports.vault.Vault.renew`."""
        with ExitStack() as held:
            opener = held.enter_context(opener_of(authority, self._keyring))
            others = [
                ByPassphrase(held.enter_context(read_descriptor(bytearray(other.buffer)))) for other in passphrases
            ]
            written = None
            if recovery is not None:
                written = held.enter_context(read_recovery_key(recovery.buffer.decode("ascii")))
            gone = frozenset(self.slots.named(slot_id) for slot_id in drop)
            self._vault.rekey(opener, passphrases=others, recovery=written, keyring=self._keyring.found[0], drop=gone)

    def look_at_seal(self, given: Given) -> SealSeen:
        """See `connectors.ports.vault.Vault.look_at_seal`."""
        with opener_of(given, self._keyring) as opener:
            seen = self._vault.resealing.difference(opener)
        kept = tuple(binding_of(bound) for bound in seen.kept)
        return SealSeen(seen.sealed, seen.broken, kept, seen.slots_dropped, seen)

    def reseal(self, given: Given, seen: SealSeen) -> Opened:
        """See `connectors.ports.vault.Vault.reseal`."""
        if not isinstance(seen.seen, Difference):
            raise TypeError("only what `look_at_seal` has shown is resealed")
        with opener_of(given, self._keyring) as opener:
            self._vault.resealing.accept(opener, seen.seen)
            return self._opened(self._vault.unlock(opener))

    def item(self, name: str) -> SecretBytes | None:
        """See `connectors.ports.vault.Vault.item`."""
        return self._vault.credentials.item(name)

    def keep_item(self, name: str, secret: SecretBytes) -> None:
        """See `connectors.ports.vault.Vault.keep_item`."""
        self._vault.credentials.put_item(name, secret)

    def close(self) -> None:
        """See `connectors.ports.vault.Vault.close`."""
        self._vault.lock()
        self._let_go()

    def _opened(self, unlocked: Unlocked) -> Opened:
        live = [binding.label for binding in self.keys.all() if binding.mode is Mode.LIVE] if self._readable else []
        if live:
            self._vault.lock()
            raise VaultLocked(
                f"The vault holds a LIVE key ({live[0]}), and other programs of yours can read this process"
                " (TRADEDESK_DEV=1). It was locked again. Unset TRADEDESK_DEV, close every desk, and open it then."
            )
        return Opened(shown_slot(unlocked.slot), unlocked.anchored, unlocked.notice)
