"""A local order book as a machine: deltas and snapshots go in, a book that can be believed, or a demand, comes out.

The rules are those of the venue's fact sheet (Binance spot: `facts/binance.md` §5.3); what differs between venues is
the `SequenceRule`, and whether the snapshot comes by REST or on the stream: both are handed to `snapshot`.
"""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import NamedTuple

from connectors.model.book import BookState
from connectors.sync.gap import SequenceRule, Verdict
from connectors.sync.side import Asks, Bids, Levels, rank

_KEPT = 6_000
"""Deltas kept while waiting for a snapshot: ten minutes of ten a second; older ones are of no use."""


class Step(Enum):
    """What came of one input."""

    APPLIED = "applied"
    """The book moved."""
    IGNORED = "ignored"
    """It was in the book already."""
    KEPT = "kept"
    """Buffered until a snapshot comes."""
    LIVE = "live"
    """The snapshot fits: the book can be believed from now on."""
    TOO_OLD = "too old"
    """The snapshot ends before the buffer begins: ask for another one."""
    GAP = "gap"
    """A delta is missing: the book was thrown away; ask for a snapshot."""
    CROSSED = "crossed"
    """Best bid at or above best ask: the book was thrown away; ask for a snapshot."""


class _Delta(NamedTuple):
    first_id: int
    last_id: int
    bids: Levels
    asks: Levels
    previous_id: int | None


class BookMachine:
    """The book of one instrument.

    Args:
        rule: How this venue numbers its deltas.
    """

    __slots__ = ("_fresh", "_kept", "_rule", "asks", "bids", "state", "update_id")

    def __init__(self, rule: SequenceRule) -> None:
        self._rule = rule
        self._kept: deque[_Delta] = deque(maxlen=_KEPT)
        self._fresh = True
        self.bids = Bids()
        """Bids; read only."""
        self.asks = Asks()
        """Asks; read only."""
        self.state = BookState.LOADING
        """LOADING, LIVE or RESYNC; staleness is judged by whoever hears the socket."""
        self.update_id = 0
        """Id of the newest update in the book; 0 before the first snapshot."""

    def delta(self, first_id: int, last_id: int, bids: Levels, asks: Levels, previous_id: int | None = None) -> Step:
        """Take one delta of absolute sizes.

        Args:
            first_id: First id it covers (equal to ``last_id`` where a venue gives one).
            last_id: Last id it covers.
            bids: Changed bids.
            asks: Changed asks.
            previous_id: Last id of the delta before it, where the venue says so.

        Returns:
            APPLIED, IGNORED or KEPT; GAP or CROSSED when the book was thrown away and a snapshot is needed.
        """
        if self.state is not BookState.LIVE:
            self._kept.append(_Delta(first_id, last_id, bids, asks, previous_id))
            return Step.KEPT
        verdict = self._rule.judge(self.update_id, first_id, last_id, previous_id, self._fresh)
        if verdict is Verdict.APPLY:
            self.bids.update(bids)
            self.asks.update(asks)
            self.update_id = last_id
            self._fresh = False
            return self._distrust(Step.CROSSED) if self.crossed else Step.APPLIED
        if verdict is Verdict.IGNORE:
            return Step.IGNORED
        step = self._distrust(Step.GAP)
        self._kept.append(_Delta(first_id, last_id, bids, asks, previous_id))
        return step

    def snapshot(self, update_id: int, bids: Levels, asks: Levels) -> Step:
        """Take a whole book, then whatever was kept since.

        Returns:
            LIVE; TOO_OLD when it must be asked for again (what was kept stays kept); GAP or CROSSED when what was kept
            does not join on, and all of it was thrown away.
        """
        kept = self._kept
        if kept and self._rule.too_old(update_id, kept[0].first_id, kept[0].previous_id):
            return Step.TOO_OLD
        self.bids.replace(bids)
        self.asks.replace(asks)
        self.update_id = update_id
        self._fresh = True
        self._kept = deque(maxlen=_KEPT)
        self.state = BookState.LIVE
        if self.crossed:
            return self._distrust(Step.CROSSED)
        while kept:
            step = self.delta(*kept.popleft())
            if step in {Step.GAP, Step.CROSSED}:
                self._kept.extend(kept)
                return step
        return Step.LIVE

    def distrust(self) -> None:
        """Throw the book away (the socket was replaced, a cross-check failed); wait for a snapshot."""
        self._distrust(Step.GAP)

    @property
    def crossed(self) -> bool:
        """Whether the best bid is at or above the best ask."""
        bid, ask = self.bids.price, self.asks.price
        if not bid or not ask:
            return False
        return bid >= ask if len(bid) == len(ask) else rank(bid) >= rank(ask)

    def _distrust(self, step: Step) -> Step:
        """Keep the old levels for the eye (they are shown dimmed), but believe none of them."""
        if self.state is BookState.LIVE:
            self.state = BookState.RESYNC
        self._kept.clear()
        return step
