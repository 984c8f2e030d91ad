"""Keys of the typed line: the command line and the one-line questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context

if TYPE_CHECKING:
    from tui.desk import Desk


class LineEnter(Command):
    """Take what is typed."""

    id, keys, words = "line.enter", ("enter",), "take it"
    contexts = (Context.LINE,)
    footer = "take it"

    def run(self, desk: Desk) -> None:
        """Take."""
        desk.asking.entered()


class LineClose(Command):
    """Close the line."""

    id, keys, words = "line.close", ("escape",), "close, draft kept"
    contexts = (Context.LINE,)
    shown, footer = "esc", "close, draft kept"

    def run(self, desk: Desk) -> None:
        """Close."""
        desk.asking.close()


class LineUp(Command):
    """The line before."""

    id, keys, words = "line.up", ("up",), "lines given before"
    contexts = (Context.LINE,)
    shown = "↑ ↓"

    def run(self, desk: Desk) -> None:
        """Recall it."""
        desk.asking.recall(-1)


class LineDown(Command):
    """The line after."""

    id, keys, words = "line.down", ("down",), "the line after"
    contexts = (Context.LINE,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Recall it."""
        desk.asking.recall(1)


class LineTab(Command):
    """Keep the focus in the line."""

    id, keys, words = "line.tab", ("tab", "shift+tab"), "stays in the line"
    contexts = (Context.LINE,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Say that nothing is completed: a verb that sends is never guessed."""
        desk.say("Nothing is completed here: type it out.")


TYPED: tuple[type[Command], ...] = (
    LineEnter,
    LineClose,
    LineUp,
    LineDown,
    LineTab,
)
"""In the order of the help page."""
