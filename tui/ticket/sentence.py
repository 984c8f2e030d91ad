"""Orders in words: the same verb and the same numbers on key, ticket, message line and list. Pure."""

from __future__ import annotations

from decimal import Decimal

from connectors.model.instrument import Instrument
from connectors.model.order import Order, OrderStatus, OrderType, TimeInForce
from tui.format import numbers
from tui.format.clean import clean
from tui.format.orders import trail_words
from tui.ticket.ticket import Ticket

SIZE_DIGITS = 3
"""Digits a size shows at least, where the lot allows as many."""

_KINDS = {
    OrderType.LIMIT_MAKER: " post-only",
    OrderType.STOP_LOSS: " STOP",
    OrderType.STOP_LOSS_LIMIT: " STOP",
    OrderType.TAKE_PROFIT: " TARGET",
    OrderType.TAKE_PROFIT_LIMIT: " TARGET",
}


def size_text(quantity: Decimal, instrument: Instrument) -> str:
    """A quantity as orders show it: never abbreviated, never rounded."""
    return numbers.exact(quantity, min(SIZE_DIGITS, instrument.size_decimals))


def describe(ticket: Ticket, instrument: Instrument) -> str:
    """``BUY 0.010 @ 61,800.00 post-only``, ``SELL 0.051 at MARKET``."""
    digits = instrument.price_decimals
    size = (
        f"{numbers.money(ticket.quote_quantity)} {instrument.quote} of"
        if ticket.quantity is None
        else size_text(ticket.quantity, instrument)
    )
    parts = [f"{ticket.side} {size}"]
    if ticket.trigger_price is not None:
        parts.append(f"{_KINDS.get(ticket.type, '').strip()} at {numbers.price(ticket.trigger_price, digits)}")
    if ticket.trailing_delta is not None:
        parts.append(f"TRAILING {trail_words(ticket.trailing_delta)} behind")
    if ticket.price is not None:
        parts.append(f"@ {numbers.price(ticket.price, digits)}")
    elif ticket.type is OrderType.MARKET:
        parts.append("at MARKET")
    if ticket.type is OrderType.LIMIT_MAKER:
        parts.append("post-only")
    if ticket.time_in_force not in {None, TimeInForce.GTC}:
        parts.append(str(ticket.time_in_force))
    if ticket.reduce_only:
        parts.append("reduce-only")
    return " ".join(parts)


def order_text(order: Order, instrument: Instrument | None) -> str:
    """``k3 BUY 0.010 @ 61,800.00 post-only``."""
    digits = 2 if instrument is None else instrument.price_decimals
    least = SIZE_DIGITS if instrument is None else min(SIZE_DIGITS, instrument.size_decimals)
    size = "" if order.quantity is None else f" {numbers.exact(order.quantity, least)}"
    if order.quantity is None and order.quote_quantity is not None:
        size = f" {numbers.money(order.quote_quantity)} in quote"
    price = f" @ {numbers.price(order.price, digits)}" if order.price is not None else " at MARKET"
    trigger = "" if order.trigger_price is None else f" at {numbers.price(order.trigger_price, digits)}"
    if order.trailing_delta is not None:
        trigger = f" TRAILING {trail_words(order.trailing_delta)} behind{trigger and f' from{trigger[3:]}'}"
    kind = _KINDS.get(order.type, "")
    return f"{order.handle} {order.side}{size}{trigger}{price if order.price is not None or not trigger else ''}{kind}"


_ENDS = {
    OrderStatus.OPEN: "resting",
    OrderStatus.PENDING_TRIGGER: "waiting for its trigger",
    OrderStatus.PARTIALLY_FILLED: "filled {filled} at {average}, the rest is resting",
    OrderStatus.FILLED: "filled at {average}",
    OrderStatus.CANCELED: "canceled{kept}",
    OrderStatus.EXPIRED: "expired{kept}{reason}",
    OrderStatus.REJECTED: "refused{reason}",
    OrderStatus.NEVER_ARRIVED: "never arrived: the venue has no trace of it. Nothing was traded.",
}


def outcome_text(order: Order, instrument: Instrument | None) -> str:
    """What became of an order, in the fewest words that are true."""
    digits = 2 if instrument is None else instrument.price_decimals
    average = numbers.price(None if order.average_price is None else _rounded(order.average_price, digits), digits)
    reason, filled = clean(order.reason, 120), numbers.exact(order.filled)
    if order.status is OrderStatus.UNKNOWN:
        return f"UNKNOWN: {reason or 'no answer. Looking it up; nothing is sent again.'}"
    kept = f" after {filled} filled at {average}" if order.filled else ""
    told = _ENDS.get(order.status, "is on its way")
    return told.format(filled=filled, average=average, kept=kept, reason=f": {reason}" if reason else "")


def _rounded(value: Decimal, digits: int) -> Decimal:
    """An average has as many digits as a division makes: the instrument's are shown."""
    return value.quantize(Decimal(1).scaleb(-digits))
