"""A book held against a second opinion: a snapshot taken meanwhile, compared at the very same update id."""

from __future__ import annotations

from decimal import Decimal

from connectors.sync.book import BookMachine
from connectors.sync.side import Levels, rank


class BookCheck:
    """Copies a live book and keeps what is applied to it, so that it can be rebuilt as of any later id.

    Args:
        book: A live book; it is copied, and never touched.
    """

    def __init__(self, book: BookMachine) -> None:
        self._start_id = self._newest_id = book.update_id
        self._bids = book.bids.sizes()
        self._asks = book.asks.sizes()
        self._deltas: list[tuple[int, int, Levels, Levels]] = []

    def delta(self, first_id: int, last_id: int, bids: Levels, asks: Levels) -> None:
        """Note a delta that was applied to the book."""
        self._deltas.append((first_id, last_id, bids, asks))
        self._newest_id = last_id

    def compare(self, snapshot_id: int, bids: Levels, asks: Levels) -> bool | None:
        """Compare the book as of ``snapshot_id`` with a snapshot, down to the snapshot's last level.

        A delta whose span covers the id, but ends after it, holds changes the snapshot has and changes it has not: the
        prices it touches are left out.

        Returns:
            Whether they agree; None when they cannot be compared: the book has not reached the snapshot's id yet, or
            the snapshot is older than the moment the check began.
        """
        if not self._start_id <= snapshot_id <= self._newest_id:
            return None
        torn: set[str] = set()
        our_bids, our_asks = dict(self._bids), dict(self._asks)
        for first_id, last_id, bid_changes, ask_changes in self._deltas:
            if last_id <= snapshot_id:
                our_bids.update(bid_changes)
                our_asks.update(ask_changes)
            elif first_id <= snapshot_id:
                torn.update(price for price, _ in (*bid_changes, *ask_changes))
        return _same(our_bids, bids, torn, descending=True) and _same(our_asks, asks, torn, descending=False)


def _same(ours: dict[str, str], theirs: Levels, torn: set[str], *, descending: bool) -> bool:
    """Whether one side is the same from the touch to the last level of ``theirs``."""
    if not theirs:
        return not any(Decimal(size) for price, size in ours.items() if price not in torn)
    last = rank(theirs[-1][0])
    near = {
        price: Decimal(size)
        for price, size in ours.items()
        if price not in torn and (rank(price) >= last if descending else rank(price) <= last)
    }
    return {price: size for price, size in near.items() if size} == {
        price: Decimal(size) for price, size in theirs if price not in torn
    }
