"""What a panic asks for: which orders go and when, and how much of the desk's own positions may be closed.

Pure: read from the engine's state, decided anew at each look, so that nothing is decided on what was true before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from connectors.engine.risk import UNSEEN
from connectors.engine.state import State
from connectors.model.book import BookTop
from connectors.model.capabilities import Capabilities, Support
from connectors.model.ids import AccountId, InstrumentId, OrderId, Product
from connectors.model.instrument import Instrument, grid_neighbours
from connectors.model.order import WORKING, Order, OrderOrigin, OrderStatus, OrderType, Side, TimeInForce

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Marked:
    """The orders of one account as a panic sees them, oldest first. UNKNOWN ones are among them."""

    first: tuple[Order, ...] = ()
    """Cancelled at once."""
    then: tuple[Order, ...] = ()
    """Cancelled once the positions they protect are closed: stops of derivatives, which hold no coins back."""
    external: tuple[Order, ...] = ()
    """Of other tools, and not asked for: left alone."""


def is_stop(order: Order) -> bool:
    """Whether it waits off the book: a trigger order, or one of a list."""
    return (
        order.status is OrderStatus.PENDING_TRIGGER
        or order.trigger_price is not None
        or order.trailing_delta is not None
        or order.list_id is not None
    )


def marked(
    state: State,
    account: AccountId,
    *,
    external: bool,
    flatten: bool,
    closing: Collection[OrderId] = (),
) -> Marked:
    """Sort an account's orders that the venue holds or may hold.

    Args:
        state: The engine's.
        account: Whose.
        external: Whether orders of other tools go too.
        flatten: Whether positions are closed: then the stops of derivatives go after that.
        closing: Orders that close in this panic; they end by themselves.
    """
    alive = [order for order in _alive(state, account) if order.order_id not in closing]
    own = [order for order in alive if external or order.origin is OrderOrigin.DESK]
    later = [order for order in own if flatten and order.instrument.product is not Product.SPOT and is_stop(order)]
    return Marked(
        tuple(order for order in own if order not in later),
        tuple(later),
        tuple(order for order in alive if order not in own),
    )


def _alive(state: State, account: AccountId) -> list[Order]:
    return [
        order for order in state.unfinished() if order.account == account and order.working and state.in_its_life(order)
    ]


def one_of_each_list(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders without those that go with another one of their list."""
    first: dict[object, Order] = {}
    for order in orders:
        first.setdefault(order.order_id if order.list_id is None else (order.instrument, order.list_id), order)
    return tuple(first.values())


@dataclass(frozen=True, slots=True)
class Close:
    """How much of a position may be closed now; not on the venue's grid yet."""

    instrument: InstrumentId
    side: Side
    quantity: Decimal
    """Base units, positive."""


def closes(state: State, account: AccountId, *, once_canceled: bool = False) -> tuple[Close, ...]:
    """What of the desk's own ledger can be closed.

    Never more than the ledger holds less what works or may work on that side, and on spot never more than is free.
    Nothing of an instrument whose ledger still lacks fills. A spot ledger that is below zero has sold coins it never
    bought: buying them back would add risk.

    Args:
        state: The engine's.
        account: Whose.
        once_canceled: As it will be when the desk's own orders are gone: for the plan.
    """
    alive = _alive(state, account)
    owing = [state.orders[order_id] for order_id in state.owed]
    lacking = {order.instrument for order in owing if order.account == account and not once_canceled}
    free = _free(state, account, alive, once_canceled=once_canceled)
    found: list[Close] = []
    for (owner, instrument), position in state.positions.items():
        if owner != account or not position.quantity or instrument in lacking:
            continue
        side = Side.SELL if position.quantity > 0 else Side.BUY
        waiting = [] if once_canceled else [o for o in alive if o.instrument == instrument and o.side is side]
        if any(order.remaining is None for order in waiting):
            continue  # sized in quote: nobody can tell how much it takes
        quantity = abs(position.quantity) - sum((order.remaining or ZERO for order in waiting), ZERO)
        if instrument.product is Product.SPOT:
            quantity = _taken(state, instrument, quantity if side is Side.SELL else ZERO, free)
        if quantity > 0:
            found.append(Close(instrument, side, quantity))
    return tuple(found)


def _taken(state: State, instrument: InstrumentId, wanted: Decimal, free: dict[str, Decimal]) -> Decimal:
    """What of a spot sale is free, taken from what is free: two instruments may share a base asset."""
    pair = state.pair(instrument)
    if pair is None:
        return ZERO
    left = free.get(pair.base, ZERO)
    quantity = max(min(wanted, left), ZERO)
    free[pair.base] = left - quantity
    return quantity


def _free(state: State, account: AccountId, alive: Iterable[Order], *, once_canceled: bool) -> dict[str, Decimal]:
    """Free units by asset, less what orders without an answer may take; for the plan, with what own orders lock."""
    balances = state.balances.get(account, {})
    free = {asset: balance.free for asset, balance in balances.items()}
    for order in alive:
        pair = state.pair(order.instrument)
        if pair is None or order.side is not Side.SELL or order.instrument.product is not Product.SPOT:
            continue
        if once_canceled and order.status in WORKING and order.origin is OrderOrigin.DESK and pair.base in free:
            total = balances[pair.base].total
            free[pair.base] = min(total, free[pair.base] + (order.remaining or ZERO))
        elif not once_canceled and order.status in UNSEEN:
            free[pair.base] = free.get(pair.base, ZERO) - (order.remaining or ZERO)
    return free


@dataclass(frozen=True, slots=True)
class ClosingTerms:
    """A close on the venue's grid."""

    type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    time_in_force: TimeInForce | None = None


def closing_terms(
    close: Close, instrument: Instrument, capabilities: Capabilities, touch: BookTop | None, collar: Decimal | None
) -> ClosingTerms | None:
    """How a close is asked for: at market, capped by the collar where venue and touch allow it.

    A market order has no price of its own, so the cap is a limit that takes at once what is there and rests never.

    Args:
        close: What.
        instrument: Its grid.
        capabilities: The venue's.
        touch: The best prices now; None where they could not be asked.
        collar: How far through the touch it may go, as a share; None: as far as it takes.

    Returns:
        None where less than one lot is left.
    """
    filters = instrument.filters
    level = None if touch is None else (touch.bid if close.side is Side.SELL else touch.ask)
    capped = (
        level is not None
        and collar is not None
        and TimeInForce.IOC in instrument.times_in_force
        and capabilities.time_in_force(TimeInForce.IOC) is Support.NATIVE
        and OrderType.LIMIT in instrument.order_types
    )
    step = filters.step_size if capped else (filters.market_step_size or filters.step_size)
    most = filters.max_quantity if capped else (filters.market_max_quantity or filters.max_quantity)
    wanted = min(close.quantity, most) if most else close.quantity
    quantity = grid_neighbours(wanted, step)[0] if step else wanted
    if quantity <= 0:
        return None
    if not capped or level is None or collar is None:
        return ClosingTerms(OrderType.MARKET, quantity)
    furthest = level.price * (1 + close.side.sign * collar)
    below, above = grid_neighbours(furthest, filters.tick_size)
    price = above if close.side is Side.SELL else below
    return ClosingTerms(OrderType.LIMIT, quantity, price, TimeInForce.IOC)
