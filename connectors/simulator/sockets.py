"""The WebSocket protocol as the server speaks it, where pings and pongs of a client count as messages (§3.2)."""

from __future__ import annotations

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_STREAMS = ("/ws/", "/stream")


class CountedProtocol(WebSocketsSansIOProtocol):
    """Tells the application of each ping and pong on a stream connection.

    They come as messages with a ``control`` of ``ping`` or ``pong`` and no text. The WebSocket API counts weight
    instead, and hears of none.
    """

    def handle_ping(self) -> None:
        """Answer a ping, and tell of it."""
        super().handle_ping()
        self._tell("ping")

    def handle_pong(self, event: Any) -> None:
        """Take a pong, asked for or not, and tell of it."""
        super().handle_pong(event)
        self._tell("pong")

    def _tell(self, kind: str) -> None:
        if self.handshake_complete and (self.scope["path"] + "/").startswith(_STREAMS):
            self.queue.put_nowait(cast("Any", {"type": "websocket.receive", "bytes": b"", "control": kind}))
