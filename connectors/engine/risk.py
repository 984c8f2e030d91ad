"""Pre-trade checks: what the desk refuses before anything is written or sent; each refusal names a way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from connectors.engine.filters import MARKET_LIKE, Wanted, first_breach, plain
from connectors.engine.inputs import Place, Trading
from connectors.engine.state import State
from connectors.model.book import BookState
from connectors.model.capabilities import Support
from connectors.model.instrument import InstrumentStatus, grid_neighbours
from connectors.model.order import WORKING, Order, OrderStatus, OrderType, Side, TimeInForce

SECOND_NS = 1_000_000_000

_PERCENT = Decimal(100)

UNSEEN = frozenset({OrderStatus.SUBMITTING, OrderStatus.UNKNOWN})
"""The venue's balances may not know these yet: they count as placed *and* as not yet locked, the worse of both."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not."""

    sentence: str
    code: str = ""
    """The filter or limit."""


def refuse(state: State, place: Place) -> Refusal | None:
    """The first reason not to place an order; None when there is none."""
    for check in _CHECKS:
        refusal = check(state, place)
        if refusal is not None:
            return refusal
    return None


def _trading(state: State, place: Place) -> Refusal | None:
    if state.trading is Trading.HALTED:
        return Refusal("New orders are halted. Cancels work. Resume to place this one.", "HALTED")
    shrinks = state.trading is Trading.REDUCING or place.reduce_only
    if not shrinks or _reduces(state, place):
        return None
    why = "REDUCING lets only" if state.trading is Trading.REDUCING else "A reduce-only order must be one of the"
    held = _held(state, place)
    return Refusal(
        f"{why} orders that shrink the position. {place.instrument.symbol} stands at "
        f"{plain(held, place.instrument.size_decimals)} {place.instrument.base}.",
        "REDUCING",
    )


def _held(state: State, place: Place) -> Decimal:
    position = state.positions.get((place.account, place.instrument.id))
    return position.quantity if position else Decimal(0)


def _reduces(state: State, place: Place) -> bool:
    """Whether the order, with what works already on its side, brings the position nearer to zero and not beyond."""
    held = _held(state, place)
    if place.quantity is None or held == 0 or (held > 0) is (place.side is Side.BUY):
        return False
    waiting = sum(
        (order.remaining or Decimal(0) for order in _open(state, place) if order.side is place.side), Decimal(0)
    )
    return place.quantity + waiting <= abs(held)


def _reachable(state: State, place: Place) -> Refusal | None:
    if state.is_up(place.account):
        return None
    label = state.label(place.account)
    return Refusal(f"{label} cannot take orders now: its account stream is not up. Cancels are still tried.", "DOWN")


def _market_open(_state: State, place: Place) -> Refusal | None:
    status = place.instrument.status
    if status in {InstrumentStatus.TRADING, InstrumentStatus.UNKNOWN}:
        return None
    if status is InstrumentStatus.POST_ONLY and place.type is OrderType.LIMIT_MAKER:
        return None
    if status is InstrumentStatus.LIMIT_ONLY and place.type not in MARKET_LIKE:
        return None
    return Refusal(f"{place.instrument.symbol} is in state {status} and takes no such order now.", "STATUS")


def _supported(_state: State, place: Place) -> Refusal | None:
    can = place.capabilities
    name = place.instrument.symbol
    if can.order_type(place.type) is Support.MISSING or place.type not in place.instrument.order_types:
        known = ", ".join(
            sorted(kind for kind in place.instrument.order_types if can.order_type(kind) is not Support.MISSING)
        )
        return Refusal(f"{name} at {can.venue} takes no {place.type} orders. It takes: {known}.", "TYPE")
    force = place.time_in_force
    if force is not None and can.time_in_force(force) is Support.MISSING:
        return Refusal(f"{can.venue} has no time in force {force} here.", "TIME_IN_FORCE")
    if place.quote_quantity is not None and not (place.instrument.quote_sized_market and can.quote_sized_market_buy):
        return Refusal(f"{name} at {can.venue} cannot be sized in {place.instrument.quote}. Give a size.", "QUOTE_SIZE")
    return None


_PRICED = frozenset({OrderType.LIMIT, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT_LIMIT})
_TRIGGERED = frozenset(
    {OrderType.STOP_LOSS, OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT}
)
_UNFORCED = frozenset({OrderType.MARKET, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS, OrderType.TAKE_PROFIT})


def _sized(_state: State, place: Place) -> Refusal | None:
    if (place.quantity is None) is (place.quote_quantity is None):
        return Refusal("An order needs a size, either in base or in quote.", "SIZE")
    if place.quote_quantity is not None and place.type is not OrderType.MARKET:
        return Refusal(f"Only a market order can be sized in {place.instrument.quote}.", "QUOTE_SIZE")
    return None


def _complete(_state: State, place: Place) -> Refusal | None:
    """The fields an order's type needs are there, and no others."""
    if (place.price is not None) is not (place.type in _PRICED):
        return Refusal(f"A {place.type} order {'needs a' if place.type in _PRICED else 'has no'} price.", "PRICE")
    if (place.trigger_price is not None) is not (place.type in _TRIGGERED):
        needs = "needs a" if place.type in _TRIGGERED else "has no"
        return Refusal(f"A {place.type} order {needs} trigger price.", "TRIGGER")
    if place.time_in_force is not None and place.type in _UNFORCED:
        return Refusal(f"A {place.type} order has no time in force.", "TIME_IN_FORCE")
    if place.time_in_force is TimeInForce.GTD:
        return Refusal("GTD needs an expiry, which this release cannot take yet. Use GTC.", "TIME_IN_FORCE")
    return None


def _filters(_state: State, place: Place) -> Refusal | None:
    wanted = Wanted(
        place.side,
        place.type,
        place.quantity,
        place.quote_quantity,
        place.price,
        place.trigger_price,
        _reference(place),
    )
    breach = first_breach(place.instrument, wanted)
    return Refusal(breach.sentence, breach.filter) if breach else None


def _reference(place: Place) -> Decimal | None:
    market = place.market
    if market.reference is not None:
        return market.reference
    touch = market.ask if place.side is Side.BUY else market.bid
    return touch.price if touch else None


def _book_believed(_state: State, place: Place) -> Refusal | None:
    book = place.market.book
    if not place.from_book or book is BookState.LIVE:
        return None
    state = book or "not followed"
    return Refusal(f"The book of {place.instrument.symbol} is {state}: its prices cannot be used now.", "BOOK")


def _collar(state: State, place: Place) -> Refusal | None:
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
    reference = _reference(place)
    if reference is not None:
        furthest = reference * (1 - place.side.sign * limits.collar_away)
        if (price < furthest) if buy else (price > furthest):
            return Refusal(
                f"Price {plain(price, digits)} is more than {plain(limits.collar_away * _PERCENT)} % away from the "
                f"market at {plain(reference, digits)}. "
                f"Nearest: {plain(grid_neighbours(furthest, tick)[1 if buy else 0], digits)}.",
                "COLLAR",
            )
    return None


def _open(state: State, place: Place) -> list[Order]:
    """Orders in the instrument that work or may work, those whose intent is being written included."""
    kept = (state.orders[order_id] for order_id in state.live)
    coming = (pending.order for pending in state.pending.values())
    return [
        order
        for order in (*kept, *coming)
        if order.account == place.account
        and order.instrument == place.instrument.id
        and (order.status in WORKING or order.status in UNSEEN)
    ]


def _open_orders(state: State, place: Place) -> Refusal | None:
    most = state.limits.open_orders
    venue_most = place.instrument.filters.max_open_orders
    bound = min(most, venue_most) if venue_most else most
    count = len(_open(state, place))
    if count < bound:
        return None
    return Refusal(
        f"{count} orders work in {place.instrument.symbol}; {bound} is the limit. Cancel one first.", "OPEN_ORDERS"
    )


def _rate(state: State, place: Place) -> Refusal | None:
    recent = [sent for sent in state.sends if sent > place.at.mono_ns - SECOND_NS]
    if len(recent) < state.limits.orders_per_second:
        return None
    wait_ms = (recent[-state.limits.orders_per_second] + SECOND_NS - place.at.mono_ns) // 1_000_000 + 1
    return Refusal(
        f"{len(recent)} orders went out in the last second; {state.limits.orders_per_second} is the limit. "
        f"Place it again in {wait_ms} ms.",
        "ORDERS_PER_SECOND",
    )


def cost(order: Order | Place, reference: Decimal | None) -> Decimal | None:
    """What an order can take from the free balance: quote for a buy, base for a sell; None when it cannot be told."""
    if order.side is Side.SELL:
        return order.quantity
    if order.quote_quantity is not None:
        return order.quote_quantity
    price = order.price or order.trigger_price or reference
    return order.quantity * price if order.quantity is not None and price is not None else None


def _balance(state: State, place: Place) -> Refusal | None:
    asset = place.instrument.quote if place.side is Side.BUY else place.instrument.base
    balances = state.balances.get(place.account)
    need = cost(place, _reference(place))
    if balances is None or need is None:
        return None
    kept = balances.get(asset)
    waiting = sum(
        (
            cost(order, _reference(place)) or Decimal(0)
            for order in _open(state, place)
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


def _hard_line(state: State, place: Place) -> Refusal | None:
    share, reference = state.limits.equity_share, _reference(place)
    balances = state.balances.get(place.account)
    if share is None or balances is None or reference is None:
        return None
    base, quote = (balances.get(asset) for asset in (place.instrument.base, place.instrument.quote))
    equity = (base.total * reference if base else Decimal(0)) + (quote.total if quote else Decimal(0))
    value = place.quote_quantity or (place.quantity or Decimal(0)) * (place.price or reference)
    if value <= equity * share:
        return None
    return Refusal(
        f"Order value {plain(value)} {place.instrument.quote} is above the hard line, {plain(share * _PERCENT)} % of "
        f"{plain(equity)}. Make it smaller.",
        "HARD_LINE",
    )


_CHECKS: tuple[Callable[[State, Place], Refusal | None], ...] = (
    _trading,
    _reachable,
    _market_open,
    _sized,
    _complete,
    _supported,
    _filters,
    _book_believed,
    _collar,
    _open_orders,
    _rate,
    _balance,
    _hard_line,
)
"""In the order in which a trader can do something about them."""
