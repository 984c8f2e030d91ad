"""Keys that change orders that rest: on the ladder, and in the row of the orders screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands.command import Command, Context, Group

if TYPE_CHECKING:
    from tui.desk import Desk


class Nudge(Command):
    """Move my order at the cursor, else the last one. Subclasses say by how many rows."""

    group = Group.ADDS
    contexts = (Context.LADDER,)
    rows: ClassVar[int]

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.changer.nudge(self.rows)


class NudgeUp(Nudge):
    """Move my order one row up."""

    id, keys, words, rows = "order.nudge_up", ("plus", "equals_sign"), "my order one row up", 1
    shown, told = "+ -", "nudge my order one row"


class NudgeDown(Nudge):
    """Move my order one row down."""

    id, keys, words, rows = "order.nudge_down", ("minus",), "my order one row down", -1
    hidden = True


class Grab(Command):
    """Carry my order at the cursor with the arrows; y drops it there."""

    id, keys, words = "order.grab", ("v",), "move my order, y drops it"
    group = Group.ADDS
    contexts = (Context.LADDER,)

    def run(self, desk: Desk) -> None:
        """Take it."""
        desk.changer.grab()


class EditHere(Command):
    """Edit my order at the cursor in the ticket."""

    id, keys, words = "order.edit", ("e",), "edit my order in ticket"
    contexts = (Context.LADDER,)

    def run(self, desk: Desk) -> None:
        """Open the ticket on it."""
        desk.floor.edit_order()


class EditRow(Command):
    """Edit price and size of the selected order, in its row."""

    id, keys, words = "orders.edit", ("e",), "edit price / size"
    group = Group.ADDS
    contexts = (Context.ORDERS,)
    footer = "edit"

    def run(self, desk: Desk) -> None:
        """Open its two fields."""
        desk.orders.edit.begin()


class RowNudge(Command):
    """Move the selected order. Subclasses say by how many ticks."""

    group = Group.ADDS
    contexts = (Context.ORDERS,)
    ticks: ClassVar[int]

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.orders.edit.nudge(self.ticks)


class RowNudgeUp(RowNudge):
    """Move the selected order one tick up."""

    id, keys, words, ticks = "orders.nudge_up", ("plus", "equals_sign"), "one tick up", 1
    shown, told = "+ -", "nudge a tick"


class RowNudgeDown(RowNudge):
    """Move the selected order one tick down."""

    id, keys, words, ticks = "orders.nudge_down", ("minus",), "one tick down", -1
    hidden = True


class RowField(Command):
    """Works in the fields of a row."""

    contexts = (Context.ORDER_EDIT,)


class RowFieldNext(RowField):
    """The other field."""

    id, keys, words = "row.next", ("tab", "shift+tab", "left", "right", "up", "down"), "price / size"
    shown, footer = "tab", "price / size"

    def run(self, desk: Desk) -> None:
        """Go there."""
        desk.orders.edit.turn()


class RowFieldErase(RowField):
    """Take a character away."""

    id, keys, words = "row.erase", ("backspace", "delete"), "erase"
    shown = "bksp"

    def run(self, desk: Desk) -> None:
        """Erase."""
        desk.orders.edit.erase()


class RowFieldClear(RowField):
    """Empty the field."""

    id, keys, words = "row.clear", ("ctrl+u",), "empty the field"

    def run(self, desk: Desk) -> None:
        """Erase all of it."""
        desk.orders.edit.erase(whole=True)


class RowFieldEnter(RowField):
    """Take what stands there: it is sent, or staged where it asks for a y."""

    id, keys, words = "row.enter", ("enter",), "take it"
    footer = "take it"

    def run(self, desk: Desk) -> None:
        """Take it."""
        desk.orders.edit.enter()


class RowFieldClose(RowField):
    """Leave: the order stays as it is."""

    id, keys, words = "row.close", ("escape",), "leave it as it is"
    shown, footer = "esc", "leave it"

    def run(self, desk: Desk) -> None:
        """Leave."""
        desk.orders.edit.close()


CHANGES: tuple[type[Command], ...] = (
    EditHere,
    NudgeUp,
    NudgeDown,
    Grab,
    RowFieldNext,
    RowFieldErase,
    RowFieldClear,
    RowFieldEnter,
    RowFieldClose,
)
"""In the order of the help page."""
