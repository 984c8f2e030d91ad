"""HTTP to a venue: the only file that knows httpx, which reads what comes back (`connectors.wire.pools` sends).

Callers name a role, a method, a path and text that is already encoded, never an address: the origins were bound when
the client was made, and a key travels only in the keyed role. What goes wrong is translated at one door, and the
foreign exception, which carries the signed address, is left behind: errors are made inside the ``except`` and raised
outside it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import httpcore
import httpx

from connectors.errors import Malformed, Retry, TradedeskError, Unavailable, Unknown
from connectors.ports.clock import Clock
from connectors.wire.audit import Auditor, Exchange
from connectors.wire.loggers import silence
from connectors.wire.origins import Origin
from connectors.wire.pools import Form, Pool
from connectors.wire.proof import tell

TOTAL_S = 30
_BROKEN = (
    httpcore.NetworkError,
    httpcore.ProxyError,
    httpcore.RemoteProtocolError,
    httpcore.ConnectionNotAvailable,  # everything was closed right before
)
_NOT_HTTP = "The answer of {host} to {operation} is not what its interface describes"


class Role(StrEnum):
    """What a request may carry."""

    PUBLIC = "public"
    """No key, no signature: any bound origin of public data."""
    KEYED = "keyed"
    """The key in a header: only the origins the key was saved for."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a role goes, and the headers it carries there."""

    origin: Origin
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, fully encoded. Its repr shows neither query nor body: they carry signatures."""

    operation: str
    """Name for errors and logs, such as ``order.place``."""
    method: str
    path: str
    query: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    role: Role = Role.PUBLIC
    idempotent: bool = True
    """Whether sending it twice does what sending it once does."""
    client_order_id: str = ""
    """The order it is about, where it is about one."""

    @property
    def changes(self) -> bool:
        """Whether it may change something at the venue."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    round_trip_ns: int

    @property
    def json(self) -> bool:
        """Whether the body looks like JSON and not like a page."""
        return self.body.lstrip()[:1] in {b"{", b"["}


class _Progress:
    """Listens to the transport to know whether the first byte of the request left."""

    def __init__(self, on_sending: Callable[[], None] | None) -> None:
        self.sending = False
        self._on_sending = on_sending

    async def __call__(self, event: str, info: Mapping[str, httpcore.Request]) -> None:
        # All of it is written and held until its answer is asked for (`connectors.wire.corked`). What a proxy is asked
        # for first is traced alike, and is nothing of the request.
        if event.endswith("receive_response_headers.started") and info["request"].method != b"CONNECT":
            if self._on_sending is not None:
                self._on_sending()  # it may raise: then nothing leaves
            self.sending = True


class RestClient:
    """Keep-alive connections to one place of a connection; `connectors.wire.hosts` chooses among several.

    Args:
        venue: Venue name, for errors.
        bindings: Role → origin and headers. A role that is missing cannot be used.
        clock: Source of time.
        tls: Context for https origins.
        auditor: Takes down what goes out in the keyed role, and what comes back.
    """

    def __init__(
        self,
        venue: str,
        bindings: Mapping[Role, Binding],
        clock: Clock,
        tls: ssl.SSLContext,
        auditor: Auditor | None = None,
    ) -> None:
        silence()
        self._venue = venue
        self._clock = clock
        self._auditor = auditor
        self._bindings = dict(bindings)
        # One for each origin: an order finds the connection warm that unsigned calls have kept so.
        self._pools = {each.origin: Pool(each.origin, tls) for each in self._bindings.values()}
        self._forms = {role: Form(each.origin, each.headers) for role, each in self._bindings.items()}

    async def send(
        self, call: Call, on_sending: Callable[[], None] | None = None, *, total_s: float | None = None
    ) -> Answer:
        """Send once.

        Args:
            call: What to send.
            on_sending: Called right before the first byte may leave. What it raises holds the request back.
            total_s: Seconds for the whole of it, where the usual patience is too long.

        Returns:
            The answer, whatever its status.

        Raises:
            Retry: Nothing left, or it may simply be asked again.
            Unknown: Bytes of a call that must not be repeated may have left.
            Malformed: The answer is not HTTP.
        """
        origin = self._bindings[call.role].origin
        pool = self._pools[origin]
        progress = _Progress(on_sending)
        exchange = self._taken_down(call)
        asked_ns = self._clock.monotonic_ns()
        answer: Answer | None = None
        failure: TradedeskError
        try:
            async with asyncio.timeout(TOTAL_S if total_s is None else total_s):
                request = self._forms[call.role].filled(call.method, call.path, call.query, call.body, progress)
                response, body = await pool.exchange(request, changes=call.changes)
            answer = _answer(response, body, self._clock.monotonic_ns() - asked_ns)
            if exchange is not None:
                exchange.answered(answer.status, answer.body)
            return answer
        except (httpcore.TimeoutException, TimeoutError):
            failure = self._lost(call, origin, progress, "did not answer in time")
        except (*_BROKEN, ssl.SSLError, OSError):
            what = "broke the connection" if progress.sending else "cannot be reached"
            failure = self._lost(call, origin, progress, what)
        except (httpx.DecodingError, httpcore.LocalProtocolError, httpcore.UnsupportedProtocol):
            failure = self._unreadable(call, origin, progress)
        finally:
            if exchange is not None:
                exchange.failed(left=progress.sending)
            tell(call.operation, answer, left=progress.sending, latency_ns=self._clock.monotonic_ns() - asked_ns)
        raise failure

    async def close(self) -> None:
        """Close every connection, that of a request under way too; may be called twice."""
        for pool in self._pools.values():
            await pool.close()

    def refusal(self, call: Call, answer: Answer) -> TradedeskError | None:
        """Class an answer that speaks no JSON, or none of the venue's; None when the venue's own room must read it.

        A page instead of JSON comes from what stands before the venue: a firewall, a balancer, a retired path.
        """
        if answer.json and not 300 <= answer.status < 400:  # noqa: PLR2004  # redirects
            return None
        where = {"venue": self._venue, "operation": call.operation, "code": f"HTTP {answer.status}"}
        if answer.status >= 500:  # noqa: PLR2004  # server errors
            if call.idempotent:
                return Retry(f"{self._venue} failed on its side (HTTP {answer.status}).", **where)
            return Unknown(f"{self._venue} failed on its side (HTTP {answer.status}); it may have happened.", **where)
        sentence = _REFUSALS.get(answer.status)
        if sentence is not None:
            return Unavailable(sentence.format(venue=self._venue, operation=call.operation), **where)
        if answer.status >= 300 or call.idempotent:  # noqa: PLR2004  # not a success
            return Malformed(f"{self._venue} answered {call.operation} with a page instead of data.", **where)
        return Unknown(f"{self._venue} answered {call.operation} unreadably; it may have happened.", **where)

    def _taken_down(self, call: Call) -> Exchange | None:
        if self._auditor is None or call.role is not Role.KEYED:
            return None
        where, text = f"{call.method} {call.path}", call.body or call.query
        order = call.client_order_id
        return self._auditor.asked(call.operation, where, text, changes=call.changes, client_order_id=order)

    def _lost(self, call: Call, origin: Origin, progress: _Progress, what: str) -> TradedeskError:
        where = {"venue": self._venue, "operation": call.operation}
        if not progress.sending:
            return Retry(f"{origin.host} {what}; nothing was sent.", **where)
        if call.idempotent:
            return Retry(f"{origin.host} {what}.", **where)
        return Unknown(f"{origin.host} {what} after {call.operation} was sent; it may have happened.", **where)

    def _unreadable(self, call: Call, origin: Origin, progress: _Progress) -> TradedeskError:
        sentence = _NOT_HTTP.format(host=origin.host, operation=call.operation)
        if progress.sending and not call.idempotent:
            return Unknown(f"{sentence}; it may have happened.", venue=self._venue, operation=call.operation)
        return Malformed(f"{sentence}.", venue=self._venue, operation=call.operation)


_REFUSALS = {
    403: "The firewall of {venue} turned {operation} away (HTTP 403): too many requests, or a place it bars.",
    404: "{venue} has no such address for {operation} (HTTP 404): check the connection's hosts.",
    410: "{venue} has retired the address of {operation} (HTTP 410): this release of Tradedesk is too old for it.",
    451: "{venue} does not serve this location (HTTP 451).",
}


def _answer(response: httpcore.Response, body: bytes, took_ns: int) -> Answer:
    """What came back, unpacked.

    Raises:
        httpx.DecodingError: It is not packed as its headers say.
    """
    whole = httpx.Response(response.status, headers=response.headers, stream=httpx.ByteStream(body))
    content = whole.read()
    headers = {name.lower(): value for name, value in whole.headers.items()}
    return Answer(response.status, headers, content, took_ns)
