"""A connection that can be shut off: what a router, a crash or a pulled cable does, done to our end of the socket."""

from __future__ import annotations

import asyncio
import socket
import struct
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_LINGER_NONE = struct.pack("ii", 1, 0)
"""With this a socket that is closed says RST instead of FIN."""

Peer = tuple[str, int]


class Valve(asyncio.Transport):
    """Stands before a connection's transport; the server writes through it and does not know.

    Attributes:
        muted: Nothing written goes out.
        held: A request on it waits for an answer that never comes.
        spared: It is not cut with the others: it is the one by which that was asked for.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self.muted = False
        self.held = False
        self.spared = False
        self._gone = False

    def go(self) -> None:
        """The peer is gone for good: nothing is written or read, and nobody is told."""
        self.muted = self._gone = True
        self._transport.pause_reading()

    def reset(self) -> None:
        """End by RST, whatever was to be sent."""
        found = self._transport.get_extra_info("socket")
        if found is not None and found.fileno() >= 0:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
        self._transport.abort()

    def end(self) -> None:
        """End by FIN."""
        self._transport.close()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """See `asyncio.WriteTransport.write`."""
        if not self.muted:
            self._transport.write(data)

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """See `asyncio.WriteTransport.writelines`."""
        if not self.muted:
            self._transport.writelines(list_of_data)

    def close(self) -> None:
        """See `asyncio.BaseTransport.close`."""
        if not self._gone:
            self._transport.close()

    def abort(self) -> None:
        """See `asyncio.WriteTransport.abort`."""
        self._transport.abort()

    def is_closing(self) -> bool:
        """See `asyncio.BaseTransport.is_closing`."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """See `asyncio.BaseTransport.get_extra_info`."""
        return self._transport.get_extra_info(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """See `asyncio.BaseTransport.set_protocol`."""
        self._transport.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """See `asyncio.BaseTransport.get_protocol`."""
        return self._transport.get_protocol()

    def is_reading(self) -> bool:
        """See `asyncio.ReadTransport.is_reading`."""
        return self._transport.is_reading()

    def pause_reading(self) -> None:
        """See `asyncio.ReadTransport.pause_reading`."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """See `asyncio.ReadTransport.resume_reading`; not after `go`."""
        if not self._gone:
            self._transport.resume_reading()


class Valves:
    """The valves of all open connections, by their peer's address."""

    def __init__(self) -> None:
        self._open: weakref.WeakValueDictionary[Peer, Valve] = weakref.WeakValueDictionary()

    def add(self, transport: asyncio.Transport) -> Valve:
        """Put a valve before a new connection."""
        valve = Valve(transport)
        peer = transport.get_extra_info("peername")
        if peer is not None:
            self._open[peer[0], peer[1]] = valve
        return valve

    def find(self, client: Any) -> Valve | None:
        """The valve of a peer, as an ASGI scope names it."""
        return None if client is None else self._open.get((client[0], client[1]))

    def cut(self) -> None:
        """Reset every connection."""
        for valve in list(self._open.values()):
            if not valve.spared:
                valve.reset()

    def cut_silent(self) -> None:
        """Reset the connections on which nothing will ever be said again."""
        for valve in list(self._open.values()):
            if valve.muted or valve.held:
                valve.reset()

    @contextmanager
    def sparing(self, client: Any) -> Iterator[None]:
        """Keep one peer's connection from being cut for the length of a block."""
        valve = self.find(client)
        if valve is None:
            yield
            return
        valve.spared = True
        try:
            yield
        finally:
            valve.spared = False

    def protocol(self) -> type[H11Protocol]:
        """The server's HTTP protocol, with a valve before every connection (WebSockets inherit it at the upgrade)."""
        add = self.add

        class Valved(H11Protocol):
            """H11Protocol behind a valve."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                """See `asyncio.BaseProtocol.connection_made`."""
                super().connection_made(add(transport))

        return Valved
