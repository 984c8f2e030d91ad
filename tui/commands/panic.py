"""Keys of a panic's report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context, Group

if TYPE_CHECKING:
    from tui.desk import Desk


class PanicRetry(Command):
    """Try what is left now."""

    id, keys, words = "panic.retry", ("r",), "try what is left now"
    group, contexts, footer = Group.REDUCES, (Context.PANIC,), "retry now"

    def run(self, desk: Desk) -> None:
        """Join the panic, which hurries it on; begin another where it has ended."""
        desk.alarm.panic()


class PanicExport(Command):
    """Keep the report in a file."""

    id, keys, words = "panic.export", ("e",), "keep this report in a file"
    contexts, footer = (Context.PANIC,), "export"

    def run(self, desk: Desk) -> None:
        """Write it."""
        desk.alarm.export()


class PanicHide(Command):
    """Hide the report; the work goes on."""

    id, keys, words = "panic.hide", ("escape",), "hide; the work goes on"
    contexts, footer = (Context.PANIC,), "hide"

    def run(self, desk: Desk) -> None:
        """Close the dialog."""
        desk.dialogs.close()


class PanicLeft(Command):
    """Accounts that have no room."""

    id, keys, words = "panic.accounts", ("right",), "accounts beside"
    contexts, shown = (Context.PANIC,), "← →"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.alarm.step(1)


class PanicRight(Command):
    """Back to the first ones."""

    id, keys, words = "panic.accounts.back", ("left",), "accounts beside"
    contexts, hidden = (Context.PANIC,), True

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.alarm.step(-1)


PANIC: tuple[type[Command], ...] = (PanicRetry, PanicExport, PanicLeft, PanicRight, PanicHide)
"""In the order of the help page."""
