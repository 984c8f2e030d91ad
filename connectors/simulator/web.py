"""HTTP: one ASGI application over `routes`, without a framework.

A signature covers the query and the body exactly as they were sent, so the raw texts are what is needed here; a
framework would parse them first and cost a tenth of a second at every start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from http import HTTPStatus
from itertools import islice
from typing import Any

import msgspec

from connectors.simulator.errors import ApiError, unknown_outcome
from connectors.simulator.exchange import Exchange
from connectors.simulator.ledger import LedgerError
from connectors.simulator.parameters import Parameters
from connectors.simulator.route import Route
from connectors.simulator.routes import REMOVED, ROUTES
from connectors.simulator.signing import Keys, check_time, rest_text

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_MOST_BODY = 65_536
_ROWS_A_TURN = 5
_JSON = (b"content-type", b"application/json;charset=UTF-8")
_HTML = (b"content-type", b"text/html")
_FORM = "application/x-www-form-urlencoded"
_ENCODE = msgspec.json.Encoder().encode


class Doorman:
    """Who may come in: a request to our own loopback name, from no page but our own (SECURITY-SPEC §13).

    Without it a page in the user's browser could trade on this exchange through a name that resolves to 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        names = [f"{host}:{port}" for host in ("127.0.0.1", "[::1]", "localhost")]
        self._hosts = {name.encode() for name in names}
        self._origins = {f"http://{name}".encode() for name in names}

    def admits(self, headers: Headers) -> bool:
        """Whether Host is ours and Origin absent or ours."""
        hosts = [value.lower() for name, value in headers if name.lower() == b"host"]
        origins = [value.lower() for name, value in headers if name.lower() == b"origin"]
        return len(hosts) == 1 and hosts[0] in self._hosts and all(origin in self._origins for origin in origins)


class Web:
    """Serves one HTTP request at a time; nothing in here waits but for the request's own bytes."""

    def __init__(self, exchange: Exchange, keys: Keys, doorman: Doorman) -> None:
        self._exchange = exchange
        self._keys = keys
        self._doorman = doorman

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _body(receive)
        if not self._doorman.admits(scope["headers"]):
            await _page(send, HTTPStatus.FORBIDDEN)
        elif body is None:
            await _page(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif scope["path"] in REMOVED:
            await _page(send, HTTPStatus.GONE)
        elif scope["path"] not in ROUTES:
            await _page(send, HTTPStatus.NOT_FOUND)
        elif scope["method"] not in ROUTES[scope["path"]]:
            await _page(send, HTTPStatus.METHOD_NOT_ALLOWED)
        else:
            await self._answer(ROUTES[scope["path"]][scope["method"]], scope, body, send)

    async def _answer(self, route: Route, scope: Scope, body: str, send: Send) -> None:
        rate = self._exchange.rate
        extra: Headers = []
        status = int(HTTPStatus.OK)
        try:
            value = self._value(route, scope, body)
            if isinstance(value, Iterator):
                value = await _gather(value)
        except ApiError as refused:
            value = {"code": refused.code, "msg": refused.text}
            status = refused.status
            if refused.retry_after_s is not None:
                extra.append((b"retry-after", str(refused.retry_after_s).encode()))
        headers = [_JSON, *rate.headers(orders=route.order), *extra]
        await _respond(send, status, headers, _ENCODE(value))

    def _value(self, route: Route, scope: Scope, body: str) -> Any:
        """Limits first, then who asks, then what is asked."""
        rate, now = self._exchange.rate, self._exchange.clock.now_ms()
        query = scope["query_string"].decode("ascii", "replace")
        form = body if _content_type(scope["headers"]) in {"", _FORM} else ""
        params = Parameters.of(query, form)
        weight = route.weighs(params)
        rate.enter(0 if route.free else weight, now)
        try:
            if route.signed:
                self._check(scope["headers"], params, rest_text(query, body), now)
            return route.answer(self._exchange, params)
        except ApiError:
            if route.free:
                rate.charge(weight)
            raise
        except LedgerError as broken:
            raise unknown_outcome() from broken

    def _check(self, headers: Headers, params: Parameters, text: str, now_ms: int) -> None:
        keys = [value.decode("latin-1") for name, value in headers if name.lower() == b"x-mbx-apikey"]
        self._keys.check_key(keys[0] if keys else None)
        check_time(params.raw("timestamp"), params.raw("recvWindow"), now_ms)
        self._keys.check_signature(text, params.raw("signature"))


def _content_type(headers: Headers) -> str:
    found = [value for name, value in headers if name.lower() == b"content-type"]
    return found[0].decode("latin-1").split(";")[0].strip().lower() if found else ""


async def _gather(rows: Iterator[Any]) -> list[Any]:
    """All rows, with a pause after every few: a thousand unseen bars must not hold up somebody's order."""
    found: list[Any] = []
    while batch := list(islice(rows, _ROWS_A_TURN)):
        found += batch
        await asyncio.sleep(0)
    return found


async def _body(receive: Receive) -> str | None:
    """The body as text; None when it is too long."""
    data = bytearray()
    while True:
        message = await receive()
        data += message.get("body", b"")
        if len(data) > _MOST_BODY:
            return None
        if not message.get("more_body"):
            return data.decode("utf-8", "replace")


async def _page(send: Send, status: HTTPStatus) -> None:
    """What stands before the exchange answers in HTML, which a client must survive (§1.2)."""
    title = f"{status.value} {status.phrase}"
    html = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
    await _respond(send, status, [_HTML], html.encode())


async def _respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
