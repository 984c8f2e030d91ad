"""Volume at price since the start, or since the trader cleared it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from connectors.model.side import Side
from connectors.model.trade import Trade
from tui.widgets.ladder.rows import Grid

_MOST_PRICES = 20_000
"""Prices remembered; of more the farthest half is forgotten (a day of a fine tick has hundreds of thousands)."""


class VolumeAtPrice:
    """Sums of traded size by price, ready by row of the grid in use."""

    def __init__(self) -> None:
        self._prices: defaultdict[tuple[Decimal, Side], Decimal] = defaultdict(Decimal)
        self._rows: defaultdict[int, Decimal] = defaultdict(Decimal)
        self._grid: Grid | None = None
        self.changes = 0
        """Counts up with each change of a sum."""

    def add(self, trade: Trade) -> None:
        """Count a trade."""
        self.changes += 1
        self._prices[trade.price, trade.aggressor] += trade.quantity
        if self._grid is not None:
            self._rows[row_of_trade(trade.price, trade.aggressor, self._grid)] += trade.quantity
        if len(self._prices) > _MOST_PRICES:
            self._forget_far_from(trade.price)

    def clear(self) -> None:
        """Begin anew."""
        self.changes += 1
        self._prices.clear()
        self._rows.clear()

    def rows(self, grid: Grid) -> dict[int, Decimal]:
        """Traded size by row; a trade on the bid stands in the bid's row, one on the ask in the ask's."""
        if grid != self._grid:
            self._grid = grid
            self._rows.clear()
            for (price, aggressor), quantity in self._prices.items():
                self._rows[row_of_trade(price, aggressor, grid)] += quantity
        return self._rows

    def _forget_far_from(self, price: Decimal) -> None:
        near = sorted(self._prices, key=lambda key: abs(key[0] - price))[: _MOST_PRICES // 2]
        kept = {key: self._prices[key] for key in near}
        self._prices.clear()
        self._prices.update(kept)
        self._grid = None


def row_of_trade(price: Decimal, aggressor: Side, grid: Grid) -> int:
    """Row a trade stands in: on the ask in the ask's, on the bid in the bid's."""
    return grid.up(price) if aggressor is Side.BUY else grid.down(price)
