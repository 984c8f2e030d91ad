"""The two transports of the link: a Unix socket between processes, and queues inside one (for tests)."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import Protocol

from connectors.errors import Malformed, Refused, WorkerGone
from connectors.worker.codec import LENGTH_BYTES, MAX_FRAME_BYTES

WRITE_BUFFER_BYTES = 256 * 1024
"""Above this, a writer waits for its reader, and its lanes do what they do for slow readers."""

LAST_READ_S = 1.0
"""How long a closing link waits for the other end to read what was written to it."""

_QUEUED_FRAMES = 64
_UCRED = "3i"


class Wire(Protocol):
    """Carries whole frames both ways, in order."""

    async def read(self) -> bytes | None:
        """The next frame's body; None when the other end is gone.

        Raises:
            Malformed: A frame is longer than the limit.
        """
        ...

    async def write(self, frame: bytes) -> None:
        """Send a frame with its length; waits while the other end does not read.

        Raises:
            WorkerGone: The other end is gone.
        """
        ...

    def post(self, frame: bytes) -> None:
        """Hand a small frame over now, without waiting for the other end to read what came before.

        Raises:
            WorkerGone: The other end is gone, or reads so little that the frame has no room.
        """
        ...

    async def close(self) -> None:
        """Close both directions; may be called twice."""
        ...


class SocketWire:
    """A `Wire` over a connected stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        writer.transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)

    async def read(self) -> bytes | None:
        """See `Wire.read`."""
        try:
            size = int.from_bytes(await self._reader.readexactly(LENGTH_BYTES), "big")
            if size > MAX_FRAME_BYTES:
                raise Malformed(
                    f"A frame of {size:,} bytes on the local link is above {MAX_FRAME_BYTES:,}.", operation="link"
                )
            return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def write(self, frame: bytes) -> None:
        """See `Wire.write`."""
        gone = self._writer.is_closing()
        if not gone:
            try:
                self._writer.write(frame)
                await self._writer.drain()
            except ConnectionError:
                gone = True
        if gone:
            raise WorkerGone("The other end of the local link is gone.", operation="link")

    def post(self, frame: bytes) -> None:
        """See `Wire.post`."""
        if self._writer.is_closing():
            raise WorkerGone("The other end of the local link is gone.", operation="link")
        # The system takes it at once; what it has no room for waits in this process, in order.
        self._writer.write(frame)

    async def close(self) -> None:
        """See `Wire.close`. What the other end does not read in time is lost: a stopped client holds up nobody."""
        self._writer.close()
        try:
            async with asyncio.timeout(LAST_READ_S):
                await self._writer.wait_closed()
        except ConnectionError:
            return
        except TimeoutError:
            self._cut()
        except asyncio.CancelledError:
            self._cut()
            raise

    def _cut(self) -> None:
        """Close a socket that still holds what the other end does not read; one without is closed by now."""
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()


class MemoryWire:
    """A `Wire` inside one loop; made in pairs by `memory_pair`. Frames are encoded all the same."""

    def __init__(self, inward: asyncio.Queue[bytes | None], outward: asyncio.Queue[bytes | None]) -> None:
        self._inward = inward
        self._outward = outward
        self._closed = asyncio.Event()
        self.peer: MemoryWire | None = None

    async def read(self) -> bytes | None:
        """See `Wire.read`."""
        if self._inward.empty() and self._over:
            return None
        frame = await self._inward.get()
        return None if frame is None else frame[LENGTH_BYTES:]

    async def write(self, frame: bytes) -> None:
        """See `Wire.write`."""
        if self._over:
            raise WorkerGone("The other end of the local link is gone.", operation="link")
        await self._outward.put(frame)

    def post(self, frame: bytes) -> None:
        """See `Wire.post`."""
        if self._over or self._outward.full():
            raise WorkerGone("The other end of the local link does not read.", operation="link")
        self._outward.put_nowait(frame)

    async def close(self) -> None:
        """See `Wire.close`."""
        if self._closed.is_set():
            return
        self._closed.set()
        for queue in (self._outward, self._inward):
            # A full queue belongs to a reader that will find `_over` once it has read it.
            if not queue.full():
                queue.put_nowait(None)

    @property
    def _over(self) -> bool:
        return self._closed.is_set() or (self.peer is not None and self.peer.is_closed)

    @property
    def is_closed(self) -> bool:
        """Whether this end was closed."""
        return self._closed.is_set()


def memory_pair() -> tuple[MemoryWire, MemoryWire]:
    """Two connected ends inside one loop."""
    there: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUED_FRAMES)
    back: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUED_FRAMES)
    one, other = MemoryWire(back, there), MemoryWire(there, back)
    one.peer, other.peer = other, one
    return one, other


def check_peer(writer: asyncio.StreamWriter) -> None:
    """Refuse a peer of another user, where the system says who it is (Linux; elsewhere the socket's mode must do).

    Raises:
        Refused: The peer belongs to another user.
    """
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return
    peer = writer.get_extra_info("socket")
    _pid, uid, _gid = struct.unpack(_UCRED, peer.getsockopt(socket.SOL_SOCKET, option, struct.calcsize(_UCRED)))
    if uid != os.getuid():
        raise Refused(f"A process of user {uid} tried to reach the worker of user {os.getuid()}.", operation="link")
