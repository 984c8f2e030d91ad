"""The desk's picture of the worker: facts from the `Picture`, kept true by numbered events. Pure.

Nothing here is believed longer than it is proved: a hole in the numbers means the whole picture is asked for again.
"""

from __future__ import annotations

from collections import deque
from decimal import Decimal

from connectors.model.balance import Balance
from connectors.model.book import BookView
from connectors.model.connection import Connection, ConnectionStatus, LinkState
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, InstrumentId, OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import Order, OrderStatus
from connectors.model.position import Position
from connectors.model.risk import LimitName
from connectors.model.ticker import Ticker
from connectors.model.vault import VaultFacts
from connectors.worker.api import (
    AccountRisk,
    Alert,
    AlertRaised,
    BalancesChanged,
    ConnectionChanged,
    FillRecorded,
    InstrumentChanged,
    Numbered,
    NumberedEvent,
    OrderChanged,
    PanicMoved,
    PanicReport,
    Picture,
    PositionChanged,
    RiskChanged,
    TradingChanged,
    TradingState,
    VaultChanged,
)

FILLS_KEPT = 500
"""Newest fills kept for the screens; the archive has all."""
ALERTS_KEPT = 200
ZERO = Decimal(0)
LIVING = frozenset({LinkState.LIVE, LinkState.SLOW})
"""States in which a connection is of use."""


class HoleInNumbers(Exception):
    """A numbered event is missing: the picture must be asked for again."""


class Store:
    """Facts by their identity. Readers take what they need; only `take` and `apply` write what the worker says."""

    def __init__(self) -> None:
        self.number = 0
        """Number of the newest event that is in here."""
        self.trading = TradingState.ACTIVE
        self.trading_reason = ""
        self.trading_since_ns = 0
        self.vault = VaultFacts()
        """How far the vault is open in the worker, and who can open it."""
        self.panic: PanicReport | None = None
        """The newest panic since the worker began."""
        self.connections: dict[AccountId, Connection] = {}
        self.statuses: dict[AccountId, ConnectionStatus] = {}
        self.seen_live_ns: dict[AccountId, int] = {}
        """When each connection was last live, wall time: the end of it where it is so no more."""
        self.orders: dict[OrderId, Order] = {}
        self.positions: dict[tuple[AccountId, InstrumentId], Position] = {}
        self.balances: dict[tuple[AccountId, str], Balance] = {}
        self.risk: dict[AccountId, AccountRisk] = {}
        """Each account against its limits, as the worker counts it."""
        self.fills: deque[RecordedFill] = deque(maxlen=FILLS_KEPT)
        """Newest first."""
        self.alerts: deque[Alert] = deque(maxlen=ALERTS_KEPT)
        """Newest first."""
        self.acknowledged: set[Alert] = set()
        """Alerts that were taken as read at this desk."""
        self.instruments: dict[tuple[AccountId, str], Instrument] = {}
        """By account and the venue's symbol."""
        self.books: dict[InstrumentId, BookView] = {}
        """Newest pushed book of each instrument; what is *painted* may be one beat older."""
        self.tickers: dict[InstrumentId, Ticker] = {}

    def take(self, picture: Picture) -> None:
        """Begin anew with a whole picture."""
        self.number = picture.number
        self.trading = picture.trading
        self.trading_reason = picture.trading_reason
        self.trading_since_ns = picture.trading_since_ns or picture.time_ns
        self.vault = picture.vault
        self.panic = picture.panic
        self.connections = {connection.account: connection for connection in picture.connections}
        self.statuses = {status.account: status for status in picture.statuses}
        self.orders = {order.order_id: order for order in reversed(picture.orders)}
        self.positions = {(position.account, position.instrument): position for position in picture.positions}
        self.balances = {(balance.account, balance.asset): balance for balance in picture.balances}
        self.risk = {risk.account: risk for risk in picture.risk}
        self.fills = deque(picture.fills, maxlen=FILLS_KEPT)
        self.alerts = deque(picture.alerts, maxlen=ALERTS_KEPT)

    def apply(self, numbered: Numbered) -> NumberedEvent | None:
        """Take the next event.

        Returns:
            The event, or None where it was in the picture already.

        Raises:
            HoleInNumbers: If events before it are missing; nothing was taken.
        """
        if numbered.number <= self.number:
            return None
        if numbered.number != self.number + 1:
            raise HoleInNumbers(f"event {numbered.number} came after {self.number}")
        self.number = numbered.number
        self._write(numbered.event)
        return numbered.event

    def _write(self, event: NumberedEvent) -> None:
        match event:
            case OrderChanged(order):
                self.note(order)
            case FillRecorded(fill):
                self.fills.appendleft(fill)
            case PositionChanged(position):
                self.positions[position.account, position.instrument] = position
            case BalancesChanged(balances):
                self.balances.update({(balance.account, balance.asset): balance for balance in balances})
            case ConnectionChanged(status, connection):
                self._take_status(status, connection)
            case InstrumentChanged(account, instrument):
                self.instruments[account, instrument.symbol] = instrument
            case AlertRaised(alert):
                self.alerts.appendleft(alert)
            case TradingChanged(state, reason, time_ns):
                self.trading, self.trading_reason, self.trading_since_ns = state, reason, time_ns
            case VaultChanged(vault):
                self.vault = vault
            case RiskChanged(risk):
                self.risk[risk.account] = risk
            case PanicMoved(report):
                self.panic = report

    def note(self, order: Order) -> None:
        """Take an order's record from a reply; an older one than what is known changes nothing."""
        known = self.orders.get(order.order_id)
        if known is None or order.revision >= known.revision:
            self.orders[order.order_id] = order

    def _take_status(self, status: ConnectionStatus, connection: Connection | None) -> None:
        if connection is None:
            self.connections.pop(status.account, None)
            self.statuses.pop(status.account, None)
            self._leave(status.account)
            return
        before = self.statuses.get(status.account)
        if before is not None and before.state in LIVING and status.state not in LIVING:
            self.seen_live_ns[status.account] = status.since_ns or status.time_ns
        self.connections[status.account] = connection
        self.statuses[status.account] = status

    def used_ns(self, account: AccountId) -> int | None:
        """When a connection was last of use, as far as this desk saw: live, or by a fill. None: never."""
        filled = next((each.fill.time_ns for each in self.fills if each.account == account), None)
        seen = [each for each in (self.seen_live_ns.get(account), filled) if each is not None]
        return max(seen, default=None)

    def _leave(self, account: AccountId) -> None:
        """Forget what a connection that was removed had at work; orders that had ended and fills stay to be read."""
        self.orders = {
            key: order for key, order in self.orders.items() if order.account != account or not order.working
        }
        self.positions = {key: position for key, position in self.positions.items() if key[0] != account}
        self.balances = {key: balance for key, balance in self.balances.items() if key[0] != account}

    def bound(self, account: AccountId, name: LimitName) -> Decimal | None:
        """A limit as it holds for an account; None where it is switched off, or nobody has told it yet."""
        risk = self.risk.get(account)
        return None if risk is None else next((one.value for one in risk.limits if one.name is name), None)

    def locked(self, account: AccountId | None) -> AccountRisk | None:
        """The account's risk while its loss lock is shut; None while it is open."""
        risk = self.risk.get(account) if account is not None else None
        return risk if risk is not None and risk.locked else None

    # --- what readers ask -------------------------------------------------------------------------------------------

    def labelled(self, label: str) -> Connection | None:
        """The connection of that label."""
        return next((one for one in self.connections.values() if one.label == label), None)

    def instrument(self, account: AccountId, symbol: str) -> Instrument | None:
        """An instrument that was fetched."""
        return self.instruments.get((account, symbol))

    def instrument_of(self, account: AccountId, instrument: InstrumentId) -> Instrument | None:
        """The same by its id."""
        return self.instruments.get((account, instrument.symbol))

    def working(self, account: AccountId | None = None, instrument: InstrumentId | None = None) -> list[Order]:
        """Orders the venue holds or may hold, oldest first, narrowed by account and instrument."""
        return [
            order
            for order in self.orders.values()
            if order.working
            and (account is None or order.account == account)
            and (instrument is None or order.instrument == instrument)
        ]

    @property
    def unacknowledged(self) -> list[Alert]:
        """Alerts nobody has taken as read here, newest first."""
        return [alert for alert in self.alerts if alert not in self.acknowledged]

    def unknown(self) -> list[Order]:
        """Orders of which nobody knows whether they live."""
        return [order for order in self.orders.values() if order.status is OrderStatus.UNKNOWN]

    def standing(self, order_id: OrderId) -> Order | None:
        """An order, or what took its place where it was canceled and replaced."""
        order = self.orders.get(order_id)
        while order is not None and order.replacement is not None and order.replacement in self.orders:
            order = self.orders[order.replacement]
        return order

    def named(self, handle: str) -> Order | None:
        """The newest order of a handle; one that works goes before those that are over."""
        found = [order for order in self.newest_orders() if order.handle.lower() == handle.lower()]
        return next((order for order in found if order.working), found[0] if found else None)

    def newest_orders(self) -> list[Order]:
        """All orders, newest first."""
        return sorted(self.orders.values(), key=lambda order: (order.created_ns, order.handle), reverse=True)

    def position(self, account: AccountId, instrument: InstrumentId) -> Position:
        """The position, flat where there is none."""
        return self.positions.get((account, instrument)) or Position(account, instrument)

    def open_positions(self) -> list[Position]:
        """Positions that are not flat."""
        return [position for position in self.positions.values() if position.quantity]

    def free(self, account: AccountId, asset: str) -> Decimal | None:
        """Free balance of an asset; None while no balance of the account is known."""
        balance = self.balances.get((account, asset))
        if balance is not None:
            return balance.free
        return ZERO if any(owner == account for owner, _ in self.balances) else None

    def mark(self, instrument: InstrumentId) -> Decimal | None:
        """What a position is valued at: the middle of the touch, else the last trade; None when neither is known."""
        book = self.books.get(instrument)
        if book is not None and book.best_bid is not None and book.best_ask is not None:
            return (book.best_bid.price + book.best_ask.price) / 2
        ticker = self.tickers.get(instrument)
        return None if ticker is None else ticker.last

    def equity(self, account: AccountId, quote: str) -> Decimal | None:
        """Balances of an account in one quote currency: the quote itself and every asset with a known mark in it.

        Returns:
            None while no balance of the account is known.
        """
        found = [balance for (owner, _), balance in self.balances.items() if owner == account]
        if not found:
            return None
        marks = self._marks(account, quote)
        return sum((balance.total * marks.get(balance.asset, ZERO) for balance in found), ZERO)

    def _marks(self, account: AccountId, quote: str) -> dict[str, Decimal]:
        marks = {quote: Decimal(1)}
        for (owner, _), instrument in self.instruments.items():
            if owner != account or instrument.quote != quote:
                continue
            mark = self.mark(instrument.id)
            if mark is not None:
                marks[instrument.base] = mark
        return marks
