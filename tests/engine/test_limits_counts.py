"""Counts, rate, collar and the trading state: in force at once, each for its own account or instrument."""

from __future__ import annotations

from dataclasses import replace

from connectors.engine import inputs
from connectors.engine.bounds import LimitKey, Limits
from connectors.engine.inputs import Trading
from connectors.model.balance import Balance
from connectors.model.order import OrderStatus, Side
from connectors.model.risk import LimitName
from engine.limits_world import OTHER, holding, refused, set_limit
from engine.world import ACCOUNT, BTC, INSTRUMENT, D, Desk, limit_buy, order_id


def test_a_limit_that_was_set_is_in_force_for_the_next_order_and_for_no_other_account() -> None:
    desk = Desk(limits=Limits())
    set_limit(desk, LimitName.OPEN_ORDERS, "1", account=ACCOUNT)
    desk.open(1)
    assert refused(desk, limit_buy(2)).sentence == "1 orders work in BTCUSDT; 1 is the limit. Cancel one first."
    desk.happen(inputs.LimitChanged(LimitKey(LimitName.OPEN_ORDERS, ACCOUNT), None, desk.now, unset=True))
    desk.open(3)
    set_limit(desk, LimitName.OPEN_ORDERS, "1", account=OTHER)
    desk.open(4)


def test_a_limit_that_is_switched_off_holds_nothing_back_and_the_venues_own_still_does() -> None:
    desk = Desk(limits=Limits(open_orders=1))
    set_limit(desk, LimitName.OPEN_ORDERS, None)
    set_limit(desk, LimitName.ORDERS_PER_SECOND, None)
    set_limit(desk, LimitName.COLLAR, None)
    for number in range(1, 8):
        desk.place(limit_buy(number))
    desk.place(limit_buy(8, price=D("63000.00")))
    two = replace(INSTRUMENT, filters=replace(INSTRUMENT.filters, max_open_orders=8))
    assert refused(desk, limit_buy(9, instrument=two)).code == "MAX_NUM_ORDERS"


def test_the_rate_is_counted_by_account_and_never_holds_back_what_reduces() -> None:
    desk = Desk(limits=Limits(orders_per_second=2), btc="1")
    holding(desk)
    desk.happen(
        inputs.AccountOpened(OTHER, "second", desk.state.accounts[ACCOUNT].epoch, None, 15_000, desk.now),
        inputs.AccountUp(OTHER, desk.now),
        inputs.Snapshot(
            OTHER, (), (), (Balance(OTHER, "USDT", D(100000), D(0), desk.now.time_ns),), desk.mono_ns, desk.now
        ),
    )
    desk.place(limit_buy(1))
    assert refused(desk, limit_buy(2)).code == "ORDERS_PER_SECOND"
    assert desk.place(limit_buy(3, account=OTHER)).account == OTHER
    sell = limit_buy(4, side=Side.SELL, price=D("61810.00"), quantity=D("0.01"), reduce_only=True)
    assert desk.place(sell).status is OrderStatus.SUBMITTING


def test_the_collar_of_an_instrument_is_its_own() -> None:
    desk = Desk()
    set_limit(desk, LimitName.COLLAR, "0.001", instrument=BTC)
    assert refused(desk, limit_buy(1, price=D("61870.00"))).sentence == (
        "Price 61,870.00 goes more than 0.1 % through the ask 61,804.01. Nearest: 61,865.81."
    )
    desk.place(limit_buy(2, price=D("61865.81")))


# --- the trading state


def test_a_reduce_only_order_passes_a_halt_and_another_does_not() -> None:
    desk = Desk()
    holding(desk)
    desk.happen(inputs.SetTrading(Trading.HALTED, "by you", desk.now))
    assert (desk.state.trading_reason, desk.state.trading_since_ns) == ("by you", desk.now.time_ns)
    sell = limit_buy(2, side=Side.SELL, price=D("61810.00"), quantity=D("0.01"))
    assert refused(desk, sell).code == "HALTED"
    assert refused(desk, limit_buy(3, reduce_only=True)).code == "REDUCING"
    assert desk.place(replace(sell, order_id=order_id(4), reduce_only=True)).reduce_only


def test_a_start_brings_back_the_state_its_reason_and_its_time() -> None:
    desk = Desk()
    desk.happen(inputs.Started((), (), (), Trading.REDUCING, 1, desk.now, trading_reason="by you", trading_since_ns=77))
    assert (desk.state.trading, desk.state.trading_reason, desk.state.trading_since_ns) == (
        Trading.REDUCING,
        "by you",
        77,
    )
