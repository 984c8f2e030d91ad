"""Keep-alive connections: which one a request goes over, how many there are, and which are given up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from connectors.wire import pools
from connectors.wire.origins import Origin
from connectors.wire.rest import Binding, Call, RestClient, Role
from connectors.wire.tls import client_context
from support.clock import LoopClock

CREATE = Call("order.place", "POST", "/api/v3/order", body="symbol=X", idempotent=False)
ASK = Call("candles", "GET", "/api/v3/klines", query="symbol=X")
MOST, READING = 12, 8


@dataclass
class Places:
    """A server that answers when it is told to, and knows which of its connections each request came over."""

    used: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.writers)
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(8 if head.startswith(b"POST") else 0)
                self.used.append(number)
                self.asked.append(head.split()[0].decode())
                await self.go.wait()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        self.ended.add(number)


async def ended(places: Places, many: int) -> None:
    """Until so many connections are closed at both ends."""
    async with asyncio.timeout(60):
        while len(places.ended) < many:  # noqa: ASYNC110 - what the server counts
            await asyncio.sleep(0)


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Places, RestClient]]:
    places = Places()
    server = await asyncio.start_server(places.serve, "127.0.0.1", 0)
    origin = Origin("http", "127.0.0.1", server.sockets[0].getsockname()[1])
    rest = RestClient("binance", {Role.PUBLIC: Binding(origin)}, LoopClock(), client_context())
    try:
        yield places, rest
    finally:
        await rest.close()
        server.close()
        places.go.set()
        await ended(places, len(places.writers))


async def at_once(places: Places, rest: RestClient, many: int, arrive: int) -> None:
    """Send so many together; let them be answered when so many have arrived."""
    places.go.clear()
    seen = len(places.used)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for _ in range(many):
            group.create_task(rest.send(CREATE))
        while len(places.used) < seen + arrive:  # noqa: ASYNC110 - what the server counts
            await asyncio.sleep(0)
        places.go.set()


async def test_an_order_goes_over_the_connection_that_was_used_last() -> None:
    async with opened() as (places, rest):
        await at_once(places, rest, 3, 3)
        for _ in range(4):
            await rest.send(CREATE)
    assert sorted(places.used[:3]) == [0, 1, 2]
    (warm,) = set(places.used[3:])
    assert warm == places.used[2]


async def test_no_more_are_open_than_a_venue_is_asked_to_bear_and_what_waits_is_sent_in_its_turn() -> None:
    async with opened() as (places, rest):
        await at_once(places, rest, MOST + 3, MOST)
        assert len(places.writers) == MOST
        assert len(places.used) == MOST + 3


async def test_an_order_waits_for_no_screen_full_of_candles() -> None:
    async with opened() as (places, rest), asyncio.timeout(20), asyncio.TaskGroup() as group:
        for _ in range(MOST + 3):
            group.create_task(rest.send(ASK))
        while len(places.used) < READING:  # noqa: ASYNC110 - what the server counts
            await asyncio.sleep(0)
        order = group.create_task(rest.send(CREATE))
        while "POST" not in places.asked:  # noqa: ASYNC110 - what the server counts
            await asyncio.sleep(0)
        assert places.asked == ["GET"] * READING + ["POST"]
        places.go.set()
        assert (await order).status == 200


async def test_a_create_is_not_sent_into_a_connection_that_the_venue_has_hung_up() -> None:
    async with opened() as (places, rest):
        await at_once(places, rest, 2, 2)
        for writer in places.writers:
            writer.close()
        await ended(places, 2)
        assert (await rest.send(CREATE)).status == 200
        assert places.used[2:] == [2]


async def test_connections_that_have_rested_too_long_are_closed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_KEEP_ALIVE_S", 0)
    async with opened() as (places, rest):
        await at_once(places, rest, 3, 3)
        await ended(places, 2)
        await rest.send(CREATE)
        assert places.used[3:] == [3]
        assert len(places.ended) >= 2


async def test_a_request_that_is_given_up_leaves_its_connection_to_nobody() -> None:
    async with opened() as (places, rest):
        places.go.clear()
        asking = asyncio.create_task(rest.send(CREATE))
        async with asyncio.timeout(60):
            while not places.used:  # noqa: ASYNC110 - what the server counts
                await asyncio.sleep(0)
            asking.cancel()
            await asyncio.wait((asking,))
            places.go.set()
            assert (await rest.send(CREATE)).status == 200
    assert asking.cancelled()
    assert places.used == [0, 1]
