"""The embedded exchange: the simulator as a process of its own, which dies with whoever started it.

Its key is minted for the run and crosses to the worker in the link's one secret frame; it is in no command, argument,
environment variable or file.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import uuid6

from connectors.clock import SystemClock
from connectors.errors import Refused
from connectors.model.connection import Connection, Hosts, LinkState
from connectors.model.ids import AccountId, Mode, Product
from connectors.worker import api
from connectors.worker.link import LinkClient
from tui.embedded import LABEL, launch
from tui.spawn import Held

_T = TypeVar("_T")

_CLOCK = SystemClock()
_STOP_S = 3.0
"""How long the exchange may take to write its ledger before it is killed."""
_UP = frozenset({LinkState.CONNECTING, LinkState.LIVE, LinkState.SLOW})


@dataclass(frozen=True, slots=True)
class _Announced:
    """The simulator's one line."""

    hosts: Hosts
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    instance: str
    """Of its ledger: another one is another account, with orders, fills and positions of its own."""


class EmbeddedExchange:
    """One run of the simulator.

    Args:
        sim: Folder of its ledger; named ``sim``.
        err: Private file for its standard error.
        timeout_s: How long it may take to say where it listens.
    """

    def __init__(self, sim: Path, err: Path, *, timeout_s: float) -> None:
        self._sim = sim
        self._err = err
        self._timeout_s = timeout_s
        self._process: Held | None = None
        self._announced: _Announced | None = None

    @property
    def alive(self) -> bool:
        """Whether it was started and still runs."""
        return self._process is not None and not self._process.exit_code.done()

    async def start(self, *, tape: Path | None = None, seed: int | None = None, launched: Held | None = None) -> None:
        """Start it and wait for its one line.

        Args:
            tape: A recording to replay; None: the seeded market.
            seed: Of the seeded market; None: the ledger's own.
            launched: Its process, where that was launched ahead, with tape and seed.

        Raises:
            Refused: It ended at once or said nothing in time; the sentence is its own where it has one.
        """
        self._process = launched or launch(self._sim, self._err, tape, seed)
        try:
            self._announced = await asyncio.wait_for(self._first_line(self._process), self._timeout_s)
        except TimeoutError:
            await self.stop()
            raise Refused(
                f"The embedded exchange said nothing within {self._timeout_s:g} s and was stopped."
                f" {self._err} may say why; TRADEDESK_EXCHANGE_START_TIMEOUT_S gives it longer.",
                operation="exchange.start",
            ) from None
        except BaseException:
            await self.stop()
            raise

    async def attach(self, link: LinkClient) -> None:
        """Hand it to the worker.

        Raises:
            Refused: The worker has another one that is alive, or would not take this one.
            WorkerGone: The link died.
        """
        if self._announced is None:
            raise Refused("The embedded exchange has not started.", operation="exchange.attach")
        connection = Connection(
            account=AccountId(uuid6.uuid7()),
            venue="binance",
            label=LABEL,
            mode=Mode.SIM,
            products=(Product.SPOT,),
            hosts=self._announced.hosts,
            keyed=True,
            created_ns=_CLOCK.time_ns(),
            embedded=True,
            epoch_hint=self._announced.instance,
        )
        answer = await link.attach_embedded(connection, self._announced.api_key, self._announced.api_secret)
        if isinstance(answer, api.Failure):
            raise Refused(answer.sentence, operation="exchange.attach", code=answer.code, text=answer.text)

    async def gone(self) -> str:
        """Wait until it has ended; why, as a sentence."""
        if self._process is None:
            return "The embedded exchange has not started."
        code = await _outcome(self._process.exit_code)
        own = _last_sentence(self._process)
        if own:
            return own
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"The exchange ended {how}. Orders kept. r starts it."

    async def stop(self) -> None:
        """Let it write its ledger and end; kill it when it does not. May be called twice."""
        process = self._process
        if process is None or process.exit_code.done():
            return
        process.end()
        try:
            await asyncio.wait_for(_outcome(process.exit_code), _STOP_S)
        except TimeoutError:
            process.kill()
            await _outcome(process.exit_code)

    async def _first_line(self, process: Held) -> _Announced:
        announced = _read_line(await _outcome(process.first_line))
        if announced is None:
            await _outcome(process.exit_code)
            raise Refused(
                _last_sentence(process) or f"The embedded exchange did not start. {self._err} says why.",
                operation="exchange.start",
            )
        return announced


async def _outcome(of: Future[_T]) -> _T:
    """What the listening thread will say; who stops waiting takes nothing from others."""
    loop, said = asyncio.get_running_loop(), asyncio.Event()

    def tell(_of: Future[_T]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(said.set)

    of.add_done_callback(tell)
    await said.wait()
    return of.result()


def _last_sentence(process: Held) -> str:
    """The last line of its standard error, if that is a sentence and not a traceback."""
    said = process.complaint()
    return "" if "Traceback" in said else said.rpartition("\n")[2]


def _read_line(line: bytes) -> _Announced | None:
    """The simulator's line; None for anything else."""
    try:
        said = json.loads(line)
        hosts = Hosts((said["rest"],), said["stream"], said["ws_api"])
        return _Announced(hosts, said["api_key"], said["api_secret"], said["instance"])
    except (ValueError, KeyError, TypeError):
        return None


async def attached(link: LinkClient) -> bool:
    """Whether the worker has an embedded exchange that answers now.

    Its state alone would not do: a worker takes a moment to notice that an exchange has ended.

    Raises:
        WorkerGone: The link died.
    """
    listed = await link.request(api.ListConnections())
    if not isinstance(listed, api.ConnectionList):
        return False
    embedded = {connection.account for connection in listed.connections if connection.embedded}
    for status in listed.statuses:
        if status.account in embedded and status.state in _UP:
            return isinstance(await link.request(api.GetBalances(status.account)), api.Balances)
    return False
