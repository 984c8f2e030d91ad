"""What is held: positions with their history, and balances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.model.balance import Balance
from connectors.model.ids import AccountId, Mode, Product
from connectors.model.position import Position, PositionChange, PositionEvent
from tui.format.clean import clean
from tui.format.numbers import NONE, exact, fixed, money, share, signed
from tui.format.times import clock_ms
from tui.format.words import NO_BALANCES, NO_POSITIONS
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Run, Token
from tui.widgets.table import Column, LinesPane, TableList, TableRow


@dataclass(frozen=True, slots=True)
class PositionFacts:
    """One row of the positions list."""

    position: Position
    label: str
    """The connection's name."""
    mark: Decimal | None = None
    price_decimals: int = 2
    size_decimals: int = 5
    protected: str = ""
    """Such as ``61 % stop``; empty: nothing protects it."""
    mode: Mode = Mode.SIM
    """Whose money it is: never added to that of another mode."""
    quote: str = ""
    """Currency of its amounts: never added to those in another."""
    fees: Decimal | None = None
    """Paid, in quote; None where a fee has no value in it."""
    liquidation: Decimal | None = None
    leverage: str = ""
    """Such as ``5x``; empty where the product has none."""


def gain_ink(value: Decimal | None) -> Ink:
    """Ink of a gain or a loss; the sign says the same."""
    if value is None or not value:
        return PLAIN
    return Ink(Token.BID) if value > 0 else Ink(Token.ASK)


@dataclass(frozen=True, slots=True)
class Headline:
    """What positions of one mode in one quote currency come to; None where a part of it is not known."""

    mode: Mode
    quote: str
    value: Decimal | None
    unrealised: Decimal | None
    fees: Decimal | None

    @property
    def words(self) -> tuple[str, ...]:
        """``SIM value 3,152.00 USDT``, ``uPnL +5.20``, ``fees in quote -5.62``."""
        return (
            f"{self.mode.name} value {money(self.value)} {clean(self.quote)}",
            f"uPnL {signed(self.unrealised)}",
            f"fees in quote {signed(None if self.fees is None else -self.fees)}",
        )


def headlines(positions: Sequence[PositionFacts]) -> list[Headline]:
    """One for each mode and quote currency, in the order in which they come: play money is never added to real."""
    kinds = dict.fromkeys((facts.mode, facts.quote) for facts in positions)
    return [
        _headline(mode, quote, [f for f in positions if (f.mode, f.quote) == (mode, quote)]) for mode, quote in kinds
    ]


def _headline(mode: Mode, quote: str, positions: Sequence[PositionFacts]) -> Headline:
    held = [facts for facts in positions if facts.position.quantity]
    values = [None if facts.mark is None else abs(facts.position.quantity * facts.mark) for facts in held]
    gains = [None if facts.mark is None else facts.position.unrealised(facts.mark) for facts in held]
    return Headline(mode, quote, _whole(values), _whole(gains), _whole([facts.fees for facts in positions]))


def _whole(parts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum; None where a part is not known."""
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if len(known) == len(parts) else None


class PositionsTable(TableList):
    """Open and flat positions; amounts in each instrument's quote currency."""

    EMPTY = NO_POSITIONS
    LEVERAGED = (
        Column("venue", 6, left=True, rank=5),
        Column("instrument", 10, left=True),
        Column("side", 5, left=True),
        Column("qty", 11),
        Column("avg entry", 12),
        Column("mark", 12, rank=2),
        Column("value", 11, rank=3),
        Column("uPnL", 10),
        Column("realised", 10, rank=1),
        Column("fees", 9, rank=6),
        Column("liq", 9, rank=7),
        Column("lev", 4, rank=8),
        Column("protected", 10, left=True, rank=1),
    )
    SPOT = tuple(column for column in LEVERAGED if column.title not in {"liq", "lev"})
    COLUMNS = SPOT

    def put_positions(self, positions: Sequence[PositionFacts]) -> None:
        """Take all positions in their order; liquidation and leverage have columns only where a product has them."""
        self.COLUMNS = self.SPOT
        if any(facts.position.instrument.product is not Product.SPOT for facts in positions):
            self.COLUMNS = self.LEVERAGED
        titles = {column.title for column in self.COLUMNS}
        kept = [number for number, column in enumerate(self.LEVERAGED) if column.title in titles]
        rows = [_position_row(facts) for facts in positions]
        self.put_rows([TableRow(row.key, tuple(row.cells[number] for number in kept)) for row in rows])


def _position_row(facts: PositionFacts) -> TableRow:
    position, decimals = facts.position, facts.price_decimals
    held = position.quantity
    side = "flat" if not held else "LONG" if held > 0 else "SHORT"
    entry = position.average_entry
    mark = facts.mark
    unrealised = position.unrealised(mark) if mark is not None and held else None
    value = None if mark is None or not held else abs(held * mark)
    bare = bool(held) and not facts.protected
    cells: tuple[Run, ...] = (
        (clean(facts.label), PLAIN),
        (clean(position.instrument.symbol), PLAIN),
        (side, gain_ink(held)),
        (fixed(abs(held), facts.size_decimals), PLAIN),
        (NONE if entry is None else fixed(entry, decimals), PLAIN),
        (NONE if mark is None else fixed(mark, decimals), PLAIN),
        (money(value), PLAIN),
        (signed(unrealised), gain_ink(unrealised)),
        (signed(position.realised), gain_ink(position.realised)),
        (signed(None if facts.fees is None else -facts.fees), PLAIN),
        (NONE if facts.liquidation is None else fixed(facts.liquidation, decimals), PLAIN),
        (facts.leverage or NONE, DIM),
        ("none" if bare else facts.protected or NONE, Ink(Token.WARN) if bare else PLAIN),
    )
    return TableRow((position.account, position.instrument), cells)


class HistoryPane(LinesPane):
    """What moved one position, newest first."""

    def put_history(
        self, title: str, events: Sequence[PositionEvent], price_decimals: int = 2, size_decimals: int = 5
    ) -> None:
        """Show a title and the events."""
        lines = [history_line(event, price_decimals, size_decimals) for event in events]
        self.put([(clean(title, spaces=True), Ink(bold=True))], lines)


def history_line(event: PositionEvent, price_decimals: int, size_decimals: int) -> Line:
    """``14:01:12.402  increase  +0.02000 @ 61,741.20   → +0.05100   avg 61,702.10``."""
    after = event.position
    at = "" if event.price is None else f" @ {fixed(event.price, price_decimals)}"
    held = signed(after.quantity, size_decimals) if after.quantity else "0"
    line: Line = [
        (f" {clock_ms(event.time_ns)}  ", DIM),
        (f"{event.change.value.lower():<10}", PLAIN),
        (f"{signed(event.delta, size_decimals)}{at}".ljust(25), PLAIN),
        (f" → {held}".ljust(11), PLAIN),
    ]
    if event.change in {PositionChange.DECREASE, PositionChange.CLOSE, PositionChange.FLIP}:
        line.append((f"   realised {signed(event.realised)}", gain_ink(event.realised)))
    if after.average_entry is not None:
        line.append((f"   avg {fixed(after.average_entry, price_decimals)}", PLAIN))
    return line


@dataclass(frozen=True, slots=True)
class BalanceFacts:
    """One row of the balances list."""

    balance: Balance
    label: str
    """The connection's name."""
    decimals: int = 8
    value: Decimal | None = None
    """Worth in ``quote``; None: no price known."""
    quote: str = "USDT"
    mode: Mode = Mode.SIM
    """Whose money it is: never added to that of another mode."""
    external: Decimal | None = None
    """What deposits, withdrawals and other tools made of it; None until the worker has told it."""


def worth(balances: Iterable[BalanceFacts]) -> dict[Mode, Decimal]:
    """Sums of the known values, one for each mode, in the order in which the modes first come."""
    sums: dict[Mode, Decimal] = {}
    for facts in balances:
        sums[facts.mode] = sums.get(facts.mode, Decimal(0)) + (facts.value or 0)
    return sums


class BalanceList(TableList):
    """Assets: free, locked, worth, and share of all that is worth something in the same mode."""

    EMPTY = NO_BALANCES
    COLUMNS = (
        Column("venue", 6, left=True, rank=1),
        Column("mode", 7, left=True),
        Column("asset", 7, left=True),
        Column("free", 17),
        Column("locked", 17, rank=3),
        Column("total", 17, rank=4),
        Column("external", 16, rank=1),
        Column("value", 17),
        Column("share", 5, rank=2),
    )

    def put_balances(self, balances: Sequence[BalanceFacts]) -> None:
        """Take all balances; shares are of the sum of known values in their mode."""
        whole = worth(balances)
        self.put_rows([_balance_row(facts, whole[facts.mode]) for facts in balances])

    @property
    def selected(self) -> tuple[AccountId, str] | None:
        """Account and asset of the selected row."""
        key = self.selected_key
        return key if isinstance(key, tuple) else None


def _balance_row(facts: BalanceFacts, whole: Decimal) -> TableRow:
    balance = facts.balance
    value = NONE if facts.value is None else f"{fixed(facts.value, 2)} {clean(facts.quote)}"
    cells: tuple[Run, ...] = (
        (clean(facts.label), PLAIN),
        (facts.mode.name, DIM),
        (clean(balance.asset), Ink(bold=True)),
        (exact(balance.free, min(facts.decimals, 2)), PLAIN),
        (exact(balance.locked, min(facts.decimals, 2)), PLAIN if balance.locked else DIM),
        (exact(balance.total, min(facts.decimals, 2)), PLAIN),
        (NONE if facts.external is None else _external(facts.external, facts.decimals), DIM),
        (value, PLAIN),
        (NONE if facts.value is None else share(facts.value, whole), DIM),
    )
    return TableRow((balance.account, balance.asset), cells)


def _external(value: Decimal, decimals: int) -> str:
    text = exact(value, min(decimals, 2))
    return f"+{text}" if value > 0 else text
