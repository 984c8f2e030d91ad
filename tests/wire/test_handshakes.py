"""Handshakes that are refused with a time: nobody knocks before it has passed, however much in a hurry (B6)."""

from __future__ import annotations

import asyncio
import random
from http import HTTPStatus

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from connectors.wire.dialogue import SocketHealth
from connectors.wire.origins import Origin
from connectors.wire.returning import Returning
from connectors.wire.socket import Socket
from connectors.wire.tls import client_context
from support.clock import FakeClock, LoopClock
from support.heard import Heard


class Quiet:
    """A dialogue that says nothing."""

    expects_data = False

    async def opened(self, link: object) -> None: ...

    async def converse(self, link: object) -> None:
        await asyncio.Event().wait()

    def frame(self, data: bytes, received_ns: int) -> None: ...

    def closed(self, reason: str) -> None: ...


@pytest.mark.scaled(10)
@pytest.mark.parametrize(("status", "banned"), [(418, True), (429, False)])
@pytest.mark.parametrize("places", [1, 2])
async def test_a_shut_door_is_knocked_at_once_and_then_only_when_it_opens(
    status: int, banned: bool, places: int
) -> None:
    clock, knocks, health = LoopClock(), Heard[int](), Heard[SocketHealth]()

    async def hold(connection: ServerConnection) -> None:
        await connection.wait_closed()

    def door(connection: ServerConnection, _request: Request) -> Response | None:
        knocks(clock.monotonic_ns())
        if len(knocks.items) > 1:
            return None
        response = connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "")
        response.status_code = status
        response.headers["Retry-After"] = "20"
        return response

    async with serve(hold, "127.0.0.1", 0, process_request=door, ping_interval=None, close_timeout=0.1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        origin = Origin("ws", "127.0.0.1", port, "/stream")
        made = Socket([origin] * places, Quiet(), clock, random.Random(1), tls=client_context(), on_health=health)
        made.start()
        down = await health.until(lambda state: not state.up)
        assert (down.banned, 19 < down.held_s <= 20) == (banned, True)
        made.hurry()
        await health.until(lambda state: state.up, seconds=300)
        assert len(knocks.items) == 2
        assert knocks.items[1] - knocks.items[0] >= 19_500_000_000
        await made.close()


@pytest.mark.parametrize(("told", "wait_s"), [("7", 7), ("", 120), ("soon", 120)])
def test_a_door_that_names_no_time_is_left_alone_for_the_usual_one(told: str, wait_s: float) -> None:
    returning = Returning(FakeClock(), random.Random(1))
    returning.hold(418, told)
    assert returning.held_s == wait_s
    assert returning.wait_s(elsewhere=True) == wait_s


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_other_refusals_shut_no_door(status: int) -> None:
    returning = Returning(FakeClock(), random.Random(1))
    returning.hold(status, "60")
    assert returning.held_s == 0
    assert returning.wait_s(elsewhere=True) == 0
