"""A full disk, a file somebody holds, one that may not be written: what is refused, what goes on, what comes after."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from chaos.peers import Desk, Peers, peers_at
from connectors.model.order import Order, OrderStatus
from connectors.model.risk import LimitName
from connectors.ports.archive import Archive as ArchivePort
from connectors.worker import api, keeper
from storage.archive import Archive
from worker.house import WorkerHouse, a_worker, until

pytestmark = pytest.mark.peers


async def _pragma(house: WorkerHouse, text: str) -> None:
    """Over the connection the worker itself writes with."""

    def run(archive: ArchivePort) -> None:
        database = cast("Archive", archive)._database  # noqa: SLF001
        with database.read("test") as connection:
            driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(f"PRAGMA {text}")

    await house.worker.keeper.ask(run)


@asynccontextmanager
async def full(house: WorkerHouse, _file: Path) -> AsyncIterator[None]:
    await _pragma(house, "max_page_count=1")
    yield
    await _pragma(house, "max_page_count=1000000")


@asynccontextmanager
async def held(_house: WorkerHouse, file: Path) -> AsyncIterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def not_writable(house: WorkerHouse, _file: Path) -> AsyncIterator[None]:
    await _pragma(house, "query_only=ON")
    yield
    await _pragma(house, "query_only=OFF")


@pytest.fixture
async def peers(home: Path) -> AsyncIterator[Peers]:
    async with peers_at(home) as made:
        yield made


@pytest.fixture(autouse=True)
def tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "RETRY_S", 0.05)


def _bare(orders: tuple[Order, ...]) -> set[tuple[str, OrderStatus, int]]:
    return {(order.handle, order.status, order.revision) for order in orders}


async def test_an_archive_in_trouble_refuses_what_risks_and_loses_nothing(peers: Peers, home: Path) -> None:
    file = home / "data" / "tradedesk.db"
    said: list[tuple[str, str]] = []
    async with a_worker(home) as house:
        desk = await peers.attach(await house.join("memory"))
        low = await desk.low_price()
        for limit in (LimitName.OPEN_ORDERS, LimitName.ORDERS_PER_SECOND):
            assert await desk.link.request(api.SetLimit(limit, None, desk.account, off=True)) == api.Done()
        await _pragma(house, "busy_timeout=50")
        for name, trouble in (("full", full), ("held", held), ("not writable", not_writable)):
            order = desk.resting(low)
            await desk.link.request(order)
            await desk.order_when(order.order_id, lambda one: one.status is OrderStatus.OPEN)
            await house.worker.keeper.flush()
            async with trouble(house, file):
                fits = PAGES_LEFT if name == "full" else 0
                said.append((name, await _in_trouble(house, desk, order, home, fits)))
            await until(lambda: house.worker.keeper.waiting == 0)
            assert not (home / "data" / "rescue.log").exists()
            again = desk.resting(low)
            answer = await desk.link.request(again)
            assert isinstance(answer, api.OrderAccepted), (name, answer)
            await desk.link.request(api.CancelOrder(again.order_id))
            await desk.order_when(again.order_id, lambda one: one.status is OrderStatus.CANCELED)
        await house.worker.keeper.flush()
        before = _bare(await desk.orders())
        archived = await house.worker.keeper.ask(lambda archive: archive.journal.orders())
        assert _bare(tuple(archived)) == before
    told = zip(said, TOLD, strict=True)
    assert [words in sentence for (_, sentence), words in told] == [True] * 3, said
    async with a_worker(home) as house:
        link = await house.join("memory")
        picture = await link.request(api.Attach())
        assert isinstance(picture, api.Picture)
        assert _bare(picture.orders) == before


TOLD = ("no room left", "locked", "cannot be opened or written")
PAGES_LEFT = 20
"""Orders that a full file may still take at most: pages it has already may have room for some."""


async def _refused(house: WorkerHouse, desk: Desk, price: Decimal, fits: int) -> api.Failure:
    """The first refusal; at most ``fits`` orders are taken before it, each written down all the same."""
    for _ in range(fits + 1):
        order = desk.resting(price)
        answer = await desk.link.request(order)
        if isinstance(answer, api.Failure):
            return answer
        written = await house.worker.keeper.ask(lambda archive: archive.journal.orders())
        assert order.order_id in {one.order_id for one in written}, "taken, and nowhere written"
    raise AssertionError(f"{fits + 1} orders were taken by an archive in trouble")


async def _in_trouble(house: WorkerHouse, desk: Desk, order: api.PlaceOrder, home: Path, fits: int) -> str:
    """See what works and what does not; returns what the trader is told."""
    assert order.price is not None
    refused = await _refused(house, desk, order.price, fits)
    assert (refused.kind, refused.code) == (api.FailureKind.ARCHIVE_FAILED, "ARCHIVE")
    assert "The order was not sent" in refused.sentence
    assert await desk.link.request(api.CancelOrder(order.order_id)) == api.Done()
    await desk.order_when(order.order_id, lambda one: one.status is OrderStatus.CANCELED)
    await until(lambda: house.worker.keeper.waiting > 0)
    assert stat.S_IMODE((home / "data" / "rescue.log").stat().st_mode) == 0o600
    alerts = [alert.sentence for alert in house.worker.picture().alerts]
    assert any("new orders are refused, cancels are sent all the same" in alert for alert in alerts)
    return refused.sentence
