"""WebSocket market streams: /ws and /stream, and the frames that control them (§5.1)."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec

from connectors.simulator.clock import Clock
from connectors.simulator.hub import Hub, Listener
from connectors.simulator.web import Receive, Scope, Send

_FRAMES_A_SECOND = 5
"""§3.2; who sends more is cut off (pings and pongs, which count too, never reach us here)."""
_MOST_STREAMS = 1024
_POLICY = 1008
_BAD_REQUEST = 2
_BAD_JSON = 3


class Streams:
    """Serves stream connections."""

    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, until either side ends it."""
        await receive()
        await send({"type": "websocket.accept"})
        listener = Listener(combined=scope["path"].startswith("/stream"))
        self._hub.subscribe(listener, _named(scope))
        try:
            await converse(listener, receive, send, Control(listener, self._hub, self._clock).hear)
        finally:
            self._hub.unsubscribe(listener, listener.streams)


class Control:
    """The control frames of one connection."""

    def __init__(self, listener: Listener, hub: Hub, clock: Clock) -> None:
        self._listener = listener
        self._hub = hub
        self._clock = clock
        self._heard: deque[int] = deque(maxlen=_FRAMES_A_SECOND)

    def hear(self, text: str) -> bool:
        """Obey one frame; False when the client talks too fast and must go."""
        now = self._clock.now_ms()
        full = len(self._heard) == _FRAMES_A_SECOND
        if full and now - self._heard[0] < 1000:  # noqa: PLR2004 - a second
            return False
        self._heard.append(now)
        try:
            frame = msgspec.json.decode(text)
        except msgspec.MsgspecError:
            self._refuse(_BAD_JSON, "Invalid JSON: the frame cannot be read", None)
            return True
        if not isinstance(frame, dict):
            self._refuse(_BAD_REQUEST, "Invalid request: an object is expected", None)
            return True
        self._obey(frame.get("method"), frame.get("params", []), frame.get("id"))
        return len(self._listener.streams) <= _MOST_STREAMS

    def _obey(self, method: Any, params: Any, answer_id: Any) -> None:
        if not isinstance(params, list):
            self._refuse(_BAD_REQUEST, "Invalid request: params must be a list", answer_id)
        elif method in {"SUBSCRIBE", "UNSUBSCRIBE"}:
            if not params or not all(isinstance(name, str) for name in params):
                self._refuse(_BAD_REQUEST, "Invalid request: params must name streams", answer_id)
                return
            act = self._hub.subscribe if method == "SUBSCRIBE" else self._hub.unsubscribe
            self._listener.say({"result": None, "id": answer_id})
            act(self._listener, [unquote(name) for name in params])
        elif method == "LIST_SUBSCRIPTIONS":
            self._listener.say({"result": list(self._listener.streams), "id": answer_id})
        elif method in {"SET_PROPERTY", "GET_PROPERTY"}:
            self._property(method, params, answer_id)
        else:
            self._refuse(_BAD_REQUEST, f"Invalid request: unknown method {method!r}", answer_id)

    def _property(self, method: str, params: list[Any], answer_id: Any) -> None:
        if params[:1] != ["combined"]:
            self._refuse(0, "Unknown property", answer_id)
        elif method == "GET_PROPERTY":
            self._listener.say({"result": self._listener.combined, "id": answer_id})
        elif len(params) > 1 and isinstance(params[1], bool):
            self._listener.combined = params[1]
            self._listener.say({"result": None, "id": answer_id})
        else:
            self._refuse(1, "Invalid value type: expected Boolean", answer_id)

    def _refuse(self, code: int, text: str, answer_id: Any) -> None:
        self._listener.say({"code": code, "msg": text, "id": answer_id})


async def converse(listener: Listener, receive: Receive, send: Send, hear: Any) -> None:
    """Read and write one WebSocket side by side until the client leaves, lags too far or is sent away."""
    writer = asyncio.create_task(_write(listener, send))
    try:
        while True:
            reader = asyncio.ensure_future(receive())
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            if writer.done():
                reader.cancel()
                return
            message = reader.result()
            if message["type"] == "websocket.disconnect":
                return
            if not hear(message.get("text") or ""):
                await send({"type": "websocket.close", "code": _POLICY})
                return
    finally:
        writer.cancel()


async def _write(listener: Listener, send: Send) -> None:
    """Send what is queued. Ends when the client is too slow, or is gone (the server says so by an OSError)."""
    while frames := await listener.take():
        for frame in frames:
            try:
                await send({"type": "websocket.send", "text": frame})
            except OSError:
                return
    await send({"type": "websocket.close", "code": _POLICY})


def _named(scope: Scope) -> list[str]:
    """Streams named by the address: /ws/<stream> (several by /) or /stream?streams=a/b/c."""
    path = unquote(scope["path"])
    if path.startswith("/stream"):
        names = parse_qs(scope["query_string"].decode("latin-1")).get("streams", [""])[0]
    else:
        names = path.removeprefix("/ws").removeprefix("/")
    return [name for name in names.split("/") if name]
