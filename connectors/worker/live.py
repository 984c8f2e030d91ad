"""One connection while the worker lives: connected when first used, its account followed, reconciled and told of."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from connectors.engine.inputs import AssetsKnown, MarketNow
from connectors.errors import TradedeskError, Unavailable
from connectors.model.connection import Connection, ConnectionStatus, LinkState
from connectors.model.ids import InstrumentId
from connectors.model.instrument import Instrument
from connectors.ports.credentials import Signer
from connectors.ports.venue import Account, Connector, LiveBook, MarketData, Trading
from connectors.worker.follow import AccountFollower
from connectors.worker.house import House
from connectors.worker.lives import with_newest_life
from connectors.worker.log import logger

STATUS_EVERY_S = 1.0
"""How often round trip and limits are looked at; told only when they changed."""

FAULTS_S = (1, 2, 5, 15, 60)
"""Waits after a connect that failed by a fault of ours; the last one repeats. It will seldom mend by itself."""


class Live:
    """A registered connection and, once it is used, its connector. Replaced as a whole when an embedded exchange is."""

    def __init__(self, connection: Connection, signer: Signer | None, house: House) -> None:
        self.connection = connection
        self.replaced = asyncio.Event()
        """Set when another `Live` took this one's place: who follows its streams moves over."""
        self.on_instruments: Callable[[Sequence[Instrument]], None] = lambda _changed: None
        """Told of instruments whose ticks, filters or status changed; whoever publishes sets it."""
        self.why_off = ""
        """Why it is not used, in a sentence; whoever refuses it sets it."""
        self._signer = signer
        self._house = house
        self._connector: Connector | None = None
        self._market: MarketData | None = None
        self._follower: AccountFollower | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._problem: TradedeskError | None = None
        self._faults = 0
        """Tries in a row that ended by a fault of ours."""
        self._not_before_ns = 0
        self._told: ConnectionStatus | None = None
        self._books: dict[InstrumentId, LiveBook] = {}
        self._book_users: Counter[InstrumentId] = Counter()

    @property
    def was_opened(self) -> bool:
        """Whether it was ever used since the worker began."""
        return self._connector is not None

    @property
    def connector(self) -> Connector | None:
        """The connector once one was made."""
        return self._connector

    @property
    def trading(self) -> Trading | None:
        """Order calls; None while there is no connector or no key."""
        return self._connector.trading if self._connector else None

    @property
    def account(self) -> Account | None:
        """Account calls; None while there is no connector or no key."""
        return self._connector.account if self._connector else None

    @property
    def follower(self) -> AccountFollower | None:
        """Follows the account; None for a keyless connection and before the first connect."""
        return self._follower

    async def market(self) -> MarketData:
        """Its market data, connecting first where needed; whoever comes meanwhile waits for the same attempt.

        Raises:
            TradedeskError: It cannot connect now; the next call tries again.
        """
        if (market := self._market) is not None:
            return market
        if self._connecting is None:
            if self._house.clock.monotonic_ns() < self._not_before_ns and self._problem is not None:
                raise self._problem
            self._problem = None
            name, again = f"connect-{self.connection.label}", self._faults > 0
            self._connecting = self._house.supervisor.spawn(name, self._connect(), self._fault, again=again)
        # Not awaited itself: its end by `close` must not end whoever waits here.
        await asyncio.wait((self._connecting,))
        if (connected := self._shared()) is None:
            raise self._problem or Unavailable(f"{self.connection.label} could not be connected. Try again.")
        return connected

    def _fault(self, sentence: str) -> None:
        """A fault of ours: whoever asks again meanwhile hears of the same one, and a human only of the first."""
        wait_s = FAULTS_S[min(self._faults, len(FAULTS_S) - 1)]
        self._faults += 1
        self._not_before_ns = self._house.clock.monotonic_ns() + wait_s * 1_000_000_000
        self._problem = Unavailable(
            f"{self.connection.label} could not be connected; tried again in {wait_s} s. {sentence}"
        )

    def _shared(self) -> MarketData | None:
        return self._market

    async def _connect(self) -> None:
        house = self._house
        try:
            if self._connector is None:
                known = await with_newest_life(self.connection, house.keeper)
                self._connector = house.make_connector(known, self._signer, house.clock)
                self._connector.on_status(lambda _status: self.tell())
                self._connector.market.on_instruments(self._instruments_changed)
                self._watching = house.supervisor.spawn(f"status-{self.connection.label}", self._watch_status())
            await self._connector.connect()
            native = self._connector.capabilities.intervals or None
            kept = house.candles.of(self.connection) if house.candles is not None else None
            market = house.share(self._connector.market, house.clock, native, kept)
            if self._follower is not None:
                # A try that failed half-way may have left it listening.
                await self._follower.close()
            if self._connector.account is not None:
                self._follower = AccountFollower(self.connection, self._connector, market, house, self.tell)
                await self._follower.open()
            self._market, self._faults = market, 0
        except TradedeskError as problem:
            self._problem = problem
            logger().warning("not_connected", label=self.connection.label, sentence=problem.sentence)
        finally:
            self._connecting = None
            self.tell()

    def _instruments_changed(self, changed: Sequence[Instrument]) -> None:
        if self._connector is not None and self._connector.account is not None:
            # A new one may be held tomorrow: its position is counted by its two assets.
            assets = {instrument.id: (instrument.base, instrument.quote) for instrument in changed}
            self._house.executor.feed(AssetsKnown(assets, self._house.executor.now()))
        self.on_instruments(changed)

    async def _watch_status(self) -> None:
        while True:
            await self._house.clock.sleep(STATUS_EVERY_S)
            self.tell()

    def tell(self) -> None:
        """Let clients know of the status if it changed."""
        status = self.status()
        if self._told is None or _shown(status) != _shown(self._told):
            self._told = status
            self._house.on_status(self.connection.account)

    def status(self) -> ConnectionStatus:
        """State, limits, and whether orders can be sent."""
        known = self.connection
        if self._connector is None:
            return ConnectionStatus(
                known.account,
                known.label,
                known.venue,
                known.mode,
                LinkState.OFF,
                self._house.clock.time_ns(),
                reason=self.why_off,
            )
        follower = self._follower
        return replace(
            self._connector.status(),
            account=known.account,
            label=known.label,
            trading=follower is not None and follower.ready,
            epoch=follower.epoch if follower is not None else "",
        )

    async def close(self) -> None:
        """Close every socket; the streams' followers are told by ``replaced``."""
        self.replaced.set()
        tasks = [task for task in (self._connecting, self._watching) if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            # A connect that is cut short may leave the connector trying by itself: that is closed below, not before.
            await asyncio.wait(tasks)
        if self._follower is not None:
            await self._follower.close()
        if self._connector is not None:
            await self._connector.close()

    def lend_book(self, book: LiveBook) -> None:
        """A followed book, for holding orders against."""
        self._books[book.instrument] = book

    def use_book(self, instrument: InstrumentId, change: int) -> None:
        """Count who follows a book; without followers it is no longer believed."""
        self._book_users[instrument] += change
        if self._book_users[instrument] <= 0:
            self._books.pop(instrument, None)

    def market_now(self, instrument: InstrumentId) -> MarketNow:
        """What is known of a market from the book that is followed; nothing when none is."""
        book = self._books.get(instrument)
        if book is None:
            return MarketNow()
        top = book.top()
        reference = (top.bid.price + top.ask.price) / 2 if top.bid and top.ask else None
        return MarketNow(top.state, top.bid, top.ask, reference)


def _shown(status: ConnectionStatus) -> ConnectionStatus:
    """A status without what changes by itself as time goes by."""
    return replace(status, time_ns=0, clock_error_ms=None)
