"""Market data: one-off questions, panes (latest-wins) and watches (every update, bounded, drops counted)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.model.book import BookTop, BookView
from connectors.model.candle import Candle, Interval
from connectors.model.ids import AccountId
from connectors.model.instrument import Instrument
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade


class PaneKind(StrEnum):
    """What a pane or a watch follows."""

    BOOK = "book"
    TICKER = "ticker"
    TRADES = "trades"
    CANDLES = "candles"


@dataclass(frozen=True, slots=True)
class OpenPane:
    """Follow something for a pane, latest-wins. Reply: `Done`; pushes carry the pane's number until `ClosePane`."""

    pane: int
    """Chosen by the client, unique per link."""
    account: AccountId
    symbol: str
    kind: PaneKind
    levels: int = 50
    """Levels a side, for BOOK."""
    interval: Interval | None = None
    history: int = 300
    """Candles of history pushed first, for CANDLES; trades of history for TRADES."""
    rate_hz: int = 20
    """At most so many pushes a second; 1 to 20."""


@dataclass(frozen=True, slots=True)
class PacePane:
    """Change how often a pane is pushed to (focus gained or lost). Reply: `Done`."""

    pane: int
    rate_hz: int


@dataclass(frozen=True, slots=True)
class ClosePane:
    """Stop following. Reply: `Done`; closing an unknown pane is allowed."""

    pane: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Follow every update, bounded, drops counted. Reply: `Done`; items arrive as `WatchPushed` until `Unwatch`."""

    watch: int
    account: AccountId
    symbol: str
    kind: PaneKind
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Unwatch:
    """Stop a watch. Reply: `Done`."""

    watch: int


@dataclass(frozen=True, slots=True)
class GetInstruments:
    """Reply: `Instruments`. With ``symbol`` only that one."""

    account: AccountId
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Instruments:
    """Instruments in the venue's order."""

    instruments: tuple[Instrument, ...]


@dataclass(frozen=True, slots=True)
class GetTicker:
    """Reply: `connectors.model.ticker.Ticker`."""

    account: AccountId
    symbol: str


@dataclass(frozen=True, slots=True)
class GetBook:
    """Reply: `connectors.model.book.BookView` from the local book once it is LIVE."""

    account: AccountId
    symbol: str
    levels: int = 20


@dataclass(frozen=True, slots=True)
class GetTrades:
    """Reply: `Trades`."""

    account: AccountId
    symbol: str
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Trades:
    """Public trades, oldest first."""

    trades: tuple[Trade, ...]


@dataclass(frozen=True, slots=True)
class GetCandles:
    """Reply: `Candles`."""

    account: AccountId
    symbol: str
    interval: Interval
    start_ns: int | None = None
    end_ns: int | None = None
    limit: int = 500


@dataclass(frozen=True, slots=True)
class Candles:
    """Candles, oldest first."""

    candles: tuple[Candle, ...]


@dataclass(frozen=True, slots=True)
class BookPushed:
    """The newest picture of a book for a pane."""

    pane: int
    view: BookView


@dataclass(frozen=True, slots=True)
class TickerPushed:
    """The newest 24-hour statistics for a pane."""

    pane: int
    ticker: Ticker


@dataclass(frozen=True, slots=True)
class CandlesPushed:
    """History for a chart, oldest first; replaces what the pane had (also after a gap was refilled)."""

    pane: int
    candles: tuple[Candle, ...]


@dataclass(frozen=True, slots=True)
class CandlePushed:
    """The candle in progress, or its close."""

    pane: int
    candle: Candle


@dataclass(frozen=True, slots=True)
class TradesPushed:
    """Trades since the last push, oldest first, bounded; ``skipped`` were dropped."""

    pane: int
    trades: tuple[Trade, ...]
    skipped: int = 0
    replace: bool = False
    """History: the pane's tape begins anew with these."""


@dataclass(frozen=True, slots=True)
class GapPushed:
    """A hole in a pane's stream."""

    pane: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class PaneFailed:
    """A pane's stream cannot be had (now); ``sentence`` says why. It comes back by itself if ``retrying``."""

    pane: int
    sentence: str
    retrying: bool


@dataclass(frozen=True, slots=True)
class WatchPushed:
    """One item of a watch; ``dropped`` counts what the bounded lane had to drop just before it."""

    watch: int
    item: BookTop | Trade | Candle | Ticker | Gap
    dropped: int = 0
