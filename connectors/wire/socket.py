"""One WebSocket that is kept up: connect, listen, notice silence, back off, connect again.

Before the venue cuts it, another one takes over (`connectors.wire.succession`). What is said on it is the business of
a `Dialogue`: the subscriptions of a stream host (`connectors.wire.streams`), or the login of a user stream. This is
the only file that knows the websockets library.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
from collections.abc import Callable, Sequence

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from connectors.errors import Retry, TradedeskError
from connectors.ports.clock import Clock
from connectors.turns import Turns
from connectors.wire.dialogue import USUAL, Dialogue, Patience, SocketHealth
from connectors.wire.egress import proxy_for
from connectors.wire.hosts import Ring
from connectors.wire.loggers import silenced
from connectors.wire.origins import Origin
from connectors.wire.returning import Returning
from connectors.wire.silence import Silence
from connectors.wire.succession import Heir, Succession, Successor, either

_SECOND = 1_000_000_000
_MAX_FRAME = 16 * 1024 * 1024
"""Snapshots of a whole book come in one frame."""
_QUEUE = 4096
"""Frames that may wait for the loop; beyond, the socket itself holds the venue back."""
_OPEN_S, _CLOSE_S, _TICK_S = 5, 1, 0.5
_FOREVER_NS = 1 << 62
_BROKEN = 1006
"""The close code of a connection that ended without a word."""

_Next = Successor[ClientConnection] | None


class _Silent(Exception):
    """The socket said nothing for too long."""


class _Succeeded(Exception):
    """Another connection takes over."""


class _Straight(connect):
    """A handshake that is never sent elsewhere: what is said on a socket may be signed for its host alone (P4)."""

    def process_redirect(self, exc: Exception) -> Exception:
        """Follow none."""
        return exc


class Socket:
    """A socket that is up whenever the venue lets it.

    Args:
        origin: Where to; its path is the endpoint's. Several are places of one service, in order of preference.
        dialogue: What is said on it.
        clock: Time.
        rng: Jitter of the back-off.
        tls: Context for wss.
        on_health: Told of every change of health, on the loop.
        patience: How long it may be quiet.
        heirs: Makes what is said on a connection that takes over; None: it is cut and made anew, with a hole.
    """

    def __init__(
        self,
        origin: Origin | Sequence[Origin],
        dialogue: Dialogue,
        clock: Clock,
        rng: random.Random,
        *,
        tls: ssl.SSLContext,
        on_health: Callable[[SocketHealth], None],
        patience: Patience = USUAL,
        heirs: Callable[[], Heir] | None = None,
    ) -> None:
        self._places = Ring(origin)
        self._delivered = False  # whether everything the connection was sent before its end has arrived
        broken = (ConnectionClosed,)
        self._succession = Succession(heirs, self._connect, clock, rng, patience, broken) if heirs is not None else None
        self._dialogue = dialogue
        self._clock = clock
        self._tls = tls
        self._on_health = on_health
        self._connection: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._returning = Returning(clock, rng)
        self._silence = Silence(patience)
        self.health = SocketHealth(up=False)
        """How it does now."""

    def start(self) -> None:
        """Begin; called once more it does nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_up(), name=f"socket {self._places.origin.host}")
            self._task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Stop for good; may be called twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self._succession is not None:
            await self._succession.discard()

    def hurry(self) -> None:
        """Try again now and begin the back-off anew: a probe found the venue alive."""
        self._returning.fresh()
        self._hurry.set()

    def replace(self) -> None:
        """Drop the connection and make another: what it delivers cannot be believed."""
        if self._connection is not None:
            self._connection.transport.abort()

    def renew(self) -> None:
        """Let another connection take over while this one still delivers: the venue will cut it."""
        if self._succession is None:
            self.replace()
        else:
            self._succession.call()

    @property
    def started(self) -> bool:
        """Whether it is meant to be up."""
        return self._task is not None

    @property
    def quiet_ns(self) -> int:
        """Ns since any frame arrived, pongs included; liveness is judged by this."""
        return self._silence.quiet_ns(self._clock.monotonic_ns()) if self.health.up else _FOREVER_NS

    async def send(self, text: str) -> None:
        """Send one text frame.

        Raises:
            Retry: The socket is not open.
        """
        if self._connection is None:
            raise Retry(f"The stream of {self._places.origin.host} is not open.")
        gone = False
        try:
            await self._connection.send(text)
        except (ConnectionClosed, OSError):
            gone = True
        if gone:
            raise Retry(f"The stream of {self._places.origin.host} was closed.")

    async def _keep_up(self) -> None:
        successor: _Next = None
        while True:
            reason, successor = await self._live_once(successor)
            if successor is not None:
                continue
            wait_s = self._returning.wait_s(elsewhere=self._places.another)
            self._tell(up=False, reason=reason, next_try_ns=self._clock.time_ns() + round(wait_s * _SECOND))
            self._hurry.clear()
            await either(self._clock.sleep(wait_s), self._hurry.wait())

    async def _live_once(self, successor: _Next) -> tuple[str, _Next]:
        """One life of the socket, from handshake or succession to end; returns why it ended, and who takes over."""
        connection = self._connection = await self._connect() if successor is None else successor.wire
        if connection is None:
            return f"{self._places.fail()} does not accept a stream connection.", None
        reason, following = "The connection was closed here.", None
        try:
            reason = await self._listen(connection, successor)
            following = await self._succession.take(delivered=self._delivered) if self._succession else None
        finally:
            self._connection = None
            connection.transport.abort()
            if following is None:
                self._dialogue.closed(reason)
        return reason, following

    async def _connect(self) -> ClientConnection | None:
        """A handshake with the place in use, once the venue's door is open; None when it fails."""
        await self._clock.sleep(self._returning.held_s)
        try:
            async with asyncio.timeout(_OPEN_S + _CLOSE_S):
                return await _Straight(
                    str(self._places.origin),
                    ssl=None if self._places.origin.plain else self._tls,
                    proxy=proxy_for(self._places.origin),
                    compression=None,
                    open_timeout=_OPEN_S,
                    close_timeout=_CLOSE_S,
                    ping_interval=None,
                    max_size=_MAX_FRAME,
                    max_queue=_QUEUE,
                    logger=silenced("websockets.client"),
                )
        except InvalidStatus as refused:
            self._returning.hold(refused.response.status_code, refused.response.headers.get("Retry-After", ""))
        except (TimeoutError, OSError, InvalidHandshake, InvalidURI, EOFError):
            return None
        return None

    async def _listen(self, connection: ClientConnection, successor: _Next) -> str:
        self._silence.begin(self._clock.monotonic_ns())
        self._delivered = False
        reason = "The connection was closed here."
        if successor is not None:
            kept = await successor.release()
            successor.heir.inherit()
            for data, received_ns in kept:
                self._dialogue.frame(data, received_ns)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(connection))
                group.create_task(self._watch(connection))
                group.create_task(self._open(successor))
                group.create_task(self._hand_over(connection))
        except* (ConnectionClosed, OSError):
            reason = f"{self._places.origin.host} closed the stream."
            # A venue that says goodbye has sent what came before; a line that breaks may have lost it.
            self._delivered = connection.close_code not in {None, _BROKEN}
        except* _Silent as silent:
            reason = str(silent.exceptions[0])
            self._places.fail()
        except* _Succeeded:
            reason = "Another connection took over."
            self._delivered = True
        except* TradedeskError as refused:
            reason = str(refused.exceptions[0])
        if self._delivered:
            await self._drain(connection)
        return reason

    async def _hand_over(self, connection: ClientConnection) -> None:
        """End this life when another connection may take over and everything sent on this one has arrived."""
        if self._succession is None:
            return
        await self._succession.arrange()
        # Its pong comes behind everything sent before it; the watch ends this life first, if it stays away.
        await (await connection.ping())
        raise _Succeeded

    async def _drain(self, connection: ClientConnection) -> None:
        """Hand on what has arrived and was not read yet."""
        with contextlib.suppress(TimeoutError, ConnectionClosed, OSError):
            async with asyncio.timeout(0):
                while True:
                    self._dialogue.frame(await connection.recv(decode=False), self._clock.time_ns())

    async def _open(self, successor: _Next) -> None:
        if successor is None:
            await self._dialogue.opened(self)
            self._places.work()
            self._returning.fresh()
            self._tell(up=True)
        await self._dialogue.converse(self)

    async def _read(self, connection: ClientConnection) -> None:
        frame, clock, turns = self._dialogue.frame, self._clock, Turns.here()
        while True:
            data = await connection.recv(decode=False)
            if self._dialogue.expects_data:
                # What speaks all the time is market data; the user's own events never wait for a turn.
                await turns.market()
            self._silence.data(clock.monotonic_ns())
            frame(data, clock.time_ns())

    async def _watch(self, connection: ClientConnection) -> None:
        """Find silence, asking with pings when nothing came for a while."""
        while True:
            await self._clock.sleep(_TICK_S)
            now_ns = self._clock.monotonic_ns()
            host, expects = self._places.origin.host, self._dialogue.expects_data
            if told := self._silence.too_long(host, now_ns, expects_data=expects):
                raise _Silent(told)
            if self._silence.asks(now_ns):
                asyncio.ensure_future(await connection.ping()).add_done_callback(self._ponged)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A fault of ours ends the task: shown as down, and handed to whoever supervises the loop."""
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            self._tell(up=False, reason=f"The stream of {self._places.origin.host} was stopped by a fault of the desk.")
            asyncio.get_running_loop().call_exception_handler({"message": "stream stopped", "exception": fault})

    def _ponged(self, pong: asyncio.Future[float]) -> None:
        if not pong.cancelled() and pong.exception() is None:
            self._silence.pong(self._clock.monotonic_ns())

    def _tell(self, *, up: bool, reason: str = "", next_try_ns: int | None = None) -> None:
        held = self._returning
        self.health = SocketHealth(up, reason, held.attempt, next_try_ns, held.held_s, held.banned)
        self._on_health(self.health)
