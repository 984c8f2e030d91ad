"""What orders do to the account: holding, paying, receiving, ending; written down first, then told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from connectors.matching.fees import received
from connectors.matching.terms import End, Match, Outcome
from connectors.model.order import OrderType, TimeInForce
from connectors.model.side import Side
from connectors.simulator import shapes
from connectors.simulator.accounts import Account
from connectors.simulator.ledger import Ledger
from connectors.simulator.rate import RateLimits
from connectors.simulator.records import ZERO, Entry, Mark, Status, UserOrder, UserTrade
from connectors.simulator.shapes import Report
from connectors.simulator.specs import ASSETS, SymbolSpec, amount

_EXPIRY = {TimeInForce.IOC: "UNFILLED_IOC_QUANTITY_EXPIRED", TimeInForce.FOK: "UNFILLED_FOK_ORDER_EXPIRED"}

Event = dict[str, Any]


class Settlement:
    """The user's account and open orders.

    Methods change both and gather what happened; `commit` appends it to the ledger in one line and only then tells
    the listeners.
    """

    def __init__(self, ledger: Ledger, rate: RateLimits) -> None:
        self.account = Account(ASSETS, ledger.state.balances)
        self.open: dict[int, UserOrder] = {}
        self.listeners: dict[object, Callable[[Event], None]] = {}
        self._ledger = ledger
        self._counters = ledger.state.counters
        self._rate = rate
        self._events: list[Event] = []
        self._entry = Entry()

    def accept(self, order: UserOrder, spec: SymbolSpec, cost: Decimal) -> None:
        """Hold what a new order may spend (-2010 when it is not there), number it and announce it."""
        self.account.lock(_pays(order, spec), cost)
        order.locked = cost
        self._counters.order_id += 1
        order.order_id = self._counters.order_id
        self._tell(order, spec, Report("NEW", self._execution()))

    def withdraw(self, order: UserOrder, spec: SymbolSpec) -> None:
        """Undo `accept`: matching refused the order, and nobody has been told of it."""
        self._events.clear()
        self.account.unlock(_pays(order, spec), order.locked)

    def fill(
        self, order: UserOrder, spec: SymbolSpec, match: Match, trade_id: int, now: int, *, maker: bool
    ) -> UserTrade:
        """Book one trade: pay from what is held, receive less commission (0.1 % of what is received)."""
        grid = spec.grid
        price, base, quote = grid.price(match.price), grid.quantity(match.lots), grid.quote(match.units)
        if not order.filled:
            self._rate.filled(maker=maker)
        order.filled += base
        order.cost += quote
        order.update_time = now
        gained = received(order.side, base, quote)
        commission = self.account.fees.commission(gained, maker=maker)
        if order.side is Side.BUY:
            held = base * order.price if order.price else quote
            self.account.spend(spec.quote, quote)
            self.account.unlock(spec.quote, held - quote)
            order.locked -= held
        else:
            self.account.spend(spec.base, base)
            order.locked -= base
        asset = spec.base if order.side is Side.BUY else spec.quote
        self.account.receive(asset, gained - commission)
        order.status = Status.FILLED if order.filled == order.quantity else Status.PARTIALLY_FILLED
        buyer = order.side is Side.BUY
        trade = UserTrade(
            trade_id, spec.symbol, order.order_id, price, base, quote, commission, asset, now, buyer, maker
        )
        self._entry.trades.append(trade)
        if maker and order.status is Status.FILLED:
            self._close(order, spec, Status.FILLED, now)
        self._tell(order, spec, Report("TRADE", self._execution(), trade))
        self._keep(order, spec)
        return trade

    def finish(self, order: UserOrder, spec: SymbolSpec, outcome: Outcome, now: int) -> None:
        """What became of an incoming order's rest, and of resting ones of its own user that it met."""
        for gone in outcome.prevented:
            self._prevent(self.open[gone.order_id], spec, gone.lots, order, now)
        if outcome.end is End.FILLED:
            if order.quote_quantity:
                order.quantity = order.filled
                order.status = Status.FILLED
            self._close(order, spec, Status.FILLED, now)
        elif outcome.end is End.PREVENTED:
            self._prevent(order, spec, outcome.left, order, now)
        elif outcome.end is End.EXPIRED:
            market = order.type is OrderType.MARKET
            order.expiry_reason = "INSUFFICIENT_LIQUIDITY" if market else _EXPIRY[order.time_in_force]
            self._close(order, spec, Status.EXPIRED, now)
            self._tell(order, spec, Report("EXPIRED", self._execution()))
        else:
            self.open[order.order_id] = order
        self._keep(order, spec)

    def cancel(self, order: UserOrder, spec: SymbolSpec, cancel_id: str, now: int) -> None:
        """End an open order at the user's word."""
        self._close(order, spec, Status.CANCELED, now)
        self._tell(order, spec, Report("CANCELED", self._execution(), cancel_id=cancel_id))
        self._keep(order, spec)

    def commit(self, symbol: str, mark: Mark) -> None:
        """Write down what happened, then tell it: never the other way round."""
        entry, self._entry = self._entry, Entry()
        entry.counters = self._counters
        entry.account_time = self.account.updated_ms
        entry.marks[symbol] = mark
        self._ledger.append(entry)
        events, self._events = self._events, []
        for event in events:
            for listener in list(self.listeners.values()):
                listener(event)

    def _prevent(self, order: UserOrder, spec: SymbolSpec, lots: int, taker: UserOrder, now: int) -> None:
        """Self-trade prevention ends an order (§1.4: TRADE_PREVENTION, EXPIRED_IN_MATCH)."""
        self._counters.prevented_match_id += 1
        base = spec.grid.quantity(lots)
        order.prevented += base
        order.prevented_match = self._counters.prevented_match_id
        self._close(order, spec, Status.EXPIRED_IN_MATCH, now)
        met, last = taker.order_id, amount(base)
        report = Report("TRADE_PREVENTION", self._execution(), prevented_with=met, last_prevented=last)
        self._tell(order, spec, report)
        self._keep(order, spec)

    def _close(self, order: UserOrder, spec: SymbolSpec, status: Status, now: int) -> None:
        """An order leaves the book: whatever it still held is free."""
        order.status = status
        order.update_time = now
        if order.locked:
            self.account.unlock(_pays(order, spec), order.locked)
            order.locked = ZERO
        self.open.pop(order.order_id, None)

    def _execution(self) -> int:
        self._counters.execution_id += 1
        return self._counters.execution_id

    def _tell(self, order: UserOrder, spec: SymbolSpec, report: Report) -> None:
        """Queue an executionReport and the balances as they are right after it (§1.4)."""
        now = order.update_time
        self.account.updated_ms = now
        touched = {asset: self.account.holdings[asset] for asset in (spec.base, spec.quote)}
        self._events.append(shapes.execution_report(order, report, now))
        self._events.append(shapes.account_position(touched, now, now))

    def _keep(self, order: UserOrder, spec: SymbolSpec) -> None:
        if order not in self._entry.orders:
            self._entry.orders.append(order)
        for asset in (spec.base, spec.quote):
            self._entry.balances[asset] = self.account.holdings[asset]


def _pays(order: UserOrder, spec: SymbolSpec) -> str:
    """The asset an order spends."""
    return spec.quote if order.side is Side.BUY else spec.base
