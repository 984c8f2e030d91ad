"""Keys of the lists: orders, positions, balances, venues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context, Group

if TYPE_CHECKING:
    from tui.desk import Desk

LISTS_OF_ALL = (Context.ORDERS, Context.POSITIONS, Context.BALANCES, Context.ALERTS, Context.VENUES)


class ListUp(Command):
    """A row up."""

    id, keys, words = "list.up", ("up", "k"), "select"
    contexts = LISTS_OF_ALL
    shown, footer = "↑ ↓", "select"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.rooms.move_list(-1)


class ListDown(Command):
    """A row down."""

    id, keys, words = "list.down", ("down", "j"), "select down"
    contexts = LISTS_OF_ALL
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.rooms.move_list(1)


class ListPageUp(Command):
    """Ten rows up."""

    id, keys, words = "list.page_up", ("pageup", "K"), "ten rows"
    contexts = LISTS_OF_ALL
    shown = "pgup pgdn"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.rooms.move_list(-10)


class ListPageDown(Command):
    """Ten rows down."""

    id, keys, words = "list.page_down", ("pagedown", "J"), "ten rows down"
    contexts = LISTS_OF_ALL
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.rooms.move_list(10)


class CloseSelected(Command):
    """Close the selected position at market."""

    id, keys, words = "positions.close", ("f f",), "close at market"
    group = Group.REDUCES
    contexts = (Context.POSITIONS,)
    footer = "close"

    def run(self, desk: Desk) -> None:
        """Close."""
        desk.positions.close_selected()


class HalveSelected(Command):
    """Close half of the selected position at market."""

    id, keys, words = "positions.halve", ("f h",), "close half"
    group = Group.REDUCES
    contexts = (Context.POSITIONS,)
    footer = "half"

    def run(self, desk: Desk) -> None:
        """Close half."""
        desk.positions.close_selected(half=True)


class FlipSelected(Command):
    """Flip the selected position: refused on spot, which cannot go short."""

    id, keys, words = "positions.flip", ("f r",), "flip (not on spot)"
    contexts = (Context.POSITIONS,)

    def run(self, desk: Desk) -> None:
        """Say why not."""
        desk.positions.flip_selected()


class ProtectSelected(Command):
    """Go to the market with the selected position, to put a stop at the cursor."""

    id, keys, words = "positions.protect", ("p p",), "stop: on the ladder"
    group = Group.REDUCES
    contexts = (Context.POSITIONS,)
    footer = "stop"

    def run(self, desk: Desk) -> None:
        """Go there."""
        desk.positions.open_selected(protect=True)


class PositionHistory(Command):
    """What made the selected position what it is, or its fills again."""

    id, keys, words = "positions.history", ("enter",), "history / fills"
    contexts = (Context.POSITIONS,)
    footer = "history"

    def run(self, desk: Desk) -> None:
        """Show it."""
        desk.positions.toggle_history()


class TurnPositions(Command):
    """Sort by venue, or by instrument."""

    id, keys, words = "positions.by", ("left", "right"), "by venue / by instrument"
    contexts = (Context.POSITIONS,)
    shown = "← →"

    def run(self, desk: Desk) -> None:
        """Turn."""
        desk.positions.turn()


class Movements(Command):
    """What moved the selected asset: fills and the external line; or the list alone again."""

    id, keys, words = "balances.movements", ("enter",), "movements"
    contexts = (Context.BALANCES,)
    footer = "movements"

    def run(self, desk: Desk) -> None:
        """Show it."""
        desk.balances.toggle_movements()


class OpenPosition(Command):
    """Show the selected position's instrument on the market screen."""

    id, keys, words = "positions.open", ("o",), "open on market"
    contexts = (Context.POSITIONS,)
    shown, footer = "o", "open on market"

    def run(self, desk: Desk) -> None:
        """Go there."""
        desk.positions.open_selected()


LISTS: tuple[type[Command], ...] = (
    ListUp,
    ListDown,
    ListPageUp,
    ListPageDown,
    TurnPositions,
    PositionHistory,
    OpenPosition,
    Movements,
    CloseSelected,
    HalveSelected,
    FlipSelected,
    ProtectSelected,
)
"""In the order of the help page."""
