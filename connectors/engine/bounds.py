"""The desk's own limits: what each is unless set, and which value holds where it was set more than once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import AccountId, InstrumentId
from connectors.model.risk import LimitName, LimitScope


@dataclass(frozen=True, slots=True)
class Limits:
    """What the desk itself refuses, unless set otherwise. Percentages are shares: 0.01 is 1 %."""

    orders_per_second: int = 5
    """Of one account."""
    open_orders: int = 10
    """Working orders in one instrument."""
    collar_through: Decimal = Decimal("0.01")
    """How far a limit price may go through the opposite touch."""
    collar_away: Decimal = Decimal("0.20")
    """How far a price may be from the reference, on the side where it rests."""
    equity_share: Decimal | None = Decimal("0.05")
    """Largest order as a share of the account's equity; None: no such line."""
    day_loss: Decimal | None = Decimal("0.03")
    """Share of the equity at the day's begin that may be lost before the loss lock shuts; None: no lock."""


@dataclass(frozen=True, slots=True)
class LimitKey:
    """Which limit, and where it was set; all None: for everything."""

    name: LimitName
    account: AccountId | None = None
    venue: str | None = None
    instrument: InstrumentId | None = None
    """With an account: this instrument of it; without: of every account."""


Rules = Mapping[LimitKey, Decimal | None]
"""What was set, by where; None: switched off there."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One limit as it holds; ``value`` is None where it is switched off."""

    value: Decimal | None
    scope: LimitScope


@dataclass(frozen=True, slots=True)
class Where:
    """What a limit is asked for."""

    account: AccountId | None
    venue: str | None
    instrument: InstrumentId | None = None


OF_ACCOUNTS = frozenset({LimitName.ORDERS_PER_SECOND, LimitName.DAY_LOSS})
"""Limits of an account as a whole: none of them can be set for an instrument."""
COUNTS = frozenset({LimitName.OPEN_ORDERS, LimitName.ORDERS_PER_SECOND})
SHARES = frozenset({LimitName.ORDER_VALUE, LimitName.COLLAR, LimitName.DAY_LOSS})

_MOST = {
    LimitName.ORDER_VALUE: Decimal(1),
    LimitName.COLLAR: Decimal("0.2"),
    LimitName.DAY_LOSS: Decimal(1),
    LimitName.OPEN_ORDERS: Decimal(1_000),
    LimitName.ORDERS_PER_SECOND: Decimal(100),
    LimitName.ORDER_AMOUNT: Decimal("1e15"),
    LimitName.POSITION_VALUE: Decimal("1e15"),
}
_PERCENT = Decimal(100)


def bound(limits: Limits, rules: Rules, name: LimitName, where: Where) -> Bound:
    """The value that holds: the narrower place goes before the wider."""
    # Most limits are nowhere set: then there is no place to look at.
    if any(key.name is name for key in rules):
        for key, scope in _places(name, where):
            if key in rules:
                return Bound(rules[key], scope)
    return Bound(unless_set(limits, name), LimitScope.DEFAULT)


def _places(name: LimitName, where: Where) -> tuple[tuple[LimitKey, LimitScope], ...]:
    """Where a limit may have been set, the narrowest first."""
    account, instrument, venue = where.account, where.instrument, where.venue
    found: list[tuple[LimitKey, LimitScope]] = []
    if instrument is not None:
        found.append((LimitKey(name, account=account, instrument=instrument), LimitScope.INSTRUMENT))
        found.append((LimitKey(name, instrument=instrument), LimitScope.INSTRUMENT))
    if account is not None:
        found.append((LimitKey(name, account=account), LimitScope.ACCOUNT))
    if venue is not None:
        found.append((LimitKey(name, venue=venue), LimitScope.VENUE))
    return (*found, (LimitKey(name), LimitScope.DEFAULT))


def unless_set(limits: Limits, name: LimitName) -> Decimal | None:
    """What holds where nothing was set."""
    return {
        LimitName.ORDER_VALUE: limits.equity_share,
        LimitName.ORDER_AMOUNT: None,
        LimitName.POSITION_VALUE: None,
        LimitName.OPEN_ORDERS: Decimal(limits.open_orders),
        LimitName.ORDERS_PER_SECOND: Decimal(limits.orders_per_second),
        LimitName.COLLAR: limits.collar_through,
        LimitName.DAY_LOSS: limits.day_loss,
    }[name]


def why_not(key: LimitKey, value: Decimal | None) -> str:
    """Why a limit cannot be set so, in one sentence; empty when it can. None switches it off."""
    name = key.name
    if key.instrument is not None and name in OF_ACCOUNTS:
        return f"{name} is a limit of a whole account: leave the instrument out."
    if value is None:
        return ""
    most = _MOST[name]
    if name in COUNTS:
        legal = value.is_finite() and 1 <= value <= most and value == value.to_integral_value()
        return "" if legal else f"{name} is a whole number from 1 to {most:f}; {_told(value)} is not."
    if name in SHARES:
        legal = value.is_finite() and 0 < value <= most
        told = f"{value * _PERCENT:f} %" if value.is_finite() and abs(value.adjusted()) < _DIGITS else _told(value)
        return "" if legal else f"{name} is above 0 % and at most {most * _PERCENT:f} %; {told} is not."
    legal = value.is_finite() and 0 < value <= most
    return "" if legal else f"{name} is an amount above zero, of at most 15 digits; {_told(value)} is not."


_DIGITS = 18


def _told(value: Decimal) -> str:
    return f"{value:f}" if value.is_finite() and abs(value.adjusted()) < _DIGITS else str(value)
