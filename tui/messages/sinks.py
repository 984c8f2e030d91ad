"""Where the market's pushes are drawn: what a market screen must be able to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from connectors.model.book import BookView
from connectors.model.candle import Candle
from connectors.model.instrument import Instrument
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade


class Sinks(Protocol):
    """Where pushed facts are drawn."""

    def opened(self, instrument: Instrument) -> None:
        """Another instrument is under the hand: everything of the one before is gone. Or the same, changed."""

    def show_watched(self) -> None:
        """Watched instruments are others, or described otherwise."""

    def book(self, view: BookView) -> None:
        """A frame of the book."""

    def ticker(self, ticker: Ticker) -> None:
        """Statistics of a watched instrument."""

    def candles(self, candles: Sequence[Candle]) -> None:
        """History of the chart."""

    def candle(self, candle: Candle) -> None:
        """The candle in progress, or its close."""

    def spark(self, symbol: str, candles: Sequence[Candle]) -> None:
        """History for the watchlist."""

    def spark_candle(self, symbol: str, candle: Candle) -> None:
        """The newest candle for the watchlist."""

    def trades(self, trades: Sequence[Trade], skipped: int, *, replace: bool) -> None:
        """Public trades."""

    def gap(self, gap: Gap) -> None:
        """A hole in a stream."""

    def doubt(self, as_of_ns: int | None) -> None:
        """Nobody answers for what is shown: it is as of then, wall time ns. None: somebody does again."""

    def failed(self, sentence: str) -> None:
        """A stream cannot be had now."""
