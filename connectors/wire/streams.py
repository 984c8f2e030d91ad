"""Many streams on one socket: who wants which, what was asked of the venue, and what came of it.

Listeners are counted by stream, so that the tenth one costs the venue nothing and the last one's leaving is said.
Asking is batched and paced: venues count incoming frames (Binance: 5 a second, pongs included, facts §3.2). A
subscription that is acknowledged and stays silent is found by a watchdog (§5.1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from connectors.errors import Retry
from connectors.ports.clock import Clock
from connectors.wire.dialogue import Link

_SECOND = 1_000_000_000
FRAMES_PER_SECOND = 4
STREAMS_PER_FRAME = 200


class StreamLanguage(Protocol):
    """How one venue is asked."""

    def subscribe(self, streams: Iterable[str], number: int) -> str:
        """The frame that asks for streams."""
        ...

    def unsubscribe(self, streams: Iterable[str], number: int) -> str:
        """The frame that ends them."""
        ...


@dataclass(slots=True)
class _Stream:
    listeners: int = 0
    asked_ns: int | None = None
    """Monotonic time of the newest request; None while it is not asked for on this socket."""
    heard: bool = False
    """Whether anything came since it was asked for."""
    warned: int = 0
    """How often the watchdog spoke."""


@dataclass(slots=True)
class StreamBoard:
    """The streams of one socket; the socket's owner makes it part of its dialogue.

    Args:
        language: How this venue is asked.
        clock: Time.
        first_message_s: How long a stream may stay silent after it was asked for.
        on_silent: Told of a stream that stays silent although it was asked for twice.
    """

    language: StreamLanguage
    clock: Clock
    first_message_s: float = 5
    on_silent: Callable[[str], None] = field(default=lambda _: None)
    _streams: dict[str, _Stream] = field(default_factory=dict)
    _unwanted: set[str] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _number: int = 0

    def add(self, name: str) -> None:
        """One more listener of a stream."""
        stream = self._streams.setdefault(name, _Stream())
        stream.listeners += 1
        self._unwanted.discard(name)
        self._changed.set()

    def drop(self, name: str) -> None:
        """One listener less; the venue is told when the last has gone."""
        stream = self._streams.get(name)
        if stream is None:
            return
        stream.listeners -= 1
        if stream.listeners <= 0:
            del self._streams[name]
            if stream.asked_ns is not None:
                self._unwanted.add(name)
            self._changed.set()

    def heard(self, name: str) -> None:
        """A message of a stream came."""
        stream = self._streams.get(name)
        if stream is not None and not stream.heard:
            stream.heard = True
            stream.warned = 0

    def forget(self) -> None:
        """The socket is gone: everything must be asked for again."""
        self._unwanted.clear()
        for stream in self._streams.values():
            stream.asked_ns, stream.heard = None, False
        self._changed.set()

    def adopt(self, names: Iterable[str]) -> None:
        """Another socket took over, on which these were asked for: the rest is asked for there, or ended there."""
        adopted, now_ns = frozenset(names), self.clock.monotonic_ns()
        self._unwanted = set(adopted - self._streams.keys())
        for name, stream in self._streams.items():
            stream.asked_ns = now_ns if name in adopted else None
        self._changed.set()

    @property
    def wanted(self) -> frozenset[str]:
        """Streams with at least one listener."""
        return frozenset(self._streams)

    @property
    def expects_data(self) -> bool:
        """Whether any stream was asked for and has spoken before: silence of all of them would be a fault."""
        return any(stream.asked_ns is not None for stream in self._streams.values())

    async def converse(self, link: Link) -> None:
        """Ask for what is wanted and not asked for yet, for as long as the socket lives.

        Raises:
            Retry: The socket is gone.
        """
        while True:
            self._changed.clear()
            self._watchdog()
            frame = self._next_frame()
            if frame is not None:
                await link.send(frame)
                await self.clock.sleep(1 / FRAMES_PER_SECOND)
                continue
            await self._idle()

    def _next_frame(self) -> str | None:
        self._number += 1
        fresh = [name for name, stream in self._streams.items() if stream.asked_ns is None][:STREAMS_PER_FRAME]
        if fresh:
            now_ns = self.clock.monotonic_ns()
            for name in fresh:
                self._streams[name].asked_ns = now_ns
            return self.language.subscribe(fresh, self._number)
        stale = sorted(self._unwanted)[:STREAMS_PER_FRAME]
        self._unwanted.difference_update(stale)
        return self.language.unsubscribe(stale, self._number) if stale else None

    def _watchdog(self) -> None:
        """Ask once more for what stays silent; report what stays so, and ask for it ever less often."""
        now_ns = self.clock.monotonic_ns()
        for name, stream in self._streams.items():
            if stream.heard or stream.asked_ns is None:
                continue
            allowed_s = self.first_message_s * 2 ** min(stream.warned, 6)
            if now_ns - stream.asked_ns > allowed_s * _SECOND:
                stream.warned += 1
                stream.asked_ns = None
                if stream.warned > 1:
                    self.on_silent(name)

    async def _idle(self) -> None:
        """Wait until something changes or the watchdog is due."""
        waits = {
            asyncio.ensure_future(self._changed.wait()),
            asyncio.ensure_future(self.clock.sleep(self.first_message_s / 2)),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


class BoardHeir:
    """A board's streams asked for on a socket that takes over (`connectors.wire.succession.Heir`).

    Args:
        board: The board.
        read_answer: Reads a frame: the number it answers and whether it grants; None for any other frame.
    """

    def __init__(self, board: StreamBoard, read_answer: Callable[[bytes], tuple[int, bool] | None]) -> None:
        self._board = board
        self._read_answer = read_answer
        self._asked: set[str] = set()
        self._waiting: dict[int, asyncio.Future[bool]] = {}

    @property
    def complete(self) -> bool:
        """Whether every stream wanted now was asked for there."""
        return self._board.wanted <= self._asked

    async def opened(self, link: Link) -> None:
        """Ask for the streams, batched and paced, and wait until each batch is granted.

        Raises:
            Retry: A batch was refused.
        """
        names = sorted(self._board.wanted - self._asked)
        for number, start in enumerate(range(0, len(names), STREAMS_PER_FRAME), start=1):
            batch = names[start : start + STREAMS_PER_FRAME]
            granted = self._waiting[number] = asyncio.get_running_loop().create_future()
            await link.send(self._board.language.subscribe(batch, number))
            if not await granted:
                raise Retry("The streams were refused on the socket that was to take over.")
            self._asked.update(batch)
            await self._board.clock.sleep(1 / FRAMES_PER_SECOND)

    def answered(self, data: bytes) -> bool:
        """Whether a frame answers a request of this heir."""
        answer = self._read_answer(data)
        waiting = None if answer is None else self._waiting.pop(answer[0], None)
        if answer is None or waiting is None or waiting.done():
            return False
        waiting.set_result(answer[1])
        return True

    def inherit(self) -> None:
        """The board speaks on that socket now."""
        self._board.adopt(self._asked)
