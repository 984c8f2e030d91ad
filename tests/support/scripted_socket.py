"""A WebSocket server on loopback that does what a test tells it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from connectors.wire.origins import Origin

Talk = Callable[["Peer"], Awaitable[None]]


@dataclass
class Peer:
    """One connection to the server, as its script sees it."""

    number: int
    """1 for the first connection, 2 for the next …"""
    connection: ServerConnection
    got: list[Any]
    """Every JSON frame of this connection."""

    async def next(self) -> Any:
        """The next JSON frame of the client."""
        frame = json.loads(await self.connection.recv())
        self.got.append(frame)
        return frame

    async def say(self, message: object) -> None:
        """Send JSON, or text as it is."""
        await self.connection.send(message if isinstance(message, str) else json.dumps(message))

    async def listen(self) -> None:
        """Take frames until the client goes."""
        while True:
            await self.next()

    def cut(self) -> None:
        """Hang up without a word."""
        self.connection.transport.abort()


@dataclass
class ScriptedSocket:
    """The server.

    Attributes:
        origin: Where it listens.
        peers: Its connections, oldest first.
    """

    origin: Origin
    peers: list[Peer] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def scripted_socket(talk: Talk, path: str = "/stream") -> AsyncIterator[ScriptedSocket]:
    """Serve WebSockets on loopback; each connection is talked to by ``talk``."""
    served = ScriptedSocket(Origin("ws", "127.0.0.1", 0, path))

    async def handle(connection: ServerConnection) -> None:
        peer = Peer(len(served.peers) + 1, connection, [])
        served.peers.append(peer)
        served.changed.set()
        try:
            await talk(peer)
        except ConnectionClosed:
            return  # the client went, which is its right

    async with serve(handle, "127.0.0.1", 0, ping_interval=None, close_timeout=0.1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        served.origin = Origin("ws", "127.0.0.1", port, path)
        yield served
