"""Prices as they are typed: ``61800``, ``bid``, ``ask-2t``, ``mid-5bp``, ``+0.1%`` from the last trade. Pure."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from connectors.model.instrument import grid_neighbours
from connectors.model.order import Side
from tui.ticket.seen import Seen

TAKER_FEE = Decimal("0.001")
"""Share taken by the venue while no account says otherwise."""
MOST_DIGITS = 15
"""Digits before the point, or zeros after it, beyond which a typed number is a slip of the hand."""
_SHIFT = re.compile(r"^([+-])\s*(\d+(?:\.\d+)?)\s*([a-z%]+)$")
_FOLLOWING = re.compile(r"^(bid|ask|mid|last|mark|entry|vwap|best|opp|cursor)\s*([+-].*)?$")


class NotAPrice(ValueError):
    """What was typed is no price; the sentence says what one looks like."""


def follows(text: str) -> bool:
    """Whether the price moves with the market (``bid``, ``mid-2t``) instead of holding still."""
    return _FOLLOWING.match(text.strip().lower()) is not None


def read(text: str, seen: Seen, side: Side) -> Decimal:
    """Read a price in quote. Without a name before it, a distance counts from the last trade.

    Args:
        text: As typed.
        seen: For ``bid``, ``ask``, ``mid`` and ``cursor``: as painted.
        side: A ``mid`` between two ticks goes to the passive one.

    Raises:
        NotAPrice: If it is none, or names what is not known now.
    """
    stripped = text.strip().lower()
    if not stripped:
        raise NotAPrice("At what price? Write 61800, bid, ask-2t or mid")
    match = _FOLLOWING.match(stripped)
    if match is not None:
        return _following(match[1], match[2] or "", seen, side)
    if stripped[0] in "+-":
        return _following("last", stripped, seen, side)
    if "," in stripped:
        plain, joined = stripped.replace(",", "."), stripped.replace(",", "")
        raise NotAPrice(f"the comma in {stripped} can mean two things. Write {plain} or {joined}")
    try:
        price = Decimal(stripped)
    except InvalidOperation:
        raise NotAPrice(f"{text.strip()} is no price. Write 61800, bid, ask-2t or mid") from None
    if not price.is_finite() or price <= 0:
        raise NotAPrice(f"{text.strip()} is no price: it must be above zero")
    if abs(price.adjusted()) > MOST_DIGITS:
        raise NotAPrice(f"{text.strip()} is no price: nothing costs that")
    return price


def shifted(base: Decimal, text: str, seen: Seen, side: Side = Side.BUY) -> Decimal:
    """A price so far from another: ``+2t`` ticks, ``-5bp``, ``-0.5%``, ``+100usdt``; on the side's passive tick.

    Raises:
        NotAPrice: If the distance has no unit, or is none.
    """
    match = _SHIFT.match(text.strip().lower())
    quote = seen.instrument.quote.lower()
    if match is None or match[3] not in {"t", "bp", "%", quote}:
        raise NotAPrice(f"{text.strip()} is no distance. Write +2t, -5bp, -0.5% or +10{quote}")
    distance = Decimal(match[2])
    if abs(distance.adjusted()) > MOST_DIGITS:
        raise NotAPrice(f"{text.strip()} is no distance: nothing moves that far")
    tick = seen.instrument.filters.tick_size
    share = {"t": distance * tick, "bp": base * distance / 10_000, "%": base * distance / 100}
    moved = base + share.get(match[3], distance) * (-1 if match[1] == "-" else 1)
    if moved <= 0:
        raise NotAPrice(f"{text.strip()} goes below zero")
    return moved if match[3] == "t" or tick <= 0 else _passive(moved, tick, side)


def break_even(seen: Seen) -> Decimal:
    """Where selling what is held brings back what it cost, the fee of that sale paid.

    Raises:
        NotAPrice: If nothing is held.
    """
    if seen.average is None or not seen.position:
        raise NotAPrice("be needs a position with a known entry")
    long, tick = seen.position > 0, seen.instrument.filters.tick_size
    exact = seen.average / (1 - TAKER_FEE) if long else seen.average * (1 - TAKER_FEE)
    return exact if tick <= 0 else grid_neighbours(exact, tick)[1 if long else 0]


def _passive(price: Decimal, tick: Decimal, side: Side) -> Decimal:
    """The tick at or next to a price that does not take: below it for a buy, above it for a sell."""
    if tick <= 0:
        return price
    lower, upper = grid_neighbours(price, tick)
    return lower if side is Side.BUY else upper


def _following(name: str, shift: str, seen: Seen, side: Side) -> Decimal:
    tick = seen.instrument.filters.tick_size
    known = {
        "bid": seen.touch(Side.BUY),
        "ask": seen.touch(Side.SELL),
        "best": seen.touch(side),
        "opp": seen.opposite(side),
        "mid": seen.mid,
        "last": seen.last,
        "entry": seen.average,
        "cursor": seen.cursor,
    }
    base = known.get(name)
    if base is None:
        raise NotAPrice(f"{name} is not known now")
    if not shift:
        return _passive(base, tick, side)
    if shift.rstrip().endswith("t") and not shift.rstrip().endswith(seen.instrument.quote.lower()):
        base = _passive(base, tick, side)
    return shifted(base, shift, seen, side)
