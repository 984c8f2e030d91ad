"""The market screen: ladder, chart, tape, watchlist, ticket and strips, arranged by the window's size.

Every pane is made once and kept: between size classes only places and widths change, so cursor, focus and zoom stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from tui.commands.command import Context
from tui.format import numbers
from tui.screens.charting import Charting
from tui.screens.frame import DeskScreen
from tui.screens.strips import size_facts, strip_facts
from tui.ticket.form import Form
from tui.ticket.pane import TicketPane
from tui.widgets.chart.chart import Chart
from tui.widgets.chart.marks import ChartMarks
from tui.widgets.depth import DepthProfile
from tui.widgets.ladder import Ladder
from tui.widgets.line import DIM, Line
from tui.widgets.orders_pane import OrdersPane
from tui.widgets.pane import LinePane
from tui.widgets.rows import TickerRow
from tui.widgets.strips import PositionStrip, SizeFacts, SizeStrip, StripFacts
from tui.widgets.tape import Tape
from tui.widgets.watchlist import Watchlist

if TYPE_CHECKING:
    from tui.desk import Desk


ARRANGEMENTS = {
    "-normal": (100, 30),
    "-beside": (120, 30),
    "-wide": (160, 45),
    "-tall": (160, 54),
    "-wider": (190, 45),
}
"""Windows from which an arrangement applies, as classes of the screen."""
DAY_NS = 86_400_000_000_000
"""A day begins at midnight UTC."""


class Rule(LinePane):
    """A horizontal rule between two panes of a column."""

    DEFAULT_CSS = "Rule { height: 1; }"
    HAS_TITLE = False

    def body_lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002  # one row
        """The rule."""
        return [[("─" * width, DIM)]]


class MarketLayout(DeskScreen):
    """The market screen. It is also where the market's pushes are drawn (`tui.market.Sinks`).

    Args:
        owner: The desk; screens of a mode are made before they have an app.
    """

    name_of = "market"
    DEFAULT_CSS = """
    MarketLayout #columns { height: 1fr; }
    MarketLayout #ladder { width: 41; }
    MarketLayout #middle, MarketLayout #lower { width: 1fr; }
    MarketLayout #middle > #chart { height: 2fr; }
    MarketLayout #middle > #lower { height: 1fr; }
    MarketLayout #middle > Rule, MarketLayout #watch, MarketLayout #depth { display: none; }
    MarketLayout #right, MarketLayout #ticket { display: none; }
    MarketLayout #ticket { height: 1fr; }
    MarketLayout.-ticket #ticket { display: block; }
    MarketLayout.-ticket #chart, MarketLayout.-ticket #lower { display: none; }
    MarketLayout.-normal #ladder { width: 58; }
    MarketLayout.-normal #middle > Rule, MarketLayout.-normal #watch { display: block; }
    MarketLayout.-normal #middle > #chart, MarketLayout.-normal #ticket { height: 1fr; }
    MarketLayout.-normal #middle > #lower { height: 46%; layout: vertical; }
    MarketLayout.-normal #tape { height: 1fr; }
    MarketLayout.-normal #watch { height: 5; width: 1fr; }
    MarketLayout.-normal.-ticket #middle > #lower { height: 5; }
    MarketLayout.-normal.-ticket #watch { display: none; }
    MarketLayout.-beside #middle > #lower { layout: horizontal; }
    MarketLayout.-beside #middle > #lower, MarketLayout.-beside.-ticket #middle > #lower { height: 36%; }
    MarketLayout.-beside #tape, MarketLayout.-beside #watch { height: 100%; }
    MarketLayout.-normal.-ticket #lower { display: block; }
    MarketLayout.-beside #watch { width: 36; }
    MarketLayout.-beside.-ticket #watch { display: block; }
    MarketLayout.-wide.-ticket #watch { display: none; }
    MarketLayout.-wide #ladder { width: 76; }
    MarketLayout.-wide #watch, MarketLayout.-wide #ticket { display: none; }
    MarketLayout.-wide #chart { display: block; }
    MarketLayout.-wide #right { display: block; width: 46; }
    MarketLayout.-wide #right > Rule { display: block; }
    MarketLayout.-wide #watch-wide { height: 6; }
    MarketLayout.-wide #ticket-wide { height: 18; }
    MarketLayout.-tall #watch-wide { height: 10; }
    MarketLayout.-tall #ticket-wide { height: 20; }
    MarketLayout.-wide #holdings { height: 1fr; }
    MarketLayout.-wider #depth { display: block; }
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.ticker_row = TickerRow()
        self.title_row = self.ticker_row
        self.ladder = Ladder(id="ladder", label=owner.market.label)
        # A pane's time begins with its first beat; the wait for the first book begins now.
        self.ladder.model.now_ns = self.ladder.model.state_since_ns = owner.clock.time_ns()
        self.ladder.on_jump = lambda: owner.hand.gate.settle(owner.clock.monotonic_ns())
        self.chart = Chart(rule=True, id="chart")
        self.tape = Tape(rule=True, id="tape")
        self.depth = DepthProfile(rule=True, id="depth")
        self.watches = (Watchlist(rule=True, id="watch"), Watchlist(rule=True, id="watch-wide"))
        form = Form()
        self.tickets = tuple(
            TicketPane(form, partial(owner.seen, quiet=True), id=name) for name in ("ticket", "ticket-wide")
        )
        self.holdings = OrdersPane(rule=True, id="holdings")
        self.rules = tuple(Rule(rule=True) for _ in range(3))
        self.strips = (PositionStrip(), SizeStrip())
        self.charting = Charting(owner, self.chart)

    def put_lost(self, wordings: tuple[str, ...]) -> None:
        """The position strip says it here."""

    # --- arrangement ------------------------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """Columns over the strips."""
        with Horizontal(id="columns"):
            yield self.ladder
            with Vertical(id="middle"):
                yield self.chart
                yield self.tickets[0]
                yield self.rules[0]
                with Horizontal(id="lower"):
                    yield self.tape
                    yield self.depth
                    yield self.watches[0]
            with Vertical(id="right"):
                yield self.watches[1]
                yield self.rules[1]
                yield self.tickets[1]
                yield self.rules[2]
                yield self.holdings
        yield from self.strips

    def body_panes(self) -> Iterator[LinePane]:
        """Every pane; hidden ones have no size and cost nothing."""
        yield self.ladder
        yield self.chart
        yield from (self.tape, self.depth)
        yield from self.watches
        yield from self.tickets
        yield self.holdings
        yield from self.rules
        yield from self.strips

    def on_mount(self) -> None:
        """Start on the ladder."""
        self.rearrange()
        self.set_focus(self.ladder)

    def on_resize(self) -> None:
        """Arrange for the new size; cursor, focus and zoom stay."""
        self.rearrange()
        super().on_resize()

    def rearrange(self) -> None:
        """Take the arrangement of the window's size."""
        width, height = self.app.size
        for name, (least_width, least_height) in ARRANGEMENTS.items():
            self.set_class(width >= least_width and height >= least_height, name)

    def context_of(self, focused: Widget | None) -> Context:
        """The focused pane's keys."""
        match focused:
            case Ladder():
                return Context.LADDER
            case Chart():
                return Context.CHART
            case Tape():
                return Context.TAPE
            case Watchlist():
                return Context.WATCH
            case TicketPane():
                return Context.TICKET
            case _:
                return Context.GLOBAL

    @property
    def ticket(self) -> TicketPane:
        """The ticket of the arrangement in force."""
        return self.tickets[1] if self.has_class("-wide") else self.tickets[0]

    @property
    def watchlist(self) -> Watchlist:
        """The watchlist of the arrangement in force."""
        return self.watches[1] if self.has_class("-wide") else self.watches[0]

    def focus_pane(self, context: Context) -> str:
        """Focus a pane.

        Returns:
            Why it cannot be focused, as a sentence; empty when it is.
        """
        panes: dict[Context, Widget] = {
            Context.LADDER: self.ladder,
            Context.CHART: self.chart,
            Context.TAPE: self.tape,
            Context.WATCH: self.watchlist,
        }
        if context is Context.WATCH and not (self.has_class("-normal")):
            return "The watchlist needs 100×30. w switches the instrument."
        if self.has_class("-ticket"):
            self.remove_class("-ticket")
        self.set_focus(panes[context])
        return ""

    def refocus(self) -> None:
        """Back to the ladder, after the typed line."""
        self.set_focus(self.ladder)

    # --- facts ------------------------------------------------------------------------------------------------------

    def take_facts(self) -> None:
        """Orders, positions and fills of this instrument."""
        desk = self._owner
        market, store = desk.market, desk.store
        account, instrument = market.account, market.instrument_id
        if account is None or instrument is None:
            return
        position = store.position(account, instrument)
        mine = [order for order in store.orders.values() if order.account == account]
        self.ladder.put_orders(mine)
        self.ladder.put_position(position if position.quantity else None)
        here = [order for order in mine if order.instrument == instrument]
        fills = tuple(each.fill for each in store.fills if each.fill.instrument == instrument)
        entry = position.average_entry
        self.chart.put_marks(ChartMarks(tuple(order for order in here if order.working), fills, entry))
        self.holdings.put_orders(store.newest_orders(), self.ladder.model.queue)
        today_ns = desk.clock.time_ns() // DAY_NS * DAY_NS
        today = takewhile(lambda each: each.fill.time_ns >= today_ns, store.fills)
        self.holdings.put_fills([each.fill for each in today])

    def fill_ticket(self) -> None:
        """Put slot and cursor into the ticket's size and price."""
        desk = self._owner
        instrument, cursor = desk.market.instrument, self.ladder.cursor_price
        if instrument is None:
            return
        slots = desk.trader.slots
        size = slots.in_use(instrument.symbol) if slots.settled(instrument.symbol) else None
        price = "" if cursor is None else numbers.price(cursor, instrument.price_decimals).replace(",", "")
        self.ticket.form.fill("" if size is None else size.typed(instrument), price)

    def before_flush(self) -> None:
        """Strips, marks of positions and the ticket follow the market."""
        desk = self._owner
        position_strip, size_strip = self.strips
        facts, sizes_now = strip_facts(desk), size_facts(desk)
        if facts != self._facts:
            self._facts = facts
            position_strip.put(facts)
        if sizes_now != self._sizes:
            self._sizes = sizes_now
            size_strip.put(sizes_now)
        if self.ticket.size:
            if not self.ticket.has_focus and not self.ticket.form.touched:
                self.fill_ticket()
            self.ticket.touch_up()
        if self.has_class("-wide"):
            self.holdings.put_positions(
                [(each, desk.store.mark(each.instrument)) for each in desk.store.open_positions()]
            )

    _facts = StripFacts()
    _sizes = SizeFacts()

    @property
    def position_words(self) -> str:
        """The position in few characters, such as ``+0.051 BTC``; empty when flat."""
        market = self._owner.market
        if market.account is None or market.instrument is None:
            return ""
        held = self._owner.store.position(market.account, market.instrument.id).quantity
        sign = "+" if held > 0 else ""
        return f"{sign}{numbers.exact(held, 3)} {market.instrument.base}" if held else ""
