"""My orders as the ladder shows them: side, exact size, state, and what stands ahead in the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import OrderId
from connectors.model.order import Order, OrderStatus
from connectors.model.side import Side
from tui.format.numbers import exact, short
from tui.format.orders import OFF_LABEL, SENDING, UNKNOWN, protective, side_letter, state_mark
from tui.widgets.ladder.queue import Ahead
from tui.widgets.ladder.rows import Grid

_LEAST_DECIMALS = 3
"""``0.01`` is written ``0.010``, so that marks of one column can be compared at a glance."""


@dataclass(frozen=True, slots=True)
class Ghost:
    """An order that is staged or carried: shown, not sent."""

    side: Side
    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OwnMark:
    """What stands in one own cell: texts from the fullest to the barest; the first that fits is painted."""

    texts: tuple[str, ...]
    alarm: bool = False
    """UNKNOWN: painted reversed."""

    def best(self, width: int) -> str:
        """The fullest text that fits; the barest one is cut with ``…`` rather than rounded."""
        for text in self.texts:
            if len(text) <= width:
                return text
        return self.texts[-1][: max(width - 1, 0)] + "…" if self.texts and width > 0 else ""


def order_price(order: Order) -> Decimal | None:
    """The price at which an order is shown: a waiting stop or target stands at its trigger."""
    waiting = order.status is OrderStatus.PENDING_TRIGGER or order.price is None
    return order.trigger_price if waiting and order.trigger_price is not None else order.price


def order_row(order: Order, grid: Grid) -> int | None:
    """Row an order stands in: buys at or below their price, sells at or above, as the book's levels."""
    price = order_price(order)
    if price is None:
        return None
    return grid.down(price) if order.side is Side.BUY else grid.up(price)


def by_row(orders: Iterable[Order], grid: Grid) -> dict[tuple[int, Side], list[Order]]:
    """Orders that have a price, by row and side, oldest first."""
    cells: dict[tuple[int, Side], list[Order]] = {}
    for order in sorted(orders, key=lambda each: (each.created_ns, each.handle)):
        row = order_row(order, grid)
        if row is not None:
            cells.setdefault((row, order.side), []).append(order)
    return cells


def mark_of(
    orders: Sequence[Order], grid: Grid, ahead_of: Callable[[OrderId], Ahead | None], size_decimals: int
) -> OwnMark:
    """The mark of the orders in one own cell (there is at least one)."""
    if len(orders) > 1:
        return _many(orders, grid)
    order = orders[0]
    letter, state, off = side_letter(order), state_mark(order), _off(order, grid)
    whole = size_text(order.quantity)
    if state in {SENDING, UNKNOWN}:
        return OwnMark((f"{state}{whole}{off}", f"{state}{_bare(whole)}"), alarm=state == UNKNOWN)
    if order.filled and order.quantity is not None:
        filled, total, rest = (_bare(size_text(each)) for each in (order.filled, order.quantity, order.remaining))
        return OwnMark(
            (f"{state}{letter}{filled}/{total}{off}", f"{state}{letter}{filled}/{total}", f"{letter}/{rest}")
        )
    plain = f"{state}{letter}{whole}{off}"
    ahead = None if protective(order) else ahead_of(order.order_id)
    bare = (plain, f"{state}{letter}{_bare(whole)}{off}")
    if ahead is None:
        return OwnMark(bare)
    queue = f"~{short(ahead.size, 5, min(size_decimals, 1))}" if ahead.sure else "~?"
    return OwnMark((f"{plain} {queue}", *bare))


def ghost_mark(ghost: Ghost) -> OwnMark:
    """``b?0.010``: lower case and a question, since nothing was sent."""
    letter = "b" if ghost.side is Side.BUY else "s"
    text = size_text(ghost.quantity)
    return OwnMark((f"{letter}?{text}", f"{letter}?{_bare(text)}"))


def size_text(quantity: Decimal | None) -> str:
    """Every digit, no comma, at least three decimals for a broken number."""
    if quantity is None:
        return "$"
    whole = quantity == quantity.to_integral_value()
    return exact(quantity, 0 if whole and quantity >= 1 else _LEAST_DECIMALS).replace(",", "")


def _bare(text: str) -> str:
    return text.removeprefix("0") if text.startswith("0.") else text


def _off(order: Order, grid: Grid) -> str:
    price = order_price(order)
    return "" if price is None or grid.on_label(price) else OFF_LABEL


def _many(orders: Sequence[Order], grid: Grid) -> OwnMark:
    """Several orders in one row: their sum, the gravest state among them, and how many."""
    total = size_text(sum((each.remaining or Decimal(0) for each in orders), Decimal(0)))
    states = [state_mark(each) for each in orders]
    state = next((mark for mark in (UNKNOWN, SENDING) if mark in states), "")
    off = OFF_LABEL if any(_off(each, grid) for each in orders) else ""
    letter = side_letter(orders[0]) if len({side_letter(each) for each in orders}) == 1 else orders[0].side.value[0]
    texts = (f"{state}{letter}{total}{off} ×{len(orders)}", f"{state}{letter}{total}{off}", f"{letter}{_bare(total)}")
    return OwnMark(texts, alarm=state == UNKNOWN)
