"""The user's orders, from the request to the end: placed, triggered, amended, cancelled, in the order it happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from connectors.matching.terms import Match
from connectors.simulator.account.ledger import State
from connectors.simulator.account.records import (
    CONDITIONAL,
    UNPRICED,
    Amendment,
    ListKind,
    PreventedMatch,
    Status,
    UserList,
    UserOrder,
    UserTrade,
)
from connectors.simulator.account.settlement import Settlement, pays
from connectors.simulator.entry.rate import RateLimits
from connectors.simulator.orders import filters, triggers
from connectors.simulator.orders.floor import TRADING, Floor
from connectors.simulator.orders.lists import Lists
from connectors.simulator.orders.rules import NewOrder
from connectors.simulator.protocol.errors import ApiError, amend_rejected, filter_failure, rejected
from connectors.simulator.specs import MAX_AMENDS, MAX_LISTS


@dataclass(frozen=True, slots=True)
class Placed:
    """A new order as it stood when it had been matched, before anything that followed from that."""

    order: UserOrder
    fills: Sequence[UserTrade] = ()
    halted: Sequence[PreventedMatch] = ()


@dataclass(frozen=True, slots=True)
class NewList:
    """Orders to be placed together; the working one first, of a pair the lower one first."""

    kind: ListKind
    client_id: str
    orders: Sequence[NewOrder]


class Trading:
    """Everything that changes orders. Each method that a request calls ends in one line of the ledger.

    Attributes:
        by_client: The latest order of each (symbol, client id).
    """

    def __init__(self, floor: Floor, settlement: Settlement, rate: RateLimits, state: State) -> None:
        self.floor = floor
        self.lists = Lists(floor, settlement, state)
        self.by_client: dict[tuple[str, str], int] = {}
        self._settlement = settlement
        self._rate = rate
        self._state = state
        self._waiting: dict[str, dict[int, UserOrder]] = {}
        self._due: list[UserOrder] = []

    def resume(self, order: UserOrder) -> None:
        """Take over an open order of an earlier session."""
        self._settlement.open[order.order_id] = order
        if order.working:
            self.floor.restore(order)
        elif order.waiting:
            self._wait(order)

    def check(self, new: Sequence[NewOrder], replaced: UserOrder | None = None) -> None:
        """Filters and the market's state; what is tested before anything happens. ``replaced`` no longer counts."""
        symbol = new[0].spec.symbol
        self.floor.require_trading(symbol)
        for one in new:
            filters.check(one, self.floor.last_price(symbol))
        filters.check_count(new, [one for one in self._open(symbol) if one is not replaced])

    def place(self, new: NewOrder, *, counted: bool = False) -> Placed:
        """A new order of the user: checked, matched, written down, told.

        ``counted`` tells that checks and order count have been dealt with.
        """
        now = self.floor.now()
        if not counted:
            self.check([new])
            self._rate.order(now)
        self._unique(new.spec.symbol, [new.client_id])
        order = self.floor.draft(new, now)
        self.floor.admit(order)
        waits = order.type in CONDITIONAL
        self._settlement.accept(order, new.spec, self.floor.need(order) if waits else self.floor.cost(order))
        self._remember(order)
        placed = self._start(order, now)
        self.conclude(order.symbol)
        return placed

    def place_list(self, new: NewList) -> tuple[UserList, list[Placed]]:
        """A list of orders: all of them or none. Answers tell the working order's fills, and pending as pending."""
        symbol, now = new.orders[0].spec.symbol, self.floor.now()
        self.check(new.orders)
        if len([one for one in self.lists.open.values() if one.symbol == symbol]) >= MAX_LISTS:
            raise filter_failure("MAX_NUM_ORDER_LISTS")
        self._rate.order(now, len(new.orders))
        self._unique(symbol, [one.client_id for one in new.orders])
        if any(one.client_id == new.client_id for one in self.lists.open.values()):
            raise rejected("Duplicate order sent.")
        orders = [self.floor.draft(one, now) for one in new.orders]
        first = orders if new.kind is ListKind.OCO else orders[:1]
        for order in first:
            self.floor.admit(order)
        spec = new.orders[0].spec
        costs = [self.floor.cost(order) if order.type not in CONDITIONAL else self.floor.need(order) for order in first]
        self._settlement.account.require(pays(first[0], spec), max(costs))
        for order in orders[len(first) :]:
            order.status, order.working_time, order.trailing_time = Status.PENDING_NEW, -1, -1
        found = UserList(0, symbol, new.client_id, new.kind, [], now)
        self.lists.begin(found, orders)
        if len(first) > 1:
            self.lists.hold_pair(first)
        else:
            self._settlement.hold(first[0], spec, costs[0])
        for order in orders:
            self._remember(order)
            self.lists.announce(order)
        placed = [self._start(order, now) if order in first else _seen(order) for order in orders]
        told = msgspec.structs.replace(found)
        self.conclude(symbol)
        return told, placed

    def cancel(self, order: UserOrder, cancel_id: str) -> UserOrder:
        """Cancel an open order, and with it the list it belongs to; what it held is free again."""
        found = self.lists.open.get(order.list_id)
        if found is not None:
            self.lists.cancel(found, cancel_id)
        else:
            self.floor.remove(order)
            self._settlement.cancel(order, self.floor.spec(order), cancel_id, self.floor.now())
        self.conclude(order.symbol)
        return order

    def cancel_list(self, found: UserList, cancel_id: str) -> list[UserOrder]:
        """Cancel all that is open of a list; returns those orders."""
        gone = self.lists.cancel(found, cancel_id)
        self.conclude(found.symbol)
        return gone

    def amend(self, order: UserOrder, quantity: Decimal, client_id: str) -> Amendment:
        """Lower an open order's quantity without losing its place (§4.6); of a pair both are lowered."""
        if self.floor.feed(order.symbol).status != TRADING:
            raise amend_rejected("Market is closed.")
        if quantity == order.quantity:
            raise amend_rejected("The requested action would change no state; rejecting")
        if quantity > order.quantity:
            raise amend_rejected("Order amend (quantity increase) is not supported.")
        found = self.lists.open.get(order.list_id)
        if found is not None and found.kind.pays and order.status is Status.PENDING_NEW:
            raise amend_rejected("Order amend (pending OPO order) is not supported.")
        self._check_amended(order, quantity)
        if client_id != order.client_id:
            self._unique(order.symbol, [client_id])
        old_id = order.client_id
        done = self._lower(order, quantity, client_id)
        if found is not None and order.order_id in found.pair:
            for number in found.pair:
                if number != order.order_id:
                    self._lower(self._settlement.open[number], quantity, self._settlement.open[number].client_id)
        if client_id != old_id:
            self.by_client.pop((order.symbol, old_id), None)
            self._remember(order)
            if found is not None:
                self.lists.updated(found)
        self.conclude(order.symbol)
        return done

    def maker_filled(self, symbol: str, match: Match, trade_id: int, now: int) -> None:
        """A resting order traded. What follows from it is settled when all of the taking order has been told."""
        order = self._settlement.open[match.maker_id]
        self.lists.leads(order)
        trade = self._settlement.fill(order, self.floor.feed(symbol).spec, match, trade_id, now, maker=True)
        self.lists.bought(order, trade)

    def traded(self, symbol: str, prices: Sequence[int], now: int) -> None:
        """Public trades: orders that wait for such a price are due; what a trail has seen must outlive the process."""
        waiting = self._waiting.get(symbol)
        if not waiting:
            return
        grid = self.floor.feed(symbol).spec.grid
        for price in map(grid.price, prices):
            for order in list(waiting.values()):
                followed = order.trail
                if not order.waiting:
                    del waiting[order.order_id]
                elif triggers.follow(order, price, now):
                    del waiting[order.order_id]
                    self._due.append(order)
                if order.trail != followed:
                    self._settlement.journal.keep(order)

    def conclude(self, symbol: str) -> None:
        """Let everything follow that follows from what just happened, then write it down and tell it, as one."""
        settlement = self._settlement
        while settlement.ended or self._due:
            if settlement.ended:
                for order in self.lists.ended(settlement.ended.pop(0)):
                    self._start(order, self.floor.now())
            else:
                self._act(self._due.pop(0))
        if not settlement.journal.empty:
            settlement.journal.commit(settlement.account.updated_ms, {symbol: self.floor.mark(symbol)})

    def _act(self, order: UserOrder) -> None:
        """A waiting order's price has come: it works now, or expires where it cannot be paid for (§1.4)."""
        if not order.waiting:
            return
        self.lists.leads(order)
        now, spec = self.floor.now(), self.floor.spec(order)
        try:
            self._settlement.work(order, spec, self.floor.cost(order), now)
        except ApiError as refused:
            self._settlement.expire(order, spec, "REJECTED", now, refused.reason)
            return
        self.floor.bring(order, now)

    def _start(self, order: UserOrder, now: int) -> Placed:
        """An accepted order goes where it belongs: to the book, or among those that wait for a price."""
        if order.type in CONDITIONAL:
            self._wait(order)
            return _seen(order)
        fills = self.floor.bring(order, now)
        for fill in fills:
            self.lists.bought(order, fill)
        return Placed(msgspec.structs.replace(order), fills, self._settlement.journal.halted(order.order_id))

    def _wait(self, order: UserOrder) -> None:
        self._waiting.setdefault(order.symbol, {})[order.order_id] = order

    def _lower(self, order: UserOrder, quantity: Decimal, client_id: str) -> Amendment:
        now, spec = self.floor.now(), self.floor.spec(order)
        if quantity <= order.filled + order.prevented:
            self.floor.remove(order)
        else:
            self.floor.shrink(order, quantity)
        done = self._settlement.amend(order, spec, quantity, client_id, now)
        if order.open and order.locked and not order.quote_quantity:
            self._settlement.hold(order, spec, min(order.locked, self.floor.need(order)))
        return done

    def _check_amended(self, order: UserOrder, quantity: Decimal) -> None:
        spec, unpriced = self.floor.spec(order), order.type in UNPRICED
        filters.check_quantity(spec, quantity, unpriced=unpriced)
        worth = order.price or order.stop_price or self.floor.last_price(order.symbol)
        filters.check_notional(quantity * worth, unpriced=unpriced)
        if sum(one.order_id == order.order_id for one in self._state.amendments) >= MAX_AMENDS:
            raise filter_failure("MAX_NUM_ORDER_AMENDS")

    def _unique(self, symbol: str, client_ids: Sequence[str]) -> None:
        """§4.4: a client id is unique among open orders."""
        taken = [self.by_client.get((symbol, one)) for one in client_ids]
        if len(set(client_ids)) < len(client_ids) or any(number in self._settlement.open for number in taken):
            raise rejected("Duplicate order sent.")

    def _remember(self, order: UserOrder) -> None:
        self.by_client[(order.symbol, order.client_id)] = order.order_id

    def _open(self, symbol: str) -> list[UserOrder]:
        return [order for order in self._settlement.open.values() if order.symbol == symbol]


def _seen(order: UserOrder) -> Placed:
    return Placed(msgspec.structs.replace(order))
