"""The orders screen: working, unknown and done orders and their fills, and what is known of the selected one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widget import Widget

from connectors.model.connection import LinkState
from connectors.model.ids import OrderId
from connectors.model.order import Order
from connectors.worker import api
from tui.commands.command import Context
from tui.screens.below import Below
from tui.screens.executions import Executions
from tui.screens.frame import DeskScreen
from tui.screens.order_deeds import OrderDeeds
from tui.screens.row_edit import RowEdit
from tui.widgets.evidence import EvidencePane, StoryPane
from tui.widgets.executions import ExecutionsTable
from tui.widgets.fills import FillsTable
from tui.widgets.line import DIM, Run
from tui.widgets.order_tabs import OrderTab
from tui.widgets.orders import OrdersTable
from tui.widgets.pane import LinePane
from tui.widgets.table import TableList, TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk

_TABS = tuple(OrderTab)
_GONE = frozenset({LinkState.RECONNECTING, LinkState.DOWN, LinkState.REFUSED, LinkState.OFF})
_WIDE = 120


class OrdersScreen(DeskScreen):
    """Every order that is known.

    Args:
        owner: The desk.
    """

    name_of = "orders"
    context = Context.ORDERS
    DEFAULT_CSS = """
    OrdersScreen .list { height: 2fr; }
    OrdersScreen .below { height: 1fr; min-height: 7; }
    OrdersScreen.-below .list { height: 1fr; }
    OrdersScreen.-below .below { height: 3fr; }
    OrdersScreen.-fills #orders, OrdersScreen.-fills .below { display: none; }
    OrdersScreen.-stats #orders, OrdersScreen.-stats .below { display: none; }
    OrdersScreen #fills, OrdersScreen #stats { display: none; height: 1fr; }
    OrdersScreen.-fills #fills, OrdersScreen.-stats #stats { display: block; }
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = OrdersTable(id="orders", classes="list")
        self.table.ahead = owner.floor.ahead_of
        self.fills = FillsTable(id="fills")
        self.statistics = ExecutionsTable(id="stats")
        self.executions = Executions(owner, self.statistics)
        self.evidence = EvidencePane(id="evidence", classes="below")
        self.story = StoryPane(id="story", classes="below")
        self.edit = RowEdit(owner, self)
        self.deeds = OrderDeeds(owner, self.table, self.evidence)
        self.text = self.edit
        self.below = Below.EVIDENCE
        self._shown: tuple[Order | None, int] = (None, 0)
        self._stories: dict[OrderId, api.OrderStory] = {}

    def compose_body(self) -> ComposeResult:
        """The list over the evidence, or over the fills of the selected order."""
        self.story.display = False
        yield self.table
        yield self.fills
        yield self.statistics
        yield self.evidence
        yield self.story

    def body_panes(self) -> Iterator[LinePane]:
        """All."""
        yield self.table
        yield self.fills
        yield self.statistics
        yield self.evidence
        yield self.story

    def on_mount(self) -> None:
        """Start in the list."""
        self.table.focus()

    def on_resize(self) -> None:
        """Say in the title what there is room for now; the frame follows by a handler of its own."""
        self.show_view()

    def on_screen_suspend(self) -> None:
        """Another screen is looked at: what was being edited stays as it is."""
        self.edit.close(quiet=True)

    def context_of(self, focused: Widget | None) -> Context:  # noqa: ARG002  # the fields of a row are no widgets
        """The list's keys, or those of the two fields."""
        return Context.ORDER_EDIT if self.edit.open else Context.ORDERS

    @property
    def line_words(self) -> str:
        """What enter would do in the fields of a row, or the count that was typed."""
        return self.edit.words or self.deeds.count_words

    def before_flush(self) -> None:
        """Numbers under the hand follow the market."""
        self.edit.refresh()
        if self.table.tab is OrderTab.STATISTICS:
            self.executions.beat()

    def take_facts(self) -> None:
        """Draw what is so now."""
        store = self._owner.store
        labels = {account: connection.label for account, connection in store.connections.items()}
        instruments = {instrument.id: instrument for instrument in store.instruments.values()}
        lost = self._owner.session.condition.lost
        self.table.as_of = {
            account: status.time_ns if lost else status.since_ns or status.time_ns
            for account, status in store.statuses.items()
            if lost or status.state in _GONE
        }
        self.table.put_names(labels, instruments)
        self.table.put_orders(store.newest_orders())
        self.fills.put_fills(tuple(store.fills), store.orders, labels, instruments)
        self.executions.note()
        self._show()

    def show_view(self) -> None:
        """Say in the title which list this is, and how it is sorted or since when it stands."""
        tabs = self.table.tabs_line(self.fills.row_count)
        if self.table.tab is OrderTab.STATISTICS and self._owner.size.width < _WIDE:
            tabs = [tabs[0], tabs[-1]]  # since when the numbers stand needs the room more than the other tabs' counts
        self.heading_row.put([*tabs, *self._view_words()])

    def _show(self) -> None:
        table = self.table
        self.show_view()
        order = table.selected
        if (order, len(self._owner.store.fills)) == self._shown:
            return
        self._shown = (order, len(self._owner.store.fills))
        known = None if order is None else self._owner.store.instrument_of(order.account, order.instrument)
        decimals = 2 if known is None else known.price_decimals
        self.evidence.put_order(order, decimals, "" if known is None else known.quote)
        self._show_story(order, decimals)

    def _view_words(self) -> list[Run]:
        if self.table.tab is OrderTab.STATISTICS:
            return [(f"   {self.executions.words}", DIM)]
        table, marked = self.table, len(self.table.marked_keys)
        words = f"   sort {table.sort.value}   filter {table.filter or '–'}   marked {marked}"
        if self._owner.size.width < _WIDE:
            words = f"  /{table.filter}" if table.filter else f"  {table.sort.value}"
            words += f"  marked {marked}" if marked else ""
        return [("   ← → switch" if self._owner.size.width >= _WIDE else "", DIM), (words, DIM)]

    # --- what stands below ------------------------------------------------------------------------------------------

    def show_below(self, below: Below) -> None:
        """Put evidence or fills under the list; asked for again, give it most of the room, then take that back."""
        again = self.below is below
        self.below = below
        self.evidence.display, self.story.display = below is Below.EVIDENCE, below is Below.FILLS
        self.set_class(again and not self.has_class("-below"), "-below")
        order = self.table.selected
        if below is Below.FILLS and order is not None:
            self._owner.spawn(self._ask_story(order))
        self._shown = (None, -1)
        self._show()
        self._owner.rooms.settle()

    def step_back(self) -> bool:
        """The fields, then the large pane, then the fills, are left."""
        if self.edit.open:
            self.edit.close()
        elif self.has_class("-below"):
            self.remove_class("-below")
        elif self.below is Below.FILLS:
            self.show_below(Below.EVIDENCE)
        else:
            return False
        return True

    def scroll_below(self, rows: int) -> None:
        """Scroll what stands under the list."""
        (self.evidence if self.below is Below.EVIDENCE else self.story).scroll_rows(rows)

    async def _ask_story(self, order: Order) -> None:
        result = await self._owner.session.ask(api.ShowOrder(str(order.order_id)))
        if isinstance(result, api.OrderStory):
            self._stories[order.order_id] = result
            self._shown = (None, -1)
            self._show()

    def _show_story(self, order: Order | None, decimals: int) -> None:
        if order is None:
            self.story.put_story(None, (), None)
            return
        mine = [each for each in self._owner.store.fills if each.order_id == order.order_id]
        story = self._stories.get(order.order_id)
        current = story if story is not None and story.order.revision == order.revision else None
        self.story.put_story(order, mine, current, decimals)

    # --- keys -------------------------------------------------------------------------------------------------------

    @property
    def listed(self) -> TableList:
        """The list that is looked at."""
        other: dict[OrderTab, TableList] = {OrderTab.FILLS: self.fills, OrderTab.STATISTICS: self.statistics}
        return other.get(self.table.tab, self.table)

    def move_list(self, rows: int) -> None:
        """Move the selection."""
        self.listed.move(rows)
        self._show()
        order = self.table.selected
        if self.below is Below.FILLS and order is not None and order.order_id not in self._stories:
            self._owner.spawn(self._ask_story(order))

    def turn(self, step: int) -> None:
        """Another tab."""
        at = _TABS.index(self.table.tab) + step
        self.table.set_tab(_TABS[at % len(_TABS)])
        self.set_class(self.table.tab is OrderTab.FILLS, "-fills")
        self.set_class(self.table.tab is OrderTab.STATISTICS, "-stats")
        if self.table.tab is OrderTab.STATISTICS:
            self.executions.open()
        self.set_focus(self.listed)
        self._show()

    def sort(self) -> None:
        """Sort by something else; statistics are counted by day or by instrument."""
        if self.table.tab is OrderTab.STATISTICS:
            self.executions.turn()
        else:
            self.table.next_sort()
        self._show()

    def ask_filter(self) -> None:
        """Ask for the words a row must have."""
        self._owner.asking.ask_text("/", "words a row must have: btc sell stop; empty lists all", self._take_filter)

    def _take_filter(self, text: str) -> str:
        self.table.set_filter(text)
        self._show()
        return ""

    def mark(self) -> None:
        """Mark the selected order, or take its mark away."""
        self.table.toggle_mark()
        self._show()
