"""Processes started for a bench, the load on them, and what the operating system says of what they take."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import websockets

from bench.recording import STREAMS
from bench.screen import Screen
from bench.started import ROOT, module
from connectors.model.ids import AccountId
from connectors.worker import api
from connectors.worker.link import LinkClient, connect_socket
from storage.paths import Home

SYMBOLS = 20
COLUMNS, ROWS = 120, 40
COUNTED_S = 20
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_LEAST_NICE = "19"


@dataclass
class Running:
    """A desk on its screen and a link of our own to the same worker."""

    home: Path
    screen: Screen
    link: LinkClient
    picture: api.Picture
    pushes: list[tuple[int, object]] = field(default_factory=list)
    """Monotonic ns of arrival here, and the push."""

    @property
    def account(self) -> AccountId:
        """The embedded exchange's connection."""
        return next(each.account for each in self.picture.connections if each.label == "demo")


def open_desk(home: Path) -> Screen:
    """Start a desk on a home of its own."""
    return Screen.open([sys.executable, "-m", "tui", "desk"], COLUMNS, ROWS, {"TRADEDESK_HOME": str(home)}, ROOT)


def is_live(text: str) -> bool:
    """Whether the screen shows a book that can be traded on."""
    return "LIVE ✓" in text and re.search(r"\[[\d,]+\.\d\d\]", text) is not None


def wait_for_silence(home: Path) -> None:
    """Until the worker of this home has gone: the next start must find none."""
    deadline = time.monotonic() + 15
    while (home / "run" / "worker.sock").exists() and time.monotonic() < deadline:
        time.sleep(0.1)


@contextlib.asynccontextmanager
async def running(home: Path) -> AsyncIterator[Running]:
    """A desk that shows a live book, until the block ends."""
    screen = open_desk(home)
    try:
        await asyncio.to_thread(screen.until, is_live, 30)
        link = await connect_socket(Home.below(home).worker_socket)
        await link.request(api.Hello("bench"))
        picture = await link.request(api.Attach())
        if not isinstance(picture, api.Picture):
            raise AssertionError(f"the worker answered {picture}")
        run = Running(home, screen, link, picture)
        link.on_event = lambda push: run.pushes.append((time.monotonic_ns(), push))
        yield run
        await link.close()
    finally:
        screen.close()
        await asyncio.to_thread(wait_for_silence, home)


@contextlib.contextmanager
def another_exchange(folder: Path) -> Iterator[dict[str, str]]:
    """A simulator of its own with many instruments; yields the line it prints."""
    words = ("connectors.simulator", "--with-parent", "--symbols", str(SYMBOLS))
    with _another_machine(*words, more={"TRADEDESK_HOME": str(folder)}) as line:
        yield json.loads(line)


@contextlib.contextmanager
def replayed_exchange(said: Path) -> Iterator[dict[str, str]]:
    """A venue that says again what a simulator said (`bench.replayed`); yields the line it prints."""
    with _another_machine("bench.replayed", str(said)) as line:
        yield json.loads(line)


@contextlib.contextmanager
def load(home: Path, label: str, line: dict[str, str]) -> Iterator[None]:
    """Let the worker of a home follow books, trades and tickers of every instrument of another exchange.

    Nobody looks at them: they are pushed to a process that throws them away (`bench.follower`).
    """
    words = [str(Home.below(home).worker_socket), label, line["rest"], line["stream"], line["ws_api"]]
    with _another_machine("bench.follower", *words) as said:
        if said != b"following\n":
            raise AssertionError(f"the load {label} could not be put on")
        yield


@contextlib.contextmanager
def _another_machine(*words: str, more: dict[str, str] | None = None) -> Iterator[bytes]:
    """A module that would run on another machine in life; yields the first line it prints.

    It gets what is measured leaves of the processor. Linux may share the processor among sessions first and among
    their processes then, so both the process and its session ask for least.
    """
    with module(*words, more=more or {}) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if sys.platform == "linux":
            os.sched_setscheduler(process.pid, os.SCHED_IDLE, os.sched_param(0))
            with contextlib.suppress(FileNotFoundError):  # a kernel that does not group by session
                Path(f"/proc/{process.pid}/autogroup").write_text(_LEAST_NICE, encoding="ascii")
        yield line


async def messages_a_second(line: dict[str, str]) -> float:
    """What another exchange sends, counted on a socket of our own that follows the same streams."""
    async with httpx.AsyncClient(trust_env=False) as client:
        symbols = (await client.get(f"{line['rest']}/api/v3/exchangeInfo")).json()["symbols"]
    names = [f"{each['symbol'].lower()}@{stream}" for each in symbols for stream in STREAMS]
    async with websockets.connect(f"{line['stream']}/stream", proxy=None, max_size=None) as socket:
        await socket.send(json.dumps({"method": "SUBSCRIBE", "params": names, "id": 1}))
        count, begin = 0, time.monotonic()
        while time.monotonic() - begin < 5:
            await socket.recv()
            count += 1
        return count / (time.monotonic() - begin)


async def processor_shares(run: Running) -> tuple[float, float]:
    """Shares of a core that desk and worker take, in per cent."""
    processes = (run.screen.process.pid, worker_of(run.home))
    before = [_processor_seconds(each) for each in processes]
    await asyncio.sleep(COUNTED_S)
    desk, worker = (
        100 * (_processor_seconds(each) - spent) / COUNTED_S for each, spent in zip(processes, before, strict=True)
    )
    return desk, worker


def taken_ms() -> float:
    """Milliseconds in which this machine wanted to run and its host ran others, of all cores since it began.

    Linux: `proc(5)`, "steal". Nought elsewhere, and on a machine of its own.
    """
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    return int(fields[8]) / _TICKS_A_SECOND * 1000


def resident_mb(process: int) -> float:
    """Resident memory of a process in MB."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6


def worker_of(home: Path) -> int:
    """Process id of the worker of a home."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it ended while we looked
            command = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes().split(b"\0")
            if b"worker" in command and f"TRADEDESK_HOME={home}".encode() in environment:
                return int(folder.name)
    raise AssertionError("there is no worker process")


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
