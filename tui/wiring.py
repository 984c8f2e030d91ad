"""Composition root: puts archive, worker, embedded exchange and link together.

Light on purpose: it is imported by every command, so the archive (sqlmodel) is imported in the worker's process alone
(`tui.cli.worker_process`), and the screen (textual) nowhere here.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from connectors.clock import SystemClock
from connectors.errors import Refused, TradedeskError, WorkerGone
from connectors.worker import api
from connectors.worker.link import LinkClient, connect_socket
from connectors.worker.lock import is_held
from storage.paths import Home
from storage.settings import load_settings
from tui.cli.started import Started, StartedWorker, exchange_err
from tui.exchange import EmbeddedExchange, attached
from tui.spawn import Held

_CLOCK = SystemClock()

_NANOS = 1_000_000_000
_FIRST_PAUSE_S = 0.01
_LONGEST_PAUSE_S = 0.03


async def connect_worker(
    home: Home, *, client: str = "desk", started: StartedWorker | None = None, archive_too: bool = True
) -> LinkClient:
    """Join the worker of this archive; where none listens, start one and wait until it does.

    Args:
        home: Where it listens; prepared here.
        client: Name for its log.
        started: One that was started a moment ago, for which it waits instead.
        archive_too: Whether one that is started here writes the archive.

    Returns:
        A link that was greeted and is ready for commands.

    Raises:
        ArchiveFailed: The worker could not open the archive; the sentence is its own.
        WorkerGone: It did not start in time, or speaks another protocol.
        FilesTooOpen: A folder or file of the desk is open to others.
        HomeUnusable: A folder cannot be made or used.
        SettingsRefused: A setting is unknown or out of its bounds.
    """
    home.prepare()
    timeout_s = load_settings(home.settings_file, os.environ).worker_start_timeout_s
    deadline_ns = _CLOCK.monotonic_ns() + round(timeout_s * _NANOS)
    pause_s = _FIRST_PAUSE_S
    while True:
        link = await _greeted(home, client)
        if link is not None:
            return link
        if (started is None or started.lost_to_another()) and not is_held(home.worker_lock):
            # Who holds the lock is coming up, or going: then it is free soon, and the next try is ours.
            started = StartedWorker(home, archive_too=archive_too)
        if _CLOCK.monotonic_ns() > deadline_ns:
            raise WorkerGone(
                f"The connector worker did not answer within {timeout_s:g} s. {home.worker_err} may say why;"
                " TRADEDESK_WORKER_START_TIMEOUT_S gives it longer."
            )
        await _CLOCK.sleep(pause_s)
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)


async def _greeted(home: Home, client: str) -> LinkClient | None:
    """A link that answered, or None where nobody listens or who listened is leaving."""
    try:
        link = await connect_socket(home.worker_socket)
    except WorkerGone:
        return None
    try:
        answer = await link.request(api.Hello(client))
    except WorkerGone:
        await link.close()
        return None
    except asyncio.CancelledError:
        await link.close()
        raise
    if isinstance(answer, api.Welcome):
        return link
    await link.close()
    sentence = answer.sentence if isinstance(answer, api.Failure) else "It answered a greeting with something else."
    raise WorkerGone(f"The connector worker does not serve this client: {sentence}")


class Backstage:
    """The processes behind one client: the worker it joins, and the embedded exchange while it is wanted.

    The desk's `tui.session.Backstage`; a command uses it in the same way.
    """

    def __init__(
        self,
        home: Home,
        *,
        client: str = "desk",
        exchange: bool = True,
        tape: Path | None = None,
        seed: int | None = None,
        beside: bool = True,
        started: Started | None = None,
        archive_too: bool = True,
    ) -> None:
        """Start nothing yet.

        Args:
            home: The desk's folders.
            client: Name for the worker's log.
            exchange: Whether the embedded exchange is wanted.
            tape: A recording it shall replay; None: the seeded market.
            seed: Of the seeded market; None: the ledger's own.
            beside: Start the exchange beside a worker that has to be started, before `start_exchange` asks for it.
            started: What was started ahead.
            archive_too: Whether a worker that is started here writes the archive.
        """
        self._archive_too = archive_too
        self._home = home
        self._client = client
        self._wanted = exchange
        self._beside = exchange and beside
        self._ahead = started
        self._tape = tape
        self._seed = seed
        self._exchange: EmbeddedExchange | None = None
        self._early: asyncio.Task[EmbeddedExchange] | None = None

    async def connect(self) -> LinkClient:
        """Join the worker, starting one where none listens. Raises as `connect_worker` does."""
        self._home.prepare()
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.exchange is not None:
            self._early = asyncio.create_task(self._started(ahead.exchange), name="exchange-start")
        elif self._beside and self._exchange is None and self._early is None and not self._home.worker_socket.exists():
            # Both processes take half a second to come up: side by side, it is one half.
            self._early = asyncio.create_task(self._started(), name="exchange-start")
        worker = None if ahead is None else ahead.worker
        return await connect_worker(self._home, client=self._client, started=worker, archive_too=self._archive_too)

    async def start_exchange(self, link: LinkClient) -> None:
        """Start the embedded exchange and hand it to the worker; nothing to do where none is wanted or one is attached.

        Raises:
            Refused: The exchange did not start, or the worker has another one; the sentence says why.
            WorkerGone: The link died.
        """
        if not self._wanted:
            return
        if self._exchange is not None and self._exchange.alive:
            # The worker is a new one: the exchange outlived the old.
            await self._exchange.attach(link)
            return
        if self._early is None and await attached(link):
            self._refuse_tape()
            return
        try:
            self._exchange = await self._start_once()
        except Refused:
            # Another desk or command may have been quicker: then its exchange serves us too.
            if not await attached(link):
                raise
            self._refuse_tape()
            return
        try:
            await self._exchange.attach(link)
        except TradedeskError:
            await self._exchange.stop()
            raise

    async def exchange_gone(self) -> str:
        """Wait until the exchange started here has died; why, as a sentence. Never returns where there is none."""
        while self._exchange is None:
            await asyncio.Event().wait()
        return await self._exchange.gone()

    async def close(self) -> None:
        """End the exchange started here; the worker decides by itself when to go."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.exchange is not None:
            ahead.exchange.end()
        early, self._early = self._early, None
        if early is not None:
            early.cancel()
            await asyncio.wait({early})
            if not early.cancelled() and early.exception() is None:
                self._exchange = early.result()
        if self._exchange is not None:
            await self._exchange.stop()

    async def _start_once(self) -> EmbeddedExchange:
        early, self._early = self._early, None
        return await (early or self._started())

    def _refuse_tape(self) -> None:
        if self._tape is not None:
            raise Refused(
                "The embedded exchange already runs for another desk or command, so the tape was not started."
                " Close that one first.",
                operation="exchange.start",
            )

    async def _started(self, launched: Held | None = None) -> EmbeddedExchange:
        err = exchange_err(self._home)
        settings = load_settings(self._home.settings_file, os.environ)
        exchange = EmbeddedExchange(self._home.sim, err, timeout_s=settings.exchange_start_timeout_s)
        await exchange.start(tape=self._tape, seed=self._seed, launched=launched)
        return exchange
