"""One side of a book: sizes by price text, and the prices near the touch in order.

Most levels of a delta lie far from the touch, where nobody looks before the next one comes. They cost one dictionary
update, done in C for the whole delta; removals stay as zero sizes until they are swept. Only the *band*, the prices
near the touch, is kept sorted; when trading has used it up, it is cut anew from all levels.

Prices are compared as text: at a feed's fixed scale a longer text is a higher price, and texts of one length sort as
the numbers do. So no number is made of a price until somebody reads it. Where lengths meet (around a power of ten),
prices are compared by `rank`, slower and exact.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Sequence

Levels = Sequence[tuple[str, str]]
"""(price, size) as the venue wrote them: prices at one fixed scale, without leading zeros."""

ZERO_SIZES = frozenset(["0", *("0." + "0" * digits for digits in range(1, 19))])
"""Every way a venue writes a size of zero."""

_BAND = 64
"""Prices in the band after a cut: more than a ladder shows, few enough that most of a delta stays outside."""

_DRAINED = 6
"""The band is cut anew when it has fallen to one in so many."""

_GROWN = 3
"""The band is shortened when it has grown to so many times its size."""

_LINGERING = 4
"""Entries for each level that was there at the last sweep before removed ones are swept again: a sweep walks them all,
so it may cost no more than what made it due, and what lingers no more than a few times the book."""
_LEAST = 512
"""Entries beyond those, for a book of few levels."""


def rank(price: str) -> tuple[int, str]:
    """Sort key of a price text at a fixed scale."""
    return len(price), price


class _Side(ABC):
    """What bids and asks share; prices in the band run from the lowest to the highest."""

    __slots__ = ("_band", "_edge", "_high", "_limit", "_low", "_near", "_size", "_width")

    _touch_at = 0
    """Index of the best price in the band."""
    _mixed = 0
    """Width of a band whose prices have several lengths: no text is nearer to the touch, all are placed by `rank`."""

    def __init__(self) -> None:
        self._size: dict[str, str] = {}
        self._near: list[str] = []
        self._edge = ""
        """The price of the band farthest from the touch; empty while the band is the whole side."""
        self._width = self._mixed
        self._band = _BAND
        self._low = 0
        self._high = _GROWN * _BAND
        self._limit = _LEAST

    def replace(self, levels: Iterable[tuple[str, str]]) -> None:
        """Become exactly these levels."""
        self._size = dict(levels)
        self._rebuild()

    def best(self) -> tuple[str, str] | None:
        """Price and size at the touch, as text; None when the side is empty."""
        if not self._near:
            return None
        price = self._near[self._touch_at]
        return price, self._size[price]

    @property
    def price(self) -> str:
        """The best price as text; empty when the side is."""
        return self._near[self._touch_at] if self._near else ""

    def sizes(self) -> dict[str, str]:
        """A copy of every level that is not empty."""
        return {price: size for price, size in self._size.items() if size not in ZERO_SIZES}

    @abstractmethod
    def _beyond(self, key: tuple[int, str]) -> bool:
        """Whether a price is farther from the touch than the edge."""

    @abstractmethod
    def _cut(self) -> None:
        """Drop from the band what is farthest from the touch, and set the edge."""

    def _ensure(self, count: int) -> list[str]:
        """The band, with at least ``count`` prices where the side has them."""
        if len(self._near) < count and self._edge:
            self._band = max(self._band, 3 * count)
            self._rebuild()
        return self._near

    def _place(self, price: str, size: str) -> None:
        """Place one level where prices of several lengths meet, or outside the band's length."""
        near, key = self._near, rank(price)
        if self._edge and self._beyond(key):
            return
        at = bisect_left(near, key, key=rank)
        known = at < len(near) and near[at] == price
        if size in ZERO_SIZES:
            if known:
                del near[at]
        elif not known:
            near.insert(at, price)
            self._measure()

    def _settle(self) -> None:
        """Renew a band that is used up, shorten one that has grown, sweep what was removed."""
        if len(self._near) > self._high and len(self._size) <= self._limit:
            self._shorten()
        else:
            self._rebuild()

    def _rebuild(self) -> None:
        self._size = self.sizes()
        self._near = _in_order(list(self._size))
        self._limit = _LINGERING * len(self._near) + _LEAST
        self._edge = ""
        self._low, self._high = 0, _GROWN * self._band
        if len(self._near) > self._band:
            self._shorten()
        else:
            self._measure()

    def _shorten(self) -> None:
        """Cut the band to its size: from now on it can be used up."""
        self._cut()
        self._low = self._band // _DRAINED
        self._measure()

    def _measure(self) -> None:
        """Learn whether one length rules from the edge to the touch: then plain text order will do."""
        near = self._near
        uniform = bool(self._edge) and bool(near) and len(near[0]) == len(near[-1]) == len(self._edge)
        self._width = len(self._edge) if uniform else self._mixed


class Bids(_Side):
    """Bids: the best is the highest."""

    __slots__ = ()

    _touch_at = -1
    _mixed = -1

    def update(self, levels: Levels) -> None:
        """Set absolute sizes; a zero size removes, and removing an unknown level is normal."""
        self._size.update(levels)
        near, edge, width, zero = self._near, self._edge, self._width, ZERO_SIZES
        for price, size in levels:
            if price < edge and len(price) <= width:
                continue
            if len(price) != width:
                self._place(price, size)
                width = self._width
                continue
            at = bisect_left(near, price)
            if size in zero:
                if at < len(near) and near[at] == price:
                    del near[at]
            elif at == len(near) or near[at] != price:
                near.insert(at, price)
        count = len(near)
        if count < self._low or count > self._high or len(self._size) > self._limit:
            self._settle()

    def top(self, count: int) -> list[tuple[str, str]]:
        """The ``count`` best levels, best first."""
        sizes = self._size
        return [(price, sizes[price]) for price in self._ensure(count)[: -count - 1 : -1]]

    def _beyond(self, key: tuple[int, str]) -> bool:
        return key < rank(self._edge)

    def _cut(self) -> None:
        del self._near[: -self._band]
        self._edge = self._near[0]


class Asks(_Side):
    """Asks: the best is the lowest."""

    __slots__ = ()

    _mixed = 1 << 30

    def update(self, levels: Levels) -> None:
        """Set absolute sizes; a zero size removes, and removing an unknown level is normal."""
        self._size.update(levels)
        near, edge, width, zero = self._near, self._edge, self._width, ZERO_SIZES
        for price, size in levels:
            if price > edge and len(price) >= width:
                continue
            if len(price) != width:
                self._place(price, size)
                width = self._width
                continue
            at = bisect_left(near, price)
            if size in zero:
                if at < len(near) and near[at] == price:
                    del near[at]
            elif at == len(near) or near[at] != price:
                near.insert(at, price)
        count = len(near)
        if count < self._low or count > self._high or len(self._size) > self._limit:
            self._settle()

    def top(self, count: int) -> list[tuple[str, str]]:
        """The ``count`` best levels, best first."""
        sizes = self._size
        return [(price, sizes[price]) for price in self._ensure(count)[:count]]

    def _beyond(self, key: tuple[int, str]) -> bool:
        return key > rank(self._edge)

    def _cut(self) -> None:
        del self._near[self._band :]
        self._edge = self._near[-1]


def _in_order(prices: list[str]) -> list[str]:
    """Sort prices, lowest first: one plain sort a length, which is several times faster than a sort by `rank`."""
    widths = set(map(len, prices))
    if len(widths) <= 1:
        return sorted(prices)
    return [price for width in sorted(widths) for price in sorted([x for x in prices if len(x) == width])]
