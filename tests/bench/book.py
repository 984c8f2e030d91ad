"""P3s: the book on the recorded feed, beside a floor and a peer, in one run.

Floor: msgspec decodes each message into strings and two dictionaries are updated; no sequence check, no order. Ours:
decode, sequence check, apply, the touch read after every message, 20 levels a side read 20 times a second.
The peer does the same work in an environment of its own that is thrown away.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import msgspec

from bench.report import Figure, median_of
from connectors.sync.book import BookMachine
from connectors.sync.gap import Spans
from connectors.venues.binance.frames import DepthEvent, StreamFrame
from connectors.venues.binance.schemas import DepthSnapshot
from support.tape import tape

RUNS = 5
ROUNDS = 4
"""Times the feed is played in one run of the floor and of ours; the peer, being slower, plays it once."""
READ_EVERY_NS = 50_000_000
LEVELS = 20
PEER = "ccxt"


class _Levels(msgspec.Struct):
    U: int
    u: int
    b: list[tuple[str, str]]
    a: list[tuple[str, str]]


class _Frame(msgspec.Struct):
    data: _Levels


def _feed() -> tuple[bytes, list[bytes]]:
    """The snapshot and the messages after it."""
    recording = tape()
    begin = msgspec.json.decode(recording.snapshot, type=DepthSnapshot).last_update_id
    decode = msgspec.json.Decoder(_Frame).decode
    return recording.snapshot, [frame for frame in recording.depth if decode(frame).data.u > begin]


def _floor(snapshot: bytes, feed: list[bytes]) -> float:
    shot = msgspec.json.decode(snapshot, type=DepthSnapshot)
    bids, asks = dict(shot.bids), dict(shot.asks)
    decode = msgspec.json.Decoder(_Frame).decode
    begin = time.perf_counter()
    for frame in feed:
        data = decode(frame).data
        bids.update(data.b)
        asks.update(data.a)
    return time.perf_counter() - begin


def _ours(snapshot: bytes, feed: list[bytes]) -> float:
    shot = msgspec.json.decode(snapshot, type=DepthSnapshot)
    book = BookMachine(Spans())
    book.snapshot(shot.last_update_id, shot.bids, shot.asks)
    decode = msgspec.json.Decoder(StreamFrame).decode
    begin = time.perf_counter()
    due = time.perf_counter_ns()
    for frame in feed:
        event = decode(frame).data
        if isinstance(event, DepthEvent):
            book.delta(event.U, event.u, event.b, event.a)
        book.bids.best()
        book.asks.best()
        if time.perf_counter_ns() >= due:
            due += READ_EVERY_NS
            book.bids.top(LEVELS)
            book.asks.top(LEVELS)
    seconds = time.perf_counter() - begin
    if book.update_id != 50093421584:
        raise AssertionError("the book did not reach the end of the recording")
    return seconds


def _paired(snapshot: bytes, feed: list[bytes]) -> tuple[list[float], list[float]]:
    """Messages a second of floor and ours, run by run and in turn: a machine that slows down slows both."""
    floor: list[float] = []
    ours: list[float] = []
    for run in range(RUNS + 1):
        for play, rates in ((_floor, floor), (_ours, ours)):
            rate = ROUNDS * len(feed) / sum(play(snapshot, feed) for _ in range(ROUNDS))
            if run:  # the first run warms up
                rates.append(rate)
    return floor, ours


def _peer(snapshot: bytes, feed: list[bytes]) -> list[float]:
    """The peer's messages a second, run by run."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True, capture_output=True)
        lines = Path(folder) / "feed"
        lines.write_bytes(b"\n".join([snapshot, *feed]))
        done = subprocess.run(
            [python, str(Path(__file__).with_name("peer_ccxt.py")), str(lines), str(RUNS)],
            check=True,
            capture_output=True,
        )
    said = json.loads(done.stdout)
    if said["top"] != [[61685.99, 1.0087], [61686.0, 2.29327]]:
        raise AssertionError(f"the peer's book ended elsewhere: {said['top']}")
    return [said["messages"] / seconds for seconds in said["seconds"]]


def measure() -> tuple[str, str, list[Figure]]:
    """Play the recording through all three, in turn."""
    snapshot, feed = _feed()
    floor, ours = _paired(snapshot, feed)
    try:
        peer = _peer(snapshot, feed)
    except subprocess.CalledProcessError as problem:
        print(f"the peer could not be installed or run: {problem.stderr[-300:]!r}", file=sys.stderr)
        peer = []
    figures = [
        median_of("floor: decode and two dictionaries", floor, "messages/s"),
        median_of("ours", ours, "messages/s"),
        median_of("ours ÷ floor", [a / b for a, b in zip(ours, floor, strict=True)], "×", limit=0.4, at_most=False),
    ]
    if peer:
        figures += [
            median_of("peer: ccxt.pro", peer, "messages/s"),
            median_of("ours ÷ peer", [a / b for a, b in zip(ours, peer, strict=True)], "×", limit=1.5, at_most=False),
        ]
    paragraph = (
        f"The recorded BTCUSDT feed, {len(feed):,} depth messages, {RUNS} runs each; decode, sequence check, apply,"
        f" touch read after every message, {LEVELS} levels a side read at 20 Hz (P3s)."
    )
    return "Order book", paragraph, figures
