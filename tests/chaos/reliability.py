"""The figures of the newest run of a thousand kills, kept beside the page that shows them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from chaos.await_points import CHECKOUT, AwaitPoint
from chaos.killing import Tally

FILE = CHECKOUT / "docs" / "reliability.json"


@dataclass(frozen=True, slots=True)
class Kills:
    """What a run came to.

    Attributes:
        kills: Workers that died where they were told to.
        missed: Those that were told to and did not come there.
        wrongs: What was lost, doubled or misreported, over all of them.
        found: Awaits found in the code, by file.
        killed: Those at which a worker died, by file.
        reached: Those that some scenario reached.
        moments: Kills by moment.
        scenarios: Kills by scenario.
    """

    kills: int
    missed: int
    wrongs: int
    found: dict[str, int]
    killed: dict[str, int]
    reached: int
    moments: dict[str, int]
    scenarios: dict[str, int]

    @classmethod
    def of(cls, found: Sequence[AwaitPoint], tallies: Sequence[Tally], reached: Collection[str]) -> Kills:
        """Add up."""
        died_at = {name for tally in tallies for name in tally.points}
        moments: Counter[str] = sum((tally.moments for tally in tallies), Counter())
        return cls(
            sum(len(tally.killed) for tally in tallies),
            sum(tally.missed for tally in tallies),
            sum(len(tally.wrongs) for tally in tallies),
            dict(Counter(point.path for point in found)),
            dict(Counter(point.path for point in found if point.name in died_at)),
            len(reached),
            dict(sorted(moments.items())),
            dict(sorted(Counter(name for tally in tallies for name, _ in tally.killed).items())),
        )


def keep(kills: Kills) -> None:
    """Write the figures down."""
    FILE.write_text(json.dumps(asdict(kills), indent=2) + "\n", encoding="utf-8")


def kept() -> Kills:
    """The figures of the newest run."""
    return Kills(**json.loads(FILE.read_text(encoding="utf-8")))
