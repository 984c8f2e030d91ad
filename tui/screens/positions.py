"""The positions screen: what is held, what it is worth, what protects it, and what made it what it is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from connectors.model.ids import AccountId, InstrumentId, Mode
from connectors.model.position import Position, PositionEvent
from connectors.worker import api
from tui.commands.command import Context
from tui.commands.exits import NO_FLIP
from tui.format import numbers, times
from tui.format.clean import clean
from tui.messages.failure import sentence_of
from tui.screens.day import day_facts, day_words
from tui.screens.frame import DeskScreen
from tui.styles.palette import Ink
from tui.ticket.cover import protected_words, worst_case
from tui.widgets.day_line import DayLine
from tui.widgets.evidence import fill_line
from tui.widgets.holdings import HistoryPane, PositionFacts, PositionsTable, headlines
from tui.widgets.line import DIM, PLAIN, Line, Token
from tui.widgets.pane import LinePane
from tui.widgets.table import LinesPane, TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk

ZERO = Decimal(0)
Key = tuple[AccountId, InstrumentId]
_WIDE = 120
_CHOSEN = "‹{}› "  # noqa: RUF001  # the mark of what is chosen


class By(Enum):
    """What the list is sorted by."""

    VENUE = "venue"
    INSTRUMENT = "instrument"


class PositionsScreen(DeskScreen):
    """Every position.

    Args:
        owner: The desk.
    """

    name_of = "positions"
    context = Context.POSITIONS
    DEFAULT_CSS = """
    PositionsScreen #positions { height: 1fr; }
    PositionsScreen .below { height: 1fr; }
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = PositionsTable(id="positions")
        self.fills = LinesPane(id="fills", classes="below")
        self.history = HistoryPane(id="history", classes="below")
        self.day = DayLine()
        self.by = By.VENUE
        self._facts: tuple[PositionFacts, ...] | None = None
        self._events: dict[Key, tuple[PositionEvent, ...]] = {}
        self._asked: dict[Key, Position] = {}

    def compose_body(self) -> ComposeResult:
        """The list over the fills of the selected one, or over its history."""
        self.history.display = False
        yield self.table
        yield self.fills
        yield self.history
        yield self.day

    def body_panes(self) -> Iterator[LinePane]:
        """All."""
        yield self.table
        yield self.fills
        yield self.history
        yield self.day

    def on_mount(self) -> None:
        """Start in the list."""
        self.table.focus()

    @property
    def selected(self) -> Position | None:
        """The selected position."""
        key = self.table.selected_key
        held = (facts.position for facts in self._facts or ())
        return next((position for position in held if (position.account, position.instrument) == key), None)

    @property
    def chosen(self) -> Position | None:
        """The selected position while this screen is looked at; None elsewhere: the instrument under the hand."""
        return self.selected if self._owner.rooms.base is self else None

    def before_flush(self) -> None:
        """Marks move with the market, and ages count on."""
        self.take_facts()

    def take_facts(self) -> None:
        """Draw what is so now."""
        store = self._owner.store
        facts = [self._facts_of(position) for position in store.positions.values()]
        if self.by is By.VENUE:
            facts.sort(key=lambda each: (not each.position.quantity, each.label, each.position.instrument))
        else:
            facts.sort(key=lambda each: (not each.position.quantity, each.position.instrument.symbol, each.label))
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self.table.put_positions(facts)
            self._show_below()
        self._show_heading()
        position = self.selected
        self.day.put(day_facts(self._owner, self._owner.market.account if position is None else position.account))

    def _facts_of(self, position: Position) -> PositionFacts:
        store = self._owner.store
        instrument = store.instrument_of(position.account, position.instrument)
        connection = store.connections.get(position.account)
        return PositionFacts(
            position,
            position.instrument.venue if connection is None else connection.label,
            store.mark(position.instrument) if connection is not None and self._priced(connection.mode) else None,
            2 if instrument is None else instrument.price_decimals,
            5 if instrument is None else instrument.size_decimals,
            protected=protected_words(position, store.working(position.account, position.instrument)),
            mode=Mode.SIM if connection is None else connection.mode,
            quote="" if instrument is None else instrument.quote,
            fees=self._fees(position, "" if instrument is None else instrument.quote),
        )

    def _priced(self, mode: Mode) -> bool:
        """Whether the prices that are known are those of this mode's market."""
        return mode is self._owner.market.mode

    def _fees(self, position: Position, quote: str) -> Decimal | None:
        """Fees in quote; None where one was taken in a third asset, which has no value in it."""
        instrument = self._owner.store.instrument_of(position.account, position.instrument)
        known = {quote, "" if instrument is None else instrument.base}
        for each in self._owner.store.fills:
            fee = each.fill.fee
            mine = (each.account, each.fill.instrument) == (position.account, position.instrument)
            if mine and fee is not None and fee.amount and fee.asset not in known:
                return None
        return position.fees_quote

    # --- the heading ------------------------------------------------------------------------------------------------

    def _show_heading(self) -> None:
        facts = self._facts or ()
        held = sum(1 for each in facts if each.position.quantity)
        by: Line = [("   by ", PLAIN)]
        by += [(_CHOSEN.format(each.value), PLAIN) if each is self.by else (f"{each.value} ", DIM) for each in By]
        sums: Line = [(f"   {words}", PLAIN) for each in headlines(facts) for words in each.words]
        day, age = day_words(self._owner), self._age_words()
        ages: Line = [(f"   {day}" if day else "", PLAIN), (f"   {age}" if age else "", DIM)]
        told = [*by, *sums, *ages] if self._owner.size.width >= _WIDE else [*sums, *ages]
        self.heading_row.put([(" POSITIONS ", Ink(bold=True)), (f" open {held}", PLAIN), *told])

    def _age_words(self) -> str:
        """When the venue last stated the balances of what is selected, else of what is under the hand."""
        store, position = self._owner.store, self.selected
        account = self._owner.market.account if position is None else position.account
        stated = [balance.time_ns for (owner, _), balance in store.balances.items() if owner == account]
        if not stated:
            return ""
        return f"balances {times.seconds_words(max(self._owner.clock.time_ns() - max(stated), 0))} ago"

    # --- what stands below ------------------------------------------------------------------------------------------

    def _show_below(self) -> None:
        if self.history.display:
            self._show_history()
        else:
            self._show_fills()

    def _show_fills(self) -> None:
        position, store = self.selected, self._owner.store
        if position is None:
            self.fills.put([("FILLS", DIM)], [])
            return
        instrument = store.instrument_of(position.account, position.instrument)
        decimals = 2 if instrument is None else instrument.price_decimals
        lines: list[Line] = []
        fees: dict[str, Decimal] = {}
        for each in store.fills:
            if (each.account, each.fill.instrument) != (position.account, position.instrument):
                continue
            fee = each.fill.fee
            if fee is not None:
                fees[fee.asset] = fees.get(fee.asset, ZERO) + fee.amount
            order = store.orders.get(each.order_id)
            handle = "" if order is None else f"   order {order.handle}"
            lines.append([*fill_line(each, order, decimals), (handle, DIM)])
        paid = " and ".join(f"{numbers.exact(amount)} {clean(asset)}" for asset, amount in fees.items())
        title: Line = [(f"FILLS {position.instrument.symbol}", Ink(bold=True))]
        # What no stop stands for comes before the fees: it is never what has no room.
        title += [(f"  {len(lines)}", PLAIN), *self._worst(position), (f"   fees {paid}" if paid else "", PLAIN)]
        self.fills.put(title, lines)

    def _worst(self, position: Position) -> Line:
        """What is lost if every stop fires, and what no stop stands for."""
        orders = self._owner.store.working(position.account, position.instrument)
        found = worst_case(position, orders)
        if found is None:
            return []
        gain, covered, bare = found
        line: Line = [(f"   worst case at stops {numbers.signed(gain)} on {numbers.exact(covered)}", PLAIN)]
        if bare:
            line.append((f", {numbers.exact(bare)} UNPROTECTED", Ink(Token.WARN, bold=True)))
        return line

    def toggle_history(self) -> None:
        """Show what made the selected position what it is, or its fills again."""
        self.history.display = not self.history.display
        self.fills.display = not self.history.display
        self._asked.clear()
        self._show_below()

    def _show_history(self) -> None:
        position = self.selected
        if position is None:
            self.history.put([("HISTORY", DIM)], [])
            return
        key = (position.account, position.instrument)
        if self._asked.get(key) != position:
            self._asked[key] = position
            self._owner.spawn(self._ask_history(key))
        instrument = self._owner.store.instrument_of(*key)
        events = self._events.get(key, ())
        digits = (2, 5) if instrument is None else (instrument.price_decimals, instrument.size_decimals)
        self.history.put_history(f"HISTORY {position.instrument.symbol}  {len(events)}", events, *digits)

    async def _ask_history(self, key: Key) -> None:
        result = await self._owner.session.ask(api.GetPositionHistory(*key))
        if isinstance(result, api.PositionHistory):
            self._events[key] = result.events
            self._show_below()
        elif sentence_of(result):
            self._owner.say(sentence_of(result))

    def step_back(self) -> bool:
        """From the history to the fills."""
        if self.history.display:
            self.toggle_history()
            return True
        return False

    # --- keys -------------------------------------------------------------------------------------------------------

    def move_list(self, rows: int) -> None:
        """Move the selection."""
        self.table.move(rows)
        self._show_below()

    def turn(self) -> None:
        """Sort by the other thing."""
        self.by = By.INSTRUMENT if self.by is By.VENUE else By.VENUE
        self._facts = None
        self.take_facts()

    def close_selected(self, *, half: bool = False) -> None:
        """Close the selected position at market, or half of it."""
        position = self.selected
        if position is None:
            self._owner.say("Flat: nothing to close.")
            return
        self._owner.closer.close(half=half, position=position)

    def flip_selected(self) -> None:
        """Refused on spot, with the sentence."""
        self._owner.say(NO_FLIP)

    def open_selected(self, *, protect: bool = False) -> None:
        """Show the selected position's instrument on the market screen; to protect it, say how."""
        position = self.selected
        if position is None:
            self._owner.say("Flat: there is nothing to protect." if protect else "Flat.")
            return
        self._owner.rooms.go("market")
        self._owner.rooms.show_symbol(position.instrument.symbol)
        if protect:
            self._owner.say("Put the cursor where the stop should be, then pp. Or write :stop 61500.")
