"""An answer that comes after the venue began a new life is of no order in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.model.ids import Epoch, VenueListId
from connectors.model.order import Order, OrderOrigin, OrderReport, OrderRequest, OrderStatus, ReportSource
from connectors.model.order_list import ListStatus, OrderListReport, OrderListRequest
from connectors.ports.venue import Trading
from connectors.worker.calls import Calls
from connectors.worker.executor import Executor
from connectors.worker.keeper import Keeper
from connectors.worker.supervise import Supervisor
from engine.change_world import commit, oco
from engine.world import BTC, SECOND, Desk, report
from worker.engine_alone import EngineAlone
from worker.house import until

S = OrderStatus


class Wiped(EngineAlone):
    """A venue that takes an order and is wiped before its answer is read; the desk hears of that first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.cancels = 0

    async def place(self, request: OrderRequest, on_sending: Callable[[], None]) -> OrderReport:
        on_sending()
        self.desk.happen(self.desk.opened(Epoch("life-2")))
        return report(None, S.OPEN, client_id=request.client_order_id, source=ReportSource.ACK)

    async def place_list(self, request: OrderListRequest, on_sending: Callable[[], None]) -> OrderListReport:
        on_sending()
        self.desk.happen(self.desk.opened(Epoch("life-2")))
        said = tuple(
            report(None, S.OPEN, client_id=one.client_order_id, venue_id=one.client_order_id, source=ReportSource.ACK)
            for one in request.orders
        )
        list_id = request.client_list_id
        return OrderListReport(
            BTC,
            VenueListId("1"),
            list_id,
            request.kind,
            ListStatus.EXECUTING,
            ReportSource.ACK,
            SECOND,
            reports=said,
        )

    async def cancel(self, *_args: object, **_named: object) -> OrderReport:
        self.cancels += 1
        return report(None, S.CANCELED)


def calls(venue: Wiped, supervisor: Supervisor) -> Calls:
    own = cast("Trading", venue)
    return Calls(cast("Executor", venue), cast("Keeper", None), supervisor, lambda _a: own, lambda _a: None)


def own(desk: Desk) -> list[Order]:
    return list(desk.state.orders.values())


@pytest.mark.parametrize("kind", ["order", "list"])
async def test_what_was_taken_in_the_life_that_is_over_makes_no_order_of_another_tool(kind: str) -> None:
    desk, supervisor = Desk(), Supervisor()
    asked = calls(Wiped(desk), supervisor)
    if kind == "order":
        desk.place()
        (send,) = desk.wanted(fx.Send)
        asked.send(send)
    else:
        desk.happen(oco())
        commit(desk)
        (listed,) = desk.wanted(fx.SendList)
        asked.send_list(listed)
    await until(lambda: not asked.in_flight and desk.state.accounts[own(desk)[0].account].epoch == "life-2")
    assert {(order.origin, order.status) for order in own(desk)} == {(OrderOrigin.DESK, S.EXPIRED)}
    assert not desk.state.live
    await supervisor.stop()


async def test_a_cancel_that_waited_into_another_life_is_not_sent_there() -> None:
    desk, supervisor = Desk(), Supervisor()
    venue = Wiped(desk)
    asked = calls(venue, supervisor)
    order = desk.open()

    async def wiped(_account: object) -> None:
        desk.happen(desk.opened(Epoch("life-2")))

    asked.awake = wiped
    desk.happen(inputs.Cancel(order.order_id, desk.now))
    (cancel,) = desk.wanted(fx.SendCancel)
    asked.cancel(cancel)
    await until(lambda: not desk.state.cancels)
    assert not venue.cancels, "its id names another order by now"
    assert desk.order(order.order_id).status is S.EXPIRED
    await supervisor.stop()
