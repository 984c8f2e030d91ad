"""P1s to P3s on the real thing: desk, worker and embedded exchange as processes, the desk behind a pseudo-terminal.

Painted means bytes at the far end of the pty. The load is more exchanges with twenty instruments each, whose books,
trades and tickers the worker follows beside the desk's own. They say what a simulator said before (`bench.recording`):
making it up would take what is measured the processor, which an exchange in life does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from bench import passage, recording, rig
from bench.follower import UNFOCUSED_HZ
from bench.report import Figure, median_of, percentile
from bench.rig import Running
from bench.screen import Screen
from connectors.model.order import Order
from connectors.model.trade import Trade
from connectors.worker import api

MS = 1_000_000
STARTS = 5
KEYS = 100
ORDERS = 320
ORDERS_WITHOUT_A_DISK = 150
LISTEN_S = 20
EXCHANGES = 3
DOWN, UP, END = b"\x1b[B", b"\x1b[A", b"\x1b[F"
_OUTSIDE = b"off screen"
_MEMORY = Path("/dev/shm")  # noqa: S108  # a file system in memory is what is wanted; systems without one skip it
_NOTHING_ON_IT = "a key, two processes, one fsync of 4 KiB, one request: the floor of the machine (`bench.passage`)"
_CURSOR = re.compile(rb"\[([\d,]+\.\d\d)\]")


def _start_times() -> tuple[list[float], list[float], list[float]]:
    """Seconds to the first paint, to the whole frame and to a live book, of several starts on fresh homes."""
    first, whole, live = [], [], []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory(prefix="td") as folder:
            home = Path(folder) / "home"
            screen = rig.open_desk(home)
            painted = screen.when(lambda piece: b"SIM" in piece, 0, 20)
            framed = screen.when(lambda piece: b"LADDER" in piece, 0, 20)
            reached = screen.when(lambda piece: "LIVE ✓".encode() in piece, 0, 30)
            screen.close()
            rig.wait_for_silence(home)
        if painted is None or framed is None or reached is None:
            raise AssertionError("the desk never painted a live book")
        first.append((painted - screen.began_ns) / 1e9)
        whole.append((framed - screen.began_ns) / 1e9)
        live.append((reached - screen.began_ns) / 1e9)
    return first, whole, live


async def _tick_to_painted(run: Running) -> list[float]:
    """From a trade's arrival at a client of the worker to its row on the tape (known by its time), in ms."""
    await run.link.request(api.Watch(7, run.account, "BTCUSDT", api.PaneKind.TRADES))
    await asyncio.sleep(LISTEN_S)
    await run.link.request(api.Unwatch(7))
    spans = []
    seen: set[bytes] = set()
    arrivals = [*run.screen.arrivals()]
    for moment, push in run.pushes:
        if not isinstance(push, api.WatchPushed) or not isinstance(push.item, Trade):
            continue
        hundredths = push.item.time_ns // 10_000_000 % 6_000
        text = f" {hundredths // 100:02}.{hundredths % 100:02} ".encode()
        if text in seen:
            continue
        seen.add(text)
        painted = next((at for at, piece in arrivals if at >= moment - 50 * MS and text in piece), None)
        if painted is not None and painted - moment < 1_000 * MS:
            spans.append(max(0, painted - moment) / MS)
    return spans


async def _key_to_painted(run: Running) -> list[float]:
    """From an arrow key to the cursor at another price on the screen, in ms.

    Left out: a key in whose moment the market took the window and left the cursor outside. It has nothing to show.
    """
    spans = []
    screen = run.screen
    shown = b""
    for number in range(KEYS):
        since = len(screen.pieces)
        if number % 10 == 0:
            screen.press(END)
            await asyncio.sleep(0.4)
            shown, since = _cursor(screen, since, shown), len(screen.pieces)
        pressed = screen.press(DOWN if number % 10 < 5 else UP)
        painted = await asyncio.to_thread(screen.when, partial(_shows_another, shown), since, 1.0)
        if painted is not None:
            if not any(_OUTSIDE in piece for _, piece in screen.arrivals(since)):
                spans.append((painted - pressed) / MS)
            shown = _cursor(screen, since, shown)
        await asyncio.sleep(0.12)
    return spans


def _cursor(screen: Screen, since: int, before: bytes) -> bytes:
    """The price in the cursor as it was last painted, from piece number ``since`` on; ``before`` where it was not."""
    painted = [price for _, piece in screen.arrivals(since) for price in _CURSOR.findall(piece)]
    return painted[-1] if painted else before


def _shows_another(old: bytes, piece: bytes) -> bool:
    return any(price != old for price in _CURSOR.findall(piece))


async def _key_to_bytes(run: Running, disk: BinaryIO, orders: int) -> tuple[list[float], list[float], list[float]]:
    """From ``b`` on the ladder to the moment the request is handed to the socket, commit included, in ms.

    And the part of it that lies in the worker, from the command's arrival there; and beside each order, under the same
    load, what the disk takes to make 4 KiB safe: the floor of its commit.
    """
    spans, in_worker, floor = [], [], []
    for _ in range(orders):
        run.pushes.clear()
        # A question that the key before has left open takes the first.
        for key in (END, END, DOWN, DOWN, DOWN, DOWN):
            run.screen.press(key)
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.45)
        pressed = time.time_ns()
        run.screen.press(b"b")
        order = await _order_sent(run)
        if order is None or order.sent_ns is None:
            continue
        spans.append((order.sent_ns - pressed) / MS)
        in_worker.append((order.sent_ns - order.created_ns) / MS)
        await run.link.request(api.CancelOrder(order.order_id))
        await asyncio.sleep(0.1)
        floor.append(await asyncio.to_thread(_fsync, disk))
    return spans, in_worker, floor


async def _order_sent(run: Running) -> Order | None:
    """The record of the order just placed, once it was sent; None where the desk refused."""
    for _ in range(60):
        for _, push in reversed(run.pushes):
            event = push.event if isinstance(push, api.Numbered) else None
            if isinstance(event, api.OrderChanged) and event.order.sent_ns is not None:
                return event.order
        await asyncio.sleep(0.01)
    return None


def _fsync(disk: BinaryIO) -> float:
    """What this disk takes now to make 4 KiB safe, in ms."""
    disk.write(b"x" * 4096)
    begin = time.perf_counter_ns()
    os.fsync(disk.fileno())
    return (time.perf_counter_ns() - begin) / MS


@contextlib.asynccontextmanager
async def _loaded(home: Path) -> AsyncIterator[tuple[Running, contextlib.ExitStack]]:
    """A desk on a home of its own; what is entered into the stack ends with it."""
    # Only the very first start makes the archive, and keeps the tool that did in memory.
    async with rig.running(home):
        pass
    async with rig.running(home) as run:
        with contextlib.ExitStack() as stack:
            yield run, stack


async def _load(home: Path, said: Path, stack: contextlib.ExitStack) -> float:
    """Put the load on, which says what was recorded; messages a second."""
    rate = 0.0
    for number in range(EXCHANGES):
        line = stack.enter_context(rig.replayed_exchange(said))
        stack.enter_context(rig.load(home, f"load{number}", line))
        rate += await rig.messages_a_second(line)
    return rate


async def _without_a_disk(said: Path) -> list[Figure]:
    """The orders once more, with an archive that a commit makes safe at once: what is left is ours."""
    with tempfile.TemporaryDirectory(prefix="td", dir=_MEMORY) as folder:
        home = Path(folder) / "home"
        async with _loaded(home) as (run, stack):
            await _load(home, said, stack)
            disk = stack.enter_context((home.parent / "floor").open("wb"))
            sent, in_worker, _ = await _key_to_bytes(run, disk, ORDERS_WITHOUT_A_DISK)
    note = f"{len(sent)} orders"
    return [
        Figure("key to request bytes, archive in memory p50", percentile(sent, 50), "ms", note=note),
        Figure("key to request bytes, archive in memory p99", percentile(sent, 99), "ms", 10, note="the disk left out"),
        Figure("of it in the worker, archive in memory p99", percentile(in_worker, 99), "ms"),
    ]


async def _under_load(home: Path, said: Path) -> list[Figure]:
    async with _loaded(home) as (run, stack):
        quiet_desk, quiet_worker = await rig.processor_shares(run)
        rate = await _load(home, said, stack)
        desk, worker = await rig.processor_shares(run)
        ticks = await _tick_to_painted(run)
        keys = await _key_to_painted(run)
        disk = stack.enter_context((home.parent / "floor").open("wb", buffering=0))
        begun_ns, taken_ms = time.monotonic_ns(), rig.taken_ms()
        sent, in_worker, floor = await _key_to_bytes(run, disk, ORDERS)
        taken = (rig.taken_ms() - taken_ms) / (time.monotonic_ns() - begun_ns) * 1e9
        empty = await passage.walk(home.parent)
        memory = rig.resident_mb(run.screen.process.pid), rig.resident_mb(rig.worker_of(home))
    return [
        Figure("messages of the load", rate, "messages/s", 1000, at_most=False),
        Figure("desk, market screen open, no load", quiet_desk, "% of a core"),
        Figure("worker, no load", quiet_worker, "% of a core"),
        Figure("desk, under load", desk, "% of a core", 25),
        Figure("worker, under load", worker, "% of a core", 25),
        Figure("tick to painted p50", percentile(ticks, 50), "ms", note=f"{len(ticks)} trades"),
        Figure("tick to painted p99", percentile(ticks, 99), "ms", 100),
        Figure("key to painted p50", percentile(keys, 50), "ms", note=f"{len(keys)} keys"),
        Figure("key to painted p99", percentile(keys, 99), "ms", 50),
        Figure("key to request bytes with commit p50", percentile(sent, 50), "ms", note=f"{len(sent)} orders"),
        Figure("key to request bytes with commit p99", percentile(sent, 99), "ms", 10),
        Figure("of it in the worker p50", percentile(in_worker, 50), "ms"),
        Figure("of it in the worker p99", percentile(in_worker, 99), "ms"),
        Figure(
            "fsync of 4 KiB p50", percentile(floor, 50), "ms", note="one beside each order: the floor of its commit"
        ),
        Figure("fsync of 4 KiB p99", percentile(floor, 99), "ms"),
        Figure("processor taken by the machine's host", taken, "ms a second", note="of both cores, while these ran"),
        Figure("the same way with nothing on it p50", percentile(empty, 50), "ms", note=_NOTHING_ON_IT),
        Figure("the same way with nothing on it p99", percentile(empty, 99), "ms", note=f"{len(empty)} keys"),
        Figure("key to request bytes p99 ÷ the same way's", percentile(sent, 99) / percentile(empty, 99), "×"),
        Figure("key to request bytes p50 ÷ fsync p50", percentile(sent, 50) / percentile(floor, 50), "×"),
        Figure("key to request bytes p99 ÷ fsync p99", percentile(sent, 99) / percentile(floor, 99), "×"),
        Figure("resident memory, desk", memory[0], "MB", 100),
        Figure("resident memory, worker", memory[1], "MB", 100),
    ]


def measure() -> tuple[str, str, list[Figure]]:
    """Start the desk several times, then load it."""
    first, whole, live = _start_times()
    figures = [
        median_of("start to first paint", first, "s", limit=0.5, note="row 1 says what is being opened"),
        median_of("start to the whole frame", whole, "s"),
        median_of("start to live book", live, "s", limit=2.0),
    ]
    with tempfile.TemporaryDirectory(prefix="td") as folder:
        said = Path(folder) / "said.json"
        with rig.another_exchange(Path(folder) / "recorded") as line:
            recording.write(said, asyncio.run(recording.record(line)))
        figures += asyncio.run(_under_load(Path(folder) / "home", said))
        if _MEMORY.is_dir():
            figures += asyncio.run(_without_a_disk(said))
    paragraph = (
        f"A desk of {rig.COLUMNS}×{rig.ROWS} behind a pty, its worker and its exchange as processes;"
        f" {EXCHANGES * rig.SYMBOLS} more instruments followed by the same worker as load (P1s, P2s, P3s)."
        f" Those say, over real sockets, what a simulator said in {recording.RECORDED_S} s before, forth and"
        f" back, and are pushed at {UNFOCUSED_HZ} Hz each to a process that throws them away. Painted means bytes at"
        " the pty's far end; bench, embedded exchange and load share the cores with what is measured, the load at a"
        " lower priority."
    )
    return "Desk", paragraph, figures
