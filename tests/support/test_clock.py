"""The clocks of the tests keep time as the real one does, when they are told to."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from connectors.ports.clock import Clock
from support.clock import NANOS, START, FakeClock, LoopClock, nanos


def test_a_clock_stands_still_until_it_is_moved(clock: FakeClock) -> None:
    port: Clock = clock
    assert port.now() == START
    assert port.time_ns() == nanos(START)
    clock.advance(1.5)
    assert port.now() == START + timedelta(seconds=1.5)
    assert port.monotonic_ns() == 1_500_000_000


def test_nanoseconds_since_the_epoch_are_exact() -> None:
    assert nanos(datetime(2026, 11, 21, 5, 6, 7, 123_457, tzinfo=UTC)) == 1_795_237_567_123_457_000


def test_a_jump_moves_wall_time_and_leaves_monotonic_time(clock: FakeClock) -> None:
    clock.jump(-3600)
    assert clock.now() == START - timedelta(hours=1)
    assert clock.monotonic_ns() == 0


async def test_a_sleeper_wakes_when_its_time_has_come_and_not_before(clock: FakeClock) -> None:
    sleeper = asyncio.create_task(clock.sleep(10))
    await clock.run(9.999)
    assert not sleeper.done()
    await clock.run(0.001)
    assert sleeper.done()


async def test_a_sleeper_that_sleeps_again_wakes_at_each_moment_in_between(clock: FakeClock) -> None:
    woke: list[int] = []

    async def beat() -> None:
        for _ in range(3):
            await clock.sleep(2)
            woke.append(clock.monotonic_ns() // NANOS)

    task = asyncio.create_task(beat())
    await clock.run(10)
    assert woke == [2, 4, 6]
    assert task.done()


async def test_a_cancelled_sleeper_is_forgotten(clock: FakeClock) -> None:
    sleeper = asyncio.create_task(clock.sleep(1))
    await clock.run(0)
    assert clock.sleeping == 1
    sleeper.cancel()
    await clock.run(2)
    assert clock.sleeping == 0
    assert sleeper.cancelled()


def test_monotonic_time_does_not_run_back(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="does not run back"):
        clock.advance(-1)


@pytest.mark.scaled(100)
async def test_on_a_scaled_loop_minutes_take_seconds_and_the_loop_clock_follows() -> None:
    clock: Clock = LoopClock()
    began, wall = time.monotonic(), clock.now()
    await clock.sleep(20)
    assert clock.now() - wall >= timedelta(seconds=20)
    assert 0.15 < time.monotonic() - began < 5


@pytest.mark.scaled(100)
async def test_a_time_out_follows_the_scaled_loop() -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(20):
            await asyncio.Event().wait()
    assert time.monotonic() - began < 5


async def test_a_test_without_the_mark_runs_on_an_ordinary_loop() -> None:
    before = time.monotonic()
    assert abs(asyncio.get_running_loop().time() - before) < 5
