"""Order lists (§4.7): what one order's fate does to the others."""

from __future__ import annotations

from decimal import Decimal

from connectors.simulator.account.ledger import State
from connectors.simulator.account.records import CONDITIONAL, NO_LIST, UNPRICED, Status, UserList, UserOrder, UserTrade
from connectors.simulator.account.settlement import Settlement
from connectors.simulator.orders import filters, triggers
from connectors.simulator.orders.floor import Floor
from connectors.simulator.protocol.errors import ApiError
from connectors.simulator.protocol.list_shapes import list_status

_TRIGGERED = "OCO_TRIGGER"
_PHASE_ONE = "OTO_PHASE_ONE_EXPIRED"
_REFUSED = "REJECTED"


class Lists:
    """The contingencies of all lists. Nothing here commits: whoever changed an order does."""

    def __init__(self, floor: Floor, settlement: Settlement, state: State) -> None:
        self._floor = floor
        self._settlement = settlement
        self._state = state
        self.open: dict[int, UserList] = {one.list_id: one for one in state.lists.values() if not one.done}
        """Lists in which something still depends on something."""

    def begin(self, found: UserList, orders: list[UserOrder]) -> None:
        """Number a list and its orders, and announce it; its orders are announced as they are accepted."""
        found.list_id = self._settlement.journal.next_list()
        self.open[found.list_id] = found
        for order in orders:
            order.list_id = found.list_id
            self._settlement.register(order)
            self._settlement.journal.keep(order)
        found.order_ids = [order.order_id for order in orders]
        self._tell(found, "EXEC_STARTED")

    def hold_pair(self, pair: list[UserOrder]) -> None:
        """Hold what two orders need of which only one will trade: the larger need, once; -2010 when it is not there."""
        spec = self._floor.spec(pair[0])
        costs = [self._floor.need(order) for order in pair]
        larger = 0 if costs[0] >= costs[1] else 1
        if pair[1 - larger].locked:
            self._settlement.give(pair[1 - larger], pair[larger])
        self._settlement.hold(pair[larger], spec, costs[larger])

    def announce(self, order: UserOrder) -> None:
        """Tell that an order of a list was accepted: working, waiting for a price, or pending."""
        self._settlement.report(order, self._floor.spec(order), "NEW")

    def leads(self, order: UserOrder) -> None:
        """An order trades or acts: the other one of its pair is over, and what that held is this one's (§1.4)."""
        found = self.open.get(order.list_id)
        if found is None or order.order_id not in found.pair:
            return
        other = self._other(found, order)
        if other is not None:
            self._settlement.give(other, order)
            self._expire(other, _TRIGGERED)
            self._settlement.hold(order, self._floor.spec(order), min(order.locked, self._floor.need(order)))
        self._finish(found)

    def bought(self, order: UserOrder, trade: UserTrade) -> None:
        """What the working order of a paying list receives is set aside for the pending ones."""
        found = self.open.get(order.list_id)
        if found is not None and found.kind.pays and order.order_id == found.working_id:
            heir = self._state_order(found.pending_ids[0])
            self._settlement.set_aside(heir, self._floor.spec(order), trade.quantity - trade.commission)

    def ended(self, order: UserOrder) -> list[UserOrder]:
        """An order has left; returns orders that are placed because of it, paid for and announced."""
        found = self.open.get(order.list_id) if order.list_id != NO_LIST else None
        if found is None:
            return []
        if order.order_id == found.working_id:
            if order.status is Status.FILLED:
                return self._second_phase(found)
            for number in found.pending_ids:
                self._expire(self._state_order(number), _PHASE_ONE)
        else:
            other = self._other(found, order) if found.pair else None
            if other is not None:
                self._expire(other, _TRIGGERED)
        self._finish(found)
        return []

    def cancel(self, found: UserList, cancel_id: str) -> list[UserOrder]:
        """End all open orders of a list at the user's word; returns them."""
        gone = [self._settlement.open[number] for number in found.order_ids if number in self._settlement.open]
        for order in gone:
            self._floor.remove(order)
            self._settlement.cancel(order, self._floor.spec(order), cancel_id, self._floor.now())
        self._finish(found)
        return gone

    def updated(self, found: UserList) -> None:
        """An order of a list has another client id (§4.6)."""
        self._tell(found, "UPDATED")

    def _second_phase(self, found: UserList) -> list[UserOrder]:
        """The working order has filled: the pending ones are placed, or expire when they cannot be (§1.4)."""
        orders = [self._state_order(number) for number in found.pending_ids]
        try:
            self._size(found, orders)
            for order in orders:
                triggers.start(order, self._floor.last_price(order.symbol), self._floor.now())
                self._floor.admit(order)
            self._pay(orders)
        except ApiError as refused:
            for order in orders:
                self._expire(order, _REFUSED, refused.reason)
            self._finish(found)
            return []
        now = self._floor.now()
        for order in orders:
            order.status, order.update_time = Status.NEW, now
            if order.type not in CONDITIONAL:
                order.working_time = now
            self.announce(order)
        if not found.pair:
            self._finish(found)
        return orders

    def _size(self, found: UserList, orders: list[UserOrder]) -> None:
        """A paying list's pending orders sell what was bought, in whole steps; filters see it only now (§4.7)."""
        if not found.kind.pays:
            return
        spec = self._floor.spec(orders[0])
        quantity = orders[0].locked - orders[0].locked % spec.step
        for order in orders:
            order.quantity = quantity
            filters.check_quantity(spec, quantity, unpriced=order.type in UNPRICED)
            worth = order.price or order.stop_price or self._floor.last_price(order.symbol)
            filters.check_notional(quantity * worth, unpriced=order.type in UNPRICED)

    def _pay(self, orders: list[UserOrder]) -> None:
        if len(orders) > 1:
            self.hold_pair(orders)
            return
        (order,) = orders
        cost: Decimal = self._floor.need(order) if order.type in CONDITIONAL else self._floor.cost(order)
        self._settlement.hold(order, self._floor.spec(order), cost)

    def _other(self, found: UserList, order: UserOrder) -> UserOrder | None:
        """The other one of a pair, while it is open."""
        return next(
            (
                self._settlement.open[one]
                for one in found.pair
                if one != order.order_id and one in self._settlement.open
            ),
            None,
        )

    def _expire(self, order: UserOrder, reason: str, rejected: str = "NONE") -> None:
        if order.open:
            self._floor.remove(order)
            self._settlement.expire(order, self._floor.spec(order), reason, self._floor.now(), rejected)

    def _finish(self, found: UserList) -> None:
        """Nothing depends on anything any more: the list is done, even while its last order still works."""
        if not found.done:
            found.done = True
            self.open.pop(found.list_id, None)
            self._tell(found, "ALL_DONE")

    def _tell(self, found: UserList, kind: str) -> None:
        found.time = self._floor.now()
        orders = {number: self._state_order(number) for number in found.order_ids}
        self._settlement.journal.keep_list(found)
        self._settlement.journal.tell(list_status(found, orders, kind, found.time))

    def _state_order(self, number: int) -> UserOrder:
        return self._settlement.open.get(number) or self._settlement.journal.order(number) or self._state.orders[number]
