"""What people ask for in the property tests: orders, changes, lists, cancels, and the same once more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from connectors.engine import inputs
from connectors.engine.inputs import Amend, MarketNow, Place, PlaceList, Trading
from connectors.model.capabilities import Capabilities
from connectors.model.ids import OrderId
from connectors.model.order import OrderType, Side, TimeInForce
from engine.change_world import ABLE, CHANGEABLE, FULL, TWO_CALLS, change, oco, otoco
from engine.world import limit_buy, order_id
from property.model_venue import SECOND_NS
from property.wired import Wired

D = Decimal

MOST_TICKETS = 4
MOST_CHANGES = 3
MOST_LISTS = 1
FIRST_CHANGE = 1_000
MOST_EXTERNALS = 2
"""Faults are found by what happens to a few orders, not by having many."""


class Wishes(Wired):
    """The people."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Amend] = []
        self.lists: list[PlaceList] = []

    @precondition(lambda self: self.tickets < MOST_TICKETS)
    @rule(side=st.sampled_from(list(Side)), market=st.booleans())
    def place(self, side: Side, market: bool) -> None:
        self.tickets += 1
        self.feed(self._ticket(self.tickets, side, market=market))

    @precondition(lambda self: self.tickets < MOST_TICKETS)
    @rule(seconds=st.sampled_from([2, 30]))
    def place_until(self, seconds: int) -> None:
        self.tickets += 1
        expires = self.now.time_ns + seconds * SECOND_NS
        ticket = self._ticket(self.tickets, Side.BUY, market=False)
        self.feed(replace(ticket, time_in_force=TimeInForce.GTD, expire_time_ns=expires))

    @precondition(lambda self: self.tickets + 3 <= MOST_TICKETS and len(self.lists) < MOST_LISTS)
    @rule(attached=st.booleans())
    def place_a_list(self, attached: bool) -> None:
        first = self.tickets + 1
        wanted = otoco(first) if attached else oco(first)
        self.tickets += 3 if attached else 2
        self.lists.append(wanted)
        self.feed(wanted)

    @precondition(lambda self: self.lists)
    @rule(data=st.data())
    def place_the_same_list_again(self, data: st.DataObject) -> None:
        self.feed(data.draw(st.sampled_from(self.lists)))

    @precondition(lambda self: self.state.orders and len(self.changes) < MOST_CHANGES)
    @rule(
        data=st.data(),
        able=st.sampled_from([ABLE, ABLE, FULL, TWO_CALLS]),
        quantity=st.sampled_from([None, D("0.006"), D("0.002"), D("0.012")]),
        price=st.sampled_from([None, D("61800.00"), D("61810.00")]),
    )
    def change_an_order(
        self, data: st.DataObject, able: Capabilities, quantity: Decimal | None, price: Decimal | None
    ) -> None:
        order = self.state.orders[data.draw(st.sampled_from(sorted(self.state.orders)))]
        number = FIRST_CHANGE + len(self.changes)
        market = MarketNow(reference=D("61804.00"))
        wanted = change(order, number, capabilities=able, quantity=quantity, price=price, market=market)
        self.changes.append(wanted)
        self.feed(wanted)

    @precondition(lambda self: self.changes)
    @rule(data=st.data())
    def ask_for_the_same_change_again(self, data: st.DataObject) -> None:
        self.feed(data.draw(st.sampled_from(self.changes)))

    def _ticket(self, number: int, side: Side, *, market: bool) -> Place:
        common = {"instrument": CHANGEABLE, "capabilities": ABLE}
        place = limit_buy(number, side=side, market=MarketNow(reference=D("61804.00")), **common)
        return replace(place, type=OrderType.MARKET, price=None) if market else replace(place, price=D("61804.00"))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def place_the_same_ticket_again(self, data: st.DataObject) -> None:
        self.feed(self._ticket(data.draw(st.integers(1, self.tickets)), Side.BUY, market=False))

    @rule(trading=st.sampled_from([Trading.ACTIVE, Trading.ACTIVE, Trading.REDUCING, Trading.HALTED]))
    def new_orders_are_let_through_or_not(self, trading: Trading) -> None:
        self.feed(inputs.SetTrading(trading, "by you", self.now))

    @precondition(lambda self: self.state.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        wanted = data.draw(st.sampled_from(sorted(self.state.orders)))
        self.feed(inputs.Cancel(wanted, self.now))

    @precondition(lambda self: self._being_replaced())
    @rule(data=st.data())
    def cancel_what_is_being_replaced(self, data: st.DataObject) -> None:
        """Neither it nor what takes its place may be left, unless somebody is told so."""
        order = self.state.orders[data.draw(st.sampled_from(self._being_replaced()))]
        wanted = order.amending
        self.feed(inputs.Cancel(order.order_id, self.now))
        assert wanted is not None and wanted.replacement is not None
        self.unwanted |= {order.order_id, wanted.replacement}

    def _being_replaced(self) -> list[OrderId]:
        kept = (self.state.orders[order_id] for order_id in sorted(self.state.changing))
        return [order.order_id for order in kept if order.amending is not None and order.amending.replacement]

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def cancel_a_ticket(self, data: st.DataObject) -> None:
        self.feed(inputs.Cancel(order_id(data.draw(st.integers(1, self.tickets))), self.now))
