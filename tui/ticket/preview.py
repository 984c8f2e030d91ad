"""The seven lines under a ticket: what it costs, what it meets, what it leaves. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.book import BookState
from connectors.model.instrument import FilterBreach
from connectors.model.order import OrderType, Side
from tui.format import numbers
from tui.ticket.judge import adds_risk, book_refusal, notional, number_refusal, state_refusal
from tui.ticket.rules import breaches
from tui.ticket.seen import Seen
from tui.ticket.sentence import describe
from tui.ticket.ticket import Ticket
from tui.ticket.walk import ZERO, opposite, walk

FEE = Decimal("0.001")
"""Share taken as fee while no account says otherwise: 0.10 %, maker and taker."""
PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen. ``lines`` are (name, text) in fixed places; ``broken`` stops the ticket."""

    lines: tuple[tuple[str, str], ...]
    broken: tuple[FilterBreach, ...]
    refusal: str
    """The sentence that keeps it from being sent; empty when nothing does."""


def preview(ticket: Ticket, seen: Seen) -> Preview:
    """Look ahead, on the painted book."""
    amount = notional(ticket, seen)
    broken = breaches(ticket, seen.instrument, seen.opposite(ticket.side))
    needs_book = book_refusal(seen, cursor=False) if ticket.takes_book_price else ""
    refusal = state_refusal(ticket, seen) or needs_book or number_refusal(ticket, seen)
    quote = seen.instrument.quote
    lines = (
        ("notional", f"{numbers.money(amount)} {quote}"),
        (f"fee ({'taker' if takes(ticket, seen) else 'maker'})", _fee(amount, quote)),
        ("slippage", slippage(ticket, seen)),
        ("position", position_after(ticket, seen)),
        ("free after", _free_after(ticket, seen, amount)),
        ("stop loss", _stop_loss(ticket, seen)),
        ("checks", refusal or "all legal"),
    )
    return Preview(lines, broken, refusal)


def _stop_loss(ticket: Ticket, seen: Seen) -> str:
    """What a stop that closes would cost against the average entry, before fees."""
    if ticket.trigger_price is None or ticket.quantity is None or seen.average is None or adds_risk(ticket, seen):
        return "none"
    away = (ticket.trigger_price - seen.average) * ticket.quantity
    return f"{numbers.signed(away)} {seen.instrument.quote} from entry"


def takes(ticket: Ticket, seen: Seen) -> bool:
    """Whether it would take liquidity at once."""
    if ticket.type is OrderType.MARKET:
        return True
    met = seen.opposite(ticket.side)
    if ticket.type is not OrderType.LIMIT or ticket.price is None or met is None:
        return False
    return (ticket.price - met) * ticket.side.sign >= 0


def _fee(amount: Decimal | None, quote: str) -> str:
    if amount is None:
        return numbers.NONE
    return f"{numbers.money(amount * FEE)} {quote}   {numbers.fixed(FEE * PERCENT, 2)} %"


def slippage(ticket: Ticket, seen: Seen) -> str:
    """The book walk in words."""
    book = seen.book
    if book is None or book.state is not BookState.LIVE:
        return f"book {book.state if book else 'LOADING'}: unknown"
    if not takes(ticket, seen):
        return _rests(ticket, seen)
    quantity = ticket.quantity
    if quantity is None:
        return "sized in quote: unknown"
    met = walk(opposite(book, ticket.side), quantity, ticket.price, ticket.side)
    if met.average is None or met.worst is None:
        return "nothing to take"
    digits = seen.instrument.price_decimals
    worst = numbers.price(met.worst, digits)
    if met.filled < quantity:
        rest = "rests" if ticket.price is not None else "beyond"
        return f"to {worst}, {numbers.exact(quantity - met.filled)} {rest}"
    return f"{numbers.fixed(met.slippage_bp, 2)} bp, to {worst}"


def _rests(ticket: Ticket, seen: Seen) -> str:
    own = seen.touch(ticket.side)
    if ticket.price is None or own is None:
        return "waits for its trigger"
    away = (own - ticket.price) * ticket.side.sign
    if away < 0:
        return "none: improves the touch"
    if away == 0:
        return f"none: joins the {'bid' if ticket.side is Side.BUY else 'ask'}"
    side = "below the bid" if ticket.side is Side.BUY else "above the ask"
    return f"rests {numbers.price(away, seen.instrument.price_decimals)} {side}"


def queue_ahead(ticket: Ticket, seen: Seen) -> Decimal | None:
    """Size that stands at the price now and would be served first; None for what does not rest."""
    book = seen.book
    if book is None or ticket.price is None or takes(ticket, seen):
        return None
    levels = book.bids if ticket.side is Side.BUY else book.asks
    return next((level.size for level in levels if level.price == ticket.price), ZERO)


def position_after(ticket: Ticket, seen: Seen) -> str:
    """Signed quantity and average once it is filled whole."""
    quantity = ticket.quantity
    price = ticket.price or seen.opposite(ticket.side)
    if quantity is None:
        return numbers.NONE
    after = seen.position + quantity * ticket.side.sign
    text = f"{'+' if after > 0 else ''}{numbers.exact(after, min(3, seen.instrument.size_decimals))}"
    average = seen.average
    if ticket.side is Side.BUY and after > 0 and price is not None and seen.position >= 0:
        held = seen.position * average if average is not None else ZERO
        average = (held + quantity * price) / after if average is not None or not seen.position else None
    if after == 0:
        return "flat"
    return text if average is None else f"{text} @ {numbers.fixed(average, seen.instrument.price_decimals)}"


def _free_after(ticket: Ticket, seen: Seen, amount: Decimal | None) -> str:
    instrument = seen.instrument
    if ticket.side is Side.BUY:
        free, used, asset, digits = seen.free_quote, amount, instrument.quote, 2
    else:
        free, used, asset, digits = seen.free_base, ticket.quantity, instrument.base, instrument.size_decimals
    if free is None or used is None:
        return numbers.NONE
    return f"{numbers.fixed(free, digits)} → {numbers.fixed(free - used, digits)} {asset}"


def confirm_lines(ticket: Ticket, seen: Seen) -> list[tuple[str, str]]:
    """The dialog of class 2: everything one needs to say yes or no, (name, text) from top to bottom."""
    ahead = dict(preview(ticket, seen).lines)
    digits = seen.instrument.price_decimals
    fee = next(text for name, text in ahead.items() if name.startswith("fee"))
    bid, ask = (numbers.price(seen.touch(side), digits) for side in (Side.BUY, Side.SELL))
    return [
        ("", f"{describe(ticket, seen.instrument)}   {seen.instrument.symbol}   {seen.label} ({seen.mode.name})"),
        ("costs", f"{ahead['notional']}   fee {fee}"),
        ("meets", ahead["slippage"]),
        ("leaves you", ahead["position"]),
        ("free", ahead["free after"]),
        ("you saw", f"bid {bid}   ask {ask}"),
    ]
