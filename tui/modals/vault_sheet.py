"""What the sheets share that change who can open the vault: a typed secret is asked again, even while it is open."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.model.vault import OpenedBy
from connectors.ports.clock import Clock
from connectors.worker import api
from connectors.worker.secrets import RecoveryMade, SecretFrame, Typed
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.modals.new_passphrase import MOST_BYTES
from tui.modals.sheet import Sheet, Step
from tui.widgets.secret_input import SecretInput, TypedField

PASSPHRASE, RECOVERY = "Passphrase", "Recovery key"
"""Names of the two fields that ask for the authority."""
RECOVERY_BYTES = 256
OLD_COPIES = "An old copy of the archive still opens with the old one."
WRONG = {
    OpenedBy.PASSPHRASE: "Passphrase not accepted. Nothing was changed.",
    OpenedBy.RECOVERY: "Recovery key not accepted. Nothing was changed.",
}


class VaultSheet(Sheet):
    """Asks for the passphrase or, after ``ctrl+k``, for the recovery key, and hands one change to the worker.

    Args:
        title: In its frame.
        clock: Times what is shown.
        fields: Those of the change itself.
    """

    def __init__(self, title: str, clock: Clock, fields: Mapping[str, TypedField]) -> None:
        self._secrets = {
            PASSPHRASE: SecretInput(clock, most=MOST_BYTES),
            RECOVERY: SecretInput(clock, may_reveal=True, most=RECOVERY_BYTES),
        }
        super().__init__(title, {**self._secrets, **fields})
        self.by = OpenedBy.PASSPHRASE
        """What is asked for."""

    @property
    def asked(self) -> str:
        """Name of the field that asks for it."""
        return RECOVERY if self.by is OpenedBy.RECOVERY else PASSPHRASE

    @property
    def _on_paper(self) -> bool:
        """Whether a recovery key can open the vault."""
        return any(slot.by is OpenedBy.RECOVERY for slot in self.desk.store.vault.slots)

    def authority(self) -> Typed:
        """What was typed into it; the field is empty afterwards."""
        return Typed(self.by, self._secrets[self.asked].take())

    def keys(self, enter: str) -> tuple[tuple[str, str], ...]:
        """The last row."""
        if not self._on_paper:
            return (("enter", enter), ("esc", "leave"))
        other = "passphrase instead" if self.by is OpenedBy.RECOVERY else "recovery key instead"
        return (("enter", enter), ("^k", other), ("esc", "leave"))

    def other(self) -> None:
        """Ask for the other secret, where the vault knows one."""
        if not self.busy and self._on_paper:
            self.by = OpenedBy.PASSPHRASE if self.by is OpenedBy.RECOVERY else OpenedBy.RECOVERY
            self.go(self.first())

    def first(self) -> Step:
        """The step it begins with."""
        raise TypeError(f"{type(self).__name__} says nothing about how it begins")

    async def handed(self, frame: SecretFrame) -> api.Result | RecoveryMade | None:
        """Hand a frame over; what was refused is said, and the first step begins anew.

        Returns:
            The worker's answer, or None where it refused.
        """
        result = await self.desk.session.hand(frame)
        trouble = sentence_of(result)
        if not trouble:
            return result
        if isinstance(result, api.Failure) and result.kind is api.FailureKind.WRONG_PASSPHRASE:
            trouble = WRONG[self.by]
        if self.open:
            self.go(self.first(), trouble, Tone.WARN)
        else:
            self.desk.say(trouble, Tone.WARN, sticky=True)
        return None

    def done(self, sentence: str) -> None:
        """Leave, and say what is so now."""
        desk = self.desk
        self.close()
        desk.say(sentence, Tone.GOOD)
