"""What a market order would meet: a walk through the painted book. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.book import BookLevel, BookView
from connectors.model.order import Side

ZERO = Decimal(0)
BASIS_POINTS = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Walk:
    """The outcome for one size."""

    filled: Decimal
    """Base units the painted levels hold of it."""
    cost: Decimal
    """Quote units for ``filled``."""
    worst: Decimal | None
    """Price of the last level touched."""
    touch: Decimal | None
    """Price of the first."""

    @property
    def average(self) -> Decimal | None:
        """Average price; None when the side is empty."""
        return self.cost / self.filled if self.filled else None

    @property
    def slippage_bp(self) -> Decimal:
        """Distance of the average from the touch in basis points, never negative."""
        if self.average is None or not self.touch:
            return ZERO
        return abs(self.average - self.touch) / self.touch * BASIS_POINTS


def opposite(book: BookView, side: Side) -> tuple[BookLevel, ...]:
    """The levels an order on ``side`` takes from, best first."""
    return book.asks if side is Side.BUY else book.bids


def walk(levels: Iterable[BookLevel], quantity: Decimal, limit: Decimal | None = None, side: Side = Side.BUY) -> Walk:
    """Take ``quantity`` from levels, best first, no further than ``limit``."""
    left, cost = quantity, ZERO
    worst = touch = None
    for level in levels:
        if left <= 0 or (limit is not None and (level.price - limit) * side.sign > 0):
            break
        taken = min(left, level.size)
        cost += taken * level.price
        left -= taken
        worst = level.price
        touch = level.price if touch is None else touch
    return Walk(quantity - left, cost, worst, touch)
