"""Positions from fills, exactly (DESIGN §4).

State is (quantity, cost). A fill moves the quantity by Δ = signed quantity − fee when the fee is in base, and the
cash by its quote quantity, signed (positive: paid). After every fill, with no rounding anywhere:

    realised − open cost = Σ cash received − Σ cash paid

Fees in quote stand beside it in ``fees_quote`` and in no other number, so net realised is ``realised − fees_quote``.
A fee in base has already made the quantity smaller; it is not counted a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext

from connectors.model.fill import Fill
from connectors.model.position import Position, PositionChange, PositionEvent

EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Arithmetic of the engine: a digit lost is an error, not a rounding."""

WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
"""For the two named divisions, and for what is only judged or shown."""

SCALE = Decimal(1).scaleb(-18)
"""Costs are split to 18 digits after the point: two more than price × quantity needs at the finest venue."""


@dataclass(frozen=True, slots=True)
class Assets:
    """What an instrument trades."""

    base: str
    quote: str


def book_fill(position: Position, fill: Fill, assets: Assets) -> PositionEvent:
    """Return the position after one fill, as a row of its history.

    Args:
        position: Before.
        fill: An execution not booked before.
        assets: Base and quote asset of the instrument, to tell what a fee is taken from.
    """
    with localcontext(EXACT):
        fee_base = fill.fee.amount if fill.fee is not None and fill.fee.asset == assets.base else Decimal(0)
        fee_quote = fill.fee.amount if fill.fee is not None and fill.fee.asset == assets.quote else Decimal(0)
        delta = fill.side.sign * fill.quantity - fee_base
        cash = fill.side.sign * fill.quote_quantity
        change, quantity, cost, realised = _move(position, delta, cash)
        after = Position(
            position.account,
            position.instrument,
            quantity,
            cost,
            position.realised + realised,
            position.fees_quote + fee_quote,
            fill.time_ns,
        )
    return PositionEvent(after, change, delta, fill.price, realised, fill.time_ns)


def _move(position: Position, delta: Decimal, cash: Decimal) -> tuple[PositionChange, Decimal, Decimal, Decimal]:
    """Change, quantity, open cost, and what was realised."""
    quantity, cost = position.quantity, position.cost
    after = quantity + delta
    if quantity == 0:
        # A fee as large as the fill leaves nothing: the cash is gone.
        return (
            (PositionChange.OPEN, after, cash, Decimal(0))
            if after
            else (PositionChange.CLOSE, after, Decimal(0), -cash)
        )
    if (quantity > 0) == (delta > 0) and delta != 0:
        return PositionChange.INCREASE, after, cost + cash, Decimal(0)
    if after == 0:
        return PositionChange.CLOSE, after, Decimal(0), -cash - cost
    if abs(delta) < abs(quantity):
        removed = cost_of_part(cost, abs(delta), abs(quantity))
        return PositionChange.DECREASE, after, cost - removed, -cash - removed
    closing = cash_of_part(cash, abs(quantity), abs(delta))
    return PositionChange.FLIP, after, cash - closing, -closing - cost


def cost_of_part(cost: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """First named division: what a closed part had cost, rounded once; the rest of the cost stays with the rest."""
    return _share(cost, part, whole)


def cash_of_part(cash: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Second named division: the cash of a flipping fill that closes the old side; the rest opens the new one."""
    return _share(cash, part, whole)


def _share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    with localcontext(WIDE):
        return (amount * part / whole).quantize(SCALE)
