"""kill -9 at the awaits an order passes, the exchange living on: nothing is lost, doubled or misreported."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from chaos import killing
from chaos.await_points import CHECKOUT, LEFT_OUT, ROOMS, VENUE, AwaitPoint, found
from chaos.exchange import an_exchange
from chaos.lane import a_lane
from chaos.reliability import Kills, keep
from chaos.unreachable import UNREACHABLE
from chaos.workers import Reached

pytestmark = pytest.mark.peers

LANES = 2
KILLS = 21
"""In each lane, each at another await; the first lane has those of `killing.AT_STAKE` before."""
PROMISED_IN_CI = 48

SOAKED = 1_000
SOAK_LANES = 8
"""At a time."""
ENOUGH = 8
"""Archives on which something went wrong, after which no other is begun."""
A_LIFE = 50
"""Kills on one archive; then a new one begins."""

PROMISED = 0.9
"""Share of the awaits that can be reached at which `make soak` kills; at most the rest of them may be unreachable."""


def points() -> list[AwaitPoint]:
    """What is to be reached."""
    return [point for point in found() if point.name not in UNREACHABLE]


def test_the_rooms_an_order_passes_are_looked_through_and_what_is_left_out_exists() -> None:
    assert all((CHECKOUT / path).exists() for path in (*ROOMS, *VENUE, *LEFT_OUT))
    assert not [point for point in found() if point.path.startswith("connectors/engine/")], "the engine awaits nothing"
    names = Counter(point.name for point in found())
    assert names.most_common(1)[0][1] == 1


def test_what_is_listed_as_unreachable_exists_and_has_a_reason() -> None:
    names = {point.name for point in found()}
    assert UNREACHABLE.keys() <= names, f"gone from the code: {sorted(UNREACHABLE.keys() - names)}"
    assert all(UNREACHABLE.values())
    assert len(UNREACHABLE) <= (1 - PROMISED) * len(names)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(LANES))
async def test_a_worker_killed_at_any_await_leaves_nothing_lost_doubled_or_misreported(
    home: Path, number: int, record_property: Callable[[str, object], None]
) -> None:
    """A lane has a share of the scenarios and of the awaits, and each of its kills is at another await."""
    names = [*killing.EVERYTHING[number::LANES]]
    mine = [point.name for point in points()][number::LANES]
    with an_exchange(home.with_name("sim"), number + 1) as venue:
        async with a_lane(home, venue, number) as lane:
            lane.rng.shuffle(names)
            known = await killing.kills(lane, killing.AT_STAKE if number == 0 else (), len(killing.AT_STAKE))
            assert not known.wrongs
            tally = await killing.killed_somewhere_new(lane, names, mine, KILLS)
    assert not tally.wrongs
    assert known.killed == [*killing.AT_STAKE] * (number == 0)
    assert LANES * len(tally.killed) + len(killing.AT_STAKE) == PROMISED_IN_CI
    assert len(tally.points) == KILLS, "each at another await"
    assert tally.points <= set(mine)
    where = {point.name: str(point) for point in found()}
    record_property("killed at", sorted(where[name] for name in tally.points))


@pytest.mark.soak
@pytest.mark.timeout(4 * 3_600)
async def test_a_thousand_kills_at_nine_in_ten_awaits_leave_nothing_lost_doubled_or_misreported(home: Path) -> None:
    names = [point.name for point in points()]
    left, lives, ended_early = [SOAKED], itertools.count(1), list[str]()
    tallies: list[killing.Tally] = []
    traced: dict[str, Reached] = {}

    async def trace(number: int) -> None:
        with an_exchange(home / f"traced{number}" / "sim", number) as venue:
            async with a_lane(home / f"traced{number}", venue, number) as lane:
                traced.update(await killing.traced(lane, killing.EVERYTHING[number::SOAK_LANES]))

    async with asyncio.TaskGroup() as side_by_side:
        for number in range(SOAK_LANES):
            side_by_side.create_task(trace(number))

    async def live(number: int, count: int) -> None:
        life, tally = home / f"life{number}", killing.Tally()
        killed: Counter[str] = Counter(kill.point for other in tallies for _, kill in other.killed)
        tallies.append(tally)
        with an_exchange(life / "sim", number) as venue:
            async with a_lane(life, venue, 1_000 + number, killing.at_first(number)) as lane:
                fewest = sorted(names, key=lambda name: (killed[name], lane.rng.random()))
                try:
                    await killing.kills(lane, killing.chances(lane, traced, fewest), count, tally)
                except (AssertionError, TimeoutError, *killing.CUT_OFF) as problem:
                    ended_early.append(repr(problem))
        left[0] += count - len(tally.killed)

    async def one_after_another() -> None:
        while left[0] > 0 and len(ended_early) + sum(bool(tally.wrongs) for tally in tallies) < ENOUGH:
            count = min(A_LIFE, left[0])
            left[0] -= count
            await live(next(lives), count)

    async with asyncio.TaskGroup() as side_by_side:
        for _ in range(SOAK_LANES):
            side_by_side.create_task(one_after_another())
    reached = {name for one in traced.values() for name in one.begun}
    killed = {name for tally in tallies for name in tally.points}
    keep(Kills.of(found(), tallies, reached))
    told = "\n".join(wrong for tally in tallies for wrong in tally.wrongs)
    assert not told, told
    assert not ended_early
    assert sum(len(tally.killed) for tally in tallies) >= SOAKED
    assert not reached & UNREACHABLE.keys(), "reached after all: take them off the list"
    assert len(killed) >= PROMISED * len(names)
