"""One connection to Binance spot: its parts, how they come up (REQUIREMENTS A6), and how they are kept alive."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import Callable

from connectors.errors import Malformed, Refused, TradedeskError, Unauthorised
from connectors.model.capabilities import Capabilities
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.ids import Epoch
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Account, MarketData, Trading
from connectors.venues.binance import endpoints
from connectors.venues.binance.account import BinanceAccount
from connectors.venues.binance.capabilities import CAPABILITIES
from connectors.venues.binance.constants import DEFAULT_LIMITS, VENUE
from connectors.venues.binance.epoch import Lives
from connectors.venues.binance.feed import Feed
from connectors.venues.binance.gate import Gate, client_of
from connectors.venues.binance.health import Finding, Monitor
from connectors.venues.binance.market import BinanceMarket
from connectors.venues.binance.places import Bound, bind
from connectors.venues.binance.trading import BinanceTrading
from connectors.venues.binance.upkeep import Chore, Upkeep
from connectors.venues.binance.user import UserStream
from connectors.wire.audit import auditor_of
from connectors.wire.dialogue import SocketHealth
from connectors.wire.hosts import HostClient
from connectors.wire.limiter import Limiter
from connectors.wire.skew import Skew
from connectors.wire.socket import Socket
from connectors.wire.tls import client_context

_MS = 1_000_000
REFRESH_S = 900
"""Between readings of exchangeInfo: ticks and statuses change while the desk runs."""
RIGHTS_S = 86_400
"""Between questions for the key's own rights: one that appears later must be seen (SECURITY-SPEC §11)."""

_log = logging.getLogger(__name__)


class BinanceConnector:
    """`connectors.ports.venue.Connector` for Binance spot. Made without I/O.

    Args:
        connection: The registration.
        signer: Its signer, or None for a keyless connection.
        clock: Time.
        rng: Jitter; only a test hands in its own.
        trail: Takes down every exchange of a keyed connection.

    Raises:
        Refused: The connection's mode, hosts or credential do not fit.
    """

    def __init__(
        self,
        connection: Connection,
        signer: Signer | None,
        clock: Clock,
        rng: random.Random | None = None,
        trail: AuditTrail | None = None,
    ) -> None:
        bound = bind(connection, keyed=signer is not None)
        self._auditor = auditor_of(trail, connection.account, signer, clock)
        self._connection = connection
        self._clock = clock
        rng = random.SystemRandom() if rng is None else rng
        tls = client_context()
        self._skew = Skew()
        self._limiter = Limiter(VENUE, clock, lambda: self._skew.venue_ns(clock.time_ns()))
        self._limiter.configure(DEFAULT_LIMITS)
        self._rest = HostClient(bound.rest, lambda origin: client_of(origin, signer, clock, tls, self._auditor), clock)
        self._rest.client(0)  # its connection pool is made before the first call, which may be an order
        self._gate = Gate(self._rest, signer, clock, rng, self._limiter, self._skew)
        self._feed = Feed(bound.streams, clock, rng, tls, self._on_socket)
        self._market = BinanceMarket(self._gate, self._feed, self._limiter, clock, rng)
        self._lives = Lives(self._gate, connection.mode, connection.epoch_hint, lambda: self._market.symbols)
        self._instruments = Chore(self._market.refresh, REFRESH_S, clock)
        # Once more after a reconnect: a venue may let clients in again before it has wiped what it had.
        self._wipes = Chore(self._look_for_a_wipe, REFRESH_S, clock)
        chores = [self._instruments, self._wipes]
        self._user: UserStream | None = None
        self._account: BinanceAccount | None = None
        self._trading: BinanceTrading | None = None
        if signer is not None:
            chores.append(self._open_account(bound, signer, rng, tls))
        self._monitor = Monitor(
            clock,
            lambda: (socket.health for socket in self._sockets()),
            lambda: self._limiter.held_s,
            self._tell,
        )
        self._may_trade = False
        self._odd_events = 0
        self._upkeep = Upkeep(self._gate, self._monitor, clock, self._establish, self._back, chores)
        self._listeners: list[Callable[[ConnectionStatus], None]] = []
        self._establishing = asyncio.Lock()

    def _open_account(self, bound: Bound, signer: Signer, rng: random.Random, tls: ssl.SSLContext) -> Chore:
        """Make what only a key opens; returns the chore that comes with it."""
        user = self._user = UserStream(
            bound.ws_apis,
            signer,
            self._clock,
            rng,
            tls=tls,
            limiter=self._limiter,
            venue_ns=self._gate.venue_ns,
            compare_clocks=self._skew.forget,
            on_health=self._on_socket,
            auditor=self._auditor,
        )
        known = self._connection
        account = self._account = BinanceAccount(known.account, self._gate, user, self._clock, known.mode)
        user.before_up.append(self._look_for_a_wipe)
        user.on_up.append(self._wipes.expire)
        user.on_malformed.append(self._count_odd)
        self._trading = BinanceTrading(self._gate, self._instruments.expire)
        self._rights = Chore(account.key_rights, RIGHTS_S, self._clock)
        return self._rights

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
                if not self._monitor.vitals.refused:
                    self._upkeep.start(f"{VENUE} {self._connection.label}")

    async def close(self) -> None:
        """Close every socket; may be called twice."""
        await self._upkeep.close()
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
            clock_error_ms=-(-self._skew.offset(now_ns).error_ns // _MS) if self._skew.known else None,
            limits=self._limiter.uses(),
            reason=self._monitor.finding.reason,
            since_ns=self._monitor.since_ns,
            next_try_ns=self._monitor.finding.next_try_ns,
            attempt=self._monitor.finding.attempt,
            epoch=self._lives.current,
            malformed=self._feed.malformed + self._odd_events,
            rights=self._account.rights.known if self._account is not None else None,
        )

    def on_status(self, listener: Callable[[ConnectionStatus], None]) -> None:
        """Be told of every change of state."""
        self._listeners.append(listener)

    async def epoch(self) -> Epoch:
        """The venue's life, looked at now as far as it can be known (`connectors.venues.binance.epoch`)."""
        await self._look_for_a_wipe()
        return self._lives.current

    async def server_time_ns(self) -> int:
        """The venue's clock, asked now: an answer from memory would say that a dead venue lives."""
        await self._gate.compare_clocks(samples=1)
        return self._gate.venue_ns()

    async def refresh_instruments(self) -> None:
        """Read the instruments anew, due or not.

        Raises:
            TradedeskError: They cannot be read; what was known stays.
        """
        await self._instruments.do()

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
                await self._instruments.do()
                await self._wipes.do()
                if self._account is not None:
                    self._may_trade = (await self._account.info()).can_trade
                    # Whatever comes of it is told, and nothing is refused for it here.
                    await self._rights.do()
            except TradedeskError as problem:
                refused = isinstance(problem, Unauthorised | Refused)
                self._monitor.note(problem=problem, refused=refused)
                raise
            self._monitor.note(established=True, problem=None, missed=0)

    async def _look_for_a_wipe(self) -> None:
        """A testnet may have been wiped while it was away."""
        begun = await self._lives.look()
        if begun is not None and self._account is not None:
            self._account.begin_epoch(begun)

    def _count_odd(self, _problem: Malformed) -> None:
        self._odd_events += 1

    def _back(self) -> None:
        """The venue answers again: sockets that back off need not wait any longer."""
        for socket in self._sockets():
            socket.hurry()

    # --- what is known of it

    def _sockets(self) -> list[Socket]:
        sockets = [self._feed.socket] if self._feed.socket.started else []
        if self._user is not None and self._user.socket.started:
            sockets.append(self._user.socket)
        return sockets

    def _on_socket(self, health: SocketHealth) -> None:
        if health.held_s:
            # The door is the venue's, whoever knocked: requests wait too (REQUIREMENTS B6).
            self._limiter.hold(health.held_s, banned=health.banned)
        if self._user is not None and isinstance(self._user.problem, Unauthorised):
            self._monitor.note(problem=self._user.problem, refused=True)
        elif self._refusal_passed():
            self._monitor.note(problem=None, refused=False)
        else:
            self._monitor.note()

    def _refusal_passed(self) -> bool:
        """Whether the account stream alone was refused, and is up again."""
        vitals, user = self._monitor.vitals, self._user
        return vitals.refused and vitals.established and user is not None and user.up

    def _tell(self, finding: Finding) -> None:
        _log.info("%s %s: %s %s", VENUE, self._connection.label, finding.state, finding.reason)
        status = self.status()
        for listener in tuple(self._listeners):
            listener(status)
