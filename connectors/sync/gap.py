"""Sequence rules: does a delta follow the book, is it already in it, or is something missing between them?

Venues number their deltas in three ways; each is one rule below, and `connectors.sync.book` takes the rule as a value.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Verdict(Enum):
    """What a rule says of a delta."""

    APPLY = "apply"
    IGNORE = "ignore"
    """Older than the book: everything in it is in the book already."""
    GAP = "gap"
    """At least one delta between the book and this one was not seen."""


class SequenceRule(Protocol):
    """How one venue numbers the deltas of a book."""

    def judge(self, book_id: int, first_id: int, last_id: int, previous_id: int | None, fresh: bool, /) -> Verdict:
        """Place a delta against the book.

        Args:
            book_id: Id of the newest update in the book.
            first_id: First id the delta covers.
            last_id: Last id the delta covers.
            previous_id: Last id of the delta before it, where the venue says so.
            fresh: No delta was applied yet since the snapshot.
        """
        ...

    def too_old(self, snapshot_id: int, first_id: int, previous_id: int | None, /) -> bool:
        """Whether a snapshot ends before the first delta that was kept begins, so that a hole lies between them."""
        ...


class Spans:
    """Deltas cover spans of ids without a hole: ``first_id`` is at most one above the last (Binance spot, facts §5.3).

    A span may begin before the book's id: then part of it is in the book already, and absolute sizes make that
    harmless.
    """

    def judge(self, book_id: int, first_id: int, last_id: int, _previous: int | None, _fresh: bool, /) -> Verdict:
        """See `SequenceRule.judge`."""
        if last_id <= book_id:
            return Verdict.IGNORE
        return Verdict.GAP if first_id > book_id + 1 else Verdict.APPLY

    def too_old(self, snapshot_id: int, first_id: int, _previous: int | None, /) -> bool:
        """See `SequenceRule.too_old`; ``snapshot_id + 1 == first_id`` is an exact follow-on."""
        return snapshot_id + 1 < first_id


class Chained:
    """Each delta names the one before it (Binance futures ``pu``, facts §5.4; Bitget futures ``pseq``).

    Ids are not contiguous, so only the name counts; the first delta after a snapshot must cover the snapshot's id.
    """

    def judge(self, book_id: int, first_id: int, last_id: int, previous_id: int | None, fresh: bool, /) -> Verdict:
        """See `SequenceRule.judge`."""
        if fresh:
            if last_id < book_id:
                return Verdict.IGNORE
            return Verdict.APPLY if first_id <= book_id or previous_id == book_id else Verdict.GAP
        if last_id <= book_id:
            return Verdict.IGNORE
        return Verdict.APPLY if previous_id == book_id else Verdict.GAP

    def too_old(self, snapshot_id: int, first_id: int, previous_id: int | None, /) -> bool:
        """See `SequenceRule.too_old`."""
        return snapshot_id < first_id and previous_id != snapshot_id


class Steps:
    """Ids rise by one a message, snapshots included (Bybit ``u``, Coinbase's connection-wide ``sequence_num``)."""

    def judge(self, book_id: int, _first: int, last_id: int, _previous: int | None, _fresh: bool, /) -> Verdict:
        """See `SequenceRule.judge`."""
        if last_id <= book_id:
            return Verdict.IGNORE
        return Verdict.APPLY if last_id == book_id + 1 else Verdict.GAP

    def too_old(self, snapshot_id: int, first_id: int, _previous: int | None, /) -> bool:
        """See `SequenceRule.too_old`."""
        return snapshot_id + 1 < first_id
