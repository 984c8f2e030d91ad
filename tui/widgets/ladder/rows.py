"""Prices to rows: integer ticks, whole groups, and sums that lose nothing.

A row is a multiple of *group* ticks. Bids are rounded down to their row's label and asks up, so a label is always a
price that can be sent, and it never flatters: what stands at a bid's label can be sold there or better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from connectors.model.book import BookLevel, BookView

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


def bid_rows(levels: Iterable[BookLevel], grid: Grid) -> dict[int, Decimal]:
    """Size of each row that holds bids."""
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for level in levels:
        sums[grid.down(level.price)] += level.size
    return dict(sums)


def ask_rows(levels: Iterable[BookLevel], grid: Grid) -> dict[int, Decimal]:
    """Size of each row that holds asks."""
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for level in levels:
        sums[grid.up(level.price)] += level.size
    return dict(sums)


def cumulated(sums: dict[int, Decimal], *, upwards: bool) -> dict[int, Decimal]:
    """Running sums from the touch outwards: asks run upwards, bids downwards."""
    total = Decimal(0)
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
        rows = bid_rows(view.bids, grid).keys() | ask_rows(view.asks, grid).keys()
        filled = sum(top - height < row <= top for row in rows)
        if filled * 100 >= height * _FILLED_PERCENT:
            return group
        if filled > best_filled:
            best, best_filled = group, filled
    return best


def middle_top(bid_row: int, ask_row: int, height: int) -> int:
    """Top row of a window with the touch in the middle: as many rows of asks as of bids."""
    return (bid_row + ask_row + 1) // 2 + height // 2 - 1
