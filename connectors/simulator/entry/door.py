"""How connections come in, whatever they speak: from where, how many, how late, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qs

import msgspec

from connectors.simulator.clock import pause
from connectors.simulator.entry.access import AccessLog
from connectors.simulator.entry.asgi import Receive, Scope, Send
from connectors.simulator.exchange import Exchange
from connectors.simulator.protocol.errors import ApiError
from connectors.simulator.protocol.units import wants_micros

_DAY_S = 86_400
_ENCODE = msgspec.json.Encoder().encode


class Latency:
    """The time a message is on its way, drawn anew for each: half there, half back. None where none is wanted."""

    def __init__(self, span_ms: tuple[int, int] | None = None, seed: int = 0) -> None:
        self._span_ms = span_ms
        self._rng = Random(f"latency:{seed}")

    @property
    def wanted(self) -> bool:
        """Whether messages are late at all."""
        return self._span_ms is not None

    def draw(self) -> float:
        """Seconds for one way."""
        if self._span_ms is None:
            return 0
        return self._rng.uniform(*self._span_ms) / 2000

    async def travel(self) -> None:
        """Let one way pass."""
        delay_s = self.draw()
        if delay_s:
            await pause(delay_s)


@dataclass
class Door:
    """What all that comes in has to pass.

    Attributes:
        latency: How long messages are on their way.
        log: Where they are written down.
        life_s: How long a WebSocket lives (§3.2: 24 h).
    """

    latency: Latency = field(default_factory=Latency)
    log: AccessLog = field(default_factory=AccessLog)
    life_s: float = _DAY_S

    async def enter(self, exchange: Exchange, kind: str, weight: int, visit: Visit) -> bool | None:
        """Let a WebSocket in, or answer its handshake with a refusal.

        Returns:
            Whether its times are to be in µs; None when it was refused.
        """
        await visit.receive()
        try:
            micro = wants_micros(visit.words.get("timeUnit"))
            exchange.rate.address(visit.address).connect(kind, weight, exchange.clock.now_ms())
        except ApiError as refused:
            number = self.log.asked(kind, visit.conn, method="connect", path=visit.path, query=visit.query)
            retry = refused.retry_after_s
            self.log.answered(number, kind, visit.conn, status=refused.status, code=refused.code, retry=retry)
            await self.refuse(refused, visit.send)
            return None
        await visit.send({"type": "websocket.accept"})
        self.log.opened(kind, visit.conn, visit.path, visit.query)
        return micro

    @staticmethod
    async def refuse(refused: ApiError, send: Send) -> None:
        """Answer a handshake with an error instead of a connection."""
        body = _ENCODE({"code": refused.code, "msg": refused.text})
        headers = [(b"content-type", b"application/json;charset=UTF-8")]
        if refused.retry_after_s is not None:
            headers.append((b"retry-after", str(refused.retry_after_s).encode()))
        await send({"type": "websocket.http.response.start", "status": refused.status, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": body})


class Visit:
    """Who comes, and what for."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.receive = receive
        self.send = send
        self.address, self.conn = who(scope)
        self.path = str(scope["path"])
        self.query = scope["query_string"].decode("latin-1")
        self.words: dict[str, str] = {name: found[0] for name, found in parse_qs(self.query).items()}


def who(scope: Scope) -> tuple[str, str]:
    """A client's address, and its connection: the address with the port."""
    client: Any = scope.get("client")
    if not client:
        return "127.0.0.1", "127.0.0.1:0"
    return str(client[0]), f"{client[0]}:{client[1]}"
