"""Ladder keys that take risk off: they work disarmed, halted and without a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.order import Side
from tui.commands.command import Command, Context, Group

if TYPE_CHECKING:
    from tui.desk import Desk


NO_FLIP = "Spot cannot go short, so there is nothing to flip to. ff closes what you hold."


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
        if desk.floor.hides_orders():
            return
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


class Flip(Exit):
    """Flip the position: refused on spot, which cannot go short."""

    id, keys, words = "flip", ("f r",), "flip (not on spot)"
    group = Group.SAFE

    def run(self, desk: Desk) -> None:
        """Say why not."""
        desk.say(NO_FLIP)


class StopHere(Exit):
    """A stop at the cursor for the part of the position that has none."""

    id, keys, words = "protect.stop", ("p p",), "stop for the position"
    shown, told = "pp pt", "stop / target for position"

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.protector.stop_here()


class TargetHere(Exit):
    """A target at the cursor for the part of the position that is free."""

    id, keys, words = "protect.target", ("p t",), "target for the position"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.protector.target_here()


class StopBuy(Command):
    """A stop order at the cursor that buys once the market is there."""

    id, keys, words = "order.stop_buy", ("p b",), "buy STOP at the cursor"
    shown, told = "pb ps", "stop order at the cursor"
    group = Group.ADDS
    contexts = (Context.LADDER,)

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.protector.stop_entry(Side.BUY)


class StopSell(Command):
    """A stop order at the cursor that sells once the market is there."""

    id, keys, words = "order.stop_sell", ("p s",), "sell STOP at the cursor"
    group = Group.ADDS
    contexts = (Context.LADDER,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Place it."""
        desk.protector.stop_entry(Side.SELL)


EXITS: tuple[type[Command], ...] = (
    CancelHere,
    CancelBuys,
    CancelSells,
    CancelAll,
    Flatten,
    Halve,
    Flip,
    StopHere,
    TargetHere,
    StopBuy,
    StopSell,
)
"""In the order of the help page."""
