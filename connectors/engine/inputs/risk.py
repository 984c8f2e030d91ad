"""Limits, marks and the loss lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.engine.bounds import LimitKey, Rules
from connectors.engine.day import Day
from connectors.engine.inputs.moment import Moment
from connectors.model.ids import AccountId, InstrumentId


@dataclass(frozen=True, slots=True)
class RiskKept:
    """What the archive has of limits and of the accounts' days; at start."""

    rules: Rules
    days: Mapping[AccountId, Day]
    at: Moment


@dataclass(frozen=True, slots=True)
class LimitChanged:
    """A human set a limit, switched it off, or took back what was set."""

    key: LimitKey
    value: Decimal | None
    """None with ``unset`` False: switched off."""
    at: Moment
    unset: bool = False


@dataclass(frozen=True, slots=True)
class MarksSeen:
    """Prices of what an account holds; at most once a second. Time passes for its day with it."""

    account: AccountId
    currency: str
    """The reporting currency."""
    at: Moment
    marks: Mapping[InstrumentId, Decimal] = field(default_factory=dict)
    """What is new; others stand."""
    complete: bool = True
    """Everything that is held was asked for: a day may begin with this."""


@dataclass(frozen=True, slots=True)
class LossUnlocked:
    """A human opened an account's loss lock, typed."""

    account: AccountId
    at: Moment
