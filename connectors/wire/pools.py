"""Keep-alive connections to one place, and the requests that go over them; below httpx.

httpx builds its own request, address and headers for each call: half a millisecond of what stands between an order and
its first byte. Here what is the same in every request of a role is written once, and httpcore is handed the rest.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, nullcontext

import httpcore  # loaded here, with what makes connections: on the worker's loop it would hold up an order for 50 ms

from connectors.wire.corked import CorkedBackend
from connectors.wire.egress import proxy_for
from connectors.wire.origins import Origin

CONNECT_S = 5
READ_S = 10
_KEEP_ALIVE_S = 90
_CONNECTIONS = 12
_READING = 8
"""Connections that reading takes at most: a screen full of candles is asked for at once, and no order waits for it."""
_TIMEOUT = {"connect": CONNECT_S, "read": READ_S, "write": READ_S}
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "tradedesk"}
_TYPE = (b"Content-Type", b"application/x-www-form-urlencoded")
_NO_BODY = (b"Content-Length", b"0")
_MAY_HAVE_A_BODY = frozenset({"POST", "PUT", "PATCH"})
_USUAL_PORTS = {"http": 80, "https": 443}

Trace = Callable[[str, Mapping[str, httpcore.Request]], Awaitable[None]]
"""Told of each step of the transport, by its name, and of whose it is."""


class Form:
    """The requests that carry the same headers to the same place.

    Args:
        origin: Where they go.
        headers: What they carry beside the usual ones.
    """

    def __init__(self, origin: Origin, headers: Mapping[str, str]) -> None:
        self._scheme, self._address = origin.scheme.encode("ascii"), origin.host.encode("ascii")
        self._port = None if origin.port == _USUAL_PORTS.get(origin.scheme) else origin.port
        shown = b"[%b]" % self._address if b":" in self._address else self._address
        self._host = (b"Host", shown if self._port is None else b"%b:%d" % (shown, self._port))
        every = {**_HEADERS, **headers}
        self._headers = [(name.encode("ascii"), value.encode("ascii")) for name, value in every.items()]

    def filled(self, method: str, path: str, query: str, body: str, trace: Trace) -> httpcore.Request:
        """One request, its text as it was encoded.

        Args:
            method: Such as ``POST``.
            path: Such as ``/api/v3/order``.
            query: Behind the path; empty: none.
            body: What is sent as a form; empty: none.
            trace: Told before and after the headers leave, among other things.
        """
        target = (f"{path}?{query}" if query else path).encode("ascii")
        url = httpcore.URL(scheme=self._scheme, host=self._address, port=self._port, target=target)
        content = body.encode("ascii")
        request = httpcore.Request(method, url, content=content, extensions={"timeout": _TIMEOUT, "trace": trace})
        # Set afterwards: handed over at once, each name and value would be looked at again.
        if content:
            length = (b"Content-Length", b"%d" % len(content))
            request.headers = [self._host, *self._headers, _TYPE, length]
        elif method in _MAY_HAVE_A_BODY:
            request.headers = [self._host, _NO_BODY, *self._headers]
        else:
            request.headers = [self._host, *self._headers]
        return request


class Pool:
    """Keep-alive connections to one place: a request goes over the one that was used last, the warmest there is.

    httpcore makes them, directly or through the proxy, and speaks over them. Which one is used is decided here: its own
    pool looks at every socket it holds before each request, in front of an order's first byte too, and begins with the
    one that has rested longest. What a client of httpx adds (redirects, cookies, netrc) is what a key must not meet.

    Args:
        origin: The place.
        tls: Context for https.
    """

    def __init__(self, origin: Origin, tls: ssl.SSLContext) -> None:
        proxy = proxy_for(origin)
        self._maker = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            proxy=None if proxy is None else httpcore.Proxy(proxy),
            keepalive_expiry=_KEEP_ALIVE_S,
            network_backend=CorkedBackend(),
        )
        self._origin = httpcore.Origin(origin.scheme.encode("ascii"), origin.host.encode("ascii"), origin.port)
        self._room = asyncio.Semaphore(_CONNECTIONS)
        self._reading = asyncio.Semaphore(_READING)
        self._idle: list[httpcore.AsyncConnectionInterface] = []
        """The one used last at the end."""
        self._busy: set[httpcore.AsyncConnectionInterface] = set()
        self._closed = False

    async def exchange(self, request: httpcore.Request, *, changes: bool) -> tuple[httpcore.Response, bytes]:
        """Send once, over a connection that nobody else uses meanwhile, and read the answer and its body.

        What httpcore raises is handed on.

        Args:
            request: What to send.
            changes: Whether it may change something at the venue, and so waits for nothing that only reads.
        """
        async with nullcontext() if changes else self._reading, self._room:
            connection = await self._taken()
            self._busy.add(connection)
            try:
                response = await connection.handle_async_request(request)
                async with aclosing(response):
                    return response, await response.aread()
            finally:
                self._busy.discard(connection)
                await self._put_back(connection)

    async def close(self) -> None:
        """Close every connection, that of a request under way too; may be called twice."""
        self._closed = True
        while self._idle:
            await self._idle.pop().aclose()
        for connection in tuple(self._busy):
            await connection.aclose()

    async def _taken(self) -> httpcore.AsyncConnectionInterface:
        while self._idle:
            connection = self._idle.pop()
            if not connection.has_expired():  # nor was it hung up at the other end
                return connection
            await connection.aclose()
        return self._maker.create_connection(self._origin)

    async def _put_back(self, connection: httpcore.AsyncConnectionInterface) -> None:
        if self._closed or not connection.is_available():
            # Also one that was still being made when everything was closed: nobody else would close it.
            await connection.aclose()
            return
        self._idle.append(connection)
        while len(self._idle) > 1 and self._idle[0].has_expired():
            await self._idle.pop(0).aclose()
