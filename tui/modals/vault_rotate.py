"""A new data key: every stored key is written anew, and so is everything that can open the vault."""

from __future__ import annotations

from connectors.model.vault import OpenedBy, SlotFacts
from connectors.ports.clock import Clock
from connectors.worker.secrets import RecoveryMade, RenewDataKey
from tui.modals.new_passphrase import MOST_BYTES
from tui.modals.sheet import Step
from tui.modals.vault_recovery import PaperSheet
from tui.widgets.secret_input import SecretInput

OTHER = "Other one"
LEAKED = "The copies that leaked still hold the old API keys: revoke them at the venue."
RENEWED = f"The data key, every stored key and every slot are renewed. {LEAKED}"


class RotateSheet(PaperSheet):
    """Renew the data key.

    Args:
        clock: Times what is shown.
        slots: Who can open the vault now.
    """

    def __init__(self, clock: Clock, slots: tuple[SlotFacts, ...]) -> None:
        self._second = SecretInput(clock, most=MOST_BYTES)
        super().__init__("A NEW DATA KEY", clock, RENEWED, {OTHER: self._second})
        self._slots = slots

    def first(self) -> Step:
        """Every passphrase; a recovery key is made anew."""
        passphrases = sum(slot.by is OpenedBy.PASSPHRASE for slot in self._slots)
        needed = passphrases if self.by is OpenedBy.RECOVERY else passphrases - 1
        paper = any(slot.by is OpenedBy.RECOVERY for slot in self._slots)
        told = ["Every stored key is encrypted anew, and every slot is built anew.", LEAKED]
        if paper:
            told += ["The recovery key is made anew too: have paper ready, the old one is void then."]
        if needed:
            told += ["The vault's other passphrase is needed as well."]
        fields = (self.asked, OTHER) if needed else (self.asked,)
        return Step(self._take, above=(*told, ""), fields=fields, keys=self.keys("next, then renew it"))

    def _take(self) -> None:
        others = (self._second.take(),) if self._second.filled else ()
        self.begin("Renewing it…", self._renew(RenewDataKey(self.authority(), others)))

    async def _renew(self, frame: RenewDataKey) -> None:
        result = await self.handed(frame)
        if isinstance(result, RecoveryMade):
            self.show(result)
        elif result is not None:
            self.done(RENEWED)
