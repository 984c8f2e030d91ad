"""How accounts stand: positions' history, what made a balance what it is, and how well orders were executed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import AccountId, InstrumentId
from connectors.model.order import Order
from connectors.model.position import PositionEvent


@dataclass(frozen=True, slots=True)
class GetPositionHistory:
    """What made a position what it is. Reply: `PositionHistory`."""

    account: AccountId
    instrument: InstrumentId
    limit: int = 200


@dataclass(frozen=True, slots=True)
class PositionHistory:
    """Newest first."""

    events: tuple[PositionEvent, ...]


@dataclass(frozen=True, slots=True)
class GetAssets:
    """An account's asset ledger: balance = what positions hold + the external line. Reply: `AssetLedger`."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class AssetStanding:
    """One asset of one account."""

    account: AccountId
    asset: str
    free: Decimal
    locked: Decimal
    traded: Decimal
    """What the desk's own fills made of it, fees included."""
    external: Decimal
    """Everything else: deposits, withdrawals, other tools."""
    moved_ns: int | None = None
    """When the external line last moved."""


@dataclass(frozen=True, slots=True)
class AssetLedger:
    """By asset."""

    assets: tuple[AssetStanding, ...]


class StatisticsBy(StrEnum):
    """What execution statistics are counted by."""

    DAY = "DAY"
    """UTC."""
    INSTRUMENT = "INSTRUMENT"


@dataclass(frozen=True, slots=True)
class GetStatistics:
    """How well orders were executed. Reply: `Statistics`."""

    by: StatisticsBy = StatisticsBy.DAY
    account: AccountId | None = None
    since_ns: int = 0


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """Orders of one account, and of one day or instrument; None where nothing was measured."""

    account: AccountId
    key: str
    """``2026-11-21``, or an instrument."""
    orders: int
    filled: int
    """Filled whole."""
    partly: int
    """Ended or working with a part filled."""
    unfilled: int
    refused: int
    fill_rate: Decimal | None
    """Mean of filled ÷ ordered over the orders that are over and were not refused."""
    slippage_bp: Decimal | None
    """Average against the mid at arrival, weighted by value, in basis points; positive is worse.

    None where the values are in several currencies.
    """
    ack_p50_ms: Decimal | None
    """From the first byte to the answer."""
    ack_p99_ms: Decimal | None
    fees: tuple[tuple[str, Decimal], ...] = ()
    """Asset and amount."""
    volume: tuple[tuple[str, Decimal], ...] = ()
    """Quote asset, or the instrument where its quote asset is not known now, and amount traded."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """By day: newest first; by instrument: by name."""

    rows: tuple[StatisticsRow, ...]


@dataclass(frozen=True, slots=True)
class ShowOrder:
    """One order's whole way, by handle, order id or client order id. Reply: `OrderStory`."""

    name: str


@dataclass(frozen=True, slots=True)
class OrderStory:
    """From the price that was seen to the last fill."""

    order: Order
    mark: Decimal | None = None
    slippage_bp: Decimal | None = None
    """Against the mid at arrival; positive is worse."""
    seen_slippage_bp: Decimal | None = None
    """Against the mid that was painted when the key was pressed."""
    ack_ms: Decimal | None = None
    first_fill_ms: Decimal | None = None
    """From the first byte to the first fill, by the worker's clock."""
