"""The desk's own dialogs as the door of the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.vault import VaultState
from tui.commands.question import Question
from tui.messages.teller import Tone
from tui.venues.opening import Then

if TYPE_CHECKING:
    from tui.desk import Desk


OFFER = "Kept. Make a recovery key too, on paper?  y make it   n later"
LATER = "Not made. vr makes one."


class DeskDoor:
    """See `tui.venues.opening.VaultDoor`.

    Args:
        desk: The app.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def locks_in_ns(self) -> int | None:
        """How long until the desk is covered for want of keys; None: never, or not known."""
        return self._desk.locker.locks_in_ns

    def make(self, then: Then) -> None:
        """A new passphrase, twice."""
        self._desk.locker.need_open(then)

    def unlock(self, then: Then) -> None:
        """What opens the vault."""
        if self._desk.store.vault.state is VaultState.OPEN:
            # The worker says otherwise: what it tells next settles it, and asking again and again would not.
            self._desk.say("The worker's vault is locked. Look again in a moment.", Tone.WARN)
        else:
            self._desk.locker.need_open(then)

    def offer_recovery(self) -> None:
        """A recovery key, to be written down: for the day on which the passphrase is forgotten."""
        self._desk.ask(
            Question(
                OFFER,
                {"y": self._desk.vault.make_recovery, "n": lambda: self._desk.say(LATER)},
                dropped=LATER,
                lapsed=LATER,
            )
        )
