"""The WebSocket protocol as the server speaks it: pings and pongs of a client count as messages (§3.2).

And what is said in one turn of the loop leaves in one piece: a call to the system for each of some thousand messages a
second takes more time than making them up.
"""

from __future__ import annotations

from typing import Any, cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_STREAMS = ("/ws/", "/stream")


class CountedProtocol(WebSocketsSansIOProtocol):
    """Writes frames together, in the order they were sent; tells the application of a stream client's pings and pongs.

    Those come as messages with a ``control`` of ``ping`` or ``pong`` and no text. The WebSocket API counts weight
    instead, and hears of none.
    """

    _waiting = False

    def handle_ping(self) -> None:
        """Answer a ping, and tell of it."""
        super().handle_ping()
        self._tell("ping")

    def handle_pong(self, event: Any) -> None:
        """Take a pong, asked for or not, and tell of it."""
        super().handle_pong(event)
        self._tell("pong")

    async def send(self, message: Any) -> None:
        """Send a text with what else is said in this turn; anything else at once, behind what waits."""
        await self.writable.wait()
        text = message.get("text")
        plain = message["type"] == "websocket.send" and isinstance(text, str)
        if not plain or self.disconnected or self.close_sent or not self.handshake_complete:
            await super().send(message)
            return
        if self.conn.state.name != "OPEN":
            raise ClientDisconnected
        self.conn.send_text(str(text).encode())
        if not self._waiting:
            self._waiting = True
            self.loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._waiting = False
        waiting = self.conn.data_to_send()
        if waiting and not self.transport.is_closing():
            self.transport.write(b"".join(waiting))

    def _tell(self, kind: str) -> None:
        if self.handshake_complete and (self.scope["path"] + "/").startswith(_STREAMS):
            self.queue.put_nowait(cast("Any", {"type": "websocket.receive", "bytes": b"", "control": kind}))
