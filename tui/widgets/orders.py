"""The list of orders: tabs, sorting, a filter, and the two fields of a row that is edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Order, OrderStatus
from connectors.model.side import Side
from tui.format.clean import clean
from tui.format.numbers import NONE, exact, fixed
from tui.format.orders import (
    ack_words,
    fees_short,
    kind,
    limit_price,
    quantity,
    slippage_bp,
    state_words,
    trigger_words,
)
from tui.format.times import clock, span
from tui.format.words import NO_ORDERS
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Run, Token
from tui.widgets.order_tabs import OrderSort, OrderTab
from tui.widgets.pane import NANOS
from tui.widgets.table import Column, TableList, TableRow

_ALARM = Ink(Token.DANGER, bold=True, reverse=True)
_FIELD = Ink(Token.INFO, reverse=True)
_SIDE_INKS = {Side.BUY: Ink(Token.BID), Side.SELL: Ink(Token.ASK)}
_STATE_WIDTH = 16
EMPTY_TABS = {
    OrderTab.UNKNOWN: "No order is UNKNOWN.",
    OrderTab.DONE: "No order is over yet.",
    OrderTab.ALL: "No orders yet. b or s on the ladder places one.",
}
"""What an empty tab says; the others speak of working orders."""
_FIRST = (
    Column("id", 4, left=True),
    Column("time", 8, left=True, rank=4),
    Column("venue", 6, left=True, rank=6),
    Column("instrument", 10, left=True),
    Column("side", 4, left=True),
    Column("type", 8, left=True, rank=2),
    Column("qty", 9),
    Column("filled", 9, rank=1),
)


@dataclass(frozen=True, slots=True)
class EditedRow:
    """The two fields in the row of an order that is being edited."""

    order_id: OrderId
    price: str
    size: str
    at_price: bool
    """Whether the hand is in the price; else in the size."""


class OrdersTable(TableList):
    """Orders with everything that is known of them. The selected one stays listed until the hand leaves it."""

    TICK_NS = NANOS
    EMPTY = NO_ORDERS
    COLUMNS: tuple[Column, ...] = (
        *_FIRST,
        Column("price", 11),
        Column("trigger", 11, rank=3),
        Column("tif", 4, left=True, rank=5),
        Column("state", _STATE_WIDTH, left=True),
        Column("age", 6, rank=2),
    )
    DONE = (
        *_FIRST,
        Column("average", 11),
        Column("slip bp", 7, rank=3),
        Column("ack", 8, rank=5),
        Column("fees", 12, rank=2),
        Column("state", _STATE_WIDTH, left=True),
        Column("at", 8, left=True, rank=4),
    )

    def __init__(
        self,
        *,
        rule: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(rule=rule, name=name, id=id, classes=classes)
        self._orders: tuple[Order, ...] = ()
        self._labels: Mapping[AccountId, str] = {}
        self._instruments: Mapping[InstrumentId, Instrument] = {}
        self.tab = OrderTab.WORKING
        self.sort = OrderSort.NEWEST
        self.filter = ""
        self.ahead: Callable[[Order], str] = lambda _order: ""
        """What stands before an order in its queue, such as ``~1.2``."""
        self.as_of: Mapping[AccountId, int] = {}
        """Accounts whose venue cannot be asked now, and since when, wall time ns: their orders are as of then."""
        self._edited: EditedRow | None = None
        self._narrow = False

    def put_orders(self, orders: Sequence[Order]) -> None:
        """Take all orders, newest first."""
        self._orders = tuple(orders)
        self._list()

    def put_names(self, labels: Mapping[AccountId, str], instruments: Mapping[InstrumentId, Instrument]) -> None:
        """Take the connections' names, and the instruments for their decimals."""
        self._labels, self._instruments = labels, instruments
        self._list()

    def put_edited(self, edited: EditedRow | None) -> None:
        """Show fields in a row, or none."""
        if edited != self._edited:
            self._edited = edited
            self.touch_up()

    # --- keys -------------------------------------------------------------------------------------------------------

    def set_tab(self, tab: OrderTab) -> None:
        """List other orders; the selection starts at the top."""
        self.tab = tab
        self.COLUMNS = self.DONE if tab is OrderTab.DONE else type(self).COLUMNS
        self._anew()

    def next_sort(self) -> None:
        """Sort by something else; the selection stays on its order."""
        kinds = tuple(OrderSort)
        self.sort = kinds[(kinds.index(self.sort) + 1) % len(kinds)]
        self._list()

    def set_filter(self, text: str) -> None:
        """List only orders whose row has every word of the text; an empty one lists all."""
        self.filter = " ".join(clean(text).lower().split())
        self._anew()

    def move(self, rows: int) -> None:
        """Move the selection; an order that has left the list goes with the selection."""
        super().move(rows)
        self._list()

    def _anew(self) -> None:
        self.put_rows([])
        self._list()

    # --- what is so -------------------------------------------------------------------------------------------------

    @property
    def selected(self) -> Order | None:
        """The selected order."""
        key = self.selected_key
        return next((order for order in self._orders if order.order_id == key), None)

    def chosen(self, count: int = 0) -> list[Order]:
        """The orders a key acts on: so many from the selection down, else the marked ones, else the selected one."""
        selected = self.selected_key
        keys = self.from_cursor(count) if count else self.marked_keys or (() if selected is None else (selected,))
        by_id = {order.order_id: order for order in self._orders}
        return [by_id[key] for key in keys if key in by_id]  # type: ignore[index]  # keys of these rows are order ids

    @property
    def shown(self) -> list[Order]:
        """The orders that are listed, as they are sorted."""
        return self._shown()

    @property
    def counts(self) -> Mapping[OrderTab, int]:
        """How many orders each tab holds."""
        return {tab: sum(map(tab.holds, self._orders)) for tab in OrderTab if tab.lists_orders}

    def tabs_line(self, fills: int = 0) -> Line:
        """The tabs with their counts, the open one in angle brackets, for the screen's title row."""
        line: Line = [(" ORDERS ", Ink(bold=True))]
        for tab, count in {**self.counts, OrderTab.FILLS: fills}.items():
            if tab is self.tab:
                line.append((f" ‹{tab.value} {count}›", Ink(bold=True)))  # noqa: RUF001  # the mark of an open tab
            else:
                urgent = tab is OrderTab.UNKNOWN and count
                line.append((f"  {tab.value} {count}", _ALARM if urgent else DIM))
        name, is_open = OrderTab.STATISTICS.value, self.tab is OrderTab.STATISTICS
        return [*line, (f" ‹{name}›", Ink(bold=True)) if is_open else (f"  {name}", DIM)]  # noqa: RUF001

    # --- drawing ----------------------------------------------------------------------------------------------------

    def body_lines(self, width: int, height: int) -> list[Line]:
        """Ages count on, so rows are made anew at each composing."""
        self._narrow = width <= sum(column.width + 1 for column in self.COLUMNS)
        self._list()
        self.EMPTY = EMPTY_TABS.get(self.tab, NO_ORDERS)
        if not self.row_count and self.filter:
            return [[(f"  Nothing here has the words {self.filter}. / and enter lists all again.", DIM)]]
        return super().body_lines(width, height)

    def _shown(self) -> list[Order]:
        listed = [order for order in self._orders if self.tab.holds(order)]
        if self.filter:
            wanted = self.filter.split()
            listed = [order for order in listed if all(word in self._words(order) for word in wanted)]
        return self.sort.sorted(listed)

    def _words(self, order: Order) -> str:
        cells = self._order_row(order).cells
        return " ".join(text for text, _ in cells).lower()

    def _list(self) -> None:
        shown, known = self._shown(), {order.order_id: order for order in self._orders}
        key = self.selected_key
        selected = known.get(key) if key is not None else None  # type: ignore[call-overload]  # keys are order ids
        if selected is not None and selected.replacement in known and selected not in shown:
            selected = known[selected.replacement]
            rows = [self._order_row(order) for order in shown]
            self.put_rows(rows)
            self.select(selected.order_id)
            return
        if selected is not None and selected not in shown:
            shown.insert(min(self.selected_index, len(shown)), selected)
        self.put_rows([self._order_row(order) for order in shown])

    def _order_row(self, order: Order) -> TableRow:
        unknown = order.status is OrderStatus.UNKNOWN
        ink = PLAIN if order.working else DIM
        cells: tuple[Run, ...] = (
            (("?" if unknown else "") + order.handle, Ink(Token.OWN)),
            (clock(order.created_ns), ink),
            (clean(self._labels.get(order.account, order.instrument.venue)), ink),
            (clean(order.instrument.symbol), ink),
            (order.side.value, _SIDE_INKS[order.side] if order.working else DIM),
            (kind(order), ink),
            self._size_cell(order, ink),
            ("?" if unknown else exact(order.filled), ink),
        )
        return TableRow(order.order_id, cells + (self._done(order) if self.tab is OrderTab.DONE else self._live(order)))

    def _live(self, order: Order) -> tuple[Run, ...]:
        decimals, unknown = self._decimals(order), order.status is OrderStatus.UNKNOWN
        ink = PLAIN if order.working else DIM
        at: Run = (limit_price(order, decimals), ink)
        trigger = trigger_words(order, decimals)
        if self._narrow and order.price is None and trigger != NONE:
            at = (trigger if order.trigger_price is None else f"@ {trigger}", ink)
        edited = self._edited
        if edited is not None and edited.order_id == order.order_id:
            at = (f"{edited.price}▏" if edited.at_price else edited.price, _FIELD if edited.at_price else PLAIN)
        return (
            at,
            (trigger, ink),
            (order.time_in_force.value if order.time_in_force is not None else NONE, ink),
            (self._state(order), _ALARM if unknown else ink),
            (span(self.now_ns - order.created_ns) if order.working else clock(order.updated_ns)[:5], ink),
        )

    def _done(self, order: Order) -> tuple[Run, ...]:
        slip, average = slippage_bp(order), order.average_price
        return (
            (NONE if average is None else fixed(average, self._decimals(order)), PLAIN),
            (NONE if slip is None else fixed(slip, 1), PLAIN),
            (ack_words(order), PLAIN),
            (fees_short(order.fees), PLAIN),
            (state_words(order), DIM),
            (clock(order.updated_ns), DIM),
        )

    def _size_cell(self, order: Order, ink: Ink) -> Run:
        edited = self._edited
        if edited is None or edited.order_id != order.order_id:
            return (quantity(order), ink)
        return (edited.size, PLAIN) if edited.at_price else (f"{edited.size}▏", _FIELD)

    def _state(self, order: Order) -> str:
        """The state in the room it has; an UNKNOWN order counts down to its next check."""
        if order.status is OrderStatus.UNKNOWN and order.next_check_ns is not None:
            return f"UNKNOWN next {max(order.next_check_ns - self.now_ns, 0) // NANOS}s"
        words = state_words(order, self._decimals(order))
        since_ns = self.as_of.get(order.account)
        if since_ns is not None and order.working:
            as_of = f"?{clock(since_ns)[:5]}"
            return f"{words} {as_of}" if len(words) + len(as_of) < _STATE_WIDTH else f"{words.split()[0]} {as_of}"
        if len(words) > _STATE_WIDTH:
            words = words.replace("AMENDING → ", "AMEND →")
        ahead = self.ahead(order)
        return f"{words} q{ahead}" if ahead and len(words) + len(ahead) + 2 <= _STATE_WIDTH else words

    def _decimals(self, order: Order) -> int:
        instrument = self._instruments.get(order.instrument)
        return 2 if instrument is None else instrument.price_decimals
