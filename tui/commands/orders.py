"""Keys of the orders screen, but for those that change an order (`tui.commands.changes`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands.changes import EditRow, RowNudgeDown, RowNudgeUp
from tui.commands.command import Command, Context, Group
from tui.screens.below import Below

if TYPE_CHECKING:
    from tui.desk import Desk


class OrdersCommand(Command):
    """Works on the orders screen."""

    contexts = (Context.ORDERS,)


class TabLeft(OrdersCommand):
    """The tab before: working, unknown, done, all, fills, stats."""

    id, keys, words = "orders.tab_left", ("left",), "working, unknown, done, all, fills, stats"
    shown, footer = "← →", "switch"

    def run(self, desk: Desk) -> None:
        """Switch."""
        desk.orders.turn(-1)


class TabRight(OrdersCommand):
    """The next tab."""

    id, keys, words = "orders.tab_right", ("right",), "next tab"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Switch."""
        desk.orders.turn(1)


class Sort(OrdersCommand):
    """Sort by something else: newest, oldest, instrument, price, state; count stats by day or instrument."""

    id, keys, words = "orders.sort", ("s",), "sort"
    footer = "sort"

    def run(self, desk: Desk) -> None:
        """Sort."""
        desk.orders.sort()


class Filter(OrdersCommand):
    """List only rows that have the words one types."""

    id, keys, words = "orders.filter", ("slash",), "filter"
    footer = "filter"

    def run(self, desk: Desk) -> None:
        """Ask for the words."""
        desk.orders.ask_filter()


class Mark(OrdersCommand):
    """Mark the selected order, or take its mark away; x cancels all that are marked."""

    id, keys, words = "orders.mark", ("space",), "mark"
    footer = "mark"

    def run(self, desk: Desk) -> None:
        """Mark."""
        desk.orders.mark()


class Evidence(OrdersCommand):
    """The evidence of the selected order; again: large, and small."""

    id, keys, words = "orders.evidence", ("v",), "evidence, large"
    footer = "evidence"

    def run(self, desk: Desk) -> None:
        """Show it."""
        desk.orders.show_below(Below.EVIDENCE)


class Fills(OrdersCommand):
    """The fills of the selected order, and how well it was executed; again: large, and small."""

    id, keys, words = "orders.fills", ("enter",), "its fills"

    def run(self, desk: Desk) -> None:
        """Show them."""
        desk.orders.show_below(Below.FILLS)


class BelowDown(OrdersCommand):
    """What stands under the list, a row down."""

    id, keys, words = "orders.below_down", ("shift+down",), "scroll what is below"
    shown = "shift+↑ ↓"

    def run(self, desk: Desk) -> None:
        """Scroll."""
        desk.orders.scroll_below(1)


class BelowUp(OrdersCommand):
    """What stands under the list, a row up."""

    id, keys, words = "orders.below_up", ("shift+up",), "scroll it up"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Scroll."""
        desk.orders.scroll_below(-1)


class Copy(OrdersCommand):
    """Give the evidence of the selected order to the terminal's clipboard."""

    id, keys, words = "orders.copy", ("c",), "copy the evidence"

    def run(self, desk: Desk) -> None:
        """Copy it."""
        desk.orders.deeds.copy()


class OpenOrder(OrdersCommand):
    """Show the selected order on the market screen."""

    id, keys, words = "orders.open", ("o",), "open on market"
    footer = "open on market"

    def run(self, desk: Desk) -> None:
        """Go there."""
        desk.orders.deeds.open()


class AskAbout(OrdersCommand):
    """Ask the venue now: about the selected order where it waits for an answer, else about everything."""

    id, keys, words = "orders.ask", ("r",), "ask the venue now"
    footer = "ask now"

    def run(self, desk: Desk) -> None:
        """Ask."""
        desk.orders.deeds.ask_now()


class AskVenue(Command):
    """Ask the venue for orders, fills and balances now."""

    id, keys, words = "lists.ask", ("r",), "ask the venue now"
    contexts = (Context.POSITIONS, Context.BALANCES)
    footer = "ask the venue"

    def run(self, desk: Desk) -> None:
        """Reconcile."""
        desk.rooms.reconcile()


class CancelSelected(OrdersCommand):
    """Cancel the orders a count or marks name, else the selected one; an UNKNOWN one all the same."""

    id, keys, words = "orders.cancel", ("x", "delete"), "cancel"
    group = Group.REDUCES
    shown, footer = "x", "cancel"

    def run(self, desk: Desk) -> None:
        """Cancel."""
        desk.orders.deeds.cancel()


class CancelShown(OrdersCommand):
    """Cancel every working entry of the list."""

    id, keys, words = "orders.cancel_all", ("d a",), "cancel shown entries"
    group = Group.REDUCES

    def run(self, desk: Desk) -> None:
        """Cancel."""
        desk.orders.deeds.cancel_shown()


class Count(OrdersCommand):
    """A digit of a count. Made once per digit by `counts`."""

    words = "count: 3x cancels three"
    digit: ClassVar[int]

    def run(self, desk: Desk) -> None:
        """Add it."""
        desk.orders.deeds.add_digit(self.digit)


def counts() -> tuple[type[Count], ...]:
    """One class per digit."""
    return tuple(
        type(
            f"Count{digit}",
            (Count,),
            {
                "__doc__": f"Count {digit}: x cancels so many from the selection down.",
                "id": f"orders.count_{digit}",
                "keys": (str(digit),),
                "digit": digit,
                "shown": "1…9",
                "hidden": digit != 1,
            },
        )
        for digit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
    )


ORDERS: tuple[type[Command], ...] = (
    CancelSelected,
    EditRow,
    RowNudgeUp,
    RowNudgeDown,
    TabLeft,
    TabRight,
    Evidence,
    AskAbout,
    Sort,
    Filter,
    Mark,
    *counts(),
    Fills,
    BelowDown,
    BelowUp,
    Copy,
    OpenOrder,
    AskVenue,
    CancelShown,
)
"""In the order of the help page."""
