"""Binance trading over a venue that says what a test tells it to, and what it was asked."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from connectors.venues.binance.constants import DEFAULT_LIMITS
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.trading import BinanceTrading
from connectors.wire.limiter import Limiter
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.scripted import Cut, Reply, Scripted, scripted_http

_TLS = client_context()
"""Reading the certificates takes longer than a test."""


class OrderDesk:
    """Trading, and the scripted venue behind it.

    Attributes:
        sent: One entry for each time the first byte was about to leave.
        stale: One entry for each refusal by a filter.
    """

    def __init__(self, server: Scripted) -> None:
        clock = LoopClock()
        skew = Skew()
        self._server = server
        self.limiter = Limiter("binance", clock, lambda: skew.venue_ns(clock.time_ns()))
        self.limiter.configure(DEFAULT_LIMITS)
        keyed = Binding(server.origin, {"X-MBX-APIKEY": "SIMkey"})
        self.rest = RestClient("binance", {Role.PUBLIC: Binding(server.origin), Role.KEYED: keyed}, clock, _TLS)
        gate = Gate(self.rest, HmacSigner("SIMkey", b"secret"), clock, random.Random(3), self.limiter, skew)
        self.sent: list[int] = []
        self.stale: list[int] = []
        self.trading = BinanceTrading(gate, lambda: self.stale.append(1))

    def sending(self) -> None:
        """A byte is about to leave."""
        self.sent.append(1)

    def asked(self) -> list[tuple[str, str, dict[str, str]]]:
        """Method, path and parameters of every request but those for the time."""
        found = []
        for request in self._server.requests:
            head, body = request.decode().split("\r\n\r\n", 1)
            method, target, _ = head.split("\r\n", 1)[0].split(" ")
            path, _, query = target.partition("?")
            if path != "/api/v3/time":
                found.append((method, path, dict(parse_qsl(body or query))))
        return found


@asynccontextmanager
async def order_desk(script: Callable[[bytes], Reply | Cut]) -> AsyncIterator[OrderDesk]:
    """Trading over a scripted venue."""
    async with scripted_http(script) as server:
        desk = OrderDesk(server)
        yield desk
        await desk.limiter.close()
        await desk.rest.close()
