"""The WebSocket API: requests over a socket, and the account events that come over the same one (§1.3 to §1.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from http import HTTPStatus
from typing import Any

import msgspec

from connectors.simulator.account.ledger import LedgerError
from connectors.simulator.entry.access import counts, shown
from connectors.simulator.entry.asgi import Receive, Scope, Send
from connectors.simulator.entry.door import Door, Visit
from connectors.simulator.entry.keys import Key, Keys
from connectors.simulator.entry.rate import WS_API
from connectors.simulator.entry.signing import Signed, authenticate, authorize, check_time, ws_text
from connectors.simulator.exchange import Exchange
from connectors.simulator.protocol.errors import ApiError, unknown_outcome
from connectors.simulator.protocol.parameters import Parameters
from connectors.simulator.protocol.units import answer_in_micros, in_micros
from connectors.simulator.rest.web import gather, refusal
from connectors.simulator.sockets.hub import Listener
from connectors.simulator.sockets.method import Method
from connectors.simulator.sockets.methods import METHODS
from connectors.simulator.sockets.sessions import Logon, Subscriptions
from connectors.simulator.sockets.streams import converse

_LONGEST_ID = 36
_CONNECT_WEIGHT = 2


class WsApi:
    """Serves WebSocket API connections."""

    def __init__(self, exchange: Exchange, keys: Keys, door: Door | None = None) -> None:
        self._exchange = exchange
        self._keys = keys
        self._door = door or Door()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection; its subscriptions end with it."""
        visit = Visit(scope, receive, send)
        micro = await self._door.enter(self._exchange, WS_API, _CONNECT_WEIGHT, visit)
        if micro is None:
            return
        session = Session(self._exchange, self._keys, self._door, visit, micro=micro)
        try:
            await converse(session.listener, receive, send, session.hear, self._door.life_s)
        finally:
            session.end()
            self._door.log.closed(WS_API, visit.conn)


class Session:
    """One connection's requests, the key it has logged on with, and its subscriptions.

    Attributes:
        exchange: What answers.
        listener: What is said back.
        keys: The run's keys.
        logon: The key that speaks for requests without one.
        subscriptions: Account events over this connection.
        connected_ms: When it was opened.
        limits: Whether answers tell the rate limits unless a request says otherwise.
    """

    def __init__(self, exchange: Exchange, keys: Keys, door: Door, visit: Visit, *, micro: bool) -> None:
        self.exchange = exchange
        self.keys = keys
        self.listener = Listener(micro=micro)
        self.limits = visit.words.get("returnRateLimits", "true") != "false"
        self.connected_ms = exchange.clock.now_ms()
        self.subscriptions = Subscriptions(exchange.clock, self._event)
        self.logon: Logon | None = None
        self._door = door
        self._address, self._conn = visit.address, visit.conn
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None
        exchange.settlement.listeners[self] = self.subscriptions.tell
        keys.revoked[self] = self._revoked

    def end(self) -> None:
        """The connection is gone."""
        self.exchange.settlement.listeners.pop(self, None)
        self.keys.revoked.pop(self, None)
        for task in self._tasks:
            task.cancel()

    def hear(self, text: str) -> bool:
        """Answer one request; the connection always goes on. Requests keep their order however late they are."""
        if self._door.latency.wanted:
            self._last = self._spawn(self._arrive(text, self._last))
        else:
            self._hear(text)
        return True

    async def _arrive(self, text: str, before: asyncio.Task[None] | None) -> None:
        """Both ways of a request's latency pass before it is looked at, and no request overtakes another."""
        await self._door.latency.travel()
        await self._door.latency.travel()
        if before is not None:
            await asyncio.wait((before,))
        self._hear(text)

    def _hear(self, text: str) -> None:
        try:
            frame = msgspec.json.decode(text)
        except msgspec.MsgspecError:
            frame = None
        if isinstance(frame, dict):
            self._answer(frame)
            return
        error = ApiError(-1135, "Invalid JSON Request")
        number = self._door.log.asked(WS_API, self._conn)
        self._say(number, {"id": None, "status": error.status, "error": refusal(error)})

    def _answer(self, frame: dict[str, Any]) -> None:
        answer_id, params = frame.get("id"), frame.get("params")
        now = self.exchange.clock.now_ms()
        number = self._note(frame)
        method: Method | None = None
        limits = self.limits
        try:
            _check_id(answer_id)
            method = METHODS.get(str(frame.get("method")).removeprefix("v3/"))
            if method is None:
                raise ApiError(-1020, "This operation is not supported.")
            values = _texts(params)
            limits = values.get("returnRateLimits", "true" if limits else "false") == "true"
            result = self._result(method, values, now)
            if isinstance(result, Iterator):
                self._spawn(self._gathered(number, answer_id, result, limits=limits))
                return
            body = self._body(result)
        except ApiError as refused:
            body = _refused(refused, now)
        if limits:
            body["rateLimits"] = self._windows(orders=method is not None and method.order)
        self._say(number, {"id": answer_id} | body)

    async def _gathered(self, number: int, answer_id: Any, rows: Iterator[Any], *, limits: bool) -> None:
        """An answer that takes long to make up must not hold up somebody's order."""
        body = self._body(await gather(rows))
        if limits:
            body["rateLimits"] = self._windows(orders=False)
        self._say(number, {"id": answer_id} | body)

    def _result(self, method: Method, values: dict[str, str], now: int) -> Any:
        """Limits first, then who asks, then what is asked."""
        found = Parameters({name: value for name, value in values.items() if name != "returnRateLimits"})
        found.address = self._address
        rate, weight = self.exchange.rate, method.weighs(found)
        rate.enter(0 if method.free else weight, now, self._address)
        try:
            if method.signed:
                found.caller = self._caller(method, values, now)
            return method.answer(self, found)
        except ApiError:
            if method.free:
                rate.charge(weight, self._address)
            raise
        except LedgerError as broken:
            raise unknown_outcome() from broken

    def _caller(self, method: Method, values: dict[str, str], now: int) -> Key:
        """Who signed a request; after a logon who has logged on, unless it names and signs for another (§1.3)."""
        request = Signed(
            values.get("apiKey"),
            ws_text(values),
            values.get("signature"),
            values.get("timestamp"),
            values.get("recvWindow"),
            self._address,
            trading=method.trades,
        )
        logon = self.logon
        if logon is None or request.signature is not None or request.key not in {None, logon.key.api_key}:
            return authenticate(self.keys, request, now)
        check_time(request.timestamp, request.window, now)
        authorize(logon.key, request, now)
        return logon.key

    def _event(self, subscription: int, event: dict[str, Any]) -> None:
        told = in_micros(event) if self.listener.micro else event
        self.listener.say({"subscriptionId": subscription, "event": told})

    def _revoked(self, key: Key) -> None:
        """§1.3: who has logged on with a key that is no longer valid is told so."""
        if self.logon is not None and self.logon.key is key:
            self.logon = None
            self.subscriptions.end(of_session=True)
            error = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
            self.listener.say({"id": None, "status": int(HTTPStatus.UNAUTHORIZED), "error": error})

    def _body(self, result: Any) -> dict[str, Any]:
        return {"status": int(HTTPStatus.OK), "result": answer_in_micros(result) if self.listener.micro else result}

    def _windows(self, *, orders: bool) -> list[dict[str, Any]]:
        rate = self.exchange.rate
        windows = [*(rate.orders if orders else ()), *rate.address(self._address).weights]
        return [window.describe() for window in windows]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _note(self, frame: dict[str, Any]) -> int:
        log, params = self._door.log, frame.get("params")
        key = None
        if isinstance(params, dict):
            key = shown(params.get("apiKey"))
            params = {name: one for name, one in params.items() if name not in {"signature", "apiKey"}}
        return log.asked(WS_API, self._conn, method=frame.get("method"), params=params, id=frame.get("id"), key=key)

    def _say(self, number: int, body: dict[str, Any]) -> None:
        self.listener.say(body)
        log = self._door.log
        if log.wanted:
            code = body["error"]["code"] if "error" in body else None
            told = counts(self.exchange.rate, self._address)
            log.answered(number, WS_API, self._conn, id=body["id"], status=body["status"], code=code, **told)


def _refused(refused: ApiError, now_ms: int) -> dict[str, Any]:
    error = refusal(refused)
    if refused.retry_after_s is not None:
        error["data"] = {"serverTime": now_ms, "retryAfter": now_ms + refused.retry_after_s * 1000}
    return {"status": refused.status, "error": error}


def _check_id(answer_id: Any) -> None:
    """An integer, a text of at most 36 characters, or null (§1.5)."""
    number = isinstance(answer_id, int) and not isinstance(answer_id, bool)
    word = isinstance(answer_id, str) and len(answer_id) <= _LONGEST_ID
    if answer_id is not None and not number and not word:
        raise ApiError(-1100, "Illegal characters found in parameter 'id'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.")


def _texts(params: Any) -> dict[str, str]:
    """Parameters as they are signed: numbers and booleans as JSON writes them, texts as they are."""
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise ApiError(-1130, "Data sent for parameter 'params' is not valid.")
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in params.items()
    }
