"""A connection that takes over from another while both are open, so that nothing is lost or told twice.

Venues cut every socket after a day and announce maintenance (Binance: 24 h, ``serverShutdown``, facts §3.2). The
successor is opened and says what the old one said; what it hears is kept. The old one goes on delivering for a while,
so that whatever was sent before the successor's subscription stood has time to arrive. Then the kept frames are handed
on: those the old one delivered too are told apart by their ids, by whoever reads them.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from connectors.errors import Retry, TradedeskError
from connectors.ports.clock import Clock
from connectors.wire.backoff import delays
from connectors.wire.dialogue import Link, Patience

_STAND_S = 10
"""How long a successor may take to say what must be said."""


class Heir(Protocol):
    """What is said on a successor, and what its dialogue inherits."""

    @property
    def complete(self) -> bool:
        """Whether everything that is wanted now was asked for there."""
        ...

    async def opened(self, link: Link) -> None:
        """Say what must be said; returns when it stands. Called again while something is missing.

        Raises:
            TradedeskError: It cannot be used.
        """
        ...

    def answered(self, data: bytes) -> bool:
        """Whether a frame is an answer to what was said there, and so of no further use."""
        ...

    def inherit(self) -> None:
        """The successor is the connection now."""
        ...


class Wire(Protocol):
    """What is needed of a connection, whatever library made it."""

    async def send(self, message: str, /) -> None:
        """Send one text frame."""
        ...

    async def recv(self, decode: bool | None = None) -> object:
        """The next frame; cancelling it loses none."""
        ...

    @property
    def transport(self) -> asyncio.Transport:
        """What it runs over."""
        ...


W = TypeVar("W", bound=Wire)


class Successor(Generic[W]):
    """A connection in waiting; a `connectors.wire.dialogue.Link` for its heir.

    Args:
        wire: The open connection.
        heir: What is said on it.
        clock: Time of arrival.
    """

    def __init__(self, wire: W, heir: Heir, clock: Clock) -> None:
        self.heir = heir
        self.wire = wire
        self._clock = clock
        self._kept: list[tuple[bytes, int]] = []
        self._reading = asyncio.create_task(self._read(), name="successor")

    async def send(self, text: str) -> None:
        """Send one text frame.

        Raises:
            Retry: The connection ended.
        """
        if self.ended:
            raise Retry("The connection that was to take over ended.")
        await self.wire.send(text)

    @property
    def ended(self) -> bool:
        """Whether the connection ended before it could take over."""
        return self._reading.done()

    async def stand(self) -> None:
        """Say what must be said; returns when it stands.

        Raises:
            TradedeskError: It cannot be used, or ended meanwhile.
        """
        saying = asyncio.ensure_future(self.heir.opened(self))
        try:
            await asyncio.wait((saying, self._reading), return_when=asyncio.FIRST_COMPLETED)
            if saying.done():
                saying.result()
                return
        finally:
            saying.cancel()
            await asyncio.gather(saying, return_exceptions=True)
        raise Retry("The connection that was to take over ended.")

    async def release(self) -> list[tuple[bytes, int]]:
        """Stop listening and hand over what was kept: frames with their times of arrival, oldest first."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        kept, self._kept = self._kept, []
        return kept

    async def _read(self) -> None:
        while True:
            data = await self.wire.recv(decode=False)
            if isinstance(data, bytes) and not self.heir.answered(data):
                self._kept.append((data, self._clock.time_ns()))


class Succession(Generic[W]):
    """Has a successor stand in time.

    Args:
        heirs: Makes what is said on a successor.
        connect: Opens a connection; None when that fails.
        clock: Time.
        rng: Jitter.
        patience: How long a connection lives, and for how long both are open.
        broken: What the library raises when a connection ends.
    """

    def __init__(
        self,
        heirs: Callable[[], Heir],
        connect: Callable[[], Awaitable[W | None]],
        clock: Clock,
        rng: random.Random,
        patience: Patience,
        broken: tuple[type[Exception], ...],
    ) -> None:
        self._heirs = heirs
        self._connect = connect
        self._clock = clock
        self._rng = rng
        self._patience = patience
        self._broken: tuple[type[Exception], ...] = (*broken, OSError, TimeoutError, TradedeskError)
        self._called = asyncio.Event()
        self._standing: Successor[W] | None = None

    def call(self) -> None:
        """The venue will cut the present connection: begin now."""
        self._called.set()

    async def arrange(self) -> None:
        """For the life of one connection: returns when a successor may take over from it."""
        await either(self._clock.sleep(self._patience.life_s * self._rng.uniform(0.97, 1)), self._called.wait())
        for wait_s in delays(self._rng):
            self._standing = await self._prepared(self._heirs())
            if self._standing is not None:
                await self._clock.sleep(self._patience.overlap_s)
                if not self._standing.ended and self._standing.heir.complete:
                    return
                await self.discard()
            await self._clock.sleep(wait_s)

    async def take(self, *, delivered: bool) -> Successor[W] | None:
        """The successor, if one stands and the hand-over is without a hole.

        Args:
            delivered: Whether everything sent on the connection that ended has arrived. Where it has not, what was lost
                may be older than the successor's subscription, and only a new beginning is honest.
        """
        self._called.clear()
        standing = self._standing
        if standing is None or standing.ended or not delivered:
            await self.discard()
            return None
        self._standing = None
        return standing

    async def discard(self) -> None:
        """Close a connection that was to take over and will not."""
        standing, self._standing = self._standing, None
        if standing is not None:
            await standing.release()
            standing.wire.transport.abort()

    async def _prepared(self, heir: Heir) -> Successor[W] | None:
        """Open a connection and say there what the present one said; None when that fails."""
        wire = await self._connect()
        if wire is None:
            return None
        successor, stands = Successor(wire, heir, self._clock), False
        try:
            async with asyncio.timeout(_STAND_S):
                await successor.stand()
            stands = True
        except self._broken:
            return None
        finally:
            if not stands:
                await successor.release()
                wire.transport.abort()
        return successor


async def either(one: Awaitable[object], other: Awaitable[object]) -> None:
    """Wait until one of two is done; the other is cancelled."""
    waits = {asyncio.ensure_future(one), asyncio.ensure_future(other)}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
