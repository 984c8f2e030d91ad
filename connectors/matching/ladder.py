"""One side of a book: price levels in order, best first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from connectors.model.side import Side


class Ladder:
    """Levels of one side. Keys are kept ascending by ``sign x price`` so that the best one is always last."""

    __slots__ = ("_keys", "_lots", "_sign", "side")

    def __init__(self, side: Side) -> None:
        self.side = side
        self._sign = side.sign
        self._keys: list[int] = []
        self._lots: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, price: int) -> bool:
        return price in self._lots

    def best(self) -> int | None:
        """Best price in ticks, None when empty."""
        return self._sign * self._keys[-1] if self._keys else None

    def worst(self) -> int | None:
        """Worst price in ticks, None when empty."""
        return self._sign * self._keys[0] if self._keys else None

    def lots(self, price: int) -> int:
        """Lots at a price, 0 where there is no level."""
        return self._lots.get(price, 0)

    def put(self, price: int, lots: int) -> None:
        """Set a level to an absolute quantity; 0 removes it."""
        if lots:
            if price not in self._lots:
                insort(self._keys, self._sign * price)
            self._lots[price] = lots
        elif self._lots.pop(price, None) is not None:
            key = self._sign * price
            if self._keys[-1] == key:
                self._keys.pop()
            else:
                del self._keys[bisect_left(self._keys, key)]

    def accepts(self, price: int, limit: int | None) -> bool:
        """Whether an incoming order with this limit may trade with a level of this side."""
        return limit is None or self._sign * (price - limit) >= 0

    def better(self, price: int, other: int) -> bool:
        """Whether ``price`` stands before ``other`` in this side's queue."""
        return self._sign * price > self._sign * other

    def levels(self, count: int | None = None) -> list[tuple[int, int]]:
        """(price, lots) of the best ``count`` levels (None: all), best first."""
        keys = self._keys[: -count - 1 : -1] if count is not None else self._keys[::-1]
        sign, lots = self._sign, self._lots
        return [(sign * key, lots[sign * key]) for key in keys]

    def walk(self) -> Iterator[tuple[int, int]]:
        """(price, lots), best first, lazily; the ladder must not change meanwhile."""
        sign, lots = self._sign, self._lots
        for key in reversed(self._keys):
            yield sign * key, lots[sign * key]
