"""What an order of mine is to become: judged like an entry, and what it costs in the queue. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError

from connectors.model.ids import Mode, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Amending, Order, OrderStatus, OrderType
from connectors.worker import api
from tui.format import numbers
from tui.format.orders import protective
from tui.ticket import judge
from tui.ticket.seen import Seen
from tui.ticket.ticket import TIMED, Ticket, why

ZERO = Decimal(0)
_PLACES = {
    OrderStatus.SUBMITTING: "is on its way: change it once it rests",
    OrderStatus.UNKNOWN: "is UNKNOWN: x cancels it, nothing else is sent for it",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one order; None leaves a field as it is."""

    order: Order
    price: Decimal | None = None
    """New limit price."""
    trigger_price: Decimal | None = None
    quantity: Decimal | None = None
    """New whole size in base units, what is filled included."""

    @property
    def moves(self) -> bool:
        """Whether it stands at another price afterwards."""
        return self.price is not None or self.trigger_price is not None

    @property
    def grows(self) -> bool:
        """Whether it is larger afterwards."""
        return self.quantity is not None and self.order.quantity is not None and self.quantity > self.order.quantity

    @property
    def reduces(self) -> bool:
        """Whether it only takes risk off: a smaller order in its place, or a stop or target no larger than it was."""
        return not self.grows and (not self.moves or protective(self.order))

    def command(self, amend_id: OrderId, seen: Seen) -> api.AmendOrder:
        """The worker's command, with the price and the frame that were on the screen."""
        return api.AmendOrder(
            order_id=self.order.order_id,
            amend_id=amend_id,
            quantity=self.quantity,
            price=self.price,
            trigger_price=self.trigger_price,
            seen_price=seen.mid,
            frame=seen.book.update_id if seen.book is not None and self.moves else None,
        )

    def shown(self, since_ns: int) -> Amending:
        """How it stands on the order until the worker has answered."""
        return Amending(since_ns, self.quantity, self.price, self.trigger_price)


def to_price(order: Order, price: Decimal) -> Change:
    """Move an order: a waiting stop by its trigger, and its limit, where it has one, by as much."""
    if order.trigger_price is None or order.status is not OrderStatus.PENDING_TRIGGER:
        return Change(order, price=None if price == order.price else price)
    if price == order.trigger_price:
        return Change(order)
    limit = None if order.price is None else order.price + price - order.trigger_price
    return Change(order, price=limit, trigger_price=price)


def standing_price(order: Order) -> Decimal | None:
    """The price that `to_price` changes."""
    waiting = order.trigger_price is not None and order.status is OrderStatus.PENDING_TRIGGER
    return order.trigger_price if waiting else order.price


def to_size(order: Order, quantity: Decimal) -> Change:
    """Make an order larger or smaller."""
    return Change(order, quantity=None if quantity == order.quantity else quantity)


def ticket_of(change: Change) -> Ticket:
    """What would stand at the venue afterwards, as an order of its own.

    Raises:
        ValidationError: It would be no order.
    """
    order = change.order
    whole = order.quantity if change.quantity is None else change.quantity
    return Ticket(
        side=order.side,
        type=order.type,
        quantity=None if whole is None else whole - order.filled - order.prevented,
        price=order.price if change.price is None else change.price,
        trigger_price=order.trigger_price if change.trigger_price is None else change.trigger_price,
        time_in_force=order.time_in_force if order.type in TIMED else None,
        reduce_only=order.reduce_only,
    )


def keeps_place(change: Change, instrument: Instrument) -> bool:
    """Whether the venue changes it where it stands: it may only become smaller for that."""
    return instrument.amend and not change.moves and not change.grows


def refusal(change: Change, seen: Seen) -> str:
    """Why the change is not sent; empty when it may be."""
    order = change.order
    found = _cannot(change)
    if found:
        return f"{found} Nothing was sent."
    try:
        ticket = ticket_of(change)
    except ValidationError as problem:
        return f"{why(problem)} Nothing was sent."
    reduces = change.reduces
    found = judge.state_refusal(ticket, seen, reduces=reduces)
    if not found and change.moves and not reduces and seen.book is not None:
        found = judge.book_refusal(seen, cursor=False)
    if found and not seen.armed and found.startswith("DISARMED"):
        return f"DISARMED. This would send: {sentence(change, seen)}. ctrl+t arms."
    return found or judge.number_refusal(ticket, seen, reduces=reduces) or _taken(ticket, order, seen)


def _cannot(change: Change) -> str:
    """Why its state does not let it be changed, or why the change is none."""
    order, handle = change.order, change.order.handle
    if order.status in _PLACES:
        return f"{handle} {_PLACES[order.status]}."
    if not order.working or order.canceling:
        return f"{handle} is {order.status if not order.working else 'being canceled'}: there is nothing to change."
    if order.amending is not None:
        return f"{handle} is being changed: wait for the venue's word."
    if order.type is OrderType.TRAILING or order.quantity is None:
        return f"{handle} is {order.type}: x cancels it; place it anew."
    return _no_change(change)


def _no_change(change: Change) -> str:
    order = change.order
    if not change.moves and change.quantity is None:
        return f"{order.handle} stays as it is: nothing was changed."
    spent = order.filled + order.prevented
    if change.quantity is None or change.quantity > spent:
        return ""
    return f"{numbers.exact(change.quantity)} is not above {numbers.exact(spent)}, which is filled. x cancels the rest."


def _taken(ticket: Ticket, order: Order, seen: Seen) -> str:
    """A post-only order is moved no further than its own side of the book."""
    met = seen.opposite(ticket.side)
    if order.type is not OrderType.LIMIT_MAKER or ticket.price is None or met is None:
        return ""
    if (ticket.price - met) * ticket.side.sign < 0:
        return ""
    digits = seen.instrument.price_decimals
    there, touch = numbers.price(ticket.price, digits), numbers.price(met, digits)
    return f"{order.handle} is post-only: at {there} it would take from {touch}. Nothing was sent."


def klass(change: Change, seen: Seen) -> int:
    """How much asking it needs: 0 at once, 1 staged, 2 a dialog."""
    if change.reduces:
        return int(seen.mode is Mode.LIVE and protective(change.order))
    return judge.klass(ticket_of(change), seen)


def sentence(change: Change, seen: Seen, ahead: str = "") -> str:
    """``k3 61,800.00 → 61,800.01 · cancel-replace, loses ~1.2 of queue``.

    Args:
        change: What is meant.
        seen: What was on the screen.
        ahead: What stands before it in the queue, such as ``~1.2``; empty where nobody knows.
    """
    order, instrument = change.order, seen.instrument
    digits, lots = instrument.price_decimals, instrument.size_decimals
    parts: list[str] = []
    if change.trigger_price is not None:
        parts.append(_arrow(numbers.price(order.trigger_price, digits), numbers.price(change.trigger_price, digits)))
    elif change.price is not None:
        parts.append(_arrow(numbers.price(order.price, digits), numbers.price(change.price, digits)))
    if change.quantity is not None:
        before = numbers.NONE if order.quantity is None else numbers.fixed(order.quantity, lots)
        parts.append(_arrow(before, numbers.fixed(change.quantity, lots)))
    words = [f"{order.handle} {' and '.join(parts)}" if parts else f"{order.handle} stays as it is"]
    whole = order.quantity if change.quantity is None else change.quantity
    unit = change.price or order.price or change.trigger_price or order.trigger_price
    if change.quantity is not None and unit is not None and whole is not None:
        words.append(numbers.money(whole * unit))
    if parts:
        words.append(place_words(change, instrument, ahead))
    return " · ".join(words)


def place_words(change: Change, instrument: Instrument, ahead: str) -> str:
    """What becomes of its place in the queue."""
    if change.order.status is OrderStatus.PENDING_TRIGGER:
        return "in its place" if keeps_place(change, instrument) else "cancel-replace"
    if keeps_place(change, instrument):
        return "keeps its place"
    how = "cancel-replace, " if instrument.replace or instrument.amend else "canceled and placed anew, "
    return f"{how}loses {ahead} of queue" if ahead else f"{how}loses the queue"


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}"
