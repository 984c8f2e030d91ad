"""The link itself: greeting, attaching, stopping."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.model.balance import Balance
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.fill import RecordedFill
from connectors.model.order import Order
from connectors.model.position import Position
from connectors.model.vault import VaultFacts
from connectors.worker.api.answers import TradingState
from connectors.worker.api.events import Alert
from connectors.worker.api.panic import PanicReport
from connectors.worker.api.risk import AccountRisk

PROTOCOL = 3
"""Raised when a command or event changes shape; a client of another protocol is refused with a sentence."""


@dataclass(frozen=True, slots=True)
class Hello:
    """First command of every client. Reply: `Welcome`."""

    client: str
    """``desk`` or the name of the command."""
    protocol: int = PROTOCOL


@dataclass(frozen=True, slots=True)
class Welcome:
    """The worker's answer to `Hello`."""

    worker_pid: int
    started_ns: int
    version: str
    protocol: int = PROTOCOL


@dataclass(frozen=True, slots=True)
class Attach:
    """Ask for the never-drop lane. Reply: `Picture`; numbered events after its number follow."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a late client needs: the state as of event ``number``."""

    number: int
    time_ns: int
    trading: TradingState
    connections: tuple[Connection, ...]
    statuses: tuple[ConnectionStatus, ...]
    orders: tuple[Order, ...]
    """All working and UNKNOWN ones, and the newest finished ones; newest first."""
    positions: tuple[Position, ...]
    balances: tuple[Balance, ...]
    fills: tuple[RecordedFill, ...]
    """Newest first."""
    alerts: tuple[Alert, ...] = ()
    vault: VaultFacts = field(default_factory=VaultFacts)
    risk: tuple[AccountRisk, ...] = ()
    panic: PanicReport | None = None
    """The newest since the worker began."""
    trading_reason: str = ""
    trading_since_ns: int = 0
    """Since when trading is as it is; over restarts."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Ask the worker to finish what is in flight and stop. Reply: `Done`."""
