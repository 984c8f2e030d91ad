"""What the keys of tape and watchlist do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.format import numbers

if TYPE_CHECKING:
    from tui.desk import Desk
    from tui.screens.pushes import Pushes


class Sidelines:
    """Tape and watchlist.

    Args:
        desk: The app.
        floor: The screen they are on.
    """

    def __init__(self, desk: Desk, floor: Pushes) -> None:
        self._desk = desk
        self._floor = floor

    def scroll_tape(self, rows: int) -> None:
        """Look further back (positive) or towards now."""
        self._floor.tape.scroll_rows(rows)

    def follow_tape(self) -> None:
        """Follow the newest trade again."""
        self._floor.tape.follow()

    def filter_tape(self, steps: int) -> None:
        """Raise or lower the size filter."""
        least = self._floor.tape.step_filter(steps)
        self._desk.say(f"Tape shows trades of at least {numbers.exact(least)}." if least else "Tape shows all trades.")

    def zero_tape(self) -> None:
        """Count the delta from now."""
        self._floor.tape.clear_delta()

    def move_watch(self, rows: int) -> None:
        """Move the watchlist's mark."""
        self._floor.watchlist.move(rows)

    def open_watched(self) -> None:
        """Open the marked instrument."""
        chosen = self._floor.watchlist.selected
        if chosen is not None:
            self._desk.rooms.show_symbol(chosen.symbol)

    def remove_watched(self) -> None:
        """Take the marked instrument off the list; the one under the hand stays."""
        chosen = self._floor.watchlist.selected
        if chosen is None:
            return
        if chosen.symbol == self._desk.market.symbol:
            self._desk.say(f"{chosen.symbol} is on the screen and stays.")
            return
        self._desk.spawn(self._unwatch(chosen.symbol))

    async def _unwatch(self, symbol: str) -> None:
        await self._desk.market.unwatch(symbol)
        self._floor.show_watched()
