"""Which part of the series is on the screen: zoom, pan, crosshair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.widgets.chart.series import Bar

_ZOOMS = ((4, 1), (3, 1), (2, 1), (1, 1), (1, 2), (1, 4), (1, 8), (1, 16))
"""(columns per bar, candles per bar), from near to far."""
_START = 3


@dataclass(slots=True)
class ChartView:
    """The window over the bars.

    Attributes:
        offset: Bars hidden at the young end; 0 follows the market.
        cross: The crosshair's bar, counted from the right edge of the window; None when it is off.
        cross_row: The crosshair's row, 0 at the top.
    """

    zoom: int = _START
    offset: int = 0
    cross: int | None = None
    cross_row: int = 0

    @property
    def pitch(self) -> int:
        """Columns per bar."""
        return _ZOOMS[self.zoom][0]

    @property
    def times(self) -> int:
        """Candles per bar."""
        return _ZOOMS[self.zoom][1]

    def zoom_by(self, steps: int) -> bool:
        """Nearer (positive) or farther; False at the end. The young end stays where it is."""
        target = self.zoom - steps
        if not 0 <= target < len(_ZOOMS):
            return False
        before = self.times
        self.zoom = target
        self.offset = self.offset * before // self.times
        return True

    def pan(self, bars: int, held: int) -> None:
        """Move by bars, positive into the past; never beyond the oldest of ``held``."""
        self.offset = max(min(self.offset + bars, held - 1), 0)

    def grow(self, bars: int) -> None:
        """The series grew at its young end: a window that was moved into the past shows what it showed."""
        if self.offset:
            self.offset += bars

    def visible(self, bars: Sequence[Bar], width: int) -> slice:
        """Which bars fit into ``width`` columns, the youngest at the right edge."""
        end = max(len(bars) - self.offset, min(len(bars), 1))
        count = max((width - 1) // self.pitch + 1, 0) if width > 0 else 0
        return slice(max(end - count, 0), end)
