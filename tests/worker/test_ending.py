"""The worker's end, a desk that is lost, and a machine that slept: nothing new leaves, nothing is forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.clock import SystemClock
from connectors.errors import Unavailable
from connectors.model.order import OrderStatus
from connectors.worker import api
from worker.house import archive_at, until
from worker.panicking import Panicking, panicking

pytestmark = pytest.mark.peers


class Sleeper(SystemClock):
    """The system's clock on a machine that can be put to sleep."""

    asleep_ns = 0

    def running_ns(self) -> int:
        return super().running_ns() + self.asleep_ns


@pytest.fixture
def clock() -> Sleeper:
    return Sleeper()


@pytest.fixture
async def desk(home: Path, clock: Sleeper) -> AsyncIterator[Panicking]:
    async with panicking(home, clock) as made:
        yield made


async def test_a_closing_worker_refuses_orders_and_keeps_what_has_no_answer_as_unknown(
    desk: Panicking, home: Path
) -> None:
    await desk.exchange.arm(kind="stall", on=["create"])
    command = desk.desk.resting(desk.low)
    worker, link = desk.house.worker, desk.desk.link
    assert isinstance(await link.request(command), api.OrderAccepted)
    await until(lambda: desk.state[command.order_id].sent_ns is not None)
    worker.ask_to_stop()
    refused = await link.request(desk.desk.resting(desk.low))
    assert isinstance(refused, api.Failure)
    assert refused.sentence.startswith("The connector worker is closing: no new orders.")
    assert worker.calls.in_flight == 1, "what is under way may still be answered"
    worker.ask_to_stop()
    await worker.stop()
    archive = archive_at(home)()
    try:
        (kept,) = archive.journal.orders()
    finally:
        archive.close()
    assert (kept.order_id, kept.status) == (command.order_id, OrderStatus.UNKNOWN)


async def test_the_last_desk_lost_cancels_only_where_the_account_says_so(desk: Panicking) -> None:
    placed = await desk.rest(2)
    worker, account, house = desk.house.worker, desk.desk.account, desk.house

    async def a_desk(*, quits: bool) -> None:
        link = await house.join("socket", greet=False)
        assert isinstance(await link.request(api.Hello("desk")), api.Welcome)
        before = _desks(desk)
        if quits:
            assert await link.request(api.Part()) == api.Done()
        await link.close()
        await until(lambda: _desks(desk) == before - 1)

    await a_desk(quits=False)
    assert {desk.state[each].canceling for each in placed} == {False}, "everything stays unless it was set"
    assert await desk.desk.link.request(api.SetOnDisconnect(account, api.OnDisconnect.CANCEL_ALL)) == api.Done()
    policies = await desk.desk.link.request(api.GetPolicies(account))
    assert policies == api.Policies(api.PanicPolicy.CANCEL, False, api.OnDisconnect.CANCEL_ALL)
    await a_desk(quits=True)
    assert {desk.state[each].canceling for each in placed} == {False}, "who quits is not lost"
    other = await house.join("socket", greet=False)
    assert isinstance(await other.request(api.Hello("desk")), api.Welcome)
    await a_desk(quits=False)
    assert {desk.state[each].canceling for each in placed} == {False}, "another desk looks after them"
    await other.close()
    await until(lambda: {desk.state[each].status for each in placed} == {OrderStatus.CANCELED})
    assert any("The last desk was lost: 2 orders" in alert.sentence for alert in worker.picture().alerts)


def _desks(desk: Panicking) -> int:
    return sum(1 for session in desk.house.worker._sessions if session.client == "desk")  # noqa: SLF001 - who is there


async def test_after_a_sleep_no_order_leaves_until_clock_connection_and_account_are_as_new(
    desk: Panicking, clock: Sleeper
) -> None:
    (placed,) = await desk.rest(1)
    worker, account = desk.house.worker, desk.desk.account
    before = worker.roster.get(account)
    assert before.connector is not None
    clock.asleep_ns += 3_600_000_000_000
    refused = await desk.desk.link.request(desk.desk.resting(desk.low))
    assert isinstance(refused, api.Failure)
    assert refused.sentence.startswith("The machine was asleep: demo is asked what happened.")
    assert worker.roster.get(account) is before or worker.waking.is_stale(account)
    assert await desk.desk.link.request(api.CancelOrder(placed)) == api.Done()
    await until(lambda: not worker.waking.is_stale(account))
    live = worker.roster.get(account)
    assert live is not before
    assert live.connector is not before.connector
    assert live.follower is not None
    assert live.follower.ready
    await until(lambda: desk.state[placed].status is OrderStatus.CANCELED)
    assert isinstance(await desk.desk.link.request(desk.desk.resting(desk.low)), api.OrderAccepted)


async def test_an_order_that_waited_through_a_sleep_is_not_sent(desk: Panicking, clock: Sleeper) -> None:
    waking, account = desk.house.worker.waking, desk.desk.account
    naps = waking.naps
    waking.require_awake(account, naps)
    clock.asleep_ns += 60_000_000_000
    desk.house.worker.keys.look()
    await until(lambda: not waking.is_stale(account))
    waking.require_awake(account)
    with pytest.raises(Unavailable, match=r"^The machine was asleep while this order waited: it was not sent\."):
        waking.require_awake(account, naps)
