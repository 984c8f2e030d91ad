"""Runs of kills: which awaits a lane's scenarios reach, which of them to die at, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from chaos.await_hooks import Kill, Moment
from chaos.judging import judge
from chaos.lane import Lane, NotTaken, Reached
from chaos.scenarios import ENDINGS, SCENARIOS, before_start
from connectors.errors import WorkerGone

START = "start"
"""The scenario that is a worker's own start, on an archive with unfinished business."""

_OFTEN = 12
"""What happens more often is killed within its first so many times."""
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
    found: dict[str, Reached] = {}
    for name in names:
        if name == START:
            await before_start(lane)
            await lane.died()
            await lane.exchange.disarm()
            await lane.start()
            await lane.settled()
            found[name] = await lane.reached()
        else:
            await lane.arm(None)
            if name in ENDINGS:
                await ENDINGS[name](lane)
                await lane.over()
                found[name] = await lane.reached()
                await lane.start()
            else:
                await SCENARIOS[name](lane)
                found[name] = await lane.reached()
        await lane.tidy()
    return found


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


async def kill(lane: Lane, name: str, armed: Kill) -> bool:
    """Let a worker run a scenario and die in it; whether it died where it was told to."""
    if name == START:
        await before_start(lane)
        await lane.died()
        await lane.exchange.disarm()
        with suppress(WorkerGone):  # that is what it was armed for
            await lane.start(armed)
            await lane.settled()
        return await lane.died()
    with suppress(WorkerGone, NotTaken):  # the one is what it was armed for, which answering may reach already
        await lane.arm(armed)
        await (SCENARIOS.get(name) or ENDINGS[name])(lane)
    return await lane.died()


async def kills(lane: Lane, reached: Mapping[str, Reached], points: Sequence[str], count: int) -> Tally:
    """Kill so often, and judge after each.

    Raises:
        AssertionError: Something was lost, doubled or misreported, with the kill that did it.
    """
    tally = Tally()
    for name, armed in chances(lane, reached, points):
        if len(tally.killed) >= count:
            break
        if await kill(lane, name, armed):
            tally.killed.append((name, armed))
        else:
            tally.missed += 1
        wrong = await judge(lane)
        tally.wrongs += [f"after {name}, killed {armed}: {one}" for one in wrong]
        assert not tally.wrongs, "\n".join(tally.wrongs)
        await lane.tidy()
        assert tally.missed <= count, f"most kills missed: {tally}"
    return tally
