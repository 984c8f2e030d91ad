"""Opening the sheets that change who can open the vault: by key on the venues screen, by word on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from connectors.model.vault import OpenedBy, VaultState
from tui.format import times
from tui.locker import NO_VAULT
from tui.messages.teller import Tone
from tui.modals.sheet import Sheet
from tui.modals.vault_passphrase import NewPassphraseSheet
from tui.modals.vault_recovery import RecoverySheet
from tui.modals.vault_rotate import RotateSheet
from tui.modals.vault_slots import SHORT_ID, KeyringSheet, RemoveSlotSheet

if TYPE_CHECKING:
    from tui.desk import Desk


class VaultDialogs:
    """The vault's sheets.

    Args:
        desk: The app.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def status(self) -> None:
        """Say how far it is open, and by how many secrets it can be."""
        vault = self._desk.store.vault
        if vault.state is VaultState.NONE:
            self._desk.say(NO_VAULT)
            return
        slots = times.count(len(vault.slots), "secret")
        self._desk.say(f"The vault is {vault.state.value}; {slots} can open it. gv lists them.")

    def change_passphrase(self) -> None:
        """Another passphrase in the place of the old one."""
        self._open(lambda: NewPassphraseSheet(self._desk.clock))

    def add_passphrase(self, label: str = "second") -> None:
        """A second passphrase."""
        self._open(lambda: NewPassphraseSheet(self._desk.clock, label=label))

    def make_recovery(self) -> None:
        """A recovery key, unless there is one: only one can be."""
        self._open(lambda: RecoverySheet(self._desk.clock), self._has_recovery)

    def add_keyring(self, label: str = "login") -> None:
        """Let the system's keyring open it at start; say why not, where none can be used."""
        vault = self._desk.store.vault
        if vault.state is VaultState.OPEN and not vault.keyring:
            self._desk.say(vault.keyring_sentence or "No keyring of this system can be used.", Tone.WARN)
            return
        self._open(lambda: KeyringSheet(self._desk.clock, self._desk.store.vault, label))

    def remove_slot(self, wanted: str = "") -> None:
        """Let one secret no longer open it."""
        self._open(lambda: RemoveSlotSheet(self._desk.clock, self._desk.store.vault.slots, wanted))

    def rotate(self) -> None:
        """A new data key."""
        self._open(lambda: RotateSheet(self._desk.clock, self._desk.store.vault.slots))

    def _open(self, make: Callable[[], Sheet], refusal: Callable[[], str] = lambda: "") -> None:
        desk = self._desk

        def then() -> None:
            why = refusal()
            if why:
                desk.say(why, Tone.WARN)
            else:
                desk.dialogs.open_sheet(make())

        if desk.store.vault.state is VaultState.NONE:
            desk.say(NO_VAULT)
        else:
            desk.locker.need_open(then)

    def _has_recovery(self) -> str:
        for slot in self._desk.store.vault.slots:
            if slot.by is OpenedBy.RECOVERY:
                named = slot.slot_id[:SHORT_ID]
                return f"There is a recovery key already, and only one can be. End it first: :vault slot remove {named}"
        return ""
