"""Keys of the sheets: dialogs with fields for secrets and for words that agree. Esc never does anything but leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context

if TYPE_CHECKING:
    from tui.desk import Desk


class SheetCommand(Command):
    """Works in a sheet."""

    contexts = (Context.SHEET,)
    works_covered = True


class SheetEnter(SheetCommand):
    """The next field; in the last one, take what was typed."""

    id, keys, words = "sheet.enter", ("enter",), "next field, then take it"
    footer = "next"

    def run(self, desk: Desk) -> None:
        """Go on."""
        if desk.dialogs.sheet is not None:
            desk.dialogs.sheet.enter()


class SheetNext(SheetCommand):
    """The field below."""

    id, keys, words = "sheet.next", ("tab", "down"), "field below / above"
    shown = "tab"

    def run(self, desk: Desk) -> None:
        """Move."""
        if desk.dialogs.sheet is not None:
            desk.dialogs.sheet.move(1)


class SheetPrevious(SheetCommand):
    """The field above."""

    id, keys, words = "sheet.previous", ("shift+tab", "up"), "field above"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move."""
        if desk.dialogs.sheet is not None:
            desk.dialogs.sheet.move(-1)


class SheetClose(SheetCommand):
    """Leave; what was typed is overwritten and nothing is done."""

    id, keys, words = "sheet.close", ("escape",), "leave, nothing is done"
    shown, footer = "esc", "leave"

    def run(self, desk: Desk) -> None:
        """Leave."""
        if desk.dialogs.sheet is not None:
            desk.dialogs.sheet.escape()


class SheetOther(SheetCommand):
    """The other way, where the sheet offers one: a generated passphrase, the recovery key instead."""

    id, keys, words = "sheet.other", ("ctrl+k",), "the other way, where one is offered"

    def run(self, desk: Desk) -> None:
        """Take it."""
        if desk.dialogs.sheet is not None:
            desk.dialogs.sheet.other()


SHEETS: tuple[type[Command], ...] = (SheetEnter, SheetNext, SheetPrevious, SheetOther, SheetClose)
"""In the order of the help page."""
