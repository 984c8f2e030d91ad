"""What orders do to the account: holding, paying, receiving, ending. Nothing here knows a market or another order."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from connectors.matching.fees import received
from connectors.matching.terms import End, Match, Outcome, Prevented
from connectors.model.order import TimeInForce
from connectors.model.side import Side
from connectors.simulator.account.balances import Account
from connectors.simulator.account.journal import Event, Journal
from connectors.simulator.account.ledger import Ledger
from connectors.simulator.account.records import UNPRICED, ZERO, Amendment, PreventedMatch, Status, UserOrder, UserTrade
from connectors.simulator.entry.rate import RateLimits
from connectors.simulator.protocol import shapes
from connectors.simulator.protocol.shapes import Halted, Report
from connectors.simulator.specs import ASSETS, SymbolSpec

_EXPIRY = {TimeInForce.IOC: "UNFILLED_IOC_QUANTITY_EXPIRED", TimeInForce.FOK: "UNFILLED_FOK_ORDER_EXPIRED"}


class Settlement:
    """The user's account and open orders.

    Attributes:
        open: Orders that may still trade, by id.
        journal: Where changes and events go; nothing is told before its `Journal.commit`.
        ended: Orders that have left since somebody last looked here: others may depend on them.
    """

    def __init__(self, ledger: Ledger, rate: RateLimits) -> None:
        self.account = Account(ASSETS, ledger.state.balances)
        self.open: dict[int, UserOrder] = {}
        self.ended: list[UserOrder] = []
        self.journal = Journal(ledger)
        self.listeners: dict[object, Callable[[Event], None]] = self.journal.listeners
        self._rate = rate

    def accept(self, order: UserOrder, spec: SymbolSpec, cost: Decimal) -> None:
        """Hold what a new order may spend (-2010 when it is not there), number it and announce it."""
        self.account.lock(pays(order, spec), cost)
        order.locked = cost
        self.register(order)
        self.report(order, spec, "NEW")

    def register(self, order: UserOrder) -> None:
        """Number a new order."""
        order.order_id = self.journal.next_order()
        self.open[order.order_id] = order

    def work(self, order: UserOrder, spec: SymbolSpec, cost: Decimal, now: int) -> None:
        """An order that waited goes to the book: what it holds becomes ``cost``, and it is announced again."""
        self.hold(order, spec, cost)
        order.status = Status.NEW
        order.working_time = order.update_time = now
        self.report(order, spec, "NEW")

    def hold(self, order: UserOrder, spec: SymbolSpec, cost: Decimal) -> None:
        """Let an order hold exactly this much; -2010 when that is more than there is."""
        if cost > order.locked:
            self.account.lock(pays(order, spec), cost - order.locked)
        else:
            self.account.unlock(pays(order, spec), order.locked - cost)
        order.locked = cost
        self._keep(order, spec)

    def give(self, holder: UserOrder, heir: UserOrder) -> None:
        """What one order of a pair holds, the other holds from now on."""
        heir.locked, holder.locked = heir.locked + holder.locked, ZERO
        self.journal.keep(holder)
        self.journal.keep(heir)

    def set_aside(self, order: UserOrder, spec: SymbolSpec, amount: Decimal) -> None:
        """Hold for a pending order what the working one of its list has just bought (§4.7, OPO)."""
        self.account.lock(pays(order, spec), amount)
        order.locked += amount
        self._keep(order, spec)

    def book(
        self, order: UserOrder, spec: SymbolSpec, outcome: Outcome, trade_ids: list[int], now: int
    ) -> list[UserTrade]:
        """What matching made of an incoming order, in the order it happened; returns its fills."""
        fills: list[UserTrade] = []
        halted = list(outcome.prevented)
        if order.quote_quantity and outcome.end is End.FILLED:
            # Only now its quantity is known, and the last of its fills must say that it was the last.
            order.quantity = spec.grid.quantity(outcome.filled + sum(one.taker_lots for one in halted))
        for number, (match, trade_id) in enumerate(zip(outcome.matches, trade_ids, strict=True)):
            while halted and halted[0].after == number:
                self._prevent(order, spec, halted.pop(0), now, last=False)
            fills.append(self.fill(order, spec, match, trade_id, now, maker=False))
        for one in halted:
            self._prevent(order, spec, one, now, last=outcome.end is End.PREVENTED and one is halted[-1])
        self._finish(order, spec, outcome, now)
        return fills

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
        buyer = order.side is Side.BUY
        asset = spec.base if buyer else spec.quote
        self.account.receive(asset, gained - commission)
        order.status = Status.PARTIALLY_FILLED if order.left else Status.FILLED
        trade = UserTrade(
            trade_id, spec.symbol, order.order_id, price, base, quote, commission, asset, now, buyer, maker
        )
        self.journal.traded(trade)
        if maker and order.status is Status.FILLED:
            self._close(order, spec, Status.FILLED, now)
        self.report(order, spec, "TRADE", trade=trade)
        return trade

    def cancel(self, order: UserOrder, spec: SymbolSpec, cancel_id: str, now: int) -> None:
        """End an open order at the user's word."""
        self._close(order, spec, Status.CANCELED, now)
        self.report(order, spec, "CANCELED", spoken_id=cancel_id, own_id=order.client_id)

    def expire(self, order: UserOrder, spec: SymbolSpec, reason: str, now: int, rejected: str = "NONE") -> None:
        """End an open order by the exchange's own rules (§1.4: ``eR``, and ``r`` where it was refused)."""
        order.expiry_reason, order.reject_reason = reason, rejected
        self._close(order, spec, Status.EXPIRED, now)
        self.report(order, spec, "EXPIRED")

    def amend(self, order: UserOrder, spec: SymbolSpec, quantity: Decimal, client_id: str, now: int) -> Amendment:
        """Lower an order's quantity (§4.6); one that has nothing left then ends."""
        old_id, old_quantity = order.client_id, order.quantity
        order.client_id, order.quantity, order.update_time = client_id, quantity, now
        if order.left <= 0:
            self._close(order, spec, Status.EXPIRED, now)
        execution = self.report(order, spec, "REPLACED", own_id=old_id)
        done = Amendment(spec.symbol, order.order_id, execution, old_id, client_id, old_quantity, quantity, now)
        self.journal.amended(done)
        return done

    def report(
        self,
        order: UserOrder,
        spec: SymbolSpec,
        execution: str,
        *,
        trade: UserTrade | None = None,
        spoken_id: str | None = None,
        own_id: str = "",
        halted: Halted | None = None,
    ) -> int:
        """Queue an executionReport and the balances as they are right after it (§1.4); returns its execution id."""
        now = order.update_time
        self.account.updated_ms = now
        number = self.journal.next_execution()
        report = Report(execution, number, trade, spoken_id, own_id, halted)
        touched = {asset: self.account.holdings[asset] for asset in (spec.base, spec.quote)}
        self.journal.tell(shapes.execution_report(order, report, now))
        self.journal.tell(shapes.account_position(touched, now, now))
        self._keep(order, spec)
        return number

    def _finish(self, order: UserOrder, spec: SymbolSpec, outcome: Outcome, now: int) -> None:
        """What became of an incoming order's rest."""
        if outcome.end is End.FILLED:
            self._close(order, spec, Status.FILLED, now)
            self._keep(order, spec)
        elif outcome.end is End.EXPIRED:
            thin = order.type in UNPRICED
            self.expire(order, spec, "INSUFFICIENT_LIQUIDITY" if thin else _EXPIRY[order.time_in_force], now)

    def _prevent(self, taker: UserOrder, spec: SymbolSpec, gone: Prevented, now: int, *, last: bool) -> None:
        """A trade of the user with himself that did not happen (§1.4: TRADE_PREVENTION, EXPIRED_IN_MATCH).

        ``last`` tells that the taker has nothing left after it: of an order sized in quote only matching knows.
        """
        grid, maker = spec.grid, self.open[gone.order_id]
        lost, taken = grid.quantity(gone.lots), grid.quantity(gone.taker_lots)
        price, number = grid.price(gone.price), self.journal.next_prevented()
        common = min(one for one in (maker.left, taker.left, lost, taken) if one > 0)
        record = PreventedMatch(
            number,
            spec.symbol,
            taker.order_id,
            maker.order_id,
            taker.prevention,
            price,
            taken or None,
            lost or None,
            now,
        )
        self.journal.prevented(record)
        for order, quantity, counter in ((maker, lost, taker), (taker, taken, maker)):
            if quantity:
                order.prevented_match = number
                self._shrink(order, spec, quantity, now, last=last and order is taker)
                self.report(order, spec, "TRADE_PREVENTION", halted=Halted(counter.order_id, quantity, common, price))

    def _shrink(self, order: UserOrder, spec: SymbolSpec, quantity: Decimal, now: int, *, last: bool) -> None:
        """Prevention takes part of an order, or all that is left of it."""
        order.prevented += quantity
        order.update_time = now
        if order.quote_quantity:
            if last:
                order.quantity = order.filled + order.prevented
                self._close(order, spec, Status.EXPIRED_IN_MATCH, now)
        elif not order.left:
            self._close(order, spec, Status.EXPIRED_IN_MATCH, now)
        elif order.side is Side.SELL:
            self.hold(order, spec, order.locked - quantity)
        elif order.price:
            self.hold(order, spec, order.locked - quantity * order.price)

    def _close(self, order: UserOrder, spec: SymbolSpec, status: Status, now: int) -> None:
        """An order leaves: whatever it still held is free."""
        order.status = status
        order.update_time = now
        if order.locked:
            self.account.unlock(pays(order, spec), order.locked)
            order.locked = ZERO
        if self.open.pop(order.order_id, None) is not None:
            self.ended.append(order)

    def _keep(self, order: UserOrder, spec: SymbolSpec) -> None:
        self.journal.keep(order)
        for asset in (spec.base, spec.quote):
            self.journal.keep_balance(asset, self.account.holdings[asset])


def pays(order: UserOrder, spec: SymbolSpec) -> str:
    """The asset an order spends."""
    return spec.quote if order.side is Side.BUY else spec.base
