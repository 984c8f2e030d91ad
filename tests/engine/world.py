"""A desk's engine in a test: one account, one instrument, virtual time, and the effects of each step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid5

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.engine.inputs import MarketNow, Moment, Place, Trading
from connectors.engine.reducer import step
from connectors.engine.state import State
from connectors.model.balance import Balance
from connectors.model.book import BookLevel, BookState
from connectors.model.capabilities import Capabilities, Support
from connectors.model.fill import Fee, Fill
from connectors.model.ids import (
    AccountId,
    ClientOrderId,
    Epoch,
    InstrumentId,
    Mode,
    OrderId,
    Product,
    TradeId,
    VenueOrderId,
)
from connectors.model.instrument import Economic, Filters, Instrument
from connectors.model.order import Order, OrderReport, OrderStatus, OrderType, ReportSource, Side, TimeInForce

D = Decimal
SECOND = 1_000_000_000
ACCOUNT = AccountId(UUID(int=1))
EPOCH = Epoch("life-1")
BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
CONCLUSIVE_MS = 15_000

INSTRUMENT = Instrument(
    id=BTC,
    economic=Economic("BTC", "USDT", "USDT"),
    filters=Filters(
        tick_size=D("0.01"),
        step_size=D("0.00001"),
        min_price=D("0.01"),
        max_price=D("1000000"),
        min_quantity=D("0.00001"),
        max_quantity=D("9000"),
        market_max_quantity=D("100"),
        min_notional=D("5"),
        max_notional=D("9000000"),
        bid_multiplier_up=D("5"),
        bid_multiplier_down=D("0.2"),
        ask_multiplier_up=D("5"),
        ask_multiplier_down=D("0.2"),
    ),
    order_types=frozenset({OrderType.LIMIT, OrderType.MARKET, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT}),
    times_in_force=frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK}),
    quote_sized_market=True,
)

CAPABILITIES = Capabilities(
    venue="binance",
    products=frozenset({Product.SPOT}),
    modes=frozenset({Mode.SIM}),
    order_types=dict.fromkeys(
        (OrderType.LIMIT, OrderType.MARKET, OrderType.LIMIT_MAKER, OrderType.STOP_LOSS_LIMIT), Support.NATIVE
    ),
    times_in_force=dict.fromkeys((TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK), Support.NATIVE),
    quote_sized_market_buy=True,
    conclusive_after_ms=CONCLUSIVE_MS,
)

MARKET = MarketNow(
    BookState.LIVE, BookLevel(D("61804.00"), D(1)), BookLevel(D("61804.01"), D(1)), reference=D("61804.00")
)

E = TypeVar("E")


def order_id(number: int) -> OrderId:
    return OrderId(uuid5(UUID(int=7), str(number)))


def limit_buy(number: int = 1, **changes: object) -> Place:
    """A legal limit order that rests."""
    place = Place(
        order_id=order_id(number),
        account=ACCOUNT,
        instrument=INSTRUMENT,
        capabilities=CAPABILITIES,
        market=MARKET,
        side=Side.BUY,
        type=OrderType.LIMIT,
        at=Moment(0, 0),
        quantity=D("0.01"),
        price=D("61800.00"),
    )
    return replace(place, **changes)  # type: ignore[arg-type]


def fill(
    number: int,
    quantity: str,
    *,
    price: str = "61800.00",
    side: Side = Side.BUY,
    venue_id: str = "v1",
    fee: Fee | None = None,
    time_ns: int = SECOND,
) -> Fill:
    return Fill(
        instrument=BTC,
        trade_id=TradeId(str(number)),
        venue_order_id=VenueOrderId(venue_id),
        side=side,
        price=D(price),
        quantity=D(quantity),
        quote_quantity=D(price) * D(quantity),
        fee=fee,
        time_ns=time_ns,
    )


def report(
    order: Order | None,
    status: OrderStatus,
    *,
    filled: str = "0",
    venue_id: str | None = "v1",
    source: ReportSource = ReportSource.STREAM,
    fills: tuple[Fill, ...] = (),
    client_id: str | None = None,
    **changes: object,
) -> OrderReport:
    said = OrderReport(
        instrument=BTC,
        venue_order_id=None if venue_id is None else VenueOrderId(venue_id),
        client_order_id=order.client_order_id if order is not None else ClientOrderId(client_id or "someone-else"),
        status=status,
        source=source,
        filled=D(filled),
        cost=D(filled) * D("61800.00"),
        time_ns=SECOND,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=D("0.01"),
        price=D("61800.00"),
        fills=fills,
    )
    return replace(said, **changes)  # type: ignore[arg-type]


class Desk:
    """The engine with a clock that tests move, keeping what every step wanted done."""

    def __init__(self, *, limits: Limits | None = None, usdt: str = "100000", btc: str = "1") -> None:
        self.state = State(limits=limits or Limits(orders_per_second=1000, open_orders=1000))
        self.mono_ns = SECOND
        self.done: tuple[fx.Effect, ...] = ()
        self.happen(
            inputs.Started((), (), (), Trading.ACTIVE, 1, self.now),
            inputs.AssetsKnown({BTC: ("BTC", "USDT")}, self.now),
            self.opened(EPOCH),
            inputs.AccountUp(ACCOUNT, self.now),
            inputs.Snapshot(ACCOUNT, (), (), self.money(usdt, btc), self.mono_ns, self.now),
        )

    @property
    def now(self) -> Moment:
        return Moment(1_900_000_000 * SECOND + self.mono_ns, self.mono_ns)

    def opened(self, epoch: Epoch, previous: Epoch | None = None) -> inputs.AccountOpened:
        return inputs.AccountOpened(ACCOUNT, "demo", epoch, previous, CONCLUSIVE_MS, self.now)

    def money(self, usdt: str, btc: str) -> tuple[Balance, ...]:
        at = self.now.time_ns
        return (Balance(ACCOUNT, "USDT", D(usdt), D(0), at), Balance(ACCOUNT, "BTC", D(btc), D(0), at))

    def wait(self, seconds: int) -> None:
        self.mono_ns += seconds * SECOND

    def happen(self, *happened: inputs.Input) -> tuple[fx.Effect, ...]:
        """Feed inputs; their moments are set to now. Returns and keeps the effects of all of them."""
        done: list[fx.Effect] = []
        for one in happened:
            self.state, effects = step(self.state, replace(one, at=self.now))
            done.extend(effects)
        self.done = tuple(done)
        return self.done

    def wanted(self, kind: type[E]) -> list[E]:
        """Effects of one kind that the newest `happen` wanted."""
        return [effect for effect in self.done if isinstance(effect, kind)]

    def place(self, place: Place | None = None) -> Order:
        """Place an order and let its intent be committed."""
        place = place or limit_buy()
        self.happen(place)
        (commit,) = self.wanted(fx.Commit)
        assert commit.token is not None
        self.happen(inputs.Committed(commit.token, self.now))
        return self.order(place.order_id)

    def open(self, number: int = 1, **changes: object) -> Order:
        """Place an order and let the venue acknowledge it."""
        order = self.place(limit_buy(number, **changes))
        self.say(report(order, OrderStatus.OPEN, venue_id=f"v{number}", source=ReportSource.ACK))
        return self.order(order.order_id)

    def say(self, said: OrderReport) -> tuple[fx.Effect, ...]:
        """The venue says something."""
        return self.happen(inputs.Reported(ACCOUNT, said, self.now))

    def order(self, wanted: OrderId) -> Order:
        return self.state.orders[wanted]

    def sentences(self) -> Iterable[str]:
        return [effect.sentence for effect in self.done if isinstance(effect, fx.Warn | fx.Declined)]
