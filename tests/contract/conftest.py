"""A venue for the contract suite: started once a module, connected anew for each test."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from connectors import registry
from connectors.clock import SystemClock
from connectors.ports.venue import Account, Connector, MarketData, Trading
from support.simulator import Simulator, running_simulator

VENUES = ("binance",)
"""Venues the suite runs for; each has a simulated counterpart."""


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
