"""Public trades."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import InstrumentId, TradeId
from connectors.model.side import Side


@dataclass(frozen=True, slots=True)
class Trade:
    """One public trade."""

    instrument: InstrumentId
    trade_id: TradeId
    price: Decimal
    quantity: Decimal
    aggressor: Side
    """The taker's side."""
    time_ns: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole in a stream: what happened between these two arrivals was not seen."""

    instrument: InstrumentId
    from_ns: int
    to_ns: int
