"""The positions screen: what is held, what it is worth, and the fills that made it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from connectors.model.position import Position
from tui.commands.command import Context
from tui.format import numbers, times
from tui.format.clean import clean
from tui.screens.frame import DeskScreen
from tui.styles.palette import Ink
from tui.widgets.holdings import PositionFacts, PositionsTable
from tui.widgets.line import DIM, PLAIN, Line, Token
from tui.widgets.pane import LinePane
from tui.widgets.table import LinesPane, TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk

ZERO = Decimal(0)


class PositionsScreen(DeskScreen):
    """Every position.

    Args:
        owner: The desk.
    """

    name_of = "positions"
    context = Context.POSITIONS
    DEFAULT_CSS = """
    PositionsScreen #positions { height: 1fr; }
    PositionsScreen #fills { height: 1fr; }
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = PositionsTable(id="positions")
        self.fills = LinesPane(id="fills")
        self._facts: tuple[PositionFacts, ...] = ()

    def compose_body(self) -> ComposeResult:
        """The list over the fills of the selected one."""
        yield self.table
        yield self.fills

    def body_panes(self) -> Iterator[LinePane]:
        """Both."""
        yield self.table
        yield self.fills

    def on_mount(self) -> None:
        """Start in the list."""
        self.table.focus()

    @property
    def selected(self) -> Position | None:
        """The selected position."""
        key = self.table.selected_key
        return next(
            (facts.position for facts in self._facts if (facts.position.account, facts.position.instrument) == key),
            None,
        )

    def before_flush(self) -> None:
        """Marks move with the market."""
        self.take_facts()

    def take_facts(self) -> None:
        """Draw what is so now."""
        store = self._owner.store
        facts = []
        for position in sorted(store.positions.values(), key=lambda each: (not each.quantity, each.instrument)):
            instrument = store.instrument_of(position.account, position.instrument)
            connection = store.connections.get(position.account)
            facts.append(
                PositionFacts(
                    position,
                    position.instrument.venue if connection is None else connection.label,
                    store.mark(position.instrument),
                    2 if instrument is None else instrument.price_decimals,
                    5 if instrument is None else instrument.size_decimals,
                )
            )
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self.table.put_positions(facts)
            self._show()

    def _show(self) -> None:
        facts = self._facts
        held = [each for each in facts if each.position.quantity]
        gains = [each.position.unrealised(each.mark) for each in held if each.mark is not None]
        gain = sum(gains, ZERO) if len(gains) == len(held) else None
        realised = sum((each.position.realised for each in facts), ZERO)
        fees = sum((each.position.fees_quote for each in facts), ZERO)
        title = f"open {len(held)}   uPnL {numbers.signed(gain)}   realised {numbers.signed(realised)}"
        # Fees in other assets have no value in quote: each stands, in its own, over the fills it was taken from.
        title += f"   fees in quote {numbers.signed(-fees)}"
        self.heading_row.put([(" POSITIONS ", Ink(bold=True)), (f"  {title}", PLAIN), ("      gm market", DIM)])
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
            fill = each.fill
            if (each.account, fill.instrument) != (position.account, position.instrument):
                continue
            if fill.fee is not None:
                fees[fill.fee.asset] = fees.get(fill.fee.asset, ZERO) + fill.fee.amount
            order = store.orders.get(each.order_id)
            fee = "" if fill.fee is None else f"   fee {numbers.exact(fill.fee.amount)} {fill.fee.asset}"
            sign, token = ("+", Token.BID) if fill.side.sign > 0 else ("-", Token.ASK)
            lines.append(
                [
                    (f" {times.clock_ms(fill.time_ns)}  ", DIM),
                    (f"{sign}{numbers.exact(fill.quantity, 5)} @ {numbers.price(fill.price, decimals)}", Ink(token)),
                    (f"{fee}   order {'' if order is None else order.handle}   trade {fill.trade_id}", PLAIN),
                ]
            )
        paid = " and ".join(f"{numbers.exact(amount)} {clean(asset)}" for asset, amount in fees.items())
        title: Line = [(f"FILLS {position.instrument.symbol}", Ink(bold=True))]
        if paid:
            title.append((f"  {len(lines)}   fees {paid}", PLAIN))
        self.fills.put(title, lines)

    # --- keys -------------------------------------------------------------------------------------------------------

    def move_list(self, rows: int) -> None:
        """Move the selection."""
        self.table.move(rows)
        self._show_fills()

    def close_selected(self, *, half: bool = False) -> None:
        """Close the selected position at market, or half of it."""
        position = self.selected
        if position is None:
            self._owner.say("Flat: nothing to close.")
            return
        self._owner.closer.close(half=half, position=position)

    def open_selected(self) -> None:
        """Show the selected position's instrument on the market screen."""
        position = self.selected
        if position is not None:
            self._owner.rooms.go("market")
            self._owner.rooms.show_symbol(position.instrument.symbol)
