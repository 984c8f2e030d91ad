"""Prices to rows: integer ticks, whole groups, and sums that lose nothing.

A row is a multiple of *group* ticks. Bids are rounded down to their row's label and asks up, so a label is always a
price that can be sent, and it never flatters: what stands at a bid's label can be sold there or better.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from connectors.model.book import BookLevel, BookView

_ZERO = Decimal(0)
_STEPS = (1, 2, 5)
_DECADES = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
GROUPS = tuple(step * decade for decade in _DECADES for step in _STEPS)
"""Ticks per row that `,` and `.` walk through."""

_FILLED_PERCENT = 60
"""Share of the visible rows that must hold size for a group to be fine enough at opening."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A tick and how many of them make a row. Rows are numbered upwards: row n stands at n × group × tick."""

    tick: Decimal
    group: int = 1
    step: Decimal = field(init=False, compare=False)
    """Distance of two labels, in the quote currency."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", self.tick * self.group)

    def down(self, price: Decimal) -> int:
        """Row at or just below a price: where a bid stands."""
        return int((price / self.step).to_integral_value(ROUND_FLOOR))

    def up(self, price: Decimal) -> int:
        """Row at or just above a price: where an ask stands."""
        return int((price / self.step).to_integral_value(ROUND_CEILING))

    def label(self, row: int) -> Decimal:
        """The price a row stands for, exactly."""
        return self.step * row

    def on_label(self, price: Decimal) -> bool:
        """Whether a price is a label itself."""
        return price == self.label(self.down(price))


def bid_rows(levels: Iterable[BookLevel], grid: Grid, lowest: int = 0) -> dict[int, Decimal]:
    """Size of each row that holds bids, from the best one down to row ``lowest``.

    Levels come best first: until one is below the label of its row all are in that row, and most need no division.
    """
    sums: dict[int, Decimal] = {}
    row, label, size = 0, None, _ZERO
    for level in levels:
        if label is None or level.price < label:
            row = grid.down(level.price)
            if row < lowest:
                break
            label, size = grid.label(row), _ZERO
        size += level.size
        sums[row] = size
    return sums


def ask_rows(levels: Iterable[BookLevel], grid: Grid, highest: int | None = None) -> dict[int, Decimal]:
    """Size of each row that holds asks, from the best one up to row ``highest``; levels come best first."""
    sums: dict[int, Decimal] = {}
    row, label, size = 0, None, _ZERO
    for level in levels:
        if label is None or level.price > label:
            row = grid.up(level.price)
            if highest is not None and row > highest:
                break
            label, size = grid.label(row), _ZERO
        size += level.size
        sums[row] = size
    return sums


def sizes_at(view: BookView | None, prices: Iterable[Decimal]) -> dict[Decimal, Decimal]:
    """Displayed size at each of some exact prices, where any is displayed."""
    found = {} if view is None else {price: _size_at(view, price) for price in prices}
    return {price: size for price, size in found.items() if size is not None}


def _size_at(view: BookView, price: Decimal) -> Decimal | None:
    """Displayed size at an exact price. Levels come best first, so bids are looked for by their negated prices."""
    at = bisect_left(view.asks, price, key=lambda level: level.price)
    if at < len(view.asks) and view.asks[at].price == price:
        return view.asks[at].size
    at = bisect_left(view.bids, price.copy_negate(), key=lambda level: level.price.copy_negate())
    return view.bids[at].size if at < len(view.bids) and view.bids[at].price == price else None


def cumulated(sums: dict[int, Decimal], *, upwards: bool) -> dict[int, Decimal]:
    """Running sums from the touch outwards: asks run upwards, bids downwards."""
    total = _ZERO
    result: dict[int, Decimal] = {}
    for row in sorted(sums, reverse=not upwards):
        total += sums[row]
        result[row] = total
    return result


def choose_group(view: BookView, tick: Decimal, height: int) -> int:
    """The finest group for which enough of the visible rows hold size; failing all, the one that fills most.

    Asked once, when an instrument is opened: afterwards only the trader changes the group.
    """
    bid, ask = view.best_bid, view.best_ask
    if bid is None or ask is None or height < 1:
        return GROUPS[0]
    best, best_filled = GROUPS[0], -1
    for group in GROUPS:
        grid = Grid(tick, group)
        if grid.step * 2 > bid.price:
            break
        top = middle_top(grid.down(bid.price), grid.up(ask.price), height)
        rows = bid_rows(view.bids, grid, top - height + 1).keys() | ask_rows(view.asks, grid, top).keys()
        filled = sum(top - height < row <= top for row in rows)
        if filled * 100 >= height * _FILLED_PERCENT:
            return group
        if filled > best_filled:
            best, best_filled = group, filled
    return best


def middle_top(bid_row: int, ask_row: int, height: int) -> int:
    """Top row of a window with the touch in the middle: as many rows of asks as of bids."""
    return (bid_row + ask_row + 1) // 2 + height // 2 - 1
