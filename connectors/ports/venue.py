"""The connector contract (REQUIREMENTS A1, A4): what every venue offers, and what paper trading offers in its place.

All coroutines raise errors of `connectors.errors` only. Listeners are called on the worker's loop, synchronously, and
must not block or raise. Every ``watch_*`` may be called many times for one stream: `connectors.market` shares and
counts them. Trading and the account have modules of their own; both are named here too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Protocol

from connectors.model.book import BookSnapshot, BookState, BookTop, BookView
from connectors.model.candle import Candle, Interval
from connectors.model.capabilities import Capabilities
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.ids import Epoch, InstrumentId
from connectors.model.instrument import Instrument
from connectors.model.ticker import Ticker
from connectors.model.trade import Gap, Trade
from connectors.ports.account import (
    Account,
    AccountEvent,
    AccountStreamDown,
    AccountStreamUp,
    BalanceUpdate,
    EpochBegun,
    ExternalFlow,
)
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.subscription import Subscription
from connectors.ports.trading import Trading

__all__ = [
    "Account",
    "AccountEvent",
    "AccountStreamDown",
    "AccountStreamUp",
    "BalanceUpdate",
    "Connector",
    "ConnectorFactory",
    "EpochBegun",
    "ExternalFlow",
    "LiveBook",
    "MarketData",
    "Subscription",
    "Trading",
]


class LiveBook(Protocol):
    """A local order book that follows the venue's published rules.

    Read it inside the listener or at any time on the loop.
    """

    @property
    def instrument(self) -> InstrumentId:
        """What it is the book of."""
        ...

    @property
    def state(self) -> BookState:
        """How far it can be believed."""
        ...

    @property
    def update_id(self) -> int:
        """Id of the newest applied update; 0 while LOADING."""
        ...

    def top(self) -> BookTop:
        """The touch now."""
        ...

    def view(self, levels: int) -> BookView:
        """The ``levels`` best levels a side, best first."""
        ...


class MarketData(Protocol):
    """Public data. Needs no key."""

    async def instruments(self) -> Sequence[Instrument]:
        """All instruments of the connection's products, cached for the session and refreshed at intervals."""
        ...

    async def instrument(self, symbol: str) -> Instrument:
        """One instrument by the venue's symbol, any case.

        Raises:
            UnknownInstrument: The venue has none of that name.
        """
        ...

    async def candles(
        self,
        instrument: InstrumentId,
        interval: Interval,
        *,
        start_ns: int | None = None,
        end_ns: int | None = None,
        limit: int = 500,
    ) -> Sequence[Candle]:
        """Candles, oldest first, at most ``limit``; long ranges are paged. Without ``start_ns`` the newest ones."""
        ...

    async def ticker(self, instrument: InstrumentId) -> Ticker:
        """24-hour statistics."""
        ...

    async def book(self, instrument: InstrumentId, depth: int = 100) -> BookSnapshot:
        """One snapshot by REST."""
        ...

    async def trades(self, instrument: InstrumentId, limit: int = 100) -> Sequence[Trade]:
        """Newest public trades, oldest first."""
        ...

    async def touch(self, instrument: InstrumentId) -> BookTop:
        """The touch now, by REST; its update id is 0 where the venue gives none."""
        ...

    async def average_price(self, instrument: InstrumentId) -> Decimal:
        """The average the venue holds orders against in its percent-price and notional filters; in quote."""
        ...

    def on_instruments(self, listener: Callable[[Sequence[Instrument]], None]) -> None:
        """Be told, after each refresh, of the instruments whose ticks, filters or status changed, or that are new."""
        ...

    async def watch_touch(self, instrument: InstrumentId, listener: Callable[[BookTop], None]) -> Subscription:
        """Follow the touch alone, in real time."""
        ...

    async def watch_book(self, instrument: InstrumentId, listener: Callable[[LiveBook], None]) -> Subscription:
        """Follow the full book; the listener is called after each applied update and each change of state."""
        ...

    async def watch_trades(self, instrument: InstrumentId, listener: Callable[[Trade | Gap], None]) -> Subscription:
        """Follow public trades; a reconnect shows as a Gap."""
        ...

    async def watch_candles(
        self,
        instrument: InstrumentId,
        interval: Interval,
        listener: Callable[[Candle], None],
    ) -> Subscription:
        """Follow the candle in progress and its close."""
        ...

    async def watch_ticker(self, instrument: InstrumentId, listener: Callable[[Ticker], None]) -> Subscription:
        """Follow the 24-hour statistics."""
        ...


class Connector(Protocol):
    """One connection to one venue: the three parts and their life."""

    @property
    def connection(self) -> Connection:
        """The registration it was made from."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Declared differences."""
        ...

    @property
    def market(self) -> MarketData:
        """Public data."""
        ...

    @property
    def trading(self) -> Trading | None:
        """None for a keyless connection."""
        ...

    @property
    def account(self) -> Account | None:
        """None for a keyless connection."""
        ...

    async def connect(self) -> None:
        """Ping, server time, clock offset, instruments, then permissions, then connected (REQUIREMENTS A6).

        Raises:
            TradedeskError: What failed, with a sentence; `status` says it too.
        """
        ...

    async def close(self) -> None:
        """Close every socket; may be called twice."""
        ...

    def status(self) -> ConnectionStatus:
        """State, round trip, clock offset, limits."""
        ...

    def on_status(self, listener: Callable[[ConnectionStatus], None]) -> None:
        """Be told of every change of state."""
        ...

    async def epoch(self) -> Epoch:
        """The venue's own life: constant for a live venue, new after a testnet's wipe or a simulator's new ledger."""
        ...

    async def server_time_ns(self) -> int:
        """The venue's clock."""
        ...


class ConnectorFactory(Protocol):
    """What a venue's room exports as ``create``."""

    def __call__(
        self, connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None
    ) -> Connector:
        """Make a connector without any I/O; ``trail`` takes down every exchange that carries the key.

        Raises:
            Refused: The connection's mode, hosts or credential do not fit the venue.
        """
        ...
