"""The right column of a wide market screen: working orders, positions and today's fills, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connectors.model.fill import Fill
from connectors.model.instrument import Instrument
from connectors.model.order import Order
from connectors.model.position import Position
from connectors.model.side import Side
from tui.format.clean import clean
from tui.format.numbers import exact, fixed, short, signed
from tui.format.times import clock
from tui.format.words import NO_FILLS, NO_ORDERS_NARROW, NO_POSITIONS
from tui.styles.palette import Ink
from tui.widgets.holdings import gain_ink
from tui.widgets.ladder.queue import QueueEstimates
from tui.widgets.line import DIM, PLAIN, Line, Token
from tui.widgets.pane import LinePane
from tui.widgets.short_order import short_order_line

_BOLD = Ink(bold=True)
_FEWEST_FILLS = 4
_LEAST_DECIMALS = 3


class OrdersPane(LinePane):
    """Short lists. What does not fit is counted: a list never looks complete when it is not."""

    EVERY = 2

    _instrument: Instrument | None = None
    _orders: tuple[Order, ...] = ()
    _positions: tuple[tuple[Position, Decimal | None], ...] = ()
    _fills: tuple[Fill, ...] = ()
    _fees = ""
    _queue: QueueEstimates | None = None

    def set_instrument(self, instrument: Instrument) -> None:
        """Whose decimals prices are written with."""
        self._instrument = instrument
        self.touch_up()

    def put_orders(self, orders: Sequence[Order], queue: QueueEstimates | None = None) -> None:
        """Take orders, newest first; working ones are shown. ``queue`` is the ladder's."""
        self._orders = tuple(order for order in orders if order.working)
        self._queue = queue
        self.touch_up()

    def put_positions(self, positions: Sequence[tuple[Position, Decimal | None]]) -> None:
        """Take positions, each with the price it is valued at."""
        self._positions = tuple(each for each in positions if each[0].quantity)
        self.touch_up()

    def put_fills(self, fills: Sequence[Fill], fees: str = "") -> None:
        """Take today's fills, newest first, and what they cost, in words such as ``5.62 USDT``."""
        self._fills, self._fees = tuple(fills), fees
        self.touch_up()

    def heading(self, width: int) -> Line:  # noqa: ARG002
        """The title of the first section."""
        return [("ORDERS", _BOLD), (f"  {len(self._orders)} working", PLAIN)]

    def body_lines(self, width: int, height: int) -> list[Line]:
        """Orders as far as there is room for the other two sections."""
        positions = self._position_lines(width)
        fills_least = min(len(self._fills), _FEWEST_FILLS)
        room = max(height - len(positions) - fills_least - 2, 1)
        lines = _cut(self._order_lines(), room, max(len(self._orders), 1))
        lines += [[], *positions] if len(lines) < room else positions
        fees = f"   fees {clean(self._fees)}" if self._fees else ""
        title: Line = [("FILLS today", _BOLD), (f"  {len(self._fills)}{fees}", PLAIN)]
        left_over = height - len(lines) - 2
        if left_over > 0:
            lines += [[], title, *_cut(self._fill_lines(left_over), left_over, max(len(self._fills), 1))]
        return lines[: max(height, 0)]

    def _order_lines(self) -> list[Line]:
        if not self._orders:
            return [[(f" {NO_ORDERS_NARROW}", DIM)]]
        return [short_order_line(order, self._decimals, self._queue_words(order)) for order in self._orders]

    def _queue_words(self, order: Order) -> str:
        ahead = None if self._queue is None else self._queue.of(order.order_id)
        if ahead is None:
            return ""
        return f"~{short(ahead.size, 5, 1)}" if ahead.sure else "~?"

    def _position_lines(self, width: int) -> list[Line]:
        lines: list[Line] = [[("POSITIONS", _BOLD), ("" if self._positions else f"  {NO_POSITIONS}", DIM)]]
        for position, mark in self._positions:
            unrealised = None if mark is None else position.unrealised(mark)
            entry = position.average_entry
            at = "" if entry is None else f" @ {fixed(entry, self._decimals)}"
            text = f" {clean(position.instrument.symbol)} {_signed_size(position.quantity)}{at}"
            gain = f"uPnL {signed(unrealised)}"
            free = width - len(text) - len(gain) - 1
            lines.append([(text, PLAIN), (" " * max(free, 1), PLAIN), (gain, gain_ink(unrealised))])
        return lines

    def _fill_lines(self, most: int) -> list[Line]:
        if not self._fills:
            return [[(f" {NO_FILLS}", DIM)]]
        return [
            [
                (f" {clock(fill.time_ns)} ", DIM),
                (f"{fill.side.value:<5}", Ink(Token.BID if fill.side is Side.BUY else Token.ASK)),
                (f"{exact(fill.quantity, _LEAST_DECIMALS)} @ {exact(fill.price, self._decimals)}", PLAIN),
                ("" if fill.maker is None else "  maker" if fill.maker else "  taker", DIM),
            ]
            for fill in self._fills[:most]
        ]

    @property
    def _decimals(self) -> int:
        return 2 if self._instrument is None else self._instrument.price_decimals


def _cut(lines: list[Line], room: int, count: int) -> list[Line]:
    """The lines that fit into ``room`` rows, and how many of ``count`` that leaves out."""
    if count <= room:
        return lines
    return [*lines[: room - 1], [(f" … {count - room + 1} more", DIM)]]


def _signed_size(quantity: Decimal) -> str:
    return f"{'+' if quantity > 0 else ''}{exact(quantity, _LEAST_DECIMALS)}"
