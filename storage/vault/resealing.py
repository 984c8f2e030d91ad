"""After `VaultTampered`: what no longer opens is shown, and what still does can be sealed anew (SECURITY-SPEC §5).

Nothing is believed that the data key does not prove: a field that does not open is dropped, and so is every slot but
the one that was used, because an old slot put back would let an old passphrase in. A row put back from an older copy
opens, and nobody can tell: so the user is shown what stays, and types that it is right.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from connectors.errors import VaultLocked, VaultMoved
from storage.vault.anchor import Anchor, AuditHead
from storage.vault.anchors import Anchors
from storage.vault.binding import Bound, item_binding
from storage.vault.contents import Contents, Row, parse_contents
from storage.vault.datakey import DataKey
from storage.vault.field import item_field, open_field
from storage.vault.parameters import check_readable
from storage.vault.slot import Slot, SlotKind
from storage.vault.store import Stored, VaultStore
from storage.vault.unlocking import Opener, open_slot


@dataclass(frozen=True, slots=True)
class Difference:
    """What a reseal would drop and what it would keep."""

    sealed: bool
    """The seal is whole: there is nothing to accept."""
    broken: tuple[str, ...]
    """Fields and items that do not open, by name; they are dropped."""
    kept: tuple[Bound, ...]
    """Connections of which something opens: compare every fact of them."""
    slots_dropped: tuple[str, ...]
    """Labels of the slots that end."""
    stored: Stored = field(repr=False)
    """The state that was looked at; no other one is resealed."""


class Resealing:
    """Looks at a vault whose seal is broken, with one of its secrets, and seals what is left."""

    def __init__(self, store: VaultStore, anchors: Anchors, audit_head: Callable[[], AuditHead]) -> None:
        self._store = store
        self._anchors = anchors
        self._audit_head = audit_head

    def difference(self, opener: Opener) -> Difference:
        """Look, and change nothing.

        Raises:
            VaultLocked: There is no vault.
            WrongPassphrase: The secret opens no slot.
            VaultTampered: The slot itself was changed: only another secret, or a backup, helps.
            VaultDamaged, VaultUnsupported, KdfTooCostly: As for an unlock.
        """
        stored = self._store.read()
        contents, slot, key = _unwrapped(stored, opener)
        try:
            mended, broken = _mended(contents, slot, key)
            whole = hmac.compare_digest(key.check, contents.header.check)
            sealed = whole and hmac.compare_digest(key.seal_of(contents.sealed_message()), stored.seal or b"")
        finally:
            key.close()
        dropped = tuple(other.name for other in contents.slots if other.slot_id != slot.slot_id)
        return Difference(sealed, broken, tuple(row.bound for row in mended.rows), dropped, stored)

    def accept(self, opener: Opener, seen: Difference) -> None:
        """Seal what `difference` showed; call it once the user has typed that it is right, then unlock.

        Raises:
            VaultMoved: It is another state than the one that was seen, or its seal is whole.
            WrongPassphrase, VaultTampered, ArchiveFailed: As for `difference` and a commit.
        """
        if seen.sealed:
            raise VaultMoved("The vault's seal is whole, so there is nothing to accept. Run: tradedesk vault unlock")
        contents, slot, key = _unwrapped(seen.stored, opener)
        try:
            mended, _ = _mended(contents, slot, key)
            generation = max(contents.header.generation, self._anchors.read(contents).generation) + 1
            header = replace(mended.header, check=key.check, generation=generation)
            mended = replace(mended, header=header)
            seal = key.seal_of(mended.sealed_message())
        finally:
            key.close()
        with self._store.change() as change:
            before = change.read()
            if before != seen.stored:
                raise VaultMoved("The vault has changed since it was looked at. Nothing was written: look again.")
            change.write(before, mended.stored(seal))
        try:
            self._anchors.write(Anchor(header.vault_id, generation, seal, self._audit_head()), copied=False)
            self._anchors.forget_slots(contents)
        finally:
            self._store.forget_old_bytes()


def _unwrapped(stored: Stored, opener: Opener) -> tuple[Contents, Slot, DataKey]:
    contents = parse_contents(stored)
    if contents is None:
        raise VaultLocked("There is no vault yet. It is made with the first key: tradedesk venues add")
    if opener.kind is SlotKind.KEYRING:
        raise VaultLocked("This asks for a secret that is typed: the passphrase or the recovery key.")
    slots = contents.slots_of(opener.kind)
    for slot in slots if opener.kind is SlotKind.PASSPHRASE else ():
        check_readable(slot.prefix.cost)
    slot, dek = open_slot(slots, opener)
    return contents, slot, DataKey(dek, contents.header.vault_id, contents.header.epoch)


def _mended(contents: Contents, slot: Slot, key: DataKey) -> tuple[Contents, tuple[str, ...]]:
    """The contents without what does not open and with one slot; and what does not open."""
    header, broken, rows, items = contents.header, [], [], []
    for row in contents.rows:
        binding = row.binding(header)
        whole = {name: body for name, body in row.fields.items() if _opens(key, binding, name, body)}
        broken += [f"{name} of {row.bound.part}" for name in sorted(row.fields.keys() - whole.keys())]
        rows += [Row(row.bound, row.generation, whole)] if whole else []
    for item in contents.items:
        binding = item_binding(header.vault_id, header.epoch, item.generation)
        if _opens(key, binding, item_field(item.name), item.envelope):
            items.append(item)
        else:
            broken.append(f"item {item.name}")
    return replace(contents, slots=(slot,), rows=tuple(rows), items=tuple(items)), tuple(broken)


def _opens(key: DataKey, binding: bytes, name: str, body: bytes) -> bool:
    opened = open_field(key, binding, name, body)
    if opened is None:
        return False
    opened.close()
    return True
