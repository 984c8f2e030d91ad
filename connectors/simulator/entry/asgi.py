"""The shapes an ASGI application is called with; a body read, an answer given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


async def read_body(receive: Receive, most: int) -> bytes:
    """The body of a request; of one that is too long the first ``most`` + 1 bytes, by which its reader knows."""
    data = bytearray()
    while True:
        message = await receive()
        data += message.get("body", b"")
        if len(data) > most or not message.get("more_body"):
            return bytes(data[: most + 1])


async def respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Give a whole answer; its length is added to the headers."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
