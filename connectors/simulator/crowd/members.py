"""The crowd's orders in the book: placed, taken back, taken, and forgotten when they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from connectors.matching.queue import QueueBook, Resting
from connectors.matching.terms import Match, Request
from connectors.model.order import TimeInForce
from connectors.model.side import Side


class Crowd:
    """Orders of everyone but the user: negative ids, no owner."""

    def __init__(self, book: QueueBook, rng: Random) -> None:
        self._book = book
        self._rng = rng
        self._ids: list[int] = []
        self._place: dict[int, int] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, order_id: int) -> bool:
        return order_id in self._place

    def add(self, side: Side, price: int, lots: int) -> int | None:
        """Rest an order and return its id; a price that would cross what rests (the user's too) stays just behind."""
        book = self._book
        if side is Side.BUY:
            other = book.asks.best()
            if other is not None and price >= other:
                price = other - 1
        else:
            other = book.bids.best()
            if other is not None and price <= other:
                price = other + 1
        if price < 1:
            return None
        self._next -= 1
        self._place[self._next] = len(self._ids)
        self._ids.append(self._next)
        book.rest(Resting(self._next, side, price, lots))
        return self._next

    def take(self, side: Side, lots: int, limit: int) -> Sequence[Match]:
        """Take up to so many lots at no worse than a price; what finds nothing is gone."""
        self._next -= 1
        request = Request(self._next, side, lots, limit=limit, time_in_force=TimeInForce.IOC)
        matches = self._book.submit(request).matches
        self.dropped(matches)
        return matches

    def cancel(self, order_id: int) -> None:
        """Take an order back."""
        self._book.cancel(order_id)
        self._forget(order_id)

    def cancel_any(self) -> None:
        """Someone takes an order back."""
        if self._ids:
            self.cancel(self._ids[int(self._rng.random() * len(self._ids))])

    def dropped(self, matches: Sequence[Match]) -> None:
        """Forget orders that a match took whole."""
        for match in matches:
            if match.maker_id < 0 and not match.maker_left:
                self._forget(match.maker_id)

    def _forget(self, order_id: int) -> None:
        place = self._place.pop(order_id, None)
        if place is None:
            return
        last = self._ids.pop()
        if last != order_id:
            self._ids[place] = last
            self._place[last] = place
