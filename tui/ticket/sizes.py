"""Size slots: what 1 to 9 on the ladder stand for, and how ``$500`` or ``10%bal`` becomes a quantity. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from connectors.model.instrument import Instrument
from connectors.model.order import OrderType
from tui.format import numbers
from tui.ticket.rules import floor_to, lot_step

HUNDRED = Decimal(100)
FIRST_NOTIONAL = Decimal(500)
"""What slot 1 is worth about, in quote: small against any account, above every least notional seen."""
STEPS = (1, 2, 5)
MOST_DIGITS = 15
"""Digits before the point, or zeros after it, beyond which a typed number is a slip of the hand."""


class Unit(Enum):
    """What a size counts."""

    BASE = ""
    QUOTE = "$"
    FREE_SHARE = "%bal"
    POSITION_SHARE = "%pos"


@dataclass(frozen=True, slots=True)
class Size:
    """A size as it was meant: ``0.010``, ``$500``, ``10%bal``, ``50%pos``."""

    amount: Decimal
    unit: Unit = Unit.BASE

    def __str__(self) -> str:
        text = numbers.typed(self.amount)
        if self.unit is Unit.QUOTE:
            return f"${text}"
        return f"{text}{self.unit.value}"

    def shown(self, instrument: Instrument) -> str:
        """As the size strip writes it: base sizes with three decimals where the lot has them."""
        if self.unit is not Unit.BASE:
            return str(self)
        return numbers.exact(self.amount, min(3, instrument.size_decimals))

    def typed(self, instrument: Instrument) -> str:
        """As one would type it into the ticket."""
        return self.shown(instrument).replace(",", "")


class NotASize(ValueError):
    """What was typed is no size; the sentence says what one looks like."""


def read(text: str) -> Size:
    """Read a size.

    Raises:
        NotASize: If it is none. A comma can mean two things and is refused.
    """
    stripped = text.strip().lower().removesuffix(" ")
    if "," in stripped:
        plain, joined = stripped.replace(",", "."), stripped.replace(",", "")
        raise NotASize(f"the comma in {text.strip()} can mean two things. Write {plain} or {joined}")
    unit = Unit.BASE
    for candidate in (Unit.FREE_SHARE, Unit.POSITION_SHARE):
        if stripped.endswith(candidate.value):
            unit, stripped = candidate, stripped.removesuffix(candidate.value)
    if stripped.startswith("$"):
        unit, stripped = Unit.QUOTE, stripped[1:]
    try:
        amount = Decimal(stripped)
    except InvalidOperation:
        raise NotASize(f"{text.strip() or 'nothing'} is no size. Write 0.01, $500, 10%bal or 50%pos") from None
    if not amount.is_finite() or amount <= 0:
        raise NotASize(f"{text.strip()} is no size: it must be above zero")
    if abs(amount.adjusted()) > MOST_DIGITS:
        raise NotASize(f"{text.strip()} is no size: nobody trades that much or that little")
    return Size(amount, unit)


def resolve(
    size: Size,
    instrument: Instrument,
    kind: OrderType,
    *,
    price: Decimal | None,
    free: Decimal | None,
    position: Decimal,
) -> Decimal | None:
    """The quantity in base units, rounded down to the lot; None where a share has nothing to be a share of.

    Args:
        size: What was meant.
        instrument: Whose lot counts.
        kind: Market orders may have a lot of their own.
        price: What one unit costs, in quote.
        free: Free balance in quote.
        position: What is held, in base.
    """
    step = lot_step(instrument, kind)
    if size.unit is Unit.BASE:
        return size.amount
    if size.unit is Unit.POSITION_SHARE:
        return floor_to(abs(position) * size.amount / HUNDRED, step)
    if price is None or price <= 0:
        return None
    if size.unit is Unit.QUOTE:
        return floor_to(size.amount / price, step)
    return None if free is None else floor_to(free * size.amount / HUNDRED / price, step)


def slots_for(instrument: Instrument, price: Decimal | None) -> dict[int, Size]:
    """The first slots of an instrument: 1, 2, 5 of a round base size worth about 500 quote units, $500, 10%bal.

    Args:
        instrument: Whose lot counts.
        price: About what one unit costs; None before the first price.
    """
    unit = _round_unit(instrument, price)
    sizes = {number: Size(unit * step) for number, step in enumerate(STEPS, start=1)}
    return sizes | {4: Size(FIRST_NOTIONAL, Unit.QUOTE), 5: Size(Decimal(10), Unit.FREE_SHARE)}


def _round_unit(instrument: Instrument, price: Decimal | None) -> Decimal:
    """A power of ten of base units worth about 500 in quote, not under the lot."""
    least = max(instrument.filters.step_size, instrument.filters.min_quantity)
    if price is None or price <= 0:
        return least if least > 0 else Decimal(1)
    power = Decimal(1).scaleb(round_log(FIRST_NOTIONAL / price))
    return max(power, least)


def round_log(value: Decimal) -> int:
    """Nearest power of ten of a positive value, halves (in the logarithm) upward: 0.0081 → -2, 0.2 → -1, 900 → 3."""
    exponent = value.adjusted()
    mantissa = value.scaleb(-exponent)
    return exponent + 1 if mantissa >= Decimal("3.17") else exponent
