"""The truth after lost answers, cuts, wrong clocks and restarts: the desk's worker over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

import pytest
import uuid6

from chaos.peers import Desk
from connectors.model.ids import AccountId
from connectors.model.order import EvidenceKind, Order, OrderStatus, Side
from connectors.model.risk import LimitName
from connectors.worker import api
from support.simulator import running_simulator
from worker.at_work import At, a_moving_market, at_work, best_bid, swept
from worker.house import a_worker, until
from worker.peer_exchange import Ears, PeerExchange

pytestmark = pytest.mark.peers

D = Decimal
S = OrderStatus


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeerExchange]:
    with a_moving_market(tmp_path_factory.mktemp("truth")) as made:
        yield made


@pytest.fixture
async def exchange(venue: PeerExchange) -> AsyncIterator[PeerExchange]:
    yield venue
    await swept(venue)


async def test_a_market_order_whose_answer_is_dropped_and_of_which_nothing_is_told_is_found_filled_once(
    home: Path, exchange: PeerExchange
) -> None:
    """It was filled within milliseconds and never among the open orders: its id and the history alone know of it."""
    async with at_work(home, exchange) as at:
        held = at.position()
        await exchange.arm(kind="missing_events", on=["user_stream"], times=100, events=["executionReport"])
        await exchange.arm(kind="drop_answer", on=["create"], times=1)
        sent = await at.requests("POST /api/v3/order")
        order_id = await at.place(at.desk.market())
        await at.reaches(order_id, lambda order: order.status is S.FILLED)
        order = await at.settled(order_id)
        assert await at.requests("POST /api/v3/order") == sent + 1, "a create is sent at most once"
        assert (await at.at_venue(order))["status"] == "FILLED"
        assert await at.booked(order) == await at.trades_at_venue(order)
        assert at.position() - held == order.filled - sum(fee.amount for fee in order.fees)
        kinds = [line.kind for line in order.evidence]
        assert kinds.index(EvidenceKind.NO_ANSWER) < kinds.index(EvidenceKind.LOOKED_UP)
        assert any("UNKNOWN: no answer from demo" in sentence for sentence in at.ears.alerts())


async def test_an_order_filled_in_part_whose_answer_is_reset_and_that_is_canceled_counts_each_fill_once(
    home: Path, exchange: PeerExchange
) -> None:
    """What the stream tells of it comes seconds late: fills after the cancel among it."""
    async with at_work(home, exchange) as at:
        limit = api.SetLimit(LimitName.ORDER_VALUE, None, at.desk.account, off=True)
        assert await at.desk.link.request(limit) == api.Done()
        order = await _canceled_in_part(at, exchange)
        assert order.status is S.CANCELED
        assert D(0) < order.filled < _LARGE
        kinds = [line.kind for line in order.evidence]
        assert EvidenceKind.LOOKED_UP in kinds, "its answer was not lost"
        await exchange.disarm()
        # What the stream had to tell of it has come by now, or comes while everything is compared.
        await at.desk.reconcile()
        order = await at.settled(order.order_id)
        at_venue = await at.at_venue(order)
        assert (at_venue["status"], D(at_venue["executedQty"])) == ("CANCELED", order.filled)
        assert await at.booked(order) == await at.trades_at_venue(order)
        assert sum((await at.booked(order)).values()) == order.filled


_LARGE = D("1.4")
"""Bitcoin: nearly all that the account can pay for, so that no single trade takes the whole of it."""


async def _canceled_in_part(at: At, exchange: PeerExchange) -> Order:
    """The best bid, its answer lost: the market stands still as soon as a part is taken, and the rest is cancelled.

    Should the market have gone elsewhere, or have taken all at once, what was bought is sold, and it is tried again.
    """
    for _ in range(20):
        await exchange.arm(kind="late_events", on=["user_stream"], low_ms=900, high_ms=1200)
        await exchange.arm(kind="reset", on=["create"], accepted=True, times=1)
        order_id = await at.place(replace(at.desk.resting(await best_bid(at.desk)), quantity=_LARGE))
        await at.reaches(order_id, lambda order: order.status not in {S.SUBMITTING, S.UNKNOWN})
        for _ in range(100):
            found = await exchange.signed("GET", "order", symbol="BTCUSDT", origClientOrderId=order_id.hex)
            if D(found["executedQty"]):
                break
        await exchange.arm(kind="status", symbol="BTCUSDT", status="CANCEL_ONLY")
        answer = await at.desk.link.request(api.CancelOrder(order_id))
        if isinstance(answer, api.Done):
            await at.reaches(order_id, lambda order: not order.working)
        order = await at.settled(order_id)
        if order.status is S.CANCELED and order.filled:
            return order
        await exchange.disarm()
        if order.filled:
            bought = order.filled - sum(fee.amount for fee in order.fees if fee.asset == "BTC")
            whole = bought.quantize(D("0.00001"), ROUND_DOWN)
            await exchange.signed("POST", "order", symbol="BTCUSDT", side="SELL", type="MARKET", quantity=whole)
            await at.desk.reconcile()
    raise AssertionError("never filled in part")


async def test_dust_that_fees_leave_is_a_position_that_no_order_can_close_and_is_said_to_be_so(
    home: Path, exchange: PeerExchange
) -> None:
    async with at_work(home, exchange) as at:
        held = at.position()
        bought = await at.place(at.desk.market())
        await at.reaches(bought, lambda order: order.status is S.FILLED)
        await at.settled(bought)
        left = at.position() - held
        step = D("0.00001")
        whole = left // step * step
        assert D(0) < left - whole < step
        sell = replace(at.desk.market(), side=Side.SELL, quantity=whole)
        sold = await at.place(sell)
        await at.reaches(sold, lambda order: order.status is S.FILLED)
        await at.settled(sold)
        dust = at.position() - held
        assert dust == left - whole
        refused = await at.desk.link.request(replace(at.desk.market(), side=Side.SELL, quantity=dust))
        assert isinstance(refused, api.Failure)
        assert "0.00001" in refused.sentence, "the nearest legal size is named"
        ledger = await at.desk.link.request(api.GetAssets(at.desk.account))
        assert isinstance(ledger, api.AssetLedger)
        (coins,) = [one for one in ledger.assets if one.asset == "BTC"]
        assert coins.traded == at.position()


async def test_two_accounts_on_one_venue_with_the_same_order_and_trade_ids_are_kept_apart(
    home: Path, tmp_path: Path
) -> None:
    """Two exchanges from one seed number their orders alike."""
    words = ("--seed", "11", "--symbols", "1", "--control")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with running_simulator(tmp_path / "one", *words) as one, running_simulator(tmp_path / "two", *words) as two:
        async with a_worker(home) as house:
            link = await house.join("memory")
            accounts: list[AccountId] = []
            for label, simulator in (("first", one), ("second", two)):
                connection = replace(simulator.connection(), label=label, account=AccountId(uuid6.uuid7()))
                assert await link.attach_embedded(connection, simulator.api_key, simulator.api_secret) == api.Done()
                accounts.append(connection.account)
            state = house.worker.executor
            placed = []
            for account in accounts:
                live = house.worker.roster.get(account)
                await until(lambda live=live: live.follower is not None and live.follower.ready)  # type: ignore[misc]
                desk = Desk(link, account)
                resting = desk.resting(await desk.low_price())
                for command in (resting, desk.market()):
                    assert isinstance(await link.request(command), api.OrderAccepted)
                    placed.append(command.order_id)

            def orders() -> list[Order]:
                return [state.state.orders[order_id] for order_id in placed]

            await until(lambda: [order.status for order in orders()] == [S.OPEN, S.FILLED] * 2)
            await until(lambda: not state.state.owed)
            assert [order.venue_order_id for order in orders()[:2]] == [o.venue_order_id for o in orders()[2:]]
            assert [order.account for order in orders()] == [accounts[0]] * 2 + [accounts[1]] * 2
            assert {key[0] for key in state.state.positions} == set(accounts)
            canceled = await link.request(api.CancelOrders(account=accounts[1]))
            assert canceled == api.Canceling(1)
            await until(lambda: orders()[2].status is S.CANCELED)
            assert orders()[0].status is S.OPEN, "the other account's order lives"
            answer = await link.request(api.Reconcile())
            assert isinstance(answer, api.Reconciled)
            assert [(one.label, one.failed, one.open_orders) for one in answer.accounts] == [
                ("first", "", 1),
                ("second", "", 0),
            ]
            fills = await house.worker.keeper.ask(lambda archive: archive.fills.fills(limit=50))
            for account, bought in zip(accounts, (orders()[1], orders()[3]), strict=True):
                mine = [kept.fill for kept in fills if kept.account == account]
                assert sum(fill.quantity for fill in mine) == bought.filled
                assert {fill.venue_order_id for fill in mine} == {bought.venue_order_id}


async def test_two_desks_on_one_worker_see_one_order_of_one_ticket_and_each_others_cancels(
    home: Path, exchange: PeerExchange
) -> None:
    async with at_work(home, exchange) as at:
        other = await at.house.join("socket")
        ears = Ears(other)
        await other.request(api.Attach())
        command = at.desk.resting(await at.desk.low_price())
        sent = await at.requests("POST /api/v3/order")
        first, second = await at.desk.link.request(command), await other.request(command)
        assert isinstance(first, api.OrderAccepted)
        assert isinstance(second, api.OrderAccepted)
        assert first.order.handle == second.order.handle
        await at.reaches(command.order_id, lambda order: order.status is S.OPEN)
        assert await at.requests("POST /api/v3/order") == sent + 1
        assert await other.request(api.CancelOrder(command.order_id)) == api.Done()
        await at.reaches(command.order_id, lambda order: order.status is S.CANCELED)

        def told(events: Ears) -> list[tuple[int, OrderStatus]]:
            changes = [event.order for event in events.told if isinstance(event, api.OrderChanged)]
            return [(order.revision, order.status) for order in changes if order.order_id == command.order_id]

        await until(lambda: told(ears)[-1:] == told(at.ears)[-1:] != [])
        assert told(ears) == told(at.ears)
