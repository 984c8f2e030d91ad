"""Where clients reach the worker: a Unix socket that only its user can open; the end comes when nobody needs it."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from connectors.errors import Refused
from connectors.ports.clock import Clock
from connectors.worker.log import logger
from connectors.worker.order_loop import OrderFirstLoop
from connectors.worker.pause import happens_within
from connectors.worker.wires import SocketWire, check_peer
from connectors.worker.worker import Worker

_MASK = 0o177
_LOOK_S = 0.25
SECOND_NS = 1_000_000_000


def _bound(path: Path) -> socket.socket:
    """A socket that nobody else can open, from its first moment: a mode set after the bind would come too late."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(_MASK)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    return listening


class SocketServer:
    """Serves a worker on a path, until it is asked to stop or has had no client for long enough."""

    def __init__(self, path: Path, worker: Worker, clock: Clock, linger_s: float) -> None:
        self._path = path
        self._worker = worker
        self._clock = clock
        self._linger_s = linger_s
        self._clients = 0
        self._empty_since_ns = clock.monotonic_ns()

    async def run(self) -> None:
        """Serve; returns when the worker should end. The caller holds the lock, so a socket left behind is nobody's."""
        server = await asyncio.start_unix_server(self._serve, sock=_bound(self._path))
        logger().info("serving", pid=os.getpid())
        try:
            while not self._nobody_needs_it():
                if await happens_within(self._worker.stopping, self._clock, _LOOK_S):
                    break
        finally:
            server.close()
            self._path.unlink(missing_ok=True)

    def _nobody_needs_it(self) -> bool:
        if self._clients or self._worker.must_live:
            self._empty_since_ns = self._clock.monotonic_ns()
            return False
        return self._clock.monotonic_ns() - self._empty_since_ns >= self._linger_s * SECOND_NS

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            check_peer(writer)
        except Refused as problem:
            logger().warning("peer_refused", sentence=problem.sentence)
            writer.close()
            return
        self._clients += 1
        try:
            with _heard_first(writer):
                await self._worker.serve(SocketWire(reader, writer))
        finally:
            self._clients -= 1


def _heard_first(writer: asyncio.StreamWriter) -> AbstractContextManager[None]:
    """What a client says is read before what venues say."""
    loop = asyncio.get_running_loop()
    return loop.heard_first(writer.get_extra_info("socket")) if isinstance(loop, OrderFirstLoop) else nullcontext()
