"""The clock is injected; nothing else asks the time."""

from __future__ import annotations

import pytest

from architecture.checkers.clocks import asks_the_time
from architecture.checkers.source import PACKAGES, Source, report, sources

MAY_ASK: dict[str, str] = {
    "connectors/clock.py": "it is the clock",
    "connectors/turns.py": "shares the loop out by the loop's own clock",
    "connectors/simulator/clock.py": "an exchange has a clock of its own; it imports model and matching only",
    "connectors/simulator/serve.py": "drives that exchange's market, a step at a time, in a process of its own",
}
"""Files, or folders ending in a slash, that ask the system, each with the reason."""


def may_ask(path: str) -> bool:
    """Say whether a file, or the folder it lies in, is excused."""
    return any(path == excused or (excused.endswith("/") and path.startswith(excused)) for excused in MAY_ASK)


def test_nothing_asks_the_time_but_the_clock() -> None:
    findings = [f for source in sources(*PACKAGES) if not may_ask(source.path) for f in asks_the_time(source)]
    assert not findings, report(findings)


@pytest.mark.parametrize("excused", sorted(MAY_ASK))
def test_whoever_is_excused_still_asks(excused: str) -> None:
    assert any(asks_the_time(source) for source in sources(excused)), f"{excused} needs no excuse any more"


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.time()",
        "import time as t\nt.monotonic()",
        "from time import perf_counter_ns\nperf_counter_ns()",
        "import time\nmake(now=time.time_ns)",
        "import time\ntime.sleep(1)",
        "from datetime import UTC, datetime\ndatetime.now(UTC)",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "import datetime as dt\ndt.date.today()",
        "import asyncio\nawait asyncio.sleep(0.1)",
        "import asyncio\nawait asyncio.sleep(delay)",
        "self._loop.time()",
        "import asyncio\nasyncio.get_running_loop().time()",
    ],
)
def test_whoever_asks_is_named(text: str) -> None:
    assert asks_the_time(Source("x.py", text))


@pytest.mark.parametrize(
    "text",
    [
        "clock.now()",
        "self.clock.time_ns()",
        "import asyncio\nawait asyncio.sleep(0)",
        "from datetime import UTC, datetime\ndatetime.fromtimestamp(0, UTC)",
        "import time\ndef f(t: time.struct_time): ...",
        "trade.time()",
    ],
)
def test_asking_the_injected_clock_is_fine(text: str) -> None:
    assert asks_the_time(Source("x.py", text)) == []
