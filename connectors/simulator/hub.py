"""Who listens to which stream, and how what is said reaches them: each payload is encoded once, whoever listens."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any

import msgspec

_ENCODE = msgspec.json.Encoder().encode
_BACKLOG = 20_000
"""Frames a client may fall behind by before it is let go."""


class Listener:
    """One WebSocket client's outgoing frames, in order."""

    def __init__(self, *, combined: bool = False) -> None:
        self.combined = combined
        self.streams: dict[str, None] = {}
        self.too_slow = False
        self._frames: deque[str] = deque()
        self._ready = asyncio.Event()

    def put(self, frame: str) -> None:
        """Queue a frame; a client that does not keep up is marked and told nothing more."""
        if len(self._frames) >= _BACKLOG:
            self.too_slow = True
        else:
            self._frames.append(frame)
        self._ready.set()

    def say(self, value: Any) -> None:
        """Queue a value as JSON."""
        self.put(_ENCODE(value).decode())

    async def take(self) -> list[str]:
        """All queued frames, as soon as there is one; none when the client is too slow."""
        await self._ready.wait()
        self._ready.clear()
        if self.too_slow:
            return []
        frames = list(self._frames)
        self._frames.clear()
        return frames


class Hub:
    """Listeners by stream name. Names nobody ever speaks on are accepted like any other (§5.1)."""

    def __init__(self) -> None:
        self._listeners: dict[str, dict[Listener, None]] = {}

    def wants(self, stream: str) -> bool:
        """Whether anybody listens to a stream: else nothing need be made for it."""
        return stream in self._listeners

    def streams(self) -> list[str]:
        """All streams somebody listens to."""
        return list(self._listeners)

    def subscribe(self, listener: Listener, streams: Iterable[str]) -> None:
        """Add a listener to streams."""
        for stream in streams:
            listener.streams[stream] = None
            self._listeners.setdefault(stream, {})[listener] = None

    def unsubscribe(self, listener: Listener, streams: Iterable[str]) -> None:
        """Take a listener off streams; names it does not listen to are passed over."""
        for stream in list(streams):
            listener.streams.pop(stream, None)
            found = self._listeners.get(stream)
            if found is not None:
                found.pop(listener, None)
                if not found:
                    del self._listeners[stream]

    def publish(self, stream: str, payload: Any) -> None:
        """Say something on a stream: raw to some, wrapped for others (§5.1)."""
        found = self._listeners.get(stream)
        if not found:
            return
        raw = _ENCODE(payload).decode()
        wrapped = f'{{"stream":"{stream}","data":{raw}}}'
        for listener in found:
            listener.put(wrapped if listener.combined else raw)
