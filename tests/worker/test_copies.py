"""Backups over the link while orders go on; a restored archive is compared with its venue before it is trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.model.ids import AccountId
from connectors.model.order import OrderStatus
from connectors.model.vault import VaultState
from connectors.ports.archive import Batch
from connectors.worker import api
from connectors.worker.rescue import Rescue
from storage.backup.restoring import restore
from storage.paths import Home
from support.copies import rows_of
from support.kept import T0
from support.simulator import Simulator, running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.owner import Owner

pytestmark = pytest.mark.peers

Book = tuple[int, tuple[Decimal, ...]]


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(tmp_path / "venue", "--seed", "7") as running:
        yield running


def alerts(house: WorkerHouse) -> list[str]:
    return [alert.sentence for alert in house.worker.picture().alerts]


async def test_a_backup_is_made_beside_the_archives_thread_and_noted(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "desk.backup"
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        archive = home / "data" / "tradedesk.db"
        await until(lambda: rows_of(archive, "SELECT count(*) FROM audit_anchor") == [(1,)])
        done, facts = await asyncio.gather(
            owner.link.request(api.BackUp(str(target))), owner.link.request(api.GetArchive())
        )
        assert isinstance(done, api.BackedUp), done
        assert isinstance(facts, api.ArchiveFacts), facts
        assert (done.path, done.with_keys, done.size_bytes) == (str(target), True, target.stat().st_size)
        after = await owner.link.request(api.GetArchive())
        assert isinstance(after, api.ArchiveFacts)
        assert after.last_backup == api.LastBackup(str(target), done.time_ns)
        assert after.restored is None
        assert await owner.link.request(api.CheckArchive()) == api.ArchiveChecked(())
        again = await owner.link.request(api.BackUp(str(target)))
        assert isinstance(again, api.Failure)
        assert "is there already" in again.sentence
        beside = await owner.link.request(api.BackUp("desk.backup"))
        assert isinstance(beside, api.Failure)
        assert "whole path" in beside.sentence
    deeds = rows_of(home / "data" / "tradedesk.db", "SELECT operation, outcome FROM audit WHERE kind = 'DESK'")
    assert deeds.count(("archive.backup", "DONE")) == 1
    assert deeds.count(("archive.backup", "REFUSED")) == 2
    # Signed first, so that the copy's own chain can be verified to its end.
    assert rows_of(target, "SELECT max(seq) FROM audit") == rows_of(target, "SELECT max(seq) FROM audit_anchor")


async def test_one_backup_at_a_time_and_orders_are_not_asked_to_wait(home: Path, tmp_path: Path) -> None:
    async with a_worker(home) as house:
        link = await house.join("memory")
        async with house.worker.copies.one_at_a_time:
            refused = await link.request(api.BackUp(str(tmp_path / "b")))
        assert isinstance(refused, api.Failure)
        assert "Another backup is being made" in refused.sentence
        house.worker.ask_to_stop()
        stopped = await link.request(api.BackUp(str(tmp_path / "b")))
        assert isinstance(stopped, api.Failure)
        assert "the worker ends" in stopped.sentence
    assert not (tmp_path / "b").exists()


async def test_a_restored_archive_says_so_until_its_account_was_compared_with_the_venue(
    home: Path, venue: Simulator, tmp_path: Path
) -> None:
    folders, target = Home.below(home), tmp_path / "desk.backup"
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await owner.keep(venue)).connection.account
        desk = owner.desk(account)
        assert isinstance(await owner.link.request(api.BackUp(str(target))), api.BackedUp)
        ticket = desk.resting(await desk.low_price())
        assert isinstance(await owner.link.request(ticket), api.OrderAccepted)
        order = await desk.order_when(ticket.order_id, lambda found: found.status is OrderStatus.OPEN)
    said = restore(target, folders.database, folders.vault_anchor, T0)
    assert said.waiting == 1

    async with a_worker(home) as house:
        told = alerts(house)
        assert any(f"restored from {target} of 20" in sentence and "One account" in sentence for sentence in told), told
        owner = Owner(await house.join("socket"))
        facts = await owner.link.request(api.GetArchive())
        assert isinstance(facts, api.ArchiveFacts)
        assert facts.restored is not None
        assert facts.restored.waiting == (account,)
        await owner.open()
        assert await owner.state() is VaultState.OPEN
        await until(lambda: any("compared with its venue" in sentence for sentence in alerts(house)))
        found = await owner.link.request(api.GetOrders(account, working_only=True))
        assert isinstance(found, api.Orders)
        assert [known.client_order_id for known in found.orders] == [order.client_order_id], "adopted, not forgotten"
        facts = await owner.link.request(api.GetArchive())
        assert isinstance(facts, api.ArchiveFacts)
        assert facts.restored is None

    async with a_worker(home) as house:
        assert not [sentence for sentence in alerts(house) if "restored" in sentence]


async def bought(owner: Owner, account: AccountId) -> None:
    """Buy at the market, and see all of it: there may be less at the best price, and then it takes several fills."""
    order = owner.desk(account).market()
    assert isinstance(await owner.link.request(order), api.OrderAccepted)
    async with asyncio.timeout(20):
        while True:
            fills = await owner.link.request(api.GetFills(account, limit=100))
            assert isinstance(fills, api.FillList)
            if sum(kept.fill.quantity for kept in fills.fills if kept.order_id == order.order_id) == order.quantity:
                return
            await asyncio.sleep(0)


async def booked(owner: Owner, account: AccountId) -> Book:
    """How many fills there are, and what they make of the positions."""
    fills = await owner.link.request(api.GetFills(account, limit=100))
    positions = await owner.link.request(api.GetPositions(account))
    assert isinstance(fills, api.FillList)
    assert isinstance(positions, api.Positions)
    return len(fills.fills), tuple(position.quantity for position in positions.positions)


async def traded(home: Path, venue: Simulator, target: Path, *, before: int, after: int) -> tuple[AccountId, Book]:
    """Trade, back up, trade on; what came last stands in the rescue log too."""
    rescue = Rescue(home / "data" / "rescue.log")
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await owner.keep(venue)).connection.account
        live = house.worker.roster.find(account)
        assert live is not None
        await until(lambda: live.status().trading)
        for _ in range(before):
            await bought(owner, account)
        assert isinstance(await owner.link.request(api.BackUp(str(target))), api.BackedUp)
        commit = house.worker.keeper.commit

        def keeps(batch: Batch, done: Callable[[str | None], None] | None = None) -> None:
            if batch.fills or batch.positions:
                rescue.keep(batch)
            commit(batch, done)

        house.worker.keeper.commit = keeps  # type: ignore[method-assign]
        for _ in range(after):
            await bought(owner, account)
        await house.worker.keeper.flush()
        book = await booked(owner, account)
    assert book[0] >= before + after
    return account, book


@pytest.mark.parametrize("before", [0, 1], ids=["first-traded-since", "traded-before"])
@pytest.mark.parametrize("replaced", [True, False], ids=["over-an-archive", "where-none-is"])
async def test_what_was_traded_since_the_backup_is_there_once_after_a_restore(
    home: Path, venue: Simulator, tmp_path: Path, *, before: int, replaced: bool
) -> None:
    folders, target = Home.below(home), tmp_path / "desk.backup"
    account, book = await traded(home, venue, target, before=before, after=2)
    if not replaced:
        folders.database.unlink()
    restore(target, folders.database, folders.vault_anchor, T0)
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.open()
        await until(lambda: any("compared with its venue" in sentence for sentence in alerts(house)))
        await house.worker.keeper.flush()
        assert await booked(owner, account) == book


async def test_orders_of_an_account_that_cannot_be_asked_are_called_as_old_as_the_backup(
    home: Path, venue: Simulator, tmp_path: Path
) -> None:
    folders, target = Home.below(home), tmp_path / "bare"
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await owner.keep(venue)).connection.account
        desk = owner.desk(account)
        ticket = desk.resting(await desk.low_price())
        assert isinstance(await owner.link.request(ticket), api.OrderAccepted)
        await desk.order_when(ticket.order_id, lambda found: found.status is OrderStatus.OPEN)
        assert isinstance(await owner.link.request(api.BackUp(str(target), keys=False)), api.BackedUp)
    said = restore(target, folders.database, folders.vault_anchor, T0, give_up_keys=True)
    assert said.waiting == 1
    for _ in range(2):
        async with a_worker(home) as house:
            assert any("1 order is as of the backup" in sentence for sentence in alerts(house)), alerts(house)
            link = await house.join("memory")
            facts = await link.request(api.GetArchive())
            assert isinstance(facts, api.ArchiveFacts)
            assert facts.restored is not None
            assert facts.restored.waiting == (account,)
    async with a_worker(home) as house:
        link = await house.join("memory")
        assert await link.request(api.RemoveConnection(account)) == api.Done()
    async with a_worker(home) as house:
        facts = await (await house.join("memory")).request(api.GetArchive())
        assert isinstance(facts, api.ArchiveFacts)
        assert facts.restored is None, "an account that is no longer there is not waited for"
