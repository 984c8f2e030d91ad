"""Who can open the vault, for the worker: `connectors.ports.vault.Slots`. Here what was typed becomes an opener."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from connectors.errors import SlotRefused
from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy
from connectors.model.vault import SlotFacts as ShownSlot
from connectors.ports.vault import Given
from storage.vault.passphrase import read_descriptor
from storage.vault.recovery import new_recovery_key, read_recovery_key, write_recovery_key
from storage.vault.slot import SlotKind
from storage.vault.slotbook import SlotFacts
from storage.vault.unlocking import ByKeyring, ByPassphrase, ByRecoveryKey, Keyring, Opener
from storage.vault.vault import Vault

FoundKeyring = tuple[Keyring | None, str, str]
"""The system's keyring, its name, and why there is none."""

_BY = {
    SlotKind.PASSPHRASE: OpenedBy.PASSPHRASE,
    SlotKind.KEYRING: OpenedBy.KEYRING,
    SlotKind.RECOVERY: OpenedBy.RECOVERY,
}


def no_keyring() -> FoundKeyring:
    """For who has none."""
    return None, "", "This desk was made without the system's keyring."


class KeyringHeld:
    """The system's keyring, looked for once, when it is first needed."""

    def __init__(self, find: Callable[[], FoundKeyring]) -> None:
        self._find = find
        self._found: FoundKeyring | None = None

    @property
    def known(self) -> FoundKeyring:
        """As `found`, without looking; nothing where nobody has looked yet."""
        return self._found or (None, "", "")

    @property
    def found(self) -> FoundKeyring:
        """Keyring, its name, why there is none."""
        if self._found is None:
            self._found = self._find()
        return self._found

    def require(self) -> Keyring:
        """The keyring.

        Raises:
            SlotRefused: There is none, and why.
        """
        keyring, _, why_not = self.found
        if keyring is None:
            raise SlotRefused(f"The system's keyring cannot be used. {why_not}")
        return keyring


class SlotsDoor:
    """`connectors.ports.vault.Slots`."""

    def __init__(self, vault: Vault, keyring: KeyringHeld) -> None:
        self._vault = vault
        self._keyring = keyring

    def change_passphrase(self, authority: Given, new: SecretBytes, slot_id: str = "") -> ShownSlot:
        """See `connectors.ports.vault.Slots.change_passphrase`."""
        replaces = self.named(slot_id) if slot_id else None
        with opener_of(authority, self._keyring) as opener, read_descriptor(bytearray(new.buffer)) as read:
            return shown_slot(self._vault.slots.change_passphrase(opener, ByPassphrase(read), replaces=replaces))

    def add_passphrase(self, authority: Given, new: SecretBytes, label: str) -> ShownSlot:
        """See `connectors.ports.vault.Slots.add_passphrase`."""
        with opener_of(authority, self._keyring) as opener, read_descriptor(bytearray(new.buffer)) as read:
            return shown_slot(self._vault.slots.add_passphrase(opener, ByPassphrase(read), label))

    def add_keyring(self, authority: Given, label: str) -> ShownSlot:
        """See `connectors.ports.vault.Slots.add_keyring`."""
        keyring = self._keyring.require()
        with opener_of(authority, self._keyring) as opener:
            return shown_slot(self._vault.slots.add_keyring(opener, keyring, label))

    def remove(self, authority: Given, slot_id: str) -> None:
        """See `connectors.ports.vault.Slots.remove`."""
        found = self.named(slot_id)
        with opener_of(authority, self._keyring) as opener:
            self._vault.slots.remove(opener, found, self._keyring.found[0])

    def new_recovery_key(self, authority: Given, *, instead: bool = False) -> SecretBytes:
        """See `connectors.ports.vault.Slots.new_recovery_key`."""
        with opener_of(authority, self._keyring) as opener:
            self._vault.slots.check_recovery(opener, instead=instead)
        with new_recovery_key() as key:
            return SecretBytes(bytearray(write_recovery_key(key), "ascii"))

    def add_recovery(self, authority: Given, written: SecretBytes) -> ShownSlot:
        """See `connectors.ports.vault.Slots.add_recovery`."""
        with (
            opener_of(authority, self._keyring) as opener,
            read_recovery_key(written.buffer.decode("ascii")) as key,
        ):
            return shown_slot(self._vault.slots.add_recovery(opener, key))

    def named(self, slot_id: str) -> bytes:
        """The id of the slot whose hex begins so.

        Raises:
            SlotRefused: None does, or more than one.
        """
        wanted = slot_id.strip().lower()
        found = [slot.slot_id for slot in self._vault.slots.all() if wanted and slot.slot_id.hex().startswith(wanted)]
        if len(found) != 1:
            much = "no slot" if not found else "more than one slot"
            raise SlotRefused(f"The vault has {much} whose id begins with {wanted[:32]!r}. List them: tradedesk vault")
        return found[0]


@contextmanager
def opener_of(given: Given, keyring: KeyringHeld) -> Iterator[Opener]:
    """What opens the vault, from what was typed; its own copy is overwritten at the end.

    Raises:
        SecretRefused: It is no passphrase, or no recovery key.
        SlotRefused: There is no keyring.
    """
    if given.by is OpenedBy.KEYRING:
        yield ByKeyring(keyring.require())
        return
    if given.by is OpenedBy.PASSPHRASE:
        with read_descriptor(bytearray(given.secret.buffer)) as read:
            yield ByPassphrase(read)
        return
    with read_recovery_key(given.secret.buffer.decode("utf-8", "replace")) as key:
        yield ByRecoveryKey(key)


def shown_slot(slot: SlotFacts) -> ShownSlot:
    """What may be shown of a slot."""
    return ShownSlot(slot.slot_id.hex(), _BY[slot.kind], slot.label, slot.created_ms, slot.weak)
