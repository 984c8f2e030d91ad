"""The figures of the newest run of a thousand kills, kept beside the page that shows them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from chaos.await_points import CHECKOUT, AwaitPoint
from chaos.judging import SECOND_START
from chaos.killing import Tally
from chaos.unreachable import UNREACHABLE

FILE = CHECKOUT / "docs" / "reliability.json"


@dataclass(frozen=True, slots=True)
class Kills:
    """What a run came to.

    Attributes:
        kills: Workers that died where they were told to.
        missed: Those that were told to and did not come there.
        wrongs: What was lost, doubled or misreported, over all of them.
        rewritten: Second starts that wrote something.
        day: When it ended, UTC.
        found: Awaits found in the code, by file.
        listed: Those of them that are listed as unreachable.
        killed: Lines at which a worker died, by file.
        reached: Awaits that some scenario reached.
        moments: Kills by moment.
        scenarios: Kills by scenario.
        parts: In how many runs it was done, one after another, where it was cut short.
    """

    kills: int
    missed: int
    wrongs: int
    rewritten: int
    day: str
    found: dict[str, int]
    listed: int
    killed: dict[str, list[int]]
    reached: int
    moments: dict[str, int]
    scenarios: dict[str, int]
    parts: int = 1

    @classmethod
    def of(cls, found: Sequence[AwaitPoint], tallies: Sequence[Tally], reached: Collection[str]) -> Kills:
        """Add up."""
        died_at = {name for tally in tallies for name in tally.points}
        moments: Counter[str] = sum((tally.moments for tally in tallies), Counter())
        wrongs = [wrong for tally in tallies for wrong in tally.wrongs]
        killed: dict[str, list[int]] = {}
        for point in found:
            if point.name in died_at:
                killed.setdefault(point.path, []).append(point.line)
        return cls(
            kills=sum(len(tally.killed) for tally in tallies),
            missed=sum(tally.missed for tally in tallies),
            wrongs=len(wrongs),
            rewritten=sum(SECOND_START in wrong for wrong in wrongs),
            day=datetime.now(UTC).date().isoformat(),
            found=dict(Counter(point.path for point in found)),
            listed=len(UNREACHABLE),
            killed=killed,
            reached=len(reached),
            moments=dict(sorted(moments.items())),
            scenarios=dict(sorted(Counter(name for tally in tallies for name, _ in tally.killed).items())),
        )


def keep(kills: Kills) -> None:
    """Write the figures down."""
    FILE.write_text(json.dumps(asdict(kills), indent=2) + "\n", encoding="utf-8")


def kept() -> Kills:
    """The figures of the newest run."""
    return Kills(**json.loads(FILE.read_text(encoding="utf-8")))
