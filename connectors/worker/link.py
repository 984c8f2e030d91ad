"""The client's end of the link to the worker: requests with one reply each, pushes, and the one secret frame.

``connect_socket(path)`` reaches a worker process; ``LinkClient(wire)`` works over any `connectors.worker.wires.Wire`.
The first request must be `api.Hello`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

from connectors.errors import Malformed, WorkerGone
from connectors.model.connection import Connection
from connectors.worker import api
from connectors.worker.codec import Kind, Push, decode, encode
from connectors.worker.secrets import AttachEmbedded, RecoveryMade, SecretFrame, wipe
from connectors.worker.wires import SocketWire, Wire

PUSHES_HELD = 20_000
"""Pushes kept for a slow reader of `LinkClient.events`; above it the worker's lanes begin to count."""

_GONE = "The connector worker stopped. Orders at the venues are untouched."


class LinkClient:
    """One client of the worker. All methods belong to the loop it was made on.

    Attributes:
        on_event: Called on the loop for every push, in order; must not block or raise.
            While it is None, pushes wait for `events`.
    """

    def __init__(self, wire: Wire) -> None:
        self.on_event: Callable[[Push], None] | None = None
        self._wire = wire
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[api.Result]] = {}
        self._pushes: deque[Push] = deque()
        self._moved = asyncio.Event()
        self._drained = asyncio.Event()
        self._over = asyncio.Event()
        self._gone = WorkerGone(_GONE, operation="link")
        self._reader = asyncio.create_task(self._read(), name="link-client")

    @property
    def is_open(self) -> bool:
        """Whether the worker still answers."""
        return not self._over.is_set()

    async def closed(self) -> None:
        """Wait until the link is gone, whoever closed it."""
        await self._over.wait()

    async def request(self, command: api.Command) -> api.Result:
        """Send a command and wait for its reply; several may wait at once.

        Returns:
            The result the command's docstring names, or `api.Failure`.

        Raises:
            WorkerGone: The link died before the reply. What was asked may have happened.
        """
        return await self._ask(Kind.REQUEST, command)

    def begin(self, command: api.Command) -> asyncio.Future[api.Result]:
        """Send a command now: its bytes are on their way when this returns, whatever else the loop has to do.

        For orders: nothing the client does after a key, such as painting, stands before it.

        Returns:
            The reply to come, as `request` returns and raises it.
        """
        reply: asyncio.Future[api.Result] = asyncio.get_running_loop().create_future()
        if self._over.is_set():
            reply.set_exception(self._gone)
            return reply
        number = self._expect(reply)
        try:
            self._wire.post(encode(Kind.REQUEST, number, command))
        except WorkerGone as problem:
            self._waiting.pop(number)
            reply.set_exception(problem)
        return reply

    async def attach_embedded(self, connection: Connection, api_key: str, api_secret: str) -> api.Result:
        """Hand the worker the embedded exchange: its hosts and the key minted for this run.

        Args:
            connection: Mode SIM, ``embedded``; its account is replaced by the stored one of that label, if any.
            api_key: Public half.
            api_secret: Crosses in this one frame and stays in the worker.

        Returns:
            `api.Done`, or `api.Failure` such as when one is attached already and alive.

        Raises:
            WorkerGone: The link died.
        """
        secret = AttachEmbedded(replace(connection, embedded=True, keyed=True), api_key, api_secret.encode())
        return await self._ask(Kind.SECRET, secret)

    async def hand(self, frame: SecretFrame) -> api.Result | RecoveryMade:
        """Hand the worker what was typed; the frame's buffers are overwritten once it has left.

        Returns:
            The result the frame's docstring names, or `api.Failure`.

        Raises:
            WorkerGone: The link died before the reply. What was asked may have happened.
        """
        return cast("api.Result | RecoveryMade", await self._ask(Kind.SECRET, frame))

    async def events(self) -> AsyncIterator[Push]:
        """Every push in order, until the link is gone. A `api.Picture` among them replaces what was known.

        For one reader, and only while ``on_event`` is None.
        """
        while True:
            while self._pushes:
                push = self._pushes.popleft()
                self._drained.set()
                yield push
            if self._over.is_set():
                return
            self._moved.clear()
            await self._moved.wait()

    async def close(self) -> None:
        """Leave; the worker forgets this client's panes and watches. May be called twice."""
        self._reader.cancel()
        await self._wire.close()
        self._end()

    async def _ask(self, kind: Kind, value: object) -> api.Result:
        if self._over.is_set():
            raise self._gone
        reply: asyncio.Future[api.Result] = asyncio.get_running_loop().create_future()
        number = self._expect(reply)
        try:
            try:
                await self._wire.write(encode(kind, number, value))
            finally:
                if kind is Kind.SECRET:
                    wipe(cast("SecretFrame", value))
            return await reply
        finally:
            self._waiting.pop(number, None)

    def _expect(self, reply: asyncio.Future[api.Result]) -> int:
        number = next(self._numbers)
        self._waiting[number] = reply
        self._drained.set()
        return number

    async def _read(self) -> None:
        try:
            while (body := await self._wire.read()) is not None:
                await self._take(body)
                # A slot of the worker's panes is several frames, which are all here: a key need not wait for the last.
                await asyncio.sleep(0)
        except Malformed as problem:
            self._gone = WorkerGone(
                f"{problem.sentence} This client and the worker differ: restart both.", operation="link"
            )
        finally:
            self._end()

    async def _take(self, body: bytes) -> None:
        frame = decode(body)
        if frame.kind is Kind.REPLY:
            waiting = self._waiting.pop(frame.id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(cast("api.Result", frame.value))
            return
        push = cast("Push", frame.value)
        if self.on_event is not None:
            self._hand_over(self.on_event)
            self.on_event(push)
            return
        self._pushes.append(push)
        self._moved.set()
        # Never while a reply is awaited: the reader of events may be the one who waits for it.
        while len(self._pushes) >= PUSHES_HELD and not self._waiting:
            self._drained.clear()
            await self._drained.wait()

    def _hand_over(self, listener: Callable[[Push], None]) -> None:
        """Pushes that came before the listener was set go first."""
        while self._pushes:
            listener(self._pushes.popleft())

    def _end(self) -> None:
        self._over.set()
        self._moved.set()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(self._gone)
        self._waiting.clear()


async def connect_socket(path: Path) -> LinkClient:
    """Reach the worker that listens at ``path``.

    Raises:
        WorkerGone: Nobody listens there.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except OSError as problem:
        fault = problem.strerror or type(problem).__name__
    else:
        return LinkClient(SocketWire(reader, writer))
    raise WorkerGone(f"No connector worker answers at {path} ({fault}).", operation="link")
