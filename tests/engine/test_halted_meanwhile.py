"""A halt holds at once: what waits for the disk when it comes does not leave afterwards, unless it only reduces."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Trading
from connectors.model.order import OrderStatus, Side
from connectors.model.position import Position
from engine.change_world import FULL, change, oco
from engine.world import ACCOUNT, BTC, D, Desk, limit_buy, order_id

S = OrderStatus


def halted_then_written(desk: Desk) -> None:
    (commit,) = [effect for effect in desk.wanted(fx.Commit) if effect.token is not None]
    assert commit.token is not None
    desk.happen(inputs.SetTrading(Trading.HALTED, "by you", desk.now))
    desk.happen(inputs.Committed(commit.token, desk.now))


def test_an_order_whose_intent_is_being_written_when_a_halt_comes_is_not_sent() -> None:
    desk = Desk()
    desk.happen(limit_buy())
    halted_then_written(desk)
    assert not desk.wanted(fx.Send)
    (accepted,) = desk.wanted(fx.Accepted)
    assert (accepted.order.status, accepted.order.reason) == (S.CANCELED, "halted before anything was sent")
    assert not desk.state.live


def test_one_that_only_reduces_leaves_all_the_same() -> None:
    desk = Desk()
    held = Position(ACCOUNT, BTC, D("0.5"))
    desk.state = replace(desk.state, positions=desk.state.positions.put((ACCOUNT, BTC), held))
    desk.happen(limit_buy(side=Side.SELL, price=D("61810.00"), reduce_only=True))
    halted_then_written(desk)
    assert [sent.order_id for sent in desk.wanted(fx.Send)] == [order_id(1)]


def test_a_list_that_is_being_written_when_a_halt_comes_is_not_sent() -> None:
    desk = Desk()
    desk.happen(oco())
    halted_then_written(desk)
    assert not desk.wanted(fx.SendList)
    assert {order.status for order in desk.state.orders.values()} == {S.CANCELED}


@pytest.mark.parametrize(("quantity", "price"), [(D("0.02"), None), (None, D("61790.00"))], ids=["larger", "moved"])
def test_a_change_that_is_being_written_when_a_halt_comes_is_not_sent(
    quantity: Decimal | None, price: Decimal | None
) -> None:
    desk = Desk()
    old = desk.open()
    desk.happen(change(old, capabilities=FULL, quantity=quantity, price=price))
    halted_then_written(desk)
    assert not desk.wanted(fx.SendAmend)
    now = desk.order(old.order_id)
    assert (now.status, now.amending, now.quantity, now.price) == (S.OPEN, None, old.quantity, old.price)
    assert "halted" in now.evidence[-1].text
