"""Letting one secret no longer open the vault, or letting the system's keyring open it at start."""

from __future__ import annotations

from connectors.model.vault import OpenedBy, SlotFacts, VaultFacts
from connectors.ports.clock import Clock
from connectors.worker.secrets import AddKeyring, RemoveSlot, SecretFrame
from tui.format.clean import clean
from tui.messages.teller import Tone
from tui.modals.sheet import Step
from tui.modals.vault_sheet import OLD_COPIES, VaultSheet
from tui.widgets.secret_input import WordInput

SLOT = "Slot"
SHORT_ID = 8
_ID_BYTES = 32
_NAMES = {OpenedBy.PASSPHRASE: "passphrase", OpenedBy.KEYRING: "keyring", OpenedBy.RECOVERY: "recovery key"}
KEYRING_TOLD = (
    "It protects a stolen disk as well as your login does, and nothing against programs of the same login. It opens"
    " the vault at start, and never a covered desk."
)


def slot_words(slot: SlotFacts) -> str:
    """``10101010  passphrase  main``."""
    weak = "   weaker than a new one" if slot.weak else ""
    return f"{slot.slot_id[:SHORT_ID]}  {_NAMES[slot.by]:<13} {clean(slot.label, 40)}{weak}"


class RemoveSlotSheet(VaultSheet):
    """Remove a slot.

    Args:
        clock: Times what is shown.
        slots: Those there are.
        wanted: The beginning of the id of the one to go; empty: it is typed.
    """

    def __init__(self, clock: Clock, slots: tuple[SlotFacts, ...], wanted: str = "") -> None:
        self._slot = WordInput(most=_ID_BYTES)
        super().__init__("END A SLOT", clock, {SLOT: self._slot})
        self._slots = slots
        self._wanted = wanted

    def first(self) -> Step:
        """Which one, and the authority."""
        named = [slot_words(slot) for slot in self._slots]
        above = ("One of these secrets will no longer open the vault:", "", *named, "", OLD_COPIES, "")
        return Step(self._take, above=above, fields=(self.asked, SLOT), keys=self.keys("next, then end it"))

    def go(self, step: Step, said: str = "", tone: Tone = Tone.PLAIN) -> None:
        """Begin each time with the one that was named."""
        super().go(step, said, tone)
        self._slot.put(self._wanted)

    def _take(self) -> None:
        wanted = self._slot.text.strip().lower()
        found = [slot for slot in self._slots if wanted and slot.slot_id.startswith(wanted)]
        if len(found) != 1:
            why = "No slot begins so" if not found else "More than one slot begins so"
            self.set_focus(self._slot)
            self.say(f"{why}. Type the beginning of one of the ids above.")
            return
        self.begin("Ending it…", self._end(RemoveSlot(self.authority(), found[0].slot_id), found[0]))

    async def _end(self, frame: SecretFrame, slot: SlotFacts) -> None:
        if await self.handed(frame) is not None:
            self.done(f"The {_NAMES[slot.by]} {clean(slot.label, 40)} no longer opens the vault. {OLD_COPIES}")


class KeyringSheet(VaultSheet):
    """Let the system's keyring open the vault at start.

    Args:
        clock: Times what is shown.
        vault: Names the keyring.
        label: What the slot is called.
    """

    def __init__(self, clock: Clock, vault: VaultFacts, label: str = "login") -> None:
        super().__init__("THE SYSTEM'S KEYRING", clock, {})
        self._keyring = clean(vault.keyring, 60)
        self._label = label

    def first(self) -> Step:
        """What it protects against, and the authority."""
        return Step(
            self._take,
            above=(f"{self._keyring} will open the vault at start.", "", KEYRING_TOLD, ""),
            fields=(self.asked,),
            keys=self.keys("let it"),
        )

    def _take(self) -> None:
        self.begin("Adding it…", self._add(AddKeyring(self.authority(), self._label)))

    async def _add(self, frame: SecretFrame) -> None:
        if await self.handed(frame) is not None:
            self.done(f"{self._keyring} opens the vault at start from now on.")
