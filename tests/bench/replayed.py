"""A venue that says again what a simulated one said, forth and back without end: the load of a bench, for little of the
processor.

A venue is another machine in life. Twenty instruments moved by a crowd take a quarter of a core here, and three such
venues with what is measured would fill both. Every book is right at every moment: backwards each change is taken back,
and ids and times rise.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import msgspec
import uvicorn
from uvicorn.protocols.utils import ClientDisconnected

from bench.recording import Recording, Said, key, put, read
from connectors.simulator.sockets.counted import CountedProtocol

_HOST = "127.0.0.1"
_API = "/api/v3/"
_ENCODE = msgspec.json.Encoder().encode

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Venue:
    """Everything that is asked of it, and what it says to whom."""

    def __init__(self, recording: Recording) -> None:
        self._answers = recording.answers
        self._said = recording.said
        self._books = {symbol: (dict(bids), dict(asks)) for symbol, (bids, asks) in recording.books.items()}
        self._update_ids = dict.fromkeys(self._books, _now_ms())
        self._trade_ids = dict.fromkeys(self._books, _now_ms())
        self._listeners: dict[str, list[Send]] = {}

    async def serve(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "http":
            asked = parse_qs(scope["query_string"].decode())
            body = self.answer(scope["path"].removeprefix(_API), asked.get("symbol", [""])[0])
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body or b"")).encode())]
            await send({"type": "http.response.start", "status": 404 if body is None else 200, "headers": headers})
            await send({"type": "http.response.body", "body": body or b""})
            return
        await receive()
        await send({"type": "websocket.accept"})
        try:
            while (message := await receive())["type"] == "websocket.receive":
                if message.get("text"):
                    await self._subscribe(json.loads(message["text"]), send)
        finally:
            for listeners in self._listeners.values():
                if send in listeners:
                    listeners.remove(send)

    async def play(self) -> None:
        """Say everything, forth and back, each at its moment."""
        begin = time.monotonic()
        for at_ms, said, forth in forth_and_back(self._said):
            wait_s = begin + at_ms / 1000 - time.monotonic()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            data = self.again(said, forth=forth)
            listeners = self._listeners.get(said.stream)
            if listeners:
                text = f'{{"stream":"{said.stream}","data":{_ENCODE(data).decode()}}}'
                for send in tuple(listeners):
                    with contextlib.suppress(ClientDisconnected):  # it has hung up, and will be taken off the list
                        await send({"type": "websocket.send", "text": text})

    async def _subscribe(self, command: dict[str, Any], send: Send) -> None:
        for stream in command.get("params", ()):
            self._listeners.setdefault(stream, []).append(send)
        await send({"type": "websocket.send", "text": json.dumps({"result": None, "id": command["id"]})})

    def answer(self, path: str, symbol: str) -> bytes | None:
        """What a request is answered with; None where the venue knows no answer."""
        if path == "time":
            return _ENCODE({"serverTime": _now_ms()})
        if path == "depth":
            bids, asks = self._books[symbol]
            written = sorted(bids.items(), key=_price, reverse=True), sorted(asks.items(), key=_price)
            return _ENCODE({"lastUpdateId": self._update_ids[symbol], "bids": written[0], "asks": written[1]})
        found = self._answers.get(key(path, symbol))
        return None if found is None else bytes(found)

    def again(self, said: Said, *, forth: bool) -> dict[str, Any]:
        """What was said, as of now: a change of the book is made, or taken back."""
        data, now_ms = said.data, _now_ms()
        symbol = data["s"]
        if said.undone is not None:
            bids, asks = (data["b"], data["a"]) if forth else said.undone
            for side, levels in zip(self._books[symbol], (bids, asks), strict=True):
                put(side, levels)
            first = self._update_ids[symbol] + 1
            self._update_ids[symbol] = last = first + data["u"] - data["U"]
            return data | {"E": now_ms, "U": first, "u": last, "b": bids, "a": asks}
        if data["e"] == "trade":
            self._trade_ids[symbol] += 1
            return data | {"E": now_ms, "T": now_ms, "t": self._trade_ids[symbol]}
        return data | {"E": now_ms, "C": now_ms}


def forth_and_back(said: list[Said]) -> Iterator[tuple[int, Said, bool]]:
    """When, in ms since the beginning, what, and whether forth, without end."""
    length = said[-1].at_ms
    begun = 0
    while True:
        for each in said:
            yield begun + each.at_ms, each, True
        begun += length
        for each in reversed(said):
            yield begun + length - each.at_ms, each, False
        begun += length


def _price(level: tuple[str, str]) -> float:
    return float(level[0])


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class _Server(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        line = {"rest": f"http://{_HOST}:{port}", "stream": f"ws://{_HOST}:{port}", "ws_api": f"ws://{_HOST}:{port}"}
        print(json.dumps(line), flush=True)


async def replay(path: Path) -> None:
    """Serve until standard input ends: whoever started it dies, however it dies."""
    venue = Venue(read(path))
    config = uvicorn.Config(
        venue.serve,
        host=_HOST,
        port=0,
        interface="asgi3",
        ws=CountedProtocol,
        lifespan="off",
        log_level="error",
        access_log=False,
        ws_per_message_deflate=False,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()

    def end_with_parent() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(playing.cancel)

    playing = asyncio.create_task(venue.play())
    Thread(target=end_with_parent, daemon=True).start()
    serving = asyncio.create_task(server.serve())
    await asyncio.wait([playing, serving], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    with contextlib.suppress(asyncio.CancelledError):  # whoever started it is gone; anything else is told
        await playing


if __name__ == "__main__":
    asyncio.run(replay(Path(sys.argv[1])))
