"""Checks of the order itself: whether it can be taken at all, is complete, and legal at its venue."""

from __future__ import annotations

from connectors.engine.filters import MARKET_LIKE, Wanted, first_breach
from connectors.engine.inputs import Place
from connectors.engine.requests import request_of
from connectors.engine.risk.exposure import reference
from connectors.engine.risk.refusal import Refusal
from connectors.engine.state import State
from connectors.model.book import BookState
from connectors.model.capabilities import Support
from connectors.model.instrument import InstrumentStatus
from connectors.model.legality import judge
from connectors.model.order import OrderType, SelfTradePrevention, TimeInForce


def reachable(state: State, place: Place) -> Refusal | None:
    """The account can be told things."""
    if state.is_up(place.account):
        return None
    label = state.label(place.account)
    return Refusal(f"{label} cannot take orders now: its account stream is not up. Cancels are still tried.", "DOWN")


def market_open(_state: State, place: Place) -> Refusal | None:
    """The instrument's status lets such an order pass."""
    status = place.instrument.status
    if status in {InstrumentStatus.TRADING, InstrumentStatus.UNKNOWN}:
        return None
    if status is InstrumentStatus.POST_ONLY and place.type is OrderType.LIMIT_MAKER:
        return None
    if status is InstrumentStatus.LIMIT_ONLY and place.type not in MARKET_LIKE:
        return None
    return Refusal(f"{place.instrument.symbol} is in state {status} and takes no such order now.", "STATUS")


def supported(_state: State, place: Place) -> Refusal | None:
    """Venue and instrument have the type, the time in force and the way it is sized."""
    can = place.capabilities
    name = place.instrument.symbol
    if can.order_type(place.type) is Support.MISSING or place.type not in place.instrument.order_types:
        known = ", ".join(
            sorted(kind for kind in place.instrument.order_types if can.order_type(kind) is not Support.MISSING)
        )
        return Refusal(f"{name} at {can.venue} takes no {place.type} orders. It takes: {known}.", "TYPE")
    force = request_of(place).time_in_force
    if place.time_in_force is not None and force is not None and can.time_in_force(force) is Support.MISSING:
        return Refusal(f"{can.venue} has no time in force {force} here.", "TIME_IN_FORCE")
    if place.iceberg_quantity is not None and not place.instrument.iceberg:
        return Refusal(f"{name} at {can.venue} takes no iceberg orders. Leave the visible part out.", "ICEBERG")
    mode = place.self_trade_prevention
    if mode is not SelfTradePrevention.VENUE_DEFAULT and mode not in place.instrument.self_trade_prevention:
        modes = ", ".join(sorted(place.instrument.self_trade_prevention)) or "none"
        return Refusal(f"{name} has no self-trade prevention mode {mode}. It has: {modes}.", "SELF_TRADE_PREVENTION")
    if place.quote_quantity is not None and not (place.instrument.quote_sized_market and can.quote_sized_market_buy):
        return Refusal(f"{name} at {can.venue} cannot be sized in {place.instrument.quote}. Give a size.", "QUOTE_SIZE")
    return None


def sized(_state: State, place: Place) -> Refusal | None:
    """It has one size."""
    if (place.quantity is None) is (place.quote_quantity is None):
        return Refusal("An order needs a size, either in base or in quote.", "SIZE")
    if place.quote_quantity is not None and place.type is not OrderType.MARKET:
        return Refusal(f"Only a market order can be sized in {place.instrument.quote}.", "QUOTE_SIZE")
    return None


def complete(_state: State, place: Place) -> Refusal | None:
    """Its form: the fields its type needs are there, and no others, and the venue can be told them."""
    broken = _expiring(place)
    if broken is not None:
        return broken
    verdict = judge(request_of(place), place.capabilities, place.at.time_ns)
    return Refusal(verdict.reason, verdict.rule) if verdict.rule else None


def _expiring(place: Place) -> Refusal | None:
    """GTD needs an expiry that lies ahead, whoever keeps it."""
    if place.time_in_force is not TimeInForce.GTD:
        return None
    if place.expire_time_ns is None:
        return Refusal("GTD needs an expiry: a time in the future. Give one, or use GTC.", "EXPIRY")
    if place.expire_time_ns <= place.at.time_ns:
        return Refusal("The expiry of a GTD order must lie in the future. Give a later one, or use GTC.", "EXPIRY")
    return None


def filters(_state: State, place: Place) -> Refusal | None:
    """The venue's own filters."""
    wanted = Wanted(
        place.side,
        place.type,
        place.quantity,
        place.quote_quantity,
        place.price,
        place.trigger_price,
        reference(place),
        place.trailing_delta,
        place.iceberg_quantity,
    )
    breach = first_breach(place.instrument, wanted)
    return Refusal(breach.sentence, breach.filter) if breach else None


def book_believed(_state: State, place: Place) -> Refusal | None:
    """A price taken from a painted book needs that book to be LIVE."""
    book = place.market.book
    if not place.from_book or book is BookState.LIVE:
        return None
    state = book or "not followed"
    return Refusal(f"The book of {place.instrument.symbol} is {state}: its prices cannot be used now.", "BOOK")
