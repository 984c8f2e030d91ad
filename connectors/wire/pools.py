"""Keep-alive connections to one place, and the requests that go over them; below httpx.

httpx builds its own request, address and headers for each call: half a millisecond of what stands between an order and
its first byte. Here what is the same in every request of a role is written once, and httpcore is handed the rest.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Mapping

import httpcore  # loaded here, with what makes connections: on the worker's loop it would hold up an order for 50 ms

from connectors.wire.egress import proxy_for
from connectors.wire.origins import Origin

CONNECT_S = 5
READ_S = 10
_KEEP_ALIVE_S = 90
_CONNECTIONS = 12
_TIMEOUT = {"connect": CONNECT_S, "read": READ_S, "write": READ_S, "pool": READ_S}
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "tradedesk"}
_TYPE = (b"Content-Type", b"application/x-www-form-urlencoded")
_NO_BODY = (b"Content-Length", b"0")
_MAY_HAVE_A_BODY = frozenset({"POST", "PUT", "PATCH"})
_USUAL_PORTS = {"http": 80, "https": 443}

Trace = Callable[[str, object], Awaitable[None]]
"""Told of each step of the transport, by its name."""


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


def open_pool(origin: Origin, tls: ssl.SSLContext) -> httpcore.AsyncConnectionPool:
    """Connections alone: what a client of httpx adds (redirects, cookies, netrc) is what a key must not meet."""
    proxy = proxy_for(origin)
    return httpcore.AsyncConnectionPool(
        ssl_context=tls,
        proxy=None if proxy is None else httpcore.Proxy(proxy),
        max_connections=_CONNECTIONS,
        max_keepalive_connections=_CONNECTIONS,
        keepalive_expiry=_KEEP_ALIVE_S,
    )


async def hang_up(pool: httpcore.AsyncConnectionPool, response: httpcore.Response | None) -> None:
    """Close what a request used that was under way when everything was closed.

    A connection that was still being made then is in no pool any more: nobody else would close it.
    """
    if response is not None:
        await response.extensions["network_stream"].aclose()
    await pool.aclose()
