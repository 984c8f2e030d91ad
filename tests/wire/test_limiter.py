"""Rate limits: never more than the venue allows, most urgent first, a reserve for cancels (REQUIREMENTS C, P8)."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import Throttled, Unavailable
from connectors.wire.limiter import Limit, Limiter, Priority
from support.clock import FakeClock

WEIGHT = "REQUEST_WEIGHT"


def limiter(clock: FakeClock, *limits: Limit) -> Limiter:
    made = Limiter("binance", clock, clock.time_ns)
    made.configure(limits or [Limit(WEIGHT, "M", 1, 100)])
    return made


async def spend(made: Limiter, cost: int, priority: Priority) -> None:
    await made.enter({WEIGHT: cost}, priority)


def used(made: Limiter) -> dict[str, int]:
    return {use.name: use.used for use in made.uses()}


async def test_reads_stop_at_four_fifths_orders_leave_a_reserve_cancels_use_it(clock: FakeClock) -> None:
    made = limiter(clock)
    await spend(made, 80, Priority.MARKET)
    reading = asyncio.create_task(spend(made, 1, Priority.MARKET))
    await asyncio.sleep(0)
    assert (reading.done(), made.waiting) == (False, 1)
    await spend_now(clock, made, 15, Priority.ORDER)
    with pytest.raises(Throttled) as refused:
        await spend(made, 1, Priority.ORDER)
    assert 0 < refused.value.retry_after_s <= 60
    await spend_now(clock, made, 5, Priority.CANCEL)
    assert used(made) == {"REQUEST_WEIGHT 1M": 100}
    await clock.run(61)
    await reading
    assert used(made) == {"REQUEST_WEIGHT 1M": 1}


async def spend_now(clock: FakeClock, made: Limiter, cost: int, priority: Priority) -> None:
    """Spend although somebody less urgent waits: the queue lets the urgent in at its next look."""
    task = asyncio.create_task(spend(made, cost, priority))
    for _ in range(20):
        await asyncio.sleep(0)
    assert task.done() or made.waiting
    if not task.done():
        await clock.run(0.3)
    await task


async def test_the_header_wins_over_what_was_counted(clock: FakeClock) -> None:
    made = limiter(clock)
    await spend(made, 50, Priority.MARKET)
    made.observe(WEIGHT, "M", 1, 7)
    assert used(made) == {"REQUEST_WEIGHT 1M": 7}
    made.observe(WEIGHT, "M", 1, 99)
    assert used(made) == {"REQUEST_WEIGHT 1M": 99}
    made.observe("ORDERS", "S", 10, 5)
    assert used(made) == {"REQUEST_WEIGHT 1M": 99}


async def test_what_is_in_flight_is_added_to_the_header(clock: FakeClock) -> None:
    made = limiter(clock)
    await spend(made, 10, Priority.MARKET)
    with made.flight({WEIGHT: 10}):
        made.observe(WEIGHT, "M", 1, 20)
        assert used(made) == {"REQUEST_WEIGHT 1M": 30}


async def test_an_answer_that_was_overtaken_does_not_take_back_what_later_ones_have_told(clock: FakeClock) -> None:
    made = limiter(clock)
    costs = {WEIGHT: 10}
    with ExitStack() as first, ExitStack() as second:
        await spend(made, 20, Priority.MARKET)
        overtaken, overtaking = first.enter_context(made.flight(costs)), second.enter_context(made.flight(costs))
        second.close()
        made.observe(WEIGHT, "M", 1, 20, overtaking)
        assert used(made) == {"REQUEST_WEIGHT 1M": 30}, "the other one is in flight"
        first.close()
        made.observe(WEIGHT, "M", 1, 10, overtaken)
    assert used(made) == {"REQUEST_WEIGHT 1M": 20}
    with made.flight(costs) as alone:
        pass
    made.observe(WEIGHT, "M", 1, 12, alone)
    assert used(made) == {"REQUEST_WEIGHT 1M": 12}, "the venue's count wins"


async def test_what_is_in_flight_when_a_window_turns_counts_in_the_next_one_too(clock: FakeClock) -> None:
    made = limiter(clock)
    await spend(made, 10, Priority.MARKET)
    await spend(made, 7, Priority.MARKET)
    with made.flight({WEIGHT: 7}):
        clock.advance(60)
        assert used(made) == {"REQUEST_WEIGHT 1M": 7}


async def test_several_windows_hold_at_once(clock: FakeClock) -> None:
    made = limiter(clock, Limit("ORDERS", "S", 10, 2), Limit("ORDERS", "D", 1, 3))
    for _ in range(2):
        await made.enter({"ORDERS": 1}, Priority.CANCEL)
    clock.advance(10)
    await made.enter({"ORDERS": 1}, Priority.CANCEL)
    clock.advance(10)
    with pytest.raises(Throttled) as refused:
        await made.enter({"ORDERS": 1}, Priority.CANCEL)
    assert refused.value.retry_after_s > 3_600


async def test_quiet_that_was_asked_for_is_kept_and_a_ban_says_so(clock: FakeClock) -> None:
    made = limiter(clock)
    made.hold(120, banned=True)
    with pytest.raises(Throttled, match="closed its door") as refused:
        await spend(made, 1, Priority.CANCEL)
    assert refused.value.banned
    clock.advance(119)
    assert made.held_s == 1
    waiting = asyncio.create_task(spend(made, 1, Priority.CANCEL))
    await clock.run(1.5)
    await waiting
    assert made.held_s == 0


async def test_limits_the_venue_names_later_keep_the_count(clock: FakeClock) -> None:
    made = limiter(clock)
    await spend(made, 40, Priority.MARKET)
    made.configure([Limit(WEIGHT, "M", 1, 6000)])
    (use,) = made.uses()
    assert (use.used, use.limit) == (40, 6000)


async def test_closing_turns_away_whoever_waits(clock: FakeClock) -> None:
    made = limiter(clock)
    await spend(made, 80, Priority.MARKET)
    waiting = asyncio.create_task(spend(made, 10, Priority.MARKET))
    await asyncio.sleep(0)
    await made.close()
    with pytest.raises(Unavailable):
        await waiting


@pytest.mark.parametrize(("interval", "number", "limit"), [("FORTNIGHT", 1, 5), ("MINUTE", 0, 5), ("MINUTE", 1, 0)])
def test_a_limit_nobody_understands_is_left_out(interval: str, number: int, limit: int) -> None:
    assert Limit.of(WEIGHT, interval, number, limit) is None


requests = st.lists(
    st.tuples(st.integers(1, 30), st.sampled_from(list(Priority)), st.integers(0, 40)), min_size=1, max_size=60
)


@settings(max_examples=30)
@given(requests=requests, offset_s=st.integers(-3_600, 3_600))
def test_no_window_of_the_venue_ever_gets_more_than_its_limit(
    requests: list[tuple[int, Priority, int]], offset_s: int
) -> None:
    """The venue counts in minutes of its own clock; whatever the order of calls, it never counts above 100."""

    async def play() -> None:
        clock = FakeClock()
        made = Limiter("binance", clock, lambda: clock.time_ns() + offset_s * 1_000_000_000)
        made.configure([Limit(WEIGHT, "M", 1, 100)])
        arrived: dict[int, int] = {}

        async def ask(cost: int, priority: Priority) -> None:
            try:
                await made.enter({WEIGHT: cost}, priority)
            except Throttled:
                return
            window = (clock.time_ns() // 1_000_000_000 + offset_s) // 60
            arrived[window] = arrived.get(window, 0) + cost

        tasks = []
        for cost, priority, pause_s in requests:
            tasks.append(asyncio.create_task(ask(cost, priority)))
            await clock.run(pause_s)
        await clock.run(300)
        await asyncio.gather(*tasks)
        assert max(arrived.values(), default=0) <= 100

    asyncio.run(play())
