"""What an order would meet, level by level, before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from connectors.matching.terms import Appetite, Request
from connectors.model.side import Side


@dataclass(frozen=True, slots=True)
class Walk:
    """Result of a walk: ``steps`` are (price, lots) met in order; ``left`` lots found nothing (0 for a budget)."""

    steps: tuple[tuple[int, int], ...]
    left: int

    @property
    def lots(self) -> int:
        """Lots met."""
        return sum(lots for _, lots in self.steps)

    @property
    def units(self) -> int:
        """Quote amount in tick-lots."""
        return sum(price * lots for price, lots in self.steps)

    @property
    def worst(self) -> int | None:
        """Price of the last level touched, None when nothing was met."""
        return self.steps[-1][0] if self.steps else None


def walk(levels: Iterable[tuple[int, int]], request: Request) -> Walk:
    """Walk opposite levels (best first) with a request's size and limit; alters nothing."""
    appetite = Appetite.of(request)
    steps: list[tuple[int, int]] = []
    for price, lots in levels:
        beyond = price > request.limit if request.side is Side.BUY and request.limit is not None else False
        if request.side is Side.SELL and request.limit is not None:
            beyond = price < request.limit
        wanted = appetite.at(price)
        if beyond or not wanted:
            break
        taken = min(wanted, lots)
        appetite.take(price, taken)
        steps.append((price, taken))
    return Walk(tuple(steps), appetite.lots or 0)
