"""Orders: the list of the orders screen, the evidence of one order, and the short list of the market screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from connectors.model.ids import AccountId, InstrumentId
from connectors.model.instrument import Instrument
from connectors.model.order import Evidence, EvidenceKind, Order, OrderStatus
from connectors.model.side import Side
from tui.format.clean import clean
from tui.format.numbers import NONE, exact, price
from tui.format.orders import kind, limit_price, protective, quantity, sentence, side_letter, state_words
from tui.format.times import clock, clock_ms, seconds_words, span
from tui.format.words import NO_ORDERS
from tui.styles.palette import Ink
from tui.widgets.ladder.marks import size_text
from tui.widgets.line import DIM, PLAIN, Line, Run, Token
from tui.widgets.pane import NANOS
from tui.widgets.table import Column, LinesPane, TableList, TableRow

_ALARM = Ink(Token.DANGER, bold=True, reverse=True)
_SIDE_INKS = {Side.BUY: Ink(Token.BID), Side.SELL: Ink(Token.ASK)}


class OrderTab(Enum):
    """Which orders are listed."""

    WORKING = "working"
    UNKNOWN = "unknown"
    DONE = "done"
    ALL = "all"

    def holds(self, order: Order) -> bool:
        """Whether an order is listed under this tab."""
        if self is OrderTab.WORKING:
            return order.working
        if self is OrderTab.UNKNOWN:
            return order.status is OrderStatus.UNKNOWN
        return self is OrderTab.ALL or not order.working


class OrdersTable(TableList):
    """Orders with everything that is known of them. UNKNOWN ones stand first: they are the worry."""

    TICK_NS = NANOS
    EMPTY = NO_ORDERS
    COLUMNS = (
        Column("id", 4, left=True),
        Column("time", 8, left=True, rank=4),
        Column("venue", 6, left=True, rank=6),
        Column("instrument", 10, left=True),
        Column("side", 4, left=True),
        Column("type", 8, left=True, rank=2),
        Column("qty", 9),
        Column("filled", 9, rank=1),
        Column("price", 11),
        Column("trigger", 11, rank=3),
        Column("tif", 4, rank=5),
        Column("state", 16, left=True),
        Column("age", 6, rank=2),
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

    def put_orders(self, orders: Sequence[Order]) -> None:
        """Take all orders, newest first."""
        self._orders = tuple(orders)
        self._list()

    def put_names(self, labels: Mapping[AccountId, str], instruments: Mapping[InstrumentId, Instrument]) -> None:
        """Take the connections' names, and the instruments for their decimals."""
        self._labels, self._instruments = labels, instruments
        self._list()

    def set_tab(self, tab: OrderTab) -> None:
        """List other orders; the selection starts at the top."""
        self.tab = tab
        self._list()

    @property
    def selected(self) -> Order | None:
        """The selected order."""
        key = self.selected_key
        return next((order for order in self._orders if order.order_id == key), None)

    @property
    def counts(self) -> Mapping[OrderTab, int]:
        """How many orders each tab holds."""
        return {tab: sum(map(tab.holds, self._orders)) for tab in OrderTab}

    def tabs_line(self) -> Line:
        """The tabs with their counts, the open one in angle brackets, for the screen's title row."""
        line: Line = [(" ORDERS ", Ink(bold=True))]
        for tab, count in self.counts.items():
            if tab is self.tab:
                line.append((f" ‹{tab.value} {count}›", Ink(bold=True)))  # noqa: RUF001  # the mark of an open tab
            else:
                urgent = tab is OrderTab.UNKNOWN and count
                line.append((f"  {tab.value} {count}", _ALARM if urgent else DIM))
        return line

    def body_lines(self, width: int, height: int) -> list[Line]:
        """Ages count on, so rows are made anew at each composing."""
        self._list()
        return super().body_lines(width, height)

    def _list(self) -> None:
        shown = [order for order in self._orders if self.tab.holds(order)]
        shown.sort(key=lambda order: order.status is not OrderStatus.UNKNOWN)
        self.put_rows([self._order_row(order) for order in shown])

    def _order_row(self, order: Order) -> TableRow:
        instrument = self._instruments.get(order.instrument)
        decimals = 2 if instrument is None else instrument.price_decimals
        unknown = order.status is OrderStatus.UNKNOWN
        state = state_words(order)
        if unknown and order.next_check_ns is not None:
            state = f"UNKNOWN next {max(order.next_check_ns - self.now_ns, 0) // NANOS}s"
        ink = PLAIN if order.working else DIM
        cells: tuple[Run, ...] = (
            (("?" if unknown else "") + order.handle, Ink(Token.OWN)),
            (clock(order.created_ns), ink),
            (clean(self._labels.get(order.account, order.instrument.venue)), ink),
            (clean(order.instrument.symbol), ink),
            (order.side.value, _SIDE_INKS[order.side] if order.working else DIM),
            (kind(order), ink),
            (quantity(order), ink),
            ("?" if unknown else exact(order.filled), ink),
            (limit_price(order, decimals), ink),
            (price(order.trigger_price, decimals), ink),
            (order.time_in_force.value if order.time_in_force is not None else NONE, ink),
            (state, _ALARM if unknown else ink),
            (span(self.now_ns - order.created_ns) if order.working else clock(order.updated_ns)[:5], ink),
        )
        return TableRow(order.order_id, cells)


_EVIDENCE_WORDS = {
    EvidenceKind.INTENT: "intent written",
    EvidenceKind.SENT: "request sent",
    EvidenceKind.ACK: "venue acknowledged",
    EvidenceKind.REFUSED: "venue refused",
    EvidenceKind.NO_ANSWER: "no answer",
    EvidenceKind.LOOKED_UP: "looked up",
    EvidenceKind.NOT_FOUND: "not found",
    EvidenceKind.STREAM: "venue's stream",
    EvidenceKind.CANCEL_SENT: "cancel sent",
    EvidenceKind.CANCEL_REFUSED: "cancel refused",
    EvidenceKind.RECOVERED: "recovered",
    EvidenceKind.LATE: "late",
}


class EvidencePane(LinesPane):
    """What happened around one order, oldest first."""

    TICK_NS = NANOS
    _order: Order | None = None
    _price_decimals = 2

    def put_order(self, order: Order | None, price_decimals: int = 2) -> None:
        """Show an order's evidence, or none."""
        self._order, self._price_decimals = order, price_decimals
        self._show()

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The evidence; a count-down to the next check runs on."""
        self._show()
        return super().body_lines(width, height)

    def _show(self) -> None:
        order = self._order
        if order is None:
            self.put([("EVIDENCE", DIM)], [])
            return
        unknown = order.status is OrderStatus.UNKNOWN
        title: list[Run] = [
            (f"EVIDENCE {order.handle}  {clean(sentence(order, self._price_decimals))}", Ink(bold=True))
        ]
        if unknown:
            title.append(("  counts at full size in risk", Ink(Token.WARN)))
        lines = [evidence_line(each) for each in order.evidence]
        if order.reason:
            lines.append([(" " * 15 + clean(order.reason), PLAIN)])
        if unknown and order.next_check_ns is not None:
            wait = seconds_words(order.next_check_ns - self.now_ns)
            lines.append([(f" {clock_ms(order.next_check_ns)}  will ask again in {wait}", Ink(Token.WARN))])
        if unknown:
            words = " This order may be live. Do not place it again.   r ask now   x cancel it anyway   "
            lines += [[], [(words, Ink(Token.WARN, bold=True)), (f":resolve {order.handle} decide by hand", DIM)]]
        self.put(title, lines)


def evidence_line(evidence: Evidence) -> Line:
    """Time, what kind of fact, and the venue's or the desk's words."""
    alarm = evidence.kind in {EvidenceKind.NO_ANSWER, EvidenceKind.REFUSED, EvidenceKind.LATE}
    words, text = _EVIDENCE_WORDS[evidence.kind], clean(evidence.text)
    return [
        (f" {clock_ms(evidence.time_ns)}  ", DIM),
        (f"{words:<20} ", Ink(Token.WARN) if alarm else PLAIN),
        ("" if text == words else text, PLAIN),
    ]


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
