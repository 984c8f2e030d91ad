"""Keys of the ticket, the command line and the dialogs. Esc never sends, Enter never confirms, ``y`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context
from tui.commands.typed import TYPED

if TYPE_CHECKING:
    from tui.desk import Desk


class TicketCommand(Command):
    """Works in the ticket."""

    contexts = (Context.TICKET,)


class TicketUp(TicketCommand):
    """The field above."""

    id, keys, words = "ticket.up", ("up", "shift+tab"), "field above / below"
    shown = "↑ ↓ tab"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.ticket.move(-1)


class TicketDown(TicketCommand):
    """The field below."""

    id, keys, words = "ticket.down", ("down", "tab", "enter"), "next field"
    shown = "enter"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.ticket.move(1)


class TicketLeft(TicketCommand):
    """The choice before."""

    id, keys, words = "ticket.left", ("left",), "choices; nearest legal value"
    shown = "← →"

    def run(self, desk: Desk) -> None:
        """Turn."""
        desk.floor.ticket.turn(-1)


class TicketRight(TicketCommand):
    """The next choice."""

    id, keys, words = "ticket.right", ("right",), "next choice"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Turn."""
        desk.floor.ticket.turn(1)


class TicketErase(TicketCommand):
    """Take a character away."""

    id, keys, words = "ticket.erase", ("backspace", "delete"), "erase"
    shown = "bksp"

    def run(self, desk: Desk) -> None:
        """Erase."""
        desk.floor.ticket.erase()


class TicketClear(TicketCommand):
    """Empty the field."""

    id, keys, words = "ticket.clear", ("ctrl+u",), "empty the field"

    def run(self, desk: Desk) -> None:
        """Erase all of it."""
        desk.floor.ticket.erase(whole=True)


class TicketSend(TicketCommand):
    """Send it."""

    id, keys, words = "ticket.send", ("ctrl+y",), "send"
    shown, footer = "ctrl+y", "send"

    def run(self, desk: Desk) -> None:
        """Send; above the soft line it asks."""
        desk.floor.send_ticket()


class TicketClose(TicketCommand):
    """Close it."""

    id, keys, words = "ticket.close", ("escape",), "close, values kept"
    shown, footer = "esc", "close"

    def run(self, desk: Desk) -> None:
        """Close."""
        desk.floor.close_ticket()


class HelpClose(Command):
    """Close the page."""

    id, keys, words = "help.close", ("escape", "question_mark", "f1", "q"), "close"
    contexts = (Context.HELP,)
    shown, footer = "esc", "close"

    def run(self, desk: Desk) -> None:
        """Close."""
        desk.dialogs.close()


class HelpScroll(Command):
    """Scroll the page down."""

    id, keys, words = "help.down", ("down", "j", "pagedown"), "scroll"
    contexts = (Context.HELP,)
    shown, footer = "↑ ↓", "scroll"

    def run(self, desk: Desk) -> None:
        """Scroll."""
        desk.dialogs.scroll(1)


class HelpScrollUp(Command):
    """Scroll the page up."""

    id, keys, words = "help.up", ("up", "k", "pageup"), "scroll up"
    contexts = (Context.HELP,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Scroll."""
        desk.dialogs.scroll(-1)


class ConfirmYes(Command):
    """Send what the dialog shows."""

    id, keys, words = "confirm.yes", ("y",), "send"
    contexts = (Context.CONFIRM,)
    footer = "send"

    def run(self, desk: Desk) -> None:
        """Send, unless the dialog is still deaf."""
        desk.dialogs.answer(yes=True)


class ConfirmNo(Command):
    """Drop what the dialog shows."""

    id, keys, words = "confirm.no", ("n", "escape"), "drop it"
    contexts = (Context.CONFIRM,)
    shown, footer = "n or esc", "drop it"

    def run(self, desk: Desk) -> None:
        """Drop."""
        desk.dialogs.answer(yes=False)


class SwitchTake(Command):
    """Open the chosen instrument."""

    id, keys, words = "switch.take", ("enter",), "open"
    contexts = (Context.SWITCH,)
    footer = "open"

    def run(self, desk: Desk) -> None:
        """Open."""
        desk.dialogs.take_choice()


class SwitchMove(Command):
    """The next choice."""

    id, keys, words = "switch.down", ("down", "tab"), "choose"
    contexts = (Context.SWITCH,)
    shown, footer = "↑ ↓", "choose"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.dialogs.scroll(1)


class SwitchMoveUp(Command):
    """The choice before."""

    id, keys, words = "switch.up", ("up", "shift+tab"), "choose upwards"
    contexts = (Context.SWITCH,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.dialogs.scroll(-1)


class SwitchErase(Command):
    """Take a typed character away."""

    id, keys, words = "switch.erase", ("backspace",), "erase"
    contexts = (Context.SWITCH,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Erase."""
        desk.dialogs.erase_choice()


class SwitchClose(Command):
    """Close the list."""

    id, keys, words = "switch.close", ("escape",), "close"
    contexts = (Context.SWITCH,)
    shown, footer = "esc", "close"

    def run(self, desk: Desk) -> None:
        """Close."""
        desk.dialogs.close()


FORMS: tuple[type[Command], ...] = (
    *TYPED,
    TicketUp,
    TicketDown,
    TicketLeft,
    TicketRight,
    TicketErase,
    TicketClear,
    TicketSend,
    TicketClose,
    HelpClose,
    HelpScroll,
    HelpScrollUp,
    ConfirmYes,
    ConfirmNo,
    SwitchTake,
    SwitchMove,
    SwitchMoveUp,
    SwitchErase,
    SwitchClose,
)
"""In the order of the help page."""
