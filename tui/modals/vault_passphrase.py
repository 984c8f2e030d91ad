"""Another passphrase in the place of the old one, or a second one beside it."""

from __future__ import annotations

from connectors.ports.clock import Clock
from connectors.worker.secrets import AddPassphrase, ChangePassphrase, SecretFrame
from tui.modals.new_passphrase import ADVICE, MOST_BYTES, trouble_with
from tui.modals.sheet import Step
from tui.modals.vault_sheet import OLD_COPIES, VaultSheet
from tui.widgets.secret_input import SecretInput

NEW, AGAIN = "New one", "Again"


class NewPassphraseSheet(VaultSheet):
    """Change the passphrase; or, with a label, let a second one open the vault too.

    Args:
        clock: Times what is shown.
        label: What the second one is called; empty: the old one goes.
    """

    def __init__(self, clock: Clock, *, label: str = "") -> None:
        self._new = SecretInput(clock, may_reveal=True, most=MOST_BYTES)
        self._again = SecretInput(clock, may_reveal=True, most=MOST_BYTES)
        title = "A SECOND PASSPHRASE" if label else "CHANGE THE PASSPHRASE"
        super().__init__(title, clock, {NEW: self._new, AGAIN: self._again})
        self._label = label

    def first(self) -> Step:
        """The only step."""
        done = f"it is kept as {self._label}; both open the vault" if self._label else "change it"
        told = () if self._label else (OLD_COPIES, "")
        return Step(
            self._take,
            above=(*told, ADVICE, ""),
            fields=(self.asked, NEW, AGAIN),
            keys=self.keys(f"next, then {done}"),
        )

    def _take(self) -> None:
        trouble = trouble_with(self._new, self._again)
        if trouble:
            self._new.clear()
            self._again.clear()
            self.set_focus(self._new)
            self.say(trouble)
            return
        authority, new = self.authority(), self._new.take()
        self.empty()
        frame = AddPassphrase(authority, new, self._label) if self._label else ChangePassphrase(authority, new)
        self.begin("Changing who can open the vault…", self._change(frame))

    async def _change(self, frame: SecretFrame) -> None:
        if await self.handed(frame) is None:
            return
        if self._label:
            self.done(f"A second passphrase, {self._label}, opens the vault from now on.")
        else:
            self.done(f"The new passphrase is in force. {OLD_COPIES}")
