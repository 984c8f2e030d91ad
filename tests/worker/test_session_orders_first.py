"""An order that comes in over a link is begun before all else that is ready; other commands wait their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
import uuid6

from chaos.peers import BTC
from connectors.clock import SystemClock
from connectors.model.ids import AccountId, OrderId
from connectors.model.order import OrderType, Side
from connectors.worker import api
from connectors.worker.codec import Kind, encode
from connectors.worker.lanes import Ring
from connectors.worker.order_loop import OrderFirstLoop
from connectors.worker.session import Session
from connectors.worker.supervise import Supervisor
from connectors.worker.wires import memory_pair
from worker.house import until

OTHERS = 5
ORDER = api.PlaceOrder(
    OrderId(uuid6.uuid7()), AccountId(uuid6.uuid7()), BTC, Side.BUY, OrderType.MARKET, Decimal("0.001")
)
LOOK = api.GetOrders()


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=OrderFirstLoop) as runner:
        yield runner


class Link:
    """A session and what happened on its loop, in order."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.far, near = memory_pair()
        self.supervisor = Supervisor()
        self.left: list[asyncio.Task[None]] = []
        self.session = Session(near, self._answer, Ring(), _no_picture, self.supervisor, SystemClock())

    async def _answer(self, _session: Session, command: object) -> api.Result:
        self.seen.append(type(command).__name__)
        self.left.append(asyncio.create_task(self._steps()))
        return api.Done()

    async def _steps(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        self.seen.append("left behind")

    async def comes(self, command: api.Command) -> None:
        """A command comes in while others are ready."""
        await self.far.write(encode(Kind.REQUEST, 1, command))
        for _ in range(OTHERS):
            asyncio.get_running_loop().call_soon(self.seen.append, "other")

    async def settled(self) -> None:
        await until(lambda: bool(self.left) and all(task.done() for task in self.left))


def _no_picture() -> api.Picture:
    raise AssertionError("nobody attached")


@asynccontextmanager
async def a_link() -> Any:
    link = Link()
    serving = asyncio.create_task(link.session.run())
    for _ in range(10):
        await asyncio.sleep(0)
    yield link
    await link.far.close()
    await serving
    await link.supervisor.stop()


def what_happens(loop: asyncio.Runner, command: api.Command) -> list[str]:
    async def work() -> list[str]:
        async with a_link() as link:
            await link.comes(command)
            await link.settled()
            found: list[str] = link.seen
            return found

    return loop.run(work())


def test_an_order_is_begun_before_what_was_ready_and_what_it_left_behind_goes_on_like_all_else(
    loop: asyncio.Runner,
) -> None:
    seen = what_happens(loop, ORDER)
    assert seen[0] == "PlaceOrder"
    assert seen[-1] == "left behind"


def test_a_command_that_is_no_order_waits_its_turn_with_all_it_begins(loop: asyncio.Runner) -> None:
    assert what_happens(loop, LOOK) == [*["other"] * OTHERS, "GetOrders", "left behind"]


def test_what_is_begun_when_a_client_has_left_waits_like_everything_else(loop: asyncio.Runner) -> None:
    seen: list[str] = []

    async def steps(report: Callable[[str], None]) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        report("begun at the end")

    async def work() -> None:
        link = Link()

        async def client() -> None:
            await link.session.run()
            begun = asyncio.create_task(steps(seen.append))
            for _ in range(OTHERS):
                asyncio.get_running_loop().call_soon(seen.append, "other")
            await begun

        serving = asyncio.create_task(client())
        await asyncio.sleep(0)
        await link.far.close()
        await serving
        await link.supervisor.stop()

    loop.run(work())
    assert seen == [*["other"] * OTHERS, "begun at the end"]
