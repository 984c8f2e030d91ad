"""One WebSocket that is kept up: connect, listen, notice silence, back off, connect again.

What is said on it is the business of a `Dialogue`: the subscriptions of a stream host (`connectors.wire.streams`), or
the login of a user stream. This is the only file that knows the websockets library.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Iterator

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from connectors.errors import Retry, TradedeskError
from connectors.ports.clock import Clock
from connectors.turns import Turns
from connectors.wire.backoff import delays
from connectors.wire.dialogue import USUAL, Dialogue, Patience, SocketHealth
from connectors.wire.loggers import silenced
from connectors.wire.origins import Origin

_SECOND = 1_000_000_000
_MAX_FRAME = 16 * 1024 * 1024
"""Snapshots of a whole book come in one frame."""
_QUEUE = 4096
"""Frames that may wait for the loop; beyond, the socket itself holds the venue back."""
_OPEN_S = 5
_CLOSE_S = 1
_TICK_S = 0.5
_FOREVER_NS = 1 << 62


class _Silent(Exception):
    """The socket said nothing for too long."""


class Socket:
    """A socket that is up whenever the venue lets it.

    Args:
        origin: Where to; its path is the endpoint's.
        dialogue: What is said on it.
        clock: Time.
        rng: Jitter of the back-off.
        tls: Context for wss.
        on_health: Told of every change of health, on the loop.
        patience: How long it may be quiet.
    """

    def __init__(
        self,
        origin: Origin,
        dialogue: Dialogue,
        clock: Clock,
        rng: random.Random,
        *,
        tls: ssl.SSLContext,
        on_health: Callable[[SocketHealth], None],
        patience: Patience = USUAL,
    ) -> None:
        self._origin = origin
        self._dialogue = dialogue
        self._clock = clock
        self._rng = rng
        self._tls = tls
        self._on_health = on_health
        self._patience = patience
        self._connection: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._waits: Iterator[float] = delays(rng)
        self._attempt = 0
        self._heard_ns = 0
        self._data_ns = 0
        self._data_s = patience.data_s
        self.health = SocketHealth(up=False)
        """How it does now."""

    def start(self) -> None:
        """Begin; called once more it does nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_up(), name=f"socket {self._origin.host}")
            self._task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Stop for good; may be called twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def hurry(self) -> None:
        """Try again now and begin the back-off anew: a probe found the venue alive."""
        self._waits, self._attempt = delays(self._rng), 0
        self._hurry.set()

    def replace(self) -> None:
        """Drop the connection and make another: what it delivers cannot be believed."""
        if self._connection is not None:
            self._connection.transport.abort()

    @property
    def started(self) -> bool:
        """Whether it is meant to be up."""
        return self._task is not None

    @property
    def quiet_ns(self) -> int:
        """Ns since any frame arrived, pongs included; liveness is judged by this."""
        return self._clock.monotonic_ns() - self._heard_ns if self.health.up else _FOREVER_NS

    async def send(self, text: str) -> None:
        """Send one text frame.

        Raises:
            Retry: The socket is not open.
        """
        if self._connection is None:
            raise Retry(f"The stream of {self._origin.host} is not open.")
        gone = False
        try:
            await self._connection.send(text)
        except (ConnectionClosed, OSError):
            gone = True
        if gone:
            raise Retry(f"The stream of {self._origin.host} was closed.")

    async def _keep_up(self) -> None:
        while True:
            reason = await self._live_once()
            wait_s = next(self._waits)
            self._attempt += 1
            self._tell(up=False, reason=reason, next_try_ns=self._clock.time_ns() + round(wait_s * _SECOND))
            await self._wait(wait_s)

    async def _live_once(self) -> str:
        """One life of the socket, from handshake to end; returns why it ended."""
        try:
            async with asyncio.timeout(_OPEN_S + _CLOSE_S):
                self._connection = await connect(
                    str(self._origin),
                    ssl=None if self._origin.plain else self._tls,
                    proxy=None,
                    compression=None,
                    open_timeout=_OPEN_S,
                    close_timeout=_CLOSE_S,
                    ping_interval=None,
                    max_size=_MAX_FRAME,
                    max_queue=_QUEUE,
                    logger=silenced("websockets.client"),
                )
        except (TimeoutError, OSError, InvalidHandshake, InvalidURI, EOFError):
            return f"{self._origin.host} does not accept a stream connection."
        try:
            return await self._listen(self._connection)
        finally:
            connection, self._connection = self._connection, None
            connection.transport.abort()

    async def _listen(self, connection: ClientConnection) -> str:
        self._heard_ns = self._data_ns = self._clock.monotonic_ns()
        reason = "The connection was closed here."
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(connection))
                group.create_task(self._watch(connection))
                group.create_task(self._open())
        except* (ConnectionClosed, OSError):
            reason = f"{self._origin.host} closed the stream."
        except* _Silent as silent:
            reason = str(silent.exceptions[0])
        except* TradedeskError as refused:
            reason = str(refused.exceptions[0])
        finally:
            self._dialogue.closed(reason)
        return reason

    async def _open(self) -> None:
        await self._dialogue.opened(self)
        self._attempt = 0
        self._waits = delays(self._rng)
        self._tell(up=True)
        await self._dialogue.converse(self)

    async def _read(self, connection: ClientConnection) -> None:
        frame, clock, turns = self._dialogue.frame, self._clock, Turns.here()
        while True:
            data = await connection.recv(decode=False)
            if self._dialogue.expects_data:
                # What speaks all the time is market data; the user's own events never wait for a turn.
                await turns.market()
            now_ns = clock.monotonic_ns()
            self._heard_ns = self._data_ns = now_ns
            self._data_s = self._patience.data_s
            frame(data, clock.time_ns())

    async def _watch(self, connection: ClientConnection) -> None:
        """Find silence. Pings are sent only when nothing came for a while: a busy socket needs none."""
        host, limits = self._origin.host, self._patience
        while True:
            await self._clock.sleep(_TICK_S)
            now_ns = self._clock.monotonic_ns()
            quiet_s = (now_ns - self._heard_ns) / _SECOND
            if quiet_s > limits.silence_s:
                raise _Silent(f"{host} said nothing for {round(quiet_s)} s.")
            if self._dialogue.expects_data and (now_ns - self._data_ns) / _SECOND > self._data_s:
                self._data_s = min(2 * self._data_s, 600)
                raise _Silent(f"{host} sent no data for {round((now_ns - self._data_ns) / _SECOND)} s.")
            if quiet_s >= limits.ping_after_s:
                asyncio.ensure_future(await connection.ping()).add_done_callback(self._ponged)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A fault of ours ends the task: shown as down, and handed to whoever supervises the loop."""
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            self._tell(up=False, reason=f"The stream of {self._origin.host} was stopped by a fault of the desk.")
            asyncio.get_running_loop().call_exception_handler({"message": "stream stopped", "exception": fault})

    def _ponged(self, pong: asyncio.Future[float]) -> None:
        if not pong.cancelled() and pong.exception() is None:
            self._heard_ns = self._clock.monotonic_ns()

    async def _wait(self, wait_s: float) -> None:
        """Wait, unless somebody is in a hurry."""
        self._hurry.clear()
        waits = {
            asyncio.ensure_future(self._clock.sleep(wait_s)),
            asyncio.ensure_future(self._hurry.wait()),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _tell(self, *, up: bool, reason: str = "", next_try_ns: int | None = None) -> None:
        self.health = SocketHealth(up=up, reason=reason, attempt=self._attempt, next_try_ns=next_try_ns)
        self._on_health(self.health)
