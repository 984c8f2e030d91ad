"""What a simulated exchange said for a while: every book as it stood, and every message with its moment."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec
import websockets

RECORDED_S = 30
STREAMS = ("depth@100ms", "trade", "ticker")
_DEEPEST = 1000
_NOTHING = Decimal(0)

Levels = list[tuple[str, str]]
"""Prices and sizes, as the exchange wrote them; a size of nought takes the level away."""


class Said(msgspec.Struct, array_like=True):
    """One message of a stream: when, in ms since the recording began, where, and what."""

    at_ms: int
    stream: str
    data: dict[str, Any]
    undone: tuple[Levels, Levels] | None = None
    """What takes a change of the book back again: bids and asks. None for what changes no book."""


class Recording(msgspec.Struct):
    """A while of an exchange."""

    answers: dict[str, msgspec.Raw]
    """What it answered to what a worker asks, by path and symbol (see `key`)."""
    books: dict[str, tuple[Levels, Levels]]
    """Bids and asks of each symbol as they stood before its first message."""
    said: list[Said]


def key(path: str, symbol: str = "") -> str:
    """Where the answer to a request lies."""
    return f"{path} {symbol}".rstrip()


def put(book: dict[str, str], levels: Levels) -> Levels:
    """Change one side of a book; returns what takes the change back."""
    undone = [(price, book.get(price, "0.00000000")) for price, _ in levels]
    for price, size in levels:
        if Decimal(size) == _NOTHING:
            book.pop(price, None)
        else:
            book[price] = size
    return undone


async def record(line: dict[str, str]) -> Recording:
    """Listen to everything an exchange says about every symbol, for `RECORDED_S` seconds."""
    async with (
        httpx.AsyncClient(base_url=f"{line['rest']}/api/v3", trust_env=False) as client,
        websockets.connect(f"{line['stream']}/stream", proxy=None, max_size=None) as socket,
    ):

        async def answer(path: str, **asked: str | int) -> msgspec.Raw:
            return msgspec.Raw((await client.get(path, params=asked)).raise_for_status().content)

        answers = {"exchangeInfo": await answer("exchangeInfo", showPermissionSets="false"), "ping": msgspec.Raw(b"{}")}
        symbols = [each["symbol"] for each in json.loads(bytes(answers["exchangeInfo"]))["symbols"]]
        names = [f"{symbol.lower()}@{stream}" for symbol in symbols for stream in STREAMS]
        await socket.send(json.dumps({"method": "SUBSCRIBE", "params": names, "id": 1}))
        depths = {}
        for symbol in symbols:
            depths[symbol] = json.loads(bytes(await answer("depth", symbol=symbol, limit=_DEEPEST)))
            answers[key("ticker/24hr", symbol)] = await answer("ticker/24hr", symbol=symbol)
            answers[key("trades", symbol)] = await answer("trades", symbol=symbol, limit=300)
            answers[key("historicalTrades", symbol)] = await answer("historicalTrades", symbol=symbol, limit=1)
        said = await _listen(socket)
    known = {symbol: depth["lastUpdateId"] for symbol, depth in depths.items()}
    kept = [each for each in said if not _is_known(each, known)]
    books = {symbol: (_levels(depth["bids"]), _levels(depth["asks"])) for symbol, depth in depths.items()}
    say_how_to_take_back(kept, books)
    return Recording(answers, books, kept)


async def _listen(socket: websockets.ClientConnection) -> list[Said]:
    said: list[Said] = []
    begin = time.monotonic()
    while (passed := time.monotonic() - begin) < RECORDED_S:
        message = json.loads(await socket.recv())
        if "stream" in message:
            said.append(Said(round(passed * 1000), message["stream"], message["data"]))
    return said


def _levels(written: list[list[str]]) -> Levels:
    return [(price, size) for price, size in written]


def _is_known(said: Said, known: dict[str, int]) -> bool:
    """Whether the snapshot of the book holds a change already."""
    return said.data["e"] == "depthUpdate" and int(said.data["u"]) <= known[said.data["s"]]


def say_how_to_take_back(said: list[Said], books: dict[str, tuple[Levels, Levels]]) -> None:
    """Note beside each change of a book what takes it back; ``books`` are as they stood before the first."""
    standing = {symbol: (dict(bids), dict(asks)) for symbol, (bids, asks) in books.items()}
    for each in said:
        if each.data["e"] == "depthUpdate":
            bids, asks = standing[each.data["s"]]
            each.undone = put(bids, _levels(each.data["b"])), put(asks, _levels(each.data["a"]))


def read(path: Path) -> Recording:
    """Read what `write` wrote."""
    return msgspec.json.decode(path.read_bytes(), type=Recording)


def write(path: Path, recording: Recording) -> None:
    """Write a recording down."""
    path.write_bytes(msgspec.json.encode(recording))
