"""The venue's filters as the ticket checks them before anything is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from connectors.model.instrument import FilterBreach, Instrument, grid_neighbours
from connectors.model.order import OrderType
from tui.format import numbers
from tui.ticket.ticket import Ticket

ZERO = Decimal(0)


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The grid value at or below; the value itself where the step is zero."""
    return grid_neighbours(value, step)[0] if step > 0 else value


def lot_step(instrument: Instrument, kind: OrderType) -> Decimal:
    """Step of a quantity for this type of order."""
    filters = instrument.filters
    if kind is OrderType.MARKET and filters.market_step_size > 0:
        return max(filters.market_step_size, filters.step_size)
    return filters.step_size


def breaches(ticket: Ticket, instrument: Instrument, reference: Decimal | None) -> tuple[FilterBreach, ...]:
    """Every filter the ticket breaks, in the order of its fields.

    Args:
        ticket: What is to be sent.
        instrument: With its filters of now.
        reference: What one unit costs where the ticket has no price of its own: the touch; None when unknown.
    """
    found: list[FilterBreach] = []
    if ticket.price is not None:
        found.extend(_price(ticket.price, "price", instrument))
    if ticket.trigger_price is not None:
        found.extend(_price(ticket.trigger_price, "trigger_price", instrument))
    if ticket.quantity is not None:
        found.extend(_quantity(ticket.quantity, ticket.type, instrument))
    unit = ticket.price or ticket.trigger_price or reference
    if not found and unit is not None:
        found.extend(_notional(ticket, unit, instrument))
    return tuple(found)


def _price(value: Decimal, field: str, instrument: Instrument) -> Iterator[FilterBreach]:
    filters, digits = instrument.filters, instrument.price_decimals
    shown = numbers.price(value, digits)
    if filters.tick_size > 0 and value % filters.tick_size:
        near = grid_neighbours(value, filters.tick_size)
        either = " or ".join(numbers.price(one, digits) for one in near)
        sentence = f"Price {shown} is between ticks ({filters.tick_size.normalize():f}). Nearest: {either}."
        yield FilterBreach("PRICE_FILTER", field, value, filters.tick_size, near, sentence)
    for bound, broken, word in (
        (filters.min_price, value < filters.min_price, "under"),
        (filters.max_price, value > filters.max_price, "above"),
    ):
        if bound > 0 and broken:
            sentence = (
                f"Price {shown} is {word} {numbers.price(bound, digits)}, the venue's limit for {instrument.symbol}."
            )
            yield FilterBreach("PRICE_FILTER", field, value, bound, (bound,), sentence)


def _quantity(value: Decimal, kind: OrderType, instrument: Instrument) -> Iterator[FilterBreach]:
    filters, step = instrument.filters, lot_step(instrument, kind)
    name = "MARKET_LOT_SIZE" if kind is OrderType.MARKET and filters.market_step_size > 0 else "LOT_SIZE"
    least, most = filters.min_quantity, filters.max_quantity
    if kind is OrderType.MARKET:
        least = max(least, filters.market_min_quantity)
        most = min((bound for bound in (most, filters.market_max_quantity) if bound > 0), default=ZERO)
    shown = f"Size {numbers.exact(value)} {instrument.base}"
    if step > 0 and value % step:
        near = tuple(one for one in grid_neighbours(value, step) if one > 0)
        either = " or ".join(numbers.exact(one) for one in near)
        yield FilterBreach(
            name, "quantity", value, step, near, f"{shown} is between lots ({step.normalize():f}). Nearest: {either}."
        )
    if least > 0 and value < least:
        yield FilterBreach(
            name, "quantity", value, least, (least,), f"{shown} is under the smallest lot {numbers.exact(least)}."
        )
    if most > 0 and value > most:
        yield FilterBreach(
            name, "quantity", value, most, (most,), f"{shown} is above the largest lot {numbers.exact(most)}."
        )


def _notional(ticket: Ticket, unit: Decimal, instrument: Instrument) -> Iterator[FilterBreach]:
    filters = instrument.filters
    value = ticket.quote_quantity if ticket.quantity is None else ticket.quantity * unit
    if value is None:
        return
    market = ticket.type is OrderType.MARKET
    if 0 < filters.min_notional > value and (filters.min_notional_applies_to_market or not market):
        step = lot_step(instrument, ticket.type)
        smallest = grid_neighbours(filters.min_notional / unit, step)[1] if step > 0 else filters.min_notional / unit
        least = numbers.money(filters.min_notional)
        sentence = (
            f"{numbers.money(value)} {instrument.quote} is under the venue's least of {least}. "
            f"Smallest size here: {numbers.exact(smallest)}."
        )
        yield FilterBreach("MIN_NOTIONAL", "quantity", value, filters.min_notional, (smallest,), sentence)
    if 0 < filters.max_notional < value and (filters.max_notional_applies_to_market or not market):
        largest = floor_to(filters.max_notional / unit, lot_step(instrument, ticket.type))
        most = numbers.money(filters.max_notional)
        sentence = (
            f"{numbers.money(value)} {instrument.quote} is above the venue's most of {most}. "
            f"Largest size here: {numbers.exact(largest)}."
        )
        yield FilterBreach("NOTIONAL", "quantity", value, filters.max_notional, (largest,), sentence)
