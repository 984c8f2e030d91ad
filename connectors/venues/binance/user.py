"""The user stream: a signed subscription on the WebSocket API (facts §1.3a), renewed after every reconnect.

There is no replay: whatever happened while the socket was away must be asked for, and `AccountStreamUp` says when.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import ssl
from collections.abc import Callable
from itertools import count

import msgspec

from connectors.errors import ClockSkew, Retry, TradedeskError
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.venues.binance import frames, refusals, schemas
from connectors.venues.binance.auth import Params, signed_params
from connectors.venues.binance.constants import VENUE, WINDOW_MS
from connectors.venues.binance.reports import clean
from connectors.wire.dialogue import Link, Patience, SocketHealth
from connectors.wire.limiter import UNITS, Limiter
from connectors.wire.origins import Origin
from connectors.wire.retry_after import seconds
from connectors.wire.socket import Socket

_MS = 1_000_000
_ANSWER_S = 10
_PING_EVERY_S = 10
_OK = 200
_PATIENCE = Patience(ping_after_s=2, silence_s=6)

_frame = msgspec.json.Decoder(frames.UserFrame)
_any = msgspec.json.Decoder(frames.AnyUserFrame)
_log = logging.getLogger(__name__)


class UserStream:
    """The account's socket, as a dialogue of `connectors.wire.socket`.

    Args:
        origin: The WebSocket API's endpoint.
        signer: Signs the subscription.
        clock: Time.
        rng: Jitter.
        tls: Context for wss.
        limiter: Told of the limits in answers.
        venue_ns: The venue's clock.
        compare_clocks: Compares clocks when the venue finds our time wrong.
        on_health: Told of every change of the socket's health.
    """

    expects_data = False
    """A quiet account is no fault; pings find a dead socket."""

    def __init__(  # noqa: PLR0913  # what a stream of its own needs
        self,
        origin: Origin,
        signer: Signer,
        clock: Clock,
        rng: random.Random,
        *,
        tls: ssl.SSLContext,
        limiter: Limiter,
        venue_ns: Callable[[], int],
        compare_clocks: Callable[[], object],
        on_health: Callable[[SocketHealth], None],
    ) -> None:
        self._signer = signer
        self._clock = clock
        self._limiter = limiter
        self._venue_ns = venue_ns
        self._compare_clocks = compare_clocks
        self._numbers = count(1)
        self._subscribing = ""
        """Number of the subscription that is being asked for."""
        self._waiting: dict[str, asyncio.Future[frames.UserFrame]] = {}
        self.socket = Socket(origin, self, clock, rng, tls=tls, on_health=on_health, patience=_PATIENCE)
        self.up = False
        """Whether the subscription stands."""
        self.problem: TradedeskError | None = None
        """Why the newest subscription failed."""
        self.on_event: list[Callable[[frames.UserEvent], None]] = []
        self.on_up: list[Callable[[], None]] = []
        self.on_down: list[Callable[[str], None]] = []

    def start(self) -> None:
        """Begin; may be called twice."""
        self.socket.start()

    async def close(self) -> None:
        """Close the socket; may be called twice."""
        await self.socket.close()

    # --- the dialogue

    async def opened(self, link: Link) -> None:
        """Subscribe with a fresh timestamp.

        Raises:
            TradedeskError: The venue refuses the subscription.
        """
        self.problem = None
        try:
            answer = await self._request(link, "userDataStream.subscribe.signature", {}, signed=True)
            self._judge(answer)
        except TradedeskError as problem:
            self.problem = problem
            raise

    async def converse(self, link: Link) -> None:
        """Ping the interface itself now and then: a socket that answers pings may lead to a dead service."""
        while True:
            await self._clock.sleep(_PING_EVERY_S)
            self._judge(await self._request(link, "ping", {}, signed=False))

    def closed(self, reason: str) -> None:
        """The socket is gone, and the subscription with it."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()
        if self.up:
            self.up = False
            for told in tuple(self.on_down):
                told(reason)

    def frame(self, data: bytes, received_ns: int) -> None:  # noqa: ARG002  # the events carry the venue's time
        """One frame: an answer, or an event; what cannot be read is reported and passed over."""
        try:
            frame = _frame.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            self._odd(data, str(problem))
            return
        if frame.event is None:
            self._answered(frame)
        elif isinstance(frame.event, frames.ShutdownEvent | frames.StreamTerminated):
            _log.info("%s ended the user stream; it is subscribed anew", VENUE)
            self.socket.replace()
        else:
            for told in tuple(self.on_event):
                told(frame.event)

    # --- inside

    async def _request(self, link: Link, method: str, params: Params, *, signed: bool) -> frames.UserFrame:
        """Ask, and wait for the answer.

        Raises:
            Retry: None came.
        """
        number = f"u{next(self._numbers)}"
        if signed:
            self._subscribing = number
        whole = (
            signed_params(params, self._signer, timestamp_ms=self._venue_ns() // _MS, window_ms=WINDOW_MS)
            if signed
            else params
        )
        waiting = self._waiting[number] = _future()
        try:
            await link.send(json.dumps({"id": number, "method": method, "params": whole}, ensure_ascii=False))
            async with asyncio.timeout(_ANSWER_S):
                return await waiting
        except TimeoutError:
            _log.info("%s user stream: no answer to %s within %d s", VENUE, method, _ANSWER_S)
        finally:
            self._waiting.pop(number, None)
        raise Retry(f"The user stream of {VENUE} did not answer {method}.", venue=VENUE, operation=method)

    def _answered(self, frame: frames.UserFrame) -> None:
        for row in frame.rate_limits:
            unit = UNITS.get(row.interval)
            if unit is not None and row.count is not None:
                self._limiter.observe(row.rate_limit_type, unit, row.interval_num, row.count)
        if str(frame.id) == self._subscribing and frame.status == _OK and frame.error is None:
            # At once: events may follow in the same read, and must find the stream up.
            self._subscribing, self.up = "", True
            for told in tuple(self.on_up):
                told()
        waiting = self._waiting.pop(str(frame.id), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(frame)
        elif frame.error is not None:
            # The venue says on its own that the key was revoked: {"id": null, "status": 401, ...} (facts §1.3).
            _log.warning("%s user stream: %s %s", VENUE, frame.error.code, clean(frame.error.msg))
            self.socket.replace()

    def _judge(self, frame: frames.UserFrame) -> None:
        if frame.status == _OK and frame.error is None:
            return
        problem = frame.error or schemas.Problem(0, "")
        until_ms = refusals.banned_until_ms(problem.msg)
        error = refusals.error_of(
            refusals.Refusal(
                status=frame.status or 0,
                code=problem.code,
                text=problem.msg,
                operation="account.watch",
                idempotent=True,
                retry_after_s=seconds(str(until_ms), self._venue_ns()) if until_ms else None,
            )
        )
        if isinstance(error, ClockSkew):
            self._compare_clocks()
        raise error

    def _odd(self, data: bytes, problem: str) -> None:
        """An event of a kind this release does not know is normal; anything else is not the protocol."""
        try:
            known_shape = bool(bytes(_any.decode(data).event))
        except (msgspec.DecodeError, UnicodeDecodeError):
            known_shape = False
        if known_shape:
            _log.debug("%s user stream: passed over an event: %s", VENUE, problem)
        else:
            _log.warning("%s sent a user frame that is not its protocol (%d bytes): %s", VENUE, len(data), problem)


def _future() -> asyncio.Future[frames.UserFrame]:
    return asyncio.get_running_loop().create_future()
