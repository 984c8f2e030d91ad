"""The embedded exchange: the simulator as a process of its own, which dies with whoever started it.

Its key is minted for the run and crosses to the worker in the link's one secret frame; it is in no command, argument,
environment variable or file.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import uuid6

from connectors.clock import SystemClock
from connectors.errors import Refused
from connectors.model.connection import Connection, Hosts, LinkState
from connectors.model.ids import AccountId, Mode, Product
from connectors.worker import api
from connectors.worker.link import LinkClient
from tui.spawn import child_environment, start_held

LABEL = "demo"
"""The embedded exchange's connection; the label is taken for good."""

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
        self._process: asyncio.subprocess.Process | None = None
        self._announced: _Announced | None = None
        self._drain: asyncio.Task[None] | None = None
        self._err_from = 0

    @property
    def alive(self) -> bool:
        """Whether it was started and still runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self, *, tape: Path | None = None, seed: int | None = None) -> None:
        """Start it and wait for its one line.

        Args:
            tape: A recording to replay; None: the seeded market.
            seed: Of the seeded market; None: the ledger's own.

        Raises:
            Refused: It ended at once or said nothing in time; the sentence is its own where it has one.
        """
        # The simulator keeps its ledger in the folder sim of TRADEDESK_HOME, wherever that is for the desk itself.
        environment = child_environment(os.environ, TRADEDESK_HOME=str(self._sim.parent))
        self._err_from = self._err.stat().st_size
        self._process = await start_held(_words(tape, seed), environment, self._err)
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
        self._drain = asyncio.create_task(self._read_away(self._process), name="exchange-output")

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
        code = await self._process.wait()
        own = self._last_sentence()
        if own:
            return own
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"The exchange ended {how}. Orders kept. r starts it."

    async def stop(self) -> None:
        """Let it write its ledger and end; kill it when it does not. May be called twice."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._drain is not None:
            await self._drain

    async def _first_line(self, process: asyncio.subprocess.Process) -> _Announced:
        line = await process.stdout.readline() if process.stdout is not None else b""
        announced = _read_line(line)
        if announced is None:
            await process.wait()
            raise Refused(
                self._last_sentence() or f"The embedded exchange did not start. {self._err} says why.",
                operation="exchange.start",
            )
        return announced

    async def _read_away(self, process: asyncio.subprocess.Process) -> None:
        """Read what it says later, so that it never waits for us."""
        while process.stdout is not None and await process.stdout.read(4096):
            pass

    def _last_sentence(self) -> str:
        """The last line of its standard error, if that is a sentence and not a traceback."""
        said = self._err.read_bytes()[self._err_from :].decode("utf-8", "replace").strip()
        return "" if "Traceback" in said else said.rpartition("\n")[2]


def _words(tape: Path | None, seed: int | None) -> list[str]:
    words = ["-m", "connectors.simulator", "--with-parent"]
    if tape is not None:
        words += ["--market", "tape", "--tape", str(tape.absolute())]
    if seed is not None:
        words += ["--seed", str(seed)]
    return words


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
