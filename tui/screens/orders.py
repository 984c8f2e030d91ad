"""The orders screen: working, unknown and done orders, and the evidence of the selected one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from connectors.model.order import Order
from tui.commands.command import Context
from tui.format.orders import protective
from tui.screens.frame import DeskScreen
from tui.widgets.ladder.marks import order_price
from tui.widgets.line import DIM
from tui.widgets.orders import EvidencePane, OrdersTable, OrderTab
from tui.widgets.pane import LinePane
from tui.widgets.table import TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk

_TABS = tuple(OrderTab)


class OrdersScreen(DeskScreen):
    """Every order that is known.

    Args:
        owner: The desk.
    """

    name_of = "orders"
    context = Context.ORDERS
    DEFAULT_CSS = """
    OrdersScreen #orders { height: 2fr; }
    OrdersScreen #evidence { height: 1fr; min-height: 7; }
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = OrdersTable(id="orders")
        self.evidence = EvidencePane(id="evidence")
        self._shown: Order | None = None

    def compose_body(self) -> ComposeResult:
        """The list over the evidence."""
        yield self.table
        yield self.evidence

    def body_panes(self) -> Iterator[LinePane]:
        """Both."""
        yield self.table
        yield self.evidence

    def on_mount(self) -> None:
        """Start in the list."""
        self.table.focus()

    def take_facts(self) -> None:
        """Draw what is so now."""
        store = self._owner.store
        self.table.put_names(
            {account: connection.label for account, connection in store.connections.items()},
            {instrument.id: instrument for instrument in store.instruments.values()},
        )
        self.table.put_orders(store.newest_orders())
        self._show()

    def _show(self) -> None:
        line = self.table.tabs_line()
        self.heading_row.put([*line, ("      ← → switch      gm market", DIM)])
        order = self.table.selected
        if order != self._shown:
            self._shown = order
            known = None if order is None else self._owner.store.instrument_of(order.account, order.instrument)
            self.evidence.put_order(order, 2 if known is None else known.price_decimals)

    # --- keys -------------------------------------------------------------------------------------------------------

    def move_list(self, rows: int) -> None:
        """Move the selection."""
        self.table.move(rows)
        self._show()

    def turn(self, step: int) -> None:
        """Another tab."""
        at = _TABS.index(self.table.tab) + step
        self.table.set_tab(_TABS[at % len(_TABS)])
        self._show()

    def cancel_selected(self) -> None:
        """Cancel the selected order."""
        order = self.table.selected
        if order is not None and not order.working:
            self._owner.say(f"{order.handle} is {order.status}: there is nothing to cancel.")
            return
        self._owner.closer.cancel([] if order is None else [order], "No order is selected.")

    def cancel_shown(self) -> None:
        """Cancel every working entry of the list; protective orders stay."""
        working = self._owner.store.working()
        entries = [order for order in working if self.table.tab.holds(order) and not protective(order)]
        self._owner.closer.cancel(entries, "No working entry is listed here.")

    def open_selected(self) -> None:
        """Show the selected order on the market screen, with the cursor on it."""
        order = self.table.selected
        if order is None:
            return
        self._owner.rooms.go("market")
        self._owner.spawn(self._open(order))

    async def _open(self, order: Order) -> None:
        owner = self._owner
        if order.instrument.symbol != owner.market.symbol and not await owner.market.show(order.instrument.symbol):
            owner.say(f"{owner.market.label} has no {order.instrument.symbol}.")
            return
        price = order_price(order)
        if price is not None:
            owner.floor.put_cursor(price)
        owner.rooms.settle()
