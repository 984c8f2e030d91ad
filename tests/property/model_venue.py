"""A small venue in virtual time: what an exchange does with orders, and nothing of how it is reached.

The one permitted double of this house (DESIGN §8). It is as forgetful as Binance: the client id of a finished order
is free again, so a create sent twice *is* two orders. It refuses requests older than its window, which is what makes
"not found" conclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from connectors.errors import DuplicateOrder, OrderNotFound, Rejected
from connectors.model.balance import Balance
from connectors.model.change import AmendRequest, CancelOutcome, CreateOutcome, ReplaceReport, ReplaceRequest
from connectors.model.fill import Fee, Fill
from connectors.model.ids import (
    AccountId,
    ClientListId,
    ClientOrderId,
    TradeId,
    VenueListId,
    VenueOrderId,
)
from connectors.model.order import OrderReport, OrderRequest, OrderStatus, OrderType, ReportSource, Side
from connectors.model.order_list import OrderListReport, OrderListRequest
from property.venue_orders import VenueList, VenueOrder, list_report

SECOND_NS = 1_000_000_000
WINDOW_NS = 5 * SECOND_NS
"""A request that arrives later than this after it was signed is refused."""


class ModelVenue:
    """Orders, fills and balances of one account. Each change returns what the account stream says of it."""

    def __init__(
        self, account: AccountId, balances: dict[str, Decimal], base: str = "BTC", quote: str = "USDT"
    ) -> None:
        self.account = account
        self.orders: list[VenueOrder] = []
        self.trades: list[Fill] = []
        self.lists: list[VenueList] = []
        self.only_lowers = False
        """Changes in place make orders smaller and nothing else, as at Binance spot."""
        self.refuses_creates = 0
        """So many creates that come as halves of replaces are refused."""
        self.totals = dict(balances)
        self.base, self.quote = base, quote
        self.now_ns = 0

    def place(self, request: OrderRequest, signed_ns: int) -> list[OrderReport]:
        """Take a create that was signed at ``signed_ns``; a market order fills at once, at its price or 100."""
        if self.now_ns - signed_ns > WINDOW_NS:
            raise Rejected("The request came too late for its window.", code="-1021")
        if any(order.is_open and order.request.client_order_id == request.client_order_id for order in self.orders):
            raise DuplicateOrder("Duplicate order sent.", code="-2010")
        order = self._keep(request)
        events = [self.report(order)]
        if request.type is OrderType.MARKET:
            events.append(self.trade(order, order.remaining))
        return events

    def _keep(self, request: OrderRequest, *, waits: bool = False) -> VenueOrder:
        status = OrderStatus.PENDING_TRIGGER if waits or request.trigger_price is not None else OrderStatus.OPEN
        order = VenueOrder(request, VenueOrderId(str(len(self.orders) + 1)), status, self.now_ns)
        self.orders.append(order)
        return order

    def amend(self, request: AmendRequest, signed_ns: int) -> list[OrderReport]:
        """Change an open order in its place; it may be given another client id. Of a pair both are lowered."""
        order = self._named(request.client_order_id, request.venue_order_id, signed_ns)
        quantity = request.quantity or order.request.quantity
        price = request.price or order.request.price
        now = order.request.quantity
        if self.only_lowers and (now is None or quantity is None or quantity > now or price != order.request.price):
            raise Rejected("Order amend (quantity increase) is not supported.", code="-2038")
        if quantity is None or quantity <= order.filled + order.prevented:
            raise Rejected("Order amend is not supported.", code="-2038")
        if (quantity, price) == (order.request.quantity, order.request.price):
            raise Rejected("The requested action would change no state; rejecting.", code="-2038")
        before = order.request.client_order_id
        after = request.new_client_order_id or before
        order.request = replace(order.request, quantity=quantity, price=price, client_order_id=after)
        order.time_ns = self.now_ns
        answer = replace(self.report(order), replaced_client_order_id=before if after != before else None)
        legs = order.listed.legs if order.listed is not None and order in order.listed.legs else []
        others = [other for other in legs if other is not order and other.is_open]
        for other in others:
            other.request = replace(other.request, quantity=quantity)
            other.time_ns = self.now_ns
        return [answer, *(self.report(other) for other in others)]

    def replace(self, request: ReplaceRequest, signed_ns: int) -> tuple[ReplaceReport, list[OrderReport]]:
        """Cancel one and create another; a failed cancel stops it. Both outcomes, and what the stream says."""
        try:
            old = self._named(request.client_order_id, request.venue_order_id, signed_ns)
        except OrderNotFound as problem:
            failed = ReplaceReport(
                CancelOutcome.FAILED,
                CreateOutcome.NOT_ATTEMPTED,
                cancel_reason=str(problem),
                create_reason="Not tried.",
            )
            return failed, []
        events = self.end(old, OrderStatus.CANCELED)
        gone = events[0]
        if self.refuses_creates:
            self.refuses_creates -= 1
            refused = ReplaceReport(CancelOutcome.DONE, CreateOutcome.REFUSED, gone, create_reason="Too poor.")
            return refused, events
        try:
            events += self.place(request.order, signed_ns)
        except DuplicateOrder as problem:
            return ReplaceReport(CancelOutcome.DONE, CreateOutcome.REFUSED, gone, create_reason=str(problem)), events
        made = self.acknowledged(self.orders[-1])
        return ReplaceReport(CancelOutcome.DONE, CreateOutcome.ACCEPTED, gone, made), events

    def place_list(self, request: OrderListRequest, signed_ns: int) -> tuple[OrderListReport, list[OrderReport]]:
        """Take a whole list, or refuse all of it."""
        if self.now_ns - signed_ns > WINDOW_NS:
            raise Rejected("The request came too late for its window.", code="-1021")
        taken = {order.request.client_order_id for order in self.orders if order.is_open}
        if taken & {one.client_order_id for one in request.orders}:
            raise DuplicateOrder("Duplicate order sent.", code="-2010")
        made = VenueList(request, VenueListId(str(len(self.lists) + 1)))
        self.lists.append(made)
        if request.entry is not None:
            made.entry = self._keep(request.entry)
        exits = (request.exit, request.take_profit, request.stop_loss)
        made.legs = [self._keep(one, waits=made.entry is not None) for one in exits if one is not None]
        for order in made.orders:
            order.listed = made
        events = [self.report(order) for order in made.orders]
        return list_report(made, self.now_ns, tuple(replace(one, source=ReportSource.ACK) for one in events)), events

    def find_list(self, list_id: ClientListId) -> OrderListReport:
        """Look a list up by its client id."""
        for made in reversed(self.lists):
            if made.request.client_list_id == list_id:
                return list_report(made, self.now_ns)
        raise OrderNotFound("Order list does not exist.", code="-2018")

    def trigger(self, order: VenueOrder) -> list[OrderReport]:
        """The price came to a stop: it works, and another leg of its list is over."""
        order.status, order.time_ns = OrderStatus.OPEN, self.now_ns
        return [self.report(order), *self._other_leg_ends(order)]

    def prevent(self, order: VenueOrder, quantity: Decimal) -> list[OrderReport]:
        """Self-trade prevention takes some of an open order off."""
        order.prevented += quantity
        order.time_ns = self.now_ns
        if order.remaining == 0:
            return self.end(order, OrderStatus.EXPIRED, alone=True)
        return [self.report(order)]

    def _other_leg_ends(self, order: VenueOrder) -> list[OrderReport]:
        legs = order.listed.legs if order.listed is not None and order in order.listed.legs else []
        return [self._ended(other, OrderStatus.EXPIRED) for other in legs if other is not order and other.is_open]

    def _exits_wake(self, order: VenueOrder) -> list[OrderReport]:
        """The entry is filled whole: what has no trigger goes to the book."""
        made = order.listed
        if made is None or made.entry is not order:
            return []
        woken = [leg for leg in made.legs if leg.is_open and leg.request.trigger_price is None]
        for leg in woken:
            leg.status, leg.time_ns = OrderStatus.OPEN, self.now_ns
        return [self.report(leg) for leg in woken]

    def _named(self, client_id: ClientOrderId | None, venue_id: VenueOrderId | None, signed_ns: int) -> VenueOrder:
        if self.now_ns - signed_ns > WINDOW_NS:
            raise Rejected("The request came too late for its window.", code="-1021")
        for order in self.orders:
            if order.is_open and (
                order.venue_id == venue_id or (venue_id is None and order.request.client_order_id == client_id)
            ):
                return order
        raise OrderNotFound("Unknown order sent.", code="-2011")

    def trades_in(self, order: VenueOrder, quantity: Decimal) -> list[OrderReport]:
        """Fill some of an order, and what that does to others of its list."""
        events = [self.trade(order, quantity), *self._other_leg_ends(order)]
        return [*events, *self._exits_wake(order)] if order.status is OrderStatus.FILLED else events

    def trade(self, order: VenueOrder, quantity: Decimal) -> OrderReport:
        """Fill some of an open order, for a fee in the asset that is received."""
        price = order.request.price or Decimal(100)
        buy = order.request.side is Side.BUY
        fee = Fee(self.base if buy else self.quote, (quantity if buy else quantity * price) / 1000)
        fill = Fill(
            instrument=order.request.instrument,
            trade_id=TradeId(str(len(self.trades) + 1)),
            venue_order_id=order.venue_id,
            side=order.request.side,
            price=price,
            quantity=quantity,
            quote_quantity=price * quantity,
            fee=fee,
            time_ns=self.now_ns,
            client_order_id=order.request.client_order_id,
        )
        self.trades.append(fill)
        order.fills.append(fill)
        order.filled += quantity
        order.cost += price * quantity
        order.status = OrderStatus.PARTIALLY_FILLED if order.remaining else OrderStatus.FILLED
        order.time_ns = self.now_ns
        sign = order.request.side.sign
        self.totals[self.base] += sign * quantity
        self.totals[self.quote] -= sign * price * quantity
        self.totals[fee.asset] -= fee.amount
        return replace(self.report(order), fill=fill)

    def _ended(self, order: VenueOrder, status: OrderStatus) -> OrderReport:
        order.status, order.time_ns = status, self.now_ns
        return self.report(order)

    def end(self, order: VenueOrder, status: OrderStatus, *, alone: bool = False) -> list[OrderReport]:
        """Cancel or expire an open order; it takes its whole list along."""
        made = None if alone else order.listed
        others = [other for other in made.orders if other is not order and other.is_open] if made is not None else []
        return [self._ended(order, status), *(self._ended(other, status) for other in others)]

    def cancel(self, client_id: ClientOrderId | None, venue_id: VenueOrderId | None) -> list[OrderReport]:
        """Take a cancel: of the order first, then of what hangs together with it."""
        for order in self.orders:
            if order.is_open and (
                order.venue_id == venue_id or (venue_id is None and order.request.client_order_id == client_id)
            ):
                return self.end(order, OrderStatus.CANCELED)
        raise OrderNotFound("Unknown order sent.", code="-2011")

    def find(self, client_id: ClientOrderId | None, venue_id: VenueOrderId | None) -> OrderReport:
        """Look one order up, finished ones included."""
        for order in reversed(self.orders):
            if order.venue_id == venue_id or (venue_id is None and order.request.client_order_id == client_id):
                return self.report(order, ReportSource.LOOKUP)
        raise OrderNotFound("Order does not exist.", code="-2013")

    def open_orders(self) -> list[OrderReport]:
        """Orders that are open."""
        return [self.report(order, ReportSource.OPEN_ORDERS) for order in self.orders if order.is_open]

    def history(self) -> list[OrderReport]:
        """Every order there ever was."""
        return [self.report(order, ReportSource.HISTORY) for order in self.orders]

    def fills(self, after: TradeId | None, venue_id: VenueOrderId | None = None) -> Sequence[Fill]:
        """Fills after a trade id, or those of one order."""
        first = 0 if after is None else int(after)
        return [
            # A list of trades does not say the client id (Binance: myTrades); only the stream does.
            replace(fill, client_order_id=None)
            for fill in self.trades[first:]
            if venue_id is None or fill.venue_order_id == venue_id
        ]

    def balances(self) -> tuple[Balance, ...]:
        """What there is, nothing of it locked: this venue does not care."""
        return tuple(
            Balance(self.account, asset, total, Decimal(0), self.now_ns)
            for asset, total in self.totals.items()
            if total
        )

    def report(self, order: VenueOrder, source: ReportSource = ReportSource.STREAM) -> OrderReport:
        """The venue's word on an order as it is."""
        request = order.request
        return OrderReport(
            instrument=request.instrument,
            venue_order_id=order.venue_id,
            client_order_id=request.client_order_id,
            status=order.status,
            source=source,
            filled=order.filled,
            cost=order.cost,
            time_ns=order.time_ns,
            side=request.side,
            type=request.type,
            quantity=request.quantity,
            price=request.price,
            trigger_price=request.trigger_price,
            time_in_force=request.time_in_force,
            venue_list_id=order.listed.venue_id if order.listed is not None else None,
            prevented=order.prevented,
        )

    def acknowledged(self, order: VenueOrder) -> OrderReport:
        """The full answer to a create: with the fills it caused."""
        return replace(self.report(order, ReportSource.ACK), fills=tuple(order.fills))

    def of(self, client_id: ClientOrderId) -> list[VenueOrder]:
        """Every order that carries a client id."""
        return [order for order in self.orders if order.request.client_order_id == client_id]
