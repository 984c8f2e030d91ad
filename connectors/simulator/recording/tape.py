"""A recording, read: one line a message, receive time in ns, a space, the JSON as it came; gzip or plain."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from pathlib import Path

import msgspec

from connectors.simulator.options import RefusedError
from connectors.simulator.specs import LISTED, SymbolSpec

_GZIP = b"\x1f\x8b"
_PLACES = 8
_POINT, _AFTER_POINT = -_PLACES - 1, -_PLACES
"""Where the decimal point stands in what the exchange writes; other spellings take the slow way."""

_EXACT = Context(prec=60, traps=[Inexact])

Level = tuple[int, int]
"""(price in ticks, size in lots)."""


@dataclass(frozen=True, slots=True)
class DepthLine:
    """A depth event: absolute levels, updates ``first`` to ``last``."""

    recv_ns: int
    first: int
    last: int
    bids: list[Level]
    asks: list[Level]


@dataclass(frozen=True, slots=True)
class TopLine:
    """A bookTicker."""

    recv_ns: int
    update_id: int
    bid: Level
    ask: Level


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A trade."""

    recv_ns: int
    trade_id: int
    price: int
    lots: int
    buyer_made: bool


Line = DepthLine | TopLine | TradeLine


@dataclass(frozen=True, slots=True)
class Tape:
    """A recording from its REST snapshot on, and before it what the snapshot does not contain yet."""

    spec: SymbolSpec
    recv_ns: int
    """When the snapshot was received."""
    snapshot_id: int
    bids: list[Level]
    asks: list[Level]
    lines: list[Line]

    @property
    def first_price(self) -> int:
        """Price of the first trade, in ticks; the middle of the snapshot when there is none."""
        for line in self.lines:
            if isinstance(line, TradeLine):
                return line.price
        return (self.bids[0][0] + self.asks[0][0]) // 2


class _Data(msgspec.Struct):
    """Fields of the three kinds of message: which are set tells the kind."""

    s: str
    u: int = 0
    U: int = 0
    t: int = 0
    b: str | list[tuple[str, str]] = ""
    a: str | list[tuple[str, str]] = ""
    B: str = ""
    A: str = ""
    p: str = ""
    q: str = ""
    m: bool = False


class _Message(msgspec.Struct):
    stream: str = ""
    data: _Data | None = None
    lastUpdateId: int = 0  # noqa: N815 - the wire's name
    bids: list[tuple[str, str]] = []
    asks: list[tuple[str, str]] = []


def load(path: Path) -> Tape:
    """Read a recording of one listed symbol.

    Raises:
        RefusedError: One sentence: it cannot be read, a line is not of the format, there is no snapshot or symbol.
    """
    reader = _Reader(path)
    for number, line in enumerate(_text(path).split(b"\n"), start=1):
        if line:
            reader.read(number, line)
    return reader.tape()


def _text(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except (OSError, EOFError, zlib.error) as broken:
        why = broken.strerror if isinstance(broken, OSError) and broken.strerror else "it is not a whole gzip file"
        raise RefusedError(f"The tape {path} cannot be read ({why}); name another with --tape.") from broken


class _Reader:
    """Collects lines into a tape."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._decode = msgspec.json.Decoder(_Message).decode
        self._spec: SymbolSpec | None = None
        self._grid: _Scale | None = None
        self._snapshot: tuple[int, _Message] | None = None
        self._lines: list[Line] = []

    def read(self, number: int, line: bytes) -> None:
        """One line of the file."""
        stamp, _, text = line.partition(b" ")
        try:
            recv_ns = int(stamp)
            message = self._decode(text)
        except (ValueError, msgspec.MsgspecError) as broken:
            raise self._refused(f"line {number} is not a time and a message") from broken
        if message.data is None:
            if not message.bids or not message.asks or self._snapshot is not None:
                raise self._refused(f"line {number} is not the one snapshot of a book")
            self._snapshot = (recv_ns, message)
            return
        grid = self._scale(message.data.s)
        try:
            self._lines.append(_line(recv_ns, message.stream, message.data, grid))
        except ValueError as broken:
            raise self._refused(f"line {number} of {message.stream} does not fit the symbol's steps") from broken

    def tape(self) -> Tape:
        """What was read."""
        if self._snapshot is None or self._spec is None or self._grid is None:
            raise self._refused("it holds no snapshot followed by stream messages")
        recv_ns, message = self._snapshot
        try:
            bids, asks = self._grid.levels(message.bids), self._grid.levels(message.asks)
        except ValueError as broken:
            raise self._refused("its snapshot does not fit the symbol's steps") from broken
        known = message.lastUpdateId
        lines = [line for line in self._lines if line.recv_ns >= recv_ns or not _known(line, known)]
        return Tape(self._spec, recv_ns, known, bids, asks, lines)

    def _scale(self, symbol: str) -> _Scale:
        if self._grid is None or self._spec is None:
            listed = next((spec for spec in LISTED if spec.symbol == symbol), None)
            if listed is None:
                raise self._refused(f"{symbol} is not listed here")
            self._spec = listed.fine()
            self._grid = _Scale(self._spec)
        elif self._spec.symbol != symbol:
            raise self._refused(f"it holds {self._spec.symbol} and {symbol}, and one symbol can be replayed")
        return self._grid

    def _refused(self, why: str) -> RefusedError:
        return RefusedError(f"The tape {self._path} cannot be replayed: {why}; name another with --tape.")


def _known(line: Line, snapshot_id: int) -> bool:
    """Whether a snapshot that was received later already contains a line.

    A snapshot may be older than events received before it: those are told first, or there would be a gap.
    """
    if isinstance(line, DepthLine):
        return line.last <= snapshot_id
    return isinstance(line, TopLine) and line.update_id <= snapshot_id


class _Scale:
    """From the wire's texts to ticks and lots."""

    def __init__(self, spec: SymbolSpec) -> None:
        self._tick = int(spec.tick.scaleb(_PLACES))
        self._lot = int(spec.lot.scaleb(_PLACES))

    def level(self, price: str, size: str) -> Level:
        """(ticks, lots); ValueError off the grid."""
        return _units(price, self._tick), _units(size, self._lot)

    def levels(self, rows: list[tuple[str, str]]) -> list[Level]:
        """All of a side."""
        tick, lot = self._tick, self._lot
        return [(_units(price, tick), _units(size, lot)) for price, size in rows]


def _units(text: str, step: int) -> int:
    """A wire text in whole steps; ValueError when it is none."""
    if text[_POINT:_AFTER_POINT] == ".":
        number = int(text[:_POINT] + text[_AFTER_POINT:])
    else:
        try:
            number = int(Decimal(text).scaleb(_PLACES).to_integral_exact(context=_EXACT))
        except ArithmeticError as wrong:
            raise ValueError(text) from wrong
    count, rest = divmod(number, step)
    if rest:
        raise ValueError(text)
    return count


def _line(recv_ns: int, stream: str, data: _Data, grid: _Scale) -> Line:
    kind = stream.partition("@")[2]
    if kind.startswith("depth") and isinstance(data.b, list) and isinstance(data.a, list):
        return DepthLine(recv_ns, data.U, data.u, grid.levels(data.b), grid.levels(data.a))
    if kind == "bookTicker" and isinstance(data.b, str) and isinstance(data.a, str):
        return TopLine(recv_ns, data.u, grid.level(data.b, data.B), grid.level(data.a, data.A))
    if kind == "trade":
        return TradeLine(recv_ns, data.t, *grid.level(data.p, data.q), data.m)
    raise ValueError(stream)
