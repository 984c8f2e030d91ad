"""A small venue in virtual time: what an exchange does with orders, and nothing of how it is reached.

The one permitted double of this house (DESIGN §8). It is as forgetful as Binance: the client id of a finished order
is free again, so a create sent twice *is* two orders. It refuses requests older than its window, which is what makes
"not found" conclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from connectors.errors import DuplicateOrder, OrderNotFound, Rejected
from connectors.model.balance import Balance
from connectors.model.fill import Fee, Fill
from connectors.model.ids import AccountId, ClientOrderId, InstrumentId, TradeId, VenueOrderId
from connectors.model.order import OrderReport, OrderRequest, OrderStatus, OrderType, ReportSource, Side

SECOND_NS = 1_000_000_000
WINDOW_NS = 5 * SECOND_NS
"""A request that arrives later than this after it was signed is refused."""

_OPEN = frozenset({OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED})


@dataclass
class VenueOrder:
    """An order as the venue keeps it, for ever."""

    request: OrderRequest
    venue_id: VenueOrderId
    status: OrderStatus
    time_ns: int
    filled: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    fills: list[Fill] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.status in _OPEN

    @property
    def remaining(self) -> Decimal:
        return (self.request.quantity or Decimal(0)) - self.filled


class ModelVenue:
    """Orders, fills and balances of one account. Each change returns what the account stream says of it."""

    def __init__(
        self, account: AccountId, balances: dict[str, Decimal], base: str = "BTC", quote: str = "USDT"
    ) -> None:
        self.account = account
        self.orders: list[VenueOrder] = []
        self.trades: list[Fill] = []
        self.totals = dict(balances)
        self.base, self.quote = base, quote
        self.now_ns = 0

    def place(self, request: OrderRequest, signed_ns: int) -> list[OrderReport]:
        """Take a create that was signed at ``signed_ns``; a market order fills at once, at its price or 100."""
        if self.now_ns - signed_ns > WINDOW_NS:
            raise Rejected("The request came too late for its window.", code="-1021")
        if any(order.is_open and order.request.client_order_id == request.client_order_id for order in self.orders):
            raise DuplicateOrder("Duplicate order sent.", code="-2010")
        order = VenueOrder(request, VenueOrderId(str(len(self.orders) + 1)), OrderStatus.OPEN, self.now_ns)
        self.orders.append(order)
        events = [self.report(order)]
        if request.type is OrderType.MARKET:
            events.append(self.trade(order, order.remaining))
        return events

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

    def end(self, order: VenueOrder, status: OrderStatus) -> OrderReport:
        """Cancel or expire an open order."""
        order.status, order.time_ns = status, self.now_ns
        return self.report(order)

    def cancel(self, client_id: ClientOrderId | None, venue_id: VenueOrderId | None) -> OrderReport:
        """Take a cancel."""
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
            time_in_force=request.time_in_force,
        )

    def acknowledged(self, order: VenueOrder) -> OrderReport:
        """The full answer to a create: with the fills it caused."""
        return replace(self.report(order, ReportSource.ACK), fills=tuple(order.fills))

    def of(self, client_id: ClientOrderId) -> list[VenueOrder]:
        """Every order that carries a client id."""
        return [order for order in self.orders if order.request.client_order_id == client_id]

    def instrument(self) -> InstrumentId | None:
        """The one instrument this model has seen."""
        return self.orders[0].request.instrument if self.orders else None
