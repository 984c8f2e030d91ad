"""WebSocket market streams: /ws and /stream, and the frames that control them (§5.1)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import msgspec

from connectors.simulator.entry.asgi import Receive, Scope, Send
from connectors.simulator.entry.door import Door, Visit
from connectors.simulator.entry.rate import STREAMS
from connectors.simulator.exchange import Exchange
from connectors.simulator.sockets.hub import Listener

_FRAMES_A_SECOND = 5
"""§3.2: pings and pongs count too; who sends more is cut off."""
_SECOND_MS = 1000
_MOST_STREAMS = 1024
_POLICY = 1008
_UNKNOWN, _BAD_TYPE, _BAD_REQUEST, _BAD_JSON = range(4)
"""Codes of refused control frames (§5.1)."""
_METHODS = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY")
_LONGEST_ID = 36
_LARGEST_ID = 2**63


class Streams:
    """Serves stream connections."""

    def __init__(self, exchange: Exchange, door: Door | None = None) -> None:
        self._exchange = exchange
        self._door = door or Door()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, until either side ends it."""
        visit = Visit(scope, receive, send)
        hub = self._exchange.hub
        micro = await self._door.enter(self._exchange, STREAMS, 0, visit)
        if micro is None:
            return
        listener = Listener(combined=visit.path.startswith("/stream"), micro=micro)
        hub.subscribe(listener, _named(visit))
        control = Control(listener, self._exchange, self._door, visit.conn)
        try:
            if len(listener.streams) <= _MOST_STREAMS:
                await converse(listener, receive, send, control.hear, self._door.life_s)
            else:
                await send({"type": "websocket.close", "code": _POLICY})
        finally:
            hub.unsubscribe(listener, listener.streams)
            self._door.log.closed(STREAMS, visit.conn)


class Control:
    """The control frames of one connection."""

    def __init__(self, listener: Listener, exchange: Exchange, door: Door, conn: str) -> None:
        self._listener = listener
        self._hub = exchange.hub
        self._clock = exchange.clock
        self._log = door.log
        self._conn = conn
        self._heard: deque[int] = deque(maxlen=_FRAMES_A_SECOND)

    def hear(self, text: str | None, kind: str = "frame") -> bool:
        """Obey one frame, or count a ping or pong; False when the client talks too fast and must go."""
        now = self._clock.now_ms()
        full = len(self._heard) == _FRAMES_A_SECOND
        fast = full and now - self._heard[0] < _SECOND_MS
        self._heard.append(now)
        if text is None:
            self._log.asked(STREAMS, self._conn, method=kind)
            return not fast
        return not fast and self._read(text)

    def _read(self, text: str) -> bool:
        frame, wrong = _frame(text)
        method = frame.get("method") if frame is not None else None
        facts = {"method": method, "params": frame.get("params"), "id": frame.get("id")} if frame is not None else {}
        number = self._log.asked(STREAMS, self._conn, **facts)
        answer_id = frame.get("id") if frame is not None else None
        refused = wrong or self._obey(method, (frame or {}).get("params", []), answer_id)
        status = HTTPStatus.OK
        code = None
        if refused is not None:
            status, (code, words) = HTTPStatus.BAD_REQUEST, refused
            self._listener.say({"code": code, "msg": words, "id": answer_id})
        self._log.answered(number, STREAMS, self._conn, id=answer_id, status=int(status), code=code)
        return len(self._listener.streams) <= _MOST_STREAMS

    def _obey(self, method: Any, params: Any, answer_id: Any) -> tuple[int, str] | None:
        """Do what a frame says and answer it; a code and a text where it cannot be done."""
        wrong = _wrong(method, params, answer_id)
        if wrong is not None:
            return _BAD_REQUEST, f"Invalid request: {wrong}"
        if method in {"SUBSCRIBE", "UNSUBSCRIBE"}:
            return self._subscribe(method, params, answer_id)
        if method == "LIST_SUBSCRIPTIONS":
            self._listener.say({"result": list(self._listener.streams), "id": answer_id})
            return None
        return self._property(method, params, answer_id)

    def _subscribe(self, method: str, params: list[Any], answer_id: Any) -> tuple[int, str] | None:
        if not params or not all(isinstance(name, str) for name in params):
            return _BAD_REQUEST, "Invalid request: params must name streams"
        act = self._hub.subscribe if method == "SUBSCRIBE" else self._hub.unsubscribe
        self._listener.say({"result": None, "id": answer_id})
        act(self._listener, [unquote(name) for name in params])
        return None

    def _property(self, method: str, params: list[Any], answer_id: Any) -> tuple[int, str] | None:
        setting = method == "SET_PROPERTY"
        if not params or not isinstance(params[0], str):
            return _BAD_REQUEST, "Invalid request: property name must be a string"
        if len(params) > 1 + setting:
            return _BAD_REQUEST, "Invalid request: too many parameters"
        if params[0] != "combined":
            return _UNKNOWN, "Unknown property"
        if not setting:
            self._listener.say({"result": self._listener.combined, "id": answer_id})
            return None
        if len(params) == 1 or not isinstance(params[1], bool):
            return _BAD_TYPE, "Invalid value type: expected Boolean"
        self._listener.combined = params[1]
        self._listener.say({"result": None, "id": answer_id})
        return None


Hear = Callable[..., bool]


async def converse(listener: Listener, receive: Receive, send: Send, hear: Hear, life_s: float) -> None:
    """Read and write one WebSocket side by side until the client leaves, lags too far, is sent away or too old."""
    writer = asyncio.create_task(_write(listener, send))
    try:
        async with asyncio.timeout(life_s):
            stays = await _listen(writer, receive, hear)
    except TimeoutError:
        stays = False
    finally:
        writer.cancel()
    if not stays:
        await send({"type": "websocket.close", "code": _POLICY})


async def _listen(writer: asyncio.Task[None], receive: Receive, hear: Hear) -> bool:
    """Hear the client out; False when it is to be sent away, True when the connection has ended."""
    while True:
        reader = asyncio.ensure_future(receive())
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not reader.done():
                reader.cancel()
        if writer.done():
            return True
        message = reader.result()
        if message["type"] == "websocket.disconnect":
            return True
        kind = message.get("control")
        going = hear(None, kind) if kind else hear(message.get("text") or "")
        if not going:
            return False


async def _write(listener: Listener, send: Send) -> None:
    """Send what is queued. Ends when the client is too slow, or is gone (the server says so by an OSError)."""
    while frames := await listener.take():
        for frame in frames:
            try:
                await send({"type": "websocket.send", "text": frame})
            except OSError:
                return
    await send({"type": "websocket.close", "code": _POLICY})


def _frame(text: str) -> tuple[dict[str, Any] | None, tuple[int, str] | None]:
    """A control frame, or why it is none."""
    try:
        frame = msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return None, (_BAD_JSON, "Invalid JSON: expected value at line 1 column 1")
    if not isinstance(frame, dict):
        return None, (_BAD_REQUEST, "Invalid request: an object is expected")
    return frame, None


def _wrong(method: Any, params: Any, answer_id: Any) -> str | None:
    """What is wrong with a frame, whatever it asks for."""
    if not _is_id(answer_id):
        return "request ID must be an unsigned integer"
    if method is None:
        return "missing field `method` at line 1 column 1"
    if method not in _METHODS:
        known = ", ".join(f"`{name}`" for name in _METHODS)
        return f"unknown variant `{method}`, expected one of {known} at line 1 column 1"
    return None if isinstance(params, list) else "params must be a list"


def _is_id(value: Any) -> bool:
    """§5.1: a 64-bit integer, a text of at most 36 characters, or null."""
    if isinstance(value, int) and not isinstance(value, bool):
        return -_LARGEST_ID <= value < _LARGEST_ID
    return value is None or (isinstance(value, str) and len(value) <= _LONGEST_ID)


def _named(visit: Visit) -> list[str]:
    """Streams named by the address: /ws/<stream> (several by /) or /stream?streams=a/b/c."""
    if visit.path.startswith("/stream"):
        names = visit.words.get("streams", "")
    else:
        names = visit.path.removeprefix("/ws").removeprefix("/")
    return [name for name in names.split("/") if name]
