"""What a followed book needs of the machine inside it; `connectors.sync` has one, the rooms do not know each other."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol

from connectors.model.book import BookSnapshot, BookState

Levels = Sequence[tuple[str, str]]
"""(price, size) in the venue's own text."""


class Side(Protocol):
    """One side of a machine's book."""

    def best(self) -> tuple[str, str] | None:
        """Price and size at the touch."""
        ...

    def top(self, count: int, /) -> list[tuple[str, str]]:
        """The best levels, best first."""
        ...


class Machine(Protocol):
    """What turns deltas and snapshots into a book."""

    @property
    def bids(self) -> Side:
        """Bids."""
        ...

    @property
    def asks(self) -> Side:
        """Asks."""
        ...

    @property
    def state(self) -> BookState:
        """LOADING, LIVE or RESYNC."""
        ...

    @property
    def update_id(self) -> int:
        """Id of the newest update in the book."""
        ...

    def delta(self, first_id: int, last_id: int, bids: Levels, asks: Levels, previous_id: int | None, /) -> object:
        """Take a delta; the state says what came of it."""
        ...

    def snapshot(self, update_id: int, bids: Levels, asks: Levels, /) -> object:
        """Take a snapshot; the state says what came of it."""
        ...

    def distrust(self) -> None:
        """Throw the book away."""
        ...


class Check(Protocol):
    """A copy of the book that a snapshot can be held against."""

    def delta(self, first_id: int, last_id: int, bids: Levels, asks: Levels, /) -> None:
        """Note what was applied since."""
        ...

    def compare(self, snapshot_id: int, bids: Levels, asks: Levels, /) -> bool | None:
        """Whether they agree; None while they cannot be compared."""
        ...


class Snapshots(Protocol):
    """How a venue is asked for a whole book."""

    def __call__(self, *, check: bool) -> Awaitable[BookSnapshot]:
        """Fetch one; a smaller one will do for a check."""
        ...
