"""A request leaves in one piece: its head and its body are held until both are there, and handed over together.

httpcore hands over the head, then the body, and lets everything else run in between; the venue would have the order
with the second segment only. Held back until the answer is asked for, both go in one write, which is one segment or one
record of TLS, and nothing lies between the word that it leaves and its leaving (`connectors.wire.rest`).
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from connectors.turns import Turns


class CorkedBackend(httpcore.AsyncNetworkBackend):
    """Connects as httpcore does, to streams that hold back what is written until they are read."""

    def __init__(self) -> None:
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See `httpcore.AsyncNetworkBackend`."""
        return CorkedStream(await self._plain.connect_tcp(host, port, timeout, local_address, socket_options))


class CorkedStream(httpcore.AsyncNetworkStream):
    """Holds what is written until something is read.

    Args:
        plain: The stream below.
    """

    def __init__(self, plain: httpcore.AsyncNetworkStream) -> None:
        self._plain = plain
        self._held = b""
        self._patience_s: float | None = None

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Hold it."""
        self._held += buffer
        self._patience_s = timeout

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Let go what is held, then read.

        Raises:
            httpcore.WriteTimeout: What was held could not be handed over in time.
            httpcore.WriteError: The connection had broken before.
            httpcore.ReadError: The connection broke.
            httpcore.ReadTimeout: Nothing came in time.
        """
        if self._held:
            await self._let_go()
        return await self._plain.read(max_bytes, timeout)

    async def aclose(self) -> None:
        """Close it; what is held is dropped."""
        self._held = b""
        await self._plain.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """See `httpcore.AsyncNetworkStream`."""
        return CorkedStream(await self._plain.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """See `httpcore.AsyncNetworkStream`."""
        return self._plain.get_extra_info(info)

    async def _let_go(self) -> None:
        held, self._held = self._held, b""
        try:
            await self._plain.write(held, self._patience_s)
        finally:
            Turns.left()
