"""Tiny servers on loopback that say exactly what a test tells them to: for answers a decent exchange never gives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connectors.wire.origins import Origin

Reply = bytes | None
"""Bytes to answer with; None to close the connection without a word; `HOLD` to say nothing and hold it open."""

HOLD = b""
CLOSE: Reply = None


@dataclass(frozen=True)
class Cut:
    """Say this much and hang up."""

    begun: bytes


def answer(body: str, status: int = 200, *headers: str, kind: str = "application/json") -> bytes:
    """An HTTP answer."""
    raw = body.encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(raw)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


def page(status: int) -> bytes:
    """A page instead of data, as a firewall or a balancer gives."""
    return answer("<html><body>nginx</body></html>", status, kind="text/html")


@dataclass
class Scripted:
    """A scripted HTTP server.

    Attributes:
        origin: Where it listens.
        requests: The requests it got, whole, as they came.
        connections: How many connections were made to it.
        open_connections: How many of them are open.
    """

    origin: Origin
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    open_connections: int = 0

    def lines(self) -> list[str]:
        """The request lines."""
        return [request.split(b"\r\n", 1)[0].decode() for request in self.requests]


Script = Callable[[bytes], "Reply | Cut"]


_TURNS_TO_ACCEPT = 5


@asynccontextmanager
async def scripted_http(script: Script) -> AsyncIterator[Scripted]:
    """Serve HTTP on loopback, answering each request as ``script`` says."""
    served = Scripted(Origin("http", "127.0.0.1", 0))
    held: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.add(writer)
        served.connections += 1
        served.open_connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length")
                    ),
                    0,
                )
                request = head + await reader.readexactly(length)
                served.requests.append(request)
                reply = script(request)
                if reply is None:
                    return
                writer.write(reply.begun if isinstance(reply, Cut) else reply)
                await writer.drain()
                if isinstance(reply, Cut):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the client hung up, which is its right
        finally:
            held.discard(writer)
            served.open_connections -= 1
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    served.origin = Origin("http", "127.0.0.1", server.sockets[0].getsockname()[1])
    try:
        yield served
    finally:
        server.close()
        # Who was accepted a moment ago is served first: nobody would close what nobody holds.
        for _ in range(_TURNS_TO_ACCEPT):
            await asyncio.sleep(0)
        for writer in tuple(held):
            writer.transport.abort()
        await asyncio.sleep(0)
