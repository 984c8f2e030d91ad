"""Positions added up per instrument, asset and venue, in a reporting currency. Pure; nothing is taken for zero.

Never over two modes: play money is no money. What has no price or rate here is named, and is in no sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from connectors.engine.positions import WIDE
from connectors.model.ids import InstrumentId, Mode
from connectors.model.position import Position

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Mark:
    """What one unit of base is worth in quote."""

    price: Decimal
    time_ns: int
    """When the venue said so."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of an asset is worth in the reporting currency."""

    asset: str
    rate: Decimal
    time_ns: int
    """Of the oldest price it is made of."""
    source: str


@dataclass(frozen=True, slots=True)
class Held:
    """One position, where it is, and fees of it in third assets."""

    mode: Mode
    position: Position
    base: str
    quote: str
    other_fees: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Fees:
    """Fees in one asset; ``value`` is None where no rate is known."""

    asset: str
    amount: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Total:
    """One row; None where a price or rate is missing."""

    mode: Mode
    key: str
    quantity: Decimal | None
    cost: Decimal | None
    value: Decimal | None
    realised: Decimal | None
    unrealised: Decimal | None
    fees: tuple[Fees, ...]


def rates(
    pairs: Mapping[InstrumentId, tuple[str, str]], marks: Mapping[InstrumentId, Mark], currency: str
) -> dict[str, Rate]:
    """Rates of assets: by an instrument of the two, turned round where need be, else over an asset that has one."""
    found = {currency: Rate(currency, ONE, 0, "")}
    waiting = sorted((one, *pairs[one], mark) for one, mark in marks.items() if one in pairs and mark.price > 0)
    with localcontext(WIDE):
        while True:
            step: dict[str, Rate] = {}
            for instrument, base, quote, mark in waiting:
                if quote in found and base not in found:
                    step.setdefault(base, _over(found[quote], base, mark.price, mark.time_ns, str(instrument)))
                elif base in found and quote not in found:
                    turned = ONE / mark.price
                    step.setdefault(quote, _over(found[base], quote, turned, mark.time_ns, f"1 / {instrument}"))
            if not step:
                return found
            found.update(step)


def _over(known: Rate, asset: str, price: Decimal, time_ns: int, source: str) -> Rate:
    oldest = min(time_ns, known.time_ns) if known.source else time_ns
    return Rate(asset, price * known.rate, oldest, f"{source}, {known.source}" if known.source else source)


def total(
    mode: Mode,
    key: str,
    held: Iterable[Held],
    marks: Mapping[InstrumentId, Mark],
    known: Mapping[str, Rate],
) -> Total:
    """Add positions of one mode up."""
    rows = list(held)
    if any(one.mode is not mode for one in rows):
        raise ValueError("positions of two modes are never added up")
    with localcontext(WIDE):
        bases = {one.base for one in rows}
        quantity = sum((one.position.quantity for one in rows), Decimal(0)) if len(bases) == 1 else None
        cost = _sum(_in(known, one.quote, one.position.cost) for one in rows)
        value = _sum(_value(one, marks, known) for one in rows)
        realised = _sum(_in(known, one.quote, one.position.realised) for one in rows)
        unrealised = None if value is None or cost is None else value - cost
        return Total(mode, key, quantity, cost, value, realised, unrealised, _fees(rows, known))


def _value(one: Held, marks: Mapping[InstrumentId, Mark], known: Mapping[str, Rate]) -> Decimal | None:
    if not one.position.quantity:
        return Decimal(0)
    mark = marks.get(one.position.instrument)
    return None if mark is None else _in(known, one.quote, one.position.quantity * mark.price)


def _in(known: Mapping[str, Rate], asset: str, amount: Decimal) -> Decimal | None:
    if not amount:
        return Decimal(0)
    return amount * known[asset].rate if asset in known else None


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """A sum with a hole in it is no sum."""
    added = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        added += amount
    return added


def _fees(rows: Iterable[Held], known: Mapping[str, Rate]) -> tuple[Fees, ...]:
    paid: dict[str, Decimal] = {}
    for one in rows:
        for asset, amount in ((one.quote, one.position.fees_quote), *one.other_fees.items()):
            paid[asset] = paid.get(asset, Decimal(0)) + amount
    return tuple(Fees(asset, amount, _in(known, asset, amount)) for asset, amount in sorted(paid.items()) if amount)
