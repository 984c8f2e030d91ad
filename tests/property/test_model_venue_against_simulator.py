"""The model venue is worth as much as it is like an exchange: the same runs over real sockets come out the same."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from connectors import registry
from connectors.clock import SystemClock
from property.replayed import Step, drawn, replay
from support.simulator import Simulator, running_simulator
from support.stage import Stage, staged

pytestmark = pytest.mark.peers

SAMPLE = range(200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 5)

CASES: dict[str, list[Step]] = {
    "a create with the id of a finished order is a second order": [("rest", 0), ("cancel", 0), ("twice", 0)],
    "a create with the id of an open order is a duplicate": [("rest", 0), ("twice", 0)],
    "an order made smaller keeps its id and may be made smaller again": [("rest", 0), ("halve", 0), ("look", 0)],
    "what is over cannot be changed": [("rest", 0), ("cancel", 0), ("halve", 0), ("replace", 0)],
    "a filled order is neither cancelled nor replaced": [("market", 0), ("cancel", 0), ("replace", 0)],
    "one of an oco takes the other along": [("oco", 0), ("cancel", 0), ("look", 1)],
    "replacing one of an oco ends the list": [("oco", 0), ("replace", 0)],
    "of a pair both are made smaller": [("oco", 0), ("halve", 0), ("otoco", 0), ("halve", 3)],
    "an entry takes its exits along": [("otoco", 0), ("cancel", 0)],
    "an exit takes its entry along": [("otoco", 0), ("cancel", 1)],
}
"""Runs that once told the two apart, or that a failure of the property tests shrank to."""


_NO_LIMITS = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6_000_000},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100_000},
    {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 6_000_000},
    {"rateLimitType": "CONNECTIONS", "interval": "MINUTE", "intervalNum": 5, "limit": 100_000},
]
"""Beyond what this module reaches."""


@pytest.fixture(scope="module")
def exchange() -> Iterator[Simulator]:
    with tempfile.TemporaryDirectory(prefix="td") as home:
        limits = Path(home) / "limits.json"
        limits.write_text(json.dumps({"rateLimits": _NO_LIMITS}), encoding="utf-8")
        with running_simulator(Path(home), "--seed", "7", "--symbols", "1", "--limits", str(limits)) as running:
            yield running


@pytest.fixture
async def stage(exchange: Simulator) -> AsyncIterator[Stage]:
    connector = registry.create(exchange.connection(), exchange.signer(), SystemClock())
    async with staged(connector) as ready:
        yield ready


@pytest.mark.parametrize("name", CASES)
async def test_a_known_case_comes_out_the_same(stage: Stage, name: str) -> None:
    for step, model, simulator in await replay(stage, CASES[name]):
        assert model == simulator, step


@pytest.mark.parametrize("seed", SAMPLE)
async def test_a_sampled_run_comes_out_the_same(stage: Stage, seed: int) -> None:
    for step, model, simulator in await replay(stage, drawn(seed)):
        assert model == simulator, step
