"""HTTP: one ASGI application over `routes`, without a framework.

A signature covers the query and the body exactly as they were sent, so the raw texts are what is needed here; a
framework would parse them first and cost a tenth of a second at every start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

import msgspec

from connectors.simulator.account.ledger import LedgerError
from connectors.simulator.entry.access import counts, shown, without_signature
from connectors.simulator.entry.asgi import Headers, Receive, Scope, Send, read_body, respond
from connectors.simulator.entry.door import Door, who
from connectors.simulator.entry.doorman import Doorman
from connectors.simulator.entry.keys import Keys
from connectors.simulator.entry.signing import Signed, authenticate, rest_text
from connectors.simulator.exchange import Exchange
from connectors.simulator.protocol.errors import ApiError, unknown_outcome
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.protocol.units import answer_in_micros, wants_micros
from connectors.simulator.rest.route import Route
from connectors.simulator.rest.routes import REMOVED, ROUTES

_MOST_BODY = 65_536
_ROWS_A_TURN = 5
_JSON = (b"content-type", b"application/json;charset=UTF-8")
_HTML = (b"content-type", b"text/html")
_FORM = "application/x-www-form-urlencoded"
_ENCODE = msgspec.json.Encoder().encode


class Web:
    """Serves one HTTP request at a time; nothing in here waits but for the request's own bytes and their way."""

    def __init__(self, exchange: Exchange, keys: Keys, doorman: Doorman, door: Door | None = None) -> None:
        self._exchange = exchange
        self._keys = keys
        self._doorman = doorman
        self._door = door or Door()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _body(receive)
        await self._door.latency.travel()
        number = self._note(scope, body or "")
        status, headers, payload = await self._respond(scope, body)
        if self._door.log.wanted:
            self._note_answer(number, scope, status, headers, payload)
        await self._door.latency.travel()
        await respond(send, status, headers, payload)

    async def _respond(self, scope: Scope, body: str | None) -> tuple[int, Headers, bytes]:
        if not self._doorman.admits(scope["headers"]):
            return _page(HTTPStatus.FORBIDDEN)
        if body is None:
            return _page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if scope["path"] in REMOVED:
            return _page(HTTPStatus.GONE)
        if scope["path"] not in ROUTES:
            return _page(HTTPStatus.NOT_FOUND)
        route = ROUTES[scope["path"]].get(scope["method"])
        if route is None:
            return _page(HTTPStatus.METHOD_NOT_ALLOWED)
        return await self._answer(route, scope, body)

    async def _answer(self, route: Route, scope: Scope, body: str) -> tuple[int, Headers, bytes]:
        rate, (address, _) = self._exchange.rate, who(scope)
        extra: Headers = []
        status = int(HTTPStatus.OK)
        try:
            micro = wants_micros(header(scope, b"x-mbx-time-unit"))
            value = self._value(route, scope, body)
            if isinstance(value, Iterator):
                value = await gather(value)
            value = answer_in_micros(value) if micro else value
        except ApiError as refused:
            value = refusal(refused)
            status = refused.status
            if refused.retry_after_s is not None:
                extra.append((b"retry-after", str(refused.retry_after_s).encode()))
        return status, [_JSON, *rate.headers(orders=route.order, address=address), *extra], _ENCODE(value)

    def _value(self, route: Route, scope: Scope, body: str) -> Any:
        """Limits first, then who asks, then what is asked."""
        rate, now = self._exchange.rate, self._exchange.clock.now_ms()
        address, _ = who(scope)
        query = scope["query_string"].decode("latin-1")
        form = body if _content_type(scope["headers"]) in {"", _FORM} else ""
        params = Parameters.of(query, form)
        params.address = address
        weight = route.weighs(params)
        rate.enter(0 if route.free else weight, now, address)
        try:
            if route.signed:
                request = Signed(
                    header(scope, b"x-mbx-apikey"),
                    rest_text(query, body),
                    params.raw("signature"),
                    params.raw("timestamp"),
                    params.raw("recvWindow"),
                    address,
                    trading=scope["method"] != "GET",
                )
                params.caller = authenticate(self._keys, request, now)
            return route.answer(self._exchange, params)
        except ApiError:
            if route.free:
                rate.charge(weight, address)
            raise
        except LedgerError as broken:
            raise unknown_outcome() from broken

    def _note(self, scope: Scope, body: str) -> int:
        log = self._door.log
        if not log.wanted:
            return 0
        return log.asked(
            "rest",
            who(scope)[1],
            method=scope["method"],
            path=scope["path"],
            query=without_signature(scope["query_string"].decode("latin-1")),
            body=without_signature(body),
            key=shown(header(scope, b"x-mbx-apikey")),
            agent=header(scope, b"user-agent"),
            unit=header(scope, b"x-mbx-time-unit"),
        )

    def _note_answer(self, number: int, scope: Scope, status: int, headers: Headers, payload: bytes) -> None:
        address, conn = who(scope)
        found = dict(headers)
        code = None
        if status >= HTTPStatus.BAD_REQUEST and found.get(b"content-type") == _JSON[1]:
            code = msgspec.json.decode(payload, type=_Refusal).code
        retry = found.get(b"retry-after")
        self._door.log.answered(
            number,
            "rest",
            conn,
            status=status,
            code=code,
            retry=None if retry is None else int(retry),
            **counts(self._exchange.rate, address),
        )


class _Refusal(msgspec.Struct):
    code: int


def refusal(refused: ApiError) -> dict[str, Any]:
    """An error's body: code, text, and what else it tells (§4.5)."""
    data = getattr(refused, "data", None)
    return {"code": refused.code, "msg": refused.text} | ({} if data is None else {"data": data})


def header(scope: Scope, name: bytes) -> str | None:
    """A header's value, by its lower-case name."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name), None)


def _content_type(headers: Headers) -> str:
    found = [value for name, value in headers if name.lower() == b"content-type"]
    return found[0].decode("latin-1").split(";")[0].strip().lower() if found else ""


async def gather(rows: Iterator[Any]) -> list[Any]:
    """All rows, with a pause after every few: a thousand unseen bars must not hold up somebody's order."""
    found: list[Any] = []
    while batch := list(islice(rows, _ROWS_A_TURN)):
        found += batch
        await asyncio.sleep(0)
    return found


async def _body(receive: Receive) -> str | None:
    """The body as text; None when it is too long."""
    data = await read_body(receive, _MOST_BODY)
    return None if len(data) > _MOST_BODY else data.decode("utf-8", "replace")


def _page(status: HTTPStatus) -> tuple[int, Headers, bytes]:
    """What stands before the exchange answers in HTML, which a client must survive (§1.2)."""
    title = f"{status.value} {status.phrase}"
    html = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
    return int(status), [_HTML], html.encode()
