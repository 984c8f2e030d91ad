"""The balances screen: free, locked, worth, share and the external line of every asset, and what moved one of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from connectors.model.balance import Balance
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, Mode
from connectors.worker import api
from tui.commands.command import Context
from tui.format import numbers, times
from tui.format.clean import clean
from tui.screens.frame import DeskScreen
from tui.styles.palette import Ink
from tui.widgets.holdings import BalanceFacts, BalanceList, worth
from tui.widgets.line import DIM, PLAIN, Line, Token
from tui.widgets.pane import NANOS, LinePane
from tui.widgets.table import LinesPane, TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk

ASK_AGAIN_NS = 5 * NANOS
"""The external line is asked for at most so often."""
ZERO = Decimal(0)


class BalancesScreen(DeskScreen):
    """Every balance.

    Args:
        owner: The desk.
    """

    name_of = "balances"
    context = Context.BALANCES
    DEFAULT_CSS = """
    BalancesScreen #balances { height: 1fr; }
    BalancesScreen #movements { height: 1fr; }
    """

    def __init__(self, owner: Desk) -> None:
        super().__init__()
        self._owner = owner
        self.heading_row = TitleRow()
        self.title_row = self.heading_row
        self.table = BalanceList(id="balances")
        self.movements = LinesPane(id="movements")
        self._facts: tuple[BalanceFacts, ...] = ()
        self._standings: dict[tuple[AccountId, str], api.AssetStanding] = {}
        self._asked_ns: int | None = None
        self._asked_for: tuple[int, tuple[Balance, ...]] | None = None

    def compose_body(self) -> ComposeResult:
        """The list, over the movements of the selected asset where they are asked for."""
        self.movements.display = False
        yield self.table
        yield self.movements

    def body_panes(self) -> Iterator[LinePane]:
        """Both."""
        yield self.table
        yield self.movements

    def on_mount(self) -> None:
        """Start in the list."""
        self.table.focus()

    def before_flush(self) -> None:
        """Values move with the market."""
        self.take_facts()

    def take_facts(self) -> None:
        """Draw what is so now."""
        store, quote = self._owner.store, self._quote()
        self._ask_standings()
        facts = []
        for balance in store.balances.values():
            connection = store.connections.get(balance.account)
            if connection is not None:
                value = self._value(balance, quote, connection.mode)
                standing = self._standings.get((balance.account, balance.asset))
                external = None if standing is None else standing.external
                facts.append(
                    BalanceFacts(
                        balance, connection.label, value=value, quote=quote, mode=connection.mode, external=external
                    )
                )
        here = self._owner.market.mode
        facts.sort(key=lambda each: (each.mode is not here, each.mode.name, each.balance.asset, each.label))
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        self.table.put_balances(facts)
        sums = ", ".join(f"{numbers.money(whole)} {quote} {mode.name}" for mode, whole in worth(facts).items())
        told = (f" {times.count(len(facts), 'asset')}", f"   worth {sums or 'nothing'}", "   where a price is known")
        self.heading_row.put(
            [(" BALANCES ", Ink(bold=True)), *((each, PLAIN) for each in told), ("      gm market", DIM)]
        )
        self._show_movements()

    # --- the external line ------------------------------------------------------------------------------------------

    def _ask_standings(self) -> None:
        """Ask what made each balance what it is, where balances or fills have changed since it was asked."""
        store, now_ns = self._owner.store, self._owner.clock.monotonic_ns()
        if self._owner.rooms.base is not self:
            return
        changed = (len(store.fills), tuple(store.balances.values()))
        waits = self._asked_ns is not None and now_ns - self._asked_ns < ASK_AGAIN_NS
        if changed == self._asked_for or waits or not self._owner.session.joined:
            return
        self._asked_for, self._asked_ns = changed, now_ns
        for account in dict.fromkeys(account for account, _ in store.balances):
            self._owner.spawn(self._ask(account))

    async def _ask(self, account: AccountId) -> None:
        result = await self._owner.session.ask(api.GetAssets(account))
        if isinstance(result, api.AssetLedger):
            self._standings.update({(each.account, each.asset): each for each in result.assets})
            self.take_facts()

    # --- movements --------------------------------------------------------------------------------------------------

    def toggle_movements(self) -> None:
        """Show what moved the selected asset, or the list alone again."""
        self.movements.display = not self.movements.display
        self._show_movements()

    def step_back(self) -> bool:
        """From the movements to the list alone."""
        if self.movements.display:
            self.toggle_movements()
            return True
        return False

    def _show_movements(self) -> None:
        chosen = self.table.selected
        if not self.movements.display or chosen is None:
            return
        account, asset = chosen
        standing = self._standings.get(chosen)
        moved = [
            (each.fill.time_ns, line)
            for each in self._owner.store.fills
            if each.account == account and (line := self._moved(each, asset)) is not None
        ]
        if standing is not None and standing.external:
            moved.append((standing.moved_ns or 0, _external_line(standing)))
        moved.sort(key=lambda each: each[0], reverse=True)
        told = (
            "" if standing is None else f"  {_signed(standing.traded)} by fills, {_signed(standing.external)} external"
        )
        title: Line = [(f"MOVEMENTS {clean(asset)}", Ink(bold=True)), (told, PLAIN)]
        self.movements.put(title, [line for _, line in moved] or [[(" Nothing moved it that the desk knows.", DIM)]])

    def _moved(self, recorded: RecordedFill, asset: str) -> Line | None:
        """What one fill did to an asset; None where it left it alone."""
        fill = recorded.fill
        instrument = self._owner.store.instrument_of(recorded.account, fill.instrument)
        base, quote = ("", "") if instrument is None else (instrument.base, instrument.quote)
        delta = fill.side.sign * fill.quantity if asset == base else ZERO
        delta -= fill.side.sign * fill.quote_quantity if asset == quote else ZERO
        fee = fill.fee.amount if fill.fee is not None and fill.fee.asset == asset else ZERO
        if not delta and not fee:
            return None
        words = f"  {fill.side.value} {numbers.exact(fill.quantity)} {clean(fill.instrument.symbol)}"
        return [
            (f" {times.clock_ms(fill.time_ns)}  ", DIM),
            (_signed(delta - fee).rjust(20), Ink(Token.BID if delta - fee > 0 else Token.ASK)),
            (f"{words} @ {numbers.exact(fill.price)}", PLAIN),
            (f"   fee {numbers.exact(fee)}" if fee else "", PLAIN),
        ]

    # --- worth ------------------------------------------------------------------------------------------------------

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
        self._show_movements()


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else ''}{numbers.exact(value, 2)}"


def _external_line(standing: api.AssetStanding) -> Line:
    when = numbers.NONE if standing.moved_ns is None else times.clock_ms(standing.moved_ns)
    return [
        (f" {when:<12}  ", DIM),
        (_signed(standing.external).rjust(20), Ink(Token.WARN)),
        ("  external: not by a fill of this desk", PLAIN),
        ("   (deposits, withdrawals, other tools, what was there before)", DIM),
    ]
