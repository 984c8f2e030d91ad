"""What every part of the worker needs of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.market.kept_candles import CandleMemory
from connectors.model.candle import Interval
from connectors.model.ids import AccountId
from connectors.ports.candles import CandleSource
from connectors.ports.clock import Clock
from connectors.ports.venue import ConnectorFactory, MarketData
from connectors.worker.executor import Executor
from connectors.worker.keeper import Keeper
from connectors.worker.supervise import Supervisor

Share = Callable[[MarketData, Clock, frozenset[Interval] | None, CandleSource | None], MarketData]
"""Wraps a connector's market data, given its native intervals and its kept candles: streams are shared and counted."""


@dataclass(frozen=True, slots=True)
class House:
    """Made once by the worker."""

    clock: Clock
    keeper: Keeper
    executor: Executor
    supervisor: Supervisor
    make_connector: ConnectorFactory
    share: Share
    on_status: Callable[[AccountId], None]
    """Told that a connection's status changed."""
    candles: CandleMemory | None = None
    """Candles from earlier; None: none are kept."""
