"""The truth over wrong clocks and restarts, stuck orders, and what comparing costs: over real sockets."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from chaos.peers import BTC
from connectors.clock import SystemClock
from connectors.model.order import EvidenceKind, OrderOrigin, OrderStatus
from connectors.worker import api
from worker.at_work import a_moving_market, at_work, swept
from worker.owner import Owner
from worker.peer_exchange import PeerExchange

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


class Hours(SystemClock):
    """The machine's clock, which somebody sets."""

    wrong_ns = 0

    def time_ns(self) -> int:
        return super().time_ns() + self.wrong_ns


async def test_a_clock_that_is_an_hour_off_costs_one_refusal_and_the_order_is_sent_once_more_and_stands_once(
    home: Path, exchange: PeerExchange
) -> None:
    clock = Hours()
    async with at_work(home, exchange, clock) as at:
        command = at.desk.resting(await at.desk.low_price())
        sent = await at.requests("POST /api/v3/order")
        clock.wrong_ns = 3_600_000_000_000
        order_id = await at.place(command)
        order = await at.reaches(order_id, lambda known: known.status is S.OPEN)
        assert await at.requests("POST /api/v3/order") == sent + 2, "refused before the engine, then once more"
        rows = await exchange.signed("GET", "openOrders", symbol="BTCUSDT")
        assert [row["clientOrderId"] for row in rows].count(order.client_order_id) == 1
        assert EvidenceKind.NO_ANSWER not in {line.kind for line in order.evidence}
        assert await at.desk.link.request(api.CancelOrder(order_id)) == api.Done()
        await at.reaches(order_id, lambda known: known.status is S.CANCELED)


TABLES = ("order_events", "fills", "positions", "position_history", "balances")


def archived(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the archive says of orders and money, read while no worker runs; orders are what their events say."""
    database = sqlite3.connect(home / "data" / "tradedesk.db")
    try:
        found = {table: database.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}  # noqa: S608
        # A balance that is stated again has a newer time, and how far fees were read is no fact of money.
        found["balances"] = [row[:-1] for row in found["balances"]]
        lines = "SELECT * FROM settings WHERE key LIKE 'ledger.%' AND key NOT LIKE 'ledger.fees.%' ORDER BY 1"
        kept = database.execute(lines).fetchall()
    finally:
        database.close()
    assert all(found.values())
    return {**found, "ledger": kept}


async def test_what_another_tool_did_while_no_worker_ran_is_adopted_once_and_a_second_restart_writes_nothing(
    home: Path, exchange: PeerExchange
) -> None:
    async with at_work(home, exchange) as at:
        low = await at.desk.low_price()
        bought = await at.place(at.desk.market())
        await at.reaches(bought, lambda order: order.status is S.FILLED)
        await at.settled(bought)
    await exchange.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.002")
    theirs = await exchange.signed(
        "POST", "order", symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.001", price=str(low)
    )
    async with at_work(home, exchange) as at:
        await at.desk.reconcile()
        picture = at.house.worker.picture()
        (told,) = [alert.sentence for alert in picture.alerts if "unheard of" in alert.sentence]
        assert "orders of other tools" in told
        (adopted,) = [order for order in await at.desk.orders() if order.venue_order_id == str(theirs["orderId"])]
        assert (adopted.origin, adopted.status) == (OrderOrigin.EXT, S.OPEN)
        assert "outside the desk" not in " ".join(alert.sentence for alert in picture.alerts), "a trade is no transfer"
    first = archived(home)
    for _ in range(2):
        async with at_work(home, exchange) as at:
            await at.desk.reconcile()
            assert at.ears.alerts() == []
        assert archived(home) == first
    async with at_work(home, exchange) as at:
        assert await at.desk.link.request(api.CancelOrder(adopted.order_id)) == api.Done()
        await at.reaches(adopted.order_id, lambda order: order.status is S.CANCELED)


async def test_a_routine_comparison_costs_two_questions_while_nothing_moved(home: Path, exchange: PeerExchange) -> None:
    async with at_work(home, exchange) as at:
        bought = await at.place(at.desk.market())
        await at.reaches(bought, lambda order: order.status is S.FILLED)
        await at.settled(bought)
        await at.desk.reconcile()
        follower = at.house.worker.roster.get(at.desk.account).follower
        assert follower is not None
        kinds = ("GET /api/v3/openOrders", "GET /api/v3/account", "GET /api/v3/myTrades")
        before = [await at.requests(kind) for kind in kinds]
        found = await follower.reconcile()
        assert [await at.requests(kind) - count for kind, count in zip(kinds, before, strict=True)] == [1, 1, 0]
        assert not found.differs
        everything = await at.desk.link.request(api.Reconcile(at.desk.account, detailed=True))
        assert isinstance(everything, api.Reconciled)
        assert everything.accounts[0].instruments == (BTC,)


async def test_a_stuck_order_is_listed_asked_about_and_audited_and_the_venues_word_ends_it(
    home: Path, exchange: PeerExchange
) -> None:
    async with at_work(home, exchange) as at:
        low = await at.desk.low_price()
        await exchange.arm(kind="missing_events", on=["user_stream"], times=100, events=["executionReport"])
        await exchange.arm(kind="drop_answer", on=["create"], times=1)
        await exchange.arm(kind="error", on=["query"], of="GET /api/v3/order", status=500)
        order_id = await at.place(at.desk.resting(low))
        order = await at.reaches(order_id, lambda known: known.status is S.UNKNOWN and known.next_check_ns is not None)
        stuck = await at.desk.link.request(api.GetStuck())
        assert stuck == api.StuckOrders(()), "not stuck before its time"
        early = await at.desk.link.request(api.ResolveOrder(order_id, api.Decision.NEVER_ARRIVED, order.handle))
        assert isinstance(early, api.Failure)
        assert "may still arrive" in early.sentence
        await exchange.disarm()
        asked = await at.desk.link.request(api.ResolveOrder(order_id, api.Decision.ASK_NOW))
        assert isinstance(asked, api.OrderAccepted)
        await at.reaches(order_id, lambda known: known.status is S.OPEN)
        sure = await at.desk.link.request(api.ResolveOrder(order_id, api.Decision.CANCEL_ANYWAY))
        assert isinstance(sure, api.OrderAccepted)
        order = await at.reaches(order_id, lambda known: known.status is S.CANCELED)
        texts = [line.text for line in order.evidence]
        assert "asked for a look-up, by hand" in texts
        assert "cancel sent anyway, by hand" in texts
    database = sqlite3.connect(home / "data" / "tradedesk.db")
    rows = database.execute("SELECT * FROM audit WHERE operation = 'order.resolve' ORDER BY 1").fetchall()
    database.close()
    assert [word for row in rows for word in ("NEVER_ARRIVED", "ASK_NOW", "CANCEL_ANYWAY") if word in str(row)] == [
        "NEVER_ARRIVED",
        "ASK_NOW",
        "CANCEL_ANYWAY",
    ]


async def test_an_order_is_canceled_by_its_handle_on_a_covered_desk_that_shows_nothing_of_it(
    home: Path, exchange: PeerExchange
) -> None:
    async with at_work(home, exchange) as at:
        order_id = await at.place(at.desk.resting(await at.desk.low_price()))
        order = await at.reaches(order_id, lambda known: known.status is S.OPEN)
        owner = Owner(await at.house.join("socket"))
        await owner.create()
        await owner.link.request(api.CoverVault("test"))
        for shown in (
            api.GetOrders(handle=order.handle),
            api.GetStuck(),
            api.Reconcile(),
            api.GetAssets(order.account),
        ):
            refused = await owner.link.request(shown)
            assert isinstance(refused, api.Failure), shown
            assert refused.kind is api.FailureKind.VAULT_LOCKED
        answer = await owner.link.request(api.CancelNamed(order.handle))
        assert answer == api.CancelOutcome(order.handle, over=True)
        assert at.order(order_id).status is S.CANCELED
        nobody = await owner.link.request(api.CancelNamed("k999"))
        assert isinstance(nobody, api.Failure)
        assert nobody.kind is api.FailureKind.ORDER_NOT_FOUND
