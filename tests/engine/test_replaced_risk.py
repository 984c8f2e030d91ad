"""An order that is being replaced, and what takes its place, count once, at the worse of both."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import MarketNow
from connectors.engine.risk.exposure import waiting
from connectors.model.balance import Balance
from connectors.model.change import CancelOutcome, CreateOutcome
from connectors.model.order import Order, OrderStatus
from connectors.model.risk import LimitName
from engine.change_world import ABLE, CHANGEABLE, TWO_CALLS, change, ended, replaced, unanswered
from engine.limits_world import refused, set_limit
from engine.world import ACCOUNT, D, Desk, limit_buy, report

S = OrderStatus


def at_work(desk: Desk) -> Decimal:
    return waiting(desk.state, limit_buy(9))


def begun(desk: Desk, quantity: str | None, able: object = ABLE) -> Order:
    """An order of 0.01 that is to be replaced by one of this size at another price."""
    old = desk.open(instrument=CHANGEABLE)
    wanted = None if quantity is None else D(quantity)
    desk.happen(change(old, price=D("61700.00"), quantity=wanted, capabilities=able))
    return old


def commit(desk: Desk) -> None:
    desk.happen(inputs.Committed(next(iter(desk.state.pending)), desk.now))


@pytest.mark.parametrize("able", [ABLE, TWO_CALLS], ids=["one-call", "two-calls"])
@pytest.mark.parametrize(("quantity", "worst"), [(None, "0.01"), ("0.02", "0.02"), ("0.004", "0.01")])
def test_until_it_is_decided_the_larger_of_both_counts_and_not_their_sum(
    able: object, quantity: str | None, worst: str
) -> None:
    desk = Desk()
    old = begun(desk, quantity, able)
    assert at_work(desk) == D(worst), "while it is written"
    commit(desk)
    assert at_work(desk) == D(worst), "while it is under way"
    if able is ABLE:
        unanswered(desk, old)
        assert at_work(desk) == D(worst), "while nobody knows"


def test_once_it_is_decided_what_works_counts() -> None:
    desk = Desk()
    old = begun(desk, "0.02")
    commit(desk)
    ended(desk, old, replaced(desk, old, CancelOutcome.DONE, CreateOutcome.ACCEPTED, new_quantity="0.02"))
    assert at_work(desk) == D("0.02")
    desk = Desk()
    old = begun(desk, "0.02")
    commit(desk)
    ended(desk, old, replaced(desk, old, CancelOutcome.FAILED, CreateOutcome.NOT_ATTEMPTED))
    assert at_work(desk) == D("0.01")


def test_where_the_venue_has_both_working_both_count() -> None:
    desk = Desk()
    old = begun(desk, "0.02")
    commit(desk)
    new = next(order for order in desk.state.orders.values() if order.order_id != old.order_id)
    desk.say(report(new, S.OPEN, venue_id="v2", quantity=D("0.02"), price=new.price))
    assert at_work(desk) == D("0.03")


def test_the_two_are_one_of_the_open_orders() -> None:
    desk = Desk()
    set_limit(desk, LimitName.OPEN_ORDERS, "2")
    begun(desk, None)
    commit(desk)
    desk.place(limit_buy(2))
    assert refused(desk, limit_buy(3)).code == "OPEN_ORDERS"


def test_of_the_venues_own_counts_too() -> None:
    desk = Desk()
    begun(desk, None)
    commit(desk)
    bounded = replace(CHANGEABLE, filters=replace(CHANGEABLE.filters, max_open_orders=2))
    desk.place(limit_buy(2, instrument=bounded))
    assert refused(desk, limit_buy(3, instrument=bounded)).code == "MAX_NUM_ORDERS"


def test_the_money_of_the_old_one_is_not_held_back_once_more() -> None:
    desk = Desk()
    begun(desk, "0.02")
    commit(desk)
    locked = D("618.00")
    free = D("1300")
    at = desk.now.time_ns
    held = {"USDT": Balance(ACCOUNT, "USDT", free, locked, at), "BTC": Balance(ACCOUNT, "BTC", D(1), D(0), at)}
    desk.state = replace(desk.state, balances={ACCOUNT: held})
    # 1,234.00 for the new one, of which the old one gives 618.00 free: 616.00 of 1,300.00 are held back.
    said = refused(desk, limit_buy(2, quantity=D("0.0112"), market=MarketNow(reference=D("61804.00"))))
    assert said.code == "BALANCE"
    assert "684 is free (616 is held for orders without an answer)" in said.sentence
    desk.place(limit_buy(3, quantity=D("0.011"), market=MarketNow(reference=D("61804.00"))))
    assert desk.wanted(fx.Send)
