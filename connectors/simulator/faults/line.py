"""One WebSocket connection as the gate holds it: what may still go out on it, when, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine
from typing import Any

import msgspec

from connectors.simulator.entry.asgi import Send
from connectors.simulator.faults.fault import Endpoint
from connectors.simulator.faults.means import Means
from connectors.simulator.faults.valve import Valve

_ENCODE = msgspec.json.Encoder().encode
_GOING_AWAY = 1001


class Line:
    """An open connection.

    Attributes:
        market: Whether it carries market streams (else it speaks the WebSocket API).
        subscribed: Whether account events come over it.
        ordered: Whether an order request came over it.
        silent: Nothing that the exchange says goes out.
        held: Depth events that wait for their successor, by symbol.
    """

    def __init__(self, means: Means, send: Send, valve: Valve | None, *, market: bool, combined: bool) -> None:
        self._means = means
        self.market = market
        self.subscribed = False
        self.ordered = False
        self.silent = False
        self.held: dict[str, str] = {}
        self._send = send
        self._valve = valve
        self._combined = combined
        self._late: deque[tuple[int, str]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def carries(self, endpoint: Endpoint) -> bool:
        """Whether it is one of an endpoint class's connections."""
        if self.market:
            return endpoint is Endpoint.MARKET_STREAM
        if endpoint is Endpoint.USER_STREAM:
            return self.subscribed
        return self.ordered if endpoint is Endpoint.WS_ORDER else endpoint is Endpoint.WS_REQUEST

    async def say(self, text: str) -> None:
        """Send a frame now; a connection that has ended takes none."""
        with contextlib.suppress(OSError):
            await self._send({"type": "websocket.send", "text": text})

    async def in_turn(self, text: str, delay_ms: int | None) -> None:
        """Send a frame after those that are late, and later still when it has a delay of its own."""
        if delay_ms is None and not self._late:
            await self.say(text)
            return
        due = self._means.now() + (delay_ms or 0)
        self._late.append((max(due, self._late[-1][0]) if self._late else due, text))
        if len(self._late) == 1:
            self.later(self._catch_up())

    def later(self, act: Coroutine[Any, Any, None]) -> None:
        """Let something happen beside the conversation, at most until the connection ends."""
        task = asyncio.create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def shut_down(self, now_ms: int, close_after_ms: int) -> None:
        """Announce the end as §3.2 spells it for this kind of connection, then end."""
        event: dict[str, object] = {"e": "serverShutdown", "E": now_ms}
        if not self.market:
            event = {"event": event}
        elif self._combined:
            event = {"stream": "!serverShutdown", "data": event}
        await self.say(_ENCODE(event).decode())
        await self._means.wait(close_after_ms)
        await self.close()

    async def close(self) -> None:
        """End by a close frame."""
        with contextlib.suppress(OSError, RuntimeError):
            await self._send({"type": "websocket.close", "code": _GOING_AWAY})

    def end(self) -> None:
        """End by FIN alone."""
        if self._valve is not None:
            self._valve.end()

    def reset(self) -> None:
        """End by RST."""
        if self._valve is not None:
            self._valve.reset()

    def go(self) -> None:
        """Be there for the client only."""
        if self._valve is not None:
            self._valve.go()

    def mute(self, muted: bool) -> None:
        """Let nothing out, pongs included, or let it out again."""
        if self._valve is not None:
            self._valve.muted = muted

    def stop(self) -> None:
        """The connection has ended."""
        for task in self._tasks:
            task.cancel()

    async def _catch_up(self) -> None:
        while self._late:
            due, text = self._late[0]
            await self._means.wait(max(0, due - self._means.now()))
            await self.say(text)
            self._late.popleft()
