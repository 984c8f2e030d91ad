"""What the desk itself allows: the trading state, the collar, counts, and what an account can pay."""

from __future__ import annotations

from decimal import Decimal

from connectors.engine.filters import plain
from connectors.engine.inputs import Place, Trading
from connectors.engine.risk.exposure import UNSEEN, cost, held, open_orders, reduces, reference
from connectors.engine.risk.refusal import Refusal
from connectors.engine.state import State
from connectors.model.instrument import grid_neighbours
from connectors.model.order import Side

SECOND_NS = 1_000_000_000

_PERCENT = Decimal(100)


def trading(state: State, place: Place) -> Refusal | None:
    """HALTED lets nothing through, REDUCING and a reduce-only order only what shrinks the position."""
    if state.trading is Trading.HALTED:
        return Refusal("New orders are halted. Cancels work. Resume to place this one.", "HALTED")
    shrinks = state.trading is Trading.REDUCING or place.reduce_only
    if not shrinks or reduces(state, place):
        return None
    why = "REDUCING lets only" if state.trading is Trading.REDUCING else "A reduce-only order must be one of the"
    position = held(state, place)
    return Refusal(
        f"{why} orders that shrink the position. {place.instrument.symbol} stands at "
        f"{plain(position, place.instrument.size_decimals)} {place.instrument.base}.",
        "REDUCING",
    )


def closes(state: State, place: Place) -> Refusal | None:
    """Whether an order of a panic shrinks the desk's own position, what works on its side included."""
    if reduces(state, place):
        return None
    position = held(state, place)
    return Refusal(
        f"A panic only closes what the desk itself holds. {place.instrument.symbol} stands at "
        f"{plain(position, place.instrument.size_decimals)} {place.instrument.base}.",
        "REDUCING",
    )


def collar(state: State, place: Place) -> Refusal | None:
    """How far a price may go through the touch, and how far away it may rest."""
    price, market, limits = place.price, place.market, state.limits
    if price is None:
        return None
    buy = place.side is Side.BUY
    touch = market.ask if buy else market.bid
    tick, digits = place.instrument.filters.tick_size, place.instrument.price_decimals
    if touch is not None:
        furthest = touch.price * (1 + place.side.sign * limits.collar_through)
        if (price > furthest) if buy else (price < furthest):
            return Refusal(
                f"Price {plain(price, digits)} goes more than {plain(limits.collar_through * _PERCENT)} % through the "
                f"{'ask' if buy else 'bid'} {plain(touch.price, digits)}. "
                f"Nearest: {plain(grid_neighbours(furthest, tick)[0 if buy else 1], digits)}.",
                "COLLAR",
            )
    market_price = reference(place)
    if market_price is not None:
        furthest = market_price * (1 - place.side.sign * limits.collar_away)
        if (price < furthest) if buy else (price > furthest):
            return Refusal(
                f"Price {plain(price, digits)} is more than {plain(limits.collar_away * _PERCENT)} % away from the "
                f"market at {plain(market_price, digits)}. "
                f"Nearest: {plain(grid_neighbours(furthest, tick)[1 if buy else 0], digits)}.",
                "COLLAR",
            )
    return None


def order_count(state: State, place: Place) -> Refusal | None:
    """Working orders of the instrument."""
    most = state.limits.open_orders
    venue_most = place.instrument.filters.max_open_orders
    bound = min(most, venue_most) if venue_most else most
    count = len(open_orders(state, place))
    if count < bound:
        return None
    return Refusal(
        f"{count} orders work in {place.instrument.symbol}; {bound} is the limit. Cancel one first.", "OPEN_ORDERS"
    )


def rate(state: State, place: Place) -> Refusal | None:
    """Orders of the last second."""
    recent = [sent for sent in state.sends if sent > place.at.mono_ns - SECOND_NS]
    if len(recent) < state.limits.orders_per_second:
        return None
    wait_ms = (recent[-state.limits.orders_per_second] + SECOND_NS - place.at.mono_ns) // 1_000_000 + 1
    return Refusal(
        f"{len(recent)} orders went out in the last second; {state.limits.orders_per_second} is the limit. "
        f"Place it again in {wait_ms} ms.",
        "ORDERS_PER_SECOND",
    )


def balance(state: State, place: Place) -> Refusal | None:
    """What the account can pay, what waits for an answer held back."""
    asset = place.instrument.quote if place.side is Side.BUY else place.instrument.base
    balances = state.balances.get(place.account)
    need = cost(place, reference(place))
    if balances is None or need is None:
        return None
    kept = balances.get(asset)
    waiting = sum(
        (
            cost(order, reference(place)) or Decimal(0)
            for order in open_orders(state, place)
            if order.side is place.side and order.status in UNSEEN
        ),
        Decimal(0),
    )
    free = (kept.free if kept else Decimal(0)) - waiting
    if need <= free:
        return None
    held_back = f" ({plain(waiting)} is held for orders without an answer)" if waiting else ""
    return Refusal(
        f"This order needs {plain(need)} {asset}; {plain(max(free, Decimal(0)))} is free{held_back}. Make it smaller.",
        "BALANCE",
    )


def hard_line(state: State, place: Place) -> Refusal | None:
    """The share of what the account holds that one order may be worth."""
    share, price = state.limits.equity_share, reference(place)
    balances = state.balances.get(place.account)
    if share is None or balances is None or price is None:
        return None
    base, quote = (balances.get(asset) for asset in (place.instrument.base, place.instrument.quote))
    equity = (base.total * price if base else Decimal(0)) + (quote.total if quote else Decimal(0))
    value = place.quote_quantity or (place.quantity or Decimal(0)) * (place.price or price)
    if value <= equity * share:
        return None
    return Refusal(
        f"Order value {plain(value)} {place.instrument.quote} is above the hard line, {plain(share * _PERCENT)} % of "
        f"{plain(equity)}. Make it smaller.",
        "HARD_LINE",
    )
