"""The one way to Binance's REST interface: limits, signature, sending, and the venue's own words for failure."""

from __future__ import annotations

import contextlib
import logging
import random
import re
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from connectors.errors import ClockSkew, Refused, Throttled, TradedeskError
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.venues.binance import endpoints, parse, refusals, schemas
from connectors.venues.binance.auth import KEY_HEADER, Params, encode, signed_text
from connectors.venues.binance.constants import ORDERS, RAW, VENUE, WEIGHT, WINDOW_MS
from connectors.venues.binance.endpoints import Endpoint
from connectors.wire.audit import Auditor
from connectors.wire.hosts import HostClient, Tour, one
from connectors.wire.limiter import Flight, Limiter, Priority
from connectors.wire.origins import Origin
from connectors.wire.rest import Answer, Binding, Call, RestClient, Role
from connectors.wire.retry import ATTEMPTS, persist
from connectors.wire.retry_after import seconds
from connectors.wire.skew import Skew

T = TypeVar("T")

_MS = 1_000_000
_SUCCESS, _REDIRECT = 200, 300
_USED = re.compile(r"x-mbx-(used-weight|order-count)-(\d+)([smhd])")
_KINDS = {"used-weight": WEIGHT, "order-count": ORDERS}
_PROBE_S = 3

_problem = msgspec.json.Decoder(schemas.Problem)
_time = msgspec.json.Decoder(schemas.ServerTime)
_log = logging.getLogger(__name__)


class Gate:
    """Sends requests of one connection.

    Args:
        rest: The bound HTTP client, or those of several places of the venue.
        signer: Signs; None for a keyless connection.
        clock: Time.
        rng: Jitter of retries.
        limiter: The venue's limits.
        skew: The venue's clock.
    """

    def __init__(
        self,
        rest: RestClient | HostClient,
        signer: Signer | None,
        clock: Clock,
        rng: random.Random,
        limiter: Limiter,
        skew: Skew,
    ) -> None:
        self._hosts = rest if isinstance(rest, HostClient) else one(rest, clock)
        self._signer = signer
        self._clock = clock
        self._rng = rng
        self._limiter = limiter
        self._skew = skew

    async def ask(
        self,
        endpoint: Endpoint,
        params: Params | None = None,
        *,
        priority: Priority = Priority.MARKET,
        weight: int | None = None,
        window_ms: int = WINDOW_MS,
        on_sending: Callable[[], None] | None = None,
        attempts: int = ATTEMPTS,
    ) -> bytes:
        """Ask one thing and return the body of a success.

        Idempotent calls are tried again, at the venue's other places first and then with back-off, within one call's
        time. A cancel goes on to another place only when provably nothing of it left; a create never does: it would
        be a second send, whatever the reason. A clock error compares the clocks and tries once more, which is
        safe for a create too: the refusal precedes the matching engine (facts §2.2).

        Args:
            endpoint: What is called.
            params: Its parameters, in the order they are sent.
            priority: Who goes first when limits are tight.
            weight: Its weight where that depends on the parameters.
            window_ms: recvWindow of a signed call.
            on_sending: Called right before the first byte may leave.
            attempts: How often an idempotent call is made at most, apart from those at other places.

        Raises:
            TradedeskError: As `connectors.ports.venue` says; `Unknown` only for calls that must not be repeated.
        """

        async def attempt(tour: Tour) -> bytes:
            return await self._once(tour, endpoint, params or {}, priority, weight, window_ms, on_sending)

        attempts = attempts if endpoint.idempotent else 1
        moves = endpoint.idempotent or endpoint.method == "DELETE"
        try:
            return await self._persist(attempt, attempts, moves=moves)
        except ClockSkew:
            _log.info("%s: the venue finds our time wrong; comparing clocks", endpoint.operation)
        self._skew.forget()
        await self.compare_clocks()
        return await self._persist(attempt, attempts, moves=moves)

    async def probe(self) -> int:
        """Ask for the time once, outside limits and back-off: whether the venue lives.

        Returns:
            The round trip in ns.

        Raises:
            TradedeskError: It does not answer, or not with its time.
        """
        home = self._hosts.home()
        if home is not None:
            with contextlib.suppress(TradedeskError):
                round_trip_ns = await self._ask_time(home, total_s=_PROBE_S)
                self._hosts.use(0)
                return round_trip_ns
        return await self._ask_time(self._hosts.tour(), total_s=_PROBE_S)

    async def compare_clocks(self, samples: int = 3) -> None:
        """Learn the venue's clock from several answers; the quickest one counts most.

        Raises:
            TradedeskError: The venue cannot be asked.
        """
        for _ in range(samples):
            await self._persist(self._ask_time, ATTEMPTS)

    def venue_ns(self) -> int:
        """The venue's clock now, in ns since the epoch."""
        return self._skew.venue_ns(self._clock.time_ns())

    async def _persist(self, attempt: Callable[[Tour], Awaitable[T]], attempts: int, *, moves: bool = True) -> T:
        """Attempt until it works, at one place after another where it may move, within one call's time."""
        tour = self._hosts.tour()
        return await persist(
            lambda: attempt(tour),
            self._clock,
            self._rng,
            attempts=attempts,
            elsewhere=lambda: moves and tour.another,
            left_s=lambda: tour.left_s,
        )

    async def _ask_time(self, tour: Tour, total_s: float | None = None) -> int:
        call = self._call(endpoints.TIME, "")
        asked_ns = self._clock.time_ns()
        answer = await tour.send(call, total_s=total_s)
        answered_ns = self._clock.time_ns()
        self._judge(call, answer)
        venue_ms = parse.decode(_time, answer.body, call.operation).server_time
        self._skew.add(asked_ns, answered_ns, venue_ms * _MS)
        return answer.round_trip_ns

    async def _once(
        self,
        tour: Tour,
        endpoint: Endpoint,
        params: Params,
        priority: Priority,
        weight: int | None,
        window_ms: int,
        on_sending: Callable[[], None] | None,
    ) -> bytes:
        costs = {WEIGHT: endpoint.weight if weight is None else weight, RAW: 1}
        if endpoint.orders:
            costs[ORDERS] = endpoint.orders
        await self._limiter.enter(costs, priority, operation=endpoint.operation)
        with self._limiter.flight(costs) as flight:
            # Signed only now: waiting for room would have aged the timestamp.
            call = self._call(endpoint, self._encode(endpoint, params, window_ms), _order_of(params))
            answer = await tour.send(call, on_sending)
        self._judge(call, answer, flight)
        return answer.body

    def _encode(self, endpoint: Endpoint, params: Params, window_ms: int) -> str:
        if not endpoint.signed:
            return encode(params)
        if self._signer is None:
            raise Refused(f"This connection has no key, so {endpoint.operation} is not possible.", venue=VENUE)
        return signed_text(params, self._signer, timestamp_ms=self.venue_ns() // _MS, window_ms=window_ms)

    def _call(self, endpoint: Endpoint, text: str, client_order_id: str = "") -> Call:
        in_body = endpoint.method == "POST"
        return Call(
            operation=endpoint.operation,
            method=endpoint.method,
            path=endpoint.path,
            query="" if in_body else text,
            body=text if in_body else "",
            role=Role.KEYED if endpoint.signed else Role.PUBLIC,
            idempotent=endpoint.idempotent,
            client_order_id=client_order_id,
        )

    def _judge(self, call: Call, answer: Answer, flight: Flight | None = None) -> None:
        """Take note of the limits an answer tells, and raise what it refuses."""
        self._observe(answer, flight)
        if _SUCCESS <= answer.status < _REDIRECT and answer.json:
            return
        error = self._hosts.refusal(call, answer) or self._error_of(call, answer)
        if isinstance(error, Throttled):
            self._limiter.hold(error.retry_after_s, banned=error.banned)
        raise error

    def _error_of(self, call: Call, answer: Answer) -> TradedeskError:
        try:
            problem = _problem.decode(answer.body)
        except msgspec.DecodeError:
            problem = schemas.Problem(0, "")
        now_ns = self.venue_ns()
        wait_s = seconds(answer.headers.get("retry-after", ""), now_ns)
        until_ms = refusals.banned_until_ms(problem.msg)
        if wait_s is None and until_ms is not None:
            wait_s = seconds(str(until_ms), now_ns)
        return refusals.error_of(
            refusals.Refusal(
                answer.status,
                problem.code,
                problem.msg,
                call.operation,
                call.idempotent,
                wait_s,
                bytes(problem.data),
            )
        )

    def _observe(self, answer: Answer, flight: Flight | None) -> None:
        for name, value in answer.headers.items():
            found = _USED.fullmatch(name)
            if found and value.isdigit():
                kind, number, unit = found.groups()
                self._limiter.observe(_KINDS[kind], unit.upper(), int(number), int(value), flight)


def _order_of(params: Params) -> str:
    """The client order id a call is about: that of the order it makes, else of the one it names."""
    return str(params.get("newClientOrderId") or params.get("origClientOrderId") or "")


def client_of(
    origin: Origin, signer: Signer | None, clock: Clock, tls: ssl.SSLContext, auditor: Auditor | None
) -> RestClient:
    """The client of one place; with a key, that key goes there with what is signed, and nowhere else."""
    bindings = {Role.PUBLIC: Binding(origin)}
    if signer is not None:
        bindings[Role.KEYED] = Binding(origin, {KEY_HEADER: signer.api_key})
    return RestClient(VENUE, bindings, clock, tls, auditor)
