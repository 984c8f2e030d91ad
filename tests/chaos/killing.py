"""Runs of kills: which awaits a lane's scenarios reach, which of them to die at, and what became of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle

from chaos.await_hooks import Kill, Moment
from chaos.await_points import found
from chaos.beginnings import BEGINNINGS
from chaos.judging import judge
from chaos.lane import Lane, NotTaken
from chaos.scenarios import ENDINGS, SCENARIOS
from chaos.workers import Reached
from connectors.errors import WorkerGone
from connectors.model.ids import OrderId

EVERYTHING = (*SCENARIOS, *ENDINGS, *BEGINNINGS)
"""What a worker may die in, by name."""

FIRST_START = "first_start"
"""And this: the start of the first worker on an archive, which is killed at `ONCE`."""
ONCE = (
    "connectors/worker/follow.py::AccountFollower.open#6",
    "connectors/worker/live.py::Live._connect#3",
    "connectors/worker/lives.py::remember_life#1",
    "connectors/worker/lives.py::remember_life#2",
)
"""Awaits that an archive's first worker alone comes to."""

CUT_OFF = (WorkerGone, NotTaken, ConnectionError, asyncio.IncompleteReadError)
"""How a scenario ends where the worker died; it may do so while it is armed already, as it answers that it was."""

_OFTEN = 12
"""What happens more often is killed within its first so many times."""
_NEWEST = 8
"""Of the awaits that are new in a scenario, one of the first so many is died at."""
_LATEST_MS = 8
"""On the workers' clock: how much later than its beginning an await is cut off."""


@dataclass
class Tally:
    """What a run of kills came to."""

    killed: list[tuple[str, Kill]] = field(default_factory=list)
    """Scenario, and where the worker died in it."""
    missed: int = 0
    """Kills that were armed at an await which this time was not reached so often."""
    wrongs: list[str] = field(default_factory=list)
    """What was lost, doubled or misreported; none is what is promised."""

    @property
    def points(self) -> set[str]:
        """Names of the awaits that were died at."""
        return {kill.point for _, kill in self.killed}

    @property
    def moments(self) -> Counter[str]:
        """Kills by moment."""
        return Counter(kill.moment.value for _, kill in self.killed)


async def traced(lane: Lane, names: Iterable[str]) -> dict[str, Reached]:
    """Run scenarios to their ends, without a kill; what each reached, by its name."""
    met: dict[str, Reached] = {}
    for name in names:
        if name in BEGINNINGS:
            left = await _begun(lane, name)
            await lane.start(used=False)
            await BEGINNINGS[name].after(lane, left)
            met[name] = await lane.reached()
        else:
            await lane.arm(None)
            if name in ENDINGS:
                await ENDINGS[name](lane)
                await lane.over()
                met[name] = await lane.reached()
                await lane.exchange.disarm()
                await lane.start()
            else:
                await SCENARIOS[name](lane)
                met[name] = await lane.reached()
        await lane.tidy()
    return met


def chances(lane: Lane, reached: Mapping[str, Reached], points: Sequence[str]) -> Iterator[tuple[str, Kill]]:
    """Scenarios with a kill in each, round after round over the awaits in their order; ends where none is reached."""
    by_point = {
        point: [(name, one) for name, one in reached.items() if one.begun.get(point)]
        for point in points
        if any(one.begun.get(point) for one in reached.values())
    }
    while by_point:
        for point, ways in by_point.items():
            name, one = lane.rng.choice(ways)
            moment = lane.rng.choice([*Moment] if one.over.get(point) else [Moment.BEFORE, Moment.DURING])
            often = one.over[point] if moment is Moment.AFTER else one.begun[point]
            occurrence = lane.rng.randint(1, min(often, _OFTEN))
            yield name, Kill(point, occurrence, moment, round(lane.rng.uniform(0, _LATEST_MS), 1))


async def _begun(lane: Lane, name: str) -> OrderId:
    """Let a worker leave what the next one begins with; returns the order that is left over."""
    left = await BEGINNINGS[name].before(lane)
    await lane.died()
    await lane.exchange.disarm()
    return left


async def kill(lane: Lane, name: str, armed: Kill) -> Kill | None:
    """Let a worker run a scenario and die in it; where it died at its own hand, None where it lived on."""
    if name in BEGINNINGS:
        left = await _begun(lane, name)
        with suppress(*CUT_OFF):
            await lane.start(armed, used=False)
            await BEGINNINGS[name].after(lane, left)
        return await lane.died()
    with suppress(*CUT_OFF):
        await lane.arm(armed)
        if name in ENDINGS:
            await ENDINGS[name](lane)
            await lane.gone()
        else:
            await SCENARIOS[name](lane)
    return await lane.died()


def at_first(number: int) -> Kill:
    """Where the first worker of the how-manieth archive dies."""
    return Kill(ONCE[number % len(ONCE)], 1, [*Moment][number // len(ONCE) % len(Moment)])


async def kills(lane: Lane, armed: Iterable[tuple[str, Kill]], count: int, tally: Tally | None = None) -> Tally:
    """Kill so often, and judge after each; ends early where something was lost, doubled or misreported.

    Args:
        lane: Where.
        armed: Scenarios, with a kill in each.
        count: How often.
        tally: What is added to.
    """
    tally = Tally() if tally is None else tally
    if lane.died_first is not None:
        tally.killed.append((FIRST_START, lane.died_first))
    for name, wanted in armed:
        died = await kill(lane, name, wanted)
        if died is None:
            tally.missed += 1
        else:
            tally.killed.append((name, died))
        tally.wrongs += [f"after {name}, killed {died or wanted}: {one}" for one in await judge(lane)]
        if tally.wrongs:
            break
        assert tally.missed <= count, f"most kills missed: {tally}"
        await lane.cleared()
        if len(tally.killed) >= count:
            break
    return tally


_PLACE = "connectors/venues/binance/trading.py::BinanceTrading.place#1"
_CANCEL = "connectors/venues/binance/trading.py::BinanceTrading.cancel#1"
_REPLACE = "connectors/venues/binance/changes.py::Changes.replace#1"
AT_STAKE: Sequence[tuple[str, Kill]] = (
    ("refused_late", Kill(_PLACE, 1, Moment.DURING, 200)),
    ("market", Kill(_PLACE, 1, Moment.AFTER)),
    ("market", Kill(_PLACE, 2, Moment.BEFORE)),
    ("cancel", Kill(_CANCEL, 1, Moment.AFTER)),
    ("replaced", Kill(_REPLACE, 1, Moment.AFTER)),
    ("start", Kill("connectors/worker/reconciling.py::take_snapshot#2", 1, Moment.AFTER)),
)
"""Where most is at stake: it was sent, and nothing of its answer is on disk; one of them never is at the venue."""


async def killed_somewhere_new(lane: Lane, names: Sequence[str], points: Collection[str], count: int) -> Tally:
    """Kill so often, each time at an await at which nobody died yet; no scenario is traced before.

    Args:
        lane: Where.
        names: Scenarios, taken in turn.
        points: Names of the awaits at which workers may die.
        count: How often.
    """
    tally = Tally()
    everything = frozenset(point.name for point in found())

    def chosen() -> Iterator[tuple[str, Kill]]:
        for name in cycle(names):
            others = tuple(sorted(everything - (frozenset(points) - tally.points)))
            moment, delay_ms = lane.rng.choice([*Moment]), round(lane.rng.uniform(0, _LATEST_MS), 1)
            yield name, Kill("", lane.rng.randint(1, _NEWEST), moment, delay_ms, others)

    return await kills(lane, chosen(), count, tally)
