"""The WebSocket API: requests over a socket, and the account events that come over the same one (§1.3 to §1.5)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import msgspec

from connectors.simulator.errors import ApiError, unknown_outcome
from connectors.simulator.exchange import Exchange
from connectors.simulator.hub import Listener
from connectors.simulator.ledger import LedgerError
from connectors.simulator.methods import METHODS, Method
from connectors.simulator.parameters import Parameters
from connectors.simulator.settlement import Event
from connectors.simulator.signing import Keys, check_time, ws_text
from connectors.simulator.streams import converse
from connectors.simulator.web import Receive, Scope, Send

_LONGEST_ID = 36
_CONNECT_WEIGHT = 2


class WsApi:
    """Serves WebSocket API connections."""

    def __init__(self, exchange: Exchange, keys: Keys) -> None:
        self._exchange = exchange
        self._keys = keys

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection; its subscriptions end with it."""
        await receive()
        await send({"type": "websocket.accept"})
        self._exchange.rate.charge(_CONNECT_WEIGHT)
        wanted = parse_qs(scope["query_string"].decode("latin-1")).get("returnRateLimits", ["true"])[0]
        session = Session(self._exchange, self._keys, Listener(), limits=wanted != "false")
        try:
            await converse(session.listener, receive, send, session.hear)
        finally:
            session.unsubscribe()


class Session:
    """One connection's requests and its subscription."""

    def __init__(self, exchange: Exchange, keys: Keys, listener: Listener, *, limits: bool) -> None:
        self.exchange = exchange
        self.listener = listener
        self._keys = keys
        self._limits = limits
        self._subscription: int | None = None
        self._subscribed = 0

    def hear(self, text: str) -> bool:
        """Answer one request; the connection always goes on."""
        try:
            frame = msgspec.json.decode(text)
        except msgspec.MsgspecError:
            frame = None
        if not isinstance(frame, dict):
            error = ApiError(-1135, "Invalid JSON Request")
            self.listener.say({"id": None, "status": error.status, "error": {"code": error.code, "msg": error.text}})
            return True
        self._answer(frame)
        return True

    def subscribe(self, params: Parameters) -> dict[str, int]:
        """Account events come over this connection from now on; -2035 when they already do."""
        params.finish()
        if self._subscription is not None:
            raise ApiError(-2035, "User Data Stream subscription already active.")
        self._subscription = self._subscribed
        self._subscribed += 1
        self.exchange.settlement.listeners[self] = self._event
        return {"subscriptionId": self._subscription}

    def unsubscribe(self, params: Parameters | None = None) -> dict[str, Any]:
        """No more account events; ends by `eventStreamTerminated` when the client asked for it."""
        if params is not None:
            params.integer("subscriptionId")
            params.finish()
            if self._subscription is None:
                raise ApiError(-2036, "User Data Stream subscription not active.")
            self._event({"e": "eventStreamTerminated", "E": self.exchange.clock.now_ms()})
        self._subscription = None
        self.exchange.settlement.listeners.pop(self, None)
        return {}

    def _event(self, event: Event) -> None:
        self.listener.say({"subscriptionId": self._subscription, "event": event})

    def _answer(self, frame: dict[str, Any]) -> None:
        answer_id = frame.get("id")
        now = self.exchange.clock.now_ms()
        head: dict[str, Any] = {"id": answer_id}
        method: Method | None = None
        try:
            _check_id(answer_id)
            method = METHODS.get(str(frame.get("method")).removeprefix("v3/"))
            if method is None:
                raise ApiError(-1020, "This operation is not supported.")
            body = {"status": int(HTTPStatus.OK), "result": self._result(method, frame.get("params"), now)}
        except ApiError as refused:
            error: dict[str, Any] = {"code": refused.code, "msg": refused.text}
            if refused.retry_after_s is not None:
                error["data"] = {"serverTime": now, "retryAfter": now + refused.retry_after_s * 1000}
            body = {"status": refused.status, "error": error}
        if self._limits:
            rate = self.exchange.rate
            windows = [*rate.orders, *rate.weights] if method is not None and method.order else rate.weights
            body["rateLimits"] = [window.describe() for window in windows]
        self.listener.say(head | body)

    def _result(self, method: Method, params: Any, now: int) -> Any:
        values = _texts(params)
        values.pop("returnRateLimits", None)
        found = Parameters(values)
        weight = method.weighs(found)
        self.exchange.rate.enter(0 if method.free else weight, now)
        try:
            if method.signed:
                self._keys.check_key(values.get("apiKey"))
                check_time(values.get("timestamp"), values.get("recvWindow"), now)
                self._keys.check_signature(ws_text(values), values.get("signature"))
            return method.answer(self, found)
        except ApiError:
            if method.free:
                self.exchange.rate.charge(weight)
            raise
        except LedgerError as broken:
            raise unknown_outcome() from broken


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
