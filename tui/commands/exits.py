"""Ladder keys that take risk off: they work disarmed, halted and without a book."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from connectors.model.order import Side
from tui.commands.command import Command, Context, Group

if TYPE_CHECKING:
    from tui.desk import Desk


class Exit(Command):
    """Reduces risk."""

    group = Group.REDUCES
    contexts = (Context.LADDER,)


class CancelHere(Exit):
    """Cancel own orders in the cursor's row."""

    id, keys, words = "cancel.here", ("x", "delete"), "cancel at the cursor"
    shown, footer = "x del", ""

    def run(self, desk: Desk) -> None:
        """Cancel."""
        orders = desk.floor.orders_at_cursor()
        desk.closer.cancel(orders, f"No order of yours at {desk.floor.cursor_words}. o goes to the next one.")


class CancelBuys(Exit):
    """Cancel my buys."""

    id, keys, words = "cancel.buys", ("d b",), "cancel my buys"
    shown, told = "db ds", "cancel my buys / sells"

    def run(self, desk: Desk) -> None:
        """Cancel."""
        desk.closer.cancel_entries(Side.BUY)


class CancelSells(Exit):
    """Cancel my sells."""

    id, keys, words = "cancel.sells", ("d s",), "cancel my sells"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Cancel."""
        desk.closer.cancel_entries(Side.SELL)


class CancelAll(Exit):
    """Cancel all my entries here."""

    id, keys, words = "cancel.all", ("d a",), "cancel all here, not stops"

    def run(self, desk: Desk) -> None:
        """Cancel."""
        desk.closer.cancel_entries(None)


class Flatten(Exit):
    """Close the position at market."""

    id, keys, words = "close", ("f f",), "close all"
    footer = "flat"

    def run(self, desk: Desk) -> None:
        """Close."""
        desk.closer.close()


class Halve(Exit):
    """Close half of it."""

    id, keys, words = "close.half", ("f h",), "close half"

    def run(self, desk: Desk) -> None:
        """Close."""
        desk.closer.close(half=True)


class Unbuilt(Exit):
    """A key of a later release: says so plainly."""

    sentence: ClassVar[str]

    def run(self, desk: Desk) -> None:
        """Say it."""
        desk.say(self.sentence)


class Flip(Unbuilt):
    """Flip the position."""

    id, keys, words = "flip", ("f r",), "flip (not on spot)"
    group = Group.SAFE
    sentence = "Spot cannot go short, so there is nothing to flip to. ff closes what you hold."


class Stops(Unbuilt):
    """Protect the position."""

    id, keys, words = "protect", ("p p", "p t", "p b", "p s"), "stop / target: later"
    shown = "pp pt"
    sentence = "Stops by key come with a later release. The ticket (enter) places one where the venue takes it."


EXITS: tuple[type[Command], ...] = (
    CancelHere,
    CancelBuys,
    CancelSells,
    CancelAll,
    Flatten,
    Halve,
    Flip,
    Stops,
)
"""In the order of the help page."""
