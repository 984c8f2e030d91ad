"""What an account holds and has at work, counted at the worst of every outcome that is still open."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from connectors.engine.inputs import Place
from connectors.engine.state import State
from connectors.model.changed import replace
from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.list_terms import ListRole
from connectors.model.order import WORKING, Order, OrderStatus, Side

UNSEEN = frozenset({OrderStatus.SUBMITTING, OrderStatus.UNKNOWN})
"""The venue's balances may not know these yet: they count as placed *and* as not yet locked, the worse of both."""


def held(state: State, place: Place) -> Decimal:
    """Signed base units of the desk's own position in the instrument."""
    position = state.positions.get((place.account, place.instrument.id))
    return position.quantity if position else Decimal(0)


def waiting(state: State, place: Place) -> Decimal:
    """Base units that may still be filled on the order's side, each order at the worst of what it may become."""
    return _still_open(open_orders(state, place), place.side)


def _still_open(orders: Iterable[Order], side: Side) -> Decimal:
    alone = Decimal(0)
    exits: dict[str, Decimal] = {}
    own = [order for order in orders if order.side is side]
    old = in_place_of(own)
    fresh = {old[order.order_id].order_id: order for order in own if order.order_id in old}
    for order in own:
        if order.order_id in old:
            continue  # counted with the one it takes the place of
        if order.order_id in fresh:
            alone += max(worst_remaining(order), worst_remaining(fresh[order.order_id]))
        elif order.list_id is None or order.list_role not in _EITHER:
            alone += worst_remaining(order)
        else:
            exits[order.list_id] = max(exits.get(order.list_id, Decimal(0)), worst_remaining(order))
    return alone + sum(exits.values())


_EITHER = frozenset({ListRole.TAKE_PROFIT, ListRole.STOP_LOSS})
"""Of the two, one fills and the other ends."""


def in_place_of(orders: Iterable[Order]) -> dict[OrderId, Order]:
    """Which of these orders is to take the place of which: of the two, one works and counts, at the worse of both.

    The create leaves in one call with the cancel, and is not tried where that failed, or it leaves once the old order
    is over: never are both to be open. What the old one fills meanwhile is taken off the new one
    (`connectors.engine.changing`). Where the venue has both working all the same, they are two orders and both count.
    """
    known = {order.order_id: order for order in orders}
    found = {}
    for order in known.values():
        coming = None if order.amending is None or order.amending.replacement is None else order.amending.replacement
        if coming in known and not (order.status in WORKING and known[coming].status in WORKING):
            found[coming] = order
    return found


def worst_remaining(order: Order) -> Decimal:
    """Base units an order may still fill: a change in place that is not confirmed counts where it makes it larger."""
    left = order.remaining or Decimal(0)
    wanted = order.amending.quantity if order.amending is not None and order.amending.replacement is None else None
    return left if wanted is None else max(left, wanted - order.filled - order.prevented)


def worst_price(order: Order) -> Decimal | None:
    """The higher of an order's price and the one it is asked to have; None where it has none of its own."""
    own = order.price or order.trigger_price
    wanted = None if order.amending is None else order.amending.price or order.amending.trigger_price
    return max(own, wanted) if own is not None and wanted is not None else own if wanted is None else wanted


def reduces(state: State, place: Place) -> bool:
    """Whether the order, with what works already on its side, brings the position nearer to zero and not beyond."""
    position = held(state, place)
    if place.quantity is None or position == 0 or (position > 0) is (place.side is Side.BUY):
        return False
    return place.quantity + waiting(state, place) <= abs(position)


def shrinks(state: State, order: Order, without: Collection[OrderId]) -> bool:
    """Whether an order that is about to leave still does what `reduces` asks of a wanted one.

    Args:
        state: The engine's.
        order: With the size it is to have.
        without: Orders that do not count: itself, and what it takes the place of or hangs together with.
    """
    position = state.positions.get((order.account, order.instrument))
    left = order.remaining
    if position is None or not position.quantity or left is None or (position.quantity > 0) is (order.side is Side.BUY):
        return False
    others = (one for one in _alive(state, order.account, order.instrument) if one.order_id not in without)
    return left + _still_open(others, order.side) <= abs(position.quantity)


def open_orders(state: State, place: Place) -> list[Order]:
    """Orders in the instrument that work or may work, those whose intent is being written included."""
    return _alive(state, place.account, place.instrument.id)


def _alive(state: State, account: AccountId, instrument: InstrumentId) -> list[Order]:
    kept = (state.orders[order_id] for order_id in state.live)
    coming = (pending.order for pending in state.pending.values())
    return [
        order
        for order in (*kept, *coming)
        if order.account == account
        and order.instrument == instrument
        and (order.status in WORKING or order.status in UNSEEN)
    ]


def reference(place: Place) -> Decimal | None:
    """A price of the market now: the middle or the last one, else the touch the order would take; None: unknown."""
    market = place.market
    if market.reference is not None:
        return market.reference
    touch = market.ask if place.side is Side.BUY else market.bid
    return touch.price if touch else None


def worst(order: Order) -> Order:
    """An order as large and as dear as it may become."""
    if order.amending is None or order.quantity is None:
        return order
    wanted = order.amending.quantity
    return replace(
        order, quantity=order.quantity if wanted is None else max(order.quantity, wanted), price=worst_price(order)
    )


def cost(order: Order | Place, market: Decimal | None) -> Decimal | None:
    """What an order can take from the free balance: quote for a buy, base for a sell; None when it cannot be told."""
    if order.side is Side.SELL:
        return order.quantity
    if order.quote_quantity is not None:
        return order.quote_quantity
    price = order.price or order.trigger_price or market
    return order.quantity * price if order.quantity is not None and price is not None else None
