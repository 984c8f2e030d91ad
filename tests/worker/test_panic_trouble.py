"""Panic while something else fails: the venue, the disk, another account."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import uuid6

from chaos.peers import Desk
from connectors.model.ids import AccountId
from connectors.model.order import OrderStatus, Side
from connectors.worker import api
from storage.archive import Archive
from support.simulator import running_simulator
from worker.house import until
from worker.panicking import Panicking, panicking, step

pytestmark = pytest.mark.peers


@pytest.fixture
async def desk(home: Path) -> AsyncIterator[Panicking]:
    async with panicking(home) as made:
        yield made


async def test_a_cancel_whose_answer_is_lost_is_followed_up_until_the_venue_agrees(desk: Panicking) -> None:
    placed = await desk.rest(2)
    await desk.exchange.arm(kind="drop_answer", on=["cancel"], accepted=False)
    await desk.start()
    report = await desk.ended()
    assert {desk.state[each].status for each in placed} == {OrderStatus.CANCELED}
    assert report.accounts[0].proved_ns is not None
    assert "no answer" in {proof.outcome for proof in step(report, api.PanicStep.ENTRIES).proofs}


async def test_a_cancels_late_answer_is_proof_of_the_cancel_and_of_nothing_asked_after_it(desk: Panicking) -> None:
    placed = await desk.rest(2)
    await desk.exchange.arm(kind="latency", on=["cancel"], low_ms=700, answer=True)
    await desk.start()
    report = await desk.ended()
    assert {desk.state[each].status for each in placed} == {OrderStatus.CANCELED}
    entries, asked = step(report, api.PanicStep.ENTRIES), step(report, api.PanicStep.ASKED)
    assert [proof.operation for proof in entries.proofs] == ["order.cancel"] * 2
    assert max(proof.latency_ms or 0 for proof in entries.proofs) >= 700
    assert [proof.operation for proof in asked.proofs] == ["orders.open"]
    assert report.accounts[0].proved_ns is not None


async def test_a_close_without_an_answer_is_looked_up_and_never_sent_again(desk: Panicking) -> None:
    await desk.policy(api.PanicPolicy.FLATTEN)
    await desk.buy("0.002")
    await desk.exchange.arm(kind="drop_answer", on=["create"], accepted=True)
    creates = await desk.asked("POST", "/api/v3/order")
    await desk.start()
    report = await desk.ended()
    assert await desk.asked("POST", "/api/v3/order") == creates + 1
    assert desk.held() < Decimal("0.00001")
    sells = [order for order in desk.state.values() if order.side is Side.SELL]
    assert [order.status for order in sells] == [OrderStatus.FILLED]
    assert report.accounts[0].proved_ns is not None


async def test_a_create_on_its_way_is_cancelled_when_it_turns_up(desk: Panicking) -> None:
    await desk.exchange.arm(kind="latency", on=["create"], low_ms=1_500)
    command = desk.desk.resting(desk.low)
    assert isinstance(await desk.desk.link.request(command), api.OrderAccepted)
    await until(lambda: desk.state[command.order_id].sent_ns is not None)
    await desk.start()
    report = await desk.ended()
    assert desk.state[command.order_id].status is OrderStatus.CANCELED
    assert report.accounts[0].proved_ns is not None
    assert await desk.exchange.signed("GET", "openOrders", symbol="BTCUSDT") == []


async def test_a_full_disk_holds_up_no_cancel_and_no_close_and_is_written_later(desk: Panicking) -> None:
    await desk.policy(api.PanicPolicy.FLATTEN)
    await desk.buy("0.002")
    placed = await desk.rest(2)
    await desk.house.worker.keeper.ask(lambda archive: _limit(archive, "1"))
    report = await _panic(desk)
    assert {desk.state[each].status for each in placed} == {OrderStatus.CANCELED}
    assert desk.held() < Decimal("0.00001")
    assert report.accounts[0].proved_ns is not None
    keeper = desk.house.worker.keeper
    await until(lambda: keeper.waiting > 0)
    await keeper.ask(lambda archive: _limit(archive, "1000000"))
    await until(lambda: keeper.waiting == 0)
    written = await keeper.ask(lambda archive: archive.journal.order(placed[0]))
    assert written is not None
    assert written.status is OrderStatus.CANCELED


async def test_a_locked_archive_holds_up_no_cancel(desk: Panicking, home: Path) -> None:
    placed = await desk.rest(2)
    await desk.house.worker.keeper.flush()
    with closing(sqlite3.connect(home / "data" / "tradedesk.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        report = await _panic(desk)
        assert {desk.state[each].status for each in placed} == {OrderStatus.CANCELED}
        assert report.accounts[0].proved_ns is not None
        other.execute("ROLLBACK")


async def test_a_dead_account_holds_up_no_other(desk: Panicking, tmp_path: Path) -> None:
    with running_simulator(tmp_path / "second", "--seed", "8", "--symbols", "1", "--control") as venue:
        link = desk.desk.link
        connection = replace(venue.connection(), label="second", account=AccountId(uuid6.uuid7()))
        answer = await link.attach_embedded(connection, venue.api_key, venue.api_secret)
        assert answer == api.Done()
        listed = await link.request(api.ListConnections())
        assert isinstance(listed, api.ConnectionList)
        account = next(each.account for each in listed.connections if each.label == "second")
        second = Desk(link, account)
        low = await second.low_price()
        live = desk.house.worker.roster.get(account)
        await until(lambda: live.follower is not None and live.follower.ready)
        command = second.resting(low)
        assert isinstance(await link.request(command), api.OrderAccepted)
        await until(lambda: desk.state[command.order_id].status is OrderStatus.OPEN)
        placed = await desk.rest(1)
        venue.freeze()
        await desk.start()
        panic = desk.house.worker.panic

        def part(label: str) -> api.AccountPanic:
            report = panic.report()
            assert report is not None
            return next(each for each in report.accounts if each.label == label)

        await until(lambda: part("demo").proved_ns is not None)
        assert desk.state[placed[0]].status is OrderStatus.CANCELED
        assert part("second").proved_ns is None
        assert part("second").left == (command.order_id,)
        assert panic.running
        venue.thaw()
        await until(lambda: part("second").proved_ns is not None)
        assert desk.state[command.order_id].status is OrderStatus.CANCELED


async def test_an_unknown_order_is_a_row_of_its_own_and_keeps_the_proof_back(desk: Panicking) -> None:
    await desk.exchange.arm(kind="drop_answer", on=["create"], accepted=False)
    command = desk.desk.resting(desk.low)
    assert isinstance(await desk.desk.link.request(command), api.OrderAccepted)
    await until(lambda: desk.state[command.order_id].status is OrderStatus.UNKNOWN)
    await desk.start()
    panic = desk.house.worker.panic

    def entries() -> api.StepReport:
        report = panic.report()
        assert report is not None
        return step(report, api.PanicStep.ENTRIES)

    await until(lambda: "UNKNOWN: looked up" in entries().sentence)
    report = panic.report()
    assert report is not None
    assert report.accounts[0].left == (command.order_id,)
    assert report.accounts[0].proved_ns is None
    assert step(report, api.PanicStep.ASKED).state is api.StepState.WAITING


async def test_resuming_ends_a_panic_that_cannot_end(desk: Panicking) -> None:
    await desk.rest(1)
    desk.exchange.venue.freeze()
    await desk.start()
    assert await desk.desk.link.request(api.SetTrading(api.TradingState.ACTIVE)) == api.Done()
    report = await desk.ended()
    assert report.accounts[0].proved_ns is None
    assert report.accounts[0].sentence == "Stopped, because trading was resumed."
    desk.exchange.venue.thaw()


async def _panic(desk: Panicking) -> api.PanicReport:
    await desk.start()
    return await desk.ended()


def _limit(archive: object, pages: str) -> None:
    assert isinstance(archive, Archive)
    with archive._database.read("test") as connection:  # noqa: SLF001 - a full disk, for real
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
