"""Keys of a field for a secret or a word (`tui.widgets.secret_input`), wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context
from tui.messages.teller import Tone
from tui.widgets.secret_input import SecretInput

if TYPE_CHECKING:
    from tui.desk import Desk


class FieldCommand(Command):
    """Works in the field that has the focus."""

    contexts = (Context.FIELD,)
    works_covered = True


class FieldErase(FieldCommand):
    """Take the last character away."""

    id, keys, words = "field.erase", ("backspace", "delete"), "erase"
    shown = "bksp"

    def run(self, desk: Desk) -> None:
        """Erase."""
        if desk.rooms.field is not None:
            desk.rooms.field.erase()


class FieldClear(FieldCommand):
    """Empty the field."""

    id, keys, words = "field.clear", ("ctrl+u",), "empty the field"

    def run(self, desk: Desk) -> None:
        """Empty it; what it held is overwritten."""
        if desk.rooms.field is not None:
            desk.rooms.field.clear()


class FieldReveal(FieldCommand):
    """Show what was typed for five seconds, where that is allowed."""

    id, keys, words = "field.reveal", ("ctrl+r",), "show for 5 s"

    def run(self, desk: Desk) -> None:
        """Show it, or say why not."""
        field = desk.rooms.field
        refusal = field.reveal() if isinstance(field, SecretInput) else ""
        if refusal and desk.dialogs.sheet is not None:
            desk.dialogs.sheet.say(refusal)
        elif refusal:
            desk.say(refusal, Tone.WARN)


FIELDS: tuple[type[Command], ...] = (FieldErase, FieldClear, FieldReveal)
"""In the order of the help page."""
