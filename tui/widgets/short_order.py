"""One order in one short line, for the market screen."""

from __future__ import annotations

from connectors.model.order import Order, OrderStatus
from connectors.model.side import Side
from tui.format.numbers import price
from tui.format.orders import protective, quantity, side_letter, state_words
from tui.styles.palette import Ink
from tui.widgets.ladder.marks import size_text
from tui.widgets.line import DIM, PLAIN, Line, Token

_ALARM = Ink(Token.DANGER, bold=True, reverse=True)
_SIDE_INKS = {Side.BUY: Ink(Token.BID), Side.SELL: Ink(Token.ASK)}


def short_order_line(order: Order, price_decimals: int, queue: str = "") -> Line:
    """One order in some 40 cells: ``k3 BUY  0.010 @ 61,800.00 post  q~1.2``."""
    side = order.side.value if not protective(order) else side_letter(order)
    at = order.price if order.trigger_price is None else order.trigger_price
    joint = "@" if order.trigger_price is None else "≤" if side_letter(order) in {"s↓", "t↓"} else "≥"
    size = quantity(order) if order.quantity is None else size_text(order.quantity)
    line: Line = [
        (f" {order.handle:<3}", Ink(Token.OWN, bold=True)),
        (f"{side:<5}", _SIDE_INKS[order.side]),
        (
            f"{size} {joint} {price(at, price_decimals)}",
            PLAIN,
        ),
    ]
    tail = "protects" if protective(order) else state_words(order).replace("OPEN", "").strip()
    if tail:
        line += [("  ", DIM), (tail, _ALARM if order.status is OrderStatus.UNKNOWN else DIM)]
    if queue:
        line.append((f"  q{queue}", DIM))
    return line
