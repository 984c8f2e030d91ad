"""Commands that work everywhere: panic, arm, quit, help, the command line, the next pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context, Group

if TYPE_CHECKING:
    from tui.desk import Desk


class Panic(Command):
    """Halt; pressed again, panic."""

    id = "panic"
    keys = ("ctrl+g",)
    words = "HALT; again: panic"
    group = Group.REDUCES
    contexts = (Context.ALWAYS,)
    works_covered = True
    shown = "ctrl+g"
    footer = "PANIC"

    def run(self, desk: Desk) -> None:
        """See `tui.ticket.alarm.Alarm.chord`."""
        desk.alarm.chord()


class Arm(Command):
    """The arm switch."""

    id = "arm"
    keys = ("ctrl+t",)
    words = "arm / disarm order keys"
    contexts = (Context.ALWAYS,)

    def run(self, desk: Desk) -> None:
        """Arm, or disarm."""
        desk.trader.toggle_arm(desk.market.mode)


class Quit(Command):
    """Leave, after a question where something stays behind."""

    id = "quit"
    keys = ("ctrl+q",)
    words = "quit; says what stays"
    contexts = (Context.ALWAYS,)
    works_covered = True

    def run(self, desk: Desk) -> None:
        """Ask, or leave."""
        if desk.locker.covered:
            desk.locker.leave()
            return
        desk.dialogs.close()
        desk.closer.leave()


class Repaint(Command):
    """Paint the whole screen anew."""

    id = "repaint"
    keys = ("ctrl+l",)
    words = "repaint"
    contexts = (Context.ALWAYS,)

    def run(self, desk: Desk) -> None:
        """Repaint, and clear the message line."""
        desk.teller.clear()
        desk.refresh()
        desk.say("")


class OpenLine(Command):
    """The command line."""

    id = "line"
    keys = ("colon",)
    words = "command line"
    contexts = (Context.GLOBAL,)
    footer = "command"

    def run(self, desk: Desk) -> None:
        """Open it."""
        desk.asking.open_line()


class Help(Command):
    """The keys of where the hand is."""

    id = "help"
    keys = ("question_mark", "f1")
    words = "this page"
    contexts = (Context.GLOBAL,)
    shown = "?"
    footer = "help"

    def run(self, desk: Desk) -> None:
        """Open the page of the focused pane."""
        desk.dialogs.open_help()


class Back(Command):
    """One step back."""

    id = "back"
    keys = ("escape",)
    words = "one step back"
    contexts = (Context.GLOBAL,)

    def run(self, desk: Desk) -> None:
        """Forget the panic plan, else leave the screen."""
        if not desk.alarm.stay_halted():
            desk.rooms.back()


class Switch(Command):
    """Another instrument."""

    id = "instrument"
    keys = ("w",)
    words = "switch instrument"
    contexts = (Context.GLOBAL,)

    def run(self, desk: Desk) -> None:
        """Open the list."""
        desk.dialogs.open_switch()


class Before(Command):
    """The instrument before."""

    id = "instrument.before"
    keys = ("backspace",)
    words = "the instrument before"
    contexts = (Context.GLOBAL,)

    def run(self, desk: Desk) -> None:
        """Show it."""
        if desk.market.before:
            desk.rooms.show_symbol(desk.market.before)
        else:
            desk.say("There was no instrument before this one.")


class NextPane(Command):
    """The next pane."""

    id = "pane.next"
    keys = ("tab",)
    words = "next pane"
    contexts = (Context.GLOBAL,)
    shown = "tab"

    def run(self, desk: Desk) -> None:
        """Focus it."""
        desk.rooms.focus_next(1)


class PreviousPane(Command):
    """The previous pane."""

    id = "pane.previous"
    keys = ("shift+tab",)
    words = "previous pane"
    contexts = (Context.GLOBAL,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Focus it."""
        desk.rooms.focus_next(-1)


class Restart(Command):
    """Start again what is gone."""

    id = "restart"
    keys = ("r",)
    words = "restart what stopped, and reconcile"
    contexts = (Context.GONE,)
    footer = "restart"

    def run(self, desk: Desk) -> None:
        """Join the worker again, or start the embedded exchange again."""
        desk.say("Starting it again…")
        desk.session.restart()


WORLD: tuple[type[Command], ...] = (
    Panic,
    Arm,
    Quit,
    Repaint,
    Restart,
    OpenLine,
    Help,
    Back,
    Switch,
    Before,
    NextPane,
    PreviousPane,
)
"""In the order of the help page."""
