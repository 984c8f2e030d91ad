"""A venue for the contract suite: started once a module, connected anew for each test."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from connectors import registry
from connectors.clock import SystemClock
from connectors.ports.venue import Account, Connector, MarketData, Trading
from contract.fault_rig import Rig
from support.simulator import Simulator, running_simulator

VENUES = ("binance",)
"""Venues the suite runs for; each has a simulated counterpart."""
_FAULTY = ("--seed", "7", "--symbols", "1", "--control")
_NO_LIMITS = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "SECOND", "intervalNum": 1, "limit": 100_000},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100_000},
    {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 6_000_000},
    {"rateLimitType": "CONNECTIONS", "interval": "MINUTE", "intervalNum": 5, "limit": 100_000},
]
"""Beyond what the fault matrix reaches, with a connector for each cell. Weight is counted by the second: in a minute
that is full by the usual measure, each new connector would wait for its end before it has read this list."""


@pytest.fixture(scope="module", params=VENUES)
def venue(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with tempfile.TemporaryDirectory(prefix="td") as home, running_simulator(Path(home), "--seed", "7") as running:
        assert request.param == "binance"
        yield running


@pytest.fixture
def made(venue: Simulator) -> Callable[..., Connector]:
    """Makes a connector to the venue, not yet connected."""

    def make(*, keyed: bool = True) -> Connector:
        return registry.create(venue.connection(keyed=keyed), venue.signer() if keyed else None, SystemClock())

    return make


@pytest.fixture
async def connector(made: Callable[..., Connector]) -> AsyncIterator[Connector]:
    connected = made()
    await connected.connect()
    yield connected
    await connected.close()


@pytest.fixture
def market(connector: Connector) -> MarketData:
    return connector.market


@pytest.fixture
def trading(connector: Connector) -> Trading:
    assert connector.trading is not None
    return connector.trading


@pytest.fixture
def account(connector: Connector) -> Account:
    assert connector.account is not None
    return connector.account


@pytest.fixture(scope="module")
def faulty() -> Iterator[Simulator]:
    """A venue whose faults can be armed."""
    with tempfile.TemporaryDirectory(prefix="td") as home:
        limits = Path(home) / "limits.json"
        limits.write_text(json.dumps({"rateLimits": _NO_LIMITS}), encoding="utf-8")
        with running_simulator(Path(home), *_FAULTY, "--limits", str(limits)) as running:
            yield running


@pytest.fixture
async def rig(faulty: Simulator) -> AsyncIterator[Rig]:
    """Its control path; no fault is armed before a test, or after it."""
    async with httpx.AsyncClient(base_url=faulty.rest, trust_env=False, verify=False, timeout=200) as http:  # noqa: S501
        rig = Rig(faulty, http)
        await rig.reset()
        yield rig
        await rig.reset()
