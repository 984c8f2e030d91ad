"""Instruments: what is traded, on which grid, within which limits of the venue."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import InstrumentId
from connectors.model.order import OrderType, SelfTradePrevention, Side, TimeInForce
from connectors.model.order_list import ListKind

ZERO = Decimal(0)


class InstrumentStatus(StrEnum):
    """Whether orders are accepted; UNKNOWN for a word the venue added after this release."""

    TRADING = "TRADING"
    HALT = "HALT"
    BREAK = "BREAK"
    CANCEL_ONLY = "CANCEL_ONLY"
    POST_ONLY = "POST_ONLY"
    LIMIT_ONLY = "LIMIT_ONLY"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Economic:
    """What an instrument *is*, for comparing across venues: two books of one Economic trade the same thing."""

    base: str
    quote: str
    settle: str
    kind: str = "spot"
    """``spot``, ``perpetual`` or ``future``."""
    expiry: str | None = None
    """ISO date of a dated future."""
    multiplier: Decimal = Decimal(1)
    """Base units per contract."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The venue's own bounds on an order; zero switches a bound off (as Binance does: spot filters, §4.3)."""

    tick_size: Decimal
    """Smallest step of a price, in the quote currency."""
    step_size: Decimal
    """Smallest step of a quantity, in the base currency (lot size)."""
    min_price: Decimal = ZERO
    max_price: Decimal = ZERO
    min_quantity: Decimal = ZERO
    max_quantity: Decimal = ZERO
    market_step_size: Decimal = ZERO
    """Lot step for market orders; zero means ``step_size``."""
    market_min_quantity: Decimal = ZERO
    market_max_quantity: Decimal = ZERO
    min_notional: Decimal = ZERO
    """Smallest price × quantity, in the quote currency."""
    max_notional: Decimal = ZERO
    min_notional_applies_to_market: bool = True
    max_notional_applies_to_market: bool = False
    bid_multiplier_up: Decimal = ZERO
    """A buy's price may be at most reference × this."""
    bid_multiplier_down: Decimal = ZERO
    ask_multiplier_up: Decimal = ZERO
    ask_multiplier_down: Decimal = ZERO
    percent_price: str = "PERCENT_PRICE_BY_SIDE"
    """The venue's name of the filter that these multipliers are of."""
    max_open_orders: int = 0
    max_trigger_orders: int = 0
    """Open stop and take-profit orders."""
    max_iceberg_orders: int = 0
    max_iceberg_parts: int = 0
    """Quantity ÷ visible quantity, rounded up, at most."""
    max_position: Decimal = ZERO
    """Free, locked and open buys together, in the base currency."""
    min_trail_above: int = 0
    """Trails of stops above the market (buy stops, sell take-profits), in basis points."""
    max_trail_above: int = 0
    min_trail_below: int = 0
    max_trail_below: int = 0
    max_amends: int = 0
    max_order_lists: int = 0
    average_minutes: int = 0
    """Minutes of the average that percent-price and notional bounds are taken of; 0 means the last price."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument as its venue describes it now; refreshed at intervals, since ticks change while the desk runs."""

    id: InstrumentId
    economic: Economic
    filters: Filters
    status: InstrumentStatus = InstrumentStatus.TRADING
    order_types: frozenset[OrderType] = frozenset({OrderType.LIMIT, OrderType.MARKET})
    times_in_force: frozenset[TimeInForce] = frozenset({TimeInForce.GTC})
    quote_sized_market: bool = False
    """A market order may be given in the quote currency."""
    amend: bool = False
    """An order may be changed in its place."""
    replace: bool = False
    """Cancel and create may be asked in one call."""
    iceberg: bool = False
    list_kinds: frozenset[ListKind] = frozenset()
    """Kinds of order lists it takes."""
    self_trade_prevention: frozenset[SelfTradePrevention] = frozenset()
    """Modes it takes; what the venue can do elsewhere may be refused here."""
    price_decimals: int = field(default=2)
    """Digits after the point when a price is shown: from the tick size."""
    size_decimals: int = field(default=5)
    """Digits after the point when a quantity is shown: from the step size."""

    @property
    def symbol(self) -> str:
        """The venue's own symbol."""
        return self.id.symbol

    @property
    def base(self) -> str:
        """Base asset."""
        return self.economic.base

    @property
    def quote(self) -> str:
        """Quote asset."""
        return self.economic.quote


def decimals_of(step: Decimal) -> int:
    """Digits after the point that a step needs: ``0.01000000`` → 2, ``1`` → 0, ``10`` → 0."""
    exponent = step.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


@dataclass(frozen=True, slots=True)
class FilterBreach:
    """A filter an order breaks: which one, the value, the bound, and the nearest legal value where there is one."""

    filter: str
    """The filter's name as the venue writes it, such as ``PRICE_FILTER``."""
    field: str
    """Field of the ticket: ``price``, ``quantity``, ``trigger_price`` or ``notional``."""
    value: Decimal
    bound: Decimal
    nearest: tuple[Decimal, ...] = ()
    """Nearest legal values, lower first."""
    sentence: str = ""
    """One sentence for the trader."""


def grid_neighbours(value: Decimal, step: Decimal) -> tuple[Decimal, Decimal]:
    """The grid values just at or below and at or above ``value``; ``step`` is positive."""
    lower = (value // step) * step
    upper = lower if lower == value else lower + step
    return lower, upper


def protects_from(side: Side) -> Side:
    """The side whose filled quantity an order on ``side`` reduces."""
    return Side.SELL if side is Side.BUY else Side.BUY
