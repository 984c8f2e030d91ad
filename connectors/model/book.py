"""Order books: what a venue sends, and what a pane is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import InstrumentId


class BookState(StrEnum):
    """How far a local book can be believed."""

    LOADING = "LOADING"
    LIVE = "LIVE"
    RESYNC = "RESYNC"
    """A gap or a crossed book: being rebuilt; keys that take a price from it are off."""
    STALE = "STALE"
    """No frame on the socket for too long."""


@dataclass(frozen=True, slots=True)
class BookSnapshot:
    """A whole book as the venue sent it; prices and sizes in the venue's own text."""

    update_id: int
    bids: Sequence[tuple[str, str]]
    asks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class BookDelta:
    """Absolute sizes for some levels; size zero removes. Which ids are set depends on the venue's rules."""

    first_id: int
    last_id: int
    bids: Sequence[tuple[str, str]]
    asks: Sequence[tuple[str, str]]
    previous_id: int | None = None


@dataclass(frozen=True, slots=True)
class BookLevel:
    """One price level."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class BookTop:
    """The touch after one applied update: one line of ``watch book``."""

    instrument: InstrumentId
    update_id: int
    bid: BookLevel | None
    ask: BookLevel | None
    state: BookState


@dataclass(frozen=True, slots=True)
class BookView:
    """What a pane paints: the levels nearest the touch, best first, at one update id."""

    instrument: InstrumentId
    update_id: int
    state: BookState
    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    received_ns: int
    """Arrival of the newest applied update (liveness is judged by arrival)."""
    attempt: int = 0
    """Number of the resync attempt under way, for RESYNC."""
    checked_ns: int | None = None
    """When a REST snapshot last agreed with this book; None: not yet checked."""

    @property
    def best_bid(self) -> BookLevel | None:
        """Highest bid."""
        return self.bids[0] if self.bids else None

    @property
    def best_ask(self) -> BookLevel | None:
        """Lowest ask."""
        return self.asks[0] if self.asks else None
