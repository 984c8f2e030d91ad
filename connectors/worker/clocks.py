"""A venue's clock against ours, as its connector last read it."""

from __future__ import annotations

from connectors.engine.inputs import ClockMeasured
from connectors.model.connection import ConnectionStatus
from connectors.worker.executor import Executor

_MS_NS = 1_000_000
_OTHER_CLOCK_MS = 86_400_000
"""A clock so far from ours is another one, and not one that is wrong."""


def has_our_clock(status: ConnectionStatus) -> bool:
    """Whether the venue's clock is ours; that of a simulated exchange may be that of its recording."""
    return abs(status.clock_offset_ms or 0) < _OTHER_CLOCK_MS


def tell_clock(executor: Executor, status: ConnectionStatus) -> None:
    """What our reading of the venue's clock may be wrong by counts in what proves that an order never arrived."""
    error_ns = (status.clock_error_ms or 0) * _MS_NS
    executor.feed(ClockMeasured(status.account, error_ns, executor.now()))
