"""A new data key: every field, every item and every slot written anew, in one commit (SECURITY-SPEC §5).

For when a copy of an open vault, or the data key itself, may be in other hands. What such a copy holds stays readable
there: the API keys in it must be revoked at the venue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.errors import SlotRefused, VaultTampered
from connectors.model.secret import SecretBytes
from storage.vault.binding import item_binding
from storage.vault.contents import Contents, Item, Row
from storage.vault.datakey import DataKey
from storage.vault.field import item_field, open_field, seal_field
from storage.vault.parameters import NewSlotCost
from storage.vault.session import Session
from storage.vault.slot import Slot, SlotKind
from storage.vault.slotbook import SlotFacts, facts_of, require_a_typed_slot
from storage.vault.unlocking import (
    ByPassphrase,
    ByRecoveryKey,
    Keyring,
    Opener,
    matching_kek,
    new_keyring_slot,
    rewrapped_slot,
)


class Rekeying:
    """One renewal of the data key.

    Args:
        session: The open vault.
        cost: For the passphrase slots.
        passphrases: Typed; each slot needs its own.
        recovery: A new recovery key, shown and typed back, where the vault has one.
        keyring: The system's, where the vault has keyring slots.
        drop: Ids of slots that are to end here.
    """

    def __init__(  # a renewal needs every secret of the vault
        self,
        session: Session,
        cost: NewSlotCost,
        *,
        passphrases: Sequence[ByPassphrase] = (),
        recovery: SecretBytes | None = None,
        keyring: Keyring | None = None,
        drop: frozenset[bytes] = frozenset(),
    ) -> None:
        self._session = session
        self._cost = cost
        self._passphrases = passphrases
        self._recovery = recovery
        self._keyring = keyring
        self._drop = drop

    def run(self, authority: Opener) -> tuple[SlotFacts, ...]:
        """Renew everything; until the commit the old vault stands, after it the new one.

        Args:
            authority: A typed secret of the vault as it is.

        Returns:
            The new slots.

        Raises:
            SlotRefused: A slot has neither its secret here nor is it dropped; the sentence names it.
            VaultLocked, WrongPassphrase, VaultMoved, VaultTampered, ArchiveFailed: As `Session` says.
        """
        self._session.authorise(authority)
        if isinstance(authority, ByPassphrase) and authority not in self._passphrases:
            self._passphrases = (*self._passphrases, authority)
        old_slots = self._session.contents().slots
        old_key = self._session.key()
        key = DataKey.fresh(old_key.vault_id, old_key.epoch + 1)
        slots: list[Slot] = []
        try:
            slots += self._renewed(key, old_slots)

            def anew(contents: Contents, generation: int) -> Contents:
                renewed = _reencrypted(contents, old_key, key, generation, self._session.now_ms())
                renewed = replace(renewed, slots=tuple(sorted(slots, key=lambda slot: slot.slot_id)))
                require_a_typed_slot(renewed)
                return renewed

            self._session.commit(anew, key=key, forget=True)
        except BaseException:
            if self._session.holds(key):
                raise  # the commit stands; only what follows it failed
            self._forget_items(slots)
            key.close()
            raise
        self._forget_items(old_slots)
        return tuple(facts_of(slot) for slot in slots)

    def _renewed(self, key: DataKey, old_slots: Sequence[Slot]) -> list[Slot]:
        now_ms = self._session.now_ms()
        renewed = []
        for old in old_slots:
            if old.slot_id in self._drop:
                continue
            if old.kind is SlotKind.KEYRING:
                if self._keyring is None:
                    raise _missing(old)
                renewed.append(new_keyring_slot(key, self._keyring, old.name, now_ms))
            else:
                renewed.append(rewrapped_slot(key, self._opener_of(old), old, now_ms, self._cost))
        return renewed

    def _opener_of(self, old: Slot) -> Opener:
        if old.kind is SlotKind.RECOVERY and self._recovery is not None:
            return ByRecoveryKey(self._recovery)
        for opener in self._passphrases if old.kind is SlotKind.PASSPHRASE else ():
            kek = matching_kek(old, opener)
            if kek is not None:
                kek.close()
                return opener
        raise _missing(old)

    def _forget_items(self, slots: Sequence[Slot]) -> None:
        for slot in slots:
            if slot.kind is SlotKind.KEYRING:
                self._session.forget_item(self._keyring, slot)


def _missing(slot: Slot) -> SlotRefused:
    return SlotRefused(
        f"Slot {slot.name!r} needs its {slot.kind.words} here to go on opening the vault."
        " Give it, or drop the slot. Nothing was changed."
    )


def _reencrypted(contents: Contents, old: DataKey, new: DataKey, generation: int, now_ms: int) -> Contents:
    before = contents.header
    header = replace(before, epoch=new.epoch, rotated_ms=now_ms, check=new.check)
    rows = []
    for row in contents.rows:
        fresh = Row(row.bound, generation, row.fields)
        fields = {
            name: _moved(body, name, (old, row.binding(before)), (new, fresh.binding(header)))
            for name, body in row.fields.items()
        }
        rows.append(replace(fresh, fields=fields))
    items = []
    for item in contents.items:
        there = item_binding(before.vault_id, before.epoch, item.generation)
        here = item_binding(header.vault_id, header.epoch, generation)
        items.append(
            Item(item.name, generation, _moved(item.envelope, item_field(item.name), (old, there), (new, here)))
        )
    return replace(contents, header=header, rows=tuple(rows), items=tuple(items))


def _moved(body: bytes, name: str, there: tuple[DataKey, bytes], here: tuple[DataKey, bytes]) -> bytes:
    secret = open_field(*there, name, body)
    if secret is None:
        raise VaultTampered(f"{name} does not open")
    with secret:
        return seal_field(*here, name, secret)
