"""A session's writer sleeps until panes are due: what comes meanwhile, hundreds of times a second, does not wake it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import cast

import pytest

from connectors.errors import WorkerGone
from connectors.worker import api
from connectors.worker.lanes import PaneLane, Ring
from connectors.worker.panes import Pane
from connectors.worker.session import Session
from connectors.worker.supervise import Supervisor
from support.clock import TURNS_TO_SETTLE, FakeClock

PANES = 100


class Counting(FakeClock):
    """Counts how often somebody lay down to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.slept = 0

    async def sleep(self, seconds: float) -> None:
        self.slept += 1
        await super().sleep(seconds)


class Far:
    """The other end: takes frames, says nothing."""

    def __init__(self) -> None:
        self.frames = 0
        self._left = asyncio.Event()

    async def read(self) -> bytes | None:
        await self._left.wait()
        return None

    async def write(self, frame: bytes) -> None:
        self.frames += bool(frame)

    def post(self, frame: bytes) -> None:
        raise WorkerGone(f"{len(frame)} bytes were not expected")

    async def close(self) -> None:
        self._left.set()


class Painted:
    """As much of a pane as a session knows."""

    def __init__(self, rate_hz: int) -> None:
        self.lane = PaneLane(rate_hz, self._take)
        self.on_due: Callable[[PaneLane], None] = lambda _lane: None

    def _take(self) -> Sequence[api.PaneEvent]:
        return [api.PaneFailed(1, "news", retrying=True)]

    def news(self) -> None:
        if self.lane.mark():
            self.on_due(self.lane)

    def close(self) -> None:
        self.lane.pop(0)


class House:
    def __init__(self) -> None:
        self.clock = Counting()
        self.far = Far()
        self.session = Session(self.far, _no_answer, Ring(), _no_picture, Supervisor(), self.clock)
        self.panes = [Painted(2) for _ in range(PANES)]
        for number, pane in enumerate(self.panes):
            self.session.open_pane(number, cast("Pane", pane))

    async def settle(self) -> None:
        for _ in range(TURNS_TO_SETTLE * 10):
            await asyncio.sleep(0)

    def news(self) -> None:
        for pane in self.panes:
            pane.news()


async def _no_answer(_session: Session, command: object) -> api.Result:
    raise AssertionError(f"{command} was not expected")


def _no_picture() -> api.Picture:
    raise AssertionError("nobody attached")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    serving = asyncio.create_task(made.session.run())
    made.news()
    await made.settle()
    assert made.far.frames == PANES, "the first push is due at once"
    yield made
    await made.far.close()
    await serving


async def test_what_comes_between_two_beats_wakes_the_writer_once_and_leaves_at_the_beat(house: House) -> None:
    house.far.frames = house.clock.slept = 0
    for pane in house.panes:
        pane.news()
        for _ in range(TURNS_TO_SETTLE):
            await asyncio.sleep(0)
    house.news()
    await house.settle()
    assert (house.far.frames, house.clock.slept) == (0, 1), "one look, at which it learns when the beat is"
    house.clock.advance(0.5)
    await house.settle()
    assert (house.far.frames, house.clock.slept) == (PANES, 1)


async def test_a_pane_that_is_due_sooner_than_the_writer_rests_wakes_it(house: House) -> None:
    house.news()
    await house.settle()
    quick = Painted(20)
    house.session.open_pane(PANES, cast("Pane", quick))
    house.far.frames = 0
    quick.news()
    await house.settle()
    assert house.far.frames == 1, "its first push is due at once"
    quick.news()
    await house.settle()
    assert house.far.frames == 1
    house.clock.advance(0.05)
    await house.settle()
    assert house.far.frames == 2
