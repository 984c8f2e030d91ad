"""The recorded Binance feed beside the checkout, split into what a test reads (see its README)."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from support.shared import shared_path


class BookTicker(msgspec.Struct):
    """The touch at one update id, said by another stream than the book's."""

    u: int
    b: str
    B: str
    a: str
    A: str


class _Line(msgspec.Struct):
    stream: str = ""
    data: msgspec.Raw = msgspec.Raw()


@dataclass
class Tape:
    """The recording."""

    frames: list[bytes] = field(default_factory=list)
    """Every stream frame as it came, in order."""
    depth: list[bytes] = field(default_factory=list)
    """The frames of the book."""
    tickers: list[BookTicker] = field(default_factory=list)
    """The oracle, in order of arrival."""
    snapshot: bytes = b""
    """The answer to ``GET /depth``."""
    before_snapshot: int = 0
    """How many frames of the book came before the snapshot."""


@lru_cache
def tape() -> Tape:
    """Read the recording once a process; skips where it is absent."""
    recording = Tape()
    of_line = msgspec.json.Decoder(_Line)
    of_ticker = msgspec.json.Decoder(BookTicker)
    with gzip.open(shared_path("tapes", "binance-spot-btcusdt-2024-08-08.gz")) as lines:
        for raw in lines:
            frame = raw.split(b" ", 1)[1].strip()
            line = of_line.decode(frame)
            if not line.stream:
                recording.snapshot, recording.before_snapshot = frame, len(recording.depth)
                continue
            recording.frames.append(frame)
            if line.stream.endswith("@depth@100ms"):
                recording.depth.append(frame)
            elif line.stream.endswith("@bookTicker"):
                recording.tickers.append(of_ticker.decode(line.data))
    return recording
