"""What an account is worth in one currency, from balances and marks. Pure; what has no price is named, never zero.

A mark is the price of an instrument: the middle of its touch, or its last trade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.balance import Balance
from connectors.model.ids import InstrumentId

Pairs = Mapping[InstrumentId, tuple[str, str]]
Marks = Mapping[InstrumentId, Decimal]
Prices = Mapping[str, Decimal]
"""What one unit of an asset is worth in the reporting currency, which is 1 itself."""

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Worth:
    """A sum, and what is missing in it."""

    amount: Decimal
    unpriced: tuple[str, ...] = ()
    """Assets that are held and have no price, by name."""


def prices(pairs: Pairs, marks: Marks, currency: str) -> dict[str, Decimal]:
    """Prices of assets in ``currency``: by an instrument of the two, else over an asset that has a price already.

    Args:
        pairs: Base and quote asset of instruments.
        marks: Of some of them.
        currency: The reporting currency.
    """
    found = {currency: ONE}
    waiting = {pairs[one]: mark for one, mark in marks.items() if one in pairs and mark > 0}
    while True:
        step: dict[str, Decimal] = {}
        for (base, quote), mark in waiting.items():
            if quote in found and base not in found:
                step.setdefault(base, mark * found[quote])
            elif base in found and quote not in found:
                step.setdefault(quote, found[base] / mark)
        if not step:
            return found
        found.update(step)


def worth(balances: Iterable[Balance], known: Prices) -> Worth:
    """Free and locked balances together, priced."""
    held = [balance for balance in balances if balance.total]
    priced = sum((balance.total * known[balance.asset] for balance in held if balance.asset in known), Decimal(0))
    return Worth(priced, tuple(sorted(balance.asset for balance in held if balance.asset not in known)))


def report_in(pairs: Iterable[tuple[str, str]]) -> str:
    """The main quote currency among instruments: the one most of them are quoted in; empty without any."""
    counts: dict[str, int] = {}
    for _base, quote in pairs:
        counts[quote] = counts.get(quote, 0) + 1
    return min(counts, key=lambda quote: (-counts[quote], quote), default="")
