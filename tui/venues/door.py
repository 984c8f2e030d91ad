"""The desk's own dialogs as the door of the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.messages.teller import Tone
from tui.modals.vault_create import CreateVaultSheet
from tui.venues.opening import Then

if TYPE_CHECKING:
    from tui.desk import Desk


class DeskDoor:
    """See `tui.venues.opening.VaultDoor`.

    Args:
        desk: The app.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._then: Then | None = None

    @property
    def locks_in_ns(self) -> int | None:
        """How long until the desk is covered for want of keys; None: never, or not known."""
        return None

    def make(self, then: Then) -> None:
        """A new passphrase, twice."""
        self._desk.dialogs.open_sheet(CreateVaultSheet(self._desk.clock, then))

    def unlock(self, then: Then) -> None:
        """What opens the vault."""
        self._desk.say("The vault is locked: open it first, then do it again.", Tone.WARN)
        self._then = then

    def offer_recovery(self) -> None:
        """A recovery key, to be written down."""
