"""How large orders are: quantiles of quote value, straight lines between them on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp, log
from random import Random

_STEPS = 512
"""A size is drawn by one look into a table of so many."""

Quantiles = Sequence[tuple[float, float]]
"""(share of orders, quote value they do not exceed), rising; the first is the least there is, the last the most."""

TAKEN: Quantiles = (
    (0, 5.5),
    (0.1, 11),
    (0.2, 17),
    (0.3, 32),
    (0.4, 90),
    (0.5, 250),
    (0.6, 600),
    (0.7, 1_100),
    (0.8, 1_900),
    (0.9, 3_000),
    (0.95, 6_000),
    (0.99, 36_000),
    (1, 160_000),
)
"""What one taking order wants, in USDT: the recorded trades, those of one moment and side counted as one order."""

RESTING: Quantiles = (
    (0, 5.5),
    (0.1, 12),
    (0.25, 1_500),
    (0.5, 5_200),
    (0.65, 8_500),
    (0.8, 19_900),
    (0.93, 20_100),
    (0.97, 45_000),
    (0.995, 90_000),
    (1, 300_000),
)
"""What rests on a level behind the best price; many makers show exactly 20,000."""

JOINING: Quantiles = (
    (0, 5.5),
    (0.3, 6),
    (0.45, 15),
    (0.55, 40),
    (0.6, 600),
    (0.7, 4_500),
    (0.83, 18_000),
    (0.97, 60_000),
    (1, 150_000),
)
"""What joins the queue at the best price: most are the least the exchange admits, a few carry the depth."""


class Sizes:
    """Draws sizes.

    Args:
        quantiles: The distribution, in quote.
        unit: Quote value of one lot at one tick.
        scale: How many times as large as the distribution says.
    """

    def __init__(self, quantiles: Quantiles, unit: float, scale: float) -> None:
        table: list[float] = []
        for (low, least), (high, most) in pairwise(quantiles):
            while len(table) < _STEPS and (share := (len(table) + 0.5) / _STEPS) < high:
                done = (share - low) / (high - low)
                table.append(exp(log(least) + done * (log(most) - log(least))) * scale / unit)
        self._units = table

    def lots(self, rng: Random, price: float) -> int:
        """A size in lots at a price in ticks; at least one."""
        return max(1, int(self._units[int(rng.random() * _STEPS)] / price))

    def mean(self, price: float) -> float:
        """The mean size in lots at a price in ticks."""
        return sum(self._units) / _STEPS / price
