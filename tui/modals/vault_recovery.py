"""A recovery key: shown once, written on paper, two of its groups typed back; only then the worker keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.model.secret import overwrite
from connectors.ports.clock import Clock
from connectors.worker import api
from connectors.worker.secrets import ConfirmRecovery, MakeRecovery, RecoveryMade
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.modals.sheet import Step
from tui.modals.vault_sheet import VaultSheet
from tui.widgets.secret_input import SecretInput, TypedField

FIRST, SECOND = "First group", "Second group"
_GROUP_BYTES = 32
_ROW = 5
"""Groups in a row, the mark counted."""
KEPT = "The recovery key is kept. Its paper is as good as the passphrase."


class PaperSheet(VaultSheet):
    """A sheet that may have to show a recovery key.

    Args:
        title: In its frame.
        clock: Times what is shown.
        kept: Said once it was typed back.
        fields: Those that are asked for before.
    """

    def __init__(self, title: str, clock: Clock, kept: str, fields: Mapping[str, TypedField] | None = None) -> None:
        self._groups = tuple(SecretInput(clock, may_reveal=True, most=_GROUP_BYTES) for _ in range(2))
        super().__init__(title, clock, {**(fields or {}), **dict(zip((FIRST, SECOND), self._groups, strict=True))})
        self._kept = kept
        self._made: RecoveryMade | None = None

    def on_unmount(self) -> None:
        """Overwrite the key; one that was not typed back by now is not kept."""
        if self._made is not None:
            overwrite(self._made.text)

    def show(self, made: RecoveryMade) -> None:
        """Show a key that was just made; where the sheet is gone, nobody sees it and nothing keeps it."""
        if not self.open:
            overwrite(made.text)
            return
        self._made = made
        self._show()

    def other(self) -> None:
        """While it is typed back: show it once more."""
        if self._made is None:
            super().other()
        elif not self.busy:
            self._show()

    def _show(self) -> None:
        made = self._made
        if made is None:
            return
        groups = made.text.decode("ascii").split("-")
        rows = ["   ".join(groups[at : at + _ROW]) for at in range(0, len(groups), _ROW)]
        above = (
            "Write it on paper now. It is shown this once; nothing keeps it for you.",
            "",
            *(f"      {row}" for row in rows),
            "",
            "Case and dashes do not matter. Two of its groups are asked for next.",
        )
        keys = (("enter", "it is on paper"), ("esc", "leave; it is not kept"))
        self.go(Step(self._ask_back, above=above, keys=keys))

    def _ask_back(self, said: str = "") -> None:
        if self._made is None:
            return
        first, second = self._made.groups
        self.call(FIRST, f"Group {first}")
        self.call(SECOND, f"Group {second}")
        above = (f"Type group {first} and group {second} from your paper, counted after TDR1.", "")
        keys = (("enter", "next, then keep it"), ("^k", "show it again"), ("esc", "leave; it is not kept"))
        self.go(Step(self._confirm, above=above, fields=(FIRST, SECOND), keys=keys), said, Tone.WARN)

    def _confirm(self) -> None:
        first, second = (group.take() for group in self._groups)
        self.begin("Keeping it…", self._confirmed(ConfirmRecovery((first, second))))

    async def _confirmed(self, frame: ConfirmRecovery) -> None:
        result = await self.desk.session.hand(frame)
        trouble = sentence_of(result)
        if not trouble:
            self.done(self._kept)
        elif self.open:
            self._ask_back(trouble)
        else:
            self.desk.say(trouble, Tone.WARN, sticky=True)


class RecoverySheet(PaperSheet):
    """Make a recovery key.

    Args:
        clock: Times what is shown.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__("A RECOVERY KEY", clock, KEPT)

    def first(self) -> Step:
        """Ask for the authority."""
        return Step(
            self._make,
            above=("It opens the vault when the passphrase is lost. It is shown once, here.", ""),
            fields=(self.asked,),
            keys=self.keys("make it"),
        )

    def _make(self) -> None:
        self.begin("Making it…", self._made_by(MakeRecovery(self.authority())))

    async def _made_by(self, frame: MakeRecovery) -> None:
        result = await self.handed(frame)
        if isinstance(result, RecoveryMade):
            self.show(result)
        elif isinstance(result, api.Done):
            self.done("No recovery key was made.")
