"""Everything the ladder knows, and what its keys do to it. Pure: no widget, no clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.book import BookState, BookView
from connectors.model.ids import OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Order
from connectors.model.position import Position
from connectors.model.side import Side
from connectors.model.trade import Trade
from tui.widgets.ladder.cursor import Viewport, moved
from tui.widgets.ladder.marks import Ghost, order_price, order_row
from tui.widgets.ladder.queue import QueueEstimates
from tui.widgets.ladder.rows import GROUPS, Grid, choose_group, sizes_at
from tui.widgets.ladder.volume import VolumeAtPrice

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Flash:
    """A fill of mine, shown for a moment in its row."""

    price: Decimal
    side: Side
    quantity: Decimal
    since_ns: int


class LadderModel:
    """Facts of one instrument's ladder.

    Attributes:
        instrument: What is shown; None before `open`.
        view: The newest book; None before the first.
        frames: Counts up with each book that was taken.
        orders: Working orders of mine in this instrument.
        position: My position in it.
        cursor: The cursor's price; None before the first book.
        grid: Tick and group in use.
        viewport: Which rows are on the screen.
        ghost: An order that is staged or carried.
        drifted: Whether the cursor went with a jump, and no key was pressed since.
        used: Whether a key was pressed here, the cursor put somewhere or the window resized: from then on only a hand
            moves the cursor.
        halted: Why new orders are off, in a few words; empty when they are not.
        last_trade: The newest public trade.
        marks: Further prices with a letter in the price column, such as ``{"M": mark}``.
        flash: Whether fills flash.
    """

    def __init__(self) -> None:
        self.viewport = Viewport()
        self.halted = ""
        self.flash = True
        self.frames = 0
        self.now_ns = 0
        self._reset(None)

    def _reset(self, instrument: Instrument | None) -> None:
        self.instrument = instrument
        self.view: BookView | None = None
        self.state = BookState.LOADING
        self.state_since_ns = self.now_ns
        self.orders: tuple[Order, ...] = ()
        self.position: Position | None = None
        self.cursor: Decimal | None = None
        self.grid = Grid(instrument.filters.tick_size if instrument is not None else _ONE)
        self.group_chosen = False
        self.ghost: Ghost | None = None
        self.last_trade: Trade | None = None
        self.marks: dict[str, Decimal] = {}
        self.queue = QueueEstimates()
        self.volume = VolumeAtPrice()
        self.flashes: list[Flash] = []
        self.key_ns = -1
        self.used = False
        self.drifted = False
        self.jumped_rows = 0
        self.jumped_ns = 0
        self.recovered_ns: int | None = None
        self.gap_ns = 0
        self.viewport.top = None
        self._filled: dict[OrderId, Decimal] | None = None

    # --- facts ------------------------------------------------------------------------------------------------------

    def open(self, instrument: Instrument) -> None:
        """Show another instrument, or the same one with other filters (then everything but the grid stays)."""
        if self.instrument is None or self.instrument.id != instrument.id:
            self._reset(instrument)
            return
        self.instrument = instrument
        if instrument.filters.tick_size != self.grid.tick:
            self.grid = Grid(instrument.filters.tick_size)
            self.group_chosen = False
            self.viewport.top = None

    def put_book(self, view: BookView) -> None:
        """Take a frame of the book; one of another instrument is none of ours."""
        if self.instrument is None or view.instrument != self.instrument.id:
            return
        before = self.state
        self.view = view
        self.frames += 1
        self.state = _believed(view)
        if self.state is not before:
            if self.state is BookState.LIVE and before is BookState.RESYNC:
                self.recovered_ns, self.gap_ns = self.now_ns, self.now_ns - self.state_since_ns
            self.state_since_ns = self.now_ns
        self.queue.put_book(sizes_at(self.view, self.queue.prices), live=self.live)

    def put_orders(self, orders: Sequence[Order]) -> None:
        """Take the account's orders, finished ones included: those of this instrument are kept."""
        mine = [order for order in orders if self.instrument is not None and order.instrument == self.instrument.id]
        if self._filled is not None:
            self.flashes += [
                Flash(price, order.side, order.filled - known, self.now_ns)
                for order in mine
                if (known := self._filled.get(order.order_id)) is not None and order.filled > known
                if (price := order_price(order)) is not None and self.flash
            ]
        self._filled = {order.order_id: order.filled for order in mine}
        self.orders = tuple(order for order in mine if order.working)
        prices = {order.price for order in self.orders if order.price is not None}
        self.queue.put_orders(self.orders, sizes_at(self.view, prices), live=self.live)

    def put_trade(self, trade: Trade) -> None:
        """Take a public trade."""
        if self.instrument is None or trade.instrument != self.instrument.id:
            return
        self.last_trade = trade
        self.volume.add(trade)
        self.queue.put_trade(trade)

    # --- what is so -------------------------------------------------------------------------------------------------

    @property
    def live(self) -> bool:
        """Whether the book can be believed: LIVE and not crossed."""
        return self.view is not None and self.state is BookState.LIVE

    @property
    def touch_rows(self) -> tuple[int, int] | None:
        """Rows of the best bid and the best ask; a missing side stands beside the other."""
        if self.view is None:
            return None
        bid, ask = self.view.best_bid, self.view.best_ask
        if bid is None and ask is None:
            return None
        ask_row = self.grid.up(ask.price) if ask is not None else None
        bid_row = self.grid.down(bid.price) if bid is not None else (ask_row or 1) - 1
        return bid_row, bid_row + 1 if ask_row is None else ask_row

    @property
    def cursor_row(self) -> int | None:
        """Row the cursor stands in."""
        return None if self.cursor is None else self.grid.down(self.cursor)

    @property
    def cursor_visible(self) -> bool:
        """Whether the cursor's row is on the screen."""
        row = self.cursor_row
        return row is not None and self.viewport.line_of(row) is not None

    def orders_at_cursor(self) -> tuple[Order, ...]:
        """My working orders in the cursor's row, or exactly at its price where regrouping parted the two."""
        row = self.cursor_row
        if row is None:
            return ()
        return tuple(
            order for order in self.orders if order_row(order, self.grid) == row or order_price(order) == self.cursor
        )

    # --- keys -------------------------------------------------------------------------------------------------------

    def move_cursor(self, rows: int) -> None:
        """Move up (positive) or down by rows. A cursor off the screen is scrolled to instead, and does not move."""
        if self.cursor is None:
            return
        if self.cursor_visible or rows == 0:
            self.cursor = moved(self.cursor, rows, self.grid)
        self._show_cursor()

    def set_cursor(self, price: Decimal) -> None:
        """Put the cursor on a price, exactly, and scroll to it if need be."""
        self.cursor, self.used = price, True
        self._show_cursor()

    def cursor_to_touch(self, side: Side) -> None:
        """Put the cursor on the row of the best bid (BUY) or the best ask (SELL)."""
        touch = self.touch_rows
        if touch is not None:
            self.set_cursor(self.grid.label(touch[0] if side is Side.BUY else touch[1]))

    def cursor_to_next_own(self) -> bool:
        """Put the cursor on my next order below it, from the lowest on to the highest; False when I have none."""
        prices = sorted({price for order in self.orders if (price := order_price(order)) is not None}, reverse=True)
        if not prices:
            return False
        here = self.cursor
        self.set_cursor(next((price for price in prices if here is None or price < here), prices[0]))
        return True

    def centre(self) -> None:
        """Put the touch in the middle of the window."""
        touch = self.touch_rows
        if touch is not None:
            self.viewport.centre(*touch)

    def regroup(self, steps: int) -> bool:
        """Coarser (positive) or finer rows; cursor and orders keep their exact prices. False at either end."""
        at = GROUPS.index(self.grid.group) + steps
        if not 0 <= at < len(GROUPS):
            return False
        self.grid = Grid(self.grid.tick, GROUPS[at])
        self.group_chosen = True
        self.centre()
        return True

    def set_group(self, group: int) -> bool:
        """Rows of ``group`` ticks (a restored or typed group); False where there is no such group."""
        return group in GROUPS and self.regroup(GROUPS.index(group) - GROUPS.index(self.grid.group))

    # --- the beat ---------------------------------------------------------------------------------------------------

    def arrange(self, height: int, now_ns: int) -> int:
        """Make the window ready to be painted: choose the group once, place the cursor once, let the policy work.

        Returns:
            By how many rows the window jumped of itself.
        """
        self.now_ns = now_ns
        # What was opened before the first beat had no clock: its waiting begins now.
        self.state_since_ns = self.state_since_ns or now_ns
        if height != self.viewport.height:
            # A window of another size moves no cursor that was seen.
            self.used = self.used or self.cursor is not None
            self.viewport.resize(height)
        view = self.view
        if view is None or self.instrument is None or height < 1:
            return 0
        if not self.group_chosen and view.best_bid is not None and view.best_ask is not None:
            self.grid = Grid(self.grid.tick, choose_group(view, self.grid.tick, height))
            self.group_chosen = True
            self.viewport.top = None
        touch = self.touch_rows
        if touch is None:
            return 0
        if self.cursor is None:
            self.cursor = self.grid.label(touch[0])
        quiet_ns = now_ns - self.key_ns
        opening = self.viewport.top is None
        jumped = self.viewport.follow(*touch, quiet_ns)
        if not jumped or opening:
            return 0
        if not self.used and not self.cursor_visible:
            # Nobody has used this ladder yet: the cursor still starts, and starts where it is seen. The jump settles.
            self.cursor, self.drifted = self.grid.label(touch[0]), True
        self.jumped_rows, self.jumped_ns = jumped, now_ns
        return jumped

    # --- inside -----------------------------------------------------------------------------------------------------

    def _show_cursor(self) -> None:
        row, touch = self.cursor_row, self.touch_rows
        if row is not None and self.viewport.show(row) and touch is not None:
            self.viewport.scroll_by_hand(*touch)


def _believed(view: BookView) -> BookState:
    """The state to act on: a crossed book is being rebuilt, whatever it calls itself."""
    bid, ask = view.best_bid, view.best_ask
    if view.state is BookState.LIVE and bid is not None and ask is not None and bid.price >= ask.price:
        return BookState.RESYNC
    return view.state


def outside(model: LadderModel) -> tuple[list[Order], list[Order]]:
    """My orders above and below the window."""
    above: list[Order] = []
    below: list[Order] = []
    top, height = model.viewport.top, model.viewport.height
    if top is None:
        return above, below
    for order in model.orders:
        row = order_row(order, model.grid)
        if row is not None and row > top:
            above.append(order)
        elif row is not None and row <= top - height:
            below.append(order)
    return above, below
