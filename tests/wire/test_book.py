"""A followed book in virtual time: it loads, goes stale, breaks, mends itself, and is held against snapshots."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from connectors.errors import Retry
from connectors.model.book import BookSnapshot, BookState
from connectors.model.ids import InstrumentId, Product
from connectors.ports.venue import LiveBook
from connectors.sync.book import BookMachine
from connectors.sync.check import BookCheck
from connectors.sync.gap import Spans
from connectors.wire.book import CHECK_EVERY_S, FollowedBook
from support.clock import FakeClock

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
BIDS = (("99.00", "1.00"), ("98.00", "2.00"))
ASKS = (("101.00", "1.00"), ("102.00", "2.00"))


class World:
    """A venue's snapshots, a socket's silence, and the book between them."""

    def __init__(self, clock: FakeClock, seed: int = 5) -> None:
        self.clock = clock
        self.answers: list[BookSnapshot | Exception] = []
        self.steady = BookSnapshot(10, BIDS, ASKS)
        self.asked: list[bool] = []
        self.heard_ns = clock.monotonic_ns()
        self.states: list[BookState] = []
        machine = BookMachine(Spans())
        self.book = FollowedBook(
            BTC,
            machine,
            lambda: BookCheck(machine),
            self.snapshot,
            lambda: clock.monotonic_ns() - self.heard_ns,
            clock,
            random.Random(seed),
        )
        self.book.listen(self.listen)

    def listen(self, book: LiveBook) -> None:
        self.states.append(book.state)

    async def snapshot(self, *, check: bool) -> BookSnapshot:
        self.asked.append(check)
        answer = self.answers.pop(0) if self.answers else self.steady
        if isinstance(answer, Exception):
            raise answer
        return answer

    def delta(self, first: int, last: int, *bids: tuple[str, str]) -> None:
        self.heard_ns = self.clock.monotonic_ns()
        self.book.delta(first, last, bids, (), self.clock.time_ns())

    async def run(self, seconds: float, *, talking: bool = True) -> None:
        """Let time pass; while talking, the socket hears something every second."""
        while seconds > 0:
            if talking:
                self.heard_ns = self.clock.monotonic_ns()
            await self.clock.run(min(1, seconds))
            seconds -= 1

    async def run_to_check(self) -> None:
        """Until the venue is asked for a second opinion, which it is before half a minute has passed."""
        seconds: float = 0
        while True not in self.asked:
            assert seconds <= CHECK_EVERY_S
            await self.run(0.5)
            seconds += 0.5


@pytest.fixture
async def world(clock: FakeClock) -> AsyncIterator[World]:
    made = World(clock)
    made.book.start()
    yield made
    await made.book.close()


async def live(world: World) -> None:
    world.book.opened()
    world.delta(11, 12, ("98.50", "3.00"))
    await world.run(1)
    assert world.book.state is BookState.LIVE


async def test_it_waits_for_the_stream_before_it_asks(world: World) -> None:
    await world.run(10)
    assert (world.asked, world.book.state, world.book.update_id) == ([], BookState.LOADING, 0)
    await live(world)
    assert (world.asked, world.book.update_id) == ([False], 12)
    view = world.book.view(5)
    assert [(level.price, level.size) for level in view.bids] == [
        (Decimal(99), Decimal(1)),
        (Decimal("98.5"), Decimal(3)),
        (Decimal(98), Decimal(2)),
    ]
    top = world.book.top()
    assert (top.bid, top.ask, top.state) == (view.best_bid, view.best_ask, BookState.LIVE)
    assert view.checked_ns is None


async def test_a_market_so_quiet_that_no_delta_comes_is_loaded_all_the_same(world: World) -> None:
    world.book.opened()
    await world.run(2)
    assert (world.book.state, world.book.update_id) == (BookState.LIVE, 10)


async def test_snapshots_that_fail_or_are_too_old_are_asked_for_again_with_back_off(world: World) -> None:
    world.answers = [Retry("busy"), BookSnapshot(5, BIDS, ASKS), Retry("busy")]
    world.book.opened()
    world.delta(11, 12)
    await world.run(10)
    assert world.asked == [False] * 4
    assert world.book.state is BookState.LIVE


async def test_silence_makes_it_stale_and_a_frame_makes_it_live(world: World) -> None:
    await live(world)
    await world.run(2, talking=False)
    assert world.book.state is BookState.LIVE
    await world.run(2, talking=False)
    assert (world.book.state, world.states[-1]) == (BookState.STALE, BookState.STALE)
    world.delta(13, 13)
    assert world.states[-1] is BookState.LIVE


async def test_a_gap_is_told_and_mended(world: World) -> None:
    await live(world)
    world.steady = BookSnapshot(20, BIDS, ASKS)
    world.delta(15, 16)
    assert world.states[-1] is BookState.RESYNC
    await world.run(2)
    assert (world.states[-1], world.book.update_id) == (BookState.LIVE, 20)


async def test_a_lost_socket_is_told_and_nothing_is_asked_until_it_is_back(world: World) -> None:
    await live(world)
    world.book.closed()
    assert world.states[-1] is BookState.RESYNC
    await world.run(20)
    assert world.asked == [False]
    world.steady = BookSnapshot(40, BIDS, ASKS)
    world.book.opened()
    world.delta(39, 41)
    await world.run(2)
    assert (world.states[-1], world.book.update_id) == (BookState.LIVE, 41)


async def test_a_book_without_a_connection_is_stale_once_its_data_is_older_than_3_s(world: World) -> None:
    await live(world)
    world.book.closed()
    await world.run(1.5, talking=False)
    assert world.states[-1] is BookState.RESYNC
    await world.run(3, talking=False)
    assert (world.book.state, world.states[-1], world.book.view(1).state) == (BookState.STALE,) * 3
    assert world.book.view(1).bids
    world.steady = BookSnapshot(40, BIDS, ASKS)
    world.book.opened()
    world.delta(39, 41)
    await world.run(2)
    assert world.states[-2:] == [BookState.RESYNC, BookState.LIVE]


async def test_the_attempt_is_shown_while_it_is_rebuilt(world: World) -> None:
    await live(world)
    world.answers = [Retry("busy")] * 3
    world.delta(20, 21)
    await world.run(0.4)
    assert world.book.view(1).attempt >= 1
    await world.run(10)
    world.steady = BookSnapshot(30, BIDS, ASKS)
    await world.run(30)
    assert (world.book.state, world.book.view(1).attempt) == (BookState.LIVE, 0)


async def test_an_agreeing_snapshot_marks_it_checked(world: World) -> None:
    await live(world)
    world.steady = BookSnapshot(12, (BIDS[0], ("98.50", "3.00"), BIDS[1]), ASKS)
    await world.run_to_check()
    await world.run(2)
    assert world.asked == [False, True]
    checked = world.book.view(1).checked_ns
    assert checked is not None
    assert abs(world.clock.time_ns() - checked) < 5_000_000_000


async def test_a_differing_snapshot_throws_it_away(world: World) -> None:
    await live(world)
    world.answers = [BookSnapshot(12, (("99.00", "1.00"), ("98.50", "9.00")), ASKS)]
    world.steady = BookSnapshot(12, (BIDS[0], ("98.50", "9.00"), BIDS[1]), ASKS)
    await world.run_to_check()
    await world.run(4)
    assert BookState.RESYNC in world.states
    assert world.book.state is BookState.LIVE
    assert world.book.view(2).bids[1].size == Decimal(9)
    assert world.book.view(1).checked_ns is None


async def test_a_snapshot_ahead_of_the_stream_is_compared_when_the_stream_is_there(world: World) -> None:
    await live(world)
    world.answers = [BookSnapshot(14, (BIDS[0], ("98.50", "4.00"), BIDS[1]), ASKS)]
    await world.run_to_check()
    assert world.book.view(1).checked_ns is None
    world.delta(13, 14, ("98.50", "4.00"))
    await world.run(2)
    assert world.book.view(1).checked_ns is not None


async def test_a_check_that_cannot_be_made_changes_nothing(world: World) -> None:
    await live(world)
    world.answers = [Retry("busy")]
    await world.run_to_check()
    await world.run(2)
    assert (world.book.state, world.book.view(1).checked_ns) == (BookState.LIVE, None)


async def test_books_that_came_up_together_are_not_all_checked_in_the_same_moment(clock: FakeClock) -> None:
    worlds = [World(clock, seed) for seed in range(12)]
    for each in worlds:
        each.book.start()
        each.book.opened()
    asked: dict[int, int] = {}
    for second in range(CHECK_EVERY_S + 1):
        await clock.run(1)
        for each in worlds:
            each.heard_ns = clock.monotonic_ns()
        asked[second] = sum(each.asked.count(True) for each in worlds) - sum(asked.values())
    assert sum(asked.values()) == len(worlds), "each once in half a minute"
    assert max(asked.values()) < len(worlds) // 2
    for each in worlds:
        await each.book.close()
