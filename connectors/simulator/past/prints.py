"""The public trades one may still ask about, one by one and joined as aggTrades joins them (§4.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from connectors.simulator.market import Print

_KEPT = 5000
"""Of each symbol; who asks for older ones finds them as gone as ids of another session."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Joined:
    """Trades of one taking order at one price: price in ticks, size in lots."""

    joined_id: int
    price: int
    lots: int
    first: int
    last: int
    time_ms: int
    buyer_made: bool


class Prints:
    """The last trades of a symbol, oldest first."""

    def __init__(self) -> None:
        self._trades: deque[Print] = deque(maxlen=_KEPT)
        self._joined: deque[Joined] = deque(maxlen=_KEPT)
        self._joined_id = 0

    def begin(self, now_ms: int) -> None:
        """Aggregate ids begin at the clock, and so rise from session to session."""
        self._joined_id = now_ms

    def add(self, prints: Sequence[Print]) -> list[Joined]:
        """Keep the trades of one taking order; returns them joined."""
        self._trades.extend(prints)
        found: list[Joined] = []
        group: list[Print] = []
        for one in (*prints, None):
            if group and (one is None or (one.price, one.buyer_made) != (group[0].price, group[0].buyer_made)):
                found.append(self._join(group))
                group = []
            if one is not None:
                group.append(one)
        self._joined.extend(found)
        return found

    @property
    def latest(self) -> Print | None:
        """The last trade."""
        return self._trades[-1] if self._trades else None

    def trades(self, limit: int, from_id: int | None = None) -> list[Print]:
        """The newest trades, or the oldest from an id on."""
        if from_id is None:
            return _newest(self._trades, limit)
        return list(islice((one for one in self._trades if one.trade_id >= from_id), limit))

    def joined(
        self, limit: int, from_id: int | None = None, start_ms: int | None = None, end_ms: int | None = None
    ) -> list[Joined]:
        """Joined trades (§4.1): from an id or a moment the oldest, else the newest; both moments belong to it."""
        rows: Iterable[Joined] = self._joined
        if from_id is not None:
            rows = (one for one in rows if one.joined_id >= from_id)
        if start_ms is not None:
            rows = (one for one in rows if one.time_ms >= start_ms)
        if end_ms is not None:
            rows = (one for one in rows if one.time_ms <= end_ms)
        if from_id is None and start_ms is None:
            return _newest(deque(rows, maxlen=limit), limit)
        return list(islice(rows, limit))

    def _join(self, group: list[Print]) -> Joined:
        self._joined_id += 1
        first, last = group[0], group[-1]
        lots = sum(one.lots for one in group)
        ids = (first.trade_id, last.trade_id)
        return Joined(self._joined_id, first.price, lots, *ids, last.time_ms, first.buyer_made)


def _newest(rows: deque[Row], limit: int) -> list[Row]:
    return list(islice(reversed(rows), limit))[::-1]
