"""Who can open the vault: slots added, replaced and removed. No field is touched by any of it (SECURITY-SPEC §5).

Every change asks for a typed secret again, even while the vault is open. An old copy of the file still opens with the
old secrets; only new API keys at the venue change that.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import SlotRefused
from connectors.model.secret import SecretBytes
from storage.vault.contents import MOST_SLOTS, Contents
from storage.vault.parameters import NewSlotCost, is_weak
from storage.vault.session import Session
from storage.vault.slot import Slot, SlotKind
from storage.vault.unlocking import (
    ByPassphrase,
    ByRecoveryKey,
    Keyring,
    Opener,
    new_keyring_slot,
    new_slot,
)


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """What may be shown of a slot."""

    slot_id: bytes
    kind: SlotKind
    label: str
    created_ms: int
    weak: bool
    """Made with parameters below what a new slot gets: the desk offers to wrap it anew."""


def facts_of(slot: Slot) -> SlotFacts:
    """What may be shown of a slot."""
    weak = slot.kind is SlotKind.PASSPHRASE and is_weak(slot.prefix.cost)
    return SlotFacts(slot.slot_id, slot.kind, slot.name, slot.prefix.created_ms, weak)


class SlotBook:
    """The slots of one vault.

    Every method that writes raises what `Session.authorise` and `Session.commit` raise.
    """

    def __init__(self, session: Session, cost: NewSlotCost) -> None:
        self._session = session
        self._cost = cost

    def all(self) -> tuple[SlotFacts, ...]:
        """Every slot, by id; also while locked, and then not verified."""
        contents = self._session.look()
        return tuple(facts_of(slot) for slot in contents.slots) if contents is not None else ()

    def change_passphrase(
        self, authority: Opener, new: ByPassphrase, *, replaces: bytes | None = None, label: str | None = None
    ) -> SlotFacts:
        """Wrap the data key under a new passphrase and drop the slot of the old one, in one commit.

        Args:
            authority: The old passphrase, or the recovery key where the passphrase is lost.
            new: The new one.
            replaces: Id of the slot to drop; None: the slot of ``authority``, or the only passphrase there is.
            label: What to call the new slot; None: as the old one.

        Raises:
            SlotRefused: It is not clear which slot is meant.
            SecretRefused: The new passphrase is too weak.
        """
        opened = self._session.authorise(authority)
        old = self._replaced(opened, replaces)
        slot = new_slot(self._session.key(), new, label or old.name, self._session.now_ms(), self._cost)
        self._swap(slot, without=old.slot_id)
        return facts_of(slot)

    def add_passphrase(self, authority: Opener, new: ByPassphrase, label: str) -> SlotFacts:
        """Let a second passphrase open the vault."""
        self._session.authorise(authority)
        self._require_room(SlotKind.PASSPHRASE)
        slot = new_slot(self._session.key(), new, label, self._session.now_ms(), self._cost)
        self._swap(slot)
        return facts_of(slot)

    def add_recovery(self, authority: Opener, key: SecretBytes, label: str = "paper") -> SlotFacts:
        """Let a recovery key open the vault; call it once the key was shown and typed back."""
        self._session.authorise(authority)
        self._require_room(SlotKind.RECOVERY)
        slot = new_slot(self._session.key(), ByRecoveryKey(key), label, self._session.now_ms(), self._cost)
        self._swap(slot)
        return facts_of(slot)

    def check_recovery(self, authority: Opener, *, instead: bool = False) -> None:
        """See that a recovery key could be added, before one is shown; ``instead``: in place of the one there is."""
        self._session.authorise(authority)
        if not instead:
            self._require_room(SlotKind.RECOVERY)

    def add_keyring(self, authority: Opener, keyring: Keyring, label: str = "login") -> SlotFacts:
        """Let the system's keyring open the vault at start."""
        self._session.authorise(authority)
        self._require_room(SlotKind.KEYRING)
        slot = new_keyring_slot(self._session.key(), keyring, label, self._session.now_ms())
        try:
            self._swap(slot)
        except BaseException:
            # Where the slot was written and only its anchor was not, the keyring's half must stay.
            if slot not in self._session.contents().slots:
                self._session.forget_item(keyring, slot)
            raise
        return facts_of(slot)

    def remove(self, authority: Opener, slot_id: bytes, keyring: Keyring | None = None) -> None:
        """Let one secret no longer open the vault.

        Args:
            authority: A typed secret.
            slot_id: The slot to drop.
            keyring: Where a keyring slot's item lies, to be deleted with it.

        Raises:
            SlotRefused: There is no such slot, or it is the last one that a person can open.
        """
        self._session.authorise(authority)
        slot = self._find(slot_id)

        def without(contents: Contents, generation: int) -> Contents:  # noqa: ARG001  # no row changes
            after = contents.with_slots(without=frozenset({slot_id}))
            require_a_typed_slot(after)
            return after

        self._session.commit(without, forget=True)
        if slot.kind is SlotKind.KEYRING:
            self._session.forget_item(keyring, slot)

    def _swap(self, slot: Slot, *, without: bytes | None = None) -> None:
        dropped = frozenset({without} if without is not None else ())
        self._session.commit(
            lambda contents, _generation: contents.with_slots(slot, without=dropped), forget=bool(dropped)
        )

    def _find(self, slot_id: bytes) -> Slot:
        found = next((slot for slot in self._session.contents().slots if slot.slot_id == slot_id), None)
        if found is None:
            raise SlotRefused(f"The vault has no slot {slot_id.hex()[:8]}. List them: tradedesk vault slots")
        return found

    def _replaced(self, opened: Slot, replaces: bytes | None) -> Slot:
        if replaces is not None:
            found = self._find(replaces)
        elif opened.kind is SlotKind.PASSPHRASE:
            found = opened
        else:
            passphrases = self._session.contents().slots_of(SlotKind.PASSPHRASE)
            if len(passphrases) != 1:
                raise SlotRefused(
                    f"The vault has {len(passphrases)} passphrases: name the slot to replace, or add a passphrase."
                )
            found = passphrases[0]
        if found.kind is not SlotKind.PASSPHRASE:
            raise SlotRefused(f"Slot {found.name!r} is a {found.kind.words}, not a passphrase. Name another.")
        return found

    def _require_room(self, kind: SlotKind) -> None:
        most = MOST_SLOTS[kind]
        if len(self._session.contents().slots_of(kind)) >= most:
            raise SlotRefused(f"The vault has {most} {kind.words} slots already, which is the most. Remove one first.")


def require_a_typed_slot(contents: Contents) -> None:
    """See that a person can still open the vault: a keyring slot never stands alone.

    Raises:
        SlotRefused: No passphrase and no recovery key would be left.
    """
    if all(slot.kind is SlotKind.KEYRING for slot in contents.slots):
        raise SlotRefused(
            "This is the last passphrase or recovery key; without one the keys could be lost with the login."
            " Add another first. Nothing was changed."
        )
