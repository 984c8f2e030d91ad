"""Candles that were fetched once: kept in a file that may be lost at any time, and asked before the venue is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from connectors.model.candle import Candle, Interval
from connectors.model.ids import InstrumentId

Fetch = Callable[[int | None, int | None, int], Awaitable[Sequence[Candle]]]
"""(start_ns, end_ns, limit) → candles as `connectors.ports.venue.MarketData.candles` gives them."""


@dataclass(frozen=True, slots=True)
class Series:
    """Whose candles, and how long each is."""

    source: str
    """Venue, mode and host: what one venue says is not what its test network says."""
    instrument: InstrumentId
    interval: Interval


class CandleStore(Protocol):
    """One unbroken run of closed candles a series. All calls block and none raises: what is lost is fetched again."""

    def span(self, series: Series) -> tuple[Candle, Candle] | None:
        """Oldest and newest of the run; None where nothing is kept."""
        ...

    def newest(self, series: Series, end_ns: int | None, limit: int) -> Sequence[Candle]:
        """The newest that open at or before ``end_ns``, oldest first."""
        ...

    def oldest(self, series: Series, start_ns: int, limit: int) -> Sequence[Candle]:
        """The first that open at or after ``start_ns``, oldest first."""
        ...

    def keep(self, series: Series, run: Sequence[Candle]) -> None:
        """Add an unbroken run, oldest first: joined to what it overlaps, in place of what is older and does not."""
        ...

    def drop(self, series: Series) -> None:
        """Forget a series."""
        ...

    def close(self) -> None:
        """Close the file; may be called twice."""
        ...


class CandleSource(Protocol):
    """Candles of one connection, from what is kept and from the venue."""

    async def candles(
        self,
        instrument: InstrumentId,
        interval: Interval,
        fetch: Fetch,
        *,
        start_ns: int | None,
        end_ns: int | None,
        limit: int,
    ) -> Sequence[Candle]:
        """As `connectors.ports.venue.MarketData.candles`; ``fetch`` is asked for what is missing.

        Raises:
            TradedeskError: What ``fetch`` raises.
        """
        ...
