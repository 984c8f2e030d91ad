"""Who may use the loop first: orders, then market data in helpings, each reader in its turn."""

from __future__ import annotations

import asyncio

import pytest

from connectors import turns as turns_room
from connectors.turns import Turns


class _Loop:
    """Only the loop's clock stands still; everything else is the real loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        self._loop = asyncio.get_running_loop()
        monkeypatch.setattr(self._loop, "time", lambda: self.now_s)
        self.turns = Turns()

    async def rounds(self, number: int) -> None:
        for _ in range(number):
            await asyncio.sleep(0)


async def _reader(turns: Turns, name: str, frames: int, cost_s: float, loop: _Loop, seen: list[str]) -> None:
    for _ in range(frames):
        await turns.market()
        seen.append(name)
        loop.now_s += cost_s


@pytest.fixture
async def loop(monkeypatch: pytest.MonkeyPatch) -> _Loop:
    return _Loop(monkeypatch)


async def test_a_burst_is_decoded_in_helpings_and_others_run_between_them(loop: _Loop) -> None:
    seen: list[str] = []
    reading = asyncio.ensure_future(_reader(loop.turns, "frame", 40, turns_room.HELPING_S / 4, loop, seen))
    between = []
    while not reading.done():
        before = len(seen)
        await asyncio.sleep(0)
        between.append(len(seen) - before)
    assert len(seen) == 40
    assert max(between) <= 5


async def test_two_busy_readers_take_turns(loop: _Loop) -> None:
    seen: list[str] = []
    await asyncio.gather(
        *(_reader(loop.turns, name, 10, turns_room.HELPING_S * 2, loop, seen) for name in ("one", "other"))
    )
    assert seen[:6] == ["one", "other"] * 3


async def test_market_data_waits_while_an_order_is_under_way(loop: _Loop) -> None:
    seen: list[str] = []
    with loop.turns.order():
        reading = asyncio.ensure_future(_reader(loop.turns, "frame", 3, 0.0, loop, seen))
        await loop.rounds(20)
        assert seen == []
    await reading
    assert seen == ["frame"] * 3


async def test_an_order_among_several_does_not_let_market_data_in_when_it_ends(loop: _Loop) -> None:
    seen: list[str] = []
    with loop.turns.order():
        with loop.turns.order():
            reading = asyncio.ensure_future(_reader(loop.turns, "frame", 1, 0.0, loop, seen))
            await loop.rounds(5)
        await loop.rounds(20)
        assert seen == []
    await reading
    assert seen == ["frame"]


async def test_market_data_waits_for_a_request_to_leave_and_not_for_its_answer(loop: _Loop) -> None:
    seen: list[str] = []
    turns = Turns.here()
    with turns.order():
        reading = asyncio.ensure_future(_reader(turns, "frame", 1, 0.0, loop, seen))
        await loop.rounds(20)
        Turns.left()
        Turns.left()
        await loop.rounds(5)
        assert seen == ["frame"]
    await reading


async def test_what_leaves_where_orders_are_only_listened_for_ends_no_order(loop: _Loop) -> None:
    seen: list[str] = []
    turns = Turns.here()

    async def elsewhere() -> None:
        Turns.first()
        Turns.left()

    with turns.order():
        reading = asyncio.create_task(_reader(turns, "frame", 1, 0.0, loop, seen))
        await asyncio.create_task(elsewhere())
        await loop.rounds(20)
        assert seen == []
    await reading


async def test_an_order_that_begins_amid_a_helping_ends_it(loop: _Loop) -> None:
    seen: list[str] = []
    await loop.turns.market()
    with loop.turns.order():
        reading = asyncio.ensure_future(_reader(loop.turns, "frame", 1, 0.0, loop, seen))
        await loop.rounds(20)
        assert seen == []
    await reading


async def test_a_slow_disk_does_not_keep_market_data_waiting_for_long(loop: _Loop) -> None:
    seen: list[str] = []
    with loop.turns.order():
        reading = asyncio.ensure_future(_reader(loop.turns, "frame", 3, 0.0, loop, seen))
        await loop.rounds(20)
        loop.now_s += turns_room.HOLD_S
        await loop.rounds(20)
        assert seen == ["frame"] * 3
    await reading


async def test_a_reader_that_was_ended_does_not_use_up_a_turn(loop: _Loop) -> None:
    seen: list[str] = []
    with loop.turns.order():
        ended = asyncio.ensure_future(_reader(loop.turns, "ended", 1, 0.0, loop, seen))
        await loop.rounds(3)
        reading = asyncio.ensure_future(_reader(loop.turns, "frame", 1, 0.0, loop, seen))
        await loop.rounds(3)
        ended.cancel()
    await asyncio.wait_for(reading, 60)
    assert seen == ["frame"]


async def test_every_loop_has_turns_of_its_own() -> None:
    assert Turns.here() is Turns.here()

    async def elsewhere() -> Turns:
        return Turns.here()

    other = await asyncio.to_thread(lambda: asyncio.run(elsewhere()))
    assert other is not Turns.here()
