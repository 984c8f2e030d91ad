"""What a venue says of an account's money and trades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.engine.inputs.moment import Moment
from connectors.model.balance import Balance
from connectors.model.fill import Fill
from connectors.model.ids import AccountId, InstrumentId
from connectors.model.order import OrderReport


@dataclass(frozen=True, slots=True)
class FillsAnswered:
    """Own fills the venue listed, oldest first; those already booked are among them."""

    account: AccountId
    fills: Sequence[Fill]
    at: Moment


@dataclass(frozen=True, slots=True)
class BalancesSeen:
    """Balances that may have changed, absolute."""

    account: AccountId
    balances: Sequence[Balance]
    at: Moment


@dataclass(frozen=True, slots=True)
class FlowSeen:
    """A deposit, withdrawal or transfer."""

    account: AccountId
    asset: str
    delta: Decimal
    at: Moment


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The venue asked for everything: open orders, then own fills, then balances."""

    account: AccountId
    open_orders: Sequence[OrderReport]
    fills: Sequence[Fill]
    balances: Sequence[Balance]
    asked_mono_ns: int
    """When the first of its questions left."""
    at: Moment
    missed: bool = False
    """Nobody listened before: what it shows was not told, however new it is."""


@dataclass(frozen=True, slots=True)
class LedgerKept:
    """What the archive has of an account's asset ledger in the life it is in."""

    account: AccountId
    fees: Mapping[tuple[InstrumentId, str], Decimal]
    """Fees in assets that are neither base nor quote of their instrument, by both."""
    lines: Mapping[str, tuple[Decimal, int | None]]
    """External lines by asset: how much, and when they last moved."""
    at: Moment
