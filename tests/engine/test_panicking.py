"""What a panic may touch and close: decided from the state alone, for every state hypothesis can think of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.engine.inputs import Trading
from connectors.engine.panicking import Close, closes, closing_terms, marked, one_of_each_list
from connectors.engine.state import State
from connectors.model.balance import Balance
from connectors.model.book import BookLevel, BookState, BookTop
from connectors.model.ids import ClientListId, InstrumentId, OrderId, Product
from connectors.model.order import Order, OrderOrigin, OrderStatus, OrderType, Side, TimeInForce
from connectors.model.position import Position
from engine.world import ACCOUNT, BTC, CAPABILITIES, EPOCH, INSTRUMENT, MARKET, D, Desk, limit_buy, order_id

BTCEUR = InstrumentId("binance", Product.SPOT, "BTCEUR")
PERP = InstrumentId("binance", Product.LINEAR, "BTCUSDT")
ASSETS = {BTC: ("BTC", "USDT"), BTCEUR: ("BTC", "EUR"), PERP: ("BTC", "USDT")}
ALIVE = (
    OrderStatus.OPEN,
    OrderStatus.PARTIALLY_FILLED,
    OrderStatus.PENDING_TRIGGER,
    OrderStatus.UNKNOWN,
    OrderStatus.SUBMITTING,
)

amounts = st.decimals(min_value=0, max_value=5, places=3)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    quantity = draw(st.decimals(min_value=1, max_value=3, places=3))
    return Order(
        order_id=OrderId(draw(st.uuids())),
        account=ACCOUNT,
        epoch=EPOCH,
        instrument=draw(st.sampled_from((BTC, BTCEUR, PERP))),
        handle="k1",
        client_order_ids=(),
        side=draw(st.sampled_from(Side)),
        type=OrderType.LIMIT,
        status=draw(st.sampled_from(ALIVE)),
        created_ns=0,
        updated_ns=0,
        quantity=quantity,
        filled=draw(st.sampled_from((D(0), quantity / 2))),
        trigger_price=draw(st.sampled_from((None, D(60_000)))),
        origin=draw(st.sampled_from(OrderOrigin)),
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    alive = draw(st.lists(orders(), max_size=6, unique_by=lambda order: order.order_id))
    held = {name: draw(st.decimals(min_value=-3, max_value=3, places=3)) for name in ASSETS}
    state = State()
    known, positions = state.orders, state.positions
    for order in alive:
        known = known.put(order.order_id, order)
    for name, quantity in held.items():
        positions = positions.put((ACCOUNT, name), Position(ACCOUNT, name, quantity))
    balance = Balance(ACCOUNT, "BTC", draw(amounts), draw(amounts), 0)
    return replace(
        state,
        orders=known,
        live={order.order_id: None for order in alive},
        positions=positions,
        assets=ASSETS,
        balances={ACCOUNT: {"BTC": balance}},
        owed={order.order_id: None for order in alive if draw(st.booleans()) and order.filled},
    )


@given(states(), st.booleans())
def test_no_plan_closes_more_than_the_ledger_holds_or_than_is_free(state: State, once_canceled: bool) -> None:
    found = closes(state, ACCOUNT, once_canceled=once_canceled)
    spot: dict[str, Decimal] = defaultdict(Decimal)
    for close in found:
        position = state.positions[ACCOUNT, close.instrument].quantity
        assert 0 < close.quantity <= abs(position)
        assert (close.side is Side.SELL) is (position > 0)
        if close.instrument.product is Product.SPOT:
            assert close.side is Side.SELL, "coins that were never bought are not bought back"
            spot["BTC"] += close.quantity
        if not once_canceled:
            working = [
                order.remaining or D(0)
                for order in (state.orders[each] for each in state.live)
                if order.instrument == close.instrument and order.side is close.side
            ]
            assert close.quantity + sum(working, D(0)) <= abs(position), "what works on that side counts as done"
            assert close.instrument not in {state.orders[each].instrument for each in state.owed}
    balance = state.balances[ACCOUNT]["BTC"]
    assert spot["BTC"] <= (balance.total if once_canceled else balance.free)


@given(states(), st.booleans(), st.booleans())
def test_orders_of_other_tools_are_touched_only_when_asked_for_and_none_is_forgotten(
    state: State, external: bool, flatten: bool
) -> None:
    found = marked(state, ACCOUNT, external=external, flatten=flatten)
    touched = {*found.first, *found.then}
    left = set(found.external)
    assert not touched & left
    assert touched | left == {state.orders[each] for each in state.live}
    assert left == (set() if external else {order for order in touched | left if order.origin is OrderOrigin.EXT})
    for order in found.then:
        assert flatten
        assert order.instrument.product is not Product.SPOT, "on spot a stop locks the coins: it goes first"
        assert order.trigger_price is not None or order.status is OrderStatus.PENDING_TRIGGER


def test_one_cancel_takes_a_list() -> None:
    desk = Desk()
    first, second, alone = desk.open(1), desk.open(2), desk.open(3)
    pair = [replace(order, list_id=ClientListId("l1")) for order in (first, second)]
    assert one_of_each_list([*pair, alone]) == (pair[0], alone)


TOP = BookTop(BTC, 1, BookLevel(D("61804.00"), D(1)), BookLevel(D("61804.01"), D(1)), BookState.LIVE)


def test_a_close_takes_at_once_and_no_further_than_the_collar() -> None:
    sell = closing_terms(Close(BTC, Side.SELL, D("0.0512345")), INSTRUMENT, CAPABILITIES, TOP, D("0.01"))
    assert sell is not None
    assert (sell.type, sell.quantity, sell.time_in_force) == (OrderType.LIMIT, D("0.05123"), TimeInForce.IOC)
    assert sell.price == D("61185.96")
    buy = closing_terms(Close(BTC, Side.BUY, D("0.05")), INSTRUMENT, CAPABILITIES, TOP, D("0.01"))
    assert buy is not None
    assert buy.price == D("62422.05")
    bare = closing_terms(Close(BTC, Side.SELL, D("0.05")), INSTRUMENT, CAPABILITIES, None, D("0.01"))
    assert bare is not None
    assert (bare.type, bare.price) == (OrderType.MARKET, None)
    assert closing_terms(Close(BTC, Side.SELL, D("0.000001")), INSTRUMENT, CAPABILITIES, TOP, D("0.01")) is None


def panic_sell(number: int, quantity: str) -> inputs.Place:
    return limit_buy(
        number, side=Side.SELL, price=D("61800.00"), quantity=D(quantity), reduce_only=True, panic=True, market=MARKET
    )


def test_a_close_in_a_panic_passes_a_halt_and_leaves_before_the_disk_has_it() -> None:
    desk = Desk(limits=Limits(orders_per_second=1, open_orders=1))
    desk.open(9)
    desk.state = replace(
        desk.state, positions=desk.state.positions.put((ACCOUNT, BTC), Position(ACCOUNT, BTC, D("0.5")))
    )
    desk.happen(inputs.SetTrading(Trading.HALTED, "by you", desk.now))
    desk.happen(panic_sell(1, "0.3"))
    assert desk.wanted(fx.Send)
    (commit,) = desk.wanted(fx.Commit)
    assert commit.token is None, "nobody waits for it"
    assert commit.aside, "the rescue log has it"
    done = [type(effect) for effect in desk.done]
    assert done.index(fx.Commit) < done.index(fx.Send), "a worker that is killed now knows it for its own"
    assert desk.order(order_id(1)).status is OrderStatus.SUBMITTING
    desk.happen(panic_sell(1, "0.3"))
    assert not desk.wanted(fx.Send), "sent once"


def test_a_panic_sells_nothing_beyond_the_ledger_less_what_works_on_that_side() -> None:
    desk = Desk()
    desk.state = replace(
        desk.state, positions=desk.state.positions.put((ACCOUNT, BTC), Position(ACCOUNT, BTC, D("0.5")))
    )
    desk.happen(panic_sell(1, "0.3"))
    desk.happen(panic_sell(2, "0.3"))
    (declined,) = desk.wanted(fx.Declined)
    assert declined.sentence.startswith("A panic only closes what the desk itself holds. BTCUSDT stands at 0.50000 BTC")
