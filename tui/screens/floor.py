"""The market screen: what the keys of its ladder do."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.model.order import Order, Side
from tui.commands.command import Context
from tui.format import numbers
from tui.messages.teller import Tone
from tui.screens.counter import Counter
from tui.screens.sidelines import Sidelines
from tui.ticket import judge, prices
from tui.ticket.ticket import Ticket
from tui.widgets.ladder.ladder import Ladder
from tui.widgets.ladder.marks import Ghost

if TYPE_CHECKING:
    from tui.desk import Desk


class Floor(Counter):
    """The market screen.

    Args:
        owner: The desk.
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__(owner)
        self.sidelines = Sidelines(owner, self)

    def focus_pane(self, context: Context) -> str:
        """Focus a pane; the ticket is opened for it. Why it cannot be focused, empty when it is."""
        if context is Context.TICKET:
            self.open_ticket()
            return ""
        return super().focus_pane(context)

    # --- ladder -----------------------------------------------------------------------------------------------------

    def on_ladder_recentred(self, message: Ladder.Recentred) -> None:
        """The window jumped of itself: order keys wait until the eye has followed."""
        message.stop()
        self._owner.rooms.settle()

    @property
    def page(self) -> int:
        """Rows of a page."""
        return max(self.ladder.size.height - 2, 1)

    @property
    def cursor_words(self) -> str:
        """The cursor's price in words."""
        price, instrument = self.ladder.cursor_price, self._owner.market.instrument
        if price is None or instrument is None:
            return "the cursor"
        return numbers.price(price, instrument.price_decimals)

    def note_key(self) -> None:
        """A key was pressed on the ladder: nothing moves under the hand for a second."""
        self.ladder.note_key(self._owner.clock.time_ns(), begun=bool(self._owner.hand.prefix))

    def move_cursor(self, rows: int) -> None:
        """Move the cursor up (positive) or down."""
        self.ladder.move_cursor(rows)

    def put_cursor(self, price: Decimal) -> None:
        """Put the cursor on a price."""
        self.ladder.set_cursor(price)
        self._owner.say(f"Cursor {self.cursor_words}.")

    def cursor_to_touch(self, side: Side) -> None:
        """Put the cursor on the best bid (BUY) or ask (SELL)."""
        self.ladder.model.cursor_to_touch(side)
        self.ladder.touch_up()

    def cursor_to_own(self) -> None:
        """Put the cursor on my next order."""
        if self.ladder.model.cursor_to_next_own():
            self.ladder.touch_up()
        else:
            self._owner.say("No order of yours works here.")

    def centre(self) -> None:
        """Put the market in the middle."""
        self.ladder.centre()
        self._owner.rooms.settle()

    def regroup(self, steps: int) -> None:
        """Coarser or finer rows."""
        if self.ladder.regroup(steps):
            self._owner.rooms.settle()
        else:
            self._owner.say("The rows end here: no finer or coarser ones.")

    def go_to_price(self, text: str) -> str:
        """Put the cursor on a typed price; why that cannot be, empty when it can."""
        seen = self._owner.seen()
        if seen is None:
            return "There is no instrument yet."
        try:
            price = prices.read(text, seen, Side.BUY)
        except prices.NotAPrice as problem:
            return f"{problem}. The cursor stays."
        tick = seen.instrument.filters.tick_size
        if tick > 0 and price % tick:
            return f"{numbers.exact(price)} is between ticks ({tick.normalize():f}). The cursor stays."
        self.put_cursor(price)
        return ""

    def orders_at_cursor(self) -> tuple[Order, ...]:
        """My working orders in the cursor's row."""
        return self.ladder.model.orders_at_cursor()

    def hides_orders(self) -> bool:
        """Whether orders of mine at the cursor must not be touched, as nobody sees them or put it there; says so."""
        seen = self._owner.seen(quiet=True)
        refusal = judge.cursor_refusal(seen) if seen is not None and self.orders_at_cursor() else ""
        if refusal:
            self._owner.say(f"{refusal} Nothing was sent.", Tone.WARN)
        return bool(refusal)

    def use_slot(self, number: int) -> None:
        """Use a size slot from now on."""
        self._owner.trader.slots.use(number)

    def show_price(self, price: Decimal) -> None:
        """Scroll to a price with the cursor, silently."""
        self.ladder.set_cursor(price)

    def ahead_of(self, order: Order) -> str:
        """What stands before an order in its queue, such as ``~1.2``; empty where nobody knows."""
        ahead = self.ladder.model.queue.of(order.order_id)
        if ahead is None or order.instrument != self._owner.market.instrument_id:
            return ""
        return f"~{numbers.short(ahead.size, 5, 1)}" if ahead.sure else ""

    def put_ghost(self, ghost: Ghost | None) -> None:
        """Show a carried order in its row, or stop showing it."""
        if ghost != self.ladder.model.ghost:
            self.ladder.set_ghost(ghost)

    def set_ghost(self, ticket: Ticket | None) -> None:
        """Show a staged order in its row, or stop showing it."""
        ghost = None
        if ticket is not None and ticket.price is not None and ticket.quantity is not None:
            ghost = Ghost(ticket.side, ticket.price, ticket.quantity)
        self.put_ghost(ghost)
