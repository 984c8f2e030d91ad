"""The user stream: a subscription on the WebSocket API (facts §1.3), renewed after every reconnect.

There is no replay: whatever happened while the socket was away must be asked for, and `AccountStreamUp` says when. A
planned replacement overlaps (`connectors.wire.succession`), and no event of it is told twice.
"""

from __future__ import annotations

import logging
import random
import ssl
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from connectors.errors import ClockSkew, Malformed, TradedeskError
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.venues.binance import frames
from connectors.venues.binance.constants import VENUE
from connectors.venues.binance.reports import clean
from connectors.venues.binance.session import Session, Told
from connectors.wire.audit import Auditor
from connectors.wire.dialogue import Link, Patience, SocketHealth
from connectors.wire.limiter import UNITS, Limiter
from connectors.wire.origins import Origin
from connectors.wire.socket import Socket

_CHECK_EVERY_S = 10
PATIENCE = Patience(ping_after_s=2, silence_s=6)

_frame = msgspec.json.Decoder(frames.UserFrame)
_log = logging.getLogger(__name__)


class UserStream:
    """The account's socket, as a dialogue of `connectors.wire.socket`.

    Args:
        origins: The WebSocket API's endpoint, or several in order of preference.
        signer: Signs the subscription.
        clock: Time.
        rng: Jitter.
        tls: Context for wss.
        limiter: Told of the limits in answers.
        venue_ns: The venue's clock.
        compare_clocks: Compares clocks when the venue finds our time wrong.
        on_health: Told of every change of the socket's health.
        patience: How long the socket may be quiet, and lives.
        auditor: Takes down what is asked of the account.
    """

    expects_data = False
    """A quiet account is no fault; pings find a dead socket."""

    def __init__(  # noqa: PLR0913  # what a stream of its own needs
        self,
        origins: Origin | Sequence[Origin],
        signer: Signer,
        clock: Clock,
        rng: random.Random,
        *,
        tls: ssl.SSLContext,
        limiter: Limiter,
        venue_ns: Callable[[], int],
        compare_clocks: Callable[[], object],
        on_health: Callable[[SocketHealth], None],
        patience: Patience = PATIENCE,
        auditor: Auditor | None = None,
    ) -> None:
        self._auditor = auditor
        self._signer = signer
        self._clock = clock
        self._limiter = limiter
        self._venue_ns = venue_ns
        self._compare_clocks = compare_clocks
        self._session: Session | None = None
        self._told = Told()
        self.socket = Socket(
            origins, self, clock, rng, tls=tls, on_health=on_health, patience=patience, heirs=self._heir
        )
        self.up = False
        """Whether the subscription stands."""
        self.problem: TradedeskError | None = None
        """Why the newest subscription failed."""
        self.on_event: list[Callable[[frames.UserEvent], None]] = []
        self.before_up: list[Callable[[], Awaitable[None]]] = []
        """Awaited on each new connection before it is subscribed, planned replacements apart."""
        self.on_up: list[Callable[[], None]] = []
        self.on_down: list[Callable[[str], None]] = []
        self.on_malformed: list[Callable[[Malformed], None]] = []
        """Told of every frame that may have been an event of the account and could not be read."""

    def start(self) -> None:
        """Begin; may be called twice."""
        self.socket.start()

    async def close(self) -> None:
        """Close the socket; may be called twice."""
        await self.socket.close()

    # --- the dialogue

    async def opened(self, link: Link) -> None:
        """Log on and subscribe with fresh timestamps.

        Raises:
            TradedeskError: The venue refuses the subscription.
        """
        self.problem = None
        try:
            for before in tuple(self.before_up):
                await before()
            self._session = self._made(link, self._granted)
            await self._session.begin()
        except TradedeskError as problem:
            self._note(problem)
            raise

    async def converse(self, link: Link) -> None:  # noqa: ARG002  # the session knows its link
        """Ask the service itself now and then: a socket that answers pings may lead to a dead one."""
        while self._session is not None:
            await self._clock.sleep(_CHECK_EVERY_S)
            await self._session.check()

    def closed(self, reason: str) -> None:
        """The socket is gone, and the subscription with it."""
        if self._session is not None:
            self._session.end()
            self._session = None
        self._told.forget()
        if self.up:
            self.up = False
            for told in tuple(self.on_down):
                told(reason)

    def frame(self, data: bytes, received_ns: int) -> None:  # noqa: ARG002  # the events carry the venue's time
        """One frame: an answer, or an event; what cannot be read is reported, and the socket stays."""
        try:
            frame = _frame.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            self._odd(data, str(problem))
            return
        if frame.event is None:
            if frame.id is None and frame.status is None and frame.error is None:
                self._odd(data, "it is neither an answer nor an event")
            self._answered(frame, data)
        elif isinstance(frame.event, frames.ShutdownEvent):
            _log.info("%s announces that it closes the user stream; another takes over", VENUE)
            self.socket.renew()
        elif isinstance(frame.event, frames.StreamTerminated):
            _log.info("%s ended the user stream; it is subscribed anew", VENUE)
            self.socket.replace()
        elif not self._told.again(frame.event):
            self._tell(frame.event)

    # --- inside

    def _made(self, link: Link, on_granted: Callable[[], None] = lambda: None) -> Session:
        return Session(link, self._signer, self._clock, self._venue_ns, on_granted, self._auditor)

    def _heir(self) -> _Heir:
        return _Heir(self._made, self._inherit)

    def _inherit(self, session: Session) -> None:
        if self._session is not None:
            self._session.end()
        self._session, session.link = session, self.socket

    def _granted(self) -> None:
        self.up = True
        for told in tuple(self.on_up):
            told()

    def _note(self, problem: TradedeskError) -> None:
        self.problem = problem
        if isinstance(problem, ClockSkew):
            self._compare_clocks()

    def _answered(self, frame: frames.UserFrame, data: bytes) -> None:
        for row in frame.rate_limits:
            unit = UNITS.get(row.interval)
            if unit is not None and row.count is not None:
                self._limiter.observe(row.rate_limit_type, unit, row.interval_num, row.count)
        unasked = self._session.answered(data) if self._session is not None else None
        if unasked is not None and unasked.error is not None:
            # The venue says on its own that the key was revoked: {"id": null, "status": 401, ...} (facts §1.3).
            _log.warning("%s user stream: %s %s", VENUE, unasked.error.code, clean(unasked.error.msg))
            self.socket.replace()

    def _odd(self, data: bytes, problem: str) -> None:
        """An event of a kind this release does not know is normal; anything else is not the protocol."""
        kind = frames.kind_of_user_event(data)
        if kind and kind not in frames.USER_EVENTS:
            _log.debug("%s user stream: passed over an event of the kind %s", VENUE, clean(kind))
            return
        self._report(
            Malformed(f"{VENUE} sent a user frame of {len(data)} bytes that is not its protocol.", text=problem)
        )

    def _tell(self, event: frames.UserEvent) -> None:
        try:
            for told in tuple(self.on_event):
                told(event)
        except Malformed as problem:
            self._report(problem)

    def _report(self, problem: Malformed) -> None:
        """Say that an event may be lost: there is no replay, so whoever follows has to ask."""
        problem.venue, problem.operation = VENUE, "account.watch"
        _log.warning("%s", problem)
        for told in tuple(self.on_malformed):
            told(problem)


class _Heir:
    """The session on a socket that takes over (`connectors.wire.succession.Heir`)."""

    def __init__(self, made: Callable[[Link], Session], inherit: Callable[[Session], None]) -> None:
        self._made = made
        self._inherit = inherit
        self._session: Session | None = None

    @property
    def complete(self) -> bool:
        """Whether it is subscribed."""
        return self._session is not None

    async def opened(self, link: Link) -> None:
        """Log on and subscribe there."""
        session = self._session = self._made(link)
        await session.begin()

    def answered(self, data: bytes) -> bool:
        """Whether a frame is an answer there."""
        try:
            if _frame.decode(data).event is not None or self._session is None:
                return False
            return self._session.answered(data) is None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False

    def inherit(self) -> None:
        """Its session is the stream's now."""
        if self._session is not None:
            self._inherit(self._session)
