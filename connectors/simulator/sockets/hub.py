"""Who listens to which stream, and how what is said reaches them: each payload is encoded once, whoever listens."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import msgspec

from connectors.simulator.protocol.units import in_micros

_ENCODE = msgspec.json.Encoder().encode
_BACKLOG = 20_000
"""Frames a client may fall behind by before it is let go."""


class Listener:
    """One WebSocket client's outgoing frames, in order.

    Attributes:
        combined: Whether what streams say comes wrapped with the stream's name (§5.1).
        micro: Whether times are told in µs (§2.2).
        streams: What it listens to.
    """

    def __init__(self, *, combined: bool = False, micro: bool = False) -> None:
        self.combined = combined
        self.micro = micro
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


class Owner(Protocol):
    """Who speaks on the streams of one name by the clock."""

    def opened(self, stream: str) -> None:
        """Somebody listens to a stream nobody listened to."""
        ...

    def closed(self, stream: str) -> None:
        """Nobody listens to a stream any more."""
        ...


class Hub:
    """Listeners by stream name. Names nobody ever speaks on are accepted like any other (§5.1).

    Attributes:
        turns: Who speaks of all symbols at once, by the clock.
    """

    def __init__(self) -> None:
        self.turns: list[Callable[[int], None]] = []
        self._listeners: dict[str, dict[Listener, None]] = {}
        self._owners: dict[str, Owner] = {}
        self._turned_ms = 0

    def own(self, name: str, owner: Owner) -> int:
        """Tell an owner which streams of a name (what stands before the @) are listened to; returns its number."""
        self._owners[name] = owner
        return len(self._owners) - 1

    def turn(self, now_ms: int) -> None:
        """Let those speak who tell of all symbols; every symbol calls, the first call of a moment counts."""
        if now_ms != self._turned_ms:
            self._turned_ms = now_ms
            for turn in self.turns:
                turn(now_ms)

    def wants(self, stream: str) -> bool:
        """Whether anybody listens to a stream: else nothing need be made for it."""
        return stream in self._listeners

    def subscribe(self, listener: Listener, streams: Iterable[str]) -> None:
        """Add a listener to streams."""
        for stream in streams:
            listener.streams[stream] = None
            found = self._listeners.get(stream)
            if found is None:
                found = self._listeners[stream] = {}
                owner = self._owners.get(stream.partition("@")[0])
                if owner is not None:
                    owner.opened(stream)
            found[listener] = None

    def unsubscribe(self, listener: Listener, streams: Iterable[str]) -> None:
        """Take a listener off streams; names it does not listen to are passed over."""
        for stream in list(streams):
            listener.streams.pop(stream, None)
            found = self._listeners.get(stream)
            if found is None or listener not in found:
                continue
            del found[listener]
            if not found:
                del self._listeners[stream]
                owner = self._owners.get(stream.partition("@")[0])
                if owner is not None:
                    owner.closed(stream)

    def publish(self, stream: str, payload: Any) -> None:
        """Say something on a stream: raw to some, wrapped for others (§5.1), in ms or µs."""
        found = self._listeners.get(stream)
        if not found:
            return
        frames: dict[tuple[bool, bool], str] = {}
        for listener in found:
            kind = (listener.micro, listener.combined)
            frame = frames.get(kind)
            if frame is None:
                frame = _ENCODE(in_micros(payload) if listener.micro else payload).decode()
                if listener.combined:
                    frame = f'{{"stream":"{stream}","data":{frame}}}'
                frames[kind] = frame
            listener.put(frame)
