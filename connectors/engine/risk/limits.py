"""What the desk itself allows: the trading state, the collar, counts, and what an account can pay.

What an order may be worth stands in `connectors.engine.risk.value`.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.engine.filters import plain
from connectors.engine.inputs import Place, Trading
from connectors.engine.risk.exposure import (
    UNSEEN,
    cost,
    held,
    in_place_of,
    open_orders,
    reduces,
    reference,
    waiting,
    worst,
)
from connectors.engine.risk.refusal import Refusal
from connectors.engine.state import State
from connectors.model.changed import replace
from connectors.model.instrument import grid_neighbours
from connectors.model.order import Side
from connectors.model.risk import LimitName

SECOND_NS = 1_000_000_000

PERCENT = Decimal(100)


def trading(state: State, place: Place) -> Refusal | None:
    """What a halt, REDUCING, a shut loss lock or a reduce-only order lets through: what shrinks the position."""
    day = state.days.get(place.account)
    if state.trading is Trading.HALTED and not place.reduce_only:
        return Refusal("New orders are halted. Cancels work. Resume to place this one.", "HALTED")
    if day is not None and day.locked_ns is not None and not reduces(state, place):
        return Refusal(
            f"LOCKED: the day loss limit of {state.label(place.account)} is reached. Only orders that shrink a position"
            " pass.",
            "DAY_LOSS",
        )
    shrinks = state.trading is not Trading.ACTIVE or place.reduce_only
    if not shrinks or reduces(state, place):
        return None
    why = "A reduce-only order must be one of the" if place.reduce_only else "REDUCING lets only"
    return Refusal(f"{why} orders that shrink the position. {_stands(state, place)}", "REDUCING")


def _stands(state: State, place: Place) -> str:
    """How large the position is, and what would shrink it already."""
    digits, base = place.instrument.size_decimals, place.instrument.base
    at_work = waiting(state, place)
    told = f", and {plain(at_work, digits)} works on this side" if at_work else ""
    return f"{place.instrument.symbol} stands at {plain(held(state, place), digits)} {base}{told}."


def closes(state: State, place: Place) -> Refusal | None:
    """Whether an order of a panic shrinks the desk's own position, what works on its side included."""
    if reduces(state, place):
        return None
    return Refusal(f"A panic only closes what the desk itself holds. {_stands(state, place)}", "REDUCING")


def collar(state: State, place: Place) -> Refusal | None:
    """How far a price may go through the touch, and how far away it may rest."""
    price, market = place.price, place.market
    if price is None:
        return None
    through = state.bound(LimitName.COLLAR, place.account, place.instrument.id).value
    buy = place.side is Side.BUY
    touch = market.ask if buy else market.bid
    tick, digits = place.instrument.filters.tick_size, place.instrument.price_decimals
    if touch is not None and through is not None:
        furthest = touch.price * (1 + place.side.sign * through)
        if (price > furthest) if buy else (price < furthest):
            return Refusal(
                f"Price {plain(price, digits)} goes more than {plain(through * PERCENT)} % through the "
                f"{'ask' if buy else 'bid'} {plain(touch.price, digits)}. "
                f"Nearest: {plain(grid_neighbours(furthest, tick)[0 if buy else 1], digits)}.",
                "COLLAR",
            )
    market_price = reference(place)
    if market_price is not None:
        away = state.limits.collar_away
        furthest = market_price * (1 - place.side.sign * away)
        if (price < furthest) if buy else (price > furthest):
            return Refusal(
                f"Price {plain(price, digits)} is more than {plain(away * PERCENT)} % away from the "
                f"market at {plain(market_price, digits)}. "
                f"Nearest: {plain(grid_neighbours(furthest, tick)[1 if buy else 0], digits)}.",
                "COLLAR",
            )
    return None


def order_count(state: State, place: Place) -> Refusal | None:
    """Working orders of the instrument."""
    most = state.bound(LimitName.OPEN_ORDERS, place.account, place.instrument.id).value
    working = open_orders(state, place)
    count = len(working) - len(in_place_of(working))
    if most is None or count < most:
        return None
    return Refusal(
        f"{count} orders work in {place.instrument.symbol}; {most} is the limit. Cancel one first.",
        "OPEN_ORDERS",
    )


def rate(state: State, place: Place) -> Refusal | None:
    """Creates of the account's last second. What shrinks a position does not wait for it."""
    bound = state.bound(LimitName.ORDERS_PER_SECOND, place.account, None).value
    if bound is None or (place.reduce_only and reduces(state, place)):
        return None
    most = int(bound)
    recent = [sent for sent in state.sends_of(place.account) if sent > place.at.mono_ns - SECOND_NS]
    if len(recent) < most:
        return None
    wait_ms = (recent[-most] + SECOND_NS - place.at.mono_ns) // 1_000_000 + 1
    return Refusal(
        f"{len(recent)} orders went out in the last second; {most} is the limit. Place it again in {wait_ms} ms.",
        "ORDERS_PER_SECOND",
    )


def _unseen(state: State, place: Place) -> Decimal:
    """What orders without an answer may take; of one that takes another's place, what that does not give free."""
    orders = [order for order in open_orders(state, place) if order.side is place.side]
    old = in_place_of(orders)
    market, held_back = reference(place), Decimal(0)
    for order in orders:
        if order.status not in UNSEEN:
            continue
        takes = cost(worst(order), market) or Decimal(0)
        gives = old.get(order.order_id)
        if gives is not None and gives.status not in UNSEEN:
            takes -= cost(replace(gives, quantity=gives.remaining), market) or Decimal(0)
        held_back += max(takes, Decimal(0))
    return held_back


def balance(state: State, place: Place) -> Refusal | None:
    """What the account can pay, what waits for an answer held back."""
    asset = place.instrument.quote if place.side is Side.BUY else place.instrument.base
    balances = state.balances.get(place.account)
    need = cost(place, reference(place))
    if balances is None or need is None:
        return None
    kept = balances.get(asset)
    unseen = _unseen(state, place)
    free = (kept.free if kept else Decimal(0)) - unseen
    if need <= free:
        return None
    held_back = f" ({plain(unseen)} is held for orders without an answer)" if unseen else ""
    return Refusal(
        f"This order needs {plain(need)} {asset}; {plain(max(free, Decimal(0)))} is free{held_back}. Make it smaller.",
        "BALANCE",
    )
