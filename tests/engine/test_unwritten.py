"""What only reduces goes on without the archive, whatever it is; and nothing is left there that nobody ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Trading
from connectors.model.ids import OrderId
from connectors.model.order import Order, OrderStatus, Side
from connectors.model.position import Position
from engine.change_world import ABLE, TWO_CALLS, change, oco
from engine.world import ACCOUNT, BTC, D, Desk, limit_buy, order_id

S = OrderStatus
SLOW = "The archive did not take it in time."


class Slow(Desk):
    """A desk that holds 0.5, and an archive that takes what was queued after what was kept aside, if ever."""

    def __init__(self) -> None:
        super().__init__()
        held = Position(ACCOUNT, BTC, D("0.5"))
        self.state = replace(self.state, positions=self.state.positions.put((ACCOUNT, BTC), held))
        self.written: dict[OrderId, Order] = {}

    def happen(self, *happened: inputs.Input) -> tuple[fx.Effect, ...]:
        done = super().happen(*happened)
        for effect in self.wanted(fx.Commit):
            for entry in effect.batch.entries:
                known = self.written.get(entry.order.order_id)
                if known is None or known.revision <= entry.order.revision:
                    self.written[entry.order.order_id] = entry.order
        return done

    def gives_up(self) -> None:
        """The archive does not take the intent in time; it takes it all the same, later."""
        (waited,) = [effect for effect in self.wanted(fx.Commit) if effect.token is not None]
        assert waited.token is not None
        self.happen(inputs.CommitFailed(waited.token, SLOW, self.now))

    def on_disk(self) -> dict[OrderId, Order]:
        return {one: order for one, order in self.written.items() if one in self.state.orders}


def kept_first(desk: Slow, left: type[fx.Send | fx.SendReplace | fx.SendList | fx.SendCancel]) -> None:
    kinds = [(type(effect), getattr(effect, "aside", False)) for effect in desk.done]
    assert kinds.index((fx.Commit, True)) < kinds.index((left, False)), "its intent is aside before a byte leaves"


def closing(number: int = 1) -> inputs.Place:
    return limit_buy(number, side=Side.SELL, price=D("61810.00"), reduce_only=True)


@pytest.mark.parametrize(("able", "left"), [(ABLE, fx.SendReplace), (TWO_CALLS, fx.SendCancel)])
def test_a_replace_of_what_only_reduces_leaves_without_the_archive(
    able: object, left: type[fx.SendReplace | fx.SendCancel]
) -> None:
    desk = Slow()
    old = desk.open(side=Side.SELL, price=D("61810.00"), reduce_only=True)
    desk.happen(change(old, price=D("61820.00"), capabilities=able))
    desk.gives_up()
    kept_first(desk, left)
    (accepted,) = desk.wanted(fx.Accepted)
    assert accepted.order.order_id == order_id(101)
    assert desk.on_disk() == dict(desk.state.orders)
    assert desk.written[old.order_id].amending is not None, "a worker that begins now knows what was under way"


def test_a_list_of_exits_leaves_without_the_archive() -> None:
    desk = Slow()
    wanted = oco()
    assert wanted.take_profit is not None
    assert wanted.stop_loss is not None
    legs = [replace(leg, reduce_only=True) for leg in (wanted.take_profit, wanted.stop_loss)]
    desk.happen(replace(wanted, take_profit=legs[0], stop_loss=legs[1]))
    desk.gives_up()
    kept_first(desk, fx.SendList)
    assert desk.on_disk() == dict(desk.state.orders)


@pytest.mark.parametrize("meanwhile", ["canceled", "its position gone"])
@pytest.mark.parametrize("kind", ["order", "replace", "list"])
def test_one_that_is_not_wanted_any_more_is_ended_in_writing(kind: str, meanwhile: str) -> None:
    desk = Slow()
    if kind == "replace":
        desk.happen(change(desk.open(side=Side.SELL, price=D("61810.00"), reduce_only=True), price=D("61820.00")))
    elif kind == "order":
        desk.happen(closing())
    else:
        wanted = oco()
        assert wanted.take_profit is not None
        assert wanted.stop_loss is not None
        legs = [replace(leg, reduce_only=True) for leg in (wanted.take_profit, wanted.stop_loss)]
        desk.happen(replace(wanted, take_profit=legs[0], stop_loss=legs[1]))
    waited = desk.done
    new = [pending.order.order_id for pending in desk.state.pending.values()]
    if meanwhile == "canceled":
        desk.happen(inputs.Cancel(new[0], desk.now))
    else:
        empty = desk.state.positions.put((ACCOUNT, BTC), Position(ACCOUNT, BTC))
        desk.state = replace(desk.state, positions=empty)
    desk.done = waited
    desk.gives_up()
    assert not [effect for effect in desk.done if isinstance(effect, fx.Send | fx.SendReplace | fx.SendList)]
    assert {desk.written[one].status for one in new} == {S.CANCELED}, "nobody would ever end it"
    assert desk.on_disk() == dict(desk.state.orders)


def test_what_adds_risk_waits_for_the_archive_or_is_not_sent() -> None:
    desk = Slow()
    desk.happen(limit_buy())
    desk.gives_up()
    assert not desk.wanted(fx.Send)
    (declined,) = desk.wanted(fx.Declined)
    assert declined.archive
    desk.happen(inputs.SetTrading(Trading.ACTIVE, "", desk.now))
    assert order_id(1) not in desk.state.orders
