"""One vault as one process knows it: locked, open or covered; the only place that holds the data key and commits."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace

from connectors.errors import (
    VaultDamaged,
    VaultLocked,
    VaultMoved,
    WrongPassphrase,
)
from connectors.model.vault import VaultState
from connectors.ports.clock import Clock
from storage.vault.anchor import Anchor, AuditHead, judge
from storage.vault.anchors import Anchors, Kept, has_keyring_slot, is_older
from storage.vault.cipher import fresh
from storage.vault.contents import Contents, parse_contents
from storage.vault.datakey import DataKey
from storage.vault.header import PART, Header
from storage.vault.parameters import check_readable
from storage.vault.slot import Slot, SlotKind
from storage.vault.state import Known, locked, moved
from storage.vault.store import Stored, VaultStore
from storage.vault.unlocking import Keyring, Opener, open_slot
from storage.vault.verifying import verify

_NS_IN_MS = 1_000_000
Build = Callable[[Contents, int], Contents]
"""What is there, and the generation of the write → what shall be there."""


class Session:
    """Opens, verifies, commits; everything else of the vault is built on these."""

    def __init__(
        self, store: VaultStore, anchors: Anchors, clock: Clock, audit_head: Callable[[], AuditHead] = AuditHead
    ) -> None:
        self._store = store
        self._anchors = anchors
        self._clock = clock
        self._audit_head = audit_head
        self._key: DataKey | None = None
        self._known: Known | None = None
        self.state = VaultState.LOCKED

    def now_ms(self) -> int:
        """Wall time in ms since the Unix epoch."""
        return self._clock.time_ns() // _NS_IN_MS

    def look(self) -> Contents | None:
        """What is in the store, parsed and not verified; None where there is no vault.

        Raises:
            VaultDamaged: It cannot be parsed, or only its anchor is left.
            VaultUnsupported: It is of a later format.
        """
        return self._look(self._store.read())

    def _look(self, stored: Stored) -> Contents | None:
        contents = parse_contents(stored)
        if contents is None and self._anchors.is_in_file():
            raise VaultDamaged(PART, "is gone, and the anchor of a vault is there")
        return contents

    def key(self) -> DataKey:
        """The data key.

        Raises:
            VaultLocked: It is not held.
        """
        if self._key is None:
            raise locked()
        return self._key

    def holds(self, key: DataKey) -> bool:
        """Whether this very key is the one in use."""
        return self._key is key

    def contents(self) -> Contents:
        """The verified contents.

        Raises:
            VaultLocked: The vault is not open.
        """
        self.key()
        return self._require_known().contents

    def create(self, make_slot: Callable[[DataKey], Slot]) -> None:
        """Make a vault with one slot, in one transaction, and leave it open.

        Raises:
            VaultMoved: There is one already.
            VaultDamaged: Parts of one are there.
        """
        now = self.now_ms()
        key = DataKey.fresh(fresh(16), epoch=1)
        try:
            header = Header(key.vault_id, 1, 1, now, now, key.check)
            contents = Contents(header, (make_slot(key),))
            seal = key.seal_of(contents.sealed_message())
            with self._store.change() as change:
                before = change.read()
                if self._look(before) is not None:
                    raise VaultMoved("There is a vault already. Open it: tradedesk vault unlock")
                change.write(before, contents.stored(seal))
        except BaseException:
            key.close()
            raise
        self._hold(key, Known(contents, seal))
        self._write_anchor()

    def open(self, opener: Opener, *, accept_older: bool = False) -> tuple[Slot, Kept]:
        """Open the vault; the steps and their order are SECURITY-SPEC §5's. Writes nothing to the store.

        Args:
            opener: The secret.
            accept_older: The user has typed that an older copy is to be the newest from now on; that is written.

        Returns:
            The slot that opened it, and the anchors it was held against.

        Raises:
            VaultLocked: There is no vault, or a covered one is to be opened by the keyring.
            WrongPassphrase, VaultDamaged, VaultTampered, VaultRolledBack, VaultUnsupported, KdfTooCostly: As they say.
        """
        if self.state is VaultState.COVERED and opener.kind is SlotKind.KEYRING:
            raise VaultLocked("The desk is covered, and the keyring opens it only at start. Type the passphrase.")
        # Before the store: another process that commits in between leaves the store above them, never below.
        kept = self._anchors.read(self.look())
        stored = self._store.read()
        contents = self._look(stored)
        if contents is None or stored.seal is None:
            raise VaultLocked("There is no vault yet. It is made with the first key: tradedesk venues add")
        slots = contents.slots_of(opener.kind)
        for slot in slots if opener.kind is SlotKind.PASSPHRASE else ():
            check_readable(slot.prefix.cost)
        slot, dek = open_slot(slots, opener)
        key = DataKey(dek, contents.header.vault_id, contents.header.epoch)
        try:
            verify(contents, stored.seal, key)
            older = is_older(kept, contents, stored.seal, accepted=accept_older)
        except BaseException:
            key.close()
            raise
        self._hold(key, Known(contents, stored.seal))
        try:
            if older:
                self.commit(_unchanged, at_least=kept.generation + 1)
            elif not kept.stands_at(stored.seal):
                self._write_anchor()
        except BaseException:
            self.close(VaultState.LOCKED)
            raise
        return slot, kept

    def require_current(self) -> None:
        """See that what is known is still what the store holds: else a secret or a row would seem not to be there.

        Raises:
            VaultLocked: The vault is not open.
            VaultMoved: Another process has written it since.
        """
        self.key()
        if not self._require_known().is_same(self._store.read()):
            raise moved()

    def authorise(self, opener: Opener) -> Slot:
        """Ask for a secret again, even though the vault is open.

        Returns:
            The slot it opens.

        Raises:
            VaultLocked: The vault is not open, or the secret is not one that is typed.
            VaultMoved: Another process has written it since: that slot may be another now.
            WrongPassphrase: It is none of this vault's.
        """
        self.require_current()
        contents, key = self.contents(), self.key()
        if opener.kind is SlotKind.KEYRING:
            raise VaultLocked("This asks for a secret that is typed: the passphrase or the recovery key.")
        slot, dek = open_slot(contents.slots_of(opener.kind), opener)
        with dek:
            if not hmac.compare_digest(dek.buffer, key.dek.buffer):
                raise WrongPassphrase("This secret opens another data key. Unlock again: tradedesk vault unlock")
        return slot

    def commit(self, build: Build, *, key: DataKey | None = None, forget: bool = False, at_least: int = 0) -> None:
        """Write one change: all of it or nothing, sealed over what the store then holds.

        Args:
            build: From what is there to what shall be there.
            key: A new data key, which the contents are then written under; held from the commit on.
            forget: Something was removed or replaced, and no log of the store may keep it.
            at_least: Least generation of the write.

        Raises:
            VaultLocked: The vault is not open.
            VaultMoved: Another process has written it since.
            VaultTampered: Someone without the key has.
            ArchiveFailed: The store did not take it; nothing was changed.
        """
        held, known = self.key(), self._require_known()
        with self._store.change() as change:
            before = change.read()
            if not known.is_same(before):
                raise moved()
            now = parse_contents(before)
            if now is None:
                raise VaultDamaged(PART, "is gone")
            verify(now, known.seal, held)
            generation = max(now.header.generation + 1, at_least)
            after = build(now, generation)
            after = replace(after, header=replace(after.header, generation=generation))
            seal = (key or held).seal_of(after.sealed_message())
            change.write(before, after.stored(seal))
        if key is not None:
            held.close()
        self._known = Known(after, seal)
        self._key = key or held
        try:
            self._write_anchor()
            if has_keyring_slot(now) and not has_keyring_slot(after):
                self._anchors.forget_copy(now.header.vault_id)
        finally:
            if forget:
                self._store.forget_old_bytes()

    def forget_item(self, keyring: Keyring | None, slot: Slot) -> None:
        """Drop a keyring slot's item after the slot has ended; what fails is said by the vault's notice."""
        self._anchors.forget_item(keyring, slot)

    def refresh(self) -> None:
        """Take over what another process has written, if it was written with our data key.

        Raises:
            VaultLocked: The vault is not open, or the data key was renewed; it is locked then.
            VaultTampered: What is there was not written with the key.
            VaultRolledBack: It is older than what this process knows.
        """
        key, known = self.key(), self._require_known()
        stored = self._store.read()
        if known.is_same(stored):
            return
        contents = self._look(stored)
        if contents is None or (contents.header.vault_id, contents.header.epoch) != (key.vault_id, key.epoch):
            self.close(VaultState.LOCKED)
            raise VaultLocked("Another process has renewed the data key. Open the vault again: tradedesk vault unlock")
        seal = stored.seal or b""
        verify(contents, seal, key)
        judge(contents, seal, Anchor(key.vault_id, known.contents.header.generation, known.seal))
        self._known = Known(contents, seal)

    def close(self, state: VaultState) -> None:
        """Overwrite the data key and what was derived from it; may be called twice."""
        if self._key is not None:
            self._key.close()
            self._key = None
        self.state = state

    def _require_known(self) -> Known:
        if self._known is None:
            raise locked()
        return self._known

    def _hold(self, key: DataKey, known: Known) -> None:
        self.close(VaultState.OPEN)
        self._key, self._known = key, known

    def _write_anchor(self) -> None:
        known = self._require_known()
        header = known.contents.header
        anchor = Anchor(header.vault_id, header.generation, known.seal, self._audit_head())
        self._anchors.write(anchor, copied=has_keyring_slot(known.contents))


def _unchanged(contents: Contents, generation: int) -> Contents:  # noqa: ARG001  # a write of nothing but the generation
    return contents
