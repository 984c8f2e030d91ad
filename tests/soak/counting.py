"""A WebSocket client that does little more than count: it must cost less than what it measures."""

from __future__ import annotations

import base64
import json
import socket
import struct
from collections.abc import Iterator
from urllib.parse import urlsplit

_TEXT, _PING, _PONG = 1, 9, 10
_SHORT, _MEDIUM = 126, 127
_CHUNK = 1 << 18


class Counter:
    """One connection to `/stream`."""

    def __init__(self, origin: str) -> None:
        place = urlsplit(origin)
        assert place.hostname is not None
        assert place.port is not None
        self._socket = socket.create_connection((place.hostname, place.port), timeout=10)
        key = base64.b64encode(bytes(16)).decode()
        lines = [
            "GET /stream HTTP/1.1",
            f"Host: {place.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._rest = b""
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._socket.recv(_CHUNK)
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101"), head

    def subscribe(self, streams: list[str]) -> None:
        """Ask for streams in one frame."""
        self._send(_TEXT, json.dumps({"method": "SUBSCRIBE", "params": streams, "id": 1}).encode())

    def hear(self) -> Iterator[bytes]:
        """Texts, as they come."""
        while True:
            data = self._rest + self._socket.recv(_CHUNK)
            at = 0
            while (found := _frame(data, at)) is not None:
                kind, start, at = found
                if kind == _PING:
                    self._send(_PONG, data[start:at])
                elif kind == _TEXT:
                    yield data[start:at]
            self._rest = data[at:]

    def close(self) -> None:
        """Leave without a word."""
        self._socket.close()

    def _send(self, kind: int, data: bytes) -> None:
        """One frame, masked with zeros, which leaves it as it is."""
        size = len(data)
        if size < _SHORT:
            head = struct.pack("!BB", 0x80 | kind, 0x80 | size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", 0x80 | kind, 0x80 | _SHORT, size)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 0x80 | _MEDIUM, size)
        self._socket.sendall(head + bytes(4) + data)


def _frame(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Kind, start and end of the frame at a place; None when it has not come whole."""
    if len(data) - at < 2:
        return None
    kind, size, start = data[at] & 15, data[at + 1] & 127, at + 2
    if size >= _SHORT:
        wide, form = (2, "!H") if size == _SHORT else (8, "!Q")
        if len(data) - start < wide:
            return None
        (size,) = struct.unpack_from(form, data, start)
        start += wide
    return (kind, start, start + size) if len(data) - start >= size else None
