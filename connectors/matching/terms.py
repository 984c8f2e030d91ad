"""The words matching is spoken in: the grid, what is asked, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from enum import StrEnum

from connectors.model.order import TimeInForce
from connectors.model.side import Side

_EXACT = Context(prec=60, traps=[Inexact])


class OffGridError(ValueError):
    """A price or quantity is not a whole number of ticks or lots."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The steps of one instrument: ``tick`` in quote per base, ``lot`` in base. All conversions are exact."""

    tick: Decimal
    lot: Decimal

    def ticks(self, price: Decimal) -> int:
        """Price as ticks; raises `OffGridError` off the grid."""
        return _whole(price, self.tick)

    def lots(self, quantity: Decimal) -> int:
        """Base quantity as lots; raises `OffGridError` off the grid."""
        return _whole(quantity, self.lot)

    def budget(self, quote: Decimal) -> int:
        """Quote amount in units of tick x lot, rounded down: what can be spent without exceeding ``quote``."""
        return int(_EXACT.divide_int(quote, self.unit))

    @property
    def unit(self) -> Decimal:
        """Quote value of one lot at one tick."""
        return _EXACT.multiply(self.tick, self.lot)

    def price(self, ticks: int) -> Decimal:
        """Ticks as a price."""
        return _EXACT.multiply(ticks, self.tick)

    def quantity(self, lots: int) -> Decimal:
        """Lots as a base quantity."""
        return _EXACT.multiply(lots, self.lot)

    def quote(self, units: int) -> Decimal:
        """Tick-lots as a quote amount."""
        return _EXACT.multiply(units, self.unit)


def _whole(value: Decimal, step: Decimal) -> int:
    count, rest = _EXACT.divmod(value, step)
    if rest:
        raise OffGridError(f"{value} is not a multiple of {step}")
    return int(count)


class Prevention(StrEnum):
    """What gives way when an order would meet another of the same owner."""

    NONE = "NONE"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"
    DECREMENT = "DECREMENT"
    """Both shrink by what they would have traded; whoever has nothing left goes."""


@dataclass(frozen=True, slots=True)
class Request:
    """An order as matching sees it: exactly one of ``lots`` and ``budget`` is set.

    ``limit`` is the worst price in ticks, None for a market order. ``budget`` (tick-lots) sizes one in quote.
    Orders with an empty ``owner`` never prevent a trade with themselves. A resting order with a ``peak`` shows no more
    than that many lots at a time, and goes to the end of its queue with each new part it shows.
    """

    order_id: int
    side: Side
    lots: int | None
    limit: int | None = None
    budget: int | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    owner: str = ""
    prevention: Prevention = Prevention.NONE
    peak: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """One trade between a resting order and an incoming one, at the resting order's price."""

    price: int
    lots: int
    maker_id: int
    """Id of the resting order; 0 where a followed feed's own liquidity stood."""
    taker_id: int
    """Id of the incoming order; 0 where a followed feed's trade met a resting order of ours."""
    taker_side: Side
    maker_left: int = 0
    """Lots the resting order still has."""

    @property
    def units(self) -> int:
        """Quote amount in tick-lots."""
        return self.price * self.lots


@dataclass(frozen=True, slots=True)
class Prevented:
    """A trade that did not happen, because the resting order and the incoming one have the same owner."""

    order_id: int
    """The resting order's id."""
    price: int
    lots: int
    """Lots the resting order lost; 0 when only the incoming one gave way."""
    taker_lots: int = 0
    """Lots the incoming order lost."""
    left: int = 0
    """Lots the resting order still has."""
    after: int = 0
    """How many matches of the same request came before."""

    @classmethod
    def between(cls, request: Request, wanted: int, maker: tuple[int, int, int], after: int) -> Prevented:
        """What gives way by the incoming order's mode; ``maker`` is (id, price, lots it has in all)."""
        order_id, price, had = maker
        shared = min(wanted, had)
        lost, taken = {
            Prevention.EXPIRE_MAKER: (had, 0),
            Prevention.EXPIRE_TAKER: (0, wanted),
            Prevention.EXPIRE_BOTH: (had, wanted),
            Prevention.DECREMENT: (shared, shared),
        }[request.prevention]
        return cls(order_id, price, lost, taken, had - lost, after)


class End(StrEnum):
    """How an incoming order left the matching."""

    RESTS = "RESTS"
    FILLED = "FILLED"
    EXPIRED = "EXPIRED"
    """A rest found no liquidity it was allowed to take."""
    PREVENTED = "PREVENTED"
    """Removed because it met an order of the same owner."""
    WOULD_TAKE = "WOULD_TAKE"
    """Post-only, and it would have traded: refused, nothing happened."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one request did. ``left`` is in lots: what rests (RESTS) or was given up."""

    end: End
    matches: Sequence[Match] = ()
    prevented: Sequence[Prevented] = ()
    left: int = 0

    @property
    def filled(self) -> int:
        """Lots traded."""
        return sum(match.lots for match in self.matches)


@dataclass(slots=True)
class Appetite:
    """What an incoming order still wants, sized in base or in quote."""

    lots: int | None
    units: int | None

    @classmethod
    def of(cls, request: Request) -> Appetite:
        """The whole of a request."""
        return cls(request.lots, request.budget)

    def at(self, price: int) -> int:
        """Lots it still wants at this price (whole lots that the rest of a budget pays for)."""
        if self.lots is not None:
            return self.lots
        return (self.units or 0) // price

    def take(self, price: int, lots: int) -> None:
        """Count a trade."""
        if self.lots is not None:
            self.lots -= lots
        else:
            self.units = (self.units or 0) - price * lots

    def give_up(self, price: int, gone: Prevented, request: Request) -> bool:
        """Count what prevention took; whether the order ends here."""
        if request.prevention is Prevention.DECREMENT:
            self.take(price, gone.taker_lots)
            return not self.at(price)
        return request.prevention is not Prevention.EXPIRE_MAKER
