"""One connection to Binance spot: its parts, how they come up (REQUIREMENTS A6), and how they are kept alive."""

from __future__ import annotations

import asyncio
import logging
import random
import statistics
from collections import deque
from collections.abc import Callable

from connectors.errors import Refused, TradedeskError, Unauthorised
from connectors.model.capabilities import Capabilities
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.ids import Epoch, Mode
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Account, MarketData, Trading
from connectors.venues.binance import endpoints
from connectors.venues.binance.account import BinanceAccount
from connectors.venues.binance.auth import KEY_HEADER
from connectors.venues.binance.capabilities import CAPABILITIES
from connectors.venues.binance.constants import DEFAULT_LIMITS, VENUE
from connectors.venues.binance.feed import Feed
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.health import Finding, Monitor
from connectors.venues.binance.market import BinanceMarket
from connectors.venues.binance.places import bind
from connectors.venues.binance.trading import BinanceTrading
from connectors.venues.binance.user import UserStream
from connectors.wire.dialogue import SocketHealth
from connectors.wire.limiter import Limiter
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.skew import Skew
from connectors.wire.socket import Socket
from connectors.wire.tls import client_context

_MS = 1_000_000
_SECOND = 1_000_000_000
PULSE_S = 3
"""Between probes of a healthy venue; they keep a connection warm for the next order."""
PROBE_S = 2
"""Between probes of one that does not answer, outside every back-off (REQUIREMENTS D2)."""
REFRESH_S = 900
"""Between readings of exchangeInfo: ticks and statuses change while the desk runs."""
_REMEMBERED = 1200
"""Round trips remembered for the median: an hour of pulses."""

_log = logging.getLogger(__name__)


class BinanceConnector:
    """`connectors.ports.venue.Connector` for Binance spot. Made without I/O.

    Args:
        connection: The registration.
        signer: Its signer, or None for a keyless connection.
        clock: Time.
        rng: Jitter; only a test hands in its own.

    Raises:
        Refused: The connection's mode, hosts or credential do not fit.
    """

    def __init__(
        self, connection: Connection, signer: Signer | None, clock: Clock, rng: random.Random | None = None
    ) -> None:
        bound = bind(connection, keyed=signer is not None)
        self._connection = connection
        self._clock = clock
        rng = random.SystemRandom() if rng is None else rng
        tls = client_context()
        bindings = {Role.PUBLIC: Binding(bound.rest)}
        if signer is not None:
            bindings = {Role.KEYED: Binding(bound.rest, {KEY_HEADER: signer.api_key})}
        self._skew = Skew()
        self._limiter = Limiter(VENUE, clock, lambda: self._skew.venue_ns(clock.time_ns()))
        self._limiter.configure(DEFAULT_LIMITS)
        self._rest = RestClient(VENUE, bindings, clock, tls)
        self._gate = Gate(self._rest, signer, clock, rng, self._limiter, self._skew)
        self._feed = Feed(bound.stream, clock, rng, tls, self._on_socket)
        self._market = BinanceMarket(self._gate, self._feed, self._limiter, clock, rng)
        self._user: UserStream | None = None
        self._account: BinanceAccount | None = None
        self._trading: BinanceTrading | None = None
        if signer is not None and bound.ws_api is not None:
            self._user = UserStream(
                bound.ws_api,
                signer,
                clock,
                rng,
                tls=tls,
                limiter=self._limiter,
                venue_ns=self._gate.venue_ns,
                compare_clocks=self._skew.forget,
                on_health=self._on_socket,
            )
            self._account = BinanceAccount(connection.account, self._gate, self._user, clock)
            self._trading = BinanceTrading(self._gate, self._expire_instruments)
        self._monitor = Monitor(
            clock,
            lambda: (socket.health for socket in self._sockets()),
            lambda: self._limiter.held_s,
            self._tell,
        )
        self._round_trips: deque[int] = deque(maxlen=_REMEMBERED)
        self._may_trade = False
        self._refresh_due_ns = 0
        self._listeners: list[Callable[[ConnectionStatus], None]] = []
        self._establishing = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None

    # --- the contract

    @property
    def connection(self) -> Connection:
        """The registration it was made from."""
        return self._connection

    @property
    def capabilities(self) -> Capabilities:
        """Declared differences."""
        return CAPABILITIES

    @property
    def market(self) -> MarketData:
        """Public data."""
        return self._market

    @property
    def trading(self) -> Trading | None:
        """None for a keyless connection."""
        return self._trading

    @property
    def account(self) -> Account | None:
        """None for a keyless connection."""
        return self._account

    async def connect(self) -> None:
        """Ping, server time, clock offset, instruments, permissions, then connected.

        After a failure that may pass, the connector goes on trying by itself; calling this again waits for the next
        attempt. After a refusal (key, permission) it does not.
        """
        self._monitor.note(started=True, refused=False)
        if not self._monitor.vitals.established:
            try:
                await self._establish()
            finally:
                if self._keeper is None and not self._monitor.vitals.refused:
                    self._keeper = asyncio.create_task(self._keep(), name=f"{VENUE} {self._connection.label}")
                    self._keeper.add_done_callback(self._kept)

    async def close(self) -> None:
        """Close every socket; may be called twice."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        await self._market.close()
        await self._feed.close()
        if self._user is not None:
            await self._user.close()
        await self._limiter.close()
        await self._rest.close()
        self._monitor.note(started=False, established=False)

    def status(self) -> ConnectionStatus:
        """State, round trip, clock offset, limits."""
        known, vitals = self._connection, self._monitor.vitals
        now_ns = self._clock.time_ns()
        return ConnectionStatus(
            account=known.account,
            label=known.label,
            venue=known.venue,
            mode=known.mode,
            state=self._monitor.finding.state,
            time_ns=now_ns,
            trading=self._may_trade and self._user is not None and self._user.up,
            round_trip_ms=None if vitals.round_trip_ns is None else vitals.round_trip_ns // _MS,
            clock_offset_ms=round(self._skew.offset(now_ns).ns / _MS) if self._skew.known else None,
            limits=self._limiter.uses(),
            reason=self._monitor.finding.reason,
            since_ns=self._monitor.since_ns,
            next_try_ns=self._monitor.finding.next_try_ns,
            attempt=self._monitor.finding.attempt,
            epoch=self._epoch(),
        )

    def on_status(self, listener: Callable[[ConnectionStatus], None]) -> None:
        """Be told of every change of state."""
        self._listeners.append(listener)

    async def epoch(self) -> Epoch:
        """The simulator's instance, as whoever started it knows it; constant for every other venue."""
        return self._epoch()

    async def server_time_ns(self) -> int:
        """The venue's clock, asked now: an answer from memory would say that a dead venue lives."""
        await self._gate.compare_clocks(samples=1)
        return self._gate.venue_ns()

    # --- coming up, staying up

    async def _establish(self) -> None:
        """Pass every step in order.

        Raises:
            TradedeskError: The step that failed; `status` says it too.
        """
        async with self._establishing:
            if self._monitor.vitals.established:
                return
            try:
                await self._gate.ask(endpoints.PING)
                await self._gate.compare_clocks()
                await self._market.refresh()
                self._refresh_due_ns = self._clock.monotonic_ns() + REFRESH_S * _SECOND
                if self._account is not None:
                    self._may_trade = (await self._account.info()).can_trade
            except TradedeskError as problem:
                refused = isinstance(problem, Unauthorised | Refused)
                self._monitor.note(problem=problem, refused=refused)
                raise
            self._monitor.note(established=True, problem=None, missed=0)

    async def _keep(self) -> None:
        """Probe the venue for as long as the connection is wanted."""
        while True:
            healthy = self._monitor.vitals.established and not self._monitor.vitals.missed
            wait_s = PULSE_S if healthy else PROBE_S
            if not healthy:
                self._monitor.note(next_try_ns=self._clock.time_ns() + wait_s * _SECOND)
            await self._clock.sleep(wait_s)
            try:
                await self._beat()
            except TradedeskError as problem:
                self._monitor.note(problem=problem, missed=self._monitor.vitals.missed + 1)

    async def _beat(self) -> None:
        """One probe; what was waiting for the venue is told when it is back.

        Raises:
            TradedeskError: The venue does not answer.
        """
        round_trip_ns = await self._gate.probe()
        self._round_trips.append(round_trip_ns)
        back = self._monitor.vitals.missed > 0
        self._monitor.note(
            problem=None if self._monitor.vitals.established else self._monitor.vitals.problem,
            missed=0,
            next_try_ns=None,
            round_trip_ns=round_trip_ns,
            median_ns=int(statistics.median(self._round_trips)),
        )
        if not self._monitor.vitals.established:
            await self._establish()
        if back:
            for socket in self._sockets():
                socket.hurry()
        if self._clock.monotonic_ns() >= self._refresh_due_ns:
            self._refresh_due_ns = self._clock.monotonic_ns() + REFRESH_S * _SECOND
            await self._market.refresh()

    def _kept(self, task: asyncio.Task[None]) -> None:
        """A fault of ours ends the keeper: handed to whoever supervises the loop, and never silent."""
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            asyncio.get_running_loop().call_exception_handler({"message": "connection keeper", "exception": fault})

    def _expire_instruments(self) -> None:
        """The venue refused by a filter: what is known of its filters may be old."""
        self._refresh_due_ns = 0

    # --- what is known of it

    def _sockets(self) -> list[Socket]:
        sockets = [self._feed.socket] if self._feed.socket.started else []
        if self._user is not None and self._user.socket.started:
            sockets.append(self._user.socket)
        return sockets

    def _on_socket(self, _health: SocketHealth) -> None:
        if self._user is not None and isinstance(self._user.problem, Unauthorised):
            self._monitor.note(problem=self._user.problem, refused=True)
        else:
            self._monitor.note()

    def _tell(self, finding: Finding) -> None:
        _log.info("%s %s: %s %s", VENUE, self._connection.label, finding.state, finding.reason)
        status = self.status()
        for listener in tuple(self._listeners):
            listener(status)

    def _epoch(self) -> Epoch:
        hint = self._connection.epoch_hint
        return Epoch(hint if hint and self._connection.mode is Mode.SIM else "1")
