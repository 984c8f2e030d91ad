"""What the keys of the orders screen do to orders: cancel, ask the venue, show, copy what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.order import Order, OrderStatus
from connectors.worker import api
from tui.format.orders import protective
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.widgets.evidence import EvidencePane
from tui.widgets.ladder.marks import order_price
from tui.widgets.orders import OrdersTable

if TYPE_CHECKING:
    from tui.desk import Desk

COUNT_NS = 2_000_000_000
"""A count nobody uses is forgotten after so long, as a prefix is."""
_MOST_COUNT = 99
_WAITING = frozenset({OrderStatus.UNKNOWN, OrderStatus.SUBMITTING})


class OrderDeeds:
    """Acts on the orders of a list.

    Args:
        desk: Whose link is used.
        table: The list: its count, its marks, its selection say which orders are meant.
        evidence: What is known of the selected one.
    """

    def __init__(self, desk: Desk, table: OrdersTable, evidence: EvidencePane) -> None:
        self._desk = desk
        self._table = table
        self._evidence = evidence
        self._count, self._count_ns = 0, 0

    # --- counting ---------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """The count that was typed just now; 0 where none was."""
        return self._count if self._desk.clock.monotonic_ns() - self._count_ns < COUNT_NS else 0

    @property
    def count_words(self) -> str:
        """What the count is for; empty while none stands."""
        return f"{self.count}: x cancels so many from the selection down" if self.count else ""

    def add_digit(self, digit: int) -> None:
        """A digit of a count: ``3x`` cancels three from the selection down."""
        self._count = min(self.count * 10 + digit, _MOST_COUNT)
        self._count_ns = self._desk.clock.monotonic_ns()

    def forget_count(self) -> int:
        """Use the count up; what it was."""
        count, self._count = self.count, 0
        return count

    # --- cancel -----------------------------------------------------------------------------------------------------

    def cancel(self) -> None:
        """Cancel the orders that a count or marks name, else the selected one; an UNKNOWN one all the same."""
        orders = self._table.chosen(self.forget_count())
        working = [order for order in orders if order.working]
        if orders and not working:
            over = orders[0]
            self._desk.say(f"{over.handle} is {over.status}: there is nothing to cancel.")
            return
        lost = [order for order in working if order.status is OrderStatus.UNKNOWN]
        for order in lost:
            self._desk.spawn(self._resolve(order, api.Decision.CANCEL_ANYWAY, "a cancel is sent all the same"))
        rest = [order for order in working if order not in lost]
        if rest or not lost:
            self._desk.closer.cancel(rest, "No order is selected.")
        self._table.clear_marks()

    def cancel_shown(self) -> None:
        """Cancel every working entry of the list; protective orders stay."""
        shown = [order for order in self._table.shown if order.working]
        entries = [order for order in reversed(shown) if not protective(order)]
        self._desk.closer.cancel(entries, "No working entry is listed here.")

    # --- asking -----------------------------------------------------------------------------------------------------

    def ask_now(self) -> None:
        """Ask the venue about the selected order where it waits for an answer, else about everything."""
        order = self._table.selected
        if order is None or not self._table.tab.lists_orders or not _waits(order):
            self._desk.rooms.reconcile()
        else:
            self._desk.spawn(self._resolve(order, api.Decision.ASK_NOW, "the venue is asked now"))

    async def _resolve(self, order: Order, decision: api.Decision, done: str) -> None:
        desk = self._desk
        result = await desk.session.ask(api.ResolveOrder(order.order_id, decision))
        trouble = sentence_of(result)
        if trouble:
            desk.say(f"{order.handle}: {trouble}", Tone.WARN, sticky=True)
            return
        if isinstance(result, api.OrderAccepted):
            desk.store.note(result.order)
            desk.listener.facts_changed()
        desk.say(f"{order.handle}: {done}.")

    # --- looking ----------------------------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put the evidence of the selected order into the terminal's clipboard (OSC 52)."""
        order = self._table.selected
        if order is None:
            self._desk.say("No order is selected.")
            return
        self._desk.copy_to_clipboard(self._evidence.text)
        self._desk.say(f"The evidence of {order.handle} was given to the terminal's clipboard.")

    def open(self) -> None:
        """Show the selected order on the market screen, with the cursor on it."""
        order = self._table.selected
        if order is not None:
            self._desk.rooms.go("market")
            self._desk.spawn(self._open(order))

    async def _open(self, order: Order) -> None:
        desk = self._desk
        if order.instrument.symbol != desk.market.symbol and not await desk.market.show(order.instrument.symbol):
            desk.say(f"{desk.market.label} has no {order.instrument.symbol}.")
            return
        price = order_price(order)
        if price is not None:
            desk.floor.put_cursor(price)
        desk.rooms.settle()


def _waits(order: Order) -> bool:
    """Whether the venue's word on it is still to come."""
    return order.status in _WAITING or order.canceling or order.amending is not None
