"""What opens a slot, and how a slot is made (FORMAT.md §4).

Whatever is tried, every slot of that kind is derived and compared before one is chosen: right, wrong and second-slot
secrets cost the same work.
"""

from __future__ import annotations

import hmac
from typing import Protocol

from connectors.errors import SecretRefused, SlotRefused, VaultTampered, WrongPassphrase
from connectors.model.secret import SecretBytes
from storage.vault.cipher import NONCE, decrypt, encrypt, fresh, fresh_secret
from storage.vault.datakey import DataKey
from storage.vault.kdf import KEY, argon2id, slot_keys
from storage.vault.parameters import NO_COST, Cost, NewSlotCost
from storage.vault.passphrase import check_new
from storage.vault.recovery import LENGTH as RECOVERY_LENGTH
from storage.vault.slot import MAX_LABEL, Slot, SlotKind, SlotPrefix

_SLOT_DOMAIN = b"tradedesk/slot/1\0"
_WRAP_DOMAIN = b"tradedesk/wrap/1\0"


class Keyring(Protocol):
    """The operating system's keyring: 32 bytes a slot, under service ``tradedesk-vault``.

    An adapter names its backend by class and never asks the ``keyring`` library to choose one.
    """

    def get(self, account: str) -> SecretBytes | None:
        """The secret kept for an account; None when there is none."""
        ...

    def put(self, account: str, secret: SecretBytes) -> None:
        """Keep one; refused with a sentence when the system has no keyring."""
        ...

    def delete(self, account: str) -> None:
        """Forget one; nothing happens when there is none."""
        ...


def keyring_account(vault_id: bytes, slot_id: bytes) -> str:
    """Under which name the keyring keeps a slot's secret."""
    return f"{vault_id.hex()}/{slot_id.hex()}"


class Opener(Protocol):
    """A secret that was given to open a vault."""

    @property
    def kind(self) -> SlotKind:
        """Which slots it may open."""
        ...

    def material(self, prefix: SlotPrefix) -> SecretBytes | None:
        """IKM for one slot, to be closed by the caller; None when there is no secret for it."""
        ...


class ByPassphrase:
    """A typed passphrase; whoever made it closes the secret."""

    kind = SlotKind.PASSPHRASE

    def __init__(self, passphrase: SecretBytes) -> None:
        self.secret = passphrase

    def material(self, prefix: SlotPrefix) -> SecretBytes:
        """Argon2id of it, with the slot's salt and cost."""
        return argon2id(self.secret, prefix.salt, prefix.cost)


class ByRecoveryKey:
    """A typed recovery key; whoever made it closes the secret."""

    kind = SlotKind.RECOVERY

    def __init__(self, key: SecretBytes) -> None:
        if len(key) != RECOVERY_LENGTH:
            raise SecretRefused(f"A recovery key has {RECOVERY_LENGTH} bytes, not {len(key)}. Type it again.")
        self.secret = key

    def material(self, prefix: SlotPrefix) -> SecretBytes:  # noqa: ARG002  # the same for every slot
        """The key itself: 160 bits need no slow derivation."""
        return SecretBytes(bytearray(self.secret.buffer))


class ByKeyring:
    """Whatever the system's keyring holds for each slot."""

    kind = SlotKind.KEYRING

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def material(self, prefix: SlotPrefix) -> SecretBytes | None:
        """The slot's item; None when it is gone or has another length."""
        found = self._keyring.get(keyring_account(prefix.vault_id, prefix.slot_id))
        if found is not None and len(found) != KEY:
            found.close()
            return None
        return found


def open_slot(slots: tuple[Slot, ...], opener: Opener) -> tuple[Slot, SecretBytes]:
    """Find the slot a secret belongs to and unwrap the data key.

    Args:
        slots: Every slot of the opener's kind.
        opener: The secret.

    Raises:
        WrongPassphrase: It belongs to none.
        VaultTampered: It belongs to one, and that one's data key does not unwrap.
        KdfTooCostly: A slot asks for more than is allowed, or than there is memory.
    """
    found: list[tuple[Slot, SecretBytes]] = []
    try:
        for slot in slots:
            if (kek := matching_kek(slot, opener)) is not None:
                found.append((slot, kek))
        if not found:
            raise _wrong(opener.kind, bool(slots))
        slot, kek = found[0]
        dek = decrypt(kek, slot.nonce, slot.wrapped, _wrap_associated(slot.prefix, slot.commit))
    finally:
        for _, held in found:
            held.close()
    if dek is None:
        raise VaultTampered(f"slot {slot.name!r} knows this secret and does not open")
    return slot, dek


def matching_kek(slot: Slot, opener: Opener) -> SecretBytes | None:
    """Derive a slot's key and say whether it is this slot's: the KEK, or None."""
    material = opener.material(slot.prefix)
    if material is None:
        return None
    with material:
        kek, commit = slot_keys(material, slot.prefix.salt, _SLOT_DOMAIN + slot.prefix.encode())
    if hmac.compare_digest(commit, slot.commit):
        return kek
    kek.close()
    return None


def _wrong(kind: SlotKind, there_are_some: bool) -> WrongPassphrase:
    if not there_are_some:
        return WrongPassphrase(f"This vault has no {kind.words}. Open it another way: tradedesk vault slots")
    if kind is SlotKind.PASSPHRASE:
        return WrongPassphrase("The passphrase is wrong. Try again, or use the recovery key.")
    if kind is SlotKind.RECOVERY:
        return WrongPassphrase(
            "The recovery key is not this vault's, though it is well written. Try another, or the passphrase."
        )
    return WrongPassphrase("The system's keyring does not hold this vault's key. Type the passphrase.")


def _wrap_associated(prefix: SlotPrefix, commit: bytes) -> bytes:
    return _WRAP_DOMAIN + prefix.encode() + commit


def wrap(key: DataKey, prefix: SlotPrefix, material: SecretBytes, nonce: bytes, label: bytes) -> Slot:
    """Wrap the data key for one secret; pure, with everything given.

    Args:
        key: The data key.
        prefix: Kind, ids, salt and cost.
        material: What the secret was made into (IKM).
        nonce: 12 bytes.
        label: What the user calls the slot.
    """
    kek, commit = slot_keys(material, prefix.salt, _SLOT_DOMAIN + prefix.encode())
    with kek:
        wrapped = encrypt(kek, nonce, key.dek.buffer, _wrap_associated(prefix, commit))
    return Slot(prefix, commit, nonce, wrapped, label)


def new_slot(key: DataKey, opener: Opener, label: str, now_ms: int, cost: NewSlotCost) -> Slot:
    """Make a slot with a fresh id, salt and nonce.

    Raises:
        SecretRefused: The passphrase is too weak to be kept.
        SlotRefused: The label is too long or unprintable.
    """
    if isinstance(opener, ByPassphrase):
        check_new(opener.secret)
    return _made(key, opener, label, now_ms, cost, fresh(16))


def rewrapped_slot(key: DataKey, opener: Opener, old: Slot, now_ms: int, cost: NewSlotCost) -> Slot:
    """Make the slot that takes an old one's place under a new data key; the secret may be the same, and as old."""
    return _made(key, opener, old.name, now_ms, cost, fresh(16))


def new_keyring_slot(key: DataKey, keyring: Keyring, label: str, now_ms: int) -> Slot:
    """Make a slot for the system's keyring; its item is written there first, so that no slot is without one."""
    slot_id = fresh(16)
    account = keyring_account(key.vault_id, slot_id)
    with fresh_secret(KEY) as item:
        keyring.put(account, item)
    return _made(key, ByKeyring(keyring), label, now_ms, None, slot_id)


def _made(key: DataKey, opener: Opener, label: str, now_ms: int, cost: NewSlotCost | None, slot_id: bytes) -> Slot:
    written = label.encode()
    if not label.isprintable() or not 1 <= len(written) <= MAX_LABEL:
        raise SlotRefused(f"A slot's label has 1 to {MAX_LABEL} bytes that can be shown. Take another.")
    own: Cost = cost.cost if cost is not None and opener.kind is SlotKind.PASSPHRASE else NO_COST
    prefix = SlotPrefix(opener.kind, key.vault_id, slot_id, key.epoch, now_ms, fresh(16), own)
    material = opener.material(prefix)
    if material is None:
        raise SlotRefused("The system's keyring did not keep the new key. Nothing was changed.")
    with material:
        return wrap(key, prefix, material, fresh(NONCE), written)
