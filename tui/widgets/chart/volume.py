"""Volume in eighth blocks under the candles."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

_EIGHT = 8
_BLOCKS = " ▁▂▃▄▅▆▇█"


def volume_column(volume: Decimal, most: Decimal, rows: int) -> str:
    """One column as ``rows`` glyphs, top first; a volume that is not zero draws at least ``▁``.

    Args:
        volume: Of this column.
        most: Largest among the visible columns: it fills all rows.
        rows: Height.
    """
    if not volume or not most:
        return " " * rows
    eighths = max(int(volume * rows * _EIGHT / most), 1)
    return "".join(_BLOCKS[min(max(eighths - row * _EIGHT, 0), _EIGHT)] for row in range(rows - 1, -1, -1))


def most_volume(volumes: Sequence[Decimal]) -> Decimal:
    """The volume that fills a column."""
    return max(volumes, default=Decimal(0))


def volume_rows(height: int) -> int:
    """Rows for volume in a plot of ``height`` rows, candles and volume together: 2, 3 or 5 by size class."""
    for least, rows in ((30, 5), (15, 3), (8, 2)):
        if height >= least:
            return rows
    return 0
