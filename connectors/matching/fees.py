"""Commission: a share of what is received, in the asset that is received."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal

from connectors.model.side import Side

_CONTEXT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Fees:
    """Rates as fractions (0.001 is 0.1 %). ``places`` is the number of decimals a commission is kept to."""

    maker: Decimal = Decimal("0.001")
    taker: Decimal = Decimal("0.001")
    places: int = 8

    def commission(self, received: Decimal, *, maker: bool) -> Decimal:
        """Commission on an amount received, cut off (never rounded up) after ``places`` decimals."""
        rate = self.maker if maker else self.taker
        exact = _CONTEXT.multiply(received, rate)
        return exact.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_DOWN, context=_CONTEXT)


def received(side: Side, base: Decimal, quote: Decimal) -> Decimal:
    """What a fill brings in: base for a buy, quote for a sell."""
    return base if side is Side.BUY else quote
