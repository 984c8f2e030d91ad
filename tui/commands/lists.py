"""Keys of the lists: orders, positions, balances, venues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context, Group

if TYPE_CHECKING:
    from tui.desk import Desk

LISTS_OF_ALL = (Context.ORDERS, Context.POSITIONS, Context.BALANCES, Context.VENUES)


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


class TabLeft(Command):
    """The tab before."""

    id, keys, words = "orders.tab_left", ("left",), "working, unknown, done, all"
    contexts = (Context.ORDERS,)
    shown, footer = "← →", "switch"

    def run(self, desk: Desk) -> None:
        """Switch."""
        desk.orders.turn(-1)


class TabRight(Command):
    """The next tab."""

    id, keys, words = "orders.tab_right", ("right",), "next tab"
    contexts = (Context.ORDERS,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Switch."""
        desk.orders.turn(1)


class CancelSelected(Command):
    """Cancel the selected order."""

    id, keys, words = "orders.cancel", ("x", "delete"), "cancel"
    group = Group.REDUCES
    contexts = (Context.ORDERS,)
    shown, footer = "x", "cancel"

    def run(self, desk: Desk) -> None:
        """Cancel."""
        desk.orders.cancel_selected()


class CancelShown(Command):
    """Cancel every working entry of the list."""

    id, keys, words = "orders.cancel_all", ("d a",), "cancel shown entries"
    group = Group.REDUCES
    contexts = (Context.ORDERS,)

    def run(self, desk: Desk) -> None:
        """Cancel."""
        desk.orders.cancel_shown()


class OpenOrder(Command):
    """Show the selected order on the market screen."""

    id, keys, words = "orders.open", ("o",), "open on market"
    contexts = (Context.ORDERS,)
    footer = "open on market"

    def run(self, desk: Desk) -> None:
        """Go there."""
        desk.orders.open_selected()


class AskVenue(Command):
    """Ask the venue now."""

    id, keys, words = "orders.ask", ("r",), "ask the venue now"
    contexts = (Context.ORDERS, Context.POSITIONS, Context.BALANCES)
    footer = "ask the venue"

    def run(self, desk: Desk) -> None:
        """Reconcile."""
        desk.rooms.reconcile()


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


class OpenPosition(Command):
    """Show the selected position's instrument on the market screen."""

    id, keys, words = "positions.open", ("o", "enter"), "open on market"
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
    TabLeft,
    TabRight,
    OpenOrder,
    OpenPosition,
    AskVenue,
    CancelSelected,
    CancelShown,
    CloseSelected,
    HalveSelected,
)
"""In the order of the help page."""
