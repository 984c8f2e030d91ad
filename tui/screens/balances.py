"""The balances screen: free, locked, worth and share of every asset."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from connectors.model.balance import Balance
from connectors.model.ids import Mode
from tui.commands.command import Context
from tui.format import numbers
from tui.screens.frame import DeskScreen
from tui.styles.palette import Ink
from tui.widgets.holdings import BalanceFacts, BalanceList, worth
from tui.widgets.line import DIM, PLAIN
from tui.widgets.pane import LinePane
from tui.widgets.table import TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk


class BalancesScreen(DeskScreen):
    """Every balance.

    Args:
        owner: The desk.
    """

    name_of = "balances"
    context = Context.BALANCES

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = BalanceList(id="balances")
        self._facts: tuple[BalanceFacts, ...] = ()

    def compose_body(self) -> ComposeResult:
        """The list."""
        yield self.table

    def body_panes(self) -> Iterator[LinePane]:
        """The list."""
        yield self.table

    def on_mount(self) -> None:
        """Start in the list."""
        self.table.focus()

    def before_flush(self) -> None:
        """Values move with the market."""
        self.take_facts()

    def take_facts(self) -> None:
        """Draw what is so now."""
        store, quote = self._owner.store, self._quote()
        facts = []
        for balance in store.balances.values():
            connection = store.connections.get(balance.account)
            if connection is not None:
                value = self._value(balance, quote, connection.mode)
                facts.append(BalanceFacts(balance, connection.label, value=value, quote=quote, mode=connection.mode))
        here = self._owner.market.mode
        facts.sort(key=lambda each: (each.mode is not here, each.mode.name, each.balance.asset, each.label))
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        self.table.put_balances(facts)
        sums = ", ".join(f"{numbers.money(whole)} {quote} {mode.name}" for mode, whole in worth(facts).items())
        told = f"  {len(facts)} assets   worth {sums or 'nothing'} where a price is known"
        self.heading_row.put([(" BALANCES ", Ink(bold=True)), (told, PLAIN), ("      gm market", DIM)])

    def _quote(self) -> str:
        instrument = self._owner.market.instrument
        return "USDT" if instrument is None else instrument.quote

    def _value(self, balance: Balance, quote: str, mode: Mode) -> Decimal | None:
        if balance.asset == quote:
            return balance.total
        if mode is not self._owner.market.mode:
            return None  # the prices that are known here are those of another market
        store = self._owner.store
        for (account, _), instrument in store.instruments.items():
            if account == balance.account and instrument.base == balance.asset and instrument.quote == quote:
                mark = store.mark(instrument.id)
                return None if mark is None else mark * balance.total
        return None

    def move_list(self, rows: int) -> None:
        """Move the selection."""
        self.table.move(rows)
