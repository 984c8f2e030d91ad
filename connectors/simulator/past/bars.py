"""Bars in integers, how they join into longer ones and how a long one is divided into shorter ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from math import exp
from random import Random
from typing import NamedTuple

_STEEPEST = 3.0
"""The dearest bar of a division may weigh e to this times the cheapest, beyond what chance gave it."""

_WALKS = 12
_NEAR = 0.92
"""How much of the way to an extreme the closes go; the bar that comes nearest goes the rest."""

_HALVINGS = 14
_FINE = 1_000_000
"""Weights are whole numbers, so fine that their rounding does not show."""


class Bar(NamedTuple):
    """Prices in ticks, volumes in lots, quote volumes in tick-lots, split by who took: the buyer or the seller."""

    open: int
    high: int
    low: int
    close: int
    buy_lots: int = 0
    sell_lots: int = 0
    buy_units: int = 0
    sell_units: int = 0
    trades: int = 0

    @property
    def lots(self) -> int:
        """All volume."""
        return self.buy_lots + self.sell_lots

    @property
    def units(self) -> int:
        """All quote volume."""
        return self.buy_units + self.sell_units

    def traded(self, price: int, lots: int, *, buyer_took: bool) -> Bar:
        """This bar after one more trade."""
        bought, sold = (lots, 0) if buyer_took else (0, lots)
        return Bar(
            self.open,
            max(self.high, price),
            min(self.low, price),
            price,
            self.buy_lots + bought,
            self.sell_lots + sold,
            self.buy_units + bought * price,
            self.sell_units + sold * price,
            self.trades + 1,
        )


def flat(price: int) -> Bar:
    """A bar in which nothing traded."""
    return Bar(price, price, price, price)


def merge(bars: Iterable[Bar]) -> Bar | None:
    """One bar over consecutive ones; None for none."""
    found = list(bars)
    if not found:
        return None
    return Bar(
        found[0].open,
        max(bar.high for bar in found),
        min(bar.low for bar in found),
        found[-1].close,
        sum(bar.buy_lots for bar in found),
        sum(bar.sell_lots for bar in found),
        sum(bar.buy_units for bar in found),
        sum(bar.sell_units for bar in found),
        sum(bar.trades for bar in found),
    )


def split(parent: Bar, count: int, rng: Random) -> list[Bar]:
    """Divide a bar into ``count`` that join to exactly it: prices, volumes, quote volumes and trades.

    The closes walk from open to close inside the parent's range; the child that comes nearest to an extreme makes it.
    """
    closes = _closes(parent, count, rng)
    opens = [parent.open, *closes[:-1]]
    tops = [max(pair) for pair in zip(opens, closes, strict=True)]
    bottoms = [min(pair) for pair in zip(opens, closes, strict=True)]
    reach = (parent.high - parent.low) / (2 * count)
    highs = [min(parent.high, top + int(rng.expovariate(1) * reach)) for top in tops]
    lows = [max(parent.low, bottom - int(rng.expovariate(1) * reach)) for bottom in bottoms]
    highs[max(range(count), key=tops.__getitem__)] = parent.high
    lows[min(range(count), key=bottoms.__getitem__)] = parent.low
    weights = [
        int(1000 * rng.expovariate(1)) + 300 + 1000 * (high - low) // max(1, parent.high - parent.low)
        for high, low in zip(highs, lows, strict=True)
    ]
    lean = [rng.randint(70, 130) for _ in range(count)]
    ranges = list(zip(lows, highs, strict=True))
    buying = [weight * more for weight, more in zip(weights, lean, strict=True)]
    selling = [weight * (200 - more) for weight, more in zip(weights, lean, strict=True)]
    bought = share(parent.buy_lots, _tilted(buying, ranges, parent.buy_lots, parent.buy_units))
    sold = share(parent.sell_lots, _tilted(selling, ranges, parent.sell_lots, parent.sell_units))
    bought = _reachable(parent.buy_units, bought, ranges)
    sold = _reachable(parent.sell_units, sold, ranges)
    if not (_fits(parent.buy_units, bought, ranges) and _fits(parent.sell_units, sold, ranges)):
        ranges[0] = (parent.low, parent.high)
        lows[0], highs[0] = ranges[0]
        bought, sold = ([lots, *[0] * (count - 1)] for lots in (parent.buy_lots, parent.sell_lots))
    buy_units = _price(parent.buy_units, bought, ranges)
    sell_units = _price(parent.sell_units, sold, ranges)
    trades = _count(parent.trades, [buy + sell for buy, sell in zip(bought, sold, strict=True)])
    rows = zip(opens, highs, lows, closes, bought, sold, buy_units, sell_units, trades, strict=True)
    return [Bar(*row) for row in rows]


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a whole number by weights; the shares are whole and add up to it."""
    full = sum(weights)
    if not full:
        return [total, *[0] * (len(weights) - 1)]
    marks = [0, *(mark * total // full for mark in accumulate(weights))]
    return [after - before for before, after in pairwise(marks)]


def _closes(parent: Bar, count: int, rng: Random) -> list[int]:
    """Of some walks from open to close, the one whose mean lies nearest the parent's average price.

    A walk that does not fit would leave all the volume to the few bars that reach that average.
    """
    wanted = parent.units / parent.lots if parent.lots else (parent.open + parent.close) / 2
    walks = [_walk(parent, count, rng) for _ in range(_WALKS)]
    return min(walks, key=lambda closes: abs(sum(closes) / count - wanted))


def _walk(parent: Bar, count: int, rng: Random) -> list[int]:
    """A walk from open to close, stretched to come near the parent's extremes."""
    steps = list(accumulate(rng.gauss(0, 1) for _ in range(count)))
    width = 0.8 * (parent.high - parent.low) / count**0.5
    levels = []
    for index, step in enumerate(steps, start=1):
        done = index / count
        levels.append(parent.open + (parent.close - parent.open) * done + width * (step - done * steps[-1]))
    top, bottom = max(parent.open, parent.close), min(parent.open, parent.close)
    up = _NEAR * (parent.high - top) / max(1.0, max(levels) - top)
    down = _NEAR * (bottom - parent.low) / max(1.0, bottom - min(levels))
    closes = [
        round(
            top + (level - top) * up if level > top else bottom - (bottom - level) * down if level < bottom else level
        )
        for level in levels
    ]
    closes[-1] = parent.close
    return closes


def _tilted(weights: list[int], ranges: Sequence[tuple[int, int]], lots: int, units: int) -> list[int]:
    """Weights leant towards dear or cheap bars until their average price comes near the parent's.

    Leaning all of them a little leaves something traded in each; emptying the bars at the wrong end would fill a
    chart with minutes in which nothing happened.
    """
    low, high = min(bottom for bottom, _ in ranges), max(top for _, top in ranges)
    if not lots or high == low:
        return weights
    places = [(bottom + top - 2 * low) / (2 * (high - low)) for bottom, top in ranges]
    wanted = (units / lots - low) / (high - low)
    leant = [float(weight) for weight in weights]
    least, most = -_STEEPEST, _STEEPEST
    for _ in range(_HALVINGS):
        slope = (least + most) / 2
        leant = [weight * exp(slope * place) for weight, place in zip(weights, places, strict=True)]
        mean = sum(weight * place for weight, place in zip(leant, places, strict=True)) / sum(leant)
        least, most = (slope, most) if mean < wanted else (least, slope)
    return [int(_FINE * weight / sum(leant)) + 1 for weight in leant]


def _reachable(total: int, lots: Sequence[int], ranges: Sequence[tuple[int, int]]) -> list[int]:
    """Move volume to the bars at the dear (or cheap) end until averages within their ranges can add up to ``total``.

    They can in the end, because one bar reaches each of the parent's extremes; see `_fits` for where they cannot.
    """
    moved = list(lots)
    for edge, sign in ((1, 1), (0, -1)):
        order = sorted(range(len(moved)), key=lambda index: sign * ranges[index][edge])
        best = order[-1]
        short = sign * (total - sum(ranges[index][edge] * size for index, size in enumerate(moved)))
        for index in order[:-1]:
            gain = sign * (ranges[best][edge] - ranges[index][edge])
            if short <= 0 or not gain:
                break
            taken = min(moved[index], -(-short // gain))
            moved[index] -= taken
            moved[best] += taken
            short -= taken * gain
    return moved


def _fits(total: int, lots: Sequence[int], ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether averages within their ranges can add up to ``total``: a lot or two may find no bar at their price.

    Then all volume goes to a bar that is given the parent's whole range.
    """
    lowest = sum(low * size for size, (low, _) in zip(lots, ranges, strict=True))
    highest = sum(high * size for size, (_, high) in zip(lots, ranges, strict=True))
    return lowest <= total <= highest


def _price(total: int, lots: Sequence[int], ranges: Sequence[tuple[int, int]]) -> list[int]:
    """Divide a quote volume so that each part's average price lies in its bar's range."""
    units = [(low + high) // 2 * size for size, (low, high) in zip(lots, ranges, strict=True)]
    off = total - sum(units)
    edge, sign = (1, 1) if off > 0 else (0, -1)
    room = [sign * (limit[edge] * size - unit) for unit, size, limit in zip(units, lots, ranges, strict=True)]
    return [unit + sign * part for unit, part in zip(units, share(abs(off), room), strict=True)]


def _count(total: int, lots: Sequence[int]) -> list[int]:
    """Divide a number of trades; where something traded there was at least one, if there are enough to go round."""
    busy = [1 if size else 0 for size in lots]
    if total < sum(busy):
        return share(total, lots)
    return [one + more for one, more in zip(busy, share(total - sum(busy), lots), strict=True)]
