"""Keys of tape and watchlist. None of them sends anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands.command import Command, Context

if TYPE_CHECKING:
    from tui.desk import Desk


class TapeCommand(Command):
    """Works on the tape."""

    contexts = (Context.TAPE,)


class TapeScroll(TapeCommand):
    """Scroll. Subclasses say by how many rows; positive is back in time."""

    rows: ClassVar[int]

    def run(self, desk: Desk) -> None:
        """Scroll; following pauses."""
        desk.floor.sidelines.scroll_tape(self.rows)


class TapeUp(TapeScroll):
    """Towards now."""

    id, keys, words, rows = "tape.up", ("up", "k"), "scroll; follow pauses", -1
    shown, footer = "↑ ↓", "scroll"


class TapeDown(TapeScroll):
    """Back in time."""

    id, keys, words, rows = "tape.down", ("down", "j"), "scroll back", 1
    hidden = True


class TapeFollow(TapeCommand):
    """Follow again."""

    id, keys, words = "tape.follow", ("end",), "follow"
    footer = "follow"

    def run(self, desk: Desk) -> None:
        """Follow."""
        desk.floor.sidelines.follow_tape()


class TapeBigger(TapeCommand):
    """Hide more of the small trades."""

    id, keys, words = "tape.bigger", ("plus", "equals_sign"), "size filter"
    shown, footer = "+ -", "size filter"

    def run(self, desk: Desk) -> None:
        """Raise the filter."""
        desk.floor.sidelines.filter_tape(1)


class TapeSmaller(TapeCommand):
    """Show more of the small trades."""

    id, keys, words = "tape.smaller", ("minus",), "lower size filter"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Lower the filter."""
        desk.floor.sidelines.filter_tape(-1)


class TapeZero(TapeCommand):
    """Zero the delta."""

    id, keys, words = "tape.zero", ("c",), "zero the delta"

    def run(self, desk: Desk) -> None:
        """Count anew from here."""
        desk.floor.sidelines.zero_tape()


class WatchCommand(Command):
    """Works on the watchlist."""

    contexts = (Context.WATCH,)


class WatchUp(WatchCommand):
    """A row up."""

    id, keys, words = "watch.up", ("up", "k"), "choose"
    shown, footer = "↑ ↓", "choose"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.sidelines.move_watch(-1)


class WatchDown(WatchCommand):
    """A row down."""

    id, keys, words = "watch.down", ("down", "j"), "choose down"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.sidelines.move_watch(1)


class WatchOpen(WatchCommand):
    """Open the chosen instrument."""

    id, keys, words = "watch.open", ("enter",), "open"
    footer = "open"

    def run(self, desk: Desk) -> None:
        """Open."""
        desk.floor.sidelines.open_watched()


class WatchAdd(WatchCommand):
    """Add an instrument."""

    id, keys, words = "watch.add", ("a",), "add"
    footer = "add"

    def run(self, desk: Desk) -> None:
        """Choose one."""
        desk.dialogs.open_switch()


class WatchRemove(WatchCommand):
    """Take an instrument off the list."""

    id, keys, words = "watch.remove", ("x",), "remove"
    footer = "remove"

    def run(self, desk: Desk) -> None:
        """Remove."""
        desk.floor.sidelines.remove_watched()


PANES: tuple[type[Command], ...] = (
    TapeUp,
    TapeDown,
    TapeFollow,
    TapeBigger,
    TapeSmaller,
    TapeZero,
    WatchUp,
    WatchDown,
    WatchOpen,
    WatchAdd,
    WatchRemove,
)
"""In the order of the help page."""
