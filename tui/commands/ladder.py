"""Ladder keys that are safe: move the cursor, look around, choose sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from connectors.model.order import Side
from tui.commands.command import Command, Context

if TYPE_CHECKING:
    from tui.desk import Desk


class LadderCommand(Command):
    """Works on the ladder."""

    contexts = (Context.LADDER,)


class Move(LadderCommand):
    """Move the cursor by rows. Subclasses say how many; positive is up."""

    rows: ClassVar[int]

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.floor.move_cursor(self.rows)


class Up(Move):
    """A row up."""

    id, keys, words, rows = "cursor.up", ("up", "k"), "one row", 1
    shown, footer = "↑ ↓  j k", ""


class Down(Move):
    """A row down."""

    id, keys, words, rows = "cursor.down", ("down", "j"), "one row down", -1
    hidden = True


class TenUp(Move):
    """Ten rows up."""

    id, keys, words, rows = "cursor.ten_up", ("K", "shift+up"), "ten rows", 10
    shown = "K J"


class TenDown(Move):
    """Ten rows down."""

    id, keys, words, rows = "cursor.ten_down", ("J", "shift+down"), "ten rows down", -10
    hidden = True


class PageUp(LadderCommand):
    """A page up."""

    id, keys, words = "cursor.page_up", ("pageup",), "one page"
    shown = "pgup pgdn"

    def run(self, desk: Desk) -> None:
        """Move by the rows on the screen."""
        desk.floor.move_cursor(desk.floor.page)


class PageDown(LadderCommand):
    """A page down."""

    id, keys, words = "cursor.page_down", ("pagedown",), "one page down"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move by the rows on the screen."""
        desk.floor.move_cursor(-desk.floor.page)


class ToAsk(LadderCommand):
    """To the best ask."""

    id, keys, words = "cursor.ask", ("home",), "best ask / best bid"
    shown = "home end"

    def run(self, desk: Desk) -> None:
        """Put the cursor there."""
        desk.floor.cursor_to_touch(Side.SELL)


class ToBid(LadderCommand):
    """To the best bid."""

    id, keys, words = "cursor.bid", ("end",), "best bid"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Put the cursor there."""
        desk.floor.cursor_to_touch(Side.BUY)


class Centre(LadderCommand):
    """Centre on the market."""

    id, keys, words = "ladder.centre", ("c",), "centre on the market"

    def run(self, desk: Desk) -> None:
        """Scroll; the cursor keeps its price."""
        desk.floor.centre()


class GoToPrice(LadderCommand):
    """Type a price."""

    id, keys, words = "cursor.price", ("slash",), "go to a price"

    def run(self, desk: Desk) -> None:
        """Ask for it."""
        desk.asking.ask_price()


class NextOwn(LadderCommand):
    """My next order."""

    id, keys, words = "cursor.own", ("o",), "next own order"

    def run(self, desk: Desk) -> None:
        """Put the cursor on it."""
        desk.floor.cursor_to_own()


class Finer(LadderCommand):
    """Finer rows."""

    id, keys, words = "ladder.finer", ("comma",), "finer / coarser rows"
    shown = ", ."

    def run(self, desk: Desk) -> None:
        """Regroup."""
        desk.floor.regroup(-1)


class Coarser(LadderCommand):
    """Coarser rows."""

    id, keys, words = "ladder.coarser", ("full_stop",), "coarser rows"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Regroup."""
        desk.floor.regroup(1)


class Slot(LadderCommand):
    """Choose a size slot. Made once per digit by `slots`."""

    words = "size slot, 0 = position"
    number: ClassVar[int]

    def run(self, desk: Desk) -> None:
        """Use it from now on."""
        desk.floor.use_slot(self.number)


def slots() -> tuple[type[Slot], ...]:
    """One class per digit: ten keys of one meaning are not written ten times."""
    return tuple(
        type(
            f"Slot{digit}",
            (Slot,),
            {
                "__doc__": f"Size slot {digit}.",
                "id": f"size.{digit}",
                "keys": (str(digit),),
                "number": digit,
                "shown": "1…9  0",
                "hidden": digit != 1,
            },
        )
        for digit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
    )


class EditSlot(LadderCommand):
    """Change the slot in use."""

    id, keys, words = "size.edit", ("z",), "change this slot"

    def run(self, desk: Desk) -> None:
        """Ask for the size."""
        desk.asking.ask_size()


class OpenTicket(LadderCommand):
    """The ticket, filled from the cursor."""

    id, keys, words = "ticket.open", ("enter",), "ticket at the cursor"

    def run(self, desk: Desk) -> None:
        """Open it."""
        desk.floor.open_ticket()


class Notice(LadderCommand):
    """A key of a later release: says so plainly instead of doing nothing."""

    sentence: ClassVar[str]

    def run(self, desk: Desk) -> None:
        """Say it."""
        desk.say(self.sentence)


class PriceAlert(Notice):
    """A price alert."""

    id, keys, words = "alert.here", ("a",), "price alert: later"
    sentence = "Price alerts come with a later release."


LADDER: tuple[type[Command], ...] = (
    Up,
    Down,
    TenUp,
    TenDown,
    PageUp,
    PageDown,
    ToAsk,
    ToBid,
    Centre,
    GoToPrice,
    NextOwn,
    Finer,
    Coarser,
    *slots(),
    EditSlot,
    OpenTicket,
    PriceAlert,
)
"""In the order of the help page."""
