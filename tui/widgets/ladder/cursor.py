"""The window over the rows, and the cursor in it. The window moves by its policy; the cursor only by a key.

The cursor is a price: scrolling, regrouping and re-centring leave it where it is, on the screen or off it.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from tui.widgets.ladder.rows import Grid, middle_top

_NEAR_ROWS = 2
"""The touch this close to the first or last row makes the window jump."""
_QUIET_NS = 1_000_000_000
"""Not before the ladder has had no key for so long, unless the touch leaves the window."""


class Centring(Enum):
    """What moves the window when the market runs away."""

    EDGE = "edge"
    """Jump once when the touch comes near the edge."""
    MANUAL = "manual"
    """Never; the title says where the market is."""
    FOLLOW = "follow"
    """Always centred."""


class Viewport:
    """Which rows are on the screen.

    Attributes:
        top: Number of the first row on the screen; rows count downwards from it. None before the first book.
        height: Rows on the screen.
        policy: What moves the window.
    """

    def __init__(self, policy: Centring = Centring.EDGE) -> None:
        self.top: int | None = None
        self.height = 0
        self.policy = policy
        self._away = False

    def line_of(self, row: int) -> int | None:
        """Line of a row, 0 at the top; None when it is off the screen."""
        if self.top is None:
            return None
        line = self.top - row
        return line if 0 <= line < self.height else None

    def resize(self, height: int) -> None:
        """Take another height; what stood in the middle stays there."""
        if self.top is not None:
            self.top += height // 2 - self.height // 2
        self.height = height

    def centre(self, bid_row: int, ask_row: int) -> int:
        """Put the touch in the middle; returns by how many rows the window rose."""
        before = self.top
        self.top = middle_top(bid_row, ask_row, self.height)
        self._away = False
        return 0 if before is None else self.top - before

    def show(self, row: int) -> bool:
        """Scroll just as far as it takes to see ``row``; returns whether anything moved."""
        if self.top is None or self.line_of(row) is not None:
            return False
        self.top = row if row > self.top else row + self.height - 1
        return True

    def scroll_by_hand(self, bid_row: int, ask_row: int) -> None:
        """Remember, after a key scrolled, whether that took the market off the screen: then it may stay off."""
        self._away = not self._sees(bid_row, ask_row)

    def follow(self, bid_row: int, ask_row: int, quiet_ns: int) -> int:
        """Let the policy move the window.

        Args:
            bid_row: Row of the best bid.
            ask_row: Row of the best ask.
            quiet_ns: For how long the ladder has had no key.

        Returns:
            By how many rows the window rose; 0 when it held still.
        """
        if self.height < 1:
            return 0
        if self.top is None or self.policy is Centring.FOLLOW:
            return self.centre(bid_row, ask_row)
        if self.policy is Centring.MANUAL:
            return 0
        sees = self._sees(bid_row, ask_row)
        if self._away:
            self._away = not sees
            return 0
        if not sees or (self._near_edge(bid_row, ask_row) and quiet_ns >= _QUIET_NS):
            return self.centre(bid_row, ask_row)
        return 0

    def market_rows_away(self, bid_row: int, ask_row: int) -> int:
        """How many rows the touch is above (positive) or below (negative) the window; 0 when it is inside."""
        if self.top is None:
            return 0
        if bid_row > self.top:
            return bid_row - self.top
        bottom = self.top - self.height + 1
        return ask_row - bottom if ask_row < bottom else 0

    def _sees(self, bid_row: int, ask_row: int) -> bool:
        return self.line_of(bid_row) is not None and self.line_of(ask_row) is not None

    def _near_edge(self, bid_row: int, ask_row: int) -> bool:
        top = self.top or 0
        wide = ask_row - bid_row >= self.height - 2 * _NEAR_ROWS
        return not wide and (top - ask_row < _NEAR_ROWS or bid_row - (top - self.height + 1) < _NEAR_ROWS)


def moved(price: Decimal, rows: int, grid: Grid) -> Decimal:
    """The cursor after ``rows`` steps up (negative: down), always on a label and never below the first one.

    A cursor that regrouping left between two labels goes to the nearer end of its way first, so that one press moves it
    to the next label and not past it.
    """
    if rows == 0:
        return price
    start = grid.down(price) if rows > 0 else grid.up(price)
    return grid.label(max(start + rows, 1))
