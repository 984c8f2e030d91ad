"""The venue's own filters, checked before anything is sent: which one is broken, by what, and what would be legal.

Rules of the filters: Binance spot, "Filters" (PRICE_FILTER, LOT_SIZE, MARKET_LOT_SIZE, NOTIONAL,
PERCENT_PRICE_BY_SIDE); other venues' limits are mapped to the same fields. A bound of zero is switched off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from connectors.model.instrument import FilterBreach, Filters, Instrument, grid_neighbours
from connectors.model.order import OrderType, Side

MARKET_LIKE = frozenset({OrderType.MARKET, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT, OrderType.TRAILING})
"""Types that take what is there: sized by the market lot, without a price of their own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order asks for, as far as filters care."""

    side: Side
    type: OrderType
    quantity: Decimal | None
    quote_quantity: Decimal | None
    price: Decimal | None
    trigger_price: Decimal | None
    reference: Decimal | None
    """A price of the market now, for what is not priced itself."""
    trailing_delta: int | None = None
    iceberg_quantity: Decimal | None = None


def plain(value: Decimal, decimals: int | None = None) -> str:
    """A number as a sentence shows it: thousands apart, no exponent, at least ``decimals`` digits after the point."""
    text = f"{value.normalize():,f}"
    if decimals:
        whole, _, rest = text.partition(".")
        text = f"{whole}.{rest.ljust(decimals, '0')}"
    return text


def first_breach(instrument: Instrument, wanted: Wanted) -> FilterBreach | None:
    """The first filter an order breaks; None when it is legal."""
    return next(_breaches(instrument, wanted), None)


def _breaches(instrument: Instrument, wanted: Wanted) -> Iterator[FilterBreach]:
    for name, value in (("price", wanted.price), ("trigger_price", wanted.trigger_price)):
        if value is not None:
            yield from _price(instrument, name, value)
    if wanted.quantity is not None:
        yield from _quantity(instrument, wanted)
        yield from _iceberg(instrument, wanted, wanted.quantity)
    yield from _trail(instrument, wanted)
    yield from _notional(instrument, wanted)
    if wanted.price is not None and wanted.reference is not None:
        yield from _percent(instrument, wanted, wanted.price, wanted.reference)


def _price(instrument: Instrument, name: str, value: Decimal) -> Iterator[FilterBreach]:
    filters, digits = instrument.filters, instrument.price_decimals
    word = "Price" if name == "price" else "Trigger price"
    shown = plain(value, digits)
    lower, upper = grid_neighbours(value, filters.tick_size)
    if value <= 0:
        sentence = f"{word} {shown} is not above zero. Smallest here: {plain(filters.tick_size, digits)}."
        yield FilterBreach("PRICE_FILTER", name, value, Decimal(0), (filters.tick_size,), sentence)
    elif lower != value:
        sentence = (
            f"{word} {shown} is between ticks ({plain(filters.tick_size)}). "
            f"Nearest: {plain(lower, digits)} or {plain(upper, digits)}."
        )
        yield FilterBreach("PRICE_FILTER", name, value, filters.tick_size, (lower, upper), sentence)
    elif filters.min_price and value < filters.min_price:
        bound = plain(filters.min_price, digits)
        sentence = f"{word} {shown} is under the lowest of {instrument.symbol}, {bound}. Nearest: {bound}."
        yield FilterBreach("PRICE_FILTER", name, value, filters.min_price, (filters.min_price,), sentence)
    elif filters.max_price and value > filters.max_price:
        bound = plain(filters.max_price, digits)
        sentence = f"{word} {shown} is above the highest of {instrument.symbol}, {bound}. Nearest: {bound}."
        yield FilterBreach("PRICE_FILTER", name, value, filters.max_price, (filters.max_price,), sentence)


def lot(filters: Filters, kind: OrderType) -> tuple[str, Decimal, Decimal, Decimal]:
    """Filter name, step, smallest and largest quantity for a type."""
    if kind not in MARKET_LIKE:
        return "LOT_SIZE", filters.step_size, filters.min_quantity, filters.max_quantity
    return (
        "MARKET_LOT_SIZE" if filters.market_step_size or filters.market_max_quantity else "LOT_SIZE",
        filters.market_step_size or filters.step_size,
        max(filters.market_min_quantity, filters.min_quantity),
        filters.market_max_quantity or filters.max_quantity,
    )


def _quantity(instrument: Instrument, wanted: Wanted) -> Iterator[FilterBreach]:
    value, digits = wanted.quantity or Decimal(0), instrument.size_decimals
    name, step, least, most = lot(instrument.filters, wanted.type)
    least = max(least, step)
    shown = f"Size {plain(value, digits)} {instrument.base}"
    lower, upper = grid_neighbours(value, step)
    if value < least:
        sentence = f"{shown} is under the smallest, {plain(least, digits)}. Nearest: {plain(least, digits)}."
        yield FilterBreach(name, "quantity", value, least, (least,), sentence)
    elif most and value > most:
        top = grid_neighbours(most, step)[0]
        sentence = f"{shown} is above the largest, {plain(most, digits)}. Nearest: {plain(top, digits)}."
        yield FilterBreach(name, "quantity", value, most, (top,), sentence)
    elif lower != value:
        sentence = (
            f"{shown} is between steps ({plain(step)}). Nearest: {plain(lower, digits)} or {plain(upper, digits)}."
        )
        yield FilterBreach(name, "quantity", value, step, (lower, upper), sentence)


def _iceberg(instrument: Instrument, wanted: Wanted, quantity: Decimal) -> Iterator[FilterBreach]:
    """The visible part lies on the lot's grid, and the order is not cut into more parts than the venue takes."""
    shown, most, digits = wanted.iceberg_quantity, instrument.filters.max_iceberg_parts, instrument.size_decimals
    if shown is None or shown <= 0:
        return
    step = instrument.filters.step_size
    lower, upper = grid_neighbours(shown, step)
    told = f"The visible part {plain(shown, digits)} {instrument.base}"
    if lower != shown:
        sentence = f"{told} is between steps ({plain(step)}). Nearest: {plain(upper, digits)}."
        yield FilterBreach("LOT_SIZE", "iceberg_quantity", shown, step, (lower, upper), sentence)
    parts = (quantity / shown).to_integral_value(ROUND_CEILING)
    if most and parts > most:
        least = ((quantity / most) / step).to_integral_value(ROUND_CEILING) * step
        sentence = (
            f"{told} makes {plain(parts)} parts; {most} is the most (ICEBERG_PARTS). Nearest: {plain(least, digits)}."
        )
        yield FilterBreach("ICEBERG_PARTS", "iceberg_quantity", shown, Decimal(most), (least,), sentence)


_STOP_LIKE = frozenset({OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TRAILING})


def _trail(instrument: Instrument, wanted: Wanted) -> Iterator[FilterBreach]:
    """How far a trigger may trail; the bounds above the market are those of buy stops and sell targets."""
    delta, filters = wanted.trailing_delta, instrument.filters
    if delta is None:
        return
    above = (wanted.side is Side.BUY) is (wanted.type in _STOP_LIKE)
    least = filters.min_trail_above if above else filters.min_trail_below
    most = filters.max_trail_above if above else filters.max_trail_below
    word, bound = ("under the smallest", least) if delta < least else ("above the largest", most)
    if delta < least or (most and delta > most):
        sentence = f"A trail of {delta} bp is {word} here, {bound} bp (TRAILING_DELTA). Nearest: {bound} bp."
        yield FilterBreach(
            "TRAILING_DELTA", "trailing_delta", Decimal(delta), Decimal(bound), (Decimal(bound),), sentence
        )


def _notional(instrument: Instrument, wanted: Wanted) -> Iterator[FilterBreach]:
    filters = instrument.filters
    market = wanted.type in MARKET_LIKE
    price = wanted.price or wanted.trigger_price or wanted.reference
    value = wanted.quote_quantity
    if value is None:
        if price is None or wanted.quantity is None:
            return
        value = price * wanted.quantity
    shown = f"Order value {plain(value)} {instrument.quote}"
    if filters.min_notional and value < filters.min_notional and (not market or filters.min_notional_applies_to_market):
        bound = filters.min_notional
        nearest = _size_for(instrument, wanted, bound, price, ROUND_CEILING)
        sentence = f"{shown} is under {plain(bound, 2)} (MIN_NOTIONAL).{_smallest(instrument, nearest, 'Smallest')}"
        yield FilterBreach("NOTIONAL", "notional", value, bound, nearest, sentence)
    if filters.max_notional and value > filters.max_notional and (not market or filters.max_notional_applies_to_market):
        bound = filters.max_notional
        nearest = _size_for(instrument, wanted, bound, price, ROUND_FLOOR)
        sentence = f"{shown} is above {plain(bound, 2)} (MAX_NOTIONAL).{_smallest(instrument, nearest, 'Largest')}"
        yield FilterBreach("NOTIONAL", "notional", value, bound, nearest, sentence)


def _size_for(
    instrument: Instrument, wanted: Wanted, value: Decimal, price: Decimal | None, rounding: str
) -> tuple[Decimal, ...]:
    """The size nearest a value on the lot's grid; empty for orders that are not sized in base."""
    if wanted.quantity is None or not price:
        return ()
    _name, step, least, _most = lot(instrument.filters, wanted.type)
    steps = (value / price / step).to_integral_value(rounding)
    return (max(steps * step, least),)


def _smallest(instrument: Instrument, nearest: tuple[Decimal, ...], word: str) -> str:
    return f" {word} size here: {plain(nearest[0], instrument.size_decimals)}." if nearest else ""


def _percent(instrument: Instrument, wanted: Wanted, price: Decimal, reference: Decimal) -> Iterator[FilterBreach]:
    filters = instrument.filters
    buy = wanted.side is Side.BUY
    up = filters.bid_multiplier_up if buy else filters.ask_multiplier_up
    down = filters.bid_multiplier_down if buy else filters.ask_multiplier_down
    top, bottom = reference * up, reference * down
    if up and price > top:
        bound, nearest = top, grid_neighbours(top, filters.tick_size)[0]
    elif down and price < bottom:
        bound, nearest = bottom, grid_neighbours(bottom, filters.tick_size)[1]
    else:
        return
    digits = instrument.price_decimals
    sentence = (
        f"Price {plain(price, digits)} is too far from the market at {plain(reference, digits)} "
        f"({filters.percent_price}). Nearest: {plain(nearest, digits)}."
    )
    yield FilterBreach(filters.percent_price, "price", price, bound, (nearest,), sentence)
