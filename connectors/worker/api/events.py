"""Never-drop events: numbered, without a hole for an attached client."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.model.balance import Balance
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Order
from connectors.model.position import Position
from connectors.model.vault import VaultFacts
from connectors.worker.api.answers import TradingState
from connectors.worker.api.panic import PanicMoved
from connectors.worker.api.risk import RiskChanged


class AlertLevel(StrEnum):
    """How loud an alert is."""

    INFO = "INFO"
    WARN = "WARN"
    DANGER = "DANGER"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a human must see."""

    time_ns: int
    level: AlertLevel
    sentence: str
    account: AccountId | None = None
    order_id: OrderId | None = None


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order's new record."""

    order: Order


@dataclass(frozen=True, slots=True)
class FillRecorded:
    """A fill, once each."""

    fill: RecordedFill


@dataclass(frozen=True, slots=True)
class PositionChanged:
    """A position's new state, from fills."""

    position: Position


@dataclass(frozen=True, slots=True)
class BalancesChanged:
    """Balances that may have changed, absolute."""

    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """A connection's new state; ``connection`` is None once it was removed."""

    status: ConnectionStatus
    connection: Connection | None


@dataclass(frozen=True, slots=True)
class InstrumentChanged:
    """Tick size, filters or status of an instrument changed."""

    account: AccountId
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """A new alert."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class TradingChanged:
    """New orders are on or off now."""

    state: TradingState
    reason: str
    time_ns: int


@dataclass(frozen=True, slots=True)
class VaultChanged:
    """How far the vault is open now, or who can open it. A numbered event."""

    vault: VaultFacts
    reason: str = ""


NumberedEvent = (
    OrderChanged
    | FillRecorded
    | PositionChanged
    | BalancesChanged
    | ConnectionChanged
    | InstrumentChanged
    | AlertRaised
    | TradingChanged
    | VaultChanged
    | PanicMoved
    | RiskChanged
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A never-drop event and its number: 1, 2, … per worker, without a hole for an attached client."""

    number: int
    event: NumberedEvent
